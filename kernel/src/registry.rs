//! What the front knows of the stdlib without loading it: the formulas, read
//! from the same lists that the stdlib shows.

use std::sync::LazyLock;

use lightcone_units::Formula;

/// A formula as completion and inspection show it.
pub(crate) struct Entry {
    /// The function's name.
    pub(crate) name: &'static str,
    /// The function with its arguments.
    pub(crate) signature: String,
    /// Everything in words.
    pub(crate) text: String,
    /// Everything with the equation.
    pub(crate) markdown: String,
}

/// All formulas of the stdlib.
pub(crate) static FORMULAS: LazyLock<Vec<Entry>> =
    LazyLock::new(|| lightcone_formulas::entries().map(entry).collect());

fn entry(formula: &Formula) -> Entry {
    let signature = match &formula.computation {
        Some(computation) => computation.signature.to_owned(),
        None => formula.path.to_owned(),
    };
    let symbols: Vec<String> = formula
        .symbols
        .iter()
        .map(|symbol| {
            format!(
                "{}: {} [{}], {}",
                symbol.symbol, symbol.name, symbol.unit, symbol.domain
            )
        })
        .collect();
    let rows: Vec<String> = formula
        .symbols
        .iter()
        .map(|symbol| {
            format!(
                "| ${}$ | {} | {} | {} |",
                symbol.symbol, symbol.name, symbol.unit, symbol.domain
            )
        })
        .collect();
    Entry {
        name: formula.function(),
        text: format!(
            "{} ({})\n{}\n{}\n{}\n{}\nSource: {}",
            formula.name,
            formula.id,
            formula.spoken,
            symbols.join("\n"),
            formula.assumptions,
            formula.fails,
            formula.source
        ),
        markdown: format!(
            "**{}** ({})\n\n$${}$$\n\n| symbol | meaning | unit | domain |\n|---|---|---|---|\n{}\n\n{}\n\n{}\n\nSource: {}",
            formula.name,
            formula.id,
            formula.latex,
            rows.join("\n"),
            formula.assumptions,
            formula.fails,
            formula.source
        ),
        signature,
    }
}
