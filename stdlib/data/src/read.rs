//! The reader's own files, with a report of their schema.
//!
//! An analyst's incidents lie in a CSV, a Parquet file or a dump of JSON. [`read`]
//! opens any of them without loading it, finds the table of ours that it looks
//! like, and brings its columns to the types of that table, so that the analyses
//! take it like the built-in one.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use polars::prelude as pl;
use polars::prelude::{IntoColumn, IntoLazy, LazyFileListReader, NamedFrom, SerReader};

use crate::error::DataError;
use crate::installed::Tables;

/// A table of ours is recognised if at least this many columns agree.
const COLUMNS_THAT_AGREE: usize = 3;

/// How many rows are looked at to tell the types of a CSV or JSON file.
const ROWS_TO_INFER: usize = 10_000;

/// A file that [`read`] opened. It prints as a report of its schema.
#[derive(Clone)]
pub struct Opened {
    path: PathBuf,
    format: &'static str,
    lazy: pl::LazyFrame,
    table: Option<String>,
    report: pl::DataFrame,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Opened {
    /// The rows, read when they are asked for; with [`pl::Engine::Streaming`] a file
    /// larger than memory can be worked on.
    pub fn lazy(&self) -> pl::LazyFrame {
        self.lazy.clone()
    }

    /// All rows at once.
    ///
    /// # Errors
    ///
    /// [`DataError::Open`] if a row does not fit the types.
    pub fn frame(&self) -> Result<pl::DataFrame, DataError> {
        self.lazy()
            .collect()
            .map_err(|error| refused(&self.path, error))
    }

    /// The table of [`datasets`](crate::datasets) that the file looks like.
    #[must_use]
    pub fn table(&self) -> Option<&str> {
        self.table.as_deref()
    }

    /// One row a column: its type in the file, the type that it gets, and what is
    /// said of it. Columns of the table that the file lacks stand at the end.
    #[must_use]
    pub fn report(&self) -> &pl::DataFrame {
        &self.report
    }
}

impl fmt::Display for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let like = match &self.table {
            Some(table) => format!("looks like the table `{table}`"),
            None => "looks like none of the tables".to_owned(),
        };
        write!(f, "{} ({}): {like}", self.path.display(), self.format)?;
        let text = |name: &str, row: usize| -> String {
            let column = self.report.column(name).and_then(|column| column.str());
            let value = column.ok().and_then(|column| column.get(row));
            value.unwrap_or_default().to_owned()
        };
        for row in 0..self.report.height() {
            let (column, found, used) = (
                text("column", row),
                text("type_in_file", row),
                text("type", row),
            );
            write!(f, "\n  {column}")?;
            match (found.is_empty(), found == used) {
                (true, _) => {}
                (false, true) => write!(f, ": {found}")?,
                (false, false) => write!(f, ": {found} -> {used}")?,
            }
            let note = text("note", row);
            if !note.is_empty() {
                write!(f, " ({note})")?;
            }
        }
        Ok(())
    }
}

/// Opens a file of the reader's own: CSV (separator `,`, `;`, tab or `|`), Parquet,
/// JSON (an array of records) or one JSON record a line. The ending of the name
/// says which; without a known ending the beginning of the file does.
///
/// Columns with names of a table of ours are brought to its types: texts to times,
/// lists (`a;b`) and numbers. A value that cannot be becomes null, and the report
/// names the column. Enums stay text, since a reader's own words are not ours.
///
/// # Errors
///
/// [`DataError::Open`] if the file cannot be read or its format is not known.
///
/// # Examples
///
/// ```
/// let path = std::env::temp_dir().join(format!("lightcone-read-{}.csv", std::process::id()));
/// std::fs::write(&path, "service;latency_ms\ncart;12.5\n")?;
/// let mine = lightcone_data::read(&path)?;
/// assert_eq!(mine.frame()?.height(), 1);
/// println!("{mine}");
/// std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read(path: impl AsRef<Path>) -> Result<Opened, DataError> {
    // Without installed tables there is nothing to compare with.
    read_with(path.as_ref(), Tables::installed().ok())
}

impl Tables {
    /// [`read`], comparing with the tables of this folder.
    ///
    /// # Errors
    ///
    /// As [`read`].
    pub fn read(&self, path: impl AsRef<Path>) -> Result<Opened, DataError> {
        read_with(path.as_ref(), Some(self))
    }
}

