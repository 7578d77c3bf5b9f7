//! Worksheets compute, explain what is missing, read text, and write themselves.

mod sheets;

use lightcone_sheets::{Role, SheetKind, Worksheet};
use lightcone_units::prelude::*;
use sheets::{BDP_WINDOW, FLEET, SHEETS, bdp_window, far_replica, fleet, slowest};

#[test]
fn a_calculator_answers_with_types() {
    // 1 Gbit/s times 80 ms is 10 MB; 64 KiB a round trip is 6.5536 Mbit/s.
    let sheet = bdp_window();
    assert_eq!(sheet.bdp().unwrap(), 10.mb());
    assert_eq!(sheet.rate().unwrap(), 6.5536.mbit_per_s());
    assert_eq!(sheet.binding().unwrap(), "window");
    let wide = sheet.clone().window(16.mib());
    assert_eq!(wide.rate().unwrap(), 1.gbit_per_s());
    assert_eq!(wide.binding().unwrap(), "line");
    assert_eq!(wide.share().unwrap(), Probability::ALWAYS);
    assert_eq!(sheet.sheet().kind, SheetKind::Calculator);
    assert_eq!(BDP_WINDOW.results().count(), 3);
    assert_eq!(BDP_WINDOW.lines[3].note, "The smaller of the two.");
    assert_eq!(BDP_WINDOW.lines[3].uses, ["bandwidth", "window_rate"]);
    assert_eq!(
        BDP_WINDOW.about,
        "How wide a window a line needs, and what a fixed window makes of it."
    );
}

#[test]
fn a_cost_model_adds_up() {
    // 12 servers at $0.096/h for 730 h less a fifth, 5,000 GB at $0.09, and two fees.
    let model = fleet();
    let compute = 12.0 * 0.096 * 730.0 * 0.8;
    let total = model.cost().unwrap().in_usd_per_month();
    assert!((total - (compute + 450.0 + 150.0)).abs() < 1e-9, "{total}");
    assert_eq!(model.needed().unwrap(), 24);
    assert_eq!(FLEET.total().unwrap().role, Role::Total);
    assert_eq!(FLEET.total().unwrap().text(total), "$1,272.77 a month");
    let dear = model.egress(0.2.usd_per_gb()).fees(&[]);
    assert_eq!(dear.larger().unwrap(), "traffic");
    assert_eq!(dear.fixed().unwrap(), 0.usd_per_month());
}

#[test]
fn every_part_of_the_language_works() {
    let far = far_replica();
    // 12,000 km in vacuum; 1.4682 and 1.2 times as long in a winding cable.
    let floor = 12_000_000.0 / 299_792_458.0;
    assert_eq!(far.floor().unwrap().in_seconds(), floor);
    let fiber = far.fiber().unwrap().in_seconds();
    assert!((fiber - floor * 1.4682 * 1.2).abs() < 1e-15);
    assert!((far.trips().unwrap().in_seconds() - 2.0 * floor * 1.4682).abs() < 1e-15);
    assert_eq!(far.setup().unwrap().in_seconds(), 2.0 * fiber);
    // Three followers and the leader: the second follower makes the majority.
    assert_eq!(far.quorum().unwrap(), 80.ms());
    assert_eq!(far.slowest().unwrap(), 120.ms());
    assert!((far.answer().unwrap().in_seconds() - (3.0 * fiber + 0.08)).abs() < 1e-15);
    let plain = far.clone().encrypted(false);
    assert!((plain.answer().unwrap().in_seconds() - (fiber + 0.08)).abs() < 1e-15);
    let pair = far.pair().unwrap().unavailability().in_ratio();
    assert!((pair - 1e-6).abs() < 1e-15);
    // Two or three of three: 3 q^2 (1 - q) + q^3.
    let two_of_three = 3.0 * 1e-6 * 0.999 + 1e-9;
    assert!((far.three().unwrap().in_ratio() - two_of_three).abs() < 1e-15);
    let known = far.site(lightcone_latency::Handshake::Tcp);
    assert_eq!(known.south().unwrap(), 38.9);

    let list = slowest()
        .rtts(&[10.ms(), 20.ms(), 60.ms()])
        .weights(&[1.0, 1.0, 2.0]);
    assert_eq!(list.mean().unwrap(), 37.5.ms());
    assert_eq!(list.commit().unwrap(), 22.ms());
    assert_eq!(list.short().unwrap(), 2.ms());
    assert_eq!(
        list.sync(50.ms()).short().unwrap_err().to_string(),
        "`sync` is 50 ms, but must be between 400 µs and 40 ms: the disk is chosen by weight"
    );
}

