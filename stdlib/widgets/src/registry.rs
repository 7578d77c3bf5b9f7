//! All widgets of a session: their states, their callbacks, and the protocol.
//!
//! Three rules keep it free of deadlocks. Callbacks, the outlet and destructors
//! never run while the registry's lock is held. A thread that is inside a
//! callback does not start another one; it queues the notification and the
//! outermost call delivers it. A callback reads the state when it is called, so
//! that it always sees the newest one, and is left out if nothing changed since.

use std::any::Any;
use std::cell::RefCell;
use std::collections::hash_map::RandomState;
use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::thread::ThreadId;

use serde_json::{Map, Value, json};

use crate::error::{Result, WidgetError};
use crate::handle::Inner;
use crate::message::{Action, Incoming, Outgoing, Outlet};
use crate::snapshot::{self, Snapshot};
use crate::spec::{REFERENCE, Spec, shortened};

/// The comm target of widgets.
pub const WIDGET_TARGET: &str = "jupyter.widget";

/// The comm target by which a reloaded page asks for all widgets.
pub const CONTROL_TARGET: &str = "jupyter.widget.control";

/// The version of the widget protocol that is spoken.
pub const PROTOCOL_VERSION: &str = "2.1.0";

/// The MIME type of a view of a widget.
pub const VIEW_MIME: &str = "application/vnd.jupyter.widget-view+json";

/// The MIME type of the widgets' states in a notebook's metadata.
pub const STATE_MIME: &str = "application/vnd.jupyter.widget-state+json";

/// So many notifications from one change mean that callbacks chase each other.
const MOST_NOTIFICATIONS: usize = 10_000;

static OBSERVERS: AtomicU64 = AtomicU64::new(0);
static SESSION: OnceLock<Registry> = OnceLock::new();

thread_local! {
    static CURRENT: RefCell<Vec<Registry>> = const { RefCell::new(Vec::new()) };
    static PARENTS: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
    static DISPATCH: RefCell<Dispatch> = const {
        RefCell::new(Dispatch { depth: 0, queue: VecDeque::new() })
    };
    static LOCAL: RefCell<HashMap<u64, LocalCallback>> = RefCell::new(HashMap::new());
}

/// What a callback is told.
pub(crate) enum Payload<'a> {
    /// An attribute that it watches changed.
    Changed,
    /// The front end sent a custom message.
    Custom(&'a Value),
}

