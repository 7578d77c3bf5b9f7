//! One session with a reader: requests in, replies and outputs out, and what
//! must be remembered between them. It knows nothing of sockets; whatever is
//! sent goes through an [`Outlet`].
//!
//! Requests of the shell socket wait in a queue and are answered one after the
//! other on the engine's thread ([`Session::work`]). Requests of the control
//! socket are answered at once on another thread ([`Session::steer`]), so the
//! kernel can be asked, interrupted and ended while a cell runs. Outputs come
//! from any thread and go out under one lock, which keeps them in order.

mod history;
mod input;
mod queue;
mod streams;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use bytes::Bytes;
use lightcone_wire::{CellId, Comm, CommStep, Output};
use serde::Serialize;
use serde_json::{Map, Value};

use self::history::History;
use self::input::Questions;
use self::queue::{Job, Queue};
use self::streams::{Piece, Waiting};
use crate::engine::{Cell, Commer, Engine, Failure, Interrupter, Outcome, Publish};
use crate::protocol::ErrorReply;
use crate::protocol::comm::{self, CommContent, CommInfoReply, CommInfoRequest};
use crate::protocol::completion::{
    CompleteReply, CompleteRequest, InspectReply, InspectRequest, IsCompleteReply,
    IsCompleteRequest,
};
use crate::protocol::connection::ConnectionInfo;
use crate::protocol::control::{InterruptReply, ShutdownReply, ShutdownRequest};
use crate::protocol::envelope::{Author, EMPTY_OBJECT, Message, Sealed};
use crate::protocol::execute::{ExecuteReply, ExecuteRequest};
use crate::protocol::history::HistoryRequest;
use crate::protocol::info::{ConnectReply, KernelInfo, KernelInfoReply};
use crate::protocol::input::{InputParent, InputReply, InputRequest};
use crate::protocol::output::{
    ClearOutput, DisplayData, ErrorOutput, ExecuteInput, ExecuteResult, Status, StreamText, Welcome,
};

/// How long the kernel waits after a failure for requests that are on their
/// way, before it aborts the queue.
const FAILURE_GRACE: Duration = Duration::from_millis(10);

/// How long an interrupt may take before it is answered anyway.
const INTERRUPT_LIMIT: Duration = Duration::from_secs(1);

/// The number of cells whose late output still finds its parent.
const REMEMBERED_CELLS: usize = 1 << 16;

/// The socket that a request came on and its reply goes out on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Requests that wait for each other.
    Shell,
    /// Requests that are answered at once.
    Control,
}

/// Where a session's messages go. No call may block.
pub trait Outlet: Send + Sync {
    /// Publishes a message; its first frame is the topic.
    fn publish(&self, frames: Vec<Bytes>);
    /// Sends a reply; the first frames say to whom.
    fn reply(&self, channel: Channel, frames: Vec<Bytes>);
    /// Sends a question on the stdin socket. If it cannot be delivered,
    /// [`Session::question_lost`] is called.
    fn ask(&self, question: Sealed);
    /// Ends the kernel.
    fn stop(&self);
}

/// What later messages of a cell need to know of its request.
struct Context {
    parent: Bytes,
    identities: Vec<Bytes>,
    allow_stdin: bool,
    silent: bool,
    execution_count: u32,
    /// Plain text of the latest result, for the history.
    result: Mutex<Option<String>>,
}

