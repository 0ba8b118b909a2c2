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