#[test]
fn a_line_without_an_answer_does_not_hide_the_others() {
    let sheet = bdp_window().window(-1.kib());
    assert_eq!(sheet.bdp().unwrap(), 10.mb());
    assert_eq!(
        sheet.window_rate().unwrap_err().to_string(),
        "`window` is -1.02 kB, but must be at least 0 B: a window cannot be negative"
    );
    assert_eq!(
        sheet.rate().unwrap_err().to_string(),
        "`window` is -1.02 kB, but must be at least 0 B: a window cannot be negative"
    );
    // The first cause is told, however far away it is.
    assert_eq!(
        sheet.share().unwrap_err().to_string(),
        "`window` is -1.02 kB, but must be at least 0 B: a window cannot be negative"
    );
    let computed = sheet.compute();
    assert_eq!(computed.text("bdp").unwrap(), "10 MB");
    assert!(computed.text("rate").is_err());
    assert_eq!(computed.problem("window").unwrap().argument(), "window");
    assert!(computed.problem("rtt").is_none());
    assert_eq!(
        far_replica().south().unwrap_err().to_string(),
        "`latitude[1]` is unknown, but must be known: there is no figure for this choice"
    );
    assert_eq!(
        far_replica()
            .distance(100_000.km())
            .answer()
            .unwrap_err()
            .to_string(),
        "`distance` is 100,000 km, but must be nearer: no user waits a second"
    );
    assert_eq!(
        slowest().weights(&[1.0]).mean().unwrap_err().to_string(),
        "`weights` is 1 long, but must be 2 long, as `rtts` is: the lists belong together"
    );
    assert_eq!(
        slowest()
            .rtts(&[1.ms(), -1.ms()])
            .commit()
            .unwrap_err()
            .argument(),
        "rtts[1]"
    );
    assert_eq!(
        bdp_window()
            .rtt(f64::NAN.ms())
            .bdp()
            .unwrap_err()
            .to_string(),
        "`rtt` is NaN s, but must be a finite number, above 0 s: an answer always takes some time"
    );
}

#[test]
fn values_are_read_as_people_write_them() {
    let mut sheet = bdp_window();
    sheet.set_text("rtt", "0.2 s").unwrap();
    assert_eq!(sheet.value("rtt"), Some(&[0.2][..]));
    // A number alone is in the unit of the sheet.
    sheet.set_text("rtt", "1,200").unwrap();
    assert_eq!(sheet.input_text("rtt").unwrap(), "1,200 ms");
    assert_eq!(
        sheet.set_text("rtt", "80 km").unwrap_err().to_string(),
        "`rtt` is `80 km`, but must be a text such as `80 ms`: cannot read `80 km` as a time: \
         `km` is not a unit of it; use one of these: ns, µs, ms, s, min, h, days, weeks, \
         months, years"
    );
    assert_eq!(
        sheet.set_text("rrt", "80 ms").unwrap_err().to_string(),
        "`input` is `rrt`, but must be `rtt`: `bdp_window` has no input of that name"
    );
    let mut far = far_replica();
    far.set_text("site", "quic 0-rtt").unwrap();
    assert_eq!(far.value("site"), Some(&[4.0][..]));
    assert!(far.set_text("site", "carrier pigeon").is_err());
    far.set_text("encrypted", "no").unwrap();
    far.set_text("node", "three nines").unwrap();
    assert_eq!(far.node_text(), "99.9 %");
    far.set_text("followers", "[10 ms, 1.5 s]").unwrap();
    assert_eq!(far.value("followers"), Some(&[0.01, 1.5][..]));
    far.set_text("followers", "1,200 ms, 30 ms").unwrap();
    assert_eq!(far.value("followers"), Some(&[1.2, 0.03][..]));
    far.set_text("followers", "10 ms,20 ms").unwrap();
    assert_eq!(far.value("followers"), Some(&[0.01, 0.02][..]));
    far.set_text("followers", "10; 20").unwrap();
    assert_eq!(far.value("followers"), Some(&[0.01, 0.02][..]));
    far.set_text("followers", "").unwrap();
    assert_eq!(far.value("followers"), Some(&[][..]));
    assert!(far.set_text("followers", "10 ms, far").is_err());
    let mut model = fleet();
    model.set_text("servers", "1.5k").unwrap();
    assert_eq!(model.value("servers"), Some(&[1_500.0][..]));
    assert!(model.set_text("servers", "1.5").is_err());
    model.set_text("egress", "$0.02/GB").unwrap();
    assert_eq!(model.value("egress"), Some(&[0.02][..]));
    model.reset();
    assert_eq!(model, fleet());
}

