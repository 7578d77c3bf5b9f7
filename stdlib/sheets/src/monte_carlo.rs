//! What uncertain inputs give: inputs drawn at random, again and again.

use std::fmt;

use lightcone_units::{DomainError, Input, Kind, Quantity as _, Scalar, Scale, format_number};

use crate::sensitivity::{check_ends, spread};
use crate::sheet::Sheet;
use crate::worksheet::{Plan, Worksheet};

/// More than this takes longer than anybody waits.
const MOST_TRIALS: usize = 1_000_000;

/// More kinds of failure than a reader looks at.
const MOST_REASONS: usize = 20;

/// How an uncertain input is drawn; all numbers are in base units. Draws of whole
/// numbers are rounded.
///
/// ```
/// use lightcone_sheets::Distribution;
/// let rtt = Distribution::Triangular { low: 0.05, likely: 0.08, high: 0.2 };
/// assert_eq!(rtt.quantile(0.0), 0.05);
/// assert_eq!(rtt.quantile(1.0), 0.2);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Distribution {
    /// Every value from low to high is equally likely.
    Uniform {
        /// The lower end.
        low: f64,
        /// The upper end.
        high: f64,
    },
    /// Straight up from low to likely and down to high.
    Triangular {
        /// The lower end.
        low: f64,
        /// The most likely value.
        likely: f64,
        /// The upper end.
        high: f64,
    },
    /// Every factor between low and high is equally likely; both are above 0.
    LogUniform {
        /// The lower end.
        low: f64,
        /// The upper end.
        high: f64,
    },
}

impl Distribution {
    /// The value below which the given share of the draws is.
    ///
    /// See the example of [`Distribution`].
    #[must_use]
    pub fn quantile(&self, share: f64) -> f64 {
        let (low, high) = self.ends();
        let value = match *self {
            Self::Uniform { low, high } => low + (high - low) * share,
            Self::Triangular { low, likely, high } => {
                let (left, whole) = (likely - low, high - low);
                if share * whole < left {
                    low + (share * whole * left).sqrt()
                } else {
                    high - ((1.0 - share) * whole * (high - likely)).sqrt()
                }
            }
            Self::LogUniform { low, high } => (low.ln() + (high.ln() - low.ln()) * share).exp(),
        };
        value.max(low).min(high)
    }

    fn ends(&self) -> (f64, f64) {
        match *self {
            Self::Uniform { low, high }
            | Self::Triangular { low, high, .. }
            | Self::LogUniform { low, high } => (low, high),
        }
    }

    fn check(&self, input: &Input) -> Result<(), DomainError> {
        let (low, high) = self.ends();
        check_ends(input, low, high)?;
        match *self {
            Self::Triangular { likely, .. } if !(low..=high).contains(&likely) => {
                Err(DomainError::new(
                    format!("likely value of `{}`", input.argument),
                    likely.describe(),
                    format!("between {} and {}", low.describe(), high.describe()),
                    "what never happens is not likely",
                ))
            }
            Self::LogUniform { .. } if low <= 0.0 => Err(DomainError::new(
                format!("range of `{}`", input.argument),
                format!("from {}", low.describe()),
                "from a number above 0",
                "no factor leads away from 0",
            )),
            _ => Ok(()),
        }
    }
}

/// One uncertain input.
///
/// ```
/// use lightcone_sheets::{Distribution, Draw};
/// let rtt = Draw { input: "rtt", distribution: Distribution::Uniform { low: 0.01, high: 0.1 } };
/// assert_eq!(rtt.input, "rtt");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Draw<'d> {
    /// The input.
    pub input: &'d str,
    /// How it is drawn.
    pub distribution: Distribution,
}

/// What a line became when its inputs were drawn; all numbers are in base units.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation {
    sheet: &'static Sheet,
    /// The line.
    pub line: &'static str,
    /// How many times the inputs were drawn.
    pub trials: usize,
    /// The answers, sorted.
    pub answers: Vec<f64>,
    /// The reasons for no answer, each with how often it was the case, the most frequent
    /// first.
    pub failures: Vec<(String, usize)>,
    /// The mean of the answers; `None` without any.
    pub mean: Option<f64>,
    /// The value below which 5 % of the answers are.
    pub p5: Option<f64>,
    /// The median.
    pub p50: Option<f64>,
    /// The value below which 95 % of the answers are.
    pub p95: Option<f64>,
    /// The drawn inputs, the most important first.
    pub influences: Vec<Influence>,
}

