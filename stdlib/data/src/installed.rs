//! Reads the installed tables, each once, and hands out cheap clones.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

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

/// The installed files, as indices into [`Tables::frames`].
#[derive(Clone, Copy)]
enum Installed {
    CloudRegions,
    Incidents,
    RegionLatencyAws,
    Datasets,
    Columns,
}

const NAMES: [&str; 5] = [
    "cloud_regions",
    "incidents",
    "region_latency_aws",
    DATASETS,
    COLUMNS,
];

/// The tables in one folder, as [`build_tables`](crate::build_tables) wrote it.
///
/// Each table is read from its file when it is first asked for and kept, so a
/// second call only clones the frame, which shares its columns.
///
/// # Examples
///
/// ```no_run
/// let tables = lightcone_data::Tables::in_directory("/tmp/tables");
/// let incidents = tables.incidents()?;
/// assert!(incidents.height() > 400);
/// # Ok::<(), lightcone_data::DataError>(())
/// ```
#[derive(Debug)]
pub struct Tables {
    directory: PathBuf,
    frames: [OnceLock<pl::DataFrame>; NAMES.len()],
}

impl Tables {
    /// The tables in a folder; nothing is read yet.
    pub fn in_directory(directory: impl Into<PathBuf>) -> Tables {
        Tables {
            directory: directory.into(),
            frames: [const { OnceLock::new() }; NAMES.len()],
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

    /// See [`incidents`](crate::incidents).
    ///
    /// # Errors
    ///
    /// [`DataError::Installed`] if the file is missing or damaged.
    pub fn incidents(&self) -> Result<pl::DataFrame, DataError> {
        self.frame(Installed::Incidents)
    }

    /// See [`regions`](crate::regions).
    ///
    /// # Errors
    ///
    /// [`DataError::Installed`] if the file is missing or damaged.
    pub fn regions(&self) -> Result<pl::DataFrame, DataError> {
        self.frame(Installed::CloudRegions)
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
        let all = self.frame(Installed::RegionLatencyAws)?;
        let set = select(&all, "dataset", name)
            .map_err(|source| self.refused(Installed::RegionLatencyAws, source))?;
        if set.height() > 0 {
            return Ok(set);
        }
        let all = text_values(&all, "dataset")
            .map_err(|source| self.refused(Installed::RegionLatencyAws, source))?;
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
        let all = self.frame(Installed::RegionLatencyAws)?;
        latency_sets(&all).map_err(|source| self.refused(Installed::RegionLatencyAws, source))
    }

    /// See [`datasets`](crate::datasets).
    ///
    /// # Errors
    ///
    /// [`DataError::Installed`] if the file is missing or damaged.
    pub fn datasets(&self) -> Result<pl::DataFrame, DataError> {
        self.frame(Installed::Datasets)
    }

    /// See [`dataset`](crate::dataset).
    ///
    /// # Errors
    ///
    /// [`DataError::UnknownTable`] lists the names that exist;
    /// [`DataError::Installed`] if the file is missing or damaged.
    pub fn dataset(&self, name: &str) -> Result<pl::DataFrame, DataError> {
        let all = self.frame(Installed::Columns)?;
        let columns = select(&all, "table", name)
            .and_then(|columns| columns.drop("table"))
            .map_err(|source| self.refused(Installed::Columns, source))?;
        if columns.height() > 0 {
            return Ok(columns);
        }
        let all = text_values(&all, "table")
            .map_err(|source| self.refused(Installed::Columns, source))?;
        Err(DataError::UnknownTable {
            name: name.to_owned(),
            near: names::near(name, &all),
            all,
        })
    }

    /// A table, read at the first call and kept.
    fn frame(&self, file: Installed) -> Result<pl::DataFrame, DataError> {
        let kept = &self.frames[file as usize];
        if let Some(frame) = kept.get() {
            return Ok(frame.clone());
        }
        let path = self
            .directory
            .join(format!("{}.parquet", NAMES[file as usize]));
        let frame = read(&path).map_err(|reason| DataError::Installed { path, reason })?;
        Ok(kept.get_or_init(|| frame).clone())
    }

    fn refused(&self, file: Installed, source: pl::PolarsError) -> DataError {
        DataError::Frame {
            table: NAMES[file as usize].to_owned(),
            source,
        }
    }
}

fn read(path: &Path) -> Result<pl::DataFrame, String> {
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    pl::ParquetReader::new(Cursor::new(bytes))
        .set_rechunk(true)
        .finish()
        .map_err(|error| error.to_string())
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
        let mut row = set.select(["dataset", "as_of", "method"])?.head(Some(1));
        row.insert_column(
            1,
            pl::Series::new("rows".into(), [set.height() as i64]).into_column(),
        )?;
        row.insert_column(
            2,
            pl::Series::new("regions".into(), [regions]).into_column(),
        )?;
        row.insert_column(5, frame::lists("measured", &[Some(measured)]).into_column())?;
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
