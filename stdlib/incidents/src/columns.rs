//! The columns that an analysis needs, out of any frame: ours or the reader's own.
//!
//! Only those columns are read, by Polars' streaming engine, so a file larger than
//! memory gives up only what the question asks for.

use chrono::{DateTime, Datelike, Timelike, Utc};
use polars::prelude as pl;
use polars::prelude::IntoLazy;

use crate::error::IncidentsError;

/// The columns of a frame that an analysis asked for.
pub(crate) struct Columns {
    frame: pl::DataFrame,
}

impl Columns {
    /// Reads columns; those in `optional` may be absent.
    pub(crate) fn read(
        frame: impl IntoLazy,
        analysis: &'static str,
        needed: &[&str],
        optional: &[&str],
    ) -> Result<Columns, IncidentsError> {
        let mut lazy = frame.lazy();
        let schema = lazy.collect_schema()?;
        if let Some(missing) = needed.iter().find(|name| !schema.contains(name)) {
            return Err(IncidentsError::MissingColumn {
                column: (*missing).to_owned(),
                analysis,
                columns: schema.iter_names().map(ToString::to_string).collect(),
            });
        }
        let wanted: Vec<pl::Expr> = needed
            .iter()
            .chain(optional.iter().filter(|name| schema.contains(name)))
            .map(|name| pl::col(*name))
            .collect();
        let frame = lazy
            .select(wanted)
            .collect_with_engine(pl::Engine::Streaming)?
            .unwrap_single();
        Ok(Columns { frame })
    }

    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.frame.height()
    }

    /// Whether an optional column is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.frame.column(name).is_ok()
    }

    /// A column as numbers.
    pub(crate) fn numbers(&self, name: &str) -> Result<Vec<Option<f64>>, IncidentsError> {
        let column = self.frame.column(name)?.cast(&pl::DataType::Float64)?;
        Ok(column
            .f64()?
            .iter()
            .map(|value| value.filter(|value| value.is_finite()))
            .collect())
    }

    /// A column as texts.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<Option<String>>, IncidentsError> {
        let column = self.frame.column(name)?.cast(&pl::DataType::String)?;
        let texts = column.str()?.iter().map(|value| value.map(str::to_owned));
        Ok(texts.collect())
    }

    /// A column of times in UTC.
    pub(crate) fn times(&self, name: &str) -> Result<Vec<Option<DateTime<Utc>>>, IncidentsError> {
        let micros = pl::DataType::Datetime(pl::TimeUnit::Microseconds, None);
        let column = self.frame.column(name)?;
        let column = match column.dtype() {
            pl::DataType::Datetime(_, zone) => column.cast(&pl::DataType::Datetime(
                pl::TimeUnit::Microseconds,
                zone.clone(),
            ))?,
            _ => column.cast(&micros)?,
        };
        let physical = column.to_physical_repr();
        let times = physical.i64()?.iter();
        Ok(times
            .map(|time| time.and_then(DateTime::from_timestamp_micros))
            .collect())
    }

    /// A column of lists of texts; a null has no items.
    pub(crate) fn lists(&self, name: &str) -> Result<Vec<Vec<String>>, IncidentsError> {
        let column = self.frame.column(name)?;
        let mut all = Vec::with_capacity(column.len());
        let lists = column.list()?;
        for row in 0..lists.len() {
            all.push(match lists.get_as_series(row) {
                Some(items) => {
                    let items = items.cast(&pl::DataType::String)?;
                    items.str()?.iter().flatten().map(str::to_owned).collect()
                }
                None => Vec::new(),
            });
        }
        Ok(all)
    }
}

/// The parts of a calendar that seasonality looks at.
pub(crate) struct Calendar {
    /// 0 for January.
    pub(crate) month: usize,
    /// 0 for Monday.
    pub(crate) weekday: usize,
    /// Hour of the day, UTC.
    pub(crate) hour: usize,
}

pub(crate) fn calendar(time: DateTime<Utc>) -> Calendar {
    Calendar {
        month: time.month0() as usize,
        weekday: time.weekday().num_days_from_monday() as usize,
        hour: time.hour() as usize,
    }
}
