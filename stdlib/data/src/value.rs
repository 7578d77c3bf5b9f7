//! The text of one cell: what it stands for, and the rules it must keep.

use std::collections::HashSet;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::schema::{Column, Format, Kind};

/// How exactly a time is known, in the order of the vocabulary `precision`.
pub(crate) const PRECISIONS: [&str; 2] = ["day", "time"];

/// The letters of the ids of the course's plan, one for each kind of item.
const COURSE_LETTERS: [char; 6] = ['C', 'F', 'M', 'P', 'S', 'T'];

/// What the text of a cell stands for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    /// An empty cell: unknown, never zero.
    Unknown,
    Text(&'a str),
    List(Vec<&'a str>),
    Integer(i64),
    Number(f64),
    Boolean(bool),
    Date(NaiveDate),
    /// A time in UTC; with `day_only` it is midnight of the day named.
    Instant {
        time: NaiveDateTime,
        day_only: bool,
    },
}

/// Days from 1970-01-01 to `day`.
pub(crate) fn epoch_days(day: NaiveDate) -> i32 {
    // chrono covers 262,000 years either way, so the number of days fits.
    day.signed_duration_since(NaiveDate::default()).num_days() as i32
}

/// Reads a cell as a value of a kind, or says what it must be.
pub(crate) fn parse(kind: Kind, text: &str) -> Result<Value<'_>, String> {
    if text.is_empty() {
        return Ok(Value::Unknown);
    }
    let rule = |text: &str| text.to_owned();
    match kind {
        Kind::Text | Kind::Enum | Kind::Precision => Ok(Value::Text(text)),
        Kind::List => {
            let items: Vec<&str> = text.split(';').collect();
            if items
                .iter()
                .any(|item| item.is_empty() || item.trim() != *item)
            {
                return Err(rule(
                    "must be items with ; between them, none empty and without spaces around",
                ));
            }
            let mut seen = HashSet::new();
            match items.iter().find(|item| !seen.insert(**item)) {
                Some(twice) => Err(format!("must not hold an item twice, as {twice:?}")),
                None => Ok(Value::List(items)),
            }
        }
        Kind::Integer | Kind::Duration => whole(text)
            .map(Value::Integer)
            .ok_or_else(|| rule("must be a whole number in digits, such as 150")),
        Kind::Number => decimal(text)
            .map(Value::Number)
            .ok_or_else(|| rule("must be a number in digits, such as 12.5")),
        Kind::Boolean => match text {
            "true" => Ok(Value::Boolean(true)),
            "false" => Ok(Value::Boolean(false)),
            _ => Err(rule("must be true or false")),
        },
        Kind::Date => date(text)
            .map(Value::Date)
            .ok_or_else(|| rule("must be a date written YYYY-MM-DD")),
        Kind::Datetime => instant(text).ok_or_else(|| {
            rule(
                "must be a UTC time written YYYY-MM-DDTHH:MM:SSZ, or a date written YYYY-MM-DD \
                 if only the day is known",
            )
        }),
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn whole(text: &str) -> Option<i64> {
    digits(text.strip_prefix('-').unwrap_or(text))
        .then(|| text.parse().ok())
        .flatten()
}

fn decimal(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let written = match unsigned.split_once('.') {
        Some((before, after)) => digits(before) && digits(after),
        None => digits(unsigned),
    };
    written
        .then(|| text.parse().ok())
        .flatten()
        .filter(|value: &f64| value.is_finite())
}

fn date(text: &str) -> Option<NaiveDate> {
    (text.len() == 10)
        .then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
        .flatten()
}

fn instant(text: &str) -> Option<Value<'static>> {
    if let Some(day) = date(text) {
        return Some(Value::Instant {
            time: day.and_time(NaiveTime::MIN),
            day_only: true,
        });
    }
    if text.len() != 20 {
        return None;
    }
    let time = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%SZ").ok()?;
    Some(Value::Instant {
        time,
        day_only: false,
    })
}

/// Reads a cell by all rules of its column, or gives the first rule it breaks.
pub(crate) fn check<'a>(column: &Column, text: &'a str) -> Result<Value<'a>, String> {
    if text.is_empty() && column.required {
        return Err("must not be empty".to_owned());
    }
    if text.trim() != text {
        return Err("must not begin or end with a space".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("must not hold control characters".to_owned());
    }
    let value = parse(column.kind, text)?;
    if !column.vocabulary.is_empty() {
        let known = |item: &str| column.vocabulary.iter().any(|word| word == item);
        let words = column.vocabulary.join(", ");
        match &value {
            Value::Text(word) if !known(word) => return Err(format!("must be one of {words}")),
            Value::List(items) => {
                if let Some(item) = items.iter().find(|item| !known(item)) {
                    return Err(format!(
                        "has the item {item:?}; each item must be one of {words}"
                    ));
                }
            }
            _ => {}
        }
    }
    if let Some(measure) = value.measure() {
        let unit = column
            .unit
            .as_deref()
            .map(|unit| format!(" {unit}"))
            .unwrap_or_default();
        if let Some(minimum) = &column.minimum
            && measure < minimum.value
        {
            return Err(format!("must be at least {}{unit}", minimum.text));
        }
        if let Some(maximum) = &column.maximum
            && measure > maximum.value
        {
            return Err(format!("must be at most {}{unit}", maximum.text));
        }
    }
    match (&value, column.format) {
        (Value::Text(text), Some(format)) => match format.refusal(text) {
            Some(rule) => Err(rule.to_owned()),
            None => Ok(value),
        },
        _ => Ok(value),
    }
}

impl Format {
    /// The rule that a text breaks, if it does.
    fn refusal(self, text: &str) -> Option<&'static str> {
        let (kept, rule) = match self {
            Format::IncidentId => (
                incident_id(text),
                "must be the year, the month and words in lower case, such as 2021-10-facebook-backbone-bgp",
            ),
            Format::Url => (
                (text.starts_with("https://") || text.starts_with("http://"))
                    && !text.contains(char::is_whitespace),
                "must be an address that begins with https:// or http:// and holds no space",
            ),
            Format::CountryCode => (
                text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()),
                "must be two capital letters (ISO 3166-1 alpha-2)",
            ),
            Format::Code => (
                text.bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'),
                "must be letters, digits and hyphens only",
            ),
            Format::Name => (
                text.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'),
                "must be words in lower case with _ between them",
            ),
            Format::IncidentNumber => (numbered('I', text), "must be I and three digits"),
            Format::FormulaId => (numbered('F', text), "must be F and three digits"),
            Format::CourseId => (
                COURSE_LETTERS.iter().any(|letter| numbered(*letter, text)),
                "must be one of the letters C, F, M, P, S, T and three digits",
            ),
        };
        (!kept).then_some(rule)
    }
}

fn numbered(letter: char, text: &str) -> bool {
    text.strip_prefix(letter)
        .is_some_and(|rest| rest.len() == 3 && digits(rest))
}

fn incident_id(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(words)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let month_number = month.parse().unwrap_or(0);
    year.len() == 4
        && digits(year)
        && month.len() == 2
        && digits(month)
        && (1..=12).contains(&month_number)
        && words.split('-').all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}
