//! The machinery that all quantities share: one macro makes the type, its
//! units, arithmetic, text form and parser from one table of units.

use std::fmt;

use crate::number;
use crate::parse::{self, ParseQuantityError};

/// A number with a unit, or a plain `f64`.
///
/// Generic code, such as the checks of [`argument`](crate::argument), works on
/// this trait. "Base unit" is the unit in which a type keeps its number; each
/// type documents its own.
///
/// ```
/// use lightcone_units::prelude::*;
/// assert_eq!(80.ms().base_value(), 0.08);
/// assert_eq!(Time::from_base_value(0.08), 80.ms());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a quantity",
    label = "this has no unit and is no number to compute with",
    note = "give a number its unit, as in `80.ms()` or `5.km()`, or use an f64"
)]
pub trait Quantity: Copy + PartialOrd {
    /// The number in the base unit.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// assert_eq!(2.km().base_value(), 2_000.0);
    /// ```
    fn base_value(self) -> f64;

    /// The value as a message shows it.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// assert_eq!(2.km().describe(), "2 km");
    /// assert_eq!(1.4682.describe(), "1.4682");
    /// ```
    fn describe(self) -> String;

    /// Whether the number is neither NaN nor infinite.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// assert!(Quantity::is_finite(2.km()));
    /// assert!(!Quantity::is_finite(2.km() / 0.0));
    /// ```
    fn is_finite(self) -> bool {
        self.base_value().is_finite()
    }
}

impl Quantity for f64 {
    fn base_value(self) -> f64 {
        self
    }

    fn describe(self) -> String {
        number::write_exact(self)
    }
}

/// One unit of a quantity. A value in this unit times `up / down` is the value
/// in the base unit; one of the two is 1, so the conversion rounds only once.
pub(crate) struct Unit {
    /// The method that makes a quantity of a plain number in this unit.
    pub(crate) literal: &'static str,
    pub(crate) symbol: &'static str,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) up: f64,
    pub(crate) down: f64,
    /// Whether `Display` may choose this unit.
    pub(crate) shown: bool,
}

