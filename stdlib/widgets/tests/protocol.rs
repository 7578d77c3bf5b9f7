//! Conversations with a front end: several views, reloads, bursts, threads.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use lightcone_widgets::{
    Accordion, Button, Checkbox, CommMessage, Dropdown, FloatLogSlider, FloatSlider, HBox, Handle,
    Html, IntRangeSlider, IntSlider, Label, Outgoing, Outlet, Output, Play, Registry,
    SelectMultiple, Tab, Text, VBox, VIEW_MIME, WidgetError, choice, dlink, flag, float, int,
    interact, interact_local, link, log, text,
};
use serde_json::{Value, json};

fn update(widget: &Handle, state: Value) -> CommMessage {
    CommMessage::message(
        widget.model_id(),
        json!({"method": "update", "state": state, "buffer_paths": []}),
    )
}

fn custom(widget: &Handle, content: Value) -> CommMessage {
    CommMessage::message(
        widget.model_id(),
        json!({"method": "custom", "content": content}),
    )
}

/// What was said, without identifiers: `update {"value":3}`.
fn brief(messages: &[Outgoing]) -> Vec<String> {
    let word = |message: &Outgoing| match message.method() {
        Some(method) => format!("{method} {}", message.data["state"]),
        None => message.action.message_type().to_owned(),
    };
    messages.iter().map(word).collect()
}

fn in_own<T>(run: impl FnOnce(&Registry) -> T) -> T {
    let registry = Registry::new();
    let inside = registry.clone();
    registry.within(move || run(&inside))
}

