//! Word documents written for these tests, and what is read of them.

use std::io::{Cursor, Write};

use super::super::LIMITS;
use super::*;

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// A package whose main part has this body.
fn document(body: &str, styles: &str) -> Vec<u8> {
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let relationship = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"{kind}\" \
             Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("_rels/.rels", relationship("officeDocument", "/word/main.xml")),
        ("word/_rels/main.xml.rels", relationship("styles", "styles.xml")),
        ("word/styles.xml", format!("<w:styles xmlns:w=\"{WORD}\">{styles}</w:styles>")),
        (
            "word/main.xml",
            format!("<w:document xmlns:w=\"{WORD}\"><w:body>{body}</w:body></w:document>"),
        ),
        // Not the main part, whatever it is called.
        ("word/document.xml", "<w:document/>".to_owned()),
    ] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn read(body: &str) -> String {
    markdown(&document(body, ""), &LIMITS).unwrap()
}

fn paragraph(properties: &str, text: &str) -> String {
    format!("<w:p><w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r></w:p>")
}

#[test]
fn headings_are_those_of_styles_and_of_what_they_are_based_on() {
    let styles = "<w:style w:styleId=\"a\"><w:name w:val=\"heading 2\"/></w:style>\
                  <w:style w:styleId=\"b\"><w:name w:val=\"House\"/><w:basedOn w:val=\"a\"/>\
                  </w:style>\
                  <w:style w:styleId=\"c\"><w:name w:val=\"C\"/><w:basedOn w:val=\"c\"/></w:style>";
    let styled = |style: &str| {
        format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t>Use</w:t></w:r></w:p>")
    };
    let body = ["a", "b", "c", "none"].map(styled).concat();
    let text = markdown(&document(&body, styles), &LIMITS).unwrap();
    assert_eq!(text, "## Use\n\n## Use\n\nUse\n\nUse\n\n");
}

#[test]
fn nothing_is_read_that_no_reader_sees() {
    for hidden in [
        paragraph("<w:vanish/>", "x"),
        paragraph("<w:color w:val=\"FFFFFE\"/>", "x"),
        paragraph("<w:sz w:val=\"2\"/>", "x"),
        "<w:p><w:del><w:r><w:t>x</w:t></w:r></w:del></w:p>".to_owned(),
        "<w:p><w:r><w:instrText>x</w:instrText></w:r></w:p>".to_owned(),
        "<w:p><w:r><x xmlns=\"urn:other\">x</x></w:r></w:p>".to_owned(),
        format!(
            "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>",
            paragraph("", "x")
        ),
    ] {
        assert_eq!(read(&hidden), "", "{hidden}");
    }
    let on_ground = "<w:color w:val=\"FFFFFF\"/><w:shd w:fill=\"000000\"/>";
    assert_eq!(read(&paragraph(on_ground, "seen")), "seen\n\n");
    assert_eq!(read(&paragraph("<w:vanish w:val=\"0\"/>", "seen")), "seen\n\n");
}

#[test]
fn a_table_keeps_its_rows_and_a_list_its_items() {
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", paragraph("", text));
    let row = |cells: &[&str]| {
        format!("<w:tr>{}</w:tr>", cells.iter().map(|it| cell(it)).collect::<String>())
    };
    let table = format!("<w:tbl>{}{}</w:tbl>", row(&["a", "b"]), row(&["1|2", "3"]));
    assert_eq!(read(&table), "| a | b |\n|---|---|\n| 1\\|2 | 3 |\n\n");
    let item = "<w:p><w:pPr><w:numPr><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>i</w:t>\
                </w:r></w:p>";
    let text = read(&format!("{item}{item}{}", paragraph("", "after")));
    assert_eq!(text, "- i\n- i\n\nafter\n\n");
}

#[test]
fn what_cannot_be_read_says_why() {
    let refused = |bytes: &[u8]| markdown(bytes, &LIMITS).unwrap_err().reason;
    assert!(refused(b"no archive").contains("no package"));
    let deep = "<w:p>".repeat(300);
    assert!(refused(&document(&deep, "")).contains("nests more than"));
    assert!(refused(&document("<w:p>", "")).contains("XML"));
    assert!(refused(&document("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", "")).contains("entity"));
    let wide = format!("<w:tc/>{}", "<w:gridSpan w:val=\"64\"/>".repeat(2000));
    let tall = "<w:tr><w:tc/></w:tr>".repeat(1000);
    let table = format!("<w:tbl><w:tr>{wide}</w:tr>{tall}</w:tbl>");
    assert!(refused(&document(&table, "")).contains("cells"));
    let long = paragraph("", &"word ".repeat(500_000));
    assert!(refused(&document(&long, "")).contains("bytes of text"));
}
