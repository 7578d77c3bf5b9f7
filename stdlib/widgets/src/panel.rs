//! A worksheet as a live calculator: a widget for each input, the lines, a plot.
//!
//! The worksheet holds the exact values; the widgets only follow it. A front end
//! moves a slider onto its grid of steps by itself, and tells the kernel. Such a
//! move changes nothing here: what counts is that the reader moves the slider to
//! another place of its grid. So a value typed exactly stays exact.

use std::fmt::{self, Write as _};
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lightcone_sheets::{Computed, Role, Sheet, Worksheet};
use lightcone_units::{DomainError, Input, Kind, Scale, Symbol};
use serde_json::{Map, Value};

use crate::container::{HBox, VBox};
use crate::error::Result;
use crate::handle::{Handle, Subscription};
use crate::html::escape;
use crate::interact::round_step;
use crate::number::{FloatLogSlider, FloatSlider};
use crate::registry::{Registry, Watched, panic_text};
use crate::snapshot::COARSE;
use crate::text::{Html, Text};
use crate::toggle::Checkbox;
use crate::tools::{CodeField, Tools};
use crate::{Dropdown, IntSlider};

/// Draws a worksheet as SVG; `None` when there is nothing to draw. It runs at
/// every change, with the panel locked, so it must not ask the panel.
pub type PlotOf = Arc<dyn Fn(&Worksheet) -> Option<String> + Send + Sync>;

/// A live calculator. Cheap to clone; all clones are the same panel.
///
/// Each number has a slider and a field that shows the exact value and takes one
/// with a unit: `80 ms`. Choices have a list, yes or no a checkbox, lists of
/// numbers a field. All are reached and moved by keyboard.
///
/// ```
/// use lightcone_formula_macros::calculator;
/// use lightcone_units::{DataRate, DataSize, Time};
/// use lightcone_widgets::Panel;
///
/// calculator! {
///     /// How much is under way on a line.
///     ///
///     /// # Examples
///     /// ```
///     /// ```
///     pub fn pipe(
///         bandwidth: DataRate in mbit_per_s, "B", "bandwidth",
///             above 0 "a line without bandwidth never sends", default 1_000, range 1..=100_000 log;
///         rtt: Time in ms, "RTT", "round-trip time",
///             above 0 "an answer always takes some time", default 80, range 0.1..=500 log;
///     ) {
///         result full: DataSize in mb, "BDP", "data under way" = bandwidth * rtt / 8;
///     }
///     id: "C900"; name: "Full pipe"; path: "calc::pipe";
///     assumes: "The line is idle."; fails: "With loss."; source: "RFC 1072"; episode: 1;
/// }
///
/// let panel = Panel::new(pipe(), None)?;
/// panel.view(); // what the notebook displays
/// panel.set_text("rtt", "160 ms")?; // or the reader does so
/// assert_eq!(panel.worksheet().compute().text("full")?, "20 MB");
/// assert_eq!(panel.code(), "calc::pipe().rtt(160.ms())");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Panel {
    root: Handle,
    core: Arc<Core>,
}

impl Deref for Panel {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.root
    }
}

impl AsRef<Handle> for Panel {
    fn as_ref(&self) -> &Handle {
        &self.root
    }
}

impl From<Panel> for Handle {
    fn from(panel: Panel) -> Self {
        panel.root
    }
}

impl fmt::Debug for Panel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Panel({})", self.worksheet())
    }
}

/// The worksheet as a table of text.
impl fmt::Display for Panel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.worksheet().fmt(formatter)
    }
}

/// One attribute of one widget that stands for an input.
struct Field {
    model: String,
    key: &'static str,
    input: usize,
    role: FieldRole,
}

enum FieldRole {
    Slider(Grid),
    Text,
    Choice(&'static [(&'static str, f64)]),
    Flag,
}

/// Where a slider can stand, in the unit of the input.
struct Grid {
    low: f64,
    high: f64,
    spacing: Spacing,
    whole: bool,
    base: f64,
}

