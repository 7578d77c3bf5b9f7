//! Arithmetic between quantities, literals, and the checks of arguments.

use lightcone_units::prelude::*;
use lightcone_units::{argument, result};
use proptest::prelude::*;

#[test]
fn literals_need_no_type_annotations() {
    assert_eq!(5_570.km(), 5_570.0.km());
    assert_eq!(5_570_i64.km(), 5_570_u32.km());
    assert_eq!(5_570_u64.km(), vec![(); 5_570].len().km());
    assert_eq!(-5.km(), Length::from_km(-5.0));
    assert_eq!((2 * 80.ms()).in_ms(), 160.0);
    assert_eq!((80.ms() * 2).in_ms(), 160.0);
    assert_eq!((80.ms() / 2).in_ms(), 40.0);
    assert_eq!((2.5 * 80.ms()).in_ms(), 200.0);
    let total: Time = [1, 2, 3].map(|n| n.ms()).iter().sum();
    assert_eq!(total, 6.ms());
}

#[test]
fn constants_can_be_made_at_compile_time() {
    const RTT: Time = Time::from_ms(80.0);
    const IN_SECONDS: f64 = RTT.in_seconds();
    assert_eq!(IN_SECONDS, 0.08);
}

#[test]
fn products_and_quotients_have_the_right_units() {
    assert_eq!(300.km() / 1.ms(), 300_000.km_per_s());
    assert_eq!(300.km() / 300_000.km_per_s(), 1.ms());
    assert_eq!(1.mb() / 8.mbit_per_s(), 1.seconds());
    assert_eq!(1.mb() / 1.seconds(), 8.mbit_per_s());
    assert_eq!(8.mbit_per_s() * 1.seconds(), 1.mb());
    assert_eq!(10.kb() * 100.per_second(), 1.mb_per_s());
    assert_eq!(1.mb_per_s() / 10.kb(), 100.per_second());
    assert_eq!(90.0 / 1.minutes(), 1.5.per_second());
    assert_eq!(10.usd() / 5.hours(), 2.usd_per_hour());
    assert_eq!(10.usd() / 2.usd_per_hour(), 5.hours());
    assert_eq!(10.usd() / 500.gb(), 0.02.usd_per_gb());
    assert_eq!(10.usd() / 0.02.usd_per_gb(), 500.gb());
    assert_eq!(10.usd_per_month() / 0.02.usd_per_gb_month(), 500.gb());
    assert_eq!(15.percent() * 200.usd(), 200.usd() * 15.percent());
    assert_eq!(50.percent() * 50.percent(), 25.percent());
    assert_eq!(1.hours() / 1.minutes(), 60.0);
    assert_eq!(120.usd() / 10.usd_per_month(), 12.months());
    assert_eq!(1_000.0 / 50.per_second(), 20.seconds());
    let per_gib = 1.usd_per_gib() * 1.gib();
    assert!((per_gib - 1.usd()).abs() < 1e-12.usd());
}

#[test]
fn counts_and_probabilities_take_part() {
    let count = |number: f64| number.count().unwrap();
    assert_eq!(count(90.0) / 1.minutes(), 1.5.per_second());
    assert_eq!(count(1_000.0) / 50.per_second(), 20.seconds());
    assert_eq!(count(3.0) * 2.usd() / count(3.0), 2.usd());
    assert_eq!(300.usd_per_month() / count(12.0), 25.usd_per_month());
    assert_eq!(count(3.0) / count(12.0), 0.25);
    let risk = 2.percent().probability().unwrap();
    assert_eq!(risk * 200.usd(), 4.usd());
    assert_eq!(1_000.per_second() * risk, 20.per_second());
}

#[test]
fn quantities_can_be_ordered() {
    let mut times = [3.ms(), 1.seconds(), 2.micros()];
    times.sort_by(Time::total_cmp);
    assert_eq!(times, [2.micros(), 3.ms(), 1.seconds()]);
    let slo = |percent| Availability::from_percent(percent).unwrap();
    assert!(slo(99.9) < slo(99.99));
    assert!(1.gb() > 1.gbit());
}

#[test]
fn availability_keeps_its_nines() {
    for nines in 1..=15 {
        let made = Availability::from_nines(f64::from(nines)).unwrap();
        assert!((made.nines() - f64::from(nines)).abs() < 1e-9, "{nines}");
    }
    for nines in 3..=12 {
        let made = Availability::from_nines(f64::from(nines)).unwrap();
        let text = format!("99.{} %", "9".repeat(nines as usize - 2));
        assert_eq!(made.to_string(), text);
    }
    let year = Availability::from_percent(99.9)
        .unwrap()
        .downtime_per_year();
    // Beyer et al. 2016, Site Reliability Engineering, appendix A.
    assert!((year.in_hours() - 8.76).abs() < 1e-9);
    assert!(Availability::from_nines(-1.0).is_err());
    assert!(Availability::from_nines(f64::NAN).is_err());
}

#[test]
fn checks_name_argument_value_range_and_meaning() {
    let refused = |check: Result<f64, DomainError>| check.unwrap_err().to_string();
    let x = |value: f64| argument("x", value);
    assert_eq!(
        refused(x(f64::NAN).finite("m")),
        "`x` is NaN, but must be a finite number: m"
    );
    assert_eq!(
        refused(x(f64::INFINITY).at_least(1.0, "m")),
        "`x` is inf, but must be a finite number, at least 1: m"
    );
    assert_eq!(
        refused(x(0.0).above(0.0, "m")),
        "`x` is 0, but must be above 0: m"
    );
    assert_eq!(
        refused(x(-1e300).between(0.0, 1.0, "m")),
        "`x` is -1e300, but must be between 0 and 1: m"
    );
    let error = result("distance", f64::INFINITY.km()).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("`distance` is inf m, but must be a finite number: ")
    );
}

proptest! {
    #[test]
    fn a_relation_can_be_undone(rate in 1e-3f64..1e12, time in 1e-9f64..1e9) {
        let (rate, time) = (rate.bit_per_s(), time.seconds());
        let size = rate * time;
        prop_assert!((size / rate / time - 1.0).abs() < 1e-12);
        prop_assert!((size / time / rate - 1.0).abs() < 1e-12);
        prop_assert_eq!(size, time * rate);
    }

    #[test]
    fn probabilities_are_within_their_range_or_refused(value: f64) {
        match Probability::new(value) {
            Ok(p) => {
                prop_assert!((0.0..=1.0).contains(&p.in_ratio()));
                prop_assert!((0.0..=1.0).contains(&p.complement().in_ratio()));
                prop_assert!((p * p).in_ratio() <= p.in_ratio());
            }
            Err(error) => {
                prop_assert!(!(0.0..=1.0).contains(&value));
                prop_assert_eq!(error.argument(), "probability");
            }
        }
        prop_assert_eq!(Availability::new(value).is_ok(), (0.0..=1.0).contains(&value));
    }

    #[test]
    fn availability_gives_back_its_number(value in 0.0f64..=1.0) {
        let availability = Availability::new(value).unwrap();
        prop_assert!((availability.in_ratio() - value).abs() <= 1e-15);
        let down = availability.unavailability().in_ratio();
        prop_assert!((availability.in_ratio() + down - 1.0).abs() <= 1e-15);
        prop_assert!(!availability.nines().is_nan());
    }
}
