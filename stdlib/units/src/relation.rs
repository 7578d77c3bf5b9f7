//! Products and quotients of different quantities.

use std::ops::{Div, Mul};

use crate::{
    DataPrice, DataRate, DataSize, HourlyPrice, Length, Money, MonthlyCost, Quantity, Rate, Ratio,
    Speed, StoragePrice, Time,
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
