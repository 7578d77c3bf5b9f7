//! The body of a formula as a spreadsheet expression, where it is a closed form.

use std::collections::HashMap;

use syn::Path;

use crate::body::{Block, Bounds, Operator, Statement, Term};
use crate::head::{Definition, type_name};
use crate::javascript::fill;

/// Longer expressions are more than a reader checks, and a cell takes 8,192
/// characters.
const LONGEST: usize = 4_000;

/// A closed form.
pub(crate) struct Expression {
    pub(crate) text: String,
    /// Whether it calls formulas: `@0(a,b)` is a call of the first one.
    pub(crate) calls: bool,
}

/// The expression of a formula, or why there is none.
pub(crate) fn expression(
    definition: &Definition,
    block: &Block,
    calls: &[Path],
) -> Result<Expression, &'static str> {
    let availabilities: Vec<String> = definition
        .arguments()
        .iter()
        .filter(|argument| type_name(&argument.kind) == "Availability")
        .map(|argument| argument.name.to_string())
        .collect();
    expression_of(&availabilities, block, definition.result.down, calls)
}

/// The expression of a body. Each name in `availabilities` has its `_down`; `down` says
/// that the body computes what is missing to 1.
pub(crate) fn expression_of(
    availabilities: &[String],
    block: &Block,
    down: bool,
    calls: &[Path],
) -> Result<Expression, &'static str> {
    let mut names = Names {
        bound: HashMap::new(),
        calls,
    };
    for name in availabilities {
        names
            .bound
            .insert(format!("{name}_down"), format!("(1-{name})"));
    }
    let mut text = sequence(&block.statements, block.value.as_ref(), &mut names)?;
    if down {
        text = format!("1-{text}");
    }
    if text.len() > LONGEST {
        return Err("the expression is too long for a cell");
    }
    let outer = text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    let text = match outer {
        Some(inner) if balanced(inner) => inner.to_owned(),
        _ => text,
    };
    let calls = text.contains('@');
    Ok(Expression { text, calls })
}

/// Whether the outer brackets of a text can be left out.
fn balanced(inner: &str) -> bool {
    let mut depth = 0i32;
    for c in inner.chars() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

/// What names stand for, and which formulas may be called.
#[derive(Clone)]
struct Names<'c> {
    bound: HashMap<String, String>,
    calls: &'c [Path],
}

fn sequence(
    statements: &[Statement],
    value: Option<&Term>,
    names: &mut Names<'_>,
) -> Result<String, &'static str> {
    let Some((first, rest)) = statements.split_first() else {
        return match value {
            Some(value) => term(value, names),
            None => Err("a branch has no value"),
        };
    };
    match first {
        Statement::Let {
            name,
            mutable: false,
            value: bound,
        } => {
            let bound = term(bound, names)?;
            names.bound.insert(name.to_string(), bound);
            sequence(rest, value, names)
        }
        Statement::Let { .. } | Statement::Assign { .. } => Err("it computes step by step"),
        Statement::Count { .. } | Statement::Each { .. } | Statement::Break => Err("it iterates"),
        Statement::Return(returned) => term(returned, names),
        Statement::If(condition, then, otherwise) => {
            let condition = term(condition, names)?;
            let then = sequence(&then.statements, None, &mut names.clone())?;
            let after = match otherwise {
                Some(block) => sequence(&block.statements, None, &mut names.clone())?,
                None => sequence(rest, value, names)?,
            };
            Ok(format!("IF({condition},{then},{after})"))
        }
        Statement::Check {
            bounds, argument, ..
        } => {
            let condition = match bounds {
                Bounds::AtLeast(low) => format!("{argument}>={}", term(low, names)?),
                Bounds::Above(low) => format!("{argument}>{}", term(low, names)?),
                Bounds::Between(low, high) => {
                    let (low, high) = (term(low, names)?, term(high, names)?);
                    format!("AND({argument}>={low},{argument}<={high})")
                }
            };
            let after = sequence(rest, value, names)?;
            Ok(format!("IF({condition},{after},NA())"))
        }
        Statement::Require { condition, .. } => {
            let condition = term(condition, names)?;
            let after = sequence(rest, value, names)?;
            Ok(format!("IF({condition},{after},NA())"))
        }
    }
}

fn term(value: &Term, names: &Names<'_>) -> Result<String, &'static str> {
    Ok(match value {
        Term::Number(number, _) => format!("{number:?}").trim_end_matches(".0").to_uppercase(),
        Term::Name(name) => {
            let name = name.to_string();
            names.bound.get(&name).cloned().unwrap_or(name)
        }
        Term::Negative(inner) => format!("(-{})", term(inner, names)?),
        Term::Not(inner) => format!("NOT({})", term(inner, names)?),
        Term::Binary(operator, left, right) => {
            let (left, right) = (term(left, names)?, term(right, names)?);
            match operator {
                Operator::And => format!("AND({left},{right})"),
                Operator::Or => format!("OR({left},{right})"),
                Operator::Equal => format!("({left}={right})"),
                Operator::Unequal => format!("({left}<>{right})"),
                other => format!("({left}{}{right})", other.sign()),
            }
        }
        Term::Power(base, exponent) => format!("(({})^({exponent}))", term(base, names)?),
        Term::Call(function, terms, _) => {
            let template = function
                .spreadsheet
                .ok_or("spreadsheets lack one of its functions")?;
            let mut texts = Vec::new();
            for term_ in terms {
                texts.push(term(term_, names)?);
            }
            let place = |wanted: &Term| {
                let at = terms.iter().position(|known| std::ptr::eq(known, wanted));
                at.and_then(|at| texts.get(at).cloned()).unwrap_or_default()
            };
            fill(template, terms, place)
        }
        Term::Formula(path, terms) => {
            let mut texts = Vec::new();
            for argument in terms {
                texts.push(term(argument, names)?);
            }
            let place = names.calls.iter().position(|known| known == path);
            let place = place.ok_or("it calls another formula")?;
            format!("@{place}({})", texts.join(","))
        }
        Term::List(list) => list.to_string(),
        Term::If(condition, then, otherwise) => {
            let condition = term(condition, names)?;
            let side = |block: &Block| {
                sequence(&block.statements, block.value.as_ref(), &mut names.clone())
            };
            format!("IF({condition},{},{})", side(then)?, side(otherwise)?)
        }
        Term::Item { list, place, .. } => format!("INDEX({list},{}+1)", term(place, names)?),
    })
}
