//! What a formula takes and returns, seen as a plain number.
//!
//! Calculators, spreadsheets and pages know numbers only. [`Scalar`] leads from a
//! type to a number in its base unit and back; the way back refuses what the type
//! cannot hold.

use crate::{DomainError, ParseQuantityError, Quantity, number, quantity};

/// A type that a formula takes or returns.
///
/// ```
/// use lightcone_units::{Probability, Scalar, Time};
/// assert_eq!(Time::from_base("rtt", 0.08)?.to_string(), "80 ms");
/// assert_eq!(Probability::from_base("loss", 1.5).unwrap_err().argument(), "loss");
/// assert_eq!(u64::from_base("servers", 2.5).unwrap_err().value(), "2.5");
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument or a result of a formula",
    label = "neither a quantity nor a number",
    note = "use a quantity of `lightcone_units`, f64, u32, u64, bool, or implement `Scalar`"
)]
pub trait Scalar: Copy {
    /// Numbers, whole numbers, or a choice.
    const KIND: Kind = Kind::Number;

    /// The values that the type itself can hold, in base units.
    const LIMITS: Limits = Limits::NONE;

    /// The number in the base unit.
    fn to_base(self) -> f64;

    /// Makes the value from a number in its base unit.
    ///
    /// # Errors
    /// [`DomainError`] that names `argument` for numbers that the type cannot hold.
    fn from_base(argument: &'static str, value: f64) -> Result<Self, DomainError>;

    /// The value as a message shows it.
    fn in_words(self) -> String;

    /// Reads the value as people write it; the answer is in the base unit.
    ///
    /// # Errors
    /// [`ParseQuantityError`] when the text is not such a value.
    fn read(text: &str) -> Result<f64, ParseQuantityError>;
}

/// Which numbers an input offers.
///
/// ```
/// use lightcone_units::{Kind, Scalar};
/// assert_eq!(<u64 as Scalar>::KIND, Kind::Whole);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Any number.
    Number,
    /// Whole numbers.
    Whole,
    /// A few values, each with its label.
    Choice(&'static [(&'static str, f64)]),
}

/// One end of a range.
///
/// ```
/// use lightcone_units::{Limit, Limits};
/// assert_eq!(Limits::at_least(1.0).low, Some(Limit { value: 1.0, included: true }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// Where it is, in base units.
    pub value: f64,
    /// Whether the value itself belongs to the range.
    pub included: bool,
}

/// A range with up to two ends. NaN and infinity are never inside.
///
/// ```
/// use lightcone_units::Limits;
/// assert!(Limits::between(0.0, 1.0).hold(1.0));
/// assert!(!Limits::above(0.0).hold(0.0));
/// assert!(!Limits::NONE.hold(f64::NAN));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The lower end.
    pub low: Option<Limit>,
    /// The upper end.
    pub high: Option<Limit>,
}

impl Limits {
    /// All finite numbers.
    pub const NONE: Self = Self {
        low: None,
        high: None,
    };

    /// From `low` on.
    #[must_use]
    pub const fn at_least(low: f64) -> Self {
        Self {
            low: Some(Limit {
                value: low,
                included: true,
            }),
            high: None,
        }
    }

    /// Greater than `low`.
    #[must_use]
    pub const fn above(low: f64) -> Self {
        Self {
            low: Some(Limit {
                value: low,
                included: false,
            }),
            high: None,
        }
    }

    /// From `low` to `high`, both included.
    #[must_use]
    pub const fn between(low: f64, high: f64) -> Self {
        Self {
            low: Some(Limit {
                value: low,
                included: true,
            }),
            high: Some(Limit {
                value: high,
                included: true,
            }),
        }
    }

    /// From `low`, which is included, to `high`, which is not.
    #[must_use]
    pub const fn within(low: f64, high: f64) -> Self {
        Self {
            low: Some(Limit {
                value: low,
                included: true,
            }),
            high: Some(Limit {
                value: high,
                included: false,
            }),
        }
    }

