//! What goes onto a page, whether it is a formula or a sheet.

use lightcone_units::{DomainError, Formula, Input, Kind, Limits, Symbol};

use lightcone_sheets::{Role, SheetKind, Worksheet};

use crate::unit;

/// A formula or a sheet, with values in its inputs.
pub(crate) struct Page<'p> {
    pub(crate) kind: PageKind,
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) path: &'static str,
    /// One sentence on what it tells.
    pub(crate) about: &'static str,
    /// The equation in LaTeX; empty for a sheet.
    pub(crate) latex: &'static str,
    pub(crate) assumptions: &'static str,
    pub(crate) fails: &'static str,
    pub(crate) source: &'static str,
    pub(crate) prices: &'static str,
    pub(crate) episode: u8,
    pub(crate) inputs: Vec<PageInput>,
    pub(crate) constants: Vec<PageConstant>,
    pub(crate) tables: Vec<PageTable>,
    /// Symbols that the equation names besides.
    pub(crate) explained: Vec<&'static Symbol>,
    pub(crate) lines: Vec<PageLine>,
    /// The answers of all lines to values of all inputs, in base units.
    pub(crate) compute: Compute<'p>,
}

/// Computes all lines.
pub(crate) type Compute<'p> = Box<dyn Fn(&[Vec<f64>]) -> Answers + 'p>;

/// One answer per line.
pub(crate) type Answers = Vec<Result<f64, DomainError>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageKind {
    Formula,
    Calculator,
    CostModel,
}

impl PageKind {
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Formula => "formula",
            Self::Calculator => "calculator",
            Self::CostModel => "cost model",
        }
    }
}

pub(crate) struct PageInput {
    pub(crate) symbol: &'static Symbol,
    pub(crate) input: &'static Input,
    /// In base units; several for a list.
    pub(crate) values: Vec<f64>,
}

pub(crate) struct PageConstant {
    pub(crate) name: &'static str,
    pub(crate) symbol: Option<&'static Symbol>,
    /// How many base units one of the symbol's unit is, where it is known.
    pub(crate) base: Option<f64>,
    pub(crate) value: f64,
}

pub(crate) struct PageTable {
    pub(crate) name: &'static str,
    pub(crate) values: &'static [f64],
}

pub(crate) struct PageLine {
    pub(crate) name: &'static str,
    pub(crate) symbol: &'static Symbol,
    pub(crate) role: PageRole,
    pub(crate) note: &'static str,
    pub(crate) words: &'static [&'static str],
    pub(crate) base: f64,
    pub(crate) kind: Kind,
    pub(crate) limits: Limits,
    /// Names of what it reads.
    pub(crate) uses: Vec<&'static str>,
    pub(crate) content: Content,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageRole {
    Step,
    Result,
    Total,
}

/// How a cell comes by its value.
pub(crate) enum Content {
    /// The expression in base units, over the names of the page.
    Live(String),
    /// Rust's value; the text says why.
    Computed(String),
}

impl Page<'_> {
    /// The inputs' values, in base units.
    pub(crate) fn values(&self) -> Vec<Vec<f64>> {
        let values = self.inputs.iter().map(|input| input.values.clone());
        values.collect()
    }

    /// Whether the line reads the input or the line `name`, by itself or through others.
    pub(crate) fn depends(&self, line: &PageLine, name: &str) -> bool {
        line.uses.iter().any(|used| {
            *used == name
                || self
                    .lines
                    .iter()
                    .take_while(|other| other.name != line.name)
                    .any(|other| other.name == *used && self.depends(other, name))
        })
    }

    /// Whether the name is that of an input or a line.
    pub(crate) fn is_cell(&self, name: &str) -> bool {
        self.inputs.iter().any(|input| input.input.argument == name)
            || self.lines.iter().any(|line| line.name == name)
    }

    /// The line's expression with the check that the lists which it reads are equally
    /// long.
    pub(crate) fn with_lists(&self, line: &PageLine, text: &str) -> String {
        let lists: Vec<&str> = self
            .inputs
            .iter()
            .filter(|input| input.input.list && line.uses.contains(&input.input.argument))
            .map(|input| input.input.argument)
            .collect();
        match lists.split_first() {
            Some((first, others)) if !others.is_empty() => {
                let equal: Vec<String> = others
                    .iter()
                    .map(|other| format!("COUNT({first})=COUNT({other})"))
                    .collect();
                format!("IF(AND({}),{text},NA())", equal.join(","))
            }
            _ => text.to_owned(),
        }
    }
}

impl PageLine {
    /// The line's value in its unit.
    pub(crate) fn in_unit(&self, value: f64) -> f64 {
        value / self.base
    }
}

fn page_constant(
    name: &'static str,
    symbol: Option<&'static Symbol>,
    value: fn() -> f64,
) -> PageConstant {
    let value = value();
    PageConstant {
        name,
        symbol,
        base: symbol.and_then(|known| unit::base_of(known.unit, value, known.domain)),
        value,
    }
}

