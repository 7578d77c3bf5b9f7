//! The same cells on both engines: what the direct engine does must be what
//! evcxr does, or the corpus says why it is better.
//!
//! The corpus is `tests/differential/*.rs`: a file is a session, its cells stand
//! between lines `// %%`, and `tests/differential/README.md` describes the
//! annotations. The tests need an installation, which `./tests/run` makes and
//! names in `LIGHTCONE_TEST_INSTALL`, and the toolchain's component rust-src,
//! without which evcxr cannot tell the types of variables.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use lightcone_evcxr::record::{Record, Recorder, run_cells};
use lightcone_kernel::engine::Engine;
use lightcone_kernel::engine::direct::{Cache, Direct};
use lightcone_kernel::installation::Installation;
use lightcone_kernel::notebook::code_cells;

/// The corpus has at least this many cells.
const CELLS: usize = 60;

/// A reason with fewer letters is none.
const REASON: usize = 20;

// One test for each file, so that they run side by side.
macro_rules! sessions {
    ($($name:ident)*) => {
        const FILES: &[&str] = &[$(stringify!($name)),*];
        $(#[test] fn $name() { compare(stringify!($name)); })*
    };
}

sessions! { conventions failures items language state unkept values variables }

#[test]
fn the_corpus_is_large_and_every_file_of_it_runs() {
    let mut found: Vec<String> = std::fs::read_dir(folder())
        .expect("tests/differential is there")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    found.sort();
    assert_eq!(
        found, FILES,
        "the list in kernel/evcxr/tests/differential.rs names each file of tests/differential"
    );
    let cells: usize = FILES.iter().map(|name| read(name).len()).sum();
    assert!(cells >= CELLS, "the corpus has only {cells} cells");
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/differential")
}

fn path_of(name: &str) -> PathBuf {
    folder().join(format!("{name}.rs"))
}

/// What a cell is expected to do on one engine, or on both.
#[derive(Debug, PartialEq)]
enum Expectation {
    /// It runs to its end.
    Completes,
    /// It runs to its end, and its plain text begins so.
    Shows(String),
    /// It runs to its end and prints just this and a newline; or nothing.
    Prints(String),
    /// It runs to its end with so many outputs beside text.
    Displays(usize),
    /// It runs to its end, and its stderr holds this.
    Warns(String),
    /// It fails, and the message says this.
    Fails(String),
}

impl Expectation {
    fn parse(text: &str) -> Option<Self> {
        if text == "completes" {
            return Some(Self::Completes);
        }
        let text = text.replace("\\n", "\n");
        if let Some(shown) = text.strip_prefix("shows ") {
            return Some(Self::Shows(shown.to_owned()));
        }
        if let Some(warned) = text.strip_prefix("warns ") {
            return Some(Self::Warns(warned.to_owned()));
        }
        if let Some(count) = text.strip_prefix("displays ") {
            return count.parse().ok().map(Self::Displays);
        }
        if let Some(printed) = text.strip_prefix("prints ") {
            return Some(Self::Prints(if printed == "nothing" {
                String::new()
            } else {
                printed.to_owned()
            }));
        }
        text.strip_prefix("fails with ")
            .map(|said| Self::Fails(said.to_owned()))
    }

    /// Why a record is not as expected.
    fn problem(&self, record: &Record) -> Option<String> {
        let said = said(record);
        match (self, &record.failure) {
            (Self::Fails(_), None) => Some("it completed".to_owned()),
            (Self::Fails(wanted), Some(_)) => {
                (!said.contains(wanted)).then(|| format!("it failed otherwise:\n{said}"))
            }
            (_, Some(_)) => Some(format!("it failed:\n{said}")),
            (Self::Completes, None) => None,
            (Self::Shows(wanted), None) => (!record.text().starts_with(wanted))
                .then(|| format!("it showed {:?}", record.text())),
            (Self::Displays(wanted), None) => {
                (record.displays != *wanted).then(|| format!("it displayed {}", record.displays))
            }
            (Self::Warns(wanted), None) => (!record.stderr.contains(wanted))
                .then(|| format!("its stderr was {:?}", record.stderr)),
            (Self::Prints(wanted), None) => {
                let printed = record.stdout.trim_end_matches('\n');
                (printed != wanted).then(|| format!("it printed {printed:?}"))
            }
        }
    }
}

/// All that a failed cell says, without colours.
fn said(record: &Record) -> String {
    let Some(failure) = &record.failure else {
        return String::new();
    };
    let mut said = format!(
        "{}: {}\n{}",
        failure.ename,
        failure.evalue,
        failure.traceback.join("\n")
    );
    while let Some(start) = said.find('\u{1b}') {
        let length = said[start..].find('m').map_or(1, |end| end + 1);
        said.replace_range(start..start + length, "");
    }
    said
}

/// What the corpus says of a cell.
#[derive(Debug)]
enum Verdict {
    /// Both complete, with the same outputs.
    Same,
    /// Both fail, and both say this.
    BothFail(Expectation),
    /// They differ by design.
    Better {
        ours: Expectation,
        evcxr: Expectation,
    },
}

fn verdict(code: &str) -> Result<Verdict, String> {
    let (mut fails, mut ours, mut evcxr) = (None, None, None);
    let parse =
        |text: &str| Expectation::parse(text).ok_or_else(|| format!("`{text}` is no expectation"));
    for note in code.lines().filter_map(|line| line.strip_prefix("//# ")) {
        match note.split_once(": ") {
            Some(("fails", said)) => fails = Some(Expectation::Fails(said.to_owned())),
            Some(("ours", said)) => {
                let (said, reason) = said.split_once(" because ").ok_or("it does not say why")?;
                if reason.len() < REASON {
                    return Err(format!("`{reason}` is no reason"));
                }
                ours = Some(parse(said)?);
            }
            Some(("evcxr", said)) => evcxr = Some(parse(said)?),
            _ => return Err(format!("`{note}` is no annotation")),
        }
    }
    match (fails, ours, evcxr) {
        (None, None, None) => Ok(Verdict::Same),
        (Some(fails), None, None) => Ok(Verdict::BothFail(fails)),
        (None, Some(ours), Some(evcxr)) if ours != evcxr => Ok(Verdict::Better { ours, evcxr }),
        _ => Err("it needs `fails` alone, or `ours` and a different `evcxr`".to_owned()),
    }
}

/// Why two records of one cell are not as the corpus has it.
fn problems(verdict: &Verdict, ours: &Record, evcxr: &Record) -> Vec<String> {
    let mut problems = Vec::new();
    let mut expect = |engine: &str, expectation: &Expectation, record: &Record| {
        if let Some(problem) = expectation.problem(record) {
            problems.push(format!("{engine}, expected {expectation:?}: {problem}"));
        }
    };
    match verdict {
        Verdict::BothFail(fails) => {
            expect("ours", fails, ours);
            expect("evcxr", fails, evcxr);
        }
        Verdict::Better {
            ours: wanted,
            evcxr: known,
        } => {
            expect("ours", wanted, ours);
            expect("evcxr", known, evcxr);
        }
        Verdict::Same => {
            expect("ours", &Expectation::Completes, ours);
            expect("evcxr", &Expectation::Completes, evcxr);
            let mut differ = |what: &str, ours: String, evcxr: String| {
                if ours != evcxr {
                    problems.push(format!(
                        "{what} differs:\n  ours:  {ours}\n  evcxr: {evcxr}"
                    ));
                }
            };
            // Ours adds plain text to a display that has none.
            let bare = !evcxr.media.is_empty() && !evcxr.media.contains_key("text/plain");
            let media = |record: &Record| {
                let kept = record
                    .media
                    .iter()
                    .filter(|(mime, _)| !(bare && *mime == "text/plain"));
                format!("{:?}", kept.collect::<BTreeMap<_, _>>())
            };
            differ("what is shown", media(ours), media(evcxr));
            differ("stdout", ours.stdout.clone(), evcxr.stdout.clone());
            differ("stderr", ours.stderr.clone(), evcxr.stderr.clone());
        }
    }
    problems
}

fn read(name: &str) -> Vec<String> {
    let cells = code_cells(&path_of(name)).unwrap_or_else(|error| panic!("{error}"));
    let cells: Vec<String> = cells.into_iter().map(|cell| cell.source).collect();
    // A file opens with a comment that is no cell.
    cells
        .into_iter()
        .filter(|cell| !cell.lines().all(|line| line.starts_with("// ")))
        .collect()
}

fn on_ours(cells: &[String]) -> Vec<Record> {
    let place = std::env::var_os("LIGHTCONE_TEST_INSTALL").expect(
        "LIGHTCONE_TEST_INSTALL names no installation to test: use ./tests/run, which makes one",
    );
    let installation =
        Installation::open(Path::new(&place)).unwrap_or_else(|error| panic!("{error}"));
    let folder = tempfile::tempdir().expect("the temporary folder can be written");
    let mut configuration = installation.configuration(&folder.path().join("session"));
    configuration.cache = Cache::new(&folder.path().join("cells"), 1 << 30);
    let recorder = Arc::new(Recorder::default());
    let mut engine = Direct::new(configuration, Arc::clone(&recorder) as _)
        .unwrap_or_else(|error| panic!("{error}"));
    let mut records = Vec::new();
    run_cells(&mut engine, &recorder, cells, |record| records.push(record));
    engine.shutdown();
    records
}

/// evcxr starts its own executable for cells, so it runs in the program.
fn on_evcxr(cells: &[String]) -> Vec<Record> {
    let folder = tempfile::tempdir().expect("the temporary folder can be written");
    let file = folder.path().join("cells.rs");
    std::fs::write(&file, cells.join("\n// %%\n")).expect("the cells can be written");
    let output = Command::new(env!("CARGO_BIN_EXE_lightcone-evcxr"))
        .arg("cells")
        .arg(&file)
        // The toolchain that the repository pins, and nobody's settings.
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("EVCXR_CONFIG_DIR", folder.path())
        .env_remove("LD_LIBRARY_PATH")
        .output()
        .expect("lightcone-evcxr runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "lightcone-evcxr ended with {}:\n{errors}",
        output.status
    );
    let records: Vec<Record> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| {
            serde_json::from_str(line)
                .ok()
                .as_ref()
                .and_then(Record::from_json)
        })
        .map(|record| record.expect("each line is a record"))
        .collect();
    assert_eq!(
        records.len(),
        cells.len(),
        "lightcone-evcxr ran another number of cells:\n{errors}"
    );
    records
}

