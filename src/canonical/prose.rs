//! A text as its blocks: one line for each paragraph, mark of a list, heading, row and line of
//! code.
//!
//! # Design
//!
//! This is no parser of Markdown. It is a scan by lines that a page of Python repeats. Where it
//! takes a block for another one than a renderer does, both sides of a comparison are taken the
//! same way, and no form drops what another keeps.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::inline::inline;
use crate::digest::{Sha256, sha256};

/// Columns behind which a block is taken as it is written.
const CODE: usize = 4;

/// Compiles a pattern of this file for a whole line.
fn pattern(text: &str) -> Option<Regex> {
    Regex::new(&format!("^(?:{text})$")).ok()
}

static FENCE: LazyLock<Option<Regex>> = LazyLock::new(|| pattern("(`{3,})([^`]*)|(~{3,})(.*)"));
static HEADING: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern("(#{1,6})(?:[ \t]+(.*?))??(?:[ \t]+#+)?"));
static ITEM: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern("([-+*]|[0-9]{1,9}[.)])(?:([ \t]+)(.*))?"));
static RULE: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"-(?:[ \t]*-){2,}|\*(?:[ \t]*\*){2,}|_(?:[ \t]*_){2,}"));
static DEFINITION: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"\[[^\]^][^\]]*\]:.*"));
static UNDERLINE: LazyLock<Option<Regex>> = LazyLock::new(|| pattern("=+|-+"));
static DELIMITERS: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"\|?(?:[ \t]*:?-+:?[ \t]*\|)*[ \t]*:?-+:?[ \t]*\|?"));

fn matched<'t>(of: &LazyLock<Option<Regex>>, text: &'t str) -> Option<Captures<'t>> {
    of.as_ref().and_then(|regex| regex.captures(text))
}

/// Returns the SHA-256 of what a text says, however its lines are broken.
pub fn of_prose(text: &str) -> Sha256 {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    sha256((canonical(&lines).join("\n") + "\n").as_bytes())
}

/// Returns the lines of the canonical form.
fn canonical(lines: &[String]) -> Vec<String> {
    let mut scan = BlockScan::default();
    let mut at = 0;
    while at < lines.len() {
        at += scan.take(&lines[at..]);
    }
    scan.close();
    scan.out
}

/// Code between fences: the mark, how long it is, and how far its text stands in.
struct Fence {
    mark: char,
    length: usize,
    indent: usize,
    pad: String,
}

#[derive(Default)]
struct BlockScan {
    out: Vec<String>,
    /// The columns at which the text of the open items of lists begins.
    items: Vec<usize>,
    /// The lines of the open paragraph, and what stands before it.
    paragraph: Vec<String>,
    pad: String,
    /// The cells of the header of the open table.
    columns: usize,
    fence: Option<Fence>,
}

impl BlockScan {
    /// Takes the first of the lines, or the quotation that they begin with. Returns how many lines
    /// it took.
    fn take(&mut self, lines: &[String]) -> usize {
        let line = lines[0].trim_end_matches([' ', '\t']);
        let text = line.trim_start_matches([' ', '\t']);
        let mut indent = columns(0, &line[..line.len() - text.len()]);
        if self.in_fence(line, text, indent) {
            return 1;
        }
        if text.is_empty() {
            self.close();
            return 1;
        }
        let deepest = self.items.iter().filter(|column| **column <= indent).count();
        let inside = deepest.checked_sub(1).map_or(0, |last| self.items[last]);
        let is_inside = indent >= self.items.last().copied().unwrap_or(0);
        let is_rule = !is_inside && matched(&RULE, text).is_some();
        let is_block = is_rule || begins_block(text);
        if !self.paragraph.is_empty() && !is_block {
            if is_inside {
                if matched(&UNDERLINE, text).is_some() {
                    self.underline(text);
                    return 1;
                }
                if self.is_table(text) {
                    self.table(text);
                    return 1;
                }
            }
            self.paragraph.push(text.to_owned());
            return 1;
        }
        if self.columns > 0 && !is_block {
            self.row(text);
            return 1;
        }
        self.close();
        self.items.truncate(deepest);
        let mut pad = "  ".repeat(self.items.len());
        if indent - inside >= CODE {
            self.out.push(format!("{pad}{}{text}", " ".repeat(indent - inside)));
            return 1;
        }
        if text.starts_with('>') {
            return self.quotation(lines, &pad);
        }
        let mut text = text;
        while let Some(item) = matched(&ITEM, text).filter(|_| matched(&RULE, text).is_none()) {
            let mark = item.get(1).map_or("", |mark| mark.as_str());
            let end = indent + mark.len();
            let gap = item.get(2).map_or(0, |gap| columns(end, gap.as_str()) - end);
            text = item.get(3).map_or("", |rest| rest.as_str());
            self.out.push(format!("{pad}{}", mark_of(mark, text)));
            let gap = if gap == 0 || gap > CODE { 1 } else { gap };
            indent = end + gap;
            self.items.push(indent);
            pad.push_str("  ");
        }
        if !text.is_empty() {
            self.block(text, indent, pad);
        }
        1
    }

