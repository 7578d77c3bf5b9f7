//! Reads the installed tables, each once, and hands out cheap clones.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use polars::prelude as pl;
use polars::prelude::{ChunkCompareEq, IntoColumn, NamedFrom, SerReader};

use crate::error::DataError;
use crate::frame;
use crate::install::{COLUMNS, DATASETS};
use crate::names;

/// Environment variable that names the folder of the installed tables.
pub const DATA_DIRECTORY_VARIABLE: &str = "LIGHTCONE_DATA";

/// The measurement that [`region_latency`](crate::region_latency) returns.
pub const DEFAULT_REGION_LATENCY_SET: &str = "cloudping_1y_2025";

/// The tables that [`region_latency`](crate::region_latency) stacks, with their
/// provider.
const REGION_LATENCY: [(&str, &str); 3] = [
    ("aws", "region_latency_aws"),
    ("azure", "region_latency_azure"),
    ("gcp", "region_latency_gcp"),
];

/// The name under which the stacked measurements are kept.
pub(crate) const STACKED: &str = "region_latency";

/// The tables in one folder, as [`build_tables`](crate::build_tables) wrote it.
///
/// Each table is read from its file when it is first asked for and kept, so a
/// second call only clones the frame, which shares its columns.
///
/// # Examples
///
/// ```no_run
/// let tables = lightcone_data::Tables::in_directory("/tmp/tables");
/// let incidents = tables.table("incidents")?;
/// assert!(incidents.height() > 400);
/// # Ok::<(), lightcone_data::DataError>(())
/// ```
#[derive(Debug)]
pub struct Tables {
    directory: PathBuf,
    frames: Mutex<BTreeMap<String, pl::DataFrame>>,
}

impl Tables {
    /// The tables in a folder; nothing is read yet.
    pub fn in_directory(directory: impl Into<PathBuf>) -> Tables {
        Tables {
            directory: directory.into(),
            frames: Mutex::default(),
        }
    }

    /// The tables of this installation, in the folder that `LIGHTCONE_DATA` names.
    ///
    /// # Errors
    ///
    /// [`DataError::NotInstalled`] if the variable is not set or empty.
    pub fn installed() -> Result<&'static Tables, DataError> {
        static INSTALLED: OnceLock<Tables> = OnceLock::new();
        if let Some(tables) = INSTALLED.get() {
            return Ok(tables);
        }
        let directory = env::var_os(DATA_DIRECTORY_VARIABLE)
            .filter(|directory| !directory.is_empty())
            .ok_or(DataError::NotInstalled {
                variable: DATA_DIRECTORY_VARIABLE,
            })?;
        Ok(INSTALLED.get_or_init(|| Tables::in_directory(directory)))
    }

    /// The folder.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The table with this name. `region_latency` stacks all measurements of round
    /// trips; `datasets` and `columns` describe the others.
    ///
    /// # Errors
    ///
    /// [`DataError::UnknownTable`] lists the names that exist;
    /// [`DataError::Installed`] if the file is missing or damaged.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// let tables = lightcone_data::Tables::in_directory("/tmp/tables");
    /// println!("{}", tables.table("service_slas")?);
    /// # Ok::<(), lightcone_data::DataError>(())
    /// ```
    pub fn table(&self, name: &str) -> Result<pl::DataFrame, DataError> {
        if name == STACKED {
            return self.all_region_latency();
        }
        if let Some(frame) = self.kept(name) {
            return Ok(frame);
        }
        let path = self.directory.join(format!("{name}.parquet"));
        let plain = name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        // Where not even the list can be read, the table's own file is the one to name.
        if (!plain || !path.exists())
            && ![DATASETS, COLUMNS].contains(&name)
            && let Ok(all) = self.names()
            && !all.iter().any(|known| known == name)
        {
            return Err(DataError::UnknownTable {
                name: name.to_owned(),
                near: names::near(name, &all),
                all,
            });
        }
        let frame = read(&path).map_err(|reason| DataError::Installed { path, reason })?;
        Ok(self.keep(name, frame))
    }

    /// The names of all tables, sorted.
    ///
    /// # Errors
    ///
    /// [`DataError::Installed`] if the list is missing or damaged.
    pub fn names(&self) -> Result<Vec<String>, DataError> {
        let list = self.table(DATASETS)?;
        text_values(&list, "table").map_err(|source| refused(DATASETS, source))
    }

    fn kept(&self, name: &str) -> Option<pl::DataFrame> {
        let frames = self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        frames.get(name).cloned()
    }

    /// Keeps a frame unless another thread was first; returns the kept one.
    fn keep(&self, name: &str, frame: pl::DataFrame) -> pl::DataFrame {
        let mut frames = self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        frames.entry(name.to_owned()).or_insert(frame).clone()
    }

    /// See [`region_latency`](crate::region_latency).
    ///
    /// # Errors
    ///
    /// [`DataError::Installed`] if the file is missing or damaged.
    pub fn region_latency(&self) -> Result<pl::DataFrame, DataError> {
        self.region_latency_set(DEFAULT_REGION_LATENCY_SET)
    }

    /// See [`region_latency_set`](crate::region_latency_set).
    ///
    /// # Errors
    ///
    /// [`DataError::UnknownSet`] lists the names that exist;
    /// [`DataError::Installed`] if the file is missing or damaged.
    pub fn region_latency_set(&self, name: &str) -> Result<pl::DataFrame, DataError> {
        let all = self.all_region_latency()?;
        let set = select(&all, "dataset", name).map_err(|source| refused(STACKED, source))?;
        if set.height() > 0 {
            return Ok(set);
        }
        let all = text_values(&all, "dataset").map_err(|source| refused(STACKED, source))?;
        Err(DataError::UnknownSet {
            name: name.to_owned(),
            near: names::near(name, &all),
            all,
        })
    }

    /// See [`region_latency_sets`](crate::region_latency_sets).
    ///
    /// # Errors
    ///
    /// [`DataError::Installed`] if the file is missing or damaged.
    pub fn region_latency_sets(&self) -> Result<pl::DataFrame, DataError> {
        let all = self.all_region_latency()?;
        latency_sets(&all).map_err(|source| refused(STACKED, source))
    }

    /// All measurements of all providers, stacked.
    fn all_region_latency(&self) -> Result<pl::DataFrame, DataError> {
        if let Some(frame) = self.kept(STACKED) {
            return Ok(frame);
        }
        let mut parts = Vec::new();
        for (provider, table) in REGION_LATENCY {
            parts.push((provider, self.table(table)?));
        }
        let all = stack(parts).map_err(|source| refused(STACKED, source))?;
        Ok(self.keep(STACKED, all))
    }

    /// See [`datasets`](crate::datasets).
    ///
    /// # Errors
    ///
    /// [`DataError::Installed`] if the file is missing or damaged.
    pub fn datasets(&self) -> Result<pl::DataFrame, DataError> {
        self.table(DATASETS)
    }

    /// See [`dataset`](crate::dataset).
    ///
    /// # Errors
    ///
    /// [`DataError::UnknownTable`] lists the names that exist;
    /// [`DataError::Installed`] if the file is missing or damaged.
    pub fn dataset(&self, name: &str) -> Result<pl::DataFrame, DataError> {
        let all = self.table(COLUMNS)?;
        let columns = select(&all, "table", name)
            .and_then(|columns| columns.drop("table"))
            .map_err(|source| refused(COLUMNS, source))?;
        if columns.height() > 0 {
            return Ok(columns);
        }
        let all = self.names()?;
        Err(DataError::UnknownTable {
            name: name.to_owned(),
            near: names::near(name, &all),
            all,
        })
    }
}

