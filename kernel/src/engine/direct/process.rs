//! The worker process as the engine sees it.
//!
//! One thread waits on the control socket and on the worker's raw stdout and
//! stderr at once. Before it handles a control message it reads the two pipes
//! out, so that raw output is published before what came after it.

use std::io::{self, Read};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lightcone_wire::{
    CONTROL_FD_VARIABLE, CellId, Comm, DATA_DIRECTORY_VARIABLE, Ending, FromWorker, Output, Stream,
    ToWorker, VariableSummary,
};

use crate::engine::Publish;

/// The number of the control socket in the worker.
const CONTROL_FD: i32 = 3;

/// How to start workers.
#[derive(Clone, Debug)]
pub struct WorkerProgram {
    /// `lightcone-worker`.
    pub program: PathBuf,
    /// The installed tables.
    pub data: PathBuf,
}

/// What the worker told the engine.
#[derive(Debug)]
pub(crate) enum Event {
    /// It is up.
    Ready,
    /// A cell ended.
    Done {
        /// Which.
        cell: CellId,
        /// How.
        ending: Ending,
        /// All variables now in the store.
        variables: Vec<String>,
    },
    /// The answer to a `Describe`.
    Variables(Vec<VariableSummary>),
    /// The process ended.
    Died {
        /// How it exited.
        status: Option<ExitStatus>,
        /// The language's runtime said that the stack overflowed.
        overflowed: bool,
    },
}

/// A running worker.
pub(crate) struct Worker {
    control: Arc<Mutex<UnixStream>>,
    events: Receiver<Event>,
    process: u32,
}

impl Worker {
    /// Starts a worker; its outputs go to `publish`.
    pub(crate) fn start(
        program: &WorkerProgram,
        publish: Arc<dyn Publish>,
        current: Arc<AtomicU64>,
    ) -> io::Result<Self> {
        let (ours, theirs) = UnixStream::pair()?;
        let mut command = Command::new(&program.program);
        command
            .env(CONTROL_FD_VARIABLE, CONTROL_FD.to_string())
            .env(DATA_DIRECTORY_VARIABLE, &program.data)
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let fd = theirs.as_raw_fd();
        // SAFETY: only async-signal-safe calls are made between fork and exec:
        // dup2 and fcntl on a descriptor that `theirs` keeps open until after spawn.
        unsafe {
            command.pre_exec(move || {
                let result = if fd == CONTROL_FD {
                    libc::fcntl(fd, libc::F_SETFD, 0)
                } else {
                    libc::dup2(fd, CONTROL_FD)
                };
                // A group of its own: Ctrl-C in a console is the kernel's to handle.
                libc::setpgid(0, 0);
                if result < 0 {
                    Err(io::Error::last_os_error())
                } else {
                    Ok(())
                }
            });
        }
        let mut child = command.spawn()?;
        drop(theirs);
        let process = child.id();
        let control = Arc::new(Mutex::new(ours.try_clone()?));
        let (sender, events) = mpsc::channel();
        let stdout = child.stdout.take().map(OwnedFd::from);
        let stderr = child.stderr.take().map(OwnedFd::from);
        let reader = Reader {
            control: ours,
            raw: [
                Raw::new(stdout, Stream::Stdout),
                Raw::new(stderr, Stream::Stderr),
            ],
            answers: Arc::clone(&control),
            publish,
            current,
            sender,
            overflowed: false,
        };
        std::thread::Builder::new()
            .name("worker-reader".into())
            .spawn(move || reader.run(child))?;
        Ok(Self {
            control,
            events,
            process,
        })
    }

    /// Sends a message; a worker that is gone tells through its events.
    pub(crate) fn send(&self, message: &ToWorker) {
        let _ = send(&self.control, message);
    }

    /// The next event, waiting for it.
    pub(crate) fn next(&self) -> Event {
        self.events.recv().unwrap_or(Event::Died {
            status: None,
            overflowed: false,
        })
    }

    /// The next event within a time.
    pub(crate) fn next_within(&self, time: Duration) -> Option<Event> {
        match self.events.recv_timeout(time) {
            Ok(event) => Some(event),
            Err(mpsc::RecvTimeoutError::Timeout) => None,
            Err(mpsc::RecvTimeoutError::Disconnected) => Some(Event::Died {
                status: None,
                overflowed: false,
            }),
        }
    }

