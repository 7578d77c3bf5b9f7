//! The live calculator: what a reader does, and what the page hears.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lightcone_formula_macros::calculator;
use lightcone_sheets::Worksheet;
use lightcone_units::{DataRate, DataSize, Time};
use lightcone_widgets::{CommMessage, Handle, Outgoing, Panel, PlotOf, Registry, VBox};
use serde_json::{Value, json};

calculator! {
    /// How long a copy takes, with its quirks.
    ///
    /// # Examples
    /// ```
    /// ```
    pub fn copy(
        rate: DataRate in mbit_per_s, "X", "rate of the line",
            above 0 "a line without a rate never ends", default 300, range 1..=100_000 log;
        rtt: Time in ms, "RTT", "round-trip time",
            at_least 0 "time runs forwards", default 80, range 0.1..=500;
        streams: u64, "n", "streams side by side",
            at_least 1 "nothing would be sent", default 4, range 1..=64;
        sealed: bool, "s", "sealed", choice, default "yes";
        parts: [DataSize] in mb, "S_i", "parts",
            at_least 0 "a size cannot be negative", default [100, 250], range 0..=1_000;
    ) {
        size: DataSize in mb, "S", "all parts" = sum(parts);
        each: DataRate in mbit_per_s, "X_1", "rate of one stream" = rate / streams;
        /// Handshakes come on top.
        result time: Time in seconds, "T", "time of the copy"
            = size * 8 / rate + (if sealed == 1 { 3 } else { 2 }) * rtt;
        result pace: f64, "k", "round trips in that time" = {
            require(rtt > 0, rtt, "above 0", "nothing can be counted in no time");
            time / rtt
        };
        result judgement: one_of "fast", "slow", "in a word" = if time > 10 { 1 } else { 0 };
    }
    id: "C901"; name: "Copy <test>"; path: "calc::copy";
    assumes: "The line is idle."; fails: "With loss."; source: "own"; episode: 1;
    plot: rtt => time;
}

/// A page: it finds widgets by their words and says what a front end says.
struct Page {
    registry: Registry,
    panel: Panel,
}

fn open(plot: Option<PlotOf>) -> Page {
    let registry = Registry::new();
    let panel = registry.within(|| Panel::new(copy(), plot)).unwrap();
    panel.view();
    let _ = registry.take_sent();
    Page { registry, panel }
}

impl Page {
    fn find(&self, test: impl Fn(&str, &Value) -> bool) -> String {
        let states = self.registry.states();
        let found: Vec<_> = states
            .iter()
            .filter(|(_, state)| {
                let name = state["_model_name"].as_str().unwrap();
                test(name, &Value::Object((*state).clone()))
            })
            .collect();
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].0.clone()
    }

    fn slider(&self, label: &str) -> String {
        self.find(|name, state| {
            name.contains("Slider") && name.ends_with("Model") && state["description"] == label
        })
    }

    /// The field beside a slider.
    fn exact(&self, label: &str) -> String {
        self.find(|name, state| name == "TextModel" && state["tooltip"] == label)
    }

    fn described(&self, label: &str) -> String {
        self.find(|_, state| state["description"] == label)
    }

    fn html(&self, part: &str) -> String {
        self.find(|name, state| {
            name == "HTMLModel" && state["value"].as_str().unwrap().contains(part)
        })
    }

    fn value(&self, id: &str) -> Value {
        self.registry.state(id).unwrap()["value"].clone()
    }

    fn set(&self, id: &str, key: &str, value: Value) -> Vec<Outgoing> {
        self.registry.incoming(message(id, key, value))
    }

    fn click(&self, label: &str) -> Vec<Outgoing> {
        let click = json!({"method": "custom", "content": {"event": "click"}});
        self.registry
            .incoming(CommMessage::message(self.described(label), click))
    }

    fn text(&self, line: &str) -> String {
        self.panel.worksheet().compute().text(line).unwrap()
    }
}

fn message(id: &str, key: &str, value: Value) -> CommMessage {
    CommMessage::message(
        id,
        json!({"method": "update", "state": {key: value}, "buffer_paths": []}),
    )
}

