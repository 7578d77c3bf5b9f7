//! The frame of a chart: where the plot lies, and everything around it.

use super::Outcome;
use super::canvas::{Canvas, Look, Paint, Side};
use crate::figure::font::{fit, text_width};
use crate::figure::palette::{self, INK};
use crate::figure::scale::{Kind, Scale, Tick};
use crate::figure::{Figure, Mark, Reference};

pub(super) const PADDING: f64 = 12.0;
pub(super) const TITLE_SIZE: f64 = 15.0;
pub(super) const LABEL_SIZE: f64 = 12.0;
pub(super) const TICK_SIZE: f64 = 11.0;
pub(super) const LEGEND_ROW: f64 = 20.0;
pub(super) const DEFAULT_HEIGHT: u32 = 400;

/// Most of the width that the names of reference lines may take.
pub(super) const REFERENCE_SHARE: f64 = 0.28;

/// What runs along one side of the plot.
pub(super) enum Along {
    /// Values from low to high.
    Values {
        kind: Kind,
        low: f64,
        high: f64,
        round: bool,
    },
    /// One band for each name.
    Names(Vec<String>),
}

/// The same, placed.
pub(super) enum Placed {
    Values(Scale),
    Names(Vec<String>),
}

impl Placed {
    pub(super) fn ticks(&self) -> &[Tick] {
        match self {
            Self::Values(scale) => &scale.ticks,
            Self::Names(_) => &[],
        }
    }
}

/// One line of the legend.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) series: usize,
    pub(super) mark: Option<Mark>,
}

/// The frame of a chart: the plot's rectangle and its axes.
pub(super) struct Panel {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) x: Placed,
    pub(super) y: Placed,
    pub(super) x_text: String,
    pub(super) y_text: String,
    /// Names below the plot stand upright because they do not fit.
    pub(super) upright: bool,
    /// Reference lines stand upright, with their names above the plot.
    pub(super) marked_above: bool,
    pub(super) legend: Vec<Entry>,
}

/// What a chart asks of its frame.
pub(super) struct Wish {
    pub(super) x: Along,
    pub(super) y: Along,
    pub(super) x_text: String,
    pub(super) y_text: String,
    pub(super) legend: Vec<Entry>,
    /// Room to the right of the plot.
    pub(super) right: f64,
    /// Height if the learner set none.
    pub(super) height: Option<f64>,
}

/// Rows of the legend and the x position of each entry.
pub(super) fn legend_places(legend: &[Entry], width: f64) -> Vec<(usize, f64)> {
    let (mut row, mut x) = (0, 0.0);
    let mut places = Vec::new();
    for entry in legend {
        let room = 30.0 + text_width(&entry.name, LABEL_SIZE) + 18.0;
        if x > 0.0 && x + room > width {
            row += 1;
            x = 0.0;
        }
        places.push((row, x));
        x += room;
    }
    places
}