/// One session with a reader.
pub struct Session {
    author: Arc<Author>,
    outlet: Box<dyn Outlet>,
    info: KernelInfo,
    connection: ConnectionInfo,
    queue: Queue,
    cells: Mutex<BTreeMap<CellId, Arc<Context>>>,
    next_cell: AtomicU64,
    /// The number of cells that were stored, which is the prompt number.
    execution_count: AtomicU32,
    history: Mutex<History>,
    outputs: Mutex<Waiting>,
    output_waits: Condvar,
    questions: Questions,
    interrupter: OnceLock<Interrupter>,
    /// The way for comm messages, once the engine is there.
    commer: OnceLock<Option<Commer>>,
    /// Open comms with their targets.
    comms: Mutex<BTreeMap<String, String>>,
    /// Comm messages that are not done yet, with their parent headers.
    under_way: Mutex<BTreeMap<CellId, Bytes>>,
    /// Whether a cell runs; locked while it is being interrupted, so that an
    /// interrupt never hits the cell after.
    running: Mutex<bool>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The welcome that a new subscriber gets for a topic.
///
/// # Errors
/// As [`Author::seal`].
pub fn welcome(author: &Author, topic: &str) -> Result<Sealed, serde_json::Error> {
    let prefix = Bytes::copy_from_slice(topic.as_bytes());
    author.seal(
        vec![prefix],
        "iopub_welcome",
        EMPTY_OBJECT,
        &Welcome {
            subscription: topic,
        },
    )
}

/// The one message that says that the kernel has started.
///
/// # Errors
/// As [`Author::seal`].
pub fn starting(author: &Author) -> Result<Sealed, serde_json::Error> {
    author.seal(
        vec![topic(author, "status")],
        "status",
        EMPTY_OBJECT,
        &Status::Starting,
    )
}

fn topic(author: &Author, msg_type: &str) -> Bytes {
    format!("kernel.{}.{msg_type}", author.session()).into()
}

impl Session {
    /// A session that has not begun.
    #[must_use]
    pub fn new(
        author: Arc<Author>,
        connection: ConnectionInfo,
        info: KernelInfo,
        outlet: Box<dyn Outlet>,
    ) -> Self {
        Self {
            author,
            outlet,
            info,
            connection,
            queue: Queue::default(),
            cells: Mutex::default(),
            next_cell: AtomicU64::new(1),
            execution_count: AtomicU32::new(0),
            history: Mutex::default(),
            outputs: Mutex::default(),
            output_waits: Condvar::new(),
            questions: Questions::default(),
            interrupter: OnceLock::new(),
            commer: OnceLock::new(),
            comms: Mutex::default(),
            under_way: Mutex::default(),
            running: Mutex::new(false),
        }
    }

    /// Adds a request of the shell socket to the queue. Comm messages go past it: a
    /// slider answers also while a cell runs.
    pub fn enqueue(&self, request: Message) {
        match (self.commer.get(), comm::step(&request.header.msg_type)) {
            (Some(commer), Some(_)) => self.comm(commer.as_ref(), &request),
            _ => self.queue.push(request),
        }
    }

    /// Hands a comm message on and says `busy`; `idle` follows when all that it set
    /// off is done.
    fn comm(&self, commer: Option<&Commer>, request: &Message) {
        self.publish(&request.parent, "status", &Status::Busy);
        let Some(message) = comm::read(request) else {
            log(&format!("a {} cannot be read", request.header.msg_type));
            self.publish(&request.parent, "status", &Status::Idle);
            return;
        };
        let id = self.next_cell.fetch_add(1, Ordering::Relaxed);
        let context = Context {
            parent: request.parent.clone(),
            identities: Vec::new(),
            allow_stdin: false,
            silent: false,
            execution_count: 0,
            result: Mutex::default(),
        };
        self.remember(id, Arc::new(context));
        lock(&self.under_way).insert(id, request.parent.clone());
        let (step, comm_id) = (message.step, message.comm_id.clone());
        self.track(&message);
        let taken = commer.is_some_and(|commer| {
            guarded(|| commer(id, message)).unwrap_or_else(|failure| {
                log(&failure.evalue);
                false
            })
        });
        if !taken {
            // Nobody is there who could answer: what was opened is closed again.
            if step == CommStep::Open {
                let close = Comm {
                    step: CommStep::Close,
                    comm_id,
                    target_name: None,
                    data: Map::new(),
                    metadata: Map::new(),
                    buffers: Vec::new(),
                };
                self.output(id, Output::Comm { comm: close });
            }
            self.comm_done(id);
        }
    }

