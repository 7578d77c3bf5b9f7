//! The domain standard library of Lightcone, built as one dylib.
//!
//! A cell is compiled against this crate alone and sees [`prelude`]. Everything
//! else is reached through the crates re-exported here; Polars, plotters, tokio,
//! serde, serde_json and chrono can be named as if they were dependencies.
//!
//! # Layout
//! - [`units`]: quantities. Formulas by subject: [`latency`], [`availability`],
//!   [`cascade`], [`retry`], [`blast`], [`human`], [`queueing`], [`scaling`],
//!   [`quorum`], [`bandit`], [`ml`], [`info`], [`stats`]; [`formula`] finds one.
//! - [`calc`]: calculators; [`cost`]: cost models; [`sheet`] finds one. A cell that
//!   ends in one shows it as a panel. [`sheets`]: what can be asked of them.
//! - [`formula!`], [`calculator!`], [`cost_model!`]: your own, from one block.
//! - [`widgets`]: sliders and boxes. [`notebook`]: display and figures.
//! - [`data`], [`incidents`]: tables and what to ask of them. [`tables`]: the few
//!   columns that calculators compute with.

// The print macros name the crate of the cell that calls them, not this one.
#![allow(clippy::crate_in_macro_def)]

use std::sync::LazyLock;

use lightcone_units::Formula;

pub use lightcone_availability as availability;
pub use lightcone_calculators as calc;
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
pub use lightcone_learning::{bandit, info, ml};
pub use lightcone_notebook as notebook;
pub use lightcone_notebook::widgets;
pub use lightcone_sheets as sheets;
pub use lightcone_spreadsheets as spreadsheets;
pub use lightcone_statistics as statistics;
/// The name by which the course calls [`statistics`].
pub use lightcone_statistics as stats;
pub use lightcone_tables as tables;
pub use lightcone_units as units;

pub use {chrono, plotters, polars, serde, serde_json, tokio};

// What generated code names; short paths, because every cell spells them out.
// The compiler prints types by the crate's own name, and a variable that lives on in a
// later cell is declared with that name.
#[doc(hidden)]
pub use lightcone_formula_macros as formula_macros;
#[doc(hidden)]
pub use lightcone_notebook::Stream;
#[doc(hidden)]
pub use lightcone_notebook::display::choose;
#[doc(hidden)]
pub use lightcone_notebook::runtime::{
    cell, channel::print as print_text, interrupt::checkpoint, worker,
};
#[doc(hidden)]
pub use {
    lightcone_calculators, lightcone_capacity, lightcone_chaos, lightcone_consensus,
    lightcone_cost, lightcone_data, lightcone_formulas, lightcone_human, lightcone_incidents,
    lightcone_latency, lightcone_learning, lightcone_notebook, lightcone_sheets,
    lightcone_spreadsheets, lightcone_statistics, lightcone_tables, lightcone_units,
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
    cell::tell_errors::<spreadsheets::SpreadsheetError>();
    cell::tell_errors::<units::ParseQuantityError>();
    cell::tell_errors::<widgets::WidgetError>();
    worker::run(BUILD)
}

/// Every formula of the stdlib, in the order of the course.
pub static FORMULAS: LazyLock<Vec<Formula>> = LazyLock::new(|| formulas::FORMULAS.clone());

/// The card of a formula: its equation, symbols, assumptions and source.
///
/// # Panics
/// When no formula has that id or name; the message lists the nearest.
#[must_use]
#[track_caller]
pub fn formula(name: &str) -> Formula {
    if let Some(found) = formulas::find_formula(name) {
        return *found;
    }
    if let Some(sheet) = formulas::find_sheet(name) {
        panic!(
            "`{name}` is a {}, not a formula: `{}()` shows it",
            sheet.kind, sheet.path
        );
    }
    panic!(
        "there is no formula `{name}`; the nearest are {}",
        formulas::nearest(name).join(", ")
    )
}

/// The calculator or cost model with that id or name, with its defaults.
///
/// # Panics
/// When there is none; the message lists the nearest.
#[must_use]
#[track_caller]
pub fn sheet(name: &str) -> sheets::Worksheet {
    if let Some(found) = formulas::find_sheet(name) {
        return sheets::Worksheet::new(found);
    }
    panic!(
        "there is no calculator or cost model `{name}`; the nearest are {}",
        formulas::nearest(name).join(", ")
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

/// Writes a formula: the function, its checks and its card, from one block.
#[macro_export]
macro_rules! formula {
    ($($block:tt)*) => { $crate::formula_macros::formula! { @root $crate; $($block)* } };
}

/// Writes a calculator: inputs and named lines, shown as a panel.
#[macro_export]
macro_rules! calculator {
    ($($block:tt)*) => { $crate::formula_macros::calculator! { @root $crate; $($block)* } };
}

/// Writes a cost model: inputs, named lines and a total, shown as a panel.
#[macro_export]
macro_rules! cost_model {
    ($($block:tt)*) => { $crate::formula_macros::cost_model! { @root $crate; $($block)* } };
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
        availability, bandit, blast, calc, cascade, cost, data, formulas, geo, human, incidents,
        info, latency, ml, notebook, queueing, quorum, retry, scaling, sheets, spreadsheets,
        statistics, stats, tables, units, widgets,
    };
    pub use crate::{
        bandit::*, blast::*, cascade::*, human::*, info::*, ml::*, queueing::*, quorum::*,
        retry::*, scaling::*,
    };
    pub use crate::{calculator, cost_model, dbg, eprint, eprintln, print, println};

    pub use lightcone_availability::*;
    pub use lightcone_cost::*;
    pub use lightcone_data::*;
    pub use lightcone_incidents::{Analysis, incident};
    pub use lightcone_latency::*;
    pub use lightcone_notebook::prelude::*;
    pub use lightcone_sheets::Worksheet;
    pub use lightcone_units::prelude::*;
    pub use polars::prelude::*;

    pub use std::cell::RefCell;
    pub use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
    pub use std::marker::PhantomData;
    pub use std::rc::Rc;
    pub use std::sync::{Arc, Mutex};

    pub use lightcone_latency::geo::{EARTH_MEAN_RADIUS, Point, haversine, vincenty_inverse};

    pub use crate::FORMULAS;
    pub use crate::{formula, sheet};
}
