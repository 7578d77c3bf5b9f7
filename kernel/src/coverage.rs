//! What of the course's plan exists, and how much of the episodes is about security,
//! cost, testing and emerging technology.
//!
//! The plan is the tables `course_plan` and `course_episodes`, built into the
//! program. What exists is counted from the registries of the library, the incident
//! analyses from their table, and exercises and topics from the tags of the cells in
//! the notebooks.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::notebook::{self, CellKind, NotebookCell, NotebookError};

const PLAN: &str = include_str!("../../datasets/course_plan/course_plan.csv");
const EPISODES: &str = include_str!("../../datasets/course_episodes/course_episodes.csv");
const NUMBERS: &str = include_str!("../../datasets/incident_numbers/incident_numbers.csv");
const ANALYSES: &str = include_str!("../../datasets/incident_analyses/incident_analyses.csv");

/// What an item of the plan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A formula with a card.
    Formula,
    /// A calculator.
    Calculator,
    /// A cost model.
    Cost,
    /// Code of a pattern.
    Sample,
    /// A security pattern.
    Security,
    /// A test or chaos scenario.
    Scenario,
    /// An incident with an analysis.
    Incident,
    /// An exercise with a check. The plan only counts them.
    Exercise,
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::Formula,
        Self::Calculator,
        Self::Cost,
        Self::Sample,
        Self::Security,
        Self::Scenario,
        Self::Incident,
        Self::Exercise,
    ];

    /// The word of the table `course_plan`.
    fn word(self) -> &'static str {
        match self {
            Self::Formula => "formula",
            Self::Calculator => "calculator",
            Self::Cost => "cost",
            Self::Sample => "sample",
            Self::Security => "security",
            Self::Scenario => "scenario",
            Self::Incident => "incident",
            Self::Exercise => "exercise",
        }
    }

    /// The head of its column.
    fn head(self) -> &'static str {
        match self {
            Self::Formula => "formulas",
            Self::Calculator => "calculators",
            Self::Cost => "cost models",
            Self::Sample => "samples",
            Self::Security => "security",
            Self::Scenario => "scenarios",
            Self::Incident => "incidents",
            Self::Exercise => "exercises",
        }
    }
}

/// An item of the plan.
#[derive(Clone, Debug)]
struct Planned {
    kind: Kind,
    id: String,
    episode: u8,
    name: String,
    /// The Rust path; empty for what has none.
    path: String,
}

/// Something that a registry holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Existing {
    kind: Kind,
    id: String,
    episode: u8,
    path: String,
}

impl Existing {
    /// An entry of a registry. `path` is the Rust path, with or without `lightcone::`
    /// in front, and empty when there is none.
    #[must_use]
    pub fn new(kind: Kind, id: &str, episode: u8, path: &str) -> Self {
        let path = match path.strip_prefix("lightcone::") {
            _ if path.is_empty() => String::new(),
            Some(_) => path.to_owned(),
            None => format!("lightcone::{path}"),
        };
        Self {
            kind,
            id: id.to_owned(),
            episode,
            path,
        }
    }
}

/// What the registries of the library hold, one list a kind. A kind without a list has
/// no registry yet; a new registry is plugged in here.
#[must_use]
pub fn registries() -> Vec<(Kind, Vec<Existing>)> {
    vec![
        listed(Kind::Formula, &lightcone_formulas::FORMULAS, |entry| {
            (entry.id, entry.episode, entry.path)
        }),
        listed(
            Kind::Calculator,
            &lightcone_formulas::CALCULATORS,
            |entry| (entry.id, entry.episode, entry.path),
        ),
        listed(Kind::Cost, &lightcone_formulas::COST_MODELS, |entry| {
            (entry.id, entry.episode, entry.path)
        }),
        (Kind::Incident, analysed_incidents()),
    ]
}

/// A registry as a list; `of` gives id, episode and path of an entry.
fn listed<T>(
    kind: Kind,
    entries: &[T],
    of: fn(&T) -> (&'static str, u8, &'static str),
) -> (Kind, Vec<Existing>) {
    let existing = entries.iter().map(|entry| {
        let (id, episode, path) = of(entry);
        Existing::new(kind, id, episode, path)
    });
    (kind, existing.collect())
}

