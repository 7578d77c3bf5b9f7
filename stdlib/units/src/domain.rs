//! Refusing input that a formula has no answer for, in words a learner can use.

use std::borrow::Cow;

use crate::Quantity;

/// An argument is outside the values for which a formula has an answer.
///
/// The message is one sentence: the argument, its value, the allowed range, and
/// what the range means.
///
/// ```
/// use lightcone_units::argument;
///
/// let error = argument("stretch", 0.5)
///     .at_least(1.0, "a cable cannot be shorter than the great circle")
///     .unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`stretch` is 0.5, but must be at least 1: a cable cannot be shorter than the great circle",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{argument}` is {value}, but must be {allowed}: {meaning}")]
pub struct DomainError {
    argument: Cow<'static, str>,
    value: String,
    allowed: String,
    meaning: Cow<'static, str>,
}

impl DomainError {
    /// Makes an error for a condition that the checks of [`Argument`] do not cover.
    ///
    /// ```
    /// use lightcone_units::DomainError;
    /// let error = DomainError::new("regions", "empty", "at least one region", "nothing would run");
    /// assert_eq!(
    ///     error.to_string(),
    ///     "`regions` is empty, but must be at least one region: nothing would run",
    /// );
    /// ```
    #[must_use]
    pub fn new(
        argument: impl Into<Cow<'static, str>>,
        value: impl Into<String>,
        allowed: impl Into<String>,
        meaning: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            argument: argument.into(),
            value: value.into(),
            allowed: allowed.into(),
            meaning: meaning.into(),
        }
    }

    /// The same error about an argument of another name: a type names itself, a
    /// formula names its argument.
    ///
    /// ```
    /// use lightcone_units::Probability;
    /// let error = Probability::new(2.0).unwrap_err().renamed("loss");
    /// assert_eq!(error.argument(), "loss");
    /// ```
    #[must_use]
    pub fn renamed(self, argument: impl Into<Cow<'static, str>>) -> Self {
        Self {
            argument: argument.into(),
            ..self
        }
    }

    /// The name of the argument.
    ///
    /// ```
    /// use lightcone_units::Probability;
    /// assert_eq!(Probability::new(2.0).unwrap_err().argument(), "probability");
    /// ```
    #[must_use]
    pub fn argument(&self) -> &str {
        &self.argument
    }

    /// The value that was given, as text.
    ///
    /// ```
    /// use lightcone_units::Probability;
    /// assert_eq!(Probability::new(2.0).unwrap_err().value(), "2");
    /// ```
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The allowed range, in words.
    ///
    /// ```
    /// use lightcone_units::Probability;
    /// assert_eq!(Probability::new(2.0).unwrap_err().allowed(), "between 0 and 1");
    /// ```
    #[must_use]
    pub fn allowed(&self) -> &str {
        &self.allowed
    }

    /// Why the range is what it is.
    ///
    /// ```
    /// use lightcone_units::Probability;
    /// let error = Probability::new(2.0).unwrap_err();
    /// assert_eq!(error.meaning(), "0 is never and 1 is always");
    /// ```
    #[must_use]
    pub fn meaning(&self) -> &str {
        &self.meaning
    }
}

/// Begins the check of one argument. Finish it with one of the methods of
/// [`Argument`]; each of them also refuses NaN and infinity.
///
/// ```
/// use lightcone_units::{argument, prelude::*};
///
/// let distance = argument("distance", 5_570.km())
///     .at_least(Length::ZERO, "a distance cannot be negative")?;
/// assert_eq!(distance, 5_570.km());
/// # Ok::<(), DomainError>(())
/// ```
pub fn argument<Q: Quantity>(name: impl Into<Cow<'static, str>>, value: Q) -> Argument<Q> {
    Argument {
        name: name.into(),
        value,
    }
}

/// Checks that a formula's result is a finite number. It is not when the
/// arguments are so large or so small that an `f64` overflows.
///
/// # Errors
/// [`DomainError`] when `value` is NaN or infinite.
///
/// ```
/// use lightcone_units::{prelude::*, result};
/// assert_eq!(result("round-trip time", 80.ms())?, 80.ms());
/// assert!(result("round-trip time", f64::INFINITY.ms()).is_err());
/// # Ok::<(), DomainError>(())
/// ```
pub fn result<Q: Quantity>(name: impl Into<Cow<'static, str>>, value: Q) -> Result<Q, DomainError> {
    argument(name, value)
        .finite("the arguments are too large or too small to compute with, use realistic ones")
}

/// One argument of a formula on its way through its checks. Made by [`argument`].
///
/// ```
/// use lightcone_units::argument;
/// assert!(argument("index", 0.9).at_least(1.0, "light is fastest in vacuum").is_err());
/// ```
#[derive(Debug, Clone)]
#[must_use = "an argument is only checked by one of the methods"]
pub struct Argument<Q> {
    name: Cow<'static, str>,
    value: Q,
}

