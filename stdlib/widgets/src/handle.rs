//! Handles: what a cell holds of a widget.
//!
//! All handles are cheap clones of one reference. [`Handle`] has what every
//! widget can do; the typed handles lead to it by `Deref`.

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value};

use crate::error::{Result, WidgetError};
use crate::registry::{Payload, Registry, Watched};
use crate::snapshot::Snapshot;
use crate::spec::{self, Spec};

/// What all handles of one model share. A model without handles that no view can
/// reach is closed.
pub(crate) struct Inner {
    registry: Registry,
    id: String,
    spec: &'static Spec,
    /// The last state of a closed model.
    kept: OnceLock<Map<String, Value>>,
}

impl Inner {
    pub(crate) fn new(registry: Registry, id: String, spec: &'static Spec) -> Self {
        Self {
            registry,
            id,
            spec,
            kept: OnceLock::new(),
        }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn spec(&self) -> &'static Spec {
        self.spec
    }

    /// Remembers the state of a model that is being closed.
    pub(crate) fn keep(&self, state: &Map<String, Value>) {
        let _ = self.kept.set(state.clone());
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if self.kept.get().is_none() {
            self.registry.released(&self.id);
        }
    }
}

/// A widget of any kind. All typed handles lead to it.
///
/// ```
/// use lightcone_widgets::{Handle, IntSlider};
///
/// let nodes = IntSlider::new("nodes", 1..=9, 3)?;
/// let any: Handle = nodes.clone().into();
/// assert_eq!(any.model_name(), "IntSliderModel");
/// assert_eq!(any.attribute("value"), Some(3.into()));
/// any.set_attribute("orientation", "vertical")?;
/// assert_eq!(any.to_string(), "nodes: 3 (from 1 to 9)");
/// # Ok::<(), lightcone_widgets::WidgetError>(())
/// ```
#[derive(Clone)]
pub struct Handle(Arc<Inner>);

impl fmt::Display for Handle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.snapshot() {
            Some(snapshot) => formatter.write_str(&snapshot.text),
            None => write!(formatter, "{} (closed)", self.label()),
        }
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}({self})", self.0.spec.name)
    }
}

impl AsRef<Handle> for Handle {
    fn as_ref(&self) -> &Handle {
        self
    }
}

