//! A session with an engine that follows a script, and an outlet that writes
//! down what comes out.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use lightcone_wire::{Media, Stream};
use serde_json::json;

use super::*;
use crate::engine::{Completeness, Completions};
use crate::protocol::envelope::Opener;
use crate::protocol::signature::Signer;

/// What came out: where, the kind of message, and its content.
type Sent = (&'static str, String, Value);

struct Notes {
    opener: Opener,
    sent: Sender<Sent>,
}

impl Notes {
    fn note(&self, place: &'static str, frames: Vec<Bytes>) {
        let message = self
            .opener
            .open(frames)
            .expect("what the session sends can be opened");
        let content = message.read().expect("contents are JSON");
        self.sent
            .send((place, message.header.msg_type, content))
            .expect("the test listens");
    }
}

impl Outlet for Notes {
    fn publish(&self, frames: Vec<Bytes>) {
        self.note("iopub", frames);
    }
    fn reply(&self, channel: Channel, frames: Vec<Bytes>) {
        self.note(
            if channel == Channel::Shell {
                "shell"
            } else {
                "control"
            },
            frames,
        );
    }
    fn ask(&self, question: Sealed) {
        self.note("stdin", question.frames);
    }
    fn stop(&self) {
        self.sent
            .send(("stop", String::new(), Value::Null))
            .expect("the test listens");
    }
}

/// Runs a closure for each cell, which gets the session's publisher.
struct Scripted<F> {
    publish: Arc<dyn Publish>,
    script: F,
    interrupts: Arc<AtomicU32>,
}

impl<F: FnMut(&dyn Publish, &Cell) -> Outcome + Send> Engine for Scripted<F> {
    fn execute(&mut self, cell: &Cell) -> Outcome {
        (self.script)(self.publish.as_ref(), cell)
    }
    fn evaluate(&mut self, _: &str) -> Result<Media, Failure> {
        panic!("evaluate")
    }
    fn complete(&mut self, _: &str, _: usize) -> Completions {
        panic!("complete")
    }
    fn inspect(&mut self, _: &str, _: usize, _: bool) -> Option<Media> {
        panic!("inspect")
    }
    fn is_complete(&self, _: &str) -> Completeness {
        panic!("is_complete")
    }
    fn interrupter(&self) -> Interrupter {
        let interrupts = Arc::clone(&self.interrupts);
        Arc::new(move || {
            interrupts.fetch_add(1, Ordering::Relaxed);
            panic!("interrupter")
        })
    }
    fn shutdown(&mut self) {
        panic!("shutdown")
    }
}

fn request(msg_type: &str, content: &Value) -> Message {
    let client = Author::new(Signer::new(""));
    let prefix = vec![Bytes::from_static(b"client")];
    let sealed = client
        .seal(prefix, msg_type, EMPTY_OBJECT, content)
        .unwrap();
    Opener::new(Signer::new("")).open(sealed.frames).unwrap()
}

fn ok() -> Outcome {
    Outcome::Completed { payload: vec![] }
}

/// A session at work.
struct Bench {
    session: Arc<Session>,
    sent: Receiver<Sent>,
    worker: thread::JoinHandle<()>,
    interrupts: Arc<AtomicU32>,
}

impl Bench {
    fn new(script: impl FnMut(&dyn Publish, &Cell) -> Outcome + Send + 'static) -> Self {
        let connection = ConnectionInfo::parse(
            br#"{"transport": "tcp", "ip": "127.0.0.1", "shell_port": 1, "control_port": 2,
            "stdin_port": 3, "iopub_port": 4, "hb_port": 5}"#,
        )
        .unwrap();
        let info = KernelInfo {
            implementation_version: "0".into(),
            language_version: "1".into(),
            banner: String::new(),
            help_links: vec![],
        };
        let (sender, sent) = channel();
        let outlet = Notes {
            opener: Opener::new(Signer::new("")),
            sent: sender,
        };
        let author = Arc::new(Author::new(Signer::new("")));
        let session = Arc::new(Session::new(author, connection, info, Box::new(outlet)));
        let publish: Arc<dyn Publish> = Arc::clone(&session) as Arc<dyn Publish>;
        let working = Arc::clone(&session);
        let interrupts = Arc::new(AtomicU32::new(0));
        let engine = Scripted {
            publish,
            script,
            interrupts: Arc::clone(&interrupts),
        };
        let worker = thread::spawn(move || working.work(Box::new(engine)));
        Self {
            session,
            sent,
            worker,
            interrupts,
        }
    }

    /// All that comes out until the shell has answered and is idle again.
    fn ask(&self, msg_type: &str, content: &Value) -> Vec<Sent> {
        self.session.enqueue(request(msg_type, content));
        let mut sent = Vec::new();
        loop {
            let next = self
                .sent
                .recv_timeout(Duration::from_secs(10))
                .expect("an answer");
            let idle = next.2["execution_state"] == "idle";
            sent.push(next);
            if idle {
                return sent;
            }
        }
    }

    fn end(self) {
        self.session.close();
        self.worker
            .join()
            .expect("the engine's thread survives every panic of the engine");
    }
}

