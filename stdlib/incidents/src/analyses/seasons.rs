//! When incidents begin: month, day of the week, hour of the day.

use lightcone_notebook::figure::bar;
use lightcone_statistics::equal_counts_p_value;
use polars::prelude::IntoLazy;

use super::{LEANING, counts, enough, p_value, table, words};
use crate::analysis::Analysis;
use crate::columns::{Columns, calendar};
use crate::error::IncidentsError;

const NAME: &str = "seasonality";

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// When incidents begin, by month, day of the week and hour (UTC), each with a test
/// of whether the differences are more than chance.
///
/// Needs `start_utc`. The hour is counted only where the time of day is known: where
/// `start_precision` is there and says `day`, the row is left out of the hours.
///
/// # Errors
/// [`IncidentsError::MissingColumn`], or [`IncidentsError::TooFew`].
///
/// # Examples
/// ```no_run
/// println!("{}", lightcone_incidents::seasonality(lightcone_data::incidents())?);
/// # Ok::<(), lightcone_incidents::IncidentsError>(())
/// ```
pub fn seasonality(incidents: impl IntoLazy) -> Result<Analysis, IncidentsError> {
    let columns = Columns::read(incidents, NAME, &["start_utc"], &["start_precision"])?;
    let precisions = if columns.has("start_precision") {
        columns.texts("start_precision")?
    } else {
        vec![None; columns.rows()]
    };
    let (mut months, mut days, mut hours) = ([0_u64; 12], [0_u64; 7], [0_u64; 24]);
    let (mut known, mut timed) = (0, 0);
    for (start, precision) in columns.times("start_utc")?.into_iter().zip(precisions) {
        let Some(start) = start else { continue };
        let at = calendar(start);
        months[at.month] += 1;
        days[at.weekday] += 1;
        known += 1;
        if precision.as_deref() != Some("day") {
            hours[at.hour] += 1;
            timed += 1;
        }
    }
    enough(NAME, "a known start", known, 20)?;
    let clock: Vec<String> = (0..24).map(|hour| format!("{hour:02}")).collect();
    let weekend = days[5] + days[6];
    let mut findings = Vec::new();
    for (what, tally) in [("months", &months[..]), ("days of the week", &days[..])] {
        findings.push(verdict(what, tally)?);
    }
    if timed >= 20 {
        findings.push(format!(
            "{} The time of day is known for {timed}.",
            verdict("hours", &hours)?
        ));
    }
    findings.push(format!(
        "{:.0} % begin on a Saturday or Sunday; two days of seven would be 29 %.",
        100.0 * weekend as f64 / known as f64
    ));
    let mut kinds = Vec::new();
    let mut labels: Vec<&str> = Vec::new();
    let mut tally = Vec::new();
    for (kind, names, values) in [
        ("month", MONTHS.to_vec(), &months[..]),
        ("weekday", DAYS.to_vec(), &days[..]),
        (
            "hour_utc",
            clock.iter().map(String::as_str).collect(),
            &hours[..],
        ),
    ] {
        kinds.extend(vec![kind; names.len()]);
        labels.extend(names);
        tally.extend_from_slice(values);
    }
    let frame = table(vec![
        words("kind", &kinds),
        words("value", &labels),
        counts("incidents", &tally),
    ])?;
    let chart = |what: &str, names: &[&str], values: &[u64]| {
        let most = values.iter().enumerate().max_by_key(|(_, count)| **count);
        let most = most.map_or("", |(index, _)| names[index]);
        bar(
            format!("Bar chart of incidents by {what}; the most begin at {most}"),
            names,
            values,
        )
        .y_label("incidents", "")
        .title(format!("Incidents by {what}"))
    };
    let clock: Vec<&str> = clock.iter().map(String::as_str).collect();
    let figures = vec![
        chart("month", &MONTHS, &months),
        chart("day of the week", &DAYS, &days),
        chart("hour of the day, UTC", &clock, &hours),
    ];
    Ok(Analysis {
        title: "When incidents begin".to_owned(),
        known,
        of: columns.rows(),
        what: "Start",
        findings,
        caveats: vec![
            LEANING.to_owned(),
            "Hours are UTC, and most of the organizations are in America: 14 to 22 UTC is their working day.".to_owned(),
        ],
        frame,
        figures,
    })
}

fn verdict(what: &str, tally: &[u64]) -> Result<String, IncidentsError> {
    let p = equal_counts_p_value(tally)?;
    let verdict = if p < 0.05 {
        "differ by more than chance"
    } else {
        "do not differ by more than chance"
    };
    let letter = what[..1].to_uppercase();
    Ok(format!(
        "{letter}{} {verdict} ({}).",
        &what[1..],
        p_value(p)
    ))
}
