//! Turns checked rows into typed Polars frames.

use polars::prelude as pl;
use polars::prelude::{IntoColumn, IntoSeries, ListBuilderTrait, NamedFrom};

use crate::schema::{Column, Kind};
use crate::table::Table;
use crate::value::{self, PRECISIONS, Value};

const MICROSECONDS_A_MINUTE: i64 = 60_000_000;

/// The frame of a table: one column for each of its schema, unknown as null.
pub(crate) fn frame(table: &Table) -> pl::PolarsResult<pl::DataFrame> {
    let columns = table
        .schema
        .columns
        .iter()
        .map(|column| Ok(series(table, column)?.into_column()))
        .collect::<pl::PolarsResult<Vec<_>>>()?;
    pl::DataFrame::new(table.rows.len(), columns)
}

/// The type of an enum column whose values sort in the order given.
pub(crate) fn enum_type(vocabulary: &[String]) -> pl::PolarsResult<pl::DataType> {
    let categories = pl::FrozenCategories::new(vocabulary.iter().map(String::as_str))?;
    Ok(pl::DataType::from_frozen_categories(categories))
}

/// A column of lists of strings; `None` is null.
pub(crate) fn lists(name: &str, values: &[Option<Vec<&str>>]) -> pl::Series {
    let items = values.iter().flatten().map(Vec::len).sum();
    let mut builder = pl::ListStringChunkedBuilder::new(name.into(), values.len(), items);
    for value in values {
        match value {
            Some(items) => builder.append_values_iter(items.iter().copied()),
            None => builder.append_null(),
        }
    }
    builder.finish().into_series()
}

fn series(table: &Table, column: &Column) -> pl::PolarsResult<pl::Series> {
    let name = || column.name.as_str().into();
    let stored = column.derived_from.as_ref().unwrap_or(&column.name);
    let Some((at, kind)) = table
        .schema
        .stored()
        .enumerate()
        .find(|(_, other)| other.name == *stored)
        .map(|(at, other)| (at, other.kind))
    else {
        return Err(pl::PolarsError::ColumnNotFound(stored.clone().into()));
    };
    // Every cell was checked when the table was read, so none is refused here.
    let values: Vec<Value<'_>> = table
        .rows
        .iter()
        .map(|row| value::parse(kind, &row.cells[at]).unwrap_or(Value::Unknown))
        .collect();
    Ok(match column.kind {
        Kind::Text => pl::Series::new(name(), map(&values, text)),
        Kind::Enum => pl::Series::new(name(), map(&values, text))
            .strict_cast(&enum_type(&column.vocabulary)?)?,
        Kind::Precision => pl::Series::new(name(), map(&values, precision))
            .strict_cast(&enum_type(&column.vocabulary)?)?,
        Kind::List => {
            let items: Vec<Option<Vec<&str>>> = values
                .into_iter()
                .map(|value| match value {
                    Value::List(items) => Some(items),
                    _ => None,
                })
                .collect();
            lists(&column.name, &items)
        }
        Kind::Integer => pl::Series::new(
            name(),
            map(&values, |value| match value {
                Value::Integer(number) => Some(*number),
                _ => None,
            }),
        ),
        Kind::Number => pl::Series::new(
            name(),
            map(&values, |value| match value {
                Value::Number(number) => Some(*number),
                _ => None,
            }),
        ),
        Kind::Boolean => pl::Series::new(
            name(),
            map(&values, |value| match value {
                Value::Boolean(truth) => Some(*truth),
                _ => None,
            }),
        ),
        Kind::Date => pl::Series::new(
            name(),
            map(&values, |value| match value {
                Value::Date(day) => Some(value::epoch_days(*day)),
                _ => None,
            }),
        )
        .into_date(),
        Kind::Duration => pl::Series::new(
            name(),
            map(&values, |value| match value {
                Value::Integer(minutes) => minutes.checked_mul(MICROSECONDS_A_MINUTE),
                _ => None,
            }),
        )
        .into_duration(pl::TimeUnit::Microseconds),
        Kind::Datetime => pl::Series::new(
            name(),
            map(&values, |value| match value {
                Value::Instant { time, .. } => Some(time.and_utc().timestamp_micros()),
                _ => None,
            }),
        )
        .into_datetime(pl::TimeUnit::Microseconds, Some(pl::TimeZone::UTC)),
    })
}

fn map<'a, T>(values: &[Value<'a>], of: impl Fn(&Value<'a>) -> Option<T>) -> Vec<Option<T>> {
    values.iter().map(of).collect()
}

fn text<'a>(value: &Value<'a>) -> Option<&'a str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn precision(value: &Value<'_>) -> Option<&'static str> {
    match value {
        Value::Instant { day_only: true, .. } => Some(PRECISIONS[0]),
        Value::Instant { .. } => Some(PRECISIONS[1]),
        _ => None,
    }
}