enum Spacing {
    /// Multiples of a step between the first and the last one.
    Even { step: f64, first: f64, last: f64 },
    /// Exponents of 10, in so many steps; values have so many digits.
    Factors {
        low: f64,
        high: f64,
        steps: f64,
        digits: usize,
    },
}

struct State {
    worksheet: Worksheet,
    /// What each field held when it was looked at last.
    seen: Vec<Value>,
    /// Why a text could not be read, for each input.
    unread: Vec<Option<String>>,
}

/// What the panel's callbacks need: no handles, which would keep the widgets
/// alive for ever.
struct Core {
    initial: Worksheet,
    fields: Vec<Field>,
    notes: Vec<String>,
    results: String,
    figure: String,
    code: CodeField,
    plot: Option<PlotOf>,
    state: Mutex<State>,
}

impl Panel {
    /// Makes the panel of a worksheet; "Reset" goes back to what it holds now.
    ///
    /// See the example of [`Panel`].
    ///
    /// # Errors
    /// When an input cannot become a widget, for instance a choice with two equal
    /// labels.
    pub fn new(worksheet: impl Into<Worksheet>, plot: Option<PlotOf>) -> Result<Self> {
        let worksheet = worksheet.into();
        let sheet = worksheet.sheet();
        let mut rows: Vec<Handle> = vec![Html::new(heading(sheet)).into()];
        let mut fields = Vec::new();
        let mut notes = Vec::new();
        for (place, (symbol, input)) in sheet.inputs().enumerate() {
            let note = Html::new("");
            let mut row = controls(&worksheet, place, symbol, input, &mut fields)?;
            row.push(note.clone().into());
            rows.push(HBox::new(row)?.layout("flex-flow", "row wrap")?.into());
            notes.push(note.model_id().to_owned());
        }
        let results = Html::new("");
        let figure = Html::new("");
        let tools = Tools::new()?;
        rows.extend([
            results.clone().into(),
            figure.clone().into(),
            tools.row.clone(),
            Html::new(footing(sheet)).into(),
        ]);
        let registry = Registry::current();
        let seen = fields.iter().map(|field: &Field| field.held(&registry));
        let core = Arc::new(Core {
            state: Mutex::new(State {
                seen: seen.map(Option::unwrap_or_default).collect(),
                unread: vec![None; notes.len()],
                worksheet: worksheet.clone(),
            }),
            initial: worksheet,
            fields,
            notes,
            results: results.model_id().to_owned(),
            figure: figure.model_id().to_owned(),
            code: tools.code.clone(),
            plot,
        });
        let root: Handle = VBox::new(rows)?.class("lightcone-panel").into();
        core.publish(&registry, &mut core.lock(), &[]);
        let (moved, reset, code) = (core.clone(), core.clone(), core.clone());
        registry.observe(
            core.watched(),
            Box::new(move |registry, _| moved.follow(registry)),
        );
        tools.connect(
            &registry,
            move |registry| reset.reset(registry),
            move |_| Some(code.lock().worksheet.code()),
        );
        Ok(Self { root, core })
    }

    /// The worksheet as the reader has set it: later cells compute with it.
    ///
    /// See the example of [`Panel`].
    #[must_use]
    pub fn worksheet(&self) -> Worksheet {
        self.core.lock().worksheet.clone()
    }

    /// Gives an input a value as people write it, as if the reader had typed it.
    ///
    /// See the example of [`Panel`].
    ///
    /// # Errors
    /// [`DomainError`] when there is no such input or the text cannot be read.
    pub fn set_text(&self, input: &str, text: &str) -> Result<(), DomainError> {
        self.set_with(|worksheet| worksheet.set_text(input, text))
    }

    /// Gives an input a value in base units (seconds, bytes, bits per second, metres,
    /// dollars).
    ///
    /// # Errors
    /// [`DomainError`] as from [`Worksheet::set`].
    pub fn set(&self, input: &str, values: &[f64]) -> Result<(), DomainError> {
        self.set_with(|worksheet| worksheet.set(input, values))
    }

