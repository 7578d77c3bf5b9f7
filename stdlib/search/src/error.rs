//! What can be wrong with a query, a schema or a document. Each message is one
//! sentence that names the value, the limit, and what to do.

use std::fmt;
use std::ops::Range;

use thiserror::Error;

/// How many characters of a refused value a message shows.
const SHOWN_CHARACTERS: usize = 60;

/// How many known names a message lists.
const SHOWN_NAMES: usize = 20;

/// Where in the text of a query something stands.
///
/// ```
/// use lightcone_search::{Query, Schema};
/// let error = Query::parse("dns provder:aws", &Schema::new()).unwrap_err();
/// let place = error.place().unwrap();
/// assert_eq!(place.bytes, 4..15);
/// assert_eq!(place.to_string(), "character 5");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The bytes of the query, on character boundaries.
    pub bytes: Range<usize>,
    /// The first character, counted from 1.
    pub character: usize,
}

impl Place {
    pub(crate) fn new(text: &str, bytes: Range<usize>) -> Self {
        let before = text.get(..bytes.start).unwrap_or(text);
        Self {
            character: before.chars().count() + 1,
            bytes,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "character {}", self.character)
    }
}

/// Why the text of a query could not be understood.
///
/// ```
/// use lightcone_search::{Filter, Query, QueryError, Schema};
///
/// let schema = Schema::new().with(Filter::one_of("severity", ["partial", "global"]))?;
/// let error = Query::parse("dns severity:globl", &schema).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`globl` at character 5 is no value of `severity`: did you mean `global`?",
/// );
/// assert!(matches!(error, QueryError::UnknownValue { near, .. } if near == ["global"]));
/// # Ok::<(), lightcone_search::SchemaError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The query is longer than any that a person types.
    #[error("the query has {bytes} bytes, but at most {limit} are read: shorten it")]
    TooLong {
        /// The length of the query.
        bytes: usize,
        /// The longest query.
        limit: usize,
    },

    /// The query has more words than any that a person types.
    #[error("the query has more than {limit} words: leave some out")]
    TooManyWords {
        /// The most words.
        limit: usize,
    },

    /// Something like `name:value` whose name is no filter.
    #[error(
        "`{}:` at {place} is no filter: {}",
        shown(name),
        instead_of_filter(near, known)
    )]
    UnknownFilter {
        /// The name before the colon.
        name: String,
        /// Where it stands.
        place: Place,
        /// Filters with a similar name, best first.
        near: Vec<String>,
        /// All filters.
        known: Vec<String>,
    },

    /// A filter without a value.
    #[error("`{filter}:` at {place} has no value: write one after the colon, without a space")]
    MissingValue {
        /// The filter.
        filter: String,
        /// Where it stands.
        place: Place,
    },

    /// A value that is not in the vocabulary of a filter.
    #[error(
        "`{}` at {place} is no value of `{filter}`: {}",
        shown(value),
        instead(near, known)
    )]
    UnknownValue {
        /// The filter.
        filter: String,
        /// The value.
        value: String,
        /// Where the filter stands.
        place: Place,
        /// Similar values, best first.
        near: Vec<String>,
        /// All values.
        known: Vec<String>,
    },

    /// A value that is no number, or has no unit or an unknown one.
    #[error(
        "`{}` at {place} is no number for `{filter}`: write {expected}",
        shown(value)
    )]
    BadNumber {
        /// The filter.
        filter: String,
        /// The value.
        value: String,
        /// Where the filter stands.
        place: Place,
        /// What can be written instead.
        expected: String,
    },

    /// A value that is no date of the calendar.
    #[error(
        "`{}` at {place} is no date for `{filter}`: write {expected}",
        shown(value)
    )]
    BadDate {
        /// The filter.
        filter: String,
        /// The value.
        value: String,
        /// Where the filter stands.
        place: Place,
        /// What can be written instead.
        expected: String,
    },

    /// A range that ends before it begins.
    #[error(
        "the range `{}` of `{filter}` at {place} ends before it begins: swap the two sides",
        shown(value)
    )]
    EmptyRange {
        /// The filter.
        filter: String,
        /// The range.
        value: String,
        /// Where the filter stands.
        place: Place,
    },
}

