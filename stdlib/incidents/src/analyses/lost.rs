//! Minutes lost: against what was promised, and how unequally they are spread.

use std::collections::BTreeMap;

use chrono::Datelike;
use lightcone_notebook::figure::{bar, line};
use polars::prelude::IntoLazy;

use super::{LEANING, counts, enough, minutes, numbers, table, words};
use crate::analysis::Analysis;
use crate::columns::Columns;
use crate::error::IncidentsError;

/// Minutes of a year, on average with leap years.
const MINUTES_A_YEAR: f64 = 525_960.0;

/// Uptimes that the minutes are held against, in percent.
const PROMISES: [f64; 3] = [99.9, 99.95, 99.99];

/// Organizations shown.
const SHOWN: usize = 12;

/// One organization's incidents as spans of time, in minutes since 1970.
#[derive(Default)]
struct Spans {
    spans: Vec<(f64, f64)>,
    all: u64,
    first: i32,
    last: i32,
}

/// The minutes lost by organization, held against uptimes that are often promised.
///
/// What is computed is the time that a customer would have lost who was hit by
/// every listed incident of the organization: a lower bound for that customer, since
/// small incidents are not listed, and far above what most customers saw. It is not
/// the provider's availability. Incidents that overlap count once.
///
/// Needs `organization`, `start_utc` and `duration_minutes`.
///
/// # Errors
/// [`IncidentsError::MissingColumn`], or [`IncidentsError::TooFew`].
///
/// # Examples
/// ```no_run
/// println!("{}", lightcone_incidents::minutes_lost_against_sla(lightcone_data::incidents())?);
/// # Ok::<(), lightcone_incidents::IncidentsError>(())
/// ```
pub fn minutes_lost_against_sla(incidents: impl IntoLazy) -> Result<Analysis, IncidentsError> {
    const NAME: &str = "minutes_lost_against_sla";
    let columns = Columns::read(
        incidents,
        NAME,
        &["organization", "start_utc", "duration_minutes"],
        &[],
    )?;
    let starts = columns.times("start_utc")?;
    let durations = columns.numbers("duration_minutes")?;
    let mut owners: BTreeMap<String, Spans> = BTreeMap::new();
    let mut known = 0;
    let rows = columns
        .texts("organization")?
        .into_iter()
        .zip(starts)
        .zip(durations);
    for ((owner, start), duration) in rows {
        let (Some(owner), Some(start)) = (owner, start) else {
            continue;
        };
        let year = start.year();
        let spans = owners.entry(owner).or_insert_with(|| Spans {
            first: year,
            last: year,
            ..Default::default()
        });
        spans.all += 1;
        spans.first = spans.first.min(year);
        spans.last = spans.last.max(year);
        if let Some(duration) = duration.filter(|duration| *duration > 0.0) {
            let from = start.timestamp() as f64 / 60.0;
            spans.spans.push((from, from + duration));
            known += 1;
        }
    }
    enough(NAME, "an organization, a start and a duration", known, 3)?;
    let mut rows: Vec<(String, Spans, f64, f64)> = owners
        .into_iter()
        .filter(|(_, spans)| !spans.spans.is_empty())
        .map(|(owner, mut spans)| {
            let lost = union(&mut spans.spans);
            let years = f64::from(spans.last - spans.first + 1);
            (owner, spans, lost, lost / years)
        })
        .collect();
    rows.sort_by(|a, b| b.1.all.cmp(&a.1.all).then_with(|| a.0.cmp(&b.0)));
    let mut frame = vec![
        words(
            "organization",
            &rows.iter().map(|row| &row.0).collect::<Vec<_>>(),
        ),
        counts(
            "incidents",
            &rows.iter().map(|row| row.1.all).collect::<Vec<_>>(),
        ),
        counts(
            "with_duration",
            &rows
                .iter()
                .map(|row| row.1.spans.len() as u64)
                .collect::<Vec<_>>(),
        ),
        counts(
            "first_year",
            &rows
                .iter()
                .map(|row| row.1.first as u64)
                .collect::<Vec<_>>(),
        ),
        counts(
            "last_year",
            &rows.iter().map(|row| row.1.last as u64).collect::<Vec<_>>(),
        ),
        numbers(
            "minutes_lost",
            &rows.iter().map(|row| row.2).collect::<Vec<_>>(),
        ),
        numbers(
            "minutes_lost_per_year",
            &rows.iter().map(|row| row.3).collect::<Vec<_>>(),
        ),
    ];
    for promise in PROMISES {
        let allowed = (100.0 - promise) / 100.0 * MINUTES_A_YEAR;
        let times: Vec<f64> = rows.iter().map(|row| row.3 / allowed).collect();
        frame.push(numbers(
            &format!("times_allowed_at_{promise}_percent"),
            &times,
        ));
    }
    let frame = table(frame)?;
    let shown: Vec<&(String, Spans, f64, f64)> = rows.iter().take(SHOWN).collect();
    let most = shown[0];
    let allowed = 0.001 * MINUTES_A_YEAR;
    let findings = vec![
        format!(
            "A promise of 99.9 % allows {} a year, 99.99 % {}.",
            minutes(allowed),
            minutes(allowed / 10.0)
        ),
        format!(
            "{} has the most listed incidents, {}: a customer hit by every one of them lost at least {} a year from {} to {}.",
            most.0,
            most.1.all,
            minutes(most.3),
            most.1.first,
            most.1.last
        ),
    ];
    let alt = format!(
        "Bar chart of minutes lost a year by a customer hit by every listed incident, for the {} organizations with the most incidents, with a line at the {} that 99.9 % allow",
        shown.len(),
        minutes(allowed)
    );
    let figure = bar(
        alt,
        shown.iter().map(|row| row.0.as_str()),
        shown.iter().map(|row| row.3),
    )
    .y_label("minutes a year", "min")
    .reference_line("99.9 % allows", allowed)
    .title("A customer hit by every listed incident");
    Ok(Analysis {
        title: "Minutes lost, against what is promised".to_owned(),
        known,
        of: columns.rows(),
        what: "Organization, start and duration",
        findings,
        caveats: vec![
            "This is a lower bound for a customer hit by every listed incident, and never the provider's availability: most incidents hit a part of the customers, a region or a service.".to_owned(),
            LEANING.to_owned(),
            "Years run from the first to the last listed incident, so organizations with one incident look worst.".to_owned(),
        ],
        frame,
        figures: vec![figure],
    })
}

