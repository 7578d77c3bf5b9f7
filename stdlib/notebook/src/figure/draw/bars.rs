//! Bar charts, standing or lying.

use super::canvas::{Look, Paint, Side, on_canvas};
use super::panel::{Along, Entry, TICK_SIZE, lies_down, named_panel};
use super::{Outcome, extent, name_or_number, nothing_left, reference_sentence, with_references};
use crate::figure::font::text_width;
use crate::figure::palette::{self, INK};
use crate::figure::scale::{Kind, brief};
use crate::figure::values::LeftOut;
use crate::figure::{Bars, CATEGORY_LIMIT, Drawn, Figure, too_many};

/// Draws the bars of each series side by side.
pub(super) fn draw(figure: &Figure, labels: &[String], series: &[Bars]) -> Outcome<Drawn> {
    if let Some(problem) = too_many("bars", labels.len() * series.len(), CATEGORY_LIMIT) {
        return Err(problem);
    }
    let mut left_out = LeftOut::default();
    let mut kept: Vec<(usize, usize, f64)> = Vec::new();
    for (which, bars) in series.iter().enumerate() {
        for (index, &value) in bars.values.iter().enumerate() {
            if left_out.keeps(&[(value, false)]) {
                kept.push((which, index, value.unwrap_or_default()));
            }
        }
    }
    let (lowest, highest) =
        extent(kept.iter().map(|bar| bar.2)).ok_or_else(|| nothing_left(left_out))?;
    let (low, high) = with_references(figure, false, (lowest.min(0.0), highest.max(0.0)));
    let written = series.len() == 1 && labels.len() <= 30;
    let lying = lies_down(figure, labels);
    // Numbers at the ends of standing bars need room above them.
    let room = if written && !lying { 0.05 } else { 0.0 };
    let values = Along::Values {
        kind: Kind::Linear,
        low: low * (1.0 + room),
        high: high * (1.0 + room),
        round: true,
    };
    let named = series.len() > 1 || series.iter().any(|bars| !bars.name.is_empty());
    let legend = if named {
        let entry = |(index, bars): (usize, &Bars)| Entry {
            name: name_or_number(&bars.name, index),
            series: index,
            mark: None,
        };
        series.iter().enumerate().map(entry).collect()
    } else {
        Vec::new()
    };
    let longest = kept
        .iter()
        .map(|bar| text_width(&brief(bar.2), TICK_SIZE))
        .fold(0.0, f64::max);
    let value_room = if written { longest } else { 0.0 };
    let row = if series.len() == 1 {
        24.0
    } else {
        12.0 + 13.0 * series.len() as f64
    };
    let panel = named_panel(figure, labels, values, legend, row, value_room);
    let picture = on_canvas(panel.width, panel.height, |canvas| {
        panel.frame(canvas, figure)?;
        for &(which, index, value) in &kept {
            let (start, band) = panel.band(index);
            let used = (band * 0.74).min(72.0 * series.len() as f64);
            let each = used / series.len() as f64;
            let from = start + (band - used) / 2.0 + each * which as f64;
            let to = from + each - if series.len() > 1 { 1.0 } else { 0.0 };
            let paint = Paint(palette::series(which), 1.0);
            let middle = (from + to) / 2.0;
            let look = Look::ink(TICK_SIZE, 0.95);
            if lying {
                let (zero, end) = (panel.x_at(0.0), panel.x_at(value));
                canvas.rectangle((zero, from), (end, to), paint)?;
                if written {
                    let (side, gap) = if value < 0.0 {
                        (Side::Right, -5.0)
                    } else {
                        (Side::Left, 5.0)
                    };
                    canvas.text(&brief(value), (end + gap, middle), side, look)?;
                }
            } else {
                let (zero, end) = (panel.y_at(0.0), panel.y_at(value));
                canvas.rectangle((from, zero), (to, end), paint)?;
                if written {
                    let gap = if value < 0.0 { 9.0 } else { -9.0 };
                    canvas.text(&brief(value), (middle, end + gap), Side::Middle, look)?;
                }
            }
        }
        let axis = Paint(INK, 0.55);
        if lying {
            let zero = panel.x_at(0.0);
            canvas.path(&[(zero, panel.top), (zero, panel.bottom)], axis, 1.0)?;
        } else {
            let zero = panel.y_at(0.0);
            canvas.path(&[(panel.left, zero), (panel.right, zero)], axis, 1.0)?;
        }
        panel.references(canvas, figure)
    })?;
    let top = kept.iter().max_by(|a, b| a.2.total_cmp(&b.2));
    let top = top.map_or(String::new(), |bar| format!("; highest: {}", labels[bar.1]));
    let summary = format!(
        "{} bars; {}{top}.{}",
        kept.len(),
        figure.y.sentence("values", lowest, highest),
        reference_sentence(figure)
    );
    Ok(Drawn {
        picture,
        summary,
        left_out,
    })
}
