//! The models and messages against those of ipywidgets 8 itself, as the scripts in
//! `fixtures` wrote them down.

use std::collections::BTreeMap;

use lightcone_widgets::{
    Accordion, BoundedFloatText, BoundedIntText, Button, Checkbox, CommMessage, Dropdown,
    FloatLogSlider, FloatProgress, FloatRangeSlider, FloatSlider, GridBox, HBox, Handle, Html,
    HtmlMath, IntProgress, IntRangeSlider, IntSlider, Label, Outgoing, Output, PROTOCOL_VERSION,
    Play, Registry, Result, SelectMultiple, Tab, Text, Textarea, ToggleButtons, VBox, dlink, link,
};
use serde_json::{Map, Value, json};

fn fixture(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn models() -> Value {
    fixture(include_str!("fixtures/models.json"))
}

/// One widget of each kind, with the values that ipywidgets begins with.
fn one_of_each() -> Result<Vec<Handle>> {
    let none: [Label; 0] = [];
    let mut all: Vec<Handle> = vec![
        IntSlider::new("", 0..=100, 0)?.into(),
        FloatSlider::new("", 0.0..=100.0, 0.0)?.into(),
        FloatLogSlider::new("", 1.0..=1e4, 1.0)?.into(),
        IntRangeSlider::new("", 0..=100, 25..=75)?.into(),
        FloatRangeSlider::new("", 0.0..=100.0, 25.0..=75.0)?.into(),
        BoundedIntText::new("", 0..=100, 0)?.into(),
        BoundedFloatText::new("", 0.0..=100.0, 0.0)?.into(),
        Text::new("", "").into(),
        Textarea::new("", "").into(),
        Checkbox::new("", false).into(),
        Button::new("").into(),
        Play::new("", 0..=100, 0)?.into(),
        IntProgress::new("", 0..=100, 0)?.into(),
        FloatProgress::new("", 0.0..=100.0, 0.0)?.into(),
        Label::new("").into(),
        Html::new("").into(),
        HtmlMath::new("").into(),
        Output::new().into(),
        HBox::new(none.clone())?.into(),
        VBox::new(none.clone())?.into(),
        GridBox::new(none)?.into(),
        Tab::new().into(),
        Accordion::new().into(),
    ];
    // A choice without options is refused here; the options are taken away below.
    all.push(ToggleButtons::new("", ["x"], "x")?.into());
    all.push(Dropdown::new("", ["x"], "x")?.into());
    all.push(SelectMultiple::new("", ["x"], [])?.into());
    Ok(all)
}

#[test]
fn every_model_has_exactly_the_keys_and_defaults_of_ipywidgets() {
    let registry = Registry::new();
    let expected = models();
    let expected = expected["models"].as_object().unwrap();
    let mut seen: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    registry.within(|| {
        let widgets = one_of_each().unwrap();
        let ends = (
            IntSlider::new("", 0..=100, 0).unwrap(),
            IntSlider::new("", 0..=100, 0).unwrap(),
        );
        let links = [
            link((&ends.0, "value"), (&ends.1, "value")).unwrap(),
            dlink((&ends.0, "value"), (&ends.1, "value")).unwrap(),
        ];
        let all = registry.states();
        let name = |id: &str| all[id]["_model_name"].as_str().unwrap().to_owned();
        for state in all.values() {
            let mut plain: Value = Value::Object(state.clone());
            rename(&mut plain, &name);
            let Value::Object(mut plain) = plain else {
                unreachable!()
            };
            if plain.contains_key("_options_labels") {
                plain["_options_labels"] = json!([]);
                if plain["index"] == 0 {
                    plain["index"] = Value::Null;
                }
            }
            seen.insert(plain["_model_name"].as_str().unwrap().to_owned(), plain);
        }
        drop((widgets, links));
    });
    for (name, state) in expected {
        let ours = seen
            .get(name)
            .unwrap_or_else(|| panic!("{name} is missing"));
        let ours: BTreeMap<_, _> = ours.iter().collect();
        let theirs: BTreeMap<_, _> = state.as_object().unwrap().iter().collect();
        assert_eq!(ours, theirs, "{name}");
    }
    assert_eq!(seen.len(), expected.len());
}

/// Puts the model's name in the place of its identifier.
fn rename(value: &mut Value, name: &dyn Fn(&str) -> String) {
    match value {
        Value::String(text) => {
            if let Some(id) = text.strip_prefix("IPY_MODEL_") {
                *text = format!("IPY_MODEL_{}", name(id));
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|item| rename(item, name)),
        Value::Object(map) => map.values_mut().for_each(|item| rename(item, name)),
        _ => {}
    }
}

#[test]
fn the_protocol_version_is_that_of_ipywidgets() {
    let fixture = models();
    assert_eq!(fixture["protocol"], PROTOCOL_VERSION);
    assert_eq!(fixture["control_protocol"], "1.0.0");
}

/// Writes messages down as `fixtures/record.py` does.
#[derive(Default)]
struct Notes(Vec<String>);

impl Notes {
    fn write(&mut self, messages: Vec<Outgoing>) -> Value {
        for message in &messages {
            if message.action.message_type() == "comm_open" {
                self.0.push(message.comm_id.clone());
            }
        }
        let written = messages.into_iter().map(|message| {
            let mut written = json!({
                "type": message.action.message_type(),
                "comm": message.comm_id,
                "data": message.data,
                "metadata": message.metadata,
            });
            if let Some(target) = message.target_name {
                written["target"] = target.into();
            }
            written
        });
        let mut text = Value::from_iter(written).to_string();
        for (place, id) in self.0.iter().enumerate() {
            text = text.replace(id, &format!("m{}", place + 1));
        }
        fixture(&text)
    }
}

fn update(id: &str, state: Value) -> CommMessage {
    CommMessage::message(
        id,
        json!({"method": "update", "state": state, "buffer_paths": []}),
    )
}

fn scene(name: &str) -> Value {
    fixture(include_str!("fixtures/sequences.json"))["scenes"][name].clone()
}

#[test]
fn a_slider_says_what_that_of_ipywidgets_says() {
    let theirs = scene("slider");
    let registry = Registry::new();
    let mut notes = Notes::default();
    let slider = registry
        .within(|| IntSlider::new("nodes", 1..=9, 3))
        .unwrap();
    let mut expect = |step: &str| {
        let said = notes.write(registry.take_sent());
        assert_eq!(said, theirs[step], "{step}");
    };
    slider.view();
    expect("opens");
    let moved = |value: i64| registry.incoming(update(slider.model_id(), json!({"value": value})));
    let mut own = Notes(vec!["-".into(), "-".into(), slider.model_id().to_owned()]);
    assert_eq!(own.write(moved(7)), theirs["the reader moves it"]);
    assert_eq!(
        own.write(moved(7)),
        theirs["the reader moves it to where it is"]
    );
    slider.set_value(5).unwrap();
    expect("a cell moves it");
    slider.set_value(5).unwrap();
    expect("a cell moves it to where it is");
    let asked = CommMessage::message(slider.model_id(), json!({"method": "request_state"}));
    let answer = registry.incoming(asked);
    assert_eq!(answer.len(), 1);
    assert_eq!(
        answer[0].data["state"]["value"],
        theirs["the state is asked for"][0]["data"]["state"]["value"]
    );
    assert_eq!(answer[0].data["method"], "update");
    slider.close();
    let closed = notes.write(registry.take_sent());
    assert_eq!(closed[0], theirs["closes"][0]);
    // Layout and style go as well, which ipywidgets leaves to the page.
    assert_eq!(closed.as_array().unwrap().len(), 3);
    assert!(registry.is_empty());
}

#[test]
fn the_echo_comes_before_what_a_callback_does() {
    let theirs = scene("callback");
    let registry = Registry::new();
    let mut notes = Notes::default();
    registry.within(|| {
        let slider = IntSlider::new("nodes", 1..=9, 3).unwrap();
        let label = Label::new("2 of 3");
        slider.view();
        label.view();
        notes.write(registry.take_sent());
        let shown = label.clone();
        slider.observe(move |n| shown.set_value(format!("{} of {n}", n / 2 + 1)));
        let said = registry.incoming(update(slider.model_id(), json!({"value": 5})));
        assert_eq!(notes.write(said), theirs["the reader moves it"]);
    });
}

#[test]
fn boxes_and_choices_say_what_those_of_ipywidgets_say() {
    let registry = Registry::new();
    registry.within(|| {
        let mut notes = Notes::default();
        let (a, b) = (Button::new("a"), Button::new("b"));
        a.view();
        b.view();
        let row = HBox::new([&a]).unwrap();
        row.view();
        notes.write(registry.take_sent());
        row.set_children([&a, &b]).unwrap();
        let said = notes.write(registry.take_sent());
        assert_eq!(said, scene("box")["a child comes"]);

        let mut notes = Notes::default();
        let region = Dropdown::new("region", ["Dublin", "Oregon"], "Dublin").unwrap();
        region.view();
        notes.write(registry.take_sent());
        let said = registry.incoming(update(region.model_id(), json!({"index": 1})));
        assert_eq!(notes.write(said), scene("dropdown")["the reader chooses"]);
        assert_eq!(region.value(), "Oregon");
    });
}

#[test]
fn a_reloaded_page_gets_what_ipywidgets_would_give() {
    let registry = Registry::new();
    let mut notes = Notes::default();
    let slider = registry
        .within(|| IntSlider::new("nodes", 1..=9, 3))
        .unwrap();
    slider.view();
    notes.write(registry.take_sent());
    let opened = CommMessage::open("control", "jupyter.widget.control", "1.0.0", json!({}));
    assert!(registry.incoming(opened).is_empty());
    let asked = CommMessage::message("control", json!({"method": "request_states"}));
    let said = notes.write(registry.incoming(asked));
    let theirs = scene("control")["the page asks for all"].clone();
    assert_eq!(said, theirs);
}
