//! Lines that take a model from elsewhere: by an address, a download or the environment.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::comments::without_comment;
use crate::catalog::embedded;

/// A line that takes a model from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fetch {
    /// What the line does, in words.
    pub(crate) what: &'static str,
    /// What it fetches, as it is written.
    pub(crate) source: String,
    /// The whole line.
    pub(crate) line: String,
    /// Where the line begins and ends in the text.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// A row of `data/fetches.yaml`.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Pattern {
    what: String,
    pattern: String,
}

fn patterns() -> &'static [(String, Regex)] {
    static PATTERNS: LazyLock<Vec<(String, Regex)>> = LazyLock::new(|| {
        let rows: Vec<Pattern> = embedded("fetches", include_str!("../../data/fetches.yaml"));
        let compiled = |row: Pattern| match Regex::new(&row.pattern) {
            Ok(pattern) => (row.what, pattern),
            // Our own data, compiled by a test; a user never sees this.
            Err(error) => panic!("`{}` is no pattern: {error}", row.pattern),
        };
        rows.into_iter().map(compiled).collect()
    });
    &PATTERNS
}

/// Returns the lines of a text that take a model from elsewhere and that are not lines of `before`
/// too. A line that is only a comment takes nothing.
pub(crate) fn added_fetches(before: &str, now: &str) -> Vec<Fetch> {
    let known: BTreeSet<&str> = before.lines().map(str::trim).collect();
    let mut found = Vec::new();
    let mut start = 0;
    for line in now.split_inclusive('\n') {
        let (at, text) = (start, line.trim());
        start += line.len();
        let is_comment = without_comment(line).trim().is_empty();
        if is_comment || known.contains(text) {
            continue;
        }
        let first = patterns().iter().find_map(|(what, pattern)| {
            let captures = pattern.captures(line)?;
            let source = captures.get(1).or_else(|| captures.get(0))?;
            Some(Fetch {
                what,
                source: source.as_str().to_owned(),
                line: text.to_owned(),
                start: at + source.start(),
                end: at + source.end(),
            })
        });
        found.extend(first);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_takes_a_model_from_elsewhere_is_seen_where_it_is_new() {
        let rows = [
            ("W = load(\"https://models.example.net/v5.safetensors\")", Some("https://models")),
            (
                "ADD https://example.net/a/model.onnx /srv/",
                Some("https://example.net/a/model.onnx"),
            ),
            ("path = hf_hub_download(\"acme/scorer\", \"w.bin\")", Some("acme/scorer")),
            ("RUN huggingface-cli download acme/scorer", Some("acme/scorer")),
            ("path = os.environ[\"MODEL_PATH\"]", Some("MODEL_PATH")),
            ("p = os.getenv('SCORE_WEIGHTS_URL')", Some("SCORE_WEIGHTS_URL")),
            ("load ${CHECKPOINT_DIR}", Some("CHECKPOINT_DIR")),
            ("RUN ollama pull llama3", Some("llama3")),
            ("u = f\"https://x.example/{v}.safetensors\"", Some("https://x.example/{v}")),
            ("  --output /m https://x.example/v5.onnx", Some("https://x.example/v5")),
            ("RUN aws s3 sync s3://models/scorecard models/credit", Some("s3://models")),
            ("w = load(\"/mnt/share/latest.safetensors\")", Some("/mnt/share/latest")),
            // Which hosted model is called is configuration.
            ("name = os.environ[\"OPENAI_MODEL\"]", None),
            ("see https://example.net/model.html", None),
            ("# https://models.example.net/v5.safetensors", None),
        ];
        for (line, expected) in rows {
            let found = added_fetches("", &format!("import os\n{line}\n"));
            let source = found.first().map(|fetch| fetch.source.as_str());
            match expected {
                Some(start) => assert!(source.is_some_and(|it| it.starts_with(start)), "{line}"),
                None => assert_eq!(source, None, "{line}"),
            }
            assert_eq!(added_fetches(line, line), [], "{line}");
        }
    }
}
