//! Puts the kernel together: binds the sockets, starts the engine on a thread
//! of its own, and runs until a client asks for the end.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use lightcone_wire::Media;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, oneshot};
use tokio::time::{sleep, timeout};

use crate::engine::{
    Cell, Completeness, Completions, Engine, Failure, Interrupter, Outcome, Publish,
};
use crate::protocol::connection::{ConnectionError, ConnectionInfo};
use crate::protocol::envelope::{Author, Message, Opener, Sealed};
use crate::protocol::info::KernelInfo;
use crate::protocol::signature::Signer;
use crate::session::{Channel, Outlet, Session, guarded, log, starting, welcome};
use crate::sockets::iopub::{Greetings, Publisher, QUEUE_LIMIT};
use crate::sockets::{
    Outbox, Questioner, SocketError, beat, bind, open, open_stdin, outbox, questioner, unlink,
};

/// How long the engine may take to end; what it started ends with the process
/// in any case.
const ENGINE_LIMIT: Duration = Duration::from_secs(1);

/// How long the last messages may take to get to the clients.
const LAST_WORDS_LIMIT: Duration = Duration::from_millis(250);

/// How long the last replies are given to get out, since ZeroMQ does not say
/// when they are.
const LAST_REPLY_TIME: Duration = Duration::from_millis(100);

/// How often to look whether the process that started the kernel is there.
const PARENT_CHECK: Duration = Duration::from_secs(1);

/// Stack of the engine's thread in bytes: deeply nested cells are parsed by
/// recursion.
const ENGINE_STACK: usize = 64 << 20;

/// How many refused messages are logged.
const LOGGED_REFUSALS: u32 = 20;

/// Why a kernel could not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The connection file cannot be read.
    #[error("the connection file {} cannot be read: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The connection file makes no sense.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// A socket cannot be opened.
    #[error(transparent)]
    Socket(#[from] SocketError),
    /// The system gives no threads or signals.
    #[error("the kernel cannot start: {0}")]
    System(#[from] io::Error),
    /// A first message cannot be written.
    #[error("the kernel cannot write its first message: {0}")]
    Message(#[from] serde_json::Error),
}

/// Reads a connection file.
///
/// # Errors
/// The file cannot be read or makes no sense.
pub fn read_connection_file(path: &Path) -> Result<ConnectionInfo, ServeError> {
    let json = std::fs::read(path).map_err(|source| ServeError::File {
        path: path.to_owned(),
        source,
    })?;
    Ok(ConnectionInfo::parse(&json)?)
}

/// Serves until a client asks for the end, on a runtime with two threads.
/// Blocks. When it returns the process should end, since a cell that could not
/// be stopped may still be running.
///
/// # Errors
/// The kernel could not start; see [`serve`].
pub fn run<E>(
    connection: ConnectionInfo,
    info: KernelInfo,
    make_engine: impl FnOnce(Arc<dyn Publish>) -> Result<Box<dyn Engine>, E> + Send + 'static,
) -> Result<(), ServeError>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let served = runtime.block_on(serve(connection, info, make_engine));
    runtime.shutdown_background();
    served
}

/// Serves until a client asks for the end.
///
/// All sockets are bound at once. The engine starts on a thread of its own;
/// requests that come before it is ready wait. If the engine cannot start, the
/// kernel lives and says why in answer to every cell, since a reader sees that
/// and not the log of the server.
///
/// SIGINT interrupts the running cell, SIGTERM ends the kernel, and so does the
/// end of the Jupyter process that started it.
///
/// # Errors
/// A socket cannot be opened or the system gives no thread.
pub async fn serve<E>(
    connection: ConnectionInfo,
    info: KernelInfo,
    make_engine: impl FnOnce(Arc<dyn Publish>) -> Result<Box<dyn Engine>, E> + Send + 'static,
) -> Result<(), ServeError>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let signer = Signer::new(&connection.key);
    let author = Arc::new(Author::new(signer.clone()));
    let listeners = [
        bind(&connection, "heartbeat", connection.hb_port)?,
        bind(&connection, "shell", connection.shell_port)?,
        bind(&connection, "control", connection.control_port)?,
        bind(&connection, "stdin", connection.stdin_port)?,
        bind(&connection, "iopub", connection.iopub_port)?,
    ];
    let [heartbeat, shell, control, stdin, iopub] = listeners;

    beat(heartbeat).await?;
    let publisher = Publisher::start(iopub, greetings(&author)?, QUEUE_LIMIT)?;
    let (shell_outbox, shell_replies) = outbox();
    let (control_outbox, control_replies) = outbox();
    let (questioner, questions) = questioner();
    let stop = Arc::new(Notify::new());
    let outlet = Channels {
        shell: shell_outbox,
        control: control_outbox,
        stdin: questioner,
        publisher: publisher.clone(),
        stop: Arc::clone(&stop),
    };
    let session = Arc::new(Session::new(
        author,
        connection.clone(),
        info,
        Box::new(outlet),
    ));
    session.start_flushing()?;
    let steering = start_steering(&session)?;
    let ended = start_engine(&session, make_engine)?;

    let opener = Arc::new(Opener::new(signer));
    let inbox = shell_inbox(&session, &opener, steering.clone());
    open(shell, "shell", shell_replies, inbox).await?;
    let inbox = control_inbox(&opener, steering);
    open(control, "control", control_replies, inbox).await?;
    let losing = Arc::clone(&session);
    let lost = move |msg_id: &str| losing.question_lost(msg_id);
    open_stdin(stdin, questions, stdin_inbox(&session, &opener), lost).await?;

    wait_for_end(&session, &stop).await?;

    let closing = Arc::clone(&session);
    thread::Builder::new()
        .name("close".into())
        .spawn(move || closing.close())?;
    let _ = timeout(ENGINE_LIMIT, ended).await;
    let _ = tokio::join!(publisher.finish(LAST_WORDS_LIMIT), sleep(LAST_REPLY_TIME));
    unlink(&connection);
    Ok(())
}

