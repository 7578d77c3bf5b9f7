//! Sheets in JavaScript, for pages that compute without Rust.

use std::fmt::Write as _;

use lightcone_units::{Formula, Kind, Limit, Scale};

use crate::sheet::{Line, Role, Sheet};
use crate::worksheet::allowed_text;

/// A JavaScript text with all of `sheets`, the formulas that they call, and what both
/// need, each once. Afterwards `sheets.C002.compute({ rtt: 0.08 })` computes the lines
/// from values in base units (arrays for lists; what is left out has its default) and
/// gives an object with `{ value, text }` or `{ error }` for each line: the same numbers,
/// texts and sentences as in Rust.
///
/// Each sheet also has `id`, `name`, `path`, `kind`, `about`, `inputs` and `lines` with
/// what a page needs to know about them, and `plot`.
#[must_use]
pub fn javascript<'s>(sheets: impl IntoIterator<Item = &'s Sheet>) -> String {
    let sheets: Vec<&Sheet> = sheets.into_iter().collect();
    let lines = sheets.iter().flat_map(|sheet| sheet.lines);
    let formulas: Vec<&Formula> = lines.flat_map(|line| line.calls.iter().copied()).collect();
    let mut text = lightcone_units::javascript(formulas);
    text.push_str(include_str!("sheet.js"));
    for sheet in sheets {
        write_sheet(sheet, &mut text);
    }
    text
}

fn write_sheet(sheet: &Sheet, text: &mut String) {
    let _ = write!(
        text,
        "addSheet({{\n  id: {:?}, name: {:?}, path: {:?}, kind: {:?},\n  about: {:?},\n",
        sheet.id,
        sheet.name,
        sheet.path,
        sheet.kind.to_string(),
        sheet.about,
    );
    match sheet.plot {
        Some(plot) => {
            let _ = writeln!(
                text,
                "  plot: {{ x: {:?}, lines: {:?} }},",
                plot.x, plot.lines
            );
        }
        None => text.push_str("  plot: null,\n"),
    }
    text.push_str("  inputs: [\n");
    for (place, (symbol, input)) in sheet.inputs().enumerate() {
        let (low, low_included) = end(input.limits.low);
        let (high, high_included) = end(input.limits.high);
        let default: Vec<String> = input
            .default
            .iter()
            .map(|value| number(input.in_base(*value)))
            .collect();
        let default = if input.list {
            format!("[{}]", default.join(", "))
        } else {
            default.concat()
        };
        let literal = sheet.literals.get(place).copied().unwrap_or_default();
        let (allowed, why) = allowed_text(input);
        let _ = write!(
            text,
            "    {{ name: {:?}, symbol: {:?}, meaning: {:?}, unit: {:?}, domain: {:?}, \
             quantity: {:?}, literal: {literal:?}, base: {}, list: {}, whole: {}, \
             default: {default}, from: {}, to: {}, logarithmic: {}, low: {low}, \
             lowIncluded: {low_included}, high: {high}, highIncluded: {high_included}, \
             allowed: {allowed:?}, why: {why:?}",
            input.argument,
            symbol.symbol,
            symbol.name,
            symbol.unit,
            symbol.domain,
            input.quantity,
            number(input.base),
            input.list,
            input.kind == Kind::Whole,
            number(input.in_base(input.low)),
            number(input.in_base(input.high)),
            input.scale == Scale::Logarithmic,
        );
        write_choices(input.kind, text);
        text.push_str(" },\n");
    }
    text.push_str("  ],\n  constants: {");
    for constant in sheet.constants {
        let _ = write!(text, " {}: {},", constant.name, number((constant.value)()));
    }
    text.push_str(" },\n  tables: {");
    for table in sheet.tables {
        let values: Vec<String> = table.values.iter().copied().map(number).collect();
        let _ = write!(text, " {}: [{}],", table.name, values.join(", "));
    }
    text.push_str(" },\n  lines: [\n");
    for line in sheet.lines {
        write_line(sheet, line, text);
    }
    text.push_str("  ],\n});\n");
}

fn write_line(sheet: &Sheet, line: &Line, text: &mut String) {
    let role = match line.role {
        Role::Step => "step",
        Role::Result => "result",
        Role::Total => "total",
    };
    let quantity = if line.quantity.is_empty() {
        "f64"
    } else {
        line.quantity
    };
    let _ = write!(
        text,
        "    {{ name: {:?}, symbol: {:?}, meaning: {:?}, unit: {:?}, role: {role:?}, \
         note: {:?}, quantity: {quantity:?}, base: {}, uses: {:?}",
        line.name,
        line.symbol.symbol,
        line.symbol.name,
        line.symbol.unit,
        line.note,
        number(line.base),
        line.uses,
    );
    if !line.words.is_empty() {
        let _ = write!(text, ", words: {:?}", line.words);
    }
    if let Kind::Choice(choices) = line.kind {
        let labels: Vec<String> = choices
            .iter()
            .map(|(label, value)| {
                format!(
                    "{} ({label})",
                    lightcone_units::shown::in_words("f64", *value)
                )
            })
            .collect();
        let _ = write!(text, ", allowed: {:?}", labels.join(" or "));
    }
    write_choices(line.kind, text);
    let mut head =
        format!("{{\n  const finite = (name, value) => checkedResult({quantity:?}, name, value);");
    let names: Vec<(&str, &str, bool)> = sheet
        .inputs()
        .map(|(_, input)| (input.argument, input.quantity, input.list))
        .chain(
            sheet
                .lines
                .iter()
                .map(|line| (line.name, line.quantity, false)),
        )
        .filter(|(name, _, _)| line.uses.contains(name))
        .collect();
    if line.javascript.contains("wordsOf(") {
        let types: Vec<String> = names
            .iter()
            .map(|(name, quantity, _)| format!("{name}: {quantity:?}"))
            .collect();
        let _ = write!(
            head,
            "\n  const wordsOf = (name, value) => inWords({{ {} }}[name], value);",
            types.join(", ")
        );
    }
    if line.javascript.contains("refuse(") {
        let texts: Vec<String> = names
            .iter()
            .map(|(name, quantity, list)| {
                let words = if *list { "listInWords" } else { "inWords" };
                format!("{name}: () => {words}({quantity:?}, {name})")
            })
            .collect();
        let _ = write!(
            head,
            "\n  const refuse = (name, allowed, meaning) => \
             refuseValue(name, {{ {} }}[name](), allowed, meaning);",
            texts.join(", ")
        );
    }
    let function = line.javascript.replacen('{', &head, 1);
    let indented = function.trim_end().replace('\n', "\n      ");
    let _ = writeln!(text, ",\n      evaluate: {indented} }},");
}

fn write_choices(kind: Kind, text: &mut String) {
    if let Kind::Choice(choices) = kind {
        let choices: Vec<String> = choices
            .iter()
            .map(|(label, value)| format!("{{ label: {label:?}, value: {} }}", number(*value)))
            .collect();
        let _ = write!(text, ", choices: [{}]", choices.join(", "));
    }
}

fn end(limit: Option<Limit>) -> (String, bool) {
    limit.map_or(("null".to_owned(), true), |limit| {
        (number(limit.value), limit.included)
    })
}

fn number(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        let sign = if value < 0.0 { "-" } else { "" };
        format!("{sign}Infinity")
    } else {
        format!("{value:?}")
    }
}
