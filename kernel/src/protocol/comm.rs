//! Comms, the channels of widgets: `comm_open`, `comm_info_request` and their
//! answers. The kernel has no comm targets, so it closes what a client opens.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What the kernel reads from a `comm_open`.
#[derive(Clone, Debug, Deserialize)]
pub struct CommOpen {
    /// The client's name for the comm.
    pub comm_id: String,
}

/// What a `comm_close` holds.
#[derive(Debug, Serialize)]
pub struct CommClose<'a> {
    /// The name of the comm.
    pub comm_id: &'a str,
    /// Always empty.
    pub data: Map<String, Value>,
}

/// What a `comm_info_reply` holds: no comms, whatever target was asked for.
#[derive(Debug, Serialize)]
pub struct CommInfoReply {
    status: &'static str,
    comms: Map<String, Value>,
}

impl Default for CommInfoReply {
    fn default() -> Self {
        Self {
            status: "ok",
            comms: Map::new(),
        }
    }
}
