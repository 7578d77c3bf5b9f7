//! The spreadsheet expressions compute what Rust computes.
//!
//! A small evaluator reads them the way Excel and LibreOffice do: a minus binds more
//! tightly than a power, and comparisons bind least. It stands in for a spreadsheet
//! program, which the tests of the generated files run.

use std::collections::HashMap;

use lightcone_formulas::FORMULAS;
use lightcone_units::{Kind, Scale, Spreadsheet};

/// A value of a cell.
#[derive(Clone, Debug)]
enum Cell {
    Number(f64),
    List(Vec<f64>),
}

impl Cell {
    fn number(&self) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::List(list) => list.first().copied().unwrap_or(f64::NAN),
        }
    }
}

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    names: &'t HashMap<&'static str, Cell>,
}

impl Reader<'_> {
    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.text[self.at..].starts_with(text.as_bytes());
        self.at += if found { text.len() } else { 0 };
        found
    }

    fn comparison(&mut self) -> Cell {
        let left = self.sum();
        for (sign, compare) in [
            ("<>", (|a, b| a != b) as fn(f64, f64) -> bool),
            ("<=", |a, b| a <= b),
            (">=", |a, b| a >= b),
            ("<", |a, b| a < b),
            (">", |a, b| a > b),
            ("=", |a, b| a == b),
        ] {
            if self.take(sign) {
                let right = self.sum();
                return Cell::Number(f64::from(u8::from(compare(left.number(), right.number()))));
            }
        }
        left
    }

    fn sum(&mut self) -> Cell {
        let mut left = self.product();
        loop {
            if self.take("+") {
                left = Cell::Number(left.number() + self.product().number());
            } else if self.take("-") {
                left = Cell::Number(left.number() - self.product().number());
            } else {
                return left;
            }
        }
    }

    fn product(&mut self) -> Cell {
        let mut left = self.power();
        loop {
            if self.take("*") {
                left = Cell::Number(left.number() * self.power().number());
            } else if self.take("/") {
                left = Cell::Number(left.number() / self.power().number());
            } else {
                return left;
            }
        }
    }

    fn power(&mut self) -> Cell {
        let mut base = self.sign();
        while self.take("^") {
            base = Cell::Number(base.number().powf(self.sign().number()));
        }
        base
    }

    fn sign(&mut self) -> Cell {
        if self.take("-") {
            return Cell::Number(-self.sign().number());
        }
        self.atom()
    }

    fn atom(&mut self) -> Cell {
        if self.take("(") {
            let inner = self.comparison();
            assert!(self.take(")"), "a bracket is not closed");
            return inner;
        }
        let start = self.at;
        let part = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'.';
        while part(self.peek())
            || (matches!(self.peek(), b'-' | b'+')
                && self.text[start].is_ascii_digit()
                && self.text[self.at - 1] == b'E')
        {
            self.at += 1;
        }
        let word = std::str::from_utf8(&self.text[start..self.at]).expect("ASCII");
        if let Ok(number) = word.parse() {
            return Cell::Number(number);
        }
        if !self.take("(") {
            return self
                .names
                .get(word)
                .cloned()
                .unwrap_or_else(|| panic!("no cell `{word}`"));
        }
        let mut arguments = Vec::new();
        while !self.take(")") {
            arguments.push(self.comparison());
            self.take(",");
        }
        call(word, &arguments)
    }
}

fn call(name: &str, arguments: &[Cell]) -> Cell {
    let number = |at: usize| arguments[at].number();
    let list = || match &arguments[0] {
        Cell::List(list) => list.clone(),
        Cell::Number(number) => vec![*number],
    };
    Cell::Number(match name {
        "ABS" => number(0).abs(),
        "AND" => f64::from(u8::from(arguments.iter().all(|cell| cell.number() != 0.0))),
        "ASIN" => number(0).asin(),
        "ASINH" => number(0).asinh(),
        "COS" => number(0).cos(),
        "COUNT" => list().len() as f64,
        "EXP" => number(0).exp(),
        "IF" => return arguments[if number(0) == 0.0 { 2 } else { 1 }].clone(),
        "INT" => number(0).floor(),
        "LN" => number(0).ln(),
        "MAX" => arguments
            .iter()
            .map(Cell::number)
            .fold(f64::NEG_INFINITY, f64::max),
        "MIN" => arguments
            .iter()
            .map(Cell::number)
            .fold(f64::INFINITY, f64::min),
        "NA" => f64::NAN,
        "PRODUCT" => list().iter().product(),
        "RADIANS" => number(0).to_radians(),
        "SIN" => number(0).sin(),
        "SINH" => number(0).sinh(),
        "SMALL" => {
            let mut sorted = list();
            sorted.sort_by(f64::total_cmp);
            sorted
                .get(number(1) as usize - 1)
                .copied()
                .unwrap_or(f64::NAN)
        }
        "SQRT" => number(0).sqrt(),
        "SUM" => list().iter().sum(),
        "SUMPRODUCT" => {
            let Cell::List(second) = &arguments[1] else {
                panic!("SUMPRODUCT of a list and a number");
            };
            list().iter().zip(second).map(|(a, b)| a * b).sum()
        }
        other => panic!("no function `{other}`"),
    })
}

