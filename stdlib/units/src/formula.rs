//! What is known about a formula besides its Rust function.
//!
//! Nobody writes a [`Formula`] by hand: the macro `formula!` of the crate
//! `lightcone-formula-macros` makes it together with the function, from one
//! block. Formula cards, search, calculators, spreadsheets and reference pages
//! read these constants.

use std::fmt::Write as _;

use crate::scalar::{Kind, Limit, Limits};
use crate::{DomainError, ParseQuantityError, mathematics, shown};

/// The description of one formula.
///
/// ```
/// use lightcone_units::{Formula, Symbol};
///
/// const OHM: Formula = Formula {
///     id: "X001",
///     name: "Ohm's law",
///     path: "electric::voltage",
///     latex: r"U = R\,I",
///     spoken: "voltage is resistance times current",
///     symbols: &[Symbol {
///         symbol: "R",
///         name: "resistance",
///         unit: "ohm",
///         domain: "at least 0",
///         input: None,
///     }],
///     assumptions: "The resistance does not depend on the current.",
///     fails: "In a lamp, which gets hot.",
///     source: "Ohm 1827",
///     episode: 1,
///     computation: None,
/// };
/// assert_eq!(OHM.function(), "voltage");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Formula {
    /// The course's label, for instance `F004`.
    pub id: &'static str,
    /// The name in words, for instance `Fibre round-trip time`.
    pub name: &'static str,
    /// The Rust path below `lightcone::`, for instance `latency::fiber_rtt`.
    pub path: &'static str,
    /// The equation in LaTeX, without dollar signs.
    pub latex: &'static str,
    /// The equation as one would say it.
    pub spoken: &'static str,
    /// The symbols of the equation: the result first, then the arguments in the
    /// order of the function, then constants and what else the equation names.
    pub symbols: &'static [Symbol],
    /// What the formula takes for granted.
    pub assumptions: &'static str,
    /// When the answer is wrong or missing although the arguments are allowed.
    pub fails: &'static str,
    /// The primary source.
    pub source: &'static str,
    /// The episode that introduces the formula.
    pub episode: u8,
    /// How it is computed; `None` for a description only.
    pub computation: Option<Computation>,
}

/// Two formulas are the same when they have the same id and path.
impl PartialEq for Formula {
    fn eq(&self, other: &Self) -> bool {
        (self.id, self.path) == (other.id, other.path)
    }
}

impl Eq for Formula {}

/// One symbol of a [`Formula`].
///
/// ```
/// use lightcone_units::Symbol;
/// let rtt = Symbol {
///     symbol: "RTT",
///     name: "round-trip time",
///     unit: "s",
///     domain: "above 0",
///     input: None,
/// };
/// assert_eq!(rtt.unit, "s");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Symbol {
    /// The symbol in LaTeX.
    pub symbol: &'static str,
    /// What it stands for.
    pub name: &'static str,
    /// Its SI or customary unit; `1` when it has none.
    pub unit: &'static str,
    /// The values that it may have, in words.
    pub domain: &'static str,
    /// How it is put in, for an argument; `None` for the result and constants.
    pub input: Option<Input>,
}

/// An argument of a formula as a calculator offers it. Numbers are in the
/// symbol's unit; [`in_base`](Input::in_base) converts them.
///
/// ```
/// use lightcone_units::{Input, Kind, Length, Limits, Scalar, Scale};
/// const DISTANCE: Input = Input {
///     argument: "distance",
///     quantity: "Length",
///     kind: <Length as Scalar>::KIND,
///     list: false,
///     base: 1_000.0,
///     limits: Limits::at_least(0.0),
///     why: "a distance cannot be negative",
///     default: &[5_570.0],
///     low: 0.0,
///     high: 20_000.0,
///     scale: Scale::Linear,
///     read: <Length as Scalar>::read,
/// };
/// assert_eq!(DISTANCE.in_base(2.0), 2_000.0);
/// assert_eq!((DISTANCE.read)("2 km"), Ok(2_000.0));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Input {
    /// The argument's name in Rust, in JavaScript and in a spreadsheet.
    pub argument: &'static str,
    /// The Rust type, for instance `Length`.
    pub quantity: &'static str,
    /// Numbers, whole numbers, or a choice.
    pub kind: Kind,
    /// Whether the argument is a list of such values. Lists of one formula are
    /// equally long.
    pub list: bool,
    /// How many base units one of the symbol's unit is.
    pub base: f64,
    /// The values for which the formula has an answer, in base units. What else
    /// must hold between arguments is checked by the formula.
    pub limits: Limits,
    /// Why they are what they are; empty when the type says it.
    pub why: &'static str,
    /// Where a slider starts; several values for a list.
    pub default: &'static [f64],
    /// The lower end of a slider.
    pub low: f64,
    /// The upper end of a slider.
    pub high: f64,
    /// How a slider is divided.
    pub scale: Scale,
    /// Reads a value as people write it; the answer is in base units.
    pub read: fn(&str) -> Result<f64, ParseQuantityError>,
}