fn read_with(path: &Path, tables: Option<&Tables>) -> Result<Opened, DataError> {
    let (format, mut lazy) = scan(path)?;
    let schema = lazy
        .collect_schema()
        .map_err(|error| refused(path, error))?;
    let names: Vec<&str> = schema.iter_names().map(|name| name.as_str()).collect();
    let like = match tables {
        Some(tables) => alike(tables, &names)?,
        None => None,
    };
    let mut columns = Vec::new();
    let mut lines = Vec::new();
    for (name, found) in schema.iter() {
        let wanted = like
            .as_ref()
            .and_then(|(_, frame)| frame.column(name).ok())
            .map(|column| plain(column.dtype()));
        let (expression, used, note) = match wanted {
            Some(wanted) if wanted == *found => {
                (pl::col(name.clone()), found.clone(), "as in the table")
            }
            Some(wanted) => {
                let (expression, note) = brought(name, found, &wanted);
                (expression, wanted, note)
            }
            None => (pl::col(name.clone()), found.clone(), ""),
        };
        columns.push(expression);
        lines.push(Line {
            column: name.to_string(),
            found: Some(found.to_string()),
            used: Some(used.to_string()),
            note,
        });
    }
    if let Some((_, frame)) = &like {
        for column in frame.columns() {
            if !names.contains(&column.name().as_str()) {
                lines.push(Line {
                    column: column.name().to_string(),
                    found: None,
                    used: None,
                    note: "in the table, not in the file",
                });
            }
        }
    }
    let texts = |name: &str, of: fn(&Line) -> Option<String>| {
        let values: Vec<Option<String>> = lines.iter().map(of).collect();
        pl::Series::new(name.into(), values).into_column()
    };
    let report = pl::DataFrame::new(
        lines.len(),
        vec![
            texts("column", |line| Some(line.column.clone())),
            texts("type_in_file", |line| line.found.clone()),
            texts("type", |line| line.used.clone()),
            texts("note", |line| {
                (!line.note.is_empty()).then(|| line.note.to_owned())
            }),
        ],
    )
    .map_err(|error| refused(path, error))?;
    Ok(Opened {
        path: path.to_owned(),
        format,
        lazy: lazy.select(columns),
        table: like.map(|(table, _)| table),
        report,
    })
}

/// What the report says of one column.
struct Line {
    column: String,
    found: Option<String>,
    used: Option<String>,
    note: &'static str,
}

/// The type that a column of the reader's gets for one of ours.
fn plain(wanted: &pl::DataType) -> pl::DataType {
    if wanted.is_enum() || wanted.is_categorical() {
        pl::DataType::String
    } else {
        wanted.clone()
    }
}

/// How a column gets to a type, and what the report says of it.
fn brought(
    name: &pl::PlSmallStr,
    found: &pl::DataType,
    wanted: &pl::DataType,
) -> (pl::Expr, &'static str) {
    let column = pl::col(name.clone());
    match (found, wanted) {
        (pl::DataType::String, pl::DataType::List(_)) => {
            (column.str().split(pl::lit(";")), "split at ; into a list")
        }
        (pl::DataType::String, pl::DataType::Datetime(unit, zone)) => {
            let form = |form: &str| pl::StrptimeOptions {
                format: Some(form.into()),
                strict: false,
                ..Default::default()
            };
            let times = column.clone().str().to_datetime(
                Some(*unit),
                None,
                form("%Y-%m-%dT%H:%M:%SZ"),
                pl::lit("raise"),
            );
            // As JSON writers spell it: 2021-10-04T15:39:00+00:00.
            let zoned = column
                .clone()
                .str()
                .to_datetime(
                    Some(*unit),
                    Some(pl::TimeZone::UTC),
                    form("%Y-%m-%dT%H:%M:%S%.f%z"),
                    pl::lit("raise"),
                )
                .dt()
                .replace_time_zone(None, pl::lit("raise"), pl::NonExistent::Raise);
            let days = column
                .str()
                .to_date(form("%Y-%m-%d"))
                .cast(pl::DataType::Datetime(*unit, None));
            let both = pl::coalesce(&[times, zoned, days]);
            let both = match zone {
                Some(zone) => both.dt().replace_time_zone(
                    Some(zone.clone()),
                    pl::lit("raise"),
                    pl::NonExistent::Raise,
                ),
                None => both,
            };
            (
                both.alias(name.clone()),
                "read as UTC times and days; anything else is null",
            )
        }
        (pl::DataType::Datetime(_, None), pl::DataType::Datetime(unit, Some(zone))) => (
            column
                .cast(pl::DataType::Datetime(*unit, None))
                .dt()
                .replace_time_zone(Some(zone.clone()), pl::lit("raise"), pl::NonExistent::Raise),
            "taken as UTC",
        ),
        _ => (
            column.cast(wanted.clone()),
            "cast; what does not fit is null",
        ),
    }
}

