//! Completion, inspection and completeness from what the engine knows: the
//! session's variables and items, the prelude, keywords and the registry.

use super::definitions::{Definition, Definitions};
use super::parse::{self, Kind, Unparsed};
use crate::engine::{Completeness, Completions, Suggestion};
use lightcone_wire::Media;

/// A name that every cell sees, with what inspection shows of it.
struct Known {
    name: &'static str,
    kind: &'static str,
    signature: &'static str,
    meaning: &'static str,
}

/// Names of the prelude and the standard library that learners meet first.
const KNOWN: &[Known] = &[
    Known {
        name: "println!",
        kind: "macro",
        signature: "println!(\"{value}\")",
        meaning: "Prints a line.",
    },
    Known {
        name: "print!",
        kind: "macro",
        signature: "print!(\"{value}\")",
        meaning: "Prints text without ending the line.",
    },
    Known {
        name: "eprintln!",
        kind: "macro",
        signature: "eprintln!(\"{value}\")",
        meaning: "Prints a line on standard error.",
    },
    Known {
        name: "dbg!",
        kind: "macro",
        signature: "dbg!(expression)",
        meaning: "Prints an expression with its value and returns it.",
    },
    Known {
        name: "format!",
        kind: "macro",
        signature: "format!(\"{value:.3}\") -> String",
        meaning: "Makes a `String` from a format string and values.",
    },
    Known {
        name: "vec!",
        kind: "macro",
        signature: "vec![a, b, c] -> Vec<T>",
        meaning: "Makes a `Vec` that holds the given values.",
    },
    Known {
        name: "assert!",
        kind: "macro",
        signature: "assert!(condition, \"message\")",
        meaning: "Panics when a condition does not hold.",
    },
    Known {
        name: "assert_eq!",
        kind: "macro",
        signature: "assert_eq!(left, right)",
        meaning: "Panics when two values differ, and shows both.",
    },
    Known {
        name: "show",
        kind: "function",
        signature: "show(value)",
        meaning: "Shows a value in its richest form, along the way.",
    },
    Known {
        name: "input",
        kind: "function",
        signature: "input(prompt: &str) -> String",
        meaning: "Asks the reader for a line of text.",
    },
    Known {
        name: "password",
        kind: "function",
        signature: "password(prompt: &str) -> String",
        meaning: "Asks the reader for a line without showing it.",
    },
    Known {
        name: "progress",
        kind: "function",
        signature: "progress(iterator) -> impl Iterator",
        meaning: "Shows a progress bar while a loop runs over an iterator.",
    },
    Known {
        name: "clear_output",
        kind: "function",
        signature: "clear_output(wait: bool)",
        meaning: "Removes what the cell has shown so far.",
    },
    Known {
        name: "incidents",
        kind: "dataset",
        signature: "incidents() -> DataFrame",
        meaning: "Public incidents of internet services, each with its source.",
    },
    Known {
        name: "regions",
        kind: "dataset",
        signature: "regions() -> DataFrame",
        meaning: "Cloud regions with their places.",
    },
    Known {
        name: "region_latency",
        kind: "dataset",
        signature: "region_latency() -> DataFrame",
        meaning: "Measured round trips between cloud regions.",
    },
    Known {
        name: "datasets",
        kind: "dataset",
        signature: "datasets() -> DataFrame",
        meaning: "All tables with rows, date, licence and source.",
    },
    Known {
        name: "DataFrame",
        kind: "type",
        signature: "struct DataFrame",
        meaning: "A table of named, typed columns (Polars).",
    },
    Known {
        name: "LazyFrame",
        kind: "type",
        signature: "struct LazyFrame",
        meaning: "A query that runs when it is collected (Polars).",
    },
    Known {
        name: "Series",
        kind: "type",
        signature: "struct Series",
        meaning: "One named column (Polars).",
    },
    Known {
        name: "col",
        kind: "function",
        signature: "col(name) -> Expr",
        meaning: "A column in an expression (Polars).",
    },
    Known {
        name: "lit",
        kind: "function",
        signature: "lit(value) -> Expr",
        meaning: "A constant in an expression (Polars).",
    },
    Known {
        name: "String",
        kind: "type",
        signature: "struct String",
        meaning: "Owned text in UTF-8.",
    },
    Known {
        name: "Vec",
        kind: "type",
        signature: "struct Vec<T>",
        meaning: "A growable list of values of one type.",
    },
    Known {
        name: "Option",
        kind: "type",
        signature: "enum Option<T> { None, Some(T) }",
        meaning: "A value that may be absent.",
    },
    Known {
        name: "Result",
        kind: "type",
        signature: "enum Result<T, E> { Ok(T), Err(E) }",
        meaning: "A value, or the error that took its place.",
    },
    Known {
        name: "Box",
        kind: "type",
        signature: "struct Box<T>",
        meaning: "A value on the heap.",
    },
    Known {
        name: "HashMap",
        kind: "type",
        signature: "struct HashMap<K, V>",
        meaning: "A map without order; `use std::collections::HashMap;`.",
    },
    Known {
        name: "Some",
        kind: "function",
        signature: "Some(value) -> Option<T>",
        meaning: "A value that is there.",
    },
    Known {
        name: "None",
        kind: "constant",
        signature: "None: Option<T>",
        meaning: "A value that is absent.",
    },
    Known {
        name: "Ok",
        kind: "function",
        signature: "Ok(value) -> Result<T, E>",
        meaning: "A success.",
    },
    Known {
        name: "Err",
        kind: "function",
        signature: "Err(error) -> Result<T, E>",
        meaning: "A failure.",
    },
    Known {
        name: "drop",
        kind: "function",
        signature: "drop(value)",
        meaning: "Ends a value now.",
    },
    Known {
        name: "FIBER_GROUP_INDEX",
        kind: "constant",
        signature: "FIBER_GROUP_INDEX: f64",
        meaning: "Group index of standard single-mode fibre at 1550 nm.",
    },
    Known {
        name: "SPEED_OF_LIGHT",
        kind: "constant",
        signature: "SPEED_OF_LIGHT: Speed",
        meaning: "Speed of light in vacuum, exact by definition.",
    },
    Known {
        name: "MATHIS_CONSTANT",
        kind: "constant",
        signature: "MATHIS_CONSTANT: f64",
        meaning: "The constant of the Mathis formula, the square root of 3/2.",
    },
    Known {
        name: "EARTH_MEAN_RADIUS",
        kind: "constant",
        signature: "EARTH_MEAN_RADIUS: Length",
        meaning: "Mean radius of the Earth (IUGG).",
    },
    Known {
        name: "Handshake",
        kind: "type",
        signature: "enum Handshake",
        meaning: "Ways to set up a connection, by their round trips.",
    },
    Known {
        name: "Point",
        kind: "type",
        signature: "Point::new(latitude, longitude) -> Result<Point, DomainError>",
        meaning: "A place on the Earth, in degrees.",
    },
    Known {
        name: "region_latency_set",
        kind: "dataset",
        signature: "region_latency_set(name: &str) -> Result<DataFrame, DataError>",
        meaning: "One of the sets of measured round trips, by name.",
    },
    Known {
        name: "dataset",
        kind: "dataset",
        signature: "dataset(name: &str) -> Result<DataFrame, DataError>",
        meaning: "The columns of a table with type, unit and meaning.",
    },
    Known {
        name: "formula",
        kind: "function",
        signature: "formula(name: &str) -> Formula",
        meaning: "The card of a formula: equation, symbols, assumptions, source.",
    },
    Known {
        name: "line",
        kind: "function",
        signature: "line(alt, xs, ys) -> Figure",
        meaning: "A line chart; the first argument says in words what it shows.",
    },
    Known {
        name: "scatter",
        kind: "function",
        signature: "scatter(alt, xs, ys) -> Figure",
        meaning: "A scatter chart.",
    },
    Known {
        name: "bar",
        kind: "function",
        signature: "bar(alt, labels, values) -> Figure",
        meaning: "A bar chart.",
    },
    Known {
        name: "histogram",
        kind: "function",
        signature: "histogram(alt, values) -> Figure",
        meaning: "A histogram.",
    },
    Known {
        name: "heat_map",
        kind: "function",
        signature: "heat_map(alt, columns, rows, values) -> Figure",
        meaning: "A heat map.",
    },
    Known {
        name: "box_plot",
        kind: "function",
        signature: "box_plot(alt, groups) -> Figure",
        meaning: "Box plots of groups side by side.",
    },
    Known {
        name: "time_series",
        kind: "function",
        signature: "time_series(alt, times, ys) -> Figure",
        meaning: "A line over time.",
    },
];