    /// Greater than `low`, up to `high`, which is included.
    #[must_use]
    pub const fn above_up_to(low: f64, high: f64) -> Self {
        Self {
            low: Some(Limit {
                value: low,
                included: false,
            }),
            high: Some(Limit {
                value: high,
                included: true,
            }),
        }
    }

    /// What lies in both ranges.
    ///
    /// ```
    /// use lightcone_units::Limits;
    /// let both = Limits::between(0.0, 1.0).and(Limits::above(0.0));
    /// assert_eq!(both, Limits::above_up_to(0.0, 1.0));
    /// ```
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        let low = match (self.low, other.low) {
            (Some(mine), Some(theirs)) => {
                let narrower =
                    mine.value > theirs.value || (mine.value == theirs.value && !mine.included);
                Some(if narrower { mine } else { theirs })
            }
            (mine, None) => mine,
            (None, theirs) => theirs,
        };
        let high = match (self.high, other.high) {
            (Some(mine), Some(theirs)) => {
                let narrower =
                    mine.value < theirs.value || (mine.value == theirs.value && !mine.included);
                Some(if narrower { mine } else { theirs })
            }
            (mine, None) => mine,
            (None, theirs) => theirs,
        };
        Self { low, high }
    }

    /// Whether `value` is finite and inside.
    #[must_use]
    pub fn hold(&self, value: f64) -> bool {
        let low = self
            .low
            .is_none_or(|low| value > low.value || (low.included && value == low.value));
        let high = self
            .high
            .is_none_or(|high| value < high.value || (high.included && value == high.value));
        value.is_finite() && low && high
    }
}

impl Scalar for f64 {
    fn to_base(self) -> f64 {
        self
    }

    fn from_base(_: &'static str, value: f64) -> Result<Self, DomainError> {
        Ok(value)
    }

    fn in_words(self) -> String {
        number::write_exact(self)
    }

    fn read(text: &str) -> Result<f64, ParseQuantityError> {
        quantity::read_plain(text, "a number")
    }
}

/// The largest whole number up to which `f64` holds every one: 2^53.
pub(crate) const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

macro_rules! whole_numbers {
    ($($kind:ty),*) => {$(
        /// Whole numbers; an `f64` is exact up to 2^53.
        impl Quantity for $kind {
            fn base_value(self) -> f64 {
                self as f64
            }

            fn describe(self) -> String {
                number::group(&self.to_string())
            }
        }

        impl Scalar for $kind {
            const KIND: Kind = Kind::Whole;
            const LIMITS: Limits = Limits::between(
                0.0,
                if (<$kind>::MAX as f64) < LARGEST_WHOLE { <$kind>::MAX as f64 } else { LARGEST_WHOLE },
            );

            fn to_base(self) -> f64 {
                self as f64
            }

            fn from_base(argument: &'static str, value: f64) -> Result<Self, DomainError> {
                if value.fract() == 0.0 && Self::LIMITS.hold(value) {
                    return Ok(value as Self);
                }
                let largest = if <$kind>::BITS < 53 {
                    <$kind>::MAX as u64
                } else {
                    LARGEST_WHOLE as u64
                };
                Err(DomainError::new(
                    argument,
                    number::write_exact(value),
                    format!("a whole number from 0 to {}", number::group(&largest.to_string())),
                    "it counts things",
                ))
            }

            fn in_words(self) -> String {
                self.describe()
            }

            fn read(text: &str) -> Result<f64, ParseQuantityError> {
                let value = quantity::read_plain(text, "a count")?;
                Self::from_base("count", value).map_err(|source| ParseQuantityError::OutOfRange {
                    text: text.to_owned(),
                    source,
                })?;
                Ok(value)
            }
        }
    )*};
}

whole_numbers!(u32, u64);

impl Scalar for bool {
    const KIND: Kind = Kind::Choice(&[("no", 0.0), ("yes", 1.0)]);
    const LIMITS: Limits = Limits::between(0.0, 1.0);

    fn to_base(self) -> f64 {
        f64::from(u8::from(self))
    }

