//! The registries: every formula, calculator and cost model, each an explicit list.
//!
//! Whatever enumerates them reads these lists: cards, search, completion,
//! calculators, spreadsheets, reference pages, and the tests of this crate, which
//! hold for every entry.
//!
//! ```
//! use lightcone_formulas::{FORMULAS, find_formula};
//!
//! let rtt = find_formula("fiber_rtt").ok_or("no such formula")?;
//! assert_eq!(rtt.id, "F004");
//! // 5,585 km of fibre with the index 1.4682, in base units.
//! let seconds = rtt.evaluate(&[5_585e3, 1.4682, 1.0])?;
//! assert!((seconds - 0.0547).abs() < 1e-4);
//! assert!(FORMULAS.len() >= 38);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

use std::sync::LazyLock;

use lightcone_sheets::Sheet;
use lightcone_units::{Formula, Spreadsheet, Symbol};

/// The lists of all crates with formulas. A new crate is added here.
const LISTS: &[&[Formula]] = &[
    lightcone_availability::FORMULAS,
    lightcone_capacity::FORMULAS,
    lightcone_chaos::FORMULAS,
    lightcone_consensus::FORMULAS,
    lightcone_cost::FORMULAS,
    lightcone_human::FORMULAS,
    lightcone_latency::FORMULAS,
    lightcone_learning::FORMULAS,
    lightcone_statistics::FORMULAS,
];

/// Every formula, in the order of the course.
///
/// ```
/// use lightcone_formulas::FORMULAS;
/// assert_eq!(FORMULAS[0].id, "F001");
/// ```
pub static FORMULAS: LazyLock<Vec<Formula>> = LazyLock::new(|| {
    let mut formulas = LISTS.concat();
    formulas.sort_by_key(|formula| formula.id);
    formulas
});

/// Every calculator, in the order of the course.
///
/// ```
/// use lightcone_formulas::CALCULATORS;
/// assert_eq!(CALCULATORS[0].id, "C001");
/// ```
pub static CALCULATORS: LazyLock<Vec<&'static Sheet>> =
    LazyLock::new(|| in_order(lightcone_calculators::CALCULATORS));

/// Every cost model, in the order of the course.
///
/// ```
/// use lightcone_formulas::COST_MODELS;
/// assert_eq!(COST_MODELS[0].id, "M001");
/// ```
pub static COST_MODELS: LazyLock<Vec<&'static Sheet>> =
    LazyLock::new(|| in_order(lightcone_cost::COST_MODELS));

fn in_order(sheets: &'static [Sheet]) -> Vec<&'static Sheet> {
    let mut sheets: Vec<&'static Sheet> = sheets.iter().collect();
    sheets.sort_by_key(|sheet| sheet.id);
    sheets
}

/// All sheets: calculators, then cost models.
///
/// ```
/// use lightcone_formulas::{CALCULATORS, COST_MODELS, sheets};
/// assert_eq!(sheets().count(), CALCULATORS.len() + COST_MODELS.len());
/// ```
pub fn sheets() -> impl Iterator<Item = &'static Sheet> {
    CALCULATORS.iter().chain(COST_MODELS.iter()).copied()
}

/// Something that a registry lists.
///
/// ```
/// use lightcone_formulas::find;
/// let entry = find("M001").ok_or("no such model")?;
/// assert_eq!((entry.path(), entry.episode()), ("cost::multi_region", 1));
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Entry {
    /// A formula.
    Formula(&'static Formula),
    /// A calculator or cost model.
    Sheet(&'static Sheet),
}

impl Entry {
    /// The course's label, for instance `F004`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Formula(formula) => formula.id,
            Self::Sheet(sheet) => sheet.id,
        }
    }

    /// The name in words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Formula(formula) => formula.name,
            Self::Sheet(sheet) => sheet.name,
        }
    }

    /// The Rust path below `lightcone::`.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Formula(formula) => formula.path,
            Self::Sheet(sheet) => sheet.path,
        }
    }

    /// The last part of the path.
    #[must_use]
    pub fn function(self) -> &'static str {
        match self {
            Self::Formula(formula) => formula.function(),
            Self::Sheet(sheet) => sheet.function(),
        }
    }

    /// The episode that introduces it.
    #[must_use]
    pub const fn episode(self) -> u8 {
        match self {
            Self::Formula(formula) => formula.episode,
            Self::Sheet(sheet) => sheet.episode,
        }
    }

    /// What is searched, with how much a word in it counts.
    fn texts(self) -> [(u32, String); 4] {
        let symbols = |symbols: &'static [Symbol]| -> String {
            let symbols: Vec<String> = symbols
                .iter()
                .map(|symbol| format!("{} {}", symbol.symbol, symbol.name))
                .collect();
            symbols.join(" ")
        };
        let head = format!("{} {} {}", self.id(), self.name(), self.path());
        match self {
            Self::Formula(formula) => [
                (8, head),
                (4, symbols(formula.symbols)),
                (2, formula.spoken.to_owned()),
                (
                    1,
                    format!(
                        "{} {} {}",
                        formula.assumptions, formula.fails, formula.source
                    ),
                ),
            ],
            Self::Sheet(sheet) => {
                let lines: Vec<&str> = sheet.lines.iter().map(|line| line.symbol.name).collect();
                [
                    (8, head),
                    (4, format!("{} {}", symbols(sheet.inputs), lines.join(" "))),
                    (2, sheet.about.to_owned()),
                    (
                        1,
                        format!("{} {} {}", sheet.assumptions, sheet.fails, sheet.source),
                    ),
                ]
            }
        }
    }
}

