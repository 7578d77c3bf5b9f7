//! Charts in one line, and plotters itself for the rest.
//!
//! # Brief overview
//! [`line`], [`scatter`], [`bar`], [`histogram`], [`heat_map`], [`box_plot`] and
//! [`time_series`] each make a [`Figure`]. The first argument of each is the
//! alt text: what a reader who cannot see the chart is told. Methods of
//! [`Figure`] add titles, units, further series and reference lines. A figure as
//! the last line of a cell shows itself; [`Figure::save`] writes an SVG file.
//! [`plot`] hands out a plotters drawing area for anything else.
//!
//! # Example
//! ```
//! use lightcone_notebook::figure::line;
//!
//! let distance_km = [0.0, 3000.0, 6000.0, 9000.0, 12000.0];
//! let rtt_ms = distance_km.map(|km| 2.0 * km * 1.4682 / 299_792.458 * 1000.0);
//! let figure = line("Round-trip time in fibre grows in a straight line with distance", distance_km, rtt_ms)
//!     .x_label("distance", "km")
//!     .y_label("RTT", "ms");
//! assert!(figure.svg().unwrap().starts_with("<svg"));
//! ```
//!
//! # Layout
//! - [`values`], `columns`: what is accepted as numbers, labels and times.
//! - `scale`, `calendar`: positions and ticks.
//! - `draw`: layout and drawing; `palette`, `font`: colours and text widths.
//! - `plot`: plotters without our layout.
mod calendar;
mod columns;
mod draw;
mod font;
mod palette;
mod plot;
mod scale;
#[cfg(test)]
mod tests;
pub mod values;

use std::path::Path;

use lightcone_wire::Media;

pub use font::register_fonts;
pub use plot::{Drawing, plot};

use crate::display::{Show, error_media};
use scale::{Kind, brief};
use values::{Labels, LeftOut, Numbers, Times, Values};

/// Most bars or boxes in one chart.
pub const CATEGORY_LIMIT: usize = 100;

/// Most cells in a heat map.
pub const CELL_LIMIT: usize = 10_000;

/// Why a figure cannot be drawn.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FigureError {
    /// The alt text is empty.
    #[error(
        "the alt text is empty; say in one sentence what the chart shows, \
         for readers who cannot see it"
    )]
    NoAltText,
    /// Two rows of values that belong together differ in length.
    #[error(
        "{first} ({first_length} long) and {second} ({second_length} long) must have the same length"
    )]
    LengthMismatch {
        /// What the first row is.
        first: &'static str,
        /// Its length.
        first_length: usize,
        /// What the second row is.
        second: &'static str,
        /// Its length.
        second_length: usize,
    },
    /// Nothing is left to draw.
    #[error("there is nothing to draw: {0}")]
    NoPoints(String),
    /// A column's type has no numbers, labels or times.
    #[error("column `{column}` holds {found}, the chart needs {wanted}; cast it first")]
    WrongColumnType {
        /// The column's name.
        column: String,
        /// Its type.
        found: String,
        /// What is needed.
        wanted: &'static str,
    },
    /// A text is no point in time.
    #[error("`{0}` is not a point in time; write `2021-10-04` or `2021-10-04 15:39`")]
    NotATime(String),
    /// A value axis was given points in time.
    #[error("points in time belong on the x axis; pass them first")]
    TimeOnValueAxis,
    /// [`time_series`] was given a column without times.
    #[error("`time_series` needs points in time; use `line` for plain numbers")]
    NoTimes,
    /// More bars, boxes or cells than a reader could tell apart.
    #[error(
        "{count} {what} are too many for one chart (limit {limit}); sort and keep the first, or group them"
    )]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many are possible.
        limit: usize,
    },
    /// The chart cannot take what was added to it.
    #[error("{0}")]
    DoesNotFit(&'static str),
    /// plotters failed.
    #[error("plotters could not draw: {0}")]
    Drawing(String),
    /// The file could not be written.
    #[error("cannot write `{path}`: {reason}")]
    NotSaved {
        /// The file.
        path: String,
        /// What the system said.
        reason: String,
    },
}

/// One axis: what it shows, in which unit, and how.
#[derive(Clone, Debug, Default)]
struct Axis {
    label: String,
    unit: String,
    log: bool,
    time: bool,
}

