//! The models: their attributes, defaults and what may stand in each.
//!
//! The tables follow ipywidgets 8 (module version 2.0.0); `tests/ipywidgets.rs`
//! compares them with what ipywidgets prints.

use serde_json::{Map, Value, json};

use crate::error::{Result, WidgetError};

/// The largest whole number that a browser's `number` holds exactly.
pub(crate) const SAFE: i64 = (1 << 53) - 1;

/// What references to models begin with.
pub(crate) const REFERENCE: &str = "IPY_MODEL_";

const BASE: &str = "@jupyter-widgets/base";
const CONTROLS: &str = "@jupyter-widgets/controls";
const OUTPUT: &str = "@jupyter-widgets/output";

/// What may stand in an attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Rule {
    Bool,
    MaybeBool,
    Int,
    /// An integer above zero.
    Count,
    MaybeCount,
    /// A count of views, or null for "not counted".
    MaybeInt,
    Float,
    /// A float above zero.
    Positive,
    MaybePositive,
    IntPair,
    FloatPair,
    Text,
    MaybeText,
    OneOf(&'static [&'static str]),
    Texts,
    /// A list of JSON objects.
    Objects,
    /// A position among the options, or null.
    Index,
    /// Positions among the options.
    Indices,
    /// A position among the children, or null.
    Page,
    /// A reference, or null.
    Reference,
    References,
    /// A reference and the name of an attribute.
    End,
    /// Labels of the options.
    Labels,
}

/// A default, as something that can stand in a constant.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Start {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(&'static str),
    Empty,
    Ints(i64, i64),
    Floats(f64, f64),
}

impl Start {
    fn value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => value.into(),
            Self::Int(value) => value.into(),
            Self::Float(value) => value.into(),
            Self::Text(value) => value.into(),
            Self::Empty => json!([]),
            Self::Ints(low, high) => json!([low, high]),
            Self::Floats(low, high) => json!([low, high]),
        }
    }
}

type Attribute = (&'static str, Rule, Start);

/// One kind of model.
#[derive(Debug)]
pub(crate) struct Spec {
    /// The name without `Model`.
    pub(crate) name: &'static str,
    module: &'static str,
    view: Option<&'static str>,
    view_module: &'static str,
    /// Lists of attributes that are shared with other models.
    shared: &'static [&'static [Attribute]],
    own: &'static [Attribute],
    pub(crate) style: Option<&'static Spec>,
}

const TRACKED: &[Attribute] = &[("_view_count", Rule::MaybeInt, Start::Null)];
const DOM: &[Attribute] = &[
    ("_dom_classes", Rule::Texts, Start::Empty),
    ("layout", Rule::Reference, Start::Null),
    ("tabbable", Rule::MaybeBool, Start::Null),
    ("tooltip", Rule::MaybeText, Start::Null),
];
const DESCRIBED: &[Attribute] = &[
    ("description", Rule::Text, Start::Text("")),
    ("description_allow_html", Rule::Bool, Start::Bool(false)),
    ("style", Rule::Reference, Start::Null),
];
const DISABLED: &[Attribute] = &[("disabled", Rule::Bool, Start::Bool(false))];
const ORIENTATION: Rule = Rule::OneOf(&["horizontal", "vertical"]);
const SLIDER: &[Attribute] = &[
    (
        "behavior",
        Rule::OneOf(&["drag-tap", "drag-snap", "tap", "drag", "snap"]),
        Start::Text("drag-tap"),
    ),
    ("continuous_update", Rule::Bool, Start::Bool(true)),
    ("orientation", ORIENTATION, Start::Text("horizontal")),
    ("readout", Rule::Bool, Start::Bool(true)),
];
const INT_LIMITS: &[Attribute] = &[
    ("max", Rule::Int, Start::Int(100)),
    ("min", Rule::Int, Start::Int(0)),
];
const FLOAT_LIMITS: &[Attribute] = &[
    ("max", Rule::Float, Start::Float(100.0)),
    ("min", Rule::Float, Start::Float(0.0)),
];
const LEVEL: Rule = Rule::OneOf(&["success", "info", "warning", "danger", ""]);
const BUTTON_LEVEL: Rule = Rule::OneOf(&["primary", "success", "info", "warning", "danger", ""]);
const BOX: &[Attribute] = &[
    ("box_style", LEVEL, Start::Text("")),
    ("children", Rule::References, Start::Empty),
];
const PAGES: &[Attribute] = &[
    ("selected_index", Rule::Page, Start::Null),
    ("titles", Rule::Texts, Start::Empty),
];
const OPTIONS: &[Attribute] = &[("_options_labels", Rule::Labels, Start::Empty)];
const FIELD: &[Attribute] = &[
    ("placeholder", Rule::Text, Start::Text("\u{200b}")),
    ("value", Rule::Text, Start::Text("")),
];
const FONT: &[Attribute] = &[
    ("font_family", Rule::MaybeText, Start::Null),
    ("font_style", Rule::MaybeText, Start::Null),
    ("font_variant", Rule::MaybeText, Start::Null),
    ("font_weight", Rule::MaybeText, Start::Null),
    ("text_decoration", Rule::MaybeText, Start::Null),
];
const TEXT_LOOK: &[Attribute] = &[
    ("background", Rule::MaybeText, Start::Null),
    ("font_size", Rule::MaybeText, Start::Null),
    ("text_color", Rule::MaybeText, Start::Null),
];
const DESCRIPTION_WIDTH: &[Attribute] = &[("description_width", Rule::Text, Start::Text(""))];
const PROGRESS: &[Attribute] = &[
    ("bar_style", LEVEL, Start::Text("")),
    ("orientation", ORIENTATION, Start::Text("horizontal")),
];

