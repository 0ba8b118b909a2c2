//! What `aimsgate fix` changes in a text, as lines taken away and lines added.

use std::fmt::Write as _;

use super::words::safe;
use crate::finding::TextEdit;
use crate::span::{Lines, Span};

/// The lines that edits change, which lie in the order of their places and apart from each other.
pub(crate) fn difference(path: &str, source: &str, edits: &[TextEdit]) -> String {
    let lines = Lines::new(source);
    let line_of = |at: usize| lines.position(at).line;
    let mut hunks: Vec<(usize, usize, Vec<&TextEdit>)> = Vec::new();
    for edit in edits {
        let (first, last) = (line_of(edit.span.start), line_of(edit.span.end));
        match hunks.last_mut() {
            Some((_, end, own)) if first <= *end => {
                *end = last.max(*end);
                own.push(edit);
            }
            _ => hunks.push((first, last, vec![edit])),
        }
    }
    let mut out = format!("{}\n", safe(path));
    for (first, last, own) in hunks {
        let span = Span::new(lines.line(first).start, lines.line(last).end);
        let mut now = span.of(source).to_owned();
        for edit in own.iter().rev() {
            let at = Span::new(edit.span.start - span.start, edit.span.end - span.start);
            let at = at.within(&now);
            now.replace_range(at.start..at.end, &edit.text);
        }
        let before: Vec<&str> = span.of(source).lines().collect();
        let after: Vec<&str> = now.lines().collect();
        let same = before.iter().zip(&after).take_while(|(one, other)| one == other).count();
        let rest = |all: &[&str]| all.len() - same;
        let ends = before.iter().rev().zip(after.iter().rev());
        let same_end = ends.take_while(|(one, other)| one == other).count();
        let same_end = same_end.min(rest(&before)).min(rest(&after));
        let _ = writeln!(out, "  line {}:", first + same);
        for line in &before[same..before.len() - same_end] {
            let _ = writeln!(out, "  - {}", safe(line));
        }
        for line in &after[same..after.len() - same_end] {
            let _ = writeln!(out, "  + {}", safe(line));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_lines_that_change_are_shown() {
        let source = "one\ntwo\nthree\nfour\n";
        let edit = |start, end, text: &str| TextEdit {
            span: Span::new(start, end),
            text: text.to_owned(),
        };
        let edits = [edit(4, 5, "T"), edit(6, 7, "O"), edit(13, 13, "\nadded")];
        assert_eq!(
            difference("a.yaml", source, &edits),
            "a.yaml\n  line 2:\n  - two\n  + TwO\n  line 4:\n  + added\n"
        );
        assert_eq!(difference("a", "x\n", &[edit(2, 2, "\ny\n")]), "a\n  line 2:\n  + \n  + y\n");
    }
}