impl Input {
    /// A number of the symbol's unit, in base units.
    ///
    /// See the example of [`Input`].
    #[must_use]
    pub fn in_base(&self, value: f64) -> f64 {
        value * self.base
    }
}

/// Two inputs are the same when all but the reader is.
impl PartialEq for Input {
    fn eq(&self, other: &Self) -> bool {
        (self.argument, self.quantity, self.kind, self.list)
            == (other.argument, other.quantity, other.kind, other.list)
            && (self.base, self.limits, self.default) == (other.base, other.limits, other.default)
            && (self.low, self.high, self.scale) == (other.low, other.high, other.scale)
    }
}

/// How a slider is divided.
///
/// ```
/// use lightcone_units::Scale;
/// assert_ne!(Scale::Linear, Scale::Logarithmic);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Equal steps.
    Linear,
    /// Equal factors.
    Logarithmic,
}

/// How a formula is computed outside of typed Rust.
#[derive(Debug, Clone, Copy)]
pub struct Computation {
    /// The function with its arguments and their types, as one calls it.
    pub signature: &'static str,
    /// Computes the formula from numbers in base units, in the order of the
    /// inputs; the values of the lists take the places of the lists. The result
    /// is in the base unit of the result.
    pub evaluate: fn(&[f64]) -> Result<f64, DomainError>,
    /// How many base units one of the result's unit is.
    pub base: f64,
    /// What the result's type can hold, in base units.
    pub limits: Limits,
    /// Whether the result is a whole number.
    pub kind: Kind,
    /// Reads a result as people write it; the answer is in base units.
    pub read: fn(&str) -> Result<f64, ParseQuantityError>,
    /// The body as a JavaScript function of the same name, in base units. It needs
    /// [`mathematics::JAVASCRIPT`] and the formulas it calls: use
    /// [`Formula::javascript`] or [`javascript`].
    pub javascript: &'static str,
    /// The formulas that the body calls.
    pub calls: &'static [&'static Formula],
    /// The body as a spreadsheet expression.
    pub spreadsheet: Spreadsheet,
    /// The expression with calls of other formulas left in it, where these are all
    /// that keeps it from a cell: `@0(rtt,8)` calls the first of
    /// [`calls`](Computation::calls). [`Formula::expression`] puts them in.
    pub linked: Option<&'static str>,
    /// The constants of the body, in base units.
    pub constants: &'static [Constant],
}

/// A constant in the body of a formula.
#[derive(Debug, Clone, Copy)]
pub struct Constant {
    /// Its name in the body.
    pub name: &'static str,
    /// Its value in base units.
    pub value: fn() -> f64,
}

/// A formula in a spreadsheet.
///
/// ```
/// use lightcone_units::Spreadsheet;
/// assert!(Spreadsheet::Live("size*8/bandwidth").is_live());
/// assert!(!Spreadsheet::Computed("it has a loop").is_live());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spreadsheet {
    /// An expression in the functions that Excel and LibreOffice share, without
    /// the equals sign. Arguments and constants are named cells, lists are named
    /// ranges, all in base units.
    Live(&'static str),
    /// No closed form: cells hold computed values. The text says why.
    Computed(&'static str),
}

impl Spreadsheet {
    /// Whether the spreadsheet computes by itself.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        matches!(self, Self::Live(_))
    }
}