const KEYWORDS: &[&str] = &[
    "as",
    "async",
    "await",
    "break",
    "const",
    "continue",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "fn",
    "for",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro_rules",
    "match",
    "mod",
    "move",
    "mut",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "type",
    "unsafe",
    "use",
    "where",
    "while",
];

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The word that ends at, or reaches over, a byte offset.
fn word_at(code: &str, cursor: usize, over: bool) -> (usize, usize) {
    let mut cursor = cursor.min(code.len());
    while !code.is_char_boundary(cursor) {
        cursor -= 1;
    }
    let start = code[..cursor]
        .char_indices()
        .rev()
        .take_while(|(_, letter)| is_word(*letter))
        .last()
        .map_or(cursor, |(index, _)| index);
    let end = if over {
        cursor
            + code[cursor..]
                .find(|letter| !is_word(letter))
                .unwrap_or(code.len() - cursor)
    } else {
        cursor
    };
    (start, end)
}

fn kind_of(definition: &Definition) -> &'static str {
    match definition.item.kind {
        Kind::Macro => "macro",
        Kind::Type { .. } => "type",
        Kind::Trait { .. } => "trait",
        Kind::Static { .. } | Kind::ThreadLocal { .. } => "static",
        Kind::Use { .. } => "module",
        Kind::Impl { .. } | Kind::Expansion | Kind::Plain => {
            let source = definition.source();
            if source.contains("fn ") {
                "function"
            } else if source.contains("mod ") {
                "module"
            } else {
                "constant"
            }
        }
    }
}

