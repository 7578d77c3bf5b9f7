//! Steering the kernel: `interrupt_request`, `shutdown_request` and their
//! replies.

use serde::{Deserialize, Serialize};

use super::null_as_default;

/// What a `shutdown_request` holds.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct ShutdownRequest {
    /// Whether the client will start the kernel again.
    #[serde(default, deserialize_with = "null_as_default")]
    pub restart: bool,
}

/// What a `shutdown_reply` holds.
#[derive(Debug, Serialize)]
pub struct ShutdownReply {
    status: &'static str,
    restart: bool,
}

impl From<ShutdownRequest> for ShutdownReply {
    fn from(request: ShutdownRequest) -> Self {
        Self {
            status: "ok",
            restart: request.restart,
        }
    }
}

/// What an `interrupt_reply` holds.
#[derive(Debug, Serialize)]
pub struct InterruptReply {
    status: &'static str,
}

impl Default for InterruptReply {
    fn default() -> Self {
        Self { status: "ok" }
    }
}
