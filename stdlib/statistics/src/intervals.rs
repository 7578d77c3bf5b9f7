//! Intervals for shares, counts and any other statistic.

use std::fmt;

use lightcone_units::DomainError;
use rand::SeedableRng;
use rand_pcg::Pcg64;

use crate::quantiles::{of_sorted, sorted};
use crate::special::{lower_gamma, normal_quantile};
use crate::uniform;

/// The range in which the true value lies with the probability asked for, if the
/// observations are a sample of what one wants to know about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// The probability, such as 0.95.
    pub level: f64,
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(2);
        write!(f, "{:.digits$} to {:.digits$}", self.low, self.high)
    }
}

fn check_level(level: f64) -> Result<(), DomainError> {
    if level > 0.0 && level < 1.0 {
        Ok(())
    } else {
        Err(DomainError::new(
            "level",
            level.to_string(),
            "above 0 and below 1",
            "no interval is certain unless it holds everything",
        ))
    }
}

/// Wilson's interval for a share: `successes` of `count`. Good for small counts
/// and for shares near 0 and 1.
///
/// Source: E. B. Wilson, *Probable Inference, the Law of Succession, and
/// Statistical Inference*, JASA 22, 1927.
///
/// # Errors
/// `count` is 0, `successes` is above it, or `level` is not between 0 and 1.
///
/// ```
/// let interval = lightcone_statistics::wilson_interval(66, 422, 0.95)?;
/// assert_eq!(format!("{interval:.3}"), "0.125 to 0.194");
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
pub fn wilson_interval(successes: u64, count: u64, level: f64) -> Result<Interval, DomainError> {
    check_level(level)?;
    if count == 0 {
        return Err(DomainError::new(
            "count",
            "0",
            "at least 1",
            "a share of nothing is not defined",
        ));
    }
    if successes > count {
        return Err(DomainError::new(
            "successes",
            successes.to_string(),
            format!("at most {count}"),
            "a part cannot be more than the whole",
        ));
    }
    let z = normal_quantile(0.5 + level / 2.0)?;
    let n = count as f64;
    let share = successes as f64 / n;
    let denominator = 1.0 + z * z / n;
    let middle = (share + z * z / (2.0 * n)) / denominator;
    let half = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt() / denominator;
    Ok(Interval {
        low: (middle - half).max(0.0),
        high: (middle + half).min(1.0),
        level,
    })
}

/// The exact interval for the mean of a Poisson count of which `count` was seen.
///
/// Source: F. Garwood, *Fiducial Limits for the Poisson Distribution*,
/// Biometrika 28, 1936.
///
/// # Errors
/// `level` is not between 0 and 1.
///
/// ```
/// let interval = lightcone_statistics::poisson_interval(10, 0.95)?;
/// assert_eq!(format!("{interval:.2}"), "4.80 to 18.39");
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
pub fn poisson_interval(count: u64, level: f64) -> Result<Interval, DomainError> {
    check_level(level)?;
    let outside = (1.0 - level) / 2.0;
    let seen = count as f64;
    let low = if count == 0 {
        0.0
    } else {
        gamma_quantile(seen, outside)
    };
    Ok(Interval {
        low,
        high: gamma_quantile(seen + 1.0, 1.0 - outside),
        level,
    })
}

