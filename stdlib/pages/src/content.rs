//! What goes onto the pages: formulas, calculators and cost models, seen alike.

use lightcone_sheets::{Role, Sheet, SheetKind};
use lightcone_units::{Formula, Input, Spreadsheet, Symbol, shown};

use crate::mathml::EquationError;

/// Why there is no page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageError {
    /// An equation or a symbol of an entry cannot be drawn.
    Equation {
        /// The entry's id.
        id: &'static str,
        /// What is wrong with it.
        source: EquationError,
    },
    /// There is no entry of that name.
    NoEntry {
        /// The name that was asked for.
        name: String,
        /// Names that are near.
        near: Vec<&'static str>,
    },
}

impl std::fmt::Display for PageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Equation { id, source } => write!(f, "{id}: {source}"),
            Self::NoEntry { name, near } if near.is_empty() => write!(
                f,
                "there is no formula, calculator or cost model `{name}`; use an id such as \
                 `F004`, or the name of a function"
            ),
            Self::NoEntry { name, near } => write!(
                f,
                "there is no formula, calculator or cost model `{name}`; near it: {}",
                near.join(", ")
            ),
        }
    }
}

impl std::error::Error for PageError {}

/// Where an entry comes from.
#[derive(Debug, Clone, Copy)]
pub enum Source<'c> {
    /// A formula.
    Formula(&'c Formula),
    /// A calculator or a cost model.
    Sheet(&'static Sheet),
}

/// A formula, a calculator or a cost model.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'c> {
    /// What it is.
    pub source: Source<'c>,
}

/// An answer of an entry.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) name: &'static str,
    pub(crate) symbol: Symbol,
    pub(crate) quantity: &'static str,
    pub(crate) base: f64,
    pub(crate) role: Role,
    pub(crate) note: &'static str,
    pub(crate) words: &'static [&'static str],
}

