//! Probabilities.

use std::fmt;
use std::ops::Mul;
use std::str::FromStr;

use crate::quantity::{self, Style};
use crate::{
    DomainError, Limits, Number, ParseQuantityError, Quantity, Ratio, Scalar, argument, number,
};

/// A probability: a finite number from 0 to 1.
///
/// Text is a percentage, or a plain number below one in a million. Base unit: 1
/// (certainty).
///
/// ```
/// use lightcone_units::prelude::*;
/// let loss = Probability::new(0.001)?;
/// assert_eq!(loss.to_string(), "0.1 %");
/// assert_eq!("0.1 %".parse::<Probability>().ok(), Some(loss));
/// assert_eq!(
///     Probability::new(1.5).unwrap_err().to_string(),
///     "`probability` is 1.5, but must be between 0 and 1: 0 is never and 1 is always",
/// );
/// # Ok::<(), DomainError>(())
/// ```
#[derive(Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Probability(f64);

impl Probability {
    /// What never happens.
    ///
    /// ```
    /// use lightcone_units::Probability;
    /// assert_eq!(Probability::NEVER.in_ratio(), 0.0);
    /// ```
    pub const NEVER: Self = Self(0.0);

    /// What always happens.
    ///
    /// ```
    /// use lightcone_units::Probability;
    /// assert_eq!(Probability::ALWAYS.in_ratio(), 1.0);
    /// ```
    pub const ALWAYS: Self = Self(1.0);

    /// Makes a probability from a number between 0 and 1.
    ///
    /// # Errors
    /// [`DomainError`] for numbers outside and for NaN.
    ///
    /// ```
    /// use lightcone_units::Probability;
    /// assert!(Probability::new(0.25).is_ok());
    /// assert!(Probability::new(-0.1).is_err());
    /// assert!(Probability::new(f64::NAN).is_err());
    /// ```
    pub fn new(value: f64) -> Result<Self, DomainError> {
        let value =
            argument("probability", value).between(0.0, 1.0, "0 is never and 1 is always")?;
        // Adding zero turns -0.0 into 0.0.
        Ok(Self(value + 0.0))
    }

    /// Makes a probability from a percentage.
    ///
    /// # Errors
    /// [`DomainError`] below 0, above 100 and for NaN.
    ///
    /// ```
    /// use lightcone_units::Probability;
    /// assert_eq!(Probability::from_percent(0.1)?, Probability::new(0.001)?);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    pub fn from_percent(value: f64) -> Result<Self, DomainError> {
        Self::new(value / 100.0)
    }

    /// The number between 0 and 1.
    ///
    /// ```
    /// use lightcone_units::Probability;
    /// assert_eq!(Probability::from_percent(25.0)?.in_ratio(), 0.25);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    #[must_use]
    pub const fn in_ratio(self) -> f64 {
        self.0
    }

    /// The percentage.
    ///
    /// ```
    /// use lightcone_units::Probability;
    /// assert_eq!(Probability::new(0.25)?.in_percent(), 25.0);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    #[must_use]
    pub const fn in_percent(self) -> f64 {
        self.0 * 100.0
    }

    /// The probability that it does not happen.
    ///
    /// ```
    /// use lightcone_units::Probability;
    /// assert_eq!(Probability::new(0.25)?.complement(), Probability::new(0.75)?);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    #[must_use]
    pub const fn complement(self) -> Self {
        Self(1.0 - self.0)
    }
}

/// The probability that two *independent* events both happen. Replicas that
/// share a cause of failure are not independent.
///
/// ```
/// use lightcone_units::Probability;
/// let disk = Probability::new(0.5)?;
/// assert_eq!(disk * disk, Probability::new(0.25)?);
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
impl Mul for Probability {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }
}

impl Scalar for Probability {
    const LIMITS: Limits = Limits::between(0.0, 1.0);

    fn to_base(self) -> f64 {
        self.0
    }

    fn from_base(argument: &'static str, value: f64) -> Result<Self, DomainError> {
        Self::new(value).map_err(|error| error.renamed(argument))
    }

    fn in_words(self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Result<f64, ParseQuantityError> {
        text.parse().map(Self::in_ratio)
    }
}

impl Quantity for Probability {
    fn base_value(self) -> f64 {
        self.0
    }

    fn describe(self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Probability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = if number::is_plain(self.0) {
            quantity::percent(self.0, f.precision())
        } else {
            number::write_number(self.0, f.precision())
        };
        quantity::pad(&text, f)
    }
}

/// Prints the same text as `Display`.
impl fmt::Debug for Probability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads `0.1 %` and `0.001`.
impl FromStr for Probability {
    type Err = ParseQuantityError;

    fn from_str(text: &str) -> Result<Self, ParseQuantityError> {
        let value = quantity::read(text, "a probability", &Style::Percent, Ratio::table())?;
        Self::new(value).map_err(|source| ParseQuantityError::OutOfRange {
            text: text.to_owned(),
            source,
        })
    }
}

impl TryFrom<Ratio> for Probability {
    type Error = DomainError;

    fn try_from(ratio: Ratio) -> Result<Self, DomainError> {
        ratio.probability()
    }
}

/// Literals of [`Probability`] on plain numbers.
pub trait ProbabilityLiterals: Number {
    /// The number, between 0 and 1, as a probability.
    ///
    /// # Errors
    /// [`DomainError`] for numbers outside and for NaN.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// assert_eq!(0.001.probability()?, 0.1.percent().probability()?);
    /// # Ok::<(), DomainError>(())
    /// ```
    fn probability(self) -> Result<Probability, DomainError> {
        Probability::new(self.to_f64())
    }
}

impl<N: Number> ProbabilityLiterals for N {}
