//! What can go wrong with a question about incidents.

use lightcone_data::DataError;
use lightcone_search::QueryError;
use lightcone_units::DomainError;
use polars::error::PolarsError;

/// Why a question about incidents has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IncidentsError {
    /// No incident has this id.
    #[error("there is no incident {id:?}{}", hint(near))]
    UnknownIncident {
        /// The id or number asked for.
        id: String,
        /// Ids that look like it, best first.
        near: Vec<String>,
    },
    /// A frame lacks a column that the analysis needs.
    #[error(
        "the frame has no column `{column}`, which {analysis} needs; its columns are {}",
        columns.join(", ")
    )]
    MissingColumn {
        /// The column.
        column: String,
        /// The analysis.
        analysis: &'static str,
        /// What the frame has.
        columns: Vec<String>,
    },
    /// Too little is known for an answer.
    #[error("{analysis} needs at least {needed} rows with {what}, and the frame has {found}")]
    TooFew {
        /// The analysis.
        analysis: &'static str,
        /// What is needed.
        what: &'static str,
        /// How many rows are needed.
        needed: usize,
        /// How many there are.
        found: usize,
    },
    /// No incident names this pattern.
    #[error("no incident names the pattern {pattern:?}{}", hint(near))]
    UnknownPattern {
        /// The pattern asked for.
        pattern: String,
        /// Patterns that look like it, best first.
        near: Vec<String>,
    },
    /// The search cannot be understood.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// A table cannot be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A statistic refuses its values.
    #[error(transparent)]
    Domain(#[from] DomainError),
    /// Polars refuses an operation on the frame.
    #[error("the frame cannot be used: {0}")]
    Frame(#[from] PolarsError),
}

fn hint(near: &[String]) -> String {
    if near.is_empty() {
        "; `incidents::search(\"...\")` finds incidents by words".to_owned()
    } else {
        format!("; did you mean {}?", near.join(" or "))
    }
}
