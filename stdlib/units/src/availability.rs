//! Availability: the share of time in which a service works.

use std::fmt;
use std::str::FromStr;

use crate::quantity::{self, Style};
use crate::{
    DomainError, Limits, Number, ParseQuantityError, Probability, Quantity, Ratio, Scalar, Time,
    argument,
};

/// The share of time, or of requests, in which a service works: from 0 to 1.
///
/// The number kept inside is what is missing to 1, so twelve nines are as exact
/// as two. Base unit: 1 (always up).
///
/// ```
/// use lightcone_units::prelude::*;
/// let slo = 99.9.percent().availability()?;
/// assert_eq!(slo.to_string(), "99.9 %");
/// assert_eq!(slo.downtime_per_year().to_string(), "8.76 h");
/// assert_eq!(slo.downtime_per_month().to_string(), "43.8 min");
/// # Ok::<(), DomainError>(())
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct Availability {
    unavailable: f64,
}

impl Availability {
    /// Makes an availability from a number between 0 and 1.
    ///
    /// # Errors
    /// [`DomainError`] for numbers outside and for NaN.
    ///
    /// ```
    /// use lightcone_units::Availability;
    /// assert!(Availability::new(0.9995).is_ok());
    /// assert_eq!(
    ///     Availability::new(99.95).unwrap_err().to_string(),
    ///     "`availability` is 99.95, but must be between 0 and 1: \
    ///      it is a share of time, write 99.95 % as 0.9995 or as `99.95.percent()`",
    /// );
    /// ```
    pub fn new(value: f64) -> Result<Self, DomainError> {
        let value = argument("availability", value).between(
            0.0,
            1.0,
            "it is a share of time, write 99.95 % as 0.9995 or as `99.95.percent()`",
        )?;
        Ok(Self {
            unavailable: 1.0 - value,
        })
    }

    /// Makes an availability from a percentage.
    ///
    /// # Errors
    /// [`DomainError`] below 0, above 100 and for NaN.
    ///
    /// ```
    /// use lightcone_units::Availability;
    /// assert_eq!(Availability::from_percent(99.95)?, Availability::new(0.9995)?);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    pub fn from_percent(value: f64) -> Result<Self, DomainError> {
        Self::new(value / 100.0)
    }

    /// Makes an availability from its number of nines: 3 is 99.9 %.
    ///
    /// # Errors
    /// [`DomainError`] for negative numbers, NaN and infinity.
    ///
    /// ```
    /// use lightcone_units::Availability;
    /// assert_eq!(Availability::from_nines(3.0)?.to_string(), "99.9 %");
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    pub fn from_nines(nines: f64) -> Result<Self, DomainError> {
        let nines = argument("nines", nines)
            .at_least(0.0, "no nines at all is a service that is never up")?;
        Ok(Self {
            unavailable: 10f64.powf(-nines),
        })
    }

    /// The availability of something that is down with this probability.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// let down = Probability::new(0.001)?;
    /// assert_eq!(Availability::from_unavailability(down).to_string(), "99.9 %");
    /// # Ok::<(), DomainError>(())
    /// ```
    #[must_use]
    pub const fn from_unavailability(down: Probability) -> Self {
        Self {
            unavailable: down.in_ratio(),
        }
    }

    /// The probability of finding the service down.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// assert_eq!(Availability::from_nines(12.0)?.unavailability().in_ratio(), 1e-12);
    /// # Ok::<(), DomainError>(())
    /// ```
    #[must_use]
    pub fn unavailability(self) -> Probability {
        // The field is within 0..=1 by construction.
        Probability::new(self.unavailable).unwrap_or(Probability::ALWAYS)
    }

    /// The number between 0 and 1.
    ///
    /// ```
    /// use lightcone_units::Availability;
    /// assert_eq!(Availability::from_percent(99.95)?.in_ratio(), 0.9995);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    #[must_use]
    pub const fn in_ratio(self) -> f64 {
        1.0 - self.unavailable
    }

    /// The percentage.
    ///
    /// ```
    /// use lightcone_units::Availability;
    /// assert_eq!(Availability::new(0.9995)?.in_percent(), 99.95);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    #[must_use]
    pub const fn in_percent(self) -> f64 {
        self.in_ratio() * 100.0
    }

    /// How many nines it has: 3 for 99.9 %, 3.3 for 99.95 %. A service that is
    /// never down has infinitely many.
    ///
    /// ```
    /// use lightcone_units::Availability;
    /// let nines = Availability::from_percent(99.95)?.nines();
    /// assert_eq!(format!("{nines:.1}"), "3.3");
    /// assert_eq!(Availability::new(1.0)?.nines(), f64::INFINITY);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    #[must_use]
    pub fn nines(self) -> f64 {
        // Adding zero turns -0.0 into 0.0.
        -self.unavailable.log10() + 0.0
    }

    /// The expected downtime within `window`.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// let slo = Availability::from_nines(3.0)?;
    /// assert_eq!(slo.downtime(30.days()).to_string(), "43.2 min");
    /// # Ok::<(), DomainError>(())
    /// ```
    #[must_use]
    pub fn downtime(self, window: Time) -> Time {
        window * self.unavailable
    }

    /// The expected downtime in a [year of 365 days](Time::YEAR).
    ///
    /// ```
    /// use lightcone_units::Availability;
    /// let slo = Availability::from_nines(5.0)?;
    /// assert_eq!(slo.downtime_per_year().to_string(), "5.26 min");
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    #[must_use]
    pub fn downtime_per_year(self) -> Time {
        self.downtime(Time::YEAR)
    }

    /// The expected downtime in a [month of 730 hours](Time::MONTH).
    ///
    /// ```
    /// use lightcone_units::Availability;
    /// let slo = Availability::from_nines(3.0)?;
    /// assert_eq!(slo.downtime_per_month().to_string(), "43.8 min");
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    #[must_use]
    pub fn downtime_per_month(self) -> Time {
        self.downtime(Time::MONTH)
    }
}

