//! Help while typing: `complete_request`, `inspect_request`,
//! `is_complete_request` and their replies. Positions in these messages count
//! code points; the engine counts bytes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::text::{byte_offset, code_points};
use crate::engine::{Completeness, Completions};

use lightcone_wire::Media;

/// A text and a place in it: what a `complete_request` holds.
#[derive(Clone, Debug, Deserialize)]
pub struct CompleteRequest {
    /// The text.
    pub code: String,
    #[serde(default)]
    cursor_pos: Option<i64>,
}

impl CompleteRequest {
    /// The place of the cursor in bytes; the end of the text if none is given.
    #[must_use]
    pub fn cursor(&self) -> usize {
        cursor(&self.code, self.cursor_pos)
    }
}

/// What an `inspect_request` holds.
#[derive(Clone, Debug, Deserialize)]
pub struct InspectRequest {
    /// The text.
    pub code: String,
    #[serde(default)]
    cursor_pos: Option<i64>,
    #[serde(default)]
    detail_level: Option<i64>,
}

impl InspectRequest {
    /// The place of the cursor in bytes; the end of the text if none is given.
    #[must_use]
    pub fn cursor(&self) -> usize {
        cursor(&self.code, self.cursor_pos)
    }

    /// Whether more than the short description is wanted.
    #[must_use]
    pub fn detail(&self) -> bool {
        self.detail_level.unwrap_or(0) > 0
    }
}

fn cursor(code: &str, position: Option<i64>) -> usize {
    match position.map(usize::try_from) {
        None => code.len(),
        Some(Ok(position)) => byte_offset(code, position),
        Some(Err(_)) => 0,
    }
}

/// What a `complete_reply` holds.
#[derive(Debug, Serialize)]
pub struct CompleteReply {
    status: &'static str,
    matches: Vec<String>,
    cursor_start: usize,
    cursor_end: usize,
    metadata: Map<String, Value>,
}

impl CompleteReply {
    /// The reply for what the engine suggests in `code`.
    #[must_use]
    pub fn new(code: &str, completions: Completions) -> Self {
        let start = code_points(code, completions.start);
        let end = code_points(code, completions.end).max(start);
        let types = completions
            .suggestions
            .iter()
            .map(|suggestion| {
                json!({
                    "start": start,
                    "end": end,
                    "text": suggestion.text,
                    "type": suggestion.kind,
                    "signature": suggestion.signature,
                })
            })
            .collect();
        let mut metadata = Map::new();
        metadata.insert(
            "_jupyter_types_experimental".to_owned(),
            Value::Array(types),
        );
        Self {
            status: "ok",
            matches: completions
                .suggestions
                .into_iter()
                .map(|found| found.text)
                .collect(),
            cursor_start: start,
            cursor_end: end,
            metadata,
        }
    }
}

/// What an `inspect_reply` holds.
#[derive(Debug, Serialize)]
pub struct InspectReply {
    status: &'static str,
    found: bool,
    data: Map<String, Value>,
    metadata: Map<String, Value>,
}

impl InspectReply {
    /// The reply for what the engine knows.
    #[must_use]
    pub fn new(known: Option<Media>) -> Self {
        let found = known.is_some();
        let Media { data, metadata } = known.unwrap_or_default();
        Self {
            status: "ok",
            found,
            data,
            metadata,
        }
    }
}

/// What an `is_complete_request` holds.
#[derive(Clone, Debug, Deserialize)]
pub struct IsCompleteRequest {
    /// The text.
    pub code: String,
}

/// What an `is_complete_reply` holds.
#[derive(Debug, Serialize)]
#[serde(tag = "status", rename_all = "lowercase")]
pub enum IsCompleteReply {
    /// It can run.
    Complete,
    /// More is expected.
    Incomplete {
        /// White space for the next line.
        indent: String,
    },
    /// More text would not mend it.
    Invalid,
    /// The kernel cannot say.
    Unknown,
}

impl From<Completeness> for IsCompleteReply {
    fn from(completeness: Completeness) -> Self {
        match completeness {
            Completeness::Complete => Self::Complete,
            Completeness::Incomplete { indent } => Self::Incomplete { indent },
            Completeness::Invalid => Self::Invalid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Suggestion;

    #[test]
    fn positions_are_code_points() {
        let code = "let é😀 = spe";
        let completions = Completions {
            suggestions: vec![Suggestion {
                text: "speed_of_light".into(),
                kind: "function".into(),
                signature: "() -> Speed".into(),
            }],
            start: code.len() - 3,
            end: code.len(),
        };
        assert_eq!(
            serde_json::to_value(CompleteReply::new(code, completions)).unwrap(),
            json!({
                "status": "ok", "matches": ["speed_of_light"], "cursor_start": 9, "cursor_end": 12,
                "metadata": {"_jupyter_types_experimental": [{
                    "start": 9, "end": 12, "text": "speed_of_light", "type": "function",
                    "signature": "() -> Speed"}]}
            })
        );
    }

    #[test]
    fn the_cursor_is_clamped() {
        for (content, expected) in [
            (json!({"code": "é1"}), 3),
            (json!({"code": "é1", "cursor_pos": null}), 3),
            (json!({"code": "é1", "cursor_pos": 1}), 2),
            (json!({"code": "é1", "cursor_pos": 1000}), 3),
            (json!({"code": "é1", "cursor_pos": -5}), 0),
        ] {
            let request: CompleteRequest = serde_json::from_value(content).unwrap();
            assert_eq!(request.cursor(), expected);
        }
    }

    #[test]
    fn offsets_outside_the_text_do_not_panic() {
        let completions = Completions {
            suggestions: vec![],
            start: 99,
            end: 1,
        };
        let reply = CompleteReply::new("é", completions);
        assert_eq!((reply.cursor_start, reply.cursor_end), (1, 1));
    }

    #[test]
    fn only_an_incomplete_text_has_an_indent() {
        let reply =
            |completeness| serde_json::to_value(IsCompleteReply::from(completeness)).unwrap();
        assert_eq!(reply(Completeness::Complete), json!({"status": "complete"}));
        assert_eq!(reply(Completeness::Invalid), json!({"status": "invalid"}));
        assert_eq!(
            reply(Completeness::Incomplete {
                indent: "    ".into()
            }),
            json!({"status": "incomplete", "indent": "    "})
        );
    }
}
