//! A sheet with values in its inputs: setting them, computing the lines, and the text
//! forms.

use std::fmt;
use std::fmt::Write as _;

use lightcone_units::{
    DomainError, Input, Kind, Limits, Quantity as _, Scalar, Symbol, same_length, shown,
};

use crate::sheet::{Line, Sheet};

/// A sheet with a value in each input.
///
/// Values are numbers in base units; a list input has several. They are checked when
/// lines are computed, so that a wrong value spoils only the lines that need it.
#[derive(Debug, Clone, PartialEq)]
pub struct Worksheet {
    sheet: &'static Sheet,
    values: Vec<Vec<f64>>,
}

impl Worksheet {
    /// The sheet with its defaults.
    #[must_use]
    pub fn new(sheet: &'static Sheet) -> Self {
        Self {
            sheet,
            values: sheet.defaults(),
        }
    }

    /// What the worksheet computes.
    #[must_use]
    pub fn sheet(&self) -> &'static Sheet {
        self.sheet
    }

    /// The values of all inputs in base units, one entry per input.
    #[must_use]
    pub fn values(&self) -> &[Vec<f64>] {
        &self.values
    }

    /// The value of one input, in base units: one number, or those of a list.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&[f64]> {
        let place = self.sheet.place_of_input(name).ok()?;
        self.values.get(place).map(Vec::as_slice)
    }

    /// Gives an input a value in base units.
    ///
    /// # Errors
    /// [`DomainError`] when there is no such input, and when the input is one number and
    /// not as many as given. Whether the value is allowed shows when lines are computed.
    pub fn set(&mut self, name: &str, values: &[f64]) -> Result<(), DomainError> {
        let place = self.sheet.place_of_input(name)?;
        let (_, input) = self.sheet.input(name)?;
        if !input.list && values.len() != 1 {
            return Err(DomainError::new(
                input.argument,
                format!("{} numbers", values.len()),
                "one number",
                "it is not a list",
            ));
        }
        self.put(place, values.to_vec());
        Ok(())
    }

    /// Gives an input a value as people write it: `80 ms`, a label of a choice, or for
    /// a list `10 ms, 20 ms`. A number alone is in the unit that the sheet shows.
    ///
    /// # Errors
    /// [`DomainError`] when there is no such input or the text cannot be read.
    pub fn set_text(&mut self, name: &str, text: &str) -> Result<(), DomainError> {
        let place = self.sheet.place_of_input(name)?;
        let (symbol, input) = self.sheet.input(name)?;
        let values = if input.list {
            read_list(symbol, input, text)?
        } else {
            vec![read(symbol, input, text)?]
        };
        self.put(place, values);
        Ok(())
    }

    /// Gives all inputs their defaults again.
    pub fn reset(&mut self) {
        self.values = self.sheet.defaults();
    }

    /// Gives the input at a place its value; for generated code.
    #[doc(hidden)]
    pub fn put(&mut self, place: usize, values: Vec<f64>) {
        if let Some(entry) = self.values.get_mut(place) {
            *entry = values;
        }
    }

    /// Computes all lines.
    #[must_use]
    pub fn compute(&self) -> Computed {
        Plan::new(self.sheet).run(&self.values)
    }

    /// The answer of one line in base units.
    ///
    /// # Errors
    /// [`DomainError`] when there is no such line, and when it has no answer.
    pub fn answer(&self, line: &str) -> Result<f64, DomainError> {
        self.answer_at(self.sheet.place_of_line(line)?)
    }

    /// The answer of the line at a place; for generated code.
    #[doc(hidden)]
    pub fn answer_at(&self, place: usize) -> Result<f64, DomainError> {
        Plan::of_line(self.sheet, place)
            .run(&self.values)
            .take(place)
    }

    /// The answer of the line at a place as its type; for generated code.
    #[doc(hidden)]
    pub fn typed<T: Scalar>(&self, place: usize) -> Result<T, DomainError> {
        let name = self.sheet.lines.get(place).map_or("line", |line| line.name);
        self.answer_at(place)
            .and_then(|value| T::from_base(name, value))
    }

    /// The answer of the line at a place as its word; for generated code.
    #[doc(hidden)]
    pub fn word(&self, place: usize) -> Result<&'static str, DomainError> {
        let words = self
            .sheet
            .lines
            .get(place)
            .map_or(&[][..], |line| line.words);
        self.answer_at(place).map(|value| word(words, value))
    }

    /// The Rust expression that makes this worksheet: the function of the sheet, with
    /// setters for the inputs that differ from the defaults.
    #[must_use]
    pub fn code(&self) -> String {
        let mut text = format!("{}()", self.sheet.path);
        let defaults = self.sheet.defaults();
        for (place, (symbol, input)) in self.sheet.inputs().enumerate() {
            let (Some(values), Some(default)) = (self.values.get(place), defaults.get(place))
            else {
                continue;
            };
            if values == default {
                continue;
            }
            let literal = self.sheet.literals.get(place).copied().unwrap_or_default();
            let texts: Vec<String> = values
                .iter()
                .map(|value| value_in_code(symbol, input, literal, *value))
                .collect();
            let name = input.argument;
            let _ = if input.list {
                write!(text, ".{name}(&[{}])", texts.join(", "))
            } else {
                write!(text, ".{name}({})", texts.concat())
            };
        }
        text
    }

    /// The value of an input the way people write it, in the unit that the sheet shows:
    /// `80 ms`.
    ///
    /// # Errors
    /// [`DomainError`] when there is no such input.
    pub fn input_text(&self, name: &str) -> Result<String, DomainError> {
        let place = self.sheet.place_of_input(name)?;
        let (symbol, input) = self.sheet.input(name)?;
        Ok(list_text(symbol, input, &self.values[place]))
    }
}

