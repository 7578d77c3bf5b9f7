//! Questions to a frame of incidents, one file each.
//!
//! Each function takes our table (`incidents()`) or any frame with the columns that
//! it names: a `DataFrame`, or a `LazyFrame` that is read by the streaming engine.
//! Each says for how many of the rows the needed values are known, gives an
//! interval beside every estimate, and notes how public post-mortems lean.

mod causes;
mod durations;
mod gaps;
mod lost;
mod phases;
mod seasons;
mod what_if;

pub use causes::{causes_by_organization, causes_by_year, causes_with_patterns};
pub use durations::duration_distribution;
pub use gaps::inter_arrival_times;
pub use lost::{minutes_lost_against_sla, pareto_of_minutes_lost};
pub use phases::time_to_detect_and_mitigate;
pub use seasons::seasonality;
pub use what_if::what_if;

use polars::prelude as pl;
use polars::prelude::{IntoColumn, NamedFrom};

use crate::error::IncidentsError;

/// The level of all intervals.
const LEVEL: f64 = 0.95;

/// Samples of a goodness-of-fit test.
const RESAMPLES: usize = 500;

/// The seed of everything that is drawn, so that a cell shows the same each time.
const SEED: u64 = 20_211_004;

/// How public post-mortems lean, where it matters for durations and counts.
const LEANING: &str = "These are incidents that somebody wrote about: long ones, and those of large \
     providers who publish, are over-represented. Shares and durations describe the table, not all \
     incidents.";

/// Minutes as people say them.
pub(crate) fn minutes(value: f64) -> String {
    if value < 100.0 {
        format!("{value:.0} min")
    } else if value < 48.0 * 60.0 {
        format!("{:.1} h", value / 60.0)
    } else {
        format!("{:.1} days", value / 1_440.0)
    }
}

/// A p-value, which is never shown as zero.
pub(crate) fn p_value(p: f64) -> String {
    if p < 0.001 {
        "p < 0.001".to_owned()
    } else {
        format!("p = {p:.3}")
    }
}

/// Refuses an analysis of too few rows.
pub(crate) fn enough(
    analysis: &'static str,
    what: &'static str,
    found: usize,
    needed: usize,
) -> Result<(), IncidentsError> {
    if found < needed {
        return Err(IncidentsError::TooFew {
            analysis,
            what,
            needed,
            found,
        });
    }
    Ok(())
}

/// A column of texts.
pub(crate) fn words<T: AsRef<str>>(name: &str, values: &[T]) -> pl::Column {
    let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
    pl::Series::new(name.into(), values).into_column()
}

/// A column of whole numbers.
pub(crate) fn counts(name: &str, values: &[u64]) -> pl::Column {
    let values: Vec<i64> = values.iter().map(|value| *value as i64).collect();
    pl::Series::new(name.into(), values).into_column()
}

/// A column of numbers.
pub(crate) fn numbers(name: &str, values: &[f64]) -> pl::Column {
    pl::Series::new(name.into(), values).into_column()
}

/// A frame of columns of one length.
pub(crate) fn table(columns: Vec<pl::Column>) -> Result<pl::DataFrame, IncidentsError> {
    let height = columns.first().map_or(0, pl::Column::len);
    Ok(pl::DataFrame::new(height, columns)?)
}

/// Keys with their counts, the most frequent first, then by name.
pub(crate) fn tallied<'a>(keys: impl Iterator<Item = &'a str>) -> Vec<(String, u64)> {
    let mut tally = std::collections::BTreeMap::<&str, u64>::new();
    for key in keys {
        *tally.entry(key).or_default() += 1;
    }
    let mut tally: Vec<(String, u64)> = tally
        .into_iter()
        .map(|(key, count)| (key.to_owned(), count))
        .collect();
    tally.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    tally
}
