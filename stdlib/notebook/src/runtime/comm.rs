//! Messages of widgets.
//!
//! A slider that is moved sends a message to its model, which lives in this process.
//! A thread of its own hands such messages to whoever registered with [`handle`], so
//! that they are answered also while a cell runs.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, OnceLock, PoisonError};

use lightcone_wire::{CellId, Comm, CommStep, FromWorker, Output, Stream};
use serde_json::Map;

use super::channel;

/// Answers the messages that have come together, in their order, each with the number
/// under which its outputs go out.
type Handler = Box<dyn Fn(Vec<(CellId, Comm)>) + Send + Sync>;

/// Pages are only used when touched.
const STACK_BYTES: usize = 64 << 20;

static HANDLER: OnceLock<Handler> = OnceLock::new();

static QUEUE: Mutex<Option<Sender<(CellId, Comm)>>> = Mutex::new(None);

thread_local! {
    /// The message that this thread answers now.
    static ANSWERING: Cell<Option<CellId>> = const { Cell::new(None) };
}

/// Registers who answers comm messages; the first call wins. Without anybody, what a
/// front end opens is closed again.
pub fn handle(handler: impl Fn(Vec<(CellId, Comm)>) + Send + Sync + 'static) {
    let _ = HANDLER.set(Box::new(handler));
}

/// Sends a comm message to the front end, in order with the other outputs: in answer to
/// the message with that number, or else for the cell that this thread works for.
pub fn send(answers: Option<CellId>, comm: Comm) {
    channel::emit_for(answers, Output::Comm { comm });
}

/// The number that outputs of this thread go out under, if it answers a message.
pub(super) fn answering() -> Option<CellId> {
    ANSWERING.try_with(Cell::get).ok().flatten()
}

/// Takes a message from the front; the thread that answers starts with the first.
pub(super) fn receive(cell: CellId, comm: Comm) {
    let mut queue = QUEUE.lock().unwrap_or_else(PoisonError::into_inner);
    if queue.is_none() {
        let (sender, receiver) = mpsc::channel();
        let started = std::thread::Builder::new()
            .name("comms".into())
            // Callbacks are the reader's code.
            .stack_size(STACK_BYTES)
            .spawn(move || answer_all(&receiver));
        if started.is_ok() {
            *queue = Some(sender);
        }
    }
    let left = match queue.as_ref() {
        Some(sender) => sender.send((cell, comm)).is_err(),
        None => true,
    };
    if left {
        channel::send(&FromWorker::CommDone { cell });
    }
}

fn answer_all(receiver: &Receiver<(CellId, Comm)>) {
    while let Ok(first) = receiver.recv() {
        // What has come meanwhile is answered together: of many positions of a
        // slider the last one counts.
        let mut comms = vec![first];
        comms.extend(receiver.try_iter());
        let cells: Vec<CellId> = comms.iter().map(|(cell, _)| *cell).collect();
        ANSWERING.with(|answering| answering.set(cells.last().copied()));
        let answered = catch_unwind(AssertUnwindSafe(|| answer(comms)));
        if let Err(panic) = answered {
            let message = panic
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
                .or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_else(|| "no message".to_owned());
            channel::emit(Output::Stream {
                stream: Stream::Stderr,
                text: format!("a widget's callback panicked: {message}\n"),
            });
        }
        ANSWERING.with(|answering| answering.set(None));
        for cell in cells {
            channel::send(&FromWorker::CommDone { cell });
        }
    }
}

fn answer(comms: Vec<(CellId, Comm)>) {
    if let Some(handler) = HANDLER.get() {
        handler(comms);
        return;
    }
    for (cell, comm) in comms {
        if comm.step == CommStep::Open {
            let close = Comm {
                step: CommStep::Close,
                comm_id: comm.comm_id,
                target_name: None,
                data: Map::new(),
                metadata: Map::new(),
                buffers: Vec::new(),
            };
            send(Some(cell), close);
        }
    }
}
