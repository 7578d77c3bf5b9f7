//! Earlier cells: `history_request` and its reply.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::null_as_default;

/// How many entries `tail` gives when the request names no number.
const DEFAULT_TAIL: usize = 10;

/// What a `history_request` holds.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct HistoryRequest {
    /// Give inputs with their outputs.
    #[serde(default, deserialize_with = "null_as_default")]
    pub output: bool,
    /// Which entries; missing means `tail`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub hist_access_type: Access,
    /// The session (range); 0 is the current one, -1 the one before.
    #[serde(default, deserialize_with = "null_as_default")]
    pub session: i64,
    /// The first line (range); negative counts from the end.
    #[serde(default)]
    pub start: Option<i64>,
    /// The line after the last (range); negative counts from the end.
    #[serde(default)]
    pub stop: Option<i64>,
    #[serde(default)]
    n: Option<i64>,
    /// The glob pattern (search).
    #[serde(default)]
    pub pattern: Option<String>,
    /// Give equal inputs once (search).
    #[serde(default, deserialize_with = "null_as_default")]
    pub unique: bool,
}

/// Which entries of the history are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Lines of one session.
    Range,
    /// The latest.
    #[default]
    Tail,
    /// Those that match a pattern.
    Search,
}

impl HistoryRequest {
    /// The greatest number of entries to give.
    #[must_use]
    pub fn limit(&self) -> usize {
        match (self.n, self.hist_access_type) {
            (Some(n), _) => usize::try_from(n).unwrap_or(0),
            (None, Access::Tail) => DEFAULT_TAIL,
            (None, _) => usize::MAX,
        }
    }
}

/// What a `history_reply` holds.
#[derive(Debug, Serialize)]
pub struct HistoryReply {
    status: &'static str,
    /// `(session, line, input)` or `(session, line, (input, output))`.
    history: Vec<(u32, u32, Value)>,
}

impl HistoryReply {
    /// The reply with these entries, oldest first.
    #[must_use]
    pub fn new(history: Vec<(u32, u32, Value)>) -> Self {
        Self {
            status: "ok",
            history,
        }
    }
}
