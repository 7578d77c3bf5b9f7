//! Functions of mathematics: the normal quantile and the incomplete gamma
//! function.

use lightcone_units::DomainError;

/// The value below which a standard normal variable stays with probability `p`.
///
/// Acklam's rational approximation, with one step of Halley's method after it;
/// the relative error is below 1e-12.
///
/// # Errors
/// `p` is not above 0 and below 1.
///
/// ```
/// let z = lightcone_statistics::normal_quantile(0.975)?;
/// assert!((z - 1.959_963_984_540).abs() < 1e-9);
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
pub fn normal_quantile(p: f64) -> Result<f64, DomainError> {
    if !(p > 0.0 && p < 1.0) {
        return Err(DomainError::new(
            "p",
            p.to_string(),
            "above 0 and below 1",
            "a normal variable has no largest and no smallest value",
        ));
    }
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
    ];
    const LOW: f64 = 0.024_25;
    let polynomial = |terms: &[f64], x: f64| terms.iter().fold(0.0, |sum, term| sum * x + term);
    let tail = |q: f64| {
        let root = (-2.0 * q.ln()).sqrt();
        polynomial(&C, root) / (polynomial(&D, root) * root + 1.0)
    };
    let x = if p < LOW {
        tail(p)
    } else if p > 1.0 - LOW {
        -tail(1.0 - p)
    } else {
        let q = p - 0.5;
        let square = q * q;
        q * polynomial(&A, square) / (polynomial(&B, square) * square + 1.0)
    };
    let error = normal_cdf(x) - p;
    let step = error * (2.0 * std::f64::consts::PI).sqrt() * (x * x / 2.0).exp();
    Ok(x - step / (1.0 + x * step / 2.0))
}

/// The probability that a standard normal variable is at most `x`.
pub(crate) fn normal_cdf(x: f64) -> f64 {
    // erfc(z) is the upper incomplete gamma function at 1/2 of z squared.
    let half = 0.5 * gamma_parts(0.5, x * x / 2.0).1;
    if x < 0.0 { half } else { 1.0 - half }
}

/// The lower incomplete gamma function of `x`, divided by the gamma function of
/// `shape`: the probability that a gamma variable is at most `x`.
///
/// A series below `shape + 1` and a continued fraction above it (Abramowitz and
/// Stegun 6.5.29 and 6.5.31).
///
/// # Errors
/// `shape` is not above 0, or `x` is negative or not finite.
///
/// ```
/// use lightcone_statistics::regularized_gamma;
/// // With shape 1 it is the exponential distribution.
/// assert!((regularized_gamma(1.0, 2.0)? - (1.0 - (-2.0_f64).exp())).abs() < 1e-14);
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
pub fn regularized_gamma(shape: f64, x: f64) -> Result<f64, DomainError> {
    if !(shape.is_finite() && shape > 0.0) {
        return Err(DomainError::new(
            "shape",
            shape.to_string(),
            "above 0",
            "the integral does not exist otherwise",
        ));
    }
    if !(x.is_finite() && x >= 0.0) {
        return Err(DomainError::new(
            "x",
            x.to_string(),
            "at least 0",
            "it is the end of an interval that begins at 0",
        ));
    }
    Ok(lower_gamma(shape, x))
}

/// [`regularized_gamma`] for arguments that are known to be good.
pub(crate) fn lower_gamma(shape: f64, x: f64) -> f64 {
    gamma_parts(shape, x).0
}

/// The lower and the upper part; the smaller one has all of its digits.
fn gamma_parts(shape: f64, x: f64) -> (f64, f64) {
    const STEPS: usize = 10_000;
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    let front = (shape * x.ln() - x - ln_gamma(shape)).exp();
    if x < shape + 1.0 {
        let (mut term, mut sum) = (1.0 / shape, 1.0 / shape);
        for step in 1..STEPS {
            term *= x / (shape + step as f64);
            sum += term;
            if term < sum * f64::EPSILON {
                break;
            }
        }
        let lower = (front * sum).min(1.0);
        (lower, 1.0 - lower)
    } else {
        // The continued fraction for the upper function, by Lentz's method.
        let tiny = f64::MIN_POSITIVE / f64::EPSILON;
        let mut b = x + 1.0 - shape;
        let (mut c, mut d) = (1.0 / tiny, 1.0 / b);
        let mut fraction = d;
        for step in 1..STEPS {
            let a = -(step as f64) * (step as f64 - shape);
            b += 2.0;
            d = a * d + b;
            if d.abs() < tiny {
                d = tiny;
            }
            c = b + a / c;
            if c.abs() < tiny {
                c = tiny;
            }
            d = 1.0 / d;
            let change = d * c;
            fraction *= change;
            if (change - 1.0).abs() < f64::EPSILON {
                break;
            }
        }
        let upper = (front * fraction).min(1.0);
        (1.0 - upper, upper)
    }
}

/// The logarithm of the gamma function of a positive number (Lanczos, g = 7).
pub(crate) fn ln_gamma(x: f64) -> f64 {
    const LANCZOS: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        let pi = std::f64::consts::PI;
        return (pi / (pi * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let base = x + 7.5;
    let mut sum = LANCZOS[0];
    for (at, term) in LANCZOS.iter().enumerate().skip(1) {
        sum += term / (x + at as f64);
    }
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * base.ln() - base + sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_agree() {
        // Abramowitz and Stegun, table 26.1, and factorials.
        for (x, expected) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_543),
            (-2.0, 0.022_750_131_948_179),
            (3.0, 0.998_650_101_968_370),
        ] {
            assert!((normal_cdf(x) - expected).abs() < 1e-13, "{x}");
        }
        assert!((ln_gamma(11.0) - 3_628_800_f64.ln()).abs() < 1e-12);
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-13);
    }

    #[test]
    fn the_quantile_is_the_inverse() {
        for p in [1e-10, 0.001, 0.02, 0.3, 0.5, 0.9, 0.999, 1.0 - 1e-9] {
            let back = normal_cdf(normal_quantile(p).unwrap());
            assert!((back / p - 1.0).abs() < 1e-9, "{p}: {back}");
        }
        for p in [0.0, 1.0, -1.0, f64::NAN] {
            assert!(normal_quantile(p).is_err());
        }
    }

    #[test]
    fn the_gamma_function_is_monotone_over_its_two_halves() {
        for shape in [0.1, 0.5, 1.0, 7.0, 150.0] {
            let mut before = 0.0;
            for step in 0..400 {
                let now = regularized_gamma(shape, f64::from(step) * shape / 50.0).unwrap();
                assert!(now >= before - 1e-12 && now <= 1.0, "{shape} {step}");
                before = now;
            }
        }
    }
}
