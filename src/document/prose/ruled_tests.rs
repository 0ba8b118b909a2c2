//! Tables and code of reStructuredText and AsciiDoc.

use super::blocks::{BlockKind, Cell};
use crate::document::{Body, parse};

/// The rows of each table of a text, the names of the columns first, and the texts of its code.
fn ruled(name: &str, text: &str) -> Vec<String> {
    let document = parse(name.into(), text.as_bytes().to_vec());
    let Body::Prose(prose) = &document.body else { panic!("prose") };
    let blocks = prose.sections.iter().flat_map(|section| &section.blocks);
    let shown = blocks.map(|block| match &block.kind {
        BlockKind::Table(table) => {
            let rows = std::iter::once(&table.header).chain(&table.rows);
            let row = |row: &Vec<Cell>| {
                row.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join("|")
            };
            rows.map(row).collect::<Vec<_>>().join("/")
        }
        BlockKind::Code => format!("code {}", block.text.trim()),
        BlockKind::Comment => "hidden".to_owned(),
        _ => block.text.clone(),
    });
    shown.collect()
}

#[test]
fn tables_and_code_of_restructured_text_are_no_running_text() {
    let text = "
Aaa
===

.. list-table::
   :header-rows: 1

   * - Field
     - Value
   * - Version
     - 1.2
       beta

====  ====
Key   Two
====  ====
Years 2019
      2023
====  ====

+---+---+
| a | b |
|   | c |
+---+---+

.. code-block:: sh

   x

Words.

.. toctree::

   evaluation
";
    let expected = [
        "Field|Value/Version|1.2 beta",
        "Key|Two/Years|2019 2023",
        "|/a|b c",
        "code x",
        "Words.",
        "hidden",
    ];
    assert_eq!(ruled("a.rst", text), expected);
    assert_eq!(ruled("a.rst", "== ==\na  b\n== ==\nc  d\n"), ["a|b/c|d"]);
}

#[test]
fn tables_and_code_of_asciidoc_are_no_running_text() {
    let text = "
= A

[cols=2*]
|===
|Field |Value

|Version
|1.2
|Owner |ana
maria
|===

[source,sh]
----
x
----

[NOTE]
====
Words.
====

|===
|a |b
|c |d
|===
";
    let expected = ["Field|Value/Version|1.2/Owner|ana maria", "code x", "Words.", "|/a|b/c|d"];
    assert_eq!(ruled("a.adoc", text), expected);
}
