//! The parts of a document that decisions cover, and their digests.

use super::definitions::used_definitions;
use crate::canonical::{of_prose, of_tree};
use crate::digest::Sha256;
use crate::document::prose::Section;
use crate::document::{Body, Document, Node, Prose};
use crate::evidence::{Reading, Region, named_parts, part_of_label};
use crate::span::Span;

/// Returns the title and the span of what was read as the document: the whole file, or the section
/// of a file that holds several documents. None where the document is damaged.
pub(super) fn whole(document: &Document, reading: &Reading) -> Option<(String, Span)> {
    match (&document.body, reading.region) {
        (Body::Prose(prose), Region::Section(index)) => {
            let section = prose.sections.get(index)?;
            Some((section.title.clone(), below_heading(section)))
        }
        (Body::Prose(prose), Region::Whole) => {
            let first = prose.sections.iter().find(|section| section.level > 0);
            let title = first.map_or_else(String::new, |section| section.title.clone());
            Some((title, Span::new(0, document.source.len())))
        }
        (Body::Tree(_), _) => {
            Some((reading.kind.id.to_string(), Span::new(0, document.source.len())))
        }
        (Body::Damaged(_), _) => None,
    }
}

fn below_heading(section: &Section) -> Span {
    Span::new(section.heading.end, section.span.end)
}

/// Returns the title and the span of the section, or the key and the span of the value, that
/// answers an element of a kind of document. None where nothing does.
pub(super) fn element(document: &Document, reading: &Reading, key: &str) -> Option<(String, Span)> {
    let said = reading.said(key)?;
    let span = said.span?;
    let found_as = said.found_as.clone().unwrap_or_default();
    let Body::Prose(prose) = &document.body else { return Some((found_as, span)) };
    let mut around =
        prose.sections.iter().filter(|section| section.level > 0 && section.span.holds(span));
    match around.rfind(|section| section.title == found_as) {
        Some(section) => Some((found_as, below_heading(section))),
        None => Some((found_as, part_of_label(document, prose, span))),
    }
}

/// Returns what stands in a document under a title: each part of that name, and the value of each
/// key.
pub(super) fn titled(document: &Document, title: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    if let Body::Prose(prose) = &document.body {
        let parts = named_parts(document, prose).into_iter();
        spans.extend(parts.filter(|part| part.name == title).map(|part| part.span));
    }
    if let Some(root) = document.metadata() {
        root.walk(&mut |key, node| {
            if key.is_some_and(|key| &*key.text == title) {
                spans.push(node.span);
            }
        });
    }
    spans
}

/// Returns the digest of a passage: of data its canonical content; of prose its heading and its
/// text, with the headings that it stands below. A page as a whole begins with its title.
pub(super) fn passage_digest(document: &Document, span: Span) -> Sha256 {
    let source = &document.source;
    let is_all = span == Span::new(0, source.len());
    match &document.body {
        Body::Tree(root) if is_all => of_tree(document, root),
        Body::Prose(prose) if is_all => of_prose(&page(document, prose)),
        Body::Prose(prose) => match prose.front_matter.as_ref().and_then(|root| root.at(span)) {
            Some(node) => of_tree(document, node),
            None => of_prose(&with_headings(source, prose, span)),
        },
        body => {
            let root = if let Body::Tree(root) = body { Some(root) } else { None };
            match root.and_then(|root| root.at(span)) {
                Some(node) => of_tree(document, node),
                None => of_prose(span.of(source)),
            }
        }
    }
}

/// Returns the text of a page of its own: the title in its front matter, then all below that.
fn page(document: &Document, prose: &Prose) -> String {
    let start = prose.sections.first().map_or(0, |preamble| preamble.span.start);
    let text = &document.source[start.min(document.source.len())..];
    let title = document.metadata_of("title").and_then(Node::as_text);
    title.map_or_else(|| text.to_owned(), |title| format!("title: {title}\n\n{text}"))
}