/// How a quantity is written.
pub(crate) enum Style {
    /// Number and unit, the unit chosen by size. The text is that of zero.
    Scaled(&'static str),
    /// Dollars, followed by what they are paid for. The text is that of the
    /// base unit.
    Dollars(&'static str),
    /// A percentage.
    Percent,
}

/// A quantity as pages outside of Rust know it.
pub(crate) struct Shown {
    pub(crate) name: &'static str,
    pub(crate) expected: &'static str,
    pub(crate) style: Style,
    pub(crate) units: &'static [Unit],
}

/// Writes `value`, given in the base unit.
pub(crate) fn show(
    value: f64,
    style: &Style,
    units: &[Unit],
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let decimals = f.precision();
    pad(&write(value, style, units, decimals), f)
}

/// The text of `value`, given in the base unit.
pub(crate) fn write(value: f64, style: &Style, units: &[Unit], decimals: Option<usize>) -> String {
    match style {
        Style::Scaled(zero) => scaled(value, zero, units, decimals),
        Style::Dollars(per) => format!("{}{per}", dollars(value, decimals)),
        Style::Percent => percent(value, decimals),
    }
}

/// Writes `text`, a number with or without a minus, with the width, fill and
/// sign that the format string asks for.
pub(crate) fn pad(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match text.strip_prefix('-') {
        Some(size) => f.pad_integral(false, "", size),
        None => f.pad_integral(true, "", text),
    }
}

fn scaled(value: f64, zero: &str, units: &[Unit], decimals: Option<usize>) -> String {
    if value == 0.0 || !value.is_finite() {
        let base = units.iter().find(|unit| unit.up == unit.down);
        let symbol = if value == 0.0 {
            zero
        } else {
            base.map_or(zero, |unit| unit.symbol)
        };
        return format!("{} {symbol}", number::write_number(value, decimals));
    }
    let mut shown = units.iter().filter(|unit| unit.shown);
    let Some(mut unit) = shown.next() else {
        return number::write_number(value, decimals);
    };
    let mut text = number::write_number(value * unit.down / unit.up, decimals);
    for larger in shown {
        // The next unit is due as soon as the rounded text reaches it, so that
        // 999.96 ms is 1 s and not 1,000 ms.
        let rounded: f64 = text.replace(',', "").parse().unwrap_or(value);
        let reached = (rounded * unit.up / unit.down).abs();
        if reached < larger.up / larger.down {
            break;
        }
        unit = larger;
        text = number::write_number(value * unit.down / unit.up, decimals);
    }
    let symbol = if unit.symbol == "days" && text == "1" {
        "day"
    } else {
        unit.symbol
    };
    format!("{text} {symbol}")
}

fn dollars(value: f64, decimals: Option<usize>) -> String {
    let size = value.abs();
    let amount = match decimals {
        _ if !number::is_plain(value) => number::write_number(size, decimals),
        Some(decimals) => number::fixed(size, decimals),
        None if size >= 1.0 || size == 0.0 => number::fixed(size, 2),
        // Prices below a dollar are often below a cent: $0.0416, but $0.50.
        None => {
            let text = number::trim(number::fixed(size, number::decimals_for(size, 3).max(2)));
            let places = text.split_once('.').map_or(0, |(_, places)| places.len());
            if places < 2 {
                number::fixed(size, 2)
            } else {
                text
            }
        }
    };
    let nothing = !amount.bytes().any(|b| (b'1'..=b'9').contains(&b)) && size.is_finite();
    let sign = if value < 0.0 && !nothing { "-" } else { "" };
    format!("{sign}${amount}")
}

/// Writes a fraction as a percentage. Close to 100 % it keeps two digits of what
/// is missing, so that 99.95 % does not become 100 %.
pub(crate) fn percent(fraction: f64, decimals: Option<usize>) -> String {
    let value = fraction * 100.0;
    if decimals.is_some() || !number::is_plain(value) || !(50.0..100.0).contains(&value) {
        return format!("{} %", number::write_number(value, decimals));
    }
    let missing = number::decimals_for(100.0 - value, 2).min(13);
    let places = number::decimals_for(value, 3).max(missing);
    format!("{} %", number::trim(number::fixed(value, places)))
}

/// The accepted units for a message.
pub(crate) fn unit_list(style: &Style, units: &[Unit]) -> String {
    let symbols = units.iter().map(|unit| match (style, unit.symbol) {
        (Style::Dollars(_), symbol) => format!("USD{symbol}"),
        (_, "") => "none".to_owned(),
        (_, symbol) => symbol.to_owned(),
    });
    symbols.collect::<Vec<_>>().join(", ")
}

/// Reads a quantity; the answer is in the base unit.
pub(crate) fn read(
    text: &str,
    expected: &'static str,
    style: &Style,
    units: &[Unit],
) -> Result<f64, ParseQuantityError> {
    let list = || unit_list(style, units);
    let dollars = matches!(style, Style::Dollars(_));
    let mut body = text.trim().to_owned();
    let mut dollar = false;
    if dollars {
        for (prefix, sign) in [
            ("$", ""),
            ("-$", "-"),
            ("US$", ""),
            ("-US$", "-"),
            ("USD", ""),
            ("-USD", "-"),
        ] {
            if let Some(rest) = body.strip_prefix(prefix) {
                (body, dollar) = (format!("{sign}{}", rest.trim_start()), true);
                break;
            }
        }
    }
    let (mut value, rest) = parse::split_number(&body, expected, list)
        // Name the text as it was given, also when a dollar sign was cut off.
        .map_err(|error| error.about(text))?;
    let mut unit = rest;
    if dollars || matches!(style, Style::Scaled("/s" | "")) {
        (value, unit) = parse::magnitude(value, unit);
    }
    if dollars && !dollar {
        for (word, share) in [
            ("USD", 1.0),
            ("dollars", 1.0),
            ("dollar", 1.0),
            ("cents", 100.0),
            ("cent", 100.0),
        ] {
            if let Some(per) = unit.strip_prefix(word) {
                (value, unit, dollar) = (value / share, per.trim(), true);
                break;
            }
        }
    }
    if matches!(style, Style::Scaled("/s")) {
        unit = parse::without_subject(unit);
    }
    let exact = |known: &&Unit| known.symbol.trim() == unit || known.aliases.contains(&unit);
    // Words may be capitalised; symbols may not, because a Mb is not a mb.
    let word = |known: &&Unit| {
        unit.len() > 3
            && std::iter::once(&known.symbol.trim())
                .chain(known.aliases)
                .any(|name| name.len() > 3 && name.eq_ignore_ascii_case(unit))
    };
    let found = units.iter().find(exact).or_else(|| units.iter().find(word));
    let bad = || ParseQuantityError::BadNumber {
        text: text.to_owned(),
        expected,
        number: body.clone(),
    };
    match found {
        Some(found) if dollar || !dollars => {
            let base = value * found.up / found.down;
            return if base.is_finite() {
                Ok(base)
            } else {
                Err(bad())
            };
        }
        None if matches!(style, Style::Scaled("s")) => {
            if let Some(base) = sum_of_units(value, unit, units) {
                return if base.is_finite() {
                    Ok(base)
                } else {
                    Err(bad())
                };
            }
        }
        _ => {}
    }
    if rest.is_empty() {
        return Err(ParseQuantityError::NoUnit {
            text: text.to_owned(),
            expected,
            units: list(),
        });
    }
    Err(ParseQuantityError::UnknownUnit {
        text: text.to_owned(),
        expected,
        unit: rest.to_owned(),
        units: list(),
    })
}

/// Reads what follows the first number of `1 h 30 min` and `1h30m`: units from large
/// to small, each with its number. None when it is not that.
fn sum_of_units(first: f64, text: &str, units: &[Unit]) -> Option<f64> {
    let negative = first.is_sign_negative();
    let (mut number, mut rest) = (first.abs(), text);
    let (mut total, mut last) = (0.0, f64::INFINITY);
    loop {
        let end = rest
            .find(|c: char| c.is_ascii_digit() || c == '+' || c == '-')
            .unwrap_or(rest.len());
        let name = rest[..end]
            .trim()
            .trim_end_matches("and")
            .trim_end_matches(',');
        let name = name.trim();
        let unit = units
            .iter()
            .find(|unit| unit.symbol == name || unit.aliases.contains(&name))?;
        let size = unit.up / unit.down;
        if size >= last {
            return None;
        }
        last = size;
        total += number * unit.up / unit.down;
        rest = &rest[end..];
        if rest.is_empty() {
            return Some(if negative { -total } else { total });
        }
        // A sign in the middle is a slip, not a subtraction.
        if !rest.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        (number, rest) = parse::split_number(rest, "a time", String::new).ok()?;
    }
}

/// Reads a number without a unit.
pub(crate) fn read_plain(text: &str, expected: &'static str) -> Result<f64, ParseQuantityError> {
    const PLAIN: &[Unit] = &[Unit {
        literal: "",
        symbol: "",
        aliases: &[],
        up: 1.0,
        down: 1.0,
        shown: true,
    }];
    read(text, expected, &Style::Scaled(""), PLAIN)
}

/// Defines a quantity from a table of its units.
///
/// A row is `literal constructor accessor "words" "symbol" [aliases] up / down shown`,
/// and the rows go from small to large.
macro_rules! quantity {
    (
        $(#[$meta:meta])*
        $name:ident, $expected:literal, base $base:literal, style $style:expr,
        literals $literals:ident {
            $($lit:ident $from:ident $in:ident $words:literal $symbol:literal [$($alias:literal),*]
                $up:literal / $down:literal $shown:literal;)*
        }
    ) => {
        $(#[$meta])*
        ///
        #[doc = concat!("Base unit: ", $base, ".")]
        #[derive(Clone, Copy, PartialEq, PartialOrd, Default)]
        pub struct $name(f64);

        impl $name {
            /// Nothing of it.
            ///
            /// ```
            /// # use lightcone_units::prelude::*;
            #[doc = concat!("assert_eq!(", stringify!($name), "::ZERO.base_value(), 0.0);")]
            /// ```
            pub const ZERO: Self = Self(0.0);

            /// The name of the type, what one is called, how it is written, and its units.
            pub(crate) const SHOWN: crate::quantity::Shown = crate::quantity::Shown {
                name: stringify!($name),
                expected: $expected,
                style: Self::STYLE,
                units: Self::UNITS,
            };

            const UNITS: &[crate::quantity::Unit] = &[$(crate::quantity::Unit {
                literal: stringify!($lit),
                symbol: $symbol,
                aliases: &[$($alias),*],
                up: $up,
                down: $down,
                shown: $shown,
            }),*];
            const STYLE: crate::quantity::Style = $style;

            $(
                #[doc = concat!("Makes the quantity from a number of ", $words, ".")]
                ///
                /// ```
                /// # use lightcone_units::prelude::*;
                #[doc = concat!(
                    "assert_eq!(", stringify!($name), "::", stringify!($from), "(3.0).",
                    stringify!($in), "(), 3.0);"
                )]
                /// ```
                #[must_use]
                pub const fn $from(value: f64) -> Self {
                    Self(value * $up / $down)
                }

                #[doc = concat!("The number of ", $words, ".")]
                ///
                /// ```
                /// # use lightcone_units::prelude::*;
                #[doc = concat!(
                    "assert_eq!(3.", stringify!($lit), "().", stringify!($in), "(), 3.0);"
                )]
                /// ```
                #[must_use]
                pub const fn $in(self) -> f64 {
                    self.0 * $down / $up
                }
            )*

            /// Makes the quantity from a number in its base unit.
            ///
            /// ```
            /// # use lightcone_units::prelude::*;
            #[doc = concat!(
                "assert_eq!(", stringify!($name), "::from_base_value(2.5).base_value(), 2.5);"
            )]
            /// ```
            #[must_use]
            pub const fn from_base_value(value: f64) -> Self {
                Self(value)
            }

