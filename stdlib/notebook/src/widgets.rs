//! Widgets in a notebook: the session's registry, connected with the front end.
//!
//! What the reader does to a widget arrives on a thread of the worker's own and is
//! answered there at once, also while a cell runs. Callbacks that cannot leave the
//! thread of the cells wait until no cell runs.
//!
//! A widget is shown twice. First comes a snapshot, text and plain HTML that any page
//! can show; where the living widget stands beside it, a rule of the snapshot's own
//! hides it. So a page made from the notebook reads well without kernel and network.

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use lightcone_wire::{CellId, Comm, CommStep, Media};
use serde_json::Value;

pub use lightcone_widgets::*;

pub use lightcone_widgets::{Handle as WidgetHandle, Html as HtmlWidget};

use lightcone_units::{
    Availability, Count, DataPrice, DataRate, DataSize, HourlyPrice, Length, Money, MonthlyCost,
    Probability, Rate, Ratio, Speed, StoragePrice, Time, Utilization,
};

use crate::display::{Rich, Show, error_media, show};
use crate::runtime::{channel, comm};

/// A calculator from a closure: a widget for each parameter, and the result below, in
/// the form in which a cell would show it: a number, a figure, a frame.
///
/// The result follows the widgets at once, also while a cell runs; when they move faster
/// than it is computed, only the last state counts. For a closure that holds something
/// that is not `Send`, see [`interact_local`].
///
/// ```
/// use lightcone_notebook::widgets::{float, interact};
/// let doubled = interact("Double", float("x", 0.0..=10.0, 3.0), |x| 2.0 * x)?;
/// assert!(doubled.to_string().ends_with("6.0"));
/// # Ok::<(), lightcone_notebook::widgets::WidgetError>(())
/// ```
///
/// # Errors
/// [`WidgetError`] when a range or a value of a parameter is wrong.
pub fn interact<P: Parameters, How: 'static, R: Answer<How> + 'static>(
    title: &str,
    parameters: P,
    run: impl FnMut(P::Values) -> R + Send + 'static,
) -> Result<Interact<P::Values>> {
    interact_with(title, parameters, |result: R| result.answer().data, run)
}

/// As [`interact`], for a closure that may hold anything: it waits until no cell runs.
///
/// # Errors
/// As for [`interact`].
pub fn interact_local<P: Parameters, How: 'static, R: Answer<How> + 'static>(
    title: &str,
    parameters: P,
    run: impl FnMut(P::Values) -> R + 'static,
) -> Result<Interact<P::Values>> {
    interact_local_with(title, parameters, |result: R| result.answer().data, run)
}

/// What a closure of [`interact`] may return: all that shows itself in a notebook, and
/// results of numbers, quantities and texts, whose error is shown in their place. `How` only tells the compiler these apart.
#[diagnostic::on_unimplemented(
    message = "`interact` cannot show `{Self}`",
    label = "the closure returns this",
    note = "return a number, a quantity, a text, a figure or a frame, or what `format!` makes"
)]
pub trait Answer<How> {
    /// The forms in which it is shown.
    fn answer(self) -> Media;
}

/// The way of [`Answer`] for what shows itself.
#[derive(Debug)]
pub enum Itself {}

/// The way of [`Answer`] for a result.
#[derive(Debug)]
pub enum Checked {}

impl<T: Show> Answer<Itself> for T {
    fn answer(self) -> Media {
        self.media()
    }
}

macro_rules! checked {
    ($($kind:ty)*) => {$(
        impl<E: Display> Answer<Checked> for std::result::Result<$kind, E> {
            fn answer(self) -> Media {
                match self {
                    Ok(value) => Media::plain(value.to_string()),
                    Err(error) => error_media("Error", &error),
                }
            }
        }
    )*};
}

checked! {
    f32 f64 i32 i64 u32 u64 usize bool String &'static str
    Availability Count DataPrice DataRate DataSize HourlyPrice Length Money MonthlyCost
    Probability Rate Ratio Speed StoragePrice Time Utilization
}

