//! The envelope around every message: identities, a delimiter, the signature,
//! header, parent header, metadata, content, and any number of buffers, each
//! one frame.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::PROTOCOL_VERSION;
use super::signature::{SeenSignatures, SignatureError, Signer};

/// The frame between the identities and the signature.
pub const DELIMITER: &[u8] = b"<IDS|MSG>";

/// The frame of an empty JSON object.
pub const EMPTY_OBJECT: Bytes = Bytes::from_static(b"{}");

/// What the kernel reads from the header of a message.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Header {
    /// The sender's name for this message.
    pub msg_id: String,
    /// The kind of message.
    pub msg_type: String,
}

/// A received message, checked and taken apart. JSON stays as bytes until the
/// one who handles the message reads it.
#[derive(Clone, Debug)]
pub struct Message {
    /// Who sent it: what a reply must start with.
    pub identities: Vec<Bytes>,
    /// What the kernel needs of the header.
    pub header: Header,
    /// The header as it came: the parent header of all that answers it.
    pub parent: Bytes,
    /// The parent header as it came.
    pub parent_header: Bytes,
    /// The metadata as they came.
    pub metadata: Bytes,
    /// The content as it came.
    pub content: Bytes,
    /// Binary attachments.
    pub buffers: Vec<Bytes>,
}

/// Why a message was refused.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// No frame is the delimiter.
    #[error("a message of {frames} frames has no delimiter `<IDS|MSG>`")]
    NoDelimiter {
        /// The number of frames.
        frames: usize,
    },
    /// Frames are missing after the delimiter.
    #[error("a message has {frames} frames after the delimiter; at least 5 are needed")]
    TooShort {
        /// The number of frames after the delimiter.
        frames: usize,
    },
    /// The signature is wrong or was seen before.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The header is not what a header must be.
    #[error("a message has a header that cannot be read: {0}")]
    Header(#[from] serde_json::Error),
}

impl Message {
    /// Reads the content as the type that belongs to the kind of message.
    ///
    /// # Errors
    /// The content is not JSON or lacks a key.
    pub fn read<'de, T: Deserialize<'de>>(&'de self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.content)
    }
}

/// Opens received messages: checks the signature and that it is new. One
/// opener serves all sockets of a kernel.
pub struct Opener {
    signer: Signer,
    seen: Mutex<SeenSignatures>,
}

impl Opener {
    /// An opener that knows no signature yet.
    #[must_use]
    pub fn new(signer: Signer) -> Self {
        Self {
            signer,
            seen: Mutex::default(),
        }
    }

    /// Takes a message apart. Nothing is copied but the header.
    ///
    /// # Errors
    /// Frames are missing, the signature is wrong or came before, or the
    /// header is not one.
    pub fn open(&self, frames: Vec<Bytes>) -> Result<Message, EnvelopeError> {
        let count = frames.len();
        let mut frames = frames.into_iter();
        let mut identities = Vec::new();
        loop {
            match frames.next() {
                None => return Err(EnvelopeError::NoDelimiter { frames: count }),
                Some(frame) if frame == DELIMITER => break,
                Some(frame) => identities.push(frame),
            }
        }
        let short = EnvelopeError::TooShort {
            frames: frames.len(),
        };
        let (
            Some(signature),
            Some(header_json),
            Some(parent_header),
            Some(metadata),
            Some(content),
        ) = (
            frames.next(),
            frames.next(),
            frames.next(),
            frames.next(),
            frames.next(),
        )
        else {
            return Err(short);
        };
        let parts: [&[u8]; 4] = [&header_json, &parent_header, &metadata, &content];
        let digest = self.signer.verify(parts, &signature)?;
        if let Some(digest) = digest {
            self.seen
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .note(digest)?;
        }
        let header = serde_json::from_slice(&header_json)?;
        Ok(Message {
            identities,
            header,
            // A copy: the frame shares its memory with the whole message.
            parent: Bytes::copy_from_slice(&header_json),
            parent_header,
            metadata,
            content,
            buffers: frames.collect(),
        })
    }
}

/// Writes the kernel's own messages: names, dates and signs them.
pub struct Author {
    session: String,
    signer: Signer,
    written: AtomicU64,
}

#[derive(Serialize)]
struct OwnHeader<'a> {
    msg_id: &'a str,
    session: &'a str,
    username: &'a str,
    date: String,
    msg_type: &'a str,
    version: &'a str,
}

/// A message ready to be sent.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The name that the message was given.
    pub msg_id: String,
    /// All frames, identities or topic first.
    pub frames: Vec<Bytes>,
}

impl Author {
    /// An author with a session name of its own.
    #[must_use]
    pub fn new(signer: Signer) -> Self {
        Self {
            session: uuid::Uuid::new_v4().to_string(),
            signer,
            written: AtomicU64::new(0),
        }
    }

    /// The kernel's session name, new in every process.
    #[must_use]
    pub fn session(&self) -> &str {
        &self.session
    }

