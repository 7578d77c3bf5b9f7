//! Why incidents happen: by year, by organization, and what would have helped.

use chrono::Datelike;
use lightcone_notebook::figure::{bar, heat_map};
use lightcone_statistics::wilson_interval;
use polars::prelude::IntoLazy;

use super::{LEANING, LEVEL, counts, enough, numbers, table, tallied, words};
use crate::analysis::Analysis;
use crate::columns::Columns;
use crate::error::IncidentsError;

/// Organizations and patterns shown in a heat map; the others are in the frame.
const SHOWN: usize = 12;

/// The main cause of incidents, by year of their start, with the share of each
/// cause over all years.
///
/// Needs `cause_category` and `start_utc`.
///
/// # Errors
/// [`IncidentsError::MissingColumn`], or [`IncidentsError::TooFew`].
///
/// # Examples
/// ```no_run
/// println!("{}", lightcone_incidents::causes_by_year(lightcone_data::incidents())?);
/// # Ok::<(), lightcone_incidents::IncidentsError>(())
/// ```
pub fn causes_by_year(incidents: impl IntoLazy) -> Result<Analysis, IncidentsError> {
    let columns = Columns::read(
        incidents,
        "causes_by_year",
        &["cause_category", "start_utc"],
        &[],
    )?;
    let years = columns.times("start_utc")?;
    let years = years
        .iter()
        .map(|time| time.map(|time| time.year().to_string()));
    let rows: Vec<(String, String)> = columns
        .texts("cause_category")?
        .into_iter()
        .zip(years)
        .filter_map(|(cause, year)| Some((cause?, year?)))
        .collect();
    enough("causes_by_year", "a cause and a start", rows.len(), 10)?;
    let (mut analysis, causes) = shares(
        &rows,
        columns.rows(),
        "Main causes by year",
        "Cause and start",
    );
    let mut years: Vec<String> = rows.iter().map(|row| row.1.clone()).collect();
    years.sort();
    years.dedup();
    cross(
        &mut analysis,
        &rows,
        &causes,
        &years,
        "year",
        "year of the start",
    )?;
    Ok(analysis)
}

/// The main cause of incidents, by organization, for those with the most incidents.
///
/// Needs `cause_category` and `organization`.
///
/// # Errors
/// [`IncidentsError::MissingColumn`], or [`IncidentsError::TooFew`].
///
/// # Examples
/// ```no_run
/// println!("{}", lightcone_incidents::causes_by_organization(lightcone_data::incidents())?);
/// # Ok::<(), lightcone_incidents::IncidentsError>(())
/// ```
pub fn causes_by_organization(incidents: impl IntoLazy) -> Result<Analysis, IncidentsError> {
    let columns = Columns::read(
        incidents,
        "causes_by_organization",
        &["cause_category", "organization"],
        &[],
    )?;
    let rows: Vec<(String, String)> = columns
        .texts("cause_category")?
        .into_iter()
        .zip(columns.texts("organization")?)
        .filter_map(|(cause, owner)| Some((cause?, owner?)))
        .collect();
    enough(
        "causes_by_organization",
        "a cause and an organization",
        rows.len(),
        10,
    )?;
    let (mut analysis, causes) = shares(
        &rows,
        columns.rows(),
        "Main causes by organization",
        "Cause and organization",
    );
    let owners: Vec<String> = tallied(rows.iter().map(|row| row.1.as_str()))
        .into_iter()
        .take(SHOWN)
        .map(|(owner, _)| owner)
        .collect();
    cross(
        &mut analysis,
        &rows,
        &causes,
        &owners,
        "organization",
        "organization",
    )?;
    analysis
        .caveats
        .push("A count by organization says who publishes, not who fails.".to_owned());
    Ok(analysis)
}

