//! What a compiled cell calls.
//!
//! Everything here is small and mostly not generic, because each cell is
//! compiled anew: what is generic is compiled with it.

use std::any::{Any, TypeId, type_name};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fmt::Debug;
use std::future::Future;
use std::ops::Deref;
use std::panic::{self, AssertUnwindSafe, Location};
use std::sync::{LazyLock, OnceLock};
use std::thread::LocalKey;

use lightcone_wire::{Ending, Media, Output, Stream, VariableSummary};
use tokio::sync::Notify;

use super::channel;
use super::interrupt::{self, Interrupted};
use crate::display::choose::short_name;

/// What the learner's statements end with.
pub type CellResult = Result<(), CellError>;

/// An error that `?` raised at top level, in words.
///
/// It is no `Error` itself, so that any error type converts into it.
pub struct CellError {
    error_type: String,
    messages: Vec<String>,
}

impl<E: Debug + 'static> From<E> for CellError {
    fn from(error: E) -> Self {
        Self {
            error_type: short_name(type_name::<E>()),
            messages: describe(&error, &error),
        }
    }
}

/// How an error type tells its story.
type Story = fn(&dyn Any) -> Option<Vec<String>>;

/// The stories of all types that have told one, by type.
static STORIES: LazyLock<std::sync::RwLock<HashMap<TypeId, Story>>> = LazyLock::new(|| {
    let mut stories: HashMap<TypeId, Story> = HashMap::new();
    stories.insert(TypeId::of::<String>(), |error| {
        error
            .downcast_ref::<String>()
            .map(|text| vec![text.clone()])
    });
    stories.insert(TypeId::of::<&'static str>(), |error| {
        error
            .downcast_ref::<&'static str>()
            .map(|text| vec![(*text).to_owned()])
    });
    stories.insert(TypeId::of::<Box<dyn Error>>(), |error| {
        error
            .downcast_ref::<Box<dyn Error>>()
            .map(|error| chain(error.as_ref()))
    });
    stories.insert(TypeId::of::<Box<dyn Error + Send + Sync>>(), |error| {
        error
            .downcast_ref::<Box<dyn Error + Send + Sync>>()
            .map(|error| chain(error.as_ref()))
    });
    std::sync::RwLock::new(stories)
});

fn chain(error: &dyn Error) -> Vec<String> {
    let mut messages = vec![error.to_string()];
    let mut source = error.source();
    while let Some(error) = source {
        let message = error.to_string();
        // Wrappers that only repeat their source add nothing.
        if messages.last() != Some(&message) {
            messages.push(message);
        }
        source = error.source();
    }
    messages
}

fn remember(of: TypeId, story: Story, replace: bool) {
    if let Ok(mut stories) = STORIES.write()
        && (replace || !stories.contains_key(&of))
    {
        stories.insert(of, story);
    }
}

/// Lets errors of type `E` show their `Display` text and sources when `?`
/// raises them; others show their `Debug` form.
pub fn tell_errors<E: Error + 'static>() {
    remember(
        TypeId::of::<E>(),
        |error| error.downcast_ref::<E>().map(|error| chain(error)),
        true,
    );
}

/// As [`tell_errors`], for a type that has `Display` but may be no `Error`.
pub fn tell_display<E: std::fmt::Display + 'static>() {
    remember(
        TypeId::of::<E>(),
        |error| {
            error
                .downcast_ref::<E>()
                .map(|error| vec![error.to_string()])
        },
        false,
    );
}