impl<'c> Entry<'c> {
    /// The course's label.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self.source {
            Source::Formula(formula) => formula.id,
            Source::Sheet(sheet) => sheet.id,
        }
    }

    /// The name in words.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.source {
            Source::Formula(formula) => formula.name,
            Source::Sheet(sheet) => sheet.name,
        }
    }

    /// The Rust path below `lightcone::`.
    #[must_use]
    pub fn path(&self) -> &'static str {
        match self.source {
            Source::Formula(formula) => formula.path,
            Source::Sheet(sheet) => sheet.path,
        }
    }

    /// The last part of the path.
    #[must_use]
    pub fn function(&self) -> &'static str {
        match self.source {
            Source::Formula(formula) => formula.function(),
            Source::Sheet(sheet) => sheet.function(),
        }
    }

    /// `formula`, `calculator` or `cost model`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.source {
            // Some cost models are written as a formula.
            Source::Formula(formula) if formula.id.starts_with('M') => "cost model",
            Source::Formula(_) => "formula",
            Source::Sheet(sheet) => match sheet.kind {
                SheetKind::Calculator => "calculator",
                SheetKind::CostModel => "cost model",
            },
        }
    }

    /// The episode that introduces it.
    #[must_use]
    pub fn episode(&self) -> u8 {
        match self.source {
            Source::Formula(formula) => formula.episode,
            Source::Sheet(sheet) => sheet.episode,
        }
    }

    /// What it says in a sentence: the equation as one would say it, or what the sheet
    /// tells.
    #[must_use]
    pub fn about(&self) -> &'static str {
        match self.source {
            Source::Formula(formula) => formula.spoken,
            Source::Sheet(sheet) => sheet.about,
        }
    }

    pub(crate) fn latex(&self) -> Option<&'static str> {
        match self.source {
            Source::Formula(formula) => Some(formula.latex),
            Source::Sheet(_) => None,
        }
    }

    pub(crate) fn assumptions(&self) -> &'static str {
        match self.source {
            Source::Formula(formula) => formula.assumptions,
            Source::Sheet(sheet) => sheet.assumptions,
        }
    }

    pub(crate) fn fails(&self) -> &'static str {
        match self.source {
            Source::Formula(formula) => formula.fails,
            Source::Sheet(sheet) => sheet.fails,
        }
    }

    pub(crate) fn reference(&self) -> &'static str {
        match self.source {
            Source::Formula(formula) => formula.source,
            Source::Sheet(sheet) => sheet.source,
        }
    }

    pub(crate) fn prices(&self) -> &'static str {
        match self.source {
            Source::Formula(_) => "",
            Source::Sheet(sheet) => sheet.prices,
        }
    }

    /// Whether there is something to compute.
    pub(crate) fn is_computed(&self) -> bool {
        match self.source {
            Source::Formula(formula) => formula.computation.is_some(),
            Source::Sheet(_) => true,
        }
    }

    /// The inputs in order, each with its symbol and the method of its unit.
    pub(crate) fn inputs(&self) -> Vec<(&'static Symbol, &'static Input)> {
        match self.source {
            Source::Formula(formula) => formula.inputs().collect(),
            Source::Sheet(sheet) => sheet.inputs().collect(),
        }
    }

    /// The symbols that are neither inputs nor answers, each with its value or its
    /// domain.
    pub(crate) fn other_symbols(&self) -> Vec<(Symbol, String)> {
        match self.source {
            Source::Formula(formula) => {
                let others = formula.symbols.iter().skip(1);
                let others = others.filter(|symbol| symbol.input.is_none());
                others
                    .map(|symbol| (*symbol, symbol.domain.to_owned()))
                    .collect()
            }
            Source::Sheet(sheet) => {
                let constants = sheet.constants.iter();
                let value = |one: &lightcone_sheets::Constant| match one.symbol.domain {
                    "" => {
                        let base = shown::base_units(one.symbol.unit);
                        shown::in_words("f64", (one.value)() / base)
                    }
                    domain => domain.to_owned(),
                };
                constants.map(|one| (one.symbol, value(one))).collect()
            }
        }
    }

    /// The answers in order.
    pub(crate) fn answers(&self) -> Vec<Answer> {
        match self.source {
            Source::Formula(formula) => {
                let base = formula
                    .computation
                    .map_or(1.0, |computation| computation.base);
                let answer = |symbol: &Symbol| Answer {
                    name: "result",
                    symbol: *symbol,
                    quantity: formula.result_quantity(),
                    base,
                    role: Role::Result,
                    note: "",
                    words: &[],
                };
                formula.symbols.first().map(answer).into_iter().collect()
            }
            Source::Sheet(sheet) => {
                let answer = |line: &lightcone_sheets::Line| Answer {
                    name: line.name,
                    symbol: line.symbol,
                    quantity: line.quantity,
                    base: line.base,
                    role: line.role,
                    note: line.note,
                    words: line.words,
                };
                sheet.lines.iter().map(answer).collect()
            }
        }
    }

    /// The paths of the formulas that it calls, each once.
    pub(crate) fn calls(&self) -> Vec<&'static str> {
        let mut paths: Vec<&'static str> = match self.source {
            Source::Formula(formula) => {
                let called = formula.computation.map_or(&[][..], |one| one.calls);
                called.iter().map(|formula| formula.path).collect()
            }
            Source::Sheet(sheet) => {
                let called = sheet.lines.iter().flat_map(|line| line.calls);
                called.map(|formula| formula.path).collect()
            }
        };
        let mut seen = Vec::new();
        paths.retain(|path| {
            !seen.contains(path) && {
                seen.push(*path);
                true
            }
        });
        paths
    }

    /// Each line with what a spreadsheet makes of it; a formula has one.
    pub(crate) fn spreadsheet(&self) -> Vec<(&'static str, Result<String, String>)> {
        match self.source {
            Source::Formula(formula) => {
                let cell = match formula.computation.map(|one| one.spreadsheet) {
                    Some(Spreadsheet::Live(expression)) => Ok(expression.to_owned()),
                    Some(Spreadsheet::Computed(why)) => Err(why.to_owned()),
                    None => Err("it is a description only".to_owned()),
                };
                vec![("result", cell)]
            }
            Source::Sheet(sheet) => {
                let lines = sheet.lines.iter();
                lines
                    .map(|line| (line.name, sheet.spreadsheet(line)))
                    .collect()
            }
        }
    }
}

