//! How often something happens.

use crate::quantity::{Style, quantity};

quantity! {
    /// Events per time, such as requests or packets per second.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// let packets = 12_500.per_second();
    /// assert_eq!(packets.to_string(), "12,500 /s");
    /// assert_eq!((1_460.bytes() * packets).to_string(), "146 Mbit/s");
    /// assert_eq!(packets * 2.seconds(), 25_000.0);
    /// ```
    Rate, "a rate", base "event per second", style Style::Scaled("/s"),
    literals RateLiterals {
        per_day from_per_day in_per_day "events per day of 24 hours" "/day" ["/d", "per day", "a day"] 1.0 / 86400.0 false;
        per_hour from_per_hour in_per_hour "events per hour" "/h" ["/hour", "/hr", "per hour", "an hour"] 1.0 / 3600.0 false;
        per_minute from_per_minute in_per_minute "events per minute" "/min" ["/minute", "per minute", "a minute", "rpm"] 1.0 / 60.0 false;
        per_second from_per_second in_per_second "events per second" "/s" ["/sec", "/second", "per second", "a second", "Hz", "rps", "qps", "tps"] 1.0 / 1.0 true;
    }
}
