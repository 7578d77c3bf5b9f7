//! What cells mean: scenarios from `tests/cells/*.txt`, run on the direct engine.
//!
//! A scenario is one session: cells in order, and under each cell what is
//! expected of it. `tests/cells/README.md` describes the format. Each scenario
//! has an engine, a worker and a cell cache of its own, so that compiler calls
//! can be counted and no scenario helps another.
//!
//! The tests need an installation; `./tests/run` makes one and says where it is
//! in `LIGHTCONE_TEST_INSTALL`. `LIGHTCONE_SCENARIO=words` runs only scenarios
//! whose title holds these words.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};

use lightcone_kernel::engine::direct::{Cache, Configuration, Direct};
use lightcone_kernel::engine::{Cell, Engine, Failure, Outcome, Publish};
use lightcone_kernel::installation::Installation;
use lightcone_wire::{CellId, Media, Output, Stream};

/// A cell that has not ended after this long is stopped, and its scenario fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// An interrupted cell has to end within this time.
const HEED: Duration = Duration::from_secs(20);

/// Text that no reader should ever see: it belongs to generated code.
const GENERATED: &[&str] = &[
    "lightcone_",
    "LIGHTCONE_",
    "lightcone::cell",
    "lightcone::choose",
    "CellError",
    "CellResult",
    "checkpoint()",
    "<anon>",
    "Chooser",
    "evcxr_display",
    "/rustc/",
];