trait NodeText {
    fn node_text(&self) -> String;
}

impl NodeText for Worksheet {
    fn node_text(&self) -> String {
        self.input_text("node").unwrap_or_default()
    }
}

#[test]
fn values_are_set_by_name() {
    let mut sheet = bdp_window();
    sheet.set("rtt", &[0.2]).unwrap();
    assert_eq!(sheet.answer("bdp").unwrap(), 25e6);
    assert!(sheet.set("rtt", &[0.2, 0.3]).is_err());
    assert!(sheet.set("rtt", &[]).is_err());
    assert!(sheet.set("latency", &[0.2]).is_err());
    assert!(
        sheet
            .answer("bpd")
            .unwrap_err()
            .to_string()
            .contains("must be `bdp`:")
    );
    let worksheet: Worksheet = sheet.into();
    assert_eq!(worksheet.values(), [vec![1e9], vec![0.2], vec![65_536.0]]);
}

#[test]
fn a_worksheet_writes_the_code_that_makes_it() {
    assert_eq!(bdp_window().code(), "calc::bdp_window()");
    assert_eq!(
        bdp_window().rtt(0.1.seconds()).window(1.mb()).code(),
        "calc::bdp_window().rtt(100.ms()).window(976.5625.kib())"
    );
    assert_eq!(
        far_replica()
            .site(lightcone_latency::Handshake::Tcp)
            .encrypted(false)
            .node(Availability::from_percent(99.95).unwrap())
            .followers(&[1.5.ms()])
            .code(),
        "far_replica().site(\"TCP\".parse()?).encrypted(false)\
         .node(99.95.percent().availability()?).followers(&[1.5.ms()])"
    );
    assert_eq!(
        fleet()
            .servers(1_500.count().unwrap())
            .price(2.usd_per_hour())
            .traffic(5_000_000_000_000_i64.tb())
            .discount(12.5.percent().probability().unwrap())
            .code(),
        "cost::fleet().servers(1_500.count()?).price(2.usd_per_hour())\
         .traffic(5_000_000_000_000.0.tb()).discount(12.5.percent().probability()?)"
    );
    // What it writes for these compiles, and makes the same worksheet.
    let again = bdp_window().rtt(100.ms()).window(976.5625.kib());
    assert_eq!(again, bdp_window().rtt(0.1.seconds()).window(1.mb()));
}

#[test]
fn a_worksheet_is_shown_as_a_table() {
    let text = bdp_window().window(-1.kib()).to_string();
    assert_eq!(text, format!("{:?}", bdp_window().window(-1.kib())));
    let wanted = "\
Bandwidth-delay product and window (C002)

bandwidth    1,000 Mbit/s  bandwidth
rtt                 80 ms  round-trip time
window             -1 KiB  window

bdp                 10 MB  bandwidth-delay product
line_rate        1 Gbit/s  rate of the line
window_rate             -  rate that the window allows (`window` is -1.02 kB";
    assert!(text.starts_with(wanted), "{text}");
}

#[test]
fn descriptions_are_complete() {
    for sheet in SHEETS {
        assert_eq!(sheet.inputs.len(), sheet.literals.len());
        assert_eq!(sheet.inputs().count(), sheet.inputs.len());
        for line in sheet.lines {
            for name in line.uses {
                let known = sheet.input(name).is_ok()
                    || sheet.line(name).is_ok()
                    || sheet
                        .constants
                        .iter()
                        .any(|constant| constant.name == *name)
                    || sheet.tables.iter().any(|table| table.name == *name);
                assert!(known, "{} {} {name}", sheet.id, line.name);
            }
        }
    }
    assert_eq!(BDP_WINDOW.literals, ["mbit_per_s", "ms", "kib"]);
    assert_eq!(FLEET.constants[0].symbol.unit, "h");
    assert_eq!((FLEET.constants[0].value)(), 2_628_000.0);
}
