//! Running cells: `execute_request` and its reply.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::null_as_default;
use crate::engine::Failure;

/// What an `execute_request` holds.
#[derive(Clone, Debug, Deserialize)]
pub struct ExecuteRequest {
    /// The cell.
    pub code: String,
    /// Publish nothing and keep no history.
    #[serde(default, deserialize_with = "null_as_default")]
    pub silent: bool,
    /// Keep the cell in the history and count it; `silent` overrides it.
    #[serde(default)]
    store_history: Option<bool>,
    /// Expressions to evaluate after the cell, by name.
    #[serde(default, deserialize_with = "null_as_default")]
    pub user_expressions: Map<String, Value>,
    /// Whether the client can answer an `input_request`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub allow_stdin: bool,
    #[serde(default)]
    stop_on_error: Option<bool>,
}

impl ExecuteRequest {
    /// Whether the cell is counted and kept in the history.
    #[must_use]
    pub fn stored(&self) -> bool {
        !self.silent && self.store_history.unwrap_or(true) && !self.blank()
    }

    /// Whether the cell is nothing but white space.
    #[must_use]
    pub fn blank(&self) -> bool {
        self.code.trim().is_empty()
    }

    /// Whether a failure aborts the requests queued behind this one.
    #[must_use]
    pub fn stop_on_error(&self) -> bool {
        self.stop_on_error.unwrap_or(true)
    }
}

/// What an `execute_reply` holds.
#[derive(Debug, Serialize)]
#[serde(tag = "status", rename_all = "lowercase")]
pub enum ExecuteReply<'a> {
    /// The cell ran to its end.
    Ok {
        /// The prompt number.
        execution_count: u32,
        /// Pager pages and the like.
        payload: &'a [Value],
        /// The value or error of each expression, by name.
        user_expressions: &'a Map<String, Value>,
    },
    /// The cell failed.
    Error {
        /// The prompt number.
        execution_count: u32,
        /// Kind of error, one word.
        ename: &'a str,
        /// One sentence.
        evalue: &'a str,
        /// What the reader sees, one entry a line.
        traceback: &'a [String],
    },
    /// The cell was not run, since one before it failed.
    Aborted {
        /// The prompt number of the last counted cell.
        execution_count: u32,
    },
}

impl<'a> ExecuteReply<'a> {
    /// The reply of a cell that failed.
    #[must_use]
    pub fn failed(execution_count: u32, failure: &'a Failure) -> Self {
        Self::Error {
            execution_count,
            ename: &failure.ename,
            evalue: &failure.evalue,
            traceback: &failure.traceback,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(content: Value) -> ExecuteRequest {
        serde_json::from_value(content).unwrap()
    }

    #[test]
    fn missing_and_null_keys_take_the_defaults() {
        for content in [
            json!({"code": "1"}),
            json!({"code": "1", "silent": null, "store_history": null, "allow_stdin": null,
                   "user_expressions": null, "stop_on_error": null, "unknown": 1}),
        ] {
            let request = request(content);
            assert!(request.stored() && request.stop_on_error());
            assert!(!request.silent && !request.allow_stdin);
            assert!(request.user_expressions.is_empty());
        }
    }

    #[test]
    fn silent_and_blank_cells_are_not_stored() {
        assert!(!request(json!({"code": "1", "silent": true, "store_history": true})).stored());
        assert!(!request(json!({"code": " \n\t"})).stored());
        assert!(!request(json!({"code": "1", "store_history": false})).stored());
    }

    #[test]
    fn replies_have_the_keys_of_the_specification() {
        let reply = ExecuteReply::Ok {
            execution_count: 3,
            payload: &[],
            user_expressions: &Map::new(),
        };
        assert_eq!(
            serde_json::to_value(reply).unwrap(),
            json!({"status": "ok", "execution_count": 3, "payload": [], "user_expressions": {}})
        );
        let reply = ExecuteReply::Aborted { execution_count: 3 };
        assert_eq!(
            serde_json::to_value(reply).unwrap(),
            json!({"status": "aborted", "execution_count": 3})
        );
    }
}