fn refused(table: &str, source: pl::PolarsError) -> DataError {
    DataError::Frame {
        table: table.to_owned(),
        source,
    }
}

fn read(path: &Path) -> Result<pl::DataFrame, String> {
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    pl::ParquetReader::new(Cursor::new(bytes))
        .set_rechunk(true)
        .finish()
        .map_err(|error| error.to_string())
}

/// Puts measurements of several providers under one another, with a column
/// that names the provider. Their enums differ, so they get one that fits all.
fn stack(parts: Vec<(&str, pl::DataFrame)>) -> pl::PolarsResult<pl::DataFrame> {
    let words = ["dataset", "method"];
    let mut all: Option<pl::DataFrame> = None;
    for (provider, mut part) in parts {
        for word in words {
            let text = part.column(word)?.cast(&pl::DataType::String)?;
            part.with_column(text)?;
        }
        let provider = pl::Series::new("provider".into(), vec![provider; part.height()]);
        part.insert_column(1, provider.into_column())?;
        match &mut all {
            Some(all) => {
                all.vstack_mut(&part)?;
            }
            None => all = Some(part),
        }
    }
    let mut all = all.unwrap_or_default();
    all.rechunk_mut();
    for word in words.into_iter().chain(["provider"]) {
        let values = text_values(&all, word)?;
        let column = all.column(word)?.cast(&frame::enum_type(&values)?)?;
        all.with_column(column)?;
    }
    Ok(all)
}

/// The rows where a text or enum column has this value.
fn select(frame: &pl::DataFrame, column: &str, value: &str) -> pl::PolarsResult<pl::DataFrame> {
    let values = frame.column(column)?.cast(&pl::DataType::String)?;
    frame.filter(&values.str()?.equal(value))
}

/// The different values of a text or enum column, sorted.
fn text_values(frame: &pl::DataFrame, column: &str) -> pl::PolarsResult<Vec<String>> {
    let values = frame.column(column)?.cast(&pl::DataType::String)?;
    let sorted: BTreeSet<&str> = values.str()?.iter().flatten().collect();
    Ok(sorted.into_iter().map(str::to_owned).collect())
}

/// One row for each measurement of the table of round trips.
fn latency_sets(all: &pl::DataFrame) -> pl::PolarsResult<pl::DataFrame> {
    let mut sets: Option<pl::DataFrame> = None;
    for name in text_values(all, "dataset")? {
        let set = select(all, "dataset", &name)?;
        let measured: Vec<&str> = set
            .columns()
            .iter()
            .filter(|column| {
                column.name().starts_with("rtt_") && column.null_count() < column.len()
            })
            .map(|column| column.name().as_str())
            .collect();
        let regions = set.column("from_region")?.n_unique()? as i64;
        let mut row = set
            .select(["dataset", "provider", "as_of", "method"])?
            .head(Some(1));
        row.insert_column(
            2,
            pl::Series::new("rows".into(), [set.height() as i64]).into_column(),
        )?;
        row.insert_column(
            3,
            pl::Series::new("regions".into(), [regions]).into_column(),
        )?;
        row.insert_column(6, frame::lists("measured", &[Some(measured)]).into_column())?;
        match &mut sets {
            Some(sets) => {
                sets.vstack_mut(&row)?;
            }
            None => sets = Some(row),
        }
    }
    let mut sets = sets.unwrap_or_default();
    sets.rechunk_mut();
    Ok(sets)
}