#[test]
fn a_second_view_needs_no_second_opening() {
    in_own(|registry| {
        let nodes = IntSlider::new("nodes", 1..=9, 3).unwrap();
        let first = nodes.view().unwrap();
        assert_eq!(registry.take_sent().len(), 3);
        let second = nodes.view().unwrap();
        assert!(registry.take_sent().is_empty());
        assert_eq!(first[VIEW_MIME], second[VIEW_MIME]);
        // The other view hears of the change by the echo, before anything else.
        let said = registry.incoming(update(&nodes, json!({"value": 4})));
        assert_eq!(brief(&said), [r#"echo_update {"value":4}"#]);
        registry.set_echo(false);
        assert!(
            registry
                .incoming(update(&nodes, json!({"value": 5})))
                .is_empty()
        );
        assert_eq!(nodes.value(), 5);
    });
}

#[test]
fn what_a_widget_cannot_be_is_refused_and_told() {
    in_own(|registry| {
        let nodes = IntSlider::new("nodes", 1..=9, 3).unwrap();
        let box_ = HBox::new([&nodes]).unwrap();
        let region = Dropdown::new("region", ["Dublin", "Oregon"], "Dublin").unwrap();
        let rate = FloatLogSlider::new("rate", 1.0..=1e6, 10.0).unwrap();
        let calls = Arc::new(AtomicUsize::new(0));
        let count = calls.clone();
        nodes.observe(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
        });
        for value in [
            json!(10),
            json!(0),
            json!(2.5),
            json!("3"),
            json!(null),
            json!([1, 2]),
            json!(1e300),
        ] {
            let said = registry.incoming(update(&nodes, json!({"value": value})));
            assert_eq!(
                brief(&said),
                [r#"echo_update {"value":3}"#, r#"update {"value":3}"#],
                "{value}"
            );
        }
        assert_eq!(calls.load(Ordering::Relaxed), 0);
        for (widget, state) in [
            (&*box_, json!({"children": []})),
            (&*box_, json!({"layout": "IPY_MODEL_x"})),
            (&*region, json!({"index": 2})),
            (&*region, json!({"_options_labels": ["Atlantis"]})),
            (&*nodes, json!({"_model_name": "EvilModel"})),
            (&*nodes, json!({"max": 2})),
            (&*rate, json!({"value": 2e6})),
        ] {
            let key = state.as_object().unwrap().keys().next().unwrap().clone();
            let before = widget.attribute(&key);
            let said = registry.incoming(update(widget, state.clone()));
            assert_eq!(said.len(), 2, "{state}");
            assert_eq!(widget.attribute(&key), before, "{state}");
            assert_eq!(Some(&said[1].data["state"][&key]), before.as_ref());
        }
        // An attribute of a newer front end is no reason to complain.
        assert!(
            registry
                .incoming(update(&nodes, json!({"later": 1})))
                .is_empty()
        );
        // The good part of a message counts.
        registry.incoming(update(
            &nodes,
            json!({"value": 99, "description": "servers"}),
        ));
        assert_eq!((nodes.value(), nodes.label().as_str()), (3, "servers"));
        // A value that misses its limit by rounding only is the limit.
        registry.incoming(update(&rate, json!({"value": 1_000_000.000_000_1})));
        assert_eq!(rate.value(), 1e6);
    });
}

#[test]
#[expect(clippy::reversed_empty_ranges, reason = "that is the mistake")]
fn wrong_widgets_are_not_made() {
    in_own(|registry| {
        let said = |error: WidgetError| error.to_string();
        assert_eq!(
            said(FloatSlider::new("load", 1.0..=0.0, 0.5).unwrap_err()),
            "`load` goes from 1 to 0, but the lower limit must not be above the upper one"
        );
        assert_eq!(
            said(FloatSlider::new("load", 0.0..=f64::NAN, 0.5).unwrap_err()),
            "the upper limit of `load` is NaN, but must be a finite number"
        );
        assert_eq!(
            said(IntSlider::new("n", 0..=i64::MAX, 0).unwrap_err()),
            "`n` uses the number 9223372036854775807, but browsers count exactly only to 9007199254740991"
        );
        assert_eq!(
            said(FloatLogSlider::new("rate", 0.0..=10.0, 1.0).unwrap_err()),
            "the lower limit of `rate` is 0, but must be above 0"
        );
        assert_eq!(
            said(Dropdown::new("region", [""; 0], "").unwrap_err()),
            "`region` has no options, but needs at least one to choose from"
        );
        assert_eq!(
            said(SelectMultiple::new("zone", ["a", "b", "a"], []).unwrap_err()),
            "`zone` has the option `a` twice, but options must differ"
        );
        assert_eq!(
            said(IntRangeSlider::new("years", 0..=10, 7..=3).unwrap_err()),
            "`years` goes from 7 to 3, but the lower limit must not be above the upper one"
        );
        assert!(IntSlider::new("n", 0..=9, 3).unwrap().step(0).is_err());
        assert!(Play::new("p", 0..=9, 3).unwrap().interval(-1).is_err());
        assert!(registry.is_empty(), "nothing is left behind: {registry:?}");
    });
}

#[test]
fn a_burst_is_one_change() {
    in_own(|registry| {
        let slider = FloatSlider::new("x", 0.0..=1.0, 0.0).unwrap();
        let result = Label::new("");
        let shown = VBox::new((&slider, &result)).unwrap();
        shown.view();
        let calls = Arc::new(AtomicUsize::new(0));
        let (count, label) = (calls.clone(), result.clone());
        slider.observe(move |x| {
            count.fetch_add(1, Ordering::Relaxed);
            label.set_value(format!("{x}"));
        });
        registry.take_sent().clear();
        let burst = (1..=60).map(|step| {
            update(&slider, json!({"value": f64::from(step) / 60.0})).with_parent(json!(step))
        });
        let said = registry.incoming_batch(burst.collect());
        assert_eq!(
            brief(&said),
            [r#"echo_update {"value":1.0}"#, r#"update {"value":"1"}"#]
        );
        // Both answer the last message of the burst.
        assert!(said.iter().all(|message| message.parent == json!(60)));
        assert_eq!(calls.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn coalescing_is_per_attribute_and_stops_at_other_messages() {
    in_own(|registry| {
        let slider = IntSlider::new("n", 0..=100, 0).unwrap();
        let other = IntSlider::new("m", 0..=100, 0).unwrap();
        let button = Button::new("go");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (slider_then, other_then, at_click) = (slider.clone(), other.clone(), seen.clone());
        button.on_click(move || {
            let values = (slider_then.value(), other_then.value());
            at_click.lock().unwrap().push(values);
        });
        let click = json!({"event": "click"});
        registry.incoming_batch(vec![
            update(&slider, json!({"value": 1})),
            update(&other, json!({"value": 10})),
            update(&slider, json!({"value": 2})),
            custom(&button, click.clone()),
            update(&slider, json!({"value": 3})),
            update(&slider, json!({"description": "nodes"})),
            update(&slider, json!({"value": 4})),
            custom(&button, click),
            update(&slider, json!({"value": 5})),
        ]);
        assert_eq!(*seen.lock().unwrap(), [(2, 10), (4, 10)]);
        assert_eq!((slider.value(), slider.label().as_str()), (5, "nodes"));
    });
}

#[test]
fn limits_and_value_may_move_together() {
    in_own(|registry| {
        let slider = IntSlider::new("n", 0..=10, 5).unwrap();
        registry.incoming(update(&slider, json!({"min": 50, "max": 100, "value": 70})));
        assert_eq!((slider.limits(), slider.value()), (50..=100, 70));
        let all = [("min", 0), ("max", 9)];
        for (key, value) in all {
            // One after the other they pass through what cannot be.
            let said = registry.incoming(update(&slider, json!({key: value})));
            assert_eq!(said.len(), if key == "max" { 2 } else { 1 });
        }
    });
}

#[test]
fn the_front_end_can_close_widgets() {
    in_own(|registry| {
        let (a, b) = (Button::new("a"), Button::new("b"));
        let tab = Tab::new().page("A", &a).unwrap().page("B", &b).unwrap();
        tab.select(1).unwrap();
        tab.view();
        let _ = registry.take_sent();
        let said = registry.incoming(CommMessage::close(b.model_id()));
        assert!(b.is_closed() && !a.is_closed());
        let update = said
            .iter()
            .find(|message| message.comm_id == tab.model_id());
        let state = &update.unwrap().data["state"];
        assert_eq!(state["titles"], json!(["A"]));
        assert_eq!(state["selected_index"], 0);
        // Nobody needs its layout and style any more.
        let closed = said
            .iter()
            .filter(|message| message.action.message_type() == "comm_close");
        assert_eq!(closed.count(), 2);
        assert_eq!(
            HBox::new([&b]).unwrap_err().to_string(),
            "this Button is closed: make a new one"
        );
        // What is late for it is answered by closing again, and changes nothing.
        let late = registry.incoming(custom(&b, json!({"event": "click"})));
        assert_eq!(brief(&late), ["comm_close"]);
        assert_eq!(registry.take_problems().len(), 1);
    });
}

#[test]
fn a_child_that_leaves_lives_as_long_as_its_handle() {
    in_own(|registry| {
        let (a, b) = (Label::new("a"), Label::new("b"));
        let row = HBox::new((&a, &b)).unwrap();
        row.view();
        row.set_children([&a]).unwrap();
        assert!(registry.contains(b.model_id()));
        let _ = registry.take_sent();
        let id = b.model_id().to_owned();
        drop(b);
        assert!(!registry.contains(&id));
        assert_eq!(
            registry.take_sent().len(),
            3,
            "model, layout and style close"
        );
        drop(a);
        assert_eq!(registry.len(), 5, "the row and its child are on the page");
        assert!(row.to_string() == "a");
    });
}

#[test]
fn boxes_are_no_circles_and_of_one_session() {
    in_own(|_| {
        let inner = HBox::new([Label::new("x")]).unwrap();
        let outer = VBox::new([&inner]).unwrap();
        assert_eq!(
            inner.set_children([&outer]).unwrap_err().to_string(),
            "a HBox cannot be inside itself"
        );
        let elsewhere = Registry::new().within(|| Label::new("y"));
        assert!(matches!(
            inner.set_children([elsewhere]).unwrap_err(),
            WidgetError::OtherSession { .. }
        ));
    });
}

#[test]
fn links_open_when_both_ends_are_on_the_page() {
    in_own(|registry| {
        let (a, b) = (
            IntSlider::new("a", 0..=9, 1).unwrap(),
            IntSlider::new("b", 0..=9, 2).unwrap(),
        );
        let joined = link((&a, "value"), (&b, "value")).unwrap();
        let one_way = dlink((&a, "value"), (&b, "max")).unwrap();
        assert!(dlink((&a, "valeu"), (&b, "value")).is_err());
        a.view();
        assert_eq!(registry.take_sent().len(), 3);
        b.view();
        let opened = registry.take_sent();
        assert_eq!(opened.len(), 5);
        let last = &opened[4].data["state"];
        assert_eq!(last["_model_name"], "DirectionalLinkModel");
        assert_eq!(
            last["target"],
            json!([format!("IPY_MODEL_{}", b.model_id()), "max"])
        );
        joined.unlink();
        assert_eq!(brief(&registry.take_sent()), ["comm_close"]);
        a.close();
        assert!(!registry.contains(one_way.model_id()));
    });
}

#[test]
fn strangers_are_turned_away() {
    in_own(|registry| {
        for (target, version) in [
            ("jupyter.widget", "2.1.0"),
            ("other", "1.0.0"),
            ("jupyter.widget.control", "2.0.0"),
        ] {
            let said = registry.incoming(CommMessage::open("c", target, version, json!({})));
            assert_eq!(brief(&said), ["comm_close"], "{target} {version}");
        }
        let control = CommMessage::open("c", "jupyter.widget.control", "1.0.0", json!({}));
        assert!(registry.incoming(control).is_empty());
        let nonsense = registry.incoming(CommMessage::message("c", json!({"method": "sing"})));
        assert!(nonsense.is_empty());
        assert_eq!(registry.take_problems().len(), 1);
        assert_eq!(
            registry.comms(),
            [("c".to_owned(), "jupyter.widget.control")]
        );
        registry.incoming(CommMessage::close("c"));
        assert!(registry.comms().is_empty());
    });
}

#[test]
fn buffers_are_refused_where_text_belongs() {
    in_own(|registry| {
        let host = Text::new("host", "here");
        let mut message = update(&host, json!({"value": null}));
        message.data["buffer_paths"] = json!([["value"]]);
        message.buffers = vec![vec![1, 2, 3]];
        let said = registry.incoming(message);
        assert_eq!(said.len(), 2);
        assert_eq!(host.value(), "here");
    });
}

/// An outlet that hands everything to a channel.
struct Wire {
    messages: Mutex<Sender<Outgoing>>,
    queued: Arc<AtomicUsize>,
    problems: Arc<Mutex<Vec<String>>>,
}

impl Outlet for Wire {
    fn send(&self, message: Outgoing) {
        self.messages.lock().unwrap().send(message).unwrap();
    }

    fn problem(&self, text: &str) {
        self.problems.lock().unwrap().push(text.to_owned());
    }

    fn queued(&self) {
        self.queued.fetch_add(1, Ordering::Relaxed);
    }
}

type Problems = Arc<Mutex<Vec<String>>>;

fn connect(registry: &Registry) -> (Receiver<Outgoing>, Arc<AtomicUsize>, Problems) {
    let (sender, receiver) = channel();
    let queued = Arc::new(AtomicUsize::new(0));
    let problems = Problems::default();
    registry.set_outlet(Wire {
        messages: Mutex::new(sender),
        queued: queued.clone(),
        problems: problems.clone(),
    });
    (receiver, queued, problems)
}

#[test]
fn sent_callbacks_run_where_the_message_came_and_others_wait() {
    in_own(|registry| {
        let (receiver, queued, problems) = connect(registry);
        let nodes = IntSlider::new("nodes", 1..=9, 3).unwrap();
        nodes.view();
        let ran = Arc::new(Mutex::new(Vec::<(&str, i64, ThreadId)>::new()));
        let (at_once, between) = (ran.clone(), ran.clone());
        nodes.observe(move |n| {
            at_once
                .lock()
                .unwrap()
                .push(("at once", n, thread::current().id()));
        });
        let not_send = std::rc::Rc::new("between");
        nodes.observe_local(move |n| {
            between
                .lock()
                .unwrap()
                .push((*not_send, n, thread::current().id()));
        });
        let here = thread::current().id();
        let there = thread::scope(|scope| {
            scope
                .spawn(|| {
                    for value in [4, 5, 6] {
                        assert!(
                            registry
                                .incoming(update(&nodes, json!({"value": value})))
                                .is_empty()
                        );
                    }
                    thread::current().id()
                })
                .join()
                .unwrap()
        });
        assert_eq!(queued.load(Ordering::Relaxed), 3);
        assert!(registry.has_queued());
        assert_eq!(registry.run_queued(), 1);
        assert_eq!(
            *ran.lock().unwrap(),
            [
                ("at once", 4, there),
                ("at once", 5, there),
                ("at once", 6, there),
                ("between", 6, here)
            ]
        );
        assert_eq!(receiver.try_iter().count(), 3 + 3);
        assert!(problems.lock().unwrap().is_empty());
    });
}

#[test]
fn a_callback_that_panics_harms_nobody() {
    in_own(|registry| {
        let (_receiver, _, problems) = connect(registry);
        let nodes = IntSlider::new("nodes", 1..=9, 3).unwrap();
        let seen = Arc::new(AtomicUsize::new(0));
        let after = seen.clone();
        nodes.observe(|n| assert!(n < 5, "{n} nodes are too many"));
        nodes.observe(move |n| after.store(usize::try_from(n).unwrap(), Ordering::Relaxed));
        for value in [7, 8] {
            registry.incoming(update(&nodes, json!({"value": value})));
        }
        assert_eq!(seen.load(Ordering::Relaxed), 8);
        assert_eq!(
            *problems.lock().unwrap(),
            [
                "a widget's callback panicked: 7 nodes are too many",
                "a widget's callback panicked: 8 nodes are too many"
            ]
        );
        // A cell that changes it hears of the panic itself.
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| nodes.set_value(9)));
        assert!(caught.is_err());
        assert_eq!(nodes.value(), 9);
    });
}

#[test]
fn callbacks_in_a_circle_come_to_an_end() {
    in_own(|registry| {
        let (a, b) = (
            IntSlider::new("a", 0..=1_000_000, 0).unwrap(),
            IntSlider::new("b", 0..=1_000_000, 0).unwrap(),
        );
        let (to_b, to_a) = (b.clone(), a.clone());
        a.observe(move |n| to_b.set_value(n + 1).unwrap_or_default());
        b.observe(move |n| to_a.set_value(n + 1).unwrap_or_default());
        registry.incoming(update(&a, json!({"value": 1})));
        let problems = registry.take_problems();
        assert!(problems[0].contains("in a circle"), "{problems:?}");
        // A circle that agrees is none.
        let (c, d) = (Checkbox::new("c", false), Checkbox::new("d", false));
        let (to_d, to_c) = (d.clone(), c.clone());
        c.observe(move |on| to_d.set_value(on).unwrap());
        d.observe(move |on| to_c.set_value(on).unwrap());
        registry.incoming(update(&c, json!({"value": true})));
        assert!(d.value() && registry.take_problems().is_empty());
    });
}

#[test]
fn a_subscription_can_be_stopped_from_its_own_callback() {
    in_own(|registry| {
        let button = Button::new("once");
        let subscription = Arc::new(Mutex::new(None));
        let clicks = Arc::new(AtomicUsize::new(0));
        let (own, count) = (subscription.clone(), clicks.clone());
        *subscription.lock().unwrap() = Some(button.on_click(move || {
            count.fetch_add(1, Ordering::Relaxed);
            if let Some(subscription) = own.lock().unwrap().take() {
                let subscription: lightcone_widgets::Subscription = subscription;
                subscription.stop();
            }
        }));
        for _ in 0..3 {
            registry.incoming(custom(&button, json!({"event": "click"})));
        }
        assert_eq!(clicks.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn many_threads_leave_page_and_kernel_in_agreement() {
    in_own(|registry| {
        let (receiver, _, problems) = connect(registry);
        let sliders: Vec<IntSlider> = (0..4)
            .map(|n| IntSlider::new(&format!("s{n}"), 0..=1_000, 0).unwrap())
            .collect();
        let sum = Label::new("0");
        let all = VBox::new(sliders.clone()).unwrap();
        let page = VBox::new((&all, &sum)).unwrap();
        page.view();
        for slider in &sliders {
            let (others, label) = (sliders.clone(), sum.clone());
            slider.observe(move |_| {
                let sum: i64 = others.iter().map(IntSlider::value).sum();
                label.set_value(sum.to_string());
            });
        }
        thread::scope(|scope| {
            for (n, slider) in sliders.iter().enumerate() {
                scope.spawn(move || {
                    for step in 1..=200 {
                        if step % 2 == 0 {
                            slider.set_value(step).unwrap();
                        } else {
                            registry.incoming(update(slider, json!({"value": step + n as i64})));
                        }
                    }
                });
            }
        });
        // The page applies what it hears in order.
        let mut heard = std::collections::HashMap::new();
        for message in receiver.try_iter() {
            if let Some(value) = message.data["state"].get("value") {
                heard.insert(message.comm_id, value.clone());
            }
        }
        for slider in &sliders {
            assert_eq!(heard[slider.model_id()], slider.value());
        }
        assert_eq!(heard[sum.model_id()], sum.value());
        assert!(problems.lock().unwrap().is_empty());
    });
}

#[test]
fn a_reload_finds_values_and_pages_as_they_were() {
    in_own(|registry| {
        let nodes = IntSlider::new("nodes", 1..=9, 3).unwrap();
        let area = Output::new();
        area.print("counting");
        let more = Accordion::new()
            .page("Nodes", &nodes)
            .unwrap()
            .page("Log", &area)
            .unwrap();
        more.view();
        registry.incoming(update(&nodes, json!({"value": 8})));
        registry.incoming(update(&more, json!({"selected_index": 1})));
        registry.incoming(CommMessage::open(
            "c1",
            "jupyter.widget.control",
            "1.0.0",
            json!({}),
        ));
        let ask = json!({"method": "request_states"});
        let said =
            registry.incoming(CommMessage::message("c1", ask.clone()).with_parent(json!("h")));
        assert_eq!(said.len(), 1);
        assert_eq!(
            (said[0].comm_id.as_str(), &said[0].parent),
            ("c1", &json!("h"))
        );
        let states = &said[0].data["states"];
        assert_eq!(states[nodes.model_id()]["state"]["value"], 8);
        assert_eq!(states[more.model_id()]["state"]["selected_index"], 1);
        assert_eq!(
            states[area.model_id()]["state"]["outputs"][0]["text"],
            "counting"
        );
        assert_eq!(
            states[area.model_id()]["model_module"],
            "@jupyter-widgets/output"
        );
        assert_eq!(
            states.as_object().unwrap().len(),
            registry.comms().len() - 1
        );
        // The notebook file can carry the same.
        assert_eq!(registry.embedded()["state"], *states);
        // Another page, another comm.
        registry.incoming(CommMessage::open(
            "c2",
            "jupyter.widget.control",
            "1.0.0",
            json!({}),
        ));
        assert_eq!(registry.incoming(CommMessage::message("c2", ask)).len(), 1);
    });
}

#[test]
fn without_a_kernel_everything_is_text() {
    in_own(|_| {
        let page = VBox::new((
            IntSlider::new("nodes", 1..=9, 3).unwrap(),
            FloatLogSlider::new("rate", 1.0..=1e6, 250.0).unwrap(),
            IntRangeSlider::new("years", 2000..=2026, 2010..=2020).unwrap(),
            Dropdown::new("region", ["Dublin", "Oregon"], "Oregon").unwrap(),
            SelectMultiple::new("zones", ["a", "b", "c"], ["a", "c"]).unwrap(),
            Checkbox::new("strict <b>", true),
            Text::new("host", "a & b"),
            Button::new("go"),
            Html::new("<table><tr><th>floor</th><td>54.6 ms</td></tr></table>"),
            Tab::new().page("More", Label::new("x < y")).unwrap(),
        ))
        .unwrap();
        let snapshot = page.snapshot().unwrap();
        assert_eq!(
            snapshot.text,
            "nodes: 3 (from 1 to 9)\nrate: 250 (from 1 to 1000000)\nyears: 2010 to 2020 (from 2000 to 2026)\n\
             region: Oregon\nzones: a, c\nstrict <b>: yes\nhost: a & b\nfloor: 54.6 ms\nMore:\nx < y"
        );
        assert_eq!(
            snapshot.html,
            "<div class=\"lightcone-snapshot\"><dl><dt>nodes</dt><dd>3 (from 1 to 9)</dd>\
             <dt>rate</dt><dd>250 (from 1 to 1000000)</dd>\
             <dt>years</dt><dd>2010 to 2020 (from 2000 to 2026)</dd>\
             <dt>region</dt><dd>Oregon</dd><dt>zones</dt><dd>a, c</dd>\
             <dt>strict &lt;b&gt;</dt><dd>yes</dd><dt>host</dt><dd>a &amp; b</dd></dl>\
             <div><table><tr><th>floor</th><td>54.6 ms</td></tr></table></div>\
             <p><b>More</b></p><p>x &lt; y</p></div>"
        );
        assert_eq!(Button::new("go").to_string(), "button: go");
    });
}

fn child(of: &Handle, place: usize) -> String {
    let children = of.attribute("children").unwrap();
    let child = children[place].as_str().unwrap();
    child.trim_start_matches("IPY_MODEL_").to_owned()
}

#[test]
fn interact_follows_its_parameters() {
    in_own(|registry| {
        let runs = Arc::new(AtomicUsize::new(0));
        let count = runs.clone();
        let all = interact(
            "All <kinds>",
            (
                float("x", 0.0..=1.0, 0.5),
                log("rate", 1.0..=1e6, 100.0),
                int("n", 1..=9, 3),
                choice("region", ["Dublin", "Oregon"], "Dublin"),
                flag("strict", false),
                text("note", "a \"b\""),
            ),
            move |(x, rate, n, region, strict, note)| {
                count.fetch_add(1, Ordering::Relaxed);
                assert!(n < 9, "too many");
                format!("{x} {rate} {n} {region} {strict} {note}")
            },
        )
        .unwrap();
        assert_eq!(
            all.values(),
            (
                0.5,
                100.0,
                3,
                "Dublin".to_owned(),
                false,
                "a \"b\"".to_owned()
            )
        );
        assert_eq!(
            all.code(),
            r#"let (x, rate, n, region, strict, note) = (0.5, 100.0, 3, "Dublin".to_owned(), false, "a \"b\"".to_owned());"#
        );
        all.view();
        let _ = registry.take_sent();
        let (x, n, area) = (child(&all, 1), child(&all, 3), child(&all, 7));
        let moved = |id: &str, value: Value| {
            CommMessage::message(id, json!({"method": "update", "state": {"value": value}}))
        };
        let before = runs.load(Ordering::Relaxed);
        let said = registry.incoming_batch(vec![
            moved(&x, json!(0.1)),
            moved(&n, json!(4)),
            moved(&x, json!(0.25)),
        ]);
        assert_eq!(runs.load(Ordering::Relaxed), before + 1);
        assert_eq!(said.len(), 3, "two echoes and the result");
        assert_eq!(said[2].comm_id, area);
        assert_eq!(
            said[2].data["state"]["value"],
            "<pre>0.25 100 4 Dublin false a &quot;b&quot;</pre>"
        );
        // A panic is shown and ends nothing.
        let said = registry.incoming(moved(&n, json!(9)));
        assert_eq!(
            said[1].data["state"]["value"],
            "<p><b>It panicked:</b> too many</p>"
        );
        assert!(registry.take_problems().is_empty());
        all.reset();
        assert_eq!(all.values().2, 3);
        assert_eq!(runs.load(Ordering::Relaxed), before + 3);
        let said = registry.take_sent();
        assert_eq!(said.len(), 3, "two sliders and the result: {said:?}");
        all.close();
        assert_eq!(all.values().0, 0.5);
        assert_eq!(all.code(), "");
    });
}

#[test]
fn the_buttons_reset_and_show_the_code() {
    in_own(|registry| {
        let quorum = interact("Quorum", int("nodes", 1..=9, 3), |n| n / 2 + 1)
            .unwrap()
            .call("quorum");
        quorum.view();
        let states = registry.states();
        let button = |name: &str| {
            let found = states.iter().find(|(_, state)| {
                state["_model_name"] == "ButtonModel" && state["description"] == name
            });
            found.unwrap().0.clone()
        };
        let press = |name: &str| {
            let click = json!({"method": "custom", "content": {"event": "click"}});
            registry.incoming(CommMessage::message(button(name), click))
        };
        let _ = registry.take_sent();
        let slider = child(&quorum, 1);
        registry.incoming(CommMessage::message(
            &*slider,
            json!({"method": "update", "state": {"value": 5}}),
        ));
        let said = press("Copy as code");
        assert_eq!(
            brief(&said),
            [
                r#"update {"value":"quorum(5)"}"#,
                r#"update {"display":null}"#
            ]
        );
        // From now on the code follows.
        let said = press("Reset");
        assert_eq!(
            brief(&said),
            [
                r#"update {"value":3}"#,
                r#"update {"value":"<pre>2</pre>"}"#,
                r#"update {"value":"quorum(3)"}"#
            ]
        );
        assert!(press("Reset").is_empty());
    });
}

#[test]
fn a_local_interact_runs_between_cells() {
    in_own(|registry| {
        let names = std::rc::Rc::new(["none", "one", "two"]);
        let name = interact_local("Name", int("n", 0..=2, 1), move |n| {
            names[usize::try_from(n).unwrap()]
        })
        .unwrap();
        let slider = child(&name, 1);
        registry.incoming(CommMessage::message(
            &*slider,
            json!({"method": "update", "state": {"value": 2}}),
        ));
        assert!(name.to_string().ends_with("\none"));
        assert_eq!(registry.run_queued(), 1);
        assert!(name.to_string().ends_with("\ntwo"));
    });
}

#[test]
fn an_interact_that_nobody_keeps_vanishes() {
    in_own(|registry| {
        let quorum = interact("Quorum", int("nodes", 1..=9, 3), |n| n / 2 + 1).unwrap();
        drop(quorum);
        assert!(registry.is_empty(), "{registry:?}");
    });
}
