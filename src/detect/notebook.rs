//! Jupyter notebooks: their code cells joined to one Python source.
//!
//! Places inside a cell have no place in the file that a person could go to, so what is found is
//! placed at the notebook itself.

use serde::Deserialize;

use super::{python, python_names};
use crate::asset::Detection;
use crate::snapshot::ReadError;

#[derive(Deserialize)]
struct Notebook {
    #[serde(default)]
    cells: Vec<NotebookCell>,
    /// Where nbformat 3 keeps its cells.
    #[serde(default)]
    worksheets: Vec<Notebook>,
}

#[derive(Deserialize)]
struct NotebookCell {
    /// A cell that does not say what it is may be code.
    cell_type: Option<String>,
    /// `input` in nbformat 3.
    #[serde(alias = "input")]
    source: Option<CellSource>,
}

/// One text, or one per line.
#[derive(Deserialize)]
#[serde(untagged)]
enum CellSource {
    Text(String),
    Lines(Vec<String>),
}

impl Notebook {
    fn into_cells(self) -> Vec<NotebookCell> {
        let inner = self.worksheets.into_iter().flat_map(|sheet| sheet.cells);
        self.cells.into_iter().chain(inner).collect()
    }
}

/// What the code cells show. An empty file shows nothing.
///
/// # Errors
/// When it cannot be read as a notebook: what its cells hold is then not known.
pub(super) fn detections(bytes: &[u8]) -> Result<Vec<Detection>, ReadError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return Ok(Vec::new());
    }
    let read = |bytes: &[u8]| serde_json::from_slice::<Notebook>(bytes);
    // Python writes numbers into outputs that JSON has not.
    let notebook = read(bytes).or_else(|error| read(&with_numbers(bytes)).map_err(|_| error));
    let notebook =
        notebook.map_err(|error| ReadError::Failed(format!("not a valid notebook: {error}")))?;
    let mut code = String::new();
    for cell in notebook.into_cells() {
        if cell.cell_type.is_some_and(|kind| kind != "code") {
            continue;
        }
        let text = match cell.source {
            Some(CellSource::Text(text)) => text,
            Some(CellSource::Lines(lines)) => lines.concat(),
            None => continue,
        };
        if !is_python(&text) {
            continue;
        }
        for line in text.lines() {
            code.push_str(statement(line));
            code.push('\n');
        }
    }
    if !python_names::may_matter(code.as_bytes()) {
        return Ok(Vec::new());
    }
    Ok(python::detections(&code)
        .into_iter()
        .map(|detection| Detection { span: None, ..detection })
        .collect())
}

/// Returns the same with `null` for what is no number of JSON, outside of texts.
fn with_numbers(bytes: &[u8]) -> Vec<u8> {
    const NONE: [&[u8]; 3] = [b"NaN", b"-Infinity", b"Infinity"];
    let mut out = Vec::with_capacity(bytes.len());
    let (mut at, mut in_text) = (0, false);
    while at < bytes.len() {
        let word = NONE.iter().find(|word| !in_text && bytes[at..].starts_with(word));
        if let Some(word) = word {
            out.extend_from_slice(b"null");
            at += word.len();
            continue;
        }
        if in_text && bytes[at] == b'\\' {
            out.extend(bytes.get(at..at + 2).unwrap_or(&bytes[at..]));
            at += 2;
            continue;
        }
        in_text ^= bytes[at] == b'"';
        out.push(bytes[at]);
        at += 1;
    }
    out
}

/// Words behind `%` or `%%` that run the Python behind them.
const MEASURING: [&str; 8] =
    ["time", "timeit", "prun", "mprun", "memit", "lprun", "capture", "python3"];

/// Whether a cell holds Python: what opens with `%%` and a word is mostly of another language.
fn is_python(cell: &str) -> bool {
    let Some(magic) = cell.trim_start().strip_prefix("%%") else { return true };
    let word = magic.split_whitespace().next().unwrap_or_default();
    MEASURING.contains(&word) || matches!(word, "python" | "pypy" | "px")
}

/// The Python of a line: nothing of `!command` and `%magic`, the statement of `%time statement`.
fn statement(line: &str) -> &str {
    let trimmed = line.trim_start();
    if trimmed.starts_with(['!', '?']) {
        return "";
    }
    let Some(magic) = trimmed.strip_prefix('%') else { return line };
    let magic = magic.strip_prefix('%').unwrap_or(magic);
    let (word, rest) = magic.split_once(char::is_whitespace).unwrap_or((magic, ""));
    if !MEASURING.contains(&word) || word == "capture" {
        return "";
    }
    // Options and their numbers come before the statement.
    let mut rest = rest.trim_start();
    while rest.starts_with('-') {
        let (option, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        rest = after.trim_start();
        let (value, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        if option.len() == 2 && !value.is_empty() && value.bytes().all(|it| it.is_ascii_digit()) {
            rest = after.trim_start();
        }
    }
    rest
}
