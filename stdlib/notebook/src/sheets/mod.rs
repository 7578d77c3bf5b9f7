//! Calculators and cost models in a notebook: a panel that lives, the figure that goes
//! with it, and what can be asked of a sheet, as tables and charts.

mod answers;

use std::path::Path;
use std::sync::Arc;

use lightcone_sheets::{Sheet, Worksheet};
use lightcone_spreadsheets::{SpreadsheetError, Written};
use lightcone_units::{DomainError, Scale, shown};
use lightcone_widgets::{Panel, PlotOf, WidgetError};
use lightcone_wire::Media;

use crate::display::{Rich, Show, error_media};
use crate::figure::{Figure, line};
use crate::widgets::shown;

/// Points of a curve: as many as a chart has room for.
const POINTS: usize = 121;

/// Points of a curve whose lines iterate, so that a slider moves without lag.
const FEW_POINTS: usize = 41;

/// The sheet's plot with the inputs as they are.
///
/// # Errors
/// [`DomainError`] for a sheet without a plot, and where no line has an answer.
pub fn figure(worksheet: &Worksheet) -> Result<Figure, DomainError> {
    let sheet = worksheet.sheet();
    let iterates = |line: &&str| {
        let line = sheet.line(line);
        line.is_ok_and(|line| sheet.spreadsheet(line).is_err())
    };
    let lines = sheet.plot.map_or(&[][..], |plot| plot.lines);
    let points = if lines.iter().any(iterates) {
        FEW_POINTS
    } else {
        POINTS
    };
    let curve = worksheet.curve(points)?;
    let (symbol, input) = sheet.input(curve.input)?;
    let xs: Vec<f64> = curve.x.iter().map(|x| x / input.base).collect();
    let alone = curve.lines.len() == 1;
    let mut drawn = None::<Figure>;
    for (name, values) in &curve.lines {
        let (Ok(of_line), true) = (sheet.line(name), values.iter().any(Option::is_some)) else {
            continue;
        };
        let ys: Vec<f64> = values
            .iter()
            .map(|value| value.map_or(f64::NAN, |value| value / of_line.base))
            .collect();
        let label = of_line.symbol.name;
        drawn = Some(match drawn {
            Some(figure) => figure.series(label, xs.clone(), ys),
            None => line(alt(sheet, curve.input, &curve.lines), xs.clone(), ys)
                .name(label)
                .y_label(if alone { label } else { "" }, {
                    shown::beside(if alone { label } else { "" }, of_line.symbol.unit)
                }),
        });
    }
    let Some(figure) = drawn else {
        // No point has an answer: what is wrong is said by the first line.
        let first = curve.lines.first().map_or("plot", |(line, _)| *line);
        return Err(match worksheet.answer(first) {
            Err(error) => error,
            Ok(_) => DomainError::new("plot", "empty", "a curve with a point", "nothing to draw"),
        });
    };
    let mut figure = figure.x_label(symbol.name, shown::beside(symbol.name, symbol.unit));
    if let Some([now]) = worksheet.value(curve.input) {
        figure = figure.reference_line_x("now", now / input.base);
    }
    if input.scale == Scale::Logarithmic {
        figure = figure.log_x();
    }
    Ok(figure)
}

fn alt(sheet: &Sheet, input: &str, lines: &[(&'static str, Vec<Option<f64>>)]) -> String {
    let name = |line: &str| {
        sheet
            .line(line)
            .map_or_else(|_| line.to_owned(), |l| l.symbol.name.to_owned())
    };
    let lines: Vec<String> = lines.iter().map(|(line, _)| name(line)).collect();
    let input = sheet.input(input).map_or(input, |(symbol, _)| symbol.name);
    format!("{}: {} along {input}", sheet.name, lines.join(", "))
}

/// A panel that lives: the reader moves its inputs, and the answers follow.
///
/// # Errors
/// [`WidgetError`] when the sheet's inputs cannot be shown.
pub fn panel(worksheet: &Worksheet) -> Result<Panel, WidgetError> {
    let plot: PlotOf = Arc::new(|worksheet| figure(worksheet).ok()?.svg().ok());
    Panel::new(worksheet.clone(), Some(plot))
}

impl Show for Worksheet {
    fn media(&self) -> Media {
        match panel(self) {
            Ok(panel) => panel.media(),
            Err(error) => error_media("Error", &error),
        }
    }
}

impl Rich for Worksheet {}

impl Show for Panel {
    fn media(&self) -> Media {
        shown(self.as_ref())
    }
}

impl Rich for Panel {}

/// What a calculator or cost model can do in a notebook beside computing.
///
/// It is there for every sheet, also for one that a cell defines.
pub trait InNotebook: AsRef<Worksheet> {
    /// A panel that lives; keep it to read what the reader has set:
    /// `let panel = calc::bdp_window().panel()?;`, then `panel.worksheet()`.
    ///
    /// # Errors
    /// [`WidgetError`] when the sheet's inputs cannot be shown.
    fn panel(&self) -> Result<Panel, WidgetError> {
        panel(self.as_ref())
    }

    /// Writes the sheet with its inputs as a spreadsheet (`.xlsx`) that computes by
    /// itself, as far as its lines are closed forms.
    ///
    /// # Errors
    /// [`SpreadsheetError`] when the file cannot be written.
    fn export(&self, path: impl AsRef<Path>) -> Result<Written, SpreadsheetError> {
        lightcone_spreadsheets::write(self.as_ref(), path)
    }

    /// The sheet's plot.
    ///
    /// # Errors
    /// [`DomainError`] for a sheet without a plot, and where no line has an answer.
    fn figure(&self) -> Result<Figure, DomainError> {
        figure(self.as_ref())
    }
}

impl<T: AsRef<Worksheet> + ?Sized> InNotebook for T {}
