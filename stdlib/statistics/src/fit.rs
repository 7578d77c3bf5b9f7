//! Distributions of positive quantities, fitted by maximum likelihood, and a test
//! of whether the data could have come from them.

use std::fmt;

use lightcone_units::DomainError;
use rand::SeedableRng;
use rand_pcg::Pcg64;

use crate::quantiles::sorted;
use crate::special::{normal_cdf, normal_quantile};
use crate::uniform;

/// A family of distributions of positive quantities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// No memory: the rate does not depend on how long one has waited.
    Exponential,
    /// A rate that falls (shape below 1) or rises (above 1) with time.
    Weibull,
    /// The logarithm is normal: a product of many small effects.
    LogNormal,
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Family::Exponential => "exponential",
            Family::Weibull => "Weibull",
            Family::LogNormal => "log-normal",
        })
    }
}

/// A distribution with its parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    /// Rate, per unit of the data.
    Exponential {
        /// Events per unit.
        rate: f64,
    },
    /// Shape and scale.
    Weibull {
        /// Below 1 the rate falls with time, above 1 it rises.
        shape: f64,
        /// In the unit of the data: 63 % are below it.
        scale: f64,
    },
    /// Mean and deviation of the natural logarithm.
    LogNormal {
        /// The logarithm of the median.
        mu: f64,
        /// The deviation of the logarithm.
        sigma: f64,
    },
}

impl Distribution {
    /// The probability of at most `x`.
    ///
    /// ```
    /// use lightcone_statistics::Distribution;
    /// let waiting = Distribution::Exponential { rate: 0.5 };
    /// assert!((waiting.cdf(2.0) - 0.632_120_558_8).abs() < 1e-9);
    /// ```
    #[must_use]
    pub fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            return 0.0;
        }
        match *self {
            Distribution::Exponential { rate } => -(-rate * x).exp_m1(),
            Distribution::Weibull { shape, scale } => -(-(x / scale).powf(shape)).exp_m1(),
            Distribution::LogNormal { mu, sigma } => normal_cdf((x.ln() - mu) / sigma),
        }
    }

    /// The value that is not exceeded with probability `p`, above 0 and below 1.
    ///
    /// # Errors
    /// `p` is 0, 1 or outside.
    ///
    /// ```
    /// use lightcone_statistics::Distribution;
    /// let repair = Distribution::LogNormal { mu: 4.0, sigma: 1.0 };
    /// assert!((repair.quantile(0.5)? - 4.0_f64.exp()).abs() < 1e-9);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    pub fn quantile(&self, p: f64) -> Result<f64, DomainError> {
        let z = normal_quantile(p)?;
        Ok(match *self {
            Distribution::Exponential { rate } => -(-p).ln_1p() / rate,
            Distribution::Weibull { shape, scale } => scale * (-(-p).ln_1p()).powf(1.0 / shape),
            Distribution::LogNormal { mu, sigma } => (mu + sigma * z).exp(),
        })
    }

    fn ln_density(&self, x: f64) -> f64 {
        match *self {
            Distribution::Exponential { rate } => rate.ln() - rate * x,
            Distribution::Weibull { shape, scale } => {
                let ratio = x / scale;
                (shape / scale).ln() + (shape - 1.0) * ratio.ln() - ratio.powf(shape)
            }
            Distribution::LogNormal { mu, sigma } => {
                let z = (x.ln() - mu) / sigma;
                -0.5 * z * z - x.ln() - sigma.ln() - 0.5 * (2.0 * std::f64::consts::PI).ln()
            }
        }
    }
}

impl fmt::Display for Distribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Distribution::Exponential { rate } => write!(f, "exponential, rate {rate:.4}"),
            Distribution::Weibull { shape, scale } => {
                write!(f, "Weibull, shape {shape:.3}, scale {scale:.3}")
            }
            Distribution::LogNormal { mu, sigma } => {
                write!(f, "log-normal, median {:.3}, sigma {sigma:.3}", mu.exp())
            }
        }
    }
}

/// A fitted distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// The distribution.
    pub distribution: Distribution,
    /// The logarithm of the likelihood.
    pub ln_likelihood: f64,
    /// Akaike's criterion: of two fits to the same data, the smaller one is better.
    pub aic: f64,
}

