//! The crate `evcxr` as a second engine behind [`lightcone_kernel::engine::Engine`].
//!
//! It is the reference that the direct engine is compared with: the same cells
//! go through both, and the outcomes must agree. It lives in an executable of
//! its own because it brings rust-analyzer along, for which the everyday kernel
//! must not pay.
//!
//! # Layout
//! - [`Evcxr`]: the engine.
//! - [`record`]: runs a list of cells on any engine and writes down what came out.

mod engine;
pub mod record;
mod report;

pub use engine::{Evcxr, StartError};
