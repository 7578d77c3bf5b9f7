//! How failures spread, how retries multiply load, and how much a failure reaches.
//!
//! - [`cascade`]: branching processes and random dependency graphs.
//! - [`retry`]: what retries do to the load.
//! - [`blast`]: the share of traffic that a failure of cells reaches.
//!
//! ```
//! use lightcone_chaos::retry::layered_amplification;
//!
//! // Five layers that each try three times.
//! assert_eq!(layered_amplification(&[3.0; 5])?, 243.0);
//! # Ok::<(), lightcone_units::DomainError>(())
//! ```

#![forbid(unsafe_code)]

pub mod blast;
pub mod cascade;
pub mod retry;

use lightcone_units::Formula;

/// The formulas of this crate, in the order of their ids.
///
/// ```
/// use lightcone_chaos::FORMULAS;
/// assert_eq!(FORMULAS[0].path, "cascade::branching_total");
/// ```
pub const FORMULAS: &[Formula] = &[
    cascade::BRANCHING_TOTAL,
    cascade::EXTINCTION_PROBABILITY,
    cascade::GIANT_COMPONENT,
    retry::LAYERED_AMPLIFICATION,
    retry::EXPECTED_ATTEMPTS,
    retry::BUDGET_AMPLIFICATION,
    blast::CELL_FRACTION,
];