impl Panel {
    pub(super) fn lay_out(figure: &Figure, wish: Wish) -> Self {
        let width = f64::from(figure.size.0);
        let mut top = PADDING;
        if !figure.title.is_empty() {
            top += 26.0;
        }
        if let Some((row, _)) = legend_places(&wish.legend, width - 2.0 * PADDING).last() {
            top += LEGEND_ROW * (*row as f64 + 1.0) + 2.0;
        }
        top += if wish.y_text.is_empty() { 8.0 } else { 26.0 };
        let lying = matches!(wish.y, Along::Names(_));
        let (beside, above): (Vec<&Reference>, Vec<&Reference>) = figure
            .references
            .iter()
            .partition(|line| !line.on_x && !lying);
        if !above.is_empty() {
            top += 16.0;
        }
        // Names of reference lines stand outside, where they cover no data.
        let beside = beside
            .iter()
            .map(|line| text_width(&line.label, TICK_SIZE) + 10.0)
            .fold(0.0, f64::max)
            .min(width * REFERENCE_SHARE);

        let longest = |names: &[String], size: f64| {
            names
                .iter()
                .map(|name| text_width(name, size))
                .fold(0.0, f64::max)
        };
        let x_label = if wish.x_text.is_empty() { 4.0 } else { 22.0 };

        // Height first: lying bars may ask for more.
        let tick_room = 20.0;
        let height = match (figure.size.1, wish.height) {
            (Some(height), _) => f64::from(height),
            (None, Some(inside)) => (top + inside + tick_room + x_label + PADDING).min(4000.0),
            (None, None) => f64::from(DEFAULT_HEIGHT),
        };

        // The y axis: its labels decide where the plot starts.
        let rough_height = (height - top - tick_room - x_label - PADDING).max(40.0);
        let y = match wish.y {
            Along::Values {
                kind,
                low,
                high,
                round,
            } => {
                let count = (rough_height / 48.0).round() as usize;
                Placed::Values(Scale::new(kind, low, high, count, round))
            }
            Along::Names(names) => {
                let room = width * 0.4;
                Placed::Names(
                    names
                        .iter()
                        .map(|name| fit(name, TICK_SIZE, room))
                        .collect(),
                )
            }
        };
        let label_width = match &y {
            Placed::Values(scale) => scale
                .ticks
                .iter()
                .map(|tick| text_width(&tick.label, TICK_SIZE))
                .fold(0.0, f64::max),
            Placed::Names(names) => longest(names, TICK_SIZE),
        };
        let left = PADDING + label_width + 9.0;

        // The x axis: as many ticks as have room.
        let right = width - wish.right.max(beside);
        let inside = (right - left).max(40.0);
        let mut upright = false;
        let mut below = tick_room;
        let x = match wish.x {
            Along::Values {
                kind,
                low,
                high,
                round,
            } => {
                let mut count = (inside / 70.0).round().max(2.0) as usize;
                let mut scale = Scale::new(kind, low, high, count, round);
                while count > 2 && crowded(&scale, inside) {
                    count -= 1;
                    scale = Scale::new(kind, low, high, count, round);
                }
                if scale.ticks.iter().any(|tick| !tick.context.is_empty()) {
                    below += 15.0;
                }
                Placed::Values(scale)
            }
            Along::Names(names) => {
                let band = inside / names.len().max(1) as f64;
                upright = longest(&names, TICK_SIZE) > band - 4.0;
                if upright {
                    let room = height * 0.35;
                    let names: Vec<String> = names
                        .iter()
                        .map(|name| fit(name, TICK_SIZE, room))
                        .collect();
                    below = longest(&names, TICK_SIZE) + 12.0;
                    Placed::Names(names)
                } else {
                    Placed::Names(names)
                }
            }
        };
        // The last tick label must not leave the picture.
        let overhang = x.ticks().last().map_or(0.0, |tick| {
            let share = if let Placed::Values(scale) = &x {
                scale.share(tick.value)
            } else {
                1.0
            };
            text_width(&tick.label, TICK_SIZE) / 2.0 - inside * (1.0 - share)
        });
        let right = right.min(width - overhang - 4.0);

        Self {
            width: figure.size.0,
            height: height.round() as u32,
            left,
            right,
            top,
            bottom: (height - PADDING - x_label - below).max(top + 20.0),
            x,
            y,
            x_text: wish.x_text,
            y_text: wish.y_text,
            upright,
            marked_above: !above.is_empty(),
            legend: wish.legend,
        }
    }

    /// Horizontal position of a value.
    pub(super) fn x_at(&self, value: f64) -> f64 {
        match &self.x {
            Placed::Values(scale) => self.left + scale.share(value) * (self.right - self.left),
            Placed::Names(_) => self.left,
        }
    }

    /// Vertical position of a value.
    pub(super) fn y_at(&self, value: f64) -> f64 {
        match &self.y {
            Placed::Values(scale) => self.bottom - scale.share(value) * (self.bottom - self.top),
            Placed::Names(_) => self.bottom,
        }
    }

    /// Start and width of a name's band, along its axis.
    pub(super) fn band(&self, index: usize) -> (f64, f64) {
        let (start, length, count) = match (&self.x, &self.y) {
            (_, Placed::Names(names)) => (self.top, self.bottom - self.top, names.len()),
            (Placed::Names(names), _) => (self.left, self.right - self.left, names.len()),
            _ => (self.left, self.right - self.left, 1),
        };
        let band = length / count.max(1) as f64;
        (start + band * index as f64, band)
    }