fn compare(name: &str) {
    if std::env::var_os("LIGHTCONE_WITHOUT_RUST_SRC").is_some() {
        eprintln!(
            "not compared: evcxr needs Rust's component rust-src, and tests/run could not install it"
        );
        return;
    }
    let cells = read(name);
    let (ours, evcxr) = std::thread::scope(|scope| {
        let evcxr = scope.spawn(|| on_evcxr(&cells));
        (
            on_ours(&cells),
            evcxr
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
        )
    });
    let mut report = Vec::new();
    for ((code, ours), evcxr) in cells.iter().zip(&ours).zip(&evcxr) {
        let problems = match verdict(code) {
            Ok(verdict) => problems(&verdict, ours, evcxr),
            Err(problem) => vec![problem],
        };
        if !problems.is_empty() {
            report.push(format!(
                "--- {name}.rs\n{code}\n  {}",
                problems.join("\n  ")
            ));
        }
    }
    assert!(
        report.is_empty(),
        "{} of {} cells are not as they should be:\n{}",
        report.len(),
        cells.len(),
        report.join("\n")
    );
}

#[test]
fn every_difference_has_its_reason() {
    for name in FILES {
        for code in read(name) {
            if let Err(problem) = verdict(&code) {
                panic!("{name}.rs: {problem}:\n{code}");
            }
        }
    }
}

