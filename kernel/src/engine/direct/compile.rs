//! Runs `rustc` on generated source.
//!
//! The arguments never change during a session, so the next `rustc` is started
//! before it is needed: it loads its libraries and waits for source on its
//! standard input, which takes that time out of the learner's way.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;

/// Where the compiler and the stdlib build are.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// The compiler itself, not rustup's proxy.
    pub rustc: PathBuf,
    /// The linker that comes with it; `None` to let `rustc` find `cc`.
    pub linker: Option<PathBuf>,
    /// Folders in which that linker finds the system's libraries.
    pub library_folders: Vec<PathBuf>,
    /// The stdlib's metadata, in the form of a `liblightcone.so`.
    pub dylib: PathBuf,
    /// The folder with the metadata of all that the dylib was built from.
    pub dependencies: PathBuf,
    /// Crates that a cell can name beside `lightcone`, with their files there.
    pub externs: Vec<(String, PathBuf)>,
    /// What the build of the stdlib and the compiler are known by.
    pub build: String,
}

/// Why the compiler could not be run.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The compiler did not start.
    #[error(
        "the Rust compiler `{path}` did not start: {source}; `lightcone doctor` tells what is missing"
    )]
    NotStarted {
        /// The program that was tried.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The session's folder for compiled cells cannot be used.
    #[error("the folder for compiled cells cannot be written: {0}; is the disk full?")]
    Folder(#[source] std::io::Error),
    /// Talking to the compiler failed.
    #[error("the Rust compiler broke off: {0}")]
    Broken(#[source] std::io::Error),
    /// The reader interrupted.
    #[error("the compilation was interrupted")]
    Interrupted,
}

/// What the compiler made of a source.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// The shared object, if there were no errors.
    pub(crate) library: Option<PathBuf>,
    /// The text of the MIR, if there were no errors.
    pub(crate) mir: String,
    /// What it had to say.
    pub(crate) messages: Vec<Message>,
    /// What it said that is no message (the linker's words, a crash).
    pub(crate) noise: String,
}

/// One message of the compiler, in its JSON form.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
pub(crate) struct Message {
    /// The sentence.
    pub(crate) message: String,
    /// `E0382`, the name of a lint, or nothing.
    pub(crate) code: Option<Code>,
    /// `error`, `warning`, `note`, `help`, ...
    pub(crate) level: String,
    /// Places it speaks of.
    pub(crate) spans: Vec<Span>,
    /// Notes and helps.
    pub(crate) children: Vec<Message>,
}

/// The code of a message.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
pub(crate) struct Code {
    /// `E0382` or the like.
    pub(crate) code: String,
}

/// A place in the generated source.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
pub(crate) struct Span {
    /// The file: ours, or one of a library.
    pub(crate) file_name: String,
    /// First byte.
    pub(crate) byte_start: usize,
    /// One past the last byte.
    pub(crate) byte_end: usize,
    /// The place that the message is about.
    pub(crate) is_primary: bool,
    /// What is said at the place.
    pub(crate) label: Option<String>,
    /// What could stand there instead.
    pub(crate) suggested_replacement: Option<String>,
    /// How sure the compiler is of that.
    pub(crate) suggestion_applicability: Option<String>,
    /// The macro call that the place was expanded from.
    pub(crate) expansion: Option<Box<Expansion>>,
}

/// Where expanded code came from.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
pub(crate) struct Expansion {
    /// The call.
    pub(crate) span: Span,
}

struct Waiting {
    child: Child,
    library: PathBuf,
    mir: PathBuf,
    opt_level: u8,
}

/// Starts compilers and talks to them.
pub(crate) struct Compiler {
    toolchain: Toolchain,
    folder: PathBuf,
    next: u64,
    waiting: Option<Waiting>,
    /// How many times a source was given to a compiler.
    pub(crate) calls: u64,
    /// The process that compiles now, for interrupts.
    running: Arc<Mutex<Option<u32>>>,
}

impl Compiler {
    pub(crate) fn new(
        toolchain: Toolchain,
        folder: &Path,
        running: Arc<Mutex<Option<u32>>>,
    ) -> Self {
        Self {
            toolchain,
            folder: folder.to_owned(),
            next: 0,
            waiting: None,
            calls: 0,
            running,
        }
    }

    /// Starts the next compiler, to wait for its source.
    pub(crate) fn prepare(&mut self, opt_level: u8) {
        if self
            .waiting
            .as_ref()
            .is_some_and(|waiting| waiting.opt_level == opt_level)
        {
            return;
        }
        self.discard();
        self.waiting = self.start(opt_level).ok();
    }

    /// Ends a waiting compiler.
    pub(crate) fn discard(&mut self) {
        if let Some(mut waiting) = self.waiting.take() {
            let _ = waiting.child.kill();
            let _ = waiting.child.wait();
        }
    }

    fn start(&mut self, opt_level: u8) -> Result<Waiting, CompileError> {
        self.next += 1;
        let library = self.folder.join(format!("cell{}.so", self.next));
        let mir = self.folder.join(format!("cell{}.mir", self.next));
        let toolchain = &self.toolchain;
        let mut command = Command::new(&toolchain.rustc);
        command.args(self.arguments(opt_level, &library, &mir));
        command
            .current_dir(&self.folder)
            .env_remove("RUSTFLAGS")
            .env("TMPDIR", &self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let child = command.spawn().map_err(|source| CompileError::NotStarted {
            path: toolchain.rustc.display().to_string(),
            source,
        })?;
        Ok(Waiting {
            child,
            library,
            mir,
            opt_level,
        })
    }

    /// Compiles a source.
    pub(crate) fn compile(
        &mut self,
        source: &str,
        opt_level: u8,
    ) -> Result<Compiled, CompileError> {
        std::fs::create_dir_all(&self.folder).map_err(CompileError::Folder)?;
        let ready = self
            .waiting
            .take()
            .filter(|waiting| waiting.opt_level == opt_level);
        let mut waiting = match ready {
            Some(waiting) => waiting,
            None => self.start(opt_level)?,
        };
        self.calls += 1;
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(waiting.child.id());
        let result = Self::feed(&mut waiting.child, source);
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let status = waiting.child.wait().map_err(CompileError::Broken)?;
        let errors = result?;
        if std::os::unix::process::ExitStatusExt::signal(&status) == Some(libc::SIGKILL) {
            return Err(CompileError::Interrupted);
        }
        self.keep_source(source, opt_level);
        let mut messages = Vec::new();
        let mut noise = String::new();
        for line in errors.lines() {
            match serde_json::from_str::<Message>(line) {
                Ok(message) => messages.push(message),
                Err(_) => {
                    noise.push_str(line);
                    noise.push('\n');
                }
            }
        }
        let mir = std::fs::read_to_string(&waiting.mir).unwrap_or_default();
        let _ = std::fs::remove_file(&waiting.mir);
        let library = (status.success() && waiting.library.exists()).then_some(waiting.library);
        Ok(Compiled {
            library,
            mir,
            messages,
            noise,
        })
    }

    /// Writes a source and its command line where `LIGHTCONE_KEEP_SOURCE` says, for
    /// benchmarks against the bare compiler and for looking under the hood.
    fn keep_source(&self, source: &str, opt_level: u8) {
        let Some(folder) = std::env::var_os("LIGHTCONE_KEEP_SOURCE").map(PathBuf::from) else {
            return;
        };
        let arguments: Vec<String> = std::iter::once(self.toolchain.rustc.display().to_string())
            .chain(self.arguments(opt_level, &folder.join("bare.so"), &folder.join("bare.mir")))
            .collect();
        let _ = std::fs::write(folder.join(format!("{}.rs", self.calls)), source);
        let text = serde_json::to_string(&arguments).unwrap_or_default();
        let _ = std::fs::write(folder.join(format!("{}.args", self.calls)), text);
    }

    fn arguments(&self, opt_level: u8, library: &Path, mir: &Path) -> Vec<String> {
        let toolchain = &self.toolchain;
        let mut arguments: Vec<String> = [
            "-",
            "--crate-name=cell",
            "--crate-type=cdylib",
            "--edition=2024",
            "--error-format=json",
            "-Cprefer-dynamic",
            "-Cmetadata=lightcone",
            "-Ccodegen-units=1",
            "-Cdebuginfo=0",
            "-Cstrip=symbols",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(format!("-Copt-level={opt_level}"));
        arguments.push(format!(
            "--emit=link={},mir={}",
            library.display(),
            mir.display()
        ));
        arguments.push(format!("--extern=lightcone={}", toolchain.dylib.display()));
        arguments.push(format!("-Ldependency={}", toolchain.dependencies.display()));
        for (name, file) in &toolchain.externs {
            arguments.push(format!("--extern={name}={}", file.display()));
        }
        if let Some(linker) = &toolchain.linker {
            arguments.push(format!("-Clinker={}", linker.display()));
            arguments.push("-Clinker-flavor=ld.lld".to_owned());
            // A cell is too small for the linker's threads to pay.
            arguments.push("-Clink-arg=--threads=1".to_owned());
            for folder in &toolchain.library_folders {
                arguments.push(format!("-Lnative={}", folder.display()));
            }
        }
        arguments
    }

    fn feed(child: &mut Child, source: &str) -> Result<String, CompileError> {
        if let Some(mut stdin) = child.stdin.take() {
            // A compiler that was killed has closed its end; its status tells.
            let _ = stdin.write_all(source.as_bytes());
        }
        let mut errors = Vec::new();
        if let Some(mut stderr) = child.stderr.take() {
            stderr
                .read_to_end(&mut errors)
                .map_err(CompileError::Broken)?;
        }
        Ok(String::from_utf8_lossy(&errors).into_owned())
    }
}

impl Drop for Compiler {
    fn drop(&mut self) {
        self.discard();
    }
}
