//! Which input matters, and where a line meets a target.

use std::fmt;

use lightcone_units::{DomainError, Input, Kind, Limit, Quantity as _, Scalar};

use crate::curve::between;
use crate::sheet::Sheet;
use crate::worksheet::{Plan, Worksheet, value_text};

/// How far an input goes when nobody says: 20 % down and up.
const SPREAD: f64 = 0.2;

/// Low and high of one input in base units.
///
/// ```
/// use lightcone_sheets::Range;
/// let rtt = Range { input: "rtt", low: 0.01, high: 0.2 };
/// assert!(rtt.low < rtt.high);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range<'r> {
    /// The input.
    pub input: &'r str,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl<'r> Range<'r> {
    /// A range with units: `Range::new("rtt", 10.ms(), 200.ms())`.
    ///
    /// ```
    /// use lightcone_sheets::Range;
    /// use lightcone_units::prelude::*;
    /// assert_eq!(Range::new("rtt", 10.ms(), 200.ms()).low, 0.01);
    /// ```
    #[must_use]
    pub fn new<T: Scalar>(input: &'r str, low: T, high: T) -> Self {
        Self {
            input,
            low: low.to_base(),
            high: high.to_base(),
        }
    }
}

/// What a line does when each input alone goes from low to high.
#[derive(Debug, Clone, PartialEq)]
pub struct Tornado {
    sheet: &'static Sheet,
    /// The line.
    pub line: &'static str,
    /// Its answer with the values of the worksheet, in base units.
    pub base: f64,
    /// One bar an input on which the line depends, the widest swing first.
    pub bars: Vec<Bar>,
    /// The inputs on which the line depends that have no bar, each with the reason: a
    /// list, a choice, or no answer at an end.
    pub without: Vec<(&'static str, String)>,
}

/// One bar of a [`Tornado`]; all numbers are in base units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// The input.
    pub input: &'static str,
    /// Its lower value.
    pub low: f64,
    /// Its higher value.
    pub high: f64,
    /// The line with the lower value.
    pub at_low: f64,
    /// The line with the higher value.
    pub at_high: f64,
}

impl Bar {
    /// How far apart the answers at both ends are.
    ///
    /// ```
    /// use lightcone_sheets::Bar;
    /// let bar = Bar { input: "rtt", low: 0.08, high: 0.12, at_low: 5.0, at_high: 3.0 };
    /// assert_eq!(bar.swing(), 2.0);
    /// ```
    #[must_use]
    pub fn swing(&self) -> f64 {
        (self.at_high - self.at_low).abs()
    }
}

/// What a line should reach.
///
/// ```
/// use lightcone_sheets::Target;
/// assert_ne!(Target::Value(1e9), Target::Line("line_rate"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target<'t> {
    /// A value in base units.
    Value(f64),
    /// Another line of the same type.
    Line(&'t str),
}

impl Target<'_> {
    /// A value with its unit: `Target::at(20.usd_per_month())`.
    ///
    /// ```
    /// use lightcone_sheets::Target;
    /// use lightcone_units::prelude::*;
    /// assert_eq!(Target::at(20.ms()), Target::Value(0.02));
    /// ```
    #[must_use]
    pub fn at(value: impl Scalar) -> Self {
        Self::Value(value.to_base())
    }
}

/// Where along an input a line meets its target.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakEven {
    sheet: &'static Sheet,
    target: String,
    /// The input.
    pub input: &'static str,
    /// The line.
    pub line: &'static str,
    /// Where the search began, in base units.
    pub low: f64,
    /// Where it ended.
    pub high: f64,
    /// Where the line meets or passes the target, in order.
    pub crossings: Vec<Crossing>,
    /// Whether line and target are the same all along.
    pub everywhere: bool,
    /// Whether the line is above the target where the search began; `None` when it is
    /// neither above nor below, or has no answer there.
    pub begins_above: Option<bool>,
    /// Why there is no answer in a part of the range, if so.
    pub gap: Option<DomainError>,
}