macro_rules! specs {
    ($($id:ident = $name:literal, view: $view:expr, style: $style:expr,
       shared: [$($shared:expr),*], own: [$($own:expr),* $(,)?];)*) => {
        $(pub(crate) static $id: Spec = Spec {
            name: $name,
            module: CONTROLS,
            view: $view,
            view_module: CONTROLS,
            shared: &[TRACKED $(, $shared)*],
            own: &[$($own),*],
            style: $style,
        };)*
    };
}

macro_rules! styles {
    ($($id:ident = $name:literal, [$($shared:expr),*], [$($own:expr),*];)*) => {
        $(pub(crate) static $id: Spec = Spec {
            name: $name,
            module: CONTROLS,
            view: Some("StyleView"),
            view_module: BASE,
            shared: &[TRACKED $(, $shared)*],
            own: &[$($own),*],
            style: None,
        };)*
    };
}

styles! {
    BUTTON_STYLE = "ButtonStyle", [FONT], [
        ("button_color", Rule::MaybeText, Start::Null),
        ("font_size", Rule::MaybeText, Start::Null),
        ("text_color", Rule::MaybeText, Start::Null)
    ];
    CHECKBOX_STYLE = "CheckboxStyle", [DESCRIPTION_WIDTH], [("background", Rule::MaybeText, Start::Null)];
    DESCRIPTION_STYLE = "DescriptionStyle", [DESCRIPTION_WIDTH], [];
    HTML_MATH_STYLE = "HTMLMathStyle", [DESCRIPTION_WIDTH, TEXT_LOOK], [];
    HTML_STYLE = "HTMLStyle", [DESCRIPTION_WIDTH, TEXT_LOOK], [];
    LABEL_STYLE = "LabelStyle", [DESCRIPTION_WIDTH, TEXT_LOOK, FONT], [];
    PROGRESS_STYLE = "ProgressStyle", [DESCRIPTION_WIDTH], [("bar_color", Rule::MaybeText, Start::Null)];
    SLIDER_STYLE = "SliderStyle", [DESCRIPTION_WIDTH], [("handle_color", Rule::MaybeText, Start::Null)];
    TEXT_STYLE = "TextStyle", [DESCRIPTION_WIDTH, TEXT_LOOK], [];
    TOGGLE_BUTTONS_STYLE = "ToggleButtonsStyle", [DESCRIPTION_WIDTH], [
        ("button_width", Rule::Text, Start::Text("")),
        ("font_weight", Rule::Text, Start::Text(""))
    ];
}

