//! Finding incidents: by words and filters, or by likeness.

use std::fmt::{self, Write as _};
use std::sync::OnceLock;

use lightcone_notebook::display::{Rich, Show};
use lightcone_notebook::html::escape;
use lightcone_search::{Document, Filter, Hit, Index, Query, Schema, Units};
use lightcone_wire::Media;
use polars::prelude as pl;

use crate::columns::Columns;
use crate::error::IncidentsError;

/// How many incidents a search returns at most.
const LIMIT: usize = 20;

/// Bytes of text shown on each side of the best match.
const AROUND: usize = 80;

/// Text fields with their weights: a word in the title says more than one in the
/// lessons.
const FIELDS: [(&str, f64); 11] = [
    ("title", 3.0),
    ("id", 2.0),
    ("organization", 2.0),
    ("service", 2.0),
    ("trigger", 1.5),
    ("root_cause", 1.5),
    ("impact", 1.0),
    ("mitigation", 1.0),
    ("lessons", 1.0),
    ("categories", 1.0),
    ("patterns", 0.5),
];

/// Short names of providers, as people type them.
const PROVIDERS: [(&str, &str); 12] = [
    ("aws", "Amazon Web Services"),
    ("amazon", "Amazon Web Services"),
    ("amazon", "Amazon"),
    ("azure", "Microsoft Azure"),
    ("microsoft", "Microsoft Azure"),
    ("microsoft", "Microsoft"),
    ("gcp", "Google Cloud"),
    ("google", "Google Cloud"),
    ("google", "Google"),
    ("facebook", "Facebook (Meta)"),
    ("meta", "Facebook (Meta)"),
    ("ovh", "OVHcloud"),
];

/// The index of the installed incidents, with what is shown of each.
struct Database {
    index: Index,
    schema: Schema,
    rows: Vec<Row>,
}

/// What a result shows of an incident.
#[derive(Clone, Debug)]
struct Row {
    id: String,
    title: String,
    organization: String,
    day: String,
    duration: Option<f64>,
}

/// Incidents that were found, the best first. It shows itself as a list with the
/// matches marked; [`Found::frame`] has the rows of the table.
#[derive(Clone, Debug)]
pub struct Found {
    asked: String,
    total: usize,
    notes: Vec<String>,
    hits: Vec<Shown>,
}

#[derive(Clone, Debug)]
struct Shown {
    row: Row,
    score: f64,
    /// Pieces of text; those that match are marked.
    title: Vec<(String, bool)>,
    snippet: Vec<(String, bool)>,
    field: String,
}

/// Finds incidents by words and filters: `dns retry storm provider:aws after:2015
/// duration:>60m`.
///
/// Words are ranked by BM25 over title, organization, service, causes, impact and
/// lessons; mistyped words find similar ones. Quotes make a phrase, `-` excludes.
/// Filters: `provider:` or `organization:`, `service:`, `cause:` (main or
/// contributing), `pattern:`, `severity:`, `region:`, `after:`, `before:`, `date:`,
/// `duration:` and `detection:` (`>60m`, `<2h`, `30m..4h`), `cost:` and `users:`
/// (`>1M`), `verified:`.
///
/// # Errors
/// [`IncidentsError::Query`] says which filter or value is not known, and names like
/// ones; [`IncidentsError::Data`] if the tables are not installed.
///
/// # Examples
/// ```no_run
/// let found = lightcone_incidents::search("\"split brain\" severity:global -dns")?;
/// println!("{found}");
/// # Ok::<(), lightcone_incidents::IncidentsError>(())
/// ```
pub fn search(query: &str) -> Result<Found, IncidentsError> {
    let database = database()?;
    let parsed = Query::parse(query, &database.schema)?;
    let results = database.index.search(&parsed, LIMIT);
    let mut notes = Vec::new();
    for correction in &results.corrections {
        notes.push(format!(
            "no incident has \"{}\"; looked for {} instead",
            correction.term,
            correction.used.join(", ")
        ));
    }
    for unknown in &results.unknown {
        notes.push(format!("no incident has \"{unknown}\" or anything like it"));
    }
    Ok(Found {
        asked: query.to_owned(),
        total: results.total,
        notes,
        hits: results.hits.iter().map(|hit| database.shown(hit)).collect(),
    })
}

