//! Reads the cells of a notebook, for warming the cache, for checking that it runs,
//! and for counting what it is about.

use std::path::Path;

use serde_json::Value;

/// Why a notebook could not be read.
#[derive(Debug, thiserror::Error)]
pub enum NotebookError {
    /// The file could not be read.
    #[error("`{path}`: {source}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is no notebook.
    #[error("`{path}` is no Jupyter notebook: {why}")]
    Format {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
}

/// One code cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeCell {
    /// Its text.
    pub source: String,
    /// Its tags; `raises-exception` marks a cell that is meant to fail.
    pub tags: Vec<String>,
}

/// The code cells of a notebook, or of a Rust file with `// %%` between cells.
///
/// # Errors
/// When the file cannot be read or is no notebook.
pub fn code_cells(path: &Path) -> Result<Vec<CodeCell>, NotebookError> {
    if path.extension().is_some_and(|extension| extension == "rs") {
        return Ok(read(path)?
            .split("// %%")
            .map(|cell| CodeCell {
                source: cell.trim().to_owned(),
                tags: Vec::new(),
            })
            .filter(|cell| !cell.source.is_empty())
            .collect());
    }
    Ok(cells(path)?
        .into_iter()
        .filter(|cell| cell.kind == CellKind::Code && !cell.source.trim().is_empty())
        .map(|cell| CodeCell {
            source: cell.source,
            tags: cell.tags,
        })
        .collect())
}

/// What a cell of a notebook is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// Code.
    Code,
    /// Text.
    Markdown,
    /// Neither; converters pass it on.
    Raw,
}

/// One cell of a notebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotebookCell {
    /// Its id, or its place from 1 in a notebook without ids.
    pub id: String,
    /// What it is.
    pub kind: CellKind,
    /// Its text.
    pub source: String,
    /// Its tags.
    pub tags: Vec<String>,
}

/// All cells of a notebook.
///
/// # Errors
/// When the file cannot be read or is no notebook.
pub fn cells(path: &Path) -> Result<Vec<NotebookCell>, NotebookError> {
    let text = read(path)?;
    let bad = |why: &str| NotebookError::Format {
        path: path.display().to_string(),
        why: why.to_owned(),
    };
    let notebook: Value = serde_json::from_str(&text).map_err(|error| bad(&error.to_string()))?;
    let cells = notebook["cells"]
        .as_array()
        .ok_or_else(|| bad("it has no list of cells"))?;
    Ok(cells
        .iter()
        .enumerate()
        .map(|(place, cell)| NotebookCell {
            id: match cell["id"].as_str() {
                Some(id) => id.to_owned(),
                None => (place + 1).to_string(),
            },
            kind: match cell["cell_type"].as_str() {
                Some("code") => CellKind::Code,
                Some("markdown") => CellKind::Markdown,
                _ => CellKind::Raw,
            },
            source: match &cell["source"] {
                Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
                source => source.as_str().unwrap_or_default().to_owned(),
            },
            tags: cell["metadata"]["tags"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        })
        .collect())
}

fn read(path: &Path) -> Result<String, NotebookError> {
    std::fs::read_to_string(path).map_err(|source| NotebookError::File {
        path: path.display().to_string(),
        source,
    })
}