impl Formula {
    /// The function's name: the last part of [`path`](Formula::path).
    ///
    /// See the example of [`Formula`].
    #[must_use]
    pub fn function(&self) -> &'static str {
        self.path.rsplit("::").next().unwrap_or(self.path)
    }

    /// The arguments in order, each with the symbol it belongs to.
    pub fn inputs(&self) -> impl Iterator<Item = (&'static Symbol, &'static Input)> {
        let inputs = |symbol: &'static Symbol| symbol.input.as_ref().map(|input| (symbol, input));
        self.symbols.iter().filter_map(inputs)
    }

    /// Computes the formula from numbers in base units; see
    /// [`Computation::evaluate`].
    ///
    /// # Errors
    /// [`DomainError`] for what the formula has no answer for, also when the
    /// number of values is wrong or the formula is a description only.
    pub fn evaluate(&self, values: &[f64]) -> Result<f64, DomainError> {
        match &self.computation {
            Some(computation) => (computation.evaluate)(values),
            None => Err(DomainError::new(
                self.function(),
                "a description",
                "a formula with a computation",
                "it cannot be computed from numbers alone",
            )),
        }
    }

    /// Computes the formula for each of `values` of one argument, while the others
    /// keep what they have in `at`: the points of a curve, or a column. All numbers
    /// are in base units.
    ///
    /// # Errors
    /// [`DomainError`] when there is no such argument, when it is a list, and for what
    /// the formula has no answer for.
    pub fn along(
        &self,
        argument: &str,
        values: &[f64],
        at: &[f64],
    ) -> Result<Vec<f64>, DomainError> {
        let inputs: Vec<&Input> = self.inputs().map(|(_, input)| input).collect();
        let lists = inputs.iter().filter(|input| input.list).count();
        let scalars = inputs.len() - lists;
        let length = at
            .len()
            .saturating_sub(scalars)
            .checked_div(lists)
            .unwrap_or(0);
        let mut place = 0;
        for input in inputs {
            if input.argument == argument && !input.list && place < at.len() {
                let mut all = at.to_vec();
                return values
                    .iter()
                    .map(|value| {
                        all[place] = *value;
                        self.evaluate(&all)
                    })
                    .collect();
            }
            place += if input.list { length } else { 1 };
        }
        let names: Vec<&str> = self
            .inputs()
            .filter(|(_, input)| !input.list)
            .map(|(_, input)| input.argument)
            .collect();
        Err(DomainError::new(
            "argument",
            format!("`{argument}`"),
            format!("one of {}", names.join(", ")),
            "the others are fixed while it varies",
        ))
    }

    /// Computes the formula once for each row of `columns`, which are the arguments in
    /// order, as slices of one length; a slice of one number holds for all rows. All
    /// numbers are in base units. A row without an answer has its own error, and the
    /// others are computed all the same.
    ///
    /// # Errors
    /// [`DomainError`] when the slices are not equally long.
    ///
    /// ```
    /// use lightcone_units::{DomainError, Formula};
    ///
    /// fn rates(window_limit: &Formula) -> Result<(), DomainError> {
    ///     // One window, three round trips.
    ///     for rate in window_limit.each(&[&[65_536.0], &[0.01, 0.08, 0.2]])? {
    ///         println!("{} bit/s", rate?);
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn each(&self, columns: &[&[f64]]) -> Result<Vec<Result<f64, DomainError>>, DomainError> {
        let rows = columns.iter().map(|column| column.len());
        // An empty column means no rows, also beside single numbers.
        let rows = match rows.clone().min() {
            Some(0) | None => 0,
            Some(_) => rows.max().unwrap_or(0),
        };
        let odd = columns
            .iter()
            .find(|column| column.len() != 1 && column.len() != rows);
        if let Some(odd) = odd {
            return Err(DomainError::new(
                "columns",
                format!("{} long in one case", odd.len()),
                format!("all {rows} long, or one number"),
                "each row is one computation",
            ));
        }
        let mut values = vec![0.0; columns.len()];
        Ok((0..rows)
            .map(|row| {
                for (value, column) in values.iter_mut().zip(columns) {
                    *value = column[if column.len() == 1 { 0 } else { row }];
                }
                self.evaluate(&values)
            })
            .collect())
    }

    /// The defaults of all arguments in base units, ready for
    /// [`evaluate`](Formula::evaluate).
    #[must_use]
    pub fn defaults(&self) -> Vec<f64> {
        let base = |input: &'static Input| input.default.iter().map(|value| input.in_base(*value));
        self.inputs().flat_map(|(_, input)| base(input)).collect()
    }

    /// The Rust type of the result, for instance `Time`; empty for a description.
    #[must_use]
    pub fn result_quantity(&self) -> &'static str {
        let signature = self
            .computation
            .map_or("", |computation| computation.signature);
        let result = signature
            .rsplit_once("-> Result<")
            .map_or("", |(_, result)| result);
        result.split(',').next().unwrap_or("")
    }

    /// Everything that JavaScript needs to compute this formula: helpers, the
    /// formulas that it calls, and the function itself. `None` for a description.
    #[must_use]
    pub fn javascript(&self) -> Option<String> {
        self.computation.map(|_| javascript([self]))
    }
}

