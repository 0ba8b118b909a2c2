//! Footnotes and addresses of links that a passage uses and that stand elsewhere on its page.

use std::collections::{BTreeMap, BTreeSet};

use crate::span::Span;

/// Bytes of the longest name of a definition (CommonMark has 999).
const LONGEST_NAME: usize = 999;

/// Returns the definitions that a passage of a page uses and does not hold, in the order of the
/// page, each behind a blank line: of several under one name all, for some may stand in code.
pub(super) fn used_definitions(source: &str, passage: Span) -> String {
    let definitions = definitions(source);
    let mut used: BTreeMap<usize, Span> = BTreeMap::new();
    let (mut open, mut known) = (vec![passage], BTreeSet::new());
    while let Some(text) = open.pop() {
        for name in names_in(text.of(source)) {
            let Some(found) = definitions.get(&name) else { continue };
            if known.insert(name) {
                let is_inside = |it: &Span| (passage.start..passage.end).contains(&it.start);
                let outside = found.iter().filter(|it| !is_inside(it));
                used.extend(outside.clone().map(|it| (it.start, *it)));
                open.extend(outside);
            }
        }
    }
    used.values().map(|span| format!("\n\n{}", span.of(source).trim())).collect()
}

/// Returns the definitions of a page by their names: `[name]: address` and `[^name]: text`, with
/// the lines that go on with them.
fn definitions(source: &str) -> BTreeMap<String, Vec<Span>> {
    let mut found: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    let mut last: Option<(String, Span)> = None;
    let (mut start, mut is_apart) = (0, false);
    for line in source.split_inclusive('\n') {
        let span = Span::new(start, start + line.len());
        start = span.end;
        let text = line.trim_start_matches(' ');
        let is_blank = line.trim().is_empty();
        let is_indented = line.starts_with(['\t', ' ']);
        if let Some(name) = defined(text).filter(|_| line.len() - text.len() < 4) {
            let previous = last.replace((name, span));
            previous.into_iter().for_each(|(name, span)| {
                found.entry(name).or_default().push(span);
            });
        } else if let Some((_, all)) =
            last.as_mut().filter(|_| !is_blank && (is_indented || !is_apart))
        {
            *all = all.to(span);
        } else if !is_blank && let Some((name, span)) = last.take() {
            found.entry(name).or_default().push(span);
        }
        is_apart = is_blank;
    }
    last.into_iter().for_each(|(name, span)| {
        found.entry(name).or_default().push(span);
    });
    found
}

/// Returns the name that a line defines.
fn defined(line: &str) -> Option<String> {
    let (name, rest) = line.strip_prefix('[')?.split_once(']')?;
    rest.starts_with(':').then(|| folded(name)).filter(|name| !name.is_empty())
}

/// Returns the names that stand in square brackets.
fn names_in(text: &str) -> impl Iterator<Item = String> {
    text.match_indices('[').filter_map(|(at, _)| {
        let rest = &text[at + 1..];
        let end = rest.find(['[', ']']).filter(|end| *end <= LONGEST_NAME)?;
        rest[end..].starts_with(']').then(|| folded(&rest[..end]))
    })
}

/// Returns a name as names are compared: in any case, with one blank for many.
fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(source: &str) -> String {
        let end = source.find("\n\n").unwrap();
        used_definitions(source, Span::new(0, end))
    }

    #[test]
    fn a_passage_has_the_definitions_that_it_uses() {
        let cases = [
            ("For loans[^1].\n\n## More\n\n[^1]: And mortgages.\n", "\n\n[^1]: And mortgages."),
            ("For loans[^a].\n\n[^A]: And\nmortgages.\n\nx\n", "\n\n[^A]: And\nmortgages."),
            (
                "For loans[^1].\n\n[^1]: And\n\n    mortgages.\n\nx\n",
                "\n\n[^1]: And\n\n    mortgages.",
            ),
            ("See [the list][l].\n\nx\n\n[l]: a.md\n[k]: b.md\n", "\n\n[l]: a.md"),
            ("See [l].\n\n[l]: a.md\n\n[l]: b.md\n", "\n\n[l]: a.md\n\n[l]: b.md"),
            (
                "x[^1]\n\n[^2]: b\n\n[^1]: see [^2] and [^1]\n",
                "\n\n[^2]: b\n\n[^1]: see [^2] and [^1]",
            ),
            ("For loans.\n\n[^1]: And mortgages.\n", ""),
            ("[l]: a.md see [l]\n\n[l]: b.md\n", "\n\n[l]: b.md"),
        ];
        for (source, expected) in cases {
            assert_eq!(used(source), expected, "{source}");
        }
    }
}
