//! Blocks that say nothing of what was asked although they hold something: a bare link, code, and
//! a list of the same words.

use super::placeholder::{is_filler, is_unsaid};
use crate::document::prose::{Block, BlockKind, Section};

/// Parts of the keys of elements that a link or a file answers.
const ANSWERED_BY_LINK: [&str; 14] = [
    "contact",
    "channel",
    "licen",
    "report",
    "documentation",
    "evidence",
    "related",
    "source",
    "link",
    "reference",
    "terms",
    "provider",
    "identity",
    "version",
];

/// Parts of the keys of elements that only running text answers.
const PROSE: [&str; 20] = [
    "limit",
    "use",
    "scope",
    "ethics",
    "bias",
    "purpose",
    "harm",
    "measure",
    "benefit",
    "affected",
    "principle",
    "commitment",
    "rationale",
    "justification",
    "conclusion",
    "society",
    "redress",
    "duties",
    "treatment",
    "oversight",
];

/// Parts of the keys of elements that the name of something else may answer.
const ANSWERED_BY_NAME: [&str; 18] = [
    "related",
    "document",
    "evidence",
    "affected",
    "input",
    "role",
    "line",
    "stakeholder",
    "recipient",
    "source",
    "class",
    "component",
    "composition",
    "categor",
    "method",
    "user",
    "status",
    "stage",
];

/// Words of the longest text that is looked at with the texts beside it.
const SHORT: usize = 4;

/// Words that only point to a page.
const POINTING: [&str; 40] = [
    "see",
    "here",
    "link",
    "links",
    "click",
    "this",
    "that",
    "the",
    "a",
    "our",
    "page",
    "pages",
    "site",
    "website",
    "wiki",
    "doc",
    "docs",
    "document",
    "details",
    "more",
    "read",
    "on",
    "in",
    "at",
    "for",
    "to",
    "of",
    "and",
    "is",
    "are",
    "please",
    "refer",
    "under",
    "confluence",
    "sharepoint",
    "notion",
    "siehe",
    "hier",
    "voir",
    "ici",
];

/// Whether a block is no answer to an element under a heading: it only links elsewhere, or is only
/// code.
pub(super) fn is_bare(block: &Block, title: &str, element: &str) -> bool {
    let is_of = |keys: &[&str]| keys.iter().any(|key| element.contains(key));
    match block.kind {
        BlockKind::Code => is_of(&PROSE) && !is_of(&["data"]) && !is_text(&block.text),
        BlockKind::Prose => {
            !is_of(&ANSWERED_BY_LINK) && only_points(&block.text, block.linked, title)
        }
        _ => false,
    }
}

/// Whether the name of something that has one may answer an element.
pub(super) fn is_answered_by_name(element: &str) -> bool {
    ANSWERED_BY_NAME.iter().any(|key| element.contains(key))
}

/// Whether the value of a label is no answer to an element that asks for running text.
pub(super) fn is_bare_value(text: &str, is_linked: bool, name: &str, element: &str) -> bool {
    let is_of = |keys: &[&str]| keys.iter().any(|key| element.contains(key));
    is_of(&PROSE) && !is_of(&ANSWERED_BY_LINK) && only_points(text, is_linked, name)
}

/// Whether a block of code is text that somebody fenced.
fn is_text(code: &str) -> bool {
    !code.contains(['(', '{', '=', ';', '$']) && code.split_whitespace().nth(SHORT).is_some()
}

/// Whether a text is an address, or a link whose words say nothing but where to go.
fn only_points(text: &str, is_linked: bool, title: &str) -> bool {
    let title = title.to_lowercase();
    let mut has_link = is_linked;
    let mut words = text.split_whitespace().filter(|word| {
        let is_address = ["http://", "https://", "www."].iter().any(|it| word.contains(it));
        has_link |= is_address;
        !is_address
    });
    let points = words.all(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        word.is_empty()
            || POINTING.contains(&word.as_str())
            || title.split(|c: char| !c.is_alphanumeric()).any(|part| part == word)
    });
    points && has_link
}

/// Whether what a section says in its blocks is filler when it is read in one.
pub(super) fn is_filler_in_pieces(section: &Section) -> bool {
    let said = || section.blocks.iter().filter(|block| !is_unsaid(block));
    let is_short = |block: &Block| block.text.split_whitespace().nth(SHORT).is_none();
    if said().nth(SHORT).is_none() || !said().take(SHORT).all(is_short) {
        return false;
    }
    let is_text = |block: &&Block| matches!(block.kind, BlockKind::Prose | BlockKind::Task { .. });
    let text: Vec<&str> = said().filter(is_text).map(|block| block.text.as_str()).collect();
    is_filler(&text.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_only_points_is_no_answer() {
        for (text, title) in [
            ("https://example.com/limitations", "Limitations"),
            ("here", "Limitations"),
            ("See our wiki.", "Limitations"),
            ("Known limitations", "Known limitations"),
        ] {
            assert!(only_points(text, true, title), "{text}");
        }
        for text in [
            "Wikipedia",
            "See the report for the errors at night: https://example.com/report",
            "Fails on loans above 20,000 euros.",
        ] {
            assert!(!only_points(text, true, "Limitations"), "{text}");
        }
        assert!(!only_points("here", false, "Limitations"));
    }

    #[test]
    fn fenced_text_is_told_from_code() {
        assert!(is_text("It fails for loans of companies."));
        assert!(!is_text("print('limitations of the model are here')"));
    }
}
