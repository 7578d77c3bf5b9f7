//! What a sheet is: its inputs, its lines, and the texts around them.

use lightcone_units::{DomainError, Formula, Input, Kind, Limits, Spreadsheet, Symbol};

use crate::names;
use crate::worksheet::Cells;

/// A calculator or a cost model: named inputs and, computed from them, named lines.
///
/// Nobody writes a `Sheet` by hand: the macros `calculator!` and `cost_model!` of the
/// crate `lightcone-formula-macros` make it, together with the type that a cell uses.
/// All numbers of lines and constants are in base units (seconds, bytes, bits per
/// second, metres, dollars).
#[derive(Debug, Clone, Copy)]
pub struct Sheet {
    /// The course's label: `C002` for a calculator, `M004` for a cost model.
    pub id: &'static str,
    /// The name in words.
    pub name: &'static str,
    /// The Rust path below `lightcone::`, for instance `calc::bdp_window`.
    pub path: &'static str,
    /// Whether it answers a question or adds up what something costs.
    pub kind: SheetKind,
    /// What it tells, in a sentence or two.
    pub about: &'static str,
    /// The inputs in order, each with [`Symbol::input`].
    pub inputs: &'static [Symbol],
    /// The literal method of each input's unit, `ms` for `80.ms()`; empty for plain
    /// numbers and choices. As long as [`inputs`](Sheet::inputs).
    pub literals: &'static [&'static str],
    /// The constants that lines use.
    pub constants: &'static [Constant],
    /// The columns of numbers that lines look things up in.
    pub tables: &'static [Table],
    /// The lines in order; each sees the inputs and the lines before it.
    pub lines: &'static [Line],
    /// What the sheet takes for granted.
    pub assumptions: &'static str,
    /// When the answer is wrong or missing although the inputs are allowed.
    pub fails: &'static str,
    /// Where the method comes from.
    pub source: &'static str,
    /// The dated price tables behind the defaults; empty when there are none.
    pub prices: &'static str,
    /// The episode that introduces it.
    pub episode: u8,
    /// The curve that shows it best.
    pub plot: Option<Plot>,
}

/// Two sheets are the same when they have the same id and path.
impl PartialEq for Sheet {
    fn eq(&self, other: &Self) -> bool {
        (self.id, self.path) == (other.id, other.path)
    }
}

impl Eq for Sheet {}

/// Which of the two kinds of sheets it is.
///
/// ```
/// use lightcone_sheets::SheetKind;
/// assert_eq!(SheetKind::CostModel.to_string(), "cost model");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetKind {
    /// It answers a question.
    Calculator,
    /// It adds up what something costs: one line is the total.
    CostModel,
}

impl std::fmt::Display for SheetKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Calculator => "calculator",
            Self::CostModel => "cost model",
        })
    }
}

/// A constant that lines use.
#[derive(Debug, Clone, Copy)]
pub struct Constant {
    /// Its name in Rust, in JavaScript and in a spreadsheet.
    pub name: &'static str,
    /// Symbol, meaning and unit.
    pub symbol: Symbol,
    /// Its value in base units.
    pub value: fn() -> f64,
}

/// A column of numbers, read with the number of a choice: `latitude[city]`.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name in Rust, in JavaScript and in a spreadsheet.
    pub name: &'static str,
    /// The numbers in base units; NaN stands for what is not known.
    pub values: &'static [f64],
}

/// What part a line plays.
///
/// ```
/// use lightcone_sheets::Role;
/// assert_ne!(Role::Step, Role::Total);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A step on the way.
    Step,
    /// An answer.
    Result,
    /// The sum of a cost model.
    Total,
}