/// All that the registries list: formulas, calculators, cost models.
///
/// ```
/// use lightcone_formulas::{FORMULAS, entries, sheets};
/// assert_eq!(entries().count(), FORMULAS.len() + sheets().count());
/// ```
pub fn entries() -> impl Iterator<Item = Entry> {
    let formulas = FORMULAS.iter().map(Entry::Formula);
    formulas.chain(sheets().map(Entry::Sheet))
}

/// The entry with that id, function name or path; case does not matter. Of a formula
/// and a calculator of one name it is the formula.
///
/// ```
/// use lightcone_formulas::find;
/// assert_eq!(find("f004"), find("lightcone::latency::fiber_rtt"));
/// assert_eq!(find("no such thing"), None);
/// ```
#[must_use]
pub fn find(name: &str) -> Option<Entry> {
    named(name, entries())
}

fn named(name: &str, mut entries: impl Iterator<Item = Entry>) -> Option<Entry> {
    let name = name.trim();
    let last = name.rsplit("::").next().unwrap_or(name);
    entries.find(|entry| {
        entry.id().eq_ignore_ascii_case(last) || entry.function().eq_ignore_ascii_case(last)
    })
}

/// The formula with that id, function name or path.
///
/// ```
/// use lightcone_formulas::find_formula;
/// assert_eq!(find_formula("fiber_rtt").map(|rtt| rtt.id), Some("F004"));
/// assert_eq!(find_formula("M001"), None);
/// ```
#[must_use]
pub fn find_formula(name: &str) -> Option<&'static Formula> {
    named(name, FORMULAS.iter().map(Entry::Formula)).and_then(|entry| match entry {
        Entry::Formula(formula) => Some(formula),
        Entry::Sheet(_) => None,
    })
}

/// The calculator or cost model with that id, function name or path.
///
/// ```
/// use lightcone_formulas::find_sheet;
/// assert_eq!(find_sheet("calc::bdp_window").map(|sheet| sheet.id), Some("C002"));
/// ```
#[must_use]
pub fn find_sheet(name: &str) -> Option<&'static Sheet> {
    named(name, sheets().map(Entry::Sheet)).and_then(|entry| match entry {
        Entry::Sheet(sheet) => Some(sheet),
        Entry::Formula(_) => None,
    })
}

/// The three entries whose id or name is nearest to one that is not there, each as
/// `F004 latency::fiber_rtt`, for the sentence that says so.
///
/// ```
/// use lightcone_formulas::nearest;
/// assert_eq!(nearest("fibre_rtt")[0], "F004 latency::fiber_rtt");
/// ```
#[must_use]
pub fn nearest(name: &str) -> Vec<String> {
    let wanted = name.rsplit("::").next().unwrap_or(name).to_lowercase();
    let distance = |known: &str| strsim::damerau_levenshtein(&wanted, &known.to_lowercase());
    let mut known: Vec<(usize, Entry)> = entries()
        .map(|entry| {
            let near = distance(entry.id()).min(distance(entry.function()));
            (near, entry)
        })
        .collect();
    known.sort_by_key(|(near, entry)| (*near, entry.id()));
    known
        .iter()
        .take(3)
        .map(|(_, entry)| format!("{} {}", entry.id(), entry.path()))
        .collect()
}

/// The entries in whose texts all `words` occur, the closest first: a word in the
/// name counts more than one in the assumptions.
///
/// ```
/// use lightcone_formulas::search;
/// assert_eq!(search("majority quorum")[0].id(), "F035");
/// assert_eq!(search("RTT stretch fibre")[0].id(), "F004");
/// assert!(search("").is_empty());
/// ```
#[must_use]
pub fn search(words: &str) -> Vec<Entry> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let mut found: Vec<(u32, Entry)> = Vec::new();
    for entry in entries() {
        let texts = entry
            .texts()
            .map(|(weight, text)| (weight, text.to_lowercase()));
        let scores: Vec<u32> = words
            .iter()
            .map(|word| {
                let hits = texts
                    .iter()
                    .filter(|(_, text)| text.contains(word.as_str()));
                hits.map(|(weight, _)| weight).sum()
            })
            .collect();
        if !scores.is_empty() && scores.iter().all(|score| *score > 0) {
            found.push((scores.iter().sum(), entry));
        }
    }
    found.sort_by_key(|(score, entry)| (std::cmp::Reverse(*score), entry.id()));
    found.into_iter().map(|(_, entry)| entry).collect()
}

/// How many formulas and lines of sheets a spreadsheet computes by itself, and which it
/// cannot, each with the reason.
///
/// ```
/// use lightcone_formulas::{FORMULAS, sheets, spreadsheet_coverage};
/// let lines: usize = sheets().map(|sheet| sheet.lines.len()).sum();
/// let (live, computed) = spreadsheet_coverage();
/// assert_eq!(live + computed.len(), FORMULAS.len() + lines);
/// ```
#[must_use]
pub fn spreadsheet_coverage() -> (usize, Vec<(String, String)>) {
    let mut live = 0;
    let mut computed = Vec::new();
    for formula in FORMULAS.iter() {
        match formula
            .computation
            .map(|computation| computation.spreadsheet)
        {
            Some(Spreadsheet::Live(_)) => live += 1,
            Some(Spreadsheet::Computed(why)) => {
                computed.push((formula.id.to_owned(), why.to_owned()));
            }
            None => computed.push((formula.id.to_owned(), "it is a description only".to_owned())),
        }
    }
    for sheet in sheets() {
        for line in sheet.lines {
            match sheet.spreadsheet(line) {
                Ok(_) => live += 1,
                Err(why) => computed.push((format!("{} {}", sheet.id, line.name), why)),
            }
        }
    }
    (live, computed)
}
