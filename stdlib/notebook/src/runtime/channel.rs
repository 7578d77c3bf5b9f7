//! The way from a cell to the reader.
//!
//! Print macros do not write to the process's stdout. They write into one
//! buffer that goes over the control socket, so that text, displays and the end
//! of the cell stay in order, and each piece of text knows its cell, also when a
//! thread prints it minutes later. Raw writes to stdout and stderr still work:
//! they reach the front through two pipes, and the channel asks the front to
//! read them out before it sends anything that must come after them.

use std::fmt;
use std::io::Write as _;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use lightcone_wire::{CellId, FromWorker, Output, Stream};

use super::interrupt;

/// Printed text is sent at the latest when this many bytes have gathered.
const BUFFER_BYTES: usize = 8 * 1024;

/// Printed text waits at most this long for more.
const BUFFER_TIME: Duration = Duration::from_millis(15);

/// How long to wait for the front to read out the raw pipes.
const SYNC_TIME: Duration = Duration::from_secs(2);

static CHANNEL: OnceLock<Channel> = OnceLock::new();
static CURRENT_CELL: AtomicU64 = AtomicU64::new(0);
static UNBUFFERED: AtomicBool = AtomicBool::new(false);
static ALLOW_STDIN: AtomicBool = AtomicBool::new(false);

struct Channel {
    outgoing: Mutex<Outgoing>,
    printed: Condvar,
    answers: Mutex<Answers>,
    answered: Condvar,
}

struct Outgoing {
    socket: UnixStream,
    cell: CellId,
    stream: Stream,
    text: String,
}

#[derive(Default)]
struct Answers {
    synced: bool,
    input: Option<Option<String>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens the channel on the control socket; the first call wins.
pub(super) fn open(socket: UnixStream) {
    let channel = Channel {
        outgoing: Mutex::new(Outgoing {
            socket,
            cell: 0,
            stream: Stream::Stdout,
            text: String::new(),
        }),
        printed: Condvar::new(),
        answers: Mutex::default(),
        answered: Condvar::new(),
    };
    if CHANNEL.set(channel).is_ok() {
        // SAFETY: the handler is a plain function that lives as long as the process.
        unsafe { libc::atexit(flush_at_exit) };
        let flusher = std::thread::Builder::new()
            .name("print-flusher".into())
            .spawn(flush_printed_text);
        if flusher.is_err() {
            // Without the thread, text is sent as it is printed.
            UNBUFFERED.store(true, Ordering::Relaxed);
        }
    }
}

/// Sends gathered text a moment after the first of it was printed.
fn flush_printed_text() {
    let Some(channel) = CHANNEL.get() else { return };
    loop {
        let mut outgoing = lock(&channel.outgoing);
        while outgoing.text.is_empty() {
            outgoing = channel
                .printed
                .wait(outgoing)
                .unwrap_or_else(PoisonError::into_inner);
        }
        drop(outgoing);
        std::thread::sleep(BUFFER_TIME);
        lock(&channel.outgoing).flush();
    }
}

impl Outgoing {
    fn send(&mut self, message: &FromWorker) {
        if lightcone_wire::send(&self.socket, message).is_err() {
            // The front is gone: nobody is left to work for.
            super::worker::exit(0);
        }
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            let text = std::mem::take(&mut self.text);
            let output = Output::Stream {
                stream: self.stream,
                text,
            };
            let message = FromWorker::Output {
                cell: self.cell,
                output,
            };
            self.send(&message);
        }
    }

    fn print(&mut self, cell: CellId, stream: Stream, text: fmt::Arguments<'_>) {
        if (self.cell, self.stream) != (cell, stream) {
            self.flush();
            (self.cell, self.stream) = (cell, stream);
        }
        // Writing to a `String` fails only when a `Display` does; what it wrote stays.
        let _ = fmt::Write::write_fmt(&mut self.text, text);
    }
}

impl Channel {
    /// Has the front publish all that was written so far, raw writes included.
    fn sync(&self) {
        lock(&self.answers).synced = false;
        {
            let mut outgoing = lock(&self.outgoing);
            outgoing.flush();
            outgoing.send(&FromWorker::Sync);
        }
        let answers = lock(&self.answers);
        let _ = self
            .answered
            .wait_timeout_while(answers, SYNC_TIME, |answers| !answers.synced)
            .unwrap_or_else(PoisonError::into_inner);
    }

    fn sync_raw_writes(&self) {
        let _ = std::io::stdout().flush();
        if unread_bytes(1) > 0 || unread_bytes(2) > 0 {
            self.sync();
        }
    }
}

/// Bytes in a pipe of ours that the front has not read yet.
fn unread_bytes(fd: i32) -> i32 {
    let mut count: libc::c_int = 0;
    // SAFETY: FIONREAD writes one c_int to the address given, which outlives the call.
    let result = unsafe { libc::ioctl(fd, libc::FIONREAD, &raw mut count) };
    if result == 0 { count } else { 0 }
}

/// Sends what is left when a cell ends the process with `exit`.
extern "C" fn flush_at_exit() {
    if let Some(channel) = CHANNEL.get()
        && let Ok(mut outgoing) = channel.outgoing.try_lock()
    {
        outgoing.flush();
    }
}