/// The sheet as a table: inputs, then lines.
impl fmt::Display for Worksheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let computed = self.compute();
        let mut rows: Vec<[String; 3]> = Vec::new();
        for ((symbol, input), values) in self.sheet.inputs().zip(&self.values) {
            rows.push([
                input.argument.to_owned(),
                list_text(symbol, input, values),
                symbol.name.to_owned(),
            ]);
        }
        let inputs = rows.len();
        for (line, answer) in self.sheet.lines.iter().zip(computed.answers()) {
            let (value, meaning) = match answer {
                Ok(value) => (line.text(*value), line.symbol.name.to_owned()),
                Err(error) => ("-".to_owned(), format!("{} ({error})", line.symbol.name)),
            };
            rows.push([line.name.to_owned(), value, meaning]);
        }
        let width = |column: usize| {
            let widths = rows.iter().map(|row| row[column].chars().count());
            widths.max().unwrap_or(0)
        };
        let (name, value) = (width(0), width(1));
        write!(f, "{} ({})", self.sheet.name, self.sheet.id)?;
        for (place, [first, second, third]) in rows.iter().enumerate() {
            let gap = if place == 0 || place == inputs {
                "\n"
            } else {
                ""
            };
            write!(f, "\n{gap}{first:name$}  {second:>value$}  {third}")?;
        }
        Ok(())
    }
}

impl AsRef<Worksheet> for Worksheet {
    fn as_ref(&self) -> &Worksheet {
        self
    }
}

/// Makes a newtype around a worksheet behave like one; for generated code.
#[doc(hidden)]
#[macro_export]
macro_rules! worksheet_type {
    ($kind:ident, $worksheet:ty) => {
        impl ::core::ops::Deref for $kind {
            type Target = $worksheet;

            fn deref(&self) -> &$worksheet {
                &self.0
            }
        }

        impl ::core::ops::DerefMut for $kind {
            fn deref_mut(&mut self) -> &mut $worksheet {
                &mut self.0
            }
        }

        impl ::core::convert::AsRef<$worksheet> for $kind {
            fn as_ref(&self) -> &$worksheet {
                &self.0
            }
        }

        impl ::core::convert::From<$kind> for $worksheet {
            fn from(sheet: $kind) -> $worksheet {
                sheet.0
            }
        }

        /// The sheet as a table: inputs, then lines.
        impl ::core::fmt::Display for $kind {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.0, f)
            }
        }

        /// Prints the same text as `Display`.
        impl ::core::fmt::Debug for $kind {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

/// The answers of all lines of a worksheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Computed {
    sheet: &'static Sheet,
    problems: Vec<Option<DomainError>>,
    answers: Vec<Result<f64, DomainError>>,
    /// What was wrong first, for each line without an answer.
    causes: Vec<Option<DomainError>>,
}

