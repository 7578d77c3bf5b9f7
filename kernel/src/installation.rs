//! An installed Lightcone: one folder that holds all a kernel needs.
//!
//! ```text
//! PREFIX/bin/lightcone            the front and the command line
//! PREFIX/bin/lightcone-worker     the process that runs cells
//! PREFIX/lib/liblightcone.so      the stdlib, Polars included
//! PREFIX/lib/libstd-*.so          the language's own library
//! PREFIX/deps/                    metadata of the stdlib and the crates behind it
//! PREFIX/data/                    the tables
//! PREFIX/notebooks/               the course
//! PREFIX/cells/                   cells of the course, compiled
//! PREFIX/manifest.json            what it was built with
//! ```
//!
//! Nothing in it points back to the checkout, so that may move or go.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::engine::direct::{Cache, Configuration, DEFAULT_SIZE, Toolchain, WorkerProgram};

/// What an installation was built with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Changes with the program, the stdlib and the compiler.
    pub build: String,
    /// `rustc -vV` of the compiler that built the stdlib.
    pub compiler: String,
    /// That compiler.
    pub rustc: PathBuf,
    /// Crates that cells can name beside `lightcone`, with their file in `deps`.
    pub externs: Vec<(String, String)>,
    /// Version of the program.
    pub version: String,
}

/// What is wrong with an installation, and how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum InstallationError {
    /// The program is not in an installed folder.
    #[error(
        "`{0}` is not part of an installation: there is no manifest.json above it. Run `./install.sh` in the Lightcone checkout"
    )]
    NotInstalled(String),
    /// A file of the installation is missing or damaged.
    #[error(
        "the installation in `{folder}` is damaged ({what}). Run `./install.sh` in the Lightcone checkout to mend it"
    )]
    Damaged {
        /// The installation.
        folder: String,
        /// What is wrong.
        what: String,
    },
    /// The compiler is gone.
    #[error(
        "the Rust compiler `{0}` that this installation was built with is gone. Install that toolchain again with rustup, or run `./install.sh` to build for the one you have"
    )]
    NoCompiler(String),
    /// The compiler changed under the installation.
    #[error(
        "this installation was built with `{built}`, but `{path}` is now `{found}`. Cells compiled by one cannot use a library of the other: run `./install.sh` again"
    )]
    OtherCompiler {
        /// The compiler's path.
        path: String,
        /// First line of what it was.
        built: String,
        /// First line of what it is.
        found: String,
    },
}

/// An installed folder.
#[derive(Clone, Debug)]
pub struct Installation {
    /// The folder.
    pub folder: PathBuf,
    /// What it was built with.
    pub manifest: Manifest,
}

impl Installation {
    /// The installation that the running program belongs to.
    ///
    /// # Errors
    /// When the program stands outside one, or it is damaged.
    pub fn of_this_program() -> Result<Self, InstallationError> {
        let program = std::env::current_exe()
            .and_then(|path| path.canonicalize())
            .map_err(|error| InstallationError::NotInstalled(error.to_string()))?;
        let folder = program.parent().and_then(Path::parent).map(Path::to_owned);
        match folder {
            Some(folder) if folder.join("manifest.json").exists() => Self::open(&folder),
            _ => Err(InstallationError::NotInstalled(
                program.display().to_string(),
            )),
        }
    }

    /// Opens an installed folder.
    ///
    /// # Errors
    /// When something is missing from it.
    pub fn open(folder: &Path) -> Result<Self, InstallationError> {
        let damaged = |what: String| InstallationError::Damaged {
            folder: folder.display().to_string(),
            what,
        };
        let path = folder.join("manifest.json");
        let text = std::fs::read_to_string(&path)
            .map_err(|error| damaged(format!("manifest.json: {error}")))?;
        let manifest: Manifest = serde_json::from_str(&text)
            .map_err(|error| damaged(format!("manifest.json: {error}")))?;
        let installation = Self {
            folder: folder.to_owned(),
            manifest,
        };
        for needed in [
            installation.dylib(),
            installation.worker_program(),
            installation.dependencies(),
        ] {
            if !needed.exists() {
                return Err(damaged(format!("`{}` is missing", needed.display())));
            }
        }
        Ok(installation)
    }

    /// The stdlib.
    #[must_use]
    pub fn dylib(&self) -> PathBuf {
        self.folder.join("lib/liblightcone.so")
    }

    /// The program that runs cells.
    #[must_use]
    pub fn worker_program(&self) -> PathBuf {
        self.folder.join("bin/lightcone-worker")
    }

    /// The folder of crate metadata.
    #[must_use]
    pub fn dependencies(&self) -> PathBuf {
        self.folder.join("deps")
    }