impl Axis {
    /// `RTT (ms)`.
    fn text(&self) -> String {
        match (self.label.is_empty(), self.unit.is_empty()) {
            (_, true) => self.label.clone(),
            (true, false) => self.unit.clone(),
            (false, false) => format!("{} ({})", self.label, self.unit),
        }
    }

    fn kind(&self) -> Kind {
        match (self.log, self.time) {
            (true, _) => Kind::Log,
            (false, true) => Kind::Time,
            (false, false) => Kind::Linear,
        }
    }

    /// `RTT 3 to 180 ms`, for the plain text.
    fn sentence(&self, fallback: &str, low: f64, high: f64) -> String {
        let name = if self.label.is_empty() {
            fallback
        } else {
            &self.label
        };
        if self.time {
            let moment = |value| calendar::Moment::at(value).sentence();
            return format!("{name} {} to {}", moment(low), moment(high));
        }
        let unit = if self.unit.is_empty() {
            String::new()
        } else {
            format!(" {}", self.unit)
        };
        format!("{name} {} to {}{unit}", brief(low), brief(high))
    }
}

/// How a series of points is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Line,
    Dots,
}

/// Points of one series, as given.
#[derive(Clone, Debug)]
struct Points {
    name: String,
    mark: Mark,
    xs: Vec<Option<f64>>,
    ys: Vec<Option<f64>>,
}

/// Bars of one series.
#[derive(Clone, Debug)]
struct Bars {
    name: String,
    values: Vec<Option<f64>>,
}

/// One box of a box plot.
#[derive(Clone, Debug)]
struct Group {
    name: String,
    values: Vec<Option<f64>>,
}

/// What the chart shows.
#[derive(Clone, Debug)]
enum Content {
    Points(Vec<Points>),
    Bars {
        labels: Vec<String>,
        series: Vec<Bars>,
    },
    Histogram {
        values: Vec<Option<f64>>,
        bins: Option<usize>,
    },
    Boxes(Vec<Group>),
    Heat {
        columns: Vec<String>,
        rows: Vec<String>,
        cells: Vec<Option<f64>>,
    },
}

/// A line across the plot at a value worth knowing.
#[derive(Clone, Debug)]
struct Reference {
    label: String,
    value: f64,
    on_x: bool,
}

/// A chart: data, axes and words. Made by [`line`] and its siblings.
///
/// Nothing is checked until the figure is drawn, so that calls chain without
/// `?`. A figure that cannot be drawn shows why; [`Figure::svg`] and
/// [`Figure::save`] return the [`FigureError`].
#[derive(Clone, Debug)]
#[must_use = "end the cell with the figure, or pass it to `show`"]
pub struct Figure {
    alt: String,
    title: String,
    caption: String,
    x: Axis,
    y: Axis,
    content: Content,
    references: Vec<Reference>,
    size: (u32, Option<u32>),
    problem: Option<FigureError>,
}

/// Line chart of `ys` over `xs`.
///
/// Both may be vectors, slices, arrays, iterators of numbers, or columns of a
/// frame; `xs` may hold dates. Points with a missing or non-finite part leave a
/// gap in the line and are counted in the caption.
///
/// ```
/// use lightcone_notebook::figure::line;
/// let figure = line("A parabola", 0..10, (0..10).map(|x| x * x)).name("x²");
/// assert!(figure.svg().is_ok());
/// ```
pub fn line<X, Y>(alt: impl Into<String>, xs: impl Values<X>, ys: impl Values<Y>) -> Figure {
    Figure::points(alt.into(), Mark::Line, xs.numbers(), ys.numbers())
}

/// Scatter chart: one dot for each pair of `xs` and `ys`.
///
/// Takes the same values as [`line`].
///
/// ```
/// use lightcone_notebook::figure::scatter;
/// let figure = scatter("Three points", [1.0, 2.0, 3.0], [4.0, 1.0, 9.0]).log_y();
/// assert!(figure.svg().is_ok());
/// ```
pub fn scatter<X, Y>(alt: impl Into<String>, xs: impl Values<X>, ys: impl Values<Y>) -> Figure {
    Figure::points(alt.into(), Mark::Dots, xs.numbers(), ys.numbers())
}