fn describe(error: &dyn Any, debug: &dyn Debug) -> Vec<String> {
    static KNOWN: OnceLock<()> = OnceLock::new();
    KNOWN.get_or_init(|| {
        tell_errors::<std::io::Error>();
        tell_errors::<std::fmt::Error>();
        tell_errors::<std::num::ParseIntError>();
        tell_errors::<std::num::ParseFloatError>();
        tell_errors::<std::num::TryFromIntError>();
        tell_errors::<std::str::ParseBoolError>();
        tell_errors::<std::str::Utf8Error>();
        tell_errors::<std::string::FromUtf8Error>();
        tell_errors::<std::char::ParseCharError>();
        tell_errors::<std::time::SystemTimeError>();
        tell_errors::<std::sync::mpsc::RecvError>();
        tell_errors::<std::env::VarError>();
        tell_errors::<std::net::AddrParseError>();
        tell_errors::<serde_json::Error>();
        tell_errors::<tokio::task::JoinError>();
        tell_errors::<tokio::time::error::Elapsed>();
        tell_errors::<polars::error::PolarsError>();
        tell_errors::<lightcone_units::DomainError>();
    });
    let stories = STORIES
        .read()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let story = stories.get(&error.type_id()).copied();
    drop(stories);
    let told = story.and_then(|story| story(error));
    let mut messages = told.unwrap_or_else(|| vec![format!("{debug:?}")]);
    for message in &mut messages {
        // Polars adds its query plan, which says nothing to the reader of a cell.
        if let Some(plan) = message.find("\n\nResolved plan until failure") {
            message.truncate(plan);
        }
    }
    messages
}

thread_local! {
    static VARIABLES: RefCell<BTreeMap<String, Variable>> = const { RefCell::new(BTreeMap::new()) };
    static LAST_PANIC: RefCell<Option<PanicRecord>> = const { RefCell::new(None) };
}

struct Variable {
    value: Box<dyn Any>,
    type_name: &'static str,
}

struct PanicRecord {
    message: String,
    file: String,
    line: u32,
    column: u32,
}

/// Keeps the panics of cells for the guard to report; other threads print theirs.
pub(super) fn install_panic_hook() {
    panic::set_hook(Box::new(|info| {
        let message = info
            .payload_as_str()
            .unwrap_or("a value that is no text")
            .to_owned();
        let location = info.location().unwrap_or_else(|| Location::caller());
        if interrupt::on_cell_thread() {
            let record = PanicRecord {
                message,
                file: location.file().to_owned(),
                line: location.line(),
                column: location.column(),
            };
            LAST_PANIC.with(|last| *last.borrow_mut() = Some(record));
        } else {
            let thread = std::thread::current();
            let name = thread.name().unwrap_or("<unnamed>");
            let place = if location.file() == SOURCE_NAME {
                String::new()
            } else {
                format!(" at {location}")
            };
            let text = format_args!("thread '{name}' panicked{place}: {message}\n");
            channel::print(0, Stream::Stderr, text);
        }
    }));
}

/// The name that `rustc` gives to source read from its standard input.
const SOURCE_NAME: &str = "<anon>";

/// One run of a compiled cell.
#[derive(Default)]
pub struct Context {
    ending: Option<Ending>,
}

impl Context {
    /// Takes a variable out of the store.
    ///
    /// # Panics
    /// When the store has no such variable of that type: the engine compiles
    /// only loads of what it knows to be there.
    #[must_use]
    pub fn take<T: 'static>(&mut self, name: &'static str) -> T {
        match take_value(name, TypeId::of::<T>()).downcast::<T>() {
            Ok(value) => *value,
            Err(_) => lost(name),
        }
    }

    /// Runs the learner's statements and records how they ended.
    pub fn guard(&mut self, body: &mut dyn FnMut() -> CellResult) {
        let outcome = panic::catch_unwind(AssertUnwindSafe(body));
        let ending = match outcome {
            Ok(Ok(())) if interrupt::requested() => Ending::Interrupted,
            Ok(Ok(())) => Ending::Completed,
            Ok(Err(error)) => Ending::Failed {
                error_type: error.error_type,
                messages: error.messages,
            },
            Err(payload) if payload.is::<Interrupted>() => Ending::Interrupted,
            Err(payload) => panicked(payload),
        };
        self.ending = Some(ending);
    }

    /// Puts a variable back after the statements, unless they bound the name
    /// anew.
    pub fn put_back<T: 'static>(&mut self, name: &'static str, value: T) {
        put_value(name, Box::new(value), type_name::<T>(), false);
    }

    /// How the statements ended.
    pub(super) fn ending(self) -> Ending {
        self.ending.unwrap_or(Ending::Completed)
    }
}

