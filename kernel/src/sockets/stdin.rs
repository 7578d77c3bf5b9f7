//! The stdin socket: the kernel asks, the client answers.

use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use zeromq::RouterSendHalf;

use super::requests::{adopt, deliver, receive};
use super::{Listener, SocketError};
use crate::protocol::envelope::Sealed;

/// How often, and with which pause, a question is sent to a client that is not
/// connected (yet).
const ATTEMPTS: u32 = 20;
const ATTEMPT_PAUSE: Duration = Duration::from_millis(100);

/// Sends questions; may be cloned and used from any thread. Never waits.
#[derive(Clone)]
pub struct Questioner {
    queue: UnboundedSender<Sealed>,
}

impl Questioner {
    /// Sends a question to the client that its first frame names.
    pub fn ask(&self, question: Sealed) {
        // The queue lives as long as the runtime; later nobody listens.
        let _ = self.queue.send(question);
    }
}

/// Questions on their way from a [`Questioner`] to the socket.
pub struct Questions {
    queue: UnboundedReceiver<Sealed>,
}

/// A questioner, and the questions that the socket will take from it.
#[must_use]
pub fn questioner() -> (Questioner, Questions) {
    let (sender, receiver) = unbounded_channel();
    (Questioner { queue: sender }, Questions { queue: receiver })
}

/// Opens the stdin socket: sends the questions, hands each message to `inbox`,
/// and the name of each question that cannot be delivered to `lost`.
///
/// # Errors
/// The ZeroMQ library refuses the address.
pub async fn open_stdin(
    listener: Listener,
    questions: Questions,
    inbox: impl FnMut(Vec<Bytes>) + Send + 'static,
    lost: impl FnMut(&str) + Send + 'static,
) -> Result<(), SocketError> {
    let (sender, receiver) = adopt(listener, "stdin").await?;
    tokio::spawn(receive(receiver, inbox));
    tokio::spawn(send(sender, questions.queue, lost));
    Ok(())
}

async fn send(
    mut socket: RouterSendHalf,
    mut queue: UnboundedReceiver<Sealed>,
    mut lost: impl FnMut(&str),
) {
    'questions: while let Some(Sealed { msg_id, frames }) = queue.recv().await {
        for _ in 0..ATTEMPTS {
            if deliver(&mut socket, frames.clone()).await {
                continue 'questions;
            }
            tokio::time::sleep(ATTEMPT_PAUSE).await;
        }
        lost(&msg_id);
    }
}
