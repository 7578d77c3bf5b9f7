//! Reads the cells of a notebook, for warming the cache and for checking that
//! it runs.

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
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|source| NotebookError::File {
        path: name.clone(),
        source,
    })?;
    if path.extension().is_some_and(|extension| extension == "rs") {
        return Ok(text
            .split("// %%")
            .map(|cell| CodeCell {
                source: cell.trim().to_owned(),
                tags: Vec::new(),
            })
            .filter(|cell| !cell.source.is_empty())
            .collect());
    }
    let bad = |why: &str| NotebookError::Format {
        path: name.clone(),
        why: why.to_owned(),
    };
    let notebook: Value = serde_json::from_str(&text).map_err(|error| bad(&error.to_string()))?;
    let cells = notebook["cells"]
        .as_array()
        .ok_or_else(|| bad("it has no list of cells"))?;
    Ok(cells
        .iter()
        .filter(|cell| cell["cell_type"] == "code")
        .map(|cell| CodeCell {
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
        .filter(|cell| !cell.source.trim().is_empty())
        .collect())
}