    fn set_with(
        &self,
        change: impl FnOnce(&mut Worksheet) -> Result<(), DomainError>,
    ) -> Result<(), DomainError> {
        let registry = self.root.registry();
        registry.hold(|| {
            let mut state = self.core.lock();
            change(&mut state.worksheet)?;
            state.unread.fill(None);
            self.core.publish(registry, &mut state, &[]);
            Ok(())
        })
    }

    /// Sets everything as it was at first, as the button does.
    pub fn reset(&self) {
        let registry = self.root.registry();
        registry.hold(|| self.core.reset(registry));
    }

    /// The code that makes the worksheet, as "Copy as code" shows it.
    ///
    /// See the example of [`Panel`].
    #[must_use]
    pub fn code(&self) -> String {
        self.core.lock().worksheet.code()
    }

    /// Calls back with the worksheet after each change: at once, on the thread that
    /// made it, also while a cell runs.
    pub fn observe(&self, mut callback: impl FnMut(&Worksheet) + Send + 'static) -> Subscription {
        let core = self.core.clone();
        let mut told = self.worksheet();
        // Registered after the panel's own callback, so it runs after it.
        let id = self.root.registry().observe(
            self.core.watched(),
            Box::new(move |_, _| {
                let now = core.lock().worksheet.clone();
                if now != told {
                    told.clone_from(&now);
                    callback(&now);
                }
            }),
        );
        self.root.subscription(id)
    }
}

fn one(key: &str, value: impl Into<Value>) -> Map<String, Value> {
    Map::from_iter([(key.to_owned(), value.into())])
}

impl Field {
    fn held(&self, registry: &Registry) -> Option<Value> {
        registry.peek(&self.model, |state| state[self.key].clone())
    }

    /// Whether the reader moved it, or the front end only rounded it.
    fn moved(&self, seen: &Value, now: &Value) -> bool {
        match (&self.role, seen.as_f64(), now.as_f64()) {
            (FieldRole::Slider(grid), Some(seen), Some(now)) => !grid.same_place(seen, now),
            _ => seen != now,
        }
    }

    /// What it must hold for the worksheet.
    fn wanted(&self, worksheet: &Worksheet) -> Option<Value> {
        let values = worksheet.values().get(self.input)?;
        match &self.role {
            FieldRole::Slider(grid) => Some(grid.position(*values.first()?)?.into()),
            FieldRole::Text => {
                let (_, input) = worksheet.sheet().inputs().nth(self.input)?;
                Some(worksheet.input_text(input.argument).ok()?.into())
            }
            FieldRole::Choice(choices) => {
                let value = values.first()?;
                let index = choices.iter().position(|(_, number)| number == value)?;
                Some(index.into())
            }
            FieldRole::Flag => Some((*values.first()? != 0.0).into()),
        }
    }

    /// Takes what it holds over into the worksheet.
    fn apply(&self, worksheet: &mut Worksheet, held: &Value) -> Result<(), DomainError> {
        let Some((_, input)) = worksheet.sheet().inputs().nth(self.input) else {
            return Ok(());
        };
        let number = match &self.role {
            FieldRole::Text => {
                return worksheet.set_text(input.argument, held.as_str().unwrap_or_default());
            }
            FieldRole::Slider(grid) => held.as_f64().map(|position| grid.value(position)),
            FieldRole::Choice(choices) => held
                .as_u64()
                .and_then(|index| choices.get(usize::try_from(index).ok()?))
                .map(|(_, number)| *number),
            FieldRole::Flag => held.as_bool().map(|on| f64::from(u8::from(on))),
        };
        number.map_or(Ok(()), |number| worksheet.set(input.argument, &[number]))
    }
}

