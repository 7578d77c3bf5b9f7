//! Below a root, as in a cell, generated code names only the crate of the macro.

#![allow(unused_imports)]

extern crate lightcone_sheets as sheets;
extern crate lightcone_units as units;

use units::prelude::*;

macro_rules! calculator {
    ($($block:tt)*) => {
        ::lightcone_formula_macros::calculator! { @root $crate; $($block)* }
    };
}

macro_rules! formula {
    ($($block:tt)*) => {
        ::lightcone_formula_macros::formula! { @root $crate; $($block)* }
    };
}

mod cell {
    use crate::units::prelude::*;

    formula! {
        /// The time that something needs for a distance.
        pub(crate) fn travel(
            distance: Length in meters, "d", "distance",
                at_least 0 "a distance cannot be negative", default 10, range 0..=20;
            speed: f64 in "m/s", "v", "speed", above 0 "something moves", default 1, range 1..=2;
        ) -> Time in seconds, "t", "time", "at least 0" {
            distance / speed
        }
        id: "X001";
        name: "Travel time";
        path: "travel";
        latex: r"t=\frac{d}{v}";
        spoken: "the time is the distance over the speed";
        assumes: "The speed does not change.";
        fails: "In traffic.";
        source: "Arithmetic";
        episode: 1;
        example: (10.meters(), 2.0) => "5 s";
    }

    calculator! {
        /// How long a trip takes.
        ///
        /// # Examples
        /// ```
        /// // See the test.
        /// ```
        pub(crate) fn trip(
            distance: Length in meters, "d", "distance",
                at_least 0 "a distance cannot be negative", default 10, range 0..=20;
            stops: [Time] in seconds, "s", "stops", default [1, 2], range 0..=5;
        ) {
            result time: Time in seconds, "t", "time"
                = travel(distance, 2) + item(stops, 0) + sum(stops);
            result long: one_of "no", "yes", "whether it is long" = if time > 9 { 1 } else { 0 };
        }
        id: "C999";
        name: "Trip";
        path: "trip";
        assumes: "Nothing.";
        fails: "Never.";
        source: "Arithmetic";
        episode: 1;
        plot: distance => time;
    }
}

#[test]
fn a_cell_defines_a_sheet() {
    let sheet = cell::trip().distance(12.meters());
    // 12 m at 2 m/s, the first stop once more, and both stops.
    assert_eq!(sheet.time().unwrap(), 10.seconds());
    assert_eq!(sheet.long().unwrap(), "yes");
    assert_eq!(cell::travel(4.meters(), 2.0).unwrap(), 2.seconds());
}
