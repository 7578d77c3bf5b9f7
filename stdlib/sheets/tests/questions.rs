//! The questions after the first answer, against values worked out by hand.

mod sheets;

use lightcone_sheets::{Distribution, Draw, Range, Target};
use lightcone_units::prelude::*;
use sheets::{bdp_window, far_replica, fleet, slowest};

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

#[test]
fn curves_follow_the_sheet() {
    let curve = bdp_window().curve(5).unwrap();
    assert_eq!(curve.input, "rtt");
    // The slider goes from 0.1 ms to 500 ms by factors.
    assert_eq!((curve.x[0], curve.x[4]), (1e-4, 0.5));
    assert!(close(curve.x[2], (1e-4_f64 * 0.5).sqrt()));
    let (name, rates) = &curve.lines[0];
    assert_eq!((*name, rates[0]), ("rate", Some(1e9)));
    assert!(close(rates[4].unwrap(), 65_536.0 * 8.0 / 0.5));
    assert_eq!(curve.lines[1].1, [Some(1e9); 5]);
    // Whole numbers are not split.
    let few = fleet().curve_of("servers", &["cost"], 400).unwrap();
    assert!(few.x.iter().all(|servers| servers.fract() == 0.0));
    assert!(few.x.len() < 400 && few.x.windows(2).all(|pair| pair[0] < pair[1]));
    // Where there is no answer, the curve has a hole.
    let far = far_replica().curve_of("distance", &["answer"], 3).unwrap();
    assert!(far.lines[0].1.iter().all(Option::is_some));
    let broken = slowest()
        .weights(&[0.0, 0.0])
        .curve_of("sync", &["mean", "commit"], 2)
        .unwrap();
    assert_eq!(broken.lines[0].1, [None, None]);
    assert_eq!(broken.lines[1].1[0], Some(0.01));
    for (result, why) in [
        (slowest().curve(10), "no curve of its own"),
        (bdp_window().curve(1), "a curve has two ends"),
        (
            bdp_window().curve_of("rate", &["bdp"], 9),
            "no input of that name",
        ),
        (
            bdp_window().curve_of("rtt", &["binding"], 9),
            "neither more nor less",
        ),
        (far_replica().curve_of("site", &["floor"], 9), "a choice"),
        (
            far_replica().curve_of("followers", &["quorum"], 9),
            "a list",
        ),
    ] {
        let error = result.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn a_tornado_sorts_by_swing() {
    // The product moves by 20 % of 10 MB for each factor; the window plays no part.
    let tornado = bdp_window().tornado("bdp", &[]).unwrap();
    assert_eq!(tornado.base, 10e6);
    assert_eq!(tornado.bars.len(), 2);
    for bar in &tornado.bars {
        assert!(
            close(bar.at_low, 8e6) && close(bar.at_high, 12e6),
            "{bar:?}"
        );
        assert!(close(bar.swing(), 4e6));
    }
    let wider = Range {
        input: "rtt",
        low: 0.01,
        high: 0.2,
    };
    let tornado = bdp_window().tornado("bdp", &[wider]).unwrap();
    assert_eq!(tornado.bars[0].input, "rtt");
    assert!(close(tornado.bars[0].at_low, 1.25e6) && close(tornado.bars[0].at_high, 25e6));

    // Compute 672.768, traffic 450, fees 150: by hand at the ends of each input.
    let tornado = fleet().tornado("cost", &[]).unwrap();
    let bar = |name| *tornado.bars.iter().find(|bar| bar.input == name).unwrap();
    assert_eq!((bar("servers").low, bar("servers").high), (10.0, 14.0));
    let compute =
        |servers: f64, price: f64, discount: f64| servers * price * 730.0 * (1.0 - discount);
    assert!(close(
        bar("servers").at_low,
        compute(10.0, 0.096, 0.2) + 600.0
    ));
    assert!(close(
        bar("price").at_high,
        compute(12.0, 0.1152, 0.2) + 600.0
    ));
    assert!(close(
        bar("discount").at_high,
        compute(12.0, 0.096, 0.24) + 600.0
    ));
    assert!(close(bar("traffic").swing(), 180.0) && close(bar("egress").swing(), 180.0));
    let names: Vec<&str> = tornado.bars.iter().map(|bar| bar.input).collect();
    assert_eq!(names, ["price", "servers", "traffic", "egress", "discount"]);
    assert_eq!(tornado.without, [("fees", "it is a list".to_owned())]);
    assert!(
        tornado
            .to_string()
            .contains("\nservers: 10 to 14 gives $1,160.64 a month to ")
    );

    // 99.9 % cannot grow by a fifth: the end is 100 %, where the gain has no answer.
    let tornado = far_replica().tornado("gain", &[]).unwrap();
    assert!(tornado.bars.is_empty());
    assert!(
        tornado.without[0].1.starts_with("no answer at one end"),
        "{tornado}"
    );
    assert!(bdp_window().tornado("binding", &[]).is_err());
    assert!(bdp_window().rtt(0.ms()).tornado("bdp", &[]).is_err());
    let empty = Range {
        input: "rtt",
        low: 0.2,
        high: 0.1,
    };
    assert!(bdp_window().tornado("bdp", &[empty]).is_err());
    let zero = bdp_window()
        .window(0.kib())
        .tornado("window_rate", &[])
        .unwrap();
    assert_eq!(zero.without[0].0, "window");
}

#[test]
fn break_even_finds_where_lines_meet() {
    // A window of 64 KiB fills 1 Gbit/s up to a round trip of 65,536 * 8 / 1e9 s.
    let found = bdp_window()
        .break_even("rtt", "window_rate", Target::Line("line_rate"))
        .unwrap();
    assert_eq!(found.crossings.len(), 1);
    assert!(
        close(found.crossings[0].at, 65_536.0 * 8.0 / 1e9),
        "{found}"
    );
    assert!(!found.crossings[0].jump);
    assert_eq!(found.begins_above, Some(true));
    assert_eq!(
        found.to_string(),
        "With `rtt` from 0.1 ms to 500 ms, `window_rate` meets `line_rate`: at 0.524288 ms."
    );
    // The total reaches $2,000 with $1,177.232 of traffic at $0.09 a gigabyte.
    let found = fleet()
        .break_even("traffic", "cost", Target::Value(2_000.0))
        .unwrap();
    let traffic = (2_000.0 - 150.0 - 12.0 * 0.096 * 730.0 * 0.8) / 0.09 * 1e9;
    assert!(close(found.crossings[0].at, traffic), "{found}");
    // Whole servers: the first number that costs more than $1,300.
    let found = fleet()
        .break_even("servers", "cost", Target::Value(1_300.0))
        .unwrap();
    assert_eq!(found.crossings[0].at, 13.0);
    assert!(found.crossings[0].jump);
    // Nothing to find.
    let none = fleet()
        .break_even("traffic", "cost", Target::Value(10.0))
        .unwrap();
    assert!(none.crossings.is_empty() && none.begins_above == Some(true));
    assert!(none.to_string().ends_with("it stays above it."), "{none}");
    // From the crossing on, the rate is the window's; before it, the line's.
    let same = bdp_window()
        .break_even("window", "rate", Target::Line("line_rate"))
        .unwrap();
    assert!(close(same.crossings[0].at, 10e6), "{same}");
    // Here they are the same first, and part at the crossing.
    let part = bdp_window()
        .break_even("rtt", "rate", Target::Line("line_rate"))
        .unwrap();
    assert!(close(part.crossings[0].at, 65_536.0 * 8.0 / 1e9), "{part}");
    assert_eq!((part.crossings.len(), part.begins_above), (1, None));
    let all = bdp_window()
        .break_even("window", "bdp", Target::Value(10e6))
        .unwrap();
    assert!(all.everywhere && all.crossings.is_empty());
    // Beyond a second there is no answer, and it is said.
    let far = far_replica()
        .break_even_within("distance", "answer", Target::Value(0.5), 0.0, 1e9)
        .unwrap();
    let gap = far.gap.as_ref().unwrap();
    assert_eq!(gap.argument(), "distance");
    assert!(
        far.to_string()
            .contains("In a part of the range there is no answer"),
        "{far}"
    );
    for (result, why) in [
        (
            bdp_window().break_even("rtt", "bdp", Target::Line("rate")),
            "one type",
        ),
        (
            bdp_window().break_even("rtt", "bdp", Target::Value(f64::NAN)),
            "finite",
        ),
        (
            bdp_window().break_even("rtt", "bdp", Target::Line("bpd")),
            "must be `bdp`",
        ),
        (
            bdp_window().break_even_within("rtt", "bdp", Target::Value(1.0), 1.0, 1.0),
            "nothing lies in between",
        ),
    ] {
        let error = result.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn scenarios_stand_side_by_side() {
    let (small, large) = (fleet(), fleet().servers(24.count().unwrap()));
    let table = small.compare("now", &[("double", &large)]).unwrap();
    assert_eq!(table.rows[0].name, "servers");
    assert_eq!(table.rows[0].texts, ["12", "24"]);
    let cost = table.rows.iter().find(|row| row.name == "cost").unwrap();
    let compute = 12.0 * 0.096 * 730.0 * 0.8;
    assert!(close(cost.difference(1).unwrap(), compute));
    assert!(close(cost.change(1).unwrap(), compute / (compute + 600.0)));
    assert_eq!(cost.texts[0], "$1,272.77 a month");
    // Inputs that are the same are left out, lines are all there.
    assert_eq!(table.rows.len(), 1 + table.sheet().lines.len());
    assert!(
        table.to_string().contains("$1,945.54 a month (+52.9 %)"),
        "{table}"
    );
    let broken = fleet().traffic(-1.tb());
    let table = small.compare("now", &[("broken", &broken)]).unwrap();
    let cost = table.rows.iter().find(|row| row.name == "cost").unwrap();
    assert_eq!((cost.values[1], cost.texts[1].as_str()), (None, "-"));
    assert!(cost.errors[1].is_some() && cost.difference(1).is_none());
    assert!(small.compare("now", &[("other", &bdp_window())]).is_err());
}

#[test]
fn uncertain_inputs_give_percentiles() {
    // The product of the bandwidth and a round trip from 40 ms to 120 ms, all equally
    // likely: its percentiles are those of the round trip.
    let draw = Draw {
        input: "rtt",
        distribution: Distribution::Uniform {
            low: 0.04,
            high: 0.12,
        },
    };
    let trials = 20_000;
    let simulation = bdp_window().monte_carlo("bdp", trials, 1, &[draw]).unwrap();
    assert_eq!((simulation.answers.len(), simulation.failed()), (trials, 0));
    let near = |value: Option<f64>, rtt: f64| {
        // Five standard errors of a share of one half.
        let error = 5.0 * 0.5 / (trials as f64).sqrt() * 0.08;
        (value.unwrap() * 8.0 / 1e9 - rtt).abs() < error
    };
    assert!(
        near(simulation.p5, 0.044) && near(simulation.p50, 0.08),
        "{simulation}"
    );
    assert!(
        near(simulation.p95, 0.116) && near(simulation.mean, 0.08),
        "{simulation}"
    );
    assert_eq!(simulation.quantile(0.5), simulation.p50);
    assert_eq!(simulation.quantile(1.5), None);
    assert!((simulation.influences[0].rank_correlation - 1.0).abs() < 1e-12);
    let again = bdp_window().monte_carlo("bdp", trials, 1, &[draw]).unwrap();
    assert_eq!(again, simulation, "the same seed");
    assert_ne!(
        bdp_window().monte_carlo("bdp", trials, 2, &[draw]).unwrap(),
        simulation
    );

    // The traffic matters more than the price per gigabyte, and both raise the cost.
    let draws = [
        Draw {
            input: "traffic",
            distribution: Distribution::Triangular {
                low: 1e12,
                likely: 5e12,
                high: 20e12,
            },
        },
        Draw {
            input: "egress",
            distribution: Distribution::LogUniform {
                low: 0.08,
                high: 0.1,
            },
        },
        Draw {
            input: "servers",
            distribution: Distribution::Uniform {
                low: 11.6,
                high: 12.4,
            },
        },
    ];
    let simulation = fleet().monte_carlo("network", 5_000, 3, &draws).unwrap();
    let names: Vec<&str> = simulation.influences.iter().map(|i| i.input).collect();
    assert_eq!(&names[..2], ["traffic", "egress"]);
    assert!(simulation.influences[0].rank_correlation > 0.95);
    assert!(
        simulation.influences[2].rank_correlation == 0.0,
        "12 servers every time"
    );

    // Failures are counted by reason, whatever the value was.
    let draw = Draw {
        input: "window",
        distribution: Distribution::Uniform {
            low: -65_536.0,
            high: 65_536.0,
        },
    };
    let simulation = bdp_window().monte_carlo("rate", 2_000, 4, &[draw]).unwrap();
    assert_eq!(simulation.failures.len(), 1);
    assert!(
        simulation.failures[0]
            .0
            .contains("a window cannot be negative")
    );
    assert_eq!(simulation.failures[0].1, simulation.failed());
    assert!((800..1_200).contains(&simulation.failed()), "{simulation}");
    let hopeless = bdp_window()
        .rtt(-1.ms())
        .monte_carlo("rate", 10, 4, &[draw])
        .unwrap();
    assert_eq!((hopeless.mean, hopeless.p50), (None, None));

    // Without draws, everything moves by a fifth.
    let simulation = fleet().monte_carlo("cost", 2_000, 5, &[]).unwrap();
    assert_eq!(simulation.influences.len(), 5);
    assert!(simulation.p5 < Some(1_272.77) && simulation.p95 > Some(1_272.77));
    let wide = bdp_window();
    assert_eq!(wide.slider_draws().len(), 3);
    assert!(
        wide.monte_carlo("rate", 500, 6, &wide.slider_draws())
            .unwrap()
            .failed()
            == 0
    );
    for (result, why) in [
        (
            fleet().monte_carlo("cost", 0, 1, &[]),
            "between 1 and 1,000,000",
        ),
        (
            fleet().monte_carlo("larger", 9, 1, &[]),
            "neither more nor less",
        ),
        (
            fleet().monte_carlo("cost", 9, 1, &[draws[0], draws[0]]),
            "drawn twice",
        ),
        (
            bdp_window().monte_carlo("bdp", 9, 1, &[draws[0]]),
            "no input of that name",
        ),
        (fleet().monte_carlo("fixed", 9, 1, &[]), "at least one"),
    ] {
        let error = result.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}