impl Grid {
    /// The grid of an input; `None` when a slider makes no sense.
    fn of(input: &Input) -> Option<Self> {
        let (low, high) = (input.low, input.high);
        // A range that is too narrow for its numbers has no places to tell apart.
        let wide = (high - low) > 1e-6 * low.abs().max(high.abs());
        if !(low.is_finite() && high.is_finite() && wide) {
            return None;
        }
        let whole = input.kind == Kind::Whole;
        let spacing = if input.scale == Scale::Logarithmic && low > 0.0 {
            let (low, high) = (low.log10(), high.log10());
            // A hundred places for each factor of ten: two or three percent a step.
            let steps = ((high - low) * 100.0).round().max(20.0);
            // As few digits as tell one place from the next.
            let apart = 10_f64.powf((high - low) / steps) - 1.0;
            let digits = (2.0 - apart.log10()).floor().clamp(2.0, 15.0) as usize;
            Spacing::Factors {
                low,
                high,
                steps,
                digits,
            }
        } else {
            let step = match round_step(&(low..=high)) {
                step if whole => step.ceil().max(1.0),
                step => step,
            };
            let (first, last) = ((low / step).floor() * step, (high / step).ceil() * step);
            Spacing::Even { step, first, last }
        };
        Some(Self {
            low,
            high,
            spacing,
            whole,
            base: input.base,
        })
    }

    /// Where the slider stands for a value in base units. A front end puts it there
    /// again by itself, so it must be a place of the grid.
    fn position(&self, value: f64) -> Option<f64> {
        let value = value / self.base;
        if !value.is_finite() {
            return None;
        }
        Some(match self.spacing {
            // The ends may lie between two places.
            Spacing::Even { step, first, .. } if value <= self.low + 1e-3 * step => first,
            Spacing::Even { step, last, .. } if value >= self.high - 1e-3 * step => last,
            Spacing::Even { step, first, last } => {
                let steps = ((value.clamp(first, last) - first) / step).round();
                short(first + steps * step, 12).clamp(first, last)
            }
            Spacing::Factors {
                low, high, steps, ..
            } => {
                let exponent = value.max(f64::MIN_POSITIVE).log10().clamp(low, high);
                let step = (high - low) / steps;
                let places = ((exponent - low) / step).round();
                10_f64.powf((low + places * step).clamp(low, high))
            }
        })
    }

    fn same_place(&self, one: f64, other: f64) -> bool {
        let near = match self.spacing {
            Spacing::Even { step, .. } => step * 1e-3,
            Spacing::Factors {
                low, high, steps, ..
            } => one.abs() * (high - low) / steps * 0.1,
        };
        (one - other).abs() <= near
    }

    /// The value in base units for a place: as round as the steps are wide.
    fn value(&self, position: f64) -> f64 {
        let value = match self.spacing {
            Spacing::Even { step, .. } => short((position / step).round() * step, 12),
            Spacing::Factors { digits, .. } => short(position, digits),
        };
        let value = if self.whole { value.round() } else { value };
        value.clamp(self.low, self.high) * self.base
    }
}

/// The number with so many significant digits.
fn short(value: f64, digits: usize) -> f64 {
    let text = format!("{value:.*e}", digits.saturating_sub(1));
    text.parse().unwrap_or(value)
}

fn sentence(symbol: &Symbol, input: &Input) -> String {
    let mut text = symbol.name.to_owned();
    if !symbol.domain.is_empty() {
        let _ = write!(text, ", {}", symbol.domain);
    }
    if !input.why.is_empty() {
        let _ = write!(text, ": {}", input.why);
    }
    text
}

