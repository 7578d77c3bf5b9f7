//! Box plots.

use std::collections::HashSet;

use super::canvas::{Paint, on_canvas};
use super::panel::{Along, Placed, named_panel};
use super::{
    Outcome, extent, from_zero, nothing_left, quantile, reference_sentence, with_references,
};
use crate::figure::palette::{self, INK};
use crate::figure::scale::brief;
use crate::figure::values::LeftOut;
use crate::figure::{Drawn, Figure, Group};

/// The five numbers of a box, and what lies beyond the whiskers.
struct BoxNumbers {
    name: String,
    low: f64,
    first: f64,
    median: f64,
    third: f64,
    high: f64,
    outliers: Vec<f64>,
}

fn box_numbers(name: &str, sorted: &[f64]) -> BoxNumbers {
    let (first, third) = (quantile(sorted, 0.25), quantile(sorted, 0.75));
    let reach = 1.5 * (third - first);
    let inside = |value: &f64| (first - reach..=third + reach).contains(value);
    BoxNumbers {
        name: name.to_owned(),
        low: sorted
            .iter()
            .copied()
            .find(|value| inside(value))
            .unwrap_or(first),
        first,
        median: quantile(sorted, 0.5),
        third,
        high: sorted
            .iter()
            .copied()
            .rfind(|value| inside(value))
            .unwrap_or(third),
        outliers: sorted
            .iter()
            .copied()
            .filter(|value| !inside(value))
            .collect(),
    }
}

/// Draws one box for each group.
pub(super) fn draw(figure: &Figure, groups: &[Group]) -> Outcome<Drawn> {
    let mut left_out = LeftOut::default();
    let mut all = Vec::new();
    let mut drawn: Vec<Option<BoxNumbers>> = Vec::new();
    for group in groups {
        let mut sorted: Vec<f64> = group
            .values
            .iter()
            .filter(|value| left_out.keeps(&[(**value, figure.y.log)]))
            .filter_map(|value| *value)
            .collect();
        sorted.sort_by(f64::total_cmp);
        all.extend(extent(sorted.iter().copied()));
        drawn.push((!sorted.is_empty()).then(|| box_numbers(&group.name, &sorted)));
    }
    let (lowest, highest) = extent(all.iter().flat_map(|range| [range.0, range.1]))
        .ok_or_else(|| nothing_left(left_out))?;
    let range = with_references(figure, false, (lowest, highest));
    let (low, high) = from_zero(&figure.y, range, 0.5);
    let names: Vec<String> = groups.iter().map(|group| group.name.clone()).collect();
    let values = Along::Values {
        kind: figure.y.kind(),
        low,
        high,
        round: true,
    };
    let panel = named_panel(figure, &names, values, Vec::new(), 34.0, 0.0);
    let lying = matches!(panel.y, Placed::Names(_));
    let picture = on_canvas(panel.width, panel.height, |canvas| {
        panel.frame(canvas, figure)?;
        let colour = palette::series(0);
        for (index, numbers) in drawn.iter().enumerate() {
            let Some(numbers) = numbers else { continue };
            let (start, band) = panel.band(index);
            let middle = start + band / 2.0;
            let half = (band * 0.29).min(28.0);
            // A point of the box, given along and across the value axis.
            let at = |value: f64, across: f64| {
                if lying {
                    (panel.x_at(value), across)
                } else {
                    (across, panel.y_at(value))
                }
            };
            let line = Paint(colour, 1.0);
            canvas.path(
                &[at(numbers.low, middle), at(numbers.first, middle)],
                line,
                1.5,
            )?;
            canvas.path(
                &[at(numbers.third, middle), at(numbers.high, middle)],
                line,
                1.5,
            )?;
            for end in [numbers.low, numbers.high] {
                let (from, to) = (middle - half * 0.5, middle + half * 0.5);
                canvas.path(&[at(end, from), at(end, to)], line, 1.5)?;
            }
            let corners = [
                at(numbers.first, middle - half),
                at(numbers.third, middle - half),
                at(numbers.third, middle + half),
                at(numbers.first, middle + half),
            ];
            canvas.polygon(&corners, Paint(colour, 0.25))?;
            let outline = [corners[0], corners[1], corners[2], corners[3], corners[0]];
            canvas.path(&outline, line, 1.5)?;
            let median = [
                at(numbers.median, middle - half),
                at(numbers.median, middle + half),
            ];
            canvas.path(&median, Paint(INK, 0.9), 2.4)?;
            let mut seen = HashSet::new();
            for &value in &numbers.outliers {
                let point = at(value, middle);
                if seen.insert(((point.0 * 2.0) as i64, (point.1 * 2.0) as i64)) {
                    canvas.circle(point, 2.8, line.stroke(1.2))?;
                }
            }
        }
        panel.references(canvas, figure)
    })?;
    let medians: Vec<String> = drawn
        .iter()
        .flatten()
        .map(|numbers| format!("{} {}", numbers.name, brief(numbers.median)))
        .collect();
    let summary = format!(
        "{}; medians: {}.{}",
        figure.y.sentence("values", lowest, highest),
        medians.join(", "),
        reference_sentence(figure)
    );
    Ok(Drawn {
        picture,
        summary,
        left_out,
    })
}

#[cfg(test)]
mod tests {
    use super::box_numbers;

    #[test]
    fn whiskers_end_at_the_last_value_in_reach() {
        let numbers = box_numbers("a", &[1.0, 2.0, 3.0, 4.0, 5.0, 100.0]);
        assert_eq!((numbers.low, numbers.high), (1.0, 5.0));
        assert_eq!(
            (numbers.first, numbers.median, numbers.third),
            (2.25, 3.5, 4.75)
        );
        assert_eq!(numbers.outliers, [100.0]);
    }
}
