//! From plotters' drawing calls to what a notebook shows.
//!
//! plotters places everything on whole pixels. [`Picture`]s of our own charts
//! are therefore drawn [`SCALE`] times larger and shrunk by the SVG view box, so
//! that lines stay smooth. The page's text colour cannot be known while drawing:
//! [`palette::INK`](super::palette::INK) stands for it and is replaced at the end.

use std::error::Error;
use std::fmt::Write as _;

use lightcone_wire::Media;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::prelude::SVGBackend;

use super::{FigureError, font};
use crate::display::{NO_MATHS, Show, error_media, escape};

/// Drawing units in one pixel of our own charts.
pub(super) const SCALE: f64 = 10.0;

/// The ink's place-holder as plotters writes it.
const INK_ATTRIBUTE: &str = "\"#010203\"";

/// Ink on a white page.
const INK_ON_WHITE: &str = "\"#1f1f1f\"";

/// A finished drawing: the inside of an `<svg>` element and its size.
#[derive(Clone, Debug)]
pub(super) struct Picture {
    body: String,
    width: u32,
    height: u32,
    scale: f64,
    /// The drawing has colours of its own and expects a white page.
    on_white: bool,
}

impl Picture {
    /// Takes the document that plotters wrote apart.
    pub(super) fn new(document: &str, width: u32, height: u32, scale: f64, on_white: bool) -> Self {
        let inside = document.split_once('>').map_or("", |(_, inside)| inside);
        let inside = inside.trim_end();
        let body = inside
            .strip_suffix("</svg>")
            .unwrap_or(inside)
            .replace(">\n", ">")
            .replace("\n</text>", "</text>")
            .replace(" font-family=\"sans-serif\"", "")
            .replace(" opacity=\"1\"", "");
        Self {
            body,
            width,
            height,
            scale,
            on_white,
        }
    }

    /// The `<svg>` start tag with further attributes.
    fn start(&self, attributes: &str) -> String {
        let (width, height) = (f64::from(self.width), f64::from(self.height));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {} {}\" font-family=\"system-ui, 'DejaVu Sans', sans-serif\" \
             stroke-linejoin=\"round\" {attributes}>",
            width * self.scale,
            height * self.scale,
        )
    }

    /// An element to stand inside a page, in the page's text colour. It is
    /// hidden from assistive technology: its parent carries the alt text.
    pub(super) fn inline(&self) -> String {
        let background = if self.on_white {
            "background:#fff;"
        } else {
            ""
        };
        let mut svg = self.start(&format!(
            "aria-hidden=\"true\" focusable=\"false\" \
             style=\"{background}display:block;max-width:100%;height:auto\""
        ));
        svg.push_str(&self.body.replace(INK_ATTRIBUTE, "\"currentColor\""));
        svg.push_str("</svg>");
        svg
    }

    /// A document of its own on white, with a title and a description.
    pub(super) fn document(&self, title: &str, description: &str) -> String {
        let mut svg = self.start("role=\"img\"");
        let _ = write!(
            svg,
            "<title>{}</title><desc>{}</desc><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
            escape(title),
            escape(description)
        );
        svg.push_str(&self.body.replace(INK_ATTRIBUTE, INK_ON_WHITE));
        svg.push_str("</svg>\n");
        svg
    }
}

/// The `<figure>` element of a picture: one image with the alt text as its
/// name, and the notes below it.
pub(super) fn figure_element(picture: &Picture, alt: &str, notes: &str) -> String {
    let mut html =
        format!("<figure class=\"lightcone-figure {NO_MATHS}\" role=\"img\" aria-label=\"");
    html.push_str(&escape(alt));
    html.push('"');
    if !notes.is_empty() {
        let _ = write!(html, " aria-description=\"{}\"", escape(notes));
    }
    let _ = write!(
        html,
        " style=\"margin:0.5em 0;max-width:{}px\">",
        picture.width
    );
    html.push_str(&picture.inline());
    if !notes.is_empty() {
        let _ = write!(
            html,
            "<figcaption style=\"font-size:0.9em;opacity:0.85\">{}</figcaption>",
            escape(notes)
        );
    }
    html.push_str("</figure>");
    html
}

/// A picture drawn with plotters by [`plot`].
#[derive(Clone, Debug)]
#[must_use = "end the cell with the drawing, or pass it to `show`"]
pub struct Drawing {
    alt: String,
    picture: Result<Picture, FigureError>,
}

impl Drawing {
    /// The drawing as a stand-alone SVG document.
    ///
    /// # Errors
    /// Says what went wrong while drawing.
    pub fn svg(&self) -> Result<String, FigureError> {
        let picture = self.picture.as_ref().map_err(FigureError::clone)?;
        Ok(picture.document(&self.alt, &self.alt))
    }
}

/// Draws with plotters itself, on an area of `width` by `height` pixels.
///
/// The closure gets plotters' drawing area with a white background, and its `?` takes
/// any error. `alt` says what the picture shows, for readers who cannot see it.
///
/// ```
/// use lightcone_notebook::figure::plot;
/// use plotters::prelude::*;
///
/// let drawing = plot(400, 300, "A diagonal", |root| {
///     let mut chart = ChartBuilder::on(root)
///         .margin(10)
///         .x_label_area_size(30)
///         .y_label_area_size(30)
///         .build_cartesian_2d(0.0..1.0, 0.0..1.0)?;
///     chart.configure_mesh().draw()?;
///     chart.draw_series(LineSeries::new([(0.0, 0.0), (1.0, 1.0)], &BLUE))?;
///     Ok(())
/// });
/// assert!(drawing.svg().unwrap().contains("A diagonal"));
/// ```
pub fn plot<F>(width: u32, height: u32, alt: impl Into<String>, draw: F) -> Drawing
where
    F: FnOnce(&DrawingArea<SVGBackend<'_>, Shift>) -> Result<(), Box<dyn Error>>,
{
    let alt = alt.into().trim().to_owned();
    if alt.is_empty() {
        return Drawing {
            alt,
            picture: Err(FigureError::NoAltText),
        };
    }
    font::register_fonts();
    let mut document = String::new();
    let outcome = {
        let root = SVGBackend::with_string(&mut document, (width, height)).into_drawing_area();
        draw(&root).and_then(|()| root.present().map_err(Into::into))
    };
    let picture = match outcome {
        Ok(()) => Ok(Picture::new(&document, width, height, 1.0, true)),
        Err(error) => Err(FigureError::Drawing(error.to_string())),
    };
    Drawing { alt, picture }
}

impl Show for Drawing {
    fn media(&self) -> Media {
        match &self.picture {
            Ok(picture) => Media::plain(format!("Figure: {}", self.alt))
                .with("text/html", figure_element(picture, &self.alt, ""))
                .with("image/svg+xml", picture.document(&self.alt, &self.alt)),
            Err(error) => error_media("The figure was not drawn", error),
        }
    }
}
