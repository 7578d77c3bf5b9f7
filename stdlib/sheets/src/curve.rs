//! Lines along one input.

use lightcone_units::{DomainError, Input, Kind, Scale};

use crate::worksheet::{Plan, Worksheet};

/// More points than a drawing shows.
const MOST_POINTS: usize = 10_000;

/// Some lines of a worksheet along one input, while the others keep their values.
/// All numbers are in base units.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// The input along x.
    pub input: &'static str,
    /// Its values.
    pub x: Vec<f64>,
    /// Each line with its value at every x; `None` where it has no answer.
    pub lines: Vec<(&'static str, Vec<Option<f64>>)>,
}

impl Worksheet {
    /// The curves that show the sheet best, at `points` values of the input along x,
    /// over the range of its slider. Whole numbers are not split, so there may be fewer.
    ///
    /// # Errors
    /// [`DomainError`] when the sheet has no such curves, and for less than 2 or more
    /// than 10,000 points.
    pub fn curve(&self, points: usize) -> Result<Curve, DomainError> {
        let Some(plot) = self.sheet().plot else {
            return Err(DomainError::new(
                "plot",
                "missing",
                "named in the sheet",
                "this sheet has no curve of its own; name an input and lines",
            ));
        };
        self.curve_of(plot.x, plot.lines, points)
    }

    /// The same for an input and lines of one's choice.
    ///
    /// # Errors
    /// [`DomainError`] for names that are not there, for lists and choices along x, for
    /// lines that are words, and for less than 2 or more than 10,000 points.
    pub fn curve_of(
        &self,
        input: &str,
        lines: &[&str],
        points: usize,
    ) -> Result<Curve, DomainError> {
        let (place, along) = self.number_input(input)?;
        let mut places = Vec::new();
        for line in lines {
            places.push(self.number_line(line)?);
        }
        let x = slider(along, points)?;
        let plan = Plan::of_lines(self.sheet(), &places);
        let mut values = self.values().to_vec();
        let mut curves: Vec<(&'static str, Vec<Option<f64>>)> = places
            .iter()
            .map(|line| (self.sheet().lines[*line].name, Vec::with_capacity(x.len())))
            .collect();
        for value in &x {
            values[place] = vec![*value];
            let computed = plan.run(&values);
            for (line, (_, curve)) in places.iter().zip(&mut curves) {
                curve.push(computed.answers()[*line].as_ref().ok().copied());
            }
        }
        Ok(Curve {
            input: along.argument,
            x,
            lines: curves,
        })
    }

    /// The place of an input that is one number.
    pub(crate) fn number_input(&self, name: &str) -> Result<(usize, &'static Input), DomainError> {
        let place = self.sheet().place_of_input(name)?;
        let (_, input) = self.sheet().input(name)?;
        let what = match input.kind {
            _ if input.list => "a list",
            Kind::Choice(_) => "a choice",
            Kind::Number | Kind::Whole => return Ok((place, input)),
        };
        Err(DomainError::new(
            input.argument,
            what,
            "one number",
            "nothing goes from low to high in it",
        ))
    }

    /// The place of a line that is a number.
    pub(crate) fn number_line(&self, name: &str) -> Result<usize, DomainError> {
        let place = self.sheet().place_of_line(name)?;
        let line = &self.sheet().lines[place];
        if line.words.is_empty() && !matches!(line.kind, Kind::Choice(_)) {
            return Ok(place);
        }
        Err(DomainError::new(
            line.name,
            "a word",
            "a line that is a number",
            "words are neither more nor less",
        ))
    }
}

/// Values over the range of a slider, in base units.
fn slider(input: &Input, points: usize) -> Result<Vec<f64>, DomainError> {
    let (low, high) = (input.in_base(input.low), input.in_base(input.high));
    if !(2..=MOST_POINTS).contains(&points) {
        return Err(DomainError::new(
            "points",
            points.to_string(),
            "between 2 and 10,000",
            "a curve has two ends, and no screen shows more",
        ));
    }
    Ok(between(input, low, high, points))
}

/// `points` values from low to high in equal steps or factors, ends included.
pub(crate) fn between(input: &Input, low: f64, high: f64, points: usize) -> Vec<f64> {
    let last = points.saturating_sub(1).max(1);
    let logarithmic = input.scale == Scale::Logarithmic && low > 0.0;
    let mut values: Vec<f64> = (0..points)
        .map(|at| {
            let share = at as f64 / last as f64;
            let value = match at {
                0 => low,
                _ if at == last => high,
                _ if logarithmic => (low.ln() + (high.ln() - low.ln()) * share).exp(),
                _ => low + (high - low) * share,
            };
            if input.kind == Kind::Whole {
                value.round()
            } else {
                value
            }
        })
        .collect();
    values.dedup();
    values
}