/// The table that shares the most columns with a file, if they are enough.
fn alike(tables: &Tables, names: &[&str]) -> Result<Option<(String, pl::DataFrame)>, DataError> {
    let mut best: Option<(usize, String)> = None;
    for table in tables.names()? {
        let frame = tables.table(&table)?;
        let agree = frame
            .columns()
            .iter()
            .filter(|column| names.contains(&column.name().as_str()))
            .count();
        if agree >= COLUMNS_THAT_AGREE
            && 2 * agree > names.len().min(frame.width())
            && best.as_ref().is_none_or(|(most, _)| agree > *most)
        {
            best = Some((agree, table));
        }
    }
    match best {
        Some((_, table)) => {
            let frame = tables.table(&table)?;
            Ok(Some((table, frame)))
        }
        None => Ok(None),
    }
}

/// Opens a file by its format.
fn scan(path: &Path) -> Result<(&'static str, pl::LazyFrame), DataError> {
    let ending = path
        .extension()
        .map(|ending| ending.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    let place = || pl::PlRefPath::try_from_path(path).map_err(|error| refused(path, error));
    let format = match ending.as_str() {
        "parquet" | "pq" => "Parquet",
        "csv" | "tsv" | "txt" => "CSV",
        "json" => "JSON",
        "ndjson" | "jsonl" => "JSON lines",
        _ => by_content(path)?,
    };
    let lazy = match format {
        "Parquet" => pl::LazyFrame::scan_parquet(place()?, Default::default()),
        "JSON lines" => pl::LazyJsonLineReader::new(place()?)
            .with_infer_schema_length(std::num::NonZeroUsize::new(ROWS_TO_INFER))
            .finish(),
        "JSON" => {
            let file = open(path)?;
            pl::JsonReader::new(file)
                .with_json_format(pl::JsonFormat::Json)
                .finish()
                .map(IntoLazy::lazy)
        }
        _ => pl::LazyCsvReader::new(place()?)
            .with_separator(separator(path)?)
            .with_has_header(true)
            .with_infer_schema_length(Some(ROWS_TO_INFER))
            .with_try_parse_dates(true)
            .finish(),
    };
    Ok((format, lazy.map_err(|error| refused(path, error))?))
}

/// The format that the beginning of a file shows.
fn by_content(path: &Path) -> Result<&'static str, DataError> {
    let mut start = Vec::new();
    open(path)?
        .take(4096)
        .read_to_end(&mut start)
        .map_err(|error| DataError::Open {
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
    if start.starts_with(b"PAR1") {
        return Ok("Parquet");
    }
    let text = String::from_utf8_lossy(&start);
    match text.trim_start().chars().next() {
        Some('[') => Ok("JSON"),
        Some('{') => Ok("JSON lines"),
        Some(_) if !start.contains(&0) && text.contains([',', ';', '\t', '|']) => Ok("CSV"),
        _ => Err(DataError::Open {
            path: path.to_owned(),
            reason: "it is neither CSV, Parquet nor JSON; name it with the ending of its format"
                .to_owned(),
        }),
    }
}

/// The separator that stands most often in the first line of a CSV file.
fn separator(path: &Path) -> Result<u8, DataError> {
    let mut line = String::new();
    BufReader::new(open(path)?)
        .take(1 << 20)
        .read_line(&mut line)
        .map_err(|error| DataError::Open {
            path: path.to_owned(),
            reason: format!("its first line is no text: {error}"),
        })?;
    let count = |separator: u8| line.bytes().filter(|byte| *byte == separator).count();
    let best = [b',', b';', b'\t', b'|']
        .into_iter()
        .rev()
        .max_by_key(|separator| count(*separator));
    Ok(best.unwrap_or(b','))
}

fn open(path: &Path) -> Result<File, DataError> {
    File::open(path).map_err(|error| DataError::Open {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

fn refused(path: &Path, error: pl::PolarsError) -> DataError {
    let message = error.to_string();
    let reason = message
        .split("\n\nResolved plan until failure")
        .next()
        .unwrap_or_default()
        .to_owned();
    DataError::Open {
        path: path.to_owned(),
        reason,
    }
}
