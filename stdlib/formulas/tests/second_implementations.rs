//! The formulas against other people's code: distances against GeographicLib (Karney's
//! geodesics), probabilities against statrs, also where the numbers are extreme.
//!
//! GeographicLib knows both of our distances: on the ellipsoid, and, with a flattening
//! of zero, on the sphere.

use geographiclib_rs::{Geodesic, InverseGeodesic};
use lightcone_availability::{any_failure, correlated_pair, k_of_n};
use lightcone_capacity::queueing::erlang_b;
use lightcone_chaos::cascade::{Offspring, branching_total, extinction_probability};
use lightcone_chaos::retry::expected_attempts;
use lightcone_human::{alert_precision, pager_overload_probability};
use lightcone_latency::geo::{EARTH_MEAN_RADIUS, Point, haversine, vincenty_inverse};
use lightcone_statistics::rule_of_three;
use lightcone_units::prelude::*;
use proptest::prelude::*;
use statrs::distribution::{
    Beta, Binomial, ContinuousCDF, Discrete, DiscreteCDF, Geometric, Poisson,
};
use statrs::function::gamma::ln_gamma;

fn close(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs()) + 1e-300
}

fn p(value: f64) -> Probability {
    Probability::new(value).unwrap()
}

fn point(latitude: f64, longitude: f64) -> Point {
    Point::new(latitude, longitude).unwrap()
}

/// The distance by GeographicLib in metres.
fn geographiclib(on: &Geodesic, from: (f64, f64), to: (f64, f64)) -> f64 {
    on.inverse(from.0, from.1, to.0, to.1)
}

#[test]
fn distances_between_known_places_agree() {
    let sphere = Geodesic::new(EARTH_MEAN_RADIUS.in_meters(), 0.0);
    let ellipsoid = Geodesic::wgs84();
    let places = [
        (40.7128, -74.0060),
        (51.5074, -0.1278),
        (-33.8688, 151.2093),
        (35.6762, 139.6503),
        (-22.9068, -43.1729),
        (64.1466, -21.9426),
        (90.0, 0.0),
        (-90.0, 0.0),
        (0.0, 180.0),
        (0.0, -180.0),
    ];
    for from in places {
        for to in places {
            let (a, b) = (point(from.0, from.1), point(to.0, to.1));
            let ours = haversine(a, b, EARTH_MEAN_RADIUS).unwrap().in_meters();
            let theirs = geographiclib(&sphere, from, to);
            assert!(
                (ours - theirs).abs() < 0.1,
                "{from:?} {to:?}: {ours} {theirs}"
            );
            if let Ok(ours) = vincenty_inverse(a, b) {
                let theirs = geographiclib(&ellipsoid, from, to);
                let off = (ours.in_meters() - theirs).abs();
                assert!(off < 1e-3, "{from:?} {to:?}: {ours} {theirs}");
            }
        }
    }
}

