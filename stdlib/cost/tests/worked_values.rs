//! Every cost model against sums made apart from this code.

#[path = "../../calculators/tests/rows/mod.rs"]
mod rows;

use lightcone_cost::COST_MODELS;

#[test]
fn worked_values_hold() {
    rows::check(include_str!("worked_values.csv"), COST_MODELS);
}
