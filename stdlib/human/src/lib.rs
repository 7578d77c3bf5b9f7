//! People in operations: communication, on-call, alerts, repair times and toil.
//!
//! ```
//! use lightcone_human::oncall_min_engineers;
//! use lightcone_units::prelude::*;
//!
//! // A primary and a secondary, each person on call a quarter of the time at most.
//! assert_eq!(oncall_min_engineers(2, 25.percent())?, 8);
//! # Ok::<(), DomainError>(())
//! ```

#![forbid(unsafe_code)]

mod alerts;
mod repair;
mod team;

use lightcone_units::Formula;

pub use alerts::{alert_precision, pager_overload_probability};
pub use repair::{automation_payback, mttr_breakdown};
pub use team::{communication_paths, oncall_min_engineers};

/// The formulas of this crate, in the order of their ids.
///
/// ```
/// use lightcone_human::FORMULAS;
/// assert_eq!(FORMULAS[0].path, "human::communication_paths");
/// ```
pub const FORMULAS: &[Formula] = &[
    team::COMMUNICATION_PATHS,
    team::ONCALL_MIN_ENGINEERS,
    repair::MTTR_BREAKDOWN,
    alerts::PAGER_OVERLOAD_PROBABILITY,
    alerts::ALERT_PRECISION,
    repair::AUTOMATION_PAYBACK,
];