/// Starts the thread that answers what must not wait for the engine.
fn start_steering(session: &Arc<Session>) -> io::Result<Sender<(Channel, Message)>> {
    let (steering, steered) = channel();
    let session = Arc::clone(session);
    thread::Builder::new()
        .name("control".into())
        .spawn(move || {
            for (channel, request) in steered {
                session.steer(channel, &request);
            }
        })?;
    Ok(steering)
}

fn shell_inbox(
    session: &Arc<Session>,
    opener: &Arc<Opener>,
    steering: Sender<(Channel, Message)>,
) -> impl FnMut(Vec<Bytes>) + Send + 'static {
    let (session, opener) = (Arc::clone(session), Arc::clone(opener));
    let mut refusals = Refusals::new("shell");
    move |frames| match refusals.open(&opener, frames) {
        Some(request) if request.header.msg_type == "shutdown_request" => {
            // It must not wait behind a running cell. The thread at the other
            // end lives as long as this sender.
            let _ = steering.send((Channel::Shell, request));
        }
        Some(request) => session.enqueue(request),
        None => {}
    }
}

fn control_inbox(
    opener: &Arc<Opener>,
    steering: Sender<(Channel, Message)>,
) -> impl FnMut(Vec<Bytes>) + Send + 'static {
    let opener = Arc::clone(opener);
    let mut refusals = Refusals::new("control");
    move |frames| {
        if let Some(request) = refusals.open(&opener, frames) {
            // The thread at the other end lives as long as this sender.
            let _ = steering.send((Channel::Control, request));
        }
    }
}

fn stdin_inbox(
    session: &Arc<Session>,
    opener: &Arc<Opener>,
) -> impl FnMut(Vec<Bytes>) + Send + 'static {
    let (session, opener) = (Arc::clone(session), Arc::clone(opener));
    let mut refusals = Refusals::new("stdin");
    move |frames| {
        if let Some(reply) = refusals.open(&opener, frames) {
            session.input_reply(&reply);
        }
    }
}

/// Logs refused messages, but not without end.
struct Refusals {
    socket: &'static str,
    count: u32,
}

impl Refusals {
    fn new(socket: &'static str) -> Self {
        Self { socket, count: 0 }
    }

    fn open(&mut self, opener: &Opener, frames: Vec<Bytes>) -> Option<Message> {
        match opener.open(frames) {
            Ok(message) => Some(message),
            Err(error) => {
                self.count = self.count.saturating_add(1);
                if self.count <= LOGGED_REFUSALS {
                    log(&format!("refused a message on {}: {error}", self.socket));
                }
                None
            }
        }
    }
}

