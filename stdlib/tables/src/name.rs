//! Finding a row by what people call it.

use lightcone_units::{DomainError, ParseQuantityError};

/// There is no such row. The message has the names nearest to what was asked for.
///
/// ```
/// use lightcone_tables::Region;
/// let error = Region::find("aws:us-east-9").unwrap_err();
/// assert!(error.to_string().starts_with(
///     "there is no region `aws:us-east-9`; near it are aws us-east-1 (N. Virginia)"
/// ), "{error}");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no {what} `{name}`; near it are {near}")]
#[non_exhaustive]
pub struct UnknownName {
    /// What was looked for: `region`, `instance`, `price`.
    pub what: &'static str,
    /// The name as given.
    pub name: String,
    /// The nearest names that exist, separated by commas.
    pub near: String,
}

impl UnknownName {
    pub(crate) fn new<'l>(
        what: &'static str,
        name: &str,
        labels: impl Iterator<Item = &'l str>,
    ) -> Self {
        const SHOWN: usize = 5;
        let wanted = plain(name);
        let mut near: Vec<(f64, &str)> = labels
            .map(|label| {
                // People leave out the part in brackets.
                let short = label.split(" (").next().unwrap_or(label);
                let likeness =
                    [label, short].map(|text| strsim::jaro_winkler(&wanted, &plain(text)));
                (likeness[0].max(likeness[1]), label)
            })
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        let near: Vec<&str> = near.iter().take(SHOWN).map(|(_, label)| *label).collect();
        Self {
            what,
            name: name.to_owned(),
            near: near.join(", "),
        }
    }

    /// The same error for a value that is read from text.
    pub(crate) fn while_reading(self, expected: &'static str) -> ParseQuantityError {
        ParseQuantityError::UnknownUnit {
            text: self.name.clone(),
            expected,
            unit: self.name,
            units: self.near,
        }
    }
}

/// A name without what people write in different ways.
pub(crate) fn plain(name: &str) -> String {
    let words: Vec<&str> = name
        .split(|c: char| c.is_whitespace() || matches!(c, ':' | '/' | '(' | ')'))
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ").to_lowercase()
}

/// A number of a choice, as a place in its list that begins with `first`.
pub(crate) fn place(
    argument: &'static str,
    value: f64,
    first: usize,
    choices: &[(&str, f64)],
    how: &'static str,
) -> Result<usize, DomainError> {
    let last = first + choices.len() - 1;
    if value.fract() == 0.0 && value >= first as f64 && value <= last as f64 {
        return Ok(value as usize);
    }
    Err(DomainError::new(
        argument,
        value.to_string(),
        format!("a whole number from {first} to {last}"),
        how,
    ))
}