// One test for each file, so that they run side by side.
macro_rules! scenario_files {
    ($($name:ident)*) => {
        const FILES: &[&str] = &[$(stringify!($name)),*];
        $(#[test] fn $name() { run_file(stringify!($name)); })*
    };
}

scenario_files! {
    variables items redefinition statics identity moves errors_at_run_time
    asynchronous threads programs unkept functions compile_errors syntax_errors
    warnings macros_and_modules patterns drops names output dying calls
    interrupts commands evaluation language
}

#[test]
fn every_scenario_file_is_run() {
    let mut found: Vec<String> = std::fs::read_dir(folder())
        .expect("tests/cells is there")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    found.sort();
    let mut listed: Vec<String> = FILES.iter().map(|name| (*name).to_owned()).collect();
    listed.sort();
    assert_eq!(
        found, listed,
        "the list in kernel/tests/cells.rs names each file of tests/cells"
    );
}

#[test]
fn titles_are_told_apart() {
    let mut seen = BTreeMap::new();
    for file in FILES {
        for scenario in read(file) {
            if let Some(other) = seen.insert(scenario.title.clone(), *file) {
                panic!(
                    "`{}` is a scenario of {file}.txt and of {other}.txt",
                    scenario.title
                );
            }
        }
    }
    assert!(seen.len() >= 80, "there are only {} scenarios", seen.len());
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cells")
}

/// One session.
#[derive(Debug)]
struct Scenario {
    title: String,
    line: usize,
    steps: Vec<Step>,
}

/// One cell and what is expected of it.
#[derive(Debug, Default)]
struct Step {
    code: String,
    line: usize,
    /// Keyword to its lines of text.
    expected: BTreeMap<String, Vec<String>>,
}

/// Keywords that say what to do with a cell.
const DOINGS: &[&str] = &[
    "silent",
    "warm",
    "evaluate",
    "crlf",
    "interrupt",
    "restart",
    "damage",
    "types",
    "session",
];

/// Keywords that say what to expect of it.
const EXPECTATIONS: &[&str] = &[
    "ok", "result", "result~", "html~", "stdout", "stdout~", "stderr", "stderr~", "display~",
    "displays", "order", "error", "evalue", "says", "not", "caret", "calls", "later", "payload~",
];

fn read(file: &str) -> Vec<Scenario> {
    let path = folder().join(format!("{file}.txt"));
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut scenarios: Vec<Scenario> = Vec::new();
    let mut code: Vec<&str> = Vec::new();
    let mut start = 0;
    let mut in_expectations = true;
    for (index, line) in text.lines().enumerate() {
        let place = || format!("{file}.txt:{}", index + 1);
        if let Some(title) = line.strip_prefix("=== ") {
            assert!(
                code.iter().all(|line| line.trim().is_empty()),
                "{}: the cell above has no `-->` line",
                place()
            );
            code.clear();
            in_expectations = true;
            scenarios.push(Scenario {
                title: title.trim().to_owned(),
                line: index + 1,
                steps: Vec::new(),
            });
            continue;
        }
        // A line `    --> cell [1]` of a traceback is indented; ours never are.
        if let Some(expectation) = line.strip_prefix("-->") {
            let scenario = scenarios
                .last_mut()
                .unwrap_or_else(|| panic!("{}: no scenario has begun", place()));
            if !code.is_empty() {
                scenario.steps.push(Step {
                    code: code.join("\n"),
                    line: start,
                    expected: BTreeMap::new(),
                });
                code.clear();
            }
            let step = scenario
                .steps
                .last_mut()
                .unwrap_or_else(|| panic!("{}: no cell stands above", place()));
            let expectation = expectation.strip_prefix(' ').unwrap_or(expectation);
            let (keyword, text) = expectation.split_once(' ').unwrap_or((expectation, ""));
            assert!(
                DOINGS.contains(&keyword) || EXPECTATIONS.contains(&keyword),
                "{}: `{keyword}` is no keyword",
                place()
            );
            step.expected
                .entry(keyword.to_owned())
                .or_default()
                .push(text.to_owned());
            in_expectations = true;
            continue;
        }
        if scenarios.is_empty() || (in_expectations && line.trim().is_empty()) {
            continue;
        }
        if in_expectations {
            start = index + 1;
            in_expectations = false;
        }
        code.push(line);
    }
    assert!(
        code.iter().all(|line| line.trim().is_empty()),
        "{file}.txt: the last cell has no `-->` line"
    );
    scenarios
}

/// Outputs by cell, as they arrive.
#[derive(Default)]
struct Recorder {
    outputs: Mutex<BTreeMap<CellId, Vec<Output>>>,
    arrived: Condvar,
    answers: Mutex<Vec<String>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Recorder {
    fn of(&self, cell: CellId) -> Vec<Output> {
        lock(&self.outputs).get(&cell).cloned().unwrap_or_default()
    }

    /// Waits until a cell has printed a text.
    fn wait_for(&self, cell: CellId, text: &str, time: Duration) -> bool {
        let outputs = lock(&self.outputs);
        let waited = self.arrived.wait_timeout_while(outputs, time, |outputs| {
            !outputs
                .get(&cell)
                .is_some_and(|outputs| streamed(outputs, Stream::Stdout).contains(text))
        });
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

impl Publish for Recorder {
    fn output(&self, cell: CellId, output: Output) {
        lock(&self.outputs).entry(cell).or_default().push(output);
        self.arrived.notify_all();
    }

    fn input(&self, _: CellId, _: &str, _: bool) -> Option<String> {
        let mut answers = lock(&self.answers);
        if answers.is_empty() {
            None
        } else {
            Some(answers.remove(0))
        }
    }
}

fn streamed(outputs: &[Output], wanted: Stream) -> String {
    let texts = outputs.iter().filter_map(|output| match output {
        Output::Stream { stream, text } if *stream == wanted => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

fn displays(outputs: &[Output]) -> Vec<&Media> {
    let displays = outputs.iter().filter_map(|output| match output {
        Output::Display { media, .. } => Some(media),
        _ => None,
    });
    displays.collect()
}

fn results(outputs: &[Output]) -> Vec<&Media> {
    let results = outputs.iter().filter_map(|output| match output {
        Output::Result { media } => Some(media),
        _ => None,
    });
    results.collect()
}

/// Text without ANSI escapes.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            letters
                .by_ref()
                .take_while(|letter| !letter.is_ascii_alphabetic())
                .for_each(drop);
        } else {
            plain.push(letter);
        }
    }
    plain
}

/// The texts that `^^^` of a drawn message stand under.
fn underlined(traceback: &str) -> Vec<String> {
    let lines: Vec<&str> = traceback.lines().collect();
    let mut found = Vec::new();
    for pair in lines.windows(2) {
        let (Some(gutter), Some(marks)) = (pair[0].find('|'), pair[1].find('|')) else {
            continue;
        };
        let marks = &pair[1][marks + 1..];
        let Some(from) = marks.find('^') else {
            continue;
        };
        let from = marks[..from].chars().count();
        let length = marks
            .chars()
            .skip(from)
            .take_while(|mark| *mark == '^')
            .count();
        let mut column = 0;
        let mut text = String::new();
        for letter in pair[0][gutter + 1..].chars() {
            if column >= from && column < from + length {
                text.push(letter);
            }
            column += columns(letter);
        }
        found.push(text);
    }
    found
}

/// How many columns of a terminal a letter takes.
fn columns(letter: char) -> usize {
    match u32::from(letter) {
        0x0300..=0x036f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0x1f300..=0x1faff => 2,
        _ => 1,
    }
}

/// A scenario that runs.
struct Session {
    installation: Installation,
    cells: PathBuf,
    folder: tempfile::TempDir,
    recorder: Arc<Recorder>,
    engine: Direct,
    engines: u32,
    problems: Vec<String>,
}

fn configuration(
    installation: &Installation,
    folder: &Path,
    cells: &Path,
    number: u32,
) -> Configuration {
    let mut configuration = installation.configuration(&folder.join(format!("session{number}")));
    configuration.cache = Cache::new(cells, 1 << 30);
    configuration
}

impl Session {
    fn new() -> Self {
        let place = std::env::var_os("LIGHTCONE_TEST_INSTALL")
            .expect("LIGHTCONE_TEST_INSTALL names no installation to test: use ./tests/run, which makes one");
        let installation =
            Installation::open(Path::new(&place)).unwrap_or_else(|error| panic!("{error}"));
        let folder = tempfile::tempdir().expect("the temporary folder can be written");
        let cells = folder.path().join("cells");
        let recorder = Arc::new(Recorder::default());
        let configuration = configuration(&installation, folder.path(), &cells, 1);
        let engine = Direct::new(configuration, Arc::clone(&recorder) as Arc<dyn Publish>)
            .unwrap_or_else(|error| panic!("{error}"));
        Self {
            installation,
            cells,
            folder,
            recorder,
            engine,
            engines: 1,
            problems: Vec::new(),
        }
    }

    /// A new engine on the same cache, as after restarting the kernel.
    fn restart(&mut self) {
        self.engine.shutdown();
        self.engines += 1;
        let configuration = configuration(
            &self.installation,
            self.folder.path(),
            &self.cells,
            self.engines,
        );
        let publish = Arc::clone(&self.recorder) as Arc<dyn Publish>;
        self.engine = Direct::new(configuration, publish).unwrap_or_else(|error| panic!("{error}"));
    }

    /// Changes one byte in each entry of the cache.
    fn damage_cache(&self) {
        let mut damaged = 0;
        for folder in std::fs::read_dir(&self.cells)
            .into_iter()
            .flatten()
            .flatten()
        {
            for file in std::fs::read_dir(folder.path())
                .into_iter()
                .flatten()
                .flatten()
            {
                let mut bytes = std::fs::read(file.path()).expect("an entry can be read");
                let middle = bytes.len() / 2;
                bytes[middle] ^= 0x55;
                std::fs::write(file.path(), bytes).expect("an entry can be written");
                damaged += 1;
            }
        }
        assert!(damaged > 0, "there was no entry to damage");
    }

    /// Runs a cell; a cell that does not end is stopped.
    fn execute(&mut self, cell: &Cell, interrupt: Option<&str>) -> Outcome {
        let interrupter = self.engine.interrupter();
        let recorder = Arc::clone(&self.recorder);
        let (ended, watched) = mpsc::channel::<()>();
        let when = interrupt
            .filter(|when| *when != "before")
            .map(str::to_owned);
        let id = cell.id;
        let watcher = std::thread::spawn(move || -> Option<String> {
            let mut limit = PATIENCE;
            if let Some(text) = when {
                if text == "at once" {
                    std::thread::sleep(Duration::from_millis(50));
                } else {
                    if !recorder.wait_for(id, &text, PATIENCE) {
                        return Some(format!("never printed `{text}`, so it was not interrupted"));
                    }
                    std::thread::sleep(Duration::from_millis(300));
                }
                interrupter();
                limit = HEED;
            }
            if watched.recv_timeout(limit) != Err(mpsc::RecvTimeoutError::Timeout) {
                return None;
            }
            // The second interrupt, a good second later, ends the worker.
            interrupter();
            std::thread::sleep(Duration::from_millis(1500));
            interrupter();
            Some(format!("did not end within {} s", limit.as_secs()))
        });
        if interrupt == Some("before") {
            self.engine.interrupter()();
        }
        let outcome = self.engine.execute(cell);
        drop(ended);
        match watcher.join() {
            Ok(Some(problem)) => self.problems.push(problem),
            Ok(None) => {}
            Err(_) => self
                .problems
                .push("the watching thread panicked".to_owned()),
        }
        outcome
    }
}

fn run_file(file: &str) {
    let wanted = std::env::var("LIGHTCONE_SCENARIO").unwrap_or_default();
    let mut report = String::new();
    let mut failed = 0;
    let mut count = 0;
    for scenario in read(file) {
        if !scenario.title.contains(&wanted) {
            continue;
        }
        count += 1;
        let started = Instant::now();
        let problems = run_scenario(&scenario);
        println!(
            "{:6.2} s  {}  {file}: {}",
            started.elapsed().as_secs_f64(),
            if problems.is_empty() {
                "ok    "
            } else {
                "FAILED"
            },
            scenario.title
        );
        if !problems.is_empty() {
            failed += 1;
            let _ = writeln!(
                report,
                "\n=== {} ({file}.txt:{})",
                scenario.title, scenario.line
            );
            for problem in problems {
                let _ = writeln!(report, "{problem}");
            }
        }
    }
    assert!(
        failed == 0,
        "{failed} of {count} scenarios of {file}.txt failed\n{report}"
    );
}

fn run_scenario(scenario: &Scenario) -> Vec<String> {
    let mut session = Session::new();
    let mut problems = Vec::new();
    let mut later: Vec<(CellId, usize, String)> = Vec::new();
    for (index, step) in scenario.steps.iter().enumerate() {
        let number = u32::try_from(index + 1).expect("a scenario is short");
        let id = CellId::from(number);
        if step.expected.contains_key("restart") {
            session.restart();
        }
        if step.expected.contains_key("damage") {
            session.damage_cache();
        }
        *lock(&session.recorder.answers) = step.expected.get("types").cloned().unwrap_or_default();
        let code = if step.expected.contains_key("crlf") {
            step.code.replace('\n', "\r\n")
        } else {
            step.code.clone()
        };
        let cell = Cell {
            id,
            code,
            silent: step.expected.contains_key("silent"),
            allow_stdin: step.expected.contains_key("types"),
            execution_count: number,
        };
        let calls = session.engine.compiler_calls();
        let (outcome, outputs) = if step.expected.contains_key("warm") {
            let outcome = match session.engine.warm(&cell) {
                Ok(()) => Outcome::Completed {
                    payload: Vec::new(),
                },
                Err(failure) => Outcome::Failed(failure),
            };
            (outcome, session.recorder.of(id))
        } else if step.expected.contains_key("evaluate") {
            match session.engine.evaluate(&cell.code) {
                Ok(media) => (
                    Outcome::Completed {
                        payload: Vec::new(),
                    },
                    vec![Output::Result { media }],
                ),
                Err(failure) => (Outcome::Failed(failure), Vec::new()),
            }
        } else {
            let interrupt = step.expected.get("interrupt").map(|texts| texts.join("\n"));
            let outcome = session.execute(&cell, interrupt.as_deref());
            (outcome, session.recorder.of(id))
        };
        let calls = session.engine.compiler_calls() - calls;
        let mut wrong = std::mem::take(&mut session.problems);
        wrong.extend(check(step, &outcome, &outputs, calls));
        for text in step.expected.get("later").into_iter().flatten() {
            later.push((id, step.line, text.clone()));
        }
        if !wrong.is_empty() {
            problems.push(format!(
                "--- cell [{number}] (line {}), {calls} compiler call(s):",
                step.line
            ));
            problems.extend(step.code.lines().map(|line| format!("    {line}")));
            problems.extend(wrong.iter().map(|problem| format!("  * {problem}")));
            problems.push(told(&outcome, &outputs));
        }
    }
    for (id, line, text) in later {
        if !session
            .recorder
            .wait_for(id, &text, Duration::from_secs(10))
        {
            problems.push(format!(
                "--- cell [{id}] (line {line}) has not printed `{text}` after 10 s"
            ));
        }
    }
    session.engine.shutdown();
    problems
}

/// All that a cell told, for a report.
fn told(outcome: &Outcome, outputs: &[Output]) -> String {
    let mut text = String::from("    what it told:\n");
    for output in outputs {
        let _ = match output {
            Output::Stream {
                stream,
                text: printed,
            } => writeln!(text, "      {}: {printed:?}", stream.name()),
            Output::Result { media } => {
                writeln!(text, "      result: {:?}", media.text().unwrap_or_default())
            }
            Output::Display { media, .. } => {
                writeln!(
                    text,
                    "      display:\n{}",
                    indented(&plain(media.text().unwrap_or_default()))
                )
            }
            Output::Clear { .. } => writeln!(text, "      clear"),
            Output::Comm { comm } => writeln!(text, "      comm {}", comm.comm_id),
        };
    }
    if let Outcome::Failed(failure) = outcome {
        let _ = writeln!(text, "      error {}: {}", failure.ename, failure.evalue);
        let _ = writeln!(text, "{}", indented(&plain(&failure.traceback.join("\n"))));
    }
    text
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| format!("        {line}\n"))
        .collect()
}

/// What is wrong with how a cell went.
fn check(step: &Step, outcome: &Outcome, outputs: &[Output], calls: u64) -> Vec<String> {
    let mut problems = Vec::new();
    let expected = |keyword: &str| step.expected.get(keyword);
    let all = |keyword: &str| expected(keyword).cloned().unwrap_or_default();
    let stdout = streamed(outputs, Stream::Stdout);
    let stderr = streamed(outputs, Stream::Stderr);
    let results = results(outputs);
    let displays = displays(outputs);
    let result = results
        .first()
        .and_then(|media| media.text())
        .unwrap_or_default();
    let display: String = displays
        .iter()
        .filter_map(|media| media.text())
        .map(|text| plain(text) + "\n")
        .collect();
    let html: String = results
        .iter()
        .chain(&displays)
        .filter_map(|media| {
            media
                .data
                .get("text/html")
                .and_then(serde_json::Value::as_str)
        })
        .collect();
    let (failure, payload) = match outcome {
        Outcome::Failed(failure) => (Some(failure), String::new()),
        Outcome::Completed { payload } => {
            (None, serde_json::to_string(payload).unwrap_or_default())
        }
    };
    let traceback = failure
        .map(|failure| plain(&failure.traceback.join("\n")))
        .unwrap_or_default();

    // The error, or none.
    match (expected("error"), failure) {
        (Some(names), Some(Failure { ename, .. })) if names.first() != Some(ename) => {
            problems.push(format!(
                "the error is a `{ename}`, not a `{}`",
                names.join(" ")
            ));
        }
        (Some(names), None) => {
            problems.push(format!("it ran, but a `{}` was expected", names.join(" ")))
        }
        (None, Some(Failure { ename, .. })) => problems.push(format!("it failed with a `{ename}`")),
        _ => {}
    }
    if let (Some(sentence), Some(failure)) = (expected("evalue"), failure)
        && sentence.join("\n") != failure.evalue
    {
        problems.push(format!(
            "the error's value is not `{}`",
            sentence.join("\n")
        ));
    }
    let whole = format!("{traceback}\n{display}");
    for text in all("says") {
        if !whole.contains(&text) {
            problems.push(format!("nowhere says `{text}`"));
        }
    }
    let underlined = underlined(&whole);
    for text in all("caret") {
        if !underlined.contains(&text) {
            problems.push(format!(
                "`{text}` is not underlined; underlined are {underlined:?}"
            ));
        }
    }

    // What the reader must not see.
    let everything = format!("{whole}\n{result}\n{stdout}\n{stderr}\n{html}\n{payload}");
    let forbidden = GENERATED
        .iter()
        .map(|text| (*text).to_owned())
        .chain(all("not"));
    for text in forbidden {
        if everything.contains(&text) {
            problems.push(format!("shows `{text}`"));
        }
    }

    // Outputs, each kind as said, and none that is not spoken of.
    let exact = [("result", result), ("stdout", &stdout), ("stderr", &stderr)];
    for (keyword, found) in exact {
        if let Some(lines) = expected(keyword)
            && lines.join("\n") != found.trim_end_matches('\n')
        {
            problems.push(format!(
                "{keyword} is {found:?}, not {:?}",
                lines.join("\n")
            ));
        }
    }
    let containing = [
        ("result~", result),
        ("stdout~", &stdout),
        ("stderr~", &stderr),
        ("display~", &display),
        ("html~", &html),
        ("payload~", &payload),
    ];
    for (keyword, found) in containing {
        for text in all(keyword) {
            if !found.contains(&text) {
                problems.push(format!(
                    "{} does not hold {text:?}",
                    keyword.trim_end_matches('~')
                ));
            }
        }
    }
    if let Some(counts) = expected("displays")
        && counts.first().and_then(|count| count.parse().ok()) != Some(displays.len())
    {
        problems.push(format!(
            "there are {} displays, not {}",
            displays.len(),
            counts.join(" ")
        ));
    }
    let ordered = step.expected.contains_key("order");
    let spoken = |keywords: &[&str]| {
        ordered
            || keywords
                .iter()
                .any(|keyword| step.expected.contains_key(*keyword))
    };
    if !results.is_empty() && !spoken(&["result", "result~", "html~"]) {
        problems.push(format!("an unexpected result {result:?}"));
    }
    if results.is_empty() && step.expected.contains_key("result") {
        problems.push("there is no result".to_owned());
    }
    if !stdout.is_empty() && !spoken(&["stdout", "stdout~", "later"]) {
        problems.push(format!("unexpected text on stdout: {stdout:?}"));
    }
    if !stderr.is_empty() && !spoken(&["stderr", "stderr~"]) {
        problems.push(format!("unexpected text on stderr: {stderr:?}"));
    }
    if !displays.is_empty() && !spoken(&["display~", "displays", "html~", "says"]) {
        problems.push("an unexpected display".to_owned());
    }
    if ordered {
        let found = in_order(outputs);
        if found != all("order") {
            problems.push(format!("the outputs in order are {found:?}"));
        }
    }
    if let Some(counts) = expected("calls")
        && counts.first().and_then(|count| count.parse().ok()) != Some(calls)
    {
        problems.push(format!(
            "{calls} compiler calls instead of {}",
            counts.join(" ")
        ));
    }
    problems
}

/// Outputs as `kind text`, pieces of one stream put together.
fn in_order(outputs: &[Output]) -> Vec<String> {
    let mut pieces: Vec<(&str, String)> = Vec::new();
    for output in outputs {
        let (kind, text) = match output {
            Output::Stream { stream, text } => (stream.name(), text.as_str()),
            Output::Result { media } => ("result", media.text().unwrap_or_default()),
            Output::Display { media, .. } => ("display", media.text().unwrap_or_default()),
            Output::Clear { .. } => ("clear", ""),
            Output::Comm { .. } => ("comm", ""),
        };
        match pieces.last_mut() {
            Some((last, gathered)) if *last == kind && kind.starts_with("std") => {
                gathered.push_str(text)
            }
            _ => pieces.push((kind, text.to_owned())),
        }
    }
    pieces
        .iter()
        .map(|(kind, text)| format!("{kind} {}", text.trim_end_matches('\n').replace('\n', "|")))
        .collect()
}

#[test]
fn the_checks_notice_what_is_wrong() {
    let step = |lines: &[(&str, &str)]| {
        let mut step = Step::default();
        for (keyword, text) in lines {
            step.expected
                .entry((*keyword).to_owned())
                .or_default()
                .push((*text).to_owned());
        }
        step
    };
    let completed = Outcome::Completed {
        payload: Vec::new(),
    };
    let two = [Output::Result {
        media: Media::plain("2"),
    }];
    assert!(check(&step(&[("result", "2")]), &completed, &two, 1).is_empty());
    assert_eq!(
        check(&step(&[("result", "3")]), &completed, &two, 1).len(),
        1
    );
    assert_eq!(
        check(&step(&[("ok", "")]), &completed, &two, 1).len(),
        1,
        "an output that nobody spoke of"
    );
    assert_eq!(
        check(
            &step(&[("result", "2"), ("calls", "0")]),
            &completed,
            &two,
            1
        )
        .len(),
        1
    );
    let printed = [Output::Stream {
        stream: Stream::Stdout,
        text: "CellError\n".into(),
    }];
    assert_eq!(
        check(&step(&[("stdout", "CellError")]), &completed, &printed, 1).len(),
        1,
        "generated text"
    );
    let failure = Failure {
        ename: "CompileError".into(),
        evalue: "no".into(),
        traceback: vec![
            "1 | let é = \u{1b}[1myy\u{1b}[0m;".into(),
            "  |         ^^ not found".into(),
        ],
    };
    let failed = Outcome::Failed(failure);
    assert!(
        check(
            &step(&[("error", "CompileError"), ("caret", "yy")]),
            &failed,
            &[],
            1
        )
        .is_empty()
    );
    assert_eq!(
        check(
            &step(&[("error", "CompileError"), ("caret", "y")]),
            &failed,
            &[],
            1
        )
        .len(),
        1
    );
    assert_eq!(
        check(&step(&[("error", "Panic")]), &failed, &[], 1).len(),
        1
    );
    assert_eq!(check(&step(&[("ok", "")]), &failed, &[], 1).len(), 1);
}
