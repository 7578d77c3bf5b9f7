//! What the kernel says of itself: `kernel_info_request`, `connect_request` and
//! their replies.

use serde::Serialize;

use super::PROTOCOL_VERSION;
use super::connection::ConnectionInfo;

/// A link of the Help menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HelpLink {
    /// The menu entry.
    pub text: String,
    /// Where it leads.
    pub url: String,
}

/// What the kernel says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KernelInfo {
    /// The version of the kernel.
    pub implementation_version: String,
    /// The version of the Rust compiler.
    pub language_version: String,
    /// Text that consoles show at the start.
    pub banner: String,
    /// Links of the Help menu.
    pub help_links: Vec<HelpLink>,
}

/// What a `kernel_info_reply` holds.
#[derive(Debug, Serialize)]
pub struct KernelInfoReply<'a> {
    status: &'static str,
    protocol_version: &'static str,
    implementation: &'static str,
    implementation_version: &'a str,
    language_info: LanguageInfo<'a>,
    banner: &'a str,
    debugger: bool,
    help_links: &'a [HelpLink],
    supported_features: [&'static str; 0],
}

#[derive(Debug, Serialize)]
struct LanguageInfo<'a> {
    name: &'static str,
    version: &'a str,
    mimetype: &'static str,
    file_extension: &'static str,
    pygments_lexer: &'static str,
    codemirror_mode: &'static str,
    nbconvert_exporter: &'static str,
}

impl<'a> From<&'a KernelInfo> for KernelInfoReply<'a> {
    fn from(info: &'a KernelInfo) -> Self {
        Self {
            status: "ok",
            protocol_version: PROTOCOL_VERSION,
            implementation: "lightcone",
            implementation_version: &info.implementation_version,
            language_info: LanguageInfo {
                name: "rust",
                version: &info.language_version,
                mimetype: "text/rust",
                file_extension: ".rs",
                pygments_lexer: "rust",
                codemirror_mode: "rust",
                nbconvert_exporter: "script",
            },
            banner: &info.banner,
            debugger: false,
            help_links: &info.help_links,
            supported_features: [],
        }
    }
}

/// What a `connect_reply` holds.
#[derive(Debug, Serialize)]
pub struct ConnectReply {
    status: &'static str,
    shell_port: u16,
    iopub_port: u16,
    stdin_port: u16,
    hb_port: u16,
    control_port: u16,
}

impl From<&ConnectionInfo> for ConnectReply {
    fn from(connection: &ConnectionInfo) -> Self {
        Self {
            status: "ok",
            shell_port: connection.shell_port,
            iopub_port: connection.iopub_port,
            stdin_port: connection.stdin_port,
            hb_port: connection.hb_port,
            control_port: connection.control_port,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_what_tools_look_for() {
        let info = KernelInfo {
            implementation_version: "0.1.0".into(),
            language_version: "1.95.0".into(),
            banner: "Lightcone".into(),
            help_links: vec![],
        };
        let reply = serde_json::to_value(KernelInfoReply::from(&info)).unwrap();
        assert_eq!(reply["protocol_version"], "5.5");
        assert_eq!(reply["language_info"]["name"], "rust");
        assert_eq!(reply["language_info"]["version"], "1.95.0");
        assert_eq!(reply["language_info"]["file_extension"], ".rs");
        assert_eq!(reply["supported_features"], serde_json::json!([]));
    }
}