/// Line chart over time.
///
/// `times` is a Date or Datetime column, or strings such as
/// `"2021-10-04 15:39"`. Times without a zone are drawn as they are, others in UTC.
///
/// ```
/// use lightcone_notebook::figure::time_series;
/// let figure = time_series("Errors per minute", ["2021-10-04 15:39", "2021-10-04 15:40"], [3, 90]);
/// assert!(figure.svg().is_ok());
/// ```
pub fn time_series<T, Y>(
    alt: impl Into<String>,
    times: impl Times<T>,
    ys: impl Values<Y>,
) -> Figure {
    Figure::points(alt.into(), Mark::Line, times.times(), ys.numbers())
}

/// Bar chart with one bar for each label.
///
/// Bars lie down by themselves when the labels are long. Missing values leave
/// their place empty.
///
/// ```
/// use lightcone_notebook::figure::bar;
/// let figure = bar("Two regions", ["us-east-1", "eu-west-1"], [12.0, 7.5]).y_label("p50", "ms");
/// assert!(figure.svg().is_ok());
/// ```
pub fn bar<L, V>(alt: impl Into<String>, labels: impl Labels<L>, values: impl Values<V>) -> Figure {
    let numbers = values.numbers();
    let (labels, problem) = split(labels.labels());
    let problem = problem.or(unfit(&numbers)).or_else(|| {
        same_length(
            "the labels",
            labels.len(),
            "the values",
            numbers.values.len(),
        )
    });
    let series = vec![Bars {
        name: String::new(),
        values: numbers.values,
    }];
    let mut figure = Figure::new(alt.into(), Content::Bars { labels, series }, problem);
    figure.y.label = numbers.name.unwrap_or_default();
    figure
}

/// Histogram: how many values fall into each of a row of equal ranges.
///
/// The number of bins follows Freedman and Diaconis (1981), at round edges;
/// [`Figure::bins`] sets it. With [`Figure::log_x`] the ranges grow by a
/// constant factor.
///
/// ```
/// use lightcone_notebook::figure::histogram;
/// let figure = histogram("Spread of 100 values", (0..100).map(|x| x % 17)).bins(8);
/// assert!(figure.svg().is_ok());
/// ```
pub fn histogram<V>(alt: impl Into<String>, values: impl Values<V>) -> Figure {
    let numbers = values.numbers();
    let problem = unfit(&numbers);
    let content = Content::Histogram {
        values: numbers.values,
        bins: None,
    };
    let mut figure = Figure::new(alt.into(), content, problem);
    figure.x.label = numbers.name.unwrap_or_default();
    figure.y.label = "count".to_owned();
    figure
}

/// Heat map: a grid of cells coloured by value, with a colour scale.
///
/// `cells` holds one row of numbers for each of `rows`, each with one number for
/// each of `columns`. Small grids also print the numbers.
///
/// ```
/// use lightcone_notebook::figure::heat_map;
/// let figure = heat_map("RTT in ms", ["a", "b"], ["a", "b"], [[0.0, 9.0], [9.0, 0.0]]);
/// assert!(figure.svg().is_ok());
/// ```
pub fn heat_map<C, R, V, Row: Values<V>>(
    alt: impl Into<String>,
    columns: impl Labels<C>,
    rows: impl Labels<R>,
    cells: impl IntoIterator<Item = Row>,
) -> Figure {
    let (columns, wrong_columns) = split(columns.labels());
    let (rows, wrong_rows) = split(rows.labels());
    let mut problem = wrong_columns.or(wrong_rows);
    let mut flat = Vec::new();
    let mut height = 0;
    for row in cells {
        let numbers = row.numbers();
        height += 1;
        let length = numbers.values.len();
        problem = problem
            .or(unfit(&numbers))
            .or_else(|| same_length("a row of cells", length, "the columns", columns.len()));
        flat.extend(numbers.values);
    }
    let problem = problem
        .or_else(|| same_length("the cells", height, "the row labels", rows.len()))
        .or_else(|| too_many("cells", flat.len(), CELL_LIMIT));
    Figure::new(
        alt.into(),
        Content::Heat {
            columns,
            rows,
            cells: flat,
        },
        problem,
    )
}