    fn from_base(argument: &'static str, value: f64) -> Result<Self, DomainError> {
        choose(argument, value, &[("no", 0.0), ("yes", 1.0)]).map(|place| place == 1)
    }

    fn in_words(self) -> String {
        if self { "yes" } else { "no" }.to_owned()
    }

    fn read(text: &str) -> Result<f64, ParseQuantityError> {
        read_choice(text, "yes or no", &[("no", 0.0), ("yes", 1.0)])
    }
}

/// The place of `value` among the choices, for [`Scalar::from_base`] of an enum.
///
/// # Errors
/// [`DomainError`] when no choice has that value.
///
/// ```
/// let choices = [("TCP", 1.0), ("TCP + TLS 1.3", 2.0)];
/// assert_eq!(lightcone_units::choose("handshake", 2.0, &choices), Ok(1));
/// assert_eq!(
///     lightcone_units::choose("handshake", 7.0, &choices).unwrap_err().to_string(),
///     "`handshake` is 7, but must be 1 (TCP) or 2 (TCP + TLS 1.3): there is no other choice",
/// );
/// ```
pub fn choose(
    argument: &'static str,
    value: f64,
    choices: &[(&str, f64)],
) -> Result<usize, DomainError> {
    choices
        .iter()
        .position(|(_, number)| *number == value)
        .ok_or_else(|| {
            let list: Vec<String> = choices
                .iter()
                .map(|(label, number)| format!("{} ({label})", number::write_exact(*number)))
                .collect();
            DomainError::new(
                argument,
                number::write_exact(value),
                list.join(" or "),
                "there is no other choice",
            )
        })
}

/// The number of the choice with that label, in a constant. The code that the macros of
/// formulas and sheets generate uses it for defaults.
///
/// # Panics
/// When there is no such choice: in a constant, a compile error.
///
/// ```
/// use lightcone_units::{Scalar, choice_number};
/// const YES: f64 = choice_number(<bool as Scalar>::KIND, "yes");
/// assert_eq!(YES, 1.0);
/// ```
///
/// ```compile_fail,E0080
/// use lightcone_units::{Scalar, choice_number};
/// const MAYBE: f64 = choice_number(<bool as Scalar>::KIND, "maybe");
/// ```
#[must_use]
pub const fn choice_number(kind: Kind, label: &str) -> f64 {
    let choices = match kind {
        Kind::Choice(choices) => choices,
        Kind::Number | Kind::Whole => &[],
    };
    let mut at = 0;
    while at < choices.len() {
        let (known, number) = choices[at];
        if same_text(known.as_bytes(), label.as_bytes()) {
            return number;
        }
        at += 1;
    }
    panic!("no choice has this label")
}

const fn same_text(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

/// The value of the choice with that label, for [`Scalar::read`] of an enum.
///
/// # Errors
/// [`ParseQuantityError`] when there is no such label.
///
/// ```
/// let choices = [("TCP", 1.0), ("TCP + TLS 1.3", 2.0)];
/// assert_eq!(lightcone_units::read_choice("TCP", "a handshake", &choices), Ok(1.0));
/// ```
pub fn read_choice(
    text: &str,
    expected: &'static str,
    choices: &[(&str, f64)],
) -> Result<f64, ParseQuantityError> {
    let wanted = text.trim();
    let found = choices
        .iter()
        .find(|(label, _)| label.eq_ignore_ascii_case(wanted));
    found.map(|(_, value)| *value).ok_or_else(|| {
        let labels: Vec<&str> = choices.iter().map(|(label, _)| *label).collect();
        ParseQuantityError::UnknownUnit {
            text: text.to_owned(),
            expected,
            unit: wanted.to_owned(),
            units: labels.join(", "),
        }
    })
}

/// The plain numbers of a formula on their way to typed arguments. The code that
/// the macro `formula!` generates uses it.
///
/// ```
/// use lightcone_units::{Time, Values};
/// let mut values = Values::new("commit", &[0.01, 0.02, 0.005], 1, 1)?;
/// let followers: Vec<Time> = values.list("followers")?;
/// let fsync: Time = values.scalar("fsync")?;
/// assert_eq!((followers.len(), fsync), (2, Time::from_ms(5.0)));
/// assert!(Values::new("commit", &[], 1, 1).is_err());
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
#[derive(Debug)]
pub struct Values<'v> {
    rest: &'v [f64],
    length: usize,
}

