//! Expressions of a spreadsheet: which names are in them, and writing other names or
//! places instead.
//!
//! A name may not look like the address of a cell: `rtt1` is column RTT, row 1, and
//! `r` is a row. Two names may not differ in their case only.

use std::collections::HashMap;

/// What a cell takes, less the equals sign.
const LONGEST: usize = 8_191;

/// How deep spreadsheets nest functions.
const DEEPEST: usize = 64;

/// One part of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part<'t> {
    /// The name of a cell.
    Name(&'t str),
    /// The name of a function; a bracket opens after it.
    Function(&'t str),
    /// Whatever else: numbers, strings, signs, names of worksheets.
    Other(&'t str),
}

/// Splits an expression into its parts. Nothing is lost: their texts make it up.
fn parts(text: &str) -> Vec<Part<'_>> {
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            quote @ (b'"' | b'\'') => {
                // A doubled quote is two strings that touch: the same to us.
                at += 1;
                while at < bytes.len() && bytes[at] != quote {
                    at += 1;
                }
                at = (at + 1).min(bytes.len());
                parts.push(Part::Other(&text[start..at]));
            }
            b'0'..=b'9' | b'.' => {
                while at < bytes.len() && is_number(bytes, start, at) {
                    at += 1;
                }
                parts.push(Part::Other(&text[start..at]));
            }
            byte if is_letter(byte) => {
                while at < bytes.len() && (is_letter(bytes[at]) || is_inner(bytes[at])) {
                    at += 1;
                }
                let word = &text[start..at];
                parts.push(match bytes.get(at) {
                    Some(b'(') => Part::Function(word),
                    // A worksheet.
                    Some(b'!') => Part::Other(word),
                    _ => Part::Name(word),
                });
            }
            _ => {
                while at < bytes.len() && is_sign(bytes[at]) {
                    at += 1;
                }
                parts.push(Part::Other(&text[start..at]));
            }
        }
    }
    parts
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii()
}

fn is_inner(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'.'
}

fn is_sign(byte: u8) -> bool {
    !is_letter(byte) && !is_inner(byte) && byte != b'"' && byte != b'\''
}

/// Whether the byte at `at` belongs to the number that begins at `start`.
fn is_number(bytes: &[u8], start: usize, at: usize) -> bool {
    let power = |byte: u8| matches!(byte, b'E' | b'e');
    let next = |place: usize| bytes.get(place).copied().unwrap_or(0);
    match bytes[at] {
        b'0'..=b'9' | b'.' => true,
        b'+' | b'-' => at > start && power(bytes[at - 1]),
        byte if power(byte) => {
            let sign = usize::from(matches!(next(at + 1), b'+' | b'-'));
            next(at + 1 + sign).is_ascii_digit()
        }
        _ => false,
    }
}

/// Writes `replace(name)` for each name for which there is something.
pub(crate) fn rename(text: &str, replace: impl Fn(&str) -> Option<String>) -> String {
    parts(text)
        .into_iter()
        .map(|part| match part {
            Part::Name(name) => replace(name).unwrap_or_else(|| name.to_owned()),
            Part::Function(text) | Part::Other(text) => text.to_owned(),
        })
        .collect()
}

/// The names in an expression, each once.
pub(crate) fn names(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for part in parts(text) {
        if let Part::Name(name) = part
            && !names.contains(&name)
            && !matches!(name, "TRUE" | "FALSE")
        {
            names.push(name);
        }
    }
    names
}