/// A JavaScript text with all of `formulas` and what they call, each once, and the
/// functions of [`shown::javascript`]. Every function throws a `RangeError` where the
/// Rust function returns an error, with the same sentence.
#[must_use]
pub fn javascript<'f>(formulas: impl IntoIterator<Item = &'f Formula>) -> String {
    let mut text = mathematics::JAVASCRIPT.to_owned();
    text.push_str(&shown::javascript());
    let mut written = Vec::new();
    for formula in formulas {
        write_function(formula, &mut text, &mut written);
    }
    text
}

/// The labels of an argument that is a choice, under the name of its type.
fn write_choices(formula: &Formula, text: &mut String) {
    for (_, input) in formula.inputs() {
        // The table of quantities knows yes and no.
        if let (Kind::Choice(choices), false) = (input.kind, input.quantity == "bool") {
            let choices: Vec<String> = choices
                .iter()
                .map(|(label, value)| format!("[{label:?}, {value:?}]"))
                .collect();
            let _ = writeln!(
                text,
                "CHOICES.{} = [{}];",
                input.quantity,
                choices.join(", ")
            );
        }
    }
}

fn write_function(formula: &Formula, text: &mut String, written: &mut Vec<&'static str>) {
    let Some(computation) = &formula.computation else {
        return;
    };
    if written.contains(&formula.path) {
        return;
    }
    written.push(formula.path);
    write_choices(formula, text);
    for called in computation.calls {
        write_function(called, text, written);
    }
    let mut head = String::from("{");
    let _ = write!(
        head,
        "\n  const finite = (name, value) => checkedResult({:?}, name, value);",
        formula.result_quantity(),
    );
    let quantities: Vec<String> = formula
        .inputs()
        .map(|(_, input)| format!("{}: {:?}", input.argument, input.quantity))
        .collect();
    let _ = write!(
        head,
        "\n  const wordsOf = (name, value) => inWords({{ {} }}[name], value);",
        quantities.join(", ")
    );
    let named: Vec<String> = formula
        .inputs()
        .map(|(_, input)| {
            let (name, quantity) = (input.argument, input.quantity);
            let words = if input.list { "listInWords" } else { "inWords" };
            format!("{name}: () => {words}({quantity:?}, {name})")
        })
        .collect();
    let _ = write!(
        head,
        "\n  const refuse = (name, allowed, meaning) => \
         refuseValue(name, {{ {} }}[name](), allowed, meaning);",
        named.join(", ")
    );
    for Constant { name, value } in computation.constants {
        let _ = write!(head, "\n  const {name} = {:?};", value());
    }
    // The order is Rust's: types, then lists, then ranges.
    let sentences: Vec<Sentences> = (0..)
        .zip(formula.inputs())
        .map(|(place, (_, input))| sentences(formula, place, input))
        .collect();
    for ((_, input), sentences) in formula.inputs().zip(&sentences) {
        write_each(input, &mut head, |value, indent| {
            write_type_check(input, sentences, value, indent)
        });
    }
    let lists: Vec<&str> = formula
        .inputs()
        .filter(|(_, input)| input.list)
        .map(|(_, input)| input.argument)
        .collect();
    if let Some((first, others)) = lists.split_first() {
        for other in others.iter().rev() {
            let _ = write!(
                head,
                "\n  if ({other}.length !== {first}.length) refuseValue({other:?}, \
                 {other}.length + \" long\", {first}.length + \" long, as `{first}` is\", \
                 \"the lists belong together\");"
            );
        }
    }
    for ((_, input), sentences) in formula.inputs().zip(&sentences) {
        write_each(input, &mut head, |value, indent| {
            if sentences.early {
                return String::new();
            }
            write_range_check(input, sentences, value, indent)
        });
    }
    // Constants and checks stand at the head of the function.
    text.push_str(&computation.javascript.replacen('{', &head, 1));
    text.push('\n');
}

/// How Rust refuses an argument that its type can hold.
struct Sentences {
    /// The name that Rust gives it.
    argument: String,
    allowed: String,
    meaning: String,
    /// Whether Rust looks at it before it looks at lists and ranges: a part of a
    /// larger argument.
    early: bool,
    /// Whether the formula checks more than the type does.
    checks: bool,
}

