//! Quantities for what knows numbers and the names of types only: calculators and
//! reference pages outside of Rust.
//!
//! One table, made of the same units as the types themselves, says how a value in
//! base units is written and read. [`javascript`] gives the table and the functions
//! that work on it, so that a page shows `54.6 ms` exactly where Rust does.

use std::fmt::Write as _;

use crate::quantity::{self, Shown, Style, Unit};
use crate::{
    Availability, Count, DataPrice, DataRate, DataSize, DomainError, HourlyPrice, Length, Limits,
    Money, MonthlyCost, Probability, Rate, Ratio, Scalar, Speed, StoragePrice, Time, Utilization,
    number,
};

/// The quantities that are a number and a unit.
pub(crate) const QUANTITIES: &[Shown] = &[
    DataPrice::SHOWN,
    DataRate::SHOWN,
    DataSize::SHOWN,
    HourlyPrice::SHOWN,
    Length::SHOWN,
    Money::SHOWN,
    MonthlyCost::SHOWN,
    Rate::SHOWN,
    Ratio::SHOWN,
    Speed::SHOWN,
    StoragePrice::SHOWN,
    Time::SHOWN,
];

/// The types with a check of their own, and how each is written and read.
const CHECKED: &[Checked] = &[
    Checked::of::<Availability>("Availability", "an availability", "percent"),
    Checked::of::<Count>("Count", "a count", "whole"),
    Checked::of::<Probability>("Probability", "a probability", "probability"),
    Checked::of::<Utilization>("Utilization", "a utilisation", "percent"),
    Checked::of::<bool>("bool", "yes or no", "choice"),
    Checked::of::<u32>("u32", "a count", "whole"),
    Checked::of::<u64>("u64", "a count", "whole"),
];

/// The unit of plain numbers.
const PLAIN: &[Unit] = &[Unit {
    literal: "",
    symbol: "",
    aliases: &[],
    up: 1.0,
    down: 1.0,
    shown: true,
}];

struct Checked {
    name: &'static str,
    expected: &'static str,
    style: &'static str,
    limits: Limits,
    check: fn(f64) -> Result<(), DomainError>,
    words: fn(f64) -> Option<String>,
}

impl Checked {
    const fn of<T: Scalar>(
        name: &'static str,
        expected: &'static str,
        style: &'static str,
    ) -> Self {
        Self {
            name,
            expected,
            style,
            limits: T::LIMITS,
            check: |value| T::from_base("value", value).map(|_| ()),
            words: |value| T::from_base("value", value).ok().map(T::in_words),
        }
    }
}

/// A value in base units as the type with that name shows it; numbers that the type
/// cannot hold, and plain numbers, are written in full.
///
/// ```
/// use lightcone_units::shown;
/// assert_eq!(shown::in_words("Time", 0.0546), "54.6 ms");
/// assert_eq!(shown::in_words("Availability", 0.9995), "99.95 %");
/// assert_eq!(shown::in_words("f64", 1.4682), "1.4682");
/// ```
#[must_use]
pub fn in_words(quantity: &str, value: f64) -> String {
    if let Some(known) = QUANTITIES.iter().find(|known| known.name == quantity) {
        return quantity::write(value, &known.style, known.units, None);
    }
    let checked = CHECKED.iter().find(|known| known.name == quantity);
    checked
        .and_then(|known| (known.words)(value))
        .unwrap_or_else(|| number::write_exact(value))
}

/// The same for an answer: plain numbers are rounded to three digits, too.
///
/// ```
/// use lightcone_units::shown;
/// assert_eq!(shown::in_short("Time", 0.0546), "54.6 ms");
/// assert_eq!(shown::in_short("f64", 1.468_21), "1.47");
/// ```
#[must_use]
pub fn in_short(quantity: &str, value: f64) -> String {
    let known = QUANTITIES.iter().any(|known| known.name == quantity)
        || CHECKED.iter().any(|known| known.name == quantity);
    if known {
        in_words(quantity, value)
    } else {
        number::format_number(value)
    }
}

/// The unit of a number that names a year of the calendar, as in `u32 in "CE"`: such a
/// number is written without thousands separators.
///
/// ```
/// use lightcone_units::shown;
/// assert_eq!(shown::with_unit("u32", shown::YEAR, 2_026.0), "2026");
/// ```
pub const YEAR: &str = "CE";

/// A value in base units as [`in_short`] writes it, unless its unit says that it is a
/// [`YEAR`] and no amount.
///
/// ```
/// use lightcone_units::shown;
/// assert_eq!(shown::with_unit("u32", "packet", 2_026.0), "2,026");
/// ```
#[must_use]
pub fn with_unit(quantity: &str, unit: &str, value: f64) -> String {
    if unit == YEAR && value.fract() == 0.0 {
        format!("{value}")
    } else {
        in_short(quantity, value)
    }
}

/// The unit to write beside a name, as on the axis of a plot: nothing for plain numbers and
/// years, and nothing where the name says already what is counted.
///
/// ```
/// use lightcone_units::shown;
/// assert_eq!(shown::beside("round-trip time", "ms"), "ms");
/// assert_eq!(shown::beside("pulls", "pull"), "");
/// assert_eq!(shown::beside("copies of the data", "copy"), "");
/// assert_eq!(shown::beside("people in the rotation", "person"), "");
/// assert_eq!(shown::beside("regret of the policy", "reward"), "reward");
/// ```
#[must_use]
pub fn beside<'u>(name: &str, unit: &'u str) -> &'u str {
    let mut known = QUANTITIES.iter().flat_map(|known| known.units);
    let counted = !unit.is_empty() && known.all(|known| known.symbol != unit);
    let plural = match unit.strip_suffix('y') {
        _ if unit == "person" => "people".to_owned(),
        Some(stem) => format!("{stem}ies"),
        None => format!("{unit}s"),
    };
    let mut words = name.split(|c: char| !c.is_alphabetic());
    let said = words.any(|word| [unit, &plural, &format!("{unit}s")].contains(&word));
    if unit == "1" || unit == YEAR || (counted && said) {
        ""
    } else {
        unit
    }
}