/// One line of a sheet.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// Its name in Rust, in JavaScript and in a spreadsheet.
    pub name: &'static str,
    /// Symbol, meaning and unit; `input` is `None`.
    pub symbol: Symbol,
    /// Step, result or total.
    pub role: Role,
    /// What is worth knowing about this line; often empty.
    pub note: &'static str,
    /// The Rust type, for instance `DataRate`; empty for a line that is a word.
    pub quantity: &'static str,
    /// The words of a line that is one of them: the number is the place, from 0.
    /// Empty for numbers.
    pub words: &'static [&'static str],
    /// How many base units one of the symbol's unit is.
    pub base: f64,
    /// Numbers, whole numbers, or a choice.
    pub kind: Kind,
    /// What the type can hold, in base units.
    pub limits: Limits,
    /// The inputs, constants, tables and lines that it reads, each once.
    pub uses: &'static [&'static str],
    /// Computes the line in base units, without the checks of inputs and of the
    /// result: use [`Worksheet`](crate::Worksheet).
    pub evaluate: fn(&Cells<'_>) -> Result<f64, DomainError>,
    /// Checks that the type can hold a value in base units.
    pub check: fn(&'static str, f64) -> Result<f64, DomainError>,
    /// Writes a value in base units the way people do: `54.6 ms`, or the word.
    pub show: fn(f64) -> String,
    /// The line as a JavaScript function `NAME_line(...)` of what it
    /// [`uses`](Line::uses), in that order. It needs helpers and checks: use
    /// [`javascript`](crate::javascript()).
    pub javascript: &'static str,
    /// The formulas that it calls.
    pub calls: &'static [&'static Formula],
    /// The line as a spreadsheet expression over the names that it uses, with calls
    /// of formulas left in it: use [`Sheet::spreadsheet`].
    pub spreadsheet: Spreadsheet,
}

/// A curve worth drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plot {
    /// The input along x.
    pub x: &'static str,
    /// The lines that become curves; all have the same unit.
    pub lines: &'static [&'static str],
}

impl Sheet {
    /// The name of the function: the last part of [`path`](Sheet::path).
    #[must_use]
    pub fn function(&self) -> &'static str {
        self.path.rsplit("::").next().unwrap_or(self.path)
    }

    /// The inputs in order, each with the symbol it belongs to.
    pub fn inputs(&self) -> impl Iterator<Item = (&'static Symbol, &'static Input)> + use<> {
        let inputs = |symbol: &'static Symbol| symbol.input.as_ref().map(|input| (symbol, input));
        self.inputs.iter().filter_map(inputs)
    }

    /// The input of that name.
    ///
    /// # Errors
    /// [`DomainError`] when there is none; it lists names that are near.
    pub fn input(&self, name: &str) -> Result<(&'static Symbol, &'static Input), DomainError> {
        self.place_of_input(name)
            .and_then(|place| self.inputs().nth(place).ok_or_else(|| self.no_input(name)))
    }

    /// The line of that name.
    ///
    /// # Errors
    /// [`DomainError`] when there is none; it lists names that are near.
    pub fn line(&self, name: &str) -> Result<&'static Line, DomainError> {
        self.place_of_line(name).map(|place| &self.lines[place])
    }

    /// The results and the total, in order.
    pub fn results(&self) -> impl Iterator<Item = &'static Line> + use<> {
        self.lines.iter().filter(|line| line.role != Role::Step)
    }

    /// The total of a cost model.
    #[must_use]
    pub fn total(&self) -> Option<&'static Line> {
        self.lines.iter().find(|line| line.role == Role::Total)
    }

    /// The defaults of all inputs in base units, one entry per input.
    #[must_use]
    pub fn defaults(&self) -> Vec<Vec<f64>> {
        self.inputs()
            .map(|(_, input)| {
                let base = input.default.iter().map(|value| input.in_base(*value));
                base.collect()
            })
            .collect()
    }

    pub(crate) fn place_of_input(&self, name: &str) -> Result<usize, DomainError> {
        self.inputs()
            .position(|(_, input)| input.argument == name)
            .ok_or_else(|| self.no_input(name))
    }

    pub(crate) fn place_of_line(&self, name: &str) -> Result<usize, DomainError> {
        self.lines
            .iter()
            .position(|line| line.name == name)
            .ok_or_else(|| {
                let known: Vec<&str> = self.lines.iter().map(|line| line.name).collect();
                names::unknown("line", name, &known, self.function())
            })
    }

    fn no_input(&self, name: &str) -> DomainError {
        let known: Vec<&str> = self.inputs().map(|(_, input)| input.argument).collect();
        names::unknown("input", name, &known, self.function())
    }
}

impl Line {
    /// The value, in base units, the way people write it.
    #[must_use]
    pub fn text(&self, value: f64) -> String {
        (self.show)(value)
    }
}
