//! Histograms.

use super::canvas::{Paint, on_canvas};
use super::panel::{Along, Panel, Wish};
use super::{Outcome, nothing_left, quantile, reference_sentence, with_references};
use crate::figure::scale::{Kind, brief, nice_step};
use crate::figure::values::LeftOut;
use crate::figure::{Drawn, Figure, palette};

/// Edges of the bins: at round numbers unless the count was set.
fn edges(sorted: &[f64], bins: Option<usize>, log: bool) -> Vec<f64> {
    let (low, high) = (sorted[0], sorted[sorted.len() - 1]);
    let count = sorted.len() as f64;
    let sturges = (count.log2().ceil() + 1.0).clamp(1.0, 50.0);
    if low == high {
        // One bin around the only value; above zero if the value is.
        let margin = if low == 0.0 { 0.5 } else { low.abs() * 0.05 };
        return vec![low - margin, high + margin];
    }
    if log {
        let bins = bins.map_or(sturges.max(8.0), |bins| bins as f64) as usize;
        let factor = (high / low).powf(1.0 / bins as f64);
        let mut edges: Vec<f64> = (0..bins)
            .map(|index| low * factor.powi(index as i32))
            .collect();
        edges.push(high);
        return edges;
    }
    if let Some(bins) = bins {
        let width = (high - low) / bins as f64;
        let mut edges: Vec<f64> = (0..bins).map(|index| low + width * index as f64).collect();
        edges.push(high);
        return edges;
    }
    let spread = quantile(sorted, 0.75) - quantile(sorted, 0.25);
    let width = if spread > 0.0 {
        2.0 * spread / count.cbrt()
    } else {
        (high - low) / sturges
    };
    let step = nice_step(width.max((high - low) / 50.0));
    let first = (low / step + 1e-9).floor();
    let last = ((high / step - 1e-9).ceil()).max(first + 1.0);
    (0..=(last - first) as usize)
        .map(|index| (first + index as f64) * step)
        .collect()
}

/// Draws the counts of the bins.
pub(super) fn draw(figure: &Figure, values: &[Option<f64>], bins: Option<usize>) -> Outcome<Drawn> {
    let mut left_out = LeftOut::default();
    let mut sorted: Vec<f64> = values
        .iter()
        .filter(|value| left_out.keeps(&[(**value, figure.x.log)]))
        .filter_map(|value| *value)
        .collect();
    if sorted.is_empty() {
        return Err(nothing_left(left_out));
    }
    sorted.sort_by(f64::total_cmp);
    let edges = edges(&sorted, bins, figure.x.log);
    let mut counts = vec![0_usize; edges.len() - 1];
    for value in &sorted {
        // The last bin includes its upper edge.
        let bin = edges
            .partition_point(|edge| edge <= value)
            .saturating_sub(1);
        counts[bin.min(edges.len() - 2)] += 1;
    }
    let highest = counts.iter().copied().max().unwrap_or(1) as f64;
    let (x_low, x_high) = with_references(figure, true, (edges[0], edges[edges.len() - 1]));
    let y = with_references(figure, false, (0.0, highest));
    let panel = Panel::lay_out(
        figure,
        Wish {
            x: Along::Values {
                kind: figure.x.kind(),
                low: x_low,
                high: x_high,
                round: figure.x.log,
            },
            y: Along::Values {
                kind: Kind::Linear,
                low: y.0,
                high: y.1,
                round: true,
            },
            x_text: figure.x.text(),
            y_text: figure.y.text(),
            legend: Vec::new(),
            right: 18.0,
            height: None,
        },
    );
    let picture = on_canvas(panel.width, panel.height, |canvas| {
        panel.frame(canvas, figure)?;
        let paint = Paint(palette::series(0), 1.0);
        for (pair, count) in edges.windows(2).zip(&counts) {
            if *count > 0 {
                let (from, to) = (panel.x_at(pair[0]), panel.x_at(pair[1]));
                let gap = if to - from > 4.0 { 0.5 } else { 0.0 };
                let top = panel.y_at(*count as f64);
                canvas.rectangle((from + gap, top), (to - gap, panel.bottom), paint)?;
            }
        }
        panel.references(canvas, figure)
    })?;
    let summary = format!(
        "{} values; {}; median {}; {} bins, the fullest holds {highest}.{}",
        sorted.len(),
        figure
            .x
            .sentence("values", sorted[0], sorted[sorted.len() - 1]),
        brief(quantile(&sorted, 0.5)),
        counts.len(),
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
    use super::edges;

    #[test]
    fn bins_cover_all_values_at_round_edges() {
        let sorted: Vec<f64> = (0..1000).map(|x| f64::from(x) * 0.1).collect();
        let free = edges(&sorted, None, false);
        assert_eq!((free[0], free[free.len() - 1]), (0.0, 100.0));
        assert_eq!(free.len(), 11);
        let set = edges(&sorted, Some(7), false);
        assert_eq!((set.len(), set[0], set[7]), (8, 0.0, sorted[999]));
        let log = edges(&[1.0, 1000.0], Some(3), true);
        assert!((log[1] - 10.0).abs() < 1e-9 && log[3] == 1000.0);
        assert_eq!(edges(&[5.0, 5.0], None, true), [4.75, 5.25]);
    }
}