    /// Keeps the list of open comms.
    fn track(&self, comm: &Comm) {
        let mut comms = lock(&self.comms);
        match (comm.step, &comm.target_name) {
            (CommStep::Open, Some(target)) => {
                comms.insert(comm.comm_id.clone(), target.clone());
            }
            (CommStep::Close, _) => {
                comms.remove(&comm.comm_id);
            }
            _ => {}
        }
    }

    /// Publishes a comm message in its place among the outputs.
    fn publish_comm(&self, cell: CellId, comm: &Comm) {
        self.track(comm);
        let parent = self.parent(cell);
        let msg_type = comm::msg_type(comm.step);
        let metadata = serde_json::to_vec(&comm.metadata).map_or(EMPTY_OBJECT, Bytes::from);
        let buffers = comm.buffers.iter().map(|bytes| bytes.clone().into());
        let sealed = self.author.seal_with(
            vec![topic(&self.author, msg_type)],
            msg_type,
            parent.clone(),
            metadata,
            &CommContent::from(comm),
            buffers.collect(),
        );
        let mut waiting = lock(&self.outputs);
        if let Some(piece) = waiting.take(cell) {
            self.publish_piece(&parent, &piece);
        }
        match sealed {
            Ok(message) => self.outlet.publish(message.frames),
            Err(error) => log(&format!("a {msg_type} message cannot be written: {error}")),
        }
    }

    /// Answers queued requests until [`Session::close`] is called, then ends
    /// the engine.
    pub fn work(&self, mut engine: Box<dyn Engine>) {
        // A second engine would be a mistake of the caller; the first stays.
        let _ = self.interrupter.set(engine.interrupter());
        let _ = self.commer.set(engine.commer());
        while let Some(job) = self.queue.pop() {
            if comm::step(&job.request.header.msg_type).is_some() {
                // It came before the engine was ready.
                self.comm(engine.commer().as_ref(), &job.request);
                continue;
            }
            self.during(&job.request, || self.answer(engine.as_mut(), &job));
        }
        let _ = guarded(|| engine.shutdown());
    }

    /// Stops the running cell and lets [`Session::work`] return.
    pub fn close(&self) {
        self.queue.close();
        self.interrupt();
        self.questions.stop();
    }

    /// Answers a request that does not wait for the engine: all of the control
    /// socket, and `shutdown_request` on the shell socket.
    pub fn steer(self: &Arc<Self>, channel: Channel, request: &Message) {
        let shutdown = request.header.msg_type == "shutdown_request";
        self.during(request, || match request.header.msg_type.as_str() {
            "shutdown_request" => {
                let shutdown = request.read::<ShutdownRequest>().unwrap_or_default();
                self.reply(
                    channel,
                    request,
                    "shutdown_reply",
                    &ShutdownReply::from(shutdown),
                );
            }
            "interrupt_request" => {
                self.interrupt_within(INTERRUPT_LIMIT);
                self.reply(
                    channel,
                    request,
                    "interrupt_reply",
                    &InterruptReply::default(),
                );
            }
            _ => self.answer_without_engine(channel, request),
        });
        if shutdown {
            self.outlet.stop();
        }
    }

    /// The reader's answer to a question.
    pub fn input_reply(&self, reply: &Message) {
        if reply.header.msg_type != "input_reply" {
            return;
        }
        let question = serde_json::from_slice::<InputParent>(&reply.parent_header)
            .ok()
            .and_then(|parent| parent.msg_id);
        let value = reply.read::<InputReply>().ok().map(|reply| reply.value);
        self.questions.answer(question.as_deref(), value);
    }

    /// A question could not be delivered.
    pub fn question_lost(&self, msg_id: &str) {
        self.questions.answer(Some(msg_id), None);
    }