/// One place where a line meets its target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing {
    /// The value of the input in base units. For whole numbers, the first at which the
    /// line has met or passed the target.
    pub at: f64,
    /// Whether the line jumps over the target without being equal to it anywhere.
    pub jump: bool,
}

impl Worksheet {
    /// What a line does when each input alone goes from its low to its high, while the
    /// others keep their values. An input without a range goes 20 % down and up, as far
    /// as it is allowed to.
    ///
    /// # Errors
    /// [`DomainError`] for names that are not there, for lines that are words, for
    /// ranges that are empty, and when the line has no answer with the values as they
    /// are.
    pub fn tornado(&self, line: &str, ranges: &[Range<'_>]) -> Result<Tornado, DomainError> {
        let line = self.number_line(line)?;
        for range in ranges {
            let (_, input) = self.number_input(range.input)?;
            check_ends(input, range.low, range.high)?;
        }
        let plan = Plan::of_line(self.sheet(), line);
        let base = plan.run(self.values()).take(line)?;
        let inputs: Vec<&'static Input> = self.sheet().inputs().map(|(_, input)| input).collect();
        let (mut bars, mut without) = (Vec::new(), Vec::new());
        for place in plan.inputs() {
            let input = inputs[place];
            let given = ranges.iter().find(|range| range.input == input.argument);
            let ends = match given {
                Some(range) => Ok((range.low, range.high)),
                None => spread(input, &self.values()[place]),
            };
            let (low, high) = match ends {
                Ok(ends) => ends,
                Err(why) => {
                    without.push((input.argument, why.to_owned()));
                    continue;
                }
            };
            let at = |value: f64| {
                let mut values = self.values().to_vec();
                values[place] = vec![value];
                plan.run(&values).take(line)
            };
            match (at(low), at(high)) {
                (Ok(at_low), Ok(at_high)) => bars.push(Bar {
                    input: input.argument,
                    low,
                    high,
                    at_low,
                    at_high,
                }),
                (Err(error), _) | (_, Err(error)) => {
                    without.push((input.argument, format!("no answer at one end: {error}")));
                }
            }
        }
        bars.sort_by(|a, b| b.swing().total_cmp(&a.swing()));
        Ok(Tornado {
            sheet: self.sheet(),
            line: self.sheet().lines[line].name,
            base,
            bars,
            without,
        })
    }

    /// Where along an input, over the range of its slider, a line meets its target,
    /// while the other inputs keep their values.
    ///
    /// The line is computed at 401 places, and every change of sign between two of them
    /// is narrowed down by halving. Two crossings between the same two places are missed.
    ///
    /// # Errors
    /// [`DomainError`] for names that are not there, for lists, choices and words, and
    /// when line and target line are of different types.
    pub fn break_even(
        &self,
        input: &str,
        line: &str,
        target: Target<'_>,
    ) -> Result<BreakEven, DomainError> {
        let (_, known) = self.number_input(input)?;
        let (low, high) = (known.in_base(known.low), known.in_base(known.high));
        self.break_even_within(input, line, target, low, high)
    }

    /// The same from `low` to `high`, in base units.
    ///
    /// # Errors
    /// As for [`break_even`](Worksheet::break_even), and when the range is empty.
    pub fn break_even_within(
        &self,
        input: &str,
        line: &str,
        target: Target<'_>,
        low: f64,
        high: f64,
    ) -> Result<BreakEven, DomainError> {
        let (place, known) = self.number_input(input)?;
        check_ends(known, low, high)?;
        let line = self.number_line(line)?;
        let sheet = self.sheet();
        let (other, text) = match target {
            Target::Value(value) => {
                lightcone_units::argument("target", value).finite("a line reaches a number")?;
                (None, sheet.lines[line].text(value))
            }
            Target::Line(name) => {
                let other = self.number_line(name)?;
                same_type(sheet, line, other)?;
                (Some(other), format!("`{}`", sheet.lines[other].name))
            }
        };
        let wanted: Vec<usize> = [Some(line), other].into_iter().flatten().collect();
        let plan = Plan::of_lines(sheet, &wanted);
        let mut values = self.values().to_vec();
        // The difference, and how large the two are.
        let mut difference = |x: f64| -> Result<(f64, f64), DomainError> {
            values[place] = vec![x];
            let computed = plan.run(&values);
            let mine = computed.answers()[line].clone()?;
            let theirs = match (other, target) {
                (Some(other), _) => computed.answers()[other].clone()?,
                (None, Target::Value(value)) => value,
                (None, Target::Line(_)) => f64::NAN,
            };
            Ok((mine - theirs, mine.abs().max(theirs.abs())))
        };
        let x = between(known, low, high, 401);
        let mut gap = None;
        let mut samples: Vec<Option<(f64, f64)>> = Vec::with_capacity(x.len());
        for x in &x {
            let sample = difference(*x);
            samples.push(match sample {
                Ok(sample) => Some(sample),
                Err(error) => {
                    gap = gap.or(Some(error));
                    None
                }
            });
        }
        let everywhere = samples.iter().all(|s| s.is_some_and(|(d, _)| d == 0.0));
        let mut crossings = Vec::new();
        if !everywhere {
            let whole = known.kind == Kind::Whole;
            search(&x, &samples, whole, &mut difference, &mut crossings);
        }
        Ok(BreakEven {
            sheet,
            target: text,
            input: known.argument,
            line: sheet.lines[line].name,
            low,
            high,
            crossings,
            everywhere,
            begins_above: samples
                .first()
                .copied()
                .flatten()
                .filter(|(d, _)| *d != 0.0)
                .map(|(d, _)| d > 0.0),
            gap,
        })
    }
}

type Sample = Option<(f64, f64)>;

/// Finds where the difference is or passes zero.
fn search(
    x: &[f64],
    samples: &[Sample],
    whole: bool,
    difference: &mut dyn FnMut(f64) -> Result<(f64, f64), DomainError>,
    crossings: &mut Vec<Crossing>,
) {
    for at in 0..x.len() {
        let Some((here, _)) = samples[at] else {
            continue;
        };
        if here == 0.0 {
            // One crossing for a stretch on which both are equal: where it begins, or
            // where it ends when the range begins with it.
            let equal = |sample: Option<&Sample>| {
                sample.is_some_and(|sample| sample.is_some_and(|(d, _)| d == 0.0))
            };
            let before = at.checked_sub(1);
            if !equal(before.and_then(|before| samples.get(before))) {
                let first = (at..x.len()).find(|next| !equal(samples.get(*next)));
                let known = |place: &usize| samples.get(*place).is_some_and(Option::is_some);
                let (apart, same) = match (before.filter(known), first.filter(known)) {
                    (Some(before), _) => (x[before], x[at]),
                    (None, Some(after)) => (x[after], x[after - 1]),
                    (None, None) => (x[at], x[at]),
                };
                crossings.push(Crossing {
                    at: edge(apart, same, whole, difference),
                    jump: false,
                });
            }
            continue;
        }
        let Some(Some((next, _))) = samples.get(at + 1) else {
            continue;
        };
        if *next == 0.0 {
            continue;
        }
        if (here > 0.0) != (*next > 0.0) {
            crossings.extend(halve(x[at], x[at + 1], here, *next, whole, difference));
        } else if !whole
            && let Some(Some((before, _))) = at.checked_sub(1).map(|before| samples[before])
            && (before > 0.0) == (here > 0.0)
            && here.abs() <= before.abs()
            && here.abs() <= next.abs()
        {
            crossings.extend(touch(x[at - 1], x[at + 1], difference));
        }
    }
}

/// Narrows a change of sign down.
fn halve(
    mut low: f64,
    mut high: f64,
    at_low: f64,
    at_high: f64,
    whole: bool,
    difference: &mut dyn FnMut(f64) -> Result<(f64, f64), DomainError>,
) -> Option<Crossing> {
    let begin = at_low.abs().max(at_high.abs());
    let (mut near_low, mut near_high) = (at_low, at_high);
    for _ in 0..200 {
        let middle = low + (high - low) / 2.0;
        let middle = if whole { middle.floor() } else { middle };
        if middle <= low || middle >= high {
            break;
        }
        // Where there is no answer in between, nothing is known about a crossing.
        let (value, _) = difference(middle).ok()?;
        if value == 0.0 {
            return Some(Crossing {
                at: middle,
                jump: false,
            });
        }
        if (value > 0.0) == (at_low > 0.0) {
            (low, near_low) = (middle, value);
        } else {
            (high, near_high) = (middle, value);
        }
    }
    if whole {
        return Some(Crossing {
            at: high,
            jump: true,
        });
    }
    let (nearest, farthest) = if near_low.abs() < near_high.abs() {
        (near_low.abs(), near_high.abs())
    } else {
        (near_high.abs(), near_low.abs())
    };
    // A pole changes the sign, too, but there the line runs away from the target.
    if nearest > begin {
        return None;
    }
    let at = if near_low.abs() < near_high.abs() {
        low
    } else {
        high
    };
    Some(Crossing {
        at,
        jump: farthest > 1e-6 * begin,
    })
}

/// The last place towards `apart` at which the difference is zero, as it is at `same`.
fn edge(
    mut apart: f64,
    mut same: f64,
    whole: bool,
    difference: &mut dyn FnMut(f64) -> Result<(f64, f64), DomainError>,
) -> f64 {
    for _ in 0..200 {
        let middle = apart + (same - apart) / 2.0;
        let middle = if whole { middle.round() } else { middle };
        if middle == apart || middle == same {
            break;
        }
        match difference(middle) {
            Ok((0.0, _)) => same = middle,
            _ => apart = middle,
        }
    }
    same
}

/// Looks for a place where the difference touches zero without a change of sign.
fn touch(
    mut low: f64,
    mut high: f64,
    difference: &mut dyn FnMut(f64) -> Result<(f64, f64), DomainError>,
) -> Option<Crossing> {
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    for _ in 0..100 {
        let (left, right) = (high - (high - low) * golden, low + (high - low) * golden);
        let (at_left, at_right) = (difference(left).ok()?.0, difference(right).ok()?.0);
        if at_left.abs() < at_right.abs() {
            high = right;
        } else {
            low = left;
        }
    }
    let at = low + (high - low) / 2.0;
    let (value, size) = difference(at).ok()?;
    (value.abs() <= 1e-12 * size).then_some(Crossing { at, jump: false })
}

fn same_type(sheet: &Sheet, line: usize, other: usize) -> Result<(), DomainError> {
    let (mine, theirs) = (&sheet.lines[line], &sheet.lines[other]);
    if mine.quantity == theirs.quantity {
        return Ok(());
    }
    Err(DomainError::new(
        theirs.name,
        format!("a `{}`", theirs.quantity),
        format!("a `{}`, as `{}` is", mine.quantity, mine.name),
        "only lines of one type meet",
    ))
}

/// Low is below high, and both are numbers.
pub(crate) fn check_ends(input: &Input, low: f64, high: f64) -> Result<(), DomainError> {
    if low.is_finite() && high.is_finite() && low < high {
        return Ok(());
    }
    Err(DomainError::new(
        format!("range of `{}`", input.argument),
        format!("{} to {}", low.describe(), high.describe()),
        "from a lower to a higher number",
        "nothing lies in between",
    ))
}

/// Low and high around a value: 20 %, within what is allowed.
pub(crate) fn spread(input: &Input, values: &[f64]) -> Result<(f64, f64), &'static str> {
    let value = match (input.list, input.kind, values) {
        (true, _, _) => return Err("it is a list"),
        (_, Kind::Choice(_), _) => return Err("it is a choice"),
        (_, _, [value]) if value.is_finite() => *value,
        _ => return Err("it is not a number"),
    };
    if value == 0.0 {
        return Err("its value is 0, of which 20 % are nothing; give it a range");
    }
    let step = value.abs() * SPREAD;
    let (mut low, mut high) = (value - step, value + step);
    if input.kind == Kind::Whole {
        low = low.round().min(value - 1.0);
        high = high.round().max(value + 1.0);
    }
    // Towards an end that is not allowed itself, half of the way.
    let inside = |end: f64, limit: Option<Limit>, beyond: bool| match limit {
        Some(limit) if beyond && limit.included => limit.value,
        Some(limit) if beyond && input.kind == Kind::Whole => value.max(limit.value),
        Some(limit) if beyond => f64::midpoint(value, limit.value),
        _ => end,
    };
    let limits = input.limits;
    let below = limits.low.is_some_and(|limit| low <= limit.value);
    low = inside(low, limits.low, below);
    let above = limits.high.is_some_and(|limit| high >= limit.value);
    high = inside(high, limits.high, above);
    if low < high && low <= value && value <= high {
        Ok((low, high))
    } else {
        Err("its value is at the end of what is allowed; give it a range")
    }
}

