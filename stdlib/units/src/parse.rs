//! Reading a quantity from text such as `54.6 ms` or `$1,234.50`.

use crate::DomainError;

/// Why a text is not a quantity. The message names the text, what was expected
/// and the accepted units.
///
/// ```
/// use lightcone_units::Time;
///
/// let error = "54.6 km".parse::<Time>().unwrap_err();
/// assert!(error.to_string().starts_with("cannot read `54.6 km` as a time: `km` is not a unit of it"));
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseQuantityError {
    /// The text does not begin with a number.
    #[error(
        "cannot read `{text}` as {expected}: it does not start with a number; \
         write a number and one of these units: {units}"
    )]
    NoNumber {
        /// The text as given.
        text: String,
        /// What was to be read, with its article: `a time`.
        expected: &'static str,
        /// The accepted units, separated by commas.
        units: String,
    },
    /// The digits are not a finite number, or the commas are not where
    /// thousands are separated.
    #[error(
        "cannot read `{text}` as {expected}: `{number}` is not a number; \
         use a point for decimals and commas only between thousands, as in 1,234.5"
    )]
    BadNumber {
        /// The text as given.
        text: String,
        /// What was to be read, with its article.
        expected: &'static str,
        /// The part of the text that should be a number.
        number: String,
    },
    /// There is a number but no unit.
    #[error("cannot read `{text}` as {expected}: the unit is missing; add one of these: {units}")]
    NoUnit {
        /// The text as given.
        text: String,
        /// What was to be read, with its article.
        expected: &'static str,
        /// The accepted units, separated by commas.
        units: String,
    },
    /// The unit belongs to another quantity or does not exist.
    #[error(
        "cannot read `{text}` as {expected}: `{unit}` is not a unit of it; use one of these: {units}"
    )]
    UnknownUnit {
        /// The text as given.
        text: String,
        /// What was to be read, with its article.
        expected: &'static str,
        /// The unit as given.
        unit: String,
        /// The accepted units, separated by commas.
        units: String,
    },
    /// The number was read but is outside the quantity's range.
    #[error("cannot read `{text}`: {source}")]
    OutOfRange {
        /// The text as given.
        text: String,
        /// Which range, and why.
        source: DomainError,
    },
}

impl ParseQuantityError {
    /// The same error about the whole text, of which a part was looked at.
    pub(crate) fn about(mut self, whole: &str) -> Self {
        let (Self::NoNumber { text, .. }
        | Self::BadNumber { text, .. }
        | Self::NoUnit { text, .. }
        | Self::UnknownUnit { text, .. }
        | Self::OutOfRange { text, .. }) = &mut self;
        whole.clone_into(text);
        self
    }
}

/// Takes a word for a power of ten from the front of a unit: `k`, `million`.
pub(crate) fn magnitude(value: f64, unit: &str) -> (f64, &str) {
    const WORDS: &[(&str, f64)] = &[
        ("thousand", 1e3),
        ("million", 1e6),
        ("billion", 1e9),
        ("trillion", 1e12),
        ("k", 1e3),
        ("K", 1e3),
        ("M", 1e6),
        ("bn", 1e9),
        ("B", 1e9),
    ];
    for (word, factor) in WORDS {
        if let Some(rest) = unit.strip_prefix(word) {
            // `Kelvin` is no thousand elvins.
            if !rest.starts_with(char::is_alphabetic) {
                return (value * factor, rest.trim_start());
            }
        }
    }
    (value, unit)
}

/// A unit of a rate without what is counted: `requests/s` is `/s`, and `writes per
/// minute` is `per minute`.
pub(crate) fn without_subject(unit: &str) -> &str {
    let end = unit
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(unit.len());
    let rest = unit[end..].trim_start();
    let follows = ["/", "per ", "a ", "an "]
        .iter()
        .any(|next| rest.starts_with(next));
    let subject = &unit[..end];
    if follows && !subject.is_empty() && !["per", "a", "an"].contains(&subject) {
        rest
    } else {
        unit
    }
}

/// Splits a text into its number and what follows it.
pub(crate) fn split_number<'t>(
    text: &'t str,
    expected: &'static str,
    units: impl Fn() -> String,
) -> Result<(f64, &'t str), ParseQuantityError> {
    let whole = text.trim();
    let end = number_end(whole);
    let (digits, rest) = whole.split_at(end);
    if !digits.bytes().any(|b| b.is_ascii_digit()) {
        return Err(ParseQuantityError::NoNumber {
            text: text.to_owned(),
            expected,
            units: units(),
        });
    }
    match read_number(digits) {
        Some(value) => Ok((value, rest.trim())),
        None => Err(ParseQuantityError::BadNumber {
            text: text.to_owned(),
            expected,
            number: digits.to_owned(),
        }),
    }
}

/// Where the number at the start of `text` ends.
fn number_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit_at = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    while end < bytes.len() {
        let part = match bytes[end] {
            b'0'..=b'9' | b'.' | b',' | b'_' => true,
            b'+' | b'-' => end == 0 || matches!(bytes[end - 1], b'e' | b'E'),
            // An exponent, not the start of a unit.
            b'e' | b'E' => {
                end > 0
                    && (digit_at(end + 1)
                        || (matches!(bytes.get(end + 1), Some(b'+' | b'-')) && digit_at(end + 2)))
            }
            _ => false,
        };
        if !part {
            break;
        }
        end += 1;
    }
    end
}

/// Reads a number whose commas, if any, separate thousands.
fn read_number(digits: &str) -> Option<f64> {
    if digits.contains(',') {
        let whole = digits.split(['.', 'e', 'E']).next().unwrap_or(digits);
        if digits[whole.len()..].contains(',') {
            return None;
        }
        let mut groups = whole.trim_start_matches(['+', '-']).split(',');
        let first = groups.next().unwrap_or_default();
        if !(1..=3).contains(&first.len()) || groups.any(|group| group.len() != 3) {
            return None;
        }
    }
    let plain: String = digits.chars().filter(|c| !matches!(c, ',' | '_')).collect();
    plain.parse::<f64>().ok().filter(|value| value.is_finite())
}