/// Box plot: median, quartiles and outliers of each group.
///
/// `groups` is a row of `(name, values)`. The box spans the quartiles (linear
/// interpolation between values), the whiskers reach to the last value within
/// 1.5 times the box's length (Tukey 1977), and dots are values beyond.
///
/// ```
/// use lightcone_notebook::figure::box_plot;
/// let figure = box_plot("Two groups", [("a", vec![1.0, 2.0, 9.0]), ("b", vec![4.0, 5.0])]);
/// assert!(figure.svg().is_ok());
/// ```
pub fn box_plot<V, Name: Into<String>, Row: Values<V>>(
    alt: impl Into<String>,
    groups: impl IntoIterator<Item = (Name, Row)>,
) -> Figure {
    let mut problem = None;
    let mut boxes = Vec::new();
    for (name, row) in groups {
        let numbers = row.numbers();
        problem = problem.or(unfit(&numbers));
        boxes.push(Group {
            name: name.into(),
            values: numbers.values,
        });
    }
    let problem = problem.or_else(|| too_many("boxes", boxes.len(), CATEGORY_LIMIT));
    Figure::new(alt.into(), Content::Boxes(boxes), problem)
}

/// Box plot of `values` grouped by `names`, as two columns of a frame hold them.
///
/// The groups stand in the order in which their names first appear.
///
/// ```
/// use lightcone_notebook::figure::box_plot_by;
/// let figure = box_plot_by("Two groups", ["a", "b", "a"], [1.0, 5.0, 2.0]);
/// assert!(figure.svg().is_ok());
/// ```
pub fn box_plot_by<L, V>(
    alt: impl Into<String>,
    names: impl Labels<L>,
    values: impl Values<V>,
) -> Figure {
    let numbers = values.numbers();
    let (names, problem) = split(names.labels());
    let problem = problem
        .or(unfit(&numbers))
        .or_else(|| same_length("the names", names.len(), "the values", numbers.values.len()));
    let mut boxes: Vec<Group> = Vec::new();
    for (name, value) in names.into_iter().zip(numbers.values) {
        match boxes.iter().position(|group| group.name == name) {
            Some(known) => boxes[known].values.push(value),
            None if boxes.len() > CATEGORY_LIMIT => break,
            None => boxes.push(Group {
                name,
                values: vec![value],
            }),
        }
    }
    let problem = problem.or_else(|| too_many("boxes", boxes.len(), CATEGORY_LIMIT));
    let mut figure = Figure::new(alt.into(), Content::Boxes(boxes), problem);
    figure.y.label = numbers.name.unwrap_or_default();
    figure
}

/// A result as a value (empty on failure) and what went wrong.
fn split<T: Default>(result: Result<T, FigureError>) -> (T, Option<FigureError>) {
    match result {
        Ok(value) => (value, None),
        Err(problem) => (T::default(), Some(problem)),
    }
}

/// Why these numbers cannot stand on a value axis.
fn unfit(numbers: &Numbers) -> Option<FigureError> {
    numbers
        .problem
        .clone()
        .or(numbers.time.then_some(FigureError::TimeOnValueAxis))
}

fn same_length(
    first: &'static str,
    first_length: usize,
    second: &'static str,
    second_length: usize,
) -> Option<FigureError> {
    (first_length != second_length).then_some(FigureError::LengthMismatch {
        first,
        first_length,
        second,
        second_length,
    })
}

fn too_many(what: &'static str, count: usize, limit: usize) -> Option<FigureError> {
    (count > limit).then_some(FigureError::TooMany { what, count, limit })
}

impl Figure {
    fn new(alt: String, content: Content, problem: Option<FigureError>) -> Self {
        let problem = problem.or(alt.trim().is_empty().then_some(FigureError::NoAltText));
        Self {
            alt: alt.trim().to_owned(),
            title: String::new(),
            caption: String::new(),
            x: Axis::default(),
            y: Axis::default(),
            content,
            references: Vec::new(),
            size: (640, None),
            problem,
        }
    }

    fn points(alt: String, mark: Mark, xs: Numbers, ys: Numbers) -> Self {
        let problem = xs
            .problem
            .clone()
            .or(unfit(&ys))
            .or_else(|| same_length("x", xs.values.len(), "y", ys.values.len()));
        let points = Points {
            name: String::new(),
            mark,
            xs: xs.values,
            ys: ys.values,
        };
        let mut figure = Self::new(alt, Content::Points(vec![points]), problem);
        figure.x.time = xs.time;
        figure.x.label = xs.name.unwrap_or_default();
        figure.y.label = ys.name.unwrap_or_default();
        figure
    }

    fn fail(mut self, problem: FigureError) -> Self {
        self.problem.get_or_insert(problem);
        self
    }

    /// Sets the line above the chart.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Sets the sentence below the chart, for instance the data's source.
    pub fn caption(mut self, caption: impl Into<String>) -> Self {
        self.caption = caption.into();
        self
    }

