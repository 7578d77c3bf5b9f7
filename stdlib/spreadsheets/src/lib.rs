//! Formulas, calculators and cost models as `.xlsx` files that compute by themselves.
//!
//! A page has the inputs in the units that people use, each with what is allowed and why,
//! and the lines that follow from them as formulas over named cells. So a reader can
//! change a number in Excel or LibreOffice and see what becomes of the rest, also
//! without Lightcone. A line that no spreadsheet can compute, because it iterates, holds
//! the value that Rust has computed, and says so.
//!
//! ```
//! use lightcone_spreadsheets::{write_all, write_formula};
//! # let folder = tempfile::tempdir()?;
//! # let path = |name: &str| folder.path().join(name);
//! // One formula.
//! let rtt = lightcone_formulas::find_formula("fiber_rtt").ok_or("no such formula")?;
//! write_formula(rtt, path("rtt.xlsx"))?;
//! // All of them, with an index.
//! let written = write_all(lightcone_formulas::FORMULAS.iter(), [], path("formulas.xlsx"))?;
//! assert!(written.coverage.live > 25);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod conditions;
mod error;
mod expression;
mod index;
mod layout;
mod page;
mod place;
mod style;
mod tables;
mod tornado;
mod unit;
mod workbook;

use std::path::Path;

use lightcone_sheets::Worksheet;
use lightcone_units::Formula;

pub use error::SpreadsheetError;
pub use workbook::{ComputedLine, Coverage, Workbook, Written};

/// Writes a calculator or a cost model, with the values of its inputs, into a file.
///
/// # Errors
/// [`SpreadsheetError`] when the name does not end in `.xlsx` or the file cannot be
/// written.
///
/// ```
/// use lightcone_units::prelude::*;
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("cost.xlsx");
/// let model = lightcone_cost::multi_region().data(5.tb()).replication_factor(1);
/// let written = lightcone_spreadsheets::write(&model, path)?;
/// assert!(written.coverage.live > 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(sheet: &Worksheet, path: impl AsRef<Path>) -> Result<Written, SpreadsheetError> {
    Workbook::new().sheet(sheet).save(path)
}

/// Writes a formula, with the defaults of its arguments, into a file.
///
/// # Errors
/// [`SpreadsheetError`] when the name does not end in `.xlsx` or the file cannot be
/// written.
///
/// See the example of [`Written`].
pub fn write_formula(
    formula: &Formula,
    path: impl AsRef<Path>,
) -> Result<Written, SpreadsheetError> {
    Workbook::new().formula(formula).save(path)
}

/// Writes formulas and sheets into one workbook with an index.
///
/// # Errors
/// [`SpreadsheetError`] when there is nothing to write, the name does not end in `.xlsx`,
/// or the file cannot be written.
///
/// See the example of [this crate](crate).
pub fn write_all<'w>(
    formulas: impl IntoIterator<Item = &'w Formula>,
    sheets: impl IntoIterator<Item = Worksheet>,
    path: impl AsRef<Path>,
) -> Result<Written, SpreadsheetError> {
    let book = formulas
        .into_iter()
        .fold(Workbook::new(), Workbook::formula);
    sheets
        .into_iter()
        .fold(book, |book, sheet| book.sheet(&sheet))
        .save(path)
}
