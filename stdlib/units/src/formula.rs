//! What is known about a formula besides its Rust function.
//!
//! Nobody writes a [`Formula`] by hand: the macro `formula!` of the crate
//! `lightcone-formula-macros` makes it together with the function, from one
//! block. Formula cards, search, calculators, spreadsheets and reference pages
//! read these constants.

use std::fmt::Write as _;

use crate::scalar::{Kind, Limit, Limits};
use crate::{DomainError, ParseQuantityError, mathematics};

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

    /// The defaults of all arguments in base units, ready for
    /// [`evaluate`](Formula::evaluate).
    #[must_use]
    pub fn defaults(&self) -> Vec<f64> {
        let base = |input: &'static Input| input.default.iter().map(|value| input.in_base(*value));
        self.inputs().flat_map(|(_, input)| base(input)).collect()
    }

    /// Everything that JavaScript needs to compute this formula: helpers, the
    /// formulas that it calls, and the function itself. `None` for a description.
    #[must_use]
    pub fn javascript(&self) -> Option<String> {
        self.computation.map(|_| javascript([self]))
    }
}

/// A JavaScript text with all of `formulas` and what they call, each once. Every
/// function throws a `RangeError` where the Rust function returns an error.
#[must_use]
pub fn javascript<'f>(formulas: impl IntoIterator<Item = &'f Formula>) -> String {
    let mut text = mathematics::JAVASCRIPT.to_owned();
    let mut written = Vec::new();
    for formula in formulas {
        write_function(formula, &mut text, &mut written);
    }
    text
}

fn write_function(formula: &Formula, text: &mut String, written: &mut Vec<&'static str>) {
    let Some(computation) = &formula.computation else {
        return;
    };
    if written.contains(&formula.path) {
        return;
    }
    written.push(formula.path);
    for called in computation.calls {
        write_function(called, text, written);
    }
    let end = |limit: Option<Limit>, none: &str| match limit {
        Some(limit) => format!("{:?}", limit.value),
        None => none.to_owned(),
    };
    let mut head = String::from("{");
    let _ = write!(
        head,
        "\n  const finite = (name, value) => checked_result(name, value, {}, {}, {});",
        end(computation.limits.low, "-Infinity"),
        end(computation.limits.high, "Infinity"),
        computation.kind == Kind::Whole,
    );
    for Constant { name, value } in computation.constants {
        let _ = write!(head, "\n  const {name} = {:?};", value());
    }
    let mut first_list = None;
    for (_, input) in formula.inputs() {
        if input.list {
            let name = input.argument;
            let _ = write!(head, "\n  for (const value of {name}) {{");
            write_checks(input, "value", "    ", &mut head);
            head.push_str("\n  }");
            if let Some(first) = first_list {
                let _ = write!(
                    head,
                    "\n  if ({name}.length !== {first}.length) \
                     refuse({name:?}, \"as long as `{first}`\", \"the lists belong together\");"
                );
            }
            first_list = first_list.or(Some(name));
        } else {
            write_checks(input, input.argument, "  ", &mut head);
        }
    }
    // Constants and checks stand at the head of the function.
    text.push_str(&computation.javascript.replacen('{', &head, 1));
    text.push('\n');
}

/// The checks of one argument, the same as in Rust.
fn write_checks(input: &Input, value: &str, indent: &str, text: &mut String) {
    let argument = input.argument;
    let mut refuse = |unless: &str, allowed: &str| {
        let why = input.why;
        let _ = write!(
            text,
            "\n{indent}if (!({unless})) refuse({argument:?}, {allowed:?}, {why:?});"
        );
    };
    match input.kind {
        Kind::Choice(choices) => {
            let numbers: Vec<String> = choices
                .iter()
                .map(|(_, number)| format!("{value} === {number}"))
                .collect();
            refuse(&numbers.join(" || "), "one of the choices");
        }
        Kind::Whole => refuse(&format!("Number.isInteger({value})"), "a whole number"),
        Kind::Number => refuse(&format!("Number.isFinite({value})"), "a finite number"),
    }
    if let Some(low) = input.limits.low {
        let (sign, word) = if low.included {
            (">=", "at least")
        } else {
            (">", "above")
        };
        refuse(
            &format!("{value} {sign} {:?}", low.value),
            &format!("{word} {}", low.value),
        );
    }
    if let Some(high) = input.limits.high {
        let (sign, word) = if high.included {
            ("<=", "at most")
        } else {
            ("<", "below")
        };
        refuse(
            &format!("{value} {sign} {:?}", high.value),
            &format!("{word} {}", high.value),
        );
    }
}
