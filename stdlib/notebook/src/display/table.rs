//! Frames and columns of Polars as tables.
//!
//! The HTML table is made for reading: a caption with the shape, a header with
//! name and type for each column, numbers aligned at their decimal point, nulls
//! set apart from the text "null", long strings cut with the whole text on
//! hover. The plain text is Polars' own.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use lightcone_wire::Media;
use polars::prelude::{AnyValue, Column, DataFrame, DataType, IdxSize, LazyFrame, Series};

use super::{NO_MATHS, Show, error_media, escape};

/// Rows that a table shows unless [`set_table_rows`] says otherwise.
const DEFAULT_ROWS: usize = 20;

/// Most rows that a table can be set to show.
const ROW_LIMIT: usize = 10_000;

/// Most columns that a table shows.
const COLUMN_LIMIT: usize = 60;

/// Characters of a string that are shown.
const TEXT_LIMIT: usize = 50;

/// Characters in a line of the plain text.
const TEXT_WIDTH: usize = 120;

/// Characters of a cut string that are shown on hover.
const HOVER_LIMIT: usize = 2000;

/// Significant digits of a floating-point number that are shown.
const DIGITS: i32 = 6;

static ROWS: AtomicUsize = AtomicUsize::new(DEFAULT_ROWS);

/// Sets how many rows of a frame are shown, up to 10,000. The default is 20.
///
/// ```
/// use lightcone_notebook::display::{set_table_rows, table_rows};
/// set_table_rows(50);
/// assert_eq!(table_rows(), 50);
/// ```
pub fn set_table_rows(rows: usize) {
    ROWS.store(rows.min(ROW_LIMIT), Ordering::Relaxed);
}

/// How many rows of a frame are shown.
#[must_use]
pub fn table_rows() -> usize {
    ROWS.load(Ordering::Relaxed)
}

impl Show for DataFrame {
    fn media(&self) -> Media {
        let rows = table_rows();
        let caption = caption(self, Height::Known(self.height()), rows);
        frame_media(&self.head(Some(rows)), &caption)
    }
}

impl Show for Column {
    fn media(&self) -> Media {
        self.as_materialized_series().media()
    }
}

impl Show for Series {
    fn media(&self) -> Media {
        let frame = DataFrame::new_infer_height(vec![Column::from(self.clone())]);
        match frame {
            Ok(frame) => {
                let rows = table_rows();
                let caption = format!(
                    "{}{}",
                    counted(self.len(), "value"),
                    shown_part(self.len(), rows, "values")
                );
                frame_media(&frame.head(Some(rows)), &caption)
            }
            Err(error) => error_media("The series cannot be shown", &error),
        }
    }
}

impl Show for LazyFrame {
    /// Runs the query for as many rows as are shown and says so; a query that
    /// fails shows why.
    fn media(&self) -> Media {
        let rows = table_rows();
        // One row more tells whether there are more.
        let limit = IdxSize::try_from(rows + 1).unwrap_or(IdxSize::MAX);
        match self.clone().limit(limit).collect() {
            Ok(frame) => {
                let head = frame.head(Some(rows));
                let more = frame.height() > rows;
                let height = if more {
                    Height::Unknown
                } else {
                    Height::Known(frame.height())
                };
                let hint = "Lazy query: `.collect()?` runs it and keeps the result.";
                let caption = caption(&head, height, rows);
                frame_media(&head, &format!("{caption}. {hint}"))
            }
            Err(error) => error_media("The lazy query fails", &error),
        }
    }
}

/// How many rows there are in all.
#[derive(Clone, Copy)]
enum Height {
    Known(usize),
    /// More than are shown.
    Unknown,
}

/// `1,234 rows × 5 columns, the first 20 rows shown`.
fn caption(frame: &DataFrame, height: Height, rows: usize) -> String {
    let width = frame.width();
    let mut text = match height {
        Height::Known(height) => format!(
            "{} × {}{}",
            counted(height, "row"),
            counted(width, "column"),
            shown_part(height, rows, "rows")
        ),
        Height::Unknown => format!(
            "{}, the first {} shown; there are more",
            counted(width, "column"),
            counted(rows, "row")
        ),
    };
    if width > COLUMN_LIMIT {
        let _ = write!(text, ", the first {COLUMN_LIMIT} columns shown");
    }
    text
}

fn shown_part(all: usize, shown: usize, what: &str) -> String {
    if all > shown {
        format!(", the first {} {what} shown", grouped(shown))
    } else {
        String::new()
    }
}

fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// `12,345`.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Rules for the table, in the colours of the page around it. They bind to a
/// class name of ours, so nothing else on the page changes.
const STYLE: &str = "<style>\
.lightcone-frame{overflow-x:auto;margin:0.3em 0}\
.lightcone-frame table.lightcone-table{border-collapse:collapse;border:none;margin:0;\
table-layout:auto;width:auto;font-size:0.95em;color:inherit}\
.lightcone-frame .lightcone-table caption{caption-side:top;text-align:left;\
padding:0.2em 0;font-size:0.95em;color:inherit;opacity:0.8}\
.lightcone-frame .lightcone-table th,.lightcone-frame .lightcone-table td{\
text-align:left;vertical-align:top;padding:0.25em 0.8em;border:none;max-width:none;\
white-space:nowrap}\
.lightcone-frame .lightcone-table thead th{vertical-align:bottom;font-weight:600;\
border-bottom:1px solid var(--jp-border-color1,rgba(128,128,128,0.6))}\
.lightcone-frame .lightcone-table thead small{display:block;font-weight:400;opacity:0.75}\
.lightcone-frame .lightcone-table .lightcone-number{text-align:right;\
font-variant-numeric:tabular-nums}\
.lightcone-frame .lightcone-table .lightcone-null{font-style:italic}\
.lightcone-frame .lightcone-table .lightcone-null span{opacity:0.65}\
</style>";

/// A frame in both forms: `shown` are its first rows.
fn frame_media(shown: &DataFrame, caption: &str) -> Media {
    let columns: Vec<Rendered> = shown
        .columns()
        .iter()
        .take(COLUMN_LIMIT)
        .map(Rendered::new)
        .collect();
    let rows = shown.height();
    Media::plain(text_table(&columns, rows, shown.width(), caption))
        .with("text/html", html_table(&columns, rows, caption))
}