    /// Title, legend, grid, axes and ticks.
    pub(super) fn frame(&self, canvas: &Canvas<'_>, figure: &Figure) -> Outcome {
        let room = f64::from(self.width) - 2.0 * PADDING;
        let mut y = PADDING;
        if !figure.title.is_empty() {
            let title = fit(&figure.title, TITLE_SIZE * 1.08, room);
            let look = Look::ink(TITLE_SIZE, 1.0).bold();
            canvas.text(&title, (PADDING, y + 8.0), Side::Left, look)?;
            y += 26.0;
        }
        for (entry, (row, x)) in self.legend.iter().zip(legend_places(&self.legend, room)) {
            let middle = y + 8.0 + LEGEND_ROW * row as f64;
            let x = PADDING + x;
            let colour = palette::series(entry.series);
            match entry.mark {
                Some(Mark::Line) => canvas.dashed(
                    &[(x, middle), (x + 22.0, middle)],
                    palette::dashes(entry.series),
                    Paint(colour, 1.0),
                    2.4,
                )?,
                Some(Mark::Dots) => canvas.dot((x + 11.0, middle), entry.series, 4.5, 1.0)?,
                None => canvas.rectangle(
                    (x + 5.0, middle - 6.0),
                    (x + 17.0, middle + 6.0),
                    Paint(colour, 1.0),
                )?,
            }
            let name = fit(&entry.name, LABEL_SIZE, room - 30.0);
            canvas.text(
                &name,
                (x + 28.0, middle),
                Side::Left,
                Look::ink(LABEL_SIZE, 0.95),
            )?;
        }
        let strong = Look::ink(LABEL_SIZE, 0.95);
        canvas.text(
            &fit(&self.y_text, LABEL_SIZE, room),
            (
                PADDING,
                self.top - if self.marked_above { 32.0 } else { 17.0 },
            ),
            Side::Left,
            strong,
        )?;
        let x_text = fit(&self.x_text, LABEL_SIZE, room);
        let middle = (self.left + self.right) / 2.0;
        let half = text_width(&x_text, LABEL_SIZE) / 2.0;
        let middle = middle.clamp(PADDING + half, (PADDING + room - half).max(PADDING + half));
        canvas.text(
            &x_text,
            (middle, f64::from(self.height) - PADDING - 6.0),
            Side::Middle,
            strong,
        )?;
        self.axes(canvas)
    }

    pub(super) fn axes(&self, canvas: &Canvas<'_>) -> Outcome {
        let (grid, axis) = (Paint(INK, 0.13), Paint(INK, 0.55));
        let ticks = Look::ink(TICK_SIZE, 0.85);
        match &self.y {
            Placed::Values(scale) => {
                for tick in &scale.ticks {
                    let y = self.y_at(tick.value);
                    canvas.path(&[(self.left, y), (self.right, y)], grid, 1.0)?;
                    canvas.text(&tick.label, (self.left - 8.0, y), Side::Right, ticks)?;
                }
            }
            Placed::Names(names) => {
                for (index, name) in names.iter().enumerate() {
                    let (start, band) = self.band(index);
                    canvas.text(
                        name,
                        (self.left - 8.0, start + band / 2.0),
                        Side::Right,
                        ticks,
                    )?;
                }
                canvas.path(
                    &[(self.left, self.top), (self.left, self.bottom)],
                    axis,
                    1.0,
                )?;
            }
        }
        match &self.x {
            Placed::Values(scale) => {
                let names_beside = matches!(self.y, Placed::Names(_));
                for tick in &scale.ticks {
                    let x = self.x_at(tick.value);
                    canvas.path(&[(x, self.top), (x, self.bottom)], grid, 1.0)?;
                    if !names_beside {
                        canvas.path(&[(x, self.bottom), (x, self.bottom + 5.0)], axis, 1.0)?;
                    }
                    canvas.text(&tick.label, (x, self.bottom + 14.0), Side::Middle, ticks)?;
                    let context = Look::ink(TICK_SIZE, 0.95);
                    let half = text_width(&tick.context, TICK_SIZE) / 2.0;
                    let x = x.clamp(
                        4.0 + half,
                        (f64::from(self.width) - 4.0 - half).max(4.0 + half),
                    );
                    canvas.text(
                        &tick.context,
                        (x, self.bottom + 28.0),
                        Side::Middle,
                        context,
                    )?;
                }
                if !names_beside {
                    canvas.path(
                        &[(self.left, self.bottom), (self.right, self.bottom)],
                        axis,
                        1.0,
                    )?;
                }
            }
            Placed::Names(names) => {
                for (index, name) in names.iter().enumerate() {
                    let (start, band) = self.band_below(index, names.len());
                    let x = start + band / 2.0;
                    if self.upright {
                        let look = Look {
                            upward: true,
                            ..ticks
                        };
                        canvas.text(name, (x, self.bottom + 7.0), Side::Right, look)?;
                    } else {
                        canvas.text(name, (x, self.bottom + 13.0), Side::Middle, ticks)?;
                    }
                }
            }
        }
        Ok(())
    }

