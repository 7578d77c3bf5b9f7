//! The direct engine: one `rustc` call a cell, against the stdlib dylib.
//!
//! # Layout
//! - [`parse`](self): the learner's text to items, statements and names.
//! - `definitions`: what the session has defined.
//! - `generate`: the source of one cell's crate, and where its pieces came from.
//! - `compile`: the compiler, started ahead of time.
//! - `types`: the types of kept variables, from the MIR.
//! - `diagnostics`: the compiler's messages in the learner's terms.
//! - `cache`: compiled cells on disk.
//! - `process`: the worker that runs them.
//!
//! A cell is compiled as if it only borrowed the variables it names and could
//! keep all that it binds. Where the compiler objects on the glue's part, the
//! objection says which variable is moved or cannot be kept, and the cell is
//! compiled once more with that adjustment.

mod cache;
mod commands;
mod compile;
mod content;
mod definitions;
mod diagnostics;
mod generate;
mod lookup;
mod parse;
mod process;
mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use lightcone_wire::{CellId, Ending, Media, Output, ToWorker, VariableSummary};
use serde_json::json;

use super::{
    Cell, Commer, Completeness, Completions, Engine, Failure, Interrupter, Outcome, Publish,
};
pub use cache::{Cache, DEFAULT_SIZE};
use cache::{Entry, Found, Kept};
pub use compile::{CompileError, Toolchain};
use compile::{Compiler, Message};
use content::ContentFilter;
use definitions::{CellText, Definitions, Variable};
use diagnostics::{Finding, Unkept};
use generate::{Adjustments, Generated};
use parse::{ParsedCell, Unparsed};
pub use process::WorkerProgram;
use process::{Event, Worker, WorkerHandle};
use types::KeptType;

/// Executions with numbers from here on are `evaluate` calls: their output is
/// captured instead of published.
const EVALUATIONS: CellId = 1 << 62;

/// How often a cell is compiled anew with adjustments before giving up.
const ATTEMPTS: usize = 10;

/// Part of every cache key: raise it when generated code changes its meaning.
const GENERATION: &str = "1";

/// What the engine needs to know of an installation.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// The compiler and the stdlib build.
    pub toolchain: Toolchain,
    /// How to start workers.
    pub worker: WorkerProgram,
    /// The cell cache.
    pub cache: Cache,
    /// A folder for this session's compiled cells.
    pub folder: PathBuf,
}