fn names(sent: &[Sent]) -> Vec<String> {
    sent.iter()
        .map(
            |(place, msg_type, content)| match content["execution_state"].as_str() {
                Some(state) => state.to_owned(),
                None => format!("{place} {msg_type}"),
            },
        )
        .collect()
}

#[test]
fn outputs_stand_between_busy_and_the_reply() {
    let bench = Bench::new(|publish, cell| {
        let text = |text: &str| Output::Stream {
            stream: Stream::Stdout,
            text: text.into(),
        };
        publish.output(cell.id, text("a"));
        publish.output(cell.id, text("b"));
        publish.output(
            cell.id,
            Output::Result {
                media: Media::plain("1"),
            },
        );
        publish.output(cell.id, text("c"));
        ok()
    });
    let sent = bench.ask("execute_request", &json!({"code": "x"}));
    assert_eq!(
        names(&sent),
        [
            "busy",
            "iopub execute_input",
            "iopub stream",
            "iopub execute_result",
            "iopub stream",
            "shell execute_reply",
            "idle"
        ]
    );
    assert_eq!(sent[2].2, json!({"name": "stdout", "text": "ab"}));
    let history = bench.ask("history_request", &json!({"output": true}));
    assert_eq!(history[1].2["history"], json!([[1, 1, ["x", "1"]]]));
    bench.end();
}

#[test]
fn the_engine_may_panic_anywhere() {
    let bench = Bench::new(|_, cell| {
        if cell.code == "x" {
            panic!("execute")
        } else {
            ok()
        }
    });
    for (msg_type, content) in [
        ("execute_request", json!({"code": "x"})),
        (
            "execute_request",
            json!({"code": "y", "user_expressions": {"a": "1"}}),
        ),
        ("complete_request", json!({"code": "x"})),
        ("inspect_request", json!({"code": "x"})),
        ("is_complete_request", json!({"code": "x"})),
        ("kernel_info_request", json!({})),
    ] {
        let sent = bench.ask(msg_type, &content);
        let (_, _, reply) = sent
            .iter()
            .find(|(place, ..)| *place == "shell")
            .expect("a reply");
        let expected = match (msg_type, content["code"].as_str()) {
            ("is_complete_request", _) => "unknown",
            ("kernel_info_request", _) | (_, Some("y")) => "ok",
            _ => "error",
        };
        assert_eq!(reply["status"], expected, "{msg_type}: {reply}");
        if content["code"] == "y" {
            assert_eq!(reply["user_expressions"]["a"]["ename"], "KernelPanic");
        }
    }
    bench.session.interrupt();
    bench.end();
}

