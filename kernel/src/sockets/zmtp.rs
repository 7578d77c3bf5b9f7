//! ZMTP 3.0, the wire protocol of ZeroMQ, as far as a publisher needs it:
//! greeting and READY with the NULL mechanism, message and command frames, and
//! the ways a subscriber says what it wants (RFC 23; RFC 37 for the
//! SUBSCRIBE and CANCEL commands of version 3.1).

use std::io;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Bit of a frame's first byte: another frame of the message follows.
const MORE: u8 = 1;
/// Bit of a frame's first byte: the length takes eight bytes, not one.
const LONG: u8 = 2;
/// Bit of a frame's first byte: the frame is a command.
const COMMAND: u8 = 4;

/// Longest frame that a subscriber may send, in bytes. Subscribers send only
/// topics and short commands.
const FRAME_LIMIT: u64 = 64 * 1024;

/// Length of the greeting in bytes.
const GREETING_LENGTH: usize = 64;

/// Frames of this length in bytes are written from where they are.
const COPY_LIMIT: usize = 16 * 1024;

/// What is wrong with a peer.
#[derive(Debug, thiserror::Error)]
pub(super) enum ZmtpError {
    /// The connection broke.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It speaks something else.
    #[error("the peer's greeting is not that of ZMTP 3 with the NULL mechanism")]
    Greeting,
    /// Its handshake has no READY command or a broken one.
    #[error("the peer sent no valid READY command")]
    Ready,
    /// It is no subscriber.
    #[error("the peer's socket type is {0}; SUB or XSUB is needed")]
    SocketType(String),
    /// A frame is too long.
    #[error("the peer sent a frame of {0} bytes; a subscriber may send {FRAME_LIMIT}")]
    TooLong(u64),
    /// A command breaks the format.
    #[error("the peer sent a broken command")]
    Command,
}

/// One frame from a peer.
#[derive(Debug, PartialEq, Eq)]
struct Frame {
    flags: u8,
    body: Vec<u8>,
}

/// What a subscriber says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It wants messages whose first frame starts with this.
    Subscribe(Vec<u8>),
    /// It no longer wants them.
    Cancel(Vec<u8>),
    /// It asks for a sign of life: answer with these bytes.
    Ping(Bytes),
    /// Something that needs no answer.
    Nothing,
}

/// A message as the bytes that go over the wire, in pieces.
#[derive(Debug)]
pub(super) struct Wire {
    /// The pieces, to be written one after the other.
    pub(super) pieces: Vec<Bytes>,
    /// Their length in bytes.
    pub(super) length: usize,
}

impl Wire {
    /// Encodes the frames of a message. Long frames are not copied.
    pub(super) fn message(frames: &[Bytes]) -> Self {
        let mut wire = Self {
            pieces: Vec::new(),
            length: 0,
        };
        let mut short = Vec::new();
        for (index, frame) in frames.iter().enumerate() {
            let more = if index + 1 < frames.len() { MORE } else { 0 };
            push_header(&mut short, more, frame.len());
            if frame.len() < COPY_LIMIT {
                short.extend_from_slice(frame);
            } else {
                wire.push(std::mem::take(&mut short).into());
                wire.push(frame.clone());
            }
        }
        wire.push(short.into());
        wire
    }

    /// Encodes a command.
    fn command(name: &str, body: &[u8]) -> Self {
        let mut content = Vec::with_capacity(1 + name.len() + body.len());
        push_short(&mut content, name.as_bytes());
        content.extend_from_slice(body);
        let mut bytes = Vec::with_capacity(content.len() + 9);
        push_header(&mut bytes, COMMAND, content.len());
        bytes.extend_from_slice(&content);
        let mut wire = Self {
            pieces: Vec::new(),
            length: 0,
        };
        wire.push(bytes.into());
        wire
    }

    fn push(&mut self, piece: Bytes) {
        if !piece.is_empty() {
            self.length += piece.len();
            self.pieces.push(piece);
        }
    }
}

fn push_header(bytes: &mut Vec<u8>, flags: u8, length: usize) {
    match u8::try_from(length) {
        Ok(length) => bytes.extend_from_slice(&[flags, length]),
        Err(_) => {
            bytes.push(flags | LONG);
            bytes.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
}

/// Adds a text of at most 255 bytes behind its length in one byte.
fn push_short(bytes: &mut Vec<u8>, text: &[u8]) {
    let length = u8::try_from(text.len()).unwrap_or(u8::MAX);
    bytes.push(length);
    bytes.extend_from_slice(&text[..usize::from(length)]);
}

/// Splits off a text that stands behind its length in one byte.
fn take_short<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (&length, rest) = bytes.split_first()?;
    let (text, rest) = rest.split_at_checked(usize::from(length))?;
    *bytes = rest;
    Some(text)
}

fn greeting() -> [u8; GREETING_LENGTH] {
    let mut greeting = [0; GREETING_LENGTH];
    greeting[0] = 0xff;
    greeting[9] = 0x7f;
    greeting[10] = 3;
    greeting[12..16].copy_from_slice(b"NULL");
    greeting
}

fn is_greeting(bytes: &[u8; GREETING_LENGTH]) -> bool {
    let mut mechanism = [0; 20];
    mechanism[..4].copy_from_slice(b"NULL");
    bytes[0] == 0xff && bytes[9] & 1 == 1 && bytes[10] >= 3 && bytes[12..32] == mechanism
}

/// The value of a property in the body of a READY command.
fn property<'a>(mut body: &'a [u8], wanted: &str) -> Option<&'a [u8]> {
    loop {
        let name = take_short(&mut body)?;
        let (length, rest) = body.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (value, rest) = rest.split_at_checked(length)?;
        if name.eq_ignore_ascii_case(wanted.as_bytes()) {
            return Some(value);
        }
        body = rest;
    }
}

