//! What the kernel front and a worker process say to each other.
//!
//! The two ends share one stream socket that belongs to nobody else, so the
//! user's stdout and stderr stay plain bytes. A message is a four-byte length
//! (little endian) and that many bytes of JSON. The same types describe what a
//! cell puts out, so the display code in the stdlib and the protocol code in
//! the kernel agree by construction.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Environment variable that tells a worker the number of its control socket.
pub const CONTROL_FD_VARIABLE: &str = "LIGHTCONE_CONTROL_FD";

/// Environment variable that tells a worker where the installed tables are.
pub const DATA_DIRECTORY_VARIABLE: &str = "LIGHTCONE_DATA";

/// Longest message that either end accepts, in bytes.
pub const MESSAGE_LIMIT: usize = 1 << 30;

/// Identifies one execution of a cell within a session, counted from 1.
///
/// Zero stands for "no cell": output of library code before any cell ran.
pub type CellId = u64;

/// One value in all the MIME types it can be shown as.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Media {
    /// MIME type to content: a string, or JSON for types that are JSON.
    pub data: Map<String, Value>,
    /// MIME type to its metadata, as the Jupyter protocol has it.
    #[serde(default)]
    pub metadata: Map<String, Value>,
}

impl Media {
    /// Media with only a plain text form.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self::default().with("text/plain", text.into())
    }

    /// Adds the form for one MIME type.
    #[must_use]
    pub fn with(mut self, mime: &str, content: impl Into<Value>) -> Self {
        self.data.insert(mime.to_owned(), content.into());
        self
    }

    /// The plain text form, if there is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.data.get("text/plain").and_then(Value::as_str)
    }
}

/// The stream that a piece of text belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

impl Stream {
    /// The name in a Jupyter `stream` message.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        }
    }
}

/// Something a cell puts out for the reader to see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Output {
    /// Text of a print macro.
    Stream {
        /// Which stream.
        stream: Stream,
        /// The text, partial lines included.
        text: String,
    },
    /// The value of the trailing expression (`execute_result`).
    Result {
        /// The value's forms.
        media: Media,
    },
    /// Something shown along the way (`display_data`, `update_display_data`).
    Display {
        /// The value's forms.
        media: Media,
        /// Name under which the output can be replaced later.
        display_id: Option<String>,
        /// Replace an earlier display of that name instead of adding one.
        update: bool,
    },
    /// Remove the cell's outputs so far (`clear_output`).
    Clear {
        /// Wait for the next output before clearing, so that nothing flickers.
        wait: bool,
    },
    /// A message to the front end's side of a widget.
    Comm {
        /// The message.
        comm: Comm,
    },
}

/// What a message of a comm does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommStep {
    /// Opens it (`comm_open`).
    Open,
    /// Carries something (`comm_msg`).
    Message,
    /// Closes it (`comm_close`).
    Close,
}

/// A message of a comm, the channel between a widget and its view.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comm {
    /// What it does.
    pub step: CommStep,
    /// The name of the comm.
    pub comm_id: String,
    /// What should answer at the other end; only for opening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_name: Option<String>,
    /// The content.
    pub data: Map<String, Value>,
    /// Metadata, such as the version of the widgets' protocol.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
    /// Binary attachments.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "buffers")]
    pub buffers: Vec<Vec<u8>>,
}

/// Binary attachments as base64, since a message is JSON.
mod buffers {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        buffers: &[Vec<u8>],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let texts: Vec<String> = buffers.iter().map(|bytes| STANDARD.encode(bytes)).collect();
        texts.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Vec<u8>>, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        let decoded = texts.iter().map(|text| STANDARD.decode(text));
        decoded.collect::<Result<_, _>>().map_err(D::Error::custom)
    }
}

/// A message from the front to a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "message", rename_all = "snake_case")]
pub enum ToWorker {
    /// Load a compiled cell and run it.
    Run {
        /// Which execution this is.
        cell: CellId,
        /// The shared object to load.
        library: String,
        /// Make its symbols visible to later cells (it defines statics).
        global: bool,
        /// Whether `input` may ask the reader.
        allow_stdin: bool,
        /// Send each print macro at once and in order with raw writes.
        unbuffered: bool,
    },
    /// The reader's answer to [`ToWorker`]'s input request; `None` if refused.
    Input {
        /// The line, without its newline.
        value: Option<String>,
    },
    /// The front has published everything sent before the matching request.
    Synced,
    /// Stop a cell at its next checkpoint, or as soon as it begins.
    Interrupt {
        /// Which.
        cell: CellId,
    },
    /// Drop these variables.
    Forget {
        /// Their names.
        names: Vec<String>,
    },
    /// Say what the variables hold, shortly.
    Describe {
        /// Their names; empty for all.
        names: Vec<String>,
    },
    /// A message from the front end's side of a widget.
    Comm {
        /// The number under which its outputs come back.
        cell: CellId,
        /// The message.
        comm: Comm,
    },
    /// End the process.
    Shutdown,
}

