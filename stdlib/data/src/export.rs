//! Frames as files: Parquet, CSV, JSON, Excel and Markdown.

use std::fmt;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use polars::prelude as pl;
use polars::prelude::{IntoSeries, SerWriter};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::error::DataError;

/// Rows of a worksheet, less the header.
const SHEET_ROWS: usize = 1_048_575;

/// Columns of a worksheet.
const SHEET_COLUMNS: usize = 16_384;

/// Characters of a cell of a worksheet.
const CELL_CHARACTERS: usize = 32_767;

/// The endings of files that [`export`] writes.
const ENDINGS: &str = ".parquet, .csv, .json, .ndjson, .jsonl, .xlsx, .md";

/// A file that [`export`] wrote. It prints as one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The file.
    pub path: PathBuf,
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
    /// Size of the file, in bytes.
    pub bytes: u64,
}

impl fmt::Display for Exported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} rows, {} columns, {} bytes",
            self.path.display(),
            self.rows,
            self.columns,
            self.bytes
        )
    }
}

/// Writes a frame into a file, in the format that the ending of its name says:
/// `.parquet`, `.csv`, `.json` (one array of records), `.ndjson` or `.jsonl` (one
/// record a line), `.xlsx`, `.md` (a Markdown table).
///
/// Parquet keeps all types. CSV, Excel and Markdown have no lists: their items are
/// joined by `;`. In CSV and Markdown a duration is written `7:11:00`. Excel gets real numbers and dates, a frozen header and a filter;
/// durations become days, which it shows as hours and minutes. The file is written
/// beside its place and then moved there, so a reader never sees half of it.
///
/// # Errors
///
/// [`DataError::Export`] if the ending is unknown, or the frame does not fit into
/// the format; [`DataError::Write`] if the file cannot be written.
///
/// # Examples
///
/// ```
/// use polars::prelude::df;
/// let frame = df!("region" => ["us-east-1"], "rtt_ms" => [0.4])?;
/// let path = std::env::temp_dir().join(format!("lightcone-doc-{}.csv", std::process::id()));
/// lightcone_data::export(&frame, &path)?;
/// assert_eq!(std::fs::read_to_string(&path)?, "region,rtt_ms\nus-east-1,0.4\n");
/// std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn export(frame: &pl::DataFrame, path: impl AsRef<Path>) -> Result<Exported, DataError> {
    let path = path.as_ref();
    let ending = path
        .extension()
        .map(|ending| ending.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    let refuse = |reason: String| DataError::Export {
        path: path.to_owned(),
        reason,
    };
    let part = path.with_extension(format!("{ending}.{}.part", std::process::id()));
    let mut frame = frame.clone();
    let written = match ending.as_str() {
        "parquet" => to_file(&part, |file| {
            pl::ParquetWriter::new(file)
                .finish(&mut frame)
                .map(drop)
                .map_err(|error| error.to_string())
        }),
        "csv" => to_file(&part, |file| {
            let mut flat = flattened(&frame)
                .and_then(|flat| spelled(&flat))
                .map_err(|error| error.to_string())?;
            pl::CsvWriter::new(file)
                .finish(&mut flat)
                .map_err(|error| error.to_string())
        }),
        "json" | "ndjson" | "jsonl" => to_file(&part, |file| {
            let format = if ending == "json" {
                pl::JsonFormat::Json
            } else {
                pl::JsonFormat::JsonLines
            };
            pl::JsonWriter::new(file)
                .with_json_format(format)
                .finish(&mut frame)
                .map_err(|error| error.to_string())
        }),
        "md" => to_file(&part, |file| {
            let table = markdown_table(&frame).map_err(|error| error.to_string())?;
            file.write_all(table.as_bytes())
                .map_err(|error| error.to_string())
        }),
        "xlsx" => workbook(&frame)
            .map_err(refuse)?
            .save(&part)
            .map_err(|error| error.to_string()),
        "" => {
            return Err(refuse(format!(
                "its name has no ending; use one of {ENDINGS}"
            )));
        }
        other => {
            return Err(refuse(format!(
                "the ending .{other} is not known; use one of {ENDINGS}"
            )));
        }
    };
    let written = written
        .and_then(|()| fs::rename(&part, path).map_err(|error| error.to_string()))
        .and_then(|()| fs::metadata(path).map_err(|error| error.to_string()));
    match written {
        Ok(file) => Ok(Exported {
            path: path.to_owned(),
            rows: frame.height(),
            columns: frame.width(),
            bytes: file.len(),
        }),
        Err(reason) => {
            // The part may not exist; the first error is the one to report.
            let _ = fs::remove_file(&part);
            Err(DataError::Write {
                path: path.to_owned(),
                reason,
            })
        }
    }
}