/// Which patterns would have helped against which causes: how many incidents of a
/// main cause name the pattern.
///
/// Needs `cause_category` and `mitigating_patterns`.
///
/// # Errors
/// [`IncidentsError::MissingColumn`], or [`IncidentsError::TooFew`].
///
/// # Examples
/// ```no_run
/// println!("{}", lightcone_incidents::causes_with_patterns(lightcone_data::incidents())?);
/// # Ok::<(), lightcone_incidents::IncidentsError>(())
/// ```
pub fn causes_with_patterns(incidents: impl IntoLazy) -> Result<Analysis, IncidentsError> {
    let columns = Columns::read(
        incidents,
        "causes_with_patterns",
        &["cause_category", "mitigating_patterns"],
        &[],
    )?;
    let mut rows = Vec::new();
    let mut known = 0;
    let patterns = columns.lists("mitigating_patterns")?;
    for (cause, patterns) in columns.texts("cause_category")?.into_iter().zip(patterns) {
        let Some(cause) = cause.filter(|_| !patterns.is_empty()) else {
            continue;
        };
        known += 1;
        rows.extend(patterns.into_iter().map(|pattern| (cause.clone(), pattern)));
    }
    enough("causes_with_patterns", "a cause and patterns", known, 10)?;
    let causes: Vec<String> = tallied(rows.iter().map(|row| row.0.as_str()))
        .into_iter()
        .map(|(cause, _)| cause)
        .collect();
    let tally = tallied(rows.iter().map(|row| row.1.as_str()));
    let frame = table(vec![
        words(
            "pattern",
            &tally.iter().map(|(pattern, _)| pattern).collect::<Vec<_>>(),
        ),
        counts(
            "incidents",
            &tally.iter().map(|(_, count)| *count).collect::<Vec<_>>(),
        ),
        numbers(
            "share",
            &tally
                .iter()
                .map(|(_, count)| *count as f64 / known as f64)
                .collect::<Vec<_>>(),
        ),
    ])?;
    let mut findings = Vec::new();
    for (pattern, count) in tally.iter().take(3) {
        let interval = wilson_interval(*count, known as u64, LEVEL)?;
        findings.push(format!(
            "`{pattern}` would have helped in {count} of {known} ({:.0} %, 95 % interval {:.0} to {:.0} %).",
            100.0 * *count as f64 / known as f64,
            100.0 * interval.low,
            100.0 * interval.high
        ));
    }
    let shown: Vec<String> = tally
        .into_iter()
        .take(SHOWN)
        .map(|(pattern, _)| pattern)
        .collect();
    let mut analysis = Analysis {
        title: "Which patterns help against which causes".to_owned(),
        known,
        of: columns.rows(),
        what: "Cause and patterns",
        findings,
        caveats: vec![
            LEANING.to_owned(),
            "That a pattern would have helped is a judgement from the post-mortem, not an experiment.".to_owned(),
        ],
        frame,
        figures: Vec::new(),
    };
    heat(&mut analysis, &rows, &causes, &shown, "pattern");
    Ok(analysis)
}

/// The share of each cause, with its interval and a bar chart.
fn shares(
    rows: &[(String, String)],
    of: usize,
    title: &str,
    what: &'static str,
) -> (Analysis, Vec<String>) {
    let tally = tallied(rows.iter().map(|row| row.0.as_str()));
    let total = rows.len() as u64;
    let mut findings = Vec::new();
    for (cause, count) in tally.iter().take(3) {
        if let Ok(interval) = wilson_interval(*count, total, LEVEL) {
            findings.push(format!(
                "`{cause}` is the main cause of {count} of {total} ({:.0} %, 95 % interval {:.0} to {:.0} %).",
                100.0 * *count as f64 / total as f64,
                100.0 * interval.low,
                100.0 * interval.high
            ));
        }
    }
    let causes: Vec<String> = tally.iter().map(|(cause, _)| cause.clone()).collect();
    let alt = format!(
        "Bar chart of main causes; the most frequent is {} with {} incidents",
        tally[0].0, tally[0].1
    );
    let bars = bar(alt, &causes, tally.iter().map(|(_, count)| *count))
        .y_label("incidents", "")
        .title("Main causes");
    let analysis = Analysis {
        title: title.to_owned(),
        known: rows.len(),
        of,
        what,
        findings,
        caveats: vec![LEANING.to_owned()],
        frame: Default::default(),
        figures: vec![bars],
    };
    (analysis, causes)
}

/// Adds the frame with all counts, and the heat map of those shown.
fn cross(
    analysis: &mut Analysis,
    rows: &[(String, String)],
    causes: &[String],
    groups: &[String],
    column: &str,
    label: &str,
) -> Result<(), IncidentsError> {
    let mut pairs: Vec<(&str, &str, u64)> = Vec::new();
    let mut sorted: Vec<(&str, &str)> = rows
        .iter()
        .map(|(cause, group)| (group.as_str(), cause.as_str()))
        .collect();
    sorted.sort_unstable();
    for (group, cause) in sorted {
        match pairs.last_mut() {
            Some(last) if last.0 == group && last.1 == cause => last.2 += 1,
            _ => pairs.push((group, cause, 1)),
        }
    }
    analysis.frame = table(vec![
        words(column, &pairs.iter().map(|pair| pair.0).collect::<Vec<_>>()),
        words(
            "cause_category",
            &pairs.iter().map(|pair| pair.1).collect::<Vec<_>>(),
        ),
        counts(
            "incidents",
            &pairs.iter().map(|pair| pair.2).collect::<Vec<_>>(),
        ),
    ])?;
    heat(analysis, rows, causes, groups, label);
    Ok(())
}

fn heat(
    analysis: &mut Analysis,
    rows: &[(String, String)],
    causes: &[String],
    groups: &[String],
    label: &str,
) {
    let mut cells = vec![vec![0.0; groups.len()]; causes.len()];
    for (cause, group) in rows {
        let row = causes.iter().position(|name| name == cause);
        let column = groups.iter().position(|name| name == group);
        if let (Some(row), Some(column)) = (row, column) {
            cells[row][column] += 1.0;
        }
    }
    let alt = format!(
        "Heat map with {} causes as rows and {} columns by {label}; a cell counts incidents",
        causes.len(),
        groups.len()
    );
    analysis.figures.push(
        heat_map(alt, groups, causes, cells).title(format!("Incidents by cause and {label}")),
    );
}