            /// The number in the base unit, also in a constant.
            ///
            /// ```
            /// # use lightcone_units::prelude::*;
            #[doc = concat!(
                "const HALF: f64 = ", stringify!($name), "::from_base_value(0.5).in_base_unit();\n",
                "assert_eq!(HALF, 0.5);"
            )]
            /// ```
            #[must_use]
            pub const fn in_base_unit(self) -> f64 {
                self.0
            }

            /// The size without the sign.
            ///
            /// ```
            /// # use lightcone_units::prelude::*;
            #[doc = concat!(
                "let two = ", stringify!($name), "::from_base_value(2.0);\n",
                "assert_eq!((-two).abs(), two);"
            )]
            /// ```
            #[must_use]
            pub const fn abs(self) -> Self {
                Self(self.0.abs())
            }

            /// The smaller of two. A NaN is passed over.
            ///
            /// ```
            /// # use lightcone_units::prelude::*;
            #[doc = concat!(
                "let [one, two] = [1.0, 2.0].map(", stringify!($name), "::from_base_value);\n",
                "assert_eq!(one.min(two), one);"
            )]
            /// ```
            #[must_use]
            pub const fn min(self, other: Self) -> Self {
                Self(self.0.min(other.0))
            }

            /// The larger of two. A NaN is passed over.
            ///
            /// ```
            /// # use lightcone_units::prelude::*;
            #[doc = concat!(
                "let [one, two] = [1.0, 2.0].map(", stringify!($name), "::from_base_value);\n",
                "assert_eq!(one.max(two), two);"
            )]
            /// ```
            #[must_use]
            pub const fn max(self, other: Self) -> Self {
                Self(self.0.max(other.0))
            }

            /// A total order for sorting; NaN comes last.
            ///
            /// ```
            /// # use lightcone_units::prelude::*;
            #[doc = concat!(
                "let mut list = [3.0, 1.0, 2.0].map(", stringify!($name), "::from_base_value);\n",
                "list.sort_by(", stringify!($name), "::total_cmp);\n",
                "assert_eq!(list[0].base_value(), 1.0);"
            )]
            /// ```
            #[must_use]
            pub fn total_cmp(&self, other: &Self) -> std::cmp::Ordering {
                self.0.total_cmp(&other.0)
            }
        }

        impl crate::Scalar for $name {
            fn to_base(self) -> f64 {
                self.0
            }

            fn from_base(_: &'static str, value: f64) -> Result<Self, crate::DomainError> {
                Ok(Self(value))
            }

            fn in_words(self) -> String {
                self.to_string()
            }

            fn read(text: &str) -> Result<f64, crate::ParseQuantityError> {
                text.parse::<Self>().map(|value| value.0)
            }
        }

        impl crate::Quantity for $name {
            fn base_value(self) -> f64 {
                self.0
            }

            fn describe(self) -> String {
                self.to_string()
            }
        }

        #[doc = concat!("Literals of [`", stringify!($name), "`] on plain numbers.")]
        pub trait $literals: crate::Number {
            $(
                #[doc = concat!("The number as ", $words, ".")]
                ///
                /// ```
                /// # use lightcone_units::prelude::*;
                #[doc = concat!(
                    "assert_eq!(2.", stringify!($lit), "(), ",
                    stringify!($name), "::", stringify!($from), "(2.0));"
                )]
                /// ```
                #[must_use]
                fn $lit(self) -> $name {
                    $name::$from(self.to_f64())
                }
            )*
        }

        impl<N: crate::Number> $literals for N {}

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                crate::quantity::show(self.0, &Self::STYLE, Self::UNITS, f)
            }
        }

        /// Prints the same text as `Display`.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::ParseQuantityError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                crate::quantity::read(text, $expected, &Self::STYLE, Self::UNITS).map(Self)
            }
        }

        impl std::ops::Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }

        impl std::ops::AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }

        impl std::ops::Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }

        impl std::ops::SubAssign for $name {
            fn sub_assign(&mut self, other: Self) {
                self.0 -= other.0;
            }
        }

        impl std::ops::Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }

        impl std::ops::Mul<f64> for $name {
            type Output = Self;
            fn mul(self, factor: f64) -> Self {
                Self(self.0 * factor)
            }
        }

        impl std::ops::Mul<$name> for f64 {
            type Output = $name;
            fn mul(self, quantity: $name) -> $name {
                $name(self * quantity.0)
            }
        }

        /// For whole factors: `2 * rtt` reads better than `2.0 * rtt`.
        impl std::ops::Mul<i32> for $name {
            type Output = Self;
            fn mul(self, factor: i32) -> Self {
                self * f64::from(factor)
            }
        }

        impl std::ops::Mul<$name> for i32 {
            type Output = $name;
            fn mul(self, quantity: $name) -> $name {
                quantity * f64::from(self)
            }
        }

        impl std::ops::Div<i32> for $name {
            type Output = Self;
            fn div(self, divisor: i32) -> Self {
                self / f64::from(divisor)
            }
        }

        impl std::ops::Mul<crate::Ratio> for $name {
            type Output = Self;
            fn mul(self, share: crate::Ratio) -> Self {
                Self(self.0 * share.in_ratio())
            }
        }

        impl std::ops::Div<f64> for $name {
            type Output = Self;
            fn div(self, divisor: f64) -> Self {
                Self(self.0 / divisor)
            }
        }

        /// Two quantities of one kind: how many times the second goes into the first.
        impl std::ops::Div for $name {
            type Output = f64;
            fn div(self, other: Self) -> f64 {
                self.0 / other.0
            }
        }

        impl std::iter::Sum for $name {
            fn sum<I: Iterator<Item = Self>>(list: I) -> Self {
                list.fold(Self::ZERO, |sum, item| sum + item)
            }
        }

        impl<'a> std::iter::Sum<&'a $name> for $name {
            fn sum<I: Iterator<Item = &'a Self>>(list: I) -> Self {
                list.copied().sum()
            }
        }
    };
}

pub(crate) use quantity;