/// The head of an item: its text up to its body.
fn head(definition: &Definition) -> String {
    let source = definition.source();
    let end = source.find(['{', ';', '=']).unwrap_or(source.len());
    let head = source[..end]
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join(" ");
    head.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Suggestions at a byte offset.
pub(super) fn complete(session: &Definitions, code: &str, cursor: usize) -> Completions {
    let (start, end) = word_at(code, cursor, false);
    let prefix = &code[start..end];
    let before = code[..start].trim_end();
    let mut suggestions: Vec<Suggestion> = Vec::new();
    let mut add = |text: &str, kind: &str, signature: &str| {
        if text.starts_with(prefix) && !suggestions.iter().any(|known| known.text == text) {
            suggestions.push(Suggestion {
                text: text.to_owned(),
                kind: kind.to_owned(),
                signature: signature.to_owned(),
            });
        }
    };
    // After a dot stand members, after `::` names of a path: what is known here does
    // not fit there.
    let after_path = before.ends_with('.') || before.ends_with("::");
    let nothing_typed = prefix.is_empty() && before.is_empty();
    if let Some(path) = before.strip_suffix("::") {
        let module = path.rsplit(|letter| !is_word(letter)).next();
        for entry in crate::registry::ENTRIES.iter() {
            if Some(entry.module) == module {
                add(entry.name, entry.kind, &entry.signature);
            }
        }
    }
    if !after_path && !nothing_typed {
        for (name, variable) in &session.variables {
            add(
                name,
                "variable",
                variable
                    .type_name
                    .as_deref()
                    .map(short_path)
                    .unwrap_or_default()
                    .as_str(),
            );
        }
        for name in bound_in(&code[..start]) {
            add(name, "variable", "");
        }
        for (name, definition) in session.names() {
            add(name, kind_of(definition), &head(definition));
        }
        for entry in crate::registry::ENTRIES.iter() {
            // Sheets are called by their module, formulas also without.
            if entry.kind == "formula" {
                add(entry.name, entry.kind, &entry.signature);
            }
        }
        for known in KNOWN {
            add(known.name, known.kind, known.signature);
        }
        for keyword in KEYWORDS {
            add(keyword, "keyword", "");
        }
    }
    Completions {
        suggestions,
        start,
        end,
    }
}

/// Names that a text binds with `let` or `for`, for the cell that is being typed.
fn bound_in(code: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for keyword in ["let ", "for "] {
        for (at, _) in code.match_indices(keyword) {
            let rest = code[at + keyword.len()..].trim_start();
            let rest = rest.strip_prefix("mut ").unwrap_or(rest);
            let end = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
            if end > 0 {
                names.push(&rest[..end]);
            }
        }
    }
    names
}

/// What is known of the name at a byte offset.
pub(super) fn inspect(session: &Definitions, code: &str, cursor: usize) -> Option<Media> {
    let (start, mut end) = word_at(code, cursor, true);
    if start == end {
        // A cursor behind `name(` or `name.` still means the name.
        let trimmed = code[..start].trim_end_matches(|letter: char| !is_word(letter));
        if trimmed.is_empty() {
            return None;
        }
        return inspect(session, code, trimmed.len());
    }
    if code[end..].starts_with('!') {
        end += 1;
    }
    let name = &code[start..end];
    if let Some(variable) = session.variables.get(name) {
        let mutable = if variable.mutable { "mut " } else { "" };
        let type_name = variable
            .type_name
            .as_deref()
            .map(short_path)
            .unwrap_or_default();
        return Some(card(
            &format!("let {mutable}{name}: {type_name}"),
            &format!("Variable of cell [{}].", variable.bound_in),
        ));
    }
    if let Some((_, definition)) = session
        .names()
        .find(|(known, _)| *known == name.trim_end_matches('!'))
    {
        let source = definition.source();
        let comment: Vec<&str> = source
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix("///"))
            .map(str::trim)
            .collect();
        let said = format!(
            "{}\n\nDefined in cell [{}].",
            comment.join("\n"),
            definition.text.execution_count
        );
        return Some(card(&head(definition), said.trim()));
    }
    let module = code[..start].strip_suffix("::");
    let module = module.and_then(|path| path.rsplit(|letter| !is_word(letter)).next());
    let entries = || crate::registry::ENTRIES.iter();
    let entry = entries()
        .find(|entry| entry.name == name && module == Some(entry.module))
        .or_else(|| entries().find(|entry| entry.name == name));
    if let Some(entry) = entry {
        let media = card(&entry.signature, &entry.text);
        return Some(media.with("text/markdown", entry.markdown.as_str()));
    }
    let known = KNOWN
        .iter()
        .find(|known| known.name == name || known.name.strip_suffix('!') == Some(name))?;
    Some(card(known.signature, known.meaning))
}

