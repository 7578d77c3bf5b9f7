//! Shares and percentages.

use crate::quantity::{Style, quantity};
use crate::{Availability, DomainError, Probability};

quantity! {
    /// A share of something, written as a percentage. It has no limits: growth
    /// can be 120 % and a change -5 %. What must lie between 0 and 1 is a
    /// [`Probability`] or an [`Availability`].
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// assert_eq!(99.95.percent().to_string(), "99.95 %");
    /// assert_eq!(99.95.percent().in_ratio(), 0.9995);
    /// assert_eq!(200.usd() * 15.percent(), 30.usd());
    /// ```
    Ratio, "a percentage", base "1 (the whole)", style Style::Percent,
    literals RatioLiterals {
        percent from_percent in_percent "percent" "%" ["percent"] 1.0 / 100.0 true;
        ratio from_ratio in_ratio "the whole" "" [] 1.0 / 1.0 false;
    }
}

impl Ratio {
    /// The units that probabilities and availabilities share.
    pub(crate) const fn table() -> &'static [crate::quantity::Unit] {
        Self::UNITS
    }

    /// The share as a probability.
    ///
    /// # Errors
    /// [`DomainError`] below 0 %, above 100 %, and for NaN.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// assert_eq!(0.1.percent().probability()?, Probability::new(0.001)?);
    /// assert!(120.percent().probability().is_err());
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn probability(self) -> Result<Probability, DomainError> {
        Probability::new(self.0)
    }

    /// The share as an availability.
    ///
    /// # Errors
    /// [`DomainError`] below 0 %, above 100 %, and for NaN.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// let slo = 99.95.percent().availability()?;
    /// assert_eq!(slo.downtime_per_year().to_string(), "4.38 h");
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn availability(self) -> Result<Availability, DomainError> {
        Availability::new(self.0)
    }
}
