//! What the front knows of the stdlib without loading it: formulas, calculators and
//! cost models, read from the same lists that the stdlib shows.

use std::sync::LazyLock;

use lightcone_sheets::{Role, Sheet, SheetKind};
use lightcone_units::{Formula, Symbol};

/// A formula or a sheet as completion and inspection show it.
pub(crate) struct Entry {
    /// The function's name.
    pub(crate) name: &'static str,
    /// The module before it, for what is not in every cell's sight by its name alone.
    pub(crate) module: &'static str,
    /// What it is: `formula`, `calculator` or `cost model`.
    pub(crate) kind: &'static str,
    /// The function with its arguments.
    pub(crate) signature: String,
    /// Everything in words.
    pub(crate) text: String,
    /// Everything with the equation.
    pub(crate) markdown: String,
}

/// All formulas, calculators and cost models of the stdlib.
pub(crate) static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let formulas = lightcone_formulas::FORMULAS.iter().map(of_formula);
    formulas
        .chain(lightcone_formulas::sheets().map(of_sheet))
        .collect()
});

fn rows_of<'s>(symbols: impl Iterator<Item = &'s Symbol>) -> (Vec<String>, Vec<String>) {
    symbols
        .map(|symbol| {
            let Symbol {
                symbol,
                name,
                unit,
                domain,
                ..
            } = symbol;
            (
                format!("{symbol}: {name} [{unit}], {domain}"),
                format!("| ${symbol}$ | {name} | {unit} | {domain} |"),
            )
        })
        .unzip()
}

fn of_sheet(sheet: &'static Sheet) -> Entry {
    let (inputs, rows) = rows_of(sheet.inputs.iter());
    let lines = || sheet.lines.iter().filter(|line| line.role != Role::Step);
    let (answers, answer_rows) = rows_of(lines().map(|line| &line.symbol));
    let setters: Vec<String> = sheet
        .inputs()
        .map(|(_, input)| format!(".{}({})", input.argument, input.quantity))
        .collect();
    let getters: Vec<String> = lines().map(|line| format!(".{}()?", line.name)).collect();
    Entry {
        name: sheet.function(),
        kind: match sheet.kind {
            SheetKind::Calculator => "calculator",
            SheetKind::CostModel => "cost model",
        },
        module: sheet.path.split("::").next().unwrap_or_default(),
        signature: format!("{}(){}", sheet.path, setters.concat()),
        text: format!(
            "{} ({})\n{}\n\nInputs\n{}\n\nAnswers ({})\n{}\n\n{}\n{}\nSource: {}",
            sheet.name,
            sheet.id,
            sheet.about,
            inputs.join("\n"),
            getters.join(", "),
            answers.join("\n"),
            sheet.assumptions,
            sheet.fails,
            sheet.source
        ),
        markdown: format!(
            "**{}** ({})\n\n{}\n\n| symbol | input | unit | domain |\n|---|---|---|---|\n{}\n\n| symbol | answer | unit | domain |\n|---|---|---|---|\n{}\n\n{}\n\n{}\n\nSource: {}",
            sheet.name,
            sheet.id,
            sheet.about,
            rows.join("\n"),
            answer_rows.join("\n"),
            sheet.assumptions,
            sheet.fails,
            sheet.source
        ),
    }
}

fn of_formula(formula: &'static Formula) -> Entry {
    let signature = match &formula.computation {
        Some(computation) => computation.signature.to_owned(),
        None => formula.path.to_owned(),
    };
    let (symbols, rows) = rows_of(formula.symbols.iter());
    Entry {
        name: formula.function(),
        kind: "formula",
        module: formula.path.split("::").next().unwrap_or_default(),
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