    /// Says what the x axis shows and in which unit (`""` for none).
    pub fn x_label(mut self, label: impl Into<String>, unit: impl Into<String>) -> Self {
        (self.x.label, self.x.unit) = (label.into(), unit.into());
        self
    }

    /// Says what the y axis shows and in which unit (`""` for none).
    ///
    /// For bars and boxes this is the axis of the values, also when they lie down.
    pub fn y_label(mut self, label: impl Into<String>, unit: impl Into<String>) -> Self {
        (self.y.label, self.y.unit) = (label.into(), unit.into());
        self
    }

    /// Makes the x axis logarithmic. Values at or below zero are left out.
    pub fn log_x(mut self) -> Self {
        match self.content {
            Content::Points(_) | Content::Histogram { .. } if !self.x.time => {
                self.x.log = true;
                self
            }
            _ => self.fail(FigureError::DoesNotFit(
                "only a line, scatter or histogram chart of numbers can have a logarithmic x axis",
            )),
        }
    }

    /// Makes the y axis logarithmic. Values at or below zero are left out.
    pub fn log_y(mut self) -> Self {
        match self.content {
            Content::Points(_) | Content::Boxes(_) => {
                self.y.log = true;
                self
            }
            _ => self.fail(FigureError::DoesNotFit(
                "bars start at zero, which a logarithmic axis does not have; \
                 use `scatter` or `box_plot`",
            )),
        }
    }

