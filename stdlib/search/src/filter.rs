//! Reads the value of a filter into a condition that a document meets or not.

use crate::date;
use crate::error::{Place, QueryError};
use crate::fuzzy::near;
use crate::schema::{Filter, Kind, Units};
use crate::token::normalise;

/// A filter of a query with the value that it has there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    /// The attribute of the document.
    pub(crate) attribute: String,
    /// Whether only documents that fail the test pass.
    pub(crate) negated: bool,
    pub(crate) test: Test,
}

/// What an attribute must be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    /// One of these keywords, normalised.
    AnyOf(Vec<String>),
    /// A number in the interval.
    Number(Interval),
    /// An instant in the interval, in seconds since 1970.
    Instant(Interval),
}

/// Numbers between two ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Interval {
    low: f64,
    low_included: bool,
    high: f64,
    high_included: bool,
}

impl Interval {
    const ALL: Self = Self {
        low: f64::NEG_INFINITY,
        low_included: true,
        high: f64::INFINITY,
        high_included: true,
    };

    fn from(self, low: f64, low_included: bool) -> Self {
        Self {
            low,
            low_included,
            ..self
        }
    }

    fn to(self, high: f64, high_included: bool) -> Self {
        Self {
            high,
            high_included,
            ..self
        }
    }

    pub(crate) fn contains(&self, value: f64) -> bool {
        let above = value > self.low || (self.low_included && value == self.low);
        let below = value < self.high || (self.high_included && value == self.high);
        above && below
    }
}

