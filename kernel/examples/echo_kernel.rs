//! A kernel without a compiler: it serves the whole Jupyter protocol from a
//! connection file, with an engine of a few words in place of Rust. The tests
//! of the protocol run against it.
//!
//! Run it with `cargo run --example echo_kernel -- CONNECTION_FILE`.
//!
//! A cell is a list of lines, each a word and the rest of the line:
//!
//! | line | what it does |
//! |---|---|
//! | `print TEXT`, `write TEXT` | text on stdout, with or without a newline |
//! | `warn TEXT` | text and a newline on stderr |
//! | `result TEXT` | the cell's result |
//! | `html TEXT` | a display with text/html |
//! | `display ID TEXT`, `update ID TEXT` | a display that can be replaced |
//! | `clear` | removes the outputs |
//! | `page TEXT` | shows the text in the pager |
//! | `flood N` | N lines on stdout, each in a piece of its own |
//! | `big N` | one result of N bytes |
//! | `input PROMPT`, `password PROMPT` | asks and prints the answer |
//! | `later MS TEXT` | prints from a thread, after this time |
//! | `sleep MS` | waits, unless interrupted |
//! | `loop` | waits until interrupted |
//! | `stuck` | waits and cannot be interrupted |
//! | `fail TEXT` | fails |
//! | `panic` | panics in the kernel itself |
//!
//! A comm of the target `echo` gets back what it sends, with its buffers; when it
//! sends `{"open": ID}`, the kernel opens a comm of that name.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use lightcone_kernel::engine::{
    Cell, Commer, Completeness, Completions, Engine, Failure, Interrupter, Outcome, Publish,
    Suggestion,
};
use lightcone_kernel::protocol::info::{HelpLink, KernelInfo};
use lightcone_kernel::server::{read_connection_file, run};
use lightcone_wire::{CellId, Comm, CommStep, Media, Output, Stream};
use serde_json::{Value, json};

const WORDS: [&str; 4] = ["print", "page", "password", "panic"];

struct EchoEngine {
    publish: Arc<dyn Publish>,
    interrupted: Arc<AtomicBool>,
}

fn failure(ename: &str, evalue: impl Display) -> Failure {
    let traceback = vec![format!("\u{1b}[31m{ename}\u{1b}[0m: {evalue}")];
    Failure {
        ename: ename.into(),
        evalue: evalue.to_string(),
        traceback,
    }
}

fn number(text: &str) -> Result<u64, Failure> {
    text.parse()
        .map_err(|_| failure("BadNumber", format!("`{text}` is no number")))
}

fn print(publish: &dyn Publish, cell: CellId, stream: Stream, text: String) {
    publish.output(cell, Output::Stream { stream, text });
}

