//! Comm messages as plain data.
//!
//! The registry neither reads sockets nor writes them. Whoever connects it to a
//! kernel turns the kernel's comm messages into [`Incoming`] and [`Outgoing`]
//! into the kernel's comm messages.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a comm message does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Opens a comm (`comm_open`).
    Open,
    /// Says something on an open comm (`comm_msg`).
    Message,
    /// Closes a comm (`comm_close`).
    Close,
}

impl Action {
    /// The message type of the Jupyter protocol.
    ///
    /// ```
    /// use lightcone_widgets::Action;
    /// assert_eq!(Action::Message.message_type(), "comm_msg");
    /// ```
    #[must_use]
    pub fn message_type(self) -> &'static str {
        match self {
            Self::Open => "comm_open",
            Self::Message => "comm_msg",
            Self::Close => "comm_close",
        }
    }
}

/// One comm message, in either direction.
///
/// ```
/// use lightcone_widgets::{Action, CommMessage};
/// use serde_json::json;
///
/// let moved = CommMessage::message("a1", json!({"method": "update", "state": {"value": 7}}));
/// assert_eq!(moved.action, Action::Message);
/// assert_eq!(moved.data["state"]["value"], 7);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommMessage {
    /// Open, message or close.
    pub action: Action,
    /// The comm's identifier; for a widget also the identifier of its model.
    pub comm_id: String,
    /// The target, for [`Action::Open`] only.
    #[serde(default)]
    pub target_name: Option<String>,
    /// The content's `data`.
    #[serde(default)]
    pub data: Value,
    /// The message's `metadata`.
    #[serde(default)]
    pub metadata: Map<String, Value>,
    /// Binary parts.
    #[serde(default)]
    pub buffers: Vec<Vec<u8>>,
    /// Incoming: whatever the kernel wants to get back, in general the header.
    /// Outgoing: that value of the message which this one answers or was caused
    /// by, on the thread that handled it; null if there was none. Front ends
    /// match an `echo_update` with what they sent by it.
    #[serde(default)]
    pub parent: Value,
}

/// A comm message from the front end.
pub type Incoming = CommMessage;

/// A comm message to the front end.
pub type Outgoing = CommMessage;

impl CommMessage {
    fn new(action: Action, comm_id: impl Into<String>, data: Value) -> Self {
        Self {
            action,
            comm_id: comm_id.into(),
            target_name: None,
            data,
            metadata: Map::new(),
            buffers: Vec::new(),
            parent: Value::Null,
        }
    }

    /// A `comm_open` with the version of the protocol in its metadata.
    ///
    /// ```
    /// use lightcone_widgets::CommMessage;
    /// use serde_json::json;
    ///
    /// let open = CommMessage::open("c", "jupyter.widget.control", "1.0.0", json!({}));
    /// assert_eq!(open.metadata["version"], "1.0.0");
    /// ```
    #[must_use]
    pub fn open(comm_id: impl Into<String>, target: &str, version: &str, data: Value) -> Self {
        let mut message = Self::new(Action::Open, comm_id, data);
        message.target_name = Some(target.to_owned());
        message.metadata.insert("version".into(), version.into());
        message
    }

    /// A `comm_msg`.
    ///
    /// ```
    /// use lightcone_widgets::CommMessage;
    /// use serde_json::json;
    /// assert_eq!(CommMessage::message("c", json!(1)).comm_id, "c");
    /// ```
    #[must_use]
    pub fn message(comm_id: impl Into<String>, data: Value) -> Self {
        Self::new(Action::Message, comm_id, data)
    }

    /// A `comm_close`.
    ///
    /// ```
    /// use lightcone_widgets::{Action, CommMessage};
    /// assert_eq!(CommMessage::close("c").action, Action::Close);
    /// ```
    #[must_use]
    pub fn close(comm_id: impl Into<String>) -> Self {
        Self::new(Action::Close, comm_id, Value::Object(Map::new()))
    }

    /// The same message with the value that answers carry back.
    ///
    /// ```
    /// use lightcone_widgets::CommMessage;
    /// use serde_json::json;
    /// let message = CommMessage::close("c").with_parent(json!({"msg_id": "m1"}));
    /// assert_eq!(message.parent["msg_id"], "m1");
    /// ```
    #[must_use]
    pub fn with_parent(mut self, parent: Value) -> Self {
        self.parent = parent;
        self
    }

    /// The widget protocol's method, if the data names one.
    ///
    /// ```
    /// use lightcone_widgets::CommMessage;
    /// use serde_json::json;
    /// let message = CommMessage::message("c", json!({"method": "request_state"}));
    /// assert_eq!(message.method(), Some("request_state"));
    /// ```
    #[must_use]
    pub fn method(&self) -> Option<&str> {
        self.data.get("method").and_then(Value::as_str)
    }
}

/// The way out to the kernel.
///
/// `send` is called by whatever thread changed a widget, one message at a time
/// and in the order of the changes. It must not wait for the front end.
///
/// ```
/// use std::sync::mpsc::{Sender, channel};
/// use lightcone_widgets::{IntSlider, Outgoing, Outlet, Registry};
///
/// struct Wire(Sender<Outgoing>);
/// impl Outlet for Wire {
///     fn send(&self, message: Outgoing) {
///         let _ = self.0.send(message);
///     }
/// }
///
/// let (sender, receiver) = channel();
/// let registry = Registry::new();
/// registry.set_outlet(Wire(sender));
/// registry.within(|| {
///     let nodes = IntSlider::new("nodes", 1..=9, 3)?;
///     nodes.view();
///     Ok::<(), lightcone_widgets::WidgetError>(())
/// })?;
/// assert_eq!(receiver.iter().take(3).count(), 3); // layout, style, slider
/// # Ok::<(), lightcone_widgets::WidgetError>(())
/// ```
pub trait Outlet: Send + Sync {
    /// Takes one message to the front end.
    fn send(&self, message: Outgoing);

    /// Hears of what went wrong without a caller to tell: a callback panicked,
    /// or a message made no sense.
    fn problem(&self, text: &str) {
        let _ = text;
    }

    /// Hears that a callback waits for [`Registry::run_queued`](crate::Registry::run_queued).
    fn queued(&self) {}
}
