//! The worksheet "Tables": the labels and numbers of choices, and columns of figures that
//! lines look things up in. Row for row they belong together: the number of a choice is
//! its place.

use rust_xlsxwriter::{Formula, Worksheet, XlsxError};

use crate::place;
use crate::style::Styles;

/// The name of the worksheet.
pub(crate) const SHEET: &str = "Tables";

/// The row of the first value.
const FIRST: u32 = 2;

type Choices = &'static [(&'static str, f64)];

/// The columns that pages have asked for, each once.
#[derive(Default)]
pub(crate) struct Tables {
    columns: Vec<Column>,
}

struct Column {
    title: String,
    content: Values,
}

#[derive(Clone, Copy)]
enum Values {
    Labels(Choices),
    Numbers(Choices),
    Figures(&'static [f64]),
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Labels(choices) | Self::Numbers(choices) => choices.len(),
            Self::Figures(figures) => figures.len(),
        }
    }

    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Labels(mine), Self::Labels(theirs))
            | (Self::Numbers(mine), Self::Numbers(theirs)) => mine == theirs,
            (Self::Figures(mine), Self::Figures(theirs)) => {
                let bits = |list: &[f64]| list.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
                std::ptr::eq(*mine, *theirs) || bits(mine) == bits(theirs)
            }
            _ => false,
        }
    }
}

impl Tables {
    /// The ranges of the labels and of the numbers of choices.
    pub(crate) fn choices(&mut self, of: &str, choices: Choices) -> (String, String) {
        let labels = self.column(of.to_owned(), Values::Labels(choices));
        let numbers = self.column(format!("{of}: number"), Values::Numbers(choices));
        (labels, numbers)
    }

    /// The range of a table.
    pub(crate) fn figures(&mut self, name: &str, figures: &'static [f64]) -> String {
        self.column(name.to_owned(), Values::Figures(figures))
    }

    fn column(&mut self, title: String, content: Values) -> String {
        let known = self
            .columns
            .iter()
            .position(|column| column.content.same(&content));
        let at = known.unwrap_or_else(|| {
            self.columns.push(Column { title, content });
            self.columns.len() - 1
        });
        let last = FIRST + (content.len().max(1) as u32) - 1;
        place::on_sheet(SHEET, &place::rows(FIRST, last, at as u16))
    }

    /// The worksheet, if a page needs it.
    pub(crate) fn worksheet(&self, styles: &Styles) -> Result<Option<Worksheet>, XlsxError> {
        if self.columns.is_empty() {
            return Ok(None);
        }
        let mut sheet = Worksheet::new();
        sheet.set_name(SHEET)?;
        sheet.write_string_with_format(
            0,
            0,
            "What the pages look up. #N/A stands for what is not known.",
            &styles.about,
        )?;
        for (at, column) in self.columns.iter().enumerate() {
            let at = at as u16;
            sheet.write_string_with_format(FIRST - 1, at, &column.title, &styles.header)?;
            sheet.set_column_width(at, 24)?;
            for row in 0..column.content.len() {
                let line = FIRST + row as u32;
                match column.content {
                    Values::Labels(choices) => sheet.write_string(line, at, choices[row].0)?,
                    Values::Numbers(choices) => sheet.write_number(line, at, choices[row].1)?,
                    Values::Figures(figures) if figures[row].is_finite() => {
                        sheet.write_number(line, at, figures[row])?
                    }
                    Values::Figures(_) => {
                        sheet.write_formula(line, at, Formula::new("NA()").set_result("#N/A"))?
                    }
                };
            }
        }
        sheet.set_freeze_panes(FIRST, 0)?;
        Ok(Some(sheet))
    }
}