/// Why an engine could not be made.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The worker did not start.
    #[error("the worker `{path}` did not start: {source}; run `./install.sh` again")]
    Worker {
        /// The program that was tried.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}

/// The engine that compiles cells itself.
pub struct Direct {
    configuration: Configuration,
    publish: Arc<Captured>,
    compiler: Compiler,
    session: Definitions,
    /// Variables that existed once, and why they are gone.
    gone: BTreeMap<String, String>,
    opt_level: u8,
    worker: Option<Worker>,
    shared: Arc<Shared>,
    evaluations: u64,
    loaded: u64,
}

/// What interrupts need to reach from other threads.
#[derive(Default)]
struct Shared {
    /// The compiler that runs now.
    compiling: Arc<Mutex<Option<u32>>>,
    /// The worker, while a cell runs in it.
    running: Mutex<Option<Running>>,
    /// Set by an interrupt, cleared when a cell has ended: one that comes just
    /// before a cell begins is meant for it.
    interrupted: AtomicBool,
    /// The cell that raw output belongs to.
    current: Arc<AtomicU64>,
    /// The worker, for comm messages at any time.
    comms: Mutex<Option<WorkerHandle>>,
}

impl Shared {
    fn interrupt(&self) {
        self.interrupted.store(true, Ordering::SeqCst);
        if let Some(process) = *lock(&self.compiling)
            && let Ok(process) = i32::try_from(process)
        {
            // SAFETY: kill takes plain numbers; the compiler is our child and
            // not yet waited for while its number stands there.
            unsafe { libc::kill(process, libc::SIGKILL) };
        }
        if let Some(running) = lock(&self.running).as_mut() {
            match running.interrupted {
                // It has had a second to heed the first interrupt.
                Some(first) if first.elapsed() > Duration::from_secs(1) => running.worker.kill(),
                Some(_) => running.worker.interrupt(running.cell),
                None => {
                    running.interrupted = Some(Instant::now());
                    running.worker.interrupt(running.cell);
                }
            }
        }
    }
}

/// A cell that runs in a worker.
struct Running {
    worker: WorkerHandle,
    cell: CellId,
    /// When it was first interrupted.
    interrupted: Option<Instant>,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hands outputs on, except those of evaluations, which it keeps.
struct Captured {
    publish: Arc<dyn Publish>,
    results: Mutex<BTreeMap<CellId, Media>>,
    content: Mutex<ContentFilter>,
    /// The cell that runs silently, if one does.
    silent: AtomicU64,
}

impl Captured {
    /// Publishes what a cell that ended left undecided.
    fn finish(&self, cell: CellId) {
        let rest = lock(&self.content).finish(cell);
        for output in rest {
            self.publish.output(cell, output);
        }
    }
}

impl Publish for Captured {
    fn output(&self, cell: CellId, output: Output) {
        if cell >= EVALUATIONS {
            if let Output::Result { media } = output {
                lock(&self.results).insert(cell, media);
            }
        } else if self.silent.load(Ordering::Relaxed) == cell
            && matches!(output, Output::Result { .. })
        {
            // A silent cell shows no result.
        } else {
            let outputs = lock(&self.content).filter(cell, output);
            for output in outputs {
                self.publish.output(cell, output);
            }
        }
    }
    fn input(&self, cell: CellId, prompt: &str, password: bool) -> Option<String> {
        self.publish.input(cell, prompt, password)
    }
    fn comm_done(&self, cell: CellId) {
        self.publish.comm_done(cell);
    }
    fn comms_lost(&self) {
        self.publish.comms_lost();
    }
}

/// A cell that is ready to run.
struct Ready {
    generated: Generated,
    session: Definitions,
    text: Arc<CellText>,
    parsed: ParsedCell,
    adjustments: Adjustments,
    entry: Entry,
    library: PathBuf,
    notes: Vec<String>,
}

impl Direct {
    /// Makes an engine and starts its worker.
    ///
    /// # Errors
    /// When the worker program cannot be started.
    pub fn new(
        configuration: Configuration,
        publish: Arc<dyn Publish>,
    ) -> Result<Self, StartError> {
        let shared = Arc::new(Shared::default());
        let publish = Arc::new(Captured {
            publish,
            results: Mutex::default(),
            content: Mutex::default(),
            silent: AtomicU64::new(0),
        });
        let compiler = Compiler::new(
            configuration.toolchain.clone(),
            &configuration.folder,
            Arc::clone(&shared.compiling),
        );
        let mut engine = Self {
            configuration,
            publish,
            compiler,
            session: Definitions::default(),
            gone: BTreeMap::new(),
            opt_level: 0,
            worker: None,
            shared,
            evaluations: 0,
            loaded: 0,
        };
        engine.start_worker().map_err(|source| StartError::Worker {
            path: engine.configuration.worker.program.display().to_string(),
            source,
        })?;
        engine.compiler.prepare(engine.opt_level);
        Ok(engine)
    }

    /// How many times a compiler was given a source.
    #[must_use]
    pub fn compiler_calls(&self) -> u64 {
        self.compiler.calls
    }

    fn start_worker(&mut self) -> std::io::Result<()> {
        let publish: Arc<dyn Publish> = Arc::clone(&self.publish) as _;
        let current = Arc::clone(&self.shared.current);
        let worker = Worker::start(&self.configuration.worker, publish, current)?;
        *lock(&self.shared.comms) = Some(worker.handle());
        self.worker = Some(worker);
        Ok(())
    }

    /// Compiles a cell without running it, so that the cache holds it, and
    /// defines what it would define.
    ///
    /// # Errors
    /// The failure that running the cell would end with before it runs.
    pub fn warm(&mut self, cell: &Cell) -> Result<(), Failure> {
        if commands::is_command(&cell.code) {
            return Ok(());
        }
        let ready = self.make_ready(cell)?;
        let _ = std::fs::remove_file(&ready.library);
        let kept = Self::kept_variables(&ready);
        self.session = ready.session;
        self.session.loaded(ready.parsed.all_names().iter());
        for name in ready
            .adjustments
            .moved
            .iter()
            .chain(ready.adjustments.moved_at.keys())
        {
            self.session.variables.remove(name);
        }
        self.session.variables.extend(kept);
        Ok(())
    }

    /// Brings a cell to the point where it can be loaded.
    fn make_ready(&mut self, cell: &Cell) -> Result<Ready, Failure> {
        let parsed = match parse::parse_with(&cell.code, &|name| self.session.makes_items(name)) {
            Ok(parsed) => parsed,
            Err(why) => return Err(self.explain_syntax(cell, why)),
        };
        let text = Arc::new(CellText {
            execution_count: cell.execution_count,
            code: cell.code.clone(),
            edits: parsed.edits.clone(),
        });
        let mut session = self.session.clone();
        session.define(&text, &parsed.items);
        let mut notes = Vec::new();
        for (name, type_name) in session.outdated_variables() {
            let why = format!(
                "`{name}` is gone: it was made with an earlier definition of `{type_name}`; run the cell that makes it again"
            );
            session.variables.remove(&name);
            if !parsed
                .statements
                .iter()
                .any(|statement| statement.binds.iter().any(|bound| bound.name == name))
            {
                notes.push(why);
            }
        }
        // The newest definition of a name wins, whatever it is.
        for (_, name) in parsed.items.iter().flat_map(|item| &item.defines) {
            session.variables.remove(name);
        }
        let mut adjustments = Adjustments::default();
        let options = format!("{GENERATION} opt={}", self.opt_level);
        for _ in 0..ATTEMPTS {
            let generated = generate::generate(&session, &text, &parsed, &adjustments);
            let key = Cache::key(
                &self.configuration.toolchain.build,
                &options,
                &generated.source,
            );
            match self.configuration.cache.find(&key) {
                Some(Found::Cell(entry, code)) => {
                    let library = self.place(&code)?;
                    return Ok(Ready {
                        generated,
                        session,
                        text,
                        parsed,
                        adjustments,
                        entry,
                        library,
                        notes,
                    });
                }
                Some(Found::Adjusted(stored)) => {
                    if let Some(stored) = Adjustments::from_json(&stored)
                        && stored != adjustments
                    {
                        adjustments = stored;
                        continue;
                    }
                }
                None => {}
            }
            if self.shared.interrupted.load(Ordering::SeqCst) {
                return Err(interrupted());
            }
            let compiled = self.compiler.compile(&generated.source, self.opt_level);
            // The next cell's compiler gets ready while this cell runs.
            self.compiler.prepare(self.opt_level);
            let compiled = match compiled {
                Ok(compiled) => compiled,
                Err(CompileError::Interrupted) => return Err(interrupted()),
                Err(error) => {
                    let text = error.to_string();
                    return Err(failure("CompilerError", &text));
                }
            };
            let Some(library) = compiled.library else {
                let before = adjustments.clone();
                self.adjust(&mut adjustments, &generated, &compiled.messages, &parsed);
                let genuine = genuine_errors(&generated, &compiled.messages);
                // A redefined type may have left behind an `impl` that fits it no longer.
                let misfits: Vec<(Arc<CellText>, usize)> = genuine
                    .iter()
                    .filter_map(|message| {
                        diagnostics::place_in_earlier_cell(&generated, &text, message)
                    })
                    .collect();
                if !misfits.is_empty() && misfits.len() == genuine.len() {
                    let gone: BTreeSet<(u32, String)> = misfits
                        .iter()
                        .filter_map(|(cell, at)| {
                            Some((cell.execution_count, session.remove_impl(cell, *at)?))
                        })
                        .collect();
                    if !gone.is_empty() {
                        notes.extend(gone.iter().map(|(cell, head)| {
                            format!("`{head}` of cell [{cell}] does not fit the new definition and is gone; write it anew")
                        }));
                        continue;
                    }
                }
                if !genuine.is_empty() && !before.moved_at.is_empty() {
                    // Following the moves broke something: let the statements load.
                    let Adjustments {
                        moved, moved_at, ..
                    } = &mut adjustments;
                    moved.extend(std::mem::take(moved_at).into_keys());
                    continue;
                }
                if genuine.is_empty() && adjustments != before {
                    self.configuration
                        .cache
                        .store_adjustments(&key, adjustments.to_json());
                    continue;
                }
                return Err(self.compile_failure(
                    &generated,
                    &text,
                    &compiled.messages,
                    &compiled.noise,
                ));
            };
            let mut kept = types::kept_types(&compiled.mir);
            let mut coerced = false;
            for (name, kept_type) in &kept {
                if let KeptType::Coerced(type_name, boxed) = kept_type
                    && !adjustments.coerced.contains_key(name)
                    && !adjustments.unkept.contains(name)
                {
                    adjustments
                        .coerced
                        .insert(name.clone(), (type_name.clone(), *boxed));
                    coerced = true;
                }
            }
            if coerced {
                let _ = std::fs::remove_file(&library);
                self.configuration
                    .cache
                    .store_adjustments(&key, adjustments.to_json());
                continue;
            }
            for (name, (type_name, _)) in &adjustments.coerced {
                if !adjustments.unkept.contains(name) {
                    kept.insert(name.clone(), KeptType::Named(type_name.clone()));
                }
            }
            let warnings = compiled
                .messages
                .into_iter()
                .filter(|message| message.level == "warning")
                .collect();
            let entry = Entry {
                kept: kept
                    .into_iter()
                    .map(|(name, kept)| (name, Kept::from(kept)))
                    .collect(),
                warnings,
            };
            match std::fs::read(&library) {
                Ok(code) => self.configuration.cache.store(&key, &entry, &code),
                Err(error) => {
                    return Err(failure(
                        "CompilerError",
                        &CompileError::Folder(error).to_string(),
                    ));
                }
            }
            return Ok(Ready {
                generated,
                session,
                text,
                parsed,
                adjustments,
                entry,
                library,
                notes,
            });
        }
        Err(failure(
            "CompilerError",
            "this cell did not compile after several attempts to keep its variables; split it in two and try again",
        ))
    }

    /// Puts cached code where the worker can load it: under a name of its own,
    /// since the loader never loads one file twice.
    fn place(&mut self, code: &[u8]) -> Result<PathBuf, Failure> {
        self.loaded += 1;
        let path = self
            .configuration
            .folder
            .join(format!("cached{}.so", self.loaded));
        std::fs::create_dir_all(&self.configuration.folder)
            .and_then(|()| std::fs::write(&path, code))
            .map_err(|error| failure("CompilerError", &CompileError::Folder(error).to_string()))?;
        Ok(path)
    }

    /// Learns from errors on the glue's part.
    fn adjust(
        &self,
        adjustments: &mut Adjustments,
        generated: &Generated,
        messages: &[Message],
        parsed: &ParsedCell,
    ) {
        let before = adjustments.clone();
        let mut blocked = Vec::new();
        for message in messages.iter().filter(|message| message.level == "error") {
            for finding in diagnostics::findings(generated, message) {
                match finding {
                    // Assigning anew to a variable that was moved out would drop it twice.
                    Finding::Moved(name, Some(places))
                        if !adjustments.moved.contains(&name)
                            && self
                                .session
                                .variables
                                .get(&name)
                                .is_some_and(|variable| !variable.mutable) =>
                    {
                        let known = adjustments.moved_at.entry(name.clone()).or_default();
                        let before = known.len();
                        known.extend(places);
                        known.sort_unstable();
                        known.dedup();
                        if known.len() == before {
                            // Following the moves did not help.
                            adjustments.moved_at.remove(&name);
                            adjustments.moved.insert(name);
                        }
                    }
                    Finding::Moved(name, _) => {
                        adjustments.moved_at.remove(&name);
                        adjustments.moved.insert(name);
                    }
                    Finding::Unkept(name, why) => {
                        if why == Unkept::Misfit {
                            match adjustments.coerced.remove(&name) {
                                // Most closures can go to a thread; this one cannot.
                                Some((type_name, boxed)) if type_name.contains(" + Send>") => {
                                    let local = type_name.replace(" + Send>", ">");
                                    adjustments.coerced.insert(name, (local, boxed));
                                    continue;
                                }
                                // Or it takes and returns static text only.
                                Some((type_name, boxed))
                                    if type_name.replace("&'static ", "").contains('&') =>
                                {
                                    let plain = type_name.replace("&'static ", "&");
                                    let fixed = plain.replace('&', "&'static ");
                                    adjustments.coerced.insert(name, (fixed, boxed));
                                    continue;
                                }
                                Some(_) => {}
                                None => continue,
                            }
                        }
                        adjustments
                            .reasons
                            .insert(name.clone(), reason(&name, &why));
                        adjustments.unkept.insert(name);
                    }
                    Finding::Blocked(name) => blocked.push(name),
                    Finding::ShownByTrait => adjustments.shown_by_trait = true,
                    Finding::Unshown => adjustments.unshown = parsed.main.is_none(),
                    Finding::Unloadable(_) => {}
                }
            }
        }
        if *adjustments == before {
            for name in blocked {
                adjustments
                    .reasons
                    .insert(name.clone(), reason(&name, &Unkept::Borrows));
                adjustments.unkept.insert(name);
            }
        }
    }

    fn compile_failure(
        &self,
        generated: &Generated,
        here: &Arc<CellText>,
        messages: &[Message],
        noise: &str,
    ) -> Failure {
        let mut texts = Vec::new();
        let mut headline = None;
        let genuine = genuine_errors(generated, messages);
        let errors: Vec<&Message> = if genuine.is_empty() {
            messages
                .iter()
                .filter(|message| message.level == "error")
                .collect()
        } else {
            genuine
        };
        for message in errors {
            let mut advice = Vec::new();
            for finding in diagnostics::findings(generated, message) {
                if let Finding::Unloadable(name) = finding {
                    advice.push(format!("`{name}` is of a type that has no name outside the cell that made it; make it again here"));
                }
            }
            advice.extend(self.advice(here, message));
            if advice.is_empty()
                && let Some(text) = diagnostics::primary_text(generated, message)
            {
                let word: String = text
                    .chars()
                    .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
                    .collect();
                advice.extend(self.gone.get(&word).cloned());
            }
            if let Some(text) = diagnostics::render(generated, here, message, &advice) {
                if headline.is_none() {
                    let code = message
                        .code
                        .as_ref()
                        .map(|code| format!("[{}] ", code.code))
                        .unwrap_or_default();
                    headline = Some(format!("{code}{}", message.message));
                }
                texts.push(text);
            }
        }
        if noise.contains("linker") || noise.contains("linking with") {
            texts.push(format!(
                "the linker is missing or failed; `lightcone doctor` tells the mend\n{noise}"
            ));
        } else if texts.is_empty() {
            texts.push(format!(
                "the compiler gave up without a message about this cell\n{noise}"
            ));
        }
        let linker = messages
            .iter()
            .find(|message| message.message.contains("linker `"));
        if let Some(linker) = linker {
            return failure(
                "LinkerError",
                &format!(
                    "{}; install a C linker (for instance `apt-get install gcc`), `lightcone doctor` tells more",
                    linker.message
                ),
            );
        }
        Failure {
            ename: "CompileError".to_owned(),
            evalue: headline.unwrap_or_else(|| "the cell did not compile".to_owned()),
            traceback: texts.join("\n\n").lines().map(str::to_owned).collect(),
        }
    }

    /// A cell that is nothing but the name of a variable that is gone must not show
    /// a function of the prelude that happens to have that name.
    fn only_a_gone_name(&self, code: &str, session: &Definitions) -> Option<Failure> {
        let name = code.trim();
        let why = self.gone.get(name)?;
        let exists =
            session.variables.contains_key(name) || session.names().any(|(known, _)| known == name);
        (!exists).then(|| failure("CompileError", why))
    }

    /// What the session knows about a name that the compiler does not find.
    fn advice(&self, here: &CellText, message: &Message) -> Option<String> {
        let code = message.code.as_ref()?.code.as_str();
        if !matches!(code, "E0425" | "E0423" | "E0434") {
            return None;
        }
        let name = message.message.split('`').nth(1)?;
        if let Some(why) = self.gone.get(name) {
            return Some(why.clone());
        }
        let assigned = here.code.lines().any(|line| {
            let rest = line.trim_start().strip_prefix(name).map(str::trim_start);
            rest.is_some_and(|rest| {
                rest.starts_with('=') && !rest.starts_with("==") && !rest.starts_with("=>")
            })
        });
        if assigned && !self.session.variables.contains_key(name) {
            return Some(format!(
                "to make a variable, write `let {name} = ...;`, or `let mut {name} = ...;` if it will change"
            ));
        }
        let variable = self.session.variables.get(name)?;
        Some(format!(
            "`{name}` is a variable of cell [{}]; a `fn` or other item cannot see the notebook's variables: give it a parameter for it",
            variable.bound_in
        ))
    }

    fn explain_syntax(&mut self, cell: &Cell, why: Unparsed) -> Failure {
        // Unbalanced text is shown to the compiler bare: in a function, its closing
        // brace would be taken for ours.
        let text = Arc::new(CellText {
            execution_count: cell.execution_count,
            code: cell.code.clone(),
            edits: Vec::new(),
        });
        let generated = generate::bare(&text, why == Unparsed::Unbalanced);
        match self.compiler.compile(&generated.source, self.opt_level) {
            Ok(compiled) => {
                self.compiler.prepare(self.opt_level);
                self.compile_failure(&generated, &text, &compiled.messages, &compiled.noise)
            }
            Err(CompileError::Interrupted) => interrupted(),
            Err(error) => failure("CompilerError", &error.to_string()),
        }
    }

    /// The variables that a cell will have kept when it has run.
    fn kept_variables(ready: &Ready) -> BTreeMap<String, Variable> {
        let mut kept = BTreeMap::new();
        for binding in ready
            .parsed
            .statements
            .iter()
            .flat_map(|statement| &statement.binds)
        {
            let Some(found) = ready.entry.kept.get(&binding.name) else {
                continue;
            };
            let type_name = match found {
                Kept::Named(name) => Some(name.clone()),
                Kept::Unnameable(_) => None,
            };
            let made_of = type_name
                .as_deref()
                .map(|name| ready.session.made_of(name))
                .unwrap_or_default();
            kept.insert(
                binding.name.clone(),
                Variable {
                    type_name,
                    mutable: binding.mutable,
                    bound_in: ready.text.execution_count,
                    made_of,
                },
            );
        }
        kept
    }

    fn run(&mut self, cell: &Cell) -> Result<(), Failure> {
        let ready = self.make_ready(cell)?;
        if let Some(failure) = self.only_a_gone_name(&cell.code, &ready.session) {
            let _ = std::fs::remove_file(&ready.library);
            return Err(failure);
        }
        if !cell.silent {
            self.show_warnings(cell, &ready);
        }
        let outdated: Vec<String> = self
            .session
            .variables
            .keys()
            .filter(|name| !ready.session.variables.contains_key(*name))
            .cloned()
            .collect();
        self.session = ready.session.clone();
        for note in &ready.notes {
            if let Some(name) = note.split('`').nth(1) {
                self.gone.insert(name.to_owned(), note.clone());
            }
        }
        let worker = self.worker()?;
        if !outdated.is_empty() {
            worker.send(&ToWorker::Forget { names: outdated });
        }
        let handle = worker.handle();
        self.shared.current.store(cell.id, Ordering::Relaxed);
        let silent = if cell.silent { cell.id } else { 0 };
        self.publish.silent.store(silent, Ordering::Relaxed);
        *lock(&self.shared.running) = Some(Running {
            worker: handle,
            cell: cell.id,
            interrupted: None,
        });
        if self.shared.interrupted.load(Ordering::SeqCst) {
            *lock(&self.shared.running) = None;
            let _ = std::fs::remove_file(&ready.library);
            return Err(interrupted());
        }
        let ended = self.run_ready(cell, &ready);
        self.publish.finish(cell.id);
        *lock(&self.shared.running) = None;
        let _ = std::fs::remove_file(&ready.library);
        let (ending, variables) = match ended {
            Ok(ended) => ended,
            Err(failure) => {
                self.lose_worker();
                return Err(failure);
            }
        };
        self.session
            .variables
            .retain(|name, _| variables.contains(name));
        self.session.loaded(ready.parsed.all_names().iter());
        for name in ready
            .adjustments
            .moved
            .iter()
            .chain(ready.adjustments.moved_at.keys())
        {
            if !variables.contains(name) {
                let why = format!(
                    "`{name}` was moved by cell [{}]; make it again, or use `{name}.clone()` there",
                    cell.execution_count
                );
                self.gone.insert(name.clone(), why);
            }
        }
        if ending == Ending::Completed {
            let kept = Self::kept_variables(&ready);
            for name in kept.keys() {
                self.gone.remove(name);
            }
            for (name, why) in &ready.adjustments.reasons {
                self.session.variables.remove(name);
                self.gone.insert(name.clone(), why.clone());
            }
            for (name, variable) in &kept {
                if variable.type_name.is_none()
                    && let Some(Kept::Unnameable(what)) = ready.entry.kept.get(name)
                {
                    self.gone.insert(name.clone(), unnameable(name, what));
                }
            }
            self.session.variables.extend(
                kept.into_iter()
                    .filter(|(_, variable)| variable.type_name.is_some()),
            );
            return Ok(());
        }
        Err(Self::run_failure(&ready, &ending))
    }

    fn run_ready(&mut self, cell: &Cell, ready: &Ready) -> Result<(Ending, Vec<String>), Failure> {
        let worker = self.worker()?;
        worker.send(&ToWorker::Run {
            cell: cell.id,
            library: ready.library.display().to_string(),
            global: ready.generated.global,
            allow_stdin: cell.allow_stdin,
            unbuffered: ready.parsed.raw_streams,
        });
        loop {
            match worker.next() {
                Event::Done {
                    cell: done,
                    ending,
                    variables,
                } if done == cell.id => return Ok((ending, variables)),
                Event::Died { status, overflowed } => {
                    let sentence = format!(
                        "{}. All variables are gone; functions, types and imports of earlier cells are still there. Run the cells that make your variables again.",
                        process::how_it_died(status, overflowed)
                    );
                    return Err(failure("WorkerDied", &sentence));
                }
                _ => {}
            }
        }
    }

    /// The worker, started again if it died.
    fn worker(&mut self) -> Result<&Worker, Failure> {
        if self.worker.is_none() {
            self.start_worker().map_err(|source| {
                let path = self.configuration.worker.program.display().to_string();
                failure(
                    "WorkerDied",
                    &StartError::Worker { path, source }.to_string(),
                )
            })?;
        }
        self.worker
            .as_ref()
            .ok_or_else(|| failure("WorkerDied", "the worker did not start"))
    }

    /// Forgets all that lived in a worker that died.
    fn lose_worker(&mut self) {
        self.worker = None;
        *lock(&self.shared.comms) = None;
        self.session.unload();
        for name in std::mem::take(&mut self.session.variables).into_keys() {
            let why = format!(
                "`{name}` was lost when its process ended; run the cell that makes it again"
            );
            self.gone.insert(name, why);
        }
    }

    fn run_failure(ready: &Ready, ending: &Ending) -> Failure {
        match ending {
            Ending::Completed => failure("Completed", ""),
            Ending::Interrupted => interrupted(),
            Ending::Failed {
                error_type,
                messages,
            } => {
                let mut sentence = messages.first().cloned().unwrap_or_default();
                let mut lines = vec![red(&format!("{error_type}: {sentence}"))];
                lines.extend(
                    messages
                        .iter()
                        .skip(1)
                        .map(|message| format!("  caused by: {message}")),
                );
                if error_type == "PolarsError" && sentence.contains("unable to find column") {
                    lines.push(
                        "  help: a plain text in an expression names a column; for the text itself write `lit(\"...\")`"
                            .to_owned(),
                    );
                }
                if sentence.is_empty() {
                    sentence.clone_from(error_type);
                }
                Failure {
                    ename: error_type.clone(),
                    evalue: sentence,
                    traceback: lines.join("\n").lines().map(str::to_owned).collect(),
                }
            }
            Ending::Panicked {
                message,
                line,
                column,
                location,
            } => {
                let drawn = line.zip(*column).and_then(|(line, column)| {
                    diagnostics::render_panic(&ready.generated, message, line, column)
                });
                let text = drawn.unwrap_or_else(|| {
                    let place = if line.is_some() || location.is_empty() {
                        String::new()
                    } else {
                        format!("\n  in {location}")
                    };
                    red(&format!("panic: {message}")) + &place
                });
                Failure {
                    ename: "Panic".to_owned(),
                    evalue: message.clone(),
                    traceback: text.lines().map(str::to_owned).collect(),
                }
            }
            Ending::NotLoaded { message } => failure(
                "LoadError",
                &format!(
                    "the compiled cell could not be loaded: {message}; restart the kernel, and run `lightcone doctor` if it happens again"
                ),
            ),
        }
    }

    fn show_warnings(&self, cell: &Cell, ready: &Ready) {
        let texts: Vec<String> = ready
            .entry
            .warnings
            .iter()
            .filter_map(|message| diagnostics::render(&ready.generated, &ready.text, message, &[]))
            .collect();
        let notes = ready.notes.iter().map(|note| format!("note: {note}"));
        let all: Vec<String> = texts.into_iter().chain(notes).collect();
        if !all.is_empty() {
            let media = Media::plain(all.join("\n\n"));
            self.publish.output(
                cell.id,
                Output::Display {
                    media,
                    display_id: None,
                    update: false,
                },
            );
        }
    }

    /// What the worker knows of its variables.
    fn summaries(&mut self) -> Vec<VariableSummary> {
        let Ok(worker) = self.worker() else {
            return Vec::new();
        };
        worker.send(&ToWorker::Describe { names: Vec::new() });
        let limit = Instant::now() + Duration::from_secs(2);
        while let Some(event) = worker.next_within(limit.saturating_duration_since(Instant::now()))
        {
            match event {
                Event::Variables(variables) => return variables,
                Event::Died { .. } => break,
                _ => {}
            }
        }
        Vec::new()
    }
}

/// Errors that are the learner's to mend.
fn genuine_errors<'a>(generated: &Generated, messages: &'a [Message]) -> Vec<&'a Message> {
    messages
        .iter()
        .filter(|message| message.level.starts_with("error"))
        .filter(|message| !message.message.starts_with("aborting due to"))
        .filter(|message| {
            !diagnostics::findings(generated, message)
                .iter()
                .any(|finding| !matches!(finding, Finding::Unloadable(_)))
        })
        .collect()
}

