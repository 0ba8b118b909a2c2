//! Running text: labels in it, white space, HTML tags.

/// Where a link leads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LinkTarget {
    /// To a place of the same document.
    Inside,
    Elsewhere,
    /// Nowhere: `[If known, name and email]()` is a prompt that nobody answered.
    Nowhere,
}

impl LinkTarget {
    fn of(target: &str) -> Self {
        match target.trim() {
            "" => Self::Nowhere,
            inside if inside.starts_with('#') && inside.len() > 1 => Self::Inside,
            _ => Self::Elsewhere,
        }
    }
}

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
    /// Links that are open, each with whether it leads to a place of the same document.
    links: Vec<LinkTarget>,
    /// Whether words stand outside of any emphasis.
    upright: bool,
    /// Whether words lead to a place of the same document, and whether others do not.
    led_inside: bool,
    led_elsewhere: bool,
}

impl Inline {
    pub(super) fn push(&mut self, text: &str) {
        let has_words = text.contains(char::is_alphanumeric);
        self.upright |= self.in_italics == 0 && has_words;
        let is_inside = self.links.last() == Some(&LinkTarget::Inside);
        self.led_inside |= is_inside && has_words;
        self.led_elsewhere |= !is_inside && has_words;
        self.text.push_str(text);
    }

    /// Whether all of its words are emphasised.
    pub(super) fn is_italic(&self) -> bool {
        !self.upright && !self.text.is_empty()
    }

    /// Takes the beginning of a link. One that leads nowhere is kept as it is written, so that it
    /// is seen for the prompt it is, but not in a `name`.
    pub(super) fn open_link(&mut self, target: &str, name: bool) {
        let leads = LinkTarget::of(target);
        self.links.push(leads);
        self.linked |= leads != LinkTarget::Nowhere;
        if leads == LinkTarget::Nowhere && !name {
            self.push("[");
        }
    }

    /// Takes the end of a link.
    pub(super) fn close_link(&mut self, name: bool) {
        if self.links.pop() == Some(LinkTarget::Nowhere) && !name {
            self.push("]");
        }
    }

    /// Whether all of its words lead to places of the same document.
    pub(super) fn is_contents(&self) -> bool {
        self.led_inside && !self.led_elsewhere
    }

    pub(super) fn space(&mut self) {
        self.text.push(' ');
    }
}

/// Splits `**Name:** value`, `**Name**: value`, `Name: value` and a bold line without a value.
pub(super) fn label(inline: &Inline) -> Option<(String, String)> {
    const LONGEST_NAME: usize = 8;
    /// Characters of a name before the colon of Chinese and Japanese.
    const LONGEST_UNPARTED: usize = 16;
    /// Of a name in bold, which is told from a sentence by that.
    const LONGEST_BOLD_NAME: usize = 14;
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
            let wide = text.split_once('：').filter(|(name, _)| {
                name.chars().count() <= LONGEST_UNPARTED && !name.contains(['。', '，', '！', '？'])
            });
            let both = [text.split_once(": "), wide];
            both.into_iter()
                .flatten()
                .min_by_key(|(name, _)| name.len())
                .or_else(|| text.trim_end().strip_suffix(':').map(|name| (name, "")))?
        }
    };
    let name = collapse(name);
    let words = name.split(' ').count();
    let longest = if inline.bold.is_some() { LONGEST_BOLD_NAME } else { LONGEST_NAME };
    if name.is_empty() || words > longest || name.contains(['.', '!', '?']) && inline.bold.is_none()
    {
        return None;
    }
    Some((name, collapse(value)))
}

/// Whether a line of source begins with `**Name:**` or `**Name**:`, or the same with `__`.
pub(super) fn is_bold_label(line: &str) -> bool {
    let line = line.trim_start();
    let between = |mark: &str| line.strip_prefix(mark)?.split_once(mark);
    let name = between("**").or_else(|| between("__"));
    name.is_some_and(|(name, rest)| name.ends_with([':', '：']) || rest.starts_with([':', '：']))
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

/// A text without the marks of emphasis and code.
pub(super) fn plain(text: &str) -> String {
    collapse(&text.replace(['*', '`'], ""))
}