    /// Takes a line of code, or the end of it. Returns whether the line was taken. Code ends with
    /// the item of the list that it stands in.
    fn in_fence(&mut self, line: &str, text: &str, indent: usize) -> bool {
        let Some(fence) = &self.fence else { return false };
        if !text.is_empty() && indent < self.items.last().copied().unwrap_or(0) {
            self.fence = None;
            return false;
        }
        let is_end = text.chars().all(|c| c == fence.mark) && text.len() >= fence.length;
        if is_end && indent < fence.indent + CODE {
            self.out.push(format!("{}`end", fence.pad));
            self.fence = None;
        } else {
            let blanks = line.bytes().take(fence.indent).take_while(|byte| *byte == b' ').count();
            self.out.push(format!("{}`{}", fence.pad, &line[blanks..]));
        }
        true
    }

    /// Begins a heading, a rule, code or a paragraph, or takes the address of a link.
    fn block(&mut self, text: &str, indent: usize, pad: String) {
        if let Some(fence) = matched(&FENCE, text) {
            let mark = fence.get(1).or(fence.get(3)).map_or("", |mark| mark.as_str());
            let info = fence.get(2).or(fence.get(4)).map_or("", |info| info.as_str());
            self.out.push(format!("{pad}`begin {}", inline(info)));
            let (mark, length) = (mark.chars().next().unwrap_or('`'), mark.len());
            self.fence = Some(Fence { mark, length, indent, pad });
        } else if let Some(heading) = matched(&HEADING, text) {
            let marks = heading.get(1).map_or("", |marks| marks.as_str());
            let title = heading.get(2).map_or("", |title| title.as_str());
            self.out.push(format!("{pad}{marks} {}", inline(title)));
        } else if matched(&RULE, text).is_some() {
            self.out.push(format!("{pad}---"));
        } else if matched(&DEFINITION, text).is_some() {
            self.out.push(format!("{pad}d {text}"));
        } else {
            self.paragraph.push(text.to_owned());
            self.pad = pad;
        }
    }

    /// Takes the lines of a quotation. Returns how many they are.
    fn quotation(&mut self, lines: &[String], pad: &str) -> usize {
        let text = |line: &String| {
            let text = line.trim_start_matches([' ', '\t']).strip_prefix('>')?;
            Some(text.strip_prefix(' ').unwrap_or(text).to_owned())
        };
        let quoted: Vec<String> = lines.iter().map_while(text).collect();
        self.out.extend(canonical(&quoted).into_iter().map(|line| format!("{pad}> {line}")));
        // A line that follows may go on with what is quoted.
        if lines.get(quoted.len()).is_some_and(|line| !line.trim_matches([' ', '\t']).is_empty()) {
            self.out.push(format!("{pad}~"));
        }
        quoted.len()
    }

    fn close(&mut self) {
        if !self.paragraph.is_empty() {
            let text = inline(&self.paragraph.join(" "));
            self.out.push(format!("{}p {text}", self.pad));
        }
        self.paragraph.clear();
        self.columns = 0;
    }

    /// Makes a heading of the open paragraph.
    fn underline(&mut self, line: &str) {
        let marks = if line.starts_with('=') { "#" } else { "##" };
        let title = inline(&self.paragraph.join(" "));
        self.out.push(format!("{}{marks} {title}", self.pad));
        self.paragraph.clear();
    }

    /// Whether a line rules off the last one of the paragraph as the header of a table.
    fn is_table(&self, line: &str) -> bool {
        let header = self.paragraph.last().map_or("", String::as_str);
        line.contains('|')
            && matched(&DELIMITERS, line).is_some()
            && cells(header).len() == cells(line).len()
    }

    fn table(&mut self, line: &str) {
        let header = self.paragraph.pop().unwrap_or_default();
        let (pad, columns) = (self.pad.clone(), cells(line).len());
        self.close();
        self.columns = columns;
        self.out.push(format!("{pad}= {}", cells(&header).join("|")));
    }

    /// Takes a row of the open table; a row without all its cells has empty ones.
    fn row(&mut self, line: &str) {
        let mut cells = cells(line);
        cells.resize(self.columns.max(cells.len()), String::new());
        self.out.push(format!("{}| {}", self.pad, cells.join("|")));
    }
}

/// Returns the column that blanks and tabs behind a column lead to.
fn columns(from: usize, blanks: &str) -> usize {
    blanks.bytes().fold(from, |at, byte| if byte == b'\t' { at / 4 * 4 + 4 } else { at + 1 })
}