/// The cell that output of library code belongs to: the one that runs now, or
/// ran last.
#[must_use]
pub fn current_cell() -> CellId {
    super::comm::answering().unwrap_or_else(|| CURRENT_CELL.load(Ordering::Relaxed))
}

/// Makes a cell the current one.
pub(super) fn begin(cell: CellId, allow_stdin: bool, unbuffered: bool) {
    CURRENT_CELL.store(cell, Ordering::Relaxed);
    ALLOW_STDIN.store(allow_stdin, Ordering::Relaxed);
    UNBUFFERED.store(unbuffered, Ordering::Relaxed);
}

/// Sends one output of the running cell to the reader, in order with all that
/// the cell printed before.
pub fn emit(output: Output) {
    emit_for(None, output);
}

/// As [`emit`], for a cell or comm message of that number.
pub(super) fn emit_for(cell: Option<CellId>, output: Output) {
    if let Some(channel) = CHANNEL.get() {
        channel.sync_raw_writes();
        {
            let mut outgoing = lock(&channel.outgoing);
            outgoing.flush();
            outgoing.send(&FromWorker::Output {
                cell: cell.unwrap_or_else(current_cell),
                output,
            });
        }
        if UNBUFFERED.load(Ordering::Relaxed) {
            channel.sync();
        }
    }
}

/// Sends a message that is no output, after all text printed so far.
pub(super) fn send(message: &FromWorker) {
    let _ = std::io::stdout().flush();
    if let Some(channel) = CHANNEL.get() {
        let mut outgoing = lock(&channel.outgoing);
        outgoing.flush();
        outgoing.send(message);
    }
}

/// What the print macros of the prelude call: `cell` is the cell whose source
/// holds the macro, zero if unknown.
#[doc(hidden)]
pub fn print(cell: CellId, stream: Stream, text: fmt::Arguments<'_>) {
    // Code of an earlier cell that runs now prints for the cell that runs it; a thread
    // keeps printing for the cell that started it.
    let here = cell == 0 || interrupt::on_cell_thread();
    let cell = if here { current_cell() } else { cell };
    let Some(channel) = CHANNEL.get() else {
        // Outside a worker (tests, programs) printing is ordinary printing.
        match stream {
            Stream::Stdout => std::print!("{text}"),
            Stream::Stderr => std::eprint!("{text}"),
        }
        return;
    };
    // A `Display` that prints must not find the lock taken.
    let rendered;
    let text = match text.as_str() {
        Some(_) => text,
        None => {
            rendered = text.to_string();
            return print_rendered(channel, cell, stream, &rendered);
        }
    };
    print_rendered(channel, cell, stream, text.as_str().unwrap_or_default());
}

fn print_rendered(channel: &Channel, cell: CellId, stream: Stream, text: &str) {
    if text.is_empty() {
        return;
    }
    let unbuffered = UNBUFFERED.load(Ordering::Relaxed);
    if unbuffered {
        channel.sync_raw_writes();
    }
    let mut outgoing = lock(&channel.outgoing);
    let was_empty = outgoing.text.is_empty();
    outgoing.print(cell, stream, format_args!("{text}"));
    if unbuffered || outgoing.text.len() >= BUFFER_BYTES {
        outgoing.flush();
    } else if was_empty {
        channel.printed.notify_one();
    }
    drop(outgoing);
    if unbuffered {
        channel.sync();
    }
}

/// The front has published everything.
pub(super) fn synced() {
    if let Some(channel) = CHANNEL.get() {
        lock(&channel.answers).synced = true;
        channel.answered.notify_all();
    }
}

/// The reader answered.
pub(super) fn answer_input(value: Option<String>) {
    if let Some(channel) = CHANNEL.get() {
        lock(&channel.answers).input = Some(value);
        channel.answered.notify_all();
    }
}

/// Wakes whoever waits for an answer, so that it notices an interrupt.
pub(super) fn wake() {
    if let Some(channel) = CHANNEL.get() {
        channel.answered.notify_all();
    }
}

fn ask(prompt: &str, password: bool) -> String {
    let refused = "`input` needs a reader who can answer, and this front end does not offer one: run the cell in JupyterLab, Notebook or a console";
    let Some(channel) = CHANNEL
        .get()
        .filter(|_| ALLOW_STDIN.load(Ordering::Relaxed))
    else {
        panic!("{refused}");
    };
    channel.sync_raw_writes();
    lock(&channel.answers).input = None;
    send(&FromWorker::Input {
        cell: current_cell(),
        prompt: prompt.to_owned(),
        password,
    });
    let mut answers = lock(&channel.answers);
    loop {
        if let Some(answer) = answers.input.take() {
            drop(answers);
            return answer.unwrap_or_else(|| panic!("{refused}"));
        }
        if interrupt::requested() {
            drop(answers);
            interrupt::checkpoint();
            answers = lock(&channel.answers);
        }
        answers = channel
            .answered
            .wait(answers)
            .unwrap_or_else(PoisonError::into_inner);
    }
}

/// Asks the reader for a line of text and waits for it.
///
/// # Panics
/// Ends the cell when the front end cannot ask (for instance when a notebook is
/// executed without a reader).
#[must_use]
pub fn input(prompt: &str) -> String {
    ask(prompt, false)
}

/// Asks the reader for a line of text without showing what is typed.
///
/// # Panics
/// As [`input`].
#[must_use]
pub fn password(prompt: &str) -> String {
    ask(prompt, true)
}
