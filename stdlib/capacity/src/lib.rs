//! How much a system carries: queues and scaling.
//!
//! - [`queueing`]: waiting and blocking.
//! - [`scaling`]: what more workers bring.
//!
//! ```
//! use lightcone_capacity::scaling::amdahl;
//! use lightcone_units::prelude::*;
//!
//! // Twenty workers are ten times as fast when 5 % of the work is serial.
//! assert_eq!(format!("{:.2}", amdahl(5.percent(), 20)?), "10.26");
//! # Ok::<(), DomainError>(())
//! ```

#![forbid(unsafe_code)]

pub mod queueing;
pub mod scaling;

use lightcone_units::Formula;

/// The formulas of this crate, in the order of their ids.
///
/// ```
/// use lightcone_capacity::FORMULAS;
/// assert_eq!(FORMULAS[0].path, "queueing::erlang_b");
/// ```
pub const FORMULAS: &[Formula] = &[
    queueing::ERLANG_B,
    scaling::AMDAHL,
    scaling::GUSTAFSON,
    scaling::USL,
    scaling::USL_PEAK,
    scaling::KARP_FLATT,
];
