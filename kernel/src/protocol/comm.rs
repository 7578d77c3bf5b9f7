//! Comms, the channels of widgets: what opens, carries and closes them, and the list
//! of those that are open.

use std::collections::BTreeMap;

use lightcone_wire::{Comm, CommStep};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::protocol::envelope::Message;

/// What the kernel reads from a `comm_open`, `comm_msg` or `comm_close`.
#[derive(Debug, Deserialize)]
struct Received {
    comm_id: String,
    #[serde(default)]
    target_name: Option<String>,
    #[serde(default)]
    data: Map<String, Value>,
}

/// Whether a message is one of a comm.
#[must_use]
pub fn step(msg_type: &str) -> Option<CommStep> {
    match msg_type {
        "comm_open" => Some(CommStep::Open),
        "comm_msg" => Some(CommStep::Message),
        "comm_close" => Some(CommStep::Close),
        _ => None,
    }
}

/// The kind of message that a step is sent as.
#[must_use]
pub fn msg_type(step: CommStep) -> &'static str {
    match step {
        CommStep::Open => "comm_open",
        CommStep::Message => "comm_msg",
        CommStep::Close => "comm_close",
    }
}

/// Reads a comm message; `None` if it is none, or one that cannot be read.
#[must_use]
pub fn read(message: &Message) -> Option<Comm> {
    let step = step(&message.header.msg_type)?;
    let received: Received = message.read().ok()?;
    Some(Comm {
        step,
        comm_id: received.comm_id,
        target_name: received.target_name,
        data: received.data,
        metadata: serde_json::from_slice(&message.metadata).unwrap_or_default(),
        buffers: message.buffers.iter().map(|bytes| bytes.to_vec()).collect(),
    })
}

/// What a comm message of the kernel holds.
#[derive(Debug, Serialize)]
pub struct CommContent<'a> {
    /// The name of the comm.
    pub comm_id: &'a str,
    /// What should answer; only for opening.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_name: Option<&'a str>,
    /// What is said.
    pub data: &'a Map<String, Value>,
}

impl<'a> From<&'a Comm> for CommContent<'a> {
    fn from(comm: &'a Comm) -> Self {
        Self {
            comm_id: &comm.comm_id,
            target_name: comm.target_name.as_deref(),
            data: &comm.data,
        }
    }
}

/// What a `comm_info_request` asks for.
#[derive(Debug, Default, Deserialize)]
pub struct CommInfoRequest {
    /// Only comms of this target.
    #[serde(default)]
    pub target_name: Option<String>,
}

/// What a `comm_info_reply` holds: the open comms.
#[derive(Debug, Serialize)]
pub struct CommInfoReply<'a> {
    status: &'static str,
    comms: BTreeMap<&'a str, Target<'a>>,
}

#[derive(Debug, Serialize)]
struct Target<'a> {
    target_name: &'a str,
}

impl<'a> CommInfoReply<'a> {
    /// The reply to a request, of open comms by their names and targets.
    #[must_use]
    pub fn new(request: &CommInfoRequest, open: &'a BTreeMap<String, String>) -> Self {
        let wanted = request.target_name.as_deref();
        Self {
            status: "ok",
            comms: open
                .iter()
                .filter(|(_, target)| wanted.is_none_or(|wanted| wanted == *target))
                .map(|(comm_id, target_name)| (comm_id.as_str(), Target { target_name }))
                .collect(),
        }
    }
}
