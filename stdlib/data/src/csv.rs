//! Reads the source files: CSV with one row a line, so that a diff shows rows.
//!
//! The form is stricter than CSV in general. Lines end with a line feed, a
//! field never holds one, and quotes are used for a field that holds a comma
//! or a quote, which is doubled. An empty field means "unknown".

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{DataError, Violation};

/// One file, its header taken apart from its rows.
#[derive(Debug)]
pub(crate) struct Csv {
    pub(crate) file: PathBuf,
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

/// One row and the line where it stands.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) line: usize,
    pub(crate) cells: Vec<String>,
}

impl Csv {
    /// Reads a file; refuses lines that are not rows of the strict form.
    pub(crate) fn read(file: &Path) -> Result<Csv, DataError> {
        let text = fs::read_to_string(file).map_err(|error| DataError::Source {
            path: file.to_owned(),
            reason: error.to_string(),
        })?;
        Csv::parse(file, &text)
    }

    fn parse(file: &Path, text: &str) -> Result<Csv, DataError> {
        let mut violations = Vec::new();
        let mut refuse = |line: usize, value: &str, rule: &str| {
            violations.push(Violation {
                file: file.to_owned(),
                line,
                column: None,
                value: value.to_owned(),
                rule: rule.to_owned(),
            });
        };
        let mut header: Option<Vec<String>> = None;
        let mut rows = Vec::new();
        let mut last = 1;
        for (index, ended) in text.split_inclusive('\n').enumerate() {
            let line = index + 1;
            last = line;
            let Some(content) = ended.strip_suffix('\n') else {
                refuse(line, ended, "the last line must end with a line feed");
                break;
            };
            if content.is_empty() {
                refuse(line, content, "must not be empty");
                continue;
            }
            if content.contains('\r') {
                refuse(
                    line,
                    content,
                    "must end with a line feed only, without a carriage return",
                );
                continue;
            }
            match (split(content), &header) {
                (Err(rule), _) => refuse(line, content, rule),
                (Ok(cells), None) => header = Some(cells),
                (Ok(cells), Some(names)) if cells.len() != names.len() => refuse(
                    line,
                    content,
                    &format!("has {} fields, must have {}", cells.len(), names.len()),
                ),
                (Ok(cells), Some(_)) => rows.push(Row { line, cells }),
            }
        }
        if header.is_none() && violations.is_empty() {
            violations.push(Violation {
                file: file.to_owned(),
                line: last,
                column: None,
                value: String::new(),
                rule: "the first line must name the columns".to_owned(),
            });
        }
        match header {
            Some(header) if violations.is_empty() => Ok(Csv {
                file: file.to_owned(),
                header,
                rows,
            }),
            _ => Err(DataError::Refused { violations }),
        }
    }

    /// Refuses the file unless its header is exactly this.
    pub(crate) fn expect_header(&self, names: &[&str]) -> Result<(), DataError> {
        if self.header.iter().eq(names.iter()) {
            return Ok(());
        }
        Err(DataError::Refused {
            violations: vec![Violation {
                file: self.file.clone(),
                line: 1,
                column: None,
                value: self.header.join(","),
                rule: format!("the header must be {}", names.join(",")),
            }],
        })
    }
}

/// The fields of one line, or the rule that it breaks.
fn split(line: &str) -> Result<Vec<String>, &'static str> {
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let cell;
        (cell, rest) = if rest.starts_with('"') {
            quoted(rest)?
        } else {
            plain(rest)?
        };
        cells.push(cell);
        match rest.strip_prefix(',') {
            Some(after) => rest = after,
            None => return Ok(cells),
        }
    }
}

fn plain(text: &str) -> Result<(String, &str), &'static str> {
    let (cell, rest) = text.split_at(text.find(',').unwrap_or(text.len()));
    if cell.contains('"') {
        return Err("a field with a quote must stand in quotes, and the quote must be doubled");
    }
    Ok((cell.to_owned(), rest))
}

fn quoted(text: &str) -> Result<(String, &str), &'static str> {
    let mut cell = String::new();
    let mut rest = &text[1..];
    loop {
        let Some(at) = rest.find('"') else {
            return Err("a quoted field must end on its line: a row takes one line");
        };
        cell.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                cell.push('"');
                rest = after;
            }
            None if rest.is_empty() || rest.starts_with(',') => return Ok((cell, rest)),
            None => return Err("after the closing quote of a field must come a comma"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Vec<Vec<String>>, String> {
        match Csv::parse(Path::new("t.csv"), text) {
            Ok(csv) => Ok(std::iter::once(csv.header)
                .chain(csv.rows.into_iter().map(|row| row.cells))
                .collect()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn reads_plain_quoted_and_empty_fields() {
        let read = parse("a,b,c\n1,,\n\"x, y\",\"he said \"\"no\"\"\",\"\"\n").unwrap();
        assert_eq!(read[1], ["1", "", ""]);
        assert_eq!(read[2], ["x, y", "he said \"no\"", ""]);
    }

    #[test]
    fn refuses_each_kind_of_broken_line() {
        let cases = [
            (
                "a\n1",
                "t.csv:2: the line = \"1\": the last line must end with a line feed",
            ),
            (
                "a\n1\r\n",
                "t.csv:2: the line = \"1\\r\": must end with a line feed only, without a carriage return",
            ),
            ("a\n\n", "t.csv:2: the line = \"\": must not be empty"),
            (
                "a,b\n1\n",
                "t.csv:2: the line = \"1\": has 1 fields, must have 2",
            ),
            (
                "a\n\"1\n2\"\n",
                "t.csv:2: the line = \"\\\"1\": a quoted field must end on its line: a row takes one line\n\
                 t.csv:3: the line = \"2\\\"\": a field with a quote must stand in quotes, and the quote must be doubled",
            ),
            (
                "a\n\"1\"2\n",
                "t.csv:2: the line = \"\\\"1\\\"2\": after the closing quote of a field must come a comma",
            ),
            (
                "",
                "t.csv:1: the line = \"\": the first line must name the columns",
            ),
        ];
        for (text, message) in cases {
            assert_eq!(parse(text).unwrap_err(), message, "for {text:?}");
        }
    }
}
