//! The worksheet that shows which input of a cost model matters most.
//!
//! It repeats the model, once for each end of each input, so that the totals follow when
//! the page or a range changes. Where a line of the model is not live, it holds what Rust
//! has computed, and says so.

use lightcone_units::Kind;
use rust_xlsxwriter::{Chart, ChartFormat, ChartSolidFill, Format, Url, Worksheet, XlsxError};

use crate::conditions::{all, conditions_of, conditions_of_line, is_allowed};
use crate::expression::{self, literal};
use crate::layout::{self, Cached, Placed, Surroundings, column};
use crate::page::{Answers, Content, Page, PageInput, PageLine, PageRole};
use crate::place;
use crate::style;
use crate::tables::Tables;
use crate::unit;

/// How far inputs go down and up, in percent, until the reader says otherwise.
const SHARE: f64 = 20.0;

/// The width of all columns but the first.
const WIDTH: f64 = 18.0;

/// Where the share stands.
const SHARE_ROW: u32 = 4;

/// The row of the headings of the sorted table.
const SORTED_ROW: u32 = 7;

/// The columns of the table of inputs.
mod at {
    pub(super) const INPUT: u16 = 0;
    pub(super) const NOW: u16 = 1;
    pub(super) const LOW: u16 = 2;
    pub(super) const HIGH: u16 = 3;
    pub(super) const UNIT: u16 = 4;
    pub(super) const TOTAL_LOW: u16 = 5;
    pub(super) const TOTAL_HIGH: u16 = 6;
    pub(super) const SWING: u16 = 7;
    pub(super) const RANK: u16 = 8;
}

/// Whether the model has a total and an input to vary.
pub(crate) fn has(page: &Page<'_>) -> bool {
    total(page).is_some_and(|total| page.inputs.iter().any(|input| varies(page, total, input)))
}

fn total(page: &Page<'_>) -> Option<usize> {
    page.lines
        .iter()
        .position(|line| line.role == PageRole::Total)
}

fn varies(page: &Page<'_>, total: usize, input: &PageInput) -> bool {
    !matches!(input.input.kind, Kind::Choice(_))
        && !input.values.is_empty()
        && page.depends(&page.lines[total], input.input.argument)
}

/// An input that goes down and up.
struct Bar {
    /// The place of the input.
    input: usize,
    low: Vec<f64>,
    high: Vec<f64>,
    at_low: Answers,
    at_high: Answers,
}

impl Bar {
    fn swing(&self, total: usize) -> Option<f64> {
        let (low, high) = (self.at_low[total].as_ref(), self.at_high[total].as_ref());
        Some((high.ok()? - low.ok()?).abs())
    }
}

/// Writes the worksheet.
pub(crate) fn write(
    page: &Page<'_>,
    page_sheet: &str,
    name: &str,
    placed: &Placed,
    tables: &mut Tables,
    around: &Surroundings<'_>,
) -> Result<Worksheet, XlsxError> {
    let total = total(page).unwrap_or(0);
    let values = page.values();
    let bars: Vec<Bar> = page
        .inputs
        .iter()
        .enumerate()
        .filter(|(_, input)| varies(page, total, input))
        .map(|(place, input)| {
            let end = |high: bool| {
                let mut other = values.clone();
                other[place] = moved(input, high);
                (other[place].clone(), (page.compute)(&other))
            };
            let (low, at_low) = end(false);
            let (high, at_high) = end(true);
            Bar {
                input: place,
                low,
                high,
                at_low,
                at_high,
            }
        })
        .collect();
    let sheet = layout::worksheet(name, around.cached)?;
    let mut writer = Writer {
        page,
        page_sheet,
        name,
        placed,
        tables,
        around,
        sheet,
        total,
        bars,
    };
    let live = writer.plan();
    writer.head(live.is_some())?;
    match live {
        Some(cells) => {
            writer.live_inputs()?;
            writer.scenarios(&cells)?;
        }
        None => writer.computed_inputs()?,
    }
    writer.sorted()?;
    writer.frame()?;
    Ok(writer.sheet)
}