type Callback = Box<dyn FnMut(&Registry, Payload<'_>) + Send>;
type LocalCallback = Box<dyn FnMut(&Registry, Payload<'_>)>;
type Bundle = Map<String, Value>;

/// What a callback watches: a model's attribute, or with `None` its custom messages.
pub(crate) type Watched = (String, Option<&'static str>);

struct Dispatch {
    depth: usize,
    queue: VecDeque<Pending>,
}

struct Pending {
    registry: Registry,
    note: Note,
}

#[derive(Clone)]
struct Note {
    observer: u64,
    /// The custom message; `None` for a change of state.
    custom: Option<Arc<Value>>,
}

#[derive(Clone)]
enum Run {
    At(Arc<Mutex<Callback>>),
    Queued(ThreadId),
}

struct Observer {
    watched: Vec<Watched>,
    run: Run,
    /// The registry's tick when it was called last.
    delivered: u64,
}

pub(crate) struct Model {
    pub(crate) spec: &'static Spec,
    pub(crate) state: Map<String, Value>,
    number: u64,
    open: bool,
    shown: bool,
    handle: Weak<Inner>,
    /// When attributes changed last.
    ticks: HashMap<String, u64>,
}

#[derive(Default)]
struct State {
    models: HashMap<String, Model>,
    /// How many models have a model among their children.
    boxed: HashMap<String, usize>,
    observers: HashMap<u64, Observer>,
    /// Comms that the front end opened to the control target.
    controls: Vec<String>,
    queue: VecDeque<(ThreadId, Note)>,
    outbox: VecDeque<Outgoing>,
    outlet: Option<Arc<dyn Outlet>>,
    problems: Vec<String>,
    echo: bool,
    count: u64,
    tick: u64,
}

struct Shared {
    /// Makes identifiers differ between sessions.
    salt: u64,
    state: Mutex<State>,
    sending: Mutex<()>,
    sender: Mutex<Option<ThreadId>>,
}

/// The widgets of one session. Cheap to clone; all clones are the same registry.
///
/// Cells use [`Registry::session`] without naming it. The kernel's side connects
/// it: [`set_outlet`](Self::set_outlet) once, then [`incoming`](Self::incoming)
/// or [`incoming_batch`](Self::incoming_batch) for the front end's messages, and
/// [`run_queued`](Self::run_queued) between cells.
///
/// ```
/// use lightcone_widgets::{CommMessage, IntSlider, Registry};
/// use serde_json::json;
///
/// let registry = Registry::new();
/// registry.within(|| {
///     let nodes = IntSlider::new("nodes", 1..=9, 3)?;
///     nodes.view();
///     registry.incoming(CommMessage::message(
///         nodes.model_id(),
///         json!({"method": "update", "state": {"value": 5}, "buffer_paths": []}),
///     ));
///     assert_eq!(nodes.value(), 5);
///     Ok(())
/// })
/// # as lightcone_widgets::Result<()>;
/// ```
#[derive(Clone)]
pub struct Registry(Arc<Shared>);

impl fmt::Debug for Registry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Registry({} models)", self.len())
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the environment asks for echoes, as ipywidgets reads it.
fn echo_wanted(variable: Option<&str>) -> bool {
    variable.is_none_or(|value| {
        !["no", "n", "false", "off", "0", "0.0"].contains(&value.to_lowercase().as_str())
    })
}

/// What must be dropped only when the lock is free.
#[derive(Default)]
struct Trash {
    _models: Vec<Model>,
    _observers: Vec<Observer>,
    _handles: Vec<Arc<Inner>>,
}

/// Counts a call on this thread that may cause notifications.
struct Depth;

impl Depth {
    fn enter() -> (Self, bool) {
        let outermost = DISPATCH.with_borrow_mut(|dispatch| {
            dispatch.depth += 1;
            dispatch.depth == 1
        });
        (Self, outermost)
    }
}

impl Drop for Depth {
    fn drop(&mut self) {
        let _ = DISPATCH.try_with(|dispatch| dispatch.borrow_mut().depth -= 1);
    }
}

struct Popped<T: 'static>(&'static std::thread::LocalKey<RefCell<Vec<T>>>);

impl<T> Popped<T> {
    fn push(stack: &'static std::thread::LocalKey<RefCell<Vec<T>>>, value: T) -> Self {
        stack.with_borrow_mut(|stack| stack.push(value));
        Self(stack)
    }
}

impl<T> Drop for Popped<T> {
    fn drop(&mut self) {
        let value = self.0.try_with(|stack| stack.borrow_mut().pop());
        drop(value);
    }
}

impl Registry {
    /// A registry of its own, for tests and programs without a kernel.
    ///
    /// Echoes follow the environment variable `JUPYTER_WIDGETS_ECHO`.
    ///
    /// ```
    /// assert!(lightcone_widgets::Registry::new().is_empty());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        let state = State {
            echo: echo_wanted(std::env::var("JUPYTER_WIDGETS_ECHO").ok().as_deref()),
            ..State::default()
        };
        Self(Arc::new(Shared {
            salt: RandomState::new().build_hasher().finish(),
            state: Mutex::new(state),
            sending: Mutex::new(()),
            sender: Mutex::new(None),
        }))
    }

    /// The registry of this process, which cells use.
    ///
    /// ```
    /// use lightcone_widgets::{Checkbox, Registry};
    /// let strict = Checkbox::new("strict", true);
    /// assert!(Registry::session().contains(strict.model_id()));
    /// ```
    #[must_use]
    pub fn session() -> Self {
        SESSION.get_or_init(Self::new).clone()
    }

    /// The registry that new widgets on this thread belong to: the innermost
    /// [`within`](Self::within), else the session's.
    ///
    /// ```
    /// use lightcone_widgets::Registry;
    /// let own = Registry::new();
    /// assert!(own.within(|| Registry::current().is_same(&own)));
    /// assert!(Registry::current().is_same(&Registry::session()));
    /// ```
    #[must_use]
    pub fn current() -> Self {
        CURRENT
            .with_borrow(|stack| stack.last().cloned())
            .unwrap_or_else(Self::session)
    }

    /// Runs a closure whose new widgets belong to this registry.
    ///
    /// ```
    /// use lightcone_widgets::{Checkbox, Registry};
    /// let registry = Registry::new();
    /// let _strict = registry.within(|| Checkbox::new("strict", true));
    /// assert_eq!(registry.len(), 3); // the checkbox, its layout, its style
    /// ```
    pub fn within<T>(&self, run: impl FnOnce() -> T) -> T {
        let _current = Popped::push(&CURRENT, self.clone());
        run()
    }

    /// Whether both are the same registry.
    ///
    /// ```
    /// use lightcone_widgets::Registry;
    /// assert!(!Registry::new().is_same(&Registry::new()));
    /// ```
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.0.state)
    }

    /// Connects the registry to a kernel. What was sent before goes out first.
    ///
    /// ```
    /// use lightcone_widgets::{Outgoing, Outlet, Registry};
    /// struct Nowhere;
    /// impl Outlet for Nowhere {
    ///     fn send(&self, _: Outgoing) {}
    /// }
    /// Registry::new().set_outlet(Nowhere);
    /// ```
    pub fn set_outlet(&self, outlet: impl Outlet + 'static) {
        let former = self.lock().outlet.replace(Arc::new(outlet));
        drop(former);
        self.flush();
    }

    /// Takes the messages that were kept because there is no outlet.
    ///
    /// ```
    /// use lightcone_widgets::{Checkbox, Registry};
    /// let registry = Registry::new();
    /// let strict = registry.within(|| Checkbox::new("strict", true));
    /// assert_eq!(registry.take_sent().len(), 0); // nobody has seen it yet
    /// strict.view();
    /// assert_eq!(registry.take_sent().len(), 3);
    /// ```
    #[must_use]
    pub fn take_sent(&self) -> Vec<Outgoing> {
        let mut state = self.lock();
        if state.outlet.is_some() {
            return Vec::new();
        }
        state.outbox.drain(..).collect()
    }

    /// Takes the problems that were kept because there is no outlet.
    ///
    /// ```
    /// use lightcone_widgets::{CommMessage, Registry};
    /// let registry = Registry::new();
    /// registry.incoming(CommMessage::message("nobody", 1.into()));
    /// assert_eq!(registry.take_problems().len(), 1);
    /// ```
    #[must_use]
    pub fn take_problems(&self) -> Vec<String> {
        std::mem::take(&mut self.lock().problems)
    }

    /// Switches the echoes of the front end's updates on or off.
    ///
    /// With them, several views of a widget agree at once; they are on unless
    /// `JUPYTER_WIDGETS_ECHO` says otherwise.
    ///
    /// ```
    /// lightcone_widgets::Registry::new().set_echo(false);
    /// ```
    pub fn set_echo(&self, echo: bool) {
        self.lock().echo = echo;
    }

    /// How many models there are, layouts and styles included.
    ///
    /// ```
    /// assert_eq!(lightcone_widgets::Registry::new().len(), 0);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().models.len()
    }

    /// Whether there are no models.
    ///
    /// ```
    /// assert!(lightcone_widgets::Registry::new().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a model is there and not closed.
    ///
    /// ```
    /// assert!(!lightcone_widgets::Registry::new().contains("nobody"));
    /// ```
    #[must_use]
    pub fn contains(&self, id: &str) -> bool {
        self.lock().models.contains_key(id)
    }

    /// A model's whole state, as the front end gets it.
    ///
    /// ```
    /// use lightcone_widgets::{IntSlider, Registry};
    /// let nodes = IntSlider::new("nodes", 1..=9, 3)?;
    /// let state = Registry::session().state(nodes.model_id()).unwrap();
    /// assert_eq!(state["_model_name"], "IntSliderModel");
    /// assert_eq!(state["max"], 9);
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    #[must_use]
    pub fn state(&self, id: &str) -> Option<Map<String, Value>> {
        self.peek(id, Clone::clone)
    }

    /// The states of all models by identifier, also of those that nobody has seen yet.
    ///
    /// ```
    /// use lightcone_widgets::{Checkbox, Registry};
    /// let registry = Registry::new();
    /// let strict = registry.within(|| Checkbox::new("strict", true));
    /// assert_eq!(registry.states()[strict.model_id()]["value"], true);
    /// ```
    #[must_use]
    pub fn states(&self) -> HashMap<String, Map<String, Value>> {
        let state = self.lock();
        let states = state.models.iter();
        states
            .map(|(id, model)| (id.clone(), model.state.clone()))
            .collect()
    }

    /// Identifier and comm target of all open comms, for `comm_info_reply`.
    ///
    /// ```
    /// use lightcone_widgets::{Checkbox, Registry};
    /// let registry = Registry::new();
    /// let strict = registry.within(|| Checkbox::new("strict", true));
    /// strict.view();
    /// assert!(registry.comms().contains(&(strict.model_id().to_owned(), "jupyter.widget")));
    /// ```
    #[must_use]
    pub fn comms(&self) -> Vec<(String, &'static str)> {
        let state = self.lock();
        let mut comms: Vec<_> = state
            .open_models()
            .into_iter()
            .map(|(id, _)| (id.clone(), WIDGET_TARGET))
            .collect();
        comms.extend(state.controls.iter().map(|id| (id.clone(), CONTROL_TARGET)));
        comms
    }

    /// The states of all open models, as `metadata.widgets` of a notebook has
    /// them under [`STATE_MIME`].
    ///
    /// ```
    /// let states = lightcone_widgets::Registry::new().embedded();
    /// assert_eq!(states["version_major"], 2);
    /// ```
    #[must_use]
    pub fn embedded(&self) -> Value {
        json!({"version_major": 2, "version_minor": 0, "state": self.lock().full_states()})
    }

    /// Opens a model's comm, with all it refers to, and gives the MIME bundle
    /// that shows it: [`VIEW_MIME`] and `text/plain`. `None` if it is closed.
    ///
    /// The bundle must be displayed after the messages sent by this call.
    ///
    /// ```
    /// use lightcone_widgets::{IntSlider, Registry, VIEW_MIME};
    /// let nodes = IntSlider::new("nodes", 1..=9, 3)?;
    /// let bundle = Registry::session().view(nodes.model_id()).unwrap();
    /// assert_eq!(bundle[VIEW_MIME]["model_id"], nodes.model_id());
    /// assert_eq!(bundle["text/plain"], "nodes: 3 (from 1 to 9)");
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    #[must_use]
    pub fn view(&self, id: &str) -> Option<Bundle> {
        let mut state = self.lock();
        let model = state.models.get_mut(id)?;
        if !model.spec.has_view() {
            return None;
        }
        model.shown = true;
        state.open(id);
        let text = snapshot::of(&state.models, id).text;
        drop(state);
        self.flush();
        let mut bundle = Map::new();
        bundle.insert("text/plain".into(), text.into());
        let view = json!({"version_major": 2, "version_minor": 0, "model_id": id});
        bundle.insert(VIEW_MIME.into(), view);
        Some(bundle)
    }

    /// A model and all inside it as static HTML and as text, for readers without
    /// a kernel. `None` if it is closed.
    ///
    /// ```
    /// use lightcone_widgets::{IntSlider, Registry};
    /// let nodes = IntSlider::new("nodes", 1..=9, 3)?;
    /// let snapshot = Registry::session().snapshot(nodes.model_id()).unwrap();
    /// assert_eq!(snapshot.text, "nodes: 3 (from 1 to 9)");
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    #[must_use]
    pub fn snapshot(&self, id: &str) -> Option<Snapshot> {
        let state = self.lock();
        state.models.get(id)?;
        Some(snapshot::of(&state.models, id))
    }

    /// Closes a model: it vanishes from all views and boxes. Handles keep its
    /// last value but cannot change it any more.
    ///
    /// ```
    /// use lightcone_widgets::{IntSlider, Registry};
    /// let nodes = IntSlider::new("nodes", 1..=9, 3)?;
    /// Registry::session().close(nodes.model_id());
    /// assert_eq!(nodes.value(), 3);
    /// assert_eq!(
    ///     nodes.set_value(4).unwrap_err().to_string(),
    ///     "this IntSlider is closed: make a new one",
    /// );
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    pub fn close(&self, id: &str) {
        self.remove(id, true);
    }

    fn remove(&self, id: &str, tell: bool) {
        let mut trash = Trash::default();
        let mut state = self.lock();
        state.remove(id, tell, &mut trash);
        state.collect(&mut trash);
        drop(state);
        self.flush();
        drop(trash);
    }

    /// The last handle of a model was dropped.
    pub(crate) fn released(&self, id: &str) {
        let mut trash = Trash::default();
        let mut state = self.lock();
        let shown = state.models.get(id).is_none_or(|model| model.shown);
        // What is in a box goes when the box does.
        if shown || state.boxed.contains_key(id) {
            return;
        }
        state.collect(&mut trash);
        drop(state);
        self.flush();
        drop(trash);
    }

    /// Handles one message of the front end, and runs the callbacks it causes on
    /// this thread. Without an outlet, gives what was sent; with one, nothing.
    ///
    /// The control target's `request_states` is answered here too. Messages to
    /// comms that are not known are answered by closing those comms.
    ///
    /// ```
    /// use lightcone_widgets::{CommMessage, Registry};
    /// use serde_json::json;
    ///
    /// let registry = Registry::new();
    /// registry.incoming(CommMessage::open("c", "jupyter.widget.control", "1.0.0", json!({})));
    /// let sent = registry.incoming(CommMessage::message("c", json!({"method": "request_states"})));
    /// assert_eq!(sent[0].data["method"], "update_states");
    /// ```
    pub fn incoming(&self, message: Incoming) -> Vec<Outgoing> {
        self.incoming_batch(vec![message])
    }

    /// Handles the messages that gathered meanwhile, leaving out what is
    /// outdated: of several updates of one attribute only the last counts.
    ///
    /// Nothing moves across a message that is not an update: at a click, the
    /// sliders stand where the reader saw them. Callbacks run once for a run of
    /// updates. Each message, also one left out, still needs its `idle`.
    ///
    /// ```
    /// use lightcone_widgets::{CommMessage, IntSlider, Registry};
    /// use serde_json::json;
    ///
    /// let registry = Registry::new();
    /// let nodes = registry.within(|| IntSlider::new("nodes", 0..=100, 0))?;
    /// let drag = (1..=60).map(|value| {
    ///     CommMessage::message(nodes.model_id(), json!({"method": "update", "state": {"value": value}}))
    /// });
    /// let echoes = registry.incoming_batch(drag.collect());
    /// assert_eq!(echoes.len(), 1);
    /// assert_eq!(nodes.value(), 60);
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    pub fn incoming_batch(&self, messages: Vec<Incoming>) -> Vec<Outgoing> {
        let mut run: Vec<Incoming> = Vec::new();
        for message in messages {
            if is_update(&message) {
                run.push(message);
            } else {
                self.updates(std::mem::take(&mut run));
                self.told(message);
            }
        }
        self.updates(run);
        self.take_sent()
    }

    fn told(&self, message: Incoming) {
        let (depth, outermost) = Depth::enter();
        let _parent = Popped::push(&PARENTS, message.parent.clone());
        match message.action {
            Action::Open => self.opened(&message),
            Action::Close => {
                self.lock().controls.retain(|id| *id != message.comm_id);
                self.remove(&message.comm_id, false);
            }
            Action::Message => self.said(message),
        }
        self.flush();
        if outermost {
            self.drain(true);
        }
        drop(depth);
    }

    fn opened(&self, message: &Incoming) {
        let version = message.metadata.get("version").and_then(Value::as_str);
        let major = version.and_then(|version| version.split('.').next());
        let mut state = self.lock();
        if state.models.contains_key(&message.comm_id) {
            drop(state);
            return self.problem(&format!(
                "the front end opened the comm {}, which is that of a widget",
                shortened(&message.comm_id)
            ));
        }
        if message.target_name.as_deref() == Some(CONTROL_TARGET) && major == Some("1") {
            if !state.controls.contains(&message.comm_id) {
                state.controls.push(message.comm_id.clone());
            }
        } else {
            state.post(Outgoing::close(&*message.comm_id));
        }
    }

    fn said(&self, message: Incoming) {
        let mut state = self.lock();
        let id = &message.comm_id;
        let method = message.method();
        if state.controls.contains(id) {
            if method == Some("request_states") {
                let data = json!({
                    "method": "update_states",
                    "states": state.full_states(),
                    "buffer_paths": [],
                });
                state.post(Outgoing::message(&**id, data));
                return;
            }
            drop(state);
            return self.problem(&unknown_method("jupyter.widget.control", &message.data));
        }
        let Some(model) = state.models.get(id) else {
            state.post(Outgoing::close(&**id));
            drop(state);
            return self.problem(&format!(
                "a message came for a widget that is not there: {id}"
            ));
        };
        match method {
            Some("request_state") => {
                let full = model.state.clone();
                state.post(update("update", id, full));
            }
            Some("custom") => {
                let content = message.data.get("content").cloned().unwrap_or_default();
                let custom = Arc::new(content);
                let watchers = state.watchers(id, None);
                let queued = self.notify(&mut state, watchers, Some(&custom));
                drop(state);
                self.wake(queued);
            }
            _ => {
                let name = model.spec.name;
                drop(state);
                self.problem(&unknown_method(name, &message.data));
            }
        }
    }

    /// Handles a run of updates; callbacks run when all of it is in the state.
    fn updates(&self, mut messages: Vec<Incoming>) {
        if messages.is_empty() {
            return;
        }
        let mut later: HashSet<(String, String)> = HashSet::new();
        for message in messages.iter_mut().rev() {
            let id = message.comm_id.clone();
            if let Some(state) = message.data.get_mut("state").and_then(Value::as_object_mut) {
                state.retain(|key, _| later.insert((id.clone(), key.clone())));
            }
        }
        let (depth, outermost) = Depth::enter();
        let last = messages.last().map(|message| message.parent.clone());
        for message in &messages {
            let _parent = Popped::push(&PARENTS, message.parent.clone());
            self.updated(message);
            self.flush();
        }
        let _parent = Popped::push(&PARENTS, last.unwrap_or_default());
        if outermost {
            self.drain(true);
        }
        drop(depth);
    }

    fn updated(&self, message: &Incoming) {
        let id = message.comm_id.as_str();
        let Some(sent) = message.data.get("state").and_then(Value::as_object) else {
            return self.problem(&format!("an update without a state came for widget {id}"));
        };
        let mut guard = self.lock();
        let state = &mut *guard;
        let Some(model) = state.models.get_mut(id) else {
            // A widget that is gone has nothing to say about an outdated update.
            if !sent.is_empty() {
                state.post(Outgoing::close(id));
                drop(guard);
                self.problem(&format!(
                    "an update came for a widget that is not there: {id}"
                ));
            }
            return;
        };
        let binary = binary_keys(&message.data);
        let mut accepted = Map::new();
        let mut refused: Vec<&str> = Vec::new();
        for (key, value) in sent {
            let checked = match model.spec.rule(key) {
                // An attribute that nobody here knows, or of the model's identity.
                None if model.state.contains_key(key) => None,
                None => continue,
                Some(rule) if rule.is_kernels() || binary.contains(&key.as_str()) => None,
                Some(_) => model.spec.check(key, value).ok(),
            };
            match checked {
                Some(value) => {
                    accepted.insert(key.clone(), value);
                }
                None => refused.push(key),
            }
        }
        let mut related = related(&model.state);
        // The description is there for messages only: it fits all others.
        let touched: Vec<String> = accepted
            .keys()
            .filter(|key| related.contains_key(*key) && *key != "description")
            .cloned()
            .collect();
        for key in &touched {
            related.insert(key.clone(), accepted[key].clone());
        }
        if !touched.is_empty() {
            match model.spec.settle(&mut related) {
                Ok(()) => {
                    for key in &touched {
                        accepted[key] = related[key].clone();
                    }
                }
                Err(_) => {
                    accepted.retain(|key, _| !touched.contains(key));
                    refused.extend(
                        sent.keys()
                            .map(String::as_str)
                            .filter(|key| touched.iter().any(|touched| touched == key)),
                    );
                }
            }
        }
        accepted.retain(|key, value| {
            if model.state[key] == *value {
                return true;
            }
            model.state[key] = value.clone();
            model.ticks.insert(key.clone(), state.tick + 1);
            true
        });
        state.tick += 1;
        let kept: Map<String, Value> = refused
            .iter()
            .map(|&key| (key.to_owned(), model.state[key].clone()))
            .collect();
        let changed: Vec<String> = accepted
            .keys()
            .filter(|key| model.ticks.get(*key) == Some(&state.tick))
            .cloned()
            .collect();
        if state.echo {
            // What holds now, in the order of the message: also for refused
            // attributes, or the sender would wait for their echo for ever.
            let echo: Map<String, Value> = sent
                .keys()
                .filter_map(|key| {
                    let value = accepted.get(key).or_else(|| kept.get(key))?;
                    Some((key.clone(), value.clone()))
                })
                .collect();
            if !echo.is_empty() {
                state.post(update("echo_update", id, echo));
            }
        }
        if !kept.is_empty() {
            state.post(update("update", id, kept));
        }
        let mut watchers: Vec<u64> = Vec::new();
        for key in &changed {
            watchers.extend(state.watchers(id, Some(key)));
        }
        let queued = self.notify(state, watchers, None);
        drop(guard);
        self.wake(queued);
    }

    /// Makes a model. References must be valid.
    pub(crate) fn insert(
        &self,
        spec: &'static Spec,
        changes: Map<String, Value>,
    ) -> Result<Arc<Inner>> {
        let mut state = spec.state();
        // The description first: messages name the widget by it.
        if let Some(description) = changes.get("description") {
            state["description"] = description.clone();
        }
        for (key, value) in changes {
            let value = spec.check(&key, &value)?;
            state[&key] = value;
        }
        spec.settle(&mut state)?;
        Ok(self.place(spec, state))
    }

    /// Adds a model whose state is right, with a layout and a style of its own.
    pub(crate) fn place(&self, spec: &'static Spec, mut state: Map<String, Value>) -> Arc<Inner> {
        let mut guard = self.lock();
        let mut fresh = || {
            guard.count += 1;
            format!("{:016x}{:016x}", self.0.salt, guard.count)
        };
        let id = fresh();
        let mut parts: Vec<(String, &'static Spec)> = Vec::new();
        for (key, part) in [
            ("layout", Some(&crate::spec::LAYOUT)),
            ("style", spec.style),
        ] {
            if let Some(part) = part.filter(|_| state.contains_key(key)) {
                let part_id = fresh();
                state[key] = format!("{REFERENCE}{part_id}").into();
                parts.push((part_id, part));
            }
        }
        let handle = Arc::new(Inner::new(self.clone(), id.clone(), spec));
        for (id, part) in parts {
            guard.add(id, part, part.state(), Weak::new());
        }
        guard.add(id, spec, state, Arc::downgrade(&handle));
        if spec.is_link() {
            guard.open_links();
        }
        drop(guard);
        self.flush();
        handle
    }

    /// Changes attributes from the kernel's side: all of them or none.
    pub(crate) fn change(&self, of: &Inner, changes: Map<String, Value>) -> Result<()> {
        let closed = || WidgetError::Closed {
            model: of.spec().name.to_owned(),
        };
        self.change_by_id(of.id(), changes)
            .unwrap_or_else(|| Err(closed()))
    }

    /// As [`change`](Self::change); `None` if the model is closed.
    pub(crate) fn change_by_id(&self, id: &str, changes: Map<String, Value>) -> Option<Result<()>> {
        let mut trash = Trash::default();
        let (depth, outermost) = Depth::enter();
        let mut guard = self.lock();
        let state = &mut *guard;
        let model = state.models.get_mut(id)?;
        let mut changes = match model.checked(changes) {
            Ok(changes) => changes,
            Err(error) => return Some(Err(error)),
        };
        changes.retain(|key, value| model.state[key] != *value);
        if changes.is_empty() {
            return Some(Ok(()));
        }
        let structure = changes.contains_key("children");
        let former = structure.then(|| model.state.clone());
        state.tick += 1;
        for (key, value) in &changes {
            model.state[key] = value.clone();
            model.ticks.insert(key.clone(), state.tick);
        }
        let open = model.open;
        if let Some(former) = former {
            state.count_children(&former, false);
            state.count_children(&changes, true);
        }
        let keys: Vec<String> = changes.keys().cloned().collect();
        if open {
            if structure {
                state.open_parts(id);
            }
            state.post(update("update", id, changes));
            if structure {
                state.open_links();
            }
        }
        if structure {
            state.collect(&mut trash);
        }
        let watchers = keys
            .iter()
            .flat_map(|key| state.watchers(id, Some(key)))
            .collect();
        let queued = self.notify(state, watchers, None);
        drop(guard);
        self.flush();
        self.wake(queued);
        drop(trash);
        if outermost {
            self.drain(false);
        }
        drop(depth);
        Some(Ok(()))
    }

    /// Sends a custom message to the front end's model.
    pub(crate) fn send_custom(&self, id: &str, content: Value) {
        let mut state = self.lock();
        if state.models.get(id).is_some_and(|model| model.open) {
            let data = json!({"method": "custom", "content": content});
            state.post(Outgoing::message(id, data));
        }
        drop(state);
        self.flush();
    }

    /// Delays callbacks until the closure returns, so that several changes count
    /// as one.
    ///
    /// ```
    /// use lightcone_widgets::{IntSlider, Registry};
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// static CALLS: AtomicUsize = AtomicUsize::new(0);
    /// let nodes = IntSlider::new("nodes", 1..=9, 3)?;
    /// nodes.observe(|_| { CALLS.fetch_add(1, Ordering::Relaxed); });
    /// Registry::session().hold(|| {
    ///     nodes.set_value(4)?;
    ///     nodes.set_value(5)
    /// })?;
    /// assert_eq!(CALLS.load(Ordering::Relaxed), 1);
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    pub fn hold<T>(&self, run: impl FnOnce() -> T) -> T {
        let (depth, outermost) = Depth::enter();
        let result = run();
        if outermost {
            self.drain(false);
        }
        drop(depth);
        result
    }

    /// Reads a model's state; `None` if it is closed.
    pub(crate) fn peek<T>(
        &self,
        id: &str,
        read: impl FnOnce(&Map<String, Value>) -> T,
    ) -> Option<T> {
        self.lock().models.get(id).map(|model| read(&model.state))
    }

    /// Whether a box `inside` holds the model `id` at any depth, or is it.
    pub(crate) fn holds(&self, inside: &str, id: &str) -> bool {
        let state = self.lock();
        let mut open = vec![inside.to_owned()];
        while let Some(next) = open.pop() {
            if next == id {
                return true;
            }
            if let Some(model) = state.models.get(&next) {
                open.extend(model.references());
            }
        }
        false
    }

    /// Registers a callback that runs at once.
    pub(crate) fn observe(&self, watched: Vec<Watched>, callback: Callback) -> u64 {
        self.register(watched, Run::At(Arc::new(Mutex::new(callback))))
    }

    /// Registers a callback that waits for [`run_queued`](Self::run_queued) on
    /// this thread.
    pub(crate) fn observe_local(&self, watched: Vec<Watched>, callback: LocalCallback) -> u64 {
        let id = self.register(watched, Run::Queued(std::thread::current().id()));
        LOCAL.with_borrow_mut(|local| local.insert(id, callback));
        id
    }

    fn register(&self, watched: Vec<Watched>, run: Run) -> u64 {
        let id = OBSERVERS.fetch_add(1, Ordering::Relaxed);
        let mut state = self.lock();
        let delivered = state.tick;
        state.observers.insert(
            id,
            Observer {
                watched,
                run,
                delivered,
            },
        );
        id
    }

    pub(crate) fn forget_observer(&self, id: u64) {
        let gone = self.lock().observers.remove(&id);
        let local = LOCAL.try_with(|local| local.borrow_mut().remove(&id));
        drop((gone, local));
    }

    /// Whether callbacks wait for [`run_queued`](Self::run_queued) on this thread.
    ///
    /// ```
    /// use lightcone_widgets::{IntSlider, Registry};
    /// let nodes = IntSlider::new("nodes", 1..=9, 3)?;
    /// nodes.observe_local(|value| println!("{value} nodes"));
    /// nodes.set_value(5)?;
    /// assert!(Registry::session().has_queued());
    /// # Registry::session().run_queued();
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    #[must_use]
    pub fn has_queued(&self) -> bool {
        let thread = std::thread::current().id();
        self.lock()
            .queue
            .iter()
            .any(|(waiting, _)| *waiting == thread)
    }

    /// Runs the callbacks of this thread that waited, and says how many.
    ///
    /// The kernel calls it on the cells' thread between two cells; a long cell
    /// may call it too. A panic is reported as a problem, except when its
    /// payload is no text: such a panic is the kernel's interrupt and goes on.
    ///
    /// ```
    /// use std::{cell::Cell, rc::Rc};
    /// use lightcone_widgets::{IntSlider, Registry};
    ///
    /// let seen = Rc::new(Cell::new(0));
    /// let nodes = IntSlider::new("nodes", 1..=9, 3)?;
    /// let copy = seen.clone();
    /// nodes.observe_local(move |value| copy.set(value));
    /// nodes.set_value(4)?;
    /// nodes.set_value(5)?;
    /// assert_eq!(seen.get(), 0);
    /// assert_eq!(Registry::session().run_queued(), 1); // the last state wins
    /// assert_eq!(seen.get(), 5);
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    pub fn run_queued(&self) -> usize {
        let thread = std::thread::current().id();
        let mut ran = 0;
        // What the callbacks queue themselves waits for the next call.
        let notes: Vec<Note> = {
            let mut state = self.lock();
            let (mine, others) = state
                .queue
                .drain(..)
                .partition::<VecDeque<_>, _>(|(of, _)| *of == thread);
            state.queue = others;
            mine.into_iter().map(|(_, note)| note).collect()
        };
        for note in notes {
            let Some(mut callback) = LOCAL.with_borrow_mut(|local| local.remove(&note.observer))
            else {
                continue;
            };
            if self.due(&note).is_some() {
                ran += 1;
                let (depth, outermost) = Depth::enter();
                let outcome = catch_unwind(AssertUnwindSafe(|| note.call(self, &mut *callback)));
                if outermost {
                    self.drain(true);
                }
                drop(depth);
                if let Err(payload) = outcome {
                    match panic_text(&*payload) {
                        Some(text) => self.problem(&panicked(text)),
                        None => resume_unwind(payload),
                    }
                }
            }
            if self.lock().observers.contains_key(&note.observer) {
                LOCAL.with_borrow_mut(|local| local.insert(note.observer, callback));
            }
        }
        ran
    }

    /// Queues callbacks; whether one of them waits for its thread.
    fn notify(&self, state: &mut State, watchers: Vec<u64>, custom: Option<&Arc<Value>>) -> bool {
        let mut waiting = false;
        for observer in watchers {
            let note = Note {
                observer,
                custom: custom.cloned(),
            };
            let run = state
                .observers
                .get(&observer)
                .map(|observer| observer.run.clone());
            match run {
                Some(Run::Queued(thread)) => {
                    let there = |(_, queued): &(ThreadId, Note)| {
                        queued.observer == observer && queued.custom.is_none()
                    };
                    if custom.is_some() || !state.queue.iter().any(there) {
                        state.queue.push_back((thread, note));
                    }
                    waiting = true;
                }
                Some(Run::At(_)) => DISPATCH.with_borrow_mut(|dispatch| {
                    dispatch.queue.push_back(Pending {
                        registry: self.clone(),
                        note,
                    });
                }),
                None => {}
            }
        }
        waiting
    }

    fn wake(&self, waiting: bool) {
        if waiting {
            let outlet = self.lock().outlet.clone();
            if let Some(outlet) = outlet {
                outlet.queued();
            }
        }
    }

    /// The callback, if it has not seen the newest state yet.
    fn due(&self, note: &Note) -> Option<Run> {
        let mut guard = self.lock();
        let state = &mut *guard;
        let observer = state.observers.get_mut(&note.observer)?;
        if note.custom.is_none() {
            let newest = observer.watched.iter().filter_map(|(id, key)| {
                let model = state.models.get(id)?;
                model.ticks.get((*key)?).copied()
            });
            if newest.max().unwrap_or(0) <= observer.delivered {
                return None;
            }
            observer.delivered = state.tick;
        }
        Some(observer.run.clone())
    }

    /// Runs the notifications of this thread. Panics are reported if `report`,
    /// else the first one goes on when all callbacks ran.
    fn drain(&self, report: bool) {
        let mut first_panic = None;
        let mut ran = 0;
        while let Some(Pending { registry, note }) =
            DISPATCH.with_borrow_mut(|dispatch| dispatch.queue.pop_front())
        {
            if ran == MOST_NOTIFICATIONS {
                let rest = DISPATCH.with_borrow_mut(|dispatch| std::mem::take(&mut dispatch.queue));
                drop(rest);
                registry.problem(&format!(
                    "one change caused {MOST_NOTIFICATIONS} callbacks: they seem to change each other's widgets in a circle, so the rest was left out"
                ));
                break;
            }
            ran += 1;
            // The lock belongs to the callback alone, so that two threads never run it at once.
            let Some(Run::At(callback)) = registry.run_of(&note) else {
                continue;
            };
            let outcome = {
                let mut callback = lock(&callback);
                if registry.due(&note).is_none() {
                    continue;
                }
                catch_unwind(AssertUnwindSafe(|| note.call(&registry, &mut **callback)))
            };
            if let Err(payload) = outcome {
                if report {
                    let text = panic_text(&*payload).unwrap_or("a value that is no text");
                    registry.problem(&panicked(text));
                } else {
                    first_panic.get_or_insert(payload);
                }
            }
        }
        if let Some(payload) = first_panic {
            resume_unwind(payload);
        }
    }

    fn run_of(&self, note: &Note) -> Option<Run> {
        self.lock()
            .observers
            .get(&note.observer)
            .map(|observer| observer.run.clone())
    }

    fn problem(&self, text: &str) {
        let mut state = self.lock();
        match state.outlet.clone() {
            Some(outlet) => {
                drop(state);
                outlet.problem(text);
            }
            None => state.problems.push(text.to_owned()),
        }
    }

    /// Hands the gathered messages to the outlet. When it returns, those posted
    /// before are out, whichever thread sent them.
    fn flush(&self) {
        let thread = std::thread::current().id();
        // An outlet that changes widgets: its outer call sends the rest.
        if *lock(&self.0.sender) == Some(thread) {
            return;
        }
        struct Sending<'a>(
            &'a Shared,
            #[expect(dead_code, reason = "held")] MutexGuard<'a, ()>,
        );
        impl Drop for Sending<'_> {
            fn drop(&mut self) {
                *lock(&self.0.sender) = None;
            }
        }
        let _sending = Sending(&self.0, lock(&self.0.sending));
        *lock(&self.0.sender) = Some(thread);
        loop {
            let mut state = self.lock();
            let Some(outlet) = state.outlet.clone() else {
                return;
            };
            let Some(message) = state.outbox.pop_front() else {
                return;
            };
            drop(state);
            outlet.send(message);
        }
    }
}