impl<'v> Values<'v> {
    /// Counts the numbers: `scalars` single ones, and what is left goes to `lists`
    /// lists in equal parts.
    ///
    /// # Errors
    /// [`DomainError`] when the numbers do not fit.
    pub fn new(
        formula: &'static str,
        values: &'v [f64],
        scalars: usize,
        lists: usize,
    ) -> Result<Self, DomainError> {
        let rest = values.len().checked_sub(scalars);
        let fits = rest.is_some_and(|rest| match lists {
            0 => rest == 0,
            lists => rest.is_multiple_of(lists),
        });
        if !fits {
            let lists = match lists {
                0 => String::new(),
                1 => " and those of a list".to_owned(),
                lists => format!(" and those of {lists} equally long lists"),
            };
            return Err(DomainError::new(
                formula,
                format!("called with {} numbers", values.len()),
                format!("called with {scalars} numbers{lists}"),
                "each argument is one number",
            ));
        }
        Ok(Self {
            rest: values,
            length: rest.unwrap_or(0).checked_div(lists).unwrap_or(0),
        })
    }

    /// The next argument.
    ///
    /// # Errors
    /// [`DomainError`] for a number that the type cannot hold.
    pub fn scalar<T: Scalar>(&mut self, argument: &'static str) -> Result<T, DomainError> {
        let (first, rest) = self.rest.split_first().unwrap_or((&f64::NAN, &[]));
        self.rest = rest;
        T::from_base(argument, *first)
    }

    /// The next argument, which is a list.
    ///
    /// # Errors
    /// [`DomainError`] for a number that the type cannot hold.
    pub fn list<T: Scalar>(&mut self, argument: &'static str) -> Result<Vec<T>, DomainError> {
        let (list, rest) = self.rest.split_at(self.length.min(self.rest.len()));
        self.rest = rest;
        list.iter()
            .map(|value| T::from_base(argument, *value))
            .collect()
    }
}

/// The values of a list as a message shows them.
///
/// # Errors
/// [`DomainError`] for a number that the type cannot hold.
///
/// ```
/// use lightcone_units::{Time, list_in_words};
/// assert_eq!(list_in_words::<Time>("rtts", &[0.01, 0.02])?, "10 ms, 20 ms");
/// assert_eq!(list_in_words::<Time>("rtts", &[])?, "empty");
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
pub fn list_in_words<T: Scalar>(
    argument: &'static str,
    list: &[f64],
) -> Result<String, DomainError> {
    const SHOWN: usize = 8;
    let mut words = Vec::new();
    for value in list.iter().take(SHOWN) {
        words.push(T::from_base(argument, *value)?.in_words());
    }
    if list.len() > SHOWN {
        words.push(format!("and {} more", list.len() - SHOWN));
    }
    Ok(if list.is_empty() {
        "empty".to_owned()
    } else {
        words.join(", ")
    })
}

/// Checks that two lists belong together.
///
/// # Errors
/// [`DomainError`] when one is longer.
///
/// ```
/// use lightcone_units::same_length;
/// assert!(same_length("weights", 3, "failed", 3).is_ok());
/// assert_eq!(
///     same_length("weights", 3, "failed", 2).unwrap_err().to_string(),
///     "`failed` is 2 long, but must be 3 long, as `weights` is: the lists belong together",
/// );
/// ```
pub fn same_length(
    first: &'static str,
    length: usize,
    other: &'static str,
    other_length: usize,
) -> Result<(), DomainError> {
    if length == other_length {
        return Ok(());
    }
    Err(DomainError::new(
        other,
        format!("{other_length} long"),
        format!("{length} long, as `{first}` is"),
        "the lists belong together",
    ))
}