/// The method that gives a plain number this unit of the type with that name.
///
/// ```
/// use lightcone_units::shown;
/// assert_eq!(shown::literal("Time", "ms"), Some("ms"));
/// assert_eq!(shown::literal("HourlyPrice", "USD/h"), Some("usd_per_hour"));
/// assert_eq!(shown::literal("Time", "km"), None);
/// ```
#[must_use]
pub fn literal(quantity: &str, unit: &str) -> Option<&'static str> {
    let known = QUANTITIES.iter().find(|known| known.name == quantity)?;
    let symbol = match known.style {
        // A price names the currency, the table only what it buys.
        Style::Dollars(_) => unit.strip_prefix("USD")?,
        _ if unit == "1" => "",
        _ => unit,
    };
    let named = |unit: &&Unit| {
        unit.symbol == symbol
            || (matches!(known.style, Style::Dollars(_)) && unit.aliases.contains(&symbol))
    };
    known.units.iter().find(named).map(|unit| unit.literal)
}

/// How many base units one of a unit is, whatever quantity it belongs to: no two of
/// them share one. A word for what is counted is 1.
///
/// ```
/// use lightcone_units::shown;
/// assert_eq!(shown::base_units("h"), 3_600.0);
/// assert_eq!(shown::base_units("USD/month"), 1.0);
/// assert_eq!(shown::base_units("packet"), 1.0);
/// ```
#[must_use]
pub fn base_units(unit: &str) -> f64 {
    let units = QUANTITIES.iter().flat_map(|known| {
        let dollars = matches!(known.style, Style::Dollars(_));
        known.units.iter().map(move |unit| (dollars, unit))
    });
    let named = |(dollars, known): &(bool, &Unit)| match (dollars, unit.strip_prefix("USD")) {
        (true, Some(rest)) => known.symbol == rest || known.aliases.contains(&rest),
        (false, None) => !known.symbol.is_empty() && known.symbol == unit,
        _ => false,
    };
    let mut units = units.filter(named);
    units.next().map_or(1.0, |(_, unit)| unit.up / unit.down)
}

/// The limits that the type with that name checks itself.
pub(crate) fn limits(quantity: &str) -> Option<Limits> {
    let checked = CHECKED.iter().find(|known| known.name == quantity);
    checked.map(|known| known.limits)
}

/// The table of quantities and the functions on it: `inWords(quantity, value)` and
/// `inShort(quantity, value)`, `readQuantity(quantity, text, base)`, and the checks
/// that throw a `RangeError` with the sentence of a [`DomainError`]. Their names are
/// in camel case, so that no formula has one of them.
///
/// ```
/// assert!(lightcone_units::shown::javascript().contains("function inWords("));
/// ```
#[must_use]
pub fn javascript() -> String {
    let mut text = String::from("const QUANTITIES = {\n");
    for known in QUANTITIES {
        let (style, suffix) = match known.style {
            Style::Scaled(suffix) => ("scaled", suffix),
            Style::Dollars(suffix) => ("dollars", suffix),
            Style::Percent => ("percent", ""),
        };
        write_quantity(
            known.name,
            known.expected,
            style,
            suffix,
            known.units,
            &mut text,
        );
    }
    for known in CHECKED {
        let units = match known.style {
            "percent" | "probability" => Ratio::table(),
            _ => PLAIN,
        };
        write_quantity(
            known.name,
            known.expected,
            known.style,
            "",
            units,
            &mut text,
        );
    }
    write_quantity("f64", "a number", "number", "", PLAIN, &mut text);
    text.push_str("};\nconst TYPES = {\n");
    for known in CHECKED {
        let ends = (known.limits.low, known.limits.high);
        let (Some(low), Some(high)) = ends else {
            continue;
        };
        // The sentences are those that the type itself gives.
        let outside = (known.check)(low.value - 1.0).err();
        let nothing = (known.check)(f64::NAN).err();
        let (Some(outside), Some(nothing)) = (outside, nothing) else {
            continue;
        };
        let _ = writeln!(
            text,
            "  {}: {{ low: {:?}, high: {:?}, highIncluded: {}, whole: {}, allowed: {:?}, \
             allowedOfNaN: {:?}, meaning: {:?} }},",
            known.name,
            low.value,
            high.value,
            high.included,
            matches!(known.style, "whole" | "choice"),
            outside.allowed(),
            nothing.allowed(),
            outside.meaning(),
        );
    }
    text.push_str("};\n");
    text.push_str(include_str!("shown.js"));
    text
}

fn write_quantity(
    name: &str,
    expected: &str,
    style: &str,
    suffix: &str,
    units: &[Unit],
    text: &mut String,
) {
    let _ = writeln!(
        text,
        "  {name}: {{ expected: {expected:?}, style: {style:?}, suffix: {suffix:?}, units: ["
    );
    for unit in units {
        let _ = writeln!(
            text,
            "    {{ symbol: {:?}, aliases: {:?}, up: {:?}, down: {:?}, shown: {} }},",
            unit.symbol, unit.aliases, unit.up, unit.down, unit.shown
        );
    }
    text.push_str("  ] },\n");
}
