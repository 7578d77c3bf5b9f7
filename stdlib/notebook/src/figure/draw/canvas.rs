//! A drawing surface measured in pixels, on top of plotters.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::prelude::{Color, RGBColor, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, FontTransform, IntoFont, ShapeStyle, TextStyle};

use super::Outcome;
use crate::figure::FigureError;
use crate::figure::palette::{self, INK};
use crate::figure::plot::{Picture, SCALE};

/// Where a text stands relative to its point.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Left,
    Middle,
    Right,
}

/// A drawing area measured in pixels.
pub(super) struct Canvas<'a> {
    pub(super) area: DrawingArea<SVGBackend<'a>, Shift>,
}

/// A colour with its opacity, from 0 to 1.
#[derive(Clone, Copy)]
pub(super) struct Paint(pub(super) RGBColor, pub(super) f64);

impl Paint {
    pub(super) fn filled(self) -> ShapeStyle {
        self.0.mix(self.1).filled()
    }

    pub(super) fn stroke(self, width: f64) -> ShapeStyle {
        self.0
            .mix(self.1)
            .stroke_width(((width * SCALE).round() as u32).max(1))
    }
}

pub(super) fn units((x, y): (f64, f64)) -> (i32, i32) {
    ((x * SCALE).round() as i32, (y * SCALE).round() as i32)
}

impl Canvas<'_> {
    pub(super) fn path(&self, points: &[(f64, f64)], paint: Paint, width: f64) -> Outcome {
        let points: Vec<(i32, i32)> = points.iter().copied().map(units).collect();
        self.area
            .draw(&PathElement::new(points, paint.stroke(width)))
            .map_err(drawing_error)
    }

    /// A path broken into dashes; solid when `dashes` is empty.
    pub(super) fn dashed(
        &self,
        points: &[(f64, f64)],
        dashes: &[f64],
        paint: Paint,
        width: f64,
    ) -> Outcome {
        if dashes.is_empty() {
            return self.path(points, paint, width);
        }
        let (mut index, mut left) = (0, dashes[0]);
        let mut dash = points.first().map(|first| vec![*first]).unwrap_or_default();
        for pair in points.windows(2) {
            let (mut from, to) = (pair[0], pair[1]);
            loop {
                let length = (to.0 - from.0).hypot(to.1 - from.1);
                if length <= left {
                    left -= length;
                    dash.push(to);
                    break;
                }
                let share = left / length;
                from = (
                    from.0 + (to.0 - from.0) * share,
                    from.1 + (to.1 - from.1) * share,
                );
                dash.push(from);
                if index % 2 == 0 {
                    self.path(&dash, paint, width)?;
                }
                dash = vec![from];
                index += 1;
                left = dashes[index % dashes.len()];
            }
        }
        if index % 2 == 0 && dash.len() > 1 {
            self.path(&dash, paint, width)?;
        }
        Ok(())
    }

    pub(super) fn rectangle(
        &self,
        corner: (f64, f64),
        opposite: (f64, f64),
        paint: Paint,
    ) -> Outcome {
        let (a, b) = (units(corner), units(opposite));
        let corners = [(a.0.min(b.0), a.1.min(b.1)), (a.0.max(b.0), a.1.max(b.1))];
        self.area
            .draw(&Rectangle::new(corners, paint.filled()))
            .map_err(drawing_error)
    }

    pub(super) fn polygon(&self, points: &[(f64, f64)], paint: Paint) -> Outcome {
        let points: Vec<(i32, i32)> = points.iter().copied().map(units).collect();
        self.area
            .draw(&Polygon::new(points, paint.filled()))
            .map_err(drawing_error)
    }

    pub(super) fn circle(&self, centre: (f64, f64), radius: f64, style: ShapeStyle) -> Outcome {
        let radius = (radius * SCALE).round() as i32;
        self.area
            .draw(&Circle::new(units(centre), radius, style))
            .map_err(drawing_error)
    }

    /// The mark of a scatter series; its shape tells series apart without colour.
    pub(super) fn dot(
        &self,
        (x, y): (f64, f64),
        series: usize,
        radius: f64,
        opacity: f64,
    ) -> Outcome {
        let paint = Paint(palette::series(series), opacity);
        match series % 4 {
            0 => self.circle((x, y), radius, paint.filled()),
            1 => {
                let r = radius * 1.25;
                self.polygon(
                    &[(x, y - r), (x + r, y + r * 0.8), (x - r, y + r * 0.8)],
                    paint,
                )
            }
            2 => {
                let r = radius * 0.9;
                self.rectangle((x - r, y - r), (x + r, y + r), paint)
            }
            _ => {
                let r = radius * 1.3;
                self.polygon(&[(x, y - r), (x + r, y), (x, y + r), (x - r, y)], paint)
            }
        }
    }

    pub(super) fn text(&self, text: &str, at: (f64, f64), side: Side, look: Look) -> Outcome {
        if text.is_empty() {
            return Ok(());
        }
        let horizontal = match side {
            Side::Left => HPos::Left,
            Side::Middle => HPos::Center,
            Side::Right => HPos::Right,
        };
        // plotters' SVG back end divides a font size by 1.24.
        let font = ("sans-serif", look.size * SCALE * 1.24).into_font();
        let font = if look.bold {
            font.style(FontStyle::Bold)
        } else {
            font
        };
        let font = if look.upward {
            font.transform(FontTransform::Rotate270)
        } else {
            font
        };
        let colour = look.paint.0.mix(look.paint.1);
        let style = TextStyle::from(font)
            .color(&colour)
            .pos(Pos::new(horizontal, VPos::Center));
        self.area
            .draw(&Text::new(text.to_owned(), units(at), style))
            .map_err(drawing_error)
    }
}

/// How a text looks.
#[derive(Clone, Copy)]
pub(super) struct Look {
    pub(super) size: f64,
    pub(super) paint: Paint,
    pub(super) bold: bool,
    pub(super) upward: bool,
}

impl Look {
    pub(super) fn ink(size: f64, opacity: f64) -> Self {
        Self {
            size,
            paint: Paint(INK, opacity),
            bold: false,
            upward: false,
        }
    }

    pub(super) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }
}

pub(super) fn drawing_error(error: impl std::fmt::Display) -> FigureError {
    FigureError::Drawing(error.to_string())
}

/// Runs the drawing on a fresh canvas.
pub(super) fn on_canvas(
    width: u32,
    height: u32,
    draw: impl FnOnce(&Canvas<'_>) -> Outcome,
) -> Outcome<Picture> {
    let mut document = String::new();
    {
        let size = (width * SCALE as u32, height * SCALE as u32);
        let area = SVGBackend::with_string(&mut document, size).into_drawing_area();
        let canvas = Canvas { area };
        draw(&canvas)?;
        canvas.area.present().map_err(drawing_error)?;
    }
    Ok(Picture::new(&document, width, height, SCALE, false))
}
