//! Plain numbers: which Rust types take a unit, and how a number is written.

mod sealed {
    pub trait Sealed {}
}

/// A number that can be given a unit: `f64`, `i32`, `i64`, `u32`, `u64`, `usize`.
///
/// The trait is sealed. Integers above 2^53 are rounded to the nearest `f64`.
///
/// ```
/// use lightcone_units::Number;
/// assert_eq!(5_570.to_f64(), 5_570.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given a unit",
    label = "this is not a plain number",
    note = "units go on f64, i32, i64, u32, u64 and usize; convert other numbers with `as f64`"
)]
pub trait Number: Copy + sealed::Sealed {
    /// The number as `f64`.
    fn to_f64(self) -> f64;
}

macro_rules! numbers {
    ($($kind:ty),*) => {$(
        impl sealed::Sealed for $kind {}
        impl Number for $kind {
            fn to_f64(self) -> f64 {
                self as f64
            }
        }
    )*};
}

numbers!(f64, i32, i64, u32, u64, usize);

/// From here up, and below [`SMALL`], numbers are written with a power of ten.
const LARGE: f64 = 1e15;
const SMALL: f64 = 1e-6;

/// Writes a plain number the way quantities are shown: three significant digits,
/// but never fewer than its whole digits, with thousands separated.
///
/// ```
/// use lightcone_units::format_number;
/// assert_eq!(format_number(2_190.0), "2,190");
/// assert_eq!(format_number(0.123_45), "0.123");
/// ```
#[must_use]
pub fn format_number(value: f64) -> String {
    write_number(value, None)
}

/// Writes a number the way people do: thousands separated, and either the given
/// number of decimals or three significant digits without trailing zeros. Whole
/// digits are never dropped.
pub(crate) fn write_number(value: f64, decimals: Option<usize>) -> String {
    match decimals {
        Some(decimals) if is_plain(value) => fixed(value, decimals),
        None if is_plain(value) => trim(fixed(value, decimals_for(value, 3))),
        _ => write_extreme(value, decimals.unwrap_or(2)),
    }
}

/// Writes a number in full, with the shortest text that reads back as the same
/// number. Very large and very small numbers get a power of ten.
pub(crate) fn write_exact(value: f64) -> String {
    if is_plain(value) {
        group(&(value + 0.0).to_string())
    } else if value.is_finite() {
        format!("{value:e}")
    } else {
        write_extreme(value, 0)
    }
}

/// How many decimals show `digits` significant digits of `value`.
pub(crate) fn decimals_for(value: f64, digits: usize) -> usize {
    if value == 0.0 {
        return 0;
    }
    let exponent = value.abs().log10().floor();
    // 17 decimals are more than an f64 near 1 holds.
    (digits as f64 - 1.0 - exponent).clamp(0.0, 17.0) as usize
}

/// Writes `value` with a fixed number of decimals and thousands separated.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let nothing_left = !text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    // "-0.00" says less than "0.00".
    let text = if nothing_left {
        text.trim_start_matches('-')
    } else {
        &text
    };
    group(text)
}

/// Drops the zeros at the end of the decimals.
pub(crate) fn trim(text: String) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// Whether `value` is written without a power of ten.
pub(crate) fn is_plain(value: f64) -> bool {
    value == 0.0 || (SMALL..LARGE).contains(&value.abs())
}

fn write_extreme(value: f64, decimals: usize) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "inf" } else { "-inf" }.to_owned()
    } else {
        let text = format!("{value:.decimals$e}");
        match text.split_once('e') {
            Some((mantissa, exponent)) => format!("{}e{exponent}", trim(mantissa.to_owned())),
            None => text,
        }
    }
}

/// Puts a comma between groups of three whole digits.
pub(crate) fn group(text: &str) -> String {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let whole = rest.find('.').unwrap_or(rest.len());
    let mut grouped = String::with_capacity(text.len() + whole / 3);
    grouped.push_str(sign);
    for (place, digit) in rest.char_indices() {
        if place > 0 && place < whole && (whole - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        for (value, text) in [
            (54.603, "54.6"),
            (1.2, "1.2"),
            (5570.0, "5,570"),
            (299_792.458, "299,792"),
            (1_234_567.0, "1,234,567"),
            (0.000_123_4, "0.000123"),
            (9.996, "10"),
            (0.0, "0"),
            (-0.0, "0"),
            (-1234.0, "-1,234"),
            (999.0, "999"),
            (1e300, "1e300"),
            (1.5e-9, "1.5e-9"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(write_number(value, None), text, "{value}");
        }
        assert_eq!(write_number(54.603, Some(2)), "54.60");
        assert_eq!(write_number(-0.001, Some(1)), "0.0");
    }

    #[test]
    fn exact_numbers_keep_every_digit() {
        for (value, text) in [
            (1.4682, "1.4682"),
            (12_345.678_9, "12,345.6789"),
            (1e308, "1e308"),
            (-0.0, "0"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(write_exact(value), text, "{value}");
        }
    }
}