impl Computed {
    /// The sheet.
    #[must_use]
    pub fn sheet(&self) -> &'static Sheet {
        self.sheet
    }

    /// The answers in base units, in the order of the lines.
    pub fn answers(&self) -> &[Result<f64, DomainError>] {
        &self.answers
    }

    /// The answer of one line in base units.
    ///
    /// # Errors
    /// [`DomainError`] when there is no such line, and when it has no answer.
    pub fn answer(&self, line: &str) -> Result<f64, DomainError> {
        self.sheet
            .place_of_line(line)
            .and_then(|place| self.answers[place].clone())
    }

    /// The answer of one line the way people write it: `54.6 ms`, or the word.
    ///
    /// # Errors
    /// [`DomainError`] when there is no such line, and when it has no answer.
    pub fn text(&self, line: &str) -> Result<String, DomainError> {
        let known = self.sheet.line(line)?;
        self.answer(line).map(|value| known.text(value))
    }

    /// What is wrong with the value of an input; `None` when nothing is.
    #[must_use]
    pub fn problem(&self, input: &str) -> Option<&DomainError> {
        let place = self.sheet.place_of_input(input).ok()?;
        self.problems.get(place)?.as_ref()
    }

    /// What was wrong first when a line has no answer.
    pub(crate) fn cause(&self, place: usize) -> Option<&DomainError> {
        self.causes.get(place)?.as_ref()
    }

    /// The answer of one line alone, or what was wrong first, whichever lines lie
    /// between.
    pub(crate) fn take(mut self, place: usize) -> Result<f64, DomainError> {
        if let Some(cause) = self.causes.get_mut(place).and_then(Option::take) {
            return Err(cause);
        }
        let answer = self.answers.into_iter().nth(place);
        answer.unwrap_or_else(|| {
            Err(DomainError::new(
                "line",
                place.to_string(),
                "the place of a line",
                "there are no more",
            ))
        })
    }
}

/// The numbers that a line is computed from, on their way to generated code.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'c> {
    inputs: &'c [Vec<f64>],
    lines: &'c [f64],
}

impl<'c> Cells<'c> {
    /// The number in an input, in base units.
    #[must_use]
    pub fn input(&self, place: usize) -> f64 {
        self.list(place).first().copied().unwrap_or(f64::NAN)
    }

    /// The numbers in a list input, in base units.
    #[must_use]
    pub fn list(&self, place: usize) -> &'c [f64] {
        self.inputs.get(place).map_or(&[], Vec::as_slice)
    }

    /// The answer of an earlier line, in base units.
    #[must_use]
    pub fn line(&self, place: usize) -> f64 {
        self.lines.get(place).copied().unwrap_or(f64::NAN)
    }
}

/// What one line reads, as places.
#[derive(Debug, Default)]
struct Reads {
    inputs: Vec<usize>,
    lists: Vec<usize>,
    lines: Vec<usize>,
}

/// Which lines to compute and what each reads; made once for many runs.
#[derive(Debug)]
pub(crate) struct Plan {
    sheet: &'static Sheet,
    reads: Vec<Reads>,
    wanted: Vec<bool>,
}

impl Plan {
    /// All lines.
    pub(crate) fn new(sheet: &'static Sheet) -> Self {
        let reads = |line: &Line| {
            let mut reads = Reads::default();
            for name in line.uses {
                if let Some(place) = sheet.inputs().position(|(_, i)| i.argument == *name) {
                    reads.inputs.push(place);
                    if sheet
                        .inputs()
                        .nth(place)
                        .is_some_and(|(_, input)| input.list)
                    {
                        reads.lists.push(place);
                    }
                } else if let Some(place) = sheet.lines.iter().position(|l| l.name == *name) {
                    reads.lines.push(place);
                }
            }
            reads
        };
        Self {
            sheet,
            reads: sheet.lines.iter().map(reads).collect(),
            wanted: vec![true; sheet.lines.len()],
        }
    }

    /// One line and those that it needs.
    pub(crate) fn of_line(sheet: &'static Sheet, line: usize) -> Self {
        Self::of_lines(sheet, &[line])
    }

    /// Some lines and those that they need.
    pub(crate) fn of_lines(sheet: &'static Sheet, lines: &[usize]) -> Self {
        let mut plan = Self::new(sheet);
        plan.wanted = (0..sheet.lines.len())
            .map(|place| lines.contains(&place))
            .collect();
        for place in (0..sheet.lines.len()).rev() {
            if plan.wanted[place] {
                for needed in &plan.reads[place].lines {
                    plan.wanted[*needed] = true;
                }
            }
        }
        plan
    }

    /// The inputs on which the wanted lines depend.
    pub(crate) fn inputs(&self) -> Vec<usize> {
        let reads = self.reads.iter().zip(&self.wanted);
        let wanted = reads.filter(|(_, wanted)| **wanted);
        let mut inputs: Vec<usize> = wanted.flat_map(|(r, _)| r.inputs.clone()).collect();
        inputs.sort_unstable();
        inputs.dedup();
        inputs
    }