/// Incidents that resemble one: the same words, causes and patterns.
///
/// # Errors
/// [`IncidentsError::UnknownIncident`] names ids like the one given.
///
/// # Examples
/// ```no_run
/// println!("{}", lightcone_incidents::like("2021-10-facebook-backbone-bgp")?);
/// # Ok::<(), lightcone_incidents::IncidentsError>(())
/// ```
pub fn like(id: &str) -> Result<Found, IncidentsError> {
    let database = database()?;
    let Some(document) = database.rows.iter().position(|row| row.id == id) else {
        let all: Vec<String> = database.rows.iter().map(|row| row.id.clone()).collect();
        return Err(IncidentsError::UnknownIncident {
            id: id.to_owned(),
            near: near(id, &all),
        });
    };
    // The document exists, so the index has an answer.
    let hits = database.index.similar(document, 10).unwrap_or_default();
    Ok(Found {
        asked: format!("like {id}"),
        total: hits.len(),
        notes: Vec::new(),
        hits: hits.iter().map(|hit| database.shown(hit)).collect(),
    })
}

impl Found {
    /// How many incidents match, also beyond those listed.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// The ids of those listed, the best first.
    #[must_use]
    pub fn ids(&self) -> Vec<&str> {
        self.hits.iter().map(|hit| hit.row.id.as_str()).collect()
    }

    /// The score of each hit, only for comparison within this search.
    #[must_use]
    pub fn scores(&self) -> Vec<f64> {
        self.hits.iter().map(|hit| hit.score).collect()
    }

    /// The rows of the table `incidents` for those listed, the best first.
    ///
    /// # Errors
    /// [`IncidentsError::Data`] if the tables are not installed.
    pub fn frame(&self) -> Result<pl::DataFrame, IncidentsError> {
        let incidents = lightcone_data::try_incidents()?;
        let ids = incidents.column("id")?.str()?.clone();
        let rows: Vec<pl::IdxSize> = self
            .ids()
            .into_iter()
            .filter_map(|wanted| ids.iter().position(|id| id == Some(wanted)))
            .map(|row| row as pl::IdxSize)
            .collect();
        Ok(incidents.take(&pl::IdxCa::from_vec("row".into(), rows))?)
    }

    fn head(&self) -> String {
        let listed = self.hits.len();
        match (self.total, listed) {
            (0, _) => format!("Nothing found for: {}", self.asked),
            (total, listed) if listed < total => {
                format!("{total} incidents for: {} (the best {listed})", self.asked)
            }
            (1, _) => format!("1 incident for: {}", self.asked),
            (total, _) => format!("{total} incidents for: {}", self.asked),
        }
    }
}

impl Row {
    fn facts(&self) -> String {
        let duration = self
            .duration
            .map(|minutes| format!(", {}", crate::analyses::minutes(minutes)))
            .unwrap_or_default();
        format!("{}, {}{duration}", self.organization, self.day)
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.head())?;
        for note in &self.notes {
            writeln!(f, "({note})")?;
        }
        for hit in &self.hits {
            let marked = |pieces: &[(String, bool)]| -> String {
                pieces
                    .iter()
                    .map(|(text, matches)| {
                        if *matches {
                            format!("*{text}*")
                        } else {
                            text.clone()
                        }
                    })
                    .collect()
            };
            writeln!(f, "{}", hit.row.id)?;
            writeln!(f, "    {} ({})", marked(&hit.title), hit.row.facts())?;
            if !hit.snippet.is_empty() {
                writeln!(f, "    {}: {}", hit.field, marked(&hit.snippet))?;
            }
        }
        Ok(())
    }
}