/// Whether a line begins a block that ends a paragraph.
fn begins_block(text: &str) -> bool {
    let is_underline = || matched(&UNDERLINE, text).is_some();
    text.starts_with('>')
        || matched(&ITEM, text).is_some()
        || matched(&HEADING, text).is_some()
        || matched(&FENCE, text).is_some()
        || (matched(&RULE, text).is_some() && !is_underline())
}

/// Returns the mark of an item. Bullets are alike, but for what may be the sign of a number.
fn mark_of<'m>(mark: &'m str, text: &str) -> &'m str {
    let is_bullet = matches!(mark, "*" | "+");
    if is_bullet && !text.starts_with(|c: char| c.is_ascii_digit()) { "-" } else { mark }
}

/// Returns the cells of a row.
fn cells(line: &str) -> Vec<String> {
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells: Vec<String> = vec![String::new()];
    let mut is_escaped = false;
    for c in line.chars() {
        if c == '|' && !is_escaped {
            cells.push(String::new());
        } else if let Some(cell) = cells.last_mut() {
            cell.push(c);
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    if cells.len() > 1 && cells.last().is_some_and(|cell| cell.trim_matches([' ', '\t']).is_empty())
    {
        cells.pop();
    }
    cells.iter().map(|cell| inline(cell)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> String {
        canonical(&text.split('\n').map(str::to_owned).collect::<Vec<_>>()).join("\n")
    }

    #[test]
    fn layout_is_left_out() {
        let cases = [
            ("One text\nof two lines.", "One   text of\n  two lines.  "),
            ("One.\n\nTwo.", "\n\nOne.\n\n\n\nTwo.\n\n"),
            ("# Title\nText", "# Title #\n\nText\n"),
            ("## Title\nText", "Title\n-----\nText"),
            ("- a\n  - b\n- c", "* a\n\n    * b\n* c"),
            ("1. a\n   - b", "1. a\n\n    - b"),
            ("Up to **20** `euros`", "Up to 20 __euros__"),
            ("| a | b |\n|---|---|\n| c | d |", "|a  |   b|\n|:--|--:|\n|c  |d|"),
            ("| a | b |\n|---|---|\n| c |", "a | b\n--- | ---\nc | "),
            ("> a b\n> c", "> a\n> b c"),
            ("[^1]: a\nb", "[^1]: a b"),
            ("[a]: /b\n\nText", "[a]: /b\nText"),
        ];
        for (one, other) in cases {
            assert_eq!(form(one), form(other));
        }
    }

    #[test]
    fn what_a_reader_sees_is_kept() {
        let cases = [
            ("| a | b |\n| --- | --- |\n| + | - |", "| a | b |\n| --- | --- |\n| + | + |"),
            ("- Never:\n  - mortgages\n  - pricing", "- Never:\n  - mortgages\n- pricing"),
            ("```yaml\nnever:\n  - x\n```", "```yaml\nnever:\n  # - x\n```"),
            ("```\na\n  b\n```", "```\na\nb\n```"),
            ("below\n- 500 euros", "below\n500 euros"),
            ("- 500 euros", "+ 500 euros"),
            ("is\n> 0.42", "is\n0.42"),
            ("10*3", "10**3"),
            ("| a |\n| --- |\n| b, | c |", "| a |\n| --- |\n| b, c |"),
            ("a\n\n| --- | --- |", "a"),
            ("at most\n20. Officers", "at most\n90. Officers"),
            ("the gap is -3", "the gap is 3"),
            ("20.000", "20,000"),
            ("Intended use\n---\nAll", "Intended use\n\n---\nAll"),
            ("Never\n\n    for mortgages\n    # but", "Never\n\n    for mortgages # but"),
            ("below\n    - 500 euros", "below\n- 500 euros"),
            ("- [ ] done", "- [x] done"),
            ("~~mortgages~~", "mortgages"),
            ("# Never\n\nMortgages", "Never\n\nMortgages"),
            ("## Never\n\nMortgages", "### Never\n\nMortgages"),
            ("<!-- hidden --> said", "said"),
            ("- - a", "- a"),
            ("- a\n\n  b", "- a\n\nb"),
            ("> - a", "- a"),
            ("> never\nfor mortgages", "> never\n\nfor mortgages"),
            ("-\ta\n\n  b", "-\ta\n\n\tb"),
            ("[use]: is\nnot allowed", "[use]: is not allowed"),
            ("https://a.example/_x_/", "https://a.example/x/"),
            ("[a](/_x_/ '')", "[a](/x/ '')"),
        ];
        for (one, other) in cases {
            assert_ne!(form(one), form(other), "{one}");
        }
    }
}
