//! What the kernel publishes on iopub.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::engine::Failure;
use lightcone_wire::Media;

/// Whether the kernel is at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "execution_state", rename_all = "lowercase")]
pub enum Status {
    /// It has begun with a request.
    Busy,
    /// It is done with a request.
    Idle,
    /// The process has started.
    Starting,
}

/// What a `stream` message holds.
#[derive(Debug, Serialize)]
pub struct StreamText<'a> {
    /// `stdout` or `stderr`.
    pub name: &'a str,
    /// The text, partial lines included.
    pub text: &'a str,
}

/// What an `execute_input` message holds.
#[derive(Debug, Serialize)]
pub struct ExecuteInput<'a> {
    /// The cell.
    pub code: &'a str,
    /// Its prompt number.
    pub execution_count: u32,
}

/// What an `execute_result` message holds.
#[derive(Debug, Serialize)]
pub struct ExecuteResult<'a> {
    /// The prompt number.
    pub execution_count: u32,
    /// MIME type to content.
    pub data: &'a Map<String, Value>,
    /// MIME type to its metadata.
    pub metadata: &'a Map<String, Value>,
}

/// What `display_data` and `update_display_data` messages hold.
#[derive(Debug, Serialize)]
pub struct DisplayData<'a> {
    data: &'a Map<String, Value>,
    metadata: &'a Map<String, Value>,
    transient: Map<String, Value>,
}

impl<'a> DisplayData<'a> {
    /// The message for a value and the name under which it can be replaced.
    #[must_use]
    pub fn new(media: &'a Media, display_id: Option<&str>) -> Self {
        let mut transient = Map::new();
        if let Some(display_id) = display_id {
            transient.insert("display_id".to_owned(), json!(display_id));
        }
        Self {
            data: &media.data,
            metadata: &media.metadata,
            transient,
        }
    }
}

/// What a `clear_output` message holds.
#[derive(Debug, Serialize)]
pub struct ClearOutput {
    /// Wait for the next output before clearing.
    pub wait: bool,
}

/// What an `error` message holds.
#[derive(Debug, Serialize)]
pub struct ErrorOutput<'a> {
    /// Kind of error, one word.
    pub ename: &'a str,
    /// One sentence.
    pub evalue: &'a str,
    /// What the reader sees, one entry a line.
    pub traceback: &'a [String],
}

impl<'a> From<&'a Failure> for ErrorOutput<'a> {
    fn from(failure: &'a Failure) -> Self {
        Self {
            ename: &failure.ename,
            evalue: &failure.evalue,
            traceback: &failure.traceback,
        }
    }
}

/// What an `iopub_welcome` message holds.
#[derive(Debug, Serialize)]
pub struct Welcome<'a> {
    /// The topic that was subscribed to.
    pub subscription: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_ever_null() {
        let media = Media::plain("1");
        assert_eq!(
            serde_json::to_value(DisplayData::new(&media, None)).unwrap(),
            json!({"data": {"text/plain": "1"}, "metadata": {}, "transient": {}})
        );
        assert_eq!(
            serde_json::to_value(DisplayData::new(&media, Some("floor"))).unwrap()["transient"],
            json!({"display_id": "floor"})
        );
        assert_eq!(
            serde_json::to_value(Status::Idle).unwrap(),
            json!({"execution_state": "idle"})
        );
    }
}