    /// A handle for other threads.
    pub(crate) fn handle(&self) -> WorkerHandle {
        WorkerHandle {
            control: Arc::clone(&self.control),
            process: self.process,
        }
    }
}

/// Reaches a worker from any thread.
#[derive(Clone)]
pub(crate) struct WorkerHandle {
    control: Arc<Mutex<UnixStream>>,
    process: u32,
}

impl WorkerHandle {
    /// Asks a cell to stop, or not to begin.
    pub(crate) fn interrupt(&self, cell: CellId) {
        let _ = send(&self.control, &ToWorker::Interrupt { cell });
    }

    /// Takes a comm message to the worker; false if it is gone.
    pub(crate) fn comm(&self, cell: CellId, comm: Comm) -> bool {
        send(&self.control, &ToWorker::Comm { cell, comm }).is_ok()
    }

    /// Ends the process and all that it started.
    pub(crate) fn kill(&self) {
        if let Ok(process) = i32::try_from(self.process) {
            // SAFETY: kill takes plain numbers; the worker leads a group of its own.
            unsafe {
                libc::kill(-process, libc::SIGKILL);
                libc::kill(process, libc::SIGKILL);
            }
        }
    }
}

fn send(control: &Mutex<UnixStream>, message: &ToWorker) -> io::Result<()> {
    let control = control.lock().unwrap_or_else(PoisonError::into_inner);
    lightcone_wire::send(&*control, message)
}

/// One of the worker's own streams.
struct Raw {
    pipe: Option<std::fs::File>,
    stream: Stream,
    /// Bytes of a character that is not complete yet.
    rest: Vec<u8>,
}

impl Raw {
    fn new(pipe: Option<OwnedFd>, stream: Stream) -> Self {
        if let Some(pipe) = &pipe {
            // SAFETY: fcntl with F_SETFL on an open descriptor changes its flags only.
            unsafe { libc::fcntl(pipe.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) };
        }
        Self {
            pipe: pipe.map(std::fs::File::from),
            stream,
            rest: Vec::new(),
        }
    }

    /// Reads what is there, at most a good piece at a time.
    fn read(&mut self) -> Option<String> {
        let pipe = self.pipe.as_mut()?;
        let mut chunk = vec![0; 64 * 1024];
        match pipe.read(&mut chunk) {
            Ok(0) => {
                self.pipe = None;
                None
            }
            Ok(count) => {
                self.rest.extend_from_slice(&chunk[..count]);
                Some(self.take_text(false))
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => None,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Some(String::new()),
            Err(_) => {
                self.pipe = None;
                None
            }
        }
    }

    /// Text of the bytes so far; a character cut in two waits, unless `all`.
    fn take_text(&mut self, all: bool) -> String {
        let keep = if all {
            0
        } else {
            match std::str::from_utf8(&self.rest) {
                Err(error) if error.error_len().is_none() => self.rest.len() - error.valid_up_to(),
                _ => 0,
            }
        };
        let rest = self.rest.split_off(self.rest.len() - keep);

        String::from_utf8_lossy(&std::mem::replace(&mut self.rest, rest)).into_owned()
    }
}

struct Reader {
    control: UnixStream,
    raw: [Raw; 2],
    answers: Arc<Mutex<UnixStream>>,
    publish: Arc<dyn Publish>,
    current: Arc<AtomicU64>,
    sender: Sender<Event>,
    overflowed: bool,
}

impl Reader {
    fn run(mut self, mut child: Child) {
        loop {
            let mut wanted = [
                poll_for(Some(self.control.as_raw_fd())),
                poll_for(self.raw[0].pipe.as_ref().map(AsRawFd::as_raw_fd)),
                poll_for(self.raw[1].pipe.as_ref().map(AsRawFd::as_raw_fd)),
            ];
            // SAFETY: the array of three pollfd lives through the call.
            let ready = unsafe { libc::poll(wanted.as_mut_ptr(), 3, -1) };
            if ready < 0 && io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
                break;
            }
            for index in 0..2 {
                if wanted[index + 1].revents != 0 {
                    self.publish_raw(index);
                }
            }
            if wanted[0].revents != 0 {
                self.drain();
                match lightcone_wire::receive::<FromWorker>(&self.control) {
                    Ok(Some(message)) => self.handle(message),
                    Ok(None) | Err(_) => break,
                }
            }
        }
        self.drain();
        for index in 0..2 {
            let text = self.raw[index].take_text(true);
            self.publish_text(index, text);
        }
        self.publish.comms_lost();
        let _ = self.sender.send(Event::Died {
            status: child.wait().ok(),
            overflowed: self.overflowed,
        });
    }

