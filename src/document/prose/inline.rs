//! Running text: labels in it, white space, HTML tags.

/// Text being put together, with the bold words at its start kept apart.
#[derive(Default)]
pub(super) struct Inline {
    pub(super) text: String,
    /// Where the first bold run ended in `text`, if the text began with one.
    pub(super) bold: Option<usize>,
    /// How many bold runs are open that began at the start.
    pub(super) in_bold: usize,
    /// How many runs of emphasis are open.
    pub(super) in_italics: usize,
    /// Whether a link stands in it.
    pub(super) linked: bool,
    /// Whether words stand outside of any emphasis.
    upright: bool,
}

impl Inline {
    pub(super) fn push(&mut self, text: &str) {
        self.upright |= self.in_italics == 0 && text.contains(char::is_alphanumeric);
        self.text.push_str(text);
    }

    /// Whether all of its words are emphasised.
    pub(super) fn is_italic(&self) -> bool {
        !self.upright && !self.text.is_empty()
    }

    pub(super) fn space(&mut self) {
        self.text.push(' ');
    }
}

/// Splits `**Name:** value`, `**Name**: value`, `Name: value` and a bold line without a value.
pub(super) fn label(inline: &Inline) -> Option<(String, String)> {
    const LONGEST_NAME: usize = 8;
    let text = &inline.text;
    let (name, value) = match inline.bold {
        Some(end) => {
            let (bold, rest) = text.split_at(end);
            let bold = bold.trim();
            match (bold.strip_suffix([':', '.', '：']), rest.trim_start().strip_prefix([':', '：']))
            {
                (Some(name), _) => (name, rest),
                (None, Some(rest)) => (bold, rest),
                (None, None) if rest.trim().is_empty() => (bold, ""),
                (None, None) => return None,
            }
        }
        None => {
            let (name, value) = text
                .split_once(": ")
                .or_else(|| text.trim_end().strip_suffix(':').map(|name| (name, "")))?;
            (name, value)
        }
    };
    let name = collapse(name);
    let words = name.split(' ').count();
    if name.is_empty()
        || words > LONGEST_NAME
        || name.contains(['.', '!', '?']) && inline.bold.is_none()
    {
        return None;
    }
    Some((name, collapse(value)))
}

/// Whether a line of source begins with `**Name:**` or `**Name**:`.
pub(super) fn is_bold_label(line: &str) -> bool {
    let name = line.trim_start().strip_prefix("**").and_then(|rest| rest.split_once("**"));
    name.is_some_and(|(name, rest)| name.ends_with(':') || rest.starts_with(':'))
}

/// White space runs become one space; none at the ends.
pub(super) fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What an HTML fragment shows: what is not between `<` and `>`, nor in `style` and `script`.
pub(super) fn without_tags(html: &str) -> String {
    // Of the same length, so its offsets are those of `html`.
    let lower = html.to_ascii_lowercase();
    let mut text = String::with_capacity(html.len());
    let mut at = 0;
    while let Some(start) = html[at..].find('<').map(|found| at + found) {
        text.push_str(&html[at..start]);
        text.push(' ');
        let hidden = ["</style", "</script"]
            .into_iter()
            .find(|end| lower[start + 1..].starts_with(&end[2..]));
        let end = match hidden {
            Some(end) => lower[start..].find(end),
            // A processing instruction may hold `>`.
            None if html[start..].starts_with("<?") => html[start..].find("?>").map(|end| end + 2),
            None => html[start..].find('>').map(|end| end + 1),
        };
        match end {
            Some(end) => at = start + end,
            None => return text,
        }
    }
    text.push_str(&html[at..]);
    text
}