/// The widgets of one input, without its note.
fn controls(
    worksheet: &Worksheet,
    place: usize,
    symbol: &Symbol,
    input: &'static Input,
    fields: &mut Vec<Field>,
) -> Result<Vec<Handle>> {
    let label = symbol.name;
    let mut field = |widget: &Handle, key: &'static str, role: FieldRole| {
        fields.push(Field {
            model: widget.model_id().to_owned(),
            key,
            input: place,
            role,
        });
    };
    let values = worksheet.values().get(place);
    let first = values.and_then(|values| values.first()).copied();
    let text = worksheet.input_text(input.argument).unwrap_or_default();
    let known = sentence(symbol, input);
    if let (Kind::Choice(choices), false) = (input.kind, input.list) {
        if input.quantity == "bool" {
            let widget = Checkbox::new(label, first.is_some_and(|value| value != 0.0))
                .tooltip(&known)
                .style("description_width", LABEL)?
                .layout("width", "auto")?;
            field(&widget, "value", FieldRole::Flag);
            return Ok(vec![widget.into()]);
        }
        let labels: Vec<&str> = choices.iter().map(|(label, _)| *label).collect();
        let chosen = choices
            .iter()
            .find(|(_, value)| Some(*value) == first)
            .or(choices.first())
            .map_or("", |(label, _)| *label);
        let widget = Dropdown::new(label, labels, chosen)?
            .tooltip(&known)
            .style("description_width", LABEL)?
            .layout("width", "40em")?;
        field(&widget, "index", FieldRole::Choice(choices));
        return Ok(vec![widget.into()]);
    }
    let grid = Grid::of(input).filter(|_| !input.list);
    let exact = Text::new("", &text).continuous(false);
    let Some(grid) = grid else {
        let exact = exact
            .description(label)
            .tooltip(&known)
            .style("description_width", LABEL)?
            .layout("width", "40em")?;
        field(&exact, "value", FieldRole::Text);
        return Ok(vec![exact.into()]);
    };
    let slider = slider(label, &grid, first.unwrap_or(grid.low * grid.base))?;
    slider.set_attribute("tooltip", known)?;
    field(&slider, "value", FieldRole::Slider(grid));
    // Without a description its tooltip becomes its title, and so its name.
    let exact = exact.tooltip(label).layout("width", "12em")?;
    field(&exact, "value", FieldRole::Text);
    Ok(vec![slider, exact.into()])
}

/// The width of the column of labels.
const LABEL: &str = "18em";

fn slider(label: &str, grid: &Grid, value: f64) -> Result<Handle> {
    let start = match grid.spacing {
        Spacing::Even { first, .. } => first,
        Spacing::Factors { .. } => grid.low,
    };
    let position = grid.position(value).unwrap_or(start);
    macro_rules! dressed {
        ($slider:expr) => {
            $slider
                .readout(false)
                .class(COARSE)
                .style("description_width", LABEL)?
                .layout("width", "36em")?
                .into()
        };
    }
    Ok(match grid.spacing {
        Spacing::Even { step, first, last } if grid.whole && last.abs() < 1e15 => {
            let limits = first as i64..=last as i64;
            dressed!(IntSlider::new(label, limits, position as i64)?.step(step as i64)?)
        }
        Spacing::Even { step, first, last } => {
            dressed!(FloatSlider::new(label, first..=last, position)?.step(step)?)
        }
        Spacing::Factors {
            low, high, steps, ..
        } => {
            let step = (high - low) / steps;
            dressed!(FloatLogSlider::new(label, grid.low..=grid.high, position)?.step(step)?)
        }
    })
}

impl Core {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watched(&self) -> Vec<Watched> {
        let fields = self.fields.iter();
        fields
            .map(|field| (field.model.clone(), Some(field.key)))
            .collect()
    }

    /// Takes over what the reader did.
    fn follow(&self, registry: &Registry) {
        let mut guard = self.lock();
        let state = &mut *guard;
        // The fields that must stay as the reader has them now.
        let mut sources = vec![false; self.fields.len()];
        let mut changed = false;
        for (place, field) in self.fields.iter().enumerate() {
            let Some(now) = field.held(registry) else {
                continue;
            };
            let Some(seen) = state.seen.get_mut(place) else {
                continue;
            };
            if !field.moved(seen, &now) {
                continue;
            }
            let applied = field.apply(&mut state.worksheet, &now);
            *seen = now;
            changed = true;
            if matches!(field.role, FieldRole::Text) {
                // A text counts more than the slider beside it.
                for (source, other) in sources.iter_mut().zip(&self.fields) {
                    *source &= other.input != field.input;
                }
            } else {
                sources[place] = true;
            }
            if let Some(entry) = state.unread.get_mut(field.input) {
                *entry = applied.err().map(|error| error.to_string());
            }
        }
        if changed {
            self.publish(registry, state, &sources);
        }
    }

    fn reset(&self, registry: &Registry) {
        let mut state = self.lock();
        state.worksheet.clone_from(&self.initial);
        state.unread.fill(None);
        self.publish(registry, &mut state, &[]);
    }

