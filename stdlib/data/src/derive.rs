//! Tables that are made of another one, so that no fact is written twice.
//!
//! `incidents.csv` has the causes and patterns of an incident as lists on its
//! line, where a contributor can see them together. For joins and counts they
//! are wanted one a row: `incident_causes` and `incident_patterns` have a
//! schema and a README of their own, but no CSV.

use std::path::Path;

use crate::catalog::Entry;
use crate::csv::{Csv, Row};
use crate::error::DataError;

/// The rows of a derived table, in the order of its key. A row stands on the
/// line of the row that it was made of.
pub(crate) fn rows(source_dir: &Path, entry: &Entry, of: &str) -> Result<Csv, DataError> {
    let origin = Csv::read(&source_dir.join(of).join(format!("{of}.csv")))?;
    let at = |name: &str| origin.header.iter().position(|column| column == name);
    let cell = |row: &Row, name: &str| at(name).map(|at| row.cells[at].clone()).unwrap_or_default();
    let mut rows = Vec::new();
    let mut push = |line: usize, cells: Vec<String>| rows.push(Row { line, cells });
    let header: &[&str] = match entry.table.as_str() {
        "incident_causes" => {
            for row in &origin.rows {
                let id = cell(row, "id");
                let primary = cell(row, "cause_category");
                push(row.line, vec![id.clone(), primary, "primary".to_owned()]);
                for category in items(&cell(row, "contributing_categories")) {
                    push(
                        row.line,
                        vec![id.clone(), category, "contributing".to_owned()],
                    );
                }
            }
            &["incident_id", "category", "role"]
        }
        "incident_patterns" => {
            for row in &origin.rows {
                for pattern in items(&cell(row, "mitigating_patterns")) {
                    push(row.line, vec![cell(row, "id"), pattern]);
                }
            }
            &["incident_id", "pattern"]
        }
        other => {
            return Err(DataError::Source {
                path: source_dir.join("tables.csv"),
                reason: format!("nothing says how `{other}` is made of `{of}`"),
            });
        }
    };
    rows.sort_by(|a, b| a.cells.cmp(&b.cells));
    Ok(Csv {
        file: origin.file,
        header: header.iter().map(|name| (*name).to_owned()).collect(),
        rows,
    })
}

fn items(list: &str) -> Vec<String> {
    list.split(';')
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}