/// Who hears what, without the echo.
fn updated(messages: &[Outgoing]) -> Vec<&str> {
    let updates = messages
        .iter()
        .filter(|message| message.method() == Some("update"));
    updates.map(|message| message.comm_id.as_str()).collect()
}

#[test]
fn each_input_has_the_widget_that_fits() {
    let page = open(None);
    let name = |id: String| page.registry.state(&id).unwrap()["_model_name"].clone();
    assert_eq!(name(page.slider("rate of the line")), "FloatLogSliderModel");
    assert_eq!(name(page.slider("round-trip time")), "FloatSliderModel");
    assert_eq!(name(page.slider("streams side by side")), "IntSliderModel");
    assert_eq!(name(page.described("sealed")), "CheckboxModel");
    assert_eq!(name(page.described("parts")), "TextModel");
    assert_eq!(page.value(&page.exact("rate of the line")), "300 Mbit/s");
    assert_eq!(page.value(&page.exact("round-trip time")), "80 ms");
    assert_eq!(page.value(&page.described("parts")), "100 MB, 250 MB");
    // The exact field beside a slider has the slider's words as its title.
    let state = page.registry.state(&page.exact("round-trip time")).unwrap();
    assert_eq!(state["description"], "");
}

#[test]
fn a_slider_moves_the_number_the_lines_and_nothing_else() {
    let page = open(None);
    let said = page.set(&page.slider("round-trip time"), "value", json!(100.0));
    assert_eq!(page.value(&page.exact("round-trip time")), "100 ms");
    assert_eq!(
        updated(&said),
        [page.exact("round-trip time"), page.html("<table")]
    );
    assert_eq!(said[0].method(), Some("echo_update"));
    assert_eq!(page.panel.code(), "calc::copy().rtt(100.ms())");
    assert_eq!(page.text("time"), "9.63 s");
    // The log slider gives round values.
    page.set(
        &page.slider("rate of the line"),
        "value",
        json!(794.328_234_724_281_5),
    );
    assert_eq!(page.value(&page.exact("rate of the line")), "794 Mbit/s");
}

#[test]
fn what_a_front_end_rounds_by_itself_changes_nothing() {
    let page = open(None);
    for text in ["81.7 ms", "0.1 ms", "499.99 ms", "2 h"] {
        page.set(&page.exact("round-trip time"), "value", json!(text));
        let before = page.panel.worksheet();
        let slider = page.slider("round-trip time");
        let place = page.value(&slider).as_f64().unwrap();
        // The page puts it there again, with a little noise.
        let said = page.set(&slider, "value", json!(place * (1.0 + 1e-12)));
        assert!(updated(&said).is_empty(), "{text}: {said:?}");
        assert_eq!(page.panel.worksheet(), before);
    }
    for text in [
        "123.456 Mbit/s",
        "1 Mbit/s",
        "0.5 bit/s",
        "100 Gbit/s",
        "7 Tbit/s",
    ] {
        page.set(&page.exact("rate of the line"), "value", json!(text));
        let before = page.panel.worksheet();
        let slider = page.slider("rate of the line");
        let place = page.value(&slider).as_f64().unwrap();
        let said = page.set(&slider, "value", json!(place * (1.0 - 1e-12)));
        assert!(updated(&said).is_empty(), "{text}: {said:?}");
        assert_eq!(page.panel.worksheet(), before);
    }
}

#[test]
fn exact_values_are_typed_with_units() {
    let page = open(None);
    let exact = page.exact("round-trip time");
    page.set(&exact, "value", json!(" 0.0817 s"));
    assert_eq!(page.value(&exact), "81.7 ms");
    assert_eq!(page.panel.code(), "calc::copy().rtt(81.7.ms())");
    // The slider goes to the nearest place: steps of 5 ms.
    let place = page.value(&page.slider("round-trip time"));
    assert!((place.as_f64().unwrap() - 81.7).abs() < 2.5, "{place}");
    // A number alone is in the sheet's unit.
    page.set(&exact, "value", json!("90"));
    assert_eq!(page.value(&exact), "90 ms");
    page.set(
        &page.described("parts"),
        "value",
        json!("1 GB, 20 MB, 5 MB"),
    );
    assert_eq!(
        page.value(&page.described("parts")),
        "1,000 MB, 20 MB, 5 MB"
    );
    assert_eq!(page.text("size"), "1.02 GB");
    page.set(&page.described("sealed"), "value", json!(false));
    assert!(
        page.panel
            .code()
            .ends_with(".sealed(false).parts(&[1_000.mb(), 20.mb(), 5.mb()])")
    );
}

