//! What systems cost, as small sheets of named lines.
//!
//! A cost model takes quantities and prices and returns a [`CostSheet`]: its
//! inputs, the lines with quantity, unit price and amount, and the total. Prices
//! are always inputs. They change, so they come from a dated price table or from
//! the reader, never from the code.

#![forbid(unsafe_code)]

mod debt;
mod multi_region;
mod sheet;

use lightcone_units::Formula;

pub use debt::compound;
pub use multi_region::{MultiRegion, Region, multi_region};
pub use sheet::{CostSheet, Input, Line, Row, Value};

/// The cost models of this crate, in the order of their ids.
///
/// ```
/// use lightcone_cost::COST_MODELS;
/// assert_eq!(COST_MODELS[0].id, "M001");
/// ```
pub const COST_MODELS: &[Formula] = &[multi_region::MULTI_REGION];

/// The formulas of this crate, in the order of their ids.
///
/// ```
/// use lightcone_cost::FORMULAS;
/// assert_eq!(FORMULAS[0].path, "cost::compound");
/// ```
pub const FORMULAS: &[Formula] = &[debt::COMPOUND];
