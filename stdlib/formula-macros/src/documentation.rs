//! The documentation of the generated function.

use std::fmt::Write as _;

use syn::{Attribute, Expr, Lit, Meta};

use crate::body::{Block, Statement};
use crate::expand::{domain, unit_text};
use crate::head::{Definition, Parameter, type_name};

/// The whole text: what the author wrote before the first heading, what the
/// definition says, and the author's sections.
pub(crate) fn text(definition: &Definition, body: &Block) -> String {
    let written = author(&definition.attributes);
    let (summary, rest) = match written.split_once("\n\n") {
        Some((summary, rest)) => (summary.trim(), rest.trim()),
        None => (written.trim(), ""),
    };
    // What explains the summary stands beside it; sections come after ours.
    let sections = if rest.starts_with("# ") {
        0
    } else {
        rest.find("\n# ").map_or(rest.len(), |at| at + 1)
    };
    let (explanation, rest) = (rest[..sections].trim(), rest[sections..].trim());
    let texts = &definition.texts;
    let summary = if explanation.is_empty() {
        summary.to_owned()
    } else {
        format!("{summary}\n\n{explanation}")
    };
    let mut text = format!(
        "{summary}\n\n```text\n{}\n```\nSpoken: {}.\n\n",
        texts.latex.value(),
        texts.spoken.value().trim_end_matches('.'),
    );
    symbols(definition, &mut text);
    errors(definition, body, &mut text);
    let _ = write!(
        text,
        "# Assumptions\n{}\n\n# When it fails\n{}\n\n",
        texts.assumes.value(),
        texts.fails.value()
    );
    if !rest.contains("```") {
        example(definition, &mut text);
    }
    if !rest.is_empty() {
        let _ = write!(text, "{rest}\n\n");
    }
    let _ = write!(
        text,
        "# Source\n{} (formula {}, episode {})",
        texts.source.value(),
        texts.id.value(),
        texts.episode
    );
    text
}

/// What the author wrote as `///`.
pub(crate) fn author(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes {
        if let Meta::NameValue(pair) = &attribute.meta
            && pair.path.is_ident("doc")
            && let Expr::Lit(literal) = &pair.value
            && let Lit::Str(line) = &literal.lit
        {
            let line = line.value();
            lines.push(line.strip_prefix(' ').unwrap_or(&line).to_owned());
        }
    }
    lines.join("\n")
}

fn symbols(definition: &Definition, text: &mut String) {
    text.push_str(
        "# Symbols\n| argument | symbol | meaning | unit | allowed |\n|---|---|---|---|---|\n",
    );
    let mut row = |name: &str, symbol: &str, meaning: &str, unit: &str, domain: &str| {
        let name = if name.is_empty() {
            String::new()
        } else {
            format!("`{name}`")
        };
        let symbol = symbol.replace('|', "\\|");
        let _ = writeln!(
            text,
            "| {name} | `{symbol}` | {meaning} | {unit} | {domain} |"
        );
    };
    let result = &definition.result;
    row(
        "",
        &result.symbol.value(),
        &format!("{} (the result)", result.meaning.value()),
        &unit_text(&result.unit),
        &result.domain.value(),
    );
    for parameter in &definition.parameters {
        for argument in parameter.arguments() {
            let name = match parameter {
                Parameter::Plain(_) => argument.name.to_string(),
                Parameter::Parts { name, parts, .. } => parts
                    .iter()
                    .find(|(part, _)| part.name == argument.name)
                    .map_or_else(String::new, |(_, part)| format!("{name}.{part}()")),
            };
            row(
                &name,
                &argument.symbol.value(),
                &argument.meaning.value(),
                &unit_text(&argument.unit),
                &domain(argument),
            );
        }
    }
    for constant in &definition.constants {
        row(
            "",
            &constant.symbol.value(),
            &constant.meaning.value(),
            &unit_text(&constant.unit),
            &constant
                .domain
                .as_ref()
                .map_or_else(String::new, syn::LitStr::value),
        );
    }
    for note in &definition.notes {
        row(
            "",
            &note.symbol.value(),
            &note.meaning.value(),
            &note.unit.value(),
            &note.domain.value(),
        );
    }
    text.push('\n');
}

fn errors(definition: &Definition, body: &Block, text: &mut String) {
    text.push_str("# Errors\n[`DomainError`](::lightcone_units::DomainError) for NaN and infinity, for a result beyond the range of `f64`, and unless\n");
    let mut any = false;
    for argument in definition.arguments() {
        if let (Some(range), Some(why)) = (argument.allowed.in_words(), argument.allowed.why()) {
            let unit = match (&argument.unit, unit_text(&argument.unit)) {
                (crate::head::Unit::Method(_), unit) if unit != "1" => format!(" {unit}"),
                _ => String::new(),
            };
            let each = if argument.list { "every value of " } else { "" };
            let _ = writeln!(
                text,
                "- {each}`{}` is {range}{unit}: {};",
                argument.name,
                why.value()
            );
            any = true;
        }
    }
    checks(&body.statements, text, &mut any);
    if !any {
        text.push_str("- the arguments are what their types allow.\n");
    }
    text.push('\n');
}

fn checks(statements: &[Statement], text: &mut String, any: &mut bool) {
    for statement in statements {
        match statement {
            Statement::Check { argument, why, .. } => {
                let _ = writeln!(
                    text,
                    "- `{argument}` fits the other arguments: {};",
                    why.value()
                );
                *any = true;
            }
            Statement::Require {
                argument,
                allowed,
                why,
                ..
            } => {
                let _ = writeln!(
                    text,
                    "- `{argument}` is {}: {};",
                    allowed.value(),
                    why.value()
                );
                *any = true;
            }
            Statement::If(_, then, otherwise) => {
                checks(&then.statements, text, any);
                if let Some(block) = otherwise {
                    checks(&block.statements, text, any);
                }
            }
            Statement::Count { block, .. } | Statement::Each { block, .. } => {
                checks(&block.statements, text, any);
            }
            _ => {}
        }
    }
}

fn example(definition: &Definition, text: &mut String) {
    let Some((call, shown)) = &definition.texts.example else {
        return;
    };
    let function = &definition.function;
    let path = definition.texts.path.value();
    let krate = std::env::var("CARGO_CRATE_NAME").unwrap_or_default();
    let first = path.split("::").next().unwrap_or_default();
    // The crate `lightcone_latency` has its functions at its root, the crate
    // `lightcone_chaos` in modules such as `cascade`.
    let module = match path.rsplit_once("::") {
        Some((module, _)) if krate.trim_start_matches("lightcone_") != first => {
            format!("{module}::")
        }
        _ => String::new(),
    };
    let question = if type_name(&definition.result.kind) == "f64" {
        "lightcone_units::format_number"
    } else {
        ""
    };
    let computed = if question.is_empty() {
        format!("{function}({call})?.to_string()")
    } else {
        format!("{question}({function}({call})?)")
    };
    let _ = write!(
        text,
        "# Example\n```\nuse {krate}::{module}{function};\n\
         # #[allow(unused_imports)]\nuse lightcone_units::prelude::*;\n\n\
         assert_eq!({computed}, {:?});\n# Ok::<(), DomainError>(())\n```\n\n",
        shown.value(),
    );
}
