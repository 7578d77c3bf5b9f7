//! The command line: running as a kernel, installing, warming, checking.

mod pages;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use clap::{Args, Parser, Subcommand};
use lightcone_wire::{CellId, Media, Output};
use serde_json::json;

use crate::coverage::Coverage;
use crate::engine::direct::Direct;
use crate::engine::{Cell, Engine, Outcome, Publish};
use crate::installation::{Installation, compiler_version};
use crate::protocol::info::{HelpLink, KernelInfo};
use crate::{assemble, notebook, server};

/// Jupyter kernel for learning and analysing distributed systems in Rust.
#[derive(Debug, Parser)]
#[command(name = "lightcone", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve one notebook; Jupyter calls this.
    Kernel {
        /// The connection file that Jupyter wrote.
        connection_file: PathBuf,
    },
    /// Tell Jupyter about this installation.
    Install(Place),
    /// Take this installation's kernel away from Jupyter.
    Uninstall(Place),
    /// Say what is missing and how to mend it.
    Doctor {
        /// The `jupyter` whose widgets are looked at.
        #[arg(long, value_name = "PROGRAM", default_value = "jupyter")]
        jupyter: PathBuf,
    },
    /// Compile the cells of notebooks into the cell cache without running them.
    Warm {
        /// Notebooks, or Rust files with `// %%` between cells.
        #[arg(required = true)]
        notebooks: Vec<PathBuf>,
    },
    /// Run notebooks from top to bottom and say how long each cell took.
    Check {
        /// Notebooks, or Rust files with `// %%` between cells.
        #[arg(required = true)]
        notebooks: Vec<PathBuf>,
        /// Show what the cells put out.
        #[arg(long)]
        outputs: bool,
    },
    /// Look after the tables that the library brings along.
    Data {
        #[command(subcommand)]
        command: DataCommand,
    },
    /// Write calculators as pages that work in any browser, without a network.
    Calc {
        #[command(subcommand)]
        command: CalcCommand,
    },
    /// Write the reference of formulas, calculators and cost models as HTML pages.
    Reference {
        /// The folder to write into; it is made when it is not there.
        path: PathBuf,
    },
    /// Say what of the course's plan exists, and how much is about which topic.
    Coverage {
        /// As JSON.
        #[arg(long)]
        json: bool,
        /// Only this episode, with the name of each item that is missing.
        #[arg(long, value_name = "N")]
        episode: Option<u8>,
        /// The folder with the notebooks of the episodes; `notebooks` if that is here.
        #[arg(long, value_name = "DIR")]
        notebooks: Option<PathBuf>,
    },
    /// Put an installation together from a finished build (`install.sh` does).
    #[command(hide = true)]
    Assemble {
        /// What `cargo build --message-format=json` printed.
        #[arg(long)]
        messages: PathBuf,
        /// The checkout.
        #[arg(long)]
        checkout: PathBuf,
        /// The folder to install into.
        #[arg(long)]
        target: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum CalcCommand {
    /// Write one HTML file with one formula, calculator or cost model, or with all.
    #[command(allow_missing_positional = true)]
    Export {
        /// An id such as `C002`, or the name of a function.
        #[arg(conflicts_with = "all")]
        name: Option<String>,
        /// Everything on one page, with a search.
        #[arg(long)]
        all: bool,
        /// The file to write, or a folder.
        path: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum DataCommand {
    /// Check every row of the tables in a folder of sources by the rules of its schema.
    Check {
        /// The folder with `tables.csv` and one folder a table.
        #[arg(default_value = "datasets")]
        folder: PathBuf,
    },
}

#[derive(Debug, Args)]
#[group(multiple = false)]
struct Place {
    /// For the current user (the default).
    #[arg(long)]
    user: bool,
    /// For the Python environment in use.
    #[arg(long)]
    sys_prefix: bool,
    /// Under this folder (`DIR/share/jupyter`).
    #[arg(long, value_name = "DIR")]
    prefix: Option<PathBuf>,
}

/// Runs the program.
#[must_use]
pub fn run() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Kernel { connection_file } => kernel(&connection_file),
        Command::Install(place) => install(&place),
        Command::Uninstall(place) => uninstall(&place),
        Command::Doctor { jupyter } => doctor(&jupyter),
        Command::Warm { notebooks } => warm(&notebooks),
        Command::Check { notebooks, outputs } => check(&notebooks, outputs),
        Command::Data {
            command: DataCommand::Check { folder },
        } => check_tables(&folder),
        Command::Calc {
            command: CalcCommand::Export { name, all, path },
        } => pages::export(name.as_deref(), all, &path)
            .map(|path| println!("wrote {}", path.display())),
        Command::Reference { path } => pages::reference(&path)
            .map(|count| println!("wrote {count} pages into {}", path.display())),
        Command::Coverage {
            json,
            episode,
            notebooks,
        } => coverage(json, episode, notebooks),
        Command::Assemble {
            messages,
            checkout,
            target,
        } => std::fs::read_to_string(&messages)
            .map_err(|error| format!("`{}`: {error}", messages.display()))
            .and_then(|messages| {
                assemble::assemble(&messages, &checkout, &target)
                    .map(|_| ())
                    .map_err(|error| error.to_string())
            }),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("lightcone: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// A folder of this process for compiled cells.
fn session_folder() -> PathBuf {
    std::env::temp_dir().join(format!(
        "lightcone-session-{}-{}",
        std::process::id(),
        uuid::Uuid::new_v4().simple()
    ))
}

fn engine(publish: Arc<dyn Publish>) -> Result<Direct, String> {
    let installation = Installation::of_this_program().map_err(|error| error.to_string())?;
    installation
        .check_compiler()
        .map_err(|error| error.to_string())?;
    Direct::new(installation.configuration(&session_folder()), publish)
        .map_err(|error| error.to_string())
}

fn kernel(connection_file: &Path) -> Result<(), String> {
    let connection =
        server::read_connection_file(connection_file).map_err(|error| error.to_string())?;
    server::run(connection, kernel_info(), |publish| {
        engine(publish).map(|engine| Box::new(engine) as Box<dyn Engine>)
    })
    .map_err(|error| error.to_string())
}

fn kernel_info() -> KernelInfo {
    let compiler = Installation::of_this_program()
        .map(|installation| installation.manifest.compiler)
        .unwrap_or_default();
    let language = compiler
        .split_whitespace()
        .nth(1)
        .unwrap_or("unknown")
        .to_owned();
    let version = env!("CARGO_PKG_VERSION");
    KernelInfo {
        banner: format!(
            "Lightcone {version}: Rust {language} for distributed systems. `:help` lists the commands."
        ),
        implementation_version: version.to_owned(),
        language_version: language,
        help_links: vec![
            HelpLink {
                text: "The Rust book".to_owned(),
                url: "https://doc.rust-lang.org/book/".to_owned(),
            },
            HelpLink {
                text: "The Rust standard library".to_owned(),
                url: "https://doc.rust-lang.org/std/".to_owned(),
            },
            HelpLink {
                text: "Polars for Rust".to_owned(),
                url: "https://docs.rs/polars".to_owned(),
            },
        ],
    }
}

fn jupyter_folder(place: &Place) -> Result<PathBuf, String> {
    if let Some(prefix) = &place.prefix {
        return Ok(prefix.join("share/jupyter"));
    }
    if place.sys_prefix {
        if let Some(environment) =
            std::env::var_os("VIRTUAL_ENV").or_else(|| std::env::var_os("CONDA_PREFIX"))
        {
            return Ok(PathBuf::from(environment).join("share/jupyter"));
        }
        let output = std::process::Command::new("python3")
            .args(["-c", "import sys; print(sys.prefix)"])
            .output();
        let output = output.map_err(|error| {
            format!("`--sys-prefix` asks python3 for its prefix, and that failed: {error}")
        })?;
        return Ok(
            PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()).join("share/jupyter"),
        );
    }
    if let Some(folder) = std::env::var_os("JUPYTER_DATA_DIR") {
        return Ok(PathBuf::from(folder));
    }
    let home = std::env::var_os("HOME")
        .ok_or("HOME is not set, so there is no user to install for; use `--prefix DIR`")?;
    if cfg!(target_os = "macos") {
        return Ok(PathBuf::from(home).join("Library/Jupyter"));
    }
    let data = std::env::var_os("XDG_DATA_HOME")
        .map_or_else(|| PathBuf::from(home).join(".local/share"), PathBuf::from);
    Ok(data.join("jupyter"))
}

fn install(place: &Place) -> Result<(), String> {
    let installation = Installation::of_this_program().map_err(|error| error.to_string())?;
    let kernels = jupyter_folder(place)?.join("kernels");
    let mut specs = vec![("lightcone", "Lightcone (Rust)", "lightcone")];
    if installation.folder.join("bin/lightcone-evcxr").exists() {
        specs.push((
            "lightcone-evcxr",
            "Lightcone on evcxr (reference)",
            "lightcone-evcxr",
        ));
    }
    for (name, display_name, program) in specs {
        let folder = kernels.join(name);
        let spec = json!({
            "argv": [installation.folder.join("bin").join(program), "kernel", "{connection_file}"],
            "display_name": display_name,
            "language": "rust",
            "interrupt_mode": "message",
            "kernel_protocol_version": "5.5",
            "metadata": { "debugger": false },
        });
        let text = serde_json::to_string_pretty(&spec).unwrap_or_default();
        std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(folder.join("kernel.json"), text))
            .map_err(|error| format!("`{}` cannot be written: {error}", folder.display()))?;
        println!("installed kernel `{name}` in {}", folder.display());
    }
    Ok(())
}

fn uninstall(place: &Place) -> Result<(), String> {
    let kernels = jupyter_folder(place)?.join("kernels");
    for name in ["lightcone", "lightcone-evcxr"] {
        let folder = kernels.join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)
                .map_err(|error| format!("`{}` cannot be removed: {error}", folder.display()))?;
            println!("removed kernel `{name}` from {}", kernels.display());
        }
    }
    Ok(())
}

