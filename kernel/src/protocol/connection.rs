//! The connection file: where the launcher wants the five sockets to be, and
//! the key that signs every message.

use std::fmt;

use serde::Deserialize;

/// How the sockets are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// A TCP port on an address.
    Tcp,
    /// A Unix socket, a file named `{ip}-{port}`.
    Ipc,
}

/// The content of a connection file.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct ConnectionInfo {
    /// How the sockets are reached.
    pub transport: Transport,
    /// The address (tcp) or the front part of the file names (ipc).
    pub ip: String,
    /// Port of the shell socket.
    pub shell_port: u16,
    /// Port of the control socket.
    pub control_port: u16,
    /// Port of the stdin socket.
    pub stdin_port: u16,
    /// Port of the iopub socket.
    pub iopub_port: u16,
    /// Port of the heartbeat socket.
    pub hb_port: u16,
    /// The key of the signatures; empty for none.
    #[serde(default)]
    pub key: String,
    /// How messages are signed; only `hmac-sha256` is known.
    #[serde(default = "hmac_sha256")]
    pub signature_scheme: String,
    /// Set when clients are to encrypt, which this kernel cannot.
    #[serde(default)]
    curve_publickey: Option<String>,
}

fn hmac_sha256() -> String {
    "hmac-sha256".to_owned()
}

/// What is wrong with a connection file.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// It is not JSON or lacks a key.
    #[error("the connection file cannot be read: {0}; start the kernel through Jupyter")]
    Json(#[from] serde_json::Error),
    /// A port is zero, so that no client could find the socket.
    #[error("the connection file names port 0 for `{key}`; a port from 1 to 65535 is needed")]
    NoPort {
        /// The key of the port.
        key: &'static str,
    },
    /// The signature scheme is unknown.
    #[error(
        "the connection file asks for signature scheme `{scheme}`; only `hmac-sha256` is known: \
         set `Session.signature_scheme` of the Jupyter server back to its default"
    )]
    Scheme {
        /// The scheme.
        scheme: String,
    },
    /// Clients are to encrypt with CurveZMQ.
    #[error(
        "the connection file asks for CURVE encryption, which this kernel does not have: \
         set `KernelManager.transport_encryption` to \"disabled\" or use the ipc transport"
    )]
    Encrypted,
}

impl ConnectionInfo {
    /// Reads the text of a connection file.
    ///
    /// # Errors
    /// Says what is missing or asks for something that this kernel cannot do.
    ///
    /// ```
    /// use lightcone_kernel::protocol::connection::ConnectionInfo;
    /// let info = ConnectionInfo::parse(br#"{"transport": "tcp", "ip": "127.0.0.1",
    ///     "shell_port": 1, "control_port": 2, "stdin_port": 3, "iopub_port": 4,
    ///     "hb_port": 5, "key": "secret", "signature_scheme": "hmac-sha256"}"#)?;
    /// assert_eq!(info.iopub_port, 4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(json: &[u8]) -> Result<Self, ConnectionError> {
        let info: Self = serde_json::from_slice(json)?;
        let ports = [
            ("shell_port", info.shell_port),
            ("control_port", info.control_port),
            ("stdin_port", info.stdin_port),
            ("iopub_port", info.iopub_port),
            ("hb_port", info.hb_port),
        ];
        if let Some((key, _)) = ports.into_iter().find(|&(_, port)| port == 0) {
            return Err(ConnectionError::NoPort { key });
        }
        if !info.key.is_empty() && info.signature_scheme != "hmac-sha256" {
            return Err(ConnectionError::Scheme {
                scheme: info.signature_scheme,
            });
        }
        if info.curve_publickey.is_some() {
            return Err(ConnectionError::Encrypted);
        }
        Ok(info)
    }

    /// The path of the Unix socket for a port (ipc transport).
    #[must_use]
    pub fn socket_path(&self, port: u16) -> String {
        format!("{}-{port}", self.ip)
    }
}

impl fmt::Debug for ConnectionInfo {
    /// Shows everything but the key, which must not get into logs.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ConnectionInfo")
            .field("transport", &self.transport)
            .field("ip", &self.ip)
            .field("shell_port", &self.shell_port)
            .field("control_port", &self.control_port)
            .field("stdin_port", &self.stdin_port)
            .field("iopub_port", &self.iopub_port)
            .field("hb_port", &self.hb_port)
            .field("signature_scheme", &self.signature_scheme)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(extra: &str, hb_port: u16) -> String {
        format!(
            r#"{{"transport": "ipc", "ip": "/run/user/kernel-7", "shell_port": 1,
            "control_port": 2, "stdin_port": 3, "iopub_port": 4, "hb_port": {hb_port},
            "kernel_name": "lightcone" {extra}}}"#
        )
    }

    #[test]
    fn a_file_without_key_means_no_signatures() {
        let info = ConnectionInfo::parse(file("", 5).as_bytes()).unwrap();
        assert_eq!(info.transport, Transport::Ipc);
        assert_eq!(info.key, "");
        assert_eq!(info.socket_path(info.hb_port), "/run/user/kernel-7-5");
    }

    #[test]
    fn what_cannot_work_is_refused_by_name() {
        let refused = |extra: &str, port| {
            ConnectionInfo::parse(file(extra, port).as_bytes())
                .unwrap_err()
                .to_string()
        };
        assert!(refused("", 0).contains("`hb_port`"));
        assert!(refused(r#", "key": "a", "signature_scheme": "hmac-md5""#, 5).contains("hmac-md5"));
        assert!(refused(r#", "curve_publickey": "abc""#, 5).contains("transport_encryption"));
        let error = ConnectionInfo::parse(br#"{"ip": "127.0.0.1"}"#)
            .unwrap_err()
            .to_string();
        assert!(error.contains("transport"), "{error}");
    }

    #[test]
    fn the_key_stays_out_of_logs() {
        let info = ConnectionInfo::parse(file(r#", "key": "hunter2""#, 5).as_bytes()).unwrap();
        assert!(!format!("{info:?}").contains("hunter2"));
    }
}