/// The length of a union of spans, which are put in order.
fn union(spans: &mut [(f64, f64)]) -> f64 {
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut total, mut end) = (0.0, f64::NEG_INFINITY);
    for (from, to) in spans.iter() {
        if *to > end {
            total += to - from.max(end);
            end = *to;
        }
    }
    total
}

/// How unequally minutes are spread over incidents: the few that make up most.
///
/// Needs `duration_minutes`; shows `id` and `title` of the longest if they are there.
///
/// # Errors
/// [`IncidentsError::MissingColumn`], or [`IncidentsError::TooFew`].
///
/// # Examples
/// ```no_run
/// println!("{}", lightcone_incidents::pareto_of_minutes_lost(lightcone_data::incidents())?);
/// # Ok::<(), lightcone_incidents::IncidentsError>(())
/// ```
pub fn pareto_of_minutes_lost(incidents: impl IntoLazy) -> Result<Analysis, IncidentsError> {
    const NAME: &str = "pareto_of_minutes_lost";
    const LISTED: usize = 50;
    let columns = Columns::read(incidents, NAME, &["duration_minutes"], &["id", "title"])?;
    let name = ["title", "id"].into_iter().find(|name| columns.has(name));
    let names = match name {
        Some(name) => columns.texts(name)?,
        None => vec![None; columns.rows()],
    };
    let mut rows: Vec<(f64, String)> = columns
        .numbers("duration_minutes")?
        .into_iter()
        .zip(names)
        .filter_map(|(duration, name)| {
            Some((
                duration.filter(|duration| *duration > 0.0)?,
                name.unwrap_or_default(),
            ))
        })
        .collect();
    enough(NAME, "a known duration", rows.len(), 10)?;
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let total: f64 = rows.iter().map(|row| row.0).sum();
    let shares: Vec<f64> = rows
        .iter()
        .scan(0.0, |sum, row| {
            *sum += row.0;
            Some(*sum / total)
        })
        .collect();
    let part = |share: f64| {
        let count = ((rows.len() as f64 * share).round() as usize).max(1);
        100.0 * shares[count - 1]
    };
    let half = shares.partition_point(|share| *share < 0.5) + 1;
    let findings = vec![
        format!(
            "The longest 20 % of the incidents make up {:.0} % of all minutes, the longest 1 % {:.0} %.",
            part(0.2),
            part(0.01)
        ),
        format!(
            "Half of all minutes come from {half} of {} incidents.",
            rows.len()
        ),
    ];
    let listed = rows.len().min(LISTED);
    let frame = table(vec![
        words(
            "incident",
            &rows
                .iter()
                .take(listed)
                .map(|row| &row.1)
                .collect::<Vec<_>>(),
        ),
        numbers(
            "duration_minutes",
            &rows
                .iter()
                .take(listed)
                .map(|row| row.0)
                .collect::<Vec<_>>(),
        ),
        numbers("cumulative_share", &shares[..listed]),
    ])?;
    let step = rows.len().div_ceil(500);
    let (mut xs, mut ys) = (vec![0.0], vec![0.0]);
    for (index, share) in shares
        .iter()
        .enumerate()
        .filter(|(index, _)| index % step == 0)
    {
        xs.push((index + 1) as f64 / rows.len() as f64 * 100.0);
        ys.push(share * 100.0);
    }
    let alt = format!(
        "Curve of the share of all minutes over the share of incidents, the longest first: 20 % of them make up {:.0} %",
        part(0.2)
    );
    let figure = line(alt, &xs, &ys)
        .name("observed")
        .add_line("all equally long", [0.0, 100.0], [0.0, 100.0])
        .x_label("incidents, the longest first", "%")
        .y_label("minutes lost", "%")
        .title("Few incidents make up most of the minutes");
    Ok(Analysis {
        title: "How unequally minutes are spread".to_owned(),
        known: rows.len(),
        of: columns.rows(),
        what: "Duration",
        findings,
        caveats: vec![LEANING.to_owned()],
        frame,
        figures: vec![figure],
    })
}

#[cfg(test)]
mod tests {
    use super::union;

    #[test]
    fn minutes_that_overlap_count_once() {
        assert_eq!(union(&mut [(10.0, 20.0), (0.0, 5.0), (15.0, 25.0)]), 20.0);
        assert_eq!(union(&mut [(0.0, 10.0), (2.0, 3.0)]), 10.0);
        assert_eq!(union(&mut []), 0.0);
    }
}
