//! The course's data as typed Polars frames: incidents, cloud regions and
//! measured round trips between them.
//!
//! The source of truth is a folder of CSV files, one folder a table, each with
//! its schema, its vocabulary and a README with origin, licence and gaps.
//! [`check_table`] holds a table to its schema, and [`build_tables`] turns all
//! of them into Parquet files when Lightcone is installed. The other functions
//! read those files, from the folder that the environment variable
//! `LIGHTCONE_DATA` names, and never from the network.
//!
//! # Types
//!
//! | in the schema | in the frame |
//! | --- | --- |
//! | text | `String` |
//! | list | `List(String)`: use `explode` or `list().contains` |
//! | enum, precision | `Enum`, which sorts in the order of its vocabulary |
//! | integer, number | `Int64`, `Float64`; the unit is the end of the name |
//! | boolean | `Boolean` |
//! | date | `Date` |
//! | datetime | `Datetime` in microseconds, time zone UTC |
//!
//! A null means "unknown", never zero.
//!
//! # Errors and panics
//!
//! A function without an argument can fail only if the installation is broken.
//! It then panics with one sentence that names the file and the mend, so that
//! a notebook can write `incidents()` and go on; its twin `try_...` returns
//! that as an error. A function that takes a name returns a `Result`, because
//! a name can be wrong.
//!
//! # Examples
//!
//! ```no_run
//! use lightcone_data::{incidents, region_latency_set};
//! use polars::prelude::*;
//!
//! let by_cause = incidents()
//!     .lazy()
//!     .group_by([col("cause_category")])
//!     .agg([len().alias("incidents"), col("duration_minutes").median()])
//!     .sort(["incidents"], SortMultipleOptions::new().with_order_descending(true))
//!     .collect()?;
//! println!("{by_cause}");
//!
//! let floors = region_latency_set("fantoch_2020")?;
//! println!("{floors}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod catalog;
mod csv;
mod error;
mod frame;
mod install;
mod installed;
mod names;
mod rules;
mod schema;
mod table;
mod value;

use polars::prelude::DataFrame;

pub use error::{DataError, Violation};
pub use install::{BuiltTable, build_tables, check_table, table_names};
pub use installed::{DATA_DIRECTORY_VARIABLE, DEFAULT_REGION_LATENCY_SET, Tables};

/// Public incidents of internet services since 2007, one a row.
///
/// Durations, users and costs are null where no public source gives them;
/// every row names its source. `start_utc` and `end_utc` are in UTC;
/// `start_precision` and `end_precision` say whether the time of day is known
/// or only the day, which then stands as midnight. [`dataset`]`("incidents")`
/// describes the columns.
///
/// These are incidents that somebody wrote about, not a sample of all
/// incidents: long ones and ones of large providers are over-represented.
///
/// # Panics
///
/// If the installed table cannot be read; [`try_incidents`] returns an error.
///
/// # Examples
///
/// ```no_run
/// let incidents = lightcone_data::incidents();
/// println!("{} incidents", incidents.height());
/// ```
#[must_use]
#[track_caller]
pub fn incidents() -> DataFrame {
    or_panic(try_incidents())
}

/// [`incidents`], with a broken installation as an error.
///
/// # Errors
///
/// [`DataError::NotInstalled`] or [`DataError::Installed`].
///
/// # Examples
///
/// ```no_run
/// match lightcone_data::try_incidents() {
///     Ok(table) => println!("{} rows", table.height()),
///     Err(error) => eprintln!("{error}"),
/// }
/// ```
pub fn try_incidents() -> Result<DataFrame, DataError> {
    Tables::installed()?.incidents()
}

/// Regions of the large clouds, and Cloudflare's points of presence.
///
/// Coordinates are in degrees (WGS 84). They are the middles of cities or
/// airports, not buildings: distances from them are good to tens of
/// kilometres. [`dataset`]`("cloud_regions")` describes the columns.
///
/// # Panics
///
/// If the installed table cannot be read; [`try_regions`] returns an error.
///
/// # Examples
///
/// ```no_run
/// let regions = lightcone_data::regions();
/// println!("{} regions", regions.height());
/// ```
#[must_use]
#[track_caller]
pub fn regions() -> DataFrame {
    or_panic(try_regions())
}