    /// Stops the running cell, if there is one.
    pub fn interrupt(&self) {
        if let Some(interrupter) = self.interrupter.get() {
            let running = lock(&self.running);
            if *running {
                let _ = guarded(|| interrupter());
                self.questions.stop();
            }
        }
    }

    /// Starts an interrupt and waits for it, but not for ever: the control
    /// socket must go on.
    fn interrupt_within(self: &Arc<Self>, limit: Duration) {
        let (done, ended) = std::sync::mpsc::sync_channel(1);
        let session = Arc::clone(self);
        let started = std::thread::Builder::new()
            .name("interrupt".into())
            .spawn(move || {
                session.interrupt();
                let _ = done.try_send(());
            });
        if started.is_ok() {
            let _ = ended.recv_timeout(limit);
        }
    }

    /// Says `busy`, does something for a request, and says `idle`, also if the
    /// kernel itself fails on the way.
    fn during(&self, request: &Message, action: impl FnOnce()) {
        self.publish(&request.parent, "status", &Status::Busy);
        if let Err(failure) = guarded(action) {
            log(&failure.evalue);
        }
        self.publish(&request.parent, "status", &Status::Idle);
    }

    fn answer(&self, engine: &mut dyn Engine, job: &Job) {
        let request = &job.request;
        match request.header.msg_type.as_str() {
            "execute_request" if job.aborted => {
                let execution_count = self.execution_count.load(Ordering::Relaxed);
                let reply = ExecuteReply::Aborted { execution_count };
                self.reply(Channel::Shell, request, "execute_reply", &reply);
            }
            "execute_request" => self.execute(engine, request),
            "complete_request" => {
                self.answer_with("complete_reply", request, |complete: CompleteRequest| {
                    let completions = engine.complete(&complete.code, complete.cursor());
                    CompleteReply::new(&complete.code, completions)
                });
            }
            "inspect_request" => {
                self.answer_with("inspect_reply", request, |inspect: InspectRequest| {
                    let (cursor, detail) = (inspect.cursor(), inspect.detail());
                    InspectReply::new(engine.inspect(&inspect.code, cursor, detail))
                });
            }
            "is_complete_request" => {
                let reply = request
                    .read::<IsCompleteRequest>()
                    .ok()
                    .and_then(|text| guarded(|| engine.is_complete(&text.code)).ok())
                    .map_or(IsCompleteReply::Unknown, IsCompleteReply::from);
                self.reply(Channel::Shell, request, "is_complete_reply", &reply);
            }
            "history_request" => {
                self.answer_with("history_reply", request, |history: HistoryRequest| {
                    lock(&self.history).look_up(&history)
                });
            }
            _ => self.answer_without_engine(Channel::Shell, request),
        }
    }

    /// Reads the content of a request and sends what `action` makes of it, or
    /// an error if the content cannot be read or the engine fails.
    fn answer_with<'m, T, R>(
        &self,
        reply_type: &str,
        request: &'m Message,
        action: impl FnOnce(T) -> R,
    ) where
        T: serde::Deserialize<'m>,
        R: Serialize,
    {
        let answer = match request.read() {
            Ok(content) => guarded(|| action(content)),
            Err(error) => Err(malformed(&request.header.msg_type, &error)),
        };
        match answer {
            Ok(reply) => self.reply(Channel::Shell, request, reply_type, &reply),
            Err(failure) => {
                let reply = ErrorReply::from(&failure);
                self.reply(Channel::Shell, request, reply_type, &reply);
            }
        }
    }