/// Two handles are equal when they belong to the same model.
impl PartialEq for Handle {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Handle {}

impl Handle {
    /// A new model of the current registry.
    pub(crate) fn make(spec: &'static Spec, changes: Vec<(&str, Value)>) -> Result<Self> {
        let changes = changes
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value));
        Registry::current()
            .insert(spec, changes.collect())
            .map(Self)
    }

    /// A new model from values that are right by their types.
    pub(crate) fn make_valid(spec: &'static Spec, changes: Vec<(&str, Value)>) -> Self {
        let mut state = spec.state();
        for (key, value) in changes {
            state.insert(key.to_owned(), value);
        }
        Self(Registry::current().place(spec, state))
    }

    pub(crate) fn spec(&self) -> &'static Spec {
        self.0.spec
    }

    /// The identifier of the model, which is also that of its comm.
    ///
    /// ```
    /// use lightcone_widgets::Checkbox;
    /// assert_eq!(Checkbox::new("strict", true).model_id().len(), 32);
    /// ```
    #[must_use]
    pub fn model_id(&self) -> &str {
        &self.0.id
    }

    /// The model's name in the front end, for instance `IntSliderModel`.
    #[must_use]
    pub fn model_name(&self) -> String {
        format!("{}Model", self.0.spec.name)
    }

    /// The registry that the widget belongs to.
    ///
    /// ```
    /// use lightcone_widgets::{Checkbox, Registry};
    /// let strict = Checkbox::new("strict", true);
    /// assert!(strict.registry().is_same(&Registry::session()));
    /// ```
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    /// The words by which a reader knows the widget: its description, or the
    /// kind of widget.
    ///
    /// ```
    /// assert_eq!(lightcone_widgets::Checkbox::new("strict", true).label(), "strict");
    /// ```
    #[must_use]
    pub fn label(&self) -> String {
        self.read(|state| spec::label(self.0.spec, state))
    }

    /// Opens the widget's comm and gives the MIME bundle that shows it; see
    /// [`Registry::view`]. `None` if it is closed.
    ///
    /// ```
    /// use lightcone_widgets::{Checkbox, VIEW_MIME};
    /// let bundle = Checkbox::new("strict", true).view().unwrap();
    /// assert_eq!(bundle[VIEW_MIME]["version_major"], 2);
    /// assert_eq!(bundle["text/plain"], "strict: yes");
    /// ```
    pub fn view(&self) -> Option<Map<String, Value>> {
        self.0.registry.view(&self.0.id)
    }

    /// The widget and all inside it as text and as static HTML, for readers
    /// without a kernel. `None` if it is closed.
    ///
    /// ```
    /// let strict = lightcone_widgets::Checkbox::new("strict", true);
    /// assert_eq!(strict.snapshot().unwrap().text, "strict: yes");
    /// ```
    #[must_use]
    pub fn snapshot(&self) -> Option<Snapshot> {
        self.0.registry.snapshot(&self.0.id)
    }

    /// Closes the widget: it vanishes from all views and boxes. Its value can
    /// still be read.
    ///
    /// ```
    /// let strict = lightcone_widgets::Checkbox::new("strict", true);
    /// strict.close();
    /// assert!(strict.is_closed() && strict.value());
    /// ```
    pub fn close(&self) {
        self.0.registry.close(&self.0.id);
    }

    /// Whether the widget was closed, here or by the front end.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.kept.get().is_some()
    }

    /// An attribute of the model, under its name in ipywidgets.
    ///
    /// See the example of [`Handle`].
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<Value> {
        self.read(|state| state.get(name).cloned())
    }

    /// Changes an attribute under its name in ipywidgets, for what has no method
    /// of its own.
    ///
    /// See the example of [`Handle`].
    ///
    /// # Errors
    /// When there is no such attribute, it cannot have that value, or the widget
    /// is closed.
    pub fn set_attribute(&self, name: &str, value: impl Into<Value>) -> Result<()> {
        self.change(vec![(name, value.into())])
    }

    /// Hears of each change of an attribute; runs at once, on whatever thread
    /// changed it.
    ///
    /// ```
    /// use lightcone_widgets::Tab;
    /// let tab = Tab::new();
    /// tab.observe_attribute("box_style", |value| println!("now {value}"))?;
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    ///
    /// # Errors
    /// When there is no such attribute.
    pub fn observe_attribute(
        &self,
        name: &str,
        callback: impl FnMut(Value) + Send + 'static,
    ) -> Result<Subscription> {
        let key = self.0.spec.key(name)?;
        Ok(self.watch(key, move |state| state[key].clone(), callback))
    }

    /// Hears of the custom messages that the front end's model sends, for
    /// instance `{"event": "click"}`; runs at once.
    ///
    /// ```
    /// use lightcone_widgets::Button;
    /// Button::new("go").on_message(|content| println!("{content}"));
    /// ```
    pub fn on_message(&self, mut callback: impl FnMut(&Value) + Send + 'static) -> Subscription {
        let id = self.0.registry.observe(
            vec![(self.0.id.clone(), None)],
            Box::new(move |_, payload| {
                if let Payload::Custom(content) = payload {
                    callback(content);
                }
            }),
        );
        self.subscription(id)
    }

    /// As [`on_message`](Self::on_message), but the callback need not be `Send`
    /// and runs between cells, on the thread that calls this.
    ///
    /// ```
    /// use lightcone_widgets::Button;
    /// Button::new("go").on_message_local(|content| println!("{content}"));
    /// ```
    pub fn on_message_local(&self, mut callback: impl FnMut(&Value) + 'static) -> Subscription {
        let id = self.0.registry.observe_local(
            vec![(self.0.id.clone(), None)],
            Box::new(move |_, payload| {
                if let Payload::Custom(content) = payload {
                    callback(content);
                }
            }),
        );
        self.subscription(id)
    }

    /// Sends a custom message to the front end's model.
    ///
    /// ```
    /// use lightcone_widgets::Button;
    /// Button::new("go").send_message("hello");
    /// ```
    pub fn send_message(&self, content: impl Into<Value>) {
        self.0.registry.send_custom(&self.0.id, content.into());
    }

    pub(crate) fn subscription(&self, id: u64) -> Subscription {
        Subscription {
            registry: self.0.registry.clone(),
            id,
        }
    }

    /// What a callback of one attribute watches.
    pub(crate) fn watched(&self, key: &'static str) -> Watched {
        (self.0.id.clone(), Some(key))
    }

    pub(crate) fn watch<T>(
        &self,
        key: &'static str,
        read: impl Fn(&Map<String, Value>) -> T + Send + 'static,
        mut callback: impl FnMut(T) + Send + 'static,
    ) -> Subscription {
        let model = self.0.id.clone();
        let id = self.0.registry.observe(
            vec![self.watched(key)],
            Box::new(move |registry, _| {
                if let Some(value) = registry.peek(&model, &read) {
                    callback(value);
                }
            }),
        );
        self.subscription(id)
    }

    pub(crate) fn watch_local<T>(
        &self,
        key: &'static str,
        read: impl Fn(&Map<String, Value>) -> T + 'static,
        mut callback: impl FnMut(T) + 'static,
    ) -> Subscription {
        let model = self.0.id.clone();
        let id = self.0.registry.observe_local(
            vec![self.watched(key)],
            Box::new(move |registry, _| {
                if let Some(value) = registry.peek(&model, &read) {
                    callback(value);
                }
            }),
        );
        self.subscription(id)
    }

    /// Reads the state, or the last one of a closed model.
    pub(crate) fn read<T>(&self, read: impl Fn(&Map<String, Value>) -> T) -> T {
        let empty = Map::new();
        match self.0.registry.peek(&self.0.id, &read) {
            Some(value) => value,
            None => read(self.0.kept.get().unwrap_or(&empty)),
        }
    }

    pub(crate) fn change(&self, changes: Vec<(&str, Value)>) -> Result<()> {
        let changes = changes
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value));
        self.0.registry.change(&self.0, changes.collect())
    }

    /// A change to a value that is right by its type; a closed widget stays as
    /// it is.
    pub(crate) fn change_valid(&self, key: &str, value: impl Into<Value>) {
        let _ = self.change(vec![(key, value.into())]);
    }

    /// Changes an attribute of the layout or style.
    pub(crate) fn change_part(&self, part: &str, name: &str, value: &str) -> Result<()> {
        let closed = || WidgetError::Closed {
            model: self.0.spec.name.to_owned(),
        };
        let reference = self.read(|state| state.get(part)?.as_str().map(str::to_owned));
        let id = reference
            .as_deref()
            .and_then(crate::registry::referred)
            .ok_or_else(closed)?;
        let changes = Map::from_iter([(name.replace('-', "_"), value.into())]);
        self.0
            .registry
            .change_by_id(&id, changes)
            .unwrap_or_else(|| Err(closed()))
    }
}

