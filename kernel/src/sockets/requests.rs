//! The shell and control sockets, which work alike: requests come in, replies
//! go out to whom the first frame names, and neither waits for the other.

use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use zeromq::{
    RouterRecvHalf, RouterSendHalf, RouterSocket, Socket, SocketRecv, SocketSend, ZmqMessage,
};

use super::{Listener, SocketError};

/// How long to wait before receiving again after an error.
pub(super) const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(20);

/// How long a client that does not read may hold up the replies to others.
const SEND_LIMIT: Duration = Duration::from_secs(1);

/// Sends replies; may be cloned and used from any thread. Never waits.
#[derive(Clone)]
pub struct Outbox {
    queue: UnboundedSender<Vec<Bytes>>,
}

impl Outbox {
    /// Sends a message to the client that the first frame names.
    pub fn send(&self, frames: Vec<Bytes>) {
        // The queue lives as long as the runtime; later nobody listens.
        let _ = self.queue.send(frames);
    }
}

/// Replies on their way from an [`Outbox`] to a socket.
pub struct Replies {
    queue: UnboundedReceiver<Vec<Bytes>>,
}

/// An outbox, and the replies that a socket will take from it.
#[must_use]
pub fn outbox() -> (Outbox, Replies) {
    let (sender, receiver) = unbounded_channel();
    (Outbox { queue: sender }, Replies { queue: receiver })
}

/// Opens a shell or control socket: hands each message to `inbox`, and sends
/// the replies.
///
/// # Errors
/// The ZeroMQ library refuses the address.
pub async fn open(
    listener: Listener,
    name: &'static str,
    replies: Replies,
    inbox: impl FnMut(Vec<Bytes>) + Send + 'static,
) -> Result<(), SocketError> {
    let (sender, receiver) = adopt(listener, name).await?;
    tokio::spawn(receive(receiver, inbox));
    tokio::spawn(send(sender, replies.queue));
    Ok(())
}

/// Makes a ROUTER socket of a listener.
///
/// # Errors
/// The ZeroMQ library refuses the address.
pub(super) async fn adopt(
    listener: Listener,
    socket: &'static str,
) -> Result<(RouterSendHalf, RouterRecvHalf), SocketError> {
    let mut router = RouterSocket::new();
    router
        .bind_listener(listener)
        .await
        .map_err(|source| SocketError::Adopt { socket, source })?;
    Ok(router.split())
}

/// Hands every message on, for as long as the kernel lives.
pub(super) async fn receive(mut socket: RouterRecvHalf, mut inbox: impl FnMut(Vec<Bytes>)) {
    loop {
        match socket.recv().await {
            Ok(message) => inbox(message.into_vec()),
            Err(_) => tokio::time::sleep(PAUSE_AFTER_ERROR).await,
        }
    }
}

async fn send(mut socket: RouterSendHalf, mut queue: UnboundedReceiver<Vec<Bytes>>) {
    while let Some(frames) = queue.recv().await {
        deliver(&mut socket, frames).await;
    }
}

/// Sends one message; false if its client is not there or does not read.
pub(super) async fn deliver(socket: &mut RouterSendHalf, frames: Vec<Bytes>) -> bool {
    match ZmqMessage::try_from(frames) {
        Ok(message) => {
            matches!(
                tokio::time::timeout(SEND_LIMIT, socket.send(message)).await,
                Ok(Ok(()))
            )
        }
        Err(_) => false,
    }
}
