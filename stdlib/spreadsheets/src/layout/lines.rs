//! The lines of a page: formulas, or values that Rust has computed.

use lightcone_units::shown::YEAR;
use lightcone_units::{DomainError, Input, Kind, Scale};
use rust_xlsxwriter::XlsxError;

use super::inputs::input_format;
use super::{Cached, Writer, column};
use crate::conditions::{all, conditions_of_line};
use crate::expression::{self, literal, quoted};
use crate::page::{Content, PageInput, PageLine, PageRole};
use crate::{place, style, unit};

/// Rows of a table of computed values.
const TABLE_ROWS: usize = 21;

impl Writer<'_, '_> {
    /// Which lines a cell cannot compute, and why.
    pub(super) fn find_computed(&mut self) {
        for line in &self.page.lines {
            let why = match &line.content {
                Content::Computed(why) => Some(why.clone()),
                Content::Live(text) => {
                    let missing = self.legal.missing(text);
                    let text = self.legal.rename(&self.page.with_lists(line, text));
                    match missing.first() {
                        Some(name) => Some(format!("it reads `{name}`, which is no cell")),
                        None => expression::refusal(&text).map(str::to_owned),
                    }
                }
            };
            if let Some(why) = why {
                self.computed.push((line.name, why));
            }
        }
    }

    fn why_computed(&self, line: &PageLine) -> Option<String> {
        let known = self.computed.iter().find(|(name, _)| *name == line.name);
        known.map(|(_, why)| why.clone())
    }

    pub(super) fn all_lines(&mut self) -> Result<(), XlsxError> {
        if self.page.lines.is_empty() {
            return Ok(());
        }
        self.section("Lines, each computed from those above")?;
        let first = self.row;
        let page = self.page;
        for place in 0..page.lines.len() {
            self.line(place)?;
            self.row += 1;
        }
        style::four_digits(
            &mut self.sheet,
            (first, column::VALUE),
            (self.row - 1, column::VALUE),
        )?;
        self.row += 1;
        Ok(())
    }

