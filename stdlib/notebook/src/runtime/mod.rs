//! The worker's side of a cell: what generated code calls, and the loop that
//! loads compiled cells and runs them.
//!
//! # Layout
//! - [`worker`]: the process: control socket, cell thread, loading.
//! - [`cell`]: what a compiled cell calls: the variable store, the guard around
//!   the learner's statements, errors of `?`, `.await`.
//! - [`channel`]: the way to the reader: print macros, displays, input.
//! - [`comm`]: messages of widgets, from the front end and to it.
//! - [`interrupt`]: checkpoints and sleeps that notice an interrupt.
pub mod cell;
pub mod channel;
pub mod comm;
pub mod interrupt;
pub mod worker;
