//! `lightcone-evcxr`: a Jupyter kernel on the crate evcxr.
//!
//! - `lightcone-evcxr kernel CONNECTION_FILE` serves one notebook.
//! - `lightcone-evcxr cells FILE` runs the cells of a notebook, or of a Rust file
//!   with `// %%` between cells, and prints one JSON object a cell.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::Arc;

use lightcone_evcxr::Evcxr;
use lightcone_evcxr::record::{Recorder, run_cells};
use lightcone_kernel::engine::Engine;
use lightcone_kernel::protocol::info::{HelpLink, KernelInfo};
use lightcone_kernel::{notebook, server};

const USAGE: &str =
    "usage: lightcone-evcxr kernel CONNECTION_FILE\n       lightcone-evcxr cells FILE";

fn main() -> ExitCode {
    // evcxr starts this program again to run cells; then this does not return.
    evcxr::runtime_hook();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        ["kernel", file] => kernel(Path::new(file)),
        ["cells", file] => cells(Path::new(file)),
        ["--version"] => {
            println!("lightcone-evcxr {}", env!("CARGO_PKG_VERSION"));
            Ok(())
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("lightcone-evcxr: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn kernel(connection_file: &Path) -> Result<(), String> {
    let connection =
        server::read_connection_file(connection_file).map_err(|error| error.to_string())?;
    server::run(connection, kernel_info(), |publish| {
        Evcxr::new(publish).map(|engine| Box::new(engine) as Box<dyn Engine>)
    })
    .map_err(|error| error.to_string())
}

fn cells(file: &Path) -> Result<(), String> {
    let cells = notebook::code_cells(file).map_err(|error| error.to_string())?;
    let cells: Vec<String> = cells.into_iter().map(|cell| cell.source).collect();
    let recorder = Arc::new(Recorder::default());
    let mut engine = Evcxr::new(Arc::clone(&recorder) as _).map_err(|error| error.to_string())?;
    let mut written = Ok(());
    run_cells(&mut engine, &recorder, &cells, |record| {
        if written.is_ok() {
            written = writeln!(std::io::stdout(), "{}", record.to_json());
        }
    });
    engine.shutdown();
    written.map_err(|error| format!("the records cannot be written: {error}"))
}

fn kernel_info() -> KernelInfo {
    let version = env!("CARGO_PKG_VERSION");
    let compiler = Command::new("rustc").arg("--version").output().ok();
    let compiler = compiler
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    KernelInfo {
        banner: format!(
            "Lightcone {version} on evcxr, the reference engine. `:help` lists the commands."
        ),
        implementation_version: version.to_owned(),
        language_version: compiler
            .split_whitespace()
            .nth(1)
            .unwrap_or("unknown")
            .to_owned(),
        help_links: vec![
            HelpLink {
                text: "The Rust book".to_owned(),
                url: "https://doc.rust-lang.org/book/".to_owned(),
            },
            HelpLink {
                text: "evcxr".to_owned(),
                url: "https://github.com/evcxr/evcxr".to_owned(),
            },
        ],
    }
}
