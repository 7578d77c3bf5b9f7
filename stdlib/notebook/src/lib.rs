//! What a cell talks to.
//!
//! # Layout
//! - [`runtime`]: the worker's side of a cell: variable store, output channel,
//!   interrupts, the loop that loads and runs cells.
//! - [`display`]: values in their richest form: tables, formulas, images.
//! - [`figure`]: charts with one line each.
//! - [`widgets`]: sliders, fields and boxes that answer the reader.
//! - [`sheets`]: calculators and cost models.
//! - [`html`]: text in HTML.

pub mod display;
pub mod figure;
pub mod html;
pub mod runtime;
pub mod sheets;
pub mod widgets;

pub use lightcone_wire::{Media, Output, Stream};

/// What every cell sees of this crate.
pub mod prelude {
    pub use crate::display::*;
    pub use crate::figure::*;
    pub use crate::runtime::channel::{input, password};
    pub use crate::runtime::interrupt::checkpoint;
    pub use crate::sheets::InNotebook;
    pub use lightcone_wire::Media;
}
