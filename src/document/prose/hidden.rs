//! Elements of HTML around prose that a browser does not show.

/// The element that hides what follows, and how deep elements of its name are open in it.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    open: Option<(String, usize)>,
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

    /// Takes in the tags of a piece of HTML, in their order.
    pub(super) fn block(&mut self, html: &str) {
        let mut rest = html;
        while let Some(start) = rest.find('<') {
            rest = &rest[start..];
            if let Some(comment) = rest.strip_prefix("<!--") {
                rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
                continue;
            }
            let Some((tag, after)) = Tag::read(rest) else {
                let is_name = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
                self.in_vain += if is_name { rest.len() } else { 0 };
                if self.in_vain > MOST_IN_VAIN {
                    self.open.get_or_insert_with(|| (String::new(), 1));
                    return;
                }
                rest = &rest[1..];
                continue;
            };
            rest = after;
            match &mut self.open {
                Some((name, depth)) if *name == tag.name => {
                    *depth = if tag.is_end { depth.saturating_sub(1) } else { *depth + 1 };
                    if *depth == 0 {
                        self.open = None;
                    }
                }
                None if !tag.is_end && tag.hides() => self.open = Some((tag.name, 1)),
                _ => {}
            }
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

    /// Whether nobody sees what stands in it, or it says that it was taken out.
    fn hides(&self) -> bool {
        /// Elements without content, and such as end by themselves.
        const EMPTY: [&str; 15] = [
            "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "p",
            "source", "track", "wbr", "li",
        ];
        const UNSEEN: [&str; 11] = [
            "template", "noscript", "datalist", "title", "del", "s", "strike", "script", "style",
            "object", "iframe",
        ];
        const STYLES: [&str; 3] = ["display:none", "visibility:hidden", "opacity:0"];
        if EMPTY.contains(&self.name.as_str()) {
            return false;
        }
        let has = |key: &str| self.attributes.iter().any(|(name, _)| name == key);
        let style = self
            .attributes
            .iter()
            .find(|(name, _)| name == "style")
            .map_or("", |(_, value)| value.as_str());
        let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
        UNSEEN.contains(&self.name.as_str())
            || has("hidden")
            || (self.name == "dialog" && !has("open"))
            || style
                .split(';')
                .map(|it| it.trim_end_matches("!important"))
                .any(|it| STYLES.contains(&it))
            // What is written in entities is written to be overlooked.
            || style.contains('&')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opens(html: &str) -> bool {
        let mut hidden = Hidden::default();
        hidden.block(html);
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
            "<div class=\"hidden\">",
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
