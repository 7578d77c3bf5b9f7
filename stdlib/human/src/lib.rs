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

pub use alerts::{
    ALERT_PRECISION, PAGER_OVERLOAD_PROBABILITY, alert_precision, pager_overload_probability,
};
pub use repair::{AUTOMATION_PAYBACK, MTTR_BREAKDOWN, automation_payback, mttr_breakdown};
pub use team::{
    COMMUNICATION_PATHS, ONCALL_MIN_ENGINEERS, communication_paths, oncall_min_engineers,
};

/// The formulas of this crate, in the order of their ids.
///
/// ```
/// use lightcone_human::FORMULAS;
/// assert_eq!(FORMULAS[0].path, "human::communication_paths");
/// ```
pub const FORMULAS: &[Formula] = &[
    COMMUNICATION_PATHS,
    ONCALL_MIN_ENGINEERS,
    MTTR_BREAKDOWN,
    PAGER_OVERLOAD_PROBABILITY,
    ALERT_PRECISION,
    AUTOMATION_PAYBACK,
];
