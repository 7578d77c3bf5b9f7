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
    }
    id: "C901";
    name: "Trip";
    path: "calc::trip";
    assumes: "The speed does not change.";
    fails: "In traffic.";
    source: "Arithmetic";
    episode: 1;
    plot: distance => time, rest;
}

fn main() {
    let sheet = trip().distance(Length::from_meters(20.0));
    assert_eq!(sheet.time().unwrap(), Time::from_seconds(23.0));
    assert_eq!(sheet.code(), "calc::trip().distance(20.meters())");
    let none: Vec<Time> = Vec::new();
    assert_eq!(trip().speed(-1.0).stops(&none).rest().unwrap(), Time::ZERO);
    assert_eq!(
        trip().speed(0.0).time().unwrap_err().to_string(),
        "`speed` is 0, but must be above 0: something moves",
    );
    assert_eq!(TRIP.lines.len(), 2);
}
