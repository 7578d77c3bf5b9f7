//! The course's data as typed Polars frames: incidents, cloud regions, measured
//! round trips, prices, promises, reliability, and who built which pattern.
//!
//! The source of truth is a folder of CSV files, one folder a table, each with
//! its schema, its vocabulary and a README with origin, licence and gaps.
//! [`check_table`] holds a table to its schema, and [`build_tables`] turns all
//! of them into Parquet files when Lightcone is installed. The other functions
//! read those files, from the folder that the environment variable
//! `LIGHTCONE_DATA` names, and never from the network.
//!
//! [`sql`] queries all tables together, and the joins that people ask for are
//! functions. [`export`] writes a frame into a file, [`read`] opens a file of the
//! reader's own, [`synthetic`] makes data of any size.
//!
//! [`QuantityColumns`] reads a column as quantities, [`quantity_column`] makes one of
//! quantities, and [`FormulaOverFrame`] computes a formula for every row. The unit is
//! the end of the column's name.
//!
//! # Types
//!
//! | in the schema | in the frame |
//! | --- | --- |
//! | text | `String` |
//! | list | `List(String)`: use `explode` or `list().contains` |
//! | duration | `Duration` in microseconds |
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
mod derive;
mod error;
mod export;
mod frame;
mod install;
mod installed;
mod names;
mod quantities;
mod query;
mod read;
mod rules;
mod schema;
pub mod synthetic;
mod table;
mod value;

use polars::prelude::DataFrame;

pub use error::{DataError, Violation};
pub use export::{Exported, export, markdown_table};
pub use install::{BuiltTable, build_tables, check_table, check_tables, table_names};
pub use installed::{DATA_DIRECTORY_VARIABLE, DEFAULT_REGION_LATENCY_SET, Tables};
pub use quantities::{FormulaOverFrame, OverFrame, QuantityColumns, quantity_column};
pub use query::{
    incidents_with_causes, regions_with_latency_and_price, slas_with_incident_minutes, sql,
};
pub use read::{Opened, read};

/// Defines a function that returns a table, and its twin that returns a broken
/// installation as an error.
macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident, $try_name:ident: $table:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// [`dataset`] describes the columns.
        ///
        /// # Panics
        ///
        #[doc = concat!(
            "If the installed table cannot be read; [`", stringify!($try_name), "`] returns an error."
        )]
        ///
        /// # Examples
        ///
        /// ```no_run
        #[doc = concat!("let table = lightcone_data::", stringify!($name), "();")]
        /// println!("{} rows", table.height());
        /// ```
        #[must_use]
        #[track_caller]
        pub fn $name() -> DataFrame {
            or_panic($try_name())
        }

        #[doc = concat!("[`", stringify!($name), "`], with a broken installation as an error.")]
        ///
        /// # Errors
        ///
        /// [`DataError::NotInstalled`] or [`DataError::Installed`].
        ///
        /// # Examples
        ///
        /// ```no_run
        #[doc = concat!("match lightcone_data::", stringify!($try_name), "() {")]
        ///     Ok(table) => println!("{} rows", table.height()),
        ///     Err(error) => eprintln!("{error}"),
        /// }
        /// ```
        pub fn $try_name() -> Result<DataFrame, DataError> {
            Tables::installed()?.table($table)
        }
    )*};
}

tables! {
    /// Public incidents of internet services and a few others, one a row.
    ///
    /// Durations, users and costs are null where no public source gives them;
    /// every row names its source. `start_utc` and `end_utc` are in UTC;
    /// `start_precision` and `end_precision` say whether the time of day is known
    /// or only the day, which then stands as midnight.
    ///
    /// These are incidents that somebody wrote about, not a sample of all
    /// incidents: long ones and ones of large providers are over-represented.
    incidents, try_incidents: "incidents";

    /// Classes of cause of each incident, one a row; `role` tells the one main
    /// class from the contributing ones.
    incident_causes, try_incident_causes: "incident_causes";

    /// Patterns that would have prevented or limited each incident, one a row.
    incident_patterns, try_incident_patterns: "incident_patterns";

    /// Places of each incident, one a row, with the region of [`regions`] where
    /// the place is one.
    incident_regions, try_incident_regions: "incident_regions";

    /// Events of incidents whose times are known, in order.
    incident_events, try_incident_events: "incident_events";

    /// Sources on incidents beside the one that `incidents` names.
    incident_sources, try_incident_sources: "incident_sources";

    /// The numbers by which the course cites incidents, such as I032.
    incident_numbers, try_incident_numbers: "incident_numbers";

    /// Incidents that go back to another one: a customer's view of its provider's
    /// incident, or the same fault again.
    incident_relations, try_incident_relations: "incident_relations";

    /// Incidents taken apart after one template: trigger, contributing factors,
    /// detection gap, blast radius, recovery, and what would have limited it.
    incident_analyses, try_incident_analyses: "incident_analyses";

    /// Public implementations of the patterns of the course, and in what they
    /// differ.
    pattern_implementations, try_pattern_implementations: "pattern_implementations";

    /// Regions of the large clouds, and Cloudflare's points of presence.
    ///
    /// Coordinates are in degrees (WGS 84). They are the middles of cities or
    /// airports, not buildings: distances from them are good to tens of
    /// kilometres.
    regions, try_regions: "cloud_regions";

    /// Measured round-trip times within and between the zones of a region.
    inter_az_latency, try_inter_az_latency: "inter_az_latency";

    /// Prices of virtual machines by the hour, in US dollars.
    ///
    /// Reserved and spot prices have a date of their own,
    /// `reserved_spot_as_of`, which can be years older.
    prices, try_prices: "compute_prices";

    /// Prices of other cloud services, each with what one unit is.
    service_prices, try_service_prices: "service_prices";

    /// Promised uptimes of cloud services, with the steps of the credits.
    service_slas, try_service_slas: "service_slas";

    /// How often components fail: drives, memory, machines, networks.
    component_reliability, try_component_reliability: "component_reliability";

    /// Latency numbers that engineers know by heart, by year and by what they
    /// rest on.
    latency_numbers, try_latency_numbers: "latency_numbers";

    /// How large the systems of known companies are, from their own accounts.
    company_scale, try_company_scale: "company_scale";

    /// The plan of the course: every formula, calculator, cost model, code sample,
    /// security pattern and scenario, one a row, with its episode and Rust path.
    ///
    /// `lightcone coverage` says which of them exist.
    course_plan, try_course_plan: "course_plan";

    /// The episodes of the course: what to read before, study time, concepts, the
    /// incidents discussed, and how many exercises are planned.
    course_episodes, try_course_episodes: "course_episodes";
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

/// Round-trip times between regions of the measurement with this name.
///
/// [`region_latency_sets`] lists the names: of AWS, Google Cloud and Azure. The measurements differ in method,
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