fn card(signature: &str, text: &str) -> Media {
    let html = format!(
        "<pre><code>{}</code></pre><p>{}</p>",
        escape(signature),
        escape(text).replace("\n\n", "</p><p>")
    );
    Media::plain(format!("{signature}\n\n{text}")).with("text/html", html)
}

/// Escapes text for HTML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// `std::vec::Vec<lightcone::prelude::DataFrame>` as `Vec<DataFrame>`.
pub(super) fn short_path(path: &str) -> String {
    let mut short = String::new();
    let mut word = String::new();
    let mut letters = path.chars().peekable();
    while let Some(letter) = letters.next() {
        if is_word(letter) {
            word.push(letter);
        } else if letter == ':' && letters.peek() == Some(&':') {
            letters.next();
            word.clear();
        } else {
            short.push_str(&word);
            word.clear();
            short.push(letter);
        }
    }
    short + &word
}

/// Whether a text is a whole cell.
pub(super) fn is_complete(code: &str) -> Completeness {
    if super::commands::is_command(code) {
        return Completeness::Complete;
    }
    match parse::parse(code) {
        Ok(_) => Completeness::Complete,
        Err(Unparsed::Syntax { at_end: false }) => Completeness::Invalid,
        Err(Unparsed::Syntax { at_end: true }) => Completeness::Incomplete {
            indent: indent(code, 0),
        },
        Err(Unparsed::Unbalanced) => match open_brackets(code) {
            Some(depth) => Completeness::Incomplete {
                indent: indent(code, depth),
            },
            None => Completeness::Invalid,
        },
    }
}