proptest! {
    #[test]
    fn the_great_circle_agrees_with_the_geodesic_on_a_sphere(
        from in (-90.0f64..=90.0, -180.0f64..=180.0),
        to in (-90.0f64..=90.0, -180.0f64..=180.0),
    ) {
        let sphere = Geodesic::new(EARTH_MEAN_RADIUS.in_meters(), 0.0);
        let theirs = geographiclib(&sphere, from, to);
        let ours = haversine(point(from.0, from.1), point(to.0, to.1), EARTH_MEAN_RADIUS).unwrap();
        // The arc sine loses digits near the antipode: up to a tenth of a metre of 20,000 km.
        let allowed = if theirs > 19_900e3 { 0.2 } else { 1e-3 };
        prop_assert!((ours.in_meters() - theirs).abs() < allowed, "{ours} {theirs}");
    }

    #[test]
    fn vincenty_agrees_with_karney_to_a_tenth_of_a_millimetre(
        from in (-90.0f64..=90.0, -180.0f64..=180.0),
        to in (-90.0f64..=90.0, -180.0f64..=180.0),
    ) {
        let theirs = geographiclib(&Geodesic::wgs84(), from, to);
        match vincenty_inverse(point(from.0, from.1), point(to.0, to.1)) {
            Ok(ours) => {
                prop_assert!((ours.in_meters() - theirs).abs() < 1e-4, "{ours} {theirs}");
            }
            // It gives up only where the places are nearly opposite.
            Err(error) => prop_assert!(theirs > 19_900e3, "{theirs} m: {error}"),
        }
    }

    #[test]
    fn near_places_agree_too(
        from in (-89.0f64..=89.0, -179.0f64..=179.0),
        shift in (-0.01f64..=0.01, -0.01f64..=0.01),
    ) {
        let to = (from.0 + shift.0, from.1 + shift.1);
        let (a, b) = (point(from.0, from.1), point(to.0, to.1));
        let theirs = geographiclib(&Geodesic::wgs84(), from, to);
        let ours = vincenty_inverse(a, b).unwrap().in_meters();
        prop_assert!((ours - theirs).abs() < 1e-4, "{ours} {theirs}");
        let sphere = Geodesic::new(EARTH_MEAN_RADIUS.in_meters(), 0.0);
        let theirs = geographiclib(&sphere, from, to);
        let ours = haversine(a, b, EARTH_MEAN_RADIUS).unwrap().in_meters();
        prop_assert!((ours - theirs).abs() < 1e-5, "{ours} {theirs}");
    }

    #[test]
    fn the_bound_without_failures_is_a_quantile_of_the_beta_distribution(
        trials in 1u64..100_000,
    ) {
        // Clopper and Pearson: no failure in n leaves the quantile of Beta(1, n).
        let theirs = Beta::new(1.0, trials as f64).unwrap().inverse_cdf(0.95);
        let ours = rule_of_three(trials).unwrap().in_ratio();
        prop_assert!((ours - theirs).abs() <= 1e-6 * theirs + 1e-9, "{ours} {theirs}");
    }

    #[test]
    fn any_failure_is_what_the_binomial_distribution_leaves_of_none(
        failure in 1e-9f64..0.5,
        units in 1u64..100_000,
    ) {
        let none = Binomial::new(failure, units).unwrap().ln_pmf(0);
        let ours = any_failure(p(failure), units).unwrap().in_ratio();
        prop_assert!(close(ours, -none.exp_m1(), 1e-9), "{ours} {}", -none.exp_m1());
    }

    #[test]
    fn attempts_are_the_mean_of_a_cut_geometric_distribution(
        failure in 0.0f64..0.99,
        retries in 0u32..40,
    ) {
        let tries = Geometric::new(1.0 - failure).unwrap();
        let last = u64::from(retries) + 1;
        // Who has not succeeded before the last attempt makes all of them.
        let mean: f64 = (1..last).map(|n| n as f64 * tries.pmf(n)).sum::<f64>()
            + last as f64 * (1.0 - tries.cdf(last - 1));
        let ours = expected_attempts(p(failure), retries).unwrap();
        prop_assert!(close(ours, mean, 1e-9), "{ours} {mean}");
    }

    #[test]
    fn blocking_is_the_end_of_a_cut_poisson_distribution(
        load in 0.1f64..400.0,
        servers in 1u32..500,
    ) {
        let calls = Poisson::new(load).unwrap();
        let theirs = calls.ln_pmf(u64::from(servers)) - calls.cdf(u64::from(servers)).ln();
        let ours = erlang_b(load, servers).unwrap().in_ratio();
        prop_assert!(close(ours, theirs.exp(), 1e-7), "{ours} {}", theirs.exp());
    }

    #[test]
    fn a_pair_is_a_table_of_two_by_two(failure in 0.0f64..=1.0, correlation in 0.0f64..=1.0) {
        // Four cells that add up to 1, with the correlation that was asked for.
        let both = correlated_pair(p(failure), correlation).unwrap().in_ratio();
        let one = failure - both;
        let none = 1.0 - both - 2.0 * one;
        prop_assert!(one >= -1e-12 && none >= -1e-12);
        let variance = failure * (1.0 - failure);
        if variance > 1e-6 {
            let back = (both - failure * failure) / variance;
            prop_assert!((back - correlation).abs() < 1e-9, "{back}");
        }
    }

    #[test]
    fn precision_is_a_share_of_a_counted_crowd(
        prevalence in 0.01f64..0.99,
        right in 0.01f64..=1.0,
        wrong in 0.0f64..=1.0,
    ) {
        let crowd = 1e9;
        let (true_alarms, false_alarms) =
            (crowd * prevalence * right, crowd * (1.0 - prevalence) * wrong);
        let ours = alert_precision(p(prevalence), p(right), p(wrong)).unwrap().in_ratio();
        prop_assert!(close(ours, true_alarms / (true_alarms + false_alarms), 1e-12));
    }

    #[test]
    fn a_cascade_sums_its_generations(offspring in 0.0f64..0.9) {
        // Each generation is the one before times the offspring.
        let sum: f64 = (0..2_000).map(|generation| offspring.powi(generation)).sum();
        prop_assert!(close(branching_total(offspring).unwrap(), sum, 1e-12));
    }

    #[test]
    fn an_extinct_cascade_has_its_generating_function_as_a_fixed_point(mean in 1.01f64..20.0) {
        // The generating functions, summed over statrs' distributions.
        let s = extinction_probability(Offspring::Poisson, mean).unwrap().in_ratio();
        let children = Poisson::new(mean).unwrap();
        let g: f64 = (0..400).map(|n| children.pmf(n) * s.powi(n as i32)).sum();
        prop_assert!((g - s).abs() < 1e-9, "{s} {g}");
        let s = extinction_probability(Offspring::Geometric, mean).unwrap().in_ratio();
        // Geometric on 0, 1, 2, ...: statrs counts from 1.
        let children = Geometric::new(1.0 / (1.0 + mean)).unwrap();
        let g: f64 = (0..3_000).map(|n| children.pmf(n + 1) * s.powi(n as i32)).sum();
        prop_assert!((g - s).abs() < 1e-9, "{s} {g}");
    }
}

