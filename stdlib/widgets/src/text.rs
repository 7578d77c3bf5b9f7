//! Widgets whose value is text: fields to type in, and text to read.

use serde_json::{Map, Value};

use crate::error::Result;
use crate::handle::{Handle, Subscription, described, operated, valued, widget};
use crate::registry::Payload;
use crate::spec;

fn text_of(state: &Map<String, Value>) -> String {
    let value = state.get("value").and_then(Value::as_str);
    value.unwrap_or_default().to_owned()
}

macro_rules! field {
    ($($name:ident, $spec:ident;)*) => {$(
        valued!($name, "value", String, text_of);
        described!($name);
        operated!($name);

        impl $name {
            /// Makes one with description and text.
            #[must_use]
            pub fn new(label: &str, value: &str) -> Self {
                let state = vec![("description", label.into()), ("value", value.into())];
                Self(Handle::make_valid(&spec::$spec, state))
            }

            /// Sets the text.
            ///
            /// # Errors
            /// When the widget is closed.
            pub fn set_value(&self, value: impl Into<String>) -> Result<()> {
                self.0.change(vec![("value", Value::String(value.into()))])
            }

            /// Sets what stands in the empty field, and gives the same widget.
            pub fn placeholder(&self, text: &str) -> Self {
                self.0.change_valid("placeholder", text);
                self.clone()
            }

            /// Whether each key counts, or only leaving the field or Enter. Gives
            /// the same widget.
            pub fn continuous(&self, continuous: bool) -> Self {
                self.0.change_valid("continuous_update", continuous);
                self.clone()
            }
        }
    )*};
}

widget! {
    /// A field for a line of text.
    ///
    /// ```
    /// use lightcone_widgets::Text;
    /// let host = Text::new("host", "example.org").placeholder("a host name");
    /// host.set_value("example.com")?;
    /// assert_eq!(host.value(), "example.com");
    /// # Ok::<(), lightcone_widgets::WidgetError>(())
    /// ```
    Text
}

widget! {
    /// A field for several lines of text.
    ///
    /// ```
    /// let notes = lightcone_widgets::Textarea::new("notes", "first\nsecond");
    /// assert_eq!(notes.value().lines().count(), 2);
    /// ```
    Textarea
}

field! {
    Text, TEXT;
    Textarea, TEXTAREA;
}

impl Text {
    /// Calls back with the text when the reader presses Enter: at once, also
    /// while a cell runs.
    pub fn on_submit(&self, mut callback: impl FnMut(String) + Send + 'static) -> Subscription {
        let model = self.model_id().to_owned();
        let id = self.registry().observe(
            vec![(model.clone(), None)],
            Box::new(move |registry, payload| {
                if matches!(payload, Payload::Custom(content) if content["event"] == "submit")
                    && let Some(text) = registry.peek(&model, text_of)
                {
                    callback(text);
                }
            }),
        );
        self.subscription(id)
    }
}

macro_rules! shown_text {
    ($($name:ident, $spec:ident;)*) => {$(
        valued!($name, "value", String, text_of);
        described!($name);

        impl $name {
            /// Makes one with that content.
            #[must_use]
            pub fn new(value: impl Into<String>) -> Self {
                let value = Value::String(value.into());
                Self(Handle::make_valid(&spec::$spec, vec![("value", value)]))
            }

            /// Sets the content; of a closed widget it stays as it is.
            pub fn set_value(&self, value: impl Into<String>) {
                self.0.change_valid("value", value.into());
            }
        }
    )*};
}

widget! {
    /// Plain text; `$...$` in it is shown as mathematics.
    ///
    /// ```
    /// let label = lightcone_widgets::Label::new("waiting");
    /// label.set_value("done");
    /// assert_eq!(label.to_string(), "done");
    /// ```
    Label
}

widget! {
    /// HTML. What comes from others must go through [`escape`](crate::escape).
    ///
    /// ```
    /// use lightcone_widgets::{Html, escape};
    /// let table = Html::new(format!("<p>less: <b>{}</b></p>", escape("a < b")));
    /// assert_eq!(table.to_string(), "less: a < b");
    /// ```
    Html
}

widget! {
    /// HTML in which `$...$` is shown as mathematics.
    ///
    /// ```
    /// let law = lightcone_widgets::HtmlMath::new("<p>$L = \\lambda W$</p>");
    /// assert_eq!(law.to_string(), "$L = \\lambda W$");
    /// ```
    HtmlMath
}

shown_text! {
    Label, LABEL;
    Html, HTML;
    HtmlMath, HTML_MATH;
}
