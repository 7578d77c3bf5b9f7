//! The time from one incident to the next.

use lightcone_notebook::figure::line;
use lightcone_statistics::{Distribution, Family, goodness_of_fit, mean};
use polars::prelude::IntoLazy;

use super::{LEANING, RESAMPLES, SEED, enough, numbers, p_value, table, words};
use crate::analysis::Analysis;
use crate::columns::Columns;
use crate::error::IncidentsError;

const NAME: &str = "inter_arrival_times";

/// Gaps tested for their fit; of more an even sample is taken, since each of the
/// samples of the test costs as much as the data.
const TESTED: usize = 2_000;

/// The time from one incident to the next, with exponential and Weibull fits and a
/// test of each. An exponential fit is what a steady stream of independent
/// incidents would give; a Weibull shape below 1 means that they come in bursts, or
/// that the rate changes over the years.
///
/// Needs `start_utc`. Incidents of the same minute count as one.
///
/// # Errors
/// [`IncidentsError::MissingColumn`], or [`IncidentsError::TooFew`] with fewer than
/// ten gaps.
///
/// # Examples
/// ```no_run
/// use polars::prelude::*;
/// let recent = lightcone_data::incidents()
///     .lazy()
///     .filter(col("start_utc").dt().year().gt_eq(lit(2018)));
/// println!("{}", lightcone_incidents::inter_arrival_times(recent)?);
/// # Ok::<(), lightcone_incidents::IncidentsError>(())
/// ```
pub fn inter_arrival_times(incidents: impl IntoLazy) -> Result<Analysis, IncidentsError> {
    let columns = Columns::read(incidents, NAME, &["start_utc"], &[])?;
    let mut starts: Vec<i64> = columns
        .times("start_utc")?
        .into_iter()
        .flatten()
        .map(|time| time.timestamp() / 60)
        .collect();
    let known = starts.len();
    starts.sort_unstable();
    starts.dedup();
    let mut gaps: Vec<f64> = starts
        .windows(2)
        .map(|pair| (pair[1] - pair[0]) as f64 / 1_440.0)
        .collect();
    enough(NAME, "a start of their own", gaps.len(), 10)?;
    let average = mean(&gaps)?;
    gaps.sort_by(f64::total_cmp);
    let step = gaps.len().div_ceil(TESTED);
    let tested: Vec<f64> = gaps.iter().copied().step_by(step).collect();
    let mut fits = Vec::new();
    for family in [Family::Exponential, Family::Weibull] {
        fits.push((family, goodness_of_fit(family, &tested, RESAMPLES, SEED)?));
    }
    let frame = table(vec![
        words(
            "family",
            &fits
                .iter()
                .map(|(family, _)| family.to_string())
                .collect::<Vec<_>>(),
        ),
        words(
            "fit",
            &fits
                .iter()
                .map(|(_, good)| good.fit.distribution.to_string())
                .collect::<Vec<_>>(),
        ),
        numbers(
            "aic",
            &fits
                .iter()
                .map(|(_, good)| good.fit.aic)
                .collect::<Vec<_>>(),
        ),
        numbers(
            "ks_distance",
            &fits
                .iter()
                .map(|(_, good)| good.distance)
                .collect::<Vec<_>>(),
        ),
        numbers(
            "p_value",
            &fits
                .iter()
                .map(|(_, good)| good.p_value)
                .collect::<Vec<_>>(),
        ),
    ])?;
    let mut findings = vec![format!(
        "On average {average:.1} days pass from one incident to the next, {} gaps in all.",
        gaps.len()
    )];
    for (family, good) in &fits {
        let verdict = if good.p_value < 0.05 {
            "does not describe the gaps"
        } else {
            "is not refuted"
        };
        findings.push(format!(
            "The {family} distribution {verdict} ({}, {} samples drawn from the fit).",
            p_value(good.p_value),
            good.resamples
        ));
    }
    if let Distribution::Weibull { shape, .. } = fits[1].1.fit.distribution {
        findings.push(if shape < 1.0 {
            format!("The Weibull shape is {shape:.2}: below 1, so incidents come in bursts or the rate changed over time.")
        } else {
            format!("The Weibull shape is {shape:.2}: not below 1, so there are no bursts.")
        });
    }
    // The share of gaps longer than a time, observed and by both fits.
    let shown: Vec<f64> = gaps
        .iter()
        .copied()
        .step_by(gaps.len().div_ceil(400))
        .collect();
    let observed: Vec<f64> = shown
        .iter()
        .map(|days| {
            let longer = gaps.len() - gaps.partition_point(|gap| gap <= days);
            longer as f64 / gaps.len() as f64
        })
        .collect();
    let alt = format!(
        "Share of gaps between incidents that are longer than a number of days: observed, and by \
         exponential and Weibull fits; half are longer than {:.1} days",
        gaps[gaps.len() / 2]
    );
    let mut figure = line(alt, &shown, &observed)
        .name("observed")
        .x_label("gap", "days")
        .y_label("share that is longer", "")
        .title("From one incident to the next");
    for (family, good) in &fits {
        let fitted: Vec<f64> = shown
            .iter()
            .map(|days| 1.0 - good.fit.distribution.cdf(*days))
            .collect();
        figure = figure.add_line(family.to_string(), &shown, &fitted);
    }
    let mut caveats = vec![
        LEANING.to_owned(),
        "More is written about incidents now than in 2010: a rising rate shows publishing as much as failing. Filter to a few years before you read a rate from it.".to_owned(),
    ];
    if step > 1 {
        caveats.push(format!(
            "The fits are tested on every {step}th gap in order of size."
        ));
    }
    Ok(Analysis {
        title: "The time from one incident to the next".to_owned(),
        known,
        of: columns.rows(),
        what: "Start",
        findings,
        caveats,
        frame,
        figures: vec![figure],
    })
}
