//! What must hold for all inputs: symmetry, limits, monotony, conservation, and
//! the refusal of what no formula has an answer for.

use lightcone_latency::geo::{EARTH_MEAN_RADIUS, Point, haversine, vincenty_inverse};
use lightcone_latency::{
    FIBER_GROUP_INDEX, Handshake, MATHIS_CONSTANT, SPEED_OF_LIGHT, bandwidth_delay_product,
    fiber_one_way, fiber_rtt, handshake_time, slow_start_rounds, tcp_throughput_mathis,
    tcp_throughput_pftk, tcp_window_limit, transmission_delay,
};
use lightcone_units::prelude::*;
use proptest::prelude::*;

fn point() -> impl Strategy<Value = Point> {
    (-90.0f64..=90.0, -180.0f64..=180.0)
        .prop_map(|(latitude, longitude)| Point::new(latitude, longitude).unwrap())
}

fn antipode(point: Point) -> Point {
    let longitude = point.longitude();
    let opposite = if longitude > 0.0 {
        longitude - 180.0
    } else {
        longitude + 180.0
    };
    Point::new(-point.latitude(), opposite).unwrap()
}

/// Ordinary numbers, and those that break careless code.
fn absurd() -> impl Strategy<Value = f64> {
    prop_oneof![
        proptest::num::f64::ANY,
        proptest::sample::select(vec![
            0.0,
            -0.0,
            1.0,
            -1.0,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::MAX,
            f64::MIN,
            f64::MIN_POSITIVE,
            5e-324,
            1e300,
            1e-300,
        ]),
        0.0f64..10.0,
    ]
}

fn close(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs())
}

#[test]
fn opposite_places_are_half_a_circumference_apart() {
    let half = EARTH_MEAN_RADIUS * std::f64::consts::PI;
    for (from, to) in [((0.0, 0.0), (0.0, 180.0)), ((90.0, 0.0), (-90.0, 0.0))] {
        let (from, to) = (
            Point::new(from.0, from.1).unwrap(),
            Point::new(to.0, to.1).unwrap(),
        );
        let distance = haversine(from, to, EARTH_MEAN_RADIUS).unwrap();
        assert!((distance - half).abs() < 1.meters(), "{distance}");
    }
}

#[test]
fn vincenty_says_so_when_it_does_not_converge() {
    let at = |latitude, longitude| Point::new(latitude, longitude).unwrap();
    // (0.5, 179.7) is the classic failure; (0.5, 179.5) still converges.
    for (from, to) in [
        (at(0.0, 0.0), at(0.5, 179.7)),
        (at(0.0, 0.0), at(0.0, 180.0)),
        (at(0.0, 0.0), at(0.0, -180.0)),
        (at(40.0, 30.0), at(-40.0, -150.0)),
        (at(0.0, 0.0), at(0.0, 179.9)),
    ] {
        let error = vincenty_inverse(from, to).expect_err(&format!("{from} to {to}"));
        let text = error.to_string();
        assert!(
            text.contains(&from.to_string()) && text.contains("use `haversine`"),
            "{text}"
        );
    }
    let near = vincenty_inverse(at(0.0, 0.0), at(0.5, 179.5)).unwrap();
    // GeographicLib 2 (Karney 2013).
    assert!(
        (near.in_meters() - 19_936_288.578_965).abs() < 0.001,
        "{near:.6}"
    );
}

#[test]
fn the_date_line_is_no_barrier() {
    let (west, east) = (
        Point::new(10.0, 179.9).unwrap(),
        Point::new(10.0, -179.9).unwrap(),
    );
    for distance in [
        haversine(west, east, EARTH_MEAN_RADIUS).unwrap(),
        vincenty_inverse(west, east).unwrap(),
    ] {
        assert!(distance < 22.km() && distance > 21.km(), "{distance}");
    }
    assert_eq!(vincenty_inverse(west, west).unwrap(), Length::ZERO);
    let same_meridian = (
        Point::new(0.0, 180.0).unwrap(),
        Point::new(0.0, -180.0).unwrap(),
    );
    assert!(vincenty_inverse(same_meridian.0, same_meridian.1).unwrap() < 1.mm());
}

#[test]
fn messages_name_the_argument_and_the_reason() {
    let message = |error: DomainError| error.to_string();
    assert_eq!(
        message(fiber_rtt(-1.km(), FIBER_GROUP_INDEX, 1.0).unwrap_err()),
        "`distance` is -1 km, but must be at least 0 m: a distance cannot be negative"
    );
    assert_eq!(
        message(fiber_one_way(1.km(), 0.9).unwrap_err()),
        "`index` is 0.9, but must be at least 1: a signal cannot be faster than light in vacuum"
    );
    assert_eq!(
        message(transmission_delay(1.kb(), 0.bit_per_s()).unwrap_err()),
        "`bandwidth` is 0 bit/s, but must be above 0 bit/s: \
         a line without bandwidth never sends anything"
    );
    assert_eq!(
        message(
            tcp_throughput_mathis(1_460.bytes(), 80.ms(), Probability::NEVER, 1.0).unwrap_err()
        ),
        "`loss` is 0 %, but must be above 0 %: without loss this model has no limit, \
         the window or the line sets the rate"
    );
    assert_eq!(
        message(slow_start_rounds(100, 0).unwrap_err()),
        "`initial_window` is 0, but must be at least 1: \
         a connection that may send nothing never starts"
    );
    let overflow = fiber_rtt(f64::MAX.meters(), f64::MAX, 1.0).unwrap_err();
    assert_eq!(overflow.argument(), "round-trip time");
}

