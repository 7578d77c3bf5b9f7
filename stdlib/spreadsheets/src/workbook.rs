//! Putting pages together to a file.

use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};

use lightcone_sheets::Worksheet;
use lightcone_units::Formula;
use rust_xlsxwriter::{DocProperties, XlsxError};

use crate::error::SpreadsheetError;
use crate::index;
use crate::layout::{self, Placed, Surroundings};
use crate::page::{self, Page, PageKind};
use crate::style::Styles;
use crate::tables::Tables;
use crate::tornado;

/// A workbook in the making: a page per formula or sheet.
///
/// With more than one page it begins with an index.
///
/// ```
/// use lightcone_spreadsheets::Workbook;
/// let formulas = &lightcone_formulas::FORMULAS;
/// let book = Workbook::new().formula(&formulas[3]).formula(&formulas[4]);
/// let file = book.to_bytes()?;
/// // An .xlsx file is a zip archive.
/// assert_eq!(&file[..2], b"PK");
/// # Ok::<(), lightcone_spreadsheets::SpreadsheetError>(())
/// ```
#[derive(Default)]
#[must_use = "a workbook is written by `save` or `to_bytes`"]
pub struct Workbook<'w> {
    pages: Vec<Page<'w>>,
    reference: Option<String>,
    uncomputed: bool,
}

impl fmt::Debug for Workbook<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<&str> = self.pages.iter().map(|page| page.id).collect();
        f.debug_tuple("Workbook").field(&ids).finish()
    }
}

/// How many lines of a workbook a spreadsheet program computes by itself, and which it
/// does not.
///
/// ```
/// use lightcone_spreadsheets::Workbook;
/// let vincenty = lightcone_formulas::find_formula("F002").ok_or("no such formula")?;
/// let coverage = Workbook::new().formula(vincenty).coverage()?;
/// assert_eq!((coverage.live, coverage.computed.len()), (0, 1));
/// assert_eq!(coverage.computed[0].line, "vincenty_inverse");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// The number of lines that are formulas of the worksheet.
    pub live: usize,
    /// The lines that hold values which Lightcone has computed.
    pub computed: Vec<ComputedLine>,
}

/// A line that a spreadsheet program cannot compute by itself.
///
/// See the example of [`Coverage`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComputedLine {
    /// The id of the formula or sheet.
    pub page: &'static str,
    /// The line.
    pub line: &'static str,
    /// Why.
    pub why: String,
}

/// A file that was written. It prints as one line.
///
/// ```
/// use lightcone_spreadsheets::write_formula;
/// let folder = tempfile::tempdir()?;
/// let rtt = lightcone_formulas::find_formula("fiber_rtt").ok_or("no such formula")?;
/// let written = write_formula(rtt, folder.path().join("rtt.xlsx"))?;
/// assert!(written.to_string().ends_with("rtt.xlsx: 1 page, 1 line live, 0 computed"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The file.
    pub path: PathBuf,
    /// How many formulas and sheets are in it.
    pub pages: usize,
    /// What a spreadsheet program computes by itself.
    pub coverage: Coverage,
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let (pages, live) = (self.pages, self.coverage.live);
        write!(
            f,
            "{}: {pages} page{}, {live} line{} live, {} computed",
            self.path.display(),
            plural(pages),
            plural(live),
            self.coverage.computed.len()
        )
    }
}

impl<'w> Workbook<'w> {
    /// A workbook without pages.
    ///
    /// See the example of [`Workbook`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a page for a formula with the defaults of its arguments.
    ///
    /// See the example of [`Workbook`].
    pub fn formula(self, formula: &'w Formula) -> Self {
        self.page(page::formula(formula, page::defaults(formula)))
    }

