//! The inputs of a page, with what is allowed in them, and its constants.

use lightcone_units::shown::YEAR;
use lightcone_units::{Input, Kind, Limit, Symbol};
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, Formula, XlsxError,
};

use super::{COLUMNS, Cached, Writer, column};
use crate::conditions::{all, conditions_of, is_allowed};
use crate::expression::literal;
use crate::page::PageInput;
use crate::{place, style, unit};

/// Empty rows after the values of a list, for more of them.
const SPARE: usize = 3;

/// The longest message of a data validation.
const MESSAGE: usize = 255;

impl Writer<'_, '_> {
    pub(super) fn all_inputs(&mut self) -> Result<(), XlsxError> {
        let header = self.around.styles.header.clone();
        for (column, (title, _)) in COLUMNS.iter().enumerate() {
            let needed = column != usize::from(column::WRITTEN) || !self.computed.is_empty();
            if needed {
                self.text(column as u16, title, &header)?;
            }
        }
        self.sheet.set_freeze_panes(self.row + 1, 1)?;
        self.row += 1;
        if self.page.inputs.is_empty() {
            return Ok(());
        }
        self.section("Inputs: change the coloured cells")?;
        let page = self.page;
        for input in &page.inputs {
            let first = self.row;
            let count = input.values.len();
            let rows = if input.input.list { count + SPARE } else { 1 };
            for place in 0..rows {
                self.input(input, place, first + rows as u32 - 1)?;
                self.row += 1;
            }
            let last = self.row - 1;
            self.inputs.push((first, last));
            let range = if input.input.list {
                place::rows(first, last, column::BASE)
            } else {
                place::absolute(first, column::BASE)
            };
            self.define(input.input.argument, &range);
            style::mark_refused(
                &mut self.sheet,
                (first, column::VALUE),
                (last, column::VALUE),
                column::BASE,
            )?;
        }
        self.row += 1;
        Ok(())
    }