impl Show for Found {
    fn media(&self) -> Media {
        let marked = |pieces: &[(String, bool)]| -> String {
            pieces
                .iter()
                .map(|(text, matches)| {
                    if *matches {
                        format!("<mark>{}</mark>", escape(text))
                    } else {
                        escape(text)
                    }
                })
                .collect()
        };
        let mut html = format!("<section><p><b>{}</b></p>", escape(&self.head()));
        for note in &self.notes {
            let _ = write!(html, "<p><small>{}</small></p>", escape(note));
        }
        html += "<ol>";
        for hit in &self.hits {
            let _ = write!(
                html,
                "<li><b>{}</b><br><small>{} &middot; <code>{}</code></small>",
                marked(&hit.title),
                escape(&hit.row.facts()),
                escape(&hit.row.id)
            );
            if !hit.snippet.is_empty() {
                let _ = write!(html, "<br>{}: {}", escape(&hit.field), marked(&hit.snippet));
            }
            html += "</li>";
        }
        html += "</ol></section>";
        Media::plain(self.to_string()).with("text/html", html)
    }
}

impl Rich for Found {}

impl Database {
    fn shown(&self, hit: &Hit) -> Shown {
        let row = self.rows[hit.document].clone();
        let title = pieces(&row.title, hit.ranges("title"));
        // The text with the most matches, other than the names already shown.
        let best = hit
            .highlights
            .iter()
            .filter(|highlight| {
                !["title", "id", "organization", "patterns", "categories"]
                    .contains(&highlight.field.as_str())
            })
            .max_by_key(|highlight| highlight.ranges.len());
        let field = best
            .map(|highlight| highlight.field.clone())
            .unwrap_or_default();
        let snippet = best
            .and_then(|highlight| self.index.snippet(hit, &highlight.field, AROUND))
            .map(|snippet| pieces(&snippet.text, &snippet.ranges))
            .unwrap_or_default();
        Shown {
            row,
            score: hit.score,
            title,
            snippet,
            field: field.replace('_', " "),
        }
    }
}

/// A text cut into pieces that match and pieces that do not.
fn pieces(text: &str, ranges: &[std::ops::Range<usize>]) -> Vec<(String, bool)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for range in ranges {
        if at < range.start {
            pieces.push((text[at..range.start].to_owned(), false));
        }
        pieces.push((text[range.clone()].to_owned(), true));
        at = range.end;
    }
    if at < text.len() {
        pieces.push((text[at..].to_owned(), false));
    }
    pieces
}

/// The database of this installation, built at the first question.
fn database() -> Result<&'static Database, IncidentsError> {
    static DATABASE: OnceLock<Database> = OnceLock::new();
    if let Some(database) = DATABASE.get() {
        return Ok(database);
    }
    let made = build(&lightcone_data::try_incidents()?)?;
    Ok(DATABASE.get_or_init(|| made))
}

