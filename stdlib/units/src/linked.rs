//! Spreadsheet expressions that call formulas.
//!
//! A cell cannot call a formula, so the expression of the formula takes the place of
//! the call, with the arguments in it. Where an argument may be outside of what the
//! formula allows, a condition around it gives `NA()`, as the formula gives an error.

use std::fmt::Write as _;

use crate::formula::{Formula, Input, Spreadsheet};
use crate::scalar::{Kind, Limits};

/// Longer expressions are more than a reader checks, and a cell takes 8,192
/// characters.
const LONGEST: usize = 4_000;

/// What a name in an expression may be.
///
/// ```
/// use lightcone_units::{Limits, Operand};
/// assert!(!Operand { limits: Limits::at_least(0.0), whole: false }.whole);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Operand {
    /// The values that it may have, in base units.
    pub limits: Limits,
    /// Whether it is a whole number.
    pub whole: bool,
}

/// Puts formulas in the place of their calls: in `expression`, `@0(a,b)` calls the
/// first of `calls`. `known` says what a name may be, where that is known; conditions
/// that follow from it are left out.
///
/// # Errors
/// The reason, in words, when a formula has no closed form or the text is too long for
/// a cell.
///
/// ```
/// use lightcone_units::linked_expression;
/// assert_eq!(linked_expression("2*rtt", &[], &|_| None), Ok("2*rtt".to_owned()));
/// ```
pub fn linked_expression(
    expression: &str,
    calls: &[&Formula],
    known: &dyn Fn(&str) -> Option<Operand>,
) -> Result<String, String> {
    let mut text = String::new();
    let mut rest = expression;
    while let Some(at) = rest.find('@') {
        text.push_str(&rest[..at]);
        let (called, arguments, after) =
            call(&rest[at + 1..]).ok_or("a call in it cannot be read")?;
        let formula = calls
            .get(called)
            .ok_or("it calls a formula that is not there")?;
        let mut linked = Vec::new();
        for argument in arguments {
            linked.push(linked_expression(argument, calls, known)?);
        }
        text.push_str(&inline(formula, &linked, known)?);
        rest = after;
    }
    text.push_str(rest);
    if text.len() > LONGEST {
        return Err("the expression is too long for a cell".to_owned());
    }
    Ok(text)
}

impl Formula {
    /// The formula as a spreadsheet expression, with the formulas that it calls put in.
    /// Arguments and constants are named cells in base units, lists named ranges.
    ///
    /// # Errors
    /// The reason, in words, when it has no closed form.
    pub fn expression(&self) -> Result<String, String> {
        let computation = self.computation.ok_or("it is a description only")?;
        let text = match (computation.spreadsheet, computation.linked) {
            (Spreadsheet::Live(text), _) | (Spreadsheet::Computed(_), Some(text)) => text,
            (Spreadsheet::Computed(why), None) => return Err(why.to_owned()),
        };
        let known = |name: &str| {
            let mut inputs = self.inputs();
            let (_, input) = inputs.find(|(_, input)| input.argument == name)?;
            (!input.list).then(|| operand(input))
        };
        linked_expression(text, computation.calls, &known)
    }
}

fn operand(input: &Input) -> Operand {
    Operand {
        limits: input.limits,
        whole: input.kind == Kind::Whole,
    }
}

/// Splits `0(a,b)+1` into 0, its arguments, and what follows.
fn call(text: &str) -> Option<(usize, Vec<&str>, &str)> {
    let open = text.find('(')?;
    let called = text[..open].parse().ok()?;
    let (mut depth, mut begin) = (0, open + 1);
    let mut arguments = Vec::new();
    for (at, c) in text.char_indices().skip(open) {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        let end = depth == 0;
        if end || (depth == 1 && c == ',') {
            if at > begin {
                arguments.push(&text[begin..at]);
            }
            begin = at + 1;
        }
        if end {
            return Some((called, arguments, &text[at + 1..]));
        }
    }
    None
}