/// Greets a peer that has connected and checks that it is a subscriber.
///
/// # Errors
/// The peer speaks something else or is no subscriber.
pub(super) async fn shake_hands(
    reader: &mut (impl AsyncRead + Unpin),
    writer: &mut (impl AsyncWrite + Unpin),
) -> Result<(), ZmtpError> {
    writer.write_all(&greeting()).await?;
    let mut theirs = [0; GREETING_LENGTH];
    reader.read_exact(&mut theirs).await?;
    if !is_greeting(&theirs) {
        return Err(ZmtpError::Greeting);
    }
    let mut properties = Vec::new();
    push_short(&mut properties, b"Socket-Type");
    properties.extend_from_slice(&4_u32.to_be_bytes());
    properties.extend_from_slice(b"XPUB");
    write(writer, &Wire::command("READY", &properties)).await?;

    let ready = read_frame(reader).await?;
    let mut body = ready.body.as_slice();
    if ready.flags & COMMAND == 0 || take_short(&mut body) != Some(b"READY") {
        return Err(ZmtpError::Ready);
    }
    match property(body, "Socket-Type").ok_or(ZmtpError::Ready)? {
        b"SUB" | b"XSUB" => Ok(()),
        other => {
            let mut reason = Vec::new();
            push_short(&mut reason, b"only SUB and XSUB may connect");
            write(writer, &Wire::command("ERROR", &reason)).await?;
            Err(ZmtpError::SocketType(
                String::from_utf8_lossy(other).into_owned(),
            ))
        }
    }
}

/// Writes all pieces, then flushes.
async fn write(writer: &mut (impl AsyncWrite + Unpin), wire: &Wire) -> io::Result<()> {
    for piece in &wire.pieces {
        writer.write_all(piece).await?;
    }
    writer.flush().await
}

async fn read_frame(reader: &mut (impl AsyncRead + Unpin)) -> Result<Frame, ZmtpError> {
    let flags = reader.read_u8().await?;
    let length = if flags & LONG == 0 {
        u64::from(reader.read_u8().await?)
    } else {
        reader.read_u64().await?
    };
    let size = usize::try_from(length)
        .ok()
        .filter(|_| length <= FRAME_LIMIT);
    let mut body = vec![0; size.ok_or(ZmtpError::TooLong(length))?];
    reader.read_exact(&mut body).await?;
    Ok(Frame { flags, body })
}

/// Reads the next thing that a subscriber says.
///
/// # Errors
/// The connection ended or the peer breaks the protocol.
pub(super) async fn listen(reader: &mut (impl AsyncRead + Unpin)) -> Result<Said, ZmtpError> {
    let frame = read_frame(reader).await?;
    if frame.flags & COMMAND != 0 {
        return understand_command(&frame.body);
    }
    // A message; only one of a single frame can be a subscription.
    let mut more = frame.flags & MORE != 0;
    let single = !more;
    while more {
        more = read_frame(reader).await?.flags & MORE != 0;
    }
    Ok(match frame.body.split_first() {
        Some((1, topic)) if single => Said::Subscribe(topic.to_vec()),
        Some((0, topic)) if single => Said::Cancel(topic.to_vec()),
        _ => Said::Nothing,
    })
}

fn understand_command(mut body: &[u8]) -> Result<Said, ZmtpError> {
    let name = take_short(&mut body).ok_or(ZmtpError::Command)?;
    Ok(match name {
        b"SUBSCRIBE" => Said::Subscribe(body.to_vec()),
        b"CANCEL" => Said::Cancel(body.to_vec()),
        b"PING" => {
            // Two bytes say how long the peer waits; the rest comes back.
            let context = body.get(2..).ok_or(ZmtpError::Command)?;
            Said::Ping(Bytes::copy_from_slice(context))
        }
        _ => Said::Nothing,
    })
}