/// Values of an input in the unit of the sheet, to six digits.
fn texts(sheet: &Sheet, input: &str, values: &[f64]) -> Vec<String> {
    let found = sheet.inputs().find(|(_, known)| known.argument == input);
    let text = |value: &f64| match found {
        Some((symbol, input)) => {
            let number = format!("{:.5e}", value / input.base);
            let rounded = number.parse().map_or(*value, |n: f64| input.in_base(n));
            value_text(symbol, input, rounded)
        }
        None => value.describe(),
    };
    values.iter().map(text).collect()
}

impl Tornado {
    /// The sheet that was asked.
    #[must_use]
    pub const fn sheet(&self) -> &'static Sheet {
        self.sheet
    }
}

/// A row for each bar: input, its ends, and the line at them.
impl fmt::Display for Tornado {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(line) = self.sheet.line(self.line) else {
            return Ok(());
        };
        write!(f, "{} = {}", self.line, line.text(self.base))?;
        for bar in &self.bars {
            let ends = texts(self.sheet, bar.input, &[bar.low, bar.high]);
            write!(
                f,
                "\n{}: {} to {} gives {} to {}",
                bar.input,
                ends[0],
                ends[1],
                line.text(bar.at_low),
                line.text(bar.at_high)
            )?;
        }
        for (input, why) in &self.without {
            write!(f, "\n{input}: {why}")?;
        }
        Ok(())
    }
}

