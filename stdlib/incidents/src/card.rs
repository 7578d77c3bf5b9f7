//! One incident on a card: what happened when, why, how far it reached, how it was
//! ended, and what would have limited it.

use std::fmt::{self, Write as _};

use chrono::{DateTime, Utc};
use lightcone_notebook::display::{Rich, Show};
use lightcone_notebook::html::escape;
use lightcone_wire::Media;
use polars::prelude as pl;
use polars::prelude::IntoLazy;

use crate::analyses::minutes;
use crate::columns::Columns;
use crate::error::IncidentsError;
use crate::find::near;

/// One incident with all that the tables know of it. It shows itself as a card.
#[derive(Clone, Debug)]
pub struct IncidentCard {
    id: String,
    title: String,
    /// Lines under the title: organization, time, size.
    facts: Vec<(&'static str, String)>,
    events: Vec<Event>,
    /// Headed paragraphs: trigger, cause, impact, analysis.
    parts: Vec<(&'static str, String)>,
    patterns: Vec<String>,
    related: Vec<String>,
    sources: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
struct Event {
    time: DateTime<Utc>,
    day_only: bool,
    kind: String,
    text: String,
}

/// The card of an incident, by its id or by the number that the course gives it.
///
/// # Errors
/// [`IncidentsError::UnknownIncident`] names ids like the one given;
/// [`IncidentsError::Data`] if the tables are not installed.
///
/// # Examples
/// ```no_run
/// let card = lightcone_incidents::incident("2021-10-facebook-backbone-bgp")?;
/// assert_eq!(card.id(), lightcone_incidents::incident("I032")?.id());
/// println!("{card}");
/// # Ok::<(), lightcone_incidents::IncidentsError>(())
/// ```
pub fn incident(id: &str) -> Result<IncidentCard, IncidentsError> {
    let numbers = lightcone_data::try_incident_numbers()?;
    let numbered = rows_with(&numbers, "number", id)?;
    let id = if numbered.rows() > 0 {
        first(&numbered, "incident_id")?
    } else {
        id.trim().to_owned()
    };
    let incidents = lightcone_data::try_incidents()?;
    let row = rows_with(&incidents, "id", &id)?;
    if row.rows() == 0 {
        let all: Vec<String> = incidents
            .column("id")?
            .str()?
            .iter()
            .flatten()
            .map(str::to_owned)
            .collect();
        return Err(IncidentsError::UnknownIncident {
            near: near(&id, &all),
            id,
        });
    }
    let mut card = IncidentCard {
        title: first(&row, "title")?,
        facts: facts(&row)?,
        events: events(&id)?,
        parts: Vec::new(),
        patterns: row.lists("mitigating_patterns")?.concat(),
        related: related(&id)?,
        sources: sources(&id, &row)?,
        id,
    };
    card.parts = parts(&card.id, &row)?;
    Ok(card)
}

impl IncidentCard {
    /// The id of the incident.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What happened, in one line.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }
}

/// The rows of a table whose column has a value, all columns of them.
fn rows_with(frame: &pl::DataFrame, column: &str, value: &str) -> Result<Columns, IncidentsError> {
    let names: Vec<&str> = frame
        .columns()
        .iter()
        .map(|column| column.name().as_str())
        .collect();
    let found = frame
        .clone()
        .lazy()
        .filter(pl::col(column).eq(pl::lit(value)))
        .collect()?;
    Columns::read(found, "incident", &names, &[])
}

fn first(columns: &Columns, name: &str) -> Result<String, IncidentsError> {
    Ok(columns
        .texts(name)?
        .into_iter()
        .next()
        .flatten()
        .unwrap_or_default())
}

fn number(columns: &Columns, name: &str) -> Result<Option<f64>, IncidentsError> {
    Ok(columns.numbers(name)?.into_iter().next().flatten())
}

/// A time as it is known: to the minute, or to the day.
fn written(time: DateTime<Utc>, day_only: bool) -> String {
    let form = if day_only {
        "%Y-%m-%d"
    } else {
        "%Y-%m-%d %H:%M UTC"
    };
    time.format(form).to_string()
}

fn facts(row: &Columns) -> Result<Vec<(&'static str, String)>, IncidentsError> {
    let mut facts = vec![
        ("Organization", first(row, "organization")?),
        ("Service", first(row, "service")?),
    ];
    for (label, time, precision) in [
        ("Start", "start_utc", "start_precision"),
        ("End", "end_utc", "end_precision"),
    ] {
        if let Some(Some(at)) = row.times(time)?.into_iter().next() {
            facts.push((label, written(at, first(row, precision)? == "day")));
        }
    }
    if let Some(duration) = number(row, "duration_minutes")? {
        let exact = format!("{duration:.0} min");
        let said = minutes(duration);
        let both = if said == exact {
            said
        } else {
            format!("{said} ({exact})")
        };
        facts.push(("Duration", both));
    }
    if let Some(noticed) = number(row, "detection_minutes")? {
        facts.push(("Noticed after", minutes(noticed)));
    }
    facts.push(("Reach", first(row, "severity")?));
    if let Some(users) = number(row, "users_affected")? {
        facts.push(("Users affected", grouped(users)));
    }
    if let Some(cost) = number(row, "estimated_cost_usd")? {
        facts.push(("Cost", format!("${} of the time", grouped(cost))));
    }
    let mut causes = vec![first(row, "cause_category")?];
    causes.extend(row.lists("contributing_categories")?.concat());
    facts.push(("Causes", causes.join(", ")));
    let regions = row.lists("regions")?.concat();
    if !regions.is_empty() {
        facts.push(("Places", regions.join(", ")));
    }
    Ok(facts)
}

/// A whole number with commas.
fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn events(id: &str) -> Result<Vec<Event>, IncidentsError> {
    let rows = rows_with(&lightcone_data::try_incident_events()?, "incident_id", id)?;
    let kinds = rows.texts("event")?;
    let texts = rows.texts("description")?;
    let precisions = rows.texts("time_precision")?;
    let mut events = Vec::new();
    for (at, time) in rows.times("time_utc")?.into_iter().enumerate() {
        if let Some(time) = time {
            events.push(Event {
                time,
                day_only: precisions[at].as_deref() == Some("day"),
                kind: kinds[at].clone().unwrap_or_default(),
                text: texts[at].clone().unwrap_or_default(),
            });
        }
    }
    events.sort_by_key(|event| event.time);
    Ok(events)
}

fn parts(id: &str, row: &Columns) -> Result<Vec<(&'static str, String)>, IncidentsError> {
    let analysis = rows_with(&lightcone_data::try_incident_analyses()?, "incident_id", id)?;
    let analysed = analysis.rows() > 0;
    let mut parts = Vec::new();
    // The analysis tells the trigger in more detail.
    let trigger = if analysed { &analysis } else { row };
    parts.push(("Trigger", first(trigger, "trigger")?));
    parts.push(("Cause", first(row, "root_cause")?));
    if analysed {
        let factors = analysis.lists("contributing_factors")?.concat();
        parts.push(("Contributing factors", factors.join("; ")));
        parts.push(("Detection gap", first(&analysis, "detection_gap")?));
    }
    parts.push(("Impact", first(row, "impact")?));
    if analysed {
        parts.push(("Blast radius", first(&analysis, "blast_radius")?));
        parts.push(("Recovery", first(&analysis, "recovery_path")?));
        let mut limit = format!(
            "{} ({})",
            first(&analysis, "what_would_have_limited")?,
            first(&analysis, "limiting_pattern")?
        );
        if let Some(limited) = number(&analysis, "limited_duration_minutes")? {
            let lasted = number(row, "duration_minutes")?
                .map(|duration| format!(" instead of {}", minutes(duration)))
                .unwrap_or_default();
            let _ = write!(
                limit,
                " It would have lasted {}{lasted}: {}",
                minutes(limited),
                first(&analysis, "limit_basis")?
            );
        }
        parts.push(("What would have limited it", limit));
        let formula = first(&analysis, "formula")?;
        if !formula.is_empty() {
            let note = first(&analysis, "formula_note")?;
            parts.push(("The formula behind its size", format!("{formula}: {note}")));
        }
    } else {
        parts.push(("Mitigation", first(row, "mitigation")?));
    }
    parts.push(("Lessons", row.lists("lessons")?.concat().join("; ")));
    parts.push(("Remarks", first(row, "affected_scope_note")?));
    parts.retain(|(_, text)| !text.is_empty());
    Ok(parts)
}

fn related(id: &str) -> Result<Vec<String>, IncidentsError> {
    let relations = lightcone_data::try_incident_relations()?;
    let mut related = Vec::new();
    for (here, there, words) in [
        ("incident_id", "related_id", ["goes back to", "follows"]),
        ("related_id", "incident_id", ["led to", "was followed by"]),
    ] {
        let rows = rows_with(&relations, here, id)?;
        let kinds = rows.texts("relation")?;
        for (other, kind) in rows.texts(there)?.into_iter().zip(kinds) {
            let word = words[usize::from(kind.as_deref() == Some("follow-up-of"))];
            related.push(format!("{word} {}", other.unwrap_or_default()));
        }
    }
    Ok(related)
}

/// Title and address of each source, the first one that of the table.
fn sources(id: &str, row: &Columns) -> Result<Vec<(String, String)>, IncidentsError> {
    let mut sources = vec![(first(row, "source_title")?, first(row, "source_url")?)];
    let more = rows_with(&lightcone_data::try_incident_sources()?, "incident_id", id)?;
    let urls = more.texts("url")?;
    for (title, url) in more.texts("title")?.into_iter().zip(urls) {
        sources.push((title.unwrap_or_default(), url.unwrap_or_default()));
    }
    Ok(sources)
}

impl IncidentCard {
    /// When the impact began, if its time of day is known.
    fn start(&self) -> Option<DateTime<Utc>> {
        self.events
            .iter()
            .find(|event| event.kind == "impact-start" && !event.day_only)
            .map(|event| event.time)
    }

    /// The time of an event, from the start of the impact where that is known.
    fn when(&self, event: &Event) -> String {
        let at = written(event.time, event.day_only);
        match self.start() {
            Some(start) if !event.day_only && event.kind != "impact-start" => {
                let from = (event.time - start).num_minutes();
                if from == 0 {
                    return at;
                }
                let sign = if from < 0 { "-" } else { "+" };
                format!("{at} ({sign}{})", minutes(from.abs() as f64))
            }
            _ => at,
        }
    }
}

impl fmt::Display for IncidentCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}", self.title, self.id)?;
        for (label, fact) in &self.facts {
            writeln!(f, "{label}: {fact}")?;
        }
        if !self.events.is_empty() {
            writeln!(f, "Timeline:")?;
            for event in &self.events {
                writeln!(f, "  {}  {}: {}", self.when(event), event.kind, event.text)?;
            }
        }
        for (label, text) in &self.parts {
            writeln!(f, "{label}: {text}")?;
        }
        writeln!(f, "Patterns that help: {}", self.patterns.join(", "))?;
        for related in &self.related {
            writeln!(f, "It {related}")?;
        }
        for (title, url) in &self.sources {
            writeln!(f, "Source: {title} {url}")?;
        }
        Ok(())
    }
}