fn reason(name: &str, why: &Unkept) -> String {
    match why {
        Unkept::Borrows => format!(
            "`{name}` borrowed from a value of its cell, so it ended with the cell; keep an owned value (`.to_owned()`, `.to_vec()`, `.clone()`), or borrow again where you use it (a closure can take what it uses along: `move |...| ...`)"
        ),
        Unkept::Empty => format!(
            "`{name}` held no value when its cell ended: it was moved there, or never given one"
        ),
        Unkept::Misfit => unnameable(name, "is a closure or function whose type has no name"),
    }
}

fn unnameable(name: &str, what: &str) -> String {
    format!(
        "`{name}` {what}, and such a type has no name that a later cell could use: collect it, box it (`Box<dyn Fn(i32) -> i32>`, `Box<dyn Iterator<Item = u32>>`), or make and use it in one cell"
    )
}

fn failure(ename: &str, sentence: &str) -> Failure {
    Failure {
        ename: ename.to_owned(),
        evalue: sentence.to_owned(),
        traceback: vec![red(&format!("{ename}: {sentence}"))],
    }
}

fn interrupted() -> Failure {
    failure(
        "Interrupted",
        "the cell was interrupted; variables that it had not moved are still there",
    )
}

fn red(text: &str) -> String {
    format!("\u{1b}[1;31m{text}\u{1b}[0m")
}