/// Asks Rust: puts something bad in the place of one argument.
fn sentences(formula: &Formula, place: usize, input: &Input) -> Sentences {
    let typed = shown::limits(input.quantity);
    let step = |limit: f64| {
        if input.kind == Kind::Whole {
            1.0
        } else {
            limit.abs().max(1.0)
        }
    };
    let stricter = |mine: Option<Limit>, types: Option<Limit>| match (mine, types) {
        (Some(mine), types) if Some(mine) != types => Some((mine, types)),
        _ => None,
    };
    // A number outside of the range that the type can hold.
    let outside = |sign: f64, (mine, types): (Limit, Option<Limit>)| match types {
        _ if !mine.included => mine.value,
        Some(types) if input.kind != Kind::Whole => f64::midpoint(mine.value, types.value),
        _ => mine.value + sign * step(mine.value),
    };
    let limits = input.limits;
    let low = stricter(limits.low, typed.and_then(|typed| typed.low));
    let high = stricter(limits.high, typed.and_then(|typed| typed.high));
    let bad = match (low, high) {
        _ if matches!(input.kind, Kind::Choice(_)) => None,
        (Some(low), _) => Some(outside(-1.0, low)),
        (_, Some(high)) => Some(outside(1.0, high)),
        // A type without limits holds NaN.
        _ if typed.is_none() => Some(f64::NAN),
        _ => None,
    };
    let error = bad.and_then(|bad| {
        let mut values = formula.defaults();
        let before = formula.inputs().take(place);
        let at: usize = before.map(|(_, input)| input.default.len()).sum();
        *values.get_mut(at)? = bad;
        formula.evaluate(&values).err()
    });
    let argument = error
        .as_ref()
        .map_or(input.argument, |error| error.argument());
    let allowed = error.as_ref().map_or("", |error| error.allowed());
    Sentences {
        early: !argument.starts_with(input.argument),
        argument: argument.to_owned(),
        allowed: finite_number_or(allowed).to_owned(),
        meaning: error
            .as_ref()
            .map_or_else(String::new, |error| error.meaning().to_owned()),
        checks: error.is_some(),
    }
}

/// What is allowed besides that the number is finite.
fn finite_number_or(allowed: &str) -> &str {
    match allowed.strip_prefix("a finite number") {
        Some(rest) => rest.trim_start_matches(", "),
        None => allowed,
    }
}

/// Writes a check of one value, or of each value of a list.
fn write_each(input: &Input, head: &mut String, check: impl Fn(&str, &str) -> String) {
    if !input.list {
        head.push_str(&check(input.argument, "\n  "));
        return;
    }
    let text = check("value", "\n    ");
    if !text.is_empty() {
        let name = input.argument;
        let _ = write!(
            head,
            "\n  for (const [place, value] of {name}.entries()) {{{text}\n  }}"
        );
    }
}

fn write_type_check(input: &Input, sentences: &Sentences, value: &str, indent: &str) -> String {
    let argument = input.argument;
    if let Kind::Choice(choices) = input.kind {
        let numbers: Vec<String> = choices
            .iter()
            .map(|(_, number)| format!("{number:?}"))
            .collect();
        let labels: Vec<String> = choices
            .iter()
            .map(|(label, number)| format!("{} ({label})", shown::in_words("f64", *number)))
            .collect();
        return format!(
            "{indent}if (![{}].includes({value})) refuseValue({argument:?}, writeExact({value}), \
             {:?}, \"there is no other choice\");",
            numbers.join(", "),
            labels.join(" or "),
        );
    }
    if shown::limits(input.quantity).is_some() {
        return format!(
            "{indent}checkType({:?}, {argument:?}, {value});",
            input.quantity
        );
    }
    if sentences.early {
        return write_range_check(input, sentences, value, indent);
    }
    String::new()
}

fn write_range_check(input: &Input, sentences: &Sentences, value: &str, indent: &str) -> String {
    if !sentences.checks {
        return String::new();
    }
    let mut inside = vec![format!("Number.isFinite({value})")];
    if let Some(low) = input.limits.low {
        let sign = if low.included { ">=" } else { ">" };
        inside.push(format!("{value} {sign} {:?}", low.value));
    }
    if let Some(high) = input.limits.high {
        let sign = if high.included { "<=" } else { "<" };
        inside.push(format!("{value} {sign} {:?}", high.value));
    }
    let argument = if input.list {
        format!("\"{}[\" + place + \"]\"", input.argument)
    } else {
        format!("{:?}", sentences.argument)
    };
    format!(
        "{indent}if (!({})) refuseRange({argument}, {:?}, {value}, {:?}, {:?});",
        inside.join(" && "),
        input.quantity,
        sentences.allowed,
        sentences.meaning,
    )
}