/// A callback that was registered. Dropping it changes nothing; the callback
/// lives as long as its widget or until [`stop`](Self::stop).
///
/// ```
/// use lightcone_widgets::Checkbox;
/// let strict = Checkbox::new("strict", true);
/// let subscription = strict.observe(|strict| println!("strict: {strict}"));
/// subscription.stop();
/// strict.set_value(false)?; // prints nothing
/// # Ok::<(), lightcone_widgets::WidgetError>(())
/// ```
#[derive(Debug)]
pub struct Subscription {
    registry: Registry,
    id: u64,
}

impl Subscription {
    /// Forgets the callback. It may still be running on another thread.
    ///
    /// See the example of [`Subscription`].
    pub fn stop(self) {
        self.registry.forget_observer(self.id);
    }
}

/// The type of a typed handle with what every widget has.
macro_rules! widget {
    ($(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name($crate::handle::Handle);

        impl std::ops::Deref for $name {
            type Target = $crate::handle::Handle;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl AsRef<$crate::handle::Handle> for $name {
            fn as_ref(&self) -> &$crate::handle::Handle {
                &self.0
            }
        }

        impl From<$name> for $crate::handle::Handle {
            fn from(widget: $name) -> Self {
                widget.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl $name {
            /// Sets a property of the layout, a CSS name such as `width` or
            /// `max-height`, and gives the same widget.
            ///
            /// ```
            /// let box_ = lightcone_widgets::HBox::new([lightcone_widgets::Label::new("a")])?
            ///     .layout("width", "30em")?;
            /// # Ok::<(), lightcone_widgets::WidgetError>(())
            /// ```
            ///
            /// # Errors
            /// When the layout has no such property, or the widget is closed.
            pub fn layout(&self, property: &str, value: &str) -> $crate::error::Result<Self> {
                self.0.change_part("layout", property, value)?;
                Ok(self.clone())
            }

            /// Sets the text that appears under a resting mouse, and gives the
            /// same widget.
            pub fn tooltip(&self, text: &str) -> Self {
                self.0.change_valid("tooltip", text);
                self.clone()
            }

            /// Adds a CSS class to the widget's outer element, and gives the
            /// same widget.
            pub fn class(&self, name: &str) -> Self {
                let mut classes = self.0.attribute("_dom_classes").unwrap_or_default();
                if let Some(list) = classes.as_array_mut()
                    && !list.iter().any(|class| class == name)
                {
                    list.push(name.into());
                    self.0.change_valid("_dom_classes", classes);
                }
                self.clone()
            }
        }
    };
}

/// Methods of widgets that have a description and a style.
macro_rules! described {
    ($name:ident) => {
        impl $name {
            /// Sets the words beside the widget, and gives the same widget.
            pub fn description(&self, text: &str) -> Self {
                self.0.change_valid("description", text);
                self.clone()
            }

            /// Sets a property of the style under its name in ipywidgets, such as
            /// `description_width`, and gives the same widget.
            ///
            /// # Errors
            /// When the style has no such property, or the widget is closed.
            pub fn style(&self, property: &str, value: &str) -> $crate::error::Result<Self> {
                self.0.change_part("style", property, value)?;
                Ok(self.clone())
            }
        }
    };
}

/// Methods of widgets that a reader operates.
macro_rules! operated {
    ($name:ident) => {
        impl $name {
            /// Greys the widget out or makes it work again, and gives the same
            /// widget.
            pub fn disabled(&self, disabled: bool) -> Self {
                self.0.change_valid("disabled", disabled);
                self.clone()
            }
        }
    };
}

/// The value of a widget and its callbacks.
macro_rules! valued {
    ($name:ident, $key:literal, $kind:ty, $read:expr) => {
        impl $name {
            /// The value as it is now; of a closed widget, the last one.
            #[must_use]
            pub fn value(&self) -> $kind {
                self.0.read($read)
            }

            /// Calls back with the value after each change, by the reader or by a
            /// cell: at once, on the thread that changed it, also while a cell
            /// runs. Of several changes in a row only the last may be told.
            pub fn observe(
                &self,
                callback: impl FnMut($kind) + Send + 'static,
            ) -> $crate::handle::Subscription {
                self.0.watch($key, $read, callback)
            }

            /// As [`observe`](Self::observe), but the callback need not be `Send`:
            /// it waits until no cell runs and is then called on the thread that
            /// calls this.
            pub fn observe_local(
                &self,
                callback: impl FnMut($kind) + 'static,
            ) -> $crate::handle::Subscription {
                self.0.watch_local($key, $read, callback)
            }
        }
    };
}

pub(crate) use {described, operated, valued, widget};