    /// Answers what needs neither engine nor history. Other messages are
    /// ignored, as the specification demands.
    fn answer_without_engine(&self, channel: Channel, request: &Message) {
        match request.header.msg_type.as_str() {
            "kernel_info_request" => {
                let reply = KernelInfoReply::from(&self.info);
                self.reply(channel, request, "kernel_info_reply", &reply);
            }
            "connect_request" => {
                let reply = ConnectReply::from(&self.connection);
                self.reply(channel, request, "connect_reply", &reply);
            }
            "comm_info_request" => {
                let asked = request.read::<CommInfoRequest>().unwrap_or_default();
                let comms = lock(&self.comms);
                let reply = CommInfoReply::new(&asked, &comms);
                self.reply(channel, request, "comm_info_reply", &reply);
            }
            _ => {}
        }
    }

    fn execute(&self, engine: &mut dyn Engine, request: &Message) {
        let content: ExecuteRequest = match request.read() {
            Ok(content) => content,
            Err(error) => {
                let failure = malformed(&request.header.msg_type, &error);
                let count = self.execution_count.load(Ordering::Relaxed);
                let reply = ExecuteReply::failed(count, &failure);
                self.reply(Channel::Shell, request, "execute_reply", &reply);
                return;
            }
        };
        let stored = content.stored();
        let execution_count = if stored {
            self.execution_count.fetch_add(1, Ordering::Relaxed) + 1
        } else {
            self.execution_count.load(Ordering::Relaxed)
        };
        let id = self.next_cell.fetch_add(1, Ordering::Relaxed);
        let context = Arc::new(Context {
            parent: request.parent.clone(),
            // Copies: the frames share their memory with the whole message.
            identities: request
                .identities
                .iter()
                .map(|id| Bytes::copy_from_slice(id))
                .collect(),
            allow_stdin: content.allow_stdin,
            silent: content.silent,
            execution_count,
            result: Mutex::default(),
        });
        self.remember(id, Arc::clone(&context));
        // Whoever sees `execute_input` may interrupt the cell.
        self.begin(id);
        if !content.silent {
            let input = ExecuteInput {
                code: &content.code,
                execution_count,
            };
            self.publish(&request.parent, "execute_input", &input);
        }

        let cell = Cell {
            id,
            code: content.code.clone(),
            silent: content.silent,
            allow_stdin: content.allow_stdin,
            execution_count,
        };
        let outcome = if content.blank() {
            Outcome::Completed {
                payload: Vec::new(),
            }
        } else {
            guarded(|| engine.execute(&cell)).unwrap_or_else(Outcome::Failed)
        };
        let values = match &outcome {
            Outcome::Completed { .. } => evaluate(engine, &content.user_expressions),
            Outcome::Failed(_) => Map::new(),
        };
        self.end();

        if let Outcome::Failed(failure) = &outcome {
            if content.stop_on_error() {
                std::thread::sleep(FAILURE_GRACE);
                self.queue.abort_executions();
            }
            if !content.silent {
                self.publish_of_cell(id, &context.parent, "error", &ErrorOutput::from(failure));
            }
        }
        self.flush(id);
        if stored {
            let result = lock(&context.result).take();
            lock(&self.history).push(execution_count, content.code, result);
        }
        let reply = match &outcome {
            Outcome::Completed { payload } => ExecuteReply::Ok {
                execution_count,
                payload,
                user_expressions: &values,
            },
            Outcome::Failed(failure) => ExecuteReply::failed(execution_count, failure),
        };
        self.reply(Channel::Shell, request, "execute_reply", &reply);
    }

    fn begin(&self, cell: CellId) {
        self.questions.begin(cell);
        *lock(&self.running) = true;
    }

    fn end(&self) {
        *lock(&self.running) = false;
        self.questions.end();
    }

    fn remember(&self, cell: CellId, context: Arc<Context>) {
        let mut cells = lock(&self.cells);
        cells.insert(cell, context);
        if cells.len() > REMEMBERED_CELLS {
            cells.pop_first();
        }
    }

    fn context(&self, cell: CellId) -> Option<Arc<Context>> {
        lock(&self.cells).get(&cell).cloned()
    }