/// The numbered incidents that have an analysis.
fn analysed_incidents() -> Vec<Existing> {
    let analysed: Vec<String> = rows(ANALYSES).map(|row| row[0].clone()).collect();
    rows(NUMBERS)
        .filter(|row| analysed.contains(&row[1]))
        .map(|row| Existing::new(Kind::Incident, &row[0], 0, ""))
        .collect()
}

/// What a content cell can be about, as its tag says.
const TOPICS: [&str; 4] = ["security", "cost", "testing", "emerging"];

/// Tags of cells that are no content.
const NO_CONTENT: [&str; 2] = ["exercise-check", "no-content"];

/// An episode's notebook, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Counted {
    content: usize,
    topics: [usize; TOPICS.len()],
    exercises: usize,
}

impl Counted {
    fn of(cells: &[NotebookCell]) -> Self {
        let mut counted = Self::default();
        for (place, cell) in cells.iter().enumerate() {
            let tagged = |tag: &str| cell.tags.iter().any(|other| other == tag);
            if cell.kind == CellKind::Code && tagged("exercise") {
                counted.exercises += 1;
            }
            if !is_content(place, cell) {
                continue;
            }
            counted.content += 1;
            for (topic, count) in TOPICS.iter().zip(&mut counted.topics) {
                *count += usize::from(tagged(topic));
            }
        }
        counted
    }

    fn add(&mut self, other: &Self) {
        self.content += other.content;
        self.exercises += other.exercises;
        for (mine, theirs) in self.topics.iter_mut().zip(other.topics) {
            *mine += theirs;
        }
    }
}

/// Whether a cell teaches something: code, and text that is more than a heading. The
/// first cell, which names title, objectives and contents, does not count, nor do the
/// cells that say so by a tag.
fn is_content(place: usize, cell: &NotebookCell) -> bool {
    let text = cell.source.trim();
    let only_heading = cell.kind == CellKind::Markdown
        && text
            .lines()
            .all(|line| line.trim().is_empty() || line.starts_with('#'));
    let excluded = cell
        .tags
        .iter()
        .any(|tag| NO_CONTENT.contains(&tag.as_str()));
    place > 0 && cell.kind != CellKind::Raw && !text.is_empty() && !only_heading && !excluded
}

