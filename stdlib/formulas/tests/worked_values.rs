//! Every formula against the published and derived values in `worked_values.csv`.
//!
//! Arguments and results are written as people write them, with their units; the
//! types of the formula read them. A value of the tags A (seen in the source) and B
//! (recalled and reproduced) is published, C is derived and guards against change.

use lightcone_formulas::{FORMULAS, find_formula as find};
use lightcone_units::Formula;

struct Row {
    formula: &'static Formula,
    arguments: Vec<(String, String)>,
    expected: String,
    tolerance: String,
    tag: String,
    source: String,
}

/// Splits one line of CSV; a field in quotes may hold commas and doubled quotes.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let (mut quoted, mut before) = (false, ' ');
    for c in line.chars() {
        let last = fields.last_mut().expect("there is always a field");
        match c {
            '"' => {
                if !quoted && before == '"' {
                    last.push('"');
                }
                quoted = !quoted;
            }
            ',' if !quoted => fields.push(String::new()),
            c => last.push(c),
        }
        before = c;
    }
    fields
}

fn table() -> Vec<Row> {
    let mut lines = include_str!("worked_values.csv").lines();
    assert_eq!(
        lines.next(),
        Some("formula,arguments,expected,abs_tol,tag,source")
    );
    lines
        .map(|line| {
            let [formula, arguments, expected, tolerance, tag, source] = fields(line)
                .try_into()
                .unwrap_or_else(|_| panic!("six columns: {line}"));
            Row {
                formula: find(&formula).unwrap_or_else(|| panic!("no {formula}: {line}")),
                arguments: arguments
                    .split("; ")
                    .map(|argument| {
                        let (name, value) = argument.split_once('=').expect("name=value");
                        (name.to_owned(), value.to_owned())
                    })
                    .collect(),
                expected,
                tolerance,
                tag,
                source,
            }
        })
        .collect()
}

impl Row {
    /// The arguments in base units, each found by its name.
    fn values(&self) -> Vec<f64> {
        let id = self.formula.id;
        let inputs: Vec<_> = self.formula.inputs().collect();
        assert_eq!(
            inputs.len(),
            self.arguments.len(),
            "{id}: every argument once"
        );
        let mut values = Vec::new();
        for (_, input) in inputs {
            let named = self
                .arguments
                .iter()
                .find(|(name, _)| name == input.argument);
            let (_, text) = named.unwrap_or_else(|| panic!("{id}: no {}", input.argument));
            let texts: Vec<&str> = if input.list {
                text.split(", ").collect()
            } else {
                vec![text]
            };
            for text in texts {
                values.push((input.read)(text).unwrap_or_else(|error| panic!("{id}: {error}")));
            }
        }
        values
    }
}

#[test]
fn worked_values_hold() {
    for row in table() {
        let id = row.formula.id;
        let computation = row.formula.computation.expect("every entry is computed");
        let read =
            |text: &str| (computation.read)(text).unwrap_or_else(|error| panic!("{id}: {error}"));
        let (expected, tolerance) = (read(&row.expected), read(&row.tolerance));
        let computed = row
            .formula
            .evaluate(&row.values())
            .unwrap_or_else(|error| panic!("{id}: {error}"));
        assert!(
            (computed - expected).abs() <= tolerance,
            "{id} {:?}: computed {computed}, expected {expected} within {tolerance}",
            row.arguments,
        );
        assert!(
            ["A", "B", "C"].contains(&row.tag.as_str()),
            "{id}: {}",
            row.tag
        );
        assert!(!row.source.is_empty(), "{id} has no source");
    }
}

#[test]
fn every_entry_has_a_worked_value() {
    let table = table();
    for formula in FORMULAS.iter() {
        let rows = table.iter().filter(|row| row.formula == formula).count();
        assert!(rows > 0, "{} has no worked value", formula.id);
    }
    let published = table.iter().filter(|row| row.tag != "C").count();
    assert!(published >= 25, "{published} published values");
}
