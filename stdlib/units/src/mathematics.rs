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
  return list.length === 0 ? NaN : Float64Array.from(list).sort()[place - 1];
}
function sum_of_products(first, second) {
  if (first.length !== second.length) return NaN;
  let total = 0;
  for (let at = 0; at < first.length; at += 1) total += first[at] * second[at];
  return total;
}
function sum_of_first(list, k) {
  let total = 0;
  for (let at = 0; at < list.length && at + 1 <= k; at += 1) total += list[at];
  return total;
}
function binomial(n, k) {
  if (!(k >= 0 && k <= n) || n % 1 !== 0 || k % 1 !== 0) return NaN;
  const fewer = Math.min(k, n - k);
  let total = 1;
  for (let step = 1; step <= fewer && total < Infinity; step += 1) {
    const factor = n - fewer + step;
    const parts = Math.floor(total / step);
    total = parts * factor + ((total - parts * step) * factor) / step;
  }
  return total;
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

/// The sum of the products of two equally long lists; NaN for lists of other lengths.
///
/// ```
/// use lightcone_units::mathematics::sum_of_products;
/// assert_eq!(sum_of_products(&[2.0, 3.0], &[10.0, 100.0]), 320.0);
/// assert!(sum_of_products(&[2.0], &[]).is_nan());
/// ```
#[must_use]
pub fn sum_of_products(first: &[f64], second: &[f64]) -> f64 {
    if first.len() != second.len() {
        return f64::NAN;
    }
    let products = first.iter().zip(second).map(|(a, b)| a * b);
    products.fold(0.0, |total, product| total + product)
}

/// The sum of the first `k` values of a list: 0 below 1, and all of them beyond its end.
///
/// ```
/// use lightcone_units::mathematics::sum_of_first;
/// assert_eq!(sum_of_first(&[1.0, 20.0, 300.0], 2.0), 21.0);
/// assert_eq!(sum_of_first(&[1.0, 20.0, 300.0], 0.0), 0.0);
/// assert_eq!(sum_of_first(&[1.0, 20.0, 300.0], 7.0), 321.0);
/// ```
#[must_use]
pub fn sum_of_first(list: &[f64], k: f64) -> f64 {
    // What is not a number or negative is 0 here.
    let first = list.iter().take(k as usize);
    first.fold(0.0, |total, value| total + value)
}

/// The number of ways to choose `k` of `n`: exact up to 2^53, and beyond it to about as
/// many digits as a number has. NaN unless both are whole and `k` is from 0 to `n`.
///
/// ```
/// use lightcone_units::mathematics::binomial;
/// assert_eq!(binomial(8.0, 2.0), 28.0);
/// assert_eq!(binomial(56.0, 28.0), 7_648_690_600_760_440.0);
/// assert!(binomial(2.0, 3.0).is_nan());
/// ```
#[must_use]
pub fn binomial(n: f64, k: f64) -> f64 {
    let within = k >= 0.0 && k <= n && n.fract() == 0.0 && k.fract() == 0.0;
    if !within {
        return f64::NAN;
    }
    let fewer = k.min(n - k);
    let mut total = 1.0;
    let mut step = 1.0;
    while step <= fewer && total < f64::INFINITY {
        let factor = n - fewer + step;
        // `total` times `factor` is a multiple of `step`. Multiplying the whole parts and
        // what is left over one by one keeps each product as small as the answer.
        let parts = (total / step).floor();
        total = parts * factor + (total - parts * step) * factor / step;
        step += 1.0;
    }
    total
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