    /// Brings all widgets up to date, except the fields that the reader is moving.
    fn publish(&self, registry: &Registry, state: &mut State, sources: &[bool]) {
        for (place, field) in self.fields.iter().enumerate() {
            let unread = state.unread.get(field.input).is_some_and(Option::is_some);
            let source = sources.get(place).copied().unwrap_or_default();
            // What cannot be read stays as the reader left it.
            if source || (unread && matches!(field.role, FieldRole::Text)) {
                continue;
            }
            let Some(wanted) = field.wanted(&state.worksheet) else {
                continue;
            };
            if state
                .seen
                .get(place)
                .is_some_and(|seen| field.moved(seen, &wanted))
            {
                registry.change_by_id(&field.model, one(field.key, wanted.clone()));
                state.seen[place] = field.held(registry).unwrap_or(wanted);
            }
        }
        let computed = state.worksheet.compute();
        let inputs = state.worksheet.sheet().inputs();
        for ((note, unread), (_, input)) in self.notes.iter().zip(&state.unread).zip(inputs) {
            let problem = computed.problem(input.argument).map(ToString::to_string);
            let text = unread.clone().or(problem);
            let html = text.map_or_else(String::new, |text| {
                format!(
                    "<span role=\"alert\" class=\"lightcone-note\">{}</span>",
                    escape(&text)
                )
            });
            registry.change_by_id(note, one("value", html));
        }
        registry.change_by_id(&self.results, one("value", results(&computed)));
        if let Some(plot) = &self.plot {
            let drawn = catch_unwind(AssertUnwindSafe(|| plot(&state.worksheet)));
            let figure = drawn.unwrap_or_else(|payload| match panic_text(&*payload) {
                Some(text) => Some(format!("<p>There is no plot: {}</p>", escape(text))),
                None => resume_unwind(payload),
            });
            registry.change_by_id(&self.figure, one("value", figure.unwrap_or_default()));
        }
        self.code.follow(registry, || Some(state.worksheet.code()));
    }
}

fn heading(sheet: &Sheet) -> String {
    format!(
        "{STYLE}<p class=\"lightcone-panel-name\"><b>{}</b> <span>{}</span></p><p class=\"lightcone-panel-about\">{}</p>",
        escape(sheet.name),
        escape(sheet.id),
        escape(sheet.about),
    )
}

/// Rules bound to class names of the panel's own.
const STYLE: &str = "<style>\
.lightcone-panel-name,.lightcone-panel-about{margin:0.2em 0;line-height:1.4;max-width:60em}\
.lightcone-note{border-left:3px solid #d55e00;padding-left:0.5em;line-height:1.4}\
.lightcone-results{border-collapse:collapse;margin:0.4em 0;color:inherit;line-height:1.4}\
.lightcone-results caption{text-align:left;opacity:0.8;padding:0.2em 0}\
.lightcone-results th,.lightcone-results td{text-align:left;vertical-align:top;font-weight:400;\
padding:0.2em 1em 0.2em 0;border:none}\
.lightcone-results thead th{font-weight:600;\
border-bottom:1px solid var(--jp-border-color2,rgba(128,128,128,0.4))}\
.lightcone-results td.lightcone-value{white-space:nowrap}\
.lightcone-results tr.lightcone-answer th,.lightcone-results tr.lightcone-answer td.lightcone-value{\
font-weight:600}\
</style>";

fn results(computed: &Computed) -> String {
    let mut html = String::from(
        "<table class=\"lightcone-results\"><caption>Results</caption><thead><tr>\
         <th scope=\"col\">Line</th><th scope=\"col\">Value</th><th scope=\"col\">Note</th>\
         </tr></thead><tbody>",
    );
    for (line, answer) in computed.sheet().lines.iter().zip(computed.answers()) {
        let class = if line.role == Role::Step {
            ""
        } else {
            " class=\"lightcone-answer\""
        };
        // Writing to a `String` cannot fail.
        let _ = write!(
            html,
            "<tr{class}><th scope=\"row\">{}</th>",
            escape(line.symbol.name)
        );
        let note = escape(line.note);
        let _ = match answer {
            Ok(value) => write!(
                html,
                "<td class=\"lightcone-value\">{}</td><td>{note}</td></tr>",
                escape(&line.text(*value)),
            ),
            Err(error) => write!(
                html,
                "<td class=\"lightcone-value\">no answer</td><td>{}</td></tr>",
                escape(&error.to_string()),
            ),
        };
    }
    html.push_str("</tbody></table>");
    html
}

