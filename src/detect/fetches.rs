//! Lines that take a model from elsewhere: by an address, a download or the environment.

use std::collections::BTreeMap;
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
    of: Option<FetchPlace>,
    pattern: String,
}

/// Where other things than models come from as well.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum FetchPlace {
    BucketCopy,
    BucketFile,
    Environment,
}

fn patterns() -> &'static [(Pattern, Regex)] {
    static PATTERNS: LazyLock<Vec<(Pattern, Regex)>> = LazyLock::new(|| {
        let rows: Vec<Pattern> = embedded("fetches", include_str!("../../data/fetches.yaml"));
        let compiled = |row: Pattern| match Regex::new(&row.pattern) {
            Ok(pattern) => (row, pattern),
            // Our own data, compiled by a test; a user never sees this.
            Err(error) => panic!("`{}` is no pattern: {error}", row.pattern),
        };
        rows.into_iter().map(compiled).collect()
    });
    &PATTERNS
}

/// Returns the lines of a text that take a model from elsewhere and that `before` does not have as
/// often, whatever else stands on them. A line that is only a comment takes nothing, and what a
/// digest names is held by it.
pub(crate) fn added_fetches(before: &str, now: &str) -> Vec<Fetch> {
    let mut known: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for fetch in fetches(before) {
        *known.entry((fetch.what, fetch.source)).or_default() += 1;
    }
    let mut is_new = |fetch: &Fetch| match known.get_mut(&(fetch.what, fetch.source.clone())) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    };
    fetches(now).into_iter().filter(|fetch| is_new(fetch) && !names_a_digest(&fetch.line)).collect()
}

/// Returns the lines of a text that take a model from elsewhere.
fn fetches(text: &str) -> Vec<Fetch> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        if without_comment(line).trim().is_empty() {
            continue;
        }
        let first = patterns().iter().find_map(|(row, pattern)| {
            let captures = pattern.captures(line)?;
            let source = captures.get(1).or_else(|| captures.get(0))?;
            if row.of.is_some_and(|of| is_of_no_model(of, source.as_str(), line)) {
                return None;
            }
            Some(Fetch {
                what: &row.what,
                source: source.as_str().to_owned(),
                line: line.trim().to_owned(),
                start: at + source.start(),
                end: at + source.end(),
            })
        });
        found.extend(first);
    }
    found
}

/// Whether what a line fetches is told to be something else: a log, a report, a table.
fn is_of_no_model(of: FetchPlace, source: &str, line: &str) -> bool {
    let small = line.to_ascii_lowercase();
    let speaks_of_model = || {
        ["model", "weight", "checkpoint", "ckpt", ".onnx", ".gguf", ".safetensors", ".pt"]
            .iter()
            .any(|word| small.contains(word))
    };
    let is_page = || {
        [".csv", ".json", ".txt", ".html", ".log", ".pdf", ".png", ".parquet"]
            .iter()
            .any(|ending| small.contains(ending))
    };
    match of {
        FetchPlace::Environment => {
            ["_LOG_", "_CONFIG_", "_CARD_", "_REPORT_"].iter().any(|part| source.contains(part))
        }
        FetchPlace::BucketCopy => !speaks_of_model(),
        FetchPlace::BucketFile => is_page() && !speaks_of_model(),
    }
}

/// Whether a line names what it fetches by the SHA-256 of its content, or by a commit.
fn names_a_digest(line: &str) -> bool {
    let runs = line.split(|c: char| !c.is_ascii_hexdigit());
    let is_commit = |run: &str| run.len() == 40 && line.contains("revision");
    runs.into_iter().any(|run| run.len() == 64 || is_commit(run))
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
            (
                "RUN curl -o models/a.safetensors https://models.example.net/latest",
                Some("https://models.example.net/latest"),
            ),
            (
                "ADD https://models.example.net/latest /srv/a.onnx",
                Some("https://models.example.net/latest"),
            ),
            ("COPY --from=acme/scorer-weights:1 /m /srv/m", Some("acme/scorer-weights:1")),
            ("COPY --from=build /m /srv/m", None),
            ("RUN git clone https://huggingface.co/acme/scorer m", Some("https://huggingface.co")),
            ("m = pickle.load(urlopen(\"https://a.example/v5/latest\"))", Some("pickle.load")),
            ("m = resnet50(weights=\"DEFAULT\")", Some("DEFAULT")),
            ("source = { url = \"https://files.example/a-1.0.tar.gz\" }", None),
            ("data: s3://bucket/part-0-00000.npy", None),
            ("RUN aws s3 cp s3://logs/x .", None),
            ("s3.download_file(\"b\", \"reports/today.csv\")", None),
            ("path = os.environ[\"MODEL_LOG_FILE\"]", None),
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

    #[test]
    fn a_fetch_that_was_there_or_is_held_by_a_digest_is_not_new() {
        let call = "path = hf_hub_download(\"acme/scorer\", \"w.bin\")\n";
        let wider = format!("if x:\n    {}", call.replace(')', ", timeout=3)"));
        assert_eq!(added_fetches(call, &wider), []);
        assert_eq!(added_fetches(call, &format!("{call}{call}")).len(), 1);
        let digest = "ab".repeat(32);
        assert_eq!(added_fetches("", &format!("u = 'https://x.example/{digest}/v3.pt'\n")), []);
        let commit = "ab".repeat(20);
        let pinned = call.replace(')', &format!(", revision=\"{commit}\")"));
        assert_eq!(added_fetches("", &pinned), []);
        assert_eq!(added_fetches("", &pinned.replace(&commit, "main")).len(), 1);
    }
}
