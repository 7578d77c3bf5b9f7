// Items of earlier cells: visible, redefined, extended.
// %%
fn floor_ms(km: f64) -> f64 { km / 200.0 }
// %%
floor_ms(11_000.0)
// %%
fn floor_ms(km: f64) -> f64 { 2.0 * km / 200.0 }
floor_ms(11_000.0)
// %%
fn round_trip(km: f64) -> String { format!("{:.0} ms", floor_ms(km)) }
round_trip(5_500.0)
// %%
#[derive(Debug, Clone, PartialEq, Default)]
struct Link { name: String, ms: f64 }
let link = Link { name: "lhr-jfk".to_owned(), ms: 55.0 };
// %%
link.clone()
// %%
impl Link {
    fn doubled(&self) -> f64 { self.ms * 2.0 }
}
// %%
link.doubled()
// %%
trait Describe { fn describe(&self) -> String; }
impl Describe for Link { fn describe(&self) -> String { format!("{} in {} ms", self.name, self.ms) } }
impl Describe for f64 { fn describe(&self) -> String { format!("{self} ms") } }
// %%
let things: Vec<Box<dyn Describe>> = vec![Box::new(link.clone()), Box::new(1.5)];
// %%
things.iter().map(|thing| thing.describe()).collect::<Vec<_>>()
// %%
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State { Up, Degraded { percent: u8 }, Down }
let states = [State::Down, State::Degraded { percent: 40 }, State::Up];
// %%
states.iter().max()
// %%
use State::*;
match states[1] { Up => 100, Degraded { percent } => percent, Down => 0 }
// %%
const REGIONS: [&str; 3] = ["lhr", "fra", "iad"];
type Milliseconds = f64;
// %%
let slowest: Milliseconds = REGIONS.len() as Milliseconds;
slowest
// %%
macro_rules! sum_of { ($($x:expr),*) => { 0 $(+ $x)* }; }
// %%
sum_of!(1, 2, 39)
// %%
mod geometry {
    pub mod angle { pub fn degrees(radians: f64) -> f64 { radians.to_degrees().round() } }
    pub fn half(x: i64) -> i64 { x / 2 }
}
// %%
use geometry::angle;
(angle::degrees(std::f64::consts::PI), geometry::half(9))
// %%
use std::collections::{BTreeSet, HashMap as Map};
// %%
let mut seen: Map<&str, BTreeSet<u32>> = Map::new();
seen.entry("a").or_default().insert(3);
seen
// %%
fn largest<T: PartialOrd + Copy, const N: usize>(of: [T; N]) -> T {
    let mut best = of[0];
    for one in of { if one > best { best = one; } }
    best
}
// %%
(largest([3, 9, 2]), largest([0.5, 0.25]))
// %%
struct Countdown(u32);
impl Iterator for Countdown {
    type Item = u32;
    fn next(&mut self) -> Option<u32> { if self.0 == 0 { None } else { self.0 -= 1; Some(self.0) } }
}
// %%
Countdown(4).filter(|n| n % 2 == 1).collect::<Vec<_>>()
// %%
impl std::ops::Add for Link {
    type Output = Link;
    fn add(self, other: Link) -> Link { Link { name: format!("{}+{}", self.name, other.name), ms: self.ms + other.ms } }
}
impl std::fmt::Display for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "{}: {}", self.name, self.ms) }
}
// %%
(link.clone() + Link { name: "jfk-sfo".into(), ms: 34.5 }).to_string()
// %%
fn is_even(n: u32) -> bool { n == 0 || is_odd(n - 1) }
fn is_odd(n: u32) -> bool { n != 0 && is_even(n - 1) }
is_odd(7)