/// Why coverage could not be counted.
#[derive(Debug, thiserror::Error)]
pub enum CoverageError {
    /// There is no such episode.
    #[error("there is no episode {episode}; the plan has episodes 1 to {last}")]
    NoEpisode {
        /// The number asked for.
        episode: u8,
        /// The highest number.
        last: u8,
    },
    /// The folder of notebooks cannot be read.
    #[error(
        "the notebooks in `{folder}` cannot be read: {source}; name their folder with --notebooks"
    )]
    Folder {
        /// The folder.
        folder: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A notebook cannot be read.
    #[error(transparent)]
    Notebook(#[from] NotebookError),
}

/// The plan beside what exists.
#[derive(Debug)]
pub struct Coverage {
    titles: BTreeMap<u8, String>,
    planned: Vec<Planned>,
    /// How many exercises each episode is to have.
    exercises: BTreeMap<u8, usize>,
    existing: Vec<Existing>,
    /// The kinds that have a registry.
    counted: Vec<Kind>,
    notebooks: Option<BTreeMap<u8, Counted>>,
    /// Tags that look like a topic and are none.
    slips: Vec<String>,
    episode: Option<u8>,
}

impl Coverage {
    /// Counts what of the plan exists. `notebooks` is the folder of the episodes;
    /// without it there are no shares and no exercises. `episode` asks for one episode.
    ///
    /// # Errors
    /// [`CoverageError`] when there is no such episode, or a notebook cannot be read.
    pub fn new(notebooks: Option<&Path>, episode: Option<u8>) -> Result<Self, CoverageError> {
        let coverage = Self::of(PLAN, EPISODES, registries());
        coverage.with(notebooks, episode)
    }

    fn of(plan: &str, episodes: &str, registries: Vec<(Kind, Vec<Existing>)>) -> Self {
        let number = |text: &str| text.parse::<u8>().unwrap_or(0);
        let mut planned: Vec<Planned> = rows(plan)
            .filter_map(|row| {
                let kind = Kind::ALL.into_iter().find(|kind| kind.word() == row[1])?;
                Some(Planned {
                    kind,
                    id: row[0].clone(),
                    episode: number(&row[2]),
                    name: row[3].clone(),
                    path: row[4].clone(),
                })
            })
            .collect();
        let mut titles = BTreeMap::new();
        let mut exercises = BTreeMap::new();
        for row in rows(episodes) {
            let episode = number(&row[0]);
            titles.insert(episode, row[1].clone());
            exercises.insert(episode, row[7].parse().unwrap_or(0));
            planned.extend(row[6].split(';').map(|id| Planned {
                kind: Kind::Incident,
                id: id.to_owned(),
                episode,
                name: "incident analysis".to_owned(),
                path: String::new(),
            }));
        }
        planned.sort_by(|a, b| (a.episode, a.kind, &a.id).cmp(&(b.episode, b.kind, &b.id)));
        Self {
            titles,
            planned,
            exercises,
            counted: registries.iter().map(|(kind, _)| *kind).collect(),
            existing: registries.into_iter().flat_map(|(_, all)| all).collect(),
            notebooks: None,
            slips: Vec::new(),
            episode: None,
        }
    }

    fn with(
        mut self,
        notebooks: Option<&Path>,
        episode: Option<u8>,
    ) -> Result<Self, CoverageError> {
        if let Some(episode) = episode.filter(|number| !self.titles.contains_key(number)) {
            let last = self.titles.keys().last().copied().unwrap_or(0);
            return Err(CoverageError::NoEpisode { episode, last });
        }
        self.episode = episode;
        if let Some(folder) = notebooks {
            let mut all: BTreeMap<u8, Counted> = BTreeMap::new();
            for (number, path) in episode_notebooks(folder)? {
                let cells = notebook::cells(&path)?;
                self.slips.extend(slips(&path, &cells));
                all.entry(number).or_default().add(&Counted::of(&cells));
            }
            self.notebooks = Some(all);
        }
        Ok(self)
    }

    /// The episodes that are asked for.
    fn episodes(&self) -> impl Iterator<Item = (u8, &str)> {
        self.titles
            .iter()
            .filter(|(number, _)| self.episode.is_none_or(|episode| episode == **number))
            .map(|(number, title)| (*number, title.as_str()))
    }

    fn existing(&self, planned: &Planned) -> Option<&Existing> {
        self.existing
            .iter()
            .find(|entry| (entry.kind, &entry.id) == (planned.kind, &planned.id))
    }

    /// What of a kind is planned for an episode.
    fn items(&self, episode: u8, kind: Kind) -> impl Iterator<Item = &Planned> {
        self.planned
            .iter()
            .filter(move |item| (item.episode, item.kind) == (episode, kind))
    }

    fn missing(&self, episode: u8, kind: Kind) -> Vec<&Planned> {
        self.items(episode, kind)
            .filter(|item| self.existing(item).is_none())
            .collect()
    }

    /// How many of a kind exist and are planned in an episode. What exists is `None`
    /// when nothing counts it.
    fn count(&self, episode: u8, kind: Kind) -> (Option<usize>, usize) {
        if kind == Kind::Exercise {
            let existing = self.notebooks.as_ref().map(|notebooks| {
                notebooks
                    .get(&episode)
                    .map_or(0, |counted| counted.exercises)
            });
            return (existing, self.exercises.get(&episode).copied().unwrap_or(0));
        }
        let planned = self.items(episode, kind).count();
        let existing = planned - self.missing(episode, kind).len();
        (self.counted.contains(&kind).then_some(existing), planned)
    }

    /// The same over the episodes asked for. An incident that several episodes discuss
    /// counts once.
    fn total(&self, kind: Kind) -> (Option<usize>, usize) {
        if kind != Kind::Incident {
            return self
                .episodes()
                .map(|(episode, _)| self.count(episode, kind))
                .fold((Some(0), 0), |(existing, planned), (more, wanted)| {
                    (existing.zip(more).map(|(a, b)| a + b), planned + wanted)
                });
        }
        let mut items: Vec<&Planned> = self
            .episodes()
            .flat_map(|(episode, _)| self.items(episode, kind))
            .collect();
        items.sort_by(|a, b| a.id.cmp(&b.id));
        items.dedup_by(|a, b| a.id == b.id);
        let existing = items.iter().filter(|item| self.existing(item).is_some());
        (
            self.counted.contains(&kind).then_some(existing.count()),
            items.len(),
        )
    }

    /// What exists although the plan does not have it.
    fn unplanned(&self) -> Vec<&Existing> {
        let planned = |entry: &Existing| {
            self.planned
                .iter()
                .any(|item| (item.kind, &item.id) == (entry.kind, &entry.id))
        };
        // An incident may have an analysis without an episode that discusses it.
        self.existing
            .iter()
            .filter(|entry| entry.kind != Kind::Incident && !planned(entry))
            .filter(|entry| self.episode.is_none_or(|episode| episode == entry.episode))
            .collect()
    }

    /// What exists under another path, or in another episode, than planned.
    fn elsewhere(&self) -> Vec<(&Planned, &Existing)> {
        self.planned
            .iter()
            .filter(|item| self.episode.is_none_or(|episode| episode == item.episode))
            .filter_map(|item| Some((item, self.existing(item)?)))
            .filter(|(item, entry)| {
                item.kind != Kind::Incident
                    && (entry.episode != item.episode
                        || !(entry.path.is_empty() || entry.path == item.path))
            })
            .collect()
    }

    /// What is counted over the notebooks of the episodes asked for.
    fn all_cells(&self) -> Option<(usize, Counted)> {
        let notebooks = self.notebooks.as_ref()?;
        let mut all = Counted::default();
        let mut number = 0;
        for (episode, _) in self.episodes() {
            if let Some(counted) = notebooks.get(&episode) {
                all.add(counted);
                number += 1;
            }
        }
        Some((number, all))
    }

    /// The same as the text, as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let counts = |of: &dyn Fn(Kind) -> (Option<usize>, usize), missing: Option<u8>| {
            let kinds = Kind::ALL.into_iter().map(|kind| {
                let (existing, planned) = of(kind);
                let mut count = json!({ "planned": planned, "existing": existing });
                if let Some(episode) = missing.filter(|_| kind != Kind::Exercise) {
                    let missing = self.missing(episode, kind);
                    let ids: Vec<&str> = missing.iter().map(|item| item.id.as_str()).collect();
                    count["missing"] = json!(ids);
                }
                (kind.word().to_owned(), count)
            });
            Value::Object(kinds.collect())
        };
        let cells = |counted: &Counted| {
            let topics = TOPICS.iter().zip(counted.topics).map(|(topic, cells)| {
                let share = share(cells, counted.content);
                (
                    (*topic).to_owned(),
                    json!({ "cells": cells, "share": share }),
                )
            });
            let topics = Value::Object(topics.collect());
            json!({ "content_cells": counted.content, "topics": topics })
        };
        let episodes: Vec<Value> = self
            .episodes()
            .map(|(episode, title)| {
                let counted = self.notebooks.as_ref().and_then(|all| all.get(&episode));
                json!({
                    "episode": episode,
                    "title": title,
                    "plan": counts(&|kind| self.count(episode, kind), Some(episode)),
                    "notebook": counted.map(cells),
                })
            })
            .collect();
        let unplanned: Vec<Value> = self
            .unplanned()
            .into_iter()
            .map(|entry| {
                json!({
                    "kind": entry.kind.word(),
                    "id": entry.id,
                    "episode": entry.episode,
                    "path": entry.path,
                })
            })
            .collect();
        let elsewhere: Vec<Value> = self
            .elsewhere()
            .into_iter()
            .map(|(item, entry)| {
                json!({
                    "id": item.id,
                    "planned": { "episode": item.episode, "path": item.path },
                    "existing": { "episode": entry.episode, "path": entry.path },
                })
            })
            .collect();
        json!({
            "episodes": episodes,
            "all": {
                "plan": counts(&|kind| self.total(kind), None),
                "notebooks": self.all_cells().map(|(number, counted)| {
                    let mut all = cells(&counted);
                    all["notebooks"] = json!(number);
                    all
                }),
            },
            "unplanned": unplanned,
            "elsewhere": elsewhere,
            "tags_to_correct": self.slips,
        })
    }

    fn write_counts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cell = |(existing, planned): (Option<usize>, usize)| match existing {
            Some(existing) => format!("{existing}/{planned}"),
            None => format!("-/{planned}"),
        };
        let mut lines = vec![
            ["episode".to_owned(), String::new()]
                .into_iter()
                .chain(Kind::ALL.map(|kind| kind.head().to_owned()))
                .collect::<Vec<String>>(),
        ];
        for (episode, title) in self.episodes() {
            let counts = Kind::ALL.map(|kind| cell(self.count(episode, kind)));
            lines.push(
                [episode.to_string(), shortened(title)]
                    .into_iter()
                    .chain(counts)
                    .collect(),
            );
        }
        if self.episode.is_none() {
            let counts = Kind::ALL.map(|kind| cell(self.total(kind)));
            lines.push(
                ["all".to_owned(), String::new()]
                    .into_iter()
                    .chain(counts)
                    .collect(),
            );
        }
        writeln!(f, "What of the plan exists: existing/planned\n")?;
        f.write_str(&aligned(&lines, 2))?;
        let uncounted: Vec<&str> = Kind::ALL
            .into_iter()
            .filter(|kind| *kind != Kind::Exercise && !self.counted.contains(kind))
            .map(Kind::head)
            .collect();
        if !uncounted.is_empty() {
            writeln!(f, "\n-: no registry yet ({})", uncounted.join(", "))?;
        }
        Ok(())
    }

    fn write_missing(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nMissing")?;
        let mut lines = Vec::new();
        for (episode, _) in self.episodes() {
            let missing = Kind::ALL.map(|kind| self.missing(episode, kind));
            if self.episode.is_some() {
                lines.extend(
                    missing
                        .iter()
                        .flatten()
                        .map(|item| vec![item.id.clone(), item.name.clone(), item.path.clone()]),
                );
            } else {
                let ids: Vec<String> = missing
                    .iter()
                    .filter(|items| !items.is_empty())
                    .map(|items| ranges(items))
                    .collect();
                if !ids.is_empty() {
                    lines.push(vec![episode.to_string(), ids.join(", ")]);
                }
            }
        }
        if lines.is_empty() {
            writeln!(f, "  nothing")?;
        }
        f.write_str(&indented(&aligned(
            &lines,
            if self.episode.is_some() { 3 } else { 2 },
        )))
    }

    fn write_surplus(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unplanned = self.unplanned();
        if !unplanned.is_empty() {
            writeln!(f, "\nNot planned")?;
            let lines: Vec<Vec<String>> = unplanned
                .iter()
                .map(|entry| {
                    let place = format!("{}, episode {}", entry.kind.word(), entry.episode);
                    vec![entry.id.clone(), place, entry.path.clone()]
                })
                .collect();
            f.write_str(&indented(&aligned(&lines, 3)))?;
        }
        let elsewhere = self.elsewhere();
        if !elsewhere.is_empty() {
            writeln!(f, "\nElsewhere than planned")?;
            for (item, entry) in elsewhere {
                writeln!(
                    f,
                    "  {}: planned as {} in episode {}, and is {} in episode {}",
                    item.id, item.path, item.episode, entry.path, entry.episode
                )?;
            }
        }
        Ok(())
    }

    fn write_topics(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((number, all)) = self.all_cells() else {
            return writeln!(
                f,
                "\nNo notebooks were read, so nothing is said of topics and exercises; \
                 name their folder with --notebooks"
            );
        };
        writeln!(f, "\nContent cells by topic, of {number} notebook(s)\n")?;
        let line = |name: String, counted: &Counted| {
            let topics = counted
                .topics
                .map(|cells| match share(cells, counted.content) {
                    Some(share) => format!("{cells} ({:.1} %)", share * 100.0),
                    None => "-".to_owned(),
                });
            [name, counted.content.to_string()]
                .into_iter()
                .chain(topics)
                .collect::<Vec<String>>()
        };
        let mut lines = vec![
            ["episode", "cells"]
                .into_iter()
                .chain(TOPICS)
                .map(str::to_owned)
                .collect(),
        ];
        for (episode, _) in self.episodes() {
            if let Some(counted) = self.notebooks.as_ref().and_then(|all| all.get(&episode)) {
                lines.push(line(episode.to_string(), counted));
            }
        }
        if self.episode.is_none() {
            lines.push(line("all".to_owned(), &all));
        }
        f.write_str(&aligned(&lines, 1))?;
        for slip in &self.slips {
            writeln!(f, "{slip}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_counts(f)?;
        self.write_missing(f)?;
        self.write_surplus(f)?;
        self.write_topics(f)
    }
}

/// The part of the cells, or nothing when there are none.
fn share(cells: usize, content: usize) -> Option<f64> {
    (content > 0).then(|| cells as f64 / content as f64)
}

/// The notebooks of a folder whose names begin with `ep` and a number, in order.
fn episode_notebooks(folder: &Path) -> Result<Vec<(u8, PathBuf)>, CoverageError> {
    let failed = |source| CoverageError::Folder {
        folder: folder.display().to_string(),
        source,
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let number = name
            .filter(|name| name.ends_with(".ipynb"))
            .and_then(|name| name.strip_prefix("ep"))
            .and_then(|rest| rest.split('_').next())
            .and_then(|digits| digits.parse().ok());
        if let Some(number) = number {
            found.push((number, path));
        }
    }
    found.sort();
    Ok(found)
}

/// Tags that are one or two letters off a tag that is counted.
fn slips(path: &Path, cells: &[NotebookCell]) -> Vec<String> {
    let known = || TOPICS.into_iter().chain(NO_CONTENT).chain(["exercise"]);
    let mut found = Vec::new();
    for cell in cells {
        for tag in &cell.tags {
            let near = known().find(|known| {
                *known != tag
                    && strsim::damerau_levenshtein(known, &tag.to_lowercase()) <= 2
                    && known.len() > 3
            });
            if let Some(near) = near.filter(|_| !known().any(|known| known == tag)) {
                found.push(format!(
                    "{}, cell {}: the tag `{tag}` counts for nothing; did you mean `{near}`?",
                    path.display(),
                    cell.id
                ));
            }
        }
    }
    found
}

/// The rows of a table that was checked when it was written, without the header.
fn rows(csv: &str) -> impl Iterator<Item = Vec<String>> {
    csv.lines().skip(1).map(fields)
}

fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut letters = line.chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        let last = fields.len() - 1;
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                fields[last].push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            letter => fields[last].push(letter),
        }
    }
    fields
}

