//! Typed quantities for the numbers that distributed systems are made of.
//!
//! A quantity is a number together with its unit: a [`Time`], a [`Length`], a
//! [`DataSize`]. The compiler then refuses to add a length to a time, and
//! dividing a size by a rate gives a time without a conversion factor.
//!
//! ```
//! use lightcone_units::prelude::*;
//!
//! let file = 1.2.tb();
//! let line = 1.gbit_per_s();
//! assert_eq!((file / line).to_string(), "2.67 h");
//! ```
//!
//! A length is no time, so this does not compile:
//!
//! ```compile_fail,E0308
//! use lightcone_units::prelude::*;
//! let sum = 5_570.km() + 80.ms();
//! ```
//!
//! # One rule for names
//!
//! Each unit has one name, for instance `ms`. It gives three functions:
//!
//! | what | example |
//! |---|---|
//! | a literal | `80.ms()` |
//! | a constructor | `Time::from_ms(80.0)` |
//! | an accessor | `t.in_ms()` |
//!
//! The literals work on `f64`, `i32`, `i64`, `u32`, `u64` and `usize`. They come
//! from traits, so import the [`prelude`].
//!
//! # How a quantity is shown
//!
//! `Display` picks the unit that people would pick and keeps three significant
//! digits, but never drops a whole digit: `54.6 ms`, `1.2 TB`, `5,570 km`.
//! A precision in the format string sets the number of decimals instead:
//! `{:.1}`. `Debug` prints the same text as `Display`, so that the result of a
//! notebook cell, also inside a `Vec` or a tuple, can be read. Text is for
//! people and is rounded; use the accessors to compute.
//!
//! # How a quantity is read
//!
//! `parse` reads what people write: `54.6ms`, `1 h 30 min`, `$1.5M a month`,
//! `USD 1,200`, `250k requests/s`, `three nines`. A wrong unit gives an error that
//! lists the right ones.
//!
//! # What is checked, and where
//!
//! Plain arithmetic on quantities follows `f64`, so it can give NaN or infinity.
//! [`Probability`], [`Availability`], [`Utilization`] and [`Count`] check their
//! range when they are made.
//! Formulas check every argument with [`argument`] and every result with
//! [`result`], and return a [`DomainError`] in plain words.

#![forbid(unsafe_code)]

mod availability;
mod column;
mod count;
mod data;
mod domain;
mod formula;
mod length;
mod linked;
pub mod mathematics;
mod money;
mod number;
mod parse;
mod probability;
mod quantity;
mod rate;
mod ratio;
mod relation;
mod scalar;
pub mod shown;
mod time;
mod utilization;

pub use availability::{Availability, AvailabilityLiterals};
pub use column::{ColumnNameError, ColumnUnit, ColumnValue, InColumn, column_unit, named_unit};
pub use count::{Count, CountLiterals};
pub use data::{DataRate, DataRateLiterals, DataSize, DataSizeLiterals};
pub use domain::{Argument, DomainError, argument, result};
pub use formula::{Computation, Constant, Formula, Input, Scale, Spreadsheet, Symbol, javascript};
pub use length::{Length, LengthLiterals, Speed, SpeedLiterals};
pub use linked::{Operand, linked_expression};
pub use money::{
    DataPrice, DataPriceLiterals, HourlyPrice, HourlyPriceLiterals, Money, MoneyLiterals,
    MonthlyCost, MonthlyCostLiterals, StoragePrice, StoragePriceLiterals,
};
pub use number::{Number, format_number};
pub use parse::ParseQuantityError;
pub use probability::{Probability, ProbabilityLiterals};
pub use quantity::Quantity;
pub use rate::{Rate, RateLiterals};
pub use ratio::{Ratio, RatioLiterals};
pub use scalar::{
    Kind, Limit, Limits, Scalar, Values, choice_number, choose, list_in_words, read_choice,
    same_length,
};
pub use time::{Time, TimeLiterals};
pub use utilization::{Utilization, UtilizationLiterals};

/// All quantities and the traits behind their literals.
///
/// ```
/// use lightcone_units::prelude::*;
/// assert_eq!(5_570.km().to_string(), "5,570 km");
/// ```
pub mod prelude {
    pub use crate::{
        Availability, AvailabilityLiterals, Count, CountLiterals, DataPrice, DataPriceLiterals,
        DataRate, DataRateLiterals, DataSize, DataSizeLiterals, DomainError, Formula, HourlyPrice,
        HourlyPriceLiterals, Length, LengthLiterals, Money, MoneyLiterals, MonthlyCost,
        MonthlyCostLiterals, ParseQuantityError, Probability, ProbabilityLiterals, Quantity, Rate,
        RateLiterals, Ratio, RatioLiterals, Speed, SpeedLiterals, StoragePrice,
        StoragePriceLiterals, Symbol, Time, TimeLiterals, Utilization, UtilizationLiterals,
    };
}
