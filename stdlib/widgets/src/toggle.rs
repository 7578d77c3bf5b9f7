//! Checkboxes and buttons.

use serde_json::{Map, Value};

use crate::error::Result;
use crate::handle::{Handle, Subscription, described, operated, valued, widget};
use crate::spec;

fn bool_of(state: &Map<String, Value>) -> bool {
    state
        .get("value")
        .and_then(Value::as_bool)
        .unwrap_or_default()
}

widget! {
    /// A box to tick.
    ///
    /// ```
    /// use lightcone_widgets::Checkbox;
    /// let strict = Checkbox::new("strict", true);
    /// strict.observe(|strict| println!("strict: {strict}"));
    /// strict.set_value(false)?;
    /// assert!(!strict.value());
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    Checkbox
}
valued!(Checkbox, "value", bool, bool_of);
described!(Checkbox);
operated!(Checkbox);

impl Checkbox {
    /// Makes one with description and value.
    #[must_use]
    pub fn new(label: &str, value: bool) -> Self {
        let state = vec![("description", label.into()), ("value", value.into())];
        Self(Handle::make_valid(&spec::CHECKBOX, state))
    }

    /// Ticks it or not.
    ///
    /// # Errors
    /// When the widget is closed.
    pub fn set_value(&self, value: bool) -> Result<()> {
        self.0.change(vec![("value", value.into())])
    }

    /// Whether space is left where other widgets have their description. Gives
    /// the same widget.
    pub fn indent(&self, indent: bool) -> Self {
        self.0.change_valid("indent", indent);
        self.clone()
    }
}

widget! {
    /// A button.
    ///
    /// ```
    /// use lightcone_widgets::{Button, CommMessage, Registry};
    /// use serde_json::json;
    /// use std::sync::atomic::{AtomicU32, Ordering};
    ///
    /// static CLICKS: AtomicU32 = AtomicU32::new(0);
    /// let again = Button::new("again");
    /// again.on_click(|| {
    ///     CLICKS.fetch_add(1, Ordering::Relaxed);
    /// });
    /// let click = json!({"method": "custom", "content": {"event": "click"}});
    /// Registry::session().incoming(CommMessage::message(again.model_id(), click));
    /// assert_eq!(CLICKS.load(Ordering::Relaxed), 1);
    /// ```
    Button
}
operated!(Button);

fn is_event(content: &Value, event: &str) -> bool {
    content.get("event").and_then(Value::as_str) == Some(event)
}

impl Button {
    /// Makes one with that inscription.
    #[must_use]
    pub fn new(label: &str) -> Self {
        let state = vec![("description", label.into())];
        Self(Handle::make_valid(&spec::BUTTON, state))
    }

    /// Sets the inscription, and gives the same widget.
    pub fn description(&self, text: &str) -> Self {
        self.0.change_valid("description", text);
        self.clone()
    }

    /// Colours the button: `primary`, `success`, `info`, `warning`, `danger` or
    /// nothing. Gives the same widget.
    ///
    /// # Errors
    /// When it is another word or the widget is closed.
    pub fn button_style(&self, style: &str) -> Result<Self> {
        self.0.change(vec![("button_style", style.into())])?;
        Ok(self.clone())
    }

    /// Calls back at each click: at once, also while a cell runs.
    pub fn on_click(&self, mut callback: impl FnMut() + Send + 'static) -> Subscription {
        self.0.on_message(move |content| {
            if is_event(content, "click") {
                callback();
            }
        })
    }

    /// Calls back at each click, between cells; the callback need not be `Send`.
    pub fn on_click_local(&self, mut callback: impl FnMut() + 'static) -> Subscription {
        self.0.on_message_local(move |content| {
            if is_event(content, "click") {
                callback();
            }
        })
    }
}