#[test]
fn differences_are_found() {
    let shown = |text: &str| Record {
        media: lightcone_wire::Media::plain(text).data,
        ..Record::default()
    };
    let failed = Record {
        failure: Some(lightcone_kernel::engine::Failure {
            ename: "Panic".into(),
            evalue: "no quorum".into(),
            traceback: vec!["\u{1b}[1;31mpanic\u{1b}[0m: no quorum".into()],
        }),
        ..Record::default()
    };
    assert!(problems(&Verdict::Same, &shown("3"), &shown("3")).is_empty());
    assert_eq!(problems(&Verdict::Same, &shown("3"), &shown("4")).len(), 1);
    assert_eq!(problems(&Verdict::Same, &failed, &failed).len(), 2);
    let fails = verdict("//# fails: panic: no quorum\nx").unwrap();
    assert!(problems(&fails, &failed, &failed).is_empty());
    assert_eq!(problems(&fails, &failed, &shown("3")).len(), 1);
    let better = verdict(
        "//# ours: shows 3 because it is the right number\n//# evcxr: fails with no quorum\nx",
    )
    .unwrap();
    assert!(problems(&better, &shown("3"), &failed).is_empty());
    assert_eq!(problems(&better, &failed, &shown("3")).len(), 2);
    assert!(verdict("//# ours: shows 3\n//# evcxr: shows 4\nx").is_err());
    assert!(verdict("//# ours: shows 3 because it is the right number\nx").is_err());
    assert!(verdict("//# fail: 3\nx").is_err());
}
