//! Engines run cells. The front knows them only through [`Engine`]: the direct
//! engine compiles a cell with one `rustc` call against the stdlib dylib; the
//! `evcxr` engine is the reference that differential tests compare it with.

pub mod direct;

use lightcone_wire::{CellId, Comm, Media, Output};
use serde_json::Value;
use std::sync::Arc;

/// One cell to run.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Which execution this is, counted from 1 over the whole session.
    pub id: CellId,
    /// The learner's text.
    pub code: String,
    /// Run without showing a result (warnings are not shown either).
    pub silent: bool,
    /// Whether the front end can answer `input`.
    pub allow_stdin: bool,
    /// The prompt number the reader sees.
    pub execution_count: u32,
}

/// How a cell ended, as an `execute_reply` has it.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It ran; `payload` holds pager pages and the like.
    Completed {
        /// Entries of the reply's `payload`.
        payload: Vec<Value>,
    },
    /// It did not compile, or failed, panicked or was interrupted.
    Failed(Failure),
}

/// What went wrong, in the words of an `error` message.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// Kind of error, one word (`CompileError`, `Panic`, `Interrupted`, ...).
    pub ename: String,
    /// One sentence.
    pub evalue: String,
    /// What the reader sees, one entry a line, with ANSI colours.
    pub traceback: Vec<String>,
}

/// Where an engine's output goes. Output may arrive between cells as well:
/// threads go on after their cell, and keep its id.
pub trait Publish: Send + Sync {
    /// Publishes one output of a cell.
    fn output(&self, cell: CellId, output: Output);
    /// Asks the reader for a line and waits; `None` when nobody can answer.
    fn input(&self, cell: CellId, prompt: &str, password: bool) -> Option<String>;
    /// All that a comm message with this number set off is done.
    fn comm_done(&self, _cell: CellId) {}
    /// Whoever answered comms is gone, and all of them with it.
    fn comms_lost(&self) {}
}

/// One suggestion for completion.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The text that replaces the prefix.
    pub text: String,
    /// `function`, `variable`, `keyword`, `type`, `formula`, `dataset`, ...
    pub kind: String,
    /// Signature or type, empty if unknown.
    pub signature: String,
}

/// Suggestions and the byte range of the text that they replace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Completions {
    /// Best first.
    pub suggestions: Vec<Suggestion>,
    /// Start of the replaced range, in bytes.
    pub start: usize,
    /// End of the replaced range, in bytes.
    pub end: usize,
}

/// Whether a text is a whole cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// It can run.
    Complete,
    /// More is expected; the next line starts with this indent.
    Incomplete {
        /// White space for the next line.
        indent: String,
    },
    /// More text would not mend it.
    Invalid,
}

/// Something that stops the running cell; callable from any thread.
pub type Interrupter = Arc<dyn Fn() + Send + Sync>;

/// Takes a comm message to whoever answers it, under a number that its outputs and
/// [`Publish::comm_done`] come back with; false if nobody answers. Callable from any
/// thread, also while a cell runs.
pub type Commer = Arc<dyn Fn(CellId, Comm) -> bool + Send + Sync>;

/// Runs cells and knows what they defined.
pub trait Engine: Send {
    /// Runs a cell to its end.
    fn execute(&mut self, cell: &Cell) -> Outcome;
    /// The value of one expression (`user_expressions`), nothing published.
    fn evaluate(&mut self, expression: &str) -> Result<Media, Failure>;
    /// Suggestions at a byte offset.
    fn complete(&mut self, code: &str, cursor: usize) -> Completions;
    /// What is known of the name at a byte offset.
    fn inspect(&mut self, code: &str, cursor: usize, detail: bool) -> Option<Media>;
    /// Whether the text is a whole cell.
    fn is_complete(&self, code: &str) -> Completeness;
    /// A handle that stops the running cell. Called just before
    /// [`Engine::execute`], it stops the cell that is about to run.
    fn interrupter(&self) -> Interrupter;
    /// The way for comm messages; `None` for an engine without widgets.
    fn commer(&self) -> Option<Commer> {
        None
    }
    /// Ends all that the engine started.
    fn shutdown(&mut self);
}
