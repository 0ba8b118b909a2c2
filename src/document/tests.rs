//! The document layer: places are exact, hostile input is refused early, damage is kept.

use proptest::prelude::*;
use serde::Deserialize;

use super::prose::BlockKind;
use super::prose::blocks::BOLD;
use super::*;

fn document(name: &str, text: &str) -> Document {
    parse(RepoPath::from(name), text.as_bytes().to_vec())
}

fn damage(name: &str, text: &str) -> Damage {
    document(name, text).damage().cloned().unwrap_or_else(|| panic!("{name} was read"))
}

fn shown<'a>(document: &'a Document, node: &Node) -> &'a str {
    node.span.of(&document.source)
}

#[test]
fn yaml_spans_are_exact_after_a_byte_order_mark_accents_and_crlf() {
    let text = "\u{feff}# é\r\nname: \"Größe 😀\"\r\nlist: [a, 'b']\r\nfolded: \
        >\r\n  two\r\n  lines\r\n";
    let document = document("a.yaml", text);
    let tree = document.tree().unwrap();
    let (key, value) = tree.entry("name").unwrap();
    assert_eq!(key.span.of(text), "name");
    assert_eq!(shown(&document, value), "\"Größe 😀\"");
    assert_eq!(value.as_text(), Some("Größe 😀"));
    assert_eq!(shown(&document, &tree.get("list").unwrap().items()[1]), "'b'");
    assert_eq!(tree.get("folded").unwrap().as_text(), Some("two lines\n"));
}

#[test]
fn an_alias_repeats_the_value_and_keeps_its_own_place() {
    let document = document("a.yaml", "base: &b {x: 1}\ncopy: *b\n");
    let copy = document.tree().unwrap().get("copy").unwrap();
    assert_eq!(shown(&document, copy), "*b");
    assert_eq!(copy.get("x").unwrap().as_text(), Some("1"));
}

#[test]
fn json_and_toml_share_the_tree() {
    let json = document("a.json", "{\n\t\"a\": [1, \"\\ud83d\\ude00\\/\"]\n}\n");
    let item = &json.tree().unwrap().get("a").unwrap().items()[1];
    assert_eq!(item.as_text(), Some("😀/"));
    assert_eq!(shown(&json, item), "\"\\ud83d\\ude00\\/\"");

    let toml = document("a.toml", "[project]\nname = 'x'\ndependencies = [\"torch>=2\"]\n");
    let project = toml.tree().unwrap().get("project").unwrap();
    let (key, value) = project.entry("dependencies").unwrap();
    assert_eq!(key.span.of(&toml.source), "dependencies");
    assert_eq!(shown(&toml, &value.items()[0]), "\"torch>=2\"");
    let version = document("b.toml", "version = 1.10\n");
    assert_eq!(version.tree().unwrap().get("version").unwrap().as_text(), Some("1.10"));
}

#[test]
fn ambiguous_or_foreign_input_is_damage_with_a_place() {
    let cases = [
        ("a.yaml", "a: 1\nb: 2\na: 3\n", "stands here twice", 10),
        ("a.yaml", "? [x]\n: 1\n", "a key that is not text", 2),
        ("a.yaml", "a: 1\n---\nb: 2\n", "second YAML document", 5),
        ("a.yaml", "a: !!python/object:os.system x\n", "tag", 27),
        ("a.yaml", "a: *nowhere\n", "not valid YAML", 3),
        ("a.yaml", "a: [1, 2\nb: 3", "not valid YAML", 9),
        ("a.json", "{\"a\": 1,}", "not valid JSON", 8),
        ("a.json", "{'a': 1}", "not valid JSON", 1),
        ("a.json", "{\"a\": NaN}", "NaN is no number", 6),
        ("a.json", "{\"a\": [-Infinity]}", "Infinity is no number", 8),
        ("a.json", "{\"a\": 1, \"a\": 2}", "stands here twice", 9),
        ("a.toml", "a = 1\na = 2\n", "not valid TOML", 6),
    ];
    for (name, text, reason, at) in cases {
        let damage = damage(name, text);
        assert!(damage.reason.contains(reason), "{text:?}: {damage:?}");
        assert!(damage.span.start.abs_diff(at) <= 3, "{text:?}: {damage:?}");
    }
}

