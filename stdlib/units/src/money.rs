//! Money and prices, in United States dollars.
//!
//! A price says what it is paid for: an hour, an amount of data, or an amount
//! kept for a month. Multiplying a price by the amount gives the money.
//! Some providers sell gigabytes of 10^9 bytes and some of 2^30 bytes under the
//! same name; use `usd_per_gib` for the latter.

use crate::quantity::{Style, quantity};

quantity! {
    /// An amount of money in US dollars.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// assert_eq!(1_234.5.usd().to_string(), "$1,234.50");
    /// assert_eq!("$1,234.50".parse::<Money>()?, 1_234.5.usd());
    /// # Ok::<(), ParseQuantityError>(())
    /// ```
    Money, "an amount of money", base "US dollar", style Style::Dollars(""),
    literals MoneyLiterals {
        usd from_usd in_usd "US dollars" "" [] 1.0 / 1.0 true;
    }
}

quantity! {
    /// A price per hour, such as that of an instance.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// let price = 0.0416.usd_per_hour();
    /// assert_eq!(price.to_string(), "$0.0416/h");
    /// assert_eq!((price * 1.days()).to_string(), "$0.998");
    /// assert_eq!((price * Time::MONTH).to_string(), "$30.37");
    /// ```
    HourlyPrice, "a price per hour", base "US dollar per hour", style Style::Dollars("/h"),
    literals HourlyPriceLiterals {
        usd_per_hour from_usd_per_hour in_usd_per_hour "US dollars per hour" "/h" ["/hour", "/hr", "per hour", "an hour", "hourly"] 1.0 / 1.0 true;
    }
}

quantity! {
    /// A price per amount of data, such as that of traffic.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// let egress = 0.02.usd_per_gb();
    /// assert_eq!(egress.to_string(), "$0.02/GB");
    /// assert_eq!((egress * 1.5.tb()).to_string(), "$30.00");
    /// ```
    DataPrice, "a price per amount of data", base "US dollar per gigabyte (10^9 bytes)",
    style Style::Dollars("/GB"),
    literals DataPriceLiterals {
        usd_per_gib from_usd_per_gib in_usd_per_gib "US dollars per gibibyte" "/GiB" ["per GiB"] 1.0 / 1.073741824 false;
        usd_per_gb from_usd_per_gb in_usd_per_gb "US dollars per gigabyte" "/GB" ["per GB"] 1.0 / 1.0 true;
    }
}

quantity! {
    /// A price for keeping an amount of data for a month.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// let disk = 0.08.usd_per_gb_month();
    /// assert_eq!(disk.to_string(), "$0.08/GB-month");
    /// assert_eq!((disk * 500.gb()).to_string(), "$40.00 a month");
    /// ```
    StoragePrice, "a price of storage", base "US dollar per gigabyte (10^9 bytes) and month",
    style Style::Dollars("/GB-month"),
    literals StoragePriceLiterals {
        usd_per_gib_month from_usd_per_gib_month in_usd_per_gib_month "US dollars per gibibyte and month" "/GiB-month" ["per GiB-month"] 1.0 / 1.073741824 false;
        usd_per_gb_month from_usd_per_gb_month in_usd_per_gb_month "US dollars per gigabyte and month" "/GB-month" ["per GB-month"] 1.0 / 1.0 true;
    }
}

quantity! {
    /// What something costs each month of [730 hours](crate::Time::MONTH).
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// let bill = 1_234.5.usd_per_month();
    /// assert_eq!(bill.to_string(), "$1,234.50 a month");
    /// assert_eq!((bill * Time::YEAR).to_string(), "$14,814.00");
    /// assert_eq!(0.10.usd_per_hour().monthly(), 73.usd_per_month());
    /// ```
    MonthlyCost, "a monthly cost", base "US dollar per month", style Style::Dollars(" a month"),
    literals MonthlyCostLiterals {
        usd_per_month from_usd_per_month in_usd_per_month "US dollars per month" " a month" ["/month", "/mo", "per month", "monthly"] 1.0 / 1.0 true;
    }
}

impl HourlyPrice {
    /// The cost of a whole month of [730 hours](crate::Time::MONTH).
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// assert_eq!(0.10.usd_per_hour().monthly().to_string(), "$73.00 a month");
    /// ```
    #[must_use]
    pub fn monthly(self) -> MonthlyCost {
        MonthlyCost(self.0 * crate::Time::MONTH.in_hours())
    }
}

impl Money {
    /// This amount, spent every month.
    ///
    /// ```
    /// use lightcone_units::prelude::*;
    /// let traffic = 0.02.usd_per_gb() * 500.gb();
    /// assert_eq!(traffic.monthly(), 10.usd_per_month());
    /// ```
    #[must_use]
    pub const fn monthly(self) -> MonthlyCost {
        MonthlyCost(self.0)
    }
}
