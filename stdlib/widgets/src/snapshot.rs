//! Widgets for readers without a kernel: text, and HTML that needs nothing else.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::html::{escape, text_of};
use crate::registry::{Model, referred};
use crate::spec::{label, number_text};

/// A widget and all inside it, as they stood at one moment.
///
/// ```
/// use lightcone_widgets::{HBox, IntSlider, Label};
/// let shown = HBox::new((IntSlider::new("nodes", 1..=9, 3)?, Label::new("2 of 3")))?;
/// let snapshot = shown.snapshot().unwrap();
/// assert_eq!(snapshot.text, "nodes: 3 (from 1 to 9)\n2 of 3");
/// assert!(snapshot.html.contains("<dt>nodes</dt><dd>3 (from 1 to 9)</dd>"));
/// # Ok::<(), lightcone_widgets::WidgetError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// One line for each widget.
    pub text: String,
    /// HTML without scripts and without anything from elsewhere, except what the
    /// content of an HTML widget asks for.
    pub html: String,
}

type Models = HashMap<String, Model>;

/// The class of a widget whose exact value another one beside it shows.
pub(crate) const COARSE: &str = "lightcone-coarse";

/// Boxes in boxes deeper than this are cut off.
const DEPTH: usize = 32;

pub(crate) fn of(models: &Models, id: &str) -> Snapshot {
    let mut parts = Vec::new();
    gather(models, id, &mut HashSet::new(), &mut parts);
    if let ([], Some(model)) = (parts.as_slice(), models.get(id))
        && model.spec.name == "Button"
    {
        parts.push(Part::Pair(
            "button".to_owned(),
            label(model.spec, &model.state),
        ));
    }
    let text: Vec<String> = parts.iter().filter_map(Part::text).collect();
    let mut html = String::from("<div class=\"lightcone-snapshot\">");
    let mut in_list = false;
    for part in &parts {
        let is_pair = matches!(part, Part::Pair(..));
        if is_pair != in_list {
            html.push_str(if is_pair { "<dl>" } else { "</dl>" });
            in_list = is_pair;
        }
        part.write(&mut html);
    }
    if in_list {
        html.push_str("</dl>");
    }
    html.push_str("</div>");
    Snapshot {
        text: text.join("\n"),
        html,
    }
}

enum Part {
    /// What a control is called and how it stands.
    Pair(String, String),
    Heading(String),
    Plain(String),
    Html(String),
    Image(String, String),
}

impl Part {
    fn text(&self) -> Option<String> {
        let text = match self {
            Self::Pair(label, value) if label.is_empty() => value.clone(),
            Self::Pair(label, value) => format!("{label}: {value}"),
            Self::Heading(text) => format!("{text}:"),
            Self::Plain(text) => text.trim_end().to_owned(),
            Self::Html(html) => text_of(html),
            Self::Image(_, text) => text.clone(),
        };
        (!text.is_empty()).then_some(text)
    }

    fn write(&self, html: &mut String) {
        // Writing to a `String` cannot fail.
        let _ = match self {
            Self::Pair(label, value) => {
                write!(html, "<dt>{}</dt><dd>{}</dd>", escape(label), escape(value))
            }
            Self::Heading(text) => write!(html, "<p><b>{}</b></p>", escape(text)),
            Self::Plain(text) if text.is_empty() => Ok(()),
            Self::Plain(text) if text.contains('\n') => write!(html, "<pre>{}</pre>", escape(text)),
            Self::Plain(text) => write!(html, "<p>{}</p>", escape(text)),
            Self::Html(inner) if inner.is_empty() => Ok(()),
            Self::Html(inner) => write!(html, "<div>{inner}</div>"),
            Self::Image(source, text) => write!(
                html,
                "<img src=\"{}\" alt=\"{}\">",
                escape(source),
                escape(text)
            ),
        };
    }
}

fn gather(models: &Models, id: &str, above: &mut HashSet<String>, parts: &mut Vec<Part>) {
    let Some(model) = models.get(id) else { return };
    if above.len() >= DEPTH || !above.insert(id.to_owned()) {
        return;
    }
    let layout = model.state.get("layout").and_then(Value::as_str);
    let hidden = layout
        .and_then(referred)
        .and_then(|layout| models.get(&layout)?.state.get("display")?.as_str())
        == Some("none");
    let classes = model.state.get("_dom_classes").and_then(Value::as_array);
    let coarse = classes.is_some_and(|classes| classes.iter().any(|class| class == COARSE));
    if !hidden && !coarse {
        if let Some(children) = model.state.get("children").and_then(Value::as_array) {
            for (place, child) in children.iter().enumerate() {
                let title = model
                    .state
                    .get("titles")
                    .and_then(|titles| titles.get(place));
                if let Some(title) = title
                    .and_then(Value::as_str)
                    .filter(|title| !title.is_empty())
                {
                    parts.push(Part::Heading(title.to_owned()));
                }
                if let Some(child) = child.as_str().and_then(referred) {
                    gather(models, &child, above, parts);
                }
            }
        } else {
            own(model, parts);
        }
    }
    above.remove(id);
}