specs! {
    INT_SLIDER = "IntSlider", view: Some("IntSliderView"), style: Some(&SLIDER_STYLE),
    shared: [DOM, DESCRIBED, DISABLED, SLIDER, INT_LIMITS], own: [
        ("readout_format", Rule::Text, Start::Text("d")),
        ("step", Rule::Count, Start::Int(1)),
        ("value", Rule::Int, Start::Int(0)),
    ];
    FLOAT_SLIDER = "FloatSlider", view: Some("FloatSliderView"), style: Some(&SLIDER_STYLE),
    shared: [DOM, DESCRIBED, DISABLED, SLIDER, FLOAT_LIMITS], own: [
        ("readout_format", Rule::Text, Start::Text(".2f")),
        ("step", Rule::MaybePositive, Start::Float(0.1)),
        ("value", Rule::Float, Start::Float(0.0)),
    ];
    FLOAT_LOG_SLIDER = "FloatLogSlider", view: Some("FloatLogSliderView"), style: Some(&SLIDER_STYLE),
    shared: [DOM, DESCRIBED, DISABLED, SLIDER], own: [
        ("base", Rule::Positive, Start::Float(10.0)),
        ("max", Rule::Float, Start::Float(4.0)),
        ("min", Rule::Float, Start::Float(0.0)),
        ("readout_format", Rule::Text, Start::Text(".3g")),
        ("step", Rule::Positive, Start::Float(0.1)),
        ("value", Rule::Float, Start::Float(1.0)),
    ];
    INT_RANGE_SLIDER = "IntRangeSlider", view: Some("IntRangeSliderView"), style: Some(&SLIDER_STYLE),
    shared: [DOM, DESCRIBED, DISABLED, SLIDER, INT_LIMITS], own: [
        ("readout_format", Rule::Text, Start::Text("d")),
        ("step", Rule::Count, Start::Int(1)),
        ("value", Rule::IntPair, Start::Ints(25, 75)),
    ];
    FLOAT_RANGE_SLIDER = "FloatRangeSlider", view: Some("FloatRangeSliderView"), style: Some(&SLIDER_STYLE),
    shared: [DOM, DESCRIBED, DISABLED, SLIDER, FLOAT_LIMITS], own: [
        ("readout_format", Rule::Text, Start::Text(".2f")),
        ("step", Rule::MaybePositive, Start::Float(0.1)),
        ("value", Rule::FloatPair, Start::Floats(25.0, 75.0)),
    ];
    BOUNDED_INT_TEXT = "BoundedIntText", view: Some("IntTextView"), style: Some(&DESCRIPTION_STYLE),
    shared: [DOM, DESCRIBED, DISABLED, INT_LIMITS], own: [
        ("continuous_update", Rule::Bool, Start::Bool(false)),
        ("step", Rule::Count, Start::Int(1)),
        ("value", Rule::Int, Start::Int(0)),
    ];
    BOUNDED_FLOAT_TEXT = "BoundedFloatText", view: Some("FloatTextView"), style: Some(&DESCRIPTION_STYLE),
    shared: [DOM, DESCRIBED, DISABLED, FLOAT_LIMITS], own: [
        ("continuous_update", Rule::Bool, Start::Bool(false)),
        ("step", Rule::MaybePositive, Start::Null),
        ("value", Rule::Float, Start::Float(0.0)),
    ];
    TEXT = "Text", view: Some("TextView"), style: Some(&TEXT_STYLE),
    shared: [DOM, DESCRIBED, DISABLED, FIELD], own: [
        ("continuous_update", Rule::Bool, Start::Bool(true)),
    ];
    TEXTAREA = "Textarea", view: Some("TextareaView"), style: Some(&TEXT_STYLE),
    shared: [DOM, DESCRIBED, DISABLED, FIELD], own: [
        ("continuous_update", Rule::Bool, Start::Bool(true)),
        ("rows", Rule::MaybeCount, Start::Null),
    ];
    CHECKBOX = "Checkbox", view: Some("CheckboxView"), style: Some(&CHECKBOX_STYLE),
    shared: [DOM, DESCRIBED, DISABLED], own: [
        ("indent", Rule::Bool, Start::Bool(true)),
        ("value", Rule::Bool, Start::Bool(false)),
    ];
    TOGGLE_BUTTONS = "ToggleButtons", view: Some("ToggleButtonsView"), style: Some(&TOGGLE_BUTTONS_STYLE),
    shared: [DOM, DESCRIBED, DISABLED, OPTIONS], own: [
        ("button_style", BUTTON_LEVEL, Start::Text("")),
        ("icons", Rule::Texts, Start::Empty),
        ("index", Rule::Index, Start::Null),
        ("tooltips", Rule::Texts, Start::Empty),
    ];
    DROPDOWN = "Dropdown", view: Some("DropdownView"), style: Some(&DESCRIPTION_STYLE),
    shared: [DOM, DESCRIBED, DISABLED, OPTIONS], own: [
        ("index", Rule::Index, Start::Null),
    ];
    SELECT_MULTIPLE = "SelectMultiple", view: Some("SelectMultipleView"), style: Some(&DESCRIPTION_STYLE),
    shared: [DOM, DESCRIBED, DISABLED, OPTIONS], own: [
        ("index", Rule::Indices, Start::Empty),
        ("rows", Rule::Count, Start::Int(5)),
    ];
    BUTTON = "Button", view: Some("ButtonView"), style: Some(&BUTTON_STYLE),
    shared: [DOM, DISABLED], own: [
        ("button_style", BUTTON_LEVEL, Start::Text("")),
        ("description", Rule::Text, Start::Text("")),
        ("icon", Rule::Text, Start::Text("")),
        ("style", Rule::Reference, Start::Null),
    ];
    PLAY = "Play", view: Some("PlayView"), style: Some(&DESCRIPTION_STYLE),
    shared: [DOM, DESCRIBED, DISABLED, INT_LIMITS], own: [
        ("interval", Rule::Count, Start::Int(100)),
        ("playing", Rule::Bool, Start::Bool(false)),
        ("repeat", Rule::Bool, Start::Bool(false)),
        ("show_repeat", Rule::Bool, Start::Bool(true)),
        ("step", Rule::Count, Start::Int(1)),
        ("value", Rule::Int, Start::Int(0)),
    ];
    INT_PROGRESS = "IntProgress", view: Some("ProgressView"), style: Some(&PROGRESS_STYLE),
    shared: [DOM, DESCRIBED, INT_LIMITS, PROGRESS], own: [
        ("value", Rule::Int, Start::Int(0)),
    ];
    FLOAT_PROGRESS = "FloatProgress", view: Some("ProgressView"), style: Some(&PROGRESS_STYLE),
    shared: [DOM, DESCRIBED, FLOAT_LIMITS, PROGRESS], own: [
        ("value", Rule::Float, Start::Float(0.0)),
    ];
    LABEL = "Label", view: Some("LabelView"), style: Some(&LABEL_STYLE),
    shared: [DOM, DESCRIBED, FIELD], own: [];
    HTML = "HTML", view: Some("HTMLView"), style: Some(&HTML_STYLE),
    shared: [DOM, DESCRIBED, FIELD], own: [];
    HTML_MATH = "HTMLMath", view: Some("HTMLMathView"), style: Some(&HTML_MATH_STYLE),
    shared: [DOM, DESCRIBED, FIELD], own: [];
    HBOX = "HBox", view: Some("HBoxView"), style: None, shared: [DOM, BOX], own: [];
    VBOX = "VBox", view: Some("VBoxView"), style: None, shared: [DOM, BOX], own: [];
    GRID_BOX = "GridBox", view: Some("GridBoxView"), style: None, shared: [DOM, BOX], own: [];
    TAB = "Tab", view: Some("TabView"), style: None, shared: [DOM, BOX, PAGES], own: [];
    ACCORDION = "Accordion", view: Some("AccordionView"), style: None,
    shared: [DOM, BOX, PAGES], own: [];
    LINK = "Link", view: None, style: None, shared: [], own: [
        ("source", Rule::End, Start::Empty),
        ("target", Rule::End, Start::Empty),
    ];
    DIRECTIONAL_LINK = "DirectionalLink", view: None, style: None, shared: [], own: [
        ("source", Rule::End, Start::Empty),
        ("target", Rule::End, Start::Empty),
    ];
}

