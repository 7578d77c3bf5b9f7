//! One table read from its folder, with every rule checked.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::catalog::{Catalog, Entry};
use crate::csv::{Csv, Row};
use crate::derive;
use crate::error::{DataError, Violation};
use crate::rules::RowRules;
use crate::schema::{Reference, Schema};
use crate::value::{self, Value};

/// A table whose every row keeps the rules.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) entry: Entry,
    pub(crate) schema: Schema,
    pub(crate) rows: Vec<Row>,
}

/// One row, its cells reached by the names of their columns.
pub(crate) struct Record<'a> {
    schema: &'a Schema,
    row: &'a Row,
}

impl<'a> Record<'a> {
    /// The text of a cell; empty if the table has no such column.
    pub(crate) fn text(&self, column: &str) -> &'a str {
        self.schema
            .stored()
            .position(|stored| stored.name == column)
            .map_or("", |at| self.row.cells[at].as_str())
    }

    /// The value of a cell; unknown if the table has no such column.
    pub(crate) fn value(&self, column: &str) -> Value<'a> {
        self.schema
            .stored()
            .zip(&self.row.cells)
            .find(|(stored, _)| stored.name == column)
            .and_then(|(stored, cell)| value::parse(stored.kind, cell).ok())
            .unwrap_or(Value::Unknown)
    }

    /// The value of a numeric cell, if known.
    pub(crate) fn number(&self, column: &str) -> Option<f64> {
        match self.value(column) {
            Value::Number(number) => Some(number),
            Value::Integer(number) => Some(number as f64),
            _ => None,
        }
    }
}

impl Table {
    /// Reads and checks one table of the source folder.
    pub(crate) fn read(
        source_dir: &Path,
        catalog: &Catalog,
        entry: &Entry,
    ) -> Result<Table, DataError> {
        let folder = source_dir.join(&entry.table);
        let schema = Schema::read(&folder)?;
        let csv = match &entry.derived_from {
            None => Csv::read(&folder.join(format!("{}.csv", entry.table)))?,
            Some(of) => derive::rows(source_dir, entry, of)?,
        };
        let names: Vec<&str> = schema.stored().map(|column| column.name.as_str()).collect();
        csv.expect_header(&names)?;
        let mut check = Check {
            file: csv.file.clone(),
            violations: Vec::new(),
        };
        for name in &entry.key {
            if !names.contains(&name.as_str()) {
                check.in_catalog(
                    catalog,
                    entry,
                    "key",
                    name,
                    "must name columns of the table",
                );
            }
        }
        let rules = RowRules::of(source_dir, &entry.table)?;
        let references = References::read(source_dir, &schema)?;
        let mut exceptions = Exceptions::read(&folder, entry)?;
        let mut before: Option<Record<'_>> = None;
        for row in &csv.rows {
            let record = Record {
                schema: &schema,
                row,
            };
            let sound = check.cells(&schema, row);
            if sound {
                for (column, value, rule) in references.broken(&schema, row) {
                    check.refuse(row.line, &column, &value, rule);
                }
                for (column, rule) in rules.broken(&record) {
                    if !exceptions.allow(&entry.key, &record, column) {
                        check.refuse(row.line, column, record.text(column), rule);
                    }
                }
            }
            if let Some(before) = &before {
                check.order(&entry.key, before, &record);
            }
            before = Some(record);
        }
        if check.violations.is_empty() {
            check.violations.extend(exceptions.unused());
            check.dates(catalog, entry, &schema, &csv);
        }
        if !check.violations.is_empty() {
            return Err(DataError::Refused {
                violations: check.violations,
            });
        }
        Ok(Table {
            entry: entry.clone(),
            schema,
            rows: csv.rows,
        })
    }
}

/// The values that columns of other tables have, for those that refer to them.
struct References(Vec<(usize, Reference, HashSet<String>)>);

impl References {
    fn read(source_dir: &Path, schema: &Schema) -> Result<References, DataError> {
        let mut all = Vec::new();
        for (at, column) in schema.stored().enumerate() {
            let Some(reference) = &column.references else {
                continue;
            };
            let table = &reference.table;
            let csv = Csv::read(&source_dir.join(table).join(format!("{table}.csv")))?;
            let values = match csv.header.iter().position(|name| *name == reference.column) {
                Some(cell) => csv.rows.iter().map(|row| row.cells[cell].clone()).collect(),
                None => HashSet::new(),
            };
            all.push((at, reference.clone(), values));
        }
        Ok(References(all))
    }

    /// Columns of a row whose value is not where it must be found.
    fn broken(&self, schema: &Schema, row: &Row) -> Vec<(String, String, String)> {
        let mut broken = Vec::new();
        for (at, reference, values) in &self.0 {
            let cell = row.cells[*at].as_str();
            let Some(column) = schema.stored().nth(*at) else {
                continue;
            };
            // Each item of a list refers by itself.
            let items: Vec<&str> = match value::parse(column.kind, cell) {
                Ok(Value::Unknown) => Vec::new(),
                Ok(Value::List(items)) => items,
                _ => vec![cell],
            };
            for item in items.into_iter().filter(|item| !values.contains(*item)) {
                let rule = format!(
                    "must be in column {} of the table {}",
                    reference.column, reference.table
                );
                broken.push((column.name.clone(), item.to_owned(), rule));
            }
        }
        broken
    }
}