/// Why a cell cannot hold the expression, if so.
pub(crate) fn refusal(text: &str) -> Option<&'static str> {
    if text.encode_utf16().count() > LONGEST {
        return Some("the expression is longer than a cell takes");
    }
    let (mut depth, mut functions, mut deepest) = (0, Vec::new(), 0);
    for part in parts(text) {
        match part {
            Part::Function(_) => functions.push(depth),
            Part::Name(_) => {}
            Part::Other(other) if other.starts_with(['"', '\'']) => {}
            Part::Other(other) => {
                for byte in other.bytes() {
                    match byte {
                        b'(' => depth += 1,
                        b')' => {
                            depth -= 1;
                            if functions.last() == Some(&depth) {
                                functions.pop();
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
        deepest = deepest.max(functions.len());
    }
    (deepest > DEEPEST).then_some("the expression nests more functions than a cell takes")
}

/// Legal names for the cells of one worksheet.
#[derive(Debug, Default)]
pub(crate) struct Names {
    given: HashMap<String, String>,
    taken: Vec<String>,
}

impl Names {
    /// A name that a cell can have, as near to `name` as can be: the same one each
    /// time.
    pub(crate) fn give(&mut self, name: &str) -> String {
        if let Some(known) = self.given.get(name) {
            return known.clone();
        }
        let mut legal = if is_address(name) {
            format!("{name}_")
        } else {
            name.to_owned()
        };
        while self.taken.contains(&legal.to_lowercase()) {
            legal.push('_');
        }
        self.taken.push(legal.to_lowercase());
        self.given.insert(name.to_owned(), legal.clone());
        legal
    }

    /// The expression with the names that the cells have.
    pub(crate) fn rename(&self, text: &str) -> String {
        rename(text, |name| self.given.get(name).cloned())
    }

    /// The names of an expression that no cell has.
    pub(crate) fn missing<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let missing = |name: &&str| !self.given.contains_key(*name);
        names(text).into_iter().filter(missing).collect()
    }
}

/// Whether a spreadsheet program takes the name for the address of a cell, a row or a
/// column.
fn is_address(name: &str) -> bool {
    let lower = name.to_lowercase();
    let letters = lower.bytes().take_while(u8::is_ascii_alphabetic).count();
    let digits = lower
        .bytes()
        .skip(letters)
        .all(|byte| byte.is_ascii_digit());
    if digits && (1..=3).contains(&letters) && lower.len() > letters {
        return true;
    }
    // The other way to write addresses: R1C1.
    let without_row = lower
        .strip_prefix('r')
        .map(|rest| rest.trim_start_matches(|digit: char| digit.is_ascii_digit()));
    let column = without_row.unwrap_or(&lower);
    let without_column = column
        .strip_prefix('c')
        .map(|rest| rest.trim_start_matches(|digit: char| digit.is_ascii_digit()));
    (without_row.is_some() || without_column.is_some())
        && without_column.unwrap_or(column).is_empty()
}

/// A number as a formula writes it.
pub(crate) fn literal(value: f64) -> String {
    let text = format!("{value:?}");
    let text = text.strip_suffix(".0").unwrap_or(&text).to_uppercase();
    if value < 0.0 {
        format!("({text})")
    } else {
        text
    }
}

/// A text as a formula writes it.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_no_names() {
        for address in [
            "a1", "rtt1", "XFD7", "r", "R", "c", "rc", "r1", "c12", "r1c1", "rc5", "r2c",
        ] {
            assert!(is_address(address), "{address}");
        }
        for name in [
            "rtt", "distance", "r_", "a", "load1", "rate", "cr", "rr", "cc", "r1c1x", "rtt_1",
            "a1b", "radius", "cost",
        ] {
            assert!(!is_address(name), "{name}");
        }
    }

    #[test]
    fn names_change_and_nothing_else_does() {
        let mut names = Names::default();
        assert_eq!(names.give("rtt1"), "rtt1_");
        assert_eq!(names.give("c"), "c_");
        assert_eq!(names.give("n"), "n");
        assert_eq!(names.give("N"), "N_");
        assert_eq!(names.give("n"), "n");
        let text = "IF(rtt1>=1E-3,c*2.5e+10*n(1)+N,\"c rtt1 \"\"c\"\" n\")&'c 1'!c&c!n";
        assert_eq!(
            names.rename(text),
            "IF(rtt1_>=1E-3,c_*2.5e+10*n(1)+N_,\"c rtt1 \"\"c\"\" n\")&'c 1'!c_&c!n"
        );
        assert_eq!(names.missing("SUM(rtt1,other,1E5)+TRUE"), ["other"]);
        assert_eq!(rename("µ+1", |name| Some(format!("<{name}>"))), "<µ>+1");
    }

    #[test]
    fn what_is_too_much_for_a_cell_is_refused() {
        assert_eq!(refusal("SQRT(MIN(a,(((((b))))))"), None);
        let long = format!("1{}", "+1".repeat(4_096));
        assert!(refusal(&long).is_some());
        let flat = format!("1{}", "+ABS(1)".repeat(100));
        assert_eq!(refusal(&flat), None);
        let deep = format!("{}1{}", "ABS(".repeat(65), ")".repeat(65));
        assert!(refusal(&deep).is_some());
        let brackets = format!("{}1{}", "(".repeat(65), ")".repeat(65));
        assert_eq!(refusal(&brackets), None);
    }

    #[test]
    fn numbers_are_written_for_formulas() {
        assert_eq!(literal(1_000.0), "1000");
        assert_eq!(literal(-0.5), "(-0.5)");
        assert_eq!(literal(1e-12), "1E-12");
        assert_eq!(quoted("a \"b\""), "\"a \"\"b\"\"\"");
    }
}
