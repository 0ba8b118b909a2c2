//! A paragraph of a Word document as a line of Markdown that says the same.

use super::styles::{ParagraphRole, RunLook};

/// How a piece of text looks and where it leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    bold: bool,
    italic: bool,
    struck: bool,
    target: Option<String>,
}

impl Marks {
    pub(super) fn of(look: RunLook, target: Option<&str>) -> Self {
        let is = |it: Option<bool>| it == Some(true);
        let target = target.map(str::to_owned);
        Self { bold: is(look.bold), italic: is(look.italic), struck: is(look.struck), target }
    }
}

/// A paragraph as it is read.
#[derive(Debug)]
pub(super) struct Paragraph {
    pub(super) style: Option<String>,
    /// The role that it has by itself, whatever its style says.
    pub(super) role: Option<ParagraphRole>,
    pub(super) list_level: usize,
    pieces: Vec<(Marks, String)>,
}

impl Paragraph {
    pub(super) fn new() -> Self {
        Self { style: None, role: None, list_level: 0, pieces: Vec::new() }
    }

    /// Adds text; what looks alike becomes one piece.
    pub(super) fn push(&mut self, text: &str, marks: Marks) {
        match self.pieces.last_mut() {
            Some((last, piece)) if *last == marks => piece.push_str(text),
            _ => self.pieces.push((marks, text.to_owned())),
        }
    }

    /// Its text as one line of Markdown. A heading has no marks but those of its level.
    pub(super) fn line(&self, is_heading: bool) -> String {
        let mut line = String::new();
        for (marks, text) in &self.pieces {
            let words: Vec<&str> = text.split_whitespace().collect();
            let begins_apart = text.starts_with(char::is_whitespace);
            if begins_apart && !line.is_empty() && !line.ends_with(' ') {
                line.push(' ');
            }
            if words.is_empty() {
                continue;
            }
            let mut said = escaped(&words.join(" "));
            if let Some(target) = &marks.target {
                let target: String =
                    target.chars().filter(|c| !c.is_control() && !"<>\\".contains(*c)).collect();
                said = format!("[{said}](<{target}>)");
            }
            for (is_marked, mark) in [
                (marks.struck, "~~"),
                (marks.italic && !is_heading, "*"),
                (marks.bold && !is_heading, "**"),
            ] {
                if is_marked {
                    said = format!("{mark}{said}{mark}");
                }
            }
            line.push_str(&said);
            if text.ends_with(char::is_whitespace) {
                line.push(' ');
            }
        }
        let line = line.trim().to_owned();
        if begins_block(&line) { format!("\\{line}") } else { line }
    }
}

/// Text in which nothing is markup of Markdown, with as few backslashes as that needs: what is read
/// of it is also shown as it stands.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied().unwrap_or(' ');
        let is_markup = match c {
            '\\' | '`' | '[' | ']' | '|' => true,
            '*' => !(before.is_whitespace() && next.is_whitespace()),
            '_' => !(before.is_alphanumeric() && next.is_alphanumeric()),
            '~' => next == '~' || before == '~',
            '<' => next.is_alphabetic() || matches!(next, '/' | '!' | '?'),
            '&' => next.is_alphanumeric() || next == '#',
            _ => false,
        };
        if is_markup {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    out
}

/// Whether a line would begin a heading, a list, a quotation or a rule. A line that begins with a
/// number stays as it is: it reads as an item of a list, with the same words.
fn begins_block(line: &str) -> bool {
    line.starts_with(['#', '>', '+', '=', '-'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_never_markup() {
        let said = |text: &str| {
            let mut paragraph = Paragraph::new();
            paragraph.push(text, Marks::default());
            paragraph.line(false)
        };
        assert_eq!(said("model_v2.1, 2 * 3 < 7 & more"), "model_v2.1, 2 * 3 < 7 & more");
        assert_eq!(said("# no heading"), "\\# no heading");
        assert_eq!(said("- no item"), "\\- no item");
        assert_eq!(said("*a* [b](c) <d> &amp; `e` ~~f~~"), {
            "\\*a\\* \\[b\\](c) \\<d> \\&amp; \\`e\\` \\~\\~f\\~\\~"
        });
    }

    #[test]
    fn pieces_that_look_alike_are_one() {
        let mut paragraph = Paragraph::new();
        let bold = Marks { bold: true, ..Marks::default() };
        paragraph.push("Own", bold.clone());
        paragraph.push("er: ", bold);
        paragraph.push("Ana ", Marks::default());
        let target = Some("https://example.com/a".to_owned());
        paragraph.push("form", Marks { target, ..Marks::default() });
        assert_eq!(paragraph.line(false), "**Owner:** Ana [form](<https://example.com/a>)");
    }
}