impl Note {
    fn call(&self, registry: &Registry, callback: &mut dyn FnMut(&Registry, Payload<'_>)) {
        match &self.custom {
            Some(custom) => callback(registry, Payload::Custom(custom)),
            None => callback(registry, Payload::Changed),
        }
    }
}

impl Model {
    /// The identifiers of the models it cannot be shown without.
    pub(crate) fn references(&self) -> Vec<String> {
        let mut found = Vec::new();
        for key in ["layout", "style", "children"] {
            match self.state.get(key) {
                Some(Value::String(one)) => found.extend(referred(one)),
                Some(Value::Array(list)) => {
                    found.extend(list.iter().filter_map(Value::as_str).filter_map(referred));
                }
                _ => {}
            }
        }
        found
    }

    /// Both ends of a link.
    fn ends(&self) -> Vec<String> {
        ["source", "target"]
            .iter()
            .filter_map(|key| self.state.get(*key)?.get(0)?.as_str())
            .filter_map(referred)
            .collect()
    }

    fn checked(&self, changes: Map<String, Value>) -> Result<Map<String, Value>> {
        let mut checked = Map::new();
        for (key, value) in changes {
            let value = self.spec.check(&key, &value)?;
            checked.insert(key, value);
        }
        let mut related = related(&self.state);
        let touched: Vec<String> = checked
            .keys()
            .filter(|key| related.contains_key(*key))
            .cloned()
            .collect();
        if !touched.is_empty() {
            for key in &touched {
                related.insert(key.clone(), checked[key].clone());
            }
            self.spec.settle(&mut related)?;
            for key in &touched {
                checked[key] = related[key].clone();
            }
        }
        Ok(checked)
    }
}

/// The attributes that must fit each other.
fn related(state: &Map<String, Value>) -> Map<String, Value> {
    const RELATED: [&str; 9] = [
        "min",
        "max",
        "value",
        "base",
        "index",
        "_options_labels",
        "selected_index",
        "children",
        "description",
    ];
    RELATED
        .iter()
        .filter_map(|&key| Some((key.to_owned(), state.get(key)?.clone())))
        .collect()
}

pub(crate) fn referred(text: &str) -> Option<String> {
    text.strip_prefix(REFERENCE).map(str::to_owned)
}

fn is_update(message: &Incoming) -> bool {
    message.action == Action::Message && message.method() == Some("update")
}

fn update(method: &str, id: &str, state: Map<String, Value>) -> Outgoing {
    Outgoing::message(
        id,
        json!({"method": method, "state": state, "buffer_paths": []}),
    )
}

/// The attributes whose values hold binary parts.
fn binary_keys(data: &Value) -> Vec<&str> {
    let paths = data.get("buffer_paths").and_then(Value::as_array);
    paths
        .into_iter()
        .flatten()
        .filter_map(|path| path.get(0)?.as_str())
        .collect()
}

fn unknown_method(of: &str, data: &Value) -> String {
    let method = data.get("method").unwrap_or(&Value::Null);
    format!(
        "a message with the method {} came for {of}, which has none like it",
        shortened(&method.to_string())
    )
}

pub(crate) fn panic_text(payload: &(dyn Any + Send)) -> Option<&str> {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

fn panicked(text: &str) -> String {
    format!("a widget's callback panicked: {text}")
}

impl State {
    fn add(
        &mut self,
        id: String,
        spec: &'static Spec,
        state: Map<String, Value>,
        handle: Weak<Inner>,
    ) {
        let number = self.count;
        self.count += 1;
        let ticks = HashMap::new();
        self.count_children(&state, true);
        let model = Model {
            spec,
            state,
            number,
            open: false,
            shown: false,
            handle,
            ticks,
        };
        self.models.insert(id, model);
    }

    /// Keeps count of what is in boxes, for a box that comes or goes.
    fn count_children(&mut self, of: &Map<String, Value>, comes: bool) {
        let children = of.get("children").and_then(Value::as_array);
        let children = children.into_iter().flatten().filter_map(Value::as_str);
        for child in children.filter_map(referred) {
            let count = self.boxed.get(&child).copied().unwrap_or_default();
            match if comes {
                count + 1
            } else {
                count.saturating_sub(1)
            } {
                0 => drop(self.boxed.remove(&child)),
                count => drop(self.boxed.insert(child, count)),
            }
        }
    }

    fn post(&mut self, mut message: Outgoing) {
        let parent = PARENTS.try_with(|stack| stack.borrow().last().cloned());
        message.parent = parent.ok().flatten().unwrap_or_default();
        self.outbox.push_back(message);
    }

    fn open_models(&self) -> Vec<(&String, &Model)> {
        let mut open: Vec<_> = self.models.iter().filter(|(_, model)| model.open).collect();
        open.sort_by_key(|(_, model)| model.number);
        open
    }

    fn full_states(&self) -> Value {
        let states = self.open_models().into_iter().map(|(id, model)| {
            let full = json!({
                "model_name": model.state["_model_name"],
                "model_module": model.state["_model_module"],
                "model_module_version": model.state["_model_module_version"],
                "state": model.state,
            });
            (id.clone(), full)
        });
        Value::Object(states.collect())
    }

    fn watchers(&self, id: &str, key: Option<&str>) -> Vec<u64> {
        let mut watchers: Vec<u64> = self
            .observers
            .iter()
            .filter(|(_, observer)| {
                observer
                    .watched
                    .iter()
                    .any(|(of, watched)| of == id && *watched == key)
            })
            .map(|(&id, _)| id)
            .collect();
        watchers.sort_unstable();
        watchers
    }

    /// Opens a model after all it refers to, then the links that became possible.
    fn open(&mut self, id: &str) {
        self.open_one(id);
        self.open_links();
    }

    fn open_parts(&mut self, id: &str) {
        for part in self
            .models
            .get(id)
            .map(Model::references)
            .unwrap_or_default()
        {
            self.open_one(&part);
        }
    }

    fn open_one(&mut self, id: &str) {
        if self.models.get(id).is_none_or(|model| model.open) {
            return;
        }
        self.open_parts(id);
        if let Some(model) = self.models.get_mut(id) {
            model.open = true;
            let data = json!({"state": model.state, "buffer_paths": []});
            self.post(Outgoing::open(id, WIDGET_TARGET, PROTOCOL_VERSION, data));
        }
    }

    fn open_links(&mut self) {
        let open = |id: &String| self.models.get(id).is_some_and(|model| model.open);
        let mut ready: Vec<(u64, String)> = self
            .models
            .iter()
            .filter(|(_, model)| model.spec.is_link() && !model.open)
            .filter(|(_, model)| model.ends().iter().all(open))
            .map(|(id, model)| (model.number, id.clone()))
            .collect();
        ready.sort_unstable();
        for (_, id) in ready {
            self.open_one(&id);
        }
    }

    /// Takes a model out, and out of all that refers to it.
    fn remove(&mut self, id: &str, tell: bool, trash: &mut Trash) {
        let Some(model) = self.models.remove(id) else {
            return;
        };
        if let Some(handle) = model.handle.upgrade() {
            handle.keep(&model.state);
            trash._handles.push(handle);
        }
        if model.open && tell {
            self.post(Outgoing::close(id));
        }
        self.count_children(&model.state, false);
        self.boxed.remove(id);
        trash._models.push(model);
        let reference = format!("{REFERENCE}{id}");
        let mut changed: Vec<(u64, String, Map<String, Value>)> = Vec::new();
        for (owner, model) in &mut self.models {
            let changes = without(&model.state, &reference);
            if !changes.is_empty() {
                for (key, value) in &changes {
                    model.state[key] = value.clone();
                }
                changed.push((model.number, owner.clone(), changes));
            }
        }
        changed.sort_by_key(|(number, ..)| *number);
        for (_, owner, changes) in changed {
            if self.models[&owner].open {
                self.post(update("update", &owner, changes));
            }
        }
        let models = &self.models;
        let dead: Vec<u64> = self
            .observers
            .iter()
            .filter(|(_, observer)| {
                observer
                    .watched
                    .iter()
                    .all(|(id, _)| !models.contains_key(id))
            })
            .map(|(&id, _)| id)
            .collect();
        for id in dead {
            trash._observers.extend(self.observers.remove(&id));
            self.queue.retain(|(_, note)| note.observer != id);
        }
    }

    /// Closes the models that no handle and no view can reach any more, and the
    /// links that lost an end.
    fn collect(&mut self, trash: &mut Trash) {
        let mut alive: HashSet<String> = HashSet::new();
        let mut open: Vec<String> = self
            .models
            .iter()
            .filter(|(_, model)| !model.spec.is_link())
            .filter(|(_, model)| model.shown || model.handle.strong_count() > 0)
            .map(|(id, _)| id.clone())
            .collect();
        while let Some(id) = open.pop() {
            if let Some(model) = self.models.get(&id)
                && alive.insert(id)
            {
                open.extend(model.references());
            }
        }
        let mut dead: Vec<(bool, u64, String)> = self
            .models
            .iter()
            .filter(|(id, model)| {
                if model.spec.is_link() {
                    model.ends().iter().any(|end| !alive.contains(end))
                } else {
                    !alive.contains(*id)
                }
            })
            // Links first, then owners before what they own.
            .map(|(id, model)| (!model.spec.is_link(), u64::MAX - model.number, id.clone()))
            .collect();
        dead.sort_unstable();
        for (_, _, id) in dead {
            self.remove(&id, true, trash);
        }
    }
}

/// What must change in a state that refers to a model which is gone.
fn without(state: &Map<String, Value>, reference: &str) -> Map<String, Value> {
    let mut changes = Map::new();
    for key in ["layout", "style"] {
        if state.get(key).and_then(Value::as_str) == Some(reference) {
            changes.insert(key.to_owned(), Value::Null);
        }
    }
    let Some(children) = state.get("children").and_then(Value::as_array) else {
        return changes;
    };
    if !children.iter().any(|child| child == reference) {
        return changes;
    }
    let stays = |position: usize| {
        children
            .get(position)
            .is_none_or(|child| child != reference)
    };
    let kept: Vec<&Value> = children
        .iter()
        .filter(|child| *child != reference)
        .collect();
    if let Some(titles) = state.get("titles").and_then(Value::as_array) {
        let titles: Vec<&Value> = titles
            .iter()
            .enumerate()
            .filter_map(|(position, title)| stays(position).then_some(title))
            .collect();
        changes.insert("titles".into(), json!(titles));
    }
    if let Some(page) = state.get("selected_index").and_then(Value::as_u64) {
        let last = kept.len().checked_sub(1).map(|last| last as u64);
        changes.insert(
            "selected_index".into(),
            last.map(|last| page.min(last)).into(),
        );
    }
    changes.insert("children".into(), json!(kept));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_decides_about_echoes() {
        assert!(echo_wanted(None));
        assert!(echo_wanted(Some("1")));
        assert!(echo_wanted(Some("")));
        for off in ["0", "False", "no", "OFF", "n", "0.0"] {
            assert!(!echo_wanted(Some(off)), "{off}");
        }
    }

    use std::sync::atomic::AtomicBool;

    use proptest::prelude::*;

    use crate::message::CommMessage;
    use crate::{
        Accordion, Button, Checkbox, Dropdown, FloatLogSlider, FloatRangeSlider, HBox, Handle,
        IntSlider, Label, Output, Play, SelectMultiple, Tab, Text, int, interact, link,
    };

    /// What must hold whatever the front end said.
    fn validate(registry: &Registry) {
        let state = registry.lock();
        let mut boxed = HashMap::new();
        for child in state.models.values().flat_map(Model::references) {
            if state.models[&child].spec.has_view() {
                *boxed.entry(child).or_insert(0) += 1;
            }
        }
        assert_eq!(state.boxed, boxed);
        for (id, model) in &state.models {
            let own = model.spec.state();
            assert!(own.keys().eq(model.state.keys()), "{id} has other keys");
            for (key, value) in &model.state {
                if let Some(rule) = model.spec.rule(key) {
                    let normal = model.spec.check(key, value);
                    assert!(normal.as_ref() == Ok(value), "{key}: {value} ({rule:?})");
                } else {
                    assert_eq!(own[key], *value, "{key} belongs to the model");
                }
            }
            let mut settled = model.state.clone();
            assert_eq!(model.spec.settle(&mut settled), Ok(()));
            assert_eq!(settled, model.state);
            for part in model.references().iter().chain(&model.ends()) {
                let part = state
                    .models
                    .get(part)
                    .expect("a reference leads to a model");
                assert!(
                    part.open || !model.open,
                    "what an open model refers to is open"
                );
            }
        }
    }

    /// What the page knows: it opens, hears and closes only what makes sense.
    fn follow(open: &mut HashSet<String>, controls: &HashSet<String>, sent: Vec<Outgoing>) {
        for message in sent {
            let id = message.comm_id;
            match message.action {
                Action::Open => {
                    for key in ["layout", "style", "children"] {
                        let refers = match &message.data["state"][key] {
                            Value::Array(all) => all.clone(),
                            one => vec![one.clone()],
                        };
                        for reference in refers.iter().filter_map(Value::as_str) {
                            let part = referred(reference).expect("a reference");
                            assert!(open.contains(&part), "opened before what refers to it");
                        }
                    }
                    assert!(open.insert(id), "opened twice");
                }
                // What the page asks of a widget that is gone is answered by closing it.
                Action::Close => drop(open.remove(&id)),
                Action::Message => assert!(open.contains(&id) || controls.contains(&id), "{id}"),
            }
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-20_i64..120).prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-2.0..12.0).prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            prop::sample::select(vec![
                "",
                "click",
                "submit",
                "IPY_MODEL_x",
                "none",
                "vertical",
                "b"
            ])
            .prop_map(Value::from),
        ];
        leaf.prop_recursive(2, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((any_key(), inner), 0..4)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    fn any_key() -> impl Strategy<Value = String> {
        let keys = [
            "value",
            "min",
            "max",
            "step",
            "base",
            "index",
            "_options_labels",
            "children",
            "titles",
            "selected_index",
            "layout",
            "style",
            "description",
            "disabled",
            "outputs",
            "msg_id",
            "_model_name",
            "_view_count",
            "playing",
            "display",
            "event",
            "source",
            "orientation",
            "_dom_classes",
            "rows",
            "unknown",
            "readout_format",
            "description_width",
        ];
        prop::sample::select(keys.to_vec()).prop_map(str::to_owned)
    }

    fn any_state() -> impl Strategy<Value = Value> {
        prop_oneof![
            9 => prop::collection::vec((any_key(), any_json()), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            1 => any_json(),
        ]
    }

    /// Which model of those there are, and what is said to it.
    fn any_message() -> impl Strategy<Value = (usize, CommMessage)> {
        let data = prop_oneof![
            12 => any_state().prop_map(|state| json!({"method": "update", "state": state, "buffer_paths": []})),
            1 => (any_state(), any_json())
                .prop_map(|(state, paths)| json!({"method": "update", "state": state, "buffer_paths": paths})),
            2 => Just(json!({"method": "custom", "content": {"event": "click"}})),
            1 => any_json().prop_map(|content| json!({"method": "custom", "content": content})),
            1 => Just(json!({"method": "request_state"})),
            1 => Just(json!({"method": "request_states"})),
            1 => any_json(),
        ];
        let message = prop_oneof![
            40 => data.prop_map(|data| CommMessage::message("", data)),
            1 => Just(CommMessage::close("")),
            1 => Just(CommMessage::open("", CONTROL_TARGET, "1.0.0", json!({}))),
            1 => any_json().prop_map(|data| CommMessage::open("", WIDGET_TARGET, "2.1.0", data)),
        ];
        (any::<usize>(), message)
    }

    fn page() -> Result<Vec<Handle>> {
        let nodes = IntSlider::new("nodes", 0..=100, 3)?;
        let play = Play::new("play", 0..=100, 3)?;
        link((&play, "value"), (&nodes, "value"))?;
        let label = Label::new("");
        let twin = label.clone();
        nodes.observe(move |n| twin.set_value(n.to_string()));
        let strict = Checkbox::new("strict", false);
        let follower = nodes.clone();
        strict.observe(move |on| {
            follower
                .set_value(if on { 7 } else { 200 })
                .unwrap_or_default()
        });
        let rate = FloatLogSlider::new("rate", 1.0..=1e6, 10.0)?;
        let range = FloatRangeSlider::new("range", 0.0..=10.0, 2.0..=3.0)?;
        let tab = Tab::new()
            .page("first", HBox::new((&nodes, &play, &label))?)?
            .page("second", HBox::new((&rate, &range, &strict))?)?;
        let choice = Dropdown::new("choice", ["a", "b", "c"], "a")?;
        let some = SelectMultiple::new("some", ["a", "b", "c"], ["c"])?;
        let button = Button::new("go");
        let (box_, extra) = (HBox::new([&button])?, Text::new("t", ""));
        let (inside, other) = (box_.clone(), button.clone());
        // A click changes what is in the box.
        button.on_click(move || drop(inside.set_children((&extra, &other))));
        let more = Accordion::new()
            .page("box", &box_)?
            .page("log", Output::new())?;
        let all = interact("quorum", int("n", 1..=9, 3), |n| n / 2 + 1)?;
        let shown: Vec<Handle> = vec![
            tab.into(),
            choice.into(),
            some.into(),
            more.into(),
            (*all).clone(),
        ];
        for widget in &shown {
            widget.view();
        }
        Ok(shown)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

        #[test]
        fn no_front_end_can_break_it(
            batches in prop::collection::vec(
                (prop::collection::vec(any_message(), 1..6), any::<bool>()), 1..25),
        ) {
            let registry = Registry::new();
            let kept = registry.within(page).unwrap();
            let mut open = HashSet::new();
            let mut controls = HashSet::new();
            follow(&mut open, &controls, registry.take_sent());
            let mut known: Vec<String> = open.iter().cloned().collect();
            known.sort();
            known.push("control".to_owned());
            known.push("nobody".to_owned());
            for (batch, cells) in batches {
                let batch: Vec<CommMessage> = batch
                    .into_iter()
                    .map(|(place, mut message)| {
                        message.comm_id = known[place % known.len()].clone();
                        if message.target_name.as_deref() == Some(CONTROL_TARGET) {
                            controls.insert(message.comm_id.clone());
                        }
                        message
                    })
                    .collect();
                for message in batch.iter().filter(|message| message.action == Action::Close) {
                    open.remove(&message.comm_id);
                }
                // A comm that the page closes may still be spoken to by what came before it.
                let closing: HashSet<String> = batch
                    .iter()
                    .filter(|message| message.action == Action::Close)
                    .map(|message| message.comm_id.clone())
                    .chain(controls.iter().cloned())
                    .collect();
                let sent = registry.incoming_batch(batch);
                follow(&mut open, &closing, sent);
                if cells {
                    for widget in &kept {
                        let _ = widget.set_attribute("box_style", "info");
                        let _ = widget.snapshot();
                    }
                    registry.run_queued();
                    follow(&mut open, &controls, registry.take_sent());
                }
                validate(&registry);
            }
            drop(kept);
            validate(&registry);
        }
    }

    #[test]
    fn callbacks_of_dropped_widgets_are_dropped() {
        static DROPPED: AtomicBool = AtomicBool::new(false);
        struct Witness;
        impl Drop for Witness {
            fn drop(&mut self) {
                DROPPED.store(true, Ordering::Relaxed);
            }
        }
        let registry = Registry::new();
        let nodes = registry
            .within(|| IntSlider::new("nodes", 1..=9, 3))
            .unwrap();
        let witness = Witness;
        nodes.observe(move |_| _ = &witness);
        drop(nodes);
        assert!(DROPPED.load(Ordering::Relaxed));
        assert!(registry.lock().observers.is_empty());
    }

    #[test]
    fn a_registry_crosses_threads() {
        fn check<T: Send + Sync + Clone + 'static>() {}
        check::<Registry>();
    }
}
