//! Every calculator as a live one.

use lightcone_calculators::CALCULATORS;
use lightcone_sheets::{Role, Worksheet};
use lightcone_widgets::{CommMessage, Panel, Registry};
use serde_json::{Value, json};

/// Both ends of a slider and the middle.
fn places(state: &serde_json::Map<String, Value>) -> Option<[Value; 3]> {
    let name = state["_model_name"].as_str()?;
    let (low, high) = (state.get("min")?.as_f64()?, state.get("max")?.as_f64()?);
    let middle = (low + high) / 2.0;
    let all = match name {
        "IntSliderModel" => [low, high, middle.round()].map(|place| json!(place as i64)),
        "FloatSliderModel" => [low, high, middle].map(Value::from),
        "FloatLogSliderModel" => [low, high, middle].map(|place| 10_f64.powf(place).into()),
        _ => return None,
    };
    Some(all)
}

#[test]
fn every_calculator_follows_its_sliders_and_comes_back() {
    for sheet in CALCULATORS {
        let id = sheet.id;
        let registry = Registry::new();
        let worksheet = Worksheet::new(sheet);
        let panel = registry
            .within(|| Panel::new(worksheet.clone(), None))
            .unwrap();
        panel.view();
        assert!(registry.take_sent().len() > 20, "{id}");
        let first = panel.snapshot().unwrap();
        for line in sheet.lines.iter().filter(|line| line.role != Role::Step) {
            assert!(
                first.text.contains(line.symbol.name),
                "{id} shows {}",
                line.name
            );
        }
        for (model, state) in registry.states() {
            for place in places(&state).into_iter().flatten() {
                let moved = json!({"method": "update", "state": {"value": place}});
                registry.incoming(CommMessage::message(&*model, moved));
                // What the page shows is what the worksheet says.
                let shown = panel.snapshot().unwrap();
                assert!(!shown.text.contains("NaN"), "{id}: {}", shown.text);
                let computed = panel.worksheet().compute();
                for line in sheet.lines {
                    let text = computed.text(line.name).unwrap_or("no answer".to_owned());
                    let said = format!("{}: {text}", line.symbol.name);
                    assert!(
                        shown.text.contains(said.trim_end()),
                        "{id} says {said:?}:\n{}",
                        shown.text
                    );
                }
            }
        }
        panel.reset();
        assert_eq!(panel.worksheet(), worksheet, "{id}");
        assert_eq!(panel.snapshot().unwrap(), first, "{id}");
        assert!(registry.take_problems().is_empty(), "{id}");
    }
}
