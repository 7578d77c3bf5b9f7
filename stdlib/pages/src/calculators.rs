//! The calculators as one HTML file that needs nothing else.

use std::collections::BTreeMap;

use lightcone_sheets::{Role, Sheet};
use lightcone_units::{Formula, Input, Kind, Scale, Symbol, javascript};
use serde_json::{Value, json};

use crate::code;
use crate::content::{Content, Entry, PageError, Source};
use crate::html::escaped;
use crate::mathml;

const TEMPLATE: &str = include_str!("../assets/calculators.html");
const SCRIPT: &str = include_str!("../assets/calculators.js");
const STYLE: &str = include_str!("../assets/calculators.css");
pub(crate) const TOKENS: &str = include_str!("../assets/tokens.css");
pub(crate) const LOGO: &str = include_str!("../assets/logo.svg");

/// One page with all calculators: search, sliders, fields, plots, and the state in the
/// address.
///
/// # Errors
/// [`PageError::Equation`] when an equation cannot be drawn.
///
/// ```
/// let content = lightcone_pages::Content::new(lightcone_formulas::FORMULAS.iter(), []);
/// let page = lightcone_pages::calculators_page(&content)?;
/// assert!(page.contains("Fibre round-trip time"));
/// assert!(!page.contains(" src="), "the page is complete in itself");
/// # Ok::<(), lightcone_pages::PageError>(())
/// ```
pub fn calculators_page(content: &Content<'_>) -> Result<String, PageError> {
    let entries: Vec<&Entry<'_>> = content.entries().iter().collect();
    page(&entries, "Lightcone calculators", false)
}

/// A page with one calculator, found by id, function name or path.
///
/// # Errors
/// [`PageError::NoEntry`] when there is none of that name, [`PageError::Equation`] when
/// its equation cannot be drawn.
///
/// ```
/// let content = lightcone_pages::Content::new(lightcone_formulas::FORMULAS.iter(), []);
/// let page = lightcone_pages::calculator_page(&content, "fiber_rtt")?;
/// assert!(page.contains("<title>Fibre round-trip time"));
/// # Ok::<(), lightcone_pages::PageError>(())
/// ```
pub fn calculator_page(content: &Content<'_>, name: &str) -> Result<String, PageError> {
    let entry = content.find(name)?;
    page(&[entry], &format!("{} – Lightcone", entry.name()), true)
}

fn page(entries: &[&Entry<'_>], title: &str, single: bool) -> Result<String, PageError> {
    let computed = entries.iter().filter(|entry| entry.is_computed());
    let entries: Vec<&Entry<'_>> = computed.copied().collect();
    let mut choices = BTreeMap::new();
    let mut list = Vec::new();
    for entry in &entries {
        list.push(data(entry, &mut choices)?);
    }
    let data = json!({ "single": single, "entries": list, "choices": choices });
    let title = escaped(title);
    let script = format!("(() => {{\n{}\n{SCRIPT}\n}})();", functions(&entries));
    Ok(fill(
        TEMPLATE,
        &[
            ("TITLE", &title),
            ("STYLE", &format!("{TOKENS}{STYLE}")),
            ("LOGO", LOGO),
            ("DATA", &in_script(&data.to_string())),
            ("SCRIPT", &in_script(&script)),
        ],
    ))
}

/// Puts texts into the places `{{NAME}}` of a template, each of which is there once.
pub(crate) fn fill(template: &str, texts: &[(&str, &str)]) -> String {
    let mut page = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        let Some((name, after)) = after.split_once("}}") else {
            rest = after;
            break;
        };
        let text = texts.iter().find(|(known, _)| *known == name);
        page.push_str(text.map_or("", |(_, text)| text));
        rest = after;
    }
    page.push_str(rest);
    page
}

/// A text that ends no script element.
pub(crate) fn in_script(text: &str) -> String {
    text.replace("</", "<\\/").replace("<!--", "\\u003c!--")
}

