//! Columns of frames as numbers, labels and times of a chart.

use polars::prelude::{Column, DataType, Series, TimeUnit};

use super::FigureError;
use super::values::{FromColumn, Labels, Numbers, Times, Values};

fn wrong_type(series: &Series, wanted: &'static str) -> FigureError {
    FigureError::WrongColumnType {
        column: series.name().to_string(),
        found: series.dtype().to_string(),
        wanted,
    }
}

/// The column as `f64`; `None` where it is null.
fn floats(series: &Series, wanted: &'static str) -> Result<Vec<Option<f64>>, FigureError> {
    let cast = series
        .cast(&DataType::Float64)
        .map_err(|_| wrong_type(series, wanted))?;
    let floats = cast.f64().map_err(|_| wrong_type(series, wanted))?;
    Ok(floats.iter().collect())
}

/// Points in time as milliseconds since 1970.
fn milliseconds(series: &Series) -> Result<Vec<Option<f64>>, FigureError> {
    let wanted = "dates or times";
    let at = DataType::Datetime(TimeUnit::Microseconds, None);
    let whole = match series.dtype() {
        DataType::Date => series
            .cast(&at)
            .and_then(|moments| moments.cast(&DataType::Int64)),
        // The physical value of a zoned time counts from 1970 in UTC too.
        DataType::Datetime(unit, _) => {
            let per_millisecond = match unit {
                TimeUnit::Nanoseconds => 1e6,
                TimeUnit::Microseconds => 1e3,
                TimeUnit::Milliseconds => 1.0,
            };
            let physical = series.to_physical_repr();
            return Ok(floats(&physical, wanted)?
                .into_iter()
                .map(|moment| moment.map(|moment| moment / per_millisecond))
                .collect());
        }
        _ => return Err(wrong_type(series, wanted)),
    };
    let whole = whole.map_err(|_| wrong_type(series, wanted))?;
    Ok(floats(&whole, wanted)?
        .into_iter()
        .map(|moment| moment.map(|us| us / 1e3))
        .collect())
}

fn is_time(series: &Series) -> bool {
    matches!(series.dtype(), DataType::Date | DataType::Datetime(_, _))
}

fn read(series: &Series) -> Numbers {
    let time = is_time(series);
    let numeric = series.dtype().is_primitive_numeric()
        || matches!(
            series.dtype(),
            DataType::Boolean | DataType::Decimal(_, _) | DataType::Null
        );
    let values = if time {
        milliseconds(series)
    } else if numeric {
        floats(series, "numbers")
    } else {
        Err(wrong_type(series, "numbers"))
    };
    match values {
        Ok(values) => {
            let name = Some(series.name().to_string()).filter(|name| !name.is_empty());
            Numbers {
                values,
                name,
                time,
                problem: None,
            }
        }
        Err(problem) => Numbers::unreadable(problem),
    }
}

fn read_labels(series: &Series) -> Result<Vec<String>, FigureError> {
    let cast = series
        .cast(&DataType::String)
        .map_err(|_| wrong_type(series, "names"))?;
    let texts = cast.str().map_err(|_| wrong_type(series, "names"))?;
    Ok(texts
        .iter()
        .map(|text| text.unwrap_or("null").to_owned())
        .collect())
}

fn read_times(series: &Series) -> Numbers {
    if is_time(series) {
        read(series)
    } else {
        Numbers::unreadable(wrong_type(series, "dates or times"))
    }
}

macro_rules! columns {
    ($($kind:ty: |$column:ident| $series:expr;)*) => {$(
        impl Values<FromColumn> for $kind {
            fn numbers(self) -> Numbers {
                let $column = self;
                read($series)
            }
        }

        impl Labels<FromColumn> for $kind {
            fn labels(self) -> Result<Vec<String>, FigureError> {
                let $column = self;
                read_labels($series)
            }
        }

        impl Times<FromColumn> for $kind {
            fn times(self) -> Numbers {
                let $column = self;
                read_times($series)
            }
        }
    )*};
}

columns! {
    Series: |column| &column;
    &Series: |column| column;
    Column: |column| column.as_materialized_series();
    &Column: |column| column.as_materialized_series();
}

#[cfg(test)]
mod tests {
    use polars::prelude::*;

    use super::*;

    #[test]
    fn columns_are_numbers_with_their_nulls_and_names() {
        let frame = df!("km" => [Some(1_i32), None, Some(3)]).unwrap();
        let numbers = Values::numbers(frame.column("km").unwrap());
        assert_eq!(numbers.values, vec![Some(1.0), None, Some(3.0)]);
        assert_eq!(numbers.name.as_deref(), Some("km"));
        assert!(!numbers.time);
        let series = frame.column("km").unwrap().as_materialized_series().clone();
        assert_eq!(Values::numbers(&series).values, numbers.values);
    }

    #[test]
    fn dates_are_milliseconds_whatever_their_unit() {
        let days = Series::new("day".into(), [0_i32, 1])
            .cast(&DataType::Date)
            .unwrap();
        assert_eq!(
            Times::times(&days).values,
            vec![Some(0.0), Some(86_400_000.0)]
        );
        for unit in [
            TimeUnit::Nanoseconds,
            TimeUnit::Microseconds,
            TimeUnit::Milliseconds,
        ] {
            let times = days.cast(&DataType::Datetime(unit, None)).unwrap();
            let read = Values::numbers(&times);
            assert_eq!(read.values, vec![Some(0.0), Some(86_400_000.0)], "{unit:?}");
            assert!(read.time);
        }
    }

    #[test]
    fn text_is_a_label_but_no_number() {
        let names = Series::new("region".into(), ["a", "b"]);
        assert_eq!(Labels::labels(&names).unwrap(), ["a", "b"]);
        let problem = Values::numbers(&names).problem.unwrap();
        assert_eq!(
            problem.to_string(),
            "column `region` holds str, the chart needs numbers; cast it first"
        );
        assert!(Times::times(&names).problem.is_some());
    }
}
