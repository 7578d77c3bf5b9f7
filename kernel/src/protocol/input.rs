//! Asking the reader for a line: `input_request` and its reply.

use serde::{Deserialize, Serialize};

use super::null_as_default;

/// What an `input_request` holds.
#[derive(Debug, Serialize)]
pub struct InputRequest<'a> {
    /// What to ask.
    pub prompt: &'a str,
    /// Hide what is typed.
    pub password: bool,
}

/// What an `input_reply` holds.
#[derive(Clone, Debug, Deserialize)]
pub struct InputReply {
    /// The line, without its newline.
    #[serde(default, deserialize_with = "null_as_default")]
    pub value: String,
}

/// What the kernel reads from the parent header of an `input_reply`: older
/// clients leave it empty.
#[derive(Clone, Debug, Deserialize)]
pub struct InputParent {
    /// The name of the `input_request`.
    pub msg_id: Option<String>,
}
