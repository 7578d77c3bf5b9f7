//! One page of a workbook: inputs, constants, lines, and what is to be said about them.
//!
//! People read and write the column *Value*, in the unit beside it. The column *In base
//! units* checks and converts, has the names, and is what formulas compute with.

mod inputs;
mod lines;

use lightcone_units::DomainError;
use rust_xlsxwriter::{Format, Formula, Url, Worksheet, XlsxError};

use crate::expression::Names;
use crate::page::Page;
use crate::style::{self, Styles};
use crate::tables::Tables;
use crate::{place, unit};

/// The columns of a page.
pub(crate) mod column {
    pub(crate) const WHAT: u16 = 0;
    pub(crate) const VALUE: u16 = 1;
    pub(crate) const UNIT: u16 = 2;
    pub(crate) const STATE: u16 = 3;
    pub(crate) const NOTE: u16 = 4;
    pub(crate) const SYMBOL: u16 = 5;
    pub(crate) const NAME: u16 = 6;
    pub(crate) const BASE: u16 = 7;
    pub(crate) const BASE_UNIT: u16 = 8;
    pub(crate) const UNCHECKED: u16 = 9;
    pub(crate) const WRITTEN: u16 = 10;
}

/// The headings of the columns, with their widths.
const COLUMNS: [(&str, f64); 11] = [
    ("What", 38.0),
    ("Value", 22.0),
    ("Unit", 13.0),
    ("State", 12.0),
    ("Note", 62.0),
    ("Symbol", 14.0),
    ("Name", 22.0),
    ("In base units", 20.0),
    ("Base unit", 13.0),
    ("Before its check", 20.0),
    ("As written", 16.0),
];

/// What a page needs to know about the workbook.
pub(crate) struct Surroundings<'w> {
    pub(crate) styles: &'w Styles,
    /// Whether formula cells get their values: programs that do not compute show them.
    pub(crate) cached: bool,
    /// Where the reference is; `{id}` stands for the id.
    pub(crate) reference: Option<&'w str>,
    /// The name of the index page, if there is one.
    pub(crate) index: Option<&'w str>,
    /// The name of the worksheet with the tornado, if there is one.
    pub(crate) tornado: Option<&'w str>,
}

/// A page as it was written.
pub(crate) struct Placed {
    pub(crate) sheet: Worksheet,
    /// Names and what they stand for.
    pub(crate) names: Vec<(String, String)>,
    /// The rows of each input's values, first and last.
    pub(crate) inputs: Vec<(u32, u32)>,
    pub(crate) constants: Vec<u32>,
    pub(crate) lines: Vec<u32>,
    /// The lines that are not live, each with the reason.
    pub(crate) computed: Vec<(&'static str, String)>,
    /// The answers when the page was written, in base units.
    pub(crate) answers: Vec<Result<f64, DomainError>>,
}

/// The value of a formula cell until it is computed again.
#[derive(Clone)]
pub(crate) enum Cached {
    Number(f64),
    Text(String),
    /// `#N/A`
    Missing,
}

impl Cached {
    pub(crate) fn of(answer: &Result<f64, DomainError>) -> Self {
        match answer {
            Ok(value) => Self::Number(*value),
            Err(_) => Self::Missing,
        }
    }

    pub(crate) fn map(self, change: impl FnOnce(f64) -> f64) -> Self {
        match self {
            Self::Number(number) => Self::Number(change(number)),
            other => other,
        }
    }
}

/// A formula with its value. Without one, a program that does not compute shows 0.
pub(crate) fn formula(text: &str, value: &Cached, cached: bool) -> Formula {
    let formula = Formula::new(format!("={text}"));
    match value {
        _ if !cached => formula,
        Cached::Number(number) if number.is_finite() => formula.set_result(number.to_string()),
        Cached::Text(text) => formula.set_result(text.clone()),
        Cached::Number(_) | Cached::Missing => formula.set_result("#N/A"),
    }
}

/// An empty worksheet of that name.
pub(crate) fn worksheet(name: &str, cached: bool) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name(name)?;
    if cached {
        // Formulas whose value is an empty text.
        sheet.set_formula_result_default("");
    }
    Ok(sheet)
}