/// Connects the session's widgets with the front end. `queued` is called when a
/// callback waits for [`run_queued`].
pub(crate) fn connect(queued: impl Fn() + Send + Sync + 'static) {
    static QUEUED: OnceLock<Box<dyn Fn() + Send + Sync>> = OnceLock::new();
    let _ = QUEUED.set(Box::new(queued));
    Registry::session().set_outlet(FrontEnd(&QUEUED));
    comm::handle(|messages| {
        let messages = messages.into_iter().map(incoming).collect();
        for message in Registry::session().incoming_batch(messages) {
            send(message);
        }
    });
}

/// Runs the callbacks that waited for the thread of the cells.
pub(crate) fn run_queued() {
    // The registry tells of panics itself; what it lets through is an interrupt, which
    // has ended the callback and ends nothing else.
    let _ = catch_unwind(AssertUnwindSafe(|| Registry::session().run_queued()));
}

struct FrontEnd(&'static OnceLock<Box<dyn Fn() + Send + Sync>>);

impl Outlet for FrontEnd {
    fn send(&self, message: Outgoing) {
        send(message);
    }

    fn problem(&self, text: &str) {
        channel::emit(lightcone_wire::Output::Stream {
            stream: lightcone_wire::Stream::Stderr,
            text: format!("{text}\n"),
        });
    }

    fn queued(&self) {
        if let Some(queued) = self.0.get() {
            queued();
        }
    }
}

fn incoming((cell, comm): (CellId, Comm)) -> Incoming {
    Incoming {
        action: match comm.step {
            CommStep::Open => Action::Open,
            CommStep::Message => Action::Message,
            CommStep::Close => Action::Close,
        },
        comm_id: comm.comm_id,
        target_name: comm.target_name,
        data: Value::Object(comm.data),
        metadata: comm.metadata,
        buffers: comm.buffers,
        parent: cell.into(),
    }
}

fn send(message: Outgoing) {
    let data = match message.data {
        Value::Object(data) => data,
        _ => serde_json::Map::new(),
    };
    let comm = Comm {
        step: match message.action {
            Action::Open => CommStep::Open,
            Action::Message => CommStep::Message,
            Action::Close => CommStep::Close,
        },
        comm_id: message.comm_id,
        target_name: message.target_name,
        data,
        metadata: message.metadata,
        buffers: message.buffers,
    };
    comm::send(message.parent.as_u64(), comm);
}

/// Hides a snapshot where the living widget stands beside it. A front end without
/// widgets, a kernel that is gone and a page without network have none there (and of the
/// two classes only `.jupyter-widgets`).
const HIDE: &str = "<style>.jp-OutputArea:has(.lm-Widget.jupyter-widgets) .lightcone-snapshot\
    {display:none}</style>";

/// Shows the snapshot and gives back the living view.
pub(crate) fn shown(handle: &Handle) -> Media {
    let Some(snapshot) = handle.snapshot() else {
        return Media::plain("this widget is closed");
    };
    let still =
        Media::plain(snapshot.text.as_str()).with("text/html", format!("{HIDE}{}", snapshot.html));
    show(still);
    let mut media = Media::plain(snapshot.text);
    if let Some(view) = handle.view() {
        media.data.extend(view);
    }
    media
}

macro_rules! widgets {
    ($($kind:ty)*) => {$(
        impl Show for $kind {
            fn media(&self) -> Media {
                shown(self.as_ref())
            }
        }

        impl Rich for $kind {}
    )*};
}

widgets! {
    Accordion BoundedFloatText BoundedIntText Button Checkbox Dropdown FloatLogSlider
    FloatProgress FloatRangeSlider FloatSlider GridBox HBox HtmlMath IntProgress
    IntRangeSlider IntSlider Label Output Play SelectMultiple Tab Text Textarea
    ToggleButtons VBox Handle Html
}

impl<V> Show for Interact<V> {
    fn media(&self) -> Media {
        shown(self.as_ref())
    }
}

impl<V> Rich for Interact<V> {}