/// Keeps a variable that the statements bound.
///
/// Never inlined: the engine reads the variable's type off this call.
#[inline(never)]
pub fn keep<T: 'static>(name: &'static str, value: T) {
    put_value(name, Box::new(value), type_name::<T>(), true);
}

fn lost(name: &str) -> ! {
    panic!("the variable `{name}` is not in the store; restart the kernel and run the cells again")
}

/// Hands out a variable that the cell moves: the compiler has checked the move
/// in an earlier attempt, and `moved` tells the glue not to put it back.
///
/// # Safety
/// `value` must not be used or dropped after this call.
#[doc(hidden)]
pub unsafe fn move_out<T>(value: &T, moved: &std::cell::Cell<bool>) -> T {
    moved.set(true);
    // SAFETY: the caller gives up the original.
    unsafe { std::ptr::read(value) }
}

fn take_value(name: &str, wanted: TypeId) -> Box<dyn Any> {
    let found = VARIABLES.with(|variables| {
        let mut variables = variables.borrow_mut();
        let fits = variables
            .get(name)
            .is_some_and(|variable| variable.value.as_ref().type_id() == wanted);
        if fits { variables.remove(name) } else { None }
    });
    found.map_or_else(|| lost(name), |variable| variable.value)
}

fn put_value(name: &str, value: Box<dyn Any>, type_name: &'static str, replace: bool) {
    let old = VARIABLES.with(|variables| {
        let mut variables = variables.borrow_mut();
        if !replace && variables.contains_key(name) {
            return Some(Variable { value, type_name });
        }
        variables.insert(name.to_owned(), Variable { value, type_name })
    });
    // Dropped outside the borrow: its `Drop` may run any code, and may panic.
    drop_quietly(old);
}

/// Drops a value whose `Drop` may panic; the cell is not to blame for it.
fn drop_quietly<T>(value: T) {
    if panic::catch_unwind(AssertUnwindSafe(|| drop(value))).is_err() {
        let record = LAST_PANIC.with(|last| last.borrow_mut().take());
        let message = record.map_or_else(String::new, |record| format!(": {}", record.message));
        channel::print(
            0,
            Stream::Stderr,
            format_args!("a value that was replaced panicked while it was dropped{message}\n"),
        );
    }
}

/// Drops variables.
pub(super) fn forget(names: &[String]) {
    for name in names {
        let old = VARIABLES.with(|variables| variables.borrow_mut().remove(name));
        drop_quietly(old);
    }
}

/// The names of all variables, sorted.
pub(super) fn variable_names() -> Vec<String> {
    VARIABLES.with(|variables| variables.borrow().keys().cloned().collect())
}

/// Names and types of the variables asked for, of all if none is named.
pub(super) fn summaries(names: &[String]) -> Vec<VariableSummary> {
    VARIABLES.with(|variables| {
        variables
            .borrow()
            .iter()
            .filter(|(name, _)| names.is_empty() || names.contains(name))
            .map(|(name, variable)| VariableSummary {
                name: name.clone(),
                type_name: short_name(variable.type_name),
                value: None,
            })
            .collect()
    })
}

fn panicked(payload: Box<dyn Any + Send>) -> Ending {
    let record = LAST_PANIC.with(|last| last.borrow_mut().take());
    drop_quietly(payload);
    let Some(record) = record else {
        return Ending::Panicked {
            message: "a panic without a message".to_owned(),
            line: None,
            column: None,
            location: String::new(),
        };
    };
    let in_cell = record.file == SOURCE_NAME;
    Ending::Panicked {
        message: record.message,
        line: in_cell.then_some(record.line),
        column: in_cell.then_some(record.column),
        location: format!("{}:{}:{}", record.file, record.line, record.column),
    }
}

/// Shows the value of the trailing expression.
pub fn result(media: Option<Media>) {
    if let Some(media) = media {
        channel::emit(Output::Result { media });
    }
}

/// What a whole program's `main` may return.
pub trait MainResult {
    /// The result as the cell's own.
    ///
    /// # Errors
    /// The error that `main` returned.
    fn into_cell_result(self) -> CellResult;
}