fn to_file(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), String>,
) -> Result<(), String> {
    let file = File::create(path).map_err(|error| error.to_string())?;
    let mut file = BufWriter::new(file);
    write(&mut file)?;
    file.flush().map_err(|error| error.to_string())
}

/// The frame as a table in Markdown, as GitHub and Jupyter understand it.
///
/// # Errors
///
/// What Polars says if a column cannot be read as text.
///
/// # Examples
///
/// ```
/// use polars::prelude::df;
/// let frame = df!("pattern" => ["bulkhead"], "count" => [3])?;
/// assert_eq!(
///     lightcone_data::markdown_table(&frame)?,
///     "| pattern | count |\n| --- | ---: |\n| bulkhead | 3 |\n"
/// );
/// # Ok::<(), polars::error::PolarsError>(())
/// ```
pub fn markdown_table(frame: &pl::DataFrame) -> pl::PolarsResult<String> {
    let frame = spelled(&flattened(frame)?)?;
    let escape = |text: &str| text.replace('|', "\\|").replace(['\n', '\r'], " ");
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let columns = frame.columns();
    let mut table = line(columns.iter().map(|column| escape(column.name())).collect());
    table += &line(
        columns
            .iter()
            .map(|column| {
                if column.dtype().is_numeric() {
                    "---:"
                } else {
                    "---"
                }
                .to_owned()
            })
            .collect(),
    );
    for row in 0..frame.height() {
        let mut cells = Vec::with_capacity(columns.len());
        for column in columns {
            let value = column.get(row)?;
            cells.push(if value.is_null() {
                String::new()
            } else {
                escape(&value.str_value())
            });
        }
        table += &line(cells);
    }
    Ok(table)
}

/// The frame with its lists as text, their items joined by `;`, and enums as text.
fn flattened(frame: &pl::DataFrame) -> pl::PolarsResult<pl::DataFrame> {
    let mut flat = frame.clone();
    for column in frame.columns() {
        if let pl::DataType::List(_) = column.dtype() {
            let lists = column.list()?;
            let joined: pl::StringChunked = (0..lists.len())
                .map(|row| lists.get_as_series(row).map(|items| joined(&items)))
                .collect();
            let joined = joined.into_series().with_name(column.name().clone());
            flat.with_column(joined.into())?;
        } else if column.dtype().is_enum() || column.dtype().is_categorical() {
            flat.with_column(column.cast(&pl::DataType::String)?)?;
        }
    }
    Ok(flat)
}

/// The frame with its durations as text, `7:11:00` for seven hours and eleven
/// minutes.
fn spelled(frame: &pl::DataFrame) -> pl::PolarsResult<pl::DataFrame> {
    let mut spelled = frame.clone();
    for column in frame.columns() {
        if let pl::DataType::Duration(unit) = column.dtype() {
            let ticks = column.to_physical_repr();
            let text: pl::StringChunked = ticks
                .i64()?
                .iter()
                .map(|ticks| {
                    ticks.map(|ticks| {
                        let seconds = (ticks / ticks_a_second(*unit)).abs();
                        let sign = if ticks < 0 { "-" } else { "" };
                        let (hours, rest) = (seconds / 3_600, seconds % 3_600);
                        format!("{sign}{hours}:{:02}:{:02}", rest / 60, rest % 60)
                    })
                })
                .collect();
            spelled.with_column(text.into_series().with_name(column.name().clone()).into())?;
        }
    }
    Ok(spelled)
}

