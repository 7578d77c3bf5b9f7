//! The worker process.
//!
//! One thread reads the control socket and never runs user code, so that an
//! interrupt is always heard; another runs the cells, one after the other.

use std::ffi::{CStr, CString};
use std::os::fd::FromRawFd;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{self, Sender};

use lightcone_wire::{CONTROL_FD_VARIABLE, CellId, Ending, FromWorker, ToWorker};

use super::{cell, channel, comm, interrupt};

/// Cells may recurse deeper than the usual 8 MiB of stack allow; pages are only
/// used when touched.
const CELL_STACK_BYTES: usize = 256 << 20;

/// The entry point of a compiled cell.
type Entry = fn(&mut cell::Context, CellId);

/// Ends the process at once; user threads get no chance to delay it.
pub(super) fn exit(code: i32) -> ! {
    // SAFETY: `_exit` is always safe to call and does not return.
    unsafe { libc::_exit(code) }
}

/// What the thread of the cells does.
enum Work {
    /// What the front asks for.
    Asked(Box<ToWorker>),
    /// Callbacks of widgets that may run on this thread only.
    Callbacks,
}

/// Runs the worker until the front says goodbye or is gone.
///
/// # Panics
/// When it was not started by a kernel front (no control socket).
pub fn run(build: &str) -> ! {
    let socket = control_socket().unwrap_or_else(|why| {
        eprintln!("lightcone-worker is started by `lightcone kernel`, not by hand: {why}");
        exit(2)
    });
    let reader = socket.try_clone().unwrap_or_else(|error| {
        eprintln!("lightcone-worker: the control socket cannot be shared: {error}");
        exit(2)
    });
    cell::install_panic_hook();
    crate::figure::register_fonts();
    channel::open(socket);
    let (work, queue) = mpsc::channel();
    let callbacks = work.clone();
    crate::widgets::connect(move || {
        let _ = callbacks.send(Work::Callbacks);
    });
    let cells = std::thread::Builder::new()
        .name("cell".into())
        .stack_size(CELL_STACK_BYTES)
        .spawn(move || {
            interrupt::mark_cell_thread();
            let _async_context = cell::runtime().enter();
            while let Ok(work) = queue.recv() {
                match work {
                    Work::Asked(message) => handle(*message),
                    Work::Callbacks => crate::widgets::run_queued(),
                }
            }
        });
    if let Err(error) = cells {
        eprintln!("lightcone-worker: the cell thread did not start: {error}");
        exit(2);
    }
    channel::send(&FromWorker::Ready {
        build: build.to_owned(),
    });
    listen(&reader, &work);
    exit(0)
}

fn control_socket() -> Result<UnixStream, String> {
    let number = std::env::var(CONTROL_FD_VARIABLE)
        .map_err(|_| format!("{CONTROL_FD_VARIABLE} is not set"))?;
    let fd: i32 = number
        .parse()
        .map_err(|_| format!("{CONTROL_FD_VARIABLE} is `{number}`, which is no file descriptor"))?;
    // SAFETY: fcntl on any number is safe; it fails if the descriptor is not open.
    let open = unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) } == 0;
    if fd < 3 || !open {
        return Err(format!("file descriptor {fd} is not open"));
    }
    // SAFETY: the front opened the descriptor for this process alone, and nothing
    // else here owns it.
    Ok(unsafe { UnixStream::from_raw_fd(fd) })
}

fn listen(socket: &UnixStream, work: &Sender<Work>) {
    while let Ok(Some(message)) = lightcone_wire::receive::<ToWorker>(socket) {
        match message {
            ToWorker::Interrupt { cell } => {
                interrupt::request(cell);
                channel::wake();
                cell::wake_future();
            }
            ToWorker::Input { value } => channel::answer_input(value),
            ToWorker::Synced => channel::synced(),
            ToWorker::Comm { cell, comm } => comm::receive(cell, comm),
            ToWorker::Shutdown => return,
            message => {
                if work.send(Work::Asked(Box::new(message))).is_err() {
                    return;
                }
            }
        }
    }
}

fn handle(message: ToWorker) {
    match message {
        ToWorker::Run {
            cell: id,
            library,
            global,
            allow_stdin,
            unbuffered,
        } => {
            channel::begin(id, allow_stdin, unbuffered);
            interrupt::begin(id);
            let ending = match load(&library, global) {
                Ok(entry) => {
                    let mut context = cell::Context::default();
                    entry(&mut context, id);
                    context.ending()
                }
                Err(message) => Ending::NotLoaded { message },
            };
            interrupt::end();
            channel::send(&FromWorker::Done {
                cell: id,
                ending,
                variables: cell::variable_names(),
            });
        }
        ToWorker::Forget { names } => cell::forget(&names),
        ToWorker::Describe { names } => {
            channel::send(&FromWorker::Variables {
                variables: cell::summaries(&names),
            });
        }
        _ => {}
    }
}

/// Loads a cell. It stays loaded for the session: its code and statics may be
/// referred to by any value that it made.
fn load(path: &str, global: bool) -> Result<Entry, String> {
    let path = CString::new(path).map_err(|_| format!("the path {path:?} has a NUL byte"))?;
    let scope = if global {
        libc::RTLD_GLOBAL
    } else {
        libc::RTLD_LOCAL
    };
    // SAFETY: the file was compiled by the engine against this very dylib and
    // digest-checked; it has no constructors beside the language's own.
    let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW | scope) };
    if handle.is_null() {
        return Err(last_loader_error());
    }
    // SAFETY: the handle is open, the name is a C string.
    let symbol = unsafe { libc::dlsym(handle, c"lightcone_cell".as_ptr()) };
    if symbol.is_null() {
        return Err(last_loader_error());
    }
    // SAFETY: the engine generates `lightcone_cell` with exactly this signature
    // and the same compiler, so the Rust ABI agrees.
    Ok(unsafe { std::mem::transmute::<*mut libc::c_void, Entry>(symbol) })
}

fn last_loader_error() -> String {
    // SAFETY: dlerror returns null or a C string valid until the next call in
    // this thread.
    let message = unsafe { libc::dlerror() };
    if message.is_null() {
        return "the loader gave no reason".to_owned();
    }
    // SAFETY: checked for null above.
    unsafe { CStr::from_ptr(message) }
        .to_string_lossy()
        .into_owned()
}
