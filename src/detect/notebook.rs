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
    let notebook: Notebook = serde_json::from_slice(bytes)
        .map_err(|error| ReadError::Failed(format!("not a valid notebook: {error}")))?;
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
        for line in text.lines() {
            // `%magic` and `!command` are not Python.
            if !line.trim_start().starts_with(['%', '!']) {
                code.push_str(line);
            }
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
