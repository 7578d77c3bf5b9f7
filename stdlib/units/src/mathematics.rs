//! The functions that the body of a formula may call besides those of `f64`.
//!
//! Each exists twice: here, and under the same name in [`JAVASCRIPT`]. A test of
//! the registry compares the two.

/// Helpers that the JavaScript of formulas needs. Rust says `ln_gamma`, and so
/// does JavaScript.
pub const JAVASCRIPT: &str = r#""use strict";
function refuse(argument, allowed, meaning) {
  throw new RangeError("`" + argument + "` must be " + allowed + ": " + meaning);
}
function checked_result(name, value, low, high, whole) {
  if (!Number.isFinite(value)) {
    refuse(name, "a finite number", "the arguments are too large or too small to compute with, use realistic ones");
  }
  if (!(value >= low && value <= high) || (whole && !Number.isInteger(value))) {
    refuse(name, "a value of its type", "the arguments lead out of the range of the result");
  }
  return value;
}
function sum(list) {
  let total = 0;
  for (const value of list) total += value;
  return total;
}
function product(list) {
  let total = 1;
  for (const value of list) total *= value;
  return total;
}
function count(list) {
  return list.length;
}
function kth_smallest(list, k) {
  const place = Math.max(Math.min(Math.floor(k), list.length), 1);
  return Float64Array.from(list).sort()[place - 1];
}
function ln_gamma(x) {
  const lanczos = [676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
    12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7];
  const shifted = x - 1;
  const base = shifted + 7.5;
  let total = 0.9999999999998099;
  for (let at = 0; at < 8; at += 1) total += lanczos[at] / (shifted + at + 1);
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(total);
}
function ln_binomial(n, k) {
  return ln_gamma(n + 1) - ln_gamma(k + 1) - ln_gamma(n - k + 1);
}
"#;

/// The sum of a list.
///
/// ```
/// assert_eq!(lightcone_units::mathematics::sum(&[1.0, 2.5]), 3.5);
/// ```
#[must_use]
pub fn sum(list: &[f64]) -> f64 {
    list.iter().fold(0.0, |total, value| total + value)
}

/// The product of a list; 1 for an empty one.
///
/// ```
/// assert_eq!(lightcone_units::mathematics::product(&[4.0, 4.0]), 16.0);
/// ```
#[must_use]
pub fn product(list: &[f64]) -> f64 {
    list.iter().product()
}

/// How many values a list has.
///
/// ```
/// assert_eq!(lightcone_units::mathematics::count(&[4.0, 4.0]), 2.0);
/// ```
#[must_use]
pub fn count(list: &[f64]) -> f64 {
    list.len() as f64
}

/// The `k`-th smallest value, counted from 1, of a list that is not empty. Below 1
/// and beyond the end it is the first and the last; NaN for an empty list.
///
/// ```
/// assert_eq!(lightcone_units::mathematics::kth_smallest(&[30.0, 10.0, 20.0], 2.0), 20.0);
/// ```
#[must_use]
pub fn kth_smallest(list: &[f64], k: f64) -> f64 {
    let mut sorted = list.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (k.max(1.0) as usize).min(sorted.len());
    sorted
        .get(place.wrapping_sub(1))
        .copied()
        .unwrap_or(f64::NAN)
}

/// The logarithm of the gamma function of a number of at least 1/2 (Lanczos, with
/// g = 7 and nine terms).
///
/// ```
/// use lightcone_units::mathematics::ln_gamma;
/// assert!((ln_gamma(11.0) - 3_628_800_f64.ln()).abs() < 1e-12);
/// ```
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    const LANCZOS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    let shifted = x - 1.0;
    let base = shifted + 7.5;
    let mut total = 0.999_999_999_999_809_9;
    for (at, term) in LANCZOS.iter().enumerate() {
        total += term / (shifted + at as f64 + 1.0);
    }
    0.5 * (2.0 * std::f64::consts::PI).ln() + (shifted + 0.5) * base.ln() - base + total.ln()
}

/// The logarithm of the number of ways to choose `k` of `n`, for whole numbers
/// with `k` from 0 to `n`.
///
/// ```
/// use lightcone_units::mathematics::ln_binomial;
/// assert!((ln_binomial(5.0, 2.0).exp() - 10.0).abs() < 1e-12);
/// ```
#[must_use]
pub fn ln_binomial(n: f64, k: f64) -> f64 {
    ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0)
}