/// The functions that compute, each set in a scope of its own.
fn functions(entries: &[&Entry<'_>]) -> String {
    let formulas: Vec<&Formula> = entries
        .iter()
        .filter_map(|entry| match entry.source {
            Source::Formula(formula) => Some(formula),
            Source::Sheet(_) => None,
        })
        .collect();
    let sheets: Vec<&'static Sheet> = entries
        .iter()
        .filter_map(|entry| match entry.source {
            Source::Formula(_) => None,
            Source::Sheet(sheet) => Some(sheet),
        })
        .collect();
    let names: Vec<String> = formulas
        .iter()
        .map(|formula| format!("{}: {}", formula.id, formula.function()))
        .collect();
    format!(
        "const {{ formulas, inWords, inShort, withUnit, writeExact, readQuantity, QUANTITIES }} = (() => {{\n{}\n\
         return {{ formulas: {{ {} }}, inWords, inShort, withUnit, writeExact, readQuantity, QUANTITIES }};\n}})();\n\
         const sheets = {};\n",
        javascript(formulas),
        names.join(", "),
        sheet_functions(&sheets),
    )
}

fn sheet_functions(sheets: &[&'static Sheet]) -> String {
    if sheets.is_empty() {
        return "{}".to_owned();
    }
    format!(
        "(() => {{\n{}\nreturn sheets;\n}})()",
        lightcone_sheets::javascript(sheets.iter().copied())
    )
}

/// What the page knows of an entry.
fn data(
    entry: &Entry<'_>,
    choices: &mut BTreeMap<&'static str, Value>,
) -> Result<Value, PageError> {
    let id = entry.id();
    let equation = |source| PageError::Equation { id, source };
    let symbol = |symbol: &Symbol| mathml::inline(symbol.symbol).map_err(equation);
    let mut inputs = Vec::new();
    for (place, (about, input)) in entry.inputs().into_iter().enumerate() {
        if let Kind::Choice(list) = input.kind {
            choices.entry(input.quantity).or_insert_with(|| json!(list));
        }
        let literal = match entry.source {
            Source::Formula(_) => lightcone_units::shown::literal(input.quantity, about.unit),
            Source::Sheet(sheet) => sheet.literals.get(place).copied(),
        };
        inputs.push(json!({
            "name": input.argument,
            "symbol": symbol(about)?,
            "meaning": about.name,
            "unit": about.unit,
            "beside": lightcone_units::shown::beside(about.name, about.unit),
            "domain": about.domain,
            "why": input.why,
            "kind": match input.kind {
                Kind::Number => "number",
                Kind::Whole => "whole",
                Kind::Choice(_) => "choice",
            },
            "quantity": input.quantity,
            "list": input.list,
            "base": input.base,
            "default": input.default,
            "low": input.low,
            "high": input.high,
            "log": is_logarithmic(input),
            "literal": literal,
        }));
    }
    let mut answers = Vec::new();
    for answer in entry.answers() {
        answers.push(json!({
            "name": answer.name,
            "symbol": symbol(&answer.symbol)?,
            "meaning": answer.symbol.name,
            "unit": answer.symbol.unit,
            "beside": lightcone_units::shown::beside(answer.symbol.name, answer.symbol.unit),
            "quantity": answer.quantity,
            "base": answer.base,
            "role": match answer.role {
                Role::Step => "step",
                Role::Result => "result",
                Role::Total => "total",
            },
            "note": answer.note,
            "words": answer.words,
        }));
    }
    let mut others = Vec::new();
    for (other, value) in entry.other_symbols() {
        others.push(json!({
            "symbol": symbol(&other)?,
            "meaning": other.name,
            "unit": other.unit,
            "value": value,
        }));
    }
    let latex = match entry.latex() {
        Some(latex) => Some(mathml::block(latex).map_err(equation)?),
        None => None,
    };
    let (plot, code) = match entry.source {
        Source::Formula(formula) => (None, code::template(formula)),
        Source::Sheet(sheet) => (
            sheet
                .plot
                .map(|plot| json!({ "x": plot.x, "lines": plot.lines })),
            json!({ "call": sheet.path }),
        ),
    };
    Ok(json!({
        "id": id,
        "sheet": matches!(entry.source, Source::Sheet(_)),
        "kind": entry.kind(),
        "name": entry.name(),
        "path": entry.path(),
        "function": entry.function(),
        "episode": entry.episode(),
        "about": entry.about(),
        "equation": latex,
        "inputs": inputs,
        "answers": answers,
        "others": others,
        "assumptions": entry.assumptions(),
        "fails": entry.fails(),
        "source": entry.reference(),
        "prices": entry.prices(),
        "plot": plot,
        "code": code,
    }))
}

/// Whether a slider has equal factors; it needs ends above zero.
fn is_logarithmic(input: &Input) -> bool {
    input.scale == Scale::Logarithmic && input.low > 0.0
}
