#![allow(unused_imports)]
use lightcone_formula_macros::{calculator, cost_model, formula};
use lightcone_units::{Length, MonthlyCost, Time};

calculator! {
    /// How long a trip takes.
    ///
    /// # Examples
    /// ```
    /// // See the tests.
    /// ```
    pub fn trip(
        distance: Length in meters, "d", "distance",
            at_least 0 "a distance cannot be negative", default 10, range 0..=20;
        speed: f64 in "m/s", "v", "speed", above 0 "something moves", default 1, range 1..=2;
        stops: [Time] in seconds, "s_i", "stops", default [1, 2], range 0..=5;
    ) {
        rest: Time in seconds, "s", "time at stops" = sum(stops);
        result time: Time in seconds, "t", "time" = distance / speed + rest;
        result long: one_of "long", "whether it is long" = 0;
    }
    id: "C901";
    name: "Trip";
    path: "calc::trip";
    assumes: "The speed does not change.";
    fails: "In traffic.";
    source: "Arithmetic";
    episode: 1;
}

fn main() {}
