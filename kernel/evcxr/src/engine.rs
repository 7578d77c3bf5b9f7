//! The engine: hands cells to evcxr and translates what it answers.
//!
//! evcxr gives back less than the trait asks for, and this module does not make
//! up the difference:
//! - It reads stdout by the line and only while a cell runs: a partial line is
//!   late or lost, and threads are silent between cells.
//! - It has one output a MIME type and cell, so all of them are one result.
//! - It reports a cell that `?` left as one that ran; the error is on stderr.
//! - It reports a panic as a cell that ran, too. Here the panic message on stderr
//!   tells, if the cell shows nothing.
//! - An interrupt ends its child process, and the variables with it.
//! - It cannot say whether a text is a whole cell.

use std::io;
use std::process::Child;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use evcxr::{CommandContext, Error, EvalCallbacks, EvalContextOutputs, EvalOutputs};
use lightcone_kernel::engine::{
    Cell, Completeness, Completions, Engine, Failure, Interrupter, Outcome, Publish, Suggestion,
};
use lightcone_wire::{CellId, Media, Output, Stream};
use serde_json::Value;

use crate::report;

/// How long stderr must be silent before a cell counts as ended: evcxr reads it
/// on a thread of its own and gives no sign when it has read all.
const SILENCE: Duration = Duration::from_millis(10);

/// How often to wait for silence when something keeps writing.
const SILENCES: u32 = 30;

/// How often to look for printed lines while a cell runs.
const POLL: Duration = Duration::from_millis(2);

/// Most lines of a cell's stderr that are kept to find a panic in.
const KEPT_LINES: usize = 1000;

/// What evcxr answers when it knows nothing of a name.
const NO_DOCUMENTATION: &str = "No documentation found";