fn html_table(columns: &[Rendered], rows: usize, caption: &str) -> String {
    let mut html = format!("<div class=\"lightcone-frame {NO_MATHS}\">");
    html.push_str(STYLE);
    let _ = write!(
        html,
        "<table class=\"lightcone-table\"><caption>{}</caption><thead><tr>",
        escape(caption)
    );
    for column in columns {
        let class = if column.number {
            " class=\"lightcone-number\""
        } else {
            ""
        };
        let _ = write!(
            html,
            "<th scope=\"col\"{class}>{}<small>{}</small></th>",
            escape(&column.name),
            escape(&column.kind)
        );
    }
    html.push_str("</tr></thead><tbody>");
    for row in 0..rows {
        html.push_str("<tr>");
        for column in columns {
            column.cells[row].write_html(column.number, &mut html);
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></div>");
    html
}

/// The table in plain text: one line a row, and as many columns as fit.
fn text_table(columns: &[Rendered], rows: usize, all_columns: usize, caption: &str) -> String {
    let widths: Vec<usize> = columns
        .iter()
        .map(|column| {
            let cells = column.cells.iter().map(|cell| characters(cell.short()));
            let head = characters(&column.name).max(characters(&column.kind));
            cells.fold(head, usize::max)
        })
        .collect();
    let mut used = 0;
    let fitting = widths
        .iter()
        .take_while(|width| {
            used += **width + 2;
            used <= TEXT_WIDTH
        })
        .count()
        .max(1)
        .min(columns.len());
    let mut text = format!("{caption}\n");
    let mut line = |values: &mut dyn Iterator<Item = &str>| {
        let mut row = String::new();
        for ((value, width), column) in values.zip(&widths).zip(columns).take(fitting) {
            let padding = " ".repeat(width - characters(value));
            let (before, after) = if column.number {
                (padding.as_str(), "")
            } else {
                ("", padding.as_str())
            };
            let _ = write!(row, "{before}{value}{after}  ");
        }
        text.push_str(row.trim_end());
        text.push('\n');
    };
    line(&mut columns.iter().map(|column| column.name.as_str()));
    line(&mut columns.iter().map(|column| column.kind.as_str()));
    let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
    line(&mut rules.iter().map(String::as_str));
    for row in 0..rows {
        line(&mut columns.iter().map(|column| column.cells[row].short()));
    }
    if all_columns > fitting {
        let names: Vec<&str> = columns[fitting..]
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        let rest = all_columns - fitting;
        let noun = if rest == 1 { "column" } else { "columns" };
        let _ = writeln!(text, "and {rest} more {noun}: {}", names.join(", "));
    }
    text.truncate(text.trim_end().len());
    text
}

fn characters(text: &str) -> usize {
    text.chars().count()
}

/// One column, ready to be written.
struct Rendered {
    name: String,
    kind: String,
    number: bool,
    cells: Vec<Cell>,
}

/// One value of a table.
enum Cell {
    Null,
    /// The text, and the whole of it if it was cut.
    Text {
        short: String,
        whole: Option<String>,
    },
}

impl Cell {
    fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        match shortened(&text, TEXT_LIMIT) {
            None => Self::Text {
                short: text,
                whole: None,
            },
            Some(short) => Self::Text {
                short,
                whole: Some(shortened(&text, HOVER_LIMIT).unwrap_or(text)),
            },
        }
    }

    fn short(&self) -> &str {
        match self {
            Self::Null => "null",
            Self::Text { short, .. } => short,
        }
    }

    fn write_html(&self, number: bool, html: &mut String) {
        let class = match (self, number) {
            (Self::Null, true) => " class=\"lightcone-number lightcone-null\"",
            (Self::Null, false) => " class=\"lightcone-null\"",
            (_, true) => " class=\"lightcone-number\"",
            (_, false) => "",
        };
        let _ = match self {
            Self::Null => write!(html, "<td{class}><span>null</span></td>"),
            Self::Text { short, whole: None } => write!(html, "<td{class}>{}</td>", escape(short)),
            Self::Text {
                short,
                whole: Some(whole),
            } => write!(
                html,
                "<td{class} title=\"{}\">{}</td>",
                escape(whole),
                escape(short)
            ),
        };
    }
}

impl Rendered {
    fn new(column: &Column) -> Self {
        let series = column.as_materialized_series();
        let decimals = decimals(series);
        let cells = (0..series.len())
            .map(|row| match series.get(row) {
                Ok(AnyValue::Null) => Cell::Null,
                Ok(AnyValue::String(text)) => Cell::text(one_line(text)),
                Ok(AnyValue::StringOwned(text)) => Cell::text(one_line(&text)),
                Ok(AnyValue::Float64(value)) => Cell::text(float(value, decimals)),
                Ok(AnyValue::Float32(value)) => Cell::text(float(f64::from(value), decimals)),
                Ok(
                    value @ (AnyValue::Categorical(..)
                    | AnyValue::CategoricalOwned(..)
                    | AnyValue::Enum(..)
                    | AnyValue::EnumOwned(..)),
                ) => Cell::text(one_line(value.get_str().unwrap_or_default())),
                Ok(value) => Cell::text(one_line(&value.to_string())),
                Err(error) => Cell::text(one_line(&error.to_string())),
            })
            .collect();
        Self {
            name: one_line(series.name()),
            kind: series.dtype().to_string(),
            number: series.dtype().is_primitive_numeric()
                || matches!(series.dtype(), DataType::Decimal(_, _)),
            cells,
        }
    }
}

/// The text with its line breaks and tabs made visible.
fn one_line(text: &str) -> String {
    text.replace("\r\n", "⏎")
        .replace(['\n', '\r'], "⏎")
        .replace('\t', "⇥")
}

/// The first characters with an ellipsis; `None` if the text is short enough.
fn shortened(text: &str, limit: usize) -> Option<String> {
    let (end, _) = text.char_indices().nth(limit)?;
    Some(format!("{}…", text[..end].trim_end()))
}

/// How many decimals a column of floats needs, so that each number keeps six
/// significant digits and all line up at the decimal point.
fn decimals(series: &Series) -> usize {
    let values: Vec<f64> = match series.dtype() {
        DataType::Float64 | DataType::Float32 => series
            .cast(&DataType::Float64)
            .ok()
            .and_then(|floats| {
                floats
                    .f64()
                    .map(|floats| floats.iter().flatten().collect())
                    .ok()
            })
            .unwrap_or_default(),
        _ => return 0,
    };
    let needs = |value: f64| -> usize {
        if !value.is_finite() || value == 0.0 || is_scientific(value) {
            return 1;
        }
        let most = (DIGITS - 1 - value.abs().log10().floor() as i32).clamp(1, 9) as usize;
        let text = format!("{value:.most$}");
        let zeros = text.len() - text.trim_end_matches('0').len();
        (most - zeros.min(most)).max(1)
    };
    values.into_iter().map(needs).max().unwrap_or(1)
}

/// Too large or too small to be written out.
fn is_scientific(value: f64) -> bool {
    value != 0.0 && (value.abs() >= 1e12 || value.abs() < 1e-4)
}

fn float(value: f64, decimals: usize) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 {
            "inf".to_owned()
        } else {
            "-inf".to_owned()
        }
    } else if is_scientific(value) {
        let text = format!("{value:.*e}", DIGITS as usize - 1);
        match text.split_once('e') {
            Some((factor, power)) => {
                let factor = factor.trim_end_matches('0').trim_end_matches('.');
                format!("{factor}e{power}")
            }
            None => text,
        }
    } else {
        format!("{value:.decimals$}")
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::*;

    use super::*;

    fn html(value: &dyn Show) -> String {
        value.media().data["text/html"].as_str().unwrap().to_owned()
    }

    #[test]
    fn a_frame_has_a_caption_and_scoped_headers() {
        let frame = df!("region" => ["us-east-1", "eu-west-1"], "ms" => [1.5, 70.25]).unwrap();
        let html = html(&frame);
        assert!(
            html.contains("<caption>2 rows × 2 columns</caption>"),
            "{html}"
        );
        assert!(html.contains("<th scope=\"col\">region<small>str</small></th>"));
        assert!(
            html.contains("<th scope=\"col\" class=\"lightcone-number\">ms<small>f64</small></th>")
        );
        assert!(
            html.contains("<tr><td>us-east-1</td><td class=\"lightcone-number\">1.50</td></tr>")
        );
        assert_eq!(
            frame.media().text().unwrap(),
            "2 rows × 2 columns\n\
             region        ms\n\
             str          f64\n\
             ─────────  ─────\n\
             us-east-1   1.50\n\
             eu-west-1  70.25"
        );
    }

    #[test]
    fn only_the_first_rows_are_shown_and_the_count_is_said() {
        let numbers: Vec<i32> = (0..1234).collect();
        let frame = df!("n" => numbers).unwrap();
        let html = html(&frame);
        assert!(
            html.contains("<caption>1,234 rows × 1 column, the first 20 rows shown</caption>"),
            "{html}"
        );
        assert_eq!(html.matches("<tr>").count(), 21);
        assert!(!html.contains(">20<") && html.contains(">19<"));
    }

    #[test]
    fn nulls_differ_from_the_text_null() {
        let frame = df!("a" => [Some("null"), None], "b" => [None, Some(1_i64)]).unwrap();
        let html = html(&frame);
        assert!(
            html.contains(
                "<td>null</td><td class=\"lightcone-number lightcone-null\"><span>null</span></td>"
            ),
            "{html}"
        );
        assert!(html.contains(
            "<td class=\"lightcone-null\"><span>null</span></td><td class=\"lightcone-number\">1</td>"
        ));
    }

    #[test]
    fn text_is_escaped_and_cut_with_the_whole_on_hover() {
        let long = "x".repeat(70);
        let frame = df!("<b>" => ["<script>alert('&')</script>", long.as_str()]).unwrap();
        let html = html(&frame);
        assert!(
            !html.contains("<script>") && html.contains("&lt;script&gt;alert(&#39;&amp;&#39;)")
        );
        assert!(html.contains("&lt;b&gt;<small>"));
        assert!(html.contains(&format!("<td title=\"{long}\">{}…</td>", "x".repeat(50))));
        assert_eq!(shortened("äöü", 2).as_deref(), Some("äö…"));
        assert_eq!(shortened("äöü", 3), None);
    }

    #[test]
    fn the_plain_text_has_one_line_a_row_and_names_what_does_not_fit() {
        let text = "word ".repeat(30);
        let frame = df!("a" => [text.as_str(), "two\nlines"], "b" => [text.as_str(), "x"],
            "c" => [text.as_str(), "y"], "d" => [1, 2])
        .unwrap();
        let media = frame.media();
        let lines: Vec<&str> = media.text().unwrap().lines().collect();
        assert_eq!(lines.len(), 7, "{lines:#?}");
        assert_eq!(lines[6], "and 2 more columns: c, d");
        assert!(lines[5].starts_with("two⏎lines"));
        assert!(lines.iter().all(|line| characters(line) <= TEXT_WIDTH));
        assert_eq!(
            DataFrame::empty().media().text().unwrap(),
            "0 rows × 0 columns"
        );
    }

    #[test]
    fn floats_keep_six_digits_and_line_up() {
        let column = |values: &[f64]| {
            let series = Series::new("x".into(), values);
            let decimals = decimals(&series);
            values
                .iter()
                .map(|value| float(*value, decimals))
                .collect::<Vec<_>>()
        };
        assert_eq!(column(&[0.1 + 0.2, 54.6]), ["0.3", "54.6"]);
        assert_eq!(column(&[1.0 / 3.0, 100.0]), ["0.333333", "100.000000"]);
        assert_eq!(column(&[3.0, 4.0]), ["3.0", "4.0"]);
        assert_eq!(column(&[299_792.458]), ["299792.5"]);
        assert_eq!(
            column(&[1.5e-9, 6.02e23, 2.0]),
            ["1.5e-9", "6.02e23", "2.0"]
        );
        assert_eq!(
            column(&[f64::NAN, f64::NEG_INFINITY, 0.0]),
            ["NaN", "-inf", "0.0"]
        );
    }

    #[test]
    fn every_kind_of_column_can_be_shown() {
        let days = Series::new("day".into(), [0_i32, 1])
            .cast(&DataType::Date)
            .unwrap();
        let moments = days
            .cast(&DataType::Datetime(TimeUnit::Microseconds, None))
            .unwrap();
        let lists = Series::new("list".into(), [days.clone(), days.clone()]);
        let parts = df!("a" => [1, 2], "b" => ["x", "y"]).unwrap();
        let records = parts.into_struct("record".into()).into_series();
        let columns = vec![
            days.into(),
            moments.with_name("moment".into()).into(),
            lists.into(),
            records.into(),
            Column::new("flag".into(), [true, false]),
            Column::new("small".into(), [1.5_f32, 2.5]),
        ];
        let html = html(&DataFrame::new(2, columns).unwrap());
        for text in [
            "1970-01-02",
            "1970-01-01 00:00:00",
            "{1,&quot;x&quot;}",
            "true",
            "1.5",
        ] {
            assert!(html.contains(text), "no {text} in {html}");
        }
    }

    #[test]
    fn empty_frames_show_their_shape() {
        let frame = df!("a" => Vec::<i32>::new()).unwrap();
        assert!(html(&frame).contains("<caption>0 rows × 1 column</caption>"));
        assert!(html(&DataFrame::empty()).contains("<caption>0 rows × 0 columns</caption>"));
    }

    #[test]
    fn a_series_is_a_table_of_one_column() {
        let series = Series::new("rtt".into(), [1_i64, 2, 3]);
        assert!(html(&series).contains("<caption>3 values</caption>"));
        assert!(
            html(&Column::from(series))
                .contains("<th scope=\"col\" class=\"lightcone-number\">rtt")
        );
    }

    #[test]
    fn a_lazy_frame_shows_its_first_rows_and_that_it_is_lazy() {
        let numbers: Vec<i32> = (0..100).collect();
        let lazy = df!("n" => numbers)
            .unwrap()
            .lazy()
            .filter(col("n").gt(lit(10)));
        let shown = html(&lazy);
        assert!(
            shown.contains("1 column, the first 20 rows shown; there are more. Lazy query"),
            "{shown}"
        );
        let few = lazy.clone().filter(col("n").lt(lit(13)));
        assert!(html(&few).contains("<caption>2 rows × 1 column. Lazy query"));
        let wrong = lazy.select([col("km")]);
        assert!(
            wrong
                .media()
                .text()
                .unwrap()
                .starts_with("The lazy query fails: ")
        );
    }

    #[test]
    fn a_polars_result_shows_the_frame_or_the_error() {
        let frame: PolarsResult<DataFrame> = df!("a" => [1]);
        assert!(html(&frame).contains("<caption>1 row × 1 column</caption>"));
        let missing = frame.unwrap().column("b").cloned();
        assert!(missing.media().text().unwrap().starts_with("Error: "));
    }

    #[test]
    fn wide_frames_are_cut_and_say_so() {
        let columns: Vec<Column> = (0..61)
            .map(|index| Column::new(format!("c{index}").into(), [index]))
            .collect();
        let html = html(&DataFrame::new(1, columns).unwrap());
        assert!(html.contains("1 row × 61 columns, the first 60 columns shown"));
        assert_eq!(html.matches("<th ").count(), 60);
    }
}
