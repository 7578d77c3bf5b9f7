//! A formula with its values as Rust code, the way one writes it in a cell.

use lightcone_units::{Formula, Input, Kind, Symbol, shown};
use serde_json::{Value, json};

/// One argument of the Rust function: an input, or a type that is made of several.
pub(crate) struct Argument {
    /// The type's name when it is made of several inputs.
    pub(crate) kind: Option<String>,
    /// The places of the inputs.
    pub(crate) inputs: Vec<usize>,
}

/// Which inputs make which argument, from the function's signature.
pub(crate) fn arguments(formula: &Formula) -> Vec<Argument> {
    let names: Vec<&str> = formula.inputs().map(|(_, input)| input.argument).collect();
    let signature = formula.computation.map_or("", |one| one.signature);
    let list = signature
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'))
        .map_or("", |(list, _)| list);
    let mut at = 0;
    let mut arguments = Vec::new();
    for parameter in list.split(", ").filter(|text| !text.is_empty()) {
        let Some((name, kind)) = parameter.split_once(": ") else {
            continue;
        };
        if names.get(at) == Some(&name) {
            arguments.push(Argument {
                kind: None,
                inputs: vec![at],
            });
            at += 1;
            continue;
        }
        let prefix = format!("{name}_");
        let parts = names
            .iter()
            .skip(at)
            .take_while(|part| part.starts_with(&prefix));
        let end = at + parts.count();
        arguments.push(Argument {
            kind: Some(kind.to_owned()),
            inputs: (at..end).collect(),
        });
        at = end;
    }
    arguments
}

/// The call of a formula with values in the units of its symbols, one list per input.
///
/// ```
/// let rtt = lightcone_formulas::find_formula("F004").ok_or("no such formula")?;
/// let values = [vec![5_570.0], vec![1.4682], vec![1.0]];
/// assert_eq!(
///     lightcone_pages::code(rtt, &values),
///     "latency::fiber_rtt(5_570.km(), 1.4682, 1.0)?",
/// );
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn code(formula: &Formula, values: &[Vec<f64>]) -> String {
    let inputs: Vec<(&Symbol, &Input)> = formula.inputs().collect();
    let one = |place: &usize| -> String {
        let (Some((symbol, input)), Some(values)) = (inputs.get(*place), values.get(*place)) else {
            return String::new();
        };
        let texts: Vec<String> = values
            .iter()
            .map(|value| value_code(symbol, input, *value))
            .collect();
        if input.list {
            format!("&[{}]", texts.join(", "))
        } else {
            texts.concat()
        }
    };
    let arguments: Vec<String> = arguments(formula)
        .iter()
        .map(|argument| {
            let texts: Vec<String> = argument.inputs.iter().map(one).collect();
            match &argument.kind {
                Some(kind) => format!("{kind}::new({})?", texts.join(", ")),
                None => texts.concat(),
            }
        })
        .collect();
    format!("{}({})?", formula.path, arguments.join(", "))
}

/// One value in the unit of its symbol.
fn value_code(symbol: &Symbol, input: &Input, value: f64) -> String {
    if input.quantity == "bool" {
        return (value != 0.0).to_string();
    }
    if let Kind::Choice(choices) = input.kind {
        let label = choices.iter().find(|(_, number)| *number == value);
        return format!("{:?}.parse()?", label.map_or("", |(label, _)| label));
    }
    let plain = number_code(value);
    match input.quantity {
        "u32" | "u64" if symbol.unit == shown::YEAR => plain.replace('_', ""),
        "u32" | "u64" => plain.trim_end_matches(".0").to_owned(),
        "Count" => format!("{plain}.count()?"),
        "f64" if value.fract() == 0.0 && !plain.contains(['.', 'e']) => format!("{plain}.0"),
        "f64" => plain,
        checked @ ("Probability" | "Availability" | "Utilization") => {
            let unit = if symbol.unit == "%" {
                "percent"
            } else {
                "ratio"
            };
            format!("{plain}.{unit}().{}()?", checked.to_lowercase())
        }
        quantity => match shown::literal(quantity, symbol.unit) {
            Some(literal) => format!("{plain}.{literal}()"),
            None => format!("{quantity}::from_base_value({plain})"),
        },
    }
}

/// A number as Rust reads it: thousands apart, whole ones without a point when an `i32`
/// holds them.
fn number_code(value: f64) -> String {
    let text = format!("{value:?}");
    if value.fract() != 0.0 || text.contains('e') {
        return text;
    }
    let whole = shown::in_words("u64", value.abs()).replace(',', "_");
    let sign = if value < 0.0 { "-" } else { "" };
    let point = if value.abs() <= f64::from(i32::MAX) {
        ""
    } else {
        ".0"
    };
    format!("{sign}{whole}{point}")
}

/// What the page needs to write the same code.
pub(crate) fn template(formula: &Formula) -> Value {
    let arguments: Vec<Value> = arguments(formula)
        .iter()
        .map(|argument| json!({ "kind": argument.kind, "inputs": argument.inputs }))
        .collect();
    json!({ "call": formula.path, "arguments": arguments })
}