#[test]
fn what_cannot_be_read_is_explained_and_spoils_nothing() {
    let page = open(None);
    let exact = page.exact("round-trip time");
    let before = page.panel.worksheet();
    let said = page.set(&exact, "value", json!("80 parsecs"));
    assert_eq!(
        page.value(&exact),
        "80 parsecs",
        "the reader can correct it"
    );
    assert_eq!(page.panel.worksheet(), before);
    let note = page.html("role=\"alert\"");
    assert_eq!(updated(&said), [note.as_str()]);
    let text = page.value(&note);
    assert!(
        text.as_str().unwrap().contains("`rtt` is `80 parsecs`"),
        "{text}"
    );
    // Another input does not hide it.
    page.set(&page.slider("streams side by side"), "value", json!(5));
    assert_eq!(page.html("role=\"alert\""), note);
    assert_eq!(page.value(&exact), "80 parsecs");
    // The slider does.
    page.set(&page.slider("round-trip time"), "value", json!(100.0));
    assert_eq!(page.value(&exact), "100 ms");
    assert_eq!(page.value(&note), "");
}

#[test]
fn a_line_without_an_answer_says_why_and_the_others_stay() {
    let page = open(None);
    page.set(&page.exact("round-trip time"), "value", json!("0 ms"));
    let table = page.value(&page.html("<table"));
    let table = table.as_str().unwrap();
    assert!(
        table.contains("<td class=\"lightcone-value\">no answer</td><td>`rtt` is "),
        "{table}"
    );
    assert!(table.contains("<th scope=\"row\">time of the copy</th><td class=\"lightcone-value\">9.33 s</td><td>Handshakes come on top.</td>"), "{table}");
    // A value that no line can have is named beside its input.
    page.set(&page.exact("rate of the line"), "value", json!("0 bit/s"));
    let note = page.value(&page.html("role=\"alert\""));
    assert!(
        note.as_str()
            .unwrap()
            .contains("a line without a rate never ends"),
        "{note}"
    );
}

#[test]
fn a_drag_is_computed_once_and_the_last_place_wins() {
    let drawn = Arc::new(AtomicUsize::new(0));
    let count = drawn.clone();
    let page = open(Some(Arc::new(move |worksheet: &Worksheet| {
        count.fetch_add(1, Ordering::Relaxed);
        let rtt = worksheet.value("rtt")?[0];
        Some(format!("<svg><title>time at {rtt} s</title></svg>"))
    })));
    let before = drawn.load(Ordering::Relaxed);
    let slider = page.slider("round-trip time");
    let other = page.slider("streams side by side");
    let mut drag: Vec<_> = (1..=60)
        .map(|step| message(&slider, "value", json!(f64::from(step) * 5.0)))
        .collect();
    drag.insert(30, message(&other, "value", json!(8)));
    let said = page.registry.incoming_batch(drag);
    assert_eq!(drawn.load(Ordering::Relaxed), before + 1);
    let mut heard = updated(&said);
    assert_eq!(
        heard.len(),
        4,
        "two numbers, the table, the figure: {heard:?}"
    );
    heard.dedup();
    assert_eq!(heard.len(), 4);
    assert_eq!(said.len(), 6, "and two echoes");
    let figure = page.value(&page.html("<svg"));
    assert_eq!(figure, "<svg><title>time at 0.3 s</title></svg>");
    assert_eq!(page.panel.code(), "calc::copy().rtt(300.ms()).streams(8)");
}

#[test]
fn reset_and_code_are_buttons() {
    let page = open(None);
    page.set(&page.slider("round-trip time"), "value", json!(100.0));
    page.set(&page.described("sealed"), "value", json!(false));
    page.click("Copy as code");
    let code = page.described("code");
    assert_eq!(
        page.value(&code),
        "calc::copy().rtt(100.ms()).sealed(false)"
    );
    page.click("Reset");
    assert_eq!(page.panel.worksheet(), copy().into());
    assert_eq!(page.value(&page.slider("round-trip time")), 80.0);
    assert_eq!(page.value(&page.described("sealed")), true);
    assert_eq!(page.value(&code), "calc::copy()");
    assert!(page.click("Reset").is_empty());
}