/// Everything that goes onto the pages, in the order of episodes and ids.
#[derive(Debug, Clone)]
pub struct Content<'c> {
    entries: Vec<Entry<'c>>,
}

impl<'c> Content<'c> {
    /// Takes formulas and sheets. A formula with the id of a sheet is the same thing in
    /// fewer words, and only the sheet is taken.
    ///
    /// ```
    /// let content = lightcone_pages::Content::new(lightcone_formulas::FORMULAS.iter(), []);
    /// assert!(content.entries().len() >= 38);
    /// ```
    pub fn new(
        formulas: impl IntoIterator<Item = &'c Formula>,
        sheets: impl IntoIterator<Item = &'static Sheet>,
    ) -> Self {
        let mut entries: Vec<Entry<'c>> = sheets
            .into_iter()
            .map(|sheet| Entry {
                source: Source::Sheet(sheet),
            })
            .collect();
        for formula in formulas {
            if !entries.iter().any(|entry| entry.id() == formula.id) {
                entries.push(Entry {
                    source: Source::Formula(formula),
                });
            }
        }
        // Within an episode: formulas, calculators, cost models.
        let rank = |entry: &Entry<'_>| match entry.kind() {
            "formula" => 0,
            "calculator" => 1,
            _ => 2,
        };
        entries.sort_by_key(|entry| (entry.episode(), rank(entry), entry.id()));
        Self { entries }
    }

    /// Everything that the registries hold.
    ///
    /// ```
    /// let content = lightcone_pages::Content::all();
    /// assert_eq!(content.entries()[0].id(), "F001");
    /// ```
    #[must_use]
    pub fn all() -> Content<'static> {
        Content::new(
            lightcone_formulas::FORMULAS.iter(),
            lightcone_formulas::sheets(),
        )
    }

    /// All entries.
    #[must_use]
    pub fn entries(&self) -> &[Entry<'c>] {
        &self.entries
    }

    /// The entry with that id, function name or path; case does not matter.
    ///
    /// # Errors
    /// [`PageError::NoEntry`] with the names that are near.
    ///
    /// ```
    /// let content = lightcone_pages::Content::new(lightcone_formulas::FORMULAS.iter(), []);
    /// assert_eq!(content.find("fiber_rtt")?.id(), "F004");
    /// let error = content.find("fiber_rt").unwrap_err();
    /// assert!(error.to_string().contains("near it: fiber_rtt"), "{error}");
    /// # Ok::<(), lightcone_pages::PageError>(())
    /// ```
    pub fn find(&self, name: &str) -> Result<&Entry<'c>, PageError> {
        let wanted = name.trim();
        let last = wanted.rsplit("::").next().unwrap_or(wanted);
        let found = self.entries.iter().find(|entry| {
            entry.id().eq_ignore_ascii_case(last) || entry.function().eq_ignore_ascii_case(last)
        });
        found.ok_or_else(|| PageError::NoEntry {
            name: wanted.to_owned(),
            near: self.near(last),
        })
    }

    fn near(&self, name: &str) -> Vec<&'static str> {
        let name = name.to_lowercase();
        let mut near: Vec<(usize, &'static str)> = self
            .entries
            .iter()
            .map(|entry| (distance(&name, entry.function()), entry.function()))
            .filter(|(distance, known)| {
                *distance <= 2 + known.len() / 5 || (name.len() > 2 && known.contains(&name))
            })
            .collect();
        near.sort_unstable();
        near.into_iter().map(|(_, name)| name).take(5).collect()
    }

    pub(crate) fn by_path(&self, path: &str) -> Option<&Entry<'c>> {
        self.entries.iter().find(|entry| entry.path() == path)
    }
}

/// How many letters must change to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = place + 1;
        for at in 0..other.len() {
            let change = diagonal + usize::from(letter != other[at]);
            diagonal = row[at + 1];
            row[at + 1] = change.min(row[at] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}
