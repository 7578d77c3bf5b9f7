//! Measures how long the kernel's side of a live calculator takes: one move of a
//! slider, and a burst of sixty, on a session with many calculators.
//!
//! `cargo run --example panel_speed`

use std::sync::Arc;
use std::time::{Duration, Instant};

use lightcone_formula_macros::calculator;
use lightcone_sheets::Worksheet;
use lightcone_units::{DataRate, DataSize, Time};
use lightcone_widgets::{CommMessage, Outgoing, Outlet, Panel, Registry};
use serde_json::json;

calculator! {
    /// How wide a window a line needs, and what a fixed window makes of it.
    ///
    /// # Examples
    /// ```
    /// ```
    pub fn window(
        bandwidth: DataRate in mbit_per_s, "B", "bandwidth",
            above 0 "a line without bandwidth never sends", default 1_000, range 1..=100_000 log;
        rtt: Time in ms, "RTT", "round-trip time",
            above 0 "an answer always takes some time", default 80, range 0.1..=500 log;
        window: DataSize in kib, "W", "window",
            at_least 0 "a window cannot be negative", default 64, range 1..=65_536 log;
    ) {
        result full: DataSize in mb, "BDP", "window that fills the line" = bandwidth * rtt / 8;
        result rate: DataRate in mbit_per_s, "X", "rate with this window"
            = min(bandwidth, window * 8 / rtt);
        share: f64, "u", "share of the line in use" = rate / bandwidth;
    }
    id: "C900"; name: "Window"; path: "calc::window";
    assumes: "The line is idle."; fails: "With loss."; source: "RFC 1072"; episode: 1;
}

/// A curve of 200 points, without axes.
fn drawn(worksheet: &Worksheet) -> Option<String> {
    let mut worksheet = worksheet.clone();
    let mut path = String::from("M");
    for x in 0..200 {
        let rtt = 0.001 * 1.03_f64.powi(x);
        worksheet.set("rtt", &[rtt]).ok()?;
        let share = worksheet.answer("share").ok()?;
        path.push_str(&format!("{x} {:.1} ", 100.0 * (1.0 - share)));
    }
    Some(format!(
        "<svg viewBox=\"0 0 200 100\"><title>share along the time</title><path d=\"{path}\"/></svg>"
    ))
}

/// Writes messages as a kernel would, and throws them away.
struct Serialized;

impl Outlet for Serialized {
    fn send(&self, message: Outgoing) {
        let text = serde_json::to_string(&message).unwrap_or_default();
        std::hint::black_box(text);
    }
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    println!(
        "{what:44} median {:8.3?}  99 % {:8.3?}  most {:8.3?}",
        at(50),
        at(99),
        at(100)
    );
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for others in [0, 150] {
        let registry = Registry::new();
        registry.set_outlet(Serialized);
        registry.within(|| -> Result<(), Box<dyn std::error::Error>> {
            let mut kept = Vec::new();
            let mut made = Vec::new();
            for _ in 0..others {
                let start = Instant::now();
                let panel = Panel::new(window(), None)?;
                panel.view();
                made.push(start.elapsed());
                kept.push(panel);
            }
            if !made.is_empty() {
                report(&format!("making {others} panels, each"), made);
            }
            for (name, plot) in [("no plot", None), ("a plot of 200 points", Some(()))] {
                let plot = plot.map(|()| Arc::new(drawn) as lightcone_widgets::PlotOf);
                let before: Vec<String> = registry.states().into_keys().collect();
                let panel = Panel::new(window(), plot)?;
                panel.view();
                let states = registry.states();
                let slider = states.iter().find(|(id, state)| {
                    state["_model_name"] == "FloatLogSliderModel"
                        && state["description"] == "round-trip time"
                        && !before.contains(*id)
                });
                let slider = slider.ok_or("there is no slider")?.0.clone();
                let moved = |place: u32| {
                    let value = 10_f64.powf(f64::from(place % 300) / 100.0 - 0.5);
                    CommMessage::message(
                        &*slider,
                        json!({"method": "update", "state": {"value": value}, "buffer_paths": []}),
                    )
                };
                let single = (0..2_000).map(|place| {
                    let start = Instant::now();
                    registry.incoming(moved(place));
                    start.elapsed()
                });
                report(
                    &format!("{others} other panels, {name}, one move"),
                    single.collect(),
                );
                let bursts = (0..200).map(|first| {
                    let burst = (first..first + 60).map(moved).collect();
                    let start = Instant::now();
                    registry.incoming_batch(burst);
                    start.elapsed()
                });
                report(
                    &format!("{others} other panels, {name}, sixty moves"),
                    bursts.collect(),
                );
            }
            Ok(())
        })?;
    }
    Ok(())
}