fn doctor(jupyter: &Path) -> Result<(), String> {
    let mut problems = 0;
    let mut report = |good: bool, what: &str, mend: &str| {
        println!("{} {what}", if good { "ok     " } else { "problem" });
        if !good {
            println!("        {mend}");
            problems += 1;
        }
    };
    match Installation::of_this_program() {
        Ok(installation) => {
            report(
                true,
                &format!("installation in {}", installation.folder.display()),
                "",
            );
            match installation.check_compiler() {
                Ok(()) => {
                    let version = installation
                        .manifest
                        .compiler
                        .lines()
                        .next()
                        .unwrap_or_default();
                    report(
                        true,
                        &format!(
                            "compiler {version} at {}",
                            installation.manifest.rustc.display()
                        ),
                        "",
                    );
                }
                Err(error) => report(false, "compiler", &error.to_string()),
            }
            let folder = session_folder();
            let configuration = installation.configuration(&folder);
            match &configuration.toolchain.linker {
                Some(linker) => report(true, &format!("linker {}", linker.display()), ""),
                None => {
                    let found = compiler_version_of_cc();
                    report(
                        found,
                        "C compiler `cc` for linking",
                        "install one, for instance `apt-get install gcc` or `dnf install gcc`",
                    );
                }
            }
            let cells = installation.cache_folder();
            let writable = std::fs::create_dir_all(&cells).is_ok()
                && tempfile::NamedTempFile::new_in(&cells).is_ok();
            report(
                writable,
                &format!("cell cache {}", cells.display()),
                "it cannot be written, so no cell is kept compiled: set LIGHTCONE_CELLS to a folder of yours",
            );
            let temporary = std::env::temp_dir();
            let writable = tempfile::NamedTempFile::new_in(&temporary).is_ok();
            report(
                writable,
                &format!("temporary folder {}", temporary.display()),
                "it cannot be written: free disk space or set TMPDIR",
            );
            report(
                installation.data().join("incidents.parquet").exists(),
                &format!("tables in {}", installation.data().display()),
                "they are missing: run `./install.sh` again",
            );
            let run = run_one(&installation);
            report(
                run.is_ok(),
                "a cell compiles and runs",
                &run.err().unwrap_or_default(),
            );
        }
        Err(error) => report(false, "installation", &error.to_string()),
    }
    match jupyter_data(jupyter) {
        Some(folders) => {
            let manager = Path::new("labextensions/@jupyter-widgets/jupyterlab-manager");
            let found = folders.iter().any(|folder| folder.join(manager).exists());
            report(
                found,
                "Jupyter shows widgets",
                "calculators stay text: `pip install jupyterlab_widgets` in the environment of \
                 JupyterLab or Notebook 7",
            );
        }
        None => println!(
            "note    there is no `{}`, so whether Jupyter shows widgets was not looked at; name it \
             with --jupyter",
            jupyter.display()
        ),
    }
    if problems == 0 {
        Ok(())
    } else {
        Err(format!("{problems} problem(s) found"))
    }
}