    /// Names the first series in the legend.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        match &mut self.content {
            Content::Points(series) => {
                if let Some(first) = series.first_mut() {
                    first.name = name.into();
                }
                self
            }
            Content::Bars { series, .. } => {
                if let Some(first) = series.first_mut() {
                    first.name = name.into();
                }
                self
            }
            _ => self.fail(FigureError::DoesNotFit(
                "only line, scatter and bar charts have named series",
            )),
        }
    }

    /// Adds a series of the same kind as the first one: lines to a line chart,
    /// dots to a scatter chart.
    pub fn series<X, Y>(
        self,
        name: impl Into<String>,
        xs: impl Values<X>,
        ys: impl Values<Y>,
    ) -> Self {
        let mark = match &self.content {
            Content::Points(series) => series.first().map_or(Mark::Line, |first| first.mark),
            _ => Mark::Line,
        };
        self.add_points(name.into(), mark, xs.numbers(), ys.numbers())
    }

    /// Adds a line to a line, scatter or time-series chart.
    pub fn add_line<X, Y>(
        self,
        name: impl Into<String>,
        xs: impl Values<X>,
        ys: impl Values<Y>,
    ) -> Self {
        self.add_points(name.into(), Mark::Line, xs.numbers(), ys.numbers())
    }

    /// Adds dots to a line, scatter or time-series chart.
    pub fn add_scatter<X, Y>(
        self,
        name: impl Into<String>,
        xs: impl Values<X>,
        ys: impl Values<Y>,
    ) -> Self {
        self.add_points(name.into(), Mark::Dots, xs.numbers(), ys.numbers())
    }

    /// Adds a line over further points in time.
    pub fn add_times<T, Y>(
        self,
        name: impl Into<String>,
        times: impl Times<T>,
        ys: impl Values<Y>,
    ) -> Self {
        self.add_points(name.into(), Mark::Line, times.times(), ys.numbers())
    }

    fn add_points(mut self, name: String, mark: Mark, xs: Numbers, ys: Numbers) -> Self {
        let problem = xs
            .problem
            .clone()
            .or(unfit(&ys))
            .or_else(|| same_length("x", xs.values.len(), "y", ys.values.len()));
        if let Some(problem) = problem {
            return self.fail(problem);
        }
        if xs.time != self.x.time {
            return self.fail(FigureError::DoesNotFit(
                "one series has points in time on the x axis, another has numbers",
            ));
        }
        match &mut self.content {
            Content::Points(series) => {
                series.push(Points {
                    name,
                    mark,
                    xs: xs.values,
                    ys: ys.values,
                });
                self
            }
            _ => self.fail(FigureError::DoesNotFit(
                "only line, scatter and time-series charts take further points; \
                 for bars use `add_bars`",
            )),
        }
    }

    /// Adds a further series of bars over the same labels.
    pub fn add_bars<V>(mut self, name: impl Into<String>, values: impl Values<V>) -> Self {
        let numbers = values.numbers();
        if let Some(problem) = unfit(&numbers) {
            return self.fail(problem);
        }
        match &mut self.content {
            Content::Bars { labels, series } => {
                let (expected, found) = (labels.len(), numbers.values.len());
                series.push(Bars {
                    name: name.into(),
                    values: numbers.values,
                });
                match same_length("the labels", expected, "the values", found) {
                    Some(problem) => self.fail(problem),
                    None => self,
                }
            }
            _ => self.fail(FigureError::DoesNotFit(
                "only a bar chart takes further bars",
            )),
        }
    }

    /// Sets the number of a histogram's bins, 1 to 200.
    pub fn bins(mut self, count: usize) -> Self {
        match &mut self.content {
            Content::Histogram { bins, .. } if (1..=200).contains(&count) => {
                *bins = Some(count);
                self
            }
            Content::Histogram { .. } => self.fail(FigureError::TooMany {
                what: "bins",
                count,
                limit: 200,
            }),
            _ => self.fail(FigureError::DoesNotFit("only a histogram has bins")),
        }
    }

    /// Draws a dashed line at a value of the y axis (the value axis of bars and
    /// boxes), for instance a physical floor or a budget.
    pub fn reference_line(mut self, label: impl Into<String>, value: f64) -> Self {
        self.references.push(Reference {
            label: label.into(),
            value,
            on_x: false,
        });
        self
    }

    /// Draws a dashed line at a value of the x axis.
    pub fn reference_line_x(mut self, label: impl Into<String>, value: f64) -> Self {
        self.references.push(Reference {
            label: label.into(),
            value,
            on_x: true,
        });
        self
    }

    /// Sets width and height in pixels, each from 200 to 4,000. The default is
    /// 640 by 400, taller for many bars lying down.
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.size = (width.clamp(200, 4000), Some(height.clamp(200, 4000)));
        self
    }

    /// The alt text.
    #[must_use]
    pub fn alt(&self) -> &str {
        &self.alt
    }

    /// The chart as a stand-alone SVG document on a white background, with the
    /// alt text as its description.
    ///
    /// # Errors
    /// Says what keeps the chart from being drawn.
    pub fn svg(&self) -> Result<String, FigureError> {
        let drawn = self.draw()?;
        let title = if self.title.is_empty() {
            &self.alt
        } else {
            &self.title
        };
        Ok(drawn.picture.document(title, &self.alt))
    }

    /// Writes [`Figure::svg`] to a file.
    ///
    /// # Errors
    /// Says what keeps the chart from being drawn or written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), FigureError> {
        let path = path.as_ref();
        std::fs::write(path, self.svg()?).map_err(|error| FigureError::NotSaved {
            path: path.display().to_string(),
            reason: error.to_string(),
        })
    }

    /// Everything a reader needs, or what is wrong.
    fn draw(&self) -> Result<Drawn, FigureError> {
        if let Some(problem) = &self.problem {
            return Err(problem.clone());
        }
        draw::draw(self)
    }
}

/// A finished chart and what to say about it.
struct Drawn {
    picture: plot::Picture,
    /// Ranges and counts, for the plain text.
    summary: String,
    left_out: LeftOut,
}

impl Show for Figure {
    /// `text/html` with the chart inline, in the page's own text colour;
    /// `image/svg+xml` on white; `text/plain` with the alt text and the ranges.
    fn media(&self) -> Media {
        let drawn = match self.draw() {
            Ok(drawn) => drawn,
            Err(error) => return error_media("The figure was not drawn", &error),
        };
        let notes: Vec<String> = [Some(self.caption.clone()), drawn.left_out.sentence()]
            .into_iter()
            .flatten()
            .filter(|note| !note.is_empty())
            .collect();
        let notes = notes.join(" ");
        let heading = if self.title.is_empty() {
            String::new()
        } else {
            format!("{}. ", self.title)
        };
        let plain = [
            format!("Figure: {heading}{}", self.alt),
            drawn.summary.clone(),
            notes.clone(),
        ]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n");
        let title = if self.title.is_empty() {
            &self.alt
        } else {
            &self.title
        };
        Media::plain(plain)
            .with(
                "text/html",
                plot::figure_element(&drawn.picture, &self.alt, &notes),
            )
            .with("image/svg+xml", drawn.picture.document(title, &self.alt))
    }
}