/// The input's values, a share lower or higher: one number as far as it is allowed to go,
/// all values of a list together.
fn moved(input: &PageInput, high: bool) -> Vec<f64> {
    let known = input.input;
    let whole = known.kind == Kind::Whole;
    let sign = if high { 1.0 } else { -1.0 };
    if known.list {
        let factor = (100.0 + sign * SHARE) / 100.0;
        let values = input.values.iter().map(|value| value * factor);
        return values
            .map(|value| if whole { value.round() } else { value })
            .collect();
    }
    let Some(now) = input.values.first().copied() else {
        return Vec::new();
    };
    let mut end = now + sign * now.abs() * SHARE / 100.0;
    if whole && high {
        end = end.round().max(now + 1.0);
    } else if whole {
        end = end.round().min(now - 1.0);
    }
    let limit = if high {
        known.limits.high.filter(|limit| end >= limit.value)
    } else {
        known.limits.low.filter(|limit| end <= limit.value)
    };
    vec![match limit {
        None => end,
        Some(limit) if limit.included => limit.value,
        Some(_) if whole => now,
        // Towards an end that is not allowed itself, half of the way.
        Some(limit) => f64::midpoint(now, limit.value),
    }]
}

/// The same for one number in a cell `now`, in the unit of the input.
fn moved_cell(input: &PageInput, high: bool, now: &str, share: &str) -> String {
    let known = input.input;
    let whole = known.kind == Kind::Whole;
    let sign = if high { '+' } else { '-' };
    let mut end = format!("{now}{sign}ABS({now})*{share}/100");
    if whole {
        let nearest = if high { "MAX" } else { "MIN" };
        end = format!("{nearest}(ROUND({end},0),{now}{sign}1)");
    }
    let limit = if high {
        known.limits.high
    } else {
        known.limits.low
    };
    let Some(limit) = limit else { return end };
    let value = literal(unit::in_unit(limit.value, known.base));
    if limit.included {
        let inner = if high { "MIN" } else { "MAX" };
        return format!("{inner}({end},{value})");
    }
    let beyond = if high { ">=" } else { "<=" };
    let instead = if whole {
        now.to_owned()
    } else {
        format!("({now}+{value})/2")
    };
    format!("IF({end}{beyond}{value},{instead},{end})")
}

struct Writer<'w, 'p> {
    page: &'w Page<'p>,
    page_sheet: &'w str,
    name: &'w str,
    placed: &'w Placed,
    tables: &'w mut Tables,
    around: &'w Surroundings<'w>,
    sheet: Worksheet,
    total: usize,
    bars: Vec<Bar>,
}

/// A formula of the scenarios with what Rust says about it.
struct Cell {
    row: u32,
    column: u16,
    text: String,
    value: Cached,
}

impl Writer<'_, '_> {
    /// The row of the first input in the table of inputs.
    fn first_input(&self) -> u32 {
        SORTED_ROW + self.bars.len() as u32 + 4
    }

    fn last_input(&self) -> u32 {
        self.first_input() + self.bars.len() as u32 - 1
    }

    /// The row of the headings of the scenarios.
    fn scenario_header(&self) -> u32 {
        self.last_input() + 3
    }

    /// The columns of the scenarios: as is, then low and high of each bar.
    fn scenario_columns(&self) -> impl Iterator<Item = (u16, Option<(usize, bool)>)> + use<> {
        let ends = (0..self.bars.len()).flat_map(|bar| [Some((bar, false)), Some((bar, true))]);
        std::iter::once(None)
            .chain(ends)
            .enumerate()
            .map(|(place, end)| (1 + place as u16, end))
    }

    /// The first row of an input in the scenarios.
    fn input_row(&self, place: usize) -> u32 {
        let rows = |(first, last): &(u32, u32)| last - first + 1;
        let before: u32 = self.placed.inputs[..place].iter().map(rows).sum();
        self.scenario_header() + 1 + before
    }

    /// The row of a line before its check in the scenarios; the next one is checked.
    fn line_row(&self, place: usize) -> u32 {
        let before = self.needed().into_iter().filter(|known| *known < place);
        self.input_row(self.page.inputs.len()) + 2 * before.count() as u32
    }

    /// The lines on which the total depends, and the total.
    fn needed(&self) -> Vec<usize> {
        let total = &self.page.lines[self.total];
        (0..self.page.lines.len())
            .filter(|place| {
                *place == self.total || self.page.depends(total, self.page.lines[*place].name)
            })
            .collect()
    }