/// Returns a passage with its own heading and those it stands below. The title of a page stands
/// above all of it and says nothing of one passage.
fn with_headings(source: &str, prose: &Prose, span: Span) -> String {
    let mut text = String::new();
    let mut start = span.start;
    for (index, section) in prose.sections.iter().enumerate() {
        let is_own = below_heading(section) == span;
        if section.level == 0 || !(is_own || section.span.holds(span)) {
            continue;
        }
        if is_own {
            start = section.heading.start;
        } else if !is_title(prose, index) {
            text.push_str(section.heading.of(source));
            text.push_str("\n\n");
        }
    }
    let passage = Span::new(start, span.end);
    text + passage.of(source) + &used_definitions(source, passage)
}

/// Whether a section is headed by the title of its page: the first of all, and above all others.
fn is_title(prose: &Prose, index: usize) -> bool {
    let mut headed = prose.sections.iter().enumerate().filter(|(_, it)| it.level > 0);
    let is_first = headed.next().is_some_and(|(first, it)| first == index && it.level == 1);
    is_first && headed.all(|(_, it)| it.level > 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;

    fn digest(path: &str, text: &str, title: &str) -> Sha256 {
        let document = parse(path.into(), text.as_bytes().to_vec());
        let [span] = titled(&document, title)[..] else { panic!("{title} stands there once") };
        passage_digest(&document, span)
    }

    #[test]
    fn a_passage_is_its_heading_its_text_and_the_headings_above() {
        let of = |text: &str, title: &str| digest("a.md", text, title);
        let signed = of("# Card\n\nText.\n\n## Use\n\nFor\nloans.\n\n## More\n\nx\n", "Use");
        assert_eq!(of("# Other\n\n## Use\nFor loans.\n\n## More\n\nelse\n", "Use"), signed);
        let others = [
            of("# Card\n\n### Use\n\nFor loans.\n", "Use"),
            of("# Card\n\n## Former\n\n### Use\n\nFor loans.\n", "Use"),
            of("# Card\n\n# Former\n\n## Use\n\nFor loans.\n", "Use"),
            of("# Card\n\n## Use (withdrawn)\n\nFor loans.\n", "Use (withdrawn)"),
        ];
        assert!(others.iter().all(|other| *other != signed));
        let label = of("# Card\n\n## Fairness\n\n- **Groups:** regions\n", "Groups");
        assert_ne!(of("# Card\n\n## Former fairness\n\n- **Groups:** regions\n", "Groups"), label);
    }

    #[test]
    fn a_page_of_its_own_is_all_of_it() {
        let of = |text: &str| {
            let document = parse("a.md".into(), text.as_bytes().to_vec());
            passage_digest(&document, Span::new(0, document.source.len()))
        };
        let signed = of("---\ntitle: Use\nowner: ana\n---\n\nFirst.\n\n# Use\n\nFor loans.\n");
        assert_eq!(of("---\nowner: ben\ntitle: Use\n---\nFirst.\n# Use\nFor loans.\n"), signed);
        for other in [
            "---\ntitle: Former use\nowner: ana\n---\n\nFirst.\n\n# Use\n\nFor loans.\n",
            "---\ntitle: Use\nowner: ana\n---\n\nSecond.\n\n# Use\n\nFor loans.\n",
            "---\ntitle: Use\nowner: ana\n---\n\nFirst.\n\n# Former use\n\nFor loans.\n",
        ] {
            assert_ne!(of(other), signed, "{other}");
        }
    }

    #[test]
    fn data_counts_by_its_content() {
        let of = |text: &str| digest("a.yaml", text, "never");
        let signed = of("never:\n  - mortgages\n  - pricing\n");
        assert_eq!(of("# x\nnever: [mortgages, pricing]\n"), signed);
        assert_ne!(of("never:\n  - mortgages\n  # - pricing\n"), signed);
        assert_ne!(of("never: '[mortgages, pricing]'\n"), signed);
    }
}
