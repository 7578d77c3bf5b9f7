//! The schema of a table: its columns, what each may hold and what it means.
//!
//! A table's folder has `schema.csv` (one column of the table a line) and, for
//! columns with a fixed set of values, `vocabulary.csv` (one value a line,
//! with its meaning). The order of a vocabulary is the order in which the
//! frame sorts.

use std::path::Path;

use crate::csv::{Csv, Row};
use crate::error::{DataError, Violation};
use crate::value::{self, Value};

const SCHEMA_HEADER: [&str; 11] = [
    "column",
    "type",
    "unit",
    "required",
    "vocabulary",
    "minimum",
    "maximum",
    "format",
    "references",
    "derived_from",
    "meaning",
];

/// The place of the field `vocabulary` in a line of the schema.
const VOCABULARY_CELL: usize = 4;

const VOCABULARY_HEADER: [&str; 3] = ["vocabulary", "value", "meaning"];

/// What kind of value a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// Several texts, written with `;` between them.
    List,
    /// One value of a vocabulary.
    Enum,
    Integer,
    Number,
    Boolean,
    Date,
    /// A time in UTC, or a date where only the day is known.
    Datetime,
    /// Made from a column of kind [`Kind::Datetime`]: is it a day or a time?
    Precision,
    /// Made from a column of kind [`Kind::Integer`] that counts minutes.
    Duration,
}

const KINDS: [(&str, Kind); 10] = [
    ("text", Kind::Text),
    ("list", Kind::List),
    ("enum", Kind::Enum),
    ("integer", Kind::Integer),
    ("number", Kind::Number),
    ("boolean", Kind::Boolean),
    ("date", Kind::Date),
    ("datetime", Kind::Datetime),
    ("precision", Kind::Precision),
    ("duration", Kind::Duration),
];

/// A form that the text of a cell must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    IncidentId,
    Url,
    CountryCode,
    Code,
    Name,
    IncidentNumber,
    FormulaId,
    CourseId,
}

const FORMATS: [(&str, Format); 8] = [
    ("incident-id", Format::IncidentId),
    ("url", Format::Url),
    ("country-code", Format::CountryCode),
    ("code", Format::Code),
    ("name", Format::Name),
    ("incident-number", Format::IncidentNumber),
    ("formula-id", Format::FormulaId),
    ("course-id", Format::CourseId),
];

/// A column of another table whose values this one may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) table: String,
    pub(crate) column: String,
}

/// One end of a range, as written and as compared.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    pub(crate) text: String,
    pub(crate) value: f64,
}

/// One column of a table.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) unit: Option<String>,
    pub(crate) required: bool,
    pub(crate) vocabulary: Vec<String>,
    pub(crate) minimum: Option<Bound>,
    pub(crate) maximum: Option<Bound>,
    pub(crate) format: Option<Format>,
    /// Where the values of this column must be found.
    pub(crate) references: Option<Reference>,
    /// The column that this one is made from; such a column is not in the CSV.
    pub(crate) derived_from: Option<String>,
    pub(crate) meaning: String,
}

/// All columns of a table, in the order of its frame.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub(crate) columns: Vec<Column>,
}

impl Schema {
    /// Reads `schema.csv` and, if there is one, `vocabulary.csv` of a table's
    /// folder. A vocabulary of another table is named `table.vocabulary`.
    pub(crate) fn read(folder: &Path) -> Result<Schema, DataError> {
        let schema = Csv::read(&folder.join("schema.csv"))?;
        schema.expect_header(&SCHEMA_HEADER)?;
        let vocabulary = read_vocabulary(folder)?;
        let mut violations = Vec::new();
        for row in &vocabulary.rows {
            for (name, cell) in VOCABULARY_HEADER.iter().zip(&row.cells) {
                if cell.is_empty() {
                    violations.push(violation(&vocabulary, row, name, "must not be empty"));
                }
            }
            if row.cells[1].contains(';') {
                violations.push(violation(&vocabulary, row, "value", "must not hold a ;"));
            }
            let earlier = vocabulary
                .rows
                .iter()
                .take_while(|other| other.line < row.line);
            if earlier
                .into_iter()
                .any(|other| other.cells[..2] == row.cells[..2])
            {
                violations.push(violation(
                    &vocabulary,
                    row,
                    "value",
                    "must stand once in its vocabulary",
                ));
            }
        }
        let mut columns: Vec<Column> = Vec::new();
        for row in &schema.rows {
            let name = &row.cells[VOCABULARY_CELL];
            let borrowed = match (name.split_once('.'), folder.parent()) {
                (Some((table, name)), Some(parent)) => {
                    values(&read_vocabulary(&parent.join(table))?, name)
                }
                _ => values(&vocabulary, name),
            };
            match column(row, borrowed, &columns) {
                Ok(column) => columns.push(column),
                Err((name, rule)) => violations.push(violation(&schema, row, name, &rule)),
            }
        }
        if !violations.is_empty() {
            return Err(DataError::Refused { violations });
        }
        Ok(Schema { columns })
    }

    /// The columns that stand in the CSV, in order.
    pub(crate) fn stored(&self) -> impl Iterator<Item = &Column> {
        self.columns
            .iter()
            .filter(|column| column.derived_from.is_none())
    }
}