    /// One cell of an input; `last` is the last row of its list.
    fn input(&mut self, input: &PageInput, place: usize, last: u32) -> Result<(), XlsxError> {
        let styles = self.around.styles;
        let (symbol, known) = (input.symbol, input.input);
        let value = input.values.get(place).copied();
        let label = if known.list {
            format!("{} {}", symbol.name, place + 1)
        } else {
            symbol.name.to_owned()
        };
        self.text(column::WHAT, &label, &styles.label)?;
        let choices = match known.kind {
            Kind::Choice(choices) => Some(choices),
            _ => None,
        };
        let ranges = choices.map(|choices| self.tables.choices(known.quantity, choices));

        // What the reader changes.
        let shown = value.map(|value| unit::in_unit(value, known.base));
        let cell_format = styles
            .input
            .clone()
            .set_num_format(input_format(symbol, known, shown));
        let cell_format = if choices.is_some() {
            cell_format.set_text_wrap()
        } else {
            cell_format
        };
        let chosen = |value: f64| {
            let found = choices.and_then(|list| list.iter().find(|(_, number)| *number == value));
            found.map(|(label, _)| *label)
        };
        for column in [column::VALUE, column::WRITTEN] {
            if column == column::WRITTEN && self.computed.is_empty() {
                continue;
            }
            let format = if column == column::VALUE {
                cell_format.clone()
            } else {
                styles.base.clone()
            };
            match (value, shown) {
                (Some(value), Some(shown)) => match chosen(value) {
                    Some(label) => self.text(column, label, &format)?,
                    None => self.number(column, shown, &format)?,
                },
                _ => {
                    self.sheet.write_blank(self.row, column, &format)?;
                }
            }
        }
        let validation = match &ranges {
            Some((labels, _)) => {
                DataValidation::new().allow_list_formula(Formula::new(format!("={labels}")))
            }
            None => numbers(known, &place::relative(self.row, column::VALUE)),
        };
        let allowed = allowed(input);
        let validation = validation
            .set_error_title("Not allowed")?
            .set_error_message(shortened(&format!("{}: {allowed}", symbol.name)))?
            .set_error_style(DataValidationErrorStyle::Stop)
            .set_input_title(shortened_to(symbol.name, 32))?
            .set_input_message(shortened(&allowed))?;
        self.sheet.add_data_validation(
            self.row,
            column::VALUE,
            self.row,
            column::VALUE,
            &validation,
        )?;
        if choices.is_none() {
            self.text(column::UNIT, unit::shown(symbol.unit), &styles.unit)?;
        }

        // What formulas read.
        let cell = place::in_column(self.row, column::VALUE);
        let converted = match &ranges {
            Some((labels, numbers)) => format!("INDEX({numbers},MATCH({cell},{labels},0))"),
            None => {
                let product = if known.base == 1.0 {
                    cell.clone()
                } else {
                    format!("{cell}*{}", literal(known.base))
                };
                let mut conditions = vec![format!("ISNUMBER({cell})")];
                conditions.extend(conditions_of(&known.limits, known.base, &cell));
                if known.kind == Kind::Whole {
                    conditions.push(format!("INT({cell})={cell}"));
                }
                format!("IF({},{product},NA())", all(&conditions))
            }
        };
        let checked = if known.list {
            // After an empty cell nothing more may come.
            let gap = if self.row < last {
                let below = place::rows(self.row + 1, last, column::VALUE);
                format!("IF(COUNTA({below})>0,NA(),\"\")")
            } else {
                "\"\"".to_owned()
            };
            format!("IF({cell}=\"\",{gap},{converted})")
        } else {
            converted
        };
        let cached = match value {
            Some(value) if is_allowed(known, value) => Cached::Number(value),
            Some(_) => Cached::Missing,
            None => Cached::Text(String::new()),
        };
        self.formula(column::BASE, &checked, &cached, &styles.base)?;
        let base_cell = place::in_column(self.row, column::BASE);
        let state =
            format!("IF(ISERROR({base_cell}),\"not allowed\",IF({base_cell}=\"\",\"\",\"input\"))");
        let cached = match cached {
            Cached::Number(_) => Cached::Text("input".to_owned()),
            Cached::Missing => Cached::Text("not allowed".to_owned()),
            text @ Cached::Text(_) => text,
        };
        self.formula(column::STATE, &state, &cached, &styles.label)?;
        if place == 0 {
            let more = if known.list {
                "; more values go below, without gaps"
            } else {
                ""
            };
            let note = format!("{allowed}{more}");
            self.text(column::NOTE, &note, &styles.text)?;
            let longest = choices.map_or("", |list| {
                let labels = list.iter().map(|(label, _)| *label);
                labels.max_by_key(|label| label.len()).unwrap_or("")
            });
            self.grow(&label, longest, &note)?;
            self.text(column::SYMBOL, symbol.symbol, &styles.mono)?;
            let name = self.legal.give(known.argument);
            self.text(column::NAME, &name, &styles.mono)?;
        }
        if choices.is_none() {
            let base_unit = unit::base_unit(symbol.unit, known.base);
            self.text(column::BASE_UNIT, unit::shown(base_unit), &styles.base_unit)?;
        }
        Ok(())
    }

    pub(super) fn all_constants(&mut self) -> Result<(), XlsxError> {
        if self.page.constants.is_empty() {
            return Ok(());
        }
        self.section("Constants")?;
        let styles = self.around.styles;
        let page = self.page;
        for constant in &page.constants {
            let symbol = constant.symbol;
            let what = symbol.map_or(constant.name, |symbol| symbol.name);
            self.text(column::WHAT, what, &styles.label)?;
            self.text(column::STATE, "constant", &styles.label)?;
            let name = self.define(constant.name, &place::absolute(self.row, column::BASE));
            self.text(column::NAME, &name, &styles.mono)?;
            self.number(column::BASE, constant.value, &styles.base)?;
            if let (Some(symbol), Some(base)) = (symbol, constant.base) {
                let shown = unit::in_unit(constant.value, base);
                self.number(column::VALUE, shown, &styles.value)?;
                self.text(column::UNIT, unit::shown(symbol.unit), &styles.unit)?;
                let base_unit = unit::base_unit(symbol.unit, base);
                self.text(column::BASE_UNIT, unit::shown(base_unit), &styles.base_unit)?;
            }
            if let Some(symbol) = symbol {
                self.text(column::SYMBOL, symbol.symbol, &styles.mono)?;
            }
            self.constants.push(self.row);
            self.row += 1;
        }
        self.row += 1;
        Ok(())
    }

    pub(super) fn all_tables(&mut self) {
        let page = self.page;
        for table in &page.tables {
            let range = self.tables.figures(table.name, table.values);
            let legal = self.legal.give(table.name);
            self.names
                .push((place::on_sheet(self.name, &legal), format!("={range}")));
        }
    }
}

