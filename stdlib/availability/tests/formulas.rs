//! The formulas against worked values, limits and absurd input.

use lightcone_availability::{FORMULAS, any_failure, correlated_pair, pair_availability};
use lightcone_units::prelude::*;
use proptest::prelude::*;

#[test]
fn worked_values_hold() {
    let mut lines = include_str!("worked_values.csv").lines();
    assert_eq!(
        lines.next(),
        Some("formula,result,failure,correlation,expected,abs_tol,tag,source")
    );
    let mut seen = 0;
    for line in lines {
        let columns: Vec<&str> = line.splitn(8, ',').collect();
        let [
            formula,
            result,
            failure,
            correlation,
            expected,
            tolerance,
            ..,
        ] = columns[..]
        else {
            panic!("eight columns expected: {line}");
        };
        assert!(FORMULAS.iter().any(|known| known.id == formula), "{line}");
        let failure: Probability = failure.parse().unwrap();
        let correlation: f64 = correlation.parse().unwrap();
        let computed = match result {
            "joint" => correlated_pair(failure, correlation).unwrap().in_ratio(),
            "availability" => pair_availability(failure, correlation).unwrap().in_ratio(),
            other => panic!("no result `{other}`"),
        };
        let (expected, tolerance): (f64, f64) =
            (expected.parse().unwrap(), tolerance.parse().unwrap());
        assert!(
            (computed - expected).abs() <= tolerance,
            "{line}: computed {computed}"
        );
        seen += 1;
    }
    assert_eq!(seen, 6);
}

#[test]
fn a_correlation_that_cannot_be_is_refused() {
    let q = Probability::new(0.2).unwrap();
    assert_eq!(
        correlated_pair(q, -0.5).unwrap_err().to_string(),
        "`correlation` is -0.5, but must be between -0.25 and 1: two parts that fail this often \
         cannot be less correlated, and none are more than fully correlated"
    );
    for bad in [1.1, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(correlated_pair(q, bad).is_err(), "{bad}");
        assert!(pair_availability(q, bad).is_err(), "{bad}");
    }
}

#[test]
fn parts_that_never_or_always_fail_have_an_answer() {
    let (never, always) = (Probability::new(0.0).unwrap(), Probability::ALWAYS);
    for correlation in [0.0, 0.5, 1.0] {
        assert_eq!(correlated_pair(never, correlation).unwrap(), never);
        assert_eq!(correlated_pair(always, correlation).unwrap(), always);
        assert!(correlated_pair(never, -0.1).is_err());
    }
    assert_eq!(any_failure(always, 3).unwrap(), always);
    assert_eq!(any_failure(always, 0).unwrap(), never);
    assert_eq!(any_failure(never, 3).unwrap(), never);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn the_joint_probability_lies_between_its_limits(q in 0.0f64..=1.0, rho in 0.0f64..=1.0) {
        let failure = Probability::new(q).unwrap();
        let joint = correlated_pair(failure, rho).unwrap().in_ratio();
        prop_assert!(joint >= q * q * (1.0 - 1e-12), "at least as if independent");
        prop_assert!(joint <= q, "at most as often as one alone");
        prop_assert_eq!(correlated_pair(failure, 1.0).unwrap(), failure);
        let independent = correlated_pair(failure, 0.0).unwrap();
        prop_assert!((independent.in_ratio() - (failure * failure).in_ratio()).abs() <= 1e-16);
    }

    #[test]
    fn more_correlation_means_less_availability(
        q in 0.001f64..0.999,
        rho in 0.0f64..0.9,
        more in 0.001f64..0.1,
    ) {
        let failure = Probability::new(q).unwrap();
        let pair = |rho| pair_availability(failure, rho).unwrap();
        prop_assert!(pair(rho + more) < pair(rho));
        prop_assert!(pair(1.0) >= Availability::from_unavailability(failure));
    }

    /// With the joint probability known, all four outcomes of the pair must be
    /// probabilities and add up to 1.
    #[test]
    fn the_four_outcomes_are_a_distribution(q in 0.0f64..=1.0, rho in -1.0f64..=1.0) {
        let failure = Probability::new(q).unwrap();
        if let Ok(joint) = correlated_pair(failure, rho) {
            let both = joint.in_ratio();
            let one = q - both;
            let none = 1.0 - 2.0 * q + both;
            prop_assert!(both >= 0.0 && one >= 0.0 && none >= -1e-12, "{both} {one} {none}");
        } else {
            // Refused only where an outcome would have a negative probability.
            let both = q * q + rho * q * (1.0 - q);
            prop_assert!(both < 1e-12 || 1.0 - 2.0 * q + both < 1e-12);
        }
    }

    #[test]
    fn no_input_leads_to_nan(q in proptest::num::f64::ANY, rho in proptest::num::f64::ANY) {
        if let Ok(failure) = Probability::new(q) {
            if let Ok(pair) = pair_availability(failure, rho) {
                prop_assert!((0.0..=1.0).contains(&pair.in_ratio()));
                prop_assert!(!pair.nines().is_nan());
            }
        } else {
            prop_assert!(!(0.0..=1.0).contains(&q));
        }
    }
}
