//! Layout and drawing of every kind of chart.
//!
//! All lengths are pixels; [`canvas::Canvas`] turns them into plotters' units.
//! Each kind of chart has its own module: it works out its ranges, asks
//! [`panel::Panel`] for the frame (title, legend, axes, ticks), and then draws
//! its marks into it.
mod bars;
mod boxes;
mod canvas;
mod heat;
mod histogram;
mod panel;
mod points;

use super::font::register_fonts;
use super::scale::brief;
use super::values::LeftOut;
use super::{Axis, Content, Drawn, Figure, FigureError, calendar};

/// What drawing returns.
type Outcome<T = ()> = Result<T, FigureError>;

/// Draws the figure.
pub(super) fn draw(figure: &Figure) -> Outcome<Drawn> {
    register_fonts();
    for reference in &figure.references {
        let axis = if reference.on_x { &figure.x } else { &figure.y };
        if !reference.value.is_finite() || (axis.log && reference.value <= 0.0) {
            return Err(FigureError::DoesNotFit(
                "a reference line needs a finite value, above zero on a logarithmic axis",
            ));
        }
    }
    match &figure.content {
        Content::Points(series) => points::draw(figure, series),
        Content::Bars { labels, series } => bars::draw(figure, labels, series),
        Content::Histogram { values, bins } => histogram::draw(figure, values, *bins),
        Content::Boxes(groups) => boxes::draw(figure, groups),
        Content::Heat {
            columns,
            rows,
            cells,
        } => heat::draw(figure, columns, rows, cells),
    }
}

/// Lowest and highest of some finite values; `None` without any.
fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values.into_iter().fold(None, |range, value| match range {
        None => Some((value, value)),
        Some((low, high)) => Some((low.min(value), high.max(value))),
    })
}

/// The range, widened by the reference lines of this axis.
fn with_references(figure: &Figure, on_x: bool, (low, high): (f64, f64)) -> (f64, f64) {
    let values = figure
        .references
        .iter()
        .filter(|line| line.on_x == on_x)
        .map(|line| line.value);
    values.fold((low, high), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}

/// The range, from zero if it starts near it.
fn from_zero(axis: &Axis, (low, high): (f64, f64), near: f64) -> (f64, f64) {
    let starts_near = low > 0.0 && low <= near * high;
    if !axis.log && !axis.time && starts_near {
        (0.0, high)
    } else {
        (low, high)
    }
}

fn nothing_left(left_out: LeftOut) -> FigureError {
    FigureError::NoPoints(
        left_out
            .sentence()
            .unwrap_or_else(|| "no values were given".to_owned()),
    )
}

/// Quantile by linear interpolation between the sorted values.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    sorted[below] + (sorted[above] - sorted[below]) * (place - place.floor())
}

/// The series' name, or its place among the others.
fn name_or_number(name: &str, index: usize) -> String {
    if name.is_empty() {
        format!("series {}", index + 1)
    } else {
        name.to_owned()
    }
}

/// ` Reference lines: floor 54.6 ms.`
fn reference_sentence(figure: &Figure) -> String {
    if figure.references.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = figure
        .references
        .iter()
        .map(|line| {
            let axis = if line.on_x { &figure.x } else { &figure.y };
            let unit = if axis.unit.is_empty() {
                String::new()
            } else {
                format!(" {}", axis.unit)
            };
            let value = if axis.time {
                calendar::Moment::at(line.value).sentence()
            } else {
                format!("{}{unit}", brief(line.value))
            };
            format!("{} at {value}", line.label)
        })
        .collect();
    format!(" Reference lines: {}.", lines.join(", "))
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn quantiles_interpolate_between_values() {
        let sorted = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(quantile(&sorted, 0.5), 2.5);
        assert_eq!(quantile(&sorted, 0.25), 1.75);
        assert_eq!(quantile(&[7.0], 0.9), 7.0);
    }
}
