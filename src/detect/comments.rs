//! Lines of code and configuration without their comments, whatever the language.

/// How a line of only a comment begins: shell, Python and YAML, C, SQL and Haskell, INI, batch.
const WHOLE: [&str; 6] = ["#", "//", "*", "/*", "-- ", ";"];

/// Returns what a line says but for a comment: nothing where it is one, else what stands before a
/// mark behind a blank. A mark within a text is taken for one, too, so that what follows it counts
/// for less and never for more.
pub(crate) fn without_comment(line: &str) -> &str {
    if WHOLE.iter().any(|mark| line.trim_start().starts_with(mark)) {
        return "";
    }
    let marks = [" #", "\t#", " //", "\t//", " /*"];
    let end = marks.iter().filter_map(|mark| line.find(mark)).min();
    &line[..end.unwrap_or(line.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_says_nothing() {
        for line in ["# a", "  // a", " * a", "-- a", "; a", "/* a */"] {
            assert_eq!(without_comment(line), "", "{line}");
        }
        assert_eq!(without_comment("load('a') # 'b'"), "load('a')");
        assert_eq!(without_comment("load(\"a\"); // b"), "load(\"a\");");
        assert_eq!(without_comment("url: https://example.com/a#b"), "url: https://example.com/a#b");
    }
}