impl MainResult for () {
    fn into_cell_result(self) -> CellResult {
        Ok(())
    }
}

impl<T: MainResult, E: Debug + 'static> MainResult for Result<T, E> {
    fn into_cell_result(self) -> CellResult {
        self?.into_cell_result()
    }
}

impl MainResult for std::process::ExitCode {
    fn into_cell_result(self) -> CellResult {
        if self == Self::SUCCESS {
            return Ok(());
        }
        let code: String = format!("{self:?}")
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        Err(CellError {
            error_type: "ExitCode".to_owned(),
            messages: vec![format!("the program ended with exit code {code}")],
        })
    }
}

/// Ends a cell that is a whole program as its `main` ended.
///
/// # Errors
/// The error that `main` returned.
pub fn main_result(result: impl MainResult) -> CellResult {
    result.into_cell_result()
}

static INTERRUPT_SEEN: Notify = Notify::const_new();

/// Wakes a cell that awaits.
pub(super) fn wake_future() {
    INTERRUPT_SEEN.notify_waiters();
}

/// The one runtime of the session: tasks go on between cells.
pub(super) fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("tokio")
            .enable_all()
            .build()
            .unwrap_or_else(|error| panic!("the async runtime did not start: {error}"))
    })
}

/// Runs the future of a cell that awaits.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    runtime().block_on(async {
        let interrupted = INTERRUPT_SEEN.notified();
        tokio::pin!(interrupted);
        interrupted.as_mut().enable();
        interrupt::checkpoint();
        tokio::select! {
            value = future => value,
            () = interrupted => panic::resume_unwind(Box::new(Interrupted)),
        }
    })
}

/// A `thread_local!` key of an earlier cell, seen from a later one.
pub struct Local<T: 'static>(pub &'static LocalKey<T>);

impl<T> Deref for Local<T> {
    type Target = LocalKey<T>;
    fn deref(&self) -> &LocalKey<T> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_error_type_converts_and_tells_what_it_can() {
        fn parse() -> CellResult {
            let _: u8 = "300".parse()?;
            Ok(())
        }
        let error = parse().err().unwrap();
        assert_eq!(error.error_type, "ParseIntError");
        assert_eq!(error.messages, ["number too large to fit in target type"]);

        #[derive(Debug)]
        struct Plain;
        let error = CellError::from(Plain);
        assert_eq!(
            (error.error_type.as_str(), error.messages),
            ("Plain", vec!["Plain".to_owned()])
        );

        let boxed: Box<dyn Error> = Box::new(std::io::Error::other(
            Box::<dyn Error + Send + Sync>::from("disk full"),
        ));
        assert_eq!(CellError::from(boxed).messages, ["disk full"]);
    }

    #[test]
    fn variables_come_back_as_they_were_put() {
        let mut context = Context::default();
        keep("floor", vec![54.6_f64]);
        let floor: Vec<f64> = context.take("floor");
        assert_eq!(floor, [54.6]);
        keep("floor", 1_u8);
        context.put_back("floor", floor);
        assert_eq!(
            context.take::<u8>("floor"),
            1,
            "a name bound anew is not overwritten"
        );
    }

    #[test]
    fn the_guard_tells_panics_errors_and_interrupts_apart() {
        let run = |body: &mut dyn FnMut() -> CellResult| {
            let mut context = Context::default();
            context.guard(body);
            context.ending()
        };
        assert_eq!(run(&mut || Ok(())), Ending::Completed);
        assert_eq!(
            run(&mut || Err("no route")?),
            Ending::Failed {
                error_type: "&str".into(),
                messages: vec!["no route".into()]
            }
        );
        assert_eq!(
            run(&mut || panic::resume_unwind(Box::new(Interrupted))),
            Ending::Interrupted
        );
        assert!(matches!(
            run(&mut || panic::resume_unwind(Box::new(1))),
            Ending::Panicked { .. }
        ));
    }

    #[test]
    fn type_names_are_shortened_inside_generics() {
        assert_eq!(
            short_name("alloc::vec::Vec<(core::option::Option<u8>, cell::P)>"),
            "Vec<(Option<u8>, P)>"
        );
    }
}
