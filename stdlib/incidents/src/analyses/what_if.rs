//! What a pattern would have saved.

use std::collections::HashMap;

use lightcone_notebook::figure::bar;
use polars::prelude::IntoLazy;

use super::{LEANING, enough, minutes, numbers, table, tallied, words};
use crate::analysis::Analysis;
use crate::columns::Columns;
use crate::error::IncidentsError;
use crate::find::near;

const NAME: &str = "what_if";

/// Minutes that would have been saved if a pattern had held.
///
/// Two numbers, which must not be mixed. The upper bound is all minutes of the
/// incidents that name the pattern, as if it had prevented them. The computed saving
/// is of the few whose analysis says how long the impact would have lasted with the
/// pattern, from the times of its source; it needs the column `id` to find them.
///
/// Needs `mitigating_patterns` and `duration_minutes`.
///
/// # Errors
/// [`IncidentsError::UnknownPattern`] names like ones;
/// [`IncidentsError::MissingColumn`] or [`IncidentsError::Data`].
///
/// # Examples
/// ```no_run
/// let saved = lightcone_incidents::what_if(lightcone_data::incidents(), "staged-rollout")?;
/// println!("{saved}");
/// # Ok::<(), lightcone_incidents::IncidentsError>(())
/// ```
pub fn what_if(incidents: impl IntoLazy, pattern: &str) -> Result<Analysis, IncidentsError> {
    let columns = Columns::read(
        incidents,
        NAME,
        &["mitigating_patterns", "duration_minutes"],
        &["id"],
    )?;
    let patterns = columns.lists("mitigating_patterns")?;
    let durations = columns.numbers("duration_minutes")?;
    let ids = if columns.has("id") {
        columns.texts("id")?
    } else {
        vec![None; columns.rows()]
    };
    let limits = limits(pattern)?;
    let total: f64 = durations.iter().flatten().sum();
    let (mut naming, mut known, mut bound) = (0, 0, 0.0);
    let mut saved: Vec<(String, f64, f64)> = Vec::new();
    for ((patterns, duration), id) in patterns.iter().zip(&durations).zip(&ids) {
        if !patterns.iter().any(|name| name == pattern) {
            continue;
        }
        naming += 1;
        let Some(duration) = duration else { continue };
        known += 1;
        bound += duration;
        if let Some(id) = id
            && let Some(limited) = limits.get(id)
        {
            saved.push((id.clone(), *duration, *limited));
        }
    }
    if naming == 0 {
        let all: Vec<String> = tallied(patterns.iter().flatten().map(String::as_str))
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        return Err(IncidentsError::UnknownPattern {
            pattern: pattern.to_owned(),
            near: near(pattern, &all),
        });
    }
    enough(NAME, "this pattern and a known duration", known, 1)?;
    saved.sort_by(|a, b| (b.1 - b.2).total_cmp(&(a.1 - a.2)));
    let computed: f64 = saved.iter().map(|row| row.1 - row.2).sum();
    let frame = table(vec![
        words(
            "incident_id",
            &saved.iter().map(|row| &row.0).collect::<Vec<_>>(),
        ),
        numbers(
            "duration_minutes",
            &saved.iter().map(|row| row.1).collect::<Vec<_>>(),
        ),
        numbers(
            "limited_duration_minutes",
            &saved.iter().map(|row| row.2).collect::<Vec<_>>(),
        ),
        numbers(
            "saved_minutes",
            &saved.iter().map(|row| row.1 - row.2).collect::<Vec<_>>(),
        ),
    ])?;
    let mut findings = vec![format!(
        "Upper bound: {naming} incidents name `{pattern}`; the {known} of them with a known duration lasted {} together, {:.0} % of all known minutes.",
        minutes(bound),
        100.0 * bound / total
    )];
    findings.push(if saved.is_empty() {
        format!(
            "No analysis computes how long an incident would have lasted with `{pattern}` alone."
        )
    } else {
        format!(
            "Computed from the times of the sources, for {} of them: {} less of {}.",
            saved.len(),
            minutes(computed),
            minutes(saved.iter().map(|row| row.1).sum())
        )
    });
    let mut figures = Vec::new();
    if !saved.is_empty() {
        let alt = format!(
            "Bar chart of {} incidents: how long they lasted, and how long they would have with {pattern}",
            saved.len()
        );
        figures.push(
            bar(
                alt,
                saved.iter().map(|row| row.0.as_str()),
                saved.iter().map(|row| row.1),
            )
            .name("as it was")
            .add_bars(format!("with {pattern}"), saved.iter().map(|row| row.2))
            .y_label("duration", "min")
            .title(format!("What {pattern} would have saved")),
        );
    }
    Ok(Analysis {
        title: format!("What if `{pattern}` had held"),
        known,
        of: naming,
        what: "Among those that name the pattern, duration",
        findings,
        caveats: vec![
            "The upper bound assumes that the pattern prevents the incident altogether; no pattern does that every time. Bounds of several patterns must not be added: most incidents name several.".to_owned(),
            LEANING.to_owned(),
        ],
        frame,
        figures,
    })
}

/// How long incidents would have lasted with a pattern, by id, from the analyses.
fn limits(pattern: &str) -> Result<HashMap<String, f64>, IncidentsError> {
    let analyses = match lightcone_data::try_incident_analyses() {
        Ok(analyses) => analyses,
        // A frame of the reader's own can be asked without installed tables.
        Err(lightcone_data::DataError::NotInstalled { .. }) => return Ok(HashMap::new()),
        Err(error) => return Err(error.into()),
    };
    let columns = Columns::read(
        analyses,
        NAME,
        &[
            "incident_id",
            "limiting_pattern",
            "limited_duration_minutes",
        ],
        &[],
    )?;
    let ids = columns.texts("incident_id")?;
    let patterns = columns.texts("limiting_pattern")?;
    let limited = columns.numbers("limited_duration_minutes")?;
    Ok(ids
        .into_iter()
        .zip(patterns)
        .zip(limited)
        .filter(|((_, name), _)| name.as_deref() == Some(pattern))
        .filter_map(|((id, _), limited)| Some((id?, limited?)))
        .collect())
}
