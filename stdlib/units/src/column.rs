//! Units in the names of columns.
//!
//! Tables hold plain numbers, so the name of a column says what they are: `rtt_ms`,
//! `great_circle_km`, `estimated_cost_usd`. This module knows these endings. They
//! are made of the same tables of units as the literals, so `rtt_ms` is what
//! `80.ms()` is, and a new unit is known here at once.
//!
//! The ending is the name of the literal (`ms`, `usd_per_hour`), or the symbol or
//! another name of the unit with `_per_` for a slash (`s`, `GB`, `Mbit_per_s`).
//! The longest ending counts: `price_usd_per_hour` is a price, not a rate.

use crate::quantity::{Shown, Style, Unit};
use crate::shown::QUANTITIES;
use crate::{
    Availability, Count, DataPrice, DataRate, DataSize, HourlyPrice, Length, Money, MonthlyCost,
    Probability, Rate, Ratio, Scalar, Speed, StoragePrice, Time, Utilization,
};

/// A type whose values can stand in a column of numbers, with the unit at the end of
/// the column's name.
///
/// ```
/// use lightcone_units::{InColumn, Time};
/// let unit = Time::column_unit("rtt_p50_ms")?;
/// assert_eq!(unit.to_base(80.0), 0.08);
/// assert_eq!(
///     Time::column_unit("distance_km").unwrap_err().to_string(),
///     "the column `distance_km` is to hold a time, but `km` at its end is a unit of a length; \
///      end its name with _nanos, _micros, _ms, _seconds, _minutes, _hours, _days, _weeks, \
///      _months or _years",
/// );
/// # Ok::<(), lightcone_units::ColumnNameError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a column cannot hold `{Self}`",
    label = "not a quantity of numbers",
    note = "columns hold quantities of `lightcone_units`, f64, u32, u64, bool and Count"
)]
pub trait InColumn: Scalar {
    /// The name of the Rust type, as [`Input::quantity`](crate::Input::quantity) has it.
    const TYPE: &'static str;

    /// The unit in which the column with that name holds values of this type.
    ///
    /// # Errors
    /// [`ColumnNameError`] when the name has no unit or that of another quantity.
    fn column_unit(column: &str) -> Result<ColumnUnit, ColumnNameError> {
        column_unit(Self::TYPE, column)
    }
}

/// The unit of a column of numbers.
///
/// ```
/// use lightcone_units::{InColumn, Money};
/// let unit = Money::column_unit("estimated_cost_usd")?;
/// assert_eq!((unit.name(), unit.symbol()), ("usd", ""));
/// # Ok::<(), lightcone_units::ColumnNameError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ColumnUnit {
    name: &'static str,
    symbol: &'static str,
    up: f64,
    down: f64,
}

impl ColumnUnit {
    /// Plain numbers, which need no unit.
    pub const PLAIN: Self = Self {
        name: "",
        symbol: "",
        up: 1.0,
        down: 1.0,
    };

    const fn of(unit: &Unit) -> Self {
        Self {
            name: unit.literal,
            symbol: unit.symbol,
            up: unit.up,
            down: unit.down,
        }
    }

    /// The name of the literal, which is also the ending to write: `ms`. Empty for
    /// plain numbers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// The unit as text shows it: `ms`. Empty when it shows none.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        self.symbol
    }

    /// A number of this unit, in the base unit of its quantity.
    #[must_use]
    pub const fn to_base(self, value: f64) -> f64 {
        value * self.up / self.down
    }

    /// A number of the base unit, in this unit.
    ///
    /// ```
    /// use lightcone_units::{InColumn, Time};
    /// assert_eq!(Time::column_unit("rtt_ms")?.from_base(0.08), 80.0);
    /// # Ok::<(), lightcone_units::ColumnNameError>(())
    /// ```
    #[must_use]
    pub const fn from_base(self, value: f64) -> f64 {
        value * self.down / self.up
    }

    /// The name with this unit at its end.
    ///
    /// ```
    /// use lightcone_units::{InColumn, Time};
    /// assert_eq!(Time::column_unit("any_ms")?.name_of("rtt"), "rtt_ms");
    /// # Ok::<(), lightcone_units::ColumnNameError>(())
    /// ```
    #[must_use]
    pub fn name_of(self, stem: &str) -> String {
        if self.name.is_empty() {
            stem.to_owned()
        } else {
            format!("{stem}_{}", self.name)
        }
    }
}

