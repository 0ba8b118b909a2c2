//! Elements of HTML around prose that a browser does not show.

use super::invisible::{attribute, has_coloured_ground, hidden_selectors, is_invisible};

/// The element that hides what follows, and how deep elements of its name are open in it.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    open: Option<(String, usize)>,
    /// The same of the element that sets a ground on which white text is seen.
    ground: Option<(String, usize)>,
    /// What the style sheets of the document hide.
    selectors: Vec<String>,
    /// Bytes that were looked through for the end of a tag that has none.
    in_vain: usize,
}

/// Of a text with so many beginnings without an end nobody can say what a browser shows, so it
/// shows nothing.
const MOST_IN_VAIN: usize = 64 << 20;

impl Hidden {
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Takes in the style sheets of a document.
    pub(super) fn of(text: &str) -> Self {
        let has_sheet = text.contains("<style") || text.contains("<STYLE");
        let selectors = if has_sheet { hidden_selectors(text) } else { Vec::new() };
        Self { selectors, ..Self::default() }
    }

    /// Whether what follows stands on a coloured ground.
    pub(super) fn is_on_colour(&self) -> bool {
        self.ground.is_some()
    }

    /// Takes in that a block begins which is no HTML: it ends a paragraph of HTML.
    pub(super) fn begin_block(&mut self) {
        self.open.take_if(|(name, _)| name == "p");
        self.ground.take_if(|(name, _)| name == "p");
    }

    /// Takes in the tags of a piece of HTML, in their order. Returns what of it is shown, tags
    /// included.
    pub(super) fn block(&mut self, html: &str, on_colour: bool) -> String {
        let mut shown = String::new();
        let mut rest = html;
        while let Some(start) = rest.find('<') {
            let (before, from) = rest.split_at(start);
            self.show(before, &mut shown);
            rest = from;
            if let Some(comment) = rest.strip_prefix("<!--") {
                rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
                continue;
            }
            let Some((tag, after)) = Tag::read(rest) else {
                let is_name = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
                self.in_vain += if is_name { rest.len() } else { 0 };
                if self.in_vain > MOST_IN_VAIN {
                    self.open.get_or_insert_with(|| (String::new(), 1));
                    return shown;
                }
                self.show("<", &mut shown);
                rest = &rest[1..];
                continue;
            };
            if tag.ends_open_ones() {
                self.begin_block();
            }
            if tag.name == "li" {
                self.open.take_if(|(name, _)| name == "li");
            }
            let was_open = self.is_open();
            self.take(&tag, on_colour);
            if !was_open && !self.is_open() {
                shown.push_str(&rest[..rest.len() - after.len()]);
            }
            rest = after;
        }
        self.show(rest, &mut shown);
        shown
    }

    fn show(&self, text: &str, shown: &mut String) {
        if !self.is_open() {
            shown.push_str(text);
        }
    }

    /// Takes in a tag.
    fn take(&mut self, tag: &Tag, on_colour: bool) {
        count(&mut self.ground, tag);
        if self.open.is_some() {
            count(&mut self.open, tag);
        } else if !tag.is_end && tag.hides(on_colour || self.is_on_colour(), &self.selectors) {
            self.open = Some((tag.name.clone(), 1));
        } else if self.ground.is_none() && !tag.is_end && has_coloured_ground(&tag.attributes) {
            self.ground = Some((tag.name.clone(), 1)).filter(|_| !tag.is_empty());
        }
    }
}

/// Counts how deep elements of the name of an open one are open in it.
fn count(open: &mut Option<(String, usize)>, tag: &Tag) {
    if let Some((name, depth)) = open
        && *name == tag.name
    {
        *depth = if tag.is_end { depth.saturating_sub(1) } else { *depth + 1 };
        if *depth == 0 {
            *open = None;
        }
    }
}