#[test]
fn slow_start_counts_rounds_at_the_extremes() {
    assert_eq!(slow_start_rounds(0, 10), Ok(0));
    assert_eq!(slow_start_rounds(1, u64::MAX), Ok(1));
    assert_eq!(slow_start_rounds(u64::MAX, 1), Ok(64));
    assert_eq!(slow_start_rounds(u64::MAX, u64::MAX), Ok(1));
}

proptest! {
    #[test]
    fn distance_is_symmetric_and_bounded(a in point(), b in point()) {
        let there = haversine(a, b, EARTH_MEAN_RADIUS).unwrap();
        let back = haversine(b, a, EARTH_MEAN_RADIUS).unwrap();
        let half = EARTH_MEAN_RADIUS * std::f64::consts::PI;
        prop_assert!((there - back).abs() < 1.meters());
        prop_assert!(there >= Length::ZERO && there <= half * 1.000_001);
        prop_assert!(haversine(a, a, EARTH_MEAN_RADIUS).unwrap() < 1.mm());
    }

    #[test]
    fn a_detour_is_never_shorter(a in point(), b in point(), c in point()) {
        let d = |x, y| haversine(x, y, EARTH_MEAN_RADIUS).unwrap();
        prop_assert!(d(a, c) <= d(a, b) + d(b, c) + 1.meters());
    }

    #[test]
    fn a_place_and_its_antipode_make_half_a_circle(a in point(), b in point()) {
        let d = |x, y| haversine(x, y, EARTH_MEAN_RADIUS).unwrap();
        let half = EARTH_MEAN_RADIUS * std::f64::consts::PI;
        prop_assert!((d(a, b) + d(b, antipode(a)) - half).abs() < 1.meters());
    }

    #[test]
    fn sphere_and_ellipsoid_agree_within_a_percent(a in point(), b in point()) {
        let sphere = haversine(a, b, EARTH_MEAN_RADIUS).unwrap();
        match vincenty_inverse(a, b) {
            Ok(ellipsoid) => {
                let back = vincenty_inverse(b, a).unwrap();
                prop_assert!((ellipsoid - back).abs() < 1.mm());
                prop_assert!((sphere - ellipsoid).abs() <= ellipsoid * 0.006 + 1.mm());
            }
            // Only places that are nearly opposite may fail.
            Err(_) => prop_assert!(sphere > 19_900.km(), "{sphere}"),
        }
    }

    #[test]
    fn fiber_is_linear_in_distance_and_monotone_in_the_index(
        km in 0.0f64..50_000.0,
        factor in 0.0f64..100.0,
        index in 1.0f64..3.0,
        more in 0.001f64..1.0,
        stretch in 1.0f64..3.0,
    ) {
        let rtt = |km: f64, index, stretch| fiber_rtt(km.km(), index, stretch).unwrap().in_seconds();
        let one = rtt(km, index, stretch);
        prop_assert!(close(rtt(km * factor, index, stretch), one * factor, 1e-12));
        prop_assert!(rtt(km, index + more, stretch) >= one);
        prop_assert!(rtt(km, index, stretch + more) >= one);
        let one_way = fiber_one_way(km.km(), index).unwrap().in_seconds();
        prop_assert!(close(rtt(km, index, 1.0), 2.0 * one_way, 1e-12));
        prop_assert!(one_way * SPEED_OF_LIGHT.in_km_per_s() >= km * (1.0 - 1e-12));
    }

    #[test]
    fn a_window_of_one_bandwidth_delay_product_fills_the_line(
        rate in 1.0f64..1e12,
        rtt in 1e-6f64..10.0,
    ) {
        let (rate, rtt) = (rate.bit_per_s(), rtt.seconds());
        let window = bandwidth_delay_product(rate, rtt).unwrap();
        let reached = tcp_window_limit(window, rtt).unwrap();
        prop_assert!(close(reached / rate, 1.0, 1e-12));
        let sending = transmission_delay(window, rate).unwrap();
        prop_assert!(close(sending / rtt, 1.0, 1e-12));
    }

    #[test]
    fn more_loss_and_longer_trips_slow_tcp_down(
        rtt in 1e-3f64..1.0,
        loss in 1e-6f64..0.5,
        factor in 1.01f64..2.0,
    ) {
        let mathis = |rtt: f64, loss| {
            let loss = Probability::new(loss).unwrap();
            tcp_throughput_mathis(1_460.bytes(), rtt.seconds(), loss, MATHIS_CONSTANT).unwrap()
        };
        let pftk = |rtt: f64, loss| {
            let loss = Probability::new(loss).unwrap();
            tcp_throughput_pftk(1e9, rtt.seconds(), loss, 1.seconds(), 2.0).unwrap()
        };
        prop_assert!(mathis(rtt * factor, loss) < mathis(rtt, loss));
        prop_assert!(mathis(rtt, loss * factor) < mathis(rtt, loss));
        prop_assert!(pftk(rtt * factor, loss) < pftk(rtt, loss));
        prop_assert!(pftk(rtt, loss * factor) < pftk(rtt, loss));
        // Four times the loss is half the rate.
        prop_assert!(close(mathis(rtt, loss) / mathis(rtt, loss / 4.0), 0.5, 1e-12));
    }

    #[test]
    fn with_little_loss_timeouts_no_longer_matter(rtt in 0.01f64..1.0, b in 1.0f64..2.0) {
        let loss = Probability::new(1e-10).unwrap();
        let packets =
            tcp_throughput_pftk(1e12, rtt.seconds(), loss, 1.seconds(), b).unwrap();
        let constant = (1.5 / b).sqrt();
        let mathis =
            tcp_throughput_mathis(1_460.bytes(), rtt.seconds(), loss, constant).unwrap();
        prop_assert!(close((1_460.bytes() * packets) / mathis, 1.0, 0.001));
    }

    #[test]
    fn the_window_caps_pftk(window in 1.0f64..1e4, rtt in 1e-3f64..1.0, loss in 0.0f64..=1.0) {
        let loss = Probability::new(loss).unwrap();
        let rate = tcp_throughput_pftk(window, rtt.seconds(), loss, 1.seconds(), 2.0).unwrap();
        prop_assert!(rate <= window / rtt.seconds() * (1.0 + 1e-12));
        prop_assert!(rate > Rate::ZERO);
    }

    #[test]
    fn slow_start_sends_the_flow_in_exactly_the_rounds_it_says(
        segments in 1u64..1_000_000_000_000,
        window in 1u64..10_000,
    ) {
        let rounds = slow_start_rounds(segments, window).unwrap();
        let sent = |rounds: u32| u128::from(window) * ((1u128 << rounds) - 1);
        prop_assert!(sent(rounds) >= u128::from(segments));
        prop_assert!(sent(rounds - 1) < u128::from(segments));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Whatever goes in, what comes out is finite and not negative, or an error.
    #[test]
    fn no_input_leads_to_nan(a in absurd(), b in absurd(), c in absurd(), d in absurd(), e in absurd()) {
        fn sound<Q: Quantity>(result: Result<Q, DomainError>) -> bool {
            result.map_or(true, |q| q.base_value().is_finite() && q.base_value() >= 0.0)
        }
        prop_assert!(sound(fiber_one_way(a.km(), b)));
        prop_assert!(sound(fiber_rtt(a.km(), b, c)));
        prop_assert!(sound(transmission_delay(a.bytes(), b.bit_per_s())));
        prop_assert!(sound(bandwidth_delay_product(a.bit_per_s(), b.seconds())));
        prop_assert!(sound(tcp_window_limit(a.bytes(), b.seconds())));
        for handshake in Handshake::ALL {
            prop_assert!(sound(handshake_time(a.seconds(), handshake)));
        }
        if let Ok(loss) = Probability::new(c) {
            prop_assert!(sound(tcp_throughput_mathis(a.bytes(), b.seconds(), loss, d)));
            prop_assert!(sound(tcp_throughput_pftk(a, b.seconds(), loss, d.seconds(), e)));
        }
        if let (Ok(from), Ok(to)) = (Point::new(a, b), Point::new(c, d)) {
            prop_assert!(sound(haversine(from, to, e.km())));
        }
        // Outside the documented domain there is always an error.
        let outside = |x: f64, low: f64| !x.is_finite() || x < low;
        prop_assert!(!outside(a, 0.0) || fiber_one_way(a.km(), 1.5).is_err());
        prop_assert!(!outside(a, 1.0) || fiber_one_way(1.km(), a).is_err());
        prop_assert!(!outside(a, 1.0) || fiber_rtt(1.km(), 1.5, a).is_err());
        prop_assert!(!outside(a, 0.0) || bandwidth_delay_product(a.bit_per_s(), 1.ms()).is_err());
        prop_assert!(!outside(a, 5e-324) || tcp_window_limit(1.kb(), a.seconds()).is_err());
        prop_assert!(!outside(a, 5e-324) || haversine_with_radius(a).is_err());
    }
}

fn haversine_with_radius(km: f64) -> Result<Length, DomainError> {
    let (a, b) = (Point::new(0.0, 0.0)?, Point::new(1.0, 1.0)?);
    haversine(a, b, km.km())
}