/// How a value is compared.
enum Comparison<'a> {
    Is(&'a str),
    Above(&'a str),
    AtLeast(&'a str),
    Below(&'a str),
    AtMost(&'a str),
    /// From the one to the other; one of them may be empty.
    Range(&'a str, &'a str),
}

/// Makes a comparison with what stands after its sign.
type Make<'a> = fn(&'a str) -> Comparison<'a>;

impl<'a> Comparison<'a> {
    fn of(value: &'a str) -> Self {
        let value = value.trim();
        // The longer signs first, as the shorter ones begin them.
        let signs: [(&str, Make<'a>); 7] = [
            (">=", Self::AtLeast),
            ("<=", Self::AtMost),
            ("≥", Self::AtLeast),
            ("≤", Self::AtMost),
            (">", Self::Above),
            ("<", Self::Below),
            ("=", Self::Is),
        ];
        for (sign, comparison) in signs {
            if let Some(rest) = value.strip_prefix(sign) {
                return comparison(rest);
            }
        }
        match value.split_once("..") {
            Some((low, high)) => Self::Range(low.trim(), high.trim()),
            None => Self::Is(value),
        }
    }
}

/// Why a value could not be read.
enum Fault {
    Unreadable,
    EmptyRange,
}

impl Condition {
    /// Reads what a query has after the colon. `value` may have quotes in it.
    pub(crate) fn read(
        filter: &Filter,
        negated: bool,
        value: &str,
        place: &Place,
    ) -> Result<Self, QueryError> {
        let name = filter.name().to_owned();
        let items = items(value);
        if items.is_empty() {
            return Err(QueryError::MissingValue {
                filter: name,
                place: place.clone(),
            });
        }
        let plain: String = value.chars().filter(|c| !is_quote(*c)).collect();
        let fault = |fault: Fault, bad: fn(_, _, _, _) -> QueryError, expected: String| match fault
        {
            Fault::Unreadable => bad(name.clone(), plain.clone(), place.clone(), expected),
            Fault::EmptyRange => QueryError::EmptyRange {
                filter: name.clone(),
                value: plain.clone(),
                place: place.clone(),
            },
        };
        let test = match &filter.kind {
            Kind::Keyword(_) => Test::AnyOf(keywords(filter, items, place)?),
            Kind::Number(units) => {
                let interval = number(&plain, units);
                Test::Number(interval.map_err(|f| fault(f, bad_number, units.expected()))?)
            }
            Kind::Date => {
                let expected = format!("{}, or a range such as `2019..2021`", date::EXPECTED);
                Test::Instant(dates(&plain).map_err(|f| fault(f, bad_date, expected))?)
            }
            Kind::After | Kind::Before => {
                let Some(period) = date::period(&plain) else {
                    return Err(fault(
                        Fault::Unreadable,
                        bad_date,
                        date::EXPECTED.to_owned(),
                    ));
                };
                let start = period.start as f64;
                Test::Instant(if matches!(filter.kind, Kind::After) {
                    Interval::ALL.from(start, true)
                } else {
                    Interval::ALL.to(start, false)
                })
            }
        };
        Ok(Self {
            attribute: filter.attribute().to_owned(),
            negated,
            test,
        })
    }
}

fn bad_number(filter: String, value: String, place: Place, expected: String) -> QueryError {
    QueryError::BadNumber {
        filter,
        value,
        place,
        expected,
    }
}

fn bad_date(filter: String, value: String, place: Place, expected: String) -> QueryError {
    QueryError::BadDate {
        filter,
        value,
        place,
        expected,
    }
}

/// Straight quotes, and those that word processors make of them.
pub(crate) fn is_quote(character: char) -> bool {
    matches!(character, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}')
}

/// The items between the commas that are not in quotes, without the empty ones.
fn items(value: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut quoted = false;
    for character in value.chars() {
        if is_quote(character) {
            quoted = !quoted;
        } else if character == ',' && !quoted {
            items.push(String::new());
        } else if let Some(item) = items.last_mut() {
            item.push(character);
        }
    }
    items.retain(|item| !item.trim().is_empty());
    items
}

fn keywords(filter: &Filter, items: Vec<String>, place: &Place) -> Result<Vec<String>, QueryError> {
    let mut keywords = Vec::new();
    for item in items {
        let keyword = normalise(&item);
        if !filter.allows(&keyword) {
            let known = filter.values().unwrap_or_default();
            return Err(QueryError::UnknownValue {
                filter: filter.name().to_owned(),
                near: near(&item, known.iter().map(String::as_str)),
                value: item,
                place: place.clone(),
                known: known.to_vec(),
            });
        }
        if !keywords.contains(&keyword) {
            keywords.push(keyword);
        }
    }
    Ok(keywords)
}

fn number(value: &str, units: &Units) -> Result<Interval, Fault> {
    let read = |text: &str| units.parse(text).ok_or(Fault::Unreadable);
    Ok(match Comparison::of(value) {
        Comparison::Is(text) => {
            let number = read(text)?;
            // "0.1h" and 360 s should be equal although 0.1 is not exact.
            let slack = number.abs() * 1e-9;
            Interval::ALL
                .from(number - slack, true)
                .to(number + slack, true)
        }
        Comparison::Above(text) => Interval::ALL.from(read(text)?, false),
        Comparison::AtLeast(text) => Interval::ALL.from(read(text)?, true),
        Comparison::Below(text) => Interval::ALL.to(read(text)?, false),
        Comparison::AtMost(text) => Interval::ALL.to(read(text)?, true),
        Comparison::Range("", "") => return Err(Fault::Unreadable),
        Comparison::Range(low, "") => Interval::ALL.from(read(low)?, true),
        Comparison::Range("", high) => Interval::ALL.to(read(high)?, true),
        Comparison::Range(low, high) => {
            let (low, high) = (read(low)?, read(high)?);
            if high < low {
                return Err(Fault::EmptyRange);
            }
            Interval::ALL.from(low, true).to(high, true)
        }
    })
}

fn dates(value: &str) -> Result<Interval, Fault> {
    let start = |text: &str| {
        date::period(text)
            .map(|p| p.start as f64)
            .ok_or(Fault::Unreadable)
    };
    let end = |text: &str| {
        date::period(text)
            .map(|p| p.end as f64)
            .ok_or(Fault::Unreadable)
    };
    let all = Interval::ALL;
    Ok(match Comparison::of(value) {
        Comparison::Is(text) => all.from(start(text)?, true).to(end(text)?, false),
        Comparison::Above(text) => all.from(end(text)?, true),
        Comparison::AtLeast(text) => all.from(start(text)?, true),
        Comparison::Below(text) => all.to(start(text)?, false),
        Comparison::AtMost(text) => all.to(end(text)?, false),
        Comparison::Range("", "") => return Err(Fault::Unreadable),
        Comparison::Range(low, "") => all.from(start(low)?, true),
        Comparison::Range("", high) => all.to(end(high)?, false),
        Comparison::Range(low, high) => {
            let (low, high) = (start(low)?, end(high)?);
            if high <= low {
                return Err(Fault::EmptyRange);
            }
            all.from(low, true).to(high, false)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(filter: &Filter, value: &str) -> Result<Test, QueryError> {
        let place = Place::new(value, 0..value.len());
        Condition::read(filter, false, value, &place).map(|condition| condition.test)
    }

    fn passes(filter: &Filter, value: &str, number: f64) -> bool {
        match read(filter, value).unwrap() {
            Test::Number(interval) | Test::Instant(interval) => interval.contains(number),
            Test::AnyOf(_) => panic!("{value} is no number"),
        }
    }

    #[test]
    fn compares_numbers() {
        let duration = Filter::number("duration", Units::durations());
        for (value, inside, outside) in [
            (">60m", 3_601.0, 3_600.0),
            (">=60m", 3_600.0, 3_599.0),
            ("≥60m", 3_600.0, 3_599.0),
            ("<1h", 3_599.0, 3_600.0),
            ("<=1h", 3_600.0, 3_601.0),
            ("=0.1h", 360.0, 361.0),
            ("0.1h", 360.0, 361.0),
            ("60m..4h", 14_400.0, 14_401.0),
            ("60m..4h", 3_600.0, 3_599.0),
            ("1.5h..", 5_400.0, 5_399.0),
            ("..1.5h", 0.0, 5_401.0),
            ("\"> 60 m\"", 3_601.0, 3_600.0),
        ] {
            assert!(passes(&duration, value, inside), "{value} {inside}");
            assert!(!passes(&duration, value, outside), "{value} {outside}");
        }
    }

    #[test]
    fn compares_dates() {
        let day = |text| date::period(text).unwrap().start as f64;
        let filter = Filter::date("date");
        for (value, inside, outside) in [
            ("2021-10-04", "2021-10-04T23:59", "2021-10-05"),
            ("2019..2021", "2021-12-31T23:59", "2022"),
            ("2019..2021", "2019", "2018-12-31T23:59"),
            ("2019..", "2030", "2018"),
            ("..2019", "2019-12-31", "2020"),
            (">2019", "2020", "2019-12-31T23:59"),
            (">=2019", "2019", "2018-12-31"),
            ("<2019-06", "2019-05-31", "2019-06-01"),
            ("<=2019-06", "2019-06-30", "2019-07-01"),
        ] {
            assert!(passes(&filter, value, day(inside)), "{value} {inside}");
            assert!(!passes(&filter, value, day(outside)), "{value} {outside}");
        }
        assert!(passes(&Filter::after("after"), "2015", day("2015")));
        assert!(!passes(&Filter::after("after"), "2015", day("2014-12-31")));
        assert!(passes(
            &Filter::before("before"),
            "2020-06",
            day("2020-05-31")
        ));
        assert!(!passes(
            &Filter::before("before"),
            "2020-06",
            day("2020-06")
        ));
    }

    #[test]
    fn splits_keywords_at_commas_outside_quotes() {
        let filter = Filter::keyword("provider");
        let values = |value| read(&filter, value).unwrap();
        let any = |values: &[&str]| Test::AnyOf(values.iter().map(|v| (*v).to_owned()).collect());
        assert_eq!(values("AWS"), any(&["aws"]));
        assert_eq!(values("aws,azure,,aws,"), any(&["aws", "azure"]));
        assert_eq!(
            values("\"Google, Cloud\",aws"),
            any(&["google cloud", "aws"])
        );
        assert_eq!(values("\"never closed"), any(&["never closed"]));
        for value in ["", ",", "\"\"", "\" \","] {
            let error = read(&filter, value).unwrap_err();
            assert!(matches!(error, QueryError::MissingValue { .. }), "{value}");
        }
    }

    #[test]
    fn refuses_what_cannot_be_read() {
        let duration = Filter::number("duration", Units::durations());
        assert_eq!(
            read(&duration, ">60").unwrap_err().to_string(),
            "`>60` at character 1 is no number for `duration`: write a number with one of the units \
             `s`, `m`, `min`, `h`, `d`, such as `60m` or `>60m`, or a range such as `60m..240m`",
        );
        for value in ["x", "..", ">", ">..", "1m..x", "1m..2m..3m", "1m,2m"] {
            let error = read(&duration, value).unwrap_err();
            assert!(matches!(error, QueryError::BadNumber { .. }), "{value}");
        }
        assert_eq!(
            read(&duration, "4h..60m").unwrap_err().to_string(),
            "the range `4h..60m` of `duration` at character 1 ends before it begins: swap the two \
             sides",
        );
        assert_eq!(
            read(&Filter::after("after"), "2015-13")
                .unwrap_err()
                .to_string(),
            "`2015-13` at character 1 is no date for `after`: write a year, month, day or minute, \
             such as `2021`, `2021-10`, `2021-10-04` or `2021-10-04T15:40`",
        );
        for value in ["..", "2019..x", ">", "today", "2021..2019"] {
            assert!(read(&Filter::date("date"), value).is_err(), "{value}");
        }
    }
}
