//! Every calculator against values from elsewhere.

mod rows;

use lightcone_calculators::CALCULATORS;

#[test]
fn worked_values_hold() {
    rows::check(include_str!("worked_values.csv"), CALCULATORS);
}