#[test]
fn the_evaluator_reads_as_a_spreadsheet_does() {
    let names = HashMap::from([("x", Cell::Number(3.0))]);
    for (text, expected) in [
        ("1+2*x", 7.0),
        ("-2^2", 4.0),
        ("2^3^2", 64.0),
        ("IF(x>=3,1E-2,NA())", 0.01),
        ("10-2-3", 5.0),
        ("MIN(x,2)", 2.0),
    ] {
        let mut reader = Reader {
            text: text.as_bytes(),
            at: 0,
            names: &names,
        };
        assert_eq!(reader.comparison().number(), expected, "{text}");
    }
}

/// The expression of a formula with numbers in its cells.
fn cell(id: &str, cells: &[(&'static str, f64)]) -> f64 {
    let formula = lightcone_formulas::find_formula(id).expect("a formula");
    let computation = formula.computation.expect("every entry is computed");
    let Spreadsheet::Live(text) = computation.spreadsheet else {
        panic!("{id} is not live");
    };
    let names = cells
        .iter()
        .map(|(name, value)| (*name, Cell::Number(*value)));
    let names = names.collect();
    let mut reader = Reader {
        text: text.as_bytes(),
        at: 0,
        names: &names,
    };
    reader.comparison().number()
}

/// EXP(x)-1 and LN(1+x) would leave nothing of these.
#[test]
fn rare_failures_keep_their_digits_in_cells() {
    for failure in [1e-18, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 0.5, 0.999, 1.0] {
        for units in [0.0, 1.0, 7.0, 1e4] {
            let formula = lightcone_formulas::find_formula("F019").expect("a formula");
            let expected = formula.evaluate(&[failure, units]).unwrap();
            let found = cell("F019", &[("failure", failure), ("units", units)]);
            assert!(
                (found - expected).abs() <= 1e-14 * expected,
                "{failure} {units}: {found}, not {expected}"
            );
        }
    }
}

#[test]
fn parts_that_never_or_always_fail_have_an_answer_in_cells() {
    for (failure, correlation) in [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)] {
        let found = cell(
            "F012",
            &[("failure", failure), ("correlation", correlation)],
        );
        assert_eq!(found, failure, "{correlation}");
    }
}

#[test]
fn live_expressions_compute_what_rust_computes() {
    let (mut compared, mut refused) = (0, 0);
    for formula in FORMULAS.iter() {
        let computation = formula.computation.expect("every entry is computed");
        let Spreadsheet::Live(text) = computation.spreadsheet else {
            continue;
        };
        // Along every argument, while the others keep their defaults.
        let inputs: Vec<_> = formula.inputs().map(|(_, input)| input).collect();
        for varied in 0..inputs.len() {
            for step in 0..=20 {
                let mut names = HashMap::new();
                let mut values = Vec::new();
                for (place, input) in inputs.iter().enumerate() {
                    let mut list: Vec<f64> = input.default.to_vec();
                    if place == varied && !matches!(input.kind, Kind::Choice(_)) {
                        let share = f64::from(step) / 20.0;
                        let value = match input.scale {
                            Scale::Linear => input.low + (input.high - input.low) * share,
                            Scale::Logarithmic => input.low * (input.high / input.low).powf(share),
                        };
                        list[0] = if input.kind == Kind::Whole {
                            value.round()
                        } else {
                            value
                        };
                    }
                    for value in &mut list {
                        *value = input.in_base(*value);
                    }
                    values.extend(&list);
                    let cell = if input.list {
                        Cell::List(list)
                    } else {
                        Cell::Number(list[0])
                    };
                    names.insert(input.argument, cell);
                }
                for constant in computation.constants {
                    names.insert(constant.name, Cell::Number((constant.value)()));
                }
                let mut reader = Reader {
                    text: text.as_bytes(),
                    at: 0,
                    names: &names,
                };
                let cell = reader.comparison().number();
                assert_eq!(reader.at, text.len(), "{}: {text}", formula.id);
                let Ok(expected) = formula.evaluate(&values) else {
                    refused += 1;
                    continue;
                };
                let close = (cell - expected).abs() <= 1e-9 * expected.abs() + 1e-300;
                assert!(
                    close,
                    "{} {values:?}: {cell}, not {expected}: {text}",
                    formula.id
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 1_000, "{compared} compared, {refused} refused");
}
