//! Checks the source tables and builds the installed form: one Parquet file a
//! table, and two that describe them all.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use polars::prelude as pl;
use polars::prelude::{IntoColumn, NamedFrom};

use crate::catalog::Catalog;
use crate::error::DataError;
use crate::frame;
use crate::schema::Bound;
use crate::table::Table;
use crate::value;

/// File that lists the tables, without its extension.
pub(crate) const DATASETS: &str = "datasets";

/// File that lists the columns of all tables, without its extension.
pub(crate) const COLUMNS: &str = "columns";

/// One Parquet file that [`build_tables`] wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltTable {
    /// Name of the table; `datasets` and `columns` describe the others.
    pub table: String,
    /// The file.
    pub path: PathBuf,
    /// Number of rows.
    pub rows: usize,
    /// Size of the file, in bytes.
    pub bytes: u64,
}

/// Checks every rule of one table in the folder of the sources.
///
/// `source_dir` is the folder with `tables.csv` and one folder a table. The
/// result is the number of rows.
///
/// # Errors
///
/// [`DataError::Refused`] names the file, line, column, value and rule of
/// every fault; [`DataError::UnknownTable`] if `tables.csv` does not list the
/// table; [`DataError::Source`] if a file cannot be read.
///
/// # Examples
///
/// ```no_run
/// assert!(lightcone_data::check_table("datasets", "incidents")? > 400);
/// # Ok::<(), lightcone_data::DataError>(())
/// ```
pub fn check_table(source_dir: impl AsRef<Path>, table: &str) -> Result<usize, DataError> {
    let source_dir = source_dir.as_ref();
    let catalog = Catalog::read(source_dir)?;
    let entry = catalog.find(table)?;
    Ok(Table::read(source_dir, &catalog, entry)?.rows.len())
}

/// The names of all tables that `tables.csv` in the folder lists.
///
/// # Errors
///
/// [`DataError::Source`] if the list cannot be read, [`DataError::Refused`]
/// if it breaks its own rules.
///
/// # Examples
///
/// ```no_run
/// for table in lightcone_data::table_names("datasets")? {
///     lightcone_data::check_table("datasets", &table)?;
/// }
/// # Ok::<(), lightcone_data::DataError>(())
/// ```
pub fn table_names(source_dir: impl AsRef<Path>) -> Result<Vec<String>, DataError> {
    Ok(Catalog::read(source_dir.as_ref())?.names())
}

/// Checks every rule of all tables in the folder of the sources; the result is each
/// table with its number of rows.
///
/// # Errors
///
/// [`DataError::Refused`] names every fault of every table;
/// [`DataError::Source`] if a file cannot be read.
///
/// # Examples
///
/// ```no_run
/// for (table, rows) in lightcone_data::check_tables("datasets")? {
///     println!("{table}: {rows} rows");
/// }
/// # Ok::<(), lightcone_data::DataError>(())
/// ```
pub fn check_tables(source_dir: impl AsRef<Path>) -> Result<Vec<(String, usize)>, DataError> {
    let tables = read_all(source_dir.as_ref())?;
    let rows = |table: Table| (table.entry.table, table.rows.len());
    Ok(tables.into_iter().map(rows).collect())
}

/// All tables, or every fault of all of them.
fn read_all(source_dir: &Path) -> Result<Vec<Table>, DataError> {
    let catalog = Catalog::read(source_dir)?;
    let mut tables = Vec::new();
    let mut violations = Vec::new();
    for entry in &catalog.entries {
        match Table::read(source_dir, &catalog, entry) {
            Ok(table) => tables.push(table),
            Err(DataError::Refused { violations: more }) => violations.extend(more),
            Err(error) => return Err(error),
        }
    }
    if violations.is_empty() {
        Ok(tables)
    } else {
        Err(DataError::Refused { violations })
    }
}

/// Checks all tables and writes each as Parquet into the folder `target_dir`.
///
/// The folder is made if there is none. Nothing is written unless every table
/// keeps its rules. Each file is written beside its place and then moved
/// there, so a reader never sees half a file. The same sources give the same
/// bytes.
///
/// # Errors
///
/// [`DataError::Refused`] if a table breaks a rule, [`DataError::Source`] or
/// [`DataError::Write`] if a file cannot be read or written.
///
/// # Examples
///
/// ```no_run
/// for built in lightcone_data::build_tables("datasets", "/tmp/tables")? {
///     println!("{}: {} rows, {} bytes", built.table, built.rows, built.bytes);
/// }
/// # Ok::<(), lightcone_data::DataError>(())
/// ```
pub fn build_tables(
    source_dir: impl AsRef<Path>,
    target_dir: impl AsRef<Path>,
) -> Result<Vec<BuiltTable>, DataError> {
    let target_dir = target_dir.as_ref();
    let tables = read_all(source_dir.as_ref())?;
    let mut frames = Vec::new();
    for table in &tables {
        let name = table.entry.table.clone();
        let frame = frame::frame(table).map_err(|source| in_table(&name, source))?;
        frames.push((name, frame));
    }
    let datasets =
        describe_tables(&tables, &frames).map_err(|source| in_table(DATASETS, source))?;
    let columns = describe_columns(&tables, &frames).map_err(|source| in_table(COLUMNS, source))?;
    frames.push((DATASETS.to_owned(), datasets));
    frames.push((COLUMNS.to_owned(), columns));

    fs::create_dir_all(target_dir).map_err(|error| DataError::Write {
        path: target_dir.to_owned(),
        reason: error.to_string(),
    })?;
    frames
        .into_iter()
        .map(|(table, mut frame)| {
            let path = target_dir.join(format!("{table}.parquet"));
            let bytes = write(&path, &mut frame)?;
            Ok(BuiltTable {
                table,
                path,
                rows: frame.height(),
                bytes,
            })
        })
        .collect()
}