#[test]
fn what_is_not_text_or_too_large_is_damage() {
    let binary = parse("a.md".into(), vec![b'a', 0xff, 0xfe]);
    assert!(binary.damage().unwrap().reason.contains("not UTF-8 text from byte 1"));
    let large = parse("a.yaml".into(), vec![b' '; LIMITS.bytes as usize + 1]);
    assert!(large.damage().unwrap().reason.contains("larger than"));
    assert!(parse("a.bin".into(), vec![]).damage().is_some());
}

/// 46 KB: one anchor over 20 000 items, repeated 2 000 times; 40 million values written out.
fn alias_bomb() -> String {
    let items = vec!["1"; 20_000].join(",");
    let aliases = vec!["*a"; 2_000].join(",");
    format!("a: &a [{items}]\nb: [{aliases}]\n")
}

#[test]
fn an_alias_bomb_is_refused_before_it_is_written_out() {
    let bomb = alias_bomb();
    assert!((45_000..49_000).contains(&bomb.len()), "{}", bomb.len());
    let damage = damage("a.yaml", &bomb);
    assert!(damage.reason.contains("an anchor over more than 2000 values"), "{damage:?}");
    assert!(damage.span.start < 5_000, "refused after a tenth of it: {damage:?}");
    let many = format!("a: &a [{}]\nb: [{}]\n", ["1"; 1_000].join(","), ["*a"; 1_000].join(","));
    let damage = self::damage("a.yaml", &many);
    assert!(damage.reason.contains("aliases that repeat more than 2000 values"), "{damage:?}");
    let aliases_read = many[..damage.span.start].matches("*a").count();
    assert_eq!(aliases_read, 1, "refused at the second of a thousand");
}

#[test]
fn copies_that_aliases_and_anchors_make_are_bounded_by_their_bytes() {
    let long = "x".repeat(500_000);
    let scalars = format!("a: &a {long}\nb: [{}]\n", ["*a"; 1_000].join(","));
    assert!(
        damage("a.yaml", &scalars).reason.contains("aliases that repeat"),
        "bytes count, not \
        only values"
    );
    let anchors: String = (0..60).map(|level| format!("&a{level} [")).collect();
    let nested = format!("{anchors}{}{}", ["1"; 1_900].join(","), "]".repeat(60));
    assert!(
        damage("a.yaml", &format!("[{}]", [nested.as_str(); 3].join(",")))
            .reason
            .contains("anchors over more than")
    );
}

#[test]
fn labels_nested_in_labels_are_not_copied_outwards() {
    let nested: String = (0..60).map(|level| format!("{}- a:\n", "  ".repeat(level))).collect();
    let document = document("a.md", &format!("{nested}{}- x\n", "  ".repeat(60)));
    let Body::Prose(markdown) = &document.body else { panic!("not Markdown") };
    let longest = markdown.sections.iter().flat_map(|s| &s.blocks).map(|b| b.text.len()).max();
    assert!(longest < Some(2_000), "{longest:?}");
}