impl EchoEngine {
    fn wait(&self, time: Duration) -> Result<(), Failure> {
        let start = Instant::now();
        while start.elapsed() < time {
            if self.interrupted.swap(false, Ordering::Relaxed) {
                return Err(failure("Interrupted", "the cell was interrupted"));
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    fn line(&self, cell: &Cell, line: &str, payload: &mut Vec<Value>) -> Result<(), Failure> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let publish = self.publish.as_ref();
        let show = |media: Media, display_id: Option<&str>, update| {
            let display_id = display_id.map(str::to_owned);
            publish.output(
                cell.id,
                Output::Display {
                    media,
                    display_id,
                    update,
                },
            );
        };
        match word {
            "" => {}
            "print" => print(publish, cell.id, Stream::Stdout, format!("{rest}\n")),
            "write" => print(publish, cell.id, Stream::Stdout, rest.to_owned()),
            "warn" => print(publish, cell.id, Stream::Stderr, format!("{rest}\n")),
            "result" => publish.output(
                cell.id,
                Output::Result {
                    media: Media::plain(rest),
                },
            ),
            "html" => show(
                Media::plain(rest).with("text/html", format!("<b>{rest}</b>")),
                None,
                false,
            ),
            "display" | "update" => {
                let (id, text) = rest.split_once(' ').unwrap_or((rest, ""));
                show(Media::plain(text), Some(id), word == "update");
            }
            "clear" => publish.output(cell.id, Output::Clear { wait: false }),
            "page" => {
                payload.push(json!({"source": "page", "data": {"text/plain": rest}, "start": 0}));
            }
            "flood" => {
                for count in 0..number(rest)? {
                    print(publish, cell.id, Stream::Stdout, format!("{count}\n"));
                }
            }
            "big" => {
                let size = usize::try_from(number(rest)?).unwrap_or(usize::MAX);
                publish.output(
                    cell.id,
                    Output::Result {
                        media: Media::plain("x".repeat(size)),
                    },
                );
            }
            "input" | "password" => {
                let answer = publish.input(cell.id, rest, word == "password");
                if self.interrupted.swap(false, Ordering::Relaxed) {
                    return Err(failure("Interrupted", "the cell was interrupted"));
                }
                let answer = answer.ok_or_else(|| failure("NoInput", "nobody can answer"))?;
                print(publish, cell.id, Stream::Stdout, format!("got {answer}\n"));
            }
            "later" => {
                let (time, text) = rest.split_once(' ').unwrap_or((rest, ""));
                let (time, text) = (Duration::from_millis(number(time)?), format!("{text}\n"));
                let (publish, id) = (Arc::clone(&self.publish), cell.id);
                std::thread::spawn(move || {
                    std::thread::sleep(time);
                    print(publish.as_ref(), id, Stream::Stdout, text);
                });
            }
            "sleep" => self.wait(Duration::from_millis(number(rest)?))?,
            "loop" => self.wait(Duration::MAX)?,
            "stuck" => loop {
                std::thread::sleep(Duration::from_secs(1));
            },
            "fail" => return Err(failure("EchoError", rest)),
            "panic" => panic!("the engine panics"),
            _ => return Err(failure("UnknownWord", format!("`{word}` is unknown"))),
        }
        Ok(())
    }
}

impl Engine for EchoEngine {
    fn execute(&mut self, cell: &Cell) -> Outcome {
        let mut payload = Vec::new();
        for line in cell.code.lines() {
            if let Err(failure) = self.line(cell, line.trim(), &mut payload) {
                return Outcome::Failed(failure);
            }
        }
        Outcome::Completed { payload }
    }

    fn evaluate(&mut self, expression: &str) -> Result<Media, Failure> {
        match expression.strip_prefix("fail") {
            Some(reason) => Err(failure("EchoError", reason.trim())),
            None => Ok(Media::plain(expression)),
        }
    }

    fn complete(&mut self, code: &str, cursor: usize) -> Completions {
        let start = code[..cursor].rfind(' ').map_or(0, |space| space + 1);
        let prefix = &code[start..cursor];
        let suggestions = WORDS
            .iter()
            .filter(|word| word.starts_with(prefix))
            .map(|&word| Suggestion {
                text: word.into(),
                kind: "keyword".into(),
                signature: String::new(),
            })
            .collect();
        Completions {
            suggestions,
            start,
            end: cursor,
        }
    }

    fn inspect(&mut self, code: &str, cursor: usize, detail: bool) -> Option<Media> {
        let word = code[..cursor]
            .split(' ')
            .next_back()
            .filter(|word| WORDS.contains(word))?;
        Some(Media::plain(format!(
            "{word}{}",
            if detail { " in detail" } else { "" }
        )))
    }

    fn is_complete(&self, code: &str) -> Completeness {
        match code.trim_end() {
            text if text.ends_with('{') => Completeness::Incomplete {
                indent: "    ".into(),
            },
            text if text.ends_with(')') => Completeness::Invalid,
            _ => Completeness::Complete,
        }
    }

    fn interrupter(&self) -> Interrupter {
        let interrupted = Arc::clone(&self.interrupted);
        Arc::new(move || interrupted.store(true, Ordering::Relaxed))
    }

    fn commer(&self) -> Option<Commer> {
        let publish = Arc::clone(&self.publish);
        let open = Mutex::new(BTreeSet::new());
        Some(Arc::new(move |cell, comm: Comm| {
            let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
            match comm.step {
                CommStep::Open if comm.target_name.as_deref() != Some("echo") => return false,
                CommStep::Open => {
                    open.insert(comm.comm_id.clone());
                }
                CommStep::Close => {
                    open.remove(&comm.comm_id);
                }
                CommStep::Message => {}
            }
            if comm.step == CommStep::Message && open.contains(&comm.comm_id) {
                let answer = match comm.data.get("open").and_then(Value::as_str) {
                    Some(name) => Comm {
                        step: CommStep::Open,
                        comm_id: name.to_owned(),
                        target_name: Some("echo".to_owned()),
                        ..comm
                    },
                    None => comm,
                };
                publish.output(cell, Output::Comm { comm: answer });
            }
            publish.comm_done(cell);
            true
        }))
    }

    fn shutdown(&mut self) {}
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args()
        .nth(1)
        .ok_or("usage: echo_kernel CONNECTION_FILE")?;
    let connection = read_connection_file(Path::new(&file))?;
    let info = KernelInfo {
        implementation_version: env!("CARGO_PKG_VERSION").into(),
        language_version: "1.95.0".into(),
        banner: "A kernel of a few words".into(),
        help_links: vec![HelpLink {
            text: "The Rust Book".into(),
            url: "https://doc.rust-lang.org/book/".into(),
        }],
    };
    // Tests slow the start down, or break it, to see what happens meanwhile.
    let delay = std::env::var("ECHO_KERNEL_START_MS")
        .ok()
        .and_then(|time| time.parse().ok());
    let broken = std::env::var("ECHO_KERNEL_BROKEN").ok();
    run(connection, info, move |publish| {
        std::thread::sleep(Duration::from_millis(delay.unwrap_or(0)));
        match broken {
            Some(reason) => Err(reason),
            None => {
                let interrupted = Arc::default();
                Ok(Box::new(EchoEngine {
                    publish,
                    interrupted,
                }) as Box<dyn Engine>)
            }
        }
    })?;
    Ok(())
}