    /// Writes a message. `prefix` holds the identities of who it is for, or
    /// the topic on iopub; `parent` the header of the request that it belongs
    /// to, byte for byte.
    ///
    /// # Errors
    /// The content cannot be JSON (a map with keys that are no strings).
    pub fn seal(
        &self,
        prefix: Vec<Bytes>,
        msg_type: &str,
        parent: Bytes,
        content: &impl Serialize,
    ) -> Result<Sealed, serde_json::Error> {
        self.seal_with(prefix, msg_type, parent, EMPTY_OBJECT, content, Vec::new())
    }

    /// [`Author::seal`] with metadata, as JSON, and binary attachments.
    ///
    /// # Errors
    /// As [`Author::seal`].
    pub fn seal_with(
        &self,
        prefix: Vec<Bytes>,
        msg_type: &str,
        parent: Bytes,
        metadata: Bytes,
        content: &impl Serialize,
        buffers: Vec<Bytes>,
    ) -> Result<Sealed, serde_json::Error> {
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let msg_id = format!("{}_{number}", self.session);
        let header = serde_json::to_vec(&OwnHeader {
            msg_id: &msg_id,
            session: &self.session,
            username: "kernel",
            date: format!("{:.6}", jiff::Timestamp::now()),
            msg_type,
            version: PROTOCOL_VERSION,
        })?;
        let content = serde_json::to_vec(content)?;
        let signature = self.signer.sign([&header, &parent, &metadata, &content]);
        let mut frames = prefix;
        frames.extend([
            Bytes::from_static(DELIMITER),
            signature.into(),
            header.into(),
            parent,
            metadata,
            content.into(),
        ]);
        frames.extend(buffers);
        Ok(Sealed { msg_id, frames })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn sealed(key: &str) -> Vec<Bytes> {
        Author::new(Signer::new(key))
            .seal(
                vec![Bytes::from_static(b"client"), Bytes::from_static(b"hop")],
                "kernel_info_request",
                Bytes::from_static(br#"{"msg_id": "p", "subshell_id": null}"#),
                &json!({"a": [1, "é"]}),
            )
            .unwrap()
            .frames
    }

    #[test]
    fn a_sealed_message_opens_and_keeps_its_parent_byte_for_byte() {
        let mut frames = sealed("key");
        frames.push(Bytes::from_static(b"\xff\x00buffer"));
        let message = Opener::new(Signer::new("key")).open(frames).unwrap();
        assert_eq!(message.identities, ["client", "hop"]);
        assert_eq!(message.header.msg_type, "kernel_info_request");
        assert_eq!(
            message.parent_header,
            r#"{"msg_id": "p", "subshell_id": null}"#
        );
        assert_eq!(message.buffers, [&b"\xff\x00buffer"[..]]);
        assert_eq!(message.read::<Value>().unwrap(), json!({"a": [1, "é"]}));
        let header: Value = serde_json::from_slice(&message.parent).unwrap();
        assert_eq!(header["version"], PROTOCOL_VERSION);
        let date = header["date"].as_str().unwrap();
        assert!(
            date.ends_with('Z') && date.len() == "2026-01-31T12:00:00.000000Z".len(),
            "{date}"
        );
    }

    #[test]
    fn every_message_has_its_own_name() {
        let author = Author::new(Signer::new(""));
        let name = || {
            author
                .seal(vec![], "status", EMPTY_OBJECT, &json!({}))
                .unwrap()
                .msg_id
        };
        assert_ne!(name(), name());
    }

    #[test]
    fn a_second_delivery_is_refused() {
        let opener = Opener::new(Signer::new("key"));
        let frames = sealed("key");
        opener.open(frames.clone()).unwrap();
        let error = opener.open(frames).unwrap_err();
        assert!(
            matches!(error, EnvelopeError::Signature(SignatureError::Replayed)),
            "{error}"
        );
    }

    #[test]
    fn any_change_to_a_signed_part_is_refused_and_buffers_are_not_signed() {
        let whole = sealed("key");
        for part in 3..whole.len() {
            let mut frames = whole.clone();
            let mut changed = frames[part].to_vec();
            changed[0] ^= 1;
            frames[part] = changed.into();
            let error = Opener::new(Signer::new("key")).open(frames).unwrap_err();
            assert!(
                matches!(error, EnvelopeError::Signature(SignatureError::Wrong)),
                "{error}"
            );
        }
    }

    #[test]
    fn torn_messages_are_refused() {
        let opener = Opener::new(Signer::new(""));
        let whole = sealed("");
        for length in 0..whole.len() {
            assert!(
                opener.open(whole[..length].to_vec()).is_err(),
                "{length} frames"
            );
        }
        for header in [
            "",
            "[]",
            "null",
            r#"{"msg_id": 1, "msg_type": "a"}"#,
            "\u{0}",
        ] {
            let mut frames = whole.clone();
            frames[4] = Bytes::from_static(header.as_bytes());
            let error = opener.open(frames).unwrap_err();
            assert!(
                matches!(error, EnvelopeError::Header(_)),
                "{header}: {error}"
            );
        }
    }
}
