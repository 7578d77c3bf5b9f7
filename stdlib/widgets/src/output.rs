//! An area that shows what cells show.

use serde_json::{Map, Value, json};

use crate::handle::{Handle, widget};
use crate::spec;

widget! {
    /// An area for displays and printed text.
    ///
    /// ```
    /// use lightcone_widgets::Output;
    /// use serde_json::json;
    ///
    /// let area = Output::new();
    /// area.print("counting\n");
    /// area.print("done\n");
    /// let bundle = json!({"text/plain": "54.6 ms"});
    /// area.show(bundle.as_object().unwrap().clone());
    /// assert_eq!(area.to_string(), "counting\ndone\n54.6 ms");
    /// area.clear();
    /// assert!(area.outputs().is_empty());
    /// ```
    Output
}

impl Default for Output {
    fn default() -> Self {
        Self::new()
    }
}

impl Output {
    /// Makes an empty one.
    #[must_use]
    pub fn new() -> Self {
        Self(Handle::make_valid(&spec::OUTPUT_AREA, Vec::new()))
    }

    /// The outputs, as a notebook file has them.
    #[must_use]
    pub fn outputs(&self) -> Vec<Value> {
        match self.0.attribute("outputs") {
            Some(Value::Array(outputs)) => outputs,
            _ => Vec::new(),
        }
    }

    /// Adds a display from its MIME bundle.
    pub fn show(&self, bundle: Map<String, Value>) {
        let mut outputs = self.outputs();
        outputs.push(json!({"output_type": "display_data", "data": bundle, "metadata": {}}));
        self.0.change_valid("outputs", outputs);
    }

    /// Shows one display in place of all that was there.
    pub fn replace(&self, bundle: Map<String, Value>) {
        let output = json!({"output_type": "display_data", "data": bundle, "metadata": {}});
        self.0.change_valid("outputs", json!([output]));
    }

    /// Adds text. Text that follows text joins it.
    pub fn print(&self, text: &str) {
        let mut outputs = self.outputs();
        match outputs.last_mut() {
            Some(Value::Object(last)) if last.get("name") == Some(&"stdout".into()) => {
                let former = last.get("text").and_then(Value::as_str).unwrap_or_default();
                last.insert("text".into(), format!("{former}{text}").into());
            }
            _ => outputs.push(json!({"output_type": "stream", "name": "stdout", "text": text})),
        }
        self.0.change_valid("outputs", outputs);
    }

    /// Removes all.
    pub fn clear(&self) {
        self.0.change_valid("outputs", json!([]));
    }

    /// Leads what the front end receives in answer to that request into the area,
    /// until [`release`](Self::release). The request is named by its `msg_id`.
    pub fn capture(&self, request: &str) {
        self.0.change_valid("msg_id", request);
    }

    /// Ends [`capture`](Self::capture).
    pub fn release(&self) {
        self.0.change_valid("msg_id", "");
    }
}