    pub(super) fn band_below(&self, index: usize, count: usize) -> (f64, f64) {
        let band = (self.right - self.left) / count.max(1) as f64;
        (self.left + band * index as f64, band)
    }

    /// Dashed lines at reference values, with their names.
    pub(super) fn references(&self, canvas: &Canvas<'_>, figure: &Figure) -> Outcome {
        // Lying bars and boxes have their values along x.
        let lying = matches!(self.y, Placed::Names(_));
        for reference in &figure.references {
            let paint = Paint(INK, 0.8);
            let look = Look::ink(TICK_SIZE, 1.0);
            if reference.on_x || lying {
                let x = self.x_at(reference.value);
                let line = [(x, self.top - 3.0), (x, self.bottom)];
                canvas.dashed(&line, &[6.0, 4.0], paint, 1.4)?;
                let width = f64::from(self.width);
                let label = fit(&reference.label, TICK_SIZE, width - 2.0 * PADDING);
                let half = text_width(&label, TICK_SIZE) / 2.0;
                let at = x.clamp(PADDING + half, (width - 4.0 - half).max(PADDING + half));
                canvas.text(&label, (at, self.top - 10.0), Side::Middle, look)?;
            } else {
                let y = self.y_at(reference.value);
                canvas.dashed(&[(self.left, y), (self.right, y)], &[6.0, 4.0], paint, 1.4)?;
                let room = f64::from(self.width) - self.right - 8.0;
                let label = fit(&reference.label, TICK_SIZE, room);
                canvas.text(&label, (self.right + 5.0, y), Side::Left, look)?;
            }
        }
        Ok(())
    }
}

/// Two neighbouring tick labels would touch.
pub(super) fn crowded(scale: &Scale, length: f64) -> bool {
    scale.ticks.windows(2).any(|pair| {
        let gap = (scale.share(pair[1].value) - scale.share(pair[0].value)) * length;
        let widths = text_width(&pair[0].label, TICK_SIZE) + text_width(&pair[1].label, TICK_SIZE);
        gap < widths / 2.0 + 10.0
    }) || {
        // Dates below the labels stand further apart, but are longer.
        let dated: Vec<&Tick> = scale
            .ticks
            .iter()
            .filter(|tick| !tick.context.is_empty())
            .collect();
        dated.windows(2).any(|pair| {
            let gap = (scale.share(pair[1].value) - scale.share(pair[0].value)) * length;
            gap < text_width(&pair[0].context, TICK_SIZE) + 8.0
        })
    }
}

/// Names do not fit below the plot, so bars and boxes lie down.
pub(super) fn lies_down(figure: &Figure, names: &[String]) -> bool {
    let band = (f64::from(figure.size.0) - 80.0) / names.len().max(1) as f64;
    names
        .iter()
        .any(|name| text_width(name, TICK_SIZE) > band - 6.0)
}

/// The frame of a chart with names along one side and values along the other.
pub(super) fn named_panel(
    figure: &Figure,
    names: &[String],
    values: Along,
    legend: Vec<Entry>,
    row_height: f64,
    value_room: f64,
) -> Panel {
    let names_side = Along::Names(names.to_vec());
    let (names_text, values_text) = (figure.x.text(), figure.y.text());
    if lies_down(figure, names) {
        Panel::lay_out(
            figure,
            Wish {
                x: values,
                y: names_side,
                x_text: values_text,
                y_text: names_text,
                legend,
                right: 18.0 + value_room,
                height: Some((row_height * names.len() as f64).max(60.0)),
            },
        )
    } else {
        Panel::lay_out(
            figure,
            Wish {
                x: names_side,
                y: values,
                x_text: names_text,
                y_text: values_text,
                legend,
                right: 18.0,
                height: None,
            },
        )
    }
}