    fn reply(&self, channel: Channel, request: &Message, msg_type: &str, content: &impl Serialize) {
        let identities = request.identities.clone();
        match self
            .author
            .seal(identities, msg_type, request.parent.clone(), content)
        {
            Ok(reply) => self.outlet.reply(channel, reply.frames),
            Err(error) => log(&format!("a {msg_type} cannot be written: {error}")),
        }
    }

    fn publish(&self, parent: &Bytes, msg_type: &str, content: &impl Serialize) {
        let prefix = vec![topic(&self.author, msg_type)];
        match self.author.seal(prefix, msg_type, parent.clone(), content) {
            Ok(message) => self.outlet.publish(message.frames),
            Err(error) => log(&format!("a {msg_type} message cannot be written: {error}")),
        }
    }

    /// Publishes an output of a cell behind the text that the cell printed
    /// before.
    fn publish_of_cell(
        &self,
        cell: CellId,
        parent: &Bytes,
        msg_type: &str,
        content: &impl Serialize,
    ) {
        let mut waiting = lock(&self.outputs);
        if let Some(piece) = waiting.take(cell) {
            self.publish_piece(parent, &piece);
        }
        self.publish(parent, msg_type, content);
    }

    fn publish_piece(&self, parent: &Bytes, piece: &Piece) {
        let text = StreamText {
            name: piece.stream.name(),
            text: &piece.text,
        };
        self.publish(parent, "stream", &text);
    }

    /// Publishes the text of a cell that waits.
    fn flush(&self, cell: CellId) {
        let mut waiting = lock(&self.outputs);
        if let Some(piece) = waiting.take(cell) {
            self.publish_piece(&self.parent(cell), &piece);
        }
    }

    /// The parent header of a cell's outputs, `{}` if there is no such cell.
    fn parent(&self, cell: CellId) -> Bytes {
        self.context(cell)
            .map_or(EMPTY_OBJECT, |context| context.parent.clone())
    }

    /// Starts the thread that publishes waiting text when its time has come.
    /// It ends with the session.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start_flushing(self: &Arc<Self>) -> std::io::Result<()> {
        let session = Arc::downgrade(self);
        std::thread::Builder::new()
            .name("streams".into())
            .spawn(move || flush_due(&session))?;
        Ok(())
    }
}

/// Publishes text that has waited long enough, for as long as there is a
/// session.
fn flush_due(session: &Weak<Session>) {
    const LOOK_FOR_SESSION: Duration = Duration::from_secs(1);
    while let Some(session) = session.upgrade() {
        let mut waiting = lock(&session.outputs);
        let now = Instant::now();
        for piece in waiting.take_due(now) {
            session.publish_piece(&session.parent(piece.cell), &piece);
        }
        let pause = waiting
            .next_due()
            .map_or(LOOK_FOR_SESSION, |due| due.saturating_duration_since(now));
        drop(session.output_waits.wait_timeout(waiting, pause));
    }
}

impl Publish for Session {
    fn output(&self, cell: CellId, output: Output) {
        let context = self.context(cell);
        if let Output::Comm { comm } = &output {
            // Widgets live on whether or not their cell shows anything.
            self.publish_comm(cell, comm);
            return;
        }
        if context.as_ref().is_some_and(|context| context.silent) {
            return;
        }
        let parent = context
            .as_ref()
            .map_or(EMPTY_OBJECT, |context| context.parent.clone());
        match output {
            Output::Stream { stream, text } => {
                let mut waiting = lock(&self.outputs);
                let idle = waiting.next_due().is_none();
                for piece in waiting.add(cell, stream, text, Instant::now()) {
                    self.publish_piece(&parent, &piece);
                }
                if idle {
                    self.output_waits.notify_one();
                }
            }
            Output::Result { media } => {
                let execution_count = context
                    .as_ref()
                    .map_or(0, |context| context.execution_count);
                let result = ExecuteResult {
                    execution_count,
                    data: &media.data,
                    metadata: &media.metadata,
                };
                self.publish_of_cell(cell, &parent, "execute_result", &result);
                if let Some(context) = context {
                    *lock(&context.result) = history::kept(media.text());
                }
            }
            Output::Display {
                media,
                display_id,
                update,
            } => {
                let msg_type = if update && display_id.is_some() {
                    "update_display_data"
                } else {
                    "display_data"
                };
                let display = DisplayData::new(&media, display_id.as_deref());
                self.publish_of_cell(cell, &parent, msg_type, &display);
            }
            Output::Clear { wait } => {
                self.publish_of_cell(cell, &parent, "clear_output", &ClearOutput { wait });
            }
            // Published above.
            Output::Comm { .. } => {}
        }
    }