/// How much the answers follow one input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Influence {
    /// The input.
    pub input: &'static str,
    /// The rank correlation (Spearman) of input and answer, from -1 to 1; 0 when either
    /// does not vary.
    pub rank_correlation: f64,
}

impl Simulation {
    /// The sheet that was asked.
    #[must_use]
    pub const fn sheet(&self) -> &'static Sheet {
        self.sheet
    }

    /// How often there was no answer.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.trials - self.answers.len()
    }

    /// The value below which a share of the answers is, between neighbours on a straight
    /// line; `None` without answers and for shares outside of 0 to 1.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<f64> {
        quantile(&self.answers, share)
    }
}

impl<'d> Draw<'d> {
    /// Every value from `low` to `high` is equally likely.
    ///
    /// ```
    /// use lightcone_sheets::{Distribution, Draw};
    /// use lightcone_units::prelude::*;
    /// let rtt = Draw::uniform("rtt", 10.ms(), 100.ms());
    /// assert_eq!(rtt.distribution, Distribution::Uniform { low: 0.01, high: 0.1 });
    /// ```
    #[must_use]
    pub fn uniform<T: Scalar>(input: &'d str, low: T, high: T) -> Self {
        let (low, high) = (low.to_base(), high.to_base());
        Self {
            input,
            distribution: Distribution::Uniform { low, high },
        }
    }

    /// Straight up from `low` to `likely` and down to `high`.
    ///
    /// ```
    /// use lightcone_sheets::Draw;
    /// use lightcone_units::prelude::*;
    /// let rtt = Draw::triangular("rtt", 10.ms(), 30.ms(), 100.ms());
    /// assert_eq!(rtt.distribution.quantile(1.0), 0.1);
    /// ```
    #[must_use]
    pub fn triangular<T: Scalar>(input: &'d str, low: T, likely: T, high: T) -> Self {
        let (low, likely, high) = (low.to_base(), likely.to_base(), high.to_base());
        Self {
            input,
            distribution: Distribution::Triangular { low, likely, high },
        }
    }

    /// Every factor between `low` and `high` is equally likely.
    ///
    /// ```
    /// use lightcone_sheets::Draw;
    /// use lightcone_units::prelude::*;
    /// let rtt = Draw::log_uniform("rtt", 1.ms(), 100.ms());
    /// assert!((rtt.distribution.quantile(0.5) - 0.01).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn log_uniform<T: Scalar>(input: &'d str, low: T, high: T) -> Self {
        let (low, high) = (low.to_base(), high.to_base());
        Self {
            input,
            distribution: Distribution::LogUniform { low, high },
        }
    }
}