/// Why the name of a column does not say the unit that its values need.
///
/// ```
/// use lightcone_units::{InColumn, Probability};
/// assert_eq!(
///     Probability::column_unit("loss").unwrap_err().to_string(),
///     "the column `loss` is to hold a probability, but its name says no unit; \
///      end its name with _percent or _ratio",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ColumnNameError {
    /// The name ends with no unit that is known.
    #[error(
        "the column `{column}` is to hold {expected}, but its name says no unit; \
         end its name with {units}"
    )]
    NoUnit {
        /// The name of the column.
        column: String,
        /// What it is to hold, with its article: `a time`.
        expected: &'static str,
        /// The endings that fit.
        units: String,
    },
    /// The name ends with a unit of another quantity.
    #[error(
        "the column `{column}` is to hold {expected}, but `{unit}` at its end is a unit of {other}; \
         end its name with {units}"
    )]
    OtherQuantity {
        /// The name of the column.
        column: String,
        /// What it is to hold, with its article.
        expected: &'static str,
        /// The unit at its end.
        unit: String,
        /// What the unit is one of, with its article.
        other: &'static str,
        /// The endings that fit.
        units: String,
    },
    /// The name ends with a unit, but plain numbers are asked for.
    #[error(
        "the column `{column}` is to hold plain numbers, but `{unit}` at its end is a unit of {other}; \
         choose another column, or rename it if it has no unit"
    )]
    PlainNumber {
        /// The name of the column.
        column: String,
        /// The unit at its end.
        unit: String,
        /// What the unit is one of, with its article.
        other: &'static str,
    },
}

/// The unit in which a column holds values of the type with that name. A type that is
/// no quantity, such as `f64`, is taken for plain numbers.
///
/// # Errors
/// [`ColumnNameError`] when the name has no unit or that of another quantity, and
/// for plain numbers when it has one.
///
/// ```
/// use lightcone_units::column_unit;
/// assert_eq!(column_unit("Length", "great_circle_km")?.to_base(1.5), 1_500.0);
/// assert_eq!(column_unit("f64", "replicas")?.name(), "");
/// assert!(column_unit("f64", "rtt_ms").is_err());
/// # Ok::<(), lightcone_units::ColumnNameError>(())
/// ```
pub fn column_unit(quantity: &str, column: &str) -> Result<ColumnUnit, ColumnNameError> {
    let (holds, expected) = match quantity {
        "Probability" => ("Ratio", "a probability"),
        "Availability" => ("Ratio", "an availability"),
        "Utilization" => ("Ratio", "a utilisation"),
        other => (other, ""),
    };
    let wanted = QUANTITIES.iter().find(|known| known.name == holds);
    match (wanted, ending(column)) {
        (Some(wanted), Some(found)) if found.of.name == wanted.name => {
            Ok(ColumnUnit::of(found.unit))
        }
        (Some(wanted), found) => {
            let expected = if expected.is_empty() {
                wanted.expected
            } else {
                expected
            };
            let (column, units) = (column.to_owned(), endings(wanted));
            Err(match found {
                None => ColumnNameError::NoUnit {
                    column,
                    expected,
                    units,
                },
                Some(found) => ColumnNameError::OtherQuantity {
                    column,
                    expected,
                    unit: found.text,
                    other: found.of.expected,
                    units,
                },
            })
        }
        // A column `m` or `d` may well be a plain number that has a short name.
        (None, Some(found)) if found.text.len() < column.len() => {
            Err(ColumnNameError::PlainNumber {
                column: column.to_owned(),
                unit: found.text,
                other: found.of.expected,
            })
        }
        (None, _) => Ok(ColumnUnit::PLAIN),
    }
}

/// The unit with that name or symbol, whichever quantity it belongs to.
///
/// ```
/// use lightcone_units::named_unit;
/// assert_eq!(named_unit("Mbit/s").map(|unit| unit.name()), Some("mbit_per_s"));
/// assert_eq!(named_unit("furlong"), None);
/// ```
#[must_use]
pub fn named_unit(text: &str) -> Option<ColumnUnit> {
    let all = || QUANTITIES.iter().flat_map(|of| of.units);
    all()
        .find(|unit| unit.literal == text)
        .or_else(|| all().find(|unit| unit.symbol == text && !text.is_empty()))
        .map(ColumnUnit::of)
}