/// The most letters of a title in the table.
const TITLE: usize = 36;

fn shortened(title: &str) -> String {
    if title.chars().count() <= TITLE {
        return title.to_owned();
    }
    let kept: String = title.chars().take(TITLE - 3).collect();
    format!("{}...", kept.trim_end())
}

/// The ids of items in order, with successive ones as a range: `F039 to F045, F047`.
fn ranges(items: &[&Planned]) -> String {
    let number = |item: &Planned| item.id[1..].parse::<u32>().ok();
    let mut text = String::new();
    let mut from = 0;
    while from < items.len() {
        let mut to = from;
        while to + 1 < items.len()
            && number(items[to + 1]).is_some_and(|next| Some(next - 1) == number(items[to]))
        {
            to += 1;
        }
        let separator = if text.is_empty() { "" } else { ", " };
        let (first, last) = (&items[from].id, &items[to].id);
        let _ = match to - from {
            0 => write!(text, "{separator}{first}"),
            1 => write!(text, "{separator}{first}, {last}"),
            _ => write!(text, "{separator}{first} to {last}"),
        };
        from = to + 1;
    }
    text
}

/// Lines in columns: the first `left` are aligned to the left, the others, which are
/// numbers, to the right.
fn aligned(lines: &[Vec<String>], left: usize) -> String {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let widths = lines.iter().filter_map(|line| line.get(column));
        widths.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for line in lines {
        let mut written = String::new();
        for (column, cell) in line.iter().enumerate() {
            let gap = if column == 0 { "" } else { "  " };
            let width = widths[column];
            let _ = if column < left {
                write!(written, "{gap}{cell:<width$}")
            } else {
                write!(written, "{gap}{cell:>width$}")
            };
        }
        text.push_str(written.trim_end());
        text.push('\n');
    }
    text
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL_PLAN: &str = "id,kind,episode,name,path\n\
        C001,calculator,1,Latency floor,lightcone::calc::latency_floor\n\
        F001,formula,1,\"Distance, great circle\",lightcone::geo::haversine\n\
        F002,formula,1,Geodesic,lightcone::geo::vincenty_inverse\n\
        F003,formula,1,Delay,lightcone::latency::fiber_one_way\n\
        F004,formula,1,Round trip,lightcone::latency::fiber_rtt\n\
        F013,formula,2,Cascade,lightcone::cascade::branching_total\n\
        S001,security,2,Segments,lightcone::security::policy_check\n";

    const SMALL_EPISODES: &str = "episode,title,part,prerequisites,study_minutes,concepts,incidents,exercises\n\
        1,Light,foundations,,75,a;b,I001;I002,5\n\
        2,A title that is far too long for one line of a table,foundations,1,80,c,I002,4\n";

    fn small(registries: Vec<(Kind, Vec<Existing>)>) -> Coverage {
        Coverage::of(SMALL_PLAN, SMALL_EPISODES, registries)
    }

    fn formulas() -> (Kind, Vec<Existing>) {
        let entry = |id, episode, path| Existing::new(Kind::Formula, id, episode, path);
        let all = vec![
            entry("F001", 1, "geo::haversine"),
            entry("F013", 2, "cascade::total"),
            entry("F900", 2, "lightcone::extra::thing"),
        ];
        (Kind::Formula, all)
    }

    fn notebook(cells: Value) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let text = json!({ "cells": cells, "nbformat": 4, "nbformat_minor": 5 }).to_string();
        std::fs::write(folder.path().join("ep01_light.ipynb"), text).unwrap();
        std::fs::write(folder.path().join("index.ipynb"), "no notebook at all").unwrap();
        folder
    }

    fn cell(kind: &str, source: &str, tags: &[&str]) -> Value {
        json!({
            "cell_type": kind,
            "id": source.split_whitespace().next(),
            "metadata": { "tags": tags },
            "source": source,
        })
    }

    #[test]
    fn the_report_is_a_table_of_what_exists_and_a_list_of_what_does_not() {
        let incident = vec![Existing::new(Kind::Incident, "I002", 0, "")];
        let folder = notebook(json!([
            cell("markdown", "# Episode 1", &["cost"]),
            cell("markdown", "## Floor\n\n### Run", &[]),
            cell("markdown", "words", &["security", "cost"]),
            cell("code", "let a = 1;", &[]),
            cell("code", "checks", &["exercise-check", "testing"]),
            cell("code", "mine", &["exercise", "testing"]),
            cell("code", "", &["cost"]),
            cell("raw", "raw", &["cost"]),
            cell("markdown", "reading", &["no-content"]),
            cell("markdown", "more", &["securty"]),
        ]));
        let coverage = small(vec![formulas(), (Kind::Incident, incident)])
            .with(Some(folder.path()), None)
            .unwrap();
        let text = coverage
            .to_string()
            .replace(&folder.path().display().to_string(), "notebooks");
        assert_eq!(
            text,
            "\
What of the plan exists: existing/planned

episode                                       formulas  calculators  cost models  samples  security  scenarios  incidents  exercises
1        Light                                     1/4          -/1          -/0      -/0       -/0        -/0        1/2        1/5
2        A title that is far too long for...       1/1          -/0          -/0      -/0       -/1        -/0        1/1        0/4
all                                                2/5          -/1          -/0      -/0       -/1        -/0        1/2        1/9

-: no registry yet (calculators, cost models, samples, security, scenarios)

Missing
  1  F002 to F004, C001, I001
  2  S001

Not planned
  F900  formula, episode 2  lightcone::extra::thing

Elsewhere than planned
  F013: planned as lightcone::cascade::branching_total in episode 2, and is lightcone::cascade::total in episode 2

Content cells by topic, of 1 notebook(s)

episode  cells    security        cost     testing   emerging
1            4  1 (25.0 %)  1 (25.0 %)  1 (25.0 %)  0 (0.0 %)
all          4  1 (25.0 %)  1 (25.0 %)  1 (25.0 %)  0 (0.0 %)
notebooks/ep01_light.ipynb, cell more: the tag `securty` counts for nothing; did you mean `security`?
"
        );
    }

    #[test]
    fn one_episode_names_what_it_lacks() {
        let coverage = small(vec![formulas()]).with(None, Some(1)).unwrap();
        assert_eq!(
            coverage.to_string(),
            "\
What of the plan exists: existing/planned

episode         formulas  calculators  cost models  samples  security  scenarios  incidents  exercises
1        Light       1/4          -/1          -/0      -/0       -/0        -/0        -/2        -/5

-: no registry yet (calculators, cost models, samples, security, scenarios, incidents)

Missing
  F002  Geodesic           lightcone::geo::vincenty_inverse
  F003  Delay              lightcone::latency::fiber_one_way
  F004  Round trip         lightcone::latency::fiber_rtt
  C001  Latency floor      lightcone::calc::latency_floor
  I001  incident analysis
  I002  incident analysis

No notebooks were read, so nothing is said of topics and exercises; name their folder with --notebooks
"
        );
        let error = small(Vec::new()).with(None, Some(3)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no episode 3; the plan has episodes 1 to 2"
        );
    }

    #[test]
    fn json_says_the_same() {
        let folder = notebook(json!([
            cell("markdown", "# Episode 1", &[]),
            cell("markdown", "words", &["cost"]),
            cell("code", "1 + 1", &[]),
        ]));
        let coverage = small(vec![formulas()])
            .with(Some(folder.path()), None)
            .unwrap();
        let json = coverage.json();
        let first = &json["episodes"][0];
        assert_eq!(first["plan"]["formula"]["existing"], 1);
        assert_eq!(
            first["plan"]["formula"]["missing"],
            json!(["F002", "F003", "F004"])
        );
        assert_eq!(first["plan"]["calculator"]["existing"], Value::Null);
        assert_eq!(first["notebook"]["topics"]["cost"]["share"], 0.5);
        assert_eq!(json["episodes"][1]["notebook"], Value::Null);
        assert_eq!(json["all"]["plan"]["formula"]["planned"], 5);
        assert_eq!(json["all"]["notebooks"]["content_cells"], 2);
        assert_eq!(json["unplanned"][0]["id"], "F900");
        assert_eq!(
            json["elsewhere"][0]["existing"]["path"],
            "lightcone::cascade::total"
        );
    }

    #[test]
    fn the_real_plan_is_whole_and_everything_that_exists_is_in_it() {
        let coverage = Coverage::new(None, None).unwrap();
        let planned = |kind| coverage.total(kind).1;
        assert_eq!(planned(Kind::Formula), 309);
        assert_eq!(planned(Kind::Calculator), 153);
        assert_eq!(planned(Kind::Cost), 52);
        assert_eq!(planned(Kind::Sample), 221);
        assert_eq!(planned(Kind::Security), 65);
        assert_eq!(planned(Kind::Scenario), 49);
        assert_eq!(planned(Kind::Incident), 119);
        assert_eq!(planned(Kind::Exercise), 166);
        // The plan names what exists, and where.
        assert_eq!(coverage.unplanned(), Vec::<&Existing>::new());
        let elsewhere: Vec<&str> = coverage
            .elsewhere()
            .iter()
            .map(|(item, _)| item.id.as_str())
            .collect();
        assert_eq!(elsewhere, Vec::<&str>::new());
        for (kind, entries) in registries() {
            assert_eq!(
                coverage.total(kind).0,
                Some(if kind == Kind::Incident {
                    coverage.planned_incidents(&entries)
                } else {
                    entries.len()
                }),
                "{kind:?}"
            );
        }
    }

    impl Coverage {
        /// How many of the entries some episode discusses.
        fn planned_incidents(&self, entries: &[Existing]) -> usize {
            entries
                .iter()
                .filter(|entry| self.planned.iter().any(|item| item.id == entry.id))
                .count()
        }
    }

    #[test]
    fn a_folder_without_notebooks_is_named() {
        let error = Coverage::new(Some(Path::new("no/such/folder")), None).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("the notebooks in `no/such/folder` cannot be read: "),
            "{error}"
        );
        let damaged = notebook(json!("none"));
        let error = Coverage::new(Some(damaged.path()), None).unwrap_err();
        assert!(
            error.to_string().ends_with("it has no list of cells"),
            "{error}"
        );
    }
}