    fn line(&mut self, place: usize) -> Result<(), XlsxError> {
        let styles = self.around.styles;
        let page = self.page;
        let line = &page.lines[place];
        let answer = self.answers[place].clone();
        let (label, format) = match line.role {
            PageRole::Step => (&styles.label, &styles.value),
            PageRole::Result | PageRole::Total => (&styles.strong_label, &styles.answer),
        };
        let what = match line.role {
            PageRole::Total => format!("{} (total)", line.symbol.name),
            PageRole::Step | PageRole::Result => line.symbol.name.to_owned(),
        };
        self.text(column::WHAT, &what, label)?;
        let name = self.define(line.name, &place::absolute(self.row, column::BASE));
        self.text(column::NAME, &name, &styles.mono)?;
        self.text(column::SYMBOL, line.symbol.symbol, &styles.mono)?;

        // The value in base units.
        let why = self.why_computed(line);
        let cached = Cached::of(&answer);
        let unchecked = match (&line.content, &why) {
            (Content::Live(text), None) => self.legal.rename(&self.page.with_lists(line, text)),
            _ => self.as_written(line, &answer),
        };
        let unchecked_cell = place::in_column(self.row, column::UNCHECKED);
        let conditions = if why.is_some() {
            Vec::new()
        } else {
            let legal = &mut self.legal;
            conditions_of_line(page, line, &unchecked_cell, self.tables, |name| {
                legal.give(name)
            })
        };
        if conditions.is_empty() {
            self.formula(column::BASE, &unchecked, &cached, &styles.base)?;
        } else {
            self.formula(column::UNCHECKED, &unchecked, &cached, &styles.base)?;
            let checked = format!("IF({},{unchecked_cell},NA())", all(&conditions));
            self.formula(column::BASE, &checked, &cached, &styles.base)?;
        }

        // The value as people read it.
        let base_cell = place::in_column(self.row, column::BASE);
        let format = if why.is_some() {
            &styles.computed
        } else {
            format
        };
        let wrapped = format.clone().set_text_wrap();
        let plain = line.words.is_empty() && !matches!(line.kind, Kind::Choice(_));
        if !line.words.is_empty() {
            let words: Vec<String> = line.words.iter().map(|word| quoted(word)).collect();
            let text = format!("CHOOSE({base_cell}+1,{})", words.join(","));
            let word = |value: f64| {
                line.words
                    .get(value as usize)
                    .map(|word| (*word).to_owned())
            };
            let cached = match answer.as_ref().ok().and_then(|value| word(*value)) {
                Some(word) => Cached::Text(word),
                None => Cached::Missing,
            };
            self.formula(column::VALUE, &text, &cached, &wrapped)?;
        } else if let Kind::Choice(choices) = line.kind {
            let (labels, numbers) = self.tables.choices(line.symbol.name, choices);
            let text = format!("INDEX({labels},MATCH({base_cell},{numbers},0))");
            let label = |value: f64| choices.iter().find(|(_, number)| *number == value);
            let cached = match answer.as_ref().ok().and_then(|value| label(*value)) {
                Some((label, _)) => Cached::Text((*label).to_owned()),
                None => Cached::Missing,
            };
            self.formula(column::VALUE, &text, &cached, &wrapped)?;
        } else {
            let text = if line.base == 1.0 {
                base_cell
            } else {
                format!("{base_cell}/{}", literal(line.base))
            };
            let format = if line.symbol.unit == YEAR {
                style::year(&mut self.sheet, self.row, column::VALUE)?;
                format.clone().set_num_format(style::YEAR)
            } else if line.kind == Kind::Whole {
                format.clone().set_num_format(style::WHOLE)
            } else if is_money(line.symbol.unit) {
                format.clone().set_num_format(style::CENTS)
            } else {
                format.clone()
            };
            let shown = cached.map(|value| line.in_unit(value));
            self.formula(column::VALUE, &text, &shown, &format)?;
        }
        if plain {
            self.text(column::UNIT, unit::shown(line.symbol.unit), &styles.unit)?;
            let base_unit = unit::base_unit(line.symbol.unit, line.base);
            self.text(column::BASE_UNIT, unit::shown(base_unit), &styles.base_unit)?;
        }

        let (state, note) = match why {
            None => ("live", line.note.to_owned()),
            Some(why) => {
                let space = if line.note.is_empty() { "" } else { " " };
                let answer = match &answer {
                    Ok(_) => String::new(),
                    Err(error) => format!(" There is no answer: {error}."),
                };
                let note = format!(
                    "{}{space}A worksheet cannot compute it: {why}. Lightcone has computed it for \
                     the inputs as written; with other inputs it is #N/A.{answer}",
                    line.note
                );
                ("computed", note)
            }
        };
        self.text(column::STATE, state, &styles.label)?;
        self.text(column::NOTE, &note, &styles.text)?;
        let longest = line.words.iter().copied().max_by_key(|word| word.len());
        self.grow(&what, longest.unwrap_or_default(), &note)?;
        if line.symbol.unit == "%" {
            style::nines(&mut self.sheet, self.row, column::VALUE)?;
        }
        self.lines.push(self.row);
        Ok(())
    }

    /// A computed value, which holds as long as the inputs are as written.
    fn as_written(&self, line: &PageLine, answer: &Result<f64, DomainError>) -> String {
        let Ok(value) = answer else {
            return "NA()".to_owned();
        };
        let mut same = Vec::new();
        for (input, (first, last)) in self.page.inputs.iter().zip(&self.inputs) {
            if !self.page.depends(line, input.input.argument) {
                continue;
            }
            let (now, then) = (column::VALUE, column::WRITTEN);
            same.push(if input.input.list {
                let (now, then) = (
                    place::rows(*first, *last, now),
                    place::rows(*first, *last, then),
                );
                format!("SUMPRODUCT(({now}={then})*1)={}", last - first + 1)
            } else {
                format!(
                    "{}={}",
                    place::absolute(*first, now),
                    place::absolute(*first, then)
                )
            });
        }
        let value = literal(*value);
        let text = if same.is_empty() {
            value.clone()
        } else {
            format!("IF({},{value},NA())", all(&same))
        };
        match expression::refusal(&text) {
            Some(_) => value,
            None => text,
        }
    }

