//! The domain standard library of Lightcone, built as one dylib.
//!
//! A cell is compiled against this crate alone and sees [`prelude`]. Everything
//! else is reached through the crates re-exported here; Polars, plotters, tokio,
//! serde, serde_json and chrono can be named as if they were dependencies.

// The print macros name the crate of the cell that calls them, not this one.
#![allow(clippy::crate_in_macro_def)]

use std::sync::LazyLock;

use lightcone_units::Formula;

pub use lightcone_availability as availability;
pub use lightcone_capacity::{queueing, scaling};
pub use lightcone_chaos::{blast, cascade, retry};
pub use lightcone_consensus::quorum;
pub use lightcone_cost as cost;
pub use lightcone_data as data;
pub use lightcone_formulas as formulas;
pub use lightcone_human as human;
pub use lightcone_incidents as incidents;
pub use lightcone_latency as latency;
pub use lightcone_latency::geo;
pub use lightcone_notebook as notebook;
pub use lightcone_statistics as statistics;
/// The name by which the course calls [`statistics`].
pub use lightcone_statistics as stats;
pub use lightcone_units as units;

pub use {chrono, plotters, polars, serde, serde_json, tokio};

// What generated code names; short paths, because every cell spells them out.
#[doc(hidden)]
pub use lightcone_notebook::Stream;
#[doc(hidden)]
pub use lightcone_notebook::display::choose;
#[doc(hidden)]
pub use lightcone_notebook::runtime::{
    cell, channel::print as print_text, interrupt::checkpoint, worker,
};

/// The version of the stdlib, which a worker announces when it is up.
pub const BUILD: &str = env!("CARGO_PKG_VERSION");

/// Runs the worker process, which lets errors of the library tell their sentence when
/// `?` raises them in a cell.
pub fn run_worker() -> ! {
    cell::tell_errors::<data::DataError>();
    cell::tell_errors::<incidents::IncidentsError>();
    cell::tell_errors::<geo::NotConverged>();
    cell::tell_errors::<notebook::figure::FigureError>();
    cell::tell_errors::<units::ParseQuantityError>();
    worker::run(BUILD)
}

/// Every formula and every cost model of the stdlib, in the order of the course.
pub static FORMULAS: LazyLock<Vec<Formula>> =
    LazyLock::new(|| formulas::entries().copied().collect());

/// The card of a formula: its equation, symbols, assumptions and source.
///
/// # Panics
/// When no formula has that id or name; the message lists the nearest.
#[must_use]
#[track_caller]
pub fn formula(name: &str) -> Formula {
    let wanted = name.rsplit("::").next().unwrap_or(name);
    let found = FORMULAS
        .iter()
        .find(|formula| formula.id.eq_ignore_ascii_case(wanted) || formula.function() == wanted);
    if let Some(found) = found {
        return *found;
    }
    let known: Vec<String> = FORMULAS
        .iter()
        .map(|formula| format!("{} {}", formula.id, formula.function()))
        .collect();
    panic!(
        "there is no formula `{name}`; there are {}",
        known.join(", ")
    )
}

/// Prints text on the cell's standard output; knows its cell also in a thread.
#[macro_export]
macro_rules! print {
    ($($text:tt)*) => {
        $crate::print_text(
            crate::LIGHTCONE_CELL.load(::core::sync::atomic::Ordering::Relaxed),
            $crate::Stream::Stdout,
            ::core::format_args!($($text)*),
        )
    };
}

/// Prints a line on the cell's standard output; knows its cell also in a thread.
#[macro_export]
macro_rules! println {
    () => { $crate::print!("\n") };
    ($($text:tt)*) => {
        $crate::print_text(
            crate::LIGHTCONE_CELL.load(::core::sync::atomic::Ordering::Relaxed),
            $crate::Stream::Stdout,
            ::core::format_args!("{}\n", ::core::format_args!($($text)*)),
        )
    };
}

/// Prints text on the cell's standard error.
#[macro_export]
macro_rules! eprint {
    ($($text:tt)*) => {
        $crate::print_text(
            crate::LIGHTCONE_CELL.load(::core::sync::atomic::Ordering::Relaxed),
            $crate::Stream::Stderr,
            ::core::format_args!($($text)*),
        )
    };
}

/// Prints a line on the cell's standard error.
#[macro_export]
macro_rules! eprintln {
    () => { $crate::eprint!("\n") };
    ($($text:tt)*) => {
        $crate::print_text(
            crate::LIGHTCONE_CELL.load(::core::sync::atomic::Ordering::Relaxed),
            $crate::Stream::Stderr,
            ::core::format_args!("{}\n", ::core::format_args!($($text)*)),
        )
    };
}

/// Prints expressions with their values on standard error, and returns them.
#[macro_export]
macro_rules! dbg {
    () => { $crate::eprintln!("[line {}]", ::core::line!()) };
    ($value:expr $(,)?) => {
        match $value {
            value => {
                $crate::eprintln!("{} = {:#?}", ::core::stringify!($value), &value);
                value
            }
        }
    };
    ($($value:expr),+ $(,)?) => { ($($crate::dbg!($value)),+,) };
}

/// What every cell sees.
pub mod prelude {
    pub use crate::{
        availability, blast, cascade, cost, data, formulas, geo, human, incidents, latency,
        notebook, queueing, quorum, retry, scaling, statistics, stats, units,
    };
    pub use crate::{dbg, eprint, eprintln, print, println};

    pub use lightcone_availability::*;
    pub use lightcone_cost::*;
    pub use lightcone_data::*;
    pub use lightcone_incidents::{Analysis, incident};
    pub use lightcone_latency::*;
    pub use lightcone_notebook::prelude::*;
    pub use lightcone_units::prelude::*;
    pub use polars::prelude::*;

    pub use std::cell::RefCell;
    pub use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
    pub use std::marker::PhantomData;
    pub use std::rc::Rc;
    pub use std::sync::{Arc, Mutex};

    pub use lightcone_latency::geo::{EARTH_MEAN_RADIUS, Point, haversine, vincenty_inverse};

    pub use crate::FORMULAS;
    pub use crate::formula;
}
