//! Draws evcxr's compile errors the way rustc draws its own.
//!
//! evcxr has already taken out what points into code that it generated, and has
//! turned positions into those of the learner's text.

use std::fmt::Write as _;

use evcxr::CompilationError;
use lightcone_kernel::engine::Failure;

/// Text in bold red.
pub(crate) fn red(text: &str) -> String {
    format!("\u{1b}[1;31m{text}\u{1b}[0m")
}

fn blue(text: &str) -> String {
    format!("\u{1b}[1;34m{text}\u{1b}[0m")
}

/// The failure of a cell that did not compile.
pub(crate) fn compile_failure(errors: &[CompilationError]) -> Failure {
    let texts: Vec<String> = errors.iter().map(draw).collect();
    let evalue = errors
        .first()
        .map(CompilationError::message)
        .unwrap_or_default();
    Failure {
        ename: "CompileError".to_owned(),
        evalue,
        traceback: texts.join("\n").lines().map(str::to_owned).collect(),
    }
}

fn draw(error: &CompilationError) -> String {
    let level = if error.level().is_empty() {
        "error"
    } else {
        error.level()
    };
    let code = error
        .code()
        .map(|code| format!("[{code}]"))
        .unwrap_or_default();
    let mut text = format!("{}: {}\n", red(&format!("{level}{code}")), error.message());
    for message in error.spanned_messages() {
        let Some(span) = message.span else {
            if !message.label.is_empty() && message.label != error.message() {
                let _ = writeln!(text, "  {} {}", blue("="), message.label);
            }
            continue;
        };
        let place = Place {
            line: span.start_line,
            column: span.start_column,
            end: (span.end_line == span.start_line).then_some(span.end_column),
        };
        text.push_str(&draw_place(
            &place,
            &message.lines,
            &message.label,
            message.is_primary,
        ));
    }
    for help in error.help() {
        let _ = writeln!(text, "  {} help: {help}", blue("="));
    }
    if let Some(hint) = error.evcxr_extra_hint() {
        let _ = writeln!(text, "  {} note: {hint}", blue("="));
    }
    text
}

/// A piece of the cell's text; lines and columns count from 1.
struct Place {
    line: usize,
    column: usize,
    /// The column after the last; nothing if the piece ends on a later line.
    end: Option<usize>,
}

fn draw_place(place: &Place, lines: &[String], label: &str, primary: bool) -> String {
    let width = (place.line + lines.len()).to_string().len();
    let bar = blue("|");
    let mut text = format!(
        "{:width$}{} line {}, column {}\n",
        "",
        blue("-->"),
        place.line,
        place.column
    );
    for (offset, line) in lines.iter().enumerate() {
        let number = blue(&format!("{:>width$}", place.line + offset));
        let _ = writeln!(text, "{number} {bar} {line}");
        if offset == 0 {
            let start = place.column.saturating_sub(1);
            let rest = line.chars().count().saturating_sub(start);
            let length = place
                .end
                .map_or(rest, |end| end.saturating_sub(place.column))
                .max(1);
            let marks = if primary {
                red(&"^".repeat(length))
            } else {
                blue(&"-".repeat(length))
            };
            let _ = writeln!(text, "{:width$} {bar} {:start$}{marks} {label}", "", "");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text without its ANSI colours.
    fn bare(text: &str) -> String {
        let mut bare = String::new();
        let mut coloured = false;
        for character in text.chars() {
            match character {
                '\u{1b}' => coloured = true,
                'm' if coloured => coloured = false,
                _ if coloured => {}
                _ => bare.push(character),
            }
        }
        bare
    }

    #[test]
    fn the_marks_stand_under_the_piece() {
        let place = Place {
            line: 9,
            column: 14,
            end: Some(17),
        };
        let drawn = draw_place(
            &place,
            &["let x: i32 = \"a\";".to_owned()],
            "expected `i32`",
            true,
        );
        assert_eq!(
            bare(&drawn),
            "  --> line 9, column 14\n 9 | let x: i32 = \"a\";\n   |              ^^^ expected `i32`\n"
        );
    }

    #[test]
    fn a_piece_over_several_lines_is_marked_to_the_end_of_its_first() {
        let place = Place {
            line: 1,
            column: 5,
            end: None,
        };
        let lines = ["ab (cd".to_owned(), "ef)".to_owned()];
        let drawn = bare(&draw_place(&place, &lines, "here", false));
        assert_eq!(
            drawn,
            " --> line 1, column 5\n1 | ab (cd\n  |     -- here\n2 | ef)\n"
        );
    }
}