    /// For lines that are not live: values over the range of an input.
    pub(super) fn computed_tables(&mut self) -> Result<(), XlsxError> {
        let page = self.page;
        for (place, line) in page.lines.iter().enumerate() {
            if self.why_computed(line).is_none() || !line.words.is_empty() {
                continue;
            }
            // Along the input with the most answers.
            let mut best: Option<(usize, Vec<TableRow>)> = None;
            for (along, input) in page.inputs.iter().enumerate() {
                let is_number = !matches!(input.input.kind, Kind::Choice(_));
                if input.input.list || !is_number || !page.depends(line, input.input.argument) {
                    continue;
                }
                let mut values = page.values();
                let rows: Vec<TableRow> = range(input.input)
                    .into_iter()
                    .map(|x| {
                        values[along] = vec![input.input.in_base(x)];
                        (x, (page.compute)(&values).swap_remove(place))
                    })
                    .collect();
                let most = best.as_ref().map_or(1, |(_, rows)| answers(rows));
                if answers(&rows) > most {
                    best = Some((along, rows));
                }
            }
            let Some((along, rows)) = best else { continue };
            let input = &page.inputs[along];
            self.table(input, line, &rows)?;
        }
        Ok(())
    }

    fn table(
        &mut self,
        input: &PageInput,
        line: &PageLine,
        rows: &[TableRow],
    ) -> Result<(), XlsxError> {
        let styles = self.around.styles;
        self.section(&format!(
            "Computed values: {} for some values of {}, the other inputs as written",
            line.symbol.name, input.symbol.name
        ))?;
        let title = |name: &str, unit: &'static str| match unit::shown(unit) {
            "" => name.to_owned(),
            unit => format!("{name}, {unit}"),
        };
        self.text(
            column::WHAT,
            &title(input.symbol.name, input.symbol.unit),
            &styles.strong_label,
        )?;
        self.text(
            column::VALUE,
            &title(line.symbol.name, line.symbol.unit),
            &styles.strong_label,
        )?;
        let name = title(line.symbol.name, line.symbol.unit);
        self.grow(input.symbol.name, &name, "")?;
        self.row += 1;
        let first = self.row;
        for (x, answer) in rows {
            let format = styles.value.clone().set_num_format(input_format(
                input.symbol,
                input.input,
                Some(*x),
            ));
            self.number(column::WHAT, *x, &format)?;
            match answer {
                Ok(value) => {
                    self.number(column::VALUE, line.in_unit(*value), &styles.computed)?;
                }
                Err(_) => self.text(column::VALUE, "no answer", &styles.computed)?,
            }
            self.text(column::STATE, "computed", &styles.label)?;
            self.row += 1;
        }
        if line.symbol.unit == "%" {
            for row in first..self.row {
                style::nines(&mut self.sheet, row, column::VALUE)?;
            }
        }
        if line.kind != Kind::Whole {
            style::four_digits(
                &mut self.sheet,
                (first, column::VALUE),
                (self.row - 1, column::VALUE),
            )?;
        }
        self.row += 1;
        Ok(())
    }
}

/// A value of an input in its unit, and what the line says.
type TableRow = (f64, Result<f64, DomainError>);

/// How many rows have an answer.
fn answers(rows: &[TableRow]) -> usize {
    rows.iter().filter(|(_, answer)| answer.is_ok()).count()
}

fn is_money(unit: &str) -> bool {
    matches!(unit, "USD" | "USD/month" | "$" | "$/month")
}

/// Values of an input over the range of its slider, in its unit.
fn range(input: &Input) -> Vec<f64> {
    let last = (TABLE_ROWS - 1) as f64;
    let mut values: Vec<f64> = (0..TABLE_ROWS)
        .map(|step| {
            let share = step as f64 / last;
            let value = match input.scale {
                Scale::Linear => input.low + (input.high - input.low) * share,
                Scale::Logarithmic => input.low * (input.high / input.low).powf(share),
            };
            // Three digits read well.
            let short: f64 = format!("{value:.2e}").parse().unwrap_or(value);
            if input.kind == Kind::Whole {
                short.round()
            } else {
                short
            }
        })
        .map(|value| value.clamp(input.low, input.high))
        .collect();
    values.dedup();
    values
}
