//! Runs cells on an engine and records what came out, for comparing engines.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lightcone_kernel::engine::{Cell, Engine, Failure, Outcome, Publish};
use lightcone_wire::{CellId, Output, Stream};
use serde_json::{Map, Value, json};

/// What one cell did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// Nothing if it ran to its end.
    pub failure: Option<Failure>,
    /// All that it showed, MIME type by MIME type; of several, the last.
    pub media: Map<String, Value>,
    /// How many outputs beside text it had.
    pub displays: usize,
    /// What it printed.
    pub stdout: String,
    /// What it printed to stderr.
    pub stderr: String,
}

impl Record {
    /// The plain text of what the cell showed, or nothing.
    #[must_use]
    pub fn text(&self) -> &str {
        self.media
            .get("text/plain")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The record as one JSON object.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "outcome": if self.failure.is_none() { "completed" } else { "failed" },
            "text": self.text(),
            "media": self.media,
            "displays": self.displays,
            "stdout": self.stdout,
            "stderr": self.stderr,
            "error": self.failure.as_ref().map(|failure| json!({
                "ename": failure.ename,
                "evalue": failure.evalue,
                "traceback": failure.traceback,
            })),
        })
    }

    /// Reads what [`Record::to_json`] wrote; nothing if it is something else.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        let string = |value: &Value| value.as_str().map(str::to_owned);
        let failure = match &value["error"] {
            Value::Null => None,
            error => Some(Failure {
                ename: string(&error["ename"])?,
                evalue: string(&error["evalue"])?,
                traceback: error["traceback"]
                    .as_array()?
                    .iter()
                    .filter_map(string)
                    .collect(),
            }),
        };
        Some(Self {
            failure,
            media: value["media"].as_object()?.clone(),
            displays: usize::try_from(value["displays"].as_u64()?).ok()?,
            stdout: string(&value["stdout"])?,
            stderr: string(&value["stderr"])?,
        })
    }
}

/// Keeps all that cells put out.
#[derive(Debug, Default)]
pub struct Recorder {
    records: Mutex<BTreeMap<CellId, Record>>,
}

impl Recorder {
    fn records(&self) -> MutexGuard<'_, BTreeMap<CellId, Record>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Publish for Recorder {
    fn output(&self, cell: CellId, output: Output) {
        let mut records = self.records();
        let record = records.entry(cell).or_default();
        match output {
            Output::Stream {
                stream: Stream::Stdout,
                text,
            } => record.stdout.push_str(&text),
            Output::Stream {
                stream: Stream::Stderr,
                text,
            } => record.stderr.push_str(&text),
            Output::Result { media } | Output::Display { media, .. } => {
                record.media.extend(media.data);
                record.displays += 1;
            }
            Output::Clear { .. } | Output::Comm { .. } => {}
        }
    }

    fn input(&self, _: CellId, _: &str, _: bool) -> Option<String> {
        None
    }
}

/// Runs cells in order, also after one failed, and hands each record over as
/// soon as its cell has ended.
pub fn run_cells(
    engine: &mut dyn Engine,
    recorder: &Arc<Recorder>,
    cells: &[String],
    mut each: impl FnMut(Record),
) {
    for (number, code) in (1..).zip(cells) {
        let cell = Cell {
            id: CellId::from(number),
            code: code.clone(),
            silent: false,
            allow_stdin: false,
            execution_count: number,
        };
        let outcome = engine.execute(&cell);
        let mut record = recorder.records().remove(&cell.id).unwrap_or_default();
        if let Outcome::Failed(failure) = outcome {
            record.failure = Some(failure);
        }
        each(record);
    }
}

#[cfg(test)]
mod tests {
    use lightcone_wire::Media;

    use super::*;

    #[test]
    fn a_record_survives_json() {
        let failure = Failure {
            ename: "Panic".into(),
            evalue: "no quorum".into(),
            traceback: vec!["panic: no quorum".into()],
        };
        for failure in [None, Some(failure)] {
            let media = Media::plain("3").with("text/html", "<b>3</b>").data;
            let record = Record {
                failure,
                media,
                displays: 1,
                stdout: "one\n".into(),
                stderr: "two\n".into(),
            };
            assert_eq!(Record::from_json(&record.to_json()), Some(record));
        }
        assert_eq!(Record::from_json(&json!({ "stdout": 3 })), None);
    }

    #[test]
    fn outputs_go_to_their_cells() {
        let recorder = Recorder::default();
        let print = |cell, stream, text: &str| {
            recorder.output(
                cell,
                Output::Stream {
                    stream,
                    text: text.into(),
                },
            )
        };
        print(1, Stream::Stdout, "a");
        print(2, Stream::Stderr, "b");
        print(1, Stream::Stdout, "c");
        recorder.output(
            2,
            Output::Result {
                media: Media::plain("3"),
            },
        );
        let records = recorder.records();
        assert_eq!(records[&1].stdout, "ac");
        assert_eq!(
            (
                records[&2].stderr.as_str(),
                records[&2].text(),
                records[&2].displays
            ),
            ("b", "3", 1)
        );
    }
}