    pub(crate) fn run(&self, values: &[Vec<f64>]) -> Computed {
        let problems: Vec<Option<DomainError>> = self
            .sheet
            .inputs()
            .zip(values)
            .map(|((_, input), values)| check_input(input, values).err())
            .collect();
        let mut numbers = vec![f64::NAN; self.sheet.lines.len()];
        let mut answers: Vec<Result<f64, DomainError>> = Vec::with_capacity(numbers.len());
        // What the first line without an answer said, for those that follow from it.
        let mut causes: Vec<Option<DomainError>> = vec![None; numbers.len()];
        for (place, line) in self.sheet.lines.iter().enumerate() {
            if !self.wanted[place] {
                answers.push(Ok(f64::NAN));
                continue;
            }
            let reads = &self.reads[place];
            let missing = reads.lines.iter().find(|needed| causes[**needed].is_some());
            let answer = if let Some(needed) = missing {
                let cause = causes[*needed].clone();
                let why = cause.as_ref().map_or_else(String::new, ToString::to_string);
                causes[place] = cause;
                Err(DomainError::new(
                    self.sheet.lines[*needed].name,
                    "unknown",
                    format!("known for `{}`", line.name),
                    why,
                ))
            } else {
                let cells = Cells {
                    inputs: values,
                    lines: &numbers,
                };
                let answer = self.evaluate(line, reads, &problems, &cells);
                causes[place] = answer.as_ref().err().cloned();
                answer
            };
            if let Ok(value) = &answer {
                numbers[place] = *value;
            }
            answers.push(answer);
        }
        Computed {
            sheet: self.sheet,
            problems,
            answers,
            causes,
        }
    }

    fn evaluate(
        &self,
        line: &Line,
        reads: &Reads,
        problems: &[Option<DomainError>],
        cells: &Cells<'_>,
    ) -> Result<f64, DomainError> {
        for place in &reads.inputs {
            if let Some(problem) = problems.get(*place).and_then(Option::as_ref) {
                return Err(problem.clone());
            }
        }
        if let Some((first, others)) = reads.lists.split_first() {
            let name = |place: usize| {
                self.sheet
                    .inputs()
                    .nth(place)
                    .map_or("list", |(_, i)| i.argument)
            };
            for other in others {
                let lengths = (cells.list(*first).len(), cells.list(*other).len());
                same_length(name(*first), lengths.0, name(*other), lengths.1)?;
            }
        }
        (line.evaluate)(cells).and_then(|value| check_answer(line, value))
    }
}

/// A value out of a table or a list, counted from 0; for generated code.
///
/// # Errors
/// [`DomainError`] where there is none, and where the value is not known.
///
/// ```
/// use lightcone_sheets::item;
/// assert_eq!(item("price", &[0.1, f64::NAN], 0.0), Ok(0.1));
/// assert_eq!(
///     item("price", &[0.1, f64::NAN], 1.0).unwrap_err().to_string(),
///     "`price[1]` is unknown, but must be known: there is no figure for this choice",
/// );
/// assert!(item("price", &[0.1], 1.0).is_err());
/// ```
pub fn item(name: &'static str, list: &[f64], place: f64) -> Result<f64, DomainError> {
    let inside = place >= 0.0 && place < list.len() as f64;
    if !inside {
        return Err(DomainError::new(
            name,
            format!("read at place {}", place.describe()),
            format!("read at a place from 0 to {}", list.len().saturating_sub(1)),
            "it has no other values",
        ));
    }
    let value = list[place as usize];
    if value.is_nan() {
        return Err(DomainError::new(
            format!("{name}[{}]", place as usize),
            "unknown",
            "known",
            "there is no figure for this choice",
        ));
    }
    Ok(value)
}

/// Writes a value of a type, given in base units; for generated code.
///
/// ```
/// use lightcone_sheets::show;
/// use lightcone_units::Time;
/// assert_eq!(show::<Time>(0.0546), "54.6 ms");
/// ```
#[must_use]
pub fn show<T: Scalar>(value: f64) -> String {
    T::from_base("value", value).map_or_else(|_| value.describe(), Scalar::in_words)
}

