//! Blocks of HTML within prose: their comments, headings and text.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::inline::{collapse, without_tags};

/// A part of a block of HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum HtmlPart<'h> {
    /// A heading, with its element as it is written.
    Heading {
        level: u8,
        title: String,
        written: &'h str,
    },
    Text(String),
}

/// Bytes of the longest title.
const LONGEST_TITLE: usize = 600;

/// Returns the comments of a piece of HTML, and the rest of it.
pub(super) fn split_comments(html: &str) -> (Vec<String>, String) {
    let mut comments = Vec::new();
    let mut seen = String::new();
    let mut rest = html;
    while let Some(start) = rest.find("<!--") {
        let end = rest[start..].find("-->").map_or(rest.len(), |length| start + length + 3);
        seen.push_str(&rest[..start]);
        seen.push(' ');
        let comment = rest[start..end].trim_start_matches("<!--").trim_end_matches("-->");
        comments.push(collapse(comment));
        rest = &rest[end..];
    }
    seen.push_str(rest);
    (comments, seen)
}

/// Returns the headings of a piece of HTML and the texts between them, in their order, none of them
/// empty.
pub(super) fn html_parts(shown: &str) -> Vec<HtmlPart<'_>> {
    static HEADING: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"(?is)<h([1-6])\b[^>]*>(.+?)</h[1-6]\s*>";
        // Our own pattern, compiled by a test; a user never sees this.
        Regex::new(pattern).unwrap_or_else(|error| panic!("`{pattern}` is no pattern: {error}"))
    });
    let mut parts = Vec::new();
    let mut at = 0;
    let text = |parts: &mut Vec<HtmlPart<'_>>, text: &str| {
        let text = collapse(&without_tags(text));
        parts.extend(Some(text).filter(|it| !it.is_empty()).map(HtmlPart::Text));
    };
    if shown.contains("<h") || shown.contains("<H") {
        for found in HEADING.captures_iter(shown) {
            let Some((part, range)) = heading(shown, &found) else { continue };
            text(&mut parts, &shown[at..range.start]);
            parts.push(part);
            at = range.end;
        }
    }
    text(&mut parts, &shown[at..]);
    parts
}

/// A heading that says something, and where it stands.
fn heading<'h>(
    shown: &'h str,
    found: &Captures<'h>,
) -> Option<(HtmlPart<'h>, std::ops::Range<usize>)> {
    let range = found.get(0)?.range();
    let level = found.get(1)?.as_str().parse().ok()?;
    let title = collapse(&without_tags(found.get(2)?.as_str()));
    let written = &shown[range.clone()];
    let is_title = !title.is_empty() && title.len() <= LONGEST_TITLE;
    is_title.then_some((HtmlPart::Heading { level, title, written }, range))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_part_a_piece_of_html() {
        let heading = |level, title: &str, written| HtmlPart::Heading {
            level,
            title: title.to_owned(),
            written,
        };
        let text = |text: &str| HtmlPart::Text(text.to_owned());
        let cases = [
            ("<p>a</p>", vec![text("a")]),
            (
                "<h2 align=\"center\"><b>Use</b></h2>\n<p>Loans.</p>",
                vec![heading(2, "Use", "<h2 align=\"center\"><b>Use</b></h2>"), text("Loans.")],
            ),
            ("a<h1>B</h1><h3>C</h3>d", {
                let (b, c) = (heading(1, "B", "<h1>B</h1>"), heading(3, "C", "<h3>C</h3>"));
                vec![text("a"), b, c, text("d")]
            }),
            // A picture is no title.
            ("<h1><img src=\"a.png\"></h1>", vec![]),
            ("<header>a</header>", vec![text("a")]),
        ];
        for (html, expected) in cases {
            assert_eq!(html_parts(html), expected, "{html}");
        }
        assert_eq!(split_comments("a<!-- b -->c"), (vec!["b".to_owned()], "a c".to_owned()));
    }
}