/// Rows that break one rule and stay all the same, each with its reason: the
/// file `exceptions.csv` of a table, with the key, the column and the reason.
struct Exceptions {
    csv: Option<Csv>,
    used: Vec<bool>,
}

impl Exceptions {
    fn read(folder: &Path, entry: &Entry) -> Result<Exceptions, DataError> {
        let file = folder.join("exceptions.csv");
        if !file.exists() {
            return Ok(Exceptions {
                csv: None,
                used: Vec::new(),
            });
        }
        let csv = Csv::read(&file)?;
        let header: Vec<&str> = entry
            .key
            .iter()
            .map(String::as_str)
            .chain(["column", "reason"])
            .collect();
        csv.expect_header(&header)?;
        let used = vec![false; csv.rows.len()];
        Ok(Exceptions {
            csv: Some(csv),
            used,
        })
    }

    /// Whether a row may break a rule of a column.
    fn allow(&mut self, key: &[String], record: &Record<'_>, column: &str) -> bool {
        let Some(csv) = &self.csv else {
            return false;
        };
        let found = csv.rows.iter().position(|row| {
            let same = key
                .iter()
                .zip(&row.cells)
                .all(|(name, cell)| record.text(name) == cell);
            same && row.cells[key.len()] == column && !row.cells[key.len() + 1].is_empty()
        });
        if let Some(at) = found {
            self.used[at] = true;
        }
        found.is_some()
    }

    /// Exceptions that nothing needs, or that give no reason.
    fn unused(&self) -> Vec<Violation> {
        let Some(csv) = &self.csv else {
            return Vec::new();
        };
        let left = csv.rows.iter().zip(&self.used).filter(|(_, used)| !**used);
        left.map(|(row, _)| Violation {
            file: csv.file.clone(),
            line: row.line,
            column: None,
            value: row.cells.join(","),
            rule: "must name a row and the column of a rule that it breaks, with a reason"
                .to_owned(),
        })
        .collect()
    }
}

/// Collects what is refused in one file.
struct Check {
    file: PathBuf,
    violations: Vec<Violation>,
}

impl Check {
    fn refuse(&mut self, line: usize, column: &str, value: &str, rule: String) {
        self.violations.push(Violation {
            file: self.file.clone(),
            line,
            column: Some(column.to_owned()),
            value: value.to_owned(),
            rule,
        });
    }

    fn in_catalog(
        &mut self,
        catalog: &Catalog,
        entry: &Entry,
        column: &str,
        value: &str,
        rule: &str,
    ) {
        self.violations.push(Violation {
            file: catalog.file.clone(),
            line: entry.line,
            column: Some(column.to_owned()),
            value: value.to_owned(),
            rule: rule.to_owned(),
        });
    }

    /// Checks each cell by itself; true if all keep their rules.
    fn cells(&mut self, schema: &Schema, row: &Row) -> bool {
        let refused = self.violations.len();
        for (column, cell) in schema.stored().zip(&row.cells) {
            if let Err(rule) = value::check(column, cell) {
                self.refuse(row.line, &column.name, cell, rule);
            }
        }
        self.violations.len() == refused
    }

    /// Checks that the key rises from row to row, so that it is unique too.
    fn order(&mut self, key: &[String], before: &Record<'_>, record: &Record<'_>) {
        let of = |record: &Record<'_>| -> Vec<String> {
            key.iter()
                .map(|name| record.text(name).to_owned())
                .collect()
        };
        // Whole numbers rise as numbers, so that episode 10 follows episode 9.
        let rank = |record: &Record<'_>| -> Vec<(i64, String)> {
            key.iter()
                .map(|name| match record.value(name) {
                    Value::Integer(number) => (number, String::new()),
                    _ => (0, record.text(name).to_owned()),
                })
                .collect()
        };
        let (earlier, later) = (of(before), of(record));
        if rank(before) >= rank(record) {
            let rule = format!(
                "rows must be in ascending order of {}, none twice; the row before has {:?}",
                key.join(", "),
                earlier.join(", ")
            );
            self.refuse(record.row.line, &key.join(", "), &later.join(", "), rule);
        }
    }

    /// Checks that the list of tables gives the dates that the rows have.
    fn dates(&mut self, catalog: &Catalog, entry: &Entry, schema: &Schema, csv: &Csv) {
        let days: Vec<NaiveDate> = csv
            .rows
            .iter()
            .filter_map(|row| match (Record { schema, row }).value("as_of") {
                Value::Date(day) => Some(day),
                _ => None,
            })
            .collect();
        let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else {
            return;
        };
        for (column, stated, found) in [
            ("as_of_from", entry.as_of_from, first),
            ("as_of", entry.as_of, last),
        ] {
            if stated != *found {
                let rule = format!("must be {found}, as in the rows of {}", entry.table);
                self.in_catalog(catalog, entry, column, &stated.to_string(), &rule);
            }
        }
    }
}
