//! How long it takes to notice an incident, and to end it after that.

use lightcone_notebook::figure::box_plot;
use lightcone_statistics::{quantile, quantile_interval};
use polars::prelude::IntoLazy;

use super::{LEANING, LEVEL, counts, enough, minutes, numbers, table, words};
use crate::analysis::Analysis;
use crate::columns::Columns;
use crate::error::IncidentsError;

const NAME: &str = "time_to_detect_and_mitigate";

/// The time to detect an incident, and from then to its end: medians and tails with
/// intervals.
///
/// Needs `detection_minutes` and `duration_minutes`. Few public reports say when the
/// organization noticed, so the known ones are a small and chosen part.
///
/// # Errors
/// [`IncidentsError::MissingColumn`], or [`IncidentsError::TooFew`].
///
/// # Examples
/// ```no_run
/// println!("{}", lightcone_incidents::time_to_detect_and_mitigate(lightcone_data::incidents())?);
/// # Ok::<(), lightcone_incidents::IncidentsError>(())
/// ```
pub fn time_to_detect_and_mitigate(incidents: impl IntoLazy) -> Result<Analysis, IncidentsError> {
    let columns = Columns::read(
        incidents,
        NAME,
        &["detection_minutes", "duration_minutes"],
        &[],
    )?;
    let (mut detect, mut mitigate) = (Vec::new(), Vec::new());
    let durations = columns.numbers("duration_minutes")?;
    for (noticed, duration) in columns
        .numbers("detection_minutes")?
        .into_iter()
        .zip(durations)
    {
        let Some(noticed) = noticed.filter(|noticed| *noticed >= 0.0) else {
            continue;
        };
        detect.push(noticed);
        // Noticed only after the impact was over: there is nothing left to mitigate.
        if let Some(left) = duration
            .map(|duration| duration - noticed)
            .filter(|left| *left >= 0.0)
        {
            mitigate.push(left);
        }
    }
    enough(NAME, "a known time of detection", detect.len(), 5)?;
    enough(NAME, "known times of detection and end", mitigate.len(), 5)?;
    let phases = [("detect", &detect), ("mitigate after that", &mitigate)];
    let mut rows = Vec::new();
    for (phase, values) in phases {
        for p in [0.25, 0.5, 0.75, 0.9] {
            let interval = quantile_interval(values, p, LEVEL)?;
            rows.push((
                phase,
                values.len() as u64,
                p,
                quantile(values, p)?,
                interval,
            ));
        }
    }
    let frame = table(vec![
        words("phase", &rows.iter().map(|row| row.0).collect::<Vec<_>>()),
        counts("known", &rows.iter().map(|row| row.1).collect::<Vec<_>>()),
        numbers(
            "quantile",
            &rows.iter().map(|row| row.2).collect::<Vec<_>>(),
        ),
        numbers("minutes", &rows.iter().map(|row| row.3).collect::<Vec<_>>()),
        numbers(
            "low_95_minutes",
            &rows.iter().map(|row| row.4.low).collect::<Vec<_>>(),
        ),
        numbers(
            "high_95_minutes",
            &rows.iter().map(|row| row.4.high).collect::<Vec<_>>(),
        ),
    ])?;
    let said = |row: usize| {
        let (_, known, _, value, interval) = &rows[row];
        format!(
            "{} (n = {known}, 95 % interval {} to {})",
            minutes(*value),
            minutes(interval.low),
            minutes(interval.high)
        )
    };
    let findings = vec![
        format!("Half are noticed within {}.", said(1)),
        format!("After that, half end within {}.", said(5)),
        format!(
            "{} of {} were noticed within a minute.",
            detect.iter().filter(|noticed| **noticed < 1.0).count(),
            detect.len()
        ),
    ];
    // A logarithmic axis has no zero: below a minute is drawn at half a minute.
    let drawn = |values: &[f64]| {
        values
            .iter()
            .map(|value| value.max(0.5))
            .collect::<Vec<_>>()
    };
    let alt = format!(
        "Box plots on a logarithmic scale: time to detect with a median of {}, time to mitigate after that with a median of {}",
        minutes(rows[1].3),
        minutes(rows[5].3)
    );
    let figure = box_plot(alt, phases.map(|(phase, values)| (phase, drawn(values))))
        .log_y()
        .y_label("time", "min")
        .title("To notice, and to end");
    Ok(Analysis {
        title: "Time to detect and to mitigate".to_owned(),
        known: detect.len(),
        of: columns.rows(),
        what: "Time of detection",
        findings,
        caveats: vec![
            "Reports that give the time of detection are mostly those of organizations that are proud of it: expect the others to be slower.".to_owned(),
            LEANING.to_owned(),
        ],
        frame,
        figures: vec![figure],
    })
}
