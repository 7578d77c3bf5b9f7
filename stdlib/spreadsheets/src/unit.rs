//! Numbers between the unit that people read and the base unit that formulas use.

use lightcone_units::{
    DataPrice, DataRate, DataSize, HourlyPrice, Length, Money, MonthlyCost, ParseQuantityError,
    Rate, Ratio, Scalar, Speed, StoragePrice, Time,
};

type Read = fn(&str) -> Result<f64, ParseQuantityError>;

/// What quantities read, and their base units. Lengths come before times: `m` is a
/// metre.
const QUANTITIES: [(Read, &str); 12] = [
    (Length::read, "m"),
    (Time::read, "s"),
    (Speed::read, "m/s"),
    (DataSize::read, "B"),
    (DataRate::read, "bit/s"),
    (Rate::read, "/s"),
    (Ratio::read, "1"),
    (Money::read, "USD"),
    (HourlyPrice::read, "USD/h"),
    (DataPrice::read, "USD/GB"),
    (StoragePrice::read, "USD/GB-month"),
    (MonthlyCost::read, "USD/month"),
];

/// The base unit behind a unit of which one is `base` base units; empty when it is not
/// known.
pub(crate) fn base_unit(unit: &'static str, base: f64) -> &'static str {
    if base == 1.0 {
        return unit;
    }
    let text = format!("1 {unit}");
    QUANTITIES
        .iter()
        .find(|(read, _)| read(&text) == Ok(base))
        .map_or("", |(_, name)| name)
}

/// How many base units one `unit` is, for a constant that is `value` base units and
/// whose value in words is `stated`; `None` when it cannot be told.
pub(crate) fn base_of(unit: &str, value: f64, stated: &str) -> Option<f64> {
    let number: Option<f64> = stated.replace([' ', ','], "").parse().ok();
    if unit == "1" || number == Some(value) {
        return Some(1.0);
    }
    let text = format!("1 {unit}");
    let fits = |base: &f64| match number {
        Some(number) => (number * base - value).abs() <= 1e-9 * value.abs(),
        None => true,
    };
    QUANTITIES
        .iter()
        .filter_map(|(read, _)| read(&text).ok())
        .find(fits)
}

/// The number of the unit that gives exactly `value` base units when it is multiplied
/// by `base`, with as few digits as can be. Where there is none, the nearest.
pub(crate) fn in_unit(value: f64, base: f64) -> f64 {
    let plain = value / base;
    if !plain.is_finite() {
        return plain;
    }
    let short: f64 = format!("{plain:.14e}").parse().unwrap_or(plain);
    let (up, down) = (plain.next_up(), plain.next_down());
    [short, plain, up, down, up.next_up(), down.next_down()]
        .into_iter()
        .find(|candidate| candidate * base == value)
        .unwrap_or(plain)
}

/// The unit as a cell shows it: nothing for plain numbers.
pub(crate) fn shown(unit: &'static str) -> &'static str {
    if unit == "1" { "" } else { unit }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_units_are_found() {
        for (unit, base, expected) in [
            ("ms", 1e-3, "s"),
            ("h", 3_600.0, "s"),
            ("km", 1_000.0, "m"),
            ("KiB", 1_024.0, "B"),
            ("Mbit/s", 1e6, "bit/s"),
            ("%", 0.01, "1"),
            ("packet", 1.0, "packet"),
            ("furlong", 201.168, ""),
        ] {
            assert_eq!(base_unit(unit, base), expected, "{unit}");
        }
    }

    #[test]
    fn the_base_of_a_constant_is_found() {
        assert_eq!(base_of("h", 2_628_000.0, "730"), Some(3_600.0));
        assert_eq!(base_of("m", 6_378_137.0, "6378137"), Some(1.0));
        assert_eq!(base_of("m/s", 299_792_458.0, "299 792 458"), Some(1.0));
        assert_eq!(
            base_of("km/s", 299_792_458.0, "about 300,000"),
            Some(1_000.0)
        );
        assert_eq!(base_of("furlong", 201.0, "1"), None);
    }

    #[test]
    fn the_way_back_is_exact() {
        for base in [1.0, 1e-3, 0.01, 1_024.0, 1e9, 3_600.0, 60.0] {
            for number in 1..2_000 {
                let value = f64::from(number) * 0.137 * base;
                assert_eq!(in_unit(value, base) * base, value, "{number} {base}");
            }
        }
        assert_eq!(in_unit(0.07 * 0.01, 0.01), 0.07);
        assert_eq!(in_unit(0.0, 0.01), 0.0);
    }
}