/// What a program lets people type into the cell of a number.
fn numbers(input: &Input, cell: &str) -> DataValidation {
    let end = |limit: Limit| {
        Formula::new(format!(
            "={}",
            literal(unit::in_unit(limit.value, input.base))
        ))
    };
    let rule = match (input.limits.low, input.limits.high) {
        (Some(low), Some(high)) if low.included && high.included => {
            Some(DataValidationRule::Between(end(low), end(high)))
        }
        (Some(low), None) if low.included => {
            Some(DataValidationRule::GreaterThanOrEqualTo(end(low)))
        }
        (Some(low), None) => Some(DataValidationRule::GreaterThan(end(low))),
        (None, Some(high)) if high.included => {
            Some(DataValidationRule::LessThanOrEqualTo(end(high)))
        }
        (None, Some(high)) => Some(DataValidationRule::LessThan(end(high))),
        _ => None,
    };
    match rule {
        Some(rule) if input.kind == Kind::Whole => {
            DataValidation::new().allow_whole_number_formula(rule)
        }
        Some(rule) => DataValidation::new().allow_decimal_number_formula(rule),
        None => {
            let mut conditions = vec![format!("ISNUMBER({cell})")];
            conditions.extend(conditions_of(&input.limits, input.base, cell));
            if input.kind == Kind::Whole {
                conditions.push(format!("INT({cell})={cell}"));
            }
            DataValidation::new().allow_custom(Formula::new(format!("={}", all(&conditions))))
        }
    }
}

/// What is allowed, and why, in the input's unit.
fn allowed(input: &PageInput) -> String {
    /// The largest count that a type holds is not worth a word.
    const OF_TYPE: f64 = 1e9;
    let known = input.input;
    if let Kind::Choice(_) = known.kind {
        return "one of the list".to_owned();
    }
    let unit = match unit::shown(input.symbol.unit) {
        "" => String::new(),
        unit => format!(" {unit}"),
    };
    let mut words = Vec::new();
    for (limit, with, without) in [
        (known.limits.low, "at least", "above"),
        (known.limits.high, "at most", "below"),
    ] {
        let Some(limit) = limit else { continue };
        if known.kind == Kind::Whole && limit.value >= OF_TYPE {
            continue;
        }
        let word = if limit.included { with } else { without };
        let number = unit::in_unit(limit.value, known.base);
        words.push(format!("{word} {number}{unit}"));
    }
    let ends = words.join(" and ");
    let text = match (known.kind, ends.as_str()) {
        (Kind::Whole, "") => "a whole number".to_owned(),
        (Kind::Whole, ends) => format!("a whole number, {ends}"),
        (_, "") => "any number".to_owned(),
        (_, ends) => ends.to_owned(),
    };
    if known.why.is_empty() {
        text
    } else {
        format!("{text}: {}", known.why)
    }
}

/// How a number that the reader changes is shown.
pub(super) fn input_format(symbol: &Symbol, input: &Input, shown: Option<f64>) -> &'static str {
    let large = |value: f64| value.abs() >= 1_000.0 && value.fract() == 0.0;
    match shown {
        _ if symbol.unit == YEAR => style::YEAR,
        _ if input.kind == Kind::Whole => style::WHOLE,
        Some(value) if large(value) && value.abs() < 1e15 => style::WHOLE,
        _ => "General",
    }
}

fn shortened(text: &str) -> String {
    shortened_to(text, MESSAGE)
}

/// The text, cut where a program would refuse a longer one.
fn shortened_to(text: &str, longest: usize) -> String {
    if text.encode_utf16().count() <= longest {
        return text.to_owned();
    }
    let mut short = String::new();
    for letter in text.chars() {
        if short.encode_utf16().count() + letter.len_utf16() + 3 > longest {
            break;
        }
        short.push(letter);
    }
    format!("{}...", short.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_have_no_separators() {
        let sheet = lightcone_formulas::sheets().find(|sheet| sheet.id == "C013");
        let sheet = sheet.expect("a sheet");
        let format = |name: &str| {
            let (symbol, input) = sheet.input(name).expect("an input");
            input_format(symbol, input, Some(2_026.0))
        };
        assert_eq!(format("start_year"), "0");
        assert_eq!(format("start_day"), style::WHOLE);
        assert_eq!(format("occurrences"), style::WHOLE);
    }
}