fn joined(items: &pl::Series) -> String {
    let items: Vec<String> = items
        .iter()
        .map(|item| item.str_value().into_owned())
        .collect();
    items.join(";")
}

/// One sheet with the frame, or why it does not fit.
fn workbook(frame: &pl::DataFrame) -> Result<Workbook, String> {
    if frame.height() > SHEET_ROWS || frame.width() > SHEET_COLUMNS {
        return Err(format!(
            "it has {} rows and {} columns, and a worksheet holds {SHEET_ROWS} and \
             {SHEET_COLUMNS}; filter it, or use .parquet or .csv",
            frame.height(),
            frame.width()
        ));
    }
    let frame = flattened(frame).map_err(|error| error.to_string())?;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, &frame)?;
    Ok(book)
}

fn fill(sheet: &mut Worksheet, frame: &pl::DataFrame) -> Result<(), String> {
    let said = |error: XlsxError| error.to_string();
    let bold = Format::new().set_bold();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let time = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    let span = Format::new().set_num_format("[h]:mm:ss");
    for (index, column) in frame.columns().iter().enumerate() {
        let at = u16::try_from(index).map_err(|error| error.to_string())?;
        sheet
            .write_string_with_format(0, at, column.name().as_str(), &bold)
            .map_err(said)?;
        for row in 0..frame.height() {
            let line = u32::try_from(row + 1).map_err(|error| error.to_string())?;
            let value = column.get(row).map_err(|error| error.to_string())?;
            match &value {
                pl::AnyValue::Null => {}
                pl::AnyValue::Boolean(truth) => {
                    sheet.write_boolean(line, at, *truth).map_err(said)?;
                }
                pl::AnyValue::Date(days) => {
                    let moment = moment(i64::from(*days) * 86_400)?;
                    sheet
                        .write_datetime_with_format(line, at, &moment, &day)
                        .map_err(said)?;
                }
                pl::AnyValue::Datetime(ticks, unit, _)
                | pl::AnyValue::DatetimeOwned(ticks, unit, _) => {
                    let moment = moment(ticks.div_euclid(ticks_a_second(*unit)))?;
                    sheet
                        .write_datetime_with_format(line, at, &moment, &time)
                        .map_err(said)?;
                }
                pl::AnyValue::Duration(ticks, unit) => {
                    let days = *ticks as f64 / ticks_a_second(*unit) as f64 / 86_400.0;
                    sheet
                        .write_number_with_format(line, at, days, &span)
                        .map_err(said)?;
                }
                number if column.dtype().is_numeric() => {
                    let number = number.extract::<f64>().filter(|number| number.is_finite());
                    if let Some(number) = number {
                        sheet.write_number(line, at, number).map_err(said)?;
                    }
                }
                other => {
                    let text = other.str_value();
                    if text.chars().count() > CELL_CHARACTERS {
                        return Err(format!(
                            "row {row} of column {} has {} characters, and a cell holds \
                             {CELL_CHARACTERS}; shorten it, or use .parquet or .csv",
                            column.name(),
                            text.chars().count()
                        ));
                    }
                    sheet.write_string(line, at, text.as_ref()).map_err(said)?;
                }
            }
        }
    }
    sheet.set_freeze_panes(1, 0).map_err(said)?;
    if let (Ok(rows), Some(last)) = (u32::try_from(frame.height()), frame.width().checked_sub(1))
        && rows > 0
    {
        let last = u16::try_from(last).map_err(|error| error.to_string())?;
        sheet.autofilter(0, 0, rows, last).map_err(said)?;
    }
    Ok(())
}

fn moment(seconds: i64) -> Result<ExcelDateTime, String> {
    ExcelDateTime::from_timestamp(seconds).map_err(|error| error.to_string())
}

fn ticks_a_second(unit: pl::TimeUnit) -> i64 {
    match unit {
        pl::TimeUnit::Nanoseconds => 1_000_000_000,
        pl::TimeUnit::Microseconds => 1_000_000,
        pl::TimeUnit::Milliseconds => 1_000,
    }
}