/// The expression of a formula with its arguments in it.
fn inline(
    formula: &Formula,
    arguments: &[String],
    known: &dyn Fn(&str) -> Option<Operand>,
) -> Result<String, String> {
    let name = formula.function();
    let body = formula
        .expression()
        .map_err(|why| format!("`{name}`, which it calls: {why}"))?;
    let inputs: Vec<&Input> = formula.inputs().map(|(_, input)| input).collect();
    if inputs.len() != arguments.len() {
        return Err(format!(
            "it calls `{name}` with {} arguments and not {}",
            arguments.len(),
            inputs.len()
        ));
    }
    let constants = formula.computation.map_or(&[][..], |c| c.constants);
    let text = substitute(&body, &|word| {
        if let Some(place) = inputs.iter().position(|input| input.argument == word) {
            return Some(bracketed(&arguments[place]));
        }
        let constant = constants.iter().find(|constant| constant.name == word)?;
        Some(bracketed(&number((constant.value)())))
    });
    let mut conditions = Vec::new();
    for (input, argument) in inputs.iter().zip(arguments) {
        condition(input, argument, known, &mut conditions);
    }
    Ok(match &conditions[..] {
        [] => format!("({text})"),
        [one] => format!("IF({one},{text},NA())"),
        several => format!("IF(AND({}),{text},NA())", several.join(",")),
    })
}

/// What must hold for an argument and does not follow from what it is.
fn condition(
    input: &Input,
    argument: &str,
    known: &dyn Fn(&str) -> Option<Operand>,
    conditions: &mut Vec<String>,
) {
    // Lists and choices are checked where they are put in.
    if input.list || matches!(input.kind, Kind::Choice(_)) {
        return;
    }
    let operand = match argument.parse::<f64>() {
        Ok(value) => Some(Operand {
            limits: Limits::between(value, value),
            whole: value.fract() == 0.0,
        }),
        Err(_) => known(argument),
    };
    let limits = operand.map_or(Limits::NONE, |operand| operand.limits);
    let text = bracketed(argument);
    if let Some(low) = input.limits.low {
        let implied = limits.low.is_some_and(|mine| {
            mine.value > low.value || (mine.value == low.value && (low.included || !mine.included))
        });
        if !implied {
            let sign = if low.included { ">=" } else { ">" };
            conditions.push(format!("{text}{sign}{}", number(low.value)));
        }
    }
    if let Some(high) = input.limits.high {
        let implied = limits.high.is_some_and(|mine| {
            mine.value < high.value
                || (mine.value == high.value && (high.included || !mine.included))
        });
        // 2^53 is where counting ends, and no sheet counts so far.
        if !implied && high.value < 9_007_199_254_740_992.0 {
            let sign = if high.included { "<=" } else { "<" };
            conditions.push(format!("{text}{sign}{}", number(high.value)));
        }
    }
    if input.kind == Kind::Whole && !operand.is_some_and(|operand| operand.whole) {
        conditions.push(format!("{text}=INT({text})"));
    }
}

/// Puts texts in the place of names. Functions, which stand before a bracket, and
/// numbers such as `1E-9` stay.
fn substitute(expression: &str, replace: &dyn Fn(&str) -> Option<String>) -> String {
    let mut text = String::new();
    let mut rest = expression;
    while let Some(first) = rest.chars().next() {
        let length = if first.is_ascii_alphabetic() || first == '_' {
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
                .unwrap_or(rest.len())
        } else if first.is_ascii_digit() {
            number_length(rest)
        } else {
            first.len_utf8()
        };
        let (word, after) = rest.split_at(length);
        let name = (first.is_ascii_alphabetic() || first == '_') && !after.starts_with('(');
        match replace(word).filter(|_| name) {
            Some(new) => text.push_str(&new),
            None => text.push_str(word),
        }
        rest = after;
    }
    text
}

fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let part = match bytes[end] {
            b'0'..=b'9' | b'.' | b'E' => true,
            b'+' | b'-' => end > 0 && bytes[end - 1] == b'E',
            _ => false,
        };
        if !part {
            break;
        }
        end += 1;
    }
    end
}

/// A text that can stand beside any operator.
fn bracketed(text: &str) -> String {
    let plain = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    if plain {
        text.to_owned()
    } else {
        format!("({text})")
    }
}

fn number(value: f64) -> String {
    let mut text = String::new();
    let _ = write!(text, "{value:?}");
    text.trim_end_matches(".0").to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_replaced_and_functions_are_not() {
        let replace = |word: &str| (word == "a" || word == "SUM").then(|| "(x+1)".to_owned());
        assert_eq!(
            substitute("SUM(a)*a1+1E-9*a", &replace),
            "SUM((x+1))*a1+1E-9*(x+1)"
        );
    }

    #[test]
    fn calls_are_taken_apart() {
        assert_eq!(
            call("12(a,MIN(b,c),@0(d))/2"),
            Some((12, vec!["a", "MIN(b,c)", "@0(d)"], "/2"))
        );
        assert_eq!(call("1()"), Some((1, Vec::new(), "")));
        assert_eq!(call("1(a"), None);
    }
}