impl PartialOrd for Availability {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        other.unavailable.partial_cmp(&self.unavailable)
    }
}

impl Scalar for Availability {
    const LIMITS: Limits = Limits::between(0.0, 1.0);

    fn to_base(self) -> f64 {
        self.in_ratio()
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

impl Quantity for Availability {
    fn base_value(self) -> f64 {
        self.in_ratio()
    }

    fn describe(self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Availability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        quantity::pad(&quantity::percent(self.in_ratio(), f.precision()), f)
    }
}

/// Prints the same text as `Display`.
impl fmt::Debug for Availability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads `99.95 %`, `0.9995`, `3.5 nines` and `three nines`.
impl FromStr for Availability {
    type Err = ParseQuantityError;

    fn from_str(text: &str) -> Result<Self, ParseQuantityError> {
        let out_of_range = |source| ParseQuantityError::OutOfRange {
            text: text.to_owned(),
            source,
        };
        let words = text.trim();
        if let Some(count) = words
            .strip_suffix("nines")
            .or_else(|| words.strip_suffix("nine"))
        {
            let count = count.trim_end();
            let word = NUMBERS
                .iter()
                .position(|number| count.eq_ignore_ascii_case(number));
            let nines = match word {
                Some(place) => place as f64 + 1.0,
                None => quantity::read_plain(count, "a number of nines")
                    .map_err(|error| error.about(text))?,
            };
            return Self::from_nines(nines).map_err(out_of_range);
        }
        let value = quantity::read(text, "an availability", &Style::Percent, Ratio::table())?;
        Self::new(value).map_err(out_of_range)
    }
}

/// How many nines people say in words.
const NUMBERS: [&str; 12] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
];

impl TryFrom<Ratio> for Availability {
    type Error = DomainError;

    fn try_from(ratio: Ratio) -> Result<Self, DomainError> {
        ratio.availability()
    }
}

/// Literals of [`Availability`] on plain numbers.
pub trait AvailabilityLiterals: Number {
    /// The number, between 0 and 1, as an availability.
    ///
    /// # Errors
    /// [`DomainError`] for numbers outside and for NaN.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// assert_eq!(0.9995.availability()?, 99.95.percent().availability()?);
    /// # Ok::<(), DomainError>(())
    /// ```
    fn availability(self) -> Result<Availability, DomainError> {
        Availability::new(self.to_f64())
    }

    /// The number as a number of nines: 3 is 99.9 %.
    ///
    /// # Errors
    /// [`DomainError`] for negative numbers, NaN and infinity.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// assert_eq!(3.nines()?, Availability::from_nines(3.0)?);
    /// assert_eq!("three nines".parse::<Availability>().ok(), Some(3.nines()?));
    /// # Ok::<(), DomainError>(())
    /// ```
    fn nines(self) -> Result<Availability, DomainError> {
        Availability::from_nines(self.to_f64())
    }
}

impl<N: Number> AvailabilityLiterals for N {}