    /// What a name of an expression is in a column of the scenarios.
    fn reference(&mut self, name: &str, column: u16) -> Option<String> {
        let page = self.page;
        if let Some(place) = page.inputs.iter().position(|i| i.input.argument == name) {
            let first = self.input_row(place);
            let (from, to) = self.placed.inputs[place];
            return Some(if page.inputs[place].input.list {
                place::rows(first, first + to - from, column)
            } else {
                place::relative(first, column)
            });
        }
        if let Some(place) = page.lines.iter().position(|line| line.name == name) {
            return Some(place::relative(self.line_row(place) + 1, column));
        }
        if let Some(place) = page.constants.iter().position(|known| known.name == name) {
            let cell = place::absolute(self.placed.constants[place], column::BASE);
            return Some(place::on_sheet(self.page_sheet, &cell));
        }
        let table = page.tables.iter().find(|table| table.name == name)?;
        Some(self.tables.figures(table.name, table.values))
    }

    /// All formulas of the scenarios, if cells can hold them.
    fn plan(&mut self) -> Option<Vec<Cell>> {
        let page = self.page;
        let needed = self.needed();
        let is_computed = |place: &usize| {
            let name = page.lines[*place].name;
            self.placed.computed.iter().any(|(line, _)| *line == name)
        };
        if needed.iter().any(is_computed) {
            return None;
        }
        let mut cells = Vec::new();
        for (column, end) in self.scenario_columns() {
            for place in 0..page.inputs.len() {
                self.plan_input(place, column, end, &mut cells);
            }
            for place in &needed {
                self.plan_line(*place, column, end, &mut cells)?;
            }
        }
        Some(cells)
    }

    fn plan_input(
        &self,
        place: usize,
        column: u16,
        end: Option<(usize, bool)>,
        cells: &mut Vec<Cell>,
    ) {
        let input = &self.page.inputs[place];
        let first = self.input_row(place);
        let (from, to) = self.placed.inputs[place];
        let own = end.filter(|(bar, _)| self.bars[*bar].input == place);
        for step in 0..=(to - from) {
            let row = first + step;
            let now = place::in_column(row, 1);
            let text = match own {
                _ if end.is_none() => {
                    let cell = place::absolute(from + step, column::BASE);
                    place::on_sheet(self.page_sheet, &cell)
                }
                None => now,
                Some((bar, high)) => {
                    let end = if high { at::HIGH } else { at::LOW };
                    let end = place::absolute(self.first_input() + bar as u32, end);
                    self.varied(input, &end, &now)
                }
            };
            let values = match own {
                Some((bar, true)) => &self.bars[bar].high,
                Some((bar, false)) => &self.bars[bar].low,
                None => &input.values,
            };
            let value = match values.get(step as usize) {
                Some(value) if is_allowed(input.input, *value) => Cached::Number(*value),
                Some(_) => Cached::Missing,
                None => Cached::Text(String::new()),
            };
            cells.push(Cell {
                row,
                column,
                text,
                value,
            });
        }
    }

    /// The value of an input at its end, which stands in the cell `end`: in its unit, or
    /// for a list as percent of each value.
    fn varied(&self, input: &PageInput, end: &str, now: &str) -> String {
        let known = input.input;
        if known.list {
            let product = format!("{now}*{end}/100");
            let product = if known.kind == Kind::Whole {
                format!("ROUND({product},0)")
            } else {
                product
            };
            let conditions = conditions_of(&known.limits, 1.0, &product);
            let checked = if conditions.is_empty() {
                product
            } else {
                format!("IF({},{product},NA())", all(&conditions))
            };
            return format!("IF({now}=\"\",\"\",{checked})");
        }
        let mut conditions = vec![format!("ISNUMBER({end})")];
        conditions.extend(conditions_of(&known.limits, known.base, end));
        if known.kind == Kind::Whole {
            conditions.push(format!("INT({end})={end}"));
        }
        let product = if known.base == 1.0 {
            end.to_owned()
        } else {
            format!("{end}*{}", literal(known.base))
        };
        format!("IF({},{product},NA())", all(&conditions))
    }