impl QueryError {
    /// Where in the query the fault is, or `None` if it is the whole query.
    ///
    /// ```
    /// use lightcone_search::{Query, Schema};
    /// let error = Query::parse(&"word ".repeat(9_000), &Schema::new()).unwrap_err();
    /// assert_eq!(error.place(), None);
    /// ```
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::TooLong { .. } | Self::TooManyWords { .. } => None,
            Self::UnknownFilter { place, .. }
            | Self::MissingValue { place, .. }
            | Self::UnknownValue { place, .. }
            | Self::BadNumber { place, .. }
            | Self::BadDate { place, .. }
            | Self::EmptyRange { place, .. } => Some(place),
        }
    }
}

/// Why a filter cannot be part of a schema.
///
/// ```
/// use lightcone_search::{Filter, Schema};
/// let error = Schema::new().with(Filter::keyword("main cause")).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`main cause` cannot name a filter: use letters, digits, `_` and `-`, beginning with a letter",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// The name could not be written in a query.
    #[error(
        "`{}` cannot name a filter: use letters, digits, `_` and `-`, beginning with a letter",
        shown(name)
    )]
    BadName {
        /// The name.
        name: String,
    },

    /// Two filters have the same name or alias.
    #[error(
        "`{}` names two filters: rename one, or leave out an alias",
        shown(name)
    )]
    DuplicateName {
        /// The name.
        name: String,
    },
}

/// Why a document or a field cannot be part of an index, or is not found in it.
///
/// ```
/// use lightcone_search::{Document, Index};
/// let mut builder = Index::builder().field("title", 1.0)?;
/// let error = builder.add(Document::new().text("titel", "A fire")).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the index has no field `titel`: did you mean `title`?",
/// );
/// # Ok::<(), lightcone_search::IndexError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum IndexError {
    /// A document has text for a field that was not declared.
    #[error("the index has no field `{}`: {}", shown(field), instead(near, known))]
    UnknownField {
        /// The field.
        field: String,
        /// Fields with a similar name, best first.
        near: Vec<String>,
        /// All fields.
        known: Vec<String>,
    },

    /// A field was declared twice.
    #[error("the field `{}` is declared twice: leave one out", shown(field))]
    DuplicateField {
        /// The field.
        field: String,
    },

    /// A boost is out of range.
    #[error(
        "the boost of `{}` is {boost}, but must be between {low} and {high}: 1 is ordinary text",
        shown(field)
    )]
    BadBoost {
        /// The field.
        field: String,
        /// The boost.
        boost: f64,
        /// The smallest boost.
        low: f64,
        /// The largest boost.
        high: f64,
    },

    /// A number or an instant is NaN or infinite.
    #[error(
        "`{}` is {value}, but must be finite: leave the attribute out if it is unknown",
        shown(attribute)
    )]
    NotFinite {
        /// The attribute.
        attribute: String,
        /// Its value.
        value: f64,
    },

    /// The text of one field is too long.
    #[error(
        "the text of `{}` has {bytes} bytes, but at most {limit} are indexed: split the document",
        shown(field)
    )]
    TextTooLong {
        /// The field.
        field: String,
        /// The length of the text.
        bytes: usize,
        /// The longest text.
        limit: usize,
    },

    /// There is no document with this number.
    #[error("there is no document {document}: the index has {documents}, numbered from 0")]
    UnknownDocument {
        /// The number asked for.
        document: usize,
        /// How many there are.
        documents: usize,
    },
}

/// The beginning of a value, so that a message stays readable.
fn shown(value: &str) -> String {
    let mut beginning: String = value.chars().take(SHOWN_CHARACTERS).collect();
    if beginning.len() < value.len() {
        beginning.push_str("...");
    }
    beginning
}

/// `a`, `b` and so on, each in back-ticks.
fn listed(names: &[String], link: &str) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(SHOWN_NAMES)
        .map(|name| format!("`{}`", shown(name)))
        .collect();
    let more = match names.len().saturating_sub(SHOWN_NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", shown.join(link))
}

/// What to write instead of a name that does not exist.
fn instead(near: &[String], known: &[String]) -> String {
    match (near, known) {
        (_, []) => "there are none".to_owned(),
        ([], known) => format!("use one of {}", listed(known, ", ")),
        (near, _) => format!("did you mean {}?", listed(near, " or ")),
    }
}

/// What to do about a name that is no filter.
fn instead_of_filter(near: &[String], known: &[String]) -> String {
    let quote = "put it in quotes to search for the text itself";
    match (near, known) {
        (_, []) => format!("{quote}, as there are no filters"),
        ([], known) => format!("{quote}, or use one of {}", listed(known, ", ")),
        (near, _) => format!("write {} instead, or {quote}", listed(near, " or ")),
    }
}
