//! The registries: every formula and every cost model, each an explicit list.
//!
//! Whatever enumerates formulas reads these lists: cards, search, completion,
//! calculators, spreadsheets, reference pages, and the tests of this crate, which
//! hold for every entry.
//!
//! ```
//! use lightcone_formulas::{FORMULAS, find};
//!
//! let rtt = find("fiber_rtt").ok_or("no such formula")?;
//! assert_eq!(rtt.id, "F004");
//! // 5,585 km of fibre with the index 1.4682, in base units.
//! let seconds = rtt.evaluate(&[5_585e3, 1.4682, 1.0])?;
//! assert!((seconds - 0.0547).abs() < 1e-4);
//! assert!(FORMULAS.len() >= 38);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

use std::sync::LazyLock;

use lightcone_units::{Formula, Spreadsheet};

/// The lists of all crates with formulas. A new crate is added here.
const LISTS: &[&[Formula]] = &[
    lightcone_availability::FORMULAS,
    lightcone_capacity::FORMULAS,
    lightcone_chaos::FORMULAS,
    lightcone_consensus::FORMULAS,
    lightcone_cost::FORMULAS,
    lightcone_human::FORMULAS,
    lightcone_latency::FORMULAS,
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

/// Every cost model, in the order of the course.
///
/// ```
/// use lightcone_formulas::COST_MODELS;
/// assert_eq!(COST_MODELS[0].id, "M001");
/// ```
pub static COST_MODELS: LazyLock<Vec<Formula>> = LazyLock::new(|| {
    let mut models = lightcone_cost::COST_MODELS.to_vec();
    models.sort_by_key(|model| model.id);
    models
});

/// All entries: formulas, then cost models.
///
/// ```
/// use lightcone_formulas::{COST_MODELS, FORMULAS, entries};
/// assert_eq!(entries().count(), FORMULAS.len() + COST_MODELS.len());
/// ```
pub fn entries() -> impl Iterator<Item = &'static Formula> {
    FORMULAS.iter().chain(COST_MODELS.iter())
}

/// The entry with that id, function name or path; case does not matter.
///
/// ```
/// use lightcone_formulas::find;
/// assert_eq!(find("f004"), find("lightcone::latency::fiber_rtt"));
/// assert_eq!(find("no such thing"), None);
/// ```
#[must_use]
pub fn find(name: &str) -> Option<&'static Formula> {
    let name = name.trim();
    let last = name.rsplit("::").next().unwrap_or(name);
    entries().find(|formula| {
        formula.id.eq_ignore_ascii_case(last) || formula.function().eq_ignore_ascii_case(last)
    })
}

/// The entries in whose texts all `words` occur, the closest first: a word in the
/// name counts more than one in the assumptions.
///
/// ```
/// use lightcone_formulas::search;
/// assert_eq!(search("quorum")[0].id, "F035");
/// assert_eq!(search("RTT stretch")[0].id, "F004");
/// assert!(search("").is_empty());
/// ```
#[must_use]
pub fn search(words: &str) -> Vec<&'static Formula> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let mut found: Vec<(u32, &'static Formula)> = Vec::new();
    for formula in entries() {
        let symbols: Vec<String> = formula
            .symbols
            .iter()
            .map(|symbol| format!("{} {}", symbol.symbol, symbol.name))
            .collect();
        let texts = [
            (
                8,
                format!("{} {} {}", formula.id, formula.name, formula.path),
            ),
            (4, symbols.join(" ")),
            (2, formula.spoken.to_owned()),
            (
                1,
                format!(
                    "{} {} {}",
                    formula.assumptions, formula.fails, formula.source
                ),
            ),
        ];
        let texts = texts.map(|(weight, text)| (weight, text.to_lowercase()));
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
            found.push((scores.iter().sum(), formula));
        }
    }
    found.sort_by_key(|(score, formula)| (std::cmp::Reverse(*score), formula.id));
    found.into_iter().map(|(_, formula)| formula).collect()
}

/// How many entries a spreadsheet computes by itself, and which it cannot, each
/// with the reason.
///
/// ```
/// use lightcone_formulas::{entries, spreadsheet_coverage};
/// let (live, computed) = spreadsheet_coverage();
/// assert_eq!(live + computed.len(), entries().count());
/// ```
#[must_use]
pub fn spreadsheet_coverage() -> (usize, Vec<(&'static str, &'static str)>) {
    let mut live = 0;
    let mut computed = Vec::new();
    for formula in entries() {
        match formula
            .computation
            .map(|computation| computation.spreadsheet)
        {
            Some(Spreadsheet::Live(_)) => live += 1,
            Some(Spreadsheet::Computed(why)) => computed.push((formula.id, why)),
            None => computed.push((formula.id, "it is a description only")),
        }
    }
    (live, computed)
}