impl<Q: Quantity> Argument<Q> {
    /// Accepts every finite value.
    ///
    /// # Errors
    /// [`DomainError`] for NaN and infinity.
    ///
    /// ```
    /// use lightcone_units::argument;
    /// assert_eq!(argument("x", 1.5).finite("it is a coordinate"), Ok(1.5));
    /// assert!(argument("x", f64::NAN).finite("it is a coordinate").is_err());
    /// ```
    pub fn finite(self, meaning: &'static str) -> Result<Q, DomainError> {
        self.check(true, || "finite".to_owned(), meaning)
    }

    /// Accepts values from `low` on.
    ///
    /// # Errors
    /// [`DomainError`] for smaller values, NaN and infinity.
    ///
    /// ```
    /// use lightcone_units::{argument, prelude::*};
    /// let error = argument("distance", -3.km())
    ///     .at_least(Length::ZERO, "a distance cannot be negative")
    ///     .unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "`distance` is -3 km, but must be at least 0 m: a distance cannot be negative",
    /// );
    /// ```
    pub fn at_least(self, low: Q, meaning: &'static str) -> Result<Q, DomainError> {
        let inside = self.value >= low;
        self.check(inside, || format!("at least {}", low.describe()), meaning)
    }

    /// Accepts values greater than `low`.
    ///
    /// # Errors
    /// [`DomainError`] for `low` itself, smaller values, NaN and infinity.
    ///
    /// ```
    /// use lightcone_units::{argument, prelude::*};
    /// let check = argument("rtt", Time::ZERO).above(Time::ZERO, "an answer takes time");
    /// assert!(check.is_err());
    /// ```
    pub fn above(self, low: Q, meaning: &'static str) -> Result<Q, DomainError> {
        let inside = self.value > low;
        self.check(inside, || format!("above {}", low.describe()), meaning)
    }

    /// Accepts values from `low` to `high`, both included.
    ///
    /// # Errors
    /// [`DomainError`] for values outside, NaN and infinity.
    ///
    /// ```
    /// use lightcone_units::argument;
    /// let error = argument("correlation", 1.5)
    ///     .between(-1.0, 1.0, "nothing is more than fully correlated")
    ///     .unwrap_err();
    /// assert_eq!(error.allowed(), "between -1 and 1");
    /// ```
    pub fn between(self, low: Q, high: Q, meaning: &'static str) -> Result<Q, DomainError> {
        let inside = self.value >= low && self.value <= high;
        let allowed = || format!("between {} and {}", low.describe(), high.describe());
        self.check(inside, allowed, meaning)
    }

    /// Accepts values from `low`, which is included, to `high`, which is not.
    ///
    /// # Errors
    /// [`DomainError`] for values outside, NaN and infinity.
    ///
    /// ```
    /// use lightcone_units::argument;
    /// let error = argument("offspring", 1.0)
    ///     .within(0.0, 1.0, "from 1 on the cascade may never end")
    ///     .unwrap_err();
    /// assert_eq!(error.allowed(), "at least 0 and below 1");
    /// ```
    pub fn within(self, low: Q, high: Q, meaning: &'static str) -> Result<Q, DomainError> {
        let inside = self.value >= low && self.value < high;
        let allowed = || format!("at least {} and below {}", low.describe(), high.describe());
        self.check(inside, allowed, meaning)
    }

    /// Accepts values greater than `low`, up to `high`, which is included.
    ///
    /// # Errors
    /// [`DomainError`] for values outside, NaN and infinity.
    ///
    /// ```
    /// use lightcone_units::argument;
    /// let error = argument("share", 0.0).above_up_to(0.0, 1.0, "somebody is on call").unwrap_err();
    /// assert_eq!(error.allowed(), "above 0 and at most 1");
    /// ```
    pub fn above_up_to(self, low: Q, high: Q, meaning: &'static str) -> Result<Q, DomainError> {
        let inside = self.value > low && self.value <= high;
        let allowed = || format!("above {} and at most {}", low.describe(), high.describe());
        self.check(inside, allowed, meaning)
    }

    fn check(
        self,
        inside: bool,
        allowed: impl Fn() -> String,
        meaning: &'static str,
    ) -> Result<Q, DomainError> {
        if inside && self.value.is_finite() {
            return Ok(self.value);
        }
        let allowed = match (self.value.is_finite(), allowed()) {
            (true, allowed) => allowed,
            (false, allowed) if allowed == "finite" => "a finite number".to_owned(),
            (false, allowed) => format!("a finite number, {allowed}"),
        };
        Err(DomainError::new(
            self.name,
            self.value.describe(),
            allowed,
            meaning,
        ))
    }
}