/// Writes a page into a worksheet of that name.
pub(crate) fn write(
    page: &Page<'_>,
    name: &str,
    tables: &mut Tables,
    around: &Surroundings<'_>,
) -> Result<Placed, XlsxError> {
    let sheet = worksheet(name, around.cached)?;
    let mut writer = Writer {
        page,
        name,
        around,
        tables,
        sheet,
        row: 0,
        legal: Names::default(),
        names: Vec::new(),
        inputs: Vec::new(),
        constants: Vec::new(),
        lines: Vec::new(),
        computed: Vec::new(),
        answers: (page.compute)(&page.values()),
    };
    writer.give_names();
    writer.find_computed();
    writer.head()?;
    writer.all_inputs()?;
    writer.all_constants()?;
    writer.all_tables();
    writer.all_lines()?;
    writer.computed_tables()?;
    writer.about()?;
    writer.frame()?;
    Ok(Placed {
        sheet: writer.sheet,
        names: writer.names,
        inputs: writer.inputs,
        constants: writer.constants,
        lines: writer.lines,
        computed: writer.computed,
        answers: writer.answers,
    })
}

struct Writer<'w, 'p> {
    page: &'w Page<'p>,
    name: &'w str,
    around: &'w Surroundings<'w>,
    tables: &'w mut Tables,
    sheet: Worksheet,
    row: u32,
    legal: Names,
    names: Vec<(String, String)>,
    inputs: Vec<(u32, u32)>,
    constants: Vec<u32>,
    lines: Vec<u32>,
    computed: Vec<(&'static str, String)>,
    answers: Vec<Result<f64, DomainError>>,
}

impl Writer<'_, '_> {
    fn text(&mut self, column: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
        self.sheet
            .write_string_with_format(self.row, column, text, format)?;
        Ok(())
    }

    fn number(&mut self, column: u16, number: f64, format: &Format) -> Result<(), XlsxError> {
        if number.is_finite() {
            self.sheet
                .write_number_with_format(self.row, column, number, format)?;
        } else {
            // A worksheet has no such numbers; as a text it is refused like in Rust.
            self.text(column, &number.to_string(), format)?;
        }
        Ok(())
    }

    fn formula(
        &mut self,
        column: u16,
        text: &str,
        value: &Cached,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let formula = formula(text, value, self.around.cached);
        self.sheet
            .write_formula_with_format(self.row, column, formula, format)?;
        Ok(())
    }

    /// Names first, since a line may be renamed because of an input.
    fn give_names(&mut self) {
        for input in &self.page.inputs {
            self.legal.give(input.input.argument);
        }
        for constant in &self.page.constants {
            self.legal.give(constant.name);
        }
        for table in &self.page.tables {
            self.legal.give(table.name);
        }
        for line in &self.page.lines {
            self.legal.give(line.name);
        }
    }

    fn define(&mut self, name: &str, range: &str) -> String {
        let legal = self.legal.give(name);
        self.names.push((
            place::on_sheet(self.name, &legal),
            format!("={}", place::on_sheet(self.name, range)),
        ));
        legal
    }

    fn head(&mut self) -> Result<(), XlsxError> {
        let styles = self.around.styles;
        let page = self.page;
        self.text(
            column::WHAT,
            &format!("{}  {}", page.id, page.name),
            &styles.title,
        )?;
        self.row += 1;
        if !page.about.is_empty() {
            self.text(column::WHAT, &sentence(page.about), &styles.about)?;
        }
        self.row += 1;
        let (all, computed) = (page.lines.len(), self.computed.len());
        let state = match (all, computed) {
            (0, _) => "a description without a computation".to_owned(),
            (1, 0) => "live: the worksheet computes it".to_owned(),
            (1, _) => "computed: the worksheet cannot compute it by itself".to_owned(),
            (all, 0) => format!("all {all} lines are live: the worksheet computes them"),
            (all, computed) => format!(
                "{} of {all} lines are live: the worksheet computes them; {computed} computed by \
                 Lightcone",
                all - computed
            ),
        };
        let line = format!(
            "{}, episode {}, lightcone::{}; {state}",
            page.kind.in_words(),
            page.episode,
            page.path
        );
        self.text(column::WHAT, &line, &Format::new())?;
        self.row += 1;
        self.links()?;
        self.row += 2;
        Ok(())
    }