/// [`regions`], with a broken installation as an error.
///
/// # Errors
///
/// [`DataError::NotInstalled`] or [`DataError::Installed`].
///
/// # Examples
///
/// ```no_run
/// match lightcone_data::try_regions() {
///     Ok(table) => println!("{} rows", table.height()),
///     Err(error) => eprintln!("{error}"),
/// }
/// ```
pub fn try_regions() -> Result<DataFrame, DataError> {
    Tables::installed()?.regions()
}

/// Round-trip times between AWS regions as they are today, in ms.
///
/// This is the measurement [`DEFAULT_REGION_LATENCY_SET`]: the median
/// (`rtt_p50_ms`) over a year, between 32 regions. It was taken from functions
/// to service endpoints, so the 1 to 8 ms inside a region are overhead: for
/// floors take [`region_latency_set`]`("fantoch_2020")`. All measurements have
/// the same columns; what one did not measure is null.
///
/// # Panics
///
/// If the installed table cannot be read; [`try_region_latency`] returns an
/// error.
///
/// # Examples
///
/// ```no_run
/// let latency = lightcone_data::region_latency();
/// println!("{}", latency.sort(["rtt_p50_ms"], Default::default())?);
/// # Ok::<(), polars::error::PolarsError>(())
/// ```
#[must_use]
#[track_caller]
pub fn region_latency() -> DataFrame {
    or_panic(try_region_latency())
}

/// [`region_latency`], with a broken installation as an error.
///
/// # Errors
///
/// [`DataError::NotInstalled`] or [`DataError::Installed`].
///
/// # Examples
///
/// ```no_run
/// match lightcone_data::try_region_latency() {
///     Ok(table) => println!("{} rows", table.height()),
///     Err(error) => eprintln!("{error}"),
/// }
/// ```
pub fn try_region_latency() -> Result<DataFrame, DataError> {
    Tables::installed()?.region_latency()
}

/// Round-trip times between AWS regions of the measurement with this name.
///
/// [`region_latency_sets`] lists the names. The measurements differ in method,
/// so compare within one, not between two.
///
/// # Errors
///
/// [`DataError::UnknownSet`] lists the names that exist;
/// [`DataError::NotInstalled`] or [`DataError::Installed`] if the installed
/// table cannot be read.
///
/// # Examples
///
/// ```no_run
/// let floors = lightcone_data::region_latency_set("fantoch_2020")?;
/// println!("{}", floors.sort(["rtt_min_ms"], Default::default())?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn region_latency_set(name: &str) -> Result<DataFrame, DataError> {
    Tables::installed()?.region_latency_set(name)
}

/// The measurements of round trips: their size, date, method and columns.
///
/// # Panics
///
/// If the installed table cannot be read;
/// [`Tables::region_latency_sets`] returns an error.
///
/// # Examples
///
/// ```no_run
/// println!("{}", lightcone_data::region_latency_sets());
/// ```
#[must_use]
#[track_caller]
pub fn region_latency_sets() -> DataFrame {
    or_panic(Tables::installed().and_then(Tables::region_latency_sets))
}

/// All tables: rows, columns, dates of the facts, licence and source.
///
/// `function` is what returns the table. `open_licence` is false where a part
/// of the table has terms that are not an open licence; the README of the
/// table says which.
///
/// # Panics
///
/// If the installed list cannot be read; [`Tables::datasets`] returns an error.
///
/// # Examples
///
/// ```no_run
/// println!("{}", lightcone_data::datasets());
/// ```
#[must_use]
#[track_caller]
pub fn datasets() -> DataFrame {
    or_panic(Tables::installed().and_then(Tables::datasets))
}

/// The columns of the table with this name: type, unit, range and meaning.
///
/// `known` counts the rows that have a value. `vocabulary` lists the values
/// that an enum, or an item of a list, can have.
///
/// # Errors
///
/// [`DataError::UnknownTable`] lists the names that exist;
/// [`DataError::NotInstalled`] or [`DataError::Installed`] if the installed
/// list cannot be read.
///
/// # Examples
///
/// ```no_run
/// println!("{}", lightcone_data::dataset("incidents")?);
/// # Ok::<(), lightcone_data::DataError>(())
/// ```
pub fn dataset(name: &str) -> Result<DataFrame, DataError> {
    Tables::installed()?.dataset(name)
}

#[track_caller]
fn or_panic(table: Result<DataFrame, DataError>) -> DataFrame {
    match table {
        Ok(table) => table,
        Err(error) => panic!("{error}"),
    }
}

#[cfg(test)]
mod tests;