    fn drain(&mut self) {
        for index in 0..2 {
            while self.publish_raw(index) {}
        }
    }

    fn publish_raw(&mut self, index: usize) -> bool {
        match self.raw[index].read() {
            Some(text) => {
                self.publish_text(index, text);
                true
            }
            None => false,
        }
    }

    fn publish_text(&mut self, index: usize, text: String) {
        self.overflowed |= text.contains("has overflowed its stack");
        if !text.is_empty() {
            let cell = self.current.load(Ordering::Relaxed);
            self.publish.output(
                cell,
                Output::Stream {
                    stream: self.raw[index].stream,
                    text,
                },
            );
        }
    }

    fn handle(&mut self, message: FromWorker) {
        match message {
            FromWorker::Ready { .. } => {
                let _ = self.sender.send(Event::Ready);
            }
            FromWorker::Output { cell, output } => self.publish.output(cell, output),
            FromWorker::Sync => {
                let _ = send(&self.answers, &ToWorker::Synced);
            }
            FromWorker::Input {
                cell,
                prompt,
                password,
            } => {
                let publish = Arc::clone(&self.publish);
                let answers = Arc::clone(&self.answers);
                // The reader may take minutes, and output goes on meanwhile.
                let asking = std::thread::Builder::new()
                    .name("input".into())
                    .spawn(move || {
                        let value = publish.input(cell, &prompt, password);
                        let _ = send(&answers, &ToWorker::Input { value });
                    });
                if asking.is_err() {
                    let _ = send(&self.answers, &ToWorker::Input { value: None });
                }
            }
            FromWorker::Done {
                cell,
                ending,
                variables,
            } => {
                for index in 0..2 {
                    let text = self.raw[index].take_text(true);
                    self.publish_text(index, text);
                }
                let _ = self.sender.send(Event::Done {
                    cell,
                    ending,
                    variables,
                });
            }
            FromWorker::CommDone { cell } => self.publish.comm_done(cell),
            FromWorker::Variables { variables } => {
                let _ = self.sender.send(Event::Variables(variables));
            }
        }
    }
}

fn poll_for(fd: Option<i32>) -> libc::pollfd {
    libc::pollfd {
        fd: fd.unwrap_or(-1),
        events: libc::POLLIN,
        revents: 0,
    }
}

/// What a reader should know of a worker's end.
pub(crate) fn how_it_died(status: Option<ExitStatus>, overflowed: bool) -> String {
    if overflowed {
        return "the cell's stack overflowed, most likely in a recursion without an end".to_owned();
    }
    match status {
        Some(status) => match (status.signal(), status.code()) {
            (Some(libc::SIGSEGV), _) => {
                "the cell's process was stopped by a memory fault (SIGSEGV): a stack overflow from endless recursion, or `unsafe` code".to_owned()
            }
            (Some(libc::SIGABRT), _) => {
                "the cell's process aborted (SIGABRT): a panic inside a panic, a stack overflow, or a call to `abort`".to_owned()
            }
            (Some(libc::SIGKILL), _) => {
                "the cell's process was killed (SIGKILL): by an interrupt that it did not heed, or because memory ran out".to_owned()
            }
            (Some(signal), _) => format!("the cell's process was stopped by signal {signal}"),
            (None, Some(code)) => format!("the cell ended its process with `exit({code})`"),
            (None, None) => "the cell's process ended".to_owned(),
        },
        None => "the cell's process ended".to_owned(),
    }
}