/// The folders in which Jupyter looks for extensions; `None` without Jupyter.
fn jupyter_data(program: &Path) -> Option<Vec<PathBuf>> {
    let output = std::process::Command::new(program)
        .args(["--paths", "--json"])
        .output()
        .ok()?;
    let paths: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    let folders = paths.get("data")?.as_array()?;
    Some(
        folders
            .iter()
            .filter_map(|folder| folder.as_str())
            .map(PathBuf::from)
            .collect(),
    )
}

fn compiler_version_of_cc() -> bool {
    compiler_version(Path::new("cc")).is_some()
        || std::process::Command::new("cc")
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success())
}

fn run_one(installation: &Installation) -> Result<(), String> {
    let printer = Arc::new(Printer { outputs: false });
    let mut engine = Direct::new(installation.configuration(&session_folder()), printer)
        .map_err(|error| error.to_string())?;
    let outcome = engine.execute(&cell(1, "let doctor = 1 + 1; assert_eq!(doctor, 2);"));
    engine.shutdown();
    match outcome {
        Outcome::Completed { .. } => Ok(()),
        Outcome::Failed(failure) => Err(failure.traceback.join("\n")),
    }
}

fn cell(number: u32, code: &str) -> Cell {
    Cell {
        id: CellId::from(number),
        code: code.to_owned(),
        silent: false,
        allow_stdin: false,
        execution_count: number,
    }
}

