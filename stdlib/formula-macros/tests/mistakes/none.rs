#![allow(unused_imports)]
use lightcone_formula_macros::formula;
use lightcone_units::{Length, Time};

formula! {
    /// The time that something needs for a distance.
    pub fn travel(
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

fn main() {
    let time = travel(Length::from_meters(10.0), 2.0).unwrap();
    assert_eq!(time, Time::from_seconds(5.0));
    assert_eq!(TRAVEL.evaluate(&[10.0, 4.0]), Ok(2.5));
    assert_eq!(TRAVEL.evaluate(&[-1.0, 4.0]).unwrap_err().argument(), "distance");
    assert_eq!(TRAVEL.evaluate(&[10.0]).unwrap_err().argument(), "travel");
}
