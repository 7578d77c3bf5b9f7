//! Products and quotients of different quantities.

use std::ops::{Div, Mul};

use crate::{
    Count, DataPrice, DataRate, DataSize, HourlyPrice, Length, Money, MonthlyCost, Probability,
    Quantity, Rate, Ratio, Speed, StoragePrice, Time,
};

/// `A * B = C` in both orders. `factor` is how many base units of A times base
/// units of B make one base unit of C.
macro_rules! product {
    ($a:ident * $b:ident = $c:ident, factor $factor:expr) => {
        impl Mul<$b> for $a {
            type Output = $c;
            fn mul(self, other: $b) -> $c {
                $c::from_base_value(self.base_value() * other.base_value() / $factor)
            }
        }

        impl Mul<$a> for $b {
            type Output = $c;
            fn mul(self, other: $a) -> $c {
                other * self
            }
        }
    };
}

/// `A * B = C` together with `C / A = B` and `C / B = A`.
macro_rules! relation {
    ($a:ident * $b:ident = $c:ident, factor $factor:expr) => {
        product!($a * $b = $c, factor $factor);

        impl Div<$a> for $c {
            type Output = $b;
            fn div(self, other: $a) -> $b {
                $b::from_base_value(self.base_value() * $factor / other.base_value())
            }
        }

        impl Div<$b> for $c {
            type Output = $a;
            fn div(self, other: $b) -> $a {
                $a::from_base_value(self.base_value() * $factor / other.base_value())
            }
        }
    };
}

relation!(Speed * Time = Length, factor 1.0);
relation!(DataRate * Time = DataSize, factor 8.0);
relation!(DataSize * Rate = DataRate, factor 0.125);
relation!(HourlyPrice * Time = Money, factor 3600.0);
relation!(DataPrice * DataSize = Money, factor 1e9);
relation!(StoragePrice * DataSize = MonthlyCost, factor 1e9);
product!(MonthlyCost * Time = Money, factor Time::MONTH.in_seconds());

/// How long an amount lasts, or takes to save. (An amount over a time is a price per
/// hour: see above.)
impl Div<MonthlyCost> for Money {
    type Output = Time;
    fn div(self, monthly: MonthlyCost) -> Time {
        Time::MONTH * (self.in_usd() / monthly.in_usd_per_month())
    }
}

/// A share of a quantity, with the share in front: `15.percent() * 200.usd()`.
macro_rules! share_of {
    ($($name:ident),*) => {$(
        impl Mul<$name> for Ratio {
            type Output = $name;
            fn mul(self, whole: $name) -> $name {
                whole * self
            }
        }
    )*};
}

share_of!(
    DataPrice,
    DataRate,
    DataSize,
    HourlyPrice,
    Length,
    Money,
    MonthlyCost,
    Rate,
    Speed,
    StoragePrice,
    Time
);

/// What is to be expected of something that happens with a probability, and a share of
/// something counted: `loss * 200.usd()`.
macro_rules! expected_of {
    ($($name:ident),*) => {$(
        impl Mul<$name> for Probability {
            type Output = $name;
            fn mul(self, whole: $name) -> $name {
                whole * self.in_ratio()
            }
        }

        impl Mul<Probability> for $name {
            type Output = $name;
            fn mul(self, probability: Probability) -> $name {
                probability * self
            }
        }
    )*};
}

expected_of!(DataRate, DataSize, Money, MonthlyCost, Rate, Time);

/// How much of it falls on each one: `bill / users`.
macro_rules! each_of {
    ($($name:ident),*) => {$(
        impl Div<Count> for $name {
            type Output = $name;
            fn div(self, count: Count) -> $name {
                self / count.to_f64()
            }
        }
    )*};
}

each_of!(
    DataRate,
    DataSize,
    HourlyPrice,
    Money,
    MonthlyCost,
    Rate,
    Time
);

/// Things counted over a time are a rate.
impl Div<Time> for Count {
    type Output = Rate;
    fn div(self, time: Time) -> Rate {
        self.to_f64() / time
    }
}

/// How long a number of events takes at a rate.
impl Div<Rate> for Count {
    type Output = Time;
    fn div(self, rate: Rate) -> Time {
        self.to_f64() / rate
    }
}

/// How many times one count goes into another.
impl Div for Count {
    type Output = f64;
    fn div(self, other: Self) -> f64 {
        self.to_f64() / other.to_f64()
    }
}

/// How long a number of events takes at a rate.
impl Div<Rate> for f64 {
    type Output = Time;
    fn div(self, rate: Rate) -> Time {
        Time::from_seconds(self / rate.in_per_second())
    }
}

/// A number of events divided by a time is a rate.
impl Div<Time> for f64 {
    type Output = Rate;
    fn div(self, time: Time) -> Rate {
        Rate::from_per_second(self / time.in_seconds())
    }
}

impl Mul<Time> for Rate {
    type Output = f64;
    fn mul(self, time: Time) -> f64 {
        self.in_per_second() * time.in_seconds()
    }
}

impl Mul<Rate> for Time {
    type Output = f64;
    fn mul(self, rate: Rate) -> f64 {
        rate * self
    }
}
