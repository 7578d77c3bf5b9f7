//! Statistics of few observations: quantiles, survival, fits, and an interval
//! beside every estimate.
//!
//! Incident data are small, skewed and incomplete. So there are no normal
//! approximations here where an exact or a resampled interval is at hand, and
//! every function that resamples takes a seed, so that a notebook shows the same
//! numbers each time.
//!
//! # Layout
//! - `quantiles`: sample quantiles.
//! - `intervals`: intervals for shares, counts and any statistic.
//! - `survival`: the Kaplan-Meier curve.
//! - `fit`: exponential, Weibull and log-normal distributions by maximum
//!   likelihood, and how well they fit.
//! - `zero_failures`: what trials without a failure show.
//! - `special`: the functions of mathematics that these need.
//!
//! # Errors
//! Every function refuses what it has no answer for with a
//! [`DomainError`](lightcone_units::DomainError); none returns NaN.
//!
//! # Example
//! ```
//! use lightcone_statistics::{bootstrap_interval, quantile};
//!
//! let minutes = [12.0, 18.0, 31.0, 47.0, 55.0, 130.0, 431.0];
//! let median = quantile(&minutes, 0.5)?;
//! let interval = bootstrap_interval(&minutes, 0.95, 2_000, 1, |sample| quantile(sample, 0.5))?;
//! assert_eq!(median, 47.0);
//! assert!(interval.low <= median && median <= interval.high);
//! # Ok::<(), lightcone_units::DomainError>(())
//! ```

mod fit;
mod intervals;
mod quantiles;
mod special;
mod survival;
mod zero_failures;

pub use fit::{Distribution, Family, Fit, Goodness, fit, goodness_of_fit, kolmogorov_smirnov};
pub use intervals::{
    Interval, bootstrap_interval, equal_counts_p_value, poisson_interval, quantile_interval,
    wilson_interval,
};
pub use quantiles::{mean, quantile, sorted};
pub use special::{normal_quantile, regularized_gamma};
pub use survival::{Survival, SurvivalStep, kaplan_meier};
pub use zero_failures::{RULE_OF_THREE, rule_of_three};

use lightcone_units::Formula;

/// The formulas of this crate, in the order of their ids.
///
/// ```
/// use lightcone_statistics::FORMULAS;
/// assert_eq!(FORMULAS[0].path, "stats::rule_of_three");
/// ```
pub const FORMULAS: &[Formula] = &[zero_failures::RULE_OF_THREE];

/// Uniform random numbers in [0, 1) with 53 random bits.
pub(crate) fn uniform(generator: &mut impl rand::Rng) -> f64 {
    (generator.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}
