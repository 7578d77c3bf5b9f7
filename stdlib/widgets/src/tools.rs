//! The row of buttons below a calculator: "Reset" and "Copy as code".
//!
//! A front end cannot be told to fill the reader's clipboard, so the code appears
//! in a field, ready to be selected and copied.

use serde_json::{Map, Value};

use crate::container::HBox;
use crate::error::Result;
use crate::handle::Handle;
use crate::registry::{Payload, Registry, referred};
use crate::text::Text;
use crate::toggle::Button;

/// The widgets of the row. Callbacks know them by identifiers only: handles in a
/// callback would keep the widgets alive for ever.
pub(crate) struct Tools {
    pub(crate) row: Handle,
    reset: String,
    copy: String,
    pub(crate) code: CodeField,
}

#[derive(Clone)]
pub(crate) struct CodeField {
    field: String,
    layout: String,
}

fn one(key: &str, value: impl Into<Value>) -> Map<String, Value> {
    Map::from_iter([(key.to_owned(), value.into())])
}

impl Tools {
    pub(crate) fn new() -> Result<Self> {
        let reset = Button::new("Reset").tooltip("Sets everything as it was at first");
        let copy = Button::new("Copy as code").tooltip("Shows the code that gives this result");
        let field = Text::new("code", "")
            .continuous(false)
            .layout("width", "auto")?
            .layout("display", "none")?;
        let layout = field.attribute("layout");
        let layout = layout.as_ref().and_then(Value::as_str).and_then(referred);
        let code = CodeField {
            field: field.model_id().to_owned(),
            layout: layout.unwrap_or_default(),
        };
        let buttons = HBox::new((&reset, &copy))?;
        Ok(Self {
            row: crate::container::VBox::new((&buttons, &field))?.into(),
            reset: reset.model_id().to_owned(),
            copy: copy.model_id().to_owned(),
            code,
        })
    }

    /// Registers what the buttons do.
    pub(crate) fn connect(
        &self,
        registry: &Registry,
        reset: impl Fn(&Registry) + Send + 'static,
        code: impl Fn(&Registry) -> Option<String> + Send + 'static,
    ) {
        let click = |content: &Value| content.get("event").and_then(Value::as_str) == Some("click");
        registry.observe(
            vec![(self.reset.clone(), None)],
            Box::new(move |registry, payload| {
                if matches!(payload, Payload::Custom(content) if click(content)) {
                    registry.hold(|| reset(registry));
                }
            }),
        );
        let field = self.code.clone();
        registry.observe(
            vec![(self.copy.clone(), None)],
            Box::new(move |registry, payload| {
                if matches!(payload, Payload::Custom(content) if click(content))
                    && let Some(code) = code(registry)
                {
                    field.show(registry, code);
                }
            }),
        );
    }
}

impl CodeField {
    fn show(&self, registry: &Registry, code: String) {
        // The text first: nobody sees an empty field.
        registry.change_by_id(&self.field, one("value", code));
        registry.change_by_id(&self.layout, one("display", Value::Null));
    }

    /// Follows a change if the reader has asked for the code.
    pub(crate) fn follow(&self, registry: &Registry, code: impl FnOnce() -> Option<String>) {
        let hidden = registry.peek(&self.layout, |layout| layout["display"] == "none");
        if hidden == Some(false)
            && let Some(code) = code()
        {
            registry.change_by_id(&self.field, one("value", code));
        }
    }
}
