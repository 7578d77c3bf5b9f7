//! What can go wrong with a table, each with a sentence that says what to do.

use std::fmt;
use std::path::PathBuf;

use lightcone_units::ColumnNameError;
use thiserror::Error;

/// How many refused cells one error message shows; the rest is counted.
const SHOWN_VIOLATIONS: usize = 20;

/// How many characters of a refused value a message shows.
const SHOWN_CHARACTERS: usize = 60;

/// One cell or line of a source file that breaks a rule of its table.
///
/// It prints as `FILE:LINE: COLUMN = "VALUE": RULE`.
///
/// # Examples
///
/// ```no_run
/// let refused = lightcone_data::check_table("datasets", "incidents").unwrap_err();
/// println!("{refused}");
/// // datasets/incidents/incidents.csv:7: severity = "huge": must be one of partial, ...
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The file, as reached from the source folder given.
    pub file: PathBuf,
    /// The line in the file, counted from 1; the header is line 1.
    pub line: usize,
    /// The column, or `None` if the rule is about the whole line.
    pub column: Option<String>,
    /// The value that was refused.
    pub value: String,
    /// The rule that it breaks: what it must be instead.
    pub rule: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = self.column.as_deref().unwrap_or("the line");
        let mut value: String = self.value.chars().take(SHOWN_CHARACTERS).collect();
        if value.len() < self.value.len() {
            value.push_str("...");
        }
        write!(
            f,
            "{}:{}: {column} = {value:?}: {}",
            self.file.display(),
            self.line,
            self.rule
        )
    }
}

/// Why a table could not be checked, built or read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// The environment does not say where the installed tables are.
    #[error(
        "the installed tables cannot be found, because the environment variable {variable} is not \
         set; run ./install.sh and start the kernel that it installs"
    )]
    NotInstalled {
        /// The variable that should name the folder.
        variable: &'static str,
    },

    /// An installed table is missing or damaged.
    #[error(
        "cannot read the installed table {}: {reason}; run ./install.sh to build it again",
        path.display()
    )]
    Installed {
        /// The Parquet file.
        path: PathBuf,
        /// What the operating system or the reader said.
        reason: String,
    },

    /// A source file cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    Source {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        reason: String,
    },

    /// An installed table cannot be written.
    #[error("cannot write {}: {reason}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system or the writer said.
        reason: String,
    },

    /// A source file breaks the rules of its table.
    #[error("{}", refusal(violations))]
    Refused {
        /// Every broken rule, in the order of the lines.
        violations: Vec<Violation>,
    },

    /// No table has this name.
    #[error("there is no table named {name:?}{}", known(near, all))]
    UnknownTable {
        /// The name asked for.
        name: String,
        /// Names that look like it, best first.
        near: Vec<String>,
        /// All names.
        all: Vec<String>,
    },

    /// No measurement of round trips has this name.
    #[error(
        "there is no region latency data set named {name:?}{}",
        known(near, all)
    )]
    UnknownSet {
        /// The name asked for.
        name: String,
        /// Names that look like it, best first.
        near: Vec<String>,
        /// All names.
        all: Vec<String>,
    },

    /// No provider or region has this name.
    #[error("there is no {name:?} among the {of}{}", known(near, all))]
    UnknownRegion {
        /// The name asked for.
        name: String,
        /// What it was looked for among.
        of: String,
        /// Names that look like it, best first.
        near: Vec<String>,
        /// All names.
        all: Vec<String>,
    },

    /// A query cannot be run.
    #[error("the query cannot be run: {reason}{}", hint(near, tables))]
    Query {
        /// What Polars said.
        reason: String,
        /// Names of tables that look like an unknown one.
        near: Vec<String>,
        /// All tables, if one was not found.
        tables: Vec<String>,
    },

    /// A frame cannot be written in the format asked for.
    #[error("cannot export to {}: {reason}", path.display())]
    Export {
        /// The file.
        path: PathBuf,
        /// Why not, and what to do.
        reason: String,
    },

    /// A file with the reader's own data cannot be opened.
    #[error("cannot open {}: {reason}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why not, and what to do.
        reason: String,
    },

    /// A frame has no column with this name.
    #[error("there is no column named {name:?}{}", known(near, all))]
    UnknownColumn {
        /// The name asked for.
        name: String,
        /// Names that look like it, best first.
        near: Vec<String>,
        /// All names.
        all: Vec<String>,
    },

    /// The name of a column does not say the unit that is needed.
    #[error("{source}")]
    Unit {
        /// What is wrong with the name, and which would fit.
        source: ColumnNameError,
    },

    /// A column holds something that is not the quantity asked for.
    #[error("the column {column:?} cannot hold such quantities: {reason}")]
    Quantity {
        /// The column.
        column: String,
        /// Which value, and why not.
        reason: String,
    },

    /// A formula cannot be computed over a frame.
    #[error("{formula} cannot be computed over the frame: {reason}")]
    Arguments {
        /// The function's name.
        formula: &'static str,
        /// What is wrong with its arguments, and what to do.
        reason: String,
    },

    /// A parameter of a generator is outside its range.
    #[error("`{argument}` is {value}, but must be {allowed}")]
    Generate {
        /// The parameter.
        argument: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        allowed: &'static str,
    },

    /// Polars refused an operation on a table.
    #[error("the table {table} cannot be used: {source}")]
    Frame {
        /// The table.
        table: String,
        /// What Polars said.
        source: polars::error::PolarsError,
    },
}

fn refusal(violations: &[Violation]) -> String {
    let mut lines: Vec<String> = violations
        .iter()
        .take(SHOWN_VIOLATIONS)
        .map(Violation::to_string)
        .collect();
    if violations.len() > SHOWN_VIOLATIONS {
        lines.push(format!(
            "and {} more refused",
            violations.len() - SHOWN_VIOLATIONS
        ));
    }
    lines.join("\n")
}

fn hint(near: &[String], tables: &[String]) -> String {
    if tables.is_empty() {
        String::new()
    } else {
        known(near, tables)
    }
}

fn known(near: &[String], all: &[String]) -> String {
    let mut text = String::new();
    if !near.is_empty() {
        text.push_str(&format!("; did you mean {}?", near.join(" or ")));
    }
    text.push_str(&format!(
        "{} The names are {}",
        if near.is_empty() { "." } else { "" },
        all.join(", ")
    ));
    text
}