/// The endings that a column of a quantity can have.
fn endings(of: &Shown) -> String {
    let names: Vec<String> = of
        .units
        .iter()
        .map(|unit| format!("_{}", unit.literal))
        .collect();
    match names.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => names.join(""),
    }
}

/// The unit at the end of a name.
struct Ending {
    text: String,
    of: &'static Shown,
    unit: &'static Unit,
}

/// The longest unit at the end of a name, and what it is a unit of.
fn ending(column: &str) -> Option<Ending> {
    // From the left, so that the longest end comes first.
    let starts = std::iter::once(0).chain(column.match_indices('_').map(|(at, _)| at + 1));
    for start in starts {
        let (before, text) = column.split_at(start);
        let Some((of, unit)) = known(text) else {
            continue;
        };
        let before = before.trim_end_matches('_');
        // `usd_per_year` is no time, and `km_per_hour` no rate: such a unit is unknown.
        let compound = before == "per"
            || before.ends_with("_per")
            || (text.starts_with("per_") && before.rsplit('_').next().is_some_and(is_unit));
        return (!compound).then(|| Ending {
            text: text.to_owned(),
            of,
            unit,
        });
    }
    None
}

fn is_unit(text: &str) -> bool {
    known(text).is_some()
}

/// The unit that a text names. Names of literals come first, then symbols, then
/// aliases: `mb` is a megabyte, as in Rust, and `m` a metre.
fn known(text: &str) -> Option<(&'static Shown, &'static Unit)> {
    let all = || {
        QUANTITIES
            .iter()
            .flat_map(|of| of.units.iter().map(move |unit| (of, unit)))
    };
    let written = |name: &str| !name.is_empty() && in_column(name) == text;
    all()
        .find(|(_, unit)| unit.literal == text)
        .or_else(|| all().find(|(of, unit)| !is_price(of) && written(unit.symbol)))
        .or_else(|| {
            all()
                .find(|(of, unit)| !is_price(of) && unit.aliases.iter().any(|alias| written(alias)))
        })
}

/// A symbol of a price lacks the currency, so it says too little.
fn is_price(of: &Shown) -> bool {
    matches!(of.style, Style::Dollars(_))
}

/// A symbol as the end of a name: `Mbit/s` is `Mbit_per_s`.
fn in_column(symbol: &str) -> String {
    symbol
        .replace('/', "_per_")
        .replace(' ', "_")
        .trim_matches('_')
        .to_owned()
}

macro_rules! in_column {
    ($($name:ident),*) => {$(
        impl InColumn for $name {
            const TYPE: &'static str = stringify!($name);
        }
    )*};
}

in_column!(
    Availability,
    Count,
    DataPrice,
    DataRate,
    DataSize,
    HourlyPrice,
    Length,
    Money,
    MonthlyCost,
    Probability,
    Rate,
    Ratio,
    Speed,
    StoragePrice,
    Time,
    Utilization,
    bool,
    f64,
    u32,
    u64
);

/// A value of a column, or an unknown one: lets a list of quantities and a list of
/// optional ones both become a column.
///
/// ```
/// use lightcone_units::{ColumnValue, prelude::*};
/// assert_eq!(80.ms().known(), Some(80.ms()));
/// assert_eq!(Option::<Time>::None.known(), None);
/// ```
pub trait ColumnValue {
    /// The type of the value.
    type Of: InColumn;

    /// The value, if it is known.
    fn known(self) -> Option<Self::Of>;
}

impl<T: InColumn> ColumnValue for T {
    type Of = T;

    fn known(self) -> Option<T> {
        Some(self)
    }
}

impl<T: InColumn> ColumnValue for Option<T> {
    type Of = T;