/// One sentence a crossing, or one that says that there is none.
impl fmt::Display for BreakEven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, target, input) = (self.line, &self.target, self.input);
        let ends = texts(self.sheet, input, &[self.low, self.high]);
        let range = format!("from {} to {}", ends[0], ends[1]);
        let at = self.crossings.iter().map(|crossing| crossing.at);
        let places = texts(self.sheet, input, &at.collect::<Vec<f64>>());
        if self.everywhere {
            write!(
                f,
                "`{line}` is {target} everywhere, with `{input}` {range}."
            )?;
        } else if places.is_empty() {
            let side = match self.begins_above {
                Some(true) => "above",
                Some(false) => "below",
                None => "apart from",
            };
            write!(
                f,
                "`{line}` does not meet {target} with `{input}` {range}: where there are \
                 answers, it stays {side} it."
            )?;
        } else {
            let crossings = self.crossings.iter().zip(&places);
            let list: Vec<String> = crossings
                .map(|(crossing, place)| {
                    let jump = if crossing.jump {
                        ", where it jumps over it"
                    } else {
                        ""
                    };
                    format!("at {place}{jump}")
                })
                .collect();
            let several = if list.len() == 1 {
                String::new()
            } else {
                format!(" {} times", list.len())
            };
            let list = list.join("; ");
            write!(
                f,
                "With `{input}` {range}, `{line}` meets {target}{several}: {list}."
            )?;
        }
        if let Some(gap) = &self.gap {
            write!(f, " In a part of the range there is no answer: {gap}.")?;
        }
        Ok(())
    }
}
