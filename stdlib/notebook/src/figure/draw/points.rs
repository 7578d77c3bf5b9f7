//! Line, scatter and time-series charts.

use std::collections::HashSet;

use super::canvas::{Paint, on_canvas};
use super::panel::{Along, Entry, Panel, Wish};
use super::{
    Outcome, extent, from_zero, name_or_number, nothing_left, reference_sentence, with_references,
};
use crate::figure::values::LeftOut;
use crate::figure::{Drawn, Figure, Mark, Points, palette};

/// A line with more points than this is thinned to what the pixels can show.
const THINNING_LIMIT: usize = 2000;

/// Points of one series: runs of neighbours without a gap.
struct Runs<'a> {
    given: &'a Points,
    runs: Vec<Vec<(f64, f64)>>,
}

/// Draws the series in their order.
pub(super) fn draw(figure: &Figure, series: &[Points]) -> Outcome<Drawn> {
    let mut left_out = LeftOut::default();
    let mut kept: Vec<Runs<'_>> = Vec::new();
    for given in series {
        let mut runs = vec![Vec::new()];
        for (&x, &y) in given.xs.iter().zip(&given.ys) {
            if left_out.keeps(&[(x, figure.x.log), (y, figure.y.log)]) {
                let point = (x.unwrap_or_default(), y.unwrap_or_default());
                runs.last_mut().expect("runs start with one").push(point);
            } else if runs.last().is_some_and(|run| !run.is_empty()) {
                runs.push(Vec::new());
            }
        }
        runs.retain(|run| !run.is_empty());
        kept.push(Runs { given, runs });
    }
    let all = || kept.iter().flat_map(|series| series.runs.iter().flatten());
    let x_range = extent(all().map(|point| point.0)).ok_or_else(|| nothing_left(left_out))?;
    let y_range = extent(all().map(|point| point.1)).ok_or_else(|| nothing_left(left_out))?;
    let x = from_zero(&figure.x, with_references(figure, true, x_range), 0.15);
    let y = from_zero(&figure.y, with_references(figure, false, y_range), 0.5);

    let named = series.iter().any(|series| !series.name.is_empty());
    let legend = if named || series.len() > 1 {
        let entry = |(index, series): (usize, &Points)| Entry {
            name: name_or_number(&series.name, index),
            series: index,
            mark: Some(series.mark),
        };
        series.iter().enumerate().map(entry).collect()
    } else {
        Vec::new()
    };
    let panel = Panel::lay_out(
        figure,
        Wish {
            x: Along::Values {
                kind: figure.x.kind(),
                low: x.0,
                high: x.1,
                round: true,
            },
            y: Along::Values {
                kind: figure.y.kind(),
                low: y.0,
                high: y.1,
                round: true,
            },
            x_text: figure.x.text(),
            y_text: figure.y.text(),
            legend,
            right: 18.0,
            height: None,
        },
    );
    let picture = on_canvas(panel.width, panel.height, |canvas| {
        panel.frame(canvas, figure)?;
        for (index, series) in kept.iter().enumerate() {
            let place = |point: &(f64, f64)| (panel.x_at(point.0), panel.y_at(point.1));
            match series.given.mark {
                Mark::Line => {
                    let few = series.runs.iter().map(Vec::len).sum::<usize>() <= 25;
                    for run in &series.runs {
                        let path = thinned(run.iter().map(place).collect());
                        let paint = Paint(palette::series(index), 1.0);
                        if path.len() > 1 {
                            canvas.dashed(&path, palette::dashes(index), paint, 2.2)?;
                        }
                        if few || path.len() == 1 {
                            for &point in &path {
                                canvas.dot(point, index, 3.2, 1.0)?;
                            }
                        }
                    }
                }
                Mark::Dots => {
                    let many = series.runs.iter().map(Vec::len).sum::<usize>() > 300;
                    let (radius, opacity) = if many { (2.4, 0.6) } else { (3.8, 0.85) };
                    let mut seen = HashSet::new();
                    for point in series.runs.iter().flatten().map(place) {
                        // Dots on the same spot cannot be told apart.
                        let spot = ((point.0 * 2.0) as i64, (point.1 * 2.0) as i64);
                        if !many || seen.insert(spot) {
                            canvas.dot(point, index, radius, opacity)?;
                        }
                    }
                }
            }
        }
        panel.references(canvas, figure)
    })?;

    let count = left_out.total - left_out.count();
    let mut summary = format!(
        "{}; {}; {count} {}",
        figure.x.sentence("x", x_range.0, x_range.1),
        figure.y.sentence("y", y_range.0, y_range.1),
        if count == 1 { "point" } else { "points" },
    );
    if series.len() > 1 {
        let names: Vec<String> = series
            .iter()
            .enumerate()
            .map(|(index, series)| name_or_number(&series.name, index))
            .collect();
        summary.push_str(&format!(
            " in {} series: {}",
            series.len(),
            names.join(", ")
        ));
    }
    summary.push('.');
    Ok(Drawn {
        picture,
        summary: summary + &reference_sentence(figure),
        left_out,
    })
}

/// Keeps the lowest and highest point of each half pixel of a long line, which
/// is all that a reader could see of it.
fn thinned(path: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    if path.len() <= THINNING_LIMIT {
        return path;
    }
    let column = |x: f64| (x * 2.0).floor();
    let mut kept = Vec::new();
    let mut rest = path.as_slice();
    while let Some(first) = rest.first() {
        let length = rest
            .iter()
            .take_while(|point| column(point.0) == column(first.0))
            .count();
        let (group, after) = rest.split_at(length.max(1));
        let by_height = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
        let low = group.iter().min_by(by_height);
        let high = group.iter().max_by(by_height);
        kept.push(*first);
        kept.extend(low.into_iter().chain(high).chain(group.last()).copied());
        rest = after;
    }
    kept.dedup();
    kept
}

#[cfg(test)]
mod tests {
    use super::thinned;

    #[test]
    fn thinning_keeps_ends_and_extremes() {
        let path: Vec<(f64, f64)> = (0..10_000)
            .map(|x| (f64::from(x) / 100.0, f64::from(x % 7)))
            .collect();
        let kept = thinned(path.clone());
        assert!(kept.len() < 1000);
        assert_eq!((kept[0], kept[kept.len() - 1]), (path[0], path[9999]));
        let short = vec![(0.0, 0.0), (1.0, 1.0)];
        assert_eq!(thinned(short.clone()), short);
    }
}