fn own(model: &Model, parts: &mut Vec<Part>) {
    let state = &model.state;
    let text = |key: &str| {
        let text = state.get(key).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let name = || match (text("description"), text("tooltip")) {
        // Then the front end shows the tooltip as the field's title.
        (description, tooltip) if description.is_empty() && !tooltip.is_empty() => tooltip,
        _ => label(model.spec, state),
    };
    let part = match model.spec.name {
        // Nobody can press it.
        "Button" => return,
        "Checkbox" => {
            let ticked = state.get("value") == Some(&Value::Bool(true));
            Part::Pair(name(), if ticked { "yes" } else { "no" }.to_owned())
        }
        "Label" if text("description").is_empty() => Part::Plain(text("value")),
        "Text" | "Textarea" | "Label" => Part::Pair(name(), text("value")),
        "HTML" | "HTMLMath" => {
            if !text("description").is_empty() {
                parts.push(Part::Heading(text("description")));
            }
            Part::Html(text("value"))
        }
        "Output" => {
            let outputs = state.get("outputs").and_then(Value::as_array);
            parts.extend(outputs.into_iter().flatten().map(output));
            return;
        }
        "Dropdown" | "ToggleButtons" | "SelectMultiple" => Part::Pair(name(), chosen(state)),
        _ if state.contains_key("value") => Part::Pair(name(), number(state)),
        _ => return,
    };
    parts.push(part);
}

/// The number or both, with the limits.
fn number(state: &Map<String, Value>) -> String {
    let shown = |value: &Value| value.as_f64().map(number_text).unwrap_or_default();
    let value = match &state["value"] {
        Value::Array(ends) => ends.iter().map(shown).collect::<Vec<_>>().join(" to "),
        one => shown(one),
    };
    let limit = |key: &str| {
        let limit = state.get(key)?.as_f64()?;
        let base = state.get("base").and_then(Value::as_f64);
        let limit = base.map_or(limit, |base| base.powf(limit));
        // A power of ten is a little off what was asked for.
        let rounded: f64 = format!("{limit:.12e}").parse().ok()?;
        Some(number_text(rounded))
    };
    match (limit("min"), limit("max")) {
        (Some(low), Some(high)) => format!("{value} (from {low} to {high})"),
        _ => value,
    }
}

fn chosen(state: &Map<String, Value>) -> String {
    let label = |index: &Value| {
        let index = usize::try_from(index.as_u64()?).ok()?;
        state.get("_options_labels")?.get(index)?.as_str()
    };
    match state.get("index") {
        Some(Value::Array(chosen)) if chosen.is_empty() => "none".to_owned(),
        Some(Value::Array(chosen)) => {
            let labels: Vec<&str> = chosen.iter().filter_map(label).collect();
            labels.join(", ")
        }
        Some(index) => label(index).unwrap_or("none").to_owned(),
        None => String::new(),
    }
}

/// One output of an output area, as well as it can be shown.
fn output(output: &Value) -> Part {
    let joined = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    };
    if let Some(data) = output.get("data").and_then(Value::as_object) {
        return in_html(data, joined);
    }
    if output.get("output_type").and_then(Value::as_str) == Some("error") {
        let part = |key: &str| joined(&output[key]);
        return Part::Plain(format!("{}: {}", part("ename"), part("evalue")));
    }
    Part::Plain(output.get("text").map(joined).unwrap_or_default())
}

fn in_html(data: &Map<String, Value>, joined: impl Fn(&Value) -> String) -> Part {
    let plain = data.get("text/plain").map(&joined).unwrap_or_default();
    for mime in ["text/html", "image/svg+xml"] {
        if let Some(html) = data.get(mime) {
            return Part::Html(joined(html));
        }
    }
    for mime in ["image/png", "image/jpeg"] {
        if let Some(image) = data.get(mime) {
            let encoded: String = joined(image).split_whitespace().collect();
            return Part::Image(format!("data:{mime};base64,{encoded}"), plain);
        }
    }
    Part::Plain(plain)
}

/// A MIME bundle as HTML.
pub(crate) fn bundle_html(data: &Map<String, Value>) -> String {
    let mut html = String::new();
    let part = in_html(data, |value| value.as_str().unwrap_or_default().to_owned());
    match part {
        Part::Html(inner) => inner,
        Part::Plain(text) => format!("<pre>{}</pre>", escape(&text)),
        other => {
            other.write(&mut html);
            html
        }
    }
}
