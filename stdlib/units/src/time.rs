//! Durations.

use crate::quantity::{Style, quantity};
use crate::{DomainError, argument};

quantity! {
    /// A duration, such as a round-trip time.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// let rtt = 80.ms();
    /// assert_eq!((rtt / 2.0).to_string(), "40 ms");
    /// assert_eq!("54.6 ms".parse::<Time>()?.in_seconds(), 0.0546);
    /// # Ok::<(), ParseQuantityError>(())
    /// ```
    Time, "a time", base "second", style Style::Scaled("s"),
    literals TimeLiterals {
        nanos from_nanos in_nanos "nanoseconds" "ns" ["nanosecond", "nanoseconds"] 1.0 / 1e9 true;
        micros from_micros in_micros "microseconds" "µs" ["us", "μs", "microsecond", "microseconds"] 1.0 / 1e6 true;
        ms from_ms in_ms "milliseconds" "ms" ["millisecond", "milliseconds"] 1.0 / 1e3 true;
        seconds from_seconds in_seconds "seconds" "s" ["sec", "second", "seconds"] 1.0 / 1.0 true;
        minutes from_minutes in_minutes "minutes" "min" ["m", "mins", "minute", "minutes"] 60.0 / 1.0 true;
        hours from_hours in_hours "hours" "h" ["hr", "hrs", "hour", "hours"] 3600.0 / 1.0 true;
        days from_days in_days "days of 24 hours" "days" ["day", "d"] 86400.0 / 1.0 true;
        weeks from_weeks in_weeks "weeks of 7 days" "weeks" ["week", "w"] 604800.0 / 1.0 false;
        months from_months in_months "months of 730 hours" "months" ["month"] 2628000.0 / 1.0 false;
        years from_years in_years "years of 365 days" "years" ["year", "yr", "y"] 31536000.0 / 1.0 false;
    }
}

impl Time {
    /// A year of 365 days, 8,760 hours. Service levels and prices count with it
    /// (Beyer et al. 2016, Site Reliability Engineering, appendix A: 99.9 % leaves
    /// 8.76 hours a year).
    ///
    /// ```
    /// use lightcone_units::Time;
    /// assert_eq!(Time::YEAR.in_hours(), 8_760.0);
    /// ```
    pub const YEAR: Self = Self::from_days(365.0);

    /// A twelfth of [`Time::YEAR`], 730 hours: the month of cloud bills.
    ///
    /// ```
    /// use lightcone_units::Time;
    /// assert_eq!(Time::MONTH.in_hours(), 730.0);
    /// ```
    pub const MONTH: Self = Self::from_hours(730.0);
}

/// Measured durations become quantities.
impl From<std::time::Duration> for Time {
    fn from(duration: std::time::Duration) -> Self {
        Self::from_seconds(duration.as_secs_f64())
    }
}

/// For timers and sleeps. Fails for negative times and for those beyond the
/// range of [`std::time::Duration`].
///
/// ```
/// use std::time::Duration;
/// use lightcone_units::prelude::*;
/// assert_eq!(Duration::try_from(80.ms())?, Duration::from_millis(80));
/// assert_eq!(Time::from(Duration::from_millis(80)), 80.ms());
/// assert!(Duration::try_from(-1.ms()).is_err());
/// # Ok::<(), DomainError>(())
/// ```
impl TryFrom<Time> for std::time::Duration {
    type Error = DomainError;

    fn try_from(time: Time) -> Result<Self, DomainError> {
        let time = argument("time", time).at_least(Time::ZERO, "a timer cannot run backwards")?;
        Self::try_from_secs_f64(time.in_seconds()).map_err(|_| {
            DomainError::new(
                "time",
                time.to_string(),
                "below 2^64 s",
                "a standard duration cannot hold more",
            )
        })
    }
}