pub(crate) static OUTPUT_AREA: Spec = Spec {
    name: "Output",
    module: OUTPUT,
    view: Some("OutputView"),
    view_module: OUTPUT,
    shared: &[TRACKED, DOM],
    own: &[
        ("msg_id", Rule::Text, Start::Text("")),
        ("outputs", Rule::Objects, Start::Empty),
    ],
    style: None,
};

macro_rules! css {
    ($($name:literal)*) => { &[$(($name, Rule::MaybeText, Start::Null)),*] };
}

pub(crate) static LAYOUT: Spec = Spec {
    name: "Layout",
    module: BASE,
    view: Some("LayoutView"),
    view_module: BASE,
    shared: &[TRACKED],
    own: css! {
        "align_content" "align_items" "align_self" "border_bottom" "border_left" "border_right"
        "border_top" "bottom" "display" "flex" "flex_flow" "grid_area" "grid_auto_columns"
        "grid_auto_flow" "grid_auto_rows" "grid_column" "grid_gap" "grid_row"
        "grid_template_areas" "grid_template_columns" "grid_template_rows" "height"
        "justify_content" "justify_items" "left" "margin" "max_height" "max_width" "min_height"
        "min_width" "object_fit" "object_position" "order" "overflow" "padding" "right" "top"
        "visibility" "width"
    },
    style: None,
};