/// Fits a family by maximum likelihood.
///
/// # Errors
/// There are fewer than two values, one is not above 0, or all are equal (then
/// only the exponential distribution has a best fit).
///
/// ```
/// use lightcone_statistics::{Distribution, Family, fit};
/// let days = [1.0, 2.0, 3.0];
/// let found = fit(Family::Exponential, &days)?;
/// assert_eq!(found.distribution, Distribution::Exponential { rate: 0.5 });
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
pub fn fit(family: Family, values: &[f64]) -> Result<Fit, DomainError> {
    let values = sorted(values)?;
    let (first, last) = (values[0], values[values.len() - 1]);
    if values.len() < 2 {
        return Err(DomainError::new(
            "values",
            "one number",
            "at least two",
            "a spread cannot be seen in one",
        ));
    }
    if first <= 0.0 {
        return Err(DomainError::new(
            "values",
            format!("with {first} in it"),
            "above 0",
            "these distributions are of positive quantities",
        ));
    }
    if first == last && family != Family::Exponential {
        return Err(DomainError::new(
            "values",
            format!("all {first}"),
            "of at least two different sizes",
            "a spread of zero has no likelihood",
        ));
    }
    let n = values.len() as f64;
    let (distribution, parameters) = match family {
        Family::Exponential => {
            let rate = n / values.iter().sum::<f64>();
            (Distribution::Exponential { rate }, 1.0)
        }
        Family::LogNormal => {
            let mu = values.iter().map(|value| value.ln()).sum::<f64>() / n;
            let square: f64 = values.iter().map(|value| (value.ln() - mu).powi(2)).sum();
            let sigma = (square / n).sqrt();
            (Distribution::LogNormal { mu, sigma }, 2.0)
        }
        Family::Weibull => (weibull(&values), 2.0),
    };
    let ln_likelihood = values
        .iter()
        .map(|value| distribution.ln_density(*value))
        .sum();
    Ok(Fit {
        distribution,
        ln_likelihood,
        aic: 2.0 * parameters - 2.0 * ln_likelihood,
    })
}