    fn known(self) -> Option<T> {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_literal_is_an_ending_of_its_own_quantity() {
        for of in QUANTITIES {
            for unit in of.units {
                let column = format!("some_{}", unit.literal);
                let found = column_unit(of.name, &column).unwrap();
                assert_eq!(found, ColumnUnit::of(unit), "{column}");
                assert_eq!(found.name_of("some"), column);
                // There and back without loss.
                let there = found.to_base(12.5);
                assert!((found.from_base(there) - 12.5).abs() < 1e-12, "{column}");
            }
        }
    }

    #[test]
    fn no_name_of_a_literal_belongs_to_two_quantities() {
        let mut names: Vec<&str> = QUANTITIES
            .iter()
            .flat_map(|of| of.units.iter().map(|unit| unit.literal))
            .collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn endings_are_read_as_people_write_them() {
        for (quantity, column, base) in [
            ("Time", "rtt_p50_ms", 1e-3),
            ("Time", "ms", 1e-3),
            ("Time", "duration_s", 1.0),
            ("Time", "duration_minutes", 60.0),
            ("Time", "duration_min", 60.0),
            ("Time", "age_h", 3600.0),
            ("Time", "delay_us", 1e-6),
            ("Time", "delay_µs", 1e-6),
            ("Length", "great_circle_km", 1e3),
            ("Length", "depth_m", 1.0),
            ("DataSize", "size_mb", 1e6),
            ("DataSize", "size_MB", 1e6),
            ("DataSize", "size_Mb", 125e3),
            ("DataSize", "window_bytes", 1.0),
            ("DataRate", "line_mbit_per_s", 1e6),
            ("DataRate", "line_Mbit_per_s", 1e6),
            ("DataRate", "line_Mbps", 1e6),
            ("Rate", "requests_per_s", 1.0),
            ("Rate", "load_rps", 1.0),
            ("Rate", "failures_per_hour", 1.0 / 3600.0),
            ("Ratio", "growth_percent", 0.01),
            ("Probability", "loss_ratio", 1.0),
            ("Availability", "sla_percent", 0.01),
            ("Utilization", "busy_percent", 0.01),
            ("Money", "estimated_cost_usd", 1.0),
            ("HourlyPrice", "on_demand_usd_per_hour", 1.0),
            ("DataPrice", "egress_usd_per_gb", 1.0),
            ("StoragePrice", "disk_usd_per_gb_month", 1.0),
            ("MonthlyCost", "bill_usd_per_month", 1.0),
            ("u64", "replicas", 1.0),
            ("f64", "m", 1.0),
            ("Handshake", "protocol", 1.0),
        ] {
            let unit = column_unit(quantity, column).unwrap_or_else(|error| panic!("{error}"));
            let off = (unit.to_base(1.0) / base - 1.0).abs();
            assert!(off < 1e-15, "{column}: {unit:?}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_and_says_what_would() {
        for (quantity, column, parts) in [
            (
                "Time",
                "rtt",
                ["says no unit", "_nanos, _micros, _ms, _seconds"],
            ),
            (
                "Time",
                "width_m",
                ["`m` at its end is a unit of a length", "_ms"],
            ),
            (
                "Rate",
                "price_usd_per_hour",
                [
                    "`usd_per_hour` at its end is a unit of a price per hour",
                    "_per_day",
                ],
            ),
            ("Rate", "speed_km_per_hour", ["says no unit", "_per_hour"]),
            ("Time", "cost_usd_per_year", ["says no unit", "_years"]),
            (
                "Money",
                "price_eur",
                ["says no unit", "end its name with _usd"],
            ),
            (
                "Availability",
                "uptime",
                ["an availability", "_percent or _ratio"],
            ),
            ("f64", "rtt_ms", ["plain numbers", "unit of a time"]),
            ("u32", "size_gb", ["plain numbers", "an amount of data"]),
        ] {
            let message = column_unit(quantity, column).unwrap_err().to_string();
            for part in parts {
                assert!(message.contains(part), "`{part}` is not in: {message}");
            }
            assert!(message.contains(&format!("`{column}`")), "{message}");
        }
    }

    #[test]
    fn units_are_found_by_their_names() {
        for (text, name) in [
            ("ms", Some("ms")),
            ("Mbit/s", Some("mbit_per_s")),
            ("%", Some("percent")),
            ("/GB-month", Some("usd_per_gb_month")),
            ("1", None),
            ("", None),
        ] {
            assert_eq!(named_unit(text).map(ColumnUnit::name), name, "{text}");
        }
    }
}