impl Worksheet {
    /// Draws the named inputs `trials` times, while the others keep their values, and
    /// computes a line each time. Without draws, every number on which the line depends
    /// and with which it has an answer at both ends is drawn from a triangle of 20 %
    /// around its value. The same seed gives the same answers.
    ///
    /// # Errors
    /// [`DomainError`] for names that are not there or there twice, for lists, choices
    /// and words, for empty ranges, when nothing is left to draw, and for no trials or
    /// more than a million.
    pub fn monte_carlo(
        &self,
        line: &str,
        trials: usize,
        seed: u64,
        draws: &[Draw<'_>],
    ) -> Result<Simulation, DomainError> {
        let line = self.number_line(line)?;
        if !(1..=MOST_TRIALS).contains(&trials) {
            return Err(DomainError::new(
                "trials",
                trials.to_string(),
                "between 1 and 1,000,000",
                "a few thousand are enough for percentiles",
            ));
        }
        let plan = Plan::of_line(self.sheet(), line);
        let mut drawn: Vec<(usize, &'static Input, Distribution)> = Vec::new();
        for draw in draws {
            let (place, input) = self.number_input(draw.input)?;
            draw.distribution.check(input)?;
            if drawn.iter().any(|(known, _, _)| *known == place) {
                return Err(DomainError::new(
                    input.argument,
                    "drawn twice",
                    "drawn once",
                    "it has one value at a time",
                ));
            }
            drawn.push((place, input, draw.distribution));
        }
        if draws.is_empty() {
            drawn = self.triangles(&plan, line);
        }
        if drawn.is_empty() {
            return Err(DomainError::new(
                "draws",
                "empty",
                "at least one",
                "no input of this line is a number that varies by 20 %",
            ));
        }
        let mut random = SplitMix64(seed);
        let mut values = self.values().to_vec();
        let mut columns: Vec<Vec<f64>> = vec![Vec::new(); drawn.len()];
        let mut answers = Vec::new();
        let mut failures: Vec<(String, usize)> = Vec::new();
        for _ in 0..trials {
            let mut row = Vec::with_capacity(drawn.len());
            for (place, input, distribution) in &drawn {
                let value = distribution.quantile(random.share());
                let value = if input.kind == Kind::Whole {
                    value.round()
                } else {
                    value
                };
                values[*place] = vec![value];
                row.push(value);
            }
            let computed = plan.run(&values);
            match &computed.answers()[line] {
                Ok(answer) => {
                    answers.push(*answer);
                    for (column, value) in columns.iter_mut().zip(row) {
                        column.push(value);
                    }
                }
                Err(error) => count(computed.cause(line).unwrap_or(error), &mut failures),
            }
        }
        failures.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        let answer_ranks = ranks(&answers);
        let mut influences: Vec<Influence> = drawn
            .iter()
            .zip(&columns)
            .map(|((_, input, _), column)| Influence {
                input: input.argument,
                rank_correlation: correlation(&ranks(column), &answer_ranks),
            })
            .collect();
        influences.sort_by(|a, b| {
            let size = |influence: &Influence| influence.rank_correlation.abs();
            size(b).total_cmp(&size(a))
        });
        let mean = answers.iter().sum::<f64>() / answers.len() as f64;
        answers.sort_by(f64::total_cmp);
        Ok(Simulation {
            sheet: self.sheet(),
            line: self.sheet().lines[line].name,
            trials,
            mean: mean.is_finite().then_some(mean),
            p5: quantile(&answers, 0.05),
            p50: quantile(&answers, 0.5),
            p95: quantile(&answers, 0.95),
            answers,
            failures,
            influences,
        })
    }

    /// Draws over the ranges of the sliders, for
    /// [`monte_carlo`](Worksheet::monte_carlo): logarithmic ones by factor, the others as
    /// a triangle with the present value on top.
    #[must_use]
    pub fn slider_draws(&self) -> Vec<Draw<'static>> {
        let mut draws = Vec::new();
        for ((_, input), values) in self.sheet().inputs().zip(self.values()) {
            let (low, high) = (input.in_base(input.low), input.in_base(input.high));
            if input.list || matches!(input.kind, Kind::Choice(_)) || low >= high {
                continue;
            }
            let likely = values.first().copied().unwrap_or(low);
            let distribution = match input.scale {
                Scale::Logarithmic => Distribution::LogUniform { low, high },
                Scale::Linear if likely.is_nan() => Distribution::Uniform { low, high },
                Scale::Linear => Distribution::Triangular {
                    low,
                    likely: likely.clamp(low, high),
                    high,
                },
            };
            draws.push(Draw {
                input: input.argument,
                distribution,
            });
        }
        draws
    }

    /// Triangles around the values. An input with no answer at one of its ends, such as
    /// more copies than there are regions, stays as it is.
    fn triangles(&self, plan: &Plan, line: usize) -> Vec<(usize, &'static Input, Distribution)> {
        let mut drawn = Vec::new();
        let mut moved = self.clone();
        for (place, (_, input)) in self.sheet().inputs().enumerate() {
            let values = &self.values()[place];
            if !plan.inputs().contains(&place) {
                continue;
            }
            if let (Ok((low, high)), [likely]) = (spread(input, values), &values[..]) {
                let mut answers = |value: f64| {
                    moved.put(place, vec![value]);
                    moved.answer_at(line).is_ok()
                };
                let both = answers(low) && answers(high);
                moved.put(place, values.clone());
                if !both {
                    continue;
                }
                let triangle = Distribution::Triangular {
                    low,
                    likely: *likely,
                    high,
                };
                drawn.push((place, input, triangle));
            }
        }
        drawn
    }
}

/// Counts a failure by what was not allowed, whatever the value was.
fn count(error: &DomainError, failures: &mut Vec<(String, usize)>) {
    let (argument, allowed, why) = (error.argument(), error.allowed(), error.meaning());
    let reason = format!("`{argument}` must be {allowed}: {why}");
    if let Some((_, times)) = failures.iter_mut().find(|(known, _)| *known == reason) {
        *times += 1;
    } else if failures.len() < MOST_REASONS {
        failures.push((reason, 1));
    } else if let Some((_, times)) = failures.last_mut() {
        *times += 1;
    }
    if failures.len() == MOST_REASONS
        && let Some((reason, _)) = failures.last_mut()
    {
        "other reasons".clone_into(reason);
    }
}

fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    if !(0.0..=1.0).contains(&share) {
        return None;
    }
    let place = share * sorted.len().checked_sub(1)? as f64;
    let (low, high) = (
        sorted[place.floor() as usize],
        sorted[place.ceil() as usize],
    );
    let value = low + (high - low) * place.fract();
    // Two huge neighbours of opposite sign are further apart than an f64 holds.
    Some(if value.is_finite() { value } else { low })
}