/// The word of a line that is one of a few; for generated code.
///
/// ```
/// assert_eq!(lightcone_sheets::word(&["window", "line"], 1.0), "line");
/// ```
#[must_use]
pub fn word(words: &[&'static str], value: f64) -> &'static str {
    words.get(value as usize).copied().unwrap_or("unknown")
}

/// Checks that a type can hold the value of a line; for generated code.
///
/// # Errors
/// [`DomainError`] when it cannot, and when the value is not finite.
///
/// ```
/// use lightcone_sheets::check;
/// use lightcone_units::{Probability, Time};
/// assert_eq!(check::<Time>("rtt", 0.08), Ok(0.08));
/// assert!(check::<Time>("rtt", f64::NAN).is_err());
/// assert!(check::<Probability>("loss", 1.5).is_err());
/// ```
pub fn check<T: Scalar>(line: &'static str, value: f64) -> Result<f64, DomainError> {
    let typed = T::from_base(line, value)?;
    if value.is_finite() {
        // Adding zero turns -0.0 into 0.0.
        return Ok(value + 0.0);
    }
    Err(DomainError::new(
        line,
        typed.in_words(),
        "a finite number",
        "the arguments are too large or too small to compute with, use realistic ones",
    ))
}

/// Checks the value of a line.
fn check_answer(line: &Line, value: f64) -> Result<f64, DomainError> {
    let value = (line.check)(line.name, value)?;
    let place = value.fract() == 0.0 && value >= 0.0 && value < line.words.len() as f64;
    if line.words.is_empty() || place {
        return Ok(value);
    }
    Err(DomainError::new(
        line.name,
        value.describe(),
        format!("one of {}", line.words.join(", ")),
        "there is no other word",
    ))
}

/// Checks the value of an input.
fn check_input(input: &Input, values: &[f64]) -> Result<(), DomainError> {
    if !input.list && values.len() != 1 {
        return Err(DomainError::new(
            input.argument,
            format!("{} numbers", values.len()),
            "one number",
            "it is not a list",
        ));
    }
    for (place, value) in values.iter().enumerate() {
        let whole = input.kind != Kind::Whole || value.fract() == 0.0;
        let (inside, words) = match input.kind {
            Kind::Choice(choices) => (
                choices.iter().any(|(_, number)| number == value),
                value.describe(),
            ),
            _ => (
                whole && input.limits.hold(*value),
                shown::in_words(input.quantity, *value),
            ),
        };
        if inside {
            continue;
        }
        let name = if input.list {
            format!("{}[{place}]", input.argument)
        } else {
            input.argument.to_owned()
        };
        let begin = match (input.kind, value.is_finite()) {
            (Kind::Choice(_), _) => "",
            (_, false) => "a finite number",
            (_, true) if !whole => "a whole number",
            _ => "",
        };
        let (allowed, why) = allowed_text(input);
        let comma = if begin.is_empty() || allowed.is_empty() {
            ""
        } else {
            ", "
        };
        return Err(DomainError::new(
            name,
            words,
            format!("{begin}{comma}{allowed}"),
            why,
        ));
    }
    Ok(())
}

/// Which values an input may have besides that they are numbers, and why.
pub(crate) fn allowed_text(input: &Input) -> (String, &'static str) {
    if let Kind::Choice(choices) = input.kind {
        let labels: Vec<&str> = choices.iter().map(|(label, _)| *label).take(8).collect();
        let more = if choices.len() > labels.len() {
            ", ..."
        } else {
            ""
        };
        return (
            format!("one of {}{more}", labels.join(", ")),
            "there is no other choice",
        );
    }
    let why = match (input.why, input.kind) {
        ("", Kind::Whole) => "it counts things",
        ("", _) => "a sheet computes with numbers",
        (why, _) => why,
    };
    let show = |value| shown::in_words(input.quantity, value);
    (limits_text(&input.limits, &show), why)
}

fn limits_text(limits: &Limits, show: &dyn Fn(f64) -> String) -> String {
    let low = limits.low.map(|low| {
        let word = if low.included { "at least" } else { "above" };
        format!("{word} {}", show(low.value))
    });
    let high = limits.high.map(|high| {
        let word = if high.included { "at most" } else { "below" };
        format!("{word} {}", show(high.value))
    });
    match (low, high) {
        (Some(low), Some(high)) => format!("{low} and {high}"),
        (Some(end), None) | (None, Some(end)) => end,
        (None, None) => String::new(),
    }
}

/// A value of an input in the unit of the sheet.
pub(crate) fn value_text(symbol: &Symbol, input: &Input, value: f64) -> String {
    if let Kind::Choice(choices) = input.kind {
        let known = choices.iter().find(|(_, number)| *number == value);
        return known.map_or_else(|| value.describe(), |(label, _)| (*label).to_owned());
    }
    let number = in_unit(input, value).describe();
    match symbol.unit {
        "1" | "" => number,
        shown::YEAR => shown::with_unit(input.quantity, symbol.unit, value),
        // What is counted stands in the meaning.
        _ if input.kind == Kind::Whole => number,
        unit => format!("{number} {unit}"),
    }
}

pub(crate) fn list_text(symbol: &Symbol, input: &Input, values: &[f64]) -> String {
    if values.is_empty() {
        return "none".to_owned();
    }
    let texts: Vec<String> = values
        .iter()
        .map(|value| value_text(symbol, input, *value))
        .collect();
    texts.join(", ")
}

/// A value in the unit of the sheet, without the noise that the conversion adds in the
/// last digits.
fn in_unit(input: &Input, value: f64) -> f64 {
    let number = value / input.base;
    if !number.is_finite() {
        return number;
    }
    let short: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    if (short * input.base - value).abs() <= 2.0 * f64::EPSILON * value.abs() {
        short
    } else {
        number
    }
}

/// A value of an input as Rust code.
fn value_in_code(symbol: &Symbol, input: &Input, literal: &str, value: f64) -> String {
    if input.quantity == "bool" {
        return (value != 0.0).to_string();
    }
    if let Kind::Choice(_) = input.kind {
        return format!("{:?}.parse()?", value_text(symbol, input, value));
    }
    let number = in_unit(input, value);
    let whole = number.fract() == 0.0 && number.abs() <= f64::from(i32::MAX);
    let plain = match number {
        n if n.is_nan() => "f64::NAN".to_owned(),
        n if n == f64::INFINITY => "f64::INFINITY".to_owned(),
        n if n == f64::NEG_INFINITY => "f64::NEG_INFINITY".to_owned(),
        n if whole => grouped(n),
        n if n.fract() == 0.0 && n.abs() < 1e15 => format!("{}.0", grouped(n)),
        n => format!("{n:?}"),
    };
    let unit = if literal.is_empty() {
        String::new()
    } else {
        format!(".{literal}()")
    };
    match input.quantity {
        "u32" | "u64" if symbol.unit == shown::YEAR => plain.replace('_', ""),
        "u32" | "u64" if number.fract() == 0.0 => grouped(number),
        "f64" if whole => format!("{plain}.0"),
        "f64" | "u32" | "u64" => plain,
        "Count" => format!("{plain}.count()?"),
        "Probability" | "Availability" | "Utilization" => {
            let unit = if unit.is_empty() { ".ratio()" } else { &unit };
            format!("{plain}{unit}.{}()?", input.quantity.to_lowercase())
        }
        _ => format!("{plain}{unit}"),
    }
}

/// A whole number with its thousands separated as in Rust.
fn grouped(number: f64) -> String {
    number.describe().replace(',', "_")
}

fn read(symbol: &Symbol, input: &Input, text: &str) -> Result<f64, DomainError> {
    let text = text.trim();
    (input.read)(text).or_else(|error| {
        let alone: Option<f64> = text.replace([',', '_'], "").parse().ok();
        if let (Some(number), Kind::Number) = (alone.filter(|n| n.is_finite()), input.kind) {
            return Ok(input.in_base(number));
        }
        let example = input.default.first().map_or_else(String::new, |value| {
            value_text(symbol, input, input.in_base(*value))
        });
        Err(DomainError::new(
            input.argument,
            format!("`{text}`"),
            format!("a text such as `{example}`"),
            error.to_string(),
        ))
    })
}

/// Reads `10 ms, 20 ms`, also in square brackets and with semicolons. A comma without a
/// space after it may separate thousands.
fn read_list(symbol: &Symbol, input: &Input, text: &str) -> Result<Vec<f64>, DomainError> {
    let inner = text
        .trim()
        .trim_start_matches('[')
        .trim_end_matches(']')
        .trim();
    if inner.is_empty() {
        return Ok(Vec::new());
    }
    let separator: &[&str] = if inner.contains(';') {
        &[";"]
    } else {
        &[", ", ","]
    };
    let mut first_error = None;
    for separator in separator {
        let values: Result<Vec<f64>, DomainError> = inner
            .split(separator)
            .filter(|part| !part.trim().is_empty())
            .map(|part| read(symbol, input, part))
            .collect();
        match values {
            Ok(values) => return Ok(values),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    first_error.map_or_else(|| Ok(Vec::new()), Err)
}