/// Numbers as [`Formula::evaluate`] takes them, one entry per argument.
pub(crate) fn split(formula: &Formula, values: &[f64]) -> Result<Vec<Vec<f64>>, DomainError> {
    let lists = formula.inputs().filter(|(_, input)| input.list).count();
    let scalars = formula.inputs().count() - lists;
    lightcone_units::Values::new(formula.function(), values, scalars, lists)?;
    let length = (values.len() - scalars).checked_div(lists).unwrap_or(0);
    let mut rest = values;
    let entries = formula.inputs().map(|(_, input)| {
        let (own, others) = rest.split_at(if input.list { length } else { 1 });
        rest = others;
        own.to_vec()
    });
    Ok(entries.collect())
}

/// The defaults of a formula in base units, one entry per argument.
pub(crate) fn defaults(formula: &Formula) -> Vec<Vec<f64>> {
    let base = |input: &Input| {
        let values = input.default.iter();
        values.map(|value| input.in_base(*value)).collect()
    };
    formula.inputs().map(|(_, input)| base(input)).collect()
}

/// A formula with values in its arguments, one entry each.
pub(crate) fn formula(formula: &Formula, values: Vec<Vec<f64>>) -> Page<'_> {
    let page_inputs = formula
        .inputs()
        .zip(values)
        .map(|((symbol, input), values)| PageInput {
            symbol,
            input,
            values,
        })
        .collect();
    // The result is the first symbol; constants come after the arguments, in order.
    let others: Vec<&'static Symbol> = formula
        .symbols
        .iter()
        .skip(1)
        .filter(|symbol| symbol.input.is_none())
        .collect();
    let constants = formula.computation.map_or(&[][..], |known| known.constants);
    let page_constants = constants
        .iter()
        .enumerate()
        .map(|(place, constant)| {
            page_constant(constant.name, others.get(place).copied(), constant.value)
        })
        .collect();
    let mut lines = Vec::new();
    if let (Some(computation), Some(symbol)) = (&formula.computation, formula.symbols.first()) {
        let names = formula.inputs().map(|(_, input)| input.argument);
        lines.push(PageLine {
            name: formula.function(),
            symbol,
            role: PageRole::Result,
            note: "",
            words: &[],
            base: computation.base,
            kind: computation.kind,
            limits: computation.limits,
            uses: names.collect(),
            content: formula
                .expression()
                .map_or_else(Content::Computed, Content::Live),
        });
    }
    let computed = !lines.is_empty();
    Page {
        kind: PageKind::Formula,
        id: formula.id,
        name: formula.name,
        path: formula.path,
        about: formula.spoken,
        latex: formula.latex,
        assumptions: formula.assumptions,
        fails: formula.fails,
        source: formula.source,
        prices: "",
        episode: formula.episode,
        inputs: page_inputs,
        constants: page_constants,
        tables: Vec::new(),
        explained: others.into_iter().skip(constants.len()).collect(),
        lines,
        compute: Box::new(move |values| {
            let flat = values.concat();
            let answer = computed.then(|| formula.evaluate(&flat));
            answer.into_iter().collect()
        }),
    }
}

/// A sheet with the values of the worksheet.
pub(crate) fn worksheet(worksheet: &Worksheet) -> Page<'static> {
    let sheet = worksheet.sheet();
    let inputs = sheet
        .inputs()
        .zip(worksheet.values())
        .map(|((symbol, input), values)| PageInput {
            symbol,
            input,
            values: values.clone(),
        });
    let constants = sheet
        .constants
        .iter()
        .map(|constant| page_constant(constant.name, Some(&constant.symbol), constant.value));
    let tables = sheet.tables.iter().map(|table| PageTable {
        name: table.name,
        values: table.values,
    });
    let lines = sheet.lines.iter().map(|line| PageLine {
        name: line.name,
        symbol: &line.symbol,
        role: match line.role {
            Role::Step => PageRole::Step,
            Role::Result => PageRole::Result,
            Role::Total => PageRole::Total,
        },
        note: line.note,
        words: line.words,
        base: line.base,
        kind: line.kind,
        limits: line.limits,
        uses: line.uses.to_vec(),
        content: sheet
            .spreadsheet(line)
            .map_or_else(Content::Computed, Content::Live),
    });
    Page {
        kind: match sheet.kind {
            SheetKind::Calculator => PageKind::Calculator,
            SheetKind::CostModel => PageKind::CostModel,
        },
        id: sheet.id,
        name: sheet.name,
        path: sheet.path,
        about: sheet.about,
        latex: "",
        assumptions: sheet.assumptions,
        fails: sheet.fails,
        source: sheet.source,
        prices: sheet.prices,
        episode: sheet.episode,
        inputs: inputs.collect(),
        constants: constants.collect(),
        tables: tables.collect(),
        explained: Vec::new(),
        lines: lines.collect(),
        compute: Box::new(move |values| {
            let mut other = Worksheet::new(sheet);
            for ((_, input), values) in sheet.inputs().zip(values) {
                // The names are the sheet's own; one number of a list of numbers is none.
                if let Err(error) = other.set(input.argument, values) {
                    return vec![Err(error); sheet.lines.len()];
                }
            }
            other.compute().answers().to_vec()
        }),
    }
}
