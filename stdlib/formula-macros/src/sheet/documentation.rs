//! The documentation of what is generated from a sheet.

use std::fmt::Write as _;

use crate::documentation::author;
use crate::expand::{domain, unit_text};
use crate::head::{Argument, type_name};
use crate::sheet::head::{Definition, Kind, Line, Role, Value};

impl Kind {
    /// The kind in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Calculator => "calculator",
            Self::CostModel => "cost model",
        }
    }
}

/// What the author wrote before the first heading, as one paragraph a paragraph.
pub(crate) fn about(definition: &Definition) -> String {
    let written = author(&definition.attributes);
    let end = written.find("\n# ").unwrap_or(written.len());
    let first = written[..end]
        .trim()
        .split("\n\n")
        .next()
        .unwrap_or_default();
    first.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The documentation of the function.
pub(crate) fn function(definition: &Definition) -> String {
    let written = author(&definition.attributes);
    let at = written.find("\n# ").map_or(written.len(), |at| at + 1);
    let (begin, sections) = (written[..at].trim(), written[at..].trim());
    let texts = &definition.texts;
    let mut text = format!("{begin}\n\n# Inputs\n| input | meaning | unit | allowed | default |\n");
    text.push_str("|---|---|---|---|---|\n");
    for input in &definition.inputs {
        let default: Vec<String> = input.default.iter().map(|n| n.text.clone()).collect();
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} |",
            input.name,
            input.meaning.value(),
            unit_text(&input.unit),
            domain(input),
            default.join(", "),
        );
    }
    text.push_str("\n# Lines\n| line | meaning | unit | |\n|---|---|---|---|\n");
    for line in &definition.lines {
        let role = match line.role {
            Role::Step => "",
            Role::Result => "result",
            Role::Total => "total",
        };
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {role} |",
            line.name,
            line.meaning.value(),
            unit(line)
        );
    }
    let _ = write!(
        text,
        "\n# Assumptions\n{}\n\n# When it fails\n{}\n\n{sections}\n\n# Source\n{} ({} {}, episode {})",
        texts.assumes.value(),
        texts.fails.value(),
        texts.source.value(),
        definition.kind.words(),
        texts.id.value(),
        texts.episode,
    );
    if let Some(prices) = &texts.prices {
        let _ = write!(text, "\n\nPrices: {}", prices.value());
    }
    text
}

fn unit(line: &Line) -> String {
    match &line.value {
        Value::Number { unit, .. } => unit_text(unit),
        Value::Word(words) => {
            let words: Vec<String> = words.iter().map(syn::LitStr::value).collect();
            format!("one of: {}", words.join(", "))
        }
    }
}

/// The documentation of the method that sets an input.
pub(crate) fn setter(input: &Argument) -> String {
    let each = if input.list { "values, " } else { "" };
    format!(
        "The {}, with {each}allowed: {}. Checked when lines are computed.",
        input.meaning.value(),
        domain(input)
    )
}

/// The documentation of the method that gives the answer of a line.
pub(crate) fn answer(line: &Line) -> String {
    let what = match &line.value {
        Value::Number { kind, .. } => match type_name(kind).as_str() {
            "f64" | "u32" | "u64" if unit(line) != "1" => format!(" in {}", unit(line)),
            _ => String::new(),
        },
        Value::Word(_) => format!(": {}", unit(line)),
    };
    let note = if line.note.is_empty() {
        String::new()
    } else {
        format!("\n\n{}", line.note)
    };
    format!(
        "The {}{what}.{note}\n\n# Errors\nWhen an input is not allowed or the line has no answer.",
        line.meaning.value()
    )
}