#[test]
fn cells_can_set_it_and_hear_of_it() {
    let page = open(None);
    let heard = Arc::new(AtomicUsize::new(0));
    let count = heard.clone();
    page.panel.observe(move |worksheet| {
        let rtt = worksheet.value("rtt").unwrap()[0];
        count.store((rtt * 1e6).round() as usize, Ordering::Relaxed);
    });
    page.panel.set_text("rtt", "0.2 s").unwrap();
    assert_eq!(heard.load(Ordering::Relaxed), 200_000);
    assert_eq!(page.value(&page.exact("round-trip time")), "200 ms");
    page.set(&page.exact("round-trip time"), "value", json!("50 ms"));
    assert_eq!(heard.load(Ordering::Relaxed), 50_000);
    page.panel.set("streams", &[7.0]).unwrap();
    assert_eq!(page.value(&page.slider("streams side by side")), 7);
    assert!(page.panel.set_text("rrt", "0.2 s").is_err());
    assert!(page.panel.set("streams", &[]).is_err());
    page.panel.reset();
    assert_eq!(page.panel.code(), "calc::copy()");
}

#[test]
fn without_a_kernel_it_is_text_and_a_figure() {
    let page = open(Some(Arc::new(|_: &Worksheet| {
        Some("<svg><title>the time grows</title></svg>".to_owned())
    })));
    page.set(&page.exact("round-trip time"), "value", json!("81.7 ms"));
    let snapshot = page.panel.snapshot().unwrap();
    assert_eq!(
        snapshot.text,
        "Copy <test> C901\n\
         How long a copy takes, with its quirks.\n\
         rate of the line: 300 Mbit/s\n\
         round-trip time: 81.7 ms\n\
         streams side by side: 4\n\
         sealed: yes\n\
         parts: 100 MB, 250 MB\n\
         Results\n\
         Line: Value, Note\n\
         all parts: 350 MB\n\
         rate of one stream: 75 Mbit/s\n\
         time of the copy: 9.58 s, Handshakes come on top.\n\
         round trips in that time: 117\n\
         in a word: fast\n\
         the time grows\n\
         Assumptions and source\n\
         Assumes: The line is idle.\n\
         Fails: With loss.\n\
         Source: own"
    );
    assert!(
        snapshot
            .html
            .contains("<dt>round-trip time</dt><dd>81.7 ms</dd>")
    );
    assert!(
        snapshot
            .html
            .contains("<svg><title>the time grows</title></svg>")
    );
    for forbidden in ["<script", "http:", "https:", "//cdn"] {
        assert!(!snapshot.html.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn two_panels_are_apart_and_fit_into_boxes() {
    let registry = Registry::new();
    registry.within(|| {
        let (a, b) = (
            Panel::new(copy(), None).unwrap(),
            Panel::new(copy(), None).unwrap(),
        );
        let both = VBox::new((&a, &b)).unwrap();
        both.view();
        a.set_text("rtt", "1 s").unwrap();
        assert_eq!(b.code(), "calc::copy()");
        let any: Handle = b.into();
        any.close();
        drop((a, any));
        both.close();
        assert!(registry.is_empty(), "{registry:?}");
    });
}

#[test]
fn a_panel_that_nobody_keeps_vanishes() {
    let registry = Registry::new();
    drop(registry.within(|| Panel::new(copy(), None)).unwrap());
    assert!(registry.is_empty());
}

#[test]
fn a_plot_that_panics_is_a_sentence() {
    let page = open(Some(Arc::new(|_: &Worksheet| panic!("no ink <left>"))));
    let figure = page.value(&page.html("There is no plot"));
    assert_eq!(figure, "<p>There is no plot: no ink &lt;left&gt;</p>");
}

#[test]
fn each_change_sends_what_changed_and_no_more() {
    let page = open(None);
    let slider = page.slider("round-trip time");
    for step in 0..200 {
        let value = json!(f64::from(step % 90) * 5.0 + 5.0);
        let said = page.set(&slider, "value", value);
        assert_eq!(said.len(), 3, "{step} {said:?}");
    }
}