impl Show for IncidentCard {
    fn media(&self) -> Media {
        let mut html = format!(
            "<article class=\"lightcone-incident\" aria-label=\"{0}\"><h4>{0}</h4>\
             <p><code>{1}</code></p><dl>",
            escape(&self.title),
            escape(&self.id)
        );
        for (label, fact) in &self.facts {
            let _ = write!(
                html,
                "<div><dt style=\"display:inline;font-weight:bold\">{label}: </dt>\
                 <dd style=\"display:inline;margin:0\">{}</dd></div>",
                escape(fact)
            );
        }
        html += "</dl>";
        if !self.events.is_empty() {
            html += "<h5>Timeline</h5><ul>";
            for event in &self.events {
                let _ = write!(
                    html,
                    "<li><time datetime=\"{}\">{}</time> <b>{}</b> {}</li>",
                    event.time.format("%Y-%m-%dT%H:%M:%SZ"),
                    escape(&self.when(event)),
                    escape(&event.kind),
                    escape(&event.text)
                );
            }
            html += "</ul>";
        }
        for (label, text) in &self.parts {
            let _ = write!(html, "<p><b>{label}.</b> {}</p>", escape(text));
        }
        let patterns: Vec<String> = self
            .patterns
            .iter()
            .map(|pattern| format!("<code>{}</code>", escape(pattern)))
            .collect();
        let _ = write!(
            html,
            "<p><b>Patterns that help.</b> {}</p>",
            patterns.join(", ")
        );
        for related in &self.related {
            let _ = write!(html, "<p>It {}</p>", escape(related));
        }
        html += "<h5>Sources</h5><ul>";
        for (title, url) in &self.sources {
            // Only web addresses become links.
            let linked = if url.starts_with("https://") || url.starts_with("http://") {
                format!("<a href=\"{}\">{}</a>", escape(url), escape(title))
            } else {
                escape(title)
            };
            let _ = write!(html, "<li>{linked}</li>");
        }
        html += "</ul></article>";
        Media::plain(self.to_string()).with("text/html", html)
    }
}

impl Rich for IncidentCard {}
