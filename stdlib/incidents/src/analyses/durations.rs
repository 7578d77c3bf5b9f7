//! How long incidents last.

use lightcone_notebook::figure::{histogram, line};
use lightcone_statistics::{Family, fit, kaplan_meier, quantile, quantile_interval};
use polars::prelude::IntoLazy;

use super::{LEANING, LEVEL, enough, minutes, numbers, table};
use crate::analysis::Analysis;
use crate::columns::Columns;
use crate::error::IncidentsError;

const QUANTILES: [f64; 6] = [0.1, 0.25, 0.5, 0.75, 0.9, 0.99];

const NAME: &str = "duration_distribution";

/// How long incidents last: quantiles with intervals, the spread on a logarithmic
/// scale, the share that lasts longer than a time, and which family of
/// distributions comes closest.
///
/// Needs `duration_minutes`.
///
/// # Errors
/// [`IncidentsError::MissingColumn`], or [`IncidentsError::TooFew`] with fewer than
/// ten known durations.
///
/// # Examples
/// ```no_run
/// println!("{}", lightcone_incidents::duration_distribution(lightcone_data::incidents())?);
/// # Ok::<(), lightcone_incidents::IncidentsError>(())
/// ```
pub fn duration_distribution(incidents: impl IntoLazy) -> Result<Analysis, IncidentsError> {
    let columns = Columns::read(incidents, NAME, &["duration_minutes"], &[])?;
    let known: Vec<f64> = columns
        .numbers("duration_minutes")?
        .into_iter()
        .flatten()
        .filter(|minutes| *minutes > 0.0)
        .collect();
    enough(NAME, "a known duration", known.len(), 10)?;
    let mut rows = Vec::new();
    for p in QUANTILES {
        let interval = quantile_interval(&known, p, LEVEL)?;
        rows.push((p, quantile(&known, p)?, interval.low, interval.high));
    }
    let frame = table(vec![
        numbers(
            "quantile",
            &rows.iter().map(|row| row.0).collect::<Vec<_>>(),
        ),
        numbers(
            "duration_minutes",
            &rows.iter().map(|row| row.1).collect::<Vec<_>>(),
        ),
        numbers(
            "low_95_minutes",
            &rows.iter().map(|row| row.2).collect::<Vec<_>>(),
        ),
        numbers(
            "high_95_minutes",
            &rows.iter().map(|row| row.3).collect::<Vec<_>>(),
        ),
    ])?;
    let curve = kaplan_meier(&known, &vec![true; known.len()], LEVEL)?;
    let over_a_day = curve.beyond(1_440.0);
    let (_, median, low, high) = rows[2];
    let mut findings = vec![
        format!(
            "Half last longer than {} (95 % interval {} to {}).",
            minutes(median),
            minutes(low),
            minutes(high)
        ),
        format!(
            "One in ten lasts longer than {}; {:.0} % last longer than a day.",
            minutes(rows[4].1),
            100.0 * over_a_day
        ),
    ];
    let mut fits = Vec::new();
    for family in [Family::LogNormal, Family::Weibull, Family::Exponential] {
        if let Ok(found) = fit(family, &known) {
            fits.push((family, found));
        }
    }
    fits.sort_by(|a, b| a.1.aic.total_cmp(&b.1.aic));
    if let [(_, best), (family, next), ..] = fits.as_slice() {
        findings.push(format!(
            "Of three families the {} comes closest; the {family} is {:.0} worse by AIC.",
            best.distribution,
            next.aic - best.aic
        ));
    }
    let alt = format!(
        "Histogram of {} durations on a logarithmic scale: one hump around {}, a long tail to the right",
        known.len(),
        minutes(median)
    );
    let spread = histogram(alt, &known)
        .log_x()
        .x_label("duration", "min")
        .title("How long incidents last");
    // A step is drawn as two points, one at the height before it.
    let (mut times, mut shares) = (Vec::new(), Vec::new());
    let mut before = 1.0;
    for step in &curve.steps {
        if step.survival > 0.0 {
            times.extend([step.time, step.time]);
            shares.extend([before, step.survival]);
            before = step.survival;
        }
    }
    let alt = format!(
        "Curve of the share of incidents that last longer than a time: half beyond {}, {:.0} % beyond a day",
        minutes(median),
        100.0 * over_a_day
    );
    let survival = line(alt, &times, &shares)
        .log_x()
        .x_label("time since the start", "min")
        .y_label("share that lasts longer", "")
        .title("Survival of an incident");
    Ok(Analysis {
        title: "How long incidents last".to_owned(),
        known: known.len(),
        of: columns.rows(),
        what: "Duration",
        findings,
        caveats: vec![
            LEANING.to_owned(),
            "An unknown duration is left out, not taken for a short one.".to_owned(),
        ],
        frame,
        figures: vec![spread, survival],
    })
}
