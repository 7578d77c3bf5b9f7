//! What a chart accepts as numbers, labels and times.
//!
//! One call should take a vector, a slice, an iterator or a column of a frame.
//! Rust allows no two overlapping blanket implementations, so each trait has a
//! marker parameter that tells the cases apart; callers never write it.

use std::borrow::Cow;

use super::{FigureError, calendar};

/// Marker: the values come from something that can be iterated.
#[derive(Clone, Copy, Debug)]
pub enum FromItems {}

/// Marker: the values come from a column of a frame.
#[derive(Clone, Copy, Debug)]
pub enum FromColumn {}

/// One number of a chart, or a gap.
pub trait Number {
    /// The number; `None` where it is missing.
    fn number(&self) -> Option<f64>;
}

macro_rules! numbers {
    ($($kind:ty)*) => {$(
        impl Number for $kind {
            fn number(&self) -> Option<f64> {
                Some(*self as f64)
            }
        }
    )*};
}

numbers!(f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

impl<T: Number + ?Sized> Number for &T {
    fn number(&self) -> Option<f64> {
        (**self).number()
    }
}

impl<T: Number> Number for Option<T> {
    fn number(&self) -> Option<f64> {
        self.as_ref().and_then(Number::number)
    }
}

/// Numbers on their way into a chart.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// The numbers in order; `None` where one is missing. Times are
    /// milliseconds since 1970-01-01.
    pub(super) values: Vec<Option<f64>>,
    /// Name of the column they come from.
    pub(super) name: Option<String>,
    /// They are points in time.
    pub(super) time: bool,
    /// Why they could not be read.
    pub(super) problem: Option<FigureError>,
}

impl Numbers {
    /// Numbers that could not be read.
    pub(super) fn unreadable(problem: FigureError) -> Self {
        Self {
            problem: Some(problem),
            ..Self::default()
        }
    }
}

/// A row of numbers: a vector, slice, array, iterator, Series or Column.
#[diagnostic::on_unimplemented(
    message = "a chart cannot read numbers from `{Self}`",
    note = "pass a Vec, slice, array or iterator of numbers, or a column: `frame.column(\"name\")?`",
    note = "for quantities say the unit: `times.iter().map(|time| time.in_ms())`"
)]
pub trait Values<Source> {
    /// The numbers, in order.
    fn numbers(self) -> Numbers;
}

impl<I> Values<FromItems> for I
where
    I: IntoIterator,
    I::Item: Number,
{
    fn numbers(self) -> Numbers {
        let values = self.into_iter().map(|item| item.number()).collect();
        Numbers {
            values,
            ..Numbers::default()
        }
    }
}

/// Category names: strings, or a column of a frame.
#[diagnostic::on_unimplemented(
    message = "a chart cannot read labels from `{Self}`",
    note = "pass a Vec, slice, array or iterator of strings, or a column: `frame.column(\"name\")?`"
)]
pub trait Labels<Source> {
    /// The labels, in order.
    fn labels(self) -> Result<Vec<String>, FigureError>;
}

impl<I> Labels<FromItems> for I
where
    I: IntoIterator,
    I::Item: AsRef<str>,
{
    fn labels(self) -> Result<Vec<String>, FigureError> {
        Ok(self
            .into_iter()
            .map(|item| item.as_ref().to_owned())
            .collect())
    }
}

/// Points in time: a Date or Datetime column, or strings in ISO 8601 form
/// (`2021-10-04`, `2021-10-04 15:39`, `2021-10-04T15:39:05`), read as UTC.
#[diagnostic::on_unimplemented(
    message = "a chart cannot read points in time from `{Self}`",
    note = "pass a Date or Datetime column, or strings such as \"2021-10-04 15:39\""
)]
pub trait Times<Source> {
    /// The times, in milliseconds since 1970-01-01 UTC.
    fn times(self) -> Numbers;
}