/// Prints what cells put out, for runs without Jupyter.
struct Printer {
    outputs: bool,
}

impl Publish for Printer {
    fn output(&self, _: CellId, output: Output) {
        if !self.outputs {
            return;
        }
        let text = |media: &Media| media.text().unwrap_or_default().to_owned();
        match output {
            Output::Stream { text, .. } => print!("{text}"),
            Output::Result { media } | Output::Display { media, .. } => {
                println!("{}", text(&media))
            }
            Output::Clear { .. } | Output::Comm { .. } => {}
        }
    }
    fn input(&self, _: CellId, _: &str, _: bool) -> Option<String> {
        None
    }
}

fn warm(notebooks: &[PathBuf]) -> Result<(), String> {
    for path in notebooks {
        let cells = notebook::code_cells(path).map_err(|error| error.to_string())?;
        let mut engine = engine(Arc::new(Printer { outputs: false }))?;
        let started = Instant::now();
        let mut failed = 0;
        for (index, code) in cells.iter().enumerate() {
            let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
            // A cell that is meant to fail leaves nothing to warm.
            if engine.warm(&cell(number, &code.source)).is_err() {
                failed += 1;
            }
        }
        println!(
            "{}: {} cells, {} compiled now, {failed} that do not compile, {:.1} s",
            path.display(),
            cells.len(),
            engine.compiler_calls(),
            started.elapsed().as_secs_f64()
        );
        engine.shutdown();
    }
    Ok(())
}

fn coverage(json: bool, episode: Option<u8>, notebooks: Option<PathBuf>) -> Result<(), String> {
    let usual = PathBuf::from("notebooks");
    let notebooks = notebooks.or_else(|| usual.is_dir().then_some(usual));
    let coverage =
        Coverage::new(notebooks.as_deref(), episode).map_err(|error| error.to_string())?;
    let text = if json {
        format!("{:#}\n", coverage.json())
    } else {
        coverage.to_string()
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        // Who reads only the head of it, as `head` does, has enough.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}

/// The tables are Polars' business, so the worker does it.
fn check_tables(folder: &Path) -> Result<(), String> {
    if !folder.join("tables.csv").exists() {
        return Err(format!(
            "`{}` has no tables.csv, so it is no folder of tables; name the folder `datasets` of a checkout",
            folder.display()
        ));
    }
    let installation = Installation::of_this_program().map_err(|error| error.to_string())?;
    let worker = installation.configuration(&session_folder()).worker.program;
    let status = std::process::Command::new(&worker)
        .arg("--check-tables")
        .arg(folder)
        .status()
        .map_err(|error| format!("`{}` cannot be run: {error}", worker.display()))?;
    if status.success() {
        Ok(())
    } else {
        Err("the tables break their rules; the lines above say where".to_owned())
    }
}

fn check(notebooks: &[PathBuf], outputs: bool) -> Result<(), String> {
    let mut problems = Vec::new();
    for path in notebooks {
        let cells = notebook::code_cells(path).map_err(|error| error.to_string())?;
        let mut engine = engine(Arc::new(Printer { outputs }))?;
        println!("{}", path.display());
        for (index, code) in cells.iter().enumerate() {
            let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
            let started = Instant::now();
            let outcome = engine.execute(&cell(number, &code.source));
            let milliseconds = started.elapsed().as_secs_f64() * 1e3;
            let first = code
                .source
                .lines()
                .find(|line| !line.trim().is_empty())
                .unwrap_or_default();
            let first: String = first.chars().take(60).collect();
            let meant = code.tags.iter().any(|tag| tag == "raises-exception");
            match outcome {
                Outcome::Completed { .. } if !meant => {
                    println!("  [{number}] {milliseconds:7.0} ms  {first}")
                }
                Outcome::Completed { .. } => {
                    println!("  [{number}] {milliseconds:7.0} ms  {first}  <- was meant to fail");
                    problems.push(format!(
                        "{} cell {number} was meant to fail",
                        path.display()
                    ));
                }
                Outcome::Failed(failure) if meant => {
                    println!(
                        "  [{number}] {milliseconds:7.0} ms  {first}  (fails as meant: {})",
                        failure.ename
                    );
                    if outputs {
                        println!("{}", failure.traceback.join("\n"));
                    }
                }
                Outcome::Failed(failure) => {
                    println!(
                        "  [{number}] {milliseconds:7.0} ms  {first}  <- {}",
                        failure.ename
                    );
                    println!("{}", failure.traceback.join("\n"));
                    problems.push(format!(
                        "{} cell {number}: {}",
                        path.display(),
                        failure.evalue
                    ));
                }
            }
        }
        engine.shutdown();
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.join("\n"))
    }
}
