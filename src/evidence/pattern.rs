//! Patterns for texts: they ignore case, and their classes hold ASCII.

use regex::Regex;

/// A pattern of the data; it ignores case.
pub(super) fn compile(text: &str) -> Regex {
    // A full stop inside a number or a name ends no sentence.
    let text = ascii(&text.replace("[^.]", r"(?:[^.]|\.[^\s])"));
    match Regex::new(&format!("(?i){text}")) {
        Ok(pattern) => pattern,
        // Our own data, compiled by a test; a user never sees this.
        Err(error) => panic!("`{text}` is no pattern: {error}"),
    }
}

/// What `\W` leaves out: letters, digits and marks of ASCII and of blocks that hold a script. The
/// exact class of Unicode has hundreds of ranges, which each pattern with it would have to
/// compile.
const WORD: &str = concat!(
    r"0-9A-Za-z_\u{AA}\u{B5}\u{BA}\u{C0}-\u{1FFF}\u{2C00}-\u{2DFF}\u{3005}-\u{3007}",
    r"\u{3021}-\u{303C}\u{3040}-\u{D7FF}\u{F900}-\u{FDFF}\u{FE70}-\u{FEFE}\u{FF10}-\u{FF19}",
    r"\u{FF21}-\u{FF3A}\u{FF41}-\u{FF5A}\u{FF66}-\u{FFDC}\u{10000}-\u{1EFFF}",
    r"\u{20000}-\u{3FFFF}",
);

/// A pattern whose classes hold ASCII only: the Unicode ones take long to compile and add nothing
/// here.
fn ascii(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut in_class = false;
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            in_class = (in_class && c != ']') || (!in_class && c == '[');
            out.push(c);
            continue;
        }
        let escaped = chars.next();
        let inside = match escaped {
            Some('w') => "0-9A-Za-z_",
            Some('d') => "0-9",
            Some('s') => r"\x20\t\r\n",
            Some('W') if !in_class => {
                out.extend(["[^", WORD, "]"]);
                continue;
            }
            Some('b') if !in_class => {
                out.push_str(r"(?-u:\b)");
                continue;
            }
            other => {
                out.push('\\');
                out.extend(other);
                continue;
            }
        };
        if in_class { out.push_str(inside) } else { out.extend(["[", inside, "]"]) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_word_is_so_in_every_script() {
        let pattern = compile(r"^\W*todo\W*$");
        for text in ["TODO", "— todo…", "「TODO」", "☐ todo！", "**todo:** ⚠\u{FE0F} 🚧"]
        {
            assert!(pattern.is_match(text), "{text}");
        }
        for text in ["метод todo", "todo を書く", "à todo", "할 todo", "todo ２", "संtodo"]
        {
            assert!(!pattern.is_match(text), "{text}");
        }
    }
}
