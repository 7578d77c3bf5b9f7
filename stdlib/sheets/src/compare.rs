//! Scenarios side by side.

use std::fmt;

use lightcone_units::{DomainError, Kind};

use crate::sheet::Sheet;
use crate::worksheet::{Worksheet, list_text};

/// A worksheet with a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// What the scenario is called.
    pub name: String,
    /// Its values.
    pub worksheet: Worksheet,
}

/// Scenarios of one sheet side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    sheet: &'static Sheet,
    /// The scenarios; the first is what the others are compared with.
    pub scenarios: Vec<Scenario>,
    /// The inputs that differ, then all lines.
    pub rows: Vec<ComparisonRow>,
}

/// One row of a [`Comparison`]: an input or a line.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparisonRow {
    /// The name of the input or line.
    pub name: &'static str,
    /// Whether it is an input.
    pub input: bool,
    /// The value in each scenario the way people write it; `-` without an answer.
    pub texts: Vec<String>,
    /// The value of a number in base units in each scenario; `None` for lists, choices
    /// and words, and without an answer.
    pub values: Vec<Option<f64>>,
    /// Why a line has no answer in a scenario.
    pub errors: Vec<Option<DomainError>>,
}

impl ComparisonRow {
    /// How much more it is in the scenario at a place than in the first, in base units;
    /// `None` when either is not a number.
    #[must_use]
    pub fn difference(&self, place: usize) -> Option<f64> {
        let first = (*self.values.first()?)?;
        Some((*self.values.get(place)?)? - first)
    }

    /// The difference as a share of the first; `None` also when that is 0.
    #[must_use]
    pub fn change(&self, place: usize) -> Option<f64> {
        let first = (*self.values.first()?)?;
        let change = self.difference(place)? / first.abs();
        change.is_finite().then_some(change)
    }
}

impl Worksheet {
    /// This worksheet, called `name`, beside others of the same sheet.
    ///
    /// # Errors
    /// [`DomainError`] when one of the others is of another sheet.
    pub fn compare(
        &self,
        name: &str,
        others: &[(&str, &Worksheet)],
    ) -> Result<Comparison, DomainError> {
        let sheet = self.sheet();
        let mut scenarios = vec![Scenario {
            name: name.to_owned(),
            worksheet: self.clone(),
        }];
        for (name, other) in others {
            if other.sheet() != sheet {
                return Err(DomainError::new(
                    (*name).to_owned(),
                    format!("of the sheet `{}`", other.sheet().function()),
                    format!("of the sheet `{}`", sheet.function()),
                    "only scenarios of one sheet have the same lines",
                ));
            }
            scenarios.push(Scenario {
                name: (*name).to_owned(),
                worksheet: (*other).clone(),
            });
        }
        let mut rows = Vec::new();
        for (place, (symbol, input)) in sheet.inputs().enumerate() {
            let all: Vec<&Vec<f64>> = scenarios
                .iter()
                .map(|scenario| &scenario.worksheet.values()[place])
                .collect();
            if all.iter().all(|values| *values == all[0]) {
                continue;
            }
            let number = !input.list && !matches!(input.kind, Kind::Choice(_));
            rows.push(ComparisonRow {
                name: input.argument,
                input: true,
                texts: all
                    .iter()
                    .map(|values| list_text(symbol, input, values))
                    .collect(),
                values: all
                    .iter()
                    .map(|values| values.first().copied().filter(|_| number))
                    .collect(),
                errors: vec![None; all.len()],
            });
        }
        let computed: Vec<_> = scenarios
            .iter()
            .map(|scenario| scenario.worksheet.compute())
            .collect();
        for (place, line) in sheet.lines.iter().enumerate() {
            let answers: Vec<_> = computed.iter().map(|c| &c.answers()[place]).collect();
            let number = line.words.is_empty() && !matches!(line.kind, Kind::Choice(_));
            rows.push(ComparisonRow {
                name: line.name,
                input: false,
                texts: answers
                    .iter()
                    .map(|answer| match answer {
                        Ok(value) => line.text(*value),
                        Err(_) => "-".to_owned(),
                    })
                    .collect(),
                values: answers
                    .iter()
                    .map(|answer| answer.as_ref().ok().copied().filter(|_| number))
                    .collect(),
                errors: answers
                    .iter()
                    .map(|answer| answer.as_ref().err().cloned())
                    .collect(),
            });
        }
        Ok(Comparison {
            sheet,
            scenarios,
            rows,
        })
    }
}

impl Comparison {
    /// What is compared.
    #[must_use]
    pub fn sheet(&self) -> &'static Sheet {
        self.sheet
    }
}

/// A table: one column a scenario, changes against the first in percent.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table: Vec<Vec<String>> = vec![
            std::iter::once(String::new())
                .chain(self.scenarios.iter().map(|scenario| scenario.name.clone()))
                .collect(),
        ];
        for row in &self.rows {
            let mut cells = vec![row.name.to_owned()];
            for (place, text) in row.texts.iter().enumerate() {
                let change = row.change(place).filter(|change| *change != 0.0);
                cells.push(match change {
                    Some(change) if place > 0 => {
                        let percent = lightcone_units::format_number(change * 100.0);
                        let plus = if change > 0.0 { "+" } else { "" };
                        format!("{text} ({plus}{percent} %)")
                    }
                    _ => text.clone(),
                });
            }
            table.push(cells);
        }
        let columns = self.scenarios.len() + 1;
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let widths = table.iter().map(|row| row[column].chars().count());
                widths.max().unwrap_or(0)
            })
            .collect();
        write!(f, "{} ({})", self.sheet.name, self.sheet.id)?;
        for row in &table {
            write!(f, "\n{:width$}", row[0], width = widths[0])?;
            for (cell, width) in row.iter().zip(&widths).skip(1) {
                write!(f, "  {cell:>width$}")?;
            }
        }
        Ok(())
    }
}