impl Spec {
    fn attributes(&self) -> impl Iterator<Item = &'static Attribute> {
        let own: &'static [Attribute] = self.own;
        self.shared.iter().copied().flatten().chain(own)
    }

    /// The module's version; the output area has its own.
    fn version(module: &str) -> &'static str {
        if module == OUTPUT { "1.0.0" } else { "2.0.0" }
    }

    /// The state of a new model, keys in alphabetical order.
    pub(crate) fn state(&self) -> Map<String, Value> {
        let mut state: Vec<(&str, Value)> = vec![
            ("_model_module", self.module.into()),
            ("_model_module_version", Self::version(self.module).into()),
            ("_model_name", format!("{}Model", self.name).into()),
            ("_view_module", self.view_module.into()),
            (
                "_view_module_version",
                Self::version(self.view_module).into(),
            ),
            ("_view_name", self.view.into()),
        ];
        state.extend(
            self.attributes()
                .map(|&(name, _, start)| (name, start.value())),
        );
        state.sort_by_key(|&(name, _)| name);
        state
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    pub(crate) fn rule(&self, attribute: &str) -> Option<Rule> {
        self.attributes()
            .find(|(name, ..)| *name == attribute)
            .map(|&(_, rule, _)| rule)
    }

    /// The attribute's name as a constant.
    pub(crate) fn key(&self, attribute: &str) -> Result<&'static str> {
        self.attributes()
            .map(|(name, ..)| *name)
            .find(|name| *name == attribute)
            .ok_or_else(|| self.unknown(attribute))
    }

    /// Whether a reader can see the model.
    pub(crate) fn has_view(&self) -> bool {
        self.rule("layout").is_some()
    }

    pub(crate) fn is_link(&self) -> bool {
        self.rule("source").is_some()
    }

    pub(crate) fn unknown(&self, attribute: &str) -> WidgetError {
        let mut known: Vec<&str> = self
            .attributes()
            .map(|(name, ..)| *name)
            .filter(|name| !name.starts_with('_'))
            .collect();
        known.sort_unstable();
        WidgetError::UnknownAttribute {
            model: self.name.to_owned(),
            attribute: attribute.to_owned(),
            known: known.join(", "),
        }
    }

    /// The value in its normal form, or why it cannot stand there.
    pub(crate) fn check(&self, attribute: &str, value: &Value) -> Result<Value> {
        let rule = self
            .rule(attribute)
            .ok_or_else(|| self.unknown(attribute))?;
        rule.normal(value).ok_or_else(|| WidgetError::WrongKind {
            model: self.name.to_owned(),
            attribute: attribute.to_owned(),
            value: shortened(&value.to_string()),
            expected: rule.expected(),
        })
    }

    /// Checks what attributes must be to each other, and puts values that miss a
    /// limit by rounding only onto it.
    pub(crate) fn settle(&self, state: &mut Map<String, Value>) -> Result<()> {
        let label = label(self, state);
        if self.rule("min").is_some() {
            settle_limits(self, &label, state)?;
        }
        if let Some(labels) = state.get("_options_labels").and_then(Value::as_array) {
            let count = labels.len() as u64;
            let index = &state["index"];
            let chosen = match index {
                Value::Array(chosen) => chosen.as_slice(),
                Value::Null => &[],
                one => std::slice::from_ref(one),
            };
            let outside = |index: &&Value| index.as_u64().is_none_or(|index| index >= count);
            if let Some(index) = chosen.iter().find(outside) {
                return Err(WidgetError::UnknownOption {
                    label,
                    value: format!("number {index}"),
                    options: format!("{count} options"),
                });
            }
        }
        if let Some(page) = state.get("selected_index").and_then(Value::as_u64) {
            let pages = state["children"].as_array().map_or(0, Vec::len);
            if page >= pages as u64 {
                let page = usize::try_from(page).unwrap_or(usize::MAX);
                return Err(WidgetError::NoSuchPage { page, pages });
            }
        }
        Ok(())
    }
}