    fn plan_line(
        &mut self,
        place: usize,
        column: u16,
        end: Option<(usize, bool)>,
        cells: &mut Vec<Cell>,
    ) -> Option<()> {
        let page = self.page;
        let line = &page.lines[place];
        let Content::Live(text) = &line.content else {
            return None;
        };
        let text = page.with_lists(line, text);
        let names: Vec<(String, String)> = expression::names(&text)
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), self.reference(name, column)?)))
            .collect();
        let renamed = expression::rename(&text, |name| {
            let known = names.iter().find(|(known, _)| known == name);
            known.map(|(_, reference)| reference.clone())
        });
        if expression::refusal(&renamed).is_some() {
            return None;
        }
        let row = self.line_row(place);
        let unchecked = place::relative(row, column);
        let reference = |name: &str| {
            let known = names.iter().find(|(known, _)| known == name);
            known.map_or_else(|| "0".to_owned(), |(_, reference)| reference.clone())
        };
        let conditions = conditions_of_line(page, line, &unchecked, self.tables, reference);
        let checked = if conditions.is_empty() {
            unchecked
        } else {
            format!("IF({},{unchecked},NA())", all(&conditions))
        };
        let answers = match end {
            None => &self.placed.answers,
            Some((bar, true)) => &self.bars[bar].at_high,
            Some((bar, false)) => &self.bars[bar].at_low,
        };
        let value = Cached::of(&answers[place]);
        for (row, text) in [(row, renamed), (row + 1, checked)] {
            cells.push(Cell {
                row,
                column,
                text,
                value: value.clone(),
            });
        }
        Some(())
    }

    // ----------------------------------------------------------------- writing

    fn text(
        &mut self,
        row: u32,
        column: u16,
        text: &str,
        format: &Format,
    ) -> Result<(), XlsxError> {
        self.sheet
            .write_string_with_format(row, column, text, format)?;
        Ok(())
    }

    fn formula(
        &mut self,
        (row, column): (u32, u16),
        text: &str,
        value: &Cached,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let formula = layout::formula(text, value, self.around.cached);
        self.sheet
            .write_formula_with_format(row, column, formula, format)?;
        Ok(())
    }

    fn head(&mut self, live: bool) -> Result<(), XlsxError> {
        let styles = self.around.styles;
        let page = self.page;
        self.text(
            0,
            0,
            &format!("{}  {}: which input matters most", page.id, page.name),
            &styles.title,
        )?;
        let how = if live {
            "Each input alone goes down and up while the others stay as they are on the page of the \
             model. All is live: change the share, or a cell in the columns Low and High."
        } else {
            "Each input alone goes down and up while the others stay as written. A worksheet cannot \
             compute a line of this model, so these are values that Lightcone has computed."
        };
        self.text(1, 0, how, &styles.about)?;
        let url = Url::new(format!(
            "internal:{}",
            place::on_sheet(self.page_sheet, "A1")
        ));
        self.sheet
            .write_url_with_format(2, 0, url.set_text("Page of the model"), &styles.link)?;
        self.text(SHARE_ROW, 0, "Down and up by", &styles.strong_label)?;
        let format = if live { &styles.input } else { &styles.value };
        self.sheet
            .write_number_with_format(SHARE_ROW, 1, SHARE, format)?;
        self.text(SHARE_ROW, 2, "%", &styles.label)?;
        self.text(
            SHARE_ROW,
            3,
            if live { "live" } else { "computed" },
            &styles.label,
        )
    }

    fn headings(&mut self, row: u32, titles: &[&str]) -> Result<(), XlsxError> {
        let texts: Vec<(&str, f64)> = titles.iter().map(|title| (*title, WIDTH)).collect();
        self.sheet.set_row_height(row, style::height(&texts))?;
        for (column, title) in titles.iter().enumerate() {
            let header = &self.around.styles.header;
            self.sheet
                .write_string_with_format(row, column as u16, *title, header)?;
        }
        Ok(())
    }

    fn input_headings(&mut self) -> Result<(), XlsxError> {
        let section = self.around.styles.section.clone();
        let row = self.first_input() - 2;
        self.text(row, 0, "Each input", &section)?;
        let line = &self.page.lines[self.total];
        let unit = unit::shown(line.symbol.unit);
        let (low, high) = (
            format!("{} at low, {unit}", line.symbol.name),
            format!("{} at high, {unit}", line.symbol.name),
        );
        self.headings(
            row + 1,
            &[
                "Input", "As is", "Low", "High", "Unit", &low, &high, "Swing", "Rank",
            ],
        )
    }

    /// The texts of one input, and its values in its unit; a list is a share of itself.
    fn shown(&self, bar: usize) -> (String, &'static str, [f64; 3]) {
        let Bar {
            input, low, high, ..
        } = &self.bars[bar];
        let input = &self.page.inputs[*input];
        if input.input.list {
            let name = format!("{} (all values)", input.symbol.name);
            return (name, "% of each", [100.0, 100.0 - SHARE, 100.0 + SHARE]);
        }
        let value = |list: &[f64]| {
            let first = list.first().copied().unwrap_or(f64::NAN);
            unit::in_unit(first, input.input.base)
        };
        (
            input.symbol.name.to_owned(),
            unit::shown(input.symbol.unit),
            [value(&input.values), value(low), value(high)],
        )
    }

    fn totals(&self, bar: usize) -> [Cached; 3] {
        let line: &PageLine = &self.page.lines[self.total];
        let bar = &self.bars[bar];
        let swing = bar.swing(self.total).unwrap_or(-line.base);
        [
            Cached::of(&bar.at_low[self.total]),
            Cached::of(&bar.at_high[self.total]),
            Cached::Number(swing),
        ]
        .map(|value| value.map(|value| line.in_unit(value)))
    }

    /// The places of the bars, the widest swing first.
    fn order(&self) -> Vec<usize> {
        let swing = |bar: &usize| self.bars[*bar].swing(self.total).unwrap_or(-1.0);
        let mut order: Vec<usize> = (0..self.bars.len()).collect();
        order.sort_by(|one, other| swing(other).total_cmp(&swing(one)));
        order
    }

    fn live_inputs(&mut self) -> Result<(), XlsxError> {
        self.input_headings()?;
        let styles = self.around.styles;
        let (first, last) = (self.first_input(), self.last_input());
        let total_row = self.line_row(self.total) + 1;
        let base = self.page.lines[self.total].base;
        let order = self.order();
        let share = place::absolute(SHARE_ROW, 1);
        for bar in 0..self.bars.len() {
            let row = first + bar as u32;
            let (name, unit, [now, low, high]) = self.shown(bar);
            let place = self.bars[bar].input;
            let input = &self.page.inputs[place];
            self.text(row, at::INPUT, &name, &styles.label)?;
            self.text(row, at::UNIT, unit, &styles.unit)?;
            let whole = input.input.kind == Kind::Whole && !input.input.list;
            let format = if whole && input.symbol.unit == lightcone_units::shown::YEAR {
                styles.input.clone().set_num_format(style::YEAR)
            } else if whole {
                styles.input.clone().set_num_format(style::WHOLE)
            } else {
                styles.input.clone()
            };
            if input.input.list {
                self.sheet
                    .write_number_with_format(row, at::NOW, 100, &styles.value)?;
            } else {
                let cell = place::absolute(self.placed.inputs[place].0, column::VALUE);
                let cell = place::on_sheet(self.page_sheet, &cell);
                self.formula((row, at::NOW), &cell, &Cached::Number(now), &styles.value)?;
            }
            let now_cell = place::in_column(row, at::NOW);
            for (column, is_high, value) in [(at::LOW, false, low), (at::HIGH, true, high)] {
                let text = if input.input.list {
                    let sign = if is_high { '+' } else { '-' };
                    format!("{now_cell}{sign}{share}")
                } else {
                    moved_cell(input, is_high, &now_cell, &share)
                };
                self.formula((row, column), &text, &Cached::Number(value), &format)?;
            }
            let [at_low, at_high, swing] = self.totals(bar);
            let scenario = 2 + 2 * bar as u16;
            for (column, from, value) in [
                (at::TOTAL_LOW, scenario, &at_low),
                (at::TOTAL_HIGH, scenario + 1, &at_high),
            ] {
                let cell = place::absolute(total_row, from);
                let text = if base == 1.0 {
                    cell
                } else {
                    format!("{cell}/{}", literal(base))
                };
                self.formula((row, column), &text, value, &styles.value)?;
            }
            let (low, high) = (
                place::in_column(row, at::TOTAL_LOW),
                place::in_column(row, at::TOTAL_HIGH),
            );
            // Below every swing: an input with an end without an answer comes last.
            let text = format!("IF(AND(ISNUMBER({low}),ISNUMBER({high})),ABS({high}-{low}),-1)");
            self.formula((row, at::SWING), &text, &swing, &styles.value)?;
            let (swings, cell) = (
                place::rows(first, last, at::SWING),
                place::in_column(row, at::SWING),
            );
            let up_to_here = format!(
                "{}:{}",
                place::absolute(first, at::SWING),
                place::in_column(row, at::SWING)
            );
            let text =
                format!("SUMPRODUCT(({swings}>{cell})*1)+SUMPRODUCT(({up_to_here}={cell})*1)");
            let rank = order.iter().position(|known| *known == bar).unwrap_or(0) + 1;
            let rank = Cached::Number(rank as f64);
            self.formula((row, at::RANK), &text, &rank, &styles.base)?;
        }
        style::no_answer(&mut self.sheet, (first, at::SWING), (last, at::SWING))?;
        style::four_digits(&mut self.sheet, (first, at::TOTAL_LOW), (last, at::SWING))?;
        style::four_digits(&mut self.sheet, (first, at::NOW), (last, at::HIGH))
    }

    fn computed_inputs(&mut self) -> Result<(), XlsxError> {
        self.input_headings()?;
        let styles = self.around.styles;
        let (first, last) = (self.first_input(), self.last_input());
        let order = self.order();
        for bar in 0..self.bars.len() {
            let row = first + bar as u32;
            let (name, unit, numbers) = self.shown(bar);
            self.text(row, at::INPUT, &name, &styles.label)?;
            self.text(row, at::UNIT, unit, &styles.unit)?;
            for (column, number) in [at::NOW, at::LOW, at::HIGH].into_iter().zip(numbers) {
                if number.is_finite() {
                    self.sheet
                        .write_number_with_format(row, column, number, &styles.computed)?;
                }
            }
            let columns = [at::TOTAL_LOW, at::TOTAL_HIGH, at::SWING];
            for (column, value) in columns.into_iter().zip(self.totals(bar)) {
                match value {
                    Cached::Number(number) => {
                        self.sheet.write_number_with_format(
                            row,
                            column,
                            number,
                            &styles.computed,
                        )?;
                    }
                    _ => self.text(row, column, "no answer", &styles.computed)?,
                }
            }
            let rank = order.iter().position(|known| *known == bar).unwrap_or(0) + 1;
            self.sheet
                .write_number_with_format(row, at::RANK, rank as f64, &styles.base)?;
        }
        style::no_answer(&mut self.sheet, (first, at::SWING), (last, at::SWING))?;
        style::four_digits(&mut self.sheet, (first, at::NOW), (last, at::SWING))
    }

    fn scenarios(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        let styles = self.around.styles;
        let page = self.page;
        let header = self.scenario_header();
        self.text(
            header - 1,
            0,
            "The model for each end of each input, in base units",
            &styles.section,
        )?;
        self.headings(header, &["Cell"])?;
        for (column, end) in self.scenario_columns() {
            let title = match end {
                None => "as is".to_owned(),
                Some((bar, high)) => {
                    let input = page.inputs[self.bars[bar].input].input;
                    let end = if high { "high" } else { "low" };
                    format!("{} {end}", input.argument)
                }
            };
            self.text(header, column, &title, &styles.header)?;
        }
        for (place, input) in page.inputs.iter().enumerate() {
            let (from, to) = self.placed.inputs[place];
            for step in 0..=(to - from) {
                let name = if input.input.list {
                    format!("{} {}", input.input.argument, step + 1)
                } else {
                    input.input.argument.to_owned()
                };
                self.text(self.input_row(place) + step, 0, &name, &styles.mono)?;
            }
        }
        for place in self.needed() {
            let (row, name) = (self.line_row(place), page.lines[place].name);
            self.text(row, 0, &format!("{name}, before its check"), &styles.mono)?;
            self.text(row + 1, 0, name, &styles.mono)?;
        }
        for cell in cells {
            self.formula(
                (cell.row, cell.column),
                &cell.text,
                &cell.value,
                &styles.base,
            )?;
        }
        Ok(())
    }

    /// The inputs in the order of their swing, and the figure of it.
    fn sorted(&mut self) -> Result<(), XlsxError> {
        let styles = self.around.styles;
        let page = self.page;
        let line = &page.lines[self.total];
        let total = line.symbol.name;
        self.text(SORTED_ROW - 1, 0, "The widest swing first", &styles.section)?;
        let unit = unit::shown(line.symbol.unit);
        let headings = [
            "Input".to_owned(),
            format!("Change of {total} at low, {unit}"),
            format!("Change of {total} at high, {unit}"),
        ];
        let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
        self.headings(SORTED_ROW, &headings)?;
        let (first, last) = (self.first_input(), self.last_input());
        let ranks = place::rows(first, last, at::RANK);
        let now = place::on_sheet(
            self.page_sheet,
            &place::absolute(self.placed.lines[self.total], column::VALUE),
        );
        let base = self.placed.answers[self.total].clone();
        for (position, bar) in self.order().into_iter().enumerate() {
            let row = SORTED_ROW + 1 + position as u32;
            let of_rank = |column: u16| {
                let list = place::rows(first, last, column);
                format!("INDEX({list},MATCH({},{ranks},0))", position + 1)
            };
            let (name, _, _) = self.shown(bar);
            self.formula(
                (row, 0),
                &of_rank(at::INPUT),
                &Cached::Text(name),
                &styles.label,
            )?;
            let answers = [
                (at::TOTAL_LOW, &self.bars[bar].at_low),
                (at::TOTAL_HIGH, &self.bars[bar].at_high),
            ];
            let changes = answers.map(|(column, answers)| {
                let change = match (&answers[self.total], &base) {
                    (Ok(value), Ok(base)) => Cached::Number(line.in_unit(value - base)),
                    _ => Cached::Missing,
                };
                (column, change)
            });
            for (place, (column, change)) in changes.into_iter().enumerate() {
                let text = format!("IFERROR({}-{now},NA())", of_rank(column));
                self.formula((row, 1 + place as u16), &text, &change, &styles.value)?;
            }
        }
        let (first, last) = (SORTED_ROW + 1, SORTED_ROW + self.bars.len() as u32);
        style::four_digits(&mut self.sheet, (first, 1), (last, 2))?;
        let mut chart = Chart::new_bar();
        for (column, title, color) in [(1, "at low", "#9DB7D5"), (2, "at high", "#1F3A5F")] {
            let mut format = ChartFormat::new();
            format.set_solid_fill(ChartSolidFill::new().set_color(color));
            chart
                .add_series()
                .set_name(title)
                .set_categories((self.name, first, 0, last, 0))
                .set_values((self.name, first, column, last, column))
                .set_format(&mut format)
                .set_overlap(100)
                .set_gap(40);
        }
        chart
            .title()
            .set_name(&format!("Change of {total}, {unit}"));
        // The categories of a chart of bars are on the vertical axis.
        chart.y_axis().set_reverse();
        chart
            .y_axis()
            .set_label_position(rust_xlsxwriter::ChartAxisLabelPosition::Low);
        chart.set_alt_text(format!(
            "Bars, one an input: how much {total} changes when the input goes down and up. The \
             table beside it has the same numbers."
        ));
        chart
            .set_width(620)
            .set_height(120 + 34 * self.bars.len() as u32);
        self.sheet.insert_chart(SORTED_ROW - 1, 10, &chart)?;
        Ok(())
    }

    fn frame(&mut self) -> Result<(), XlsxError> {
        self.sheet.set_column_width(0, 44)?;
        let last = 2 + 2 * self.bars.len() as u16;
        self.sheet
            .set_column_range_width(1, last.max(at::RANK), WIDTH)?;
        self.sheet.set_freeze_panes(0, 1)?;
        self.sheet.set_landscape().set_print_fit_to_pages(1, 0);
        Ok(())
    }
}