/// How one cell ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ended", rename_all = "snake_case")]
pub enum Ending {
    /// It ran to its end.
    Completed,
    /// A panic unwound it.
    Panicked {
        /// The panic's message.
        message: String,
        /// Line in the generated source, if the panic came from the cell.
        line: Option<u32>,
        /// Column in the generated source.
        column: Option<u32>,
        /// `file:line:column` for a panic outside the cell.
        location: String,
    },
    /// `?` returned an error at top level.
    Failed {
        /// The error type's short name.
        error_type: String,
        /// The error and its sources, outermost first.
        messages: Vec<String>,
    },
    /// An interrupt unwound it.
    Interrupted,
    /// The shared object could not be loaded.
    NotLoaded {
        /// What the loader said.
        message: String,
    },
}

/// One variable as `:vars` and inspection show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VariableSummary {
    /// Its name.
    pub name: String,
    /// Its type, as `std::any::type_name` gives it.
    pub type_name: String,
    /// A short text of its value, where its type has one.
    pub value: Option<String>,
}

/// A message from a worker to the front.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "message", rename_all = "snake_case")]
pub enum FromWorker {
    /// The worker is up.
    Ready {
        /// The version of the stdlib it is linked with.
        build: String,
    },
    /// A cell put something out.
    Output {
        /// The cell that did.
        cell: CellId,
        /// What it put out.
        output: Output,
    },
    /// Publish all that came before, raw writes included, then say `Synced`.
    Sync,
    /// A cell asks the reader for a line.
    Input {
        /// The cell that asks.
        cell: CellId,
        /// What to ask.
        prompt: String,
        /// Hide what is typed.
        password: bool,
    },
    /// A cell ended.
    Done {
        /// Which one.
        cell: CellId,
        /// How.
        ending: Ending,
        /// Names of all variables now in the store.
        variables: Vec<String>,
    },
    /// All that a comm message set off is done.
    CommDone {
        /// The number that it came with.
        cell: CellId,
    },
    /// The answer to `Describe`.
    Variables {
        /// One entry a variable, sorted by name.
        variables: Vec<VariableSummary>,
    },
}

/// Writes one message.
///
/// # Errors
/// Fails when the peer is gone.
pub fn send<T: Serialize>(mut writer: impl Write, message: &T) -> io::Result<()> {
    let body = serde_json::to_vec(message)?;
    let length = u32::try_from(body.len())
        .ok()
        .filter(|&length| length as usize <= MESSAGE_LIMIT)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "message over 1 GiB"))?;
    let mut frame = Vec::with_capacity(body.len() + 4);
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(&body);
    writer.write_all(&frame)
}

/// Reads one message; `None` when the peer closed the stream between messages.
///
/// # Errors
/// Fails on a broken stream, an oversized frame or JSON that is no `T`.
pub fn receive<T: for<'de> Deserialize<'de>>(mut reader: impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match reader.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u32::from_le_bytes(length) as usize;
    if length > MESSAGE_LIMIT {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("a frame of {length} bytes is over the limit of {MESSAGE_LIMIT}"),
        ));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(serde_json::from_slice(&body)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_survive_the_trip() {
        let sent = FromWorker::Output {
            cell: 7,
            output: Output::Display {
                media: Media::plain("54.6 ms").with("text/html", "<b>54.6 ms</b>"),
                display_id: Some("floor".into()),
                update: true,
            },
        };
        let mut pipe = Vec::new();
        send(&mut pipe, &sent).unwrap();
        send(&mut pipe, &FromWorker::Sync).unwrap();
        let mut reader = pipe.as_slice();
        assert_eq!(receive::<FromWorker>(&mut reader).unwrap(), Some(sent));
        assert_eq!(
            receive::<FromWorker>(&mut reader).unwrap(),
            Some(FromWorker::Sync)
        );
        assert_eq!(receive::<FromWorker>(&mut reader).unwrap(), None);
    }

    #[test]
    fn a_comm_keeps_its_buffers() {
        let sent = ToWorker::Comm {
            cell: 3,
            comm: Comm {
                step: CommStep::Message,
                comm_id: "model".into(),
                target_name: None,
                data: Map::from_iter([("method".to_owned(), "update".into())]),
                metadata: Map::new(),
                buffers: vec![vec![0, 255, 10], Vec::new()],
            },
        };
        let mut pipe = Vec::new();
        send(&mut pipe, &sent).unwrap();
        let received = receive::<ToWorker>(pipe.as_slice()).unwrap();
        assert_eq!(received, Some(sent));
    }

    #[test]
    fn a_torn_frame_is_an_error() {
        let mut pipe = Vec::new();
        send(&mut pipe, &FromWorker::Sync).unwrap();
        pipe.pop();
        assert!(receive::<FromWorker>(pipe.as_slice()).is_err());
    }

    #[test]
    fn an_oversized_frame_is_refused_before_it_is_read() {
        let frame = u32::MAX.to_le_bytes();
        let error = receive::<FromWorker>(frame.as_slice()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}
