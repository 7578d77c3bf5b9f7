//! The Lightcone Jupyter kernel: it speaks the Jupyter protocol with front ends
//! and runs cells on an engine.
//!
//! # Layout
//! - [`protocol`]: messages as plain data.
//! - [`sockets`]: ZeroMQ; [`session`]: what a client sees; [`server`]: all of it running.
//! - [`engine`]: compiling and running cells.
//! - [`installation`], [`assemble`]: the installed folder, and how it is put together.
//! - [`coverage`]: what of the course's plan exists.
//! - [`cli`]: the command line.

pub mod assemble;
pub mod cli;
pub mod coverage;
pub mod engine;
pub mod installation;
pub mod notebook;
pub mod protocol;
mod registry;
pub mod server;
pub mod session;
pub mod sockets;