impl Direct {
    fn execute_cell(&mut self, cell: &Cell) -> Outcome {
        if commands::is_command(&cell.code) {
            return self.command(cell);
        }
        if cell.code.trim().is_empty() {
            return Outcome::Completed {
                payload: Vec::new(),
            };
        }
        match self.run(cell) {
            Ok(()) => Outcome::Completed {
                payload: Vec::new(),
            },
            Err(failure) => Outcome::Failed(failure),
        }
    }
}

impl Engine for Direct {
    fn execute(&mut self, cell: &Cell) -> Outcome {
        let outcome = self.execute_cell(cell);
        self.shared.interrupted.store(false, Ordering::SeqCst);
        outcome
    }

    fn evaluate(&mut self, expression: &str) -> Result<Media, Failure> {
        self.evaluations += 1;
        let cell = Cell {
            id: EVALUATIONS + self.evaluations,
            code: expression.to_owned(),
            silent: true,
            allow_stdin: false,
            execution_count: 0,
        };
        let ran = self.run(&cell);
        self.shared.interrupted.store(false, Ordering::SeqCst);
        ran?;
        let media = lock(&self.publish.results).remove(&cell.id);
        Ok(media.unwrap_or_else(|| Media::plain("()")))
    }

    fn complete(&mut self, code: &str, cursor: usize) -> Completions {
        lookup::complete(&self.session, code, cursor)
    }

