//! Utilisation: how busy something is.

use std::fmt;
use std::str::FromStr;

use crate::quantity::{self, Style};
use crate::{
    DomainError, Limits, Number, ParseQuantityError, Quantity, Rate, Ratio, Scalar, Time, argument,
};

/// The share of time in which a server is busy: at least 0 and below 1.
///
/// At 1 the work arrives as fast as it is done, and a queue grows without end: no
/// formula for waiting has an answer. Base unit: 1 (always busy).
///
/// ```
/// use lightcone_units::prelude::*;
/// let busy = Utilization::new(0.7)?;
/// assert_eq!(busy.to_string(), "70 %");
/// assert_eq!(
///     Utilization::new(1.0).unwrap_err().to_string(),
///     "`utilization` is 1, but must be at least 0 and below 1: \
///      at 1 the queue grows without end",
/// );
/// # Ok::<(), DomainError>(())
/// ```
#[derive(Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Utilization(f64);

const WHY: &str = "at 1 the queue grows without end";

impl Utilization {
    /// Never busy.
    ///
    /// ```
    /// use lightcone_units::Utilization;
    /// assert_eq!(Utilization::IDLE.in_ratio(), 0.0);
    /// ```
    pub const IDLE: Self = Self(0.0);

    /// Makes a utilisation from a number of at least 0 and below 1.
    ///
    /// # Errors
    /// [`DomainError`] for numbers outside and for NaN.
    ///
    /// ```
    /// use lightcone_units::Utilization;
    /// assert!(Utilization::new(0.99).is_ok());
    /// assert!(Utilization::new(70.0).is_err());
    /// ```
    pub fn new(value: f64) -> Result<Self, DomainError> {
        let value = argument("utilization", value).within(0.0, 1.0, WHY)?;
        // Adding zero turns -0.0 into 0.0.
        Ok(Self(value + 0.0))
    }

    /// Makes a utilisation from a percentage.
    ///
    /// # Errors
    /// [`DomainError`] below 0, from 100 on and for NaN.
    ///
    /// ```
    /// use lightcone_units::Utilization;
    /// assert_eq!(Utilization::from_percent(70.0)?, Utilization::new(0.7)?);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    pub fn from_percent(value: f64) -> Result<Self, DomainError> {
        Self::new(value / 100.0)
    }

    /// How busy `servers` are that each take `service` for one of the jobs that
    /// arrive.
    ///
    /// # Errors
    /// [`DomainError`] when more arrives than they can do, for negative arguments, and
    /// without servers.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// let busy = Utilization::of_load(700.per_second(), 10.ms(), 10)?;
    /// assert_eq!(busy.to_string(), "70 %");
    /// assert!(Utilization::of_load(700.per_second(), 10.ms(), 7).is_err());
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn of_load(arrivals: Rate, service: Time, servers: u32) -> Result<Self, DomainError> {
        let arrivals = argument("arrivals", arrivals)
            .at_least(Rate::ZERO, "nothing arrives less than never")?;
        let service =
            argument("service", service).at_least(Time::ZERO, "a job cannot take negative time")?;
        let servers = argument("servers", servers).at_least(1, "somebody has to do the work")?;
        Self::new(arrivals * service / f64::from(servers))
    }

    /// The number of at least 0 and below 1.
    ///
    /// ```
    /// use lightcone_units::Utilization;
    /// assert_eq!(Utilization::from_percent(25.0)?.in_ratio(), 0.25);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    #[must_use]
    pub const fn in_ratio(self) -> f64 {
        self.0
    }

    /// The percentage.
    ///
    /// ```
    /// use lightcone_units::Utilization;
    /// assert_eq!(Utilization::new(0.25)?.in_percent(), 25.0);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    #[must_use]
    pub const fn in_percent(self) -> f64 {
        self.0 * 100.0
    }

    /// The share of time that is left.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// assert_eq!(Utilization::new(0.75)?.headroom(), 25.percent());
    /// # Ok::<(), DomainError>(())
    /// ```
    #[must_use]
    pub const fn headroom(self) -> Ratio {
        Ratio::from_ratio(1.0 - self.0)
    }
}

impl Scalar for Utilization {
    const LIMITS: Limits = Limits::within(0.0, 1.0);

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

impl Quantity for Utilization {
    fn base_value(self) -> f64 {
        self.0
    }

    fn describe(self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Utilization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        quantity::pad(&quantity::percent(self.0, f.precision()), f)
    }
}

/// Prints the same text as `Display`.
impl fmt::Debug for Utilization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads `70 %` and `0.7`.
impl FromStr for Utilization {
    type Err = ParseQuantityError;

    fn from_str(text: &str) -> Result<Self, ParseQuantityError> {
        let value = quantity::read(text, "a utilisation", &Style::Percent, Ratio::table())?;
        Self::new(value).map_err(|source| ParseQuantityError::OutOfRange {
            text: text.to_owned(),
            source,
        })
    }
}

impl TryFrom<Ratio> for Utilization {
    type Error = DomainError;

    fn try_from(ratio: Ratio) -> Result<Self, DomainError> {
        Self::new(ratio.in_ratio())
    }
}

/// Literals of [`Utilization`] on plain numbers.
pub trait UtilizationLiterals: Number {
    /// The number, at least 0 and below 1, as a utilisation.
    ///
    /// # Errors
    /// [`DomainError`] for numbers outside and for NaN.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// assert_eq!(0.7.utilization()?, Utilization::try_from(70.percent())?);
    /// # Ok::<(), DomainError>(())
    /// ```
    fn utilization(self) -> Result<Utilization, DomainError> {
        Utilization::new(self.to_f64())
    }
}

impl<N: Number> UtilizationLiterals for N {}