    fn comm_done(&self, cell: CellId) {
        let parent = lock(&self.under_way).remove(&cell);
        if let Some(parent) = parent {
            self.flush(cell);
            self.publish(&parent, "status", &Status::Idle);
        }
    }

    fn comms_lost(&self) {
        lock(&self.comms).clear();
        let under_way = std::mem::take(&mut *lock(&self.under_way));
        for parent in under_way.into_values() {
            self.publish(&parent, "status", &Status::Idle);
        }
    }

    fn input(&self, cell: CellId, prompt: &str, password: bool) -> Option<String> {
        let context = self.context(cell).filter(|context| context.allow_stdin)?;
        self.questions.ask(cell, |name| {
            self.flush(cell);
            let request = InputRequest { prompt, password };
            let (identities, parent) = (context.identities.clone(), context.parent.clone());
            match self
                .author
                .seal(identities, "input_request", parent, &request)
            {
                Ok(question) => {
                    name(&question.msg_id);
                    self.outlet.ask(question);
                    true
                }
                Err(error) => {
                    log(&format!("an input_request cannot be written: {error}"));
                    false
                }
            }
        })
    }
}

/// The values of `user_expressions`, each with its own status.
fn evaluate(engine: &mut dyn Engine, expressions: &Map<String, Value>) -> Map<String, Value> {
    let mut values = Map::new();
    for (name, expression) in expressions {
        let value = match expression.as_str() {
            Some(expression) => guarded(|| engine.evaluate(expression)).and_then(|value| value),
            None => Err(Failure {
                ename: "MalformedRequest".into(),
                evalue: format!("the user expression `{name}` is not a string but {expression}"),
                traceback: Vec::new(),
            }),
        };
        let mut entry = Map::new();
        match value {
            Ok(media) => {
                entry.insert("status".into(), "ok".into());
                entry.insert("data".into(), media.data.into());
                entry.insert("metadata".into(), media.metadata.into());
            }
            Err(failure) => {
                entry.insert("status".into(), "error".into());
                entry.insert("ename".into(), failure.ename.into());
                entry.insert("evalue".into(), failure.evalue.into());
                entry.insert("traceback".into(), failure.traceback.into());
            }
        }
        values.insert(name.clone(), entry.into());
    }
    values
}

/// Runs a part of the kernel; a panic in it becomes a failure.
pub(crate) fn guarded<T>(action: impl FnOnce() -> T) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(action)).map_err(|panic| {
        let message = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no message".to_owned());
        let evalue = format!("the kernel itself failed ({message}); the session goes on");
        Failure {
            ename: "KernelPanic".into(),
            traceback: vec![format!("KernelPanic: {evalue}")],
            evalue,
        }
    })
}

fn malformed(msg_type: &str, error: &serde_json::Error) -> Failure {
    let evalue = format!("the content of this {msg_type} cannot be read: {error}");
    Failure {
        ename: "MalformedRequest".into(),
        traceback: vec![format!("MalformedRequest: {evalue}")],
        evalue,
    }
}

/// Writes a line for whoever runs the Jupyter server.
pub(crate) fn log(line: &str) {
    eprintln!("lightcone: {line}");
}