/// The words by which a reader knows the widget.
pub(crate) fn label(spec: &Spec, state: &Map<String, Value>) -> String {
    match state.get("description").and_then(Value::as_str) {
        Some(text) if !text.is_empty() => text.to_owned(),
        _ => spec.name.to_owned(),
    }
}

fn settle_limits(spec: &Spec, label: &str, state: &mut Map<String, Value>) -> Result<()> {
    let number = |key: &str| state.get(key).and_then(Value::as_f64).unwrap_or_default();
    let (low, high) = match state.get("base").and_then(Value::as_f64) {
        Some(base) => (base.powf(number("min")), base.powf(number("max"))),
        None => (number("min"), number("max")),
    };
    let written = |value: f64| number_text(value);
    for (what, limit) in [("lower limit", low), ("upper limit", high)] {
        if !limit.is_finite() {
            return Err(WidgetError::NotFinite {
                label: label.to_owned(),
                what: what.to_owned(),
                value: written(limit),
            });
        }
    }
    // The exponents are compared as well: with a base below 1 the limits turn around.
    if low > high || number("min") > number("max") {
        return Err(WidgetError::Range {
            label: label.to_owned(),
            low: written(low),
            high: written(high),
        });
    }
    let whole = matches!(spec.rule("value"), Some(Rule::Int | Rule::IntPair));
    let settle_one = |value: &mut Value| {
        let given = value.as_f64().unwrap_or_default();
        let held = if whole {
            given
        } else {
            onto_limits(given, low, high)
        };
        if held < low || held > high {
            return Err(WidgetError::Outside {
                label: label.to_owned(),
                value: written(given),
                low: written(low),
                high: written(high),
            });
        }
        if held != given {
            *value = held.into();
        }
        Ok(())
    };
    match state.get_mut("value") {
        Some(Value::Array(pair)) => {
            pair.iter_mut().try_for_each(settle_one)?;
            let ends: Vec<f64> = pair.iter().filter_map(Value::as_f64).collect();
            if ends[0] > ends[1] {
                return Err(WidgetError::Range {
                    label: label.to_owned(),
                    low: written(ends[0]),
                    high: written(ends[1]),
                });
            }
            Ok(())
        }
        Some(value) => settle_one(value),
        None => Ok(()),
    }
}

/// A value beyond a limit by no more than rounding is the limit.
fn onto_limits(value: f64, low: f64, high: f64) -> f64 {
    let near = |limit: f64| (value - limit).abs() <= 1e-9 * limit.abs();
    if value < low && near(low) {
        low
    } else if value > high && near(high) {
        high
    } else {
        value
    }
}

/// A number as text, without an exponent for the usual sizes.
pub(crate) fn number_text(value: f64) -> String {
    if value != 0.0 && value.is_finite() && !(1e-6..1e15).contains(&value.abs()) {
        format!("{value:e}")
    } else {
        format!("{value}")
    }
}

pub(crate) fn shortened(text: &str) -> String {
    if text.chars().count() <= 60 {
        return text.to_owned();
    }
    text.chars().take(60).chain(['\u{2026}']).collect()
}