#[test]
fn output_of_no_cell_and_of_forgotten_cells_has_no_parent() {
    let bench = Bench::new(|_, _| ok());
    bench.session.output(0, Output::Clear { wait: true });
    bench.session.output(
        77,
        Output::Display {
            media: Media::plain("x"),
            display_id: None,
            update: true,
        },
    );
    let sent: Vec<Sent> = (0..2).map(|_| bench.sent.recv().unwrap()).collect();
    assert_eq!(names(&sent), ["iopub clear_output", "iopub display_data"]);
    for cell in 1..=(REMEMBERED_CELLS as u64 + 10) {
        let context = Context {
            parent: EMPTY_OBJECT,
            identities: vec![],
            allow_stdin: false,
            silent: false,
            execution_count: 0,
            result: Mutex::default(),
        };
        bench.session.remember(cell, Arc::new(context));
    }
    assert!(bench.session.context(10).is_none() && bench.session.context(11).is_some());
    bench.end();
}

#[test]
fn text_is_published_in_time_without_further_output() {
    let bench = Bench::new(|publish, cell| {
        let text = "early".to_owned();
        publish.output(
            cell.id,
            Output::Stream {
                stream: Stream::Stderr,
                text,
            },
        );
        thread::sleep(Duration::from_secs(3));
        ok()
    });
    bench.session.start_flushing().unwrap();
    bench
        .session
        .enqueue(request("execute_request", &json!({"code": "x"})));
    let start = Instant::now();
    while bench.sent.recv().unwrap().1 != "stream" {}
    assert!(start.elapsed() < Duration::from_secs(2));
    bench.end();
}

#[test]
fn steering_does_not_wait_for_the_engine() {
    let (started, running) = channel();
    let (release, released) = channel::<()>();
    let bench = Bench::new(move |_, _| {
        started.send(()).unwrap();
        released.recv().unwrap();
        ok()
    });
    bench
        .session
        .enqueue(request("execute_request", &json!({"code": "x"})));
    running.recv().unwrap();
    let before: Vec<Sent> = bench.sent.try_iter().collect();
    assert_eq!(names(&before), ["busy", "iopub execute_input"]);
    for msg_type in [
        "kernel_info_request",
        "interrupt_request",
        "shutdown_request",
        "nonsense",
    ] {
        bench.session.steer(
            Channel::Control,
            &request(msg_type, &json!({"restart": true})),
        );
    }
    let sent: Vec<Sent> = bench.sent.try_iter().collect();
    assert_eq!(
        names(&sent),
        [
            "busy",
            "control kernel_info_reply",
            "idle",
            "busy",
            "control interrupt_reply",
            "idle",
            "busy",
            "control shutdown_reply",
            "idle",
            "stop ",
            "busy",
            "idle"
        ]
    );
    assert_eq!(sent[7].2, json!({"status": "ok", "restart": true}));
    assert_eq!(bench.interrupts.load(Ordering::Relaxed), 1);
    release.send(()).unwrap();
    bench.end();
}

#[test]
fn whoever_sees_execute_input_can_interrupt_the_cell() {
    let (release, released) = channel::<()>();
    let bench = Bench::new(move |_, _| {
        released.recv().unwrap();
        ok()
    });
    bench
        .session
        .enqueue(request("execute_request", &json!({"code": "x"})));
    while bench.sent.recv().unwrap().1 != "execute_input" {}
    bench.session.interrupt();
    assert_eq!(bench.interrupts.load(Ordering::Relaxed), 1);
    release.send(()).unwrap();
    bench.end();
}

#[test]
fn an_idle_session_is_not_interrupted() {
    let bench = Bench::new(|publish, cell| {
        assert_eq!(
            publish.input(cell.id, "?", false),
            None,
            "stdin is not allowed"
        );
        ok()
    });
    let sent = bench.ask(
        "execute_request",
        &json!({"code": "x", "allow_stdin": false}),
    );
    assert_eq!(sent[sent.len() - 2].2["status"], "ok");
    bench.session.interrupt();
    assert_eq!(bench.interrupts.load(Ordering::Relaxed), 0);
    bench.end();
}
