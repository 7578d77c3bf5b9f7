//! What can go wrong when a workbook is made.

use std::path::PathBuf;

use lightcone_units::DomainError;
use rust_xlsxwriter::XlsxError;

/// A workbook could not be made.
///
/// ```
/// use lightcone_spreadsheets::{SpreadsheetError, Workbook};
/// let error = Workbook::new().save("model.xls").unwrap_err();
/// assert!(matches!(error, SpreadsheetError::Ending { .. }));
/// assert_eq!(
///     error.to_string(),
///     "`model.xls` does not end in .xlsx: spreadsheet programs would not open it; \
///      call it `model.xlsx`",
/// );
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpreadsheetError {
    /// The file's name has another ending than `.xlsx`.
    #[error(
        "`{}` does not end in .xlsx: spreadsheet programs would not open it; call it `{}`",
        .path.display(),
        .path.with_extension("xlsx").display()
    )]
    Ending {
        /// The file.
        path: PathBuf,
    },
    /// The workbook has no page.
    #[error("the workbook has no page: add a formula or a sheet before it is saved")]
    Empty,
    /// The values do not fit the arguments of a formula.
    #[error("the values for {formula} do not fit: {source}")]
    Values {
        /// The formula's function.
        formula: &'static str,
        /// What does not fit.
        source: DomainError,
    },
    /// A page breaks a rule of the file format.
    #[error("{page} cannot be written as a worksheet: {source}")]
    Page {
        /// The page.
        page: String,
        /// What is against the rules.
        source: XlsxError,
    },
    /// The file cannot be written.
    #[error("`{}` cannot be written: {source}; choose a folder in which you may write", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}
