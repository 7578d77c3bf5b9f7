//! Counts: whole numbers of things.

use std::fmt;
use std::ops::Mul;
use std::str::FromStr;

use crate::scalar::LARGEST_WHOLE;
use crate::{
    DataRate, DataSize, DomainError, HourlyPrice, Kind, Limits, Money, MonthlyCost, Number,
    ParseQuantityError, Quantity, Rate, Scalar, Time, number, quantity,
};

/// A number of things, such as requests or servers: whole, from 0 to 2^53, which is
/// as far as an `f64` counts.
///
/// ```
/// use lightcone_units::prelude::*;
/// let requests: Count = "1.5 million".parse()?;
/// assert_eq!(requests.to_string(), "1,500,000");
/// let servers = 12.count()?;
/// assert_eq!((servers * 0.10.usd_per_hour()).to_string(), "$1.20/h");
/// assert_eq!(
///     2.5.count().unwrap_err().to_string(),
///     "`count` is 2.5, but must be a whole number from 0 to 9,007,199,254,740,992: \
///      it counts things",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Count(u64);

impl Count {
    /// Nothing to count.
    ///
    /// ```
    /// use lightcone_units::Count;
    /// assert_eq!(Count::ZERO.get(), 0);
    /// ```
    pub const ZERO: Self = Self(0);

    /// Makes a count from a whole number.
    ///
    /// # Errors
    /// [`DomainError`] for parts of one, negative numbers, numbers beyond 2^53 and NaN.
    ///
    /// ```
    /// use lightcone_units::Count;
    /// assert_eq!(Count::new(12.0)?.get(), 12);
    /// assert!(Count::new(-1.0).is_err());
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    pub fn new(value: f64) -> Result<Self, DomainError> {
        <u64 as Scalar>::from_base("count", value).map(Self)
    }

    /// The whole number.
    ///
    /// ```
    /// use lightcone_units::Count;
    /// assert_eq!(Count::from(7_u32).get(), 7);
    /// ```
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The sum of two counts.
    ///
    /// # Errors
    /// [`DomainError`] beyond 2^53.
    ///
    /// ```
    /// use lightcone_units::Count;
    /// assert_eq!(Count::from(7_u32).plus(Count::from(5_u32))?.get(), 12);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    pub fn plus(self, other: Self) -> Result<Self, DomainError> {
        Self::try_from(self.0 + other.0)
    }

    /// The number for further computing. It is exact.
    ///
    /// ```
    /// use lightcone_units::Count;
    /// assert_eq!(Count::from(7_u32).to_f64(), 7.0);
    /// ```
    #[must_use]
    pub const fn to_f64(self) -> f64 {
        self.0 as f64
    }
}

impl Scalar for Count {
    const KIND: Kind = Kind::Whole;
    const LIMITS: Limits = Limits::between(0.0, LARGEST_WHOLE);

    fn to_base(self) -> f64 {
        self.to_f64()
    }

    fn from_base(argument: &'static str, value: f64) -> Result<Self, DomainError> {
        Self::new(value).map_err(|error| error.renamed(argument))
    }

    fn in_words(self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Result<f64, ParseQuantityError> {
        text.parse().map(Self::to_f64)
    }
}

impl Quantity for Count {
    fn base_value(self) -> f64 {
        self.to_f64()
    }

    fn describe(self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        quantity::pad(&number::group(&self.0.to_string()), f)
    }
}

/// Prints the same text as `Display`.
impl fmt::Debug for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads `1,500`, `10k` and `1.5 million`.
impl FromStr for Count {
    type Err = ParseQuantityError;

    fn from_str(text: &str) -> Result<Self, ParseQuantityError> {
        let value = quantity::read_plain(text, "a count")?;
        Self::new(value).map_err(|source| ParseQuantityError::OutOfRange {
            text: text.to_owned(),
            source,
        })
    }
}

impl From<u32> for Count {
    fn from(number: u32) -> Self {
        Self(u64::from(number))
    }
}

impl From<Count> for f64 {
    fn from(count: Count) -> Self {
        count.to_f64()
    }
}

impl TryFrom<u64> for Count {
    type Error = DomainError;

    fn try_from(number: u64) -> Result<Self, DomainError> {
        if number <= LARGEST_WHOLE as u64 {
            return Ok(Self(number));
        }
        Self::new(f64::INFINITY).map_err(|error| {
            DomainError::new(
                "count",
                number::group(&number.to_string()),
                error.allowed().to_owned(),
                "it counts things",
            )
        })
    }
}

macro_rules! times {
    ($($kind:ty),*) => {$(
        impl Mul<$kind> for Count {
            type Output = $kind;

            fn mul(self, each: $kind) -> $kind {
                each * self.to_f64()
            }
        }

        impl Mul<Count> for $kind {
            type Output = $kind;

            fn mul(self, count: Count) -> $kind {
                count * self
            }
        }
    )*};
}

times!(
    DataRate,
    DataSize,
    HourlyPrice,
    Money,
    MonthlyCost,
    Rate,
    Time
);

/// Literals of [`Count`] on plain numbers.
pub trait CountLiterals: Number {
    /// The number as a count.
    ///
    /// # Errors
    /// [`DomainError`] for parts of one, negative numbers, numbers beyond 2^53 and NaN.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// assert_eq!(3.count()?.get(), 3);
    /// # Ok::<(), DomainError>(())
    /// ```
    fn count(self) -> Result<Count, DomainError> {
        Count::new(self.to_f64())
    }
}

impl<N: Number> CountLiterals for N {}