fn indent(code: &str, depth: usize) -> String {
    if depth > 0 {
        return "    ".repeat(depth);
    }
    let last = code.lines().last().unwrap_or_default();
    last.chars().take_while(|letter| *letter == ' ').collect()
}

/// How many brackets are open at the end, also with an open quote or comment;
/// `None` when a bracket closes what was not opened.
fn open_brackets(code: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut letters = code.char_indices().peekable();
    while let Some((index, letter)) = letters.next() {
        match letter {
            '/' if code[index..].starts_with("//") => {
                while letters.next_if(|(_, letter)| *letter != '\n').is_some() {}
            }
            '/' if code[index..].starts_with("/*") => {
                let end = code[index + 2..].find("*/");
                let Some(end) = end else {
                    return Some(open.len());
                };
                while letters
                    .next_if(|(at, _)| *at < index + 2 + end + 2)
                    .is_some()
                {}
            }
            '"' => {
                let mut closed = false;
                while let Some((_, inside)) = letters.next() {
                    if inside == '\\' {
                        letters.next();
                    } else if inside == '"' {
                        closed = true;
                        break;
                    }
                }
                if !closed {
                    return Some(open.len());
                }
            }
            '\'' => {
                // A character, or a lifetime or label, which has no closing quote.
                let rest = &code[index + 1..];
                let length = if let Some(escaped) = rest.strip_prefix('\\') {
                    escaped.find('\'').map(|end| end + 2)
                } else {
                    let mut letters = rest.char_indices().skip(1);
                    letters
                        .next()
                        .filter(|(_, second)| *second == '\'')
                        .map(|(at, _)| at + 1)
                };
                if let Some(length) = length {
                    while letters
                        .next_if(|(at, _)| *at < index + 1 + length)
                        .is_some()
                    {}
                }
            }
            '(' | '[' | '{' => open.push(letter),
            ')' | ']' | '}' => {
                let opened = open.pop()?;
                if !matches!((opened, letter), ('(', ')') | ('[', ']') | ('{', '}')) {
                    return None;
                }
            }
            _ => {}
        }
    }
    Some(open.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completeness_is_what_a_console_needs() {
        for code in [
            "1 + 1",
            "let x = 1;",
            "fn f() {}",
            ":vars",
            "",
            "// note",
            "'a': loop { break 'a; }; 'x'",
        ] {
            let code = code.trim_start_matches("'a': ");
            assert_eq!(is_complete(code), Completeness::Complete, "{code}");
        }
        for code in [
            "fn f() {",
            "let x =",
            "foo(1,",
            "\"text",
            "/* note",
            "if x {\n    y(",
        ] {
            assert!(
                matches!(is_complete(code), Completeness::Incomplete { .. }),
                "{code}"
            );
        }
        for code in ["let = 1;", ")", "fn 3() {}", "(]"] {
            assert_eq!(is_complete(code), Completeness::Invalid, "{code}");
        }
        assert_eq!(
            is_complete("fn f() {"),
            Completeness::Incomplete {
                indent: "    ".into()
            }
        );
    }

    #[test]
    fn paths_are_shortened() {
        assert_eq!(
            short_path("std::vec::Vec<(lightcone::prelude::DataFrame, &'static str)>"),
            "Vec<(DataFrame, &'static str)>"
        );
    }

    #[test]
    fn completion_replaces_the_word_before_the_cursor() {
        let session = Definitions::default();
        let found = complete(&session, "let x = pri", 11);
        assert_eq!((found.start, found.end), (8, 11));
        let texts: Vec<_> = found.suggestions.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(texts, ["println!", "print!"]);
        let found = complete(&session, "let speed = 1; spee", 19);
        assert_eq!(found.suggestions[0].text, "speed");
        assert!(complete(&session, "x.pri", 5).suggestions.is_empty());
    }
}