/// Why the engine could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// evcxr did not start: cargo or rustc is missing or does not work.
    #[error(
        "evcxr did not start: {0}; it needs `cargo` and `rustc` on the PATH, and the component rust-src (`rustup component add rust-src`)"
    )]
    Context(#[source] Error),
    /// The system gives no thread.
    #[error("evcxr did not start: {0}")]
    Thread(#[source] io::Error),
}

/// The engine on the crate evcxr.
///
/// The program must call `evcxr::runtime_hook()` before anything else: evcxr
/// starts the same executable again as the process that runs cells.
pub struct Evcxr {
    /// None once the engine was shut down.
    context: Option<CommandContext>,
    child: Arc<Mutex<Child>>,
    outputs: Arc<EvalContextOutputs>,
    publish: Arc<dyn Publish>,
    shared: Arc<Shared>,
}

/// What other threads need to know of the running cell.
#[derive(Default)]
struct Shared {
    /// The cell that output belongs to.
    cell: AtomicU64,
    /// Set while a cell runs.
    running: AtomicBool,
    /// Set by an interrupt of the running cell.
    interrupted: AtomicBool,
    /// Set while an expression is evaluated of which nothing is published.
    muted: AtomicBool,
    /// Lines of stderr so far, over the whole session.
    errors_seen: AtomicU64,
    /// Lines of stderr of the running cell.
    errors: Mutex<Vec<String>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Evcxr {
    /// Starts evcxr, which compiles a first cell of its own.
    ///
    /// # Errors
    /// When cargo or rustc cannot be run.
    pub fn new(publish: Arc<dyn Publish>) -> Result<Self, StartError> {
        let (context, outputs) = CommandContext::new().map_err(StartError::Context)?;
        let engine = Self {
            child: context.process_handle(),
            context: Some(context),
            outputs: Arc::new(outputs),
            publish,
            shared: Arc::default(),
        };
        engine.forward_stderr().map_err(StartError::Thread)?;
        Ok(engine)
    }

    /// Publishes lines of stderr as they come, also between cells, until evcxr is
    /// dropped.
    fn forward_stderr(&self) -> io::Result<()> {
        let outputs = Arc::clone(&self.outputs);
        let publish = Arc::clone(&self.publish);
        let shared = Arc::clone(&self.shared);
        let forward = move || {
            while let Ok(line) = outputs.stderr.recv() {
                shared.forward(&*publish, Stream::Stderr, &line);
                {
                    let mut errors = lock(&shared.errors);
                    if errors.len() < KEPT_LINES {
                        errors.push(line);
                    }
                }
                shared.errors_seen.fetch_add(1, Ordering::SeqCst);
            }
        };
        thread::Builder::new()
            .name("evcxr-stderr".into())
            .spawn(forward)?;
        Ok(())
    }

    /// Waits until all that the cell wrote to stderr has been published.
    fn settle(&self) {
        for _ in 0..SILENCES {
            let before = self.shared.errors_seen.load(Ordering::SeqCst);
            thread::sleep(SILENCE);
            if self.shared.errors_seen.load(Ordering::SeqCst) == before
                && self.outputs.stderr.is_empty()
            {
                break;
            }
        }
    }

    /// Runs a cell; `Ok` holds its result, if it shows one.
    fn run(
        &mut self,
        cell: CellId,
        code: &str,
        allow_stdin: bool,
    ) -> Result<Option<Media>, Failure> {
        let Some(context) = self.context.as_mut() else {
            return Err(failure(
                "EngineEnded",
                "the engine was shut down; restart the kernel",
            ));
        };
        let process = lock(&self.child).id();
        lock(&self.shared.errors).clear();
        self.shared.cell.store(cell, Ordering::SeqCst);
        let ended = AtomicBool::new(false);
        let (shared, outputs, publish) = (&*self.shared, &*self.outputs, &*self.publish);
        let child = &*self.child;
        let evaluated = thread::scope(|scope| {
            // However this block is left, the forwarding thread must end.
            let _running = Running::begin(&shared.running, &ended);
            if shared.interrupted.load(Ordering::SeqCst) {
                // The interrupt came before the child was known to run.
                let _ = lock(child).kill();
            }
            let forward = || {
                loop {
                    let last = ended.load(Ordering::SeqCst);
                    while let Ok(line) = outputs.stdout.try_recv() {
                        shared.forward(publish, Stream::Stdout, &line);
                    }
                    if last {
                        break;
                    }
                    if let Ok(line) = outputs.stdout.recv_timeout(POLL) {
                        shared.forward(publish, Stream::Stdout, &line);
                    }
                }
            };
            thread::Builder::new()
                .name("evcxr-stdout".into())
                .spawn_scoped(scope, forward)
                .map_err(|error| Error::from(&error))?;
            let read = |prompt: &str, password| {
                let answer = allow_stdin
                    .then(|| publish.input(cell, prompt, password))
                    .flatten();
                answer.unwrap_or_default()
            };
            let mut callbacks = EvalCallbacks {
                input_reader: &|request| read(&request.prompt, request.is_password),
            };
            context.execute_with_callbacks(code, &mut callbacks)
        });
        self.settle();
        if self.shared.interrupted.swap(false, Ordering::SeqCst) {
            if !matches!(evaluated, Err(Error::SubprocessTerminated(_))) {
                // The child was killed before the cell got to it.
                if let Some(context) = self.context.as_mut() {
                    let _ = context.execute(":restart");
                }
            }
            return Err(failure(
                "Interrupted",
                "the cell was interrupted, and evcxr lost all variables with it",
            ));
        }
        match evaluated {
            Ok(outputs) => {
                let media = media(outputs);
                match panic_message(&lock(&self.shared.errors), process) {
                    Some(message) if media.is_none() => Err(failure("Panic", &message)),
                    _ => Ok(media),
                }
            }
            Err(Error::CompilationErrors(errors)) => Err(report::compile_failure(&errors)),
            Err(Error::SubprocessTerminated(message)) => Err(failure(
                "WorkerDied",
                &format!("{}; evcxr lost all variables with it", message.trim()),
            )),
            Err(error) => Err(failure("Error", &error.to_string())),
        }
    }
}

impl Shared {
    fn forward(&self, publish: &dyn Publish, stream: Stream, line: &str) {
        if !self.muted.load(Ordering::SeqCst) {
            let text = format!("{line}\n");
            publish.output(
                self.cell.load(Ordering::SeqCst),
                Output::Stream { stream, text },
            );
        }
    }
}

/// Notes that a cell runs, until it is dropped.
struct Running<'a> {
    running: &'a AtomicBool,
    ended: &'a AtomicBool,
}

impl<'a> Running<'a> {
    fn begin(running: &'a AtomicBool, ended: &'a AtomicBool) -> Self {
        running.store(true, Ordering::SeqCst);
        Self { running, ended }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.running.store(false, Ordering::SeqCst);
        self.ended.store(true, Ordering::SeqCst);
    }
}

/// All that a cell put out, as one value.
fn media(outputs: EvalOutputs) -> Option<Media> {
    if outputs.is_empty() {
        return None;
    }
    let mut contents: Vec<(String, String)> = outputs.content_by_mime_type.into_iter().collect();
    contents.sort();
    Some(
        contents
            .into_iter()
            .fold(Media::default(), |media, (mime, content)| {
                let json = mime == "application/json" || mime.ends_with("+json");
                let content = match json.then(|| serde_json::from_str(&content)) {
                    Some(Ok(value)) => value,
                    _ => Value::String(content),
                };
                media.with(&mime, content)
            }),
    )
}

/// The message of a panic that ended a cell, if stderr shows one. Cells run on the
/// first thread of the child, whose number is that of the process.
fn panic_message(errors: &[String], process: u32) -> Option<String> {
    let thread = format!("({process})");
    let of_cell = |line: &String| {
        let before = line
            .strip_prefix("thread '")
            .and_then(|rest| rest.split(" panicked at ").next());
        before.is_some_and(|before| before.ends_with(&thread))
    };
    let start = errors.iter().position(of_cell)?;
    let message: Vec<&str> = errors[start + 1..]
        .iter()
        .map(String::as_str)
        .take_while(|line| {
            *line != "stack backtrace:" && !line.starts_with("note: run with `RUST_BACKTRACE")
        })
        .collect();
    Some(message.join("\n"))
}

fn failure(ename: &str, evalue: &str) -> Failure {
    let traceback = report::red(&format!("{ename}: {evalue}"))
        .lines()
        .map(str::to_owned)
        .collect();
    Failure {
        ename: ename.to_owned(),
        evalue: evalue.to_owned(),
        traceback,
    }
}

/// The end of the identifier that a byte offset is in or at.
fn end_of_name(code: &str, cursor: usize) -> Option<usize> {
    let rest = code.get(cursor..)?;
    let inside = |character: char| character.is_alphanumeric() || character == '_';
    let end = cursor
        + rest
            .find(|character| !inside(character))
            .unwrap_or(rest.len());
    code[..end].ends_with(inside).then_some(end)
}

impl Engine for Evcxr {
    fn execute(&mut self, cell: &Cell) -> Outcome {
        match self.run(cell.id, &cell.code, cell.allow_stdin) {
            Ok(media) => {
                if let Some(media) = media.filter(|_| !cell.silent) {
                    self.publish.output(cell.id, Output::Result { media });
                }
                Outcome::Completed {
                    payload: Vec::new(),
                }
            }
            Err(failure) => Outcome::Failed(failure),
        }
    }

    fn evaluate(&mut self, expression: &str) -> Result<Media, Failure> {
        let cell = self.shared.cell.load(Ordering::SeqCst);
        self.shared.muted.store(true, Ordering::SeqCst);
        let evaluated = self.run(cell, expression, false);
        self.shared.muted.store(false, Ordering::SeqCst);
        Ok(evaluated?.unwrap_or_else(|| Media::plain("()")))
    }

    fn complete(&mut self, code: &str, cursor: usize) -> Completions {
        let nothing = Completions {
            suggestions: Vec::new(),
            start: cursor,
            end: cursor,
        };
        let Some(Ok(found)) = self
            .context
            .as_mut()
            .map(|context| context.completions(code, cursor))
        else {
            return nothing;
        };
        let suggestions = found.completions.into_iter().map(|completion| Suggestion {
            signature: if completion.label == completion.code {
                String::new()
            } else {
                completion.label
            },
            text: completion.code,
            kind: completion.kind.to_owned(),
        });
        Completions {
            suggestions: suggestions.collect(),
            start: found.start_offset,
            end: found.end_offset,
        }
    }

    fn inspect(&mut self, code: &str, cursor: usize, _: bool) -> Option<Media> {
        let end = end_of_name(code, cursor)?;
        let (text, html) = self.context.as_mut()?.hover_at(code, end).ok()?;
        (text != NO_DOCUMENTATION).then(|| Media::plain(text).with("text/html", html))
    }

    fn is_complete(&self, _: &str) -> Completeness {
        Completeness::Complete
    }

    fn interrupter(&self) -> Interrupter {
        let (shared, child) = (Arc::clone(&self.shared), Arc::clone(&self.child));
        Arc::new(move || {
            shared.interrupted.store(true, Ordering::SeqCst);
            if shared.running.load(Ordering::SeqCst) {
                // It fails when the process has ended, which is as good.
                let _ = lock(&child).kill();
            }
        })
    }

    fn shutdown(&mut self) {
        if let Some(context) = self.context.take() {
            // evcxr waits for its child when it is dropped.
            let _ = lock(&self.child).kill();
            drop(context);
        }
    }
}

impl Drop for Evcxr {
    fn drop(&mut self) {
        self.shutdown();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_panic_is_read_from_stderr() {
        let errors = lines(
            "\nthread '<unnamed>' (7) panicked at src/lib.rs:3:1:\nno\nquorum\nstack backtrace:\n  0: f",
        );
        assert_eq!(panic_message(&errors, 7).as_deref(), Some("no\nquorum"));
    }

    #[test]
    fn a_panic_of_another_thread_is_not_the_cells() {
        let errors =
            lines("warning\nthread '<unnamed>' (9) panicked at src/lib.rs:3:1:\nno quorum");
        assert_eq!(panic_message(&errors, 7), None);
    }

    #[test]
    fn every_mime_type_is_kept_and_json_is_unpacked() {
        let mut outputs = EvalOutputs::new();
        for (mime, content) in [
            ("text/html", "<b>3</b>"),
            ("application/json", "{\"n\":3}"),
            ("application/x+json", "{"),
        ] {
            outputs
                .content_by_mime_type
                .insert(mime.to_owned(), content.to_owned());
        }
        let media = media(outputs).unwrap();
        assert_eq!(media.data["text/html"], "<b>3</b>");
        assert_eq!(media.data["application/json"]["n"], 3);
        assert_eq!(media.data["application/x+json"], "{");
    }

    #[test]
    fn nothing_put_out_is_no_result() {
        assert_eq!(media(EvalOutputs::new()), None);
    }

    #[test]
    fn the_name_at_the_cursor_is_taken_to_its_end() {
        assert_eq!(end_of_name("let größe = 1;", 5), Some("let größe".len()));
        assert_eq!(end_of_name("f(", 1), Some(1));
        assert_eq!(end_of_name("1 + ", 4), None);
        assert_eq!(end_of_name("x", 9), None);
    }
}
