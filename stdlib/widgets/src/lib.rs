//! Widgets: sliders, fields, buttons and boxes that a Jupyter front end shows,
//! spoken in the protocol of ipywidgets 8 (widget protocol 2.1) without Python.
//!
//! ```
//! use lightcone_widgets::{HBox, IntSlider, Label};
//!
//! let nodes = IntSlider::new("nodes", 1..=9, 3)?;
//! let quorum = Label::new("2 of 3");
//! let label = quorum.clone();
//! nodes.observe(move |n| label.set_value(format!("{} of {n}", n / 2 + 1)));
//! let shown = HBox::new((&nodes, &quorum))?;
//!
//! nodes.set_value(5)?;
//! assert_eq!(shown.to_string(), "nodes: 5 (from 1 to 9)\n3 of 5");
//! # Ok::<(), lightcone_widgets::WidgetError>(())
//! ```
//!
//! # When callbacks run
//!
//! A callback given to `observe` must be `Send`. It runs at once on the thread
//! that made the change: for a change by the reader that is a thread of the
//! kernel's, so it also runs while a cell is busy. A callback given to
//! `observe_local` may hold anything; it waits until no cell runs. Of changes
//! that come faster than they are handled, only the last state is told.
//!
//! # How long a widget lives
//!
//! A widget lives while a handle of it exists, while it is inside a living box,
//! and, once it was shown, until it is closed: a view in the notebook may still
//! need it. All others close by themselves. A callback that holds a handle of its
//! own widget keeps it alive.
//!
//! # For the kernel
//!
//! [`Registry`] holds all widgets of a session. It does no input or output and
//! has no threads: comm messages go in by [`Registry::incoming_batch`] and come
//! out through an [`Outlet`].

#![forbid(unsafe_code)]

mod choice;
mod container;
mod error;
mod handle;
mod html;
mod interact;
mod link;
mod message;
mod number;
mod output;
mod panel;
mod registry;
mod snapshot;
mod spec;
mod text;
mod toggle;
mod tools;

pub use choice::{Dropdown, SelectMultiple, ToggleButtons};
pub use container::{Accordion, Children, GridBox, HBox, Tab, VBox};
pub use error::{Result, WidgetError};
pub use handle::{Handle, Subscription};
pub use html::{escape, text_of};
pub use interact::{
    Interact, Parameter, Parameters, choice, flag, float, int, interact, interact_local,
    interact_local_with, interact_with, log, text,
};
pub use link::{Link, dlink, link};
pub use message::{Action, CommMessage, Incoming, Outgoing, Outlet};
pub use number::{
    BoundedFloatText, BoundedIntText, FloatLogSlider, FloatProgress, FloatRangeSlider, FloatSlider,
    IntProgress, IntRangeSlider, IntSlider, Play,
};
pub use output::Output;
pub use panel::{Panel, PlotOf};
pub use registry::{
    CONTROL_TARGET, PROTOCOL_VERSION, Registry, STATE_MIME, VIEW_MIME, WIDGET_TARGET,
};
pub use snapshot::Snapshot;
pub use text::{Html, HtmlMath, Label, Text, Textarea};
pub use toggle::{Button, Checkbox};
