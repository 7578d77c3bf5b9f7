//! The heartbeat socket: whatever comes goes back.

use zeromq::{RouterSocket, Socket, SocketRecv, SocketSend};

use super::requests::PAUSE_AFTER_ERROR;
use super::{Listener, SocketError};

/// Starts to send back whatever comes.
///
/// # Errors
/// The ZeroMQ library refuses the address.
pub async fn beat(listener: Listener) -> Result<(), SocketError> {
    let mut socket = RouterSocket::new();
    socket
        .bind_listener(listener)
        .await
        .map_err(|source| SocketError::Adopt {
            socket: "heartbeat",
            source,
        })?;
    tokio::spawn(async move {
        loop {
            match socket.recv().await {
                // A client that is gone again needs no answer.
                Ok(message) => drop(socket.send(message).await),
                Err(_) => tokio::time::sleep(PAUSE_AFTER_ERROR).await,
            }
        }
    });
    Ok(())
}