#[test]
fn nested_flow_of_80_kilobytes_is_refused_at_the_depth_bound() {
    let nested = "{a: ".repeat(20_000);
    let damage = damage("a.yaml", &nested);
    let depth = nested[..damage.span.start].matches('{').count();
    assert!(depth <= LIMITS.depth + 1, "read {depth} levels deep before refusing: {damage:?}");
    let deep_json = "[".repeat(100_000);
    assert!(document("a.json", &deep_json).damage().is_some());
    let deep_block: String = (0..2000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    assert!(document("a.yaml", &deep_block).damage().is_some());
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Sample {
    name: Spanned<String>,
    version: String,
    stage: TestStage,
    #[serde(default)]
    limits: Vec<Spanned<u32>>,
    owner: Option<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum TestStage {
    Design,
    Operation,
}

fn sample(text: &str) -> Result<Sample, (String, String)> {
    let document = document("s.yaml", text);
    decode::<Sample>(document.tree().unwrap()).map_err(|error| {
        (error.message.clone(), error.span().of(text).lines().next().unwrap_or_default().to_owned())
    })
}

#[test]
fn typed_settings_keep_places_and_the_text_of_numbers() {
    let text = "name: x\nversion: 1.10\nstage: operation\nlimits: [1, 2]\nx-mine: {any: thing}\n";
    let sample = sample(text).unwrap();
    assert_eq!(sample.name.span.of(text), "x");
    assert_eq!(sample.version, "1.10");
    assert_eq!(sample.stage, TestStage::Operation);
    assert_eq!(sample.limits[1].span.of(text), "2");
    assert_eq!(sample.owner, None);
}

#[test]
fn mistakes_in_settings_name_the_place_and_the_nearest_name() {
    let cases = [
        (
            "nmae: x\nversion: 1\nstage: design\n",
            "unknown key `nmae`; did you mean `name`?",
            "nmae",
        ),
        (
            "name: x\nversion: 1\nstage: oper\n",
            "unknown value `oper`; known here: design, \
            operation",
            "oper",
        ),
        (
            "name: x\nversion: 1\nstage: desing\n",
            "unknown value `desing`; did you mean `design`?",
            "desing",
        ),
        ("name: x\nversion: 1\n", "the key `stage` is missing", "name: x"),
        ("name: [x]\nversion: 1\nstage: design\n", "a list where text is expected", "[x]"),
        ("name: true\nversion: 1\nstage: design\n", "true or false where text is expected", "true"),
        (
            "name: x\nversion: 1\nstage: design\nlimits: [1, -2]\n",
            "a whole number where a smaller whole number is expected",
            "-2",
        ),
    ];
    for (text, message, place) in cases {
        assert_eq!(sample(text).unwrap_err(), (message.to_owned(), place.to_owned()), "{text}");
    }
}

#[test]
fn markdown_gives_sections_labels_tables_and_comments() {
    let text = "\
---
title: Card
---
Preamble.

# Model card <!-- hidden -->

- **Owner:** Ana
- Version: 1.2
- **Uses:**
  - scoring
  - ranking

## Limitations

TBD

**Known issues**

- [ ] one
- [x] two

| Metric | Value |
| --- | --- |
| AUC | 0.78 |

```python
# TODO
```
<!-- a note
over lines -->
";
    let document = document("card.md", text);
    let Body::Prose(markdown) = &document.body else { panic!("not Markdown") };
    assert_eq!(markdown.front_matter.as_ref().unwrap().get("title").unwrap().span.of(text), "Card");
    let titles: Vec<(u8, &str)> =
        markdown.sections.iter().map(|s| (s.level, s.title.as_str())).collect();
    assert_eq!(titles, [(0, ""), (1, "Model card"), (2, "Limitations"), (BOLD, "Known issues")]);

    let card = &markdown.sections[1];
    let labels: Vec<(&str, &str, &str)> = card
        .blocks
        .iter()
        .filter_map(|block| match &block.kind {
            BlockKind::Label { name, name_span } => {
                Some((name.as_str(), block.text.as_str(), name_span.of(text)))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        labels,
        [
            ("Owner", "Ana", "Owner"),
            ("Version", "1.2", "Version"),
            ("Uses", "scoring ranking", "Uses")
        ]
    );
    assert!(card.blocks.iter().any(|b| matches!(b.kind, BlockKind::Comment) && b.text == "hidden"));
    assert!(card.span.of(text).ends_with("over lines -->"));

    assert_eq!(markdown.sections[2].blocks[0].text, "TBD");
    assert_eq!(markdown.sections[2].blocks[0].span.of(text), "TBD");
    let bold = &markdown.sections[3].blocks;
    assert!(matches!(bold[0].kind, BlockKind::Task { ticked: false }));
    assert!(matches!(bold[1].kind, BlockKind::Task { ticked: true }));
    let BlockKind::Table(table) = &bold[2].kind else { panic!("no table: {bold:?}") };
    assert_eq!(table.header[1].text, "Value");
    assert_eq!(table.rows[0][1].span.of(text), "0.78");
    assert!(matches!(bold[3].kind, BlockKind::Code));
    assert_eq!(bold[4].text, "a note over lines");
    assert_eq!(markdown.with_subsections(2).len(), 2);
}

#[test]
fn several_bold_labels_in_one_paragraph_are_several_labels() {
    let text = "# T\n\n**Owner:** Ana\n**License:** MIT\n";
    let document = document("a.md", text);
    let Body::Prose(markdown) = &document.body else { panic!("not Markdown") };
    let found: Vec<&str> = markdown.sections[1].blocks.iter().map(|b| b.span.of(text)).collect();
    assert_eq!(found, ["Ana", "MIT"]);
}

#[test]
fn damaged_front_matter_damages_the_document_at_its_place() {
    let text = "---\ntitle: a\ntitle: b\n---\n# Card\n";
    let damage = damage("a.md", text);
    assert_eq!(damage.span.of(text), "title");
    assert_eq!(damage.span.start, 13);
}

#[test]
fn an_unclosed_fence_is_prose() {
    let document = document("a.md", "---\ntitle: a\n# Card\n");
    assert!(document.damage().is_none());
}

/// Texts made of what means something in prose.
const PROSE: &str = concat!(
    r#"(?s)([-#*>|` :\n\r\t"'{}\[\],&!aé😀0]|<!--|-->|---\n|\*\*|: |"#,
    r#"\+\+\+\n|- \[ \] ){0,80}"#,
);

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_text_breaks_a_reader_and_every_place_is_inside(
        text in PROSE,
        name in prop::sample::select(vec!["a.yaml", "a.json", "a.toml", "a.md"]),
    ) {
        let document = document(name, &text);
        let inside = |span: Span| {
            span.end <= text.len() && text.get(span.start..span.end).is_some()
        };
        if let Some(damage) = document.damage() {
            prop_assert!(damage.span.end <= text.len());
        }
        match &document.body {
            Body::Tree(node) => node.walk(&mut |key, node| {
                assert!(inside(node.span), "{node:?}");
                assert!(key.is_none_or(|key| inside(key.span)), "{key:?}");
            }),
            Body::Prose(markdown) => {
                for section in &markdown.sections {
                    prop_assert!(inside(section.heading) && inside(section.span));
                    for block in &section.blocks {
                        prop_assert!(inside(block.span), "{block:?}");
                    }
                }
            }
            Body::Damaged(_) => {}
        }
    }
}

#[test]
fn what_nobody_sees_is_a_comment() {
    let seen = |text: &str| {
        let document = parse("a.md".into(), text.as_bytes().to_vec());
        let Body::Prose(prose) = document.body else { panic!("prose") };
        let blocks = prose.sections.into_iter().flat_map(|section| section.blocks);
        let seen = blocks.filter(|block| !matches!(block.kind, prose::BlockKind::Comment));
        seen.map(|block| block.text).filter(|text| !text.is_empty()).collect::<Vec<_>>()
    };
    assert_eq!(seen("One.\n\n<div hidden>\n\nTwo.\n\n</div>\n\nThree.\n"), ["One.", "Three."]);
    assert_eq!(seen("<template>\n\nTwo.\n\n</template>\n\nThree.\n"), ["Three."]);
    assert_eq!(seen("<div style=\"display: none\">\n\nTwo.\n\n</div>\n\nThree.\n"), ["Three."]);
    assert_eq!(seen("<div class=\"hidden-gem\">\n\nTwo.\n\n</div>\n"), ["Two."]);
    assert_eq!(seen("~~Taken back.~~ Kept.\n"), ["Kept."]);
}

#[test]
fn an_admonition_says_what_stands_on_its_line() {
    let text = "Limits\n------\n\n.. note:: Weak on thin files.\n\n.. image:: a.png\n";
    let document = document("a.rst", text);
    let Body::Prose(prose) = &document.body else { panic!("it is prose") };
    let texts: Vec<&str> =
        prose.sections.iter().flat_map(|it| &it.blocks).map(|it| it.text.as_str()).collect();
    assert_eq!(texts, ["Weak on thin files."]);
}
