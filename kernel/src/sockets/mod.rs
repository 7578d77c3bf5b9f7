//! The five sockets, as ZeroMQ clients see them. Only this module knows how
//! bytes travel; it hands frames on and asks no questions about them.
//!
//! Shell, control, stdin and heartbeat are ROUTER sockets of the `zeromq`
//! crate. Iopub is a publisher of our own, since the crate's XPUB socket waits
//! for each subscriber in turn: one stuck client would stall all others.

mod heartbeat;
pub mod iopub;
mod requests;
mod stdin;
mod zmtp;

use std::io;
use std::net::TcpListener;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::{UnixListener, UnixStream};

pub use heartbeat::beat;
pub use requests::{Outbox, Replies, open, outbox};
pub use stdin::{Questioner, Questions, open_stdin, questioner};

use crate::protocol::connection::{ConnectionInfo, Transport};

/// A bound address that accepts connections.
#[derive(Debug)]
pub enum Listener {
    /// A TCP port.
    Tcp(TcpListener),
    /// A Unix socket.
    Ipc(UnixListener),
}

impl From<Listener> for zeromq::Listener {
    fn from(listener: Listener) -> Self {
        match listener {
            Listener::Tcp(listener) => Self::Tcp(listener),
            Listener::Ipc(listener) => Self::Ipc(listener),
        }
    }
}

/// A socket could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// The address cannot be used.
    #[error(
        "the {socket} socket cannot be opened at {address}: {source}; start the kernel again, \
         Jupyter then chooses other ports"
    )]
    Bind {
        /// Which socket.
        socket: &'static str,
        /// Where it should have been.
        address: String,
        /// Why not.
        source: io::Error,
    },
    /// The ZeroMQ library refused the address.
    #[error("the {socket} socket cannot be opened: {source}")]
    Adopt {
        /// Which socket.
        socket: &'static str,
        /// Why not.
        source: zeromq::ZmqError,
    },
}

/// Binds the address of one of the ports in the connection file. The file of
/// a Unix socket that nobody listens on any more is replaced.
///
/// # Errors
/// The address is taken or not ours to use.
pub fn bind(
    connection: &ConnectionInfo,
    socket: &'static str,
    port: u16,
) -> Result<Listener, SocketError> {
    let (bound, address) = match connection.transport {
        Transport::Tcp => {
            let ip = match connection.ip.as_str() {
                "*" | "" => "0.0.0.0",
                ip => ip.trim_start_matches('[').trim_end_matches(']'),
            };
            (
                TcpListener::bind((ip, port)).map(Listener::Tcp),
                format!("{ip}, port {port}"),
            )
        }
        Transport::Ipc => {
            let path = connection.socket_path(port);
            (bind_ipc(&path).map(Listener::Ipc), path)
        }
    };
    bound.map_err(|source| SocketError::Bind {
        socket,
        address,
        source,
    })
}

fn bind_ipc(path: &str) -> io::Result<UnixListener> {
    let left_behind = std::fs::symlink_metadata(path)
        .is_ok_and(|metadata| metadata.file_type().is_socket())
        && UnixStream::connect(path).is_err();
    if left_behind {
        std::fs::remove_file(path)?;
    }
    UnixListener::bind(path)
}

/// Removes the files of Unix sockets; does nothing for tcp.
pub fn unlink(connection: &ConnectionInfo) {
    if connection.transport == Transport::Ipc {
        for port in [
            connection.shell_port,
            connection.control_port,
            connection.stdin_port,
            connection.iopub_port,
            connection.hb_port,
        ] {
            // The ZeroMQ library may have removed it already.
            let _ = std::fs::remove_file(connection.socket_path(port));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_file_left_behind_is_replaced_and_one_in_use_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kernel-1").to_str().unwrap().to_owned();
        drop(bind_ipc(&path).unwrap());
        assert!(
            std::fs::exists(&path).unwrap(),
            "the system leaves the file"
        );
        let listener = bind_ipc(&path).unwrap();
        assert_eq!(
            bind_ipc(&path).unwrap_err().kind(),
            io::ErrorKind::AddrInUse
        );
        drop(listener);
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, "not a socket").unwrap();
        assert!(bind_ipc(&path).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "not a socket");
    }
}