    fn inspect(&mut self, code: &str, cursor: usize, _detail: bool) -> Option<Media> {
        lookup::inspect(&self.session, code, cursor)
    }

    fn is_complete(&self, code: &str) -> Completeness {
        lookup::is_complete(code)
    }

    fn interrupter(&self) -> Interrupter {
        let shared = Arc::clone(&self.shared);
        Arc::new(move || shared.interrupt())
    }

    fn commer(&self) -> Option<Commer> {
        let shared = Arc::clone(&self.shared);
        Some(Arc::new(move |cell, comm| {
            let worker = lock(&shared.comms).clone();
            worker.is_some_and(|worker| worker.comm(cell, comm))
        }))
    }

    fn shutdown(&mut self) {
        self.compiler.discard();
        if let Some(worker) = self.worker.take() {
            worker.send(&ToWorker::Shutdown);
            let handle = worker.handle();
            let limit = Instant::now() + Duration::from_millis(500);
            loop {
                match worker.next_within(limit.saturating_duration_since(Instant::now())) {
                    Some(Event::Died { .. }) => break,
                    Some(_) => {}
                    None => {
                        handle.kill();
                        break;
                    }
                }
            }
        }
        let _ = std::fs::remove_dir_all(&self.configuration.folder);
        self.configuration.cache.trim();
    }
}

impl Drop for Direct {
    fn drop(&mut self) {
        if let Some(worker) = &self.worker {
            worker.handle().kill();
        }
        let _ = std::fs::remove_dir_all(&self.configuration.folder);
    }
}

/// The reply's payload that opens a pager page.
fn page(media: &Media) -> serde_json::Value {
    json!({ "source": "page", "data": media.data, "start": 0 })
}