    fn links(&mut self) -> Result<(), XlsxError> {
        let link = self.around.styles.link.clone();
        let mut column = column::WHAT;
        for (target, text) in [
            (self.around.index, "Index of this workbook"),
            (self.around.tornado, "Which input matters most (tornado)"),
        ] {
            if let Some(target) = target {
                let url = Url::new(format!("internal:{}", place::on_sheet(target, "A1")));
                self.sheet
                    .write_url_with_format(self.row, column, url.set_text(text), &link)?;
                column = if column == column::WHAT {
                    column::VALUE
                } else {
                    column::NOTE
                };
            }
        }
        if let Some(reference) = self.around.reference {
            let url = Url::new(reference.replace("{id}", self.page.id));
            self.sheet.write_url_with_format(
                self.row,
                column::NOTE,
                url.set_text("Reference page"),
                &link,
            )?;
        }
        Ok(())
    }

    /// Makes the row as high as its texts need.
    fn grow(&mut self, label: &str, value: &str, note: &str) -> Result<(), XlsxError> {
        let width = |column: u16| COLUMNS[usize::from(column)].1;
        let height = style::height(&[
            (label, width(column::WHAT)),
            (value, width(column::VALUE)),
            (note, width(column::NOTE)),
        ]);
        if height > 15.0 {
            self.sheet.set_row_height(self.row, height)?;
        }
        Ok(())
    }

    fn section(&mut self, title: &str) -> Result<(), XlsxError> {
        let section = self.around.styles.section.clone();
        for column in column::WHAT..=column::NOTE {
            self.text(
                column,
                if column == column::WHAT { title } else { "" },
                &section,
            )?;
        }
        self.row += 1;
        Ok(())
    }

    fn about(&mut self) -> Result<(), XlsxError> {
        let page = self.page;
        self.section("About")?;
        for (title, text) in [
            ("Equation (LaTeX)", page.latex),
            ("It takes for granted", page.assumptions),
            ("It fails", page.fails),
            ("Source", page.source),
            ("Prices", page.prices),
        ] {
            self.paragraph(title, text)?;
        }
        for symbol in page.explained.clone() {
            let unit = match unit::shown(symbol.unit) {
                "" => String::new(),
                unit => format!(" ({unit})"),
            };
            let text = format!("{}{unit}: {}", symbol.name, symbol.domain);
            self.paragraph(symbol.symbol, &text)?;
        }
        self.paragraph("In Rust", &format!("lightcone::{}", page.path))
    }

    fn paragraph(&mut self, title: &str, text: &str) -> Result<(), XlsxError> {
        if text.is_empty() {
            return Ok(());
        }
        let styles = self.around.styles;
        self.text(column::WHAT, title, &styles.label)?;
        self.sheet.merge_range(
            self.row,
            column::VALUE,
            self.row,
            column::NOTE,
            text,
            &styles.text,
        )?;
        // Merged cells do not grow with their text.
        let width: f64 = COLUMNS[usize::from(column::VALUE)..=usize::from(column::NOTE)]
            .iter()
            .map(|(_, width)| width)
            .sum();
        let height = style::height(&[(title, COLUMNS[0].1), (text, width - 8.0)]);
        self.sheet.set_row_height(self.row, height)?;
        self.row += 1;
        Ok(())
    }

    fn frame(&mut self) -> Result<(), XlsxError> {
        for (column, (_, width)) in COLUMNS.iter().enumerate() {
            self.sheet.set_column_width(column as u16, *width)?;
        }
        self.sheet.group_columns(column::SYMBOL, column::WRITTEN)?;
        self.sheet
            .set_landscape()
            .set_print_fit_to_pages(1, 0)
            .set_selection(6, column::VALUE, 6, column::VALUE)?;
        if let Some((first, _)) = self.inputs.first() {
            self.sheet
                .set_selection(*first, column::VALUE, *first, column::VALUE)?;
        }
        Ok(())
    }
}

/// The first letter as at the begin of a sentence, and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    let end = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{}{}{end}", first.unwrap_or_default(), letters.as_str())
}