/// The file of vocabularies of a table, empty if the table needs none.
fn read_vocabulary(folder: &Path) -> Result<Csv, DataError> {
    let file = folder.join("vocabulary.csv");
    if !file.exists() {
        return Ok(Csv {
            file,
            header: VOCABULARY_HEADER.map(str::to_owned).to_vec(),
            rows: Vec::new(),
        });
    }
    let vocabulary = Csv::read(&file)?;
    vocabulary.expect_header(&VOCABULARY_HEADER)?;
    Ok(vocabulary)
}

/// The values of one vocabulary, in order.
fn values(vocabulary: &Csv, name: &str) -> Vec<String> {
    vocabulary
        .rows
        .iter()
        .filter(|row| row.cells[0] == name)
        .map(|row| row.cells[1].clone())
        .collect()
}

fn violation(csv: &Csv, row: &Row, column: &str, rule: &str) -> Violation {
    let at = csv.header.iter().position(|name| name == column);
    Violation {
        file: csv.file.clone(),
        line: row.line,
        column: Some(column.to_owned()),
        value: at.map(|at| row.cells[at].clone()).unwrap_or_default(),
        rule: rule.to_owned(),
    }
}

/// Reads one line of `schema.csv`, or names the field at fault and its rule.
fn column(
    row: &Row,
    values: Vec<String>,
    before: &[Column],
) -> Result<Column, (&'static str, String)> {
    let [
        name,
        kind,
        unit,
        required,
        vocabulary_name,
        minimum,
        maximum,
        format,
        references,
        derived_from,
        meaning,
    ] = row.cells.as_slice()
    else {
        return Err(("column", "must be a line of eleven fields".to_owned()));
    };
    if name.is_empty() || before.iter().any(|column| column.name == *name) {
        return Err(("column", "must be a name that stands once".to_owned()));
    }
    let kind = lookup(&KINDS, kind).ok_or_else(|| ("type", one_of(&KINDS)))?;
    let required = match required.as_str() {
        "true" => true,
        "false" => false,
        _ => return Err(("required", "must be true or false".to_owned())),
    };
    let needs = matches!(kind, Kind::Enum | Kind::Precision);
    if (needs || !vocabulary_name.is_empty()) && values.is_empty() {
        return Err((
            "vocabulary",
            "must be a vocabulary that vocabulary.csv lists, or table.vocabulary of another table"
                .to_owned(),
        ));
    }
    if !(vocabulary_name.is_empty() || needs || kind == Kind::List) {
        return Err((
            "vocabulary",
            "must be empty: only enum, list and precision have one".to_owned(),
        ));
    }
    let bound = |field: &'static str, text: &String| {
        if text.is_empty() {
            return Ok(None);
        }
        match value::parse(kind, text)
            .ok()
            .and_then(|value| value.measure())
        {
            Some(value) => Ok(Some(Bound {
                text: text.clone(),
                value,
            })),
            None => Err((
                field,
                "must be a value of the type of the column".to_owned(),
            )),
        }
    };
    let format = match format.as_str() {
        "" => None,
        text => Some(lookup(&FORMATS, text).ok_or_else(|| ("format", one_of(&FORMATS)))?),
    };
    let references = match references.split_once('.') {
        None if references.is_empty() => None,
        Some((table, column)) if !table.is_empty() && !column.is_empty() => Some(Reference {
            table: table.to_owned(),
            column: column.to_owned(),
        }),
        _ => return Err(("references", "must be empty or table.column".to_owned())),
    };
    let derived = (!derived_from.is_empty()).then(|| derived_from.clone());
    let origin = before
        .iter()
        .find(|column| Some(&column.name) == derived.as_ref());
    let sound = match kind {
        Kind::Precision => origin.is_some_and(|column| column.kind == Kind::Datetime),
        Kind::Duration => origin.is_some_and(|column| {
            column.kind == Kind::Integer && column.unit.as_deref() == Some("min")
        }),
        _ => derived.is_none(),
    };
    if !sound {
        return Err((
            "derived_from",
            "must name a datetime column above for type precision, a column of whole minutes for \
             duration, and be empty for others"
                .to_owned(),
        ));
    }
    if kind == Kind::Precision && values != value::PRECISIONS {
        return Err((
            "vocabulary",
            format!("must hold exactly {}", value::PRECISIONS.join(", ")),
        ));
    }
    if meaning.is_empty() {
        return Err(("meaning", "must not be empty".to_owned()));
    }
    Ok(Column {
        name: name.clone(),
        kind,
        unit: (!unit.is_empty()).then(|| unit.clone()),
        required,
        vocabulary: values,
        minimum: bound("minimum", minimum)?,
        maximum: bound("maximum", maximum)?,
        format,
        references,
        derived_from: derived,
        meaning: meaning.clone(),
    })
}

fn lookup<T: Copy>(pairs: &[(&str, T)], name: &str) -> Option<T> {
    pairs
        .iter()
        .find(|(text, _)| *text == name)
        .map(|(_, value)| *value)
}

fn one_of<T>(pairs: &[(&str, T)]) -> String {
    let names: Vec<&str> = pairs.iter().map(|(name, _)| *name).collect();
    format!("must be one of {}", names.join(", "))
}

impl Value<'_> {
    /// The value on one scale, for ranges; texts have none.
    pub(crate) fn measure(&self) -> Option<f64> {
        match self {
            Value::Integer(value) => Some(*value as f64),
            Value::Number(value) => Some(*value),
            Value::Date(day) => Some(f64::from(value::epoch_days(*day))),
            Value::Instant { time, .. } => Some(time.and_utc().timestamp() as f64),
            Value::Unknown | Value::Text(_) | Value::List(_) | Value::Boolean(_) => None,
        }
    }
}