    /// Adds a page for a formula with values in its arguments: numbers in base units, as
    /// [`Formula::evaluate`] takes them.
    ///
    /// # Errors
    /// [`SpreadsheetError::Values`] when there are too few or too many. A value that the
    /// formula refuses is written, and the page says that it is not allowed.
    ///
    /// ```
    /// use lightcone_spreadsheets::Workbook;
    /// let rtt = lightcone_formulas::find_formula("fiber_rtt").ok_or("no such formula")?;
    /// let book = Workbook::new().formula_at(rtt, &[1_000e3, 1.47, 1.2])?;
    /// assert!(book.to_bytes().is_ok());
    /// assert!(Workbook::new().formula_at(rtt, &[1_000e3]).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn formula_at(
        self,
        formula: &'w Formula,
        values: &[f64],
    ) -> Result<Self, SpreadsheetError> {
        match page::split(formula, values) {
            Ok(values) => Ok(self.page(page::formula(formula, values))),
            Err(source) => Err(SpreadsheetError::Values {
                formula: formula.function(),
                source,
            }),
        }
    }

    /// Adds a page for a calculator or a cost model with the values of its inputs. A cost
    /// model also gets a tornado: which input matters most for the total.
    ///
    /// See the example of [`write`](crate::write).
    pub fn sheet(self, sheet: &Worksheet) -> Self {
        self.page(page::worksheet(sheet))
    }

    fn page(mut self, page: Page<'w>) -> Self {
        self.pages.push(page);
        self
    }

    /// Where the reference pages are: a link on each page leads to this address, with the
    /// page's id for `{id}`.
    ///
    /// ```
    /// use lightcone_spreadsheets::Workbook;
    /// let rtt = lightcone_formulas::find_formula("fiber_rtt").ok_or("no such formula")?;
    /// let book = Workbook::new().formula(rtt).reference("https://example.org/reference/#{id}");
    /// assert!(book.to_bytes().is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reference(mut self, address: impl Into<String>) -> Self {
        self.reference = Some(address.into());
        self
    }

    /// Leaves all formula cells without their values: each shows 0 until a program
    /// computes it. Tests see by this that a program has computed the file.
    ///
    /// ```
    /// use lightcone_spreadsheets::Workbook;
    /// let rtt = lightcone_formulas::find_formula("fiber_rtt").ok_or("no such formula")?;
    /// assert!(Workbook::new().formula(rtt).uncomputed().to_bytes().is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn uncomputed(mut self) -> Self {
        self.uncomputed = true;
        self
    }

    /// How much of the workbook is live.
    ///
    /// # Errors
    /// [`SpreadsheetError::Page`] when a page breaks a rule of the file format.
    ///
    /// See the example of [`Coverage`].
    pub fn coverage(&self) -> Result<Coverage, SpreadsheetError> {
        self.write().map(|(_, coverage)| coverage)
    }

    /// The file as bytes.
    ///
    /// # Errors
    /// [`SpreadsheetError`] when there is no page, or a page breaks a rule of the file
    /// format.
    ///
    /// See the example of [`Workbook`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, SpreadsheetError> {
        let (mut book, _) = self.write()?;
        book.save_to_buffer().map_err(|source| self.broken(source))
    }

    /// Writes the file. A file of that name is replaced.
    ///
    /// # Errors
    /// [`SpreadsheetError`] when there is no page, the name does not end in `.xlsx`, or the
    /// file cannot be written.
    ///
    /// See the example of [`Written`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<Written, SpreadsheetError> {
        let path = path.as_ref();
        let ending = path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("xlsx"));
        if !ending {
            return Err(SpreadsheetError::Ending {
                path: path.to_owned(),
            });
        }
        let (mut book, coverage) = self.write()?;
        let bytes = book
            .save_to_buffer()
            .map_err(|source| self.broken(source))?;
        // Beside its place, then moved: nobody sees half a file.
        let part = path.with_extension(format!("xlsx.{}.part", std::process::id()));
        std::fs::write(&part, bytes)
            .and_then(|()| std::fs::rename(&part, path))
            .map_err(|source| SpreadsheetError::File {
                path: path.to_owned(),
                source,
            })?;
        Ok(Written {
            path: path.to_owned(),
            pages: self.pages.len(),
            coverage,
        })
    }

    fn broken(&self, source: XlsxError) -> SpreadsheetError {
        SpreadsheetError::Page {
            page: "the workbook".to_owned(),
            source,
        }
    }

    /// Names of the worksheets, one a page: the id, and a number when it is there already.
    fn sheet_names(&self) -> Vec<String> {
        let mut taken = HashSet::new();
        let free = |page: &Page<'_>| {
            let numbered = (2..).map(|number| format!("{} ({number})", page.id));
            std::iter::once(page.id.to_owned())
                .chain(numbered)
                .find(|name| taken.insert(name.to_lowercase()))
                .unwrap_or_default()
        };
        self.pages.iter().map(free).collect()
    }

    fn write(&self) -> Result<(rust_xlsxwriter::Workbook, Coverage), SpreadsheetError> {
        let Some(first) = self.pages.first() else {
            return Err(SpreadsheetError::Empty);
        };
        let styles = Styles::new();
        let mut tables = Tables::default();
        let names = self.sheet_names();
        let index = (self.pages.len() > 1).then_some(index::SHEET);
        let mut coverage = Coverage::default();
        let mut written: Vec<Placed> = Vec::new();
        let mut tornados = Vec::new();
        for (page, name) in self.pages.iter().zip(&names) {
            let broken = |source| SpreadsheetError::Page {
                page: format!("{} ({})", page.name, page.id),
                source,
            };
            let tornado_name = format!("{name} tornado");
            let has_tornado = page.kind == PageKind::CostModel && tornado::has(page);
            let around = Surroundings {
                styles: &styles,
                cached: !self.uncomputed,
                reference: self.reference.as_deref(),
                index,
                tornado: has_tornado.then_some(tornado_name.as_str()),
            };
            let placed = layout::write(page, name, &mut tables, &around).map_err(broken)?;
            tornados.push(if has_tornado {
                let sheet =
                    tornado::write(page, name, &tornado_name, &placed, &mut tables, &around);
                Some(sheet.map_err(broken)?)
            } else {
                None
            });
            coverage.live += page.lines.len() - placed.computed.len();
            for (line, why) in &placed.computed {
                coverage.computed.push(ComputedLine {
                    page: page.id,
                    line,
                    why: why.clone(),
                });
            }
            written.push(placed);
        }
        let book = self
            .assemble(first, &names, written, tornados, &tables, &styles)
            .map_err(|source| self.broken(source))?;
        Ok((book, coverage))
    }

    fn assemble(
        &self,
        first: &Page<'_>,
        names: &[String],
        written: Vec<Placed>,
        tornados: Vec<Option<rust_xlsxwriter::Worksheet>>,
        tables: &Tables,
        styles: &Styles,
    ) -> Result<rust_xlsxwriter::Workbook, XlsxError> {
        let mut book = rust_xlsxwriter::Workbook::new();
        let title = if self.pages.len() == 1 {
            format!("{} ({})", first.name, first.id)
        } else {
            "Lightcone".to_owned()
        };
        book.set_properties(&DocProperties::new().set_title(title));
        if self.pages.len() > 1 {
            let entries: Vec<index::Entry<'_, '_>> = self
                .pages
                .iter()
                .zip(names)
                .zip(&written)
                .map(|((page, name), placed)| (page, name.as_str(), placed))
                .collect();
            book.push_worksheet(index::write(&entries, styles, !self.uncomputed)?);
        }
        for (placed, tornado) in written.into_iter().zip(tornados) {
            book.push_worksheet(placed.sheet);
            if let Some(tornado) = tornado {
                book.push_worksheet(tornado);
            }
            for (name, range) in &placed.names {
                book.define_name(name.as_str(), range)?;
            }
        }
        if let Some(sheet) = tables.worksheet(styles)? {
            book.push_worksheet(sheet);
        }
        Ok(book)
    }
}