struct Tag {
    name: String,
    is_end: bool,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// Reads a tag, and what follows it; nothing where it is none.
    fn read(html: &str) -> Option<(Self, &str)> {
        let mut rest = html.strip_prefix('<')?;
        let is_end = rest.starts_with('/');
        rest = rest.strip_prefix('/').unwrap_or(rest);
        let end =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        rest = &rest[end..];
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if let Some(after) = rest.strip_prefix('>') {
                return Some((Self { name, is_end, attributes }, after));
            }
            let end = rest
                .find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/'))
                .unwrap_or(rest.len());
            if rest.is_empty() {
                return None;
            }
            let key = rest[..end.max(1).min(rest.len())].to_ascii_lowercase();
            rest = rest.get(end..)?.trim_start();
            let mut value = "";
            if let Some(after) = rest.strip_prefix('=') {
                let after = after.trim_start();
                (value, rest) = match after.chars().next() {
                    Some(quote @ ('"' | '\'')) => after[1..].split_once(quote)?,
                    _ => after.split_at(
                        after.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(after.len()),
                    ),
                };
            } else if end == 0 {
                rest = rest.get(1..)?;
            }
            attributes.push((key, value.to_ascii_lowercase()));
        }
    }

    /// Whether it has no content and no end.
    fn is_empty(&self) -> bool {
        const EMPTY: [&str; 13] = [
            "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
            "track", "wbr",
        ];
        EMPTY.contains(&self.name.as_str())
    }

    /// Whether its beginning ends a paragraph that is open.
    fn ends_open_ones(&self) -> bool {
        const BLOCKS: [&str; 26] = [
            "p",
            "div",
            "ul",
            "ol",
            "dl",
            "table",
            "pre",
            "form",
            "hr",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "section",
            "article",
            "aside",
            "header",
            "footer",
            "nav",
            "main",
            "figure",
            "details",
            "blockquote",
            "address",
        ];
        !self.is_end && BLOCKS.contains(&self.name.as_str())
    }

    /// Whether nobody sees what stands in it, or it says that it was taken out.
    fn hides(&self, on_colour: bool, selectors: &[String]) -> bool {
        const UNSEEN: [&str; 17] = [
            "template", "noscript", "datalist", "title", "del", "s", "strike", "script", "style",
            "object", "iframe", "noframes", "noembed", "audio", "video", "canvas", "head",
        ];
        if self.is_empty() {
            return false;
        }
        let has = |key: &str| self.attributes.iter().any(|(name, _)| name == key);
        UNSEEN.contains(&self.name.as_str())
            || (self.name == "dialog" && !has("open"))
            || is_invisible(&self.attributes, on_colour)
            || selectors.iter().any(|it| self.is_selected(it))
    }

    /// Whether the last part of a selector of a style sheet names it.
    fn is_selected(&self, selector: &str) -> bool {
        let class = attribute(&self.attributes, "class").unwrap_or_default();
        let id = attribute(&self.attributes, "id").unwrap_or_default();
        if let Some((name, wanted)) = selector.split_once('.') {
            return (name.is_empty() || name == self.name)
                && class.split_whitespace().any(|it| it == wanted);
        }
        match selector.split_once('#') {
            Some((name, wanted)) => (name.is_empty() || name == self.name) && id == wanted,
            None => selector == self.name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opens(html: &str) -> bool {
        let mut hidden = Hidden::default();
        hidden.block(html, false);
        hidden.is_open()
    }

    #[test]
    fn tags_without_an_end_are_not_searched_for_ever() {
        assert!(opens(&format!("<div{}", "<a ".repeat(600_000))), "nobody can say what is shown");
        assert!(!opens(&format!("<div>{}", "<a x ".repeat(100))));
    }

    #[test]
    fn what_a_browser_does_not_show_is_hidden_until_it_ends() {
        for html in [
            "<div hidden>",
            "<div title=\">\" hidden>",
            "<div style=\"display:\tnone\">",
            "<div style='visibility: hidden'>",
            "<p style=\"display:none\">",
            "<div class=\"hidden\">",
            "<span class='text sr-only'>",
            "<font color=white>",
            "<font color=\"#FFFFFF\">",
            "<span aria-hidden=true>",
            "<template>",
            "<del>",
            "<dialog>",
            "<div hidden><div></div>",
            "<div hidden></div><div hidden>",
            "<div hidden><!-- </div> -->",
        ] {
            assert!(opens(html), "{html}");
        }
        for html in [
            "<details>",
            "<div class=\"note\">",
            "<div align=center>",
            "<div class=\"d-none d-md-block\">",
            "<p hidden><p>",
            "<span style=\"color:white;background:#333\">",
            "<td bgcolor=\"#000\"><font color=white>",
            "<div title=\"what is hidden\">",
            "<img alt=\"hidden layers\">",
            "<hr hidden>",
            "<!-- do not use <div hidden> here -->",
            "<div hidden></div>",
            "<div hidden><div></div></div>",
            "<dialog open>",
            "a < b",
            "<",
        ] {
            assert!(!opens(html), "{html}");
        }
    }
}