fn in_table(table: &str, source: pl::PolarsError) -> DataError {
    DataError::Frame {
        table: table.to_owned(),
        source,
    }
}

/// Writes a frame as Parquet; returns the size of the file in bytes.
fn write(path: &Path, frame: &mut pl::DataFrame) -> Result<u64, DataError> {
    let refused = |reason: String| DataError::Write {
        path: path.to_owned(),
        reason,
    };
    let part = path.with_extension(format!("parquet.{}.part", std::process::id()));
    let written = File::create(&part)
        .map_err(|error| refused(error.to_string()))
        .and_then(|file| {
            pl::ParquetWriter::new(BufWriter::new(file))
                .finish(frame)
                .map_err(|error| refused(error.to_string()))
        })
        .and_then(|_| fs::rename(&part, path).map_err(|error| refused(error.to_string())))
        .and_then(|()| fs::metadata(path).map_err(|error| refused(error.to_string())));
    match written {
        Ok(file) => Ok(file.len()),
        Err(error) => {
            // The part may not exist; the first error is the one to report.
            let _ = fs::remove_file(&part);
            Err(error)
        }
    }
}

/// The frame of `datasets()`: one row a table.
fn describe_tables(
    tables: &[Table],
    frames: &[(String, pl::DataFrame)],
) -> pl::PolarsResult<pl::DataFrame> {
    let texts = |name: &str, of: fn(&Table) -> &str| {
        let values: Vec<&str> = tables.iter().map(of).collect();
        pl::Series::new(name.into(), values).into_column()
    };
    let counts = |name: &str, of: fn(&pl::DataFrame) -> usize| {
        let values: Vec<i64> = frames.iter().map(|(_, frame)| of(frame) as i64).collect();
        pl::Series::new(name.into(), values).into_column()
    };
    let days = |name: &str, of: fn(&Table) -> chrono::NaiveDate| {
        let values: Vec<i32> = tables
            .iter()
            .map(|table| value::epoch_days(of(table)))
            .collect();
        pl::Series::new(name.into(), values)
            .into_date()
            .into_column()
    };
    let open: Vec<bool> = tables
        .iter()
        .map(|table| table.entry.open_licence)
        .collect();
    pl::DataFrame::new(
        tables.len(),
        vec![
            texts("table", |table| &table.entry.table),
            texts("function", |table| &table.entry.function),
            texts("title", |table| &table.entry.title),
            counts("rows", pl::DataFrame::height),
            counts("columns", pl::DataFrame::width),
            days("as_of_from", |table| table.entry.as_of_from),
            days("as_of", |table| table.entry.as_of),
            texts("licence", |table| &table.entry.licence),
            pl::Series::new("open_licence".into(), open).into_column(),
            texts("source", |table| &table.entry.source),
        ],
    )
}

/// The frame behind `dataset(name)`: one row a column of any table.
fn describe_columns(
    tables: &[Table],
    frames: &[(String, pl::DataFrame)],
) -> pl::PolarsResult<pl::DataFrame> {
    let mut table_names = Vec::new();
    let mut names = Vec::new();
    let mut types = Vec::new();
    let mut units = Vec::new();
    let mut known = Vec::new();
    let mut minima = Vec::new();
    let mut maxima = Vec::new();
    let mut vocabularies = Vec::new();
    let mut meanings = Vec::new();
    for (table, (_, frame)) in tables.iter().zip(frames) {
        for column in &table.schema.columns {
            let values = frame.column(&column.name)?;
            let words: Vec<&str> = column.vocabulary.iter().map(String::as_str).collect();
            table_names.push(table.entry.table.as_str());
            names.push(column.name.as_str());
            types.push(values.dtype().to_string());
            units.push(column.unit.as_deref());
            known.push((values.len() - values.null_count()) as i64);
            minima.push(bound(&column.minimum));
            maxima.push(bound(&column.maximum));
            vocabularies.push((!words.is_empty()).then_some(words));
            meanings.push(column.meaning.as_str());
        }
    }
    pl::DataFrame::new(
        names.len(),
        vec![
            pl::Series::new("table".into(), table_names).into_column(),
            pl::Series::new("column".into(), names).into_column(),
            pl::Series::new("type".into(), types).into_column(),
            pl::Series::new("unit".into(), units).into_column(),
            pl::Series::new("known".into(), known).into_column(),
            pl::Series::new("minimum".into(), minima).into_column(),
            pl::Series::new("maximum".into(), maxima).into_column(),
            frame::lists("vocabulary", &vocabularies).into_column(),
            pl::Series::new("meaning".into(), meanings).into_column(),
        ],
    )
}

fn bound(bound: &Option<Bound>) -> Option<&str> {
    bound.as_ref().map(|bound| bound.text.as_str())
}
