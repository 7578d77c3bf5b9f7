//! Sample quantiles, and the check that all of them share.

use lightcone_units::DomainError;

/// The values in ascending order.
///
/// # Errors
/// `values` is empty or holds NaN or infinity.
///
/// ```
/// assert_eq!(lightcone_statistics::sorted(&[3.0, 1.0, 2.0])?, [1.0, 2.0, 3.0]);
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
pub fn sorted(values: &[f64]) -> Result<Vec<f64>, DomainError> {
    if values.is_empty() {
        return Err(DomainError::new(
            "values",
            "empty",
            "at least one number",
            "nothing can be estimated from nothing",
        ));
    }
    if let Some(bad) = values.iter().find(|value| !value.is_finite()) {
        return Err(DomainError::new(
            "values",
            format!("with {bad} in it"),
            "finite numbers only",
            "leave out what is not known",
        ));
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    Ok(sorted)
}

/// The mean.
///
/// # Errors
/// As [`sorted`].
///
/// ```
/// assert_eq!(lightcone_statistics::mean(&[1.0, 2.0, 6.0])?, 3.0);
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
pub fn mean(values: &[f64]) -> Result<f64, DomainError> {
    let sorted = sorted(values)?;
    Ok(sorted.iter().sum::<f64>() / sorted.len() as f64)
}

/// The quantile at `p` between 0 and 1, linear between observations: definition 7
/// of Hyndman and Fan, which R, NumPy and Polars (`linear`) use.
///
/// Source: R. J. Hyndman, Y. Fan, *Sample Quantiles in Statistical Packages*,
/// The American Statistician 50(4), 1996.
///
/// # Errors
/// As [`sorted`], and if `p` is not between 0 and 1.
///
/// ```
/// use lightcone_statistics::quantile;
/// let minutes = [10.0, 20.0, 30.0, 40.0];
/// assert_eq!(quantile(&minutes, 0.5)?, 25.0);
/// assert_eq!(quantile(&minutes, 0.9)?, 37.0);
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
pub fn quantile(values: &[f64], p: f64) -> Result<f64, DomainError> {
    if !(0.0..=1.0).contains(&p) {
        return Err(DomainError::new(
            "p",
            p.to_string(),
            "between 0 and 1",
            "0 is the smallest observation and 1 the largest",
        ));
    }
    let sorted = sorted(values)?;
    Ok(of_sorted(&sorted, p))
}

/// The quantile of values that are sorted and not empty.
pub(crate) fn of_sorted(sorted: &[f64], p: f64) -> f64 {
    let at = p * (sorted.len() - 1) as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    let part = at - below as f64;
    sorted[below] + part * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_and_one_value() {
        assert_eq!(quantile(&[5.0, 1.0, 3.0], 0.0).unwrap(), 1.0);
        assert_eq!(quantile(&[5.0, 1.0, 3.0], 1.0).unwrap(), 5.0);
        assert_eq!(quantile(&[7.0], 0.3).unwrap(), 7.0);
    }

    #[test]
    fn numpy_agrees() {
        // numpy.quantile([1, 2, 3, 4, 10], [0.1, 0.25, 0.75, 0.9]) = 1.4, 2, 4, 7.6
        let values = [1.0, 2.0, 3.0, 4.0, 10.0];
        for (p, expected) in [(0.1, 1.4), (0.25, 2.0), (0.75, 4.0), (0.9, 7.6)] {
            assert!((quantile(&values, p).unwrap() - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn nothing_and_nonsense_are_refused() {
        assert!(quantile(&[], 0.5).is_err());
        assert!(quantile(&[1.0, f64::NAN], 0.5).is_err());
        assert!(quantile(&[1.0], -0.1).is_err());
        assert!(quantile(&[1.0], f64::NAN).is_err());
    }
}