    /// The folder of tables.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The folder that compiled cells are written to: `LIGHTCONE_CELLS`, or the
    /// installation's own if it can be written, or one in the user's cache.
    #[must_use]
    pub fn cache_folder(&self) -> PathBuf {
        if let Some(folder) = std::env::var_os("LIGHTCONE_CELLS") {
            return PathBuf::from(folder);
        }
        let own = self.shared_cells();
        let writable =
            std::fs::create_dir_all(&own).is_ok() && tempfile::NamedTempFile::new_in(&own).is_ok();
        if writable {
            return own;
        }
        let home = std::env::var_os("HOME")
            .map(PathBuf::from)
            .unwrap_or_else(std::env::temp_dir);
        let cache =
            std::env::var_os("XDG_CACHE_HOME").map_or_else(|| home.join(".cache"), PathBuf::from);
        cache.join("lightcone/cells")
    }

    /// Compiled cells that came with the installation.
    fn shared_cells(&self) -> PathBuf {
        self.folder.join("cells")
    }

    /// Checks that the compiler is the one that the stdlib was built with.
    ///
    /// # Errors
    /// When it is gone or another one.
    pub fn check_compiler(&self) -> Result<(), InstallationError> {
        let rustc = &self.manifest.rustc;
        let path = rustc.display().to_string();
        let found =
            compiler_version(rustc).ok_or_else(|| InstallationError::NoCompiler(path.clone()))?;
        if found != self.manifest.compiler {
            let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
            return Err(InstallationError::OtherCompiler {
                path,
                built: first(&self.manifest.compiler),
                found: first(&found),
            });
        }
        Ok(())
    }

    /// What an engine needs to run on this installation.
    #[must_use]
    pub fn configuration(&self, session: &Path) -> Configuration {
        let rustc = self.manifest.rustc.clone();
        let sysroot = rustc
            .parent()
            .and_then(Path::parent)
            .map(Path::to_owned)
            .unwrap_or_default();
        let target = sysroot
            .join("lib/rustlib")
            .join(host_of(&self.manifest.compiler));
        let linker = target.join("bin/rust-lld");
        let libraries = system_library_folders();
        let usable = linker.exists() && !libraries.is_empty();
        Configuration {
            toolchain: Toolchain {
                rustc,
                linker: usable.then_some(linker),
                library_folders: libraries,
                dylib: self.dependencies().join("liblightcone.so"),
                dependencies: self.dependencies(),
                externs: self
                    .manifest
                    .externs
                    .iter()
                    .map(|(name, file)| (name.clone(), self.dependencies().join(file)))
                    .collect(),
                build: self.manifest.build.clone(),
            },
            worker: WorkerProgram {
                program: self.worker_program(),
                data: self.data(),
            },
            cache: Cache::new(&self.cache_folder(), DEFAULT_SIZE).with_shared(&self.shared_cells()),
            folder: session.to_owned(),
        }
    }
}

/// `rustc -vV`, or nothing if it does not run.
#[must_use]
pub fn compiler_version(rustc: &Path) -> Option<String> {
    let output = Command::new(rustc).arg("-vV").output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The host triple in the output of `rustc -vV`.
#[must_use]
pub fn host_of(version: &str) -> &str {
    version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap_or_default()
}

/// Folders in which the linker finds `libc.so` and `libgcc_s.so`; empty if they
/// are not where they usually are, and the C compiler has to link.
fn system_library_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    let architecture = std::env::consts::ARCH;
    let usual = [
        format!("/usr/lib/{architecture}-linux-gnu"),
        format!("/lib/{architecture}-linux-gnu"),
        "/usr/lib64".to_owned(),
        "/lib64".to_owned(),
        "/usr/lib".to_owned(),
    ];
    folders.extend(
        usual
            .iter()
            .map(PathBuf::from)
            .filter(|folder| folder.join("libc.so").exists()),
    );
    let compilers = [
        format!("/usr/lib/gcc/{architecture}-linux-gnu"),
        format!("/usr/lib/gcc/{architecture}-redhat-linux"),
        format!("/usr/lib/gcc/{architecture}-pc-linux-gnu"),
    ];
    for versions in compilers
        .iter()
        .map(Path::new)
        .filter_map(|folder| std::fs::read_dir(folder).ok())
    {
        folders.extend(
            versions
                .flatten()
                .map(|entry| entry.path())
                .filter(|folder| folder.join("libgcc_s.so").exists()),
        );
    }
    let found = |file: &str| folders.iter().any(|folder| folder.join(file).exists());
    if found("libc.so") && found("libgcc_s.so") {
        folders
    } else {
        Vec::new()
    }
}