fn whole(value: &Value) -> Option<i64> {
    let number = value.as_i64().or_else(|| {
        let float = value.as_f64()?;
        (float.fract() == 0.0 && float.abs() <= SAFE as f64).then_some(float as i64)
    })?;
    (-SAFE..=SAFE).contains(&number).then_some(number)
}

fn float(value: &Value) -> Option<f64> {
    value.as_f64().filter(|value| value.is_finite())
}

fn reference(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.starts_with(REFERENCE))
}

fn pair(value: &Value) -> Option<[&Value; 2]> {
    match value.as_array()?.as_slice() {
        [low, high] => Some([low, high]),
        _ => None,
    }
}

fn all(value: &Value, test: impl Fn(&Value) -> bool) -> Option<Value> {
    value
        .as_array()
        .filter(|list| list.iter().all(test))
        .map(|_| value.clone())
}

impl Rule {
    fn normal(self, value: &Value) -> Option<Value> {
        let kept = |holds: bool| holds.then(|| value.clone());
        match self {
            Self::MaybeBool
            | Self::MaybeInt
            | Self::MaybeText
            | Self::MaybePositive
            | Self::MaybeCount
            | Self::Index
            | Self::Page
            | Self::Reference
                if value.is_null() =>
            {
                Some(Value::Null)
            }
            Self::Bool | Self::MaybeBool => kept(value.is_boolean()),
            Self::Int => whole(value).map(Value::from),
            Self::MaybeInt | Self::Index | Self::Page => {
                whole(value).filter(|&number| number >= 0).map(Value::from)
            }
            Self::Count | Self::MaybeCount => {
                whole(value).filter(|&number| number > 0).map(Value::from)
            }
            Self::Float => float(value).map(Value::from),
            Self::Positive | Self::MaybePositive => {
                float(value).filter(|&number| number > 0.0).map(Value::from)
            }
            Self::IntPair => {
                let [low, high] = pair(value)?;
                Some(json!([whole(low)?, whole(high)?]))
            }
            Self::FloatPair => {
                let [low, high] = pair(value)?;
                Some(json!([float(low)?, float(high)?]))
            }
            Self::Text | Self::MaybeText => kept(value.is_string()),
            Self::OneOf(words) => kept(value.as_str().is_some_and(|word| words.contains(&word))),
            Self::Texts | Self::Labels => all(value, Value::is_string),
            Self::Objects => all(value, Value::is_object),
            Self::Indices => {
                let list = value.as_array()?;
                let list: Option<Vec<i64>> = list
                    .iter()
                    .map(|item| whole(item).filter(|&item| item >= 0))
                    .collect();
                let mut list = list?;
                list.sort_unstable();
                list.dedup();
                Some(list.into())
            }
            Self::Reference => kept(reference(value)),
            Self::References => all(value, reference),
            Self::End => {
                let [model, attribute] = pair(value)?;
                kept(reference(model) && attribute.is_string())
            }
        }
    }

    /// Whether only the kernel may change it.
    pub(crate) fn is_kernels(self) -> bool {
        matches!(
            self,
            Self::Reference | Self::References | Self::End | Self::Labels
        )
    }

    fn expected(self) -> String {
        match self {
            Self::Bool | Self::MaybeBool => "true or false".to_owned(),
            Self::Int => "a whole number".to_owned(),
            Self::MaybeInt | Self::Index | Self::Page => {
                "a whole number from 0, or null".to_owned()
            }
            Self::Count | Self::MaybeCount => "a whole number above 0".to_owned(),
            Self::Float => "a finite number".to_owned(),
            Self::Positive | Self::MaybePositive => "a number above 0".to_owned(),
            Self::IntPair => "two whole numbers".to_owned(),
            Self::FloatPair => "two finite numbers".to_owned(),
            Self::Text | Self::MaybeText => "text".to_owned(),
            Self::OneOf(words) => format!(
                "one of {}",
                words
                    .iter()
                    .map(|word| format!("`{word}`"))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            Self::Texts | Self::Labels => "a list of texts".to_owned(),
            Self::Objects => "a list of objects".to_owned(),
            Self::Indices => "a list of whole numbers from 0".to_owned(),
            Self::Reference => "a model".to_owned(),
            Self::References => "a list of models".to_owned(),
            Self::End => "a model and the name of an attribute".to_owned(),
        }
    }
}
