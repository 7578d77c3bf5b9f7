//! Systems that learn while they serve: choosing by trial, models and their drift, and
//! how much is uncertain.
//!
//! - [`bandit`]: choosing between actions of which nobody knows how good they are.
//! - [`ml`]: models that are trained, watched and fed with their own results.
//! - [`info`]: how much is uncertain.
//!
//! ```
//! use lightcone_learning::{bandit::ucb1_index, info::entropy};
//!
//! // An arm that was pulled 10 times of 100 and paid half of the time.
//! assert_eq!(format!("{:.3}", ucb1_index(0.5, 10, 100)?), "1.460");
//! // Four items that are shown equally often: two bits.
//! assert_eq!(entropy(&[0.25, 0.25, 0.25, 0.25])?, 2.0);
//! # Ok::<(), lightcone_units::DomainError>(())
//! ```

#![forbid(unsafe_code)]

pub mod bandit;
pub mod info;
pub mod ml;

use lightcone_units::Formula;

/// The formulas of this crate, in the order of their ids.
///
/// ```
/// use lightcone_learning::FORMULAS;
/// assert_eq!(FORMULAS[0].path, "bandit::ucb1_index");
/// ```
pub const FORMULAS: &[Formula] = &[
    bandit::UCB1_INDEX,
    bandit::BETA_POSTERIOR,
    ml::FEDAVG,
    ml::PSI,
    ml::FEEDBACK_GAIN,
    ml::F_BETA,
    info::ENTROPY,
];