/// The likelihood equation of the shape has one root; a bracket that is halved
/// cannot miss it.
fn weibull(values: &[f64]) -> Distribution {
    let n = values.len() as f64;
    let largest = values[values.len() - 1];
    let logs: Vec<f64> = values.iter().map(|value| (value / largest).ln()).collect();
    let mean_log = logs.iter().sum::<f64>() / n;
    let score = |shape: f64| {
        let (mut weight, mut weighted) = (0.0, 0.0);
        for log in &logs {
            let power = (shape * log).exp();
            weight += power;
            weighted += power * log;
        }
        weighted / weight - 1.0 / shape - mean_log
    };
    let (mut low, mut high) = (1e-6, 1.0);
    while score(high) < 0.0 && high < 1e12 {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if score(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    let shape = 0.5 * (low + high);
    let mean_power = logs.iter().map(|log| (shape * log).exp()).sum::<f64>() / n;
    Distribution::Weibull {
        shape,
        scale: largest * mean_power.powf(1.0 / shape),
    }
}

/// The largest distance between the distribution of the data and another one.
///
/// # Errors
/// `values` is empty or not finite.
///
/// ```
/// use lightcone_statistics::{Distribution, kolmogorov_smirnov};
/// let waiting = Distribution::Exponential { rate: 1.0 };
/// assert!(kolmogorov_smirnov(&[0.1, 0.4, 0.9, 2.0], &waiting)? < 0.3);
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
pub fn kolmogorov_smirnov(values: &[f64], distribution: &Distribution) -> Result<f64, DomainError> {
    let values = sorted(values)?;
    let n = values.len() as f64;
    let distances = values.iter().enumerate().map(|(at, value)| {
        let expected = distribution.cdf(*value);
        let (below, above) = (at as f64 / n, (at + 1) as f64 / n);
        (expected - below).abs().max((above - expected).abs())
    });
    Ok(distances.fold(0.0, f64::max))
}

/// How well a family fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Goodness {
    /// The best fit of the family.
    pub fit: Fit,
    /// The largest distance between data and fit.
    pub distance: f64,
    /// The share of samples from the fit itself that lie farther from their own
    /// best fit. Below 0.05 the family does not describe the data.
    pub p_value: f64,
    /// How many samples that share is of.
    pub resamples: usize,
}

/// Fits a family and tests it. Since the parameters were fitted to the same data,
/// the tables of the Kolmogorov-Smirnov test do not apply; the p-value is found by
/// drawing samples from the fit (parametric bootstrap).
///
/// Source: H. W. Lilliefors, *On the Kolmogorov-Smirnov Test for the Exponential
/// Distribution with Mean Unknown*, JASA 64, 1969, for why.
///
/// # Errors
/// As [`fit`], and if `resamples` is 0 or above 100,000.
///
/// ```
/// use lightcone_statistics::{Family, goodness_of_fit};
/// let days: Vec<f64> = (1..=50).map(|n| -(1.0 - (f64::from(n) - 0.5) / 50.0).ln()).collect();
/// assert!(goodness_of_fit(Family::Exponential, &days, 200, 1)?.p_value > 0.5);
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
pub fn goodness_of_fit(
    family: Family,
    values: &[f64],
    resamples: usize,
    seed: u64,
) -> Result<Goodness, DomainError> {
    if !(1..=100_000).contains(&resamples) {
        return Err(DomainError::new(
            "resamples",
            resamples.to_string(),
            "between 1 and 100,000",
            "1,000 are enough to tell 0.05 from 0.07",
        ));
    }
    let fitted = fit(family, values)?;
    let distance = kolmogorov_smirnov(values, &fitted.distribution)?;
    let mut generator = Pcg64::seed_from_u64(seed);
    let mut farther = 0;
    for _ in 0..resamples {
        let mut sample = Vec::with_capacity(values.len());
        for _ in values {
            // 0 itself has no quantile.
            let p = uniform(&mut generator).max(f64::EPSILON);
            sample.push(fitted.distribution.quantile(p)?);
        }
        let own = fit(family, &sample)?;
        if kolmogorov_smirnov(&sample, &own.distribution)? >= distance {
            farther += 1;
        }
    }
    Ok(Goodness {
        fit: fitted,
        distance,
        p_value: (f64::from(farther) + 1.0) / (resamples as f64 + 1.0),
        resamples,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Ball bearings of Lieblein and Zelen (1956), in millions of revolutions: the
    /// worked example of Lawless and of Meeker and Escobar.
    const BEARINGS: [f64; 23] = [
        17.88, 28.92, 33.00, 41.52, 42.12, 45.60, 48.40, 51.84, 51.96, 54.12, 55.56, 67.80, 68.64,
        68.64, 68.88, 84.12, 93.12, 98.64, 105.12, 105.84, 127.92, 128.04, 173.40,
    ];

    #[test]
    fn the_ball_bearings_of_the_textbooks() {
        // Lawless (2003): Weibull shape 2.10, scale 81.88; log-normal mu 4.150, sigma 0.522.
        let Distribution::Weibull { shape, scale } =
            fit(Family::Weibull, &BEARINGS).unwrap().distribution
        else {
            panic!("another family");
        };
        assert!((shape - 2.10).abs() < 0.005, "{shape}");
        assert!((scale - 81.88).abs() < 0.03, "{scale}");
        let Distribution::LogNormal { mu, sigma } =
            fit(Family::LogNormal, &BEARINGS).unwrap().distribution
        else {
            panic!("another family");
        };
        assert!((mu - 4.150).abs() < 0.001 && (sigma - 0.522).abs() < 0.001);
    }

    #[test]
    fn bearings_wear_out_so_they_are_not_exponential() {
        let exponential = goodness_of_fit(Family::Exponential, &BEARINGS, 400, 1).unwrap();
        assert!(exponential.p_value < 0.02, "{}", exponential.p_value);
        let weibull = goodness_of_fit(Family::Weibull, &BEARINGS, 400, 1).unwrap();
        assert!(weibull.p_value > 0.1, "{}", weibull.p_value);
        assert!(weibull.fit.aic < exponential.fit.aic);
    }

    #[test]
    fn nonsense_is_refused() {
        for family in [Family::Exponential, Family::Weibull, Family::LogNormal] {
            assert!(fit(family, &[]).is_err());
            assert!(fit(family, &[1.0]).is_err());
            assert!(fit(family, &[0.0, 1.0]).is_err());
            assert!(fit(family, &[1.0, f64::NAN]).is_err());
        }
        assert!(fit(Family::Weibull, &[2.0, 2.0]).is_err());
        assert!(fit(Family::Exponential, &[2.0, 2.0]).is_ok());
        assert!(goodness_of_fit(Family::Exponential, &[1.0, 2.0], 0, 1).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_fit_is_no_worse_than_its_neighbours(
            values in prop::collection::vec(0.01..1e4_f64, 2..40),
            by in 0.8..1.25_f64,
        ) {
            for family in [Family::Exponential, Family::Weibull, Family::LogNormal] {
                let Ok(found) = fit(family, &values) else { continue };
                let near = match found.distribution {
                    Distribution::Exponential { rate } => Distribution::Exponential { rate: rate * by },
                    Distribution::Weibull { shape, scale } => Distribution::Weibull { shape: shape * by, scale },
                    Distribution::LogNormal { mu, sigma } => Distribution::LogNormal { mu, sigma: sigma * by },
                };
                let other: f64 = values.iter().map(|value| near.ln_density(*value)).sum();
                prop_assert!(other <= found.ln_likelihood + 1e-6 * (1.0 + found.ln_likelihood.abs()));
            }
        }

        #[test]
        fn quantile_and_cdf_are_inverse(p in 0.001..0.999_f64, shape in 0.2..5.0_f64, scale in 0.1..1e4_f64) {
            for distribution in [
                Distribution::Exponential { rate: 1.0 / scale },
                Distribution::Weibull { shape, scale },
                Distribution::LogNormal { mu: scale.ln(), sigma: shape },
            ] {
                let back = distribution.cdf(distribution.quantile(p).unwrap());
                prop_assert!((back - p).abs() < 1e-9);
            }
        }
    }
}