/// The answer to a [`Said::Ping`].
pub(super) fn pong(context: &[u8]) -> Wire {
    Wire::command("PONG", context)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(wire: &Wire) -> Vec<u8> {
        assert_eq!(
            wire.pieces.iter().map(Bytes::len).sum::<usize>(),
            wire.length
        );
        wire.pieces.concat()
    }

    async fn heard(sent: &[u8]) -> Result<Said, ZmtpError> {
        listen(&mut &sent[..]).await
    }

    #[test]
    fn messages_have_short_and_long_frames() {
        let long = Bytes::from(vec![7; 300]);
        let wire = Wire::message(&[Bytes::from_static(b"topic"), Bytes::new(), long]);
        let mut expected = b"\x01\x05topic\x01\x00\x02\0\0\0\0\0\0\x01\x2c".to_vec();
        expected.extend([7; 300]);
        assert_eq!(bytes(&wire), expected);
        let huge = Bytes::from(vec![9; COPY_LIMIT]);
        let wire = Wire::message(&[huge.clone(), huge.clone()]);
        assert_eq!(wire.pieces.len(), 4);
        assert_eq!(
            wire.pieces[1].as_ptr(),
            huge.as_ptr(),
            "a long frame is not copied"
        );
    }

    #[tokio::test]
    async fn a_handshake_with_a_subscriber() {
        let mut sent = greeting().to_vec();
        sent[11] = 1; // libzmq says 3.1
        sent.extend(b"\x04\x26\x05READY\x0bSocket-Type\0\0\0\x03SUB\x08Identity\0\0\0\0");
        let mut answer = Vec::new();
        shake_hands(&mut sent.as_slice(), &mut answer)
            .await
            .unwrap();
        assert_eq!(answer[..64], greeting());
        assert_eq!(
            answer[64..],
            *b"\x04\x1a\x05READY\x0bSocket-Type\0\0\0\x04XPUB"
        );
    }

    #[tokio::test]
    async fn others_are_turned_away() {
        let ready = |socket_type: &[u8]| {
            let mut properties = Vec::new();
            push_short(&mut properties, b"Socket-Type");
            properties.extend_from_slice(&u32::try_from(socket_type.len()).unwrap().to_be_bytes());
            properties.extend_from_slice(socket_type);
            [
                greeting().to_vec(),
                bytes(&Wire::command("READY", &properties)),
            ]
            .concat()
        };
        let attempt = async |sent: Vec<u8>| {
            shake_hands(&mut sent.as_slice(), &mut Vec::new())
                .await
                .unwrap_err()
        };
        assert!(matches!(
            attempt(ready(b"DEALER")).await,
            ZmtpError::SocketType(_)
        ));
        let mut curve = ready(b"SUB");
        curve[12..17].copy_from_slice(b"CURVE");
        assert!(matches!(attempt(curve).await, ZmtpError::Greeting));
        let mut old = ready(b"SUB");
        old[10] = 1;
        assert!(matches!(attempt(old).await, ZmtpError::Greeting));
        assert!(matches!(attempt(vec![b'G'; 64]).await, ZmtpError::Greeting));
        let broken = [greeting().to_vec(), b"\x04\x07\x05READY\x0b".to_vec()].concat();
        assert!(matches!(attempt(broken).await, ZmtpError::Ready));
        let message = [greeting().to_vec(), b"\x00\x01a".to_vec()].concat();
        assert!(matches!(attempt(message).await, ZmtpError::Ready));
    }

    #[tokio::test]
    async fn subscriptions_come_as_messages_or_commands() {
        let said = |topic: &[u8]| Said::Subscribe(topic.to_vec());
        assert_eq!(heard(b"\x00\x01\x01").await.unwrap(), said(b""));
        assert_eq!(heard(b"\x00\x04\x01abc").await.unwrap(), said(b"abc"));
        assert_eq!(
            heard(b"\x00\x02\x00a").await.unwrap(),
            Said::Cancel(b"a".to_vec())
        );
        assert_eq!(heard(b"\x04\x0b\x09SUBSCRIBEa").await.unwrap(), said(b"a"));
        assert_eq!(
            heard(b"\x04\x08\x06CANCELa").await.unwrap(),
            Said::Cancel(b"a".to_vec())
        );
        assert_eq!(heard(b"\x00\x00").await.unwrap(), Said::Nothing);
        assert_eq!(
            heard(b"\x01\x01\x01\x00\x01b").await.unwrap(),
            Said::Nothing
        );
        assert_eq!(
            heard(b"\x04\x09\x04PING\0\x0aab").await.unwrap(),
            Said::Ping(Bytes::from_static(b"ab"))
        );
        assert_eq!(bytes(&pong(b"ab")), b"\x04\x07\x04PONGab");
    }

    #[tokio::test]
    async fn broken_frames_are_errors() {
        assert!(matches!(
            heard(b"\x04\x02\x09S").await,
            Err(ZmtpError::Command)
        ));
        assert!(matches!(heard(b"\x04\x00").await, Err(ZmtpError::Command)));
        assert!(matches!(
            heard(b"\x04\x06\x04PING\0").await,
            Err(ZmtpError::Command)
        ));
        assert!(matches!(
            heard(b"\x00\x05\x01a").await,
            Err(ZmtpError::Io(_))
        ));
        let long = [&b"\x02"[..], &u64::MAX.to_be_bytes()].concat();
        assert!(matches!(
            heard(&long).await,
            Err(ZmtpError::TooLong(u64::MAX))
        ));
    }
}
