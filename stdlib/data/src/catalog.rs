//! The list of tables, `tables.csv`: what each is, its licence and its date.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::csv::Csv;
use crate::error::{DataError, Violation};
use crate::names;
use crate::schema::{Column, Kind};
use crate::value::{self, Value};

const HEADER: [(&str, Kind); 10] = [
    ("table", Kind::Text),
    ("function", Kind::Text),
    ("title", Kind::Text),
    ("key", Kind::List),
    ("derived_from", Kind::Text),
    ("as_of_from", Kind::Date),
    ("as_of", Kind::Date),
    ("licence", Kind::Text),
    ("open_licence", Kind::Boolean),
    ("source", Kind::Text),
];

/// What the list says of one table.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) line: usize,
    pub(crate) table: String,
    pub(crate) function: String,
    pub(crate) title: String,
    /// The columns that name a row and give the order of the rows.
    pub(crate) key: Vec<String>,
    /// The table whose rows this one is made of; such a table has no CSV.
    pub(crate) derived_from: Option<String>,
    /// Earliest and latest date of a fact.
    pub(crate) as_of_from: NaiveDate,
    pub(crate) as_of: NaiveDate,
    pub(crate) licence: String,
    pub(crate) open_licence: bool,
    pub(crate) source: String,
}

/// All tables of a source folder.
#[derive(Clone, Debug)]
pub(crate) struct Catalog {
    pub(crate) file: PathBuf,
    pub(crate) entries: Vec<Entry>,
}

impl Catalog {
    /// Reads `tables.csv` of the source folder.
    pub(crate) fn read(source_dir: &Path) -> Result<Catalog, DataError> {
        let file = source_dir.join("tables.csv");
        let csv = Csv::read(&file)?;
        csv.expect_header(&HEADER.map(|(name, _)| name))?;
        let mut violations = Vec::new();
        let mut entries: Vec<Entry> = Vec::new();
        for row in &csv.rows {
            let mut refuse = |column: &str, value: &str, rule: String| {
                violations.push(Violation {
                    file: file.clone(),
                    line: row.line,
                    column: Some(column.to_owned()),
                    value: value.to_owned(),
                    rule,
                });
            };
            let mut values = Vec::new();
            for ((name, kind), cell) in HEADER.iter().zip(&row.cells) {
                match value::check(&field(name, *kind), cell) {
                    Ok(value) => values.push(value),
                    Err(rule) => refuse(name, cell, rule),
                }
            }
            let [
                Value::Text(table),
                Value::Text(function),
                Value::Text(title),
                Value::List(key),
                derived_from @ (Value::Text(_) | Value::Unknown),
                Value::Date(as_of_from),
                Value::Date(as_of),
                Value::Text(licence),
                Value::Boolean(open_licence),
                Value::Text(source),
            ] = values.as_slice()
            else {
                continue;
            };
            if entries
                .last()
                .is_some_and(|last| last.table.as_str() >= *table)
            {
                let rule = "rows must be in ascending order of table, each table once";
                refuse("table", table, rule.to_owned());
            }
            if as_of_from > as_of {
                let rule = format!("must not be later than as_of, {as_of}");
                refuse("as_of_from", &as_of_from.to_string(), rule);
            }
            entries.push(Entry {
                line: row.line,
                table: (*table).to_owned(),
                function: (*function).to_owned(),
                title: (*title).to_owned(),
                key: key.iter().map(|name| (*name).to_owned()).collect(),
                derived_from: match derived_from {
                    Value::Text(table) => Some((*table).to_owned()),
                    _ => None,
                },
                as_of_from: *as_of_from,
                as_of: *as_of,
                licence: (*licence).to_owned(),
                open_licence: *open_licence,
                source: (*source).to_owned(),
            });
        }
        if violations.is_empty() {
            Ok(Catalog { file, entries })
        } else {
            Err(DataError::Refused { violations })
        }
    }

    /// The entry of a table.
    pub(crate) fn find(&self, table: &str) -> Result<&Entry, DataError> {
        self.entries
            .iter()
            .find(|entry| entry.table == table)
            .ok_or_else(|| {
                let all = self.names();
                DataError::UnknownTable {
                    name: table.to_owned(),
                    near: names::near(table, &all),
                    all,
                }
            })
    }

    /// The names of all tables, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        self.entries
            .iter()
            .map(|entry| entry.table.clone())
            .collect()
    }
}

fn field(name: &str, kind: Kind) -> Column {
    Column {
        name: name.to_owned(),
        kind,
        unit: None,
        required: name != "derived_from",
        vocabulary: Vec::new(),
        minimum: None,
        maximum: None,
        format: None,
        references: None,
        derived_from: None,
        meaning: String::new(),
    }
}
