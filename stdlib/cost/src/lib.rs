//! What systems cost, as sheets of named lines.
//!
//! A cost model is a sheet: quantities and prices go in, lines and one total come out.
//! Prices are always inputs. They change, so their defaults are rows of dated tables,
//! which the model names, and everyone can put in their own.
//!
//! ```
//! use lightcone_cost::multi_region;
//! use lightcone_units::prelude::*;
//!
//! let deployment = multi_region().instances(&[6, 6]).data(2.tb()).written(5.tb());
//! assert!(deployment.cost()? > deployment.single()?);
//! # Ok::<(), DomainError>(())
//! ```

#![forbid(unsafe_code)]

mod chaos_roi;
mod consistency;
mod debt;
mod latency_value;
mod ml_inference;
mod multi_region;
mod oncall;
mod tech_debt;

use lightcone_sheets::Sheet;
use lightcone_units::Formula;

pub use chaos_roi::{CHAOS_ROI, ChaosRoi, chaos_roi};
pub use consistency::{CONSISTENCY, Consistency, consistency};
pub use debt::{COMPOUND, compound};
pub use latency_value::{LATENCY_VALUE, LatencyValue, latency_value};
pub use ml_inference::{ML_INFERENCE, MlInference, ml_inference};
pub use multi_region::{MULTI_REGION, MultiRegion, multi_region};
pub use oncall::{ONCALL, Oncall, oncall};
pub use tech_debt::{TECH_DEBT, TechDebt, tech_debt};

/// The cost models, in the order of their ids.
///
/// ```
/// use lightcone_cost::COST_MODELS;
/// assert_eq!(COST_MODELS[0].id, "M001");
/// ```
pub const COST_MODELS: &[Sheet] = &[
    MULTI_REGION,
    LATENCY_VALUE,
    CHAOS_ROI,
    ONCALL,
    TECH_DEBT,
    CONSISTENCY,
    ML_INFERENCE,
];

/// The formulas of this crate, in the order of their ids.
///
/// ```
/// use lightcone_cost::FORMULAS;
/// assert_eq!(FORMULAS[0].path, "cost::compound");
/// ```
pub const FORMULAS: &[Formula] = &[debt::COMPOUND];