impl<I> Times<FromItems> for I
where
    I: IntoIterator,
    I::Item: AsRef<str>,
{
    fn times(self) -> Numbers {
        let mut values = Vec::new();
        for item in self {
            match calendar::parse(item.as_ref()) {
                Some(time) => values.push(Some(time)),
                None => {
                    return Numbers::unreadable(FigureError::NotATime(item.as_ref().to_owned()));
                }
            }
        }
        Numbers {
            values,
            time: true,
            ..Numbers::default()
        }
    }
}

/// How many values a chart had to leave out, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LeftOut {
    /// Values looked at.
    pub(super) total: usize,
    /// Missing values.
    pub(super) null: usize,
    /// NaN or infinite values.
    pub(super) not_finite: usize,
    /// Values at or below zero on a logarithmic axis.
    pub(super) not_positive: usize,
}

impl LeftOut {
    /// Counts one value, or one point given by several, and says if it stays.
    pub(super) fn keeps(&mut self, values: &[(Option<f64>, bool)]) -> bool {
        self.total += 1;
        if values.iter().any(|(value, _)| value.is_none()) {
            self.null += 1;
        } else if values
            .iter()
            .any(|(value, _)| !value.is_some_and(f64::is_finite))
        {
            self.not_finite += 1;
        } else if values
            .iter()
            .any(|&(value, log)| log && value.is_some_and(|v| v <= 0.0))
        {
            self.not_positive += 1;
        } else {
            return true;
        }
        false
    }

    /// How many were left out.
    pub(super) fn count(self) -> usize {
        self.null + self.not_finite + self.not_positive
    }

    /// A sentence for the caption; `None` when nothing was left out.
    pub(super) fn sentence(self) -> Option<String> {
        let reasons: Vec<Cow<'_, str>> = [
            (self.null, "null"),
            (self.not_finite, "not finite"),
            (self.not_positive, "not above zero on a logarithmic axis"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, reason)| format!("{count} {reason}").into())
        .collect();
        (self.count() > 0).then(|| {
            format!(
                "{} of {} points left out: {}.",
                self.count(),
                self.total,
                reasons.join(", ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<Source>(values: impl Values<Source>) -> Vec<Option<f64>> {
        values.numbers().values
    }

    #[test]
    fn vectors_slices_arrays_and_iterators_are_numbers() {
        let owned = vec![1.0, 2.5];
        let expected = vec![Some(1.0), Some(2.5)];
        assert_eq!(read(&owned), expected);
        assert_eq!(read(owned.as_slice()), expected);
        assert_eq!(read([1.0_f32, 2.5]), expected);
        assert_eq!(
            read(owned.iter().map(|value| value * 2.0)),
            vec![Some(2.0), Some(5.0)]
        );
        assert_eq!(read(0..2), vec![Some(0.0), Some(1.0)]);
        assert_eq!(read([Some(1_u64), None]), vec![Some(1.0), None]);
        assert_eq!(read(owned), expected);
    }

    #[test]
    fn strings_are_read_as_times() {
        let times = Times::times(["1970-01-02", "1970-01-01 00:00:01"]);
        assert_eq!(times.values, vec![Some(86_400_000.0), Some(1000.0)]);
        assert!(times.time);
        let wrong = Times::times(["yesterday"]);
        assert_eq!(
            wrong.problem,
            Some(FigureError::NotATime("yesterday".into()))
        );
    }

    #[test]
    fn what_is_left_out_is_counted_by_reason() {
        let mut left_out = LeftOut::default();
        assert!(left_out.keeps(&[(Some(1.0), true), (Some(-1.0), false)]));
        assert!(!left_out.keeps(&[(None, false), (Some(f64::NAN), false)]));
        assert!(!left_out.keeps(&[(Some(f64::INFINITY), false)]));
        assert!(!left_out.keeps(&[(Some(0.0), true)]));
        assert_eq!(
            left_out.sentence().unwrap(),
            "3 of 4 points left out: 1 null, 1 not finite, \
             1 not above zero on a logarithmic axis."
        );
        assert_eq!(LeftOut::default().sentence(), None);
    }
}
