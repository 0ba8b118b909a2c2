//! The text of a paragraph, a heading or a cell.

use std::sync::LazyLock;

use regex::Regex;

/// A character, and whether it is code: then no mark in it is one of emphasis.
type CodeFlagged = (char, bool);

/// A run of `*` or `_`: where it begins and ends.
#[derive(Clone, Copy)]
struct MarkRun {
    start: usize,
    end: usize,
    mark: char,
}

/// Returns a text with one blank for each run of blanks, without the backticks around code, and
/// without pairs of marks of emphasis. A mark that has no other, or stands inside a word, stays.
pub(super) fn inline(text: &str) -> String {
    let words: Vec<&str> = text.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
    let mut pieces = without_code_marks(&words.join(" "));
    keep_addresses(&mut pieces);
    let mut is_dropped = vec![false; pieces.len()];
    let mut open: Vec<MarkRun> = Vec::new();
    for run in runs(&pieces) {
        let before = run.start.checked_sub(1).map_or(' ', |at| pieces[at].0);
        let after = pieces.get(run.end).map_or(' ', |piece| piece.0);
        let ends = |c: char| c == ' ' || c.is_ascii_punctuation();
        let is_same =
            |it: &MarkRun| it.mark == run.mark && it.end - it.start == run.end - run.start;
        let opened = open.iter().rposition(is_same).filter(|_| before != ' ' && ends(after));
        if let Some(at) = opened {
            is_dropped[open[at].start..open[at].end].fill(true);
            is_dropped[run.start..run.end].fill(true);
            open.truncate(at);
        } else if after != ' ' && ends(before) {
            open.push(run);
        }
    }
    let kept = pieces.iter().zip(&is_dropped).filter(|(_, is_dropped)| !**is_dropped);
    kept.map(|((c, _), _)| *c).collect()
}

/// Returns the characters of a text without the backticks around code.
fn without_code_marks(text: &str) -> Vec<CodeFlagged> {
    let chars: Vec<char> = text.chars().collect();
    let end_of_run =
        |start: usize| start + chars[start..].iter().take_while(|c| **c == '`').count();
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if chars[at] != '`' {
            pieces.push((chars[at], false));
            at += 1;
            continue;
        }
        let begin = end_of_run(at);
        let mut close = begin;
        while close < chars.len() {
            let end = end_of_run(close);
            if end - close == begin - at {
                break;
            }
            close = end.max(close + 1);
        }
        if close < chars.len() {
            pieces.extend(chars[begin..close].iter().map(|c| (*c, true)));
            at = close + (begin - at);
        } else {
            pieces.extend(chars[at..begin].iter().map(|c| (*c, true)));
            at = begin;
        }
    }
    pieces
}

/// Takes the addresses of links as code: no mark in them is one of emphasis.
fn keep_addresses(pieces: &mut [CodeFlagged]) {
    static ADDRESS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\]\([^)]*\)|<[^>]*>|[^ ]*://[^ ]*|www\.[^ ]*").ok());
    let text: String = pieces.iter().map(|(c, is_code)| if *is_code { 'x' } else { *c }).collect();
    let found = ADDRESS.as_ref().map(|address| address.find_iter(&text));
    for address in found.into_iter().flatten() {
        let begin = text[..address.start()].chars().count();
        let count = address.as_str().chars().count();
        pieces[begin..begin + count].iter_mut().for_each(|(_, is_code)| *is_code = true);
    }
}

/// Returns the runs of marks of emphasis.
fn runs(pieces: &[CodeFlagged]) -> Vec<MarkRun> {
    let mut runs: Vec<MarkRun> = Vec::new();
    for (at, (c, is_code)) in pieces.iter().enumerate() {
        if *is_code || !matches!(c, '*' | '_') {
            continue;
        }
        match runs.last_mut().filter(|run| run.mark == *c && run.end == at) {
            Some(run) => run.end = at + 1,
            None => runs.push(MarkRun { start: at, end: at + 1, mark: *c }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::inline;

    #[test]
    fn only_pairs_of_marks_are_left_out() {
        let cases = [
            ("Up  to **20,000** `euros`", "Up to 20,000 euros"),
            ("**Users:** _all_ (*some*)", "Users: all (some)"),
            ("10*3 and 10**3", "10*3 and 10**3"),
            ("snake_case_name", "snake_case_name"),
            ("gpt-4o* has no other", "gpt-4o* has no other"),
            ("the gap is -3", "the gap is -3"),
            ("`*.csv` and `a*`", "*.csv and a*"),
            ("`` ` `` and ` alone", " `  and ` alone"),
            ("a * b * c", "a * b * c"),
            ("**a *b* c**", "a b c"),
            ("**a* b", "**a* b"),
            ("see https://a.example/_x_/ _now_", "see https://a.example/_x_/ now"),
            ("*[a](/_x_/)* <b _c_>", "[a](/_x_/) <b _c_>"),
        ];
        for (text, expected) in cases {
            assert_eq!(inline(text), expected, "{text}");
        }
    }
}