/// The value that a gamma variable of this shape stays below with probability `p`.
fn gamma_quantile(shape: f64, p: f64) -> f64 {
    let (mut low, mut high) = (0.0, shape + 10.0);
    while lower_gamma(shape, high) < p {
        high *= 2.0;
    }
    // Each step halves the bracket: 200 of them reach the last bit.
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if lower_gamma(shape, middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// The percentile bootstrap: the statistic of `resamples` samples drawn with
/// replacement, and the quantiles of those.
///
/// It knows only what the observations show: with fewer than about 20 of them, or
/// for extreme quantiles, the interval is too narrow.
///
/// Source: B. Efron, *Bootstrap Methods: Another Look at the Jackknife*, Annals of
/// Statistics 7(1), 1979.
///
/// # Errors
/// `values` is empty or not finite, `resamples` is 0 or above 1,000,000, `level` is
/// not between 0 and 1, or `statistic` refuses a sample.
///
/// ```
/// use lightcone_statistics::{bootstrap_interval, mean};
/// let interval = bootstrap_interval(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.9, 1_000, 7, mean)?;
/// assert!(interval.low >= 1.0 && interval.low < 3.0 && interval.high > 3.0);
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
pub fn bootstrap_interval(
    values: &[f64],
    level: f64,
    resamples: usize,
    seed: u64,
    statistic: impl Fn(&[f64]) -> Result<f64, DomainError>,
) -> Result<Interval, DomainError> {
    check_level(level)?;
    if !(1..=1_000_000).contains(&resamples) {
        return Err(DomainError::new(
            "resamples",
            resamples.to_string(),
            "between 1 and 1,000,000",
            "2,000 are enough for two digits",
        ));
    }
    let values = sorted(values)?;
    let mut generator = Pcg64::seed_from_u64(seed);
    let mut sample = vec![0.0; values.len()];
    let mut found = Vec::with_capacity(resamples);
    for _ in 0..resamples {
        for place in &mut sample {
            let at = (uniform(&mut generator) * values.len() as f64) as usize;
            *place = values[at.min(values.len() - 1)];
        }
        found.push(statistic(&sample)?);
    }
    let found = sorted(&found)?;
    let outside = (1.0 - level) / 2.0;
    Ok(Interval {
        low: of_sorted(&found, outside),
        high: of_sorted(&found, 1.0 - outside),
        level,
    })
}

/// The interval of a quantile by the ranks of the observations beside it, which
/// needs no assumption on their distribution and no resampling.
///
/// Source: W. J. Conover, *Practical Nonparametric Statistics*, 3rd ed., 1999,
/// section 3.2 (the normal approximation of the binomial ranks). With few
/// observations, or far out in the tail, an end is the smallest or largest of them,
/// and then the interval is too narrow.
///
/// # Errors
/// As [`quantile`](crate::quantile), and if `level` is not between 0 and 1.
///
/// ```
/// use lightcone_statistics::quantile_interval;
/// let minutes: Vec<f64> = (1..=100).map(f64::from).collect();
/// let interval = quantile_interval(&minutes, 0.5, 0.95)?;
/// assert_eq!((interval.low, interval.high), (40.0, 61.0));
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
pub fn quantile_interval(values: &[f64], p: f64, level: f64) -> Result<Interval, DomainError> {
    check_level(level)?;
    crate::quantile(values, p)?;
    let sorted = sorted(values)?;
    let z = normal_quantile(0.5 + level / 2.0)?;
    let n = sorted.len() as f64;
    let spread = z * (n * p * (1.0 - p)).sqrt();
    // Ranks count from 1.
    let rank = |at: f64| (at.max(1.0).min(n) - 1.0) as usize;
    Ok(Interval {
        low: sorted[rank((n * p - spread).floor())],
        high: sorted[rank((n * p + spread).ceil() + 1.0)],
        level,
    })
}

/// The probability that counts of equally likely classes differ at least this much
/// by chance: Pearson's chi-squared test. Below 0.05 some classes are not equally
/// likely.
///
/// Source: K. Pearson, Philosophical Magazine 50, 1900. It needs about five
/// expected in each class.
///
/// # Errors
/// There are fewer than two classes, or all are empty.
///
/// ```
/// use lightcone_statistics::equal_counts_p_value;
/// // Sixty throws of a die.
/// let p = equal_counts_p_value(&[5, 8, 9, 8, 10, 20])?;
/// assert!((p - 0.0199).abs() < 0.0001);
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
pub fn equal_counts_p_value(counts: &[u64]) -> Result<f64, DomainError> {
    let total: u64 = counts.iter().sum();
    if counts.len() < 2 || total == 0 {
        return Err(DomainError::new(
            "counts",
            format!("{} classes with {total} in all", counts.len()),
            "at least two classes with something in them",
            "there is nothing to compare otherwise",
        ));
    }
    let expected = total as f64 / counts.len() as f64;
    let sum: f64 = counts
        .iter()
        .map(|count| (*count as f64 - expected).powi(2) / expected)
        .sum();
    let freedom = (counts.len() - 1) as f64;
    Ok(1.0 - lower_gamma(freedom / 2.0, sum / 2.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::quantile;

    #[test]
    fn published_intervals() {
        // Wilson: R's prop.test(8, 10, correct = FALSE), 0.4902 to 0.9433.
        let wilson = wilson_interval(8, 10, 0.95).unwrap();
        assert_eq!(format!("{wilson:.4}"), "0.4902 to 0.9433");
        // Garwood: R's poisson.test(3), 0.6187 to 8.7673; and none seen, "rule of three".
        let three = poisson_interval(3, 0.95).unwrap();
        assert_eq!(format!("{three:.4}"), "0.6187 to 8.7673");
        let none = poisson_interval(0, 0.95).unwrap();
        assert_eq!(none.low, 0.0);
        assert!((none.high - 3.6889).abs() < 1e-4);
    }

    #[test]
    fn the_same_seed_gives_the_same_interval() {
        let values: Vec<f64> = (1..40).map(|n| f64::from(n * n)).collect();
        let of = |seed| {
            bootstrap_interval(&values, 0.95, 500, seed, |sample| quantile(sample, 0.5)).unwrap()
        };
        assert_eq!(of(3), of(3));
        assert_ne!(of(3), of(4));
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(wilson_interval(1, 0, 0.95).is_err());
        assert!(wilson_interval(2, 1, 0.95).is_err());
        assert!(wilson_interval(1, 2, 1.0).is_err());
        assert!(poisson_interval(1, f64::NAN).is_err());
        assert!(bootstrap_interval(&[1.0], 0.95, 0, 1, crate::mean).is_err());
        assert!(bootstrap_interval(&[], 0.95, 10, 1, crate::mean).is_err());
    }

    #[test]
    fn an_interval_of_a_quantile_widens_with_the_level() {
        let values: Vec<f64> = (0..500).map(|n| f64::from(n % 97)).collect();
        for p in [0.0, 0.1, 0.5, 0.99, 1.0] {
            let narrow = quantile_interval(&values, p, 0.5).unwrap();
            let wide = quantile_interval(&values, p, 0.99).unwrap();
            let here = quantile(&values, p).unwrap();
            assert!(wide.low <= narrow.low && narrow.high <= wide.high);
            assert!(wide.low <= here && here <= wide.high, "{p}");
        }
        assert!(quantile_interval(&[1.0], 0.5, 0.95).is_ok());
        assert!(quantile_interval(&[], 0.5, 0.95).is_err());
    }

    proptest! {
        #[test]
        fn a_share_lies_in_its_interval(count in 1_u64..100_000, part in 0.0..1.0_f64, level in 0.01..0.999_f64) {
            let successes = (part * count as f64) as u64;
            let interval = wilson_interval(successes, count, level).unwrap();
            let share = successes as f64 / count as f64;
            prop_assert!(interval.low <= share + 1e-12 && share - 1e-12 <= interval.high);
            prop_assert!(interval.low >= 0.0 && interval.high <= 1.0);
        }

        #[test]
        fn a_count_lies_in_its_interval(count in 0_u64..5_000, level in 0.05..0.99_f64) {
            let interval = poisson_interval(count, level).unwrap();
            prop_assert!(interval.low <= count as f64 && count as f64 <= interval.high);
        }
    }
}
