//! The Jupyter messaging protocol as plain data: what goes over the wire, how
//! it is signed, and what each message holds. Nothing here does any I/O, so
//! every rule can be tested with bytes alone.
//!
//! The messages follow version 5.5 of the specification (Jupyter client
//! documentation, "Messaging in Jupyter"). Requests are read leniently: unknown
//! keys are ignored and missing ones take the value that the specification
//! names. Replies never hold `null` where a key can be left out.

pub mod comm;
pub mod completion;
pub mod connection;
pub mod control;
pub mod envelope;
pub mod execute;
pub mod history;
pub mod info;
pub mod input;
pub mod output;
pub mod signature;
pub mod text;

use serde::{Deserialize, Deserializer, Serialize};

use crate::engine::Failure;

/// The version of the messaging specification that this kernel speaks.
pub const PROTOCOL_VERSION: &str = "5.5";

/// The reply to any request that could not be met.
#[derive(Debug, Serialize)]
pub struct ErrorReply<'a> {
    status: &'static str,
    /// Kind of error, one word.
    pub ename: &'a str,
    /// One sentence.
    pub evalue: &'a str,
    /// What the reader sees, one entry a line.
    pub traceback: &'a [String],
}

impl<'a> From<&'a Failure> for ErrorReply<'a> {
    fn from(failure: &'a Failure) -> Self {
        Self {
            status: "error",
            ename: &failure.ename,
            evalue: &failure.evalue,
            traceback: &failure.traceback,
        }
    }
}

/// Reads a value for which a client may also send `null`, meaning the default.
fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
