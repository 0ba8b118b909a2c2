//! Jupyter notebooks: their code cells joined to one Python source.
//!
//! Places inside a cell have no place in the file that a person could go to, so what is found is
//! placed at the notebook itself.

use serde::Deserialize;

use super::{Sighting, python};

#[derive(Deserialize)]
struct Notebook {
    #[serde(default)]
    cells: Vec<Cell>,
}

#[derive(Deserialize)]
struct Cell {
    cell_type: String,
    #[serde(default)]
    source: Source,
}

/// One text, or one per line (nbformat 4).
#[derive(Deserialize)]
#[serde(untagged)]
enum Source {
    Text(String),
    Lines(Vec<String>),
}

impl Default for Source {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

/// What the code cells show. What is no notebook shows nothing.
pub(super) fn sightings(bytes: &[u8]) -> Vec<Sighting> {
    let Ok(notebook) = serde_json::from_slice::<Notebook>(bytes) else { return Vec::new() };
    let mut code = String::new();
    for cell in notebook.cells.into_iter().filter(|cell| cell.cell_type == "code") {
        let text = match cell.source {
            Source::Text(text) => text,
            Source::Lines(lines) => lines.concat(),
        };
        for line in text.lines() {
            // `%magic` and `!command` are not Python.
            if !line.trim_start().starts_with(['%', '!']) {
                code.push_str(line);
            }
            code.push('\n');
        }
    }
    if !python::may_matter(code.as_bytes()) {
        return Vec::new();
    }
    python::sightings(&code).into_iter().map(|sighting| Sighting { span: None, ..sighting }).collect()
}