fn footing(sheet: &Sheet) -> String {
    let mut html = String::from("<details><summary>Assumptions and source</summary>");
    for (word, text) in [
        ("Assumes", sheet.assumptions),
        ("Fails", sheet.fails),
        ("Source", sheet.source),
        ("Prices", sheet.prices),
    ] {
        if !text.is_empty() {
            let _ = write!(html, "<p>{word}: {}</p>", escape(text));
        }
    }
    html.push_str("</details>");
    html
}

#[cfg(test)]
mod tests {
    use lightcone_units::{Limits, Scalar, Time};
    use proptest::prelude::*;

    use super::*;

    fn grid(low: f64, high: f64, base: f64, scale: Scale, kind: Kind) -> Option<Grid> {
        Grid::of(&Input {
            argument: "x",
            quantity: "Time",
            kind,
            list: false,
            base,
            limits: Limits::NONE,
            why: "",
            default: &[1.0],
            low,
            high,
            scale,
            read: <Time as Scalar>::read,
        })
    }

    #[test]
    fn a_range_that_is_none_has_no_slider() {
        for (low, high) in [
            (1.0, 1.0),
            (2.0, 1.0),
            (0.0, f64::INFINITY),
            (f64::NAN, 1.0),
        ] {
            assert!(grid(low, high, 1.0, Scale::Linear, Kind::Number).is_none());
        }
    }

    #[test]
    fn sliders_give_round_values() {
        let even = grid(0.1, 500.0, 0.001, Scale::Linear, Kind::Number).unwrap();
        assert_eq!(even.position(0.0817), Some(80.0));
        assert_eq!(even.value(0.0), 0.1 * 0.001);
        assert_eq!(even.value(35.000_000_1), 35.0 * 0.001);
        assert_eq!(even.value(500.0), 500.0 * 0.001);
        let factors = grid(1.0, 100_000.0, 1e6, Scale::Logarithmic, Kind::Number).unwrap();
        assert_eq!(factors.value(794.328_234_724_281_5), 794e6);
        assert_eq!(factors.value(100_000.000_000_01), 1e11);
        let whole = grid(1.0, 1e6, 1.0, Scale::Logarithmic, Kind::Whole).unwrap();
        assert_eq!(whole.value(2.41), 2.0);
        let few = grid(1.0, 64.0, 1.0, Scale::Linear, Kind::Whole).unwrap();
        assert_eq!((few.position(5.2), few.value(5.0)), (Some(5.0), 5.0));
    }

    proptest! {
        #[test]
        fn a_place_of_the_grid_stays_where_it_is(
            low in -1e6..1e6_f64,
            width in -3.0..9.0_f64,
            logarithmic: bool,
            whole: bool,
            base in prop::sample::select(vec![1.0, 0.001, 0.01, 1e6, 86_400.0]),
            at in -0.2..1.2_f64,
        ) {
            let low = if logarithmic { low.abs() + 1e-3 } else { low };
            let high = low + 10_f64.powf(width);
            let scale = if logarithmic { Scale::Logarithmic } else { Scale::Linear };
            let kind = if whole { Kind::Whole } else { Kind::Number };
            let Some(grid) = grid(low, high, base, scale, kind) else {
                prop_assert!(high - low < 1e-5 * high.abs().max(low.abs()));
                return Ok(());
            };
            let exact = (low + at * (high - low)) * base;
            let place = grid.position(exact).unwrap();
            let value = grid.value(place);
            prop_assert!(value >= low * base - 1e-9 && value <= high * base + base * high.abs() * 1e-12);
            // Where the front end puts it, it tells nothing new.
            prop_assert!(grid.same_place(place, place * (1.0 + 1e-13)));
            if !whole {
                let again = grid.position(value).unwrap();
                prop_assert!(grid.same_place(place, again), "{place} {value} {again}");
            }
        }
    }
}
