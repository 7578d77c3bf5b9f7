//! Showing values: as the last line of a cell, and along the way.
//!
//! # Brief overview
//! A type that implements [`Show`] says how it looks in each MIME type; there is
//! always a plain text for readers without a browser. The last expression of a
//! cell shows itself through [`choose`]; [`show`] does the same anywhere in a
//! cell. [`show_updatable`] gives a handle to replace an output in place, and
//! [`progress`] uses it for a bar around any iterator.
//!
//! # Example
//! ```
//! use lightcone_notebook::display::{Markdown, Show, show};
//!
//! let note = Markdown::new("The floor is **54.6 ms**.");
//! assert_eq!(note.media().text(), Some("The floor is **54.6 ms**."));
//! show(&note);
//! ```
//!
//! # Layout
//! - `table`: frames and columns of Polars.
//! - `rich`: HTML, Markdown, LaTeX, JSON, Vega-Lite, images.
//! - `formula`: formula cards and quantities.
//! - `text`: values that have only text.
//! - `progress`: progress bars.
//! - [`choose`]: the richest form of a value, chosen while the cell compiles.
pub mod choose;
mod formula;
mod progress;
mod rich;
mod table;
mod text;

use std::fmt::{Display, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use lightcone_units::Formula;
use lightcone_wire::{Media, Output};
use polars::prelude::{Column, DataFrame, LazyFrame, Series};

pub use progress::{Progress, progress};
pub use rich::{Html, Jpeg, Json, Latex, Markdown, Png, Svg, VegaLite};
pub use table::{set_table_rows, table_rows};
pub use text::Plain;

use crate::figure::{Drawing, Figure};
pub(crate) use crate::html::escape;
use crate::runtime::channel::emit;

/// A value that can be shown in a notebook.
///
/// ```
/// use lightcone_notebook::display::Show;
/// use lightcone_wire::Media;
///
/// struct Quorum { of: u32 }
///
/// impl Show for Quorum {
///     fn media(&self) -> Media {
///         let need = self.of / 2 + 1;
///         Media::plain(format!("{need} of {}", self.of))
///             .with("text/html", format!("<b>{need}</b> of {}", self.of))
///     }
/// }
///
/// assert_eq!(Quorum { of: 5 }.media().text(), Some("3 of 5"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no form of its own in a notebook",
    label = "cannot be shown",
    note = "show its debug text with `show(Plain::debug(&value))`, or implement `Show` for it"
)]
pub trait Show {
    /// The value in all its forms; `text/plain` is always among them.
    fn media(&self) -> Media;
}

impl<T: Show + ?Sized> Show for &T {
    fn media(&self) -> Media {
        (**self).media()
    }
}

impl<T: Show + ?Sized> Show for &mut T {
    fn media(&self) -> Media {
        (**self).media()
    }
}

impl<T: Show + ?Sized> Show for Box<T> {
    fn media(&self) -> Media {
        (**self).media()
    }
}

impl Show for Media {
    fn media(&self) -> Media {
        self.clone()
    }
}

/// A type that shows itself from inside a `Result` too: `Ok` as the value alone,
/// `Err` as its message.
///
/// Frames, figures, images and formulas do, so that a cell may end in
/// `frame.lazy().collect()`. Numbers and strings do not: `Ok(3)` stays `Ok(3)`.
pub trait Rich: Show {}

impl<T: Rich + ?Sized> Rich for &T {}

macro_rules! rich {
    ($($kind:ty)*) => {$(
        impl Rich for $kind {}
    )*};
}

rich! {
    DataFrame LazyFrame Series Column Figure Drawing Formula
    Html Jpeg Json Latex Markdown Png Svg VegaLite
}

impl<T: Rich, E: Display> Show for Result<T, E> {
    fn media(&self) -> Media {
        match self {
            Ok(value) => value.media(),
            Err(error) => error_media("Error", error),
        }
    }
}

/// Shows a value below the cell, after everything printed so far.
///
/// ```
/// use lightcone_notebook::display::show;
/// show("three of five acceptors answered");
/// ```
pub fn show(value: impl Show) {
    display(value.media(), None, false);
}

/// Shows a value and returns a handle to replace it with another one.
///
/// ```
/// use lightcone_notebook::display::show_updatable;
/// let state = show_updatable("follower");
/// state.update("leader");
/// ```
pub fn show_updatable(value: impl Show) -> Handle {
    let handle = Handle { id: fresh_id() };
    display(value.media(), Some(&handle.id), false);
    handle
}

/// Shows a value under an identifier of your own, so that a later cell can
/// update it too.
///
/// ```
/// use lightcone_notebook::display::show_with_id;
/// show_with_id("cluster-state", "3 nodes");
/// ```
pub fn show_with_id(id: impl Into<String>, value: impl Show) -> Handle {
    let handle = Handle { id: id.into() };
    display(value.media(), Some(&handle.id), false);
    handle
}

/// An output that can be replaced in place. Made by [`show_updatable`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handle {
    id: String,
}

impl Handle {
    /// Puts another value in the output's place, wherever it is shown.
    pub fn update(&self, value: impl Show) {
        display(value.media(), Some(&self.id), true);
    }

    /// The identifier under which the front end knows the output.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// Removes what the cell has put out so far.
///
/// With `wait` the outputs stay until the next one comes, so nothing flickers.
///
/// ```
/// use lightcone_notebook::display::{clear_output, show};
/// show("round 1");
/// clear_output(true);
/// show("round 2");
/// ```
pub fn clear_output(wait: bool) {
    emit(Output::Clear { wait });
}

fn display(media: Media, id: Option<&str>, update: bool) {
    emit(Output::Display {
        media,
        display_id: id.map(str::to_owned),
        update,
    });
}

/// An identifier that no other display has, also not one of another session
/// whose outputs stand in the same notebook.
fn fresh_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    format!(
        "lightcone-{:x}-{:x}-{count:x}",
        std::process::id(),
        since.as_nanos()
    )
}

/// Class names that keep a page's mathematics away from dollar signs in data.
pub(crate) const NO_MATHS: &str = "mathjax_ignore tex2jax_ignore";

/// What stands in place of a value that could not be shown.
pub(crate) fn error_media(lead: &str, error: &dyn Display) -> Media {
    let message = error.to_string();
    // Polars adds its query plan, which says nothing to most readers.
    let message = message
        .split("\n\nResolved plan until failure")
        .next()
        .unwrap_or_default();
    let text = format!("{lead}: {message}");
    let mut html = format!(
        "<div class=\"{NO_MATHS}\" style=\"border-left:3px solid var(--jp-error-color1,#d32f2f);\
         padding:0.3em 0.8em;white-space:pre-wrap\">",
    );
    let _ = write!(html, "{}</div>", escape(&text));
    Media::plain(text).with("text/html", html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_shown_as_text_too() {
        let media = error_media("The query failed", &"no column `<x>`");
        assert_eq!(media.text(), Some("The query failed: no column `<x>`"));
        assert!(
            media.data["text/html"]
                .as_str()
                .unwrap()
                .contains("&lt;x&gt;")
        );
    }

    #[test]
    fn identifiers_are_never_repeated() {
        let ids: std::collections::HashSet<String> = (0..100).map(|_| fresh_id()).collect();
        assert_eq!(ids.len(), 100);
        assert_eq!(show_with_id("mine", "x").id(), "mine");
        assert_ne!(show_updatable("x"), show_updatable("x"));
    }
}