#[test]
fn ten_thousand_servers_block_as_the_poisson_distribution_says() {
    for (load, servers) in [
        (5_000.0, 10_000),
        (9_500.0, 10_000),
        (9_900.0, 10_000),
        (10_000.0, 10_000),
        (10_500.0, 10_000),
        (99_000.0, 100_000),
    ] {
        let calls = Poisson::new(load).unwrap();
        let n = u64::from(servers);
        let theirs = calls.ln_pmf(n) - calls.cdf(n).ln();
        let ours = erlang_b(load, servers).unwrap().in_ratio();
        if theirs < -745.0 {
            // Below the smallest double.
            assert_eq!(ours, 0.0, "{load} {servers}");
            continue;
        }
        // ln_gamma of such numbers leaves ten digits or so.
        assert!(
            (ours.ln() - theirs).abs() < 1e-7 * theirs.abs().max(1.0),
            "{load} {servers}: {ours:e} {:e}",
            theirs.exp()
        );
    }
    // As many erlang as servers: the blocking falls with the root of their number.
    for servers in [1_000_u32, 10_000, 100_000] {
        let ours = erlang_b(f64::from(servers), servers).unwrap().in_ratio();
        let root = (2.0 / (std::f64::consts::PI * f64::from(servers))).sqrt();
        assert!(
            (ours / root - 1.0).abs() < 1.0 / f64::from(servers).sqrt(),
            "{ours} {root}"
        );
    }
}

#[test]
fn thousands_of_nodes_agree_with_the_binomial_distribution() {
    for (node, nodes) in [(0.9, 2_000), (0.99, 10_000), (0.999, 10_000), (0.5, 10_000)] {
        let binomial = Binomial::new(node, nodes).unwrap();
        let mean = node * nodes as f64;
        let spread = (mean * (1.0 - node)).sqrt();
        let availability = Availability::new(node).unwrap();
        for deviations in [-8.0, -3.0, -1.0, 0.0, 1.0, 3.0] {
            let needed = (mean + deviations * spread).clamp(1.0, nodes as f64) as u64;
            let down = k_of_n(needed as u32, nodes as u32, availability)
                .unwrap()
                .unavailability()
                .in_ratio();
            let theirs = binomial.cdf(needed - 1);
            assert!(
                close(down, theirs, 1e-7),
                "{needed} of {nodes} at {node}: {down:e} {theirs:e}"
            );
        }
    }
}

#[test]
fn terms_far_below_the_smallest_double_are_counted_as_nothing_and_never_as_nan() {
    // The largest term of 5,000 of 10,000 nodes at 99.9 %: about 10^-12000.
    let ln_choose = |n: f64, k: f64| ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
    let term = ln_choose(10_000.0, 5_000.0) + 4_999.0 * 0.999_f64.ln() + 5_001.0 * 0.001_f64.ln();
    assert!(term < -20_000.0);
    let node = Availability::new(0.999).unwrap();
    let down = k_of_n(5_000, 10_000, node)
        .unwrap()
        .unavailability()
        .in_ratio();
    assert_eq!(down, 0.0);
    let all = k_of_n(10_000, 10_000, node).unwrap().in_ratio();
    assert!(close(all, (10_000.0 * 0.999_f64.ln()).exp(), 1e-9), "{all}");
    // And a pager that is never quiet.
    let busy = pager_overload_probability(10_000.0, 10).unwrap().in_ratio();
    assert!((busy - 1.0).abs() < 1e-12);
    let quiet = pager_overload_probability(10.0, 100_000)
        .unwrap()
        .in_ratio();
    assert_eq!(quiet, 0.0);
}