/// Ranks from 1; equal values share the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut begin = 0;
    while begin < order.len() {
        let mut end = begin + 1;
        while end < order.len() && values[order[end]] == values[order[begin]] {
            end += 1;
        }
        let rank = f64::midpoint(begin as f64 + 1.0, end as f64);
        for place in &order[begin..end] {
            ranks[*place] = rank;
        }
        begin = end;
    }
    ranks
}

/// Pearson's correlation; 0 when one does not vary.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |list: &[f64]| list.iter().sum::<f64>() / list.len().max(1) as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut both, mut square_a, mut square_b) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (a - mean_a, b - mean_b);
        both += a * b;
        square_a += a * a;
        square_b += b * b;
    }
    let size = (square_a * square_b).sqrt();
    if size > 0.0 {
        (both / size).clamp(-1.0, 1.0)
    } else {
        0.0
    }
}

/// SplitMix64: a small generator with a period of 2^64 (Steele, Lea and Flood 2014,
/// "Fast splittable pseudorandom number generators").
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to 1, 1 itself not.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// The percentiles, the failures, and which inputs matter.
impl fmt::Display for Simulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |value: Option<f64>| match (self.sheet.line(self.line), value) {
            (Ok(line), Some(value)) => line.text(value),
            _ => "-".to_owned(),
        };
        write!(
            f,
            "{}: 5 % below {}, half below {}, 95 % below {}, mean {} ({} of {} trials)",
            self.line,
            text(self.p5),
            text(self.p50),
            text(self.p95),
            text(self.mean),
            format_number(self.answers.len() as f64),
            format_number(self.trials as f64),
        )?;
        for influence in &self.influences {
            let correlation = format_number(influence.rank_correlation);
            write!(f, "\n{}: rank correlation {correlation}", influence.input)?;
        }
        for (reason, times) in &self.failures {
            write!(
                f,
                "\nno answer in {}: {reason}",
                format_number(*times as f64)
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_gives_the_published_numbers() {
        // The first outputs for the seed 1234567 in the reference implementation.
        let mut random = SplitMix64(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
        assert_eq!(random.next(), 9_817_491_932_198_370_423);
    }

    #[test]
    fn ranks_and_quantiles_are_as_by_hand() {
        assert_eq!(ranks(&[10.0, 30.0, 20.0, 20.0]), [1.0, 4.0, 2.5, 2.5]);
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.5), Some(2.0));
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), Some(3.0));
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[-f64::MAX, f64::MAX], 0.5), Some(-f64::MAX));
        assert_eq!(correlation(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]), -1.0);
        assert_eq!(correlation(&[1.0, 1.0], &[3.0, 2.0]), 0.0);
    }

    #[test]
    fn triangles_have_their_quantiles() {
        // Of a triangle from 0 over 1 to 4, a quarter lies below 1.
        let triangle = Distribution::Triangular {
            low: 0.0,
            likely: 1.0,
            high: 4.0,
        };
        assert_eq!(triangle.quantile(0.25), 1.0);
        assert!((triangle.quantile(0.5) - (4.0 - 6.0f64.sqrt())).abs() < 1e-15);
        let factor = Distribution::LogUniform {
            low: 1.0,
            high: 100.0,
        };
        assert!((factor.quantile(0.5) - 10.0).abs() < 1e-12);
    }
}
