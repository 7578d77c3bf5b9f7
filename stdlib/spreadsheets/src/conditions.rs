//! Limits as conditions of formulas.

use lightcone_units::{Input, Kind, Limits};

use crate::expression::literal;
use crate::page::{Content, Page, PageLine};
use crate::tables::Tables;
use crate::unit;

/// All conditions as one.
pub(crate) fn all(conditions: &[String]) -> String {
    match conditions {
        [one] => one.clone(),
        more => format!("AND({})", more.join(",")),
    }
}

/// The limits as conditions on a cell in which 1 is `base` base units.
pub(crate) fn conditions_of(limits: &Limits, base: f64, cell: &str) -> Vec<String> {
    let mut conditions = Vec::new();
    for (limit, with, without) in [(limits.low, ">=", ">"), (limits.high, "<=", "<")] {
        if let Some(limit) = limit {
            let sign = if limit.included { with } else { without };
            let end = literal(unit::in_unit(limit.value, base));
            conditions.push(format!("{cell}{sign}{end}"));
        }
    }
    conditions
}

/// What the value of a line must hold, as Rust checks it. Names are written by `name`.
pub(crate) fn conditions_of_line(
    page: &Page<'_>,
    line: &PageLine,
    cell: &str,
    tables: &mut Tables,
    mut name: impl FnMut(&str) -> String,
) -> Vec<String> {
    let mut conditions = Vec::new();
    // A branch that is not taken does not look at its inputs; Rust checks them all.
    if let Content::Live(text) = &line.content
        && text.contains("IF(")
    {
        let cells = line.uses.iter().filter(|used| page.is_cell(used));
        let read: Vec<String> = cells.map(|used| name(used)).collect();
        if !read.is_empty() {
            conditions.push(format!("ISNUMBER(SUM({}))", read.join(",")));
        }
    }
    if !line.words.is_empty() {
        conditions.extend([
            format!("{cell}>=0"),
            format!("{cell}<{}", line.words.len()),
            format!("INT({cell})={cell}"),
        ]);
        return conditions;
    }
    if let Kind::Choice(choices) = line.kind {
        let (_, numbers) = tables.choices(line.symbol.name, choices);
        conditions.push(format!("ISNUMBER(MATCH({cell},{numbers},0))"));
        return conditions;
    }
    conditions.extend(conditions_of(&line.limits, 1.0, cell));
    if line.kind == Kind::Whole {
        conditions.push(format!("INT({cell})={cell}"));
    }
    conditions
}

/// Whether Rust takes the value for the input.
pub(crate) fn is_allowed(input: &Input, value: f64) -> bool {
    match input.kind {
        Kind::Choice(choices) => choices.iter().any(|(_, number)| *number == value),
        Kind::Whole => value.fract() == 0.0 && input.limits.hold(value),
        Kind::Number => input.limits.hold(value),
    }
}