fn build(incidents: &pl::DataFrame) -> Result<Database, IncidentsError> {
    const NAME: &str = "search";
    let columns = Columns::read(
        incidents.clone(),
        NAME,
        &[
            "id",
            "title",
            "organization",
            "service",
            "start_utc",
            "duration_minutes",
            "severity",
            "cause_category",
            "contributing_categories",
            "trigger",
            "root_cause",
            "impact",
            "users_affected",
            "estimated_cost_usd",
            "detection_minutes",
            "mitigation",
            "lessons",
            "mitigating_patterns",
            "regions",
            "verified",
        ],
        &[],
    )?;
    let text = |name: &str| -> Result<Vec<String>, IncidentsError> {
        let texts = columns.texts(name)?.into_iter();
        Ok(texts.map(Option::unwrap_or_default).collect())
    };
    let (ids, titles, owners, services) = (
        text("id")?,
        text("title")?,
        text("organization")?,
        text("service")?,
    );
    let (severities, causes, verified) = (
        text("severity")?,
        text("cause_category")?,
        text("verified")?,
    );
    let prose = [
        ("trigger", text("trigger")?),
        ("root_cause", text("root_cause")?),
        ("impact", text("impact")?),
        ("mitigation", text("mitigation")?),
    ];
    let (contributing, lessons, patterns, regions) = (
        columns.lists("contributing_categories")?,
        columns.lists("lessons")?,
        columns.lists("mitigating_patterns")?,
        columns.lists("regions")?,
    );
    let starts = columns.times("start_utc")?;
    let measures = [
        ("duration", columns.numbers("duration_minutes")?, 60.0),
        ("detection", columns.numbers("detection_minutes")?, 60.0),
        ("users", columns.numbers("users_affected")?, 1.0),
        ("cost", columns.numbers("estimated_cost_usd")?, 1.0),
    ];
    let mut builder = Index::builder();
    for (field, boost) in FIELDS {
        builder = builder.field(field, boost).map_err(broken)?;
    }
    let mut rows = Vec::with_capacity(ids.len());
    for row in 0..ids.len() {
        let mut document = Document::new()
            .text("title", &titles[row])
            .text("id", &ids[row])
            .text("organization", &owners[row])
            .text("service", &services[row])
            .text("lessons", lessons[row].join("; "))
            .text("patterns", patterns[row].join(" "))
            .keyword("organization", &owners[row])
            .keyword("service", &services[row])
            .keyword("severity", &severities[row])
            .keyword("verified", &verified[row])
            .keyword("cause", &causes[row]);
        for (field, texts) in &prose {
            document = document.text(*field, &texts[row]);
        }
        for (short, owner) in PROVIDERS {
            if owners[row] == owner {
                document = document.keyword("organization", short);
            }
        }
        // Each word of a name alone, so that provider:cloudflare and :meta do.
        for word in owners[row].split(|letter: char| !letter.is_alphanumeric()) {
            if word.len() > 2 {
                document = document.keyword("organization", word);
            }
        }
        for cause in &contributing[row] {
            document = document.keyword("cause", cause);
        }
        document = document.text(
            "categories",
            format!("{} {}", causes[row], contributing[row].join(" ")),
        );
        for pattern in &patterns[row] {
            document = document.keyword("pattern", pattern);
        }
        for region in &regions[row] {
            document = document.keyword("region", region);
        }
        if let Some(start) = starts[row] {
            document = document.seconds("start", start.timestamp() as f64);
        }
        for (name, values, factor) in &measures {
            if let Some(value) = values[row] {
                document = document.number(*name, value * factor);
            }
        }
        builder.add(document).map_err(broken)?;
        rows.push(Row {
            id: ids[row].clone(),
            title: titles[row].clone(),
            organization: owners[row].clone(),
            day: starts[row].map_or_else(
                || "start unknown".to_owned(),
                |start| start.format("%Y-%m-%d").to_string(),
            ),
            duration: measures[0].1[row],
        });
    }
    let index = builder.build();
    let closed = |name: &str| -> Filter {
        let values: Vec<String> = index
            .keywords(name)
            .into_iter()
            .map(|(value, _)| value.to_owned())
            .collect();
        Filter::one_of(name, values)
    };
    let filters = [
        closed("organization").alias("provider").alias("org"),
        Filter::keyword("service"),
        closed("severity"),
        closed("cause"),
        closed("pattern"),
        closed("region"),
        closed("verified"),
        Filter::number("duration", Units::durations()),
        Filter::number("detection", Units::durations()),
        Filter::number("users", Units::counts()),
        Filter::number("cost", Units::counts()),
        Filter::date("date").of("start"),
        Filter::after("after").of("start"),
        Filter::before("before").of("start"),
    ];
    let mut schema = Schema::new();
    for filter in filters {
        schema = schema.with(filter).map_err(broken)?;
    }
    Ok(Database {
        index,
        schema,
        rows,
    })
}

/// The fields and filters above are fixed, so this says that they clash.
fn broken(error: impl fmt::Display) -> IncidentsError {
    IncidentsError::Frame(pl::PolarsError::ComputeError(error.to_string().into()))
}

/// Names that look like one, best first: those that share its parts, or nearly.
pub(crate) fn near(name: &str, known: &[String]) -> Vec<String> {
    let mut builder = match Index::builder().field("name", 1.0) {
        Ok(builder) => builder,
        Err(_) => return Vec::new(),
    };
    for name in known {
        if builder.add(Document::new().text("name", name)).is_err() {
            return Vec::new();
        }
    }
    // Only words: what the name holds of the query language means nothing here.
    let words: String = name
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() {
                letter
            } else {
                ' '
            }
        })
        .collect();
    let Ok(query) = Query::parse(&words, &Schema::new()) else {
        return Vec::new();
    };
    let results = builder.build().search(&query, 3);
    let hits = results.hits.iter();
    hits.filter(|_| !words.trim().is_empty())
        .map(|hit| known[hit.document].clone())
        .collect()
}
