//! How likely a system is to be up, given how its parts fail.
//!
//! ```
//! use lightcone_availability::pair_availability;
//! use lightcone_units::prelude::*;
//!
//! // Two replicas, each down 0.1 % of the time.
//! let q = Probability::new(0.001)?;
//! assert_eq!(pair_availability(q, 0.0)?.to_string(), "99.9999 %");
//! // When they nearly always fail together, the second one hardly helps.
//! assert_eq!(pair_availability(q, 0.9)?.to_string(), "99.91 %");
//! # Ok::<(), DomainError>(())
//! ```

#![forbid(unsafe_code)]

mod fleet;
mod pair;

use lightcone_units::Formula;

pub use fleet::{ANY_FAILURE, K_OF_N, any_failure, k_of_n};
pub use pair::{CORRELATED_PAIR, correlated_pair, pair_availability};

/// The formulas of this crate, in the order of their ids.
///
/// ```
/// use lightcone_availability::FORMULAS;
/// assert_eq!(FORMULAS[0].path, "availability::correlated_pair");
/// ```
pub const FORMULAS: &[Formula] = &[pair::CORRELATED_PAIR, fleet::ANY_FAILURE, fleet::K_OF_N];