fn greetings(author: &Arc<Author>) -> Result<Greetings, serde_json::Error> {
    let first = starting(author)?.frames;
    let author = Arc::clone(author);
    let welcome = move |topic: &str| welcome(&author, topic).ok().map(|message| message.frames);
    Ok(Greetings {
        welcome: Box::new(welcome),
        first: Some(first),
    })
}

/// The ways out of a session.
struct Channels {
    shell: Outbox,
    control: Outbox,
    stdin: Questioner,
    publisher: Publisher,
    stop: Arc<Notify>,
}

impl Outlet for Channels {
    fn publish(&self, frames: Vec<Bytes>) {
        self.publisher.publish(frames);
    }

    fn reply(&self, channel: Channel, frames: Vec<Bytes>) {
        match channel {
            Channel::Shell => self.shell.send(frames),
            Channel::Control => self.control.send(frames),
        }
    }

    fn ask(&self, question: Sealed) {
        self.stdin.ask(question);
    }

    fn stop(&self) {
        self.stop.notify_one();
    }
}

/// Makes the engine and lets it answer requests, on its own thread. The
/// receiver gets word when it has ended.
fn start_engine<E>(
    session: &Arc<Session>,
    make_engine: impl FnOnce(Arc<dyn Publish>) -> Result<Box<dyn Engine>, E> + Send + 'static,
) -> io::Result<oneshot::Receiver<()>>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let (ended, end) = oneshot::channel();
    let session = Arc::clone(session);
    let work = move || {
        let publish: Arc<dyn Publish> = Arc::clone(&session) as Arc<dyn Publish>;
        let engine = match guarded(|| make_engine(publish)) {
            Ok(Ok(engine)) => engine,
            Ok(Err(error)) => NoEngine::boxed(&error.into().to_string()),
            Err(failure) => NoEngine::boxed(&failure.evalue),
        };
        session.work(engine);
        let _ = ended.send(());
    };
    thread::Builder::new()
        .name("engine".into())
        .stack_size(ENGINE_STACK)
        .spawn(work)?;
    Ok(end)
}

/// Waits for a client, a signal or the end of the parent process.
async fn wait_for_end(session: &Arc<Session>, stop: &Notify) -> io::Result<()> {
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let parent = jupyter_parent();
    let orphaned = async {
        while parent.is_none_or(|parent| parent == std::os::unix::process::parent_id()) {
            sleep(PARENT_CHECK).await;
        }
    };
    tokio::pin!(orphaned);
    loop {
        tokio::select! {
            () = stop.notified() => return Ok(()),
            _ = terminated.recv() => return Ok(()),
            () = &mut orphaned => return Ok(()),
            _ = interrupted.recv() => {
                let session = Arc::clone(session);
                thread::Builder::new().name("interrupt".into()).spawn(move || session.interrupt())?;
            }
        }
    }
}

/// The Jupyter process that started the kernel, if it is our parent.
fn jupyter_parent() -> Option<u32> {
    let named: u32 = std::env::var("JPY_PARENT_PID").ok()?.parse().ok()?;
    (named == std::os::unix::process::parent_id()).then_some(named)
}

/// Stands in for an engine that could not start, and says why.
struct NoEngine {
    failure: Failure,
}

impl NoEngine {
    fn boxed(reason: &str) -> Box<dyn Engine> {
        log(&format!("the engine cannot start: {reason}"));
        let evalue = format!("cells cannot run: {reason}");
        let traceback = vec![format!("EngineNotStarted: {evalue}")];
        Box::new(Self {
            failure: Failure {
                ename: "EngineNotStarted".into(),
                evalue,
                traceback,
            },
        })
    }
}

impl Engine for NoEngine {
    fn execute(&mut self, _: &Cell) -> Outcome {
        Outcome::Failed(self.failure.clone())
    }

    fn evaluate(&mut self, _: &str) -> Result<Media, Failure> {
        Err(self.failure.clone())
    }

    fn complete(&mut self, _: &str, cursor: usize) -> Completions {
        Completions {
            suggestions: Vec::new(),
            start: cursor,
            end: cursor,
        }
    }

    fn inspect(&mut self, _: &str, _: usize, _: bool) -> Option<Media> {
        None
    }

    fn is_complete(&self, _: &str) -> Completeness {
        Completeness::Complete
    }

    fn interrupter(&self) -> Interrupter {
        Arc::new(|| {})
    }

    fn shutdown(&mut self) {}
}
