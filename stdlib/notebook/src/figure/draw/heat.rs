//! Heat maps.

use super::canvas::{Look, Paint, Side, on_canvas};
use super::panel::{Along, Panel, TICK_SIZE, Wish};
use super::{Outcome, extent, nothing_left};
use crate::figure::font::text_width;
use crate::figure::scale::{Kind, Scale, brief};
use crate::figure::values::LeftOut;
use crate::figure::{Drawn, Figure, FigureError, palette};

/// Draws the cells and the colour scale.
pub(super) fn draw(
    figure: &Figure,
    columns: &[String],
    rows: &[String],
    cells: &[Option<f64>],
) -> Outcome<Drawn> {
    if !figure.references.is_empty() {
        return Err(FigureError::DoesNotFit(
            "a heat map has no axis for a reference line",
        ));
    }
    let mut left_out = LeftOut::default();
    let kept: Vec<Option<f64>> = cells
        .iter()
        .map(|cell| cell.filter(|_| left_out.keeps(&[(*cell, false)])))
        .collect();
    let nulls = cells.iter().filter(|cell| cell.is_none()).count();
    (left_out.total, left_out.null) = (left_out.total + nulls, nulls);
    let (low, high) =
        extent(kept.iter().flatten().copied()).ok_or_else(|| nothing_left(left_out))?;
    let share = |value: f64| {
        if high > low {
            (value - low) / (high - low)
        } else {
            0.5
        }
    };
    let scale = Scale::new(Kind::Linear, low, high, 5, false);
    let scale_labels = scale
        .ticks
        .iter()
        .map(|tick| text_width(&tick.label, TICK_SIZE))
        .fold(0.0, f64::max);
    let row = (240.0 / rows.len() as f64).clamp(16.0, 40.0);
    let panel = Panel::lay_out(
        figure,
        Wish {
            x: Along::Names(columns.to_vec()),
            y: Along::Names(rows.to_vec()),
            x_text: figure.x.text(),
            y_text: figure.y.text(),
            legend: Vec::new(),
            right: 18.0 + 30.0 + scale_labels,
            height: Some(row * rows.len() as f64 + if columns.len() > 8 { 60.0 } else { 0.0 }),
        },
    );
    let picture = on_canvas(panel.width, panel.height, |canvas| {
        panel.frame(canvas, figure)?;
        let texts: Vec<Option<String>> = kept.iter().map(|cell| cell.map(brief)).collect();
        let widest = texts
            .iter()
            .flatten()
            .map(|text| text_width(text, TICK_SIZE))
            .fold(0.0, f64::max);
        for (index, cell) in kept.iter().enumerate() {
            let (y, height) = panel.band(index / columns.len());
            let (x, width) = panel.band_below(index % columns.len(), columns.len());
            let written = widest < width - 4.0 && height >= 14.0;
            let middle = (x + width / 2.0, y + height / 2.0);
            let gap = if width > 6.0 && height > 6.0 {
                0.6
            } else {
                0.0
            };
            match cell {
                Some(value) => {
                    let colour = palette::heat(share(*value));
                    let (from, to) = ((x + gap, y + gap), (x + width - gap, y + height - gap));
                    canvas.rectangle(from, to, Paint(colour, 1.0))?;
                    if written {
                        let paint = Paint(palette::readable_on(colour), 1.0);
                        let look = Look {
                            paint,
                            ..Look::ink(TICK_SIZE, 1.0)
                        };
                        let text = texts[index].as_deref().unwrap_or_default();
                        canvas.text(text, middle, Side::Middle, look)?;
                    }
                }
                None => canvas.text("–", middle, Side::Middle, Look::ink(TICK_SIZE, 0.6))?,
            }
        }
        // The colour scale to the right.
        let (left, right) = (panel.right + 14.0, panel.right + 26.0);
        let steps = 60;
        let length = panel.bottom - panel.top;
        for step in 0..steps {
            let at = |step: i32| panel.bottom - length * f64::from(step) / f64::from(steps);
            let colour = palette::heat((f64::from(step) + 0.5) / f64::from(steps));
            canvas.rectangle(
                (left, at(step)),
                (right, at(step + 1) - 0.2),
                Paint(colour, 1.0),
            )?;
        }
        for tick in &scale.ticks {
            if (low..=high).contains(&tick.value) {
                let y = panel.bottom - length * share(tick.value);
                let look = Look::ink(TICK_SIZE, 0.85);
                canvas.text(&tick.label, (right + 5.0, y), Side::Left, look)?;
            }
        }
        Ok(())
    })?;
    let highest = kept
        .iter()
        .position(|cell| *cell == Some(high))
        .unwrap_or(0);
    let summary = format!(
        "{} rows by {} columns; values {} to {}, highest at {}, {}.",
        rows.len(),
        columns.len(),
        brief(low),
        brief(high),
        rows[highest / columns.len()],
        columns[highest % columns.len()],
    );
    Ok(Drawn {
        picture,
        summary,
        left_out,
    })
}
