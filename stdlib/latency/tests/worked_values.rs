//! The formulas against the published and derived values in `worked_values.csv`,
//! and the metadata of the formulas against that table.

use std::collections::BTreeMap;
use std::str::FromStr;

use lightcone_latency::geo::{Point, haversine, vincenty_inverse};
use lightcone_latency::{
    FORMULAS, Handshake, bandwidth_delay_product, fiber_one_way, fiber_rtt, handshake_time,
    slow_start_rounds, tcp_throughput_mathis, tcp_throughput_pftk, tcp_window_limit,
    transmission_delay,
};
use lightcone_units::prelude::*;

struct Row<'t> {
    formula: &'t str,
    arguments: BTreeMap<&'t str, &'t str>,
    expected: f64,
    unit: &'t str,
    tolerance: f64,
    tag: &'t str,
}

impl Row<'_> {
    fn get<T: FromStr>(&self, name: &str) -> T {
        let text = self
            .arguments
            .get(name)
            .unwrap_or_else(|| panic!("{}: no {name}", self.formula));
        text.parse()
            .unwrap_or_else(|_| panic!("{}: bad {name} `{text}`", self.formula))
    }

    fn point(&self, name: &str) -> Point {
        let text = self.get::<String>(name);
        let (latitude, longitude) = text.split_once(' ').expect("latitude and longitude");
        Point::new(latitude.parse().unwrap(), longitude.parse().unwrap()).unwrap()
    }

    fn handshake(&self) -> Handshake {
        let name = self.get::<String>("handshake");
        Handshake::ALL
            .into_iter()
            .find(|kind| kind.to_string() == name)
            .expect("a handshake")
    }

    /// A quantity as a number of the row's unit.
    fn in_unit<Q: Quantity + FromStr + std::ops::Div<Output = f64>>(&self, quantity: Q) -> f64 {
        let one = format!("1 {}", self.unit);
        quantity
            / one
                .parse::<Q>()
                .unwrap_or_else(|_| panic!("{}: {one}", self.formula))
    }

    fn compute(&self) -> f64 {
        match self.formula {
            "F001" => self.in_unit(
                haversine(self.point("from"), self.point("to"), self.get("radius")).unwrap(),
            ),
            "F002" => self.in_unit(vincenty_inverse(self.point("from"), self.point("to")).unwrap()),
            "F003" => self.in_unit(fiber_one_way(self.get("distance"), self.get("index")).unwrap()),
            "F004" => self.in_unit(
                fiber_rtt(self.get("distance"), self.get("index"), self.get("stretch")).unwrap(),
            ),
            "F005" => {
                self.in_unit(transmission_delay(self.get("size"), self.get("bandwidth")).unwrap())
            }
            "F006" => self
                .in_unit(bandwidth_delay_product(self.get("bandwidth"), self.get("rtt")).unwrap()),
            "F007" => self.in_unit(tcp_window_limit(self.get("window"), self.get("rtt")).unwrap()),
            "F008" => self.in_unit(
                tcp_throughput_mathis(
                    self.get("mss"),
                    self.get("rtt"),
                    self.get("loss"),
                    self.get("constant"),
                )
                .unwrap(),
            ),
            "F009" => self.in_unit(
                tcp_throughput_pftk(
                    self.get("max_window"),
                    self.get("rtt"),
                    self.get("loss"),
                    self.get("timeout"),
                    self.get("packets_per_ack"),
                )
                .unwrap(),
            ),
            "F010" => f64::from(
                slow_start_rounds(self.get("segments"), self.get("initial_window")).unwrap(),
            ),
            "F011" => self.in_unit(handshake_time(self.get("rtt"), self.handshake()).unwrap()),
            other => panic!("no formula {other} in this crate"),
        }
    }
}

fn table() -> Vec<Row<'static>> {
    let mut lines = include_str!("worked_values.csv").lines();
    assert_eq!(
        lines.next(),
        Some("formula,arguments,expected,unit,abs_tol,tag,source")
    );
    lines
        .map(|line| {
            let columns: Vec<&str> = line.splitn(7, ',').collect();
            let [formula, arguments, expected, unit, tolerance, tag, source] = columns[..] else {
                panic!("seven columns expected: {line}");
            };
            assert!(!source.is_empty(), "{line}");
            Row {
                formula,
                arguments: arguments
                    .split("; ")
                    .map(|argument| argument.split_once('=').expect("name=value"))
                    .collect(),
                expected: expected.parse().unwrap(),
                unit,
                tolerance: tolerance.parse().unwrap(),
                tag,
            }
        })
        .collect()
}

#[test]
fn worked_values_hold() {
    for row in table() {
        let computed = row.compute();
        assert!(
            (computed - row.expected).abs() <= row.tolerance,
            "{} {:?}: computed {computed}, expected {} {}",
            row.formula,
            row.arguments,
            row.expected,
            row.unit
        );
        assert!(["A", "B", "C"].contains(&row.tag));
    }
}

#[test]
fn every_formula_is_described_and_has_a_worked_value() {
    let rows = table();
    let mut ids: Vec<&str> = FORMULAS.iter().map(|formula| formula.id).collect();
    for formula in FORMULAS {
        let values = rows.iter().filter(|row| row.formula == formula.id).count();
        assert!(values > 0, "{} has no worked value", formula.id);
        assert!(!formula.symbols.is_empty(), "{}", formula.id);
        for text in [
            formula.name,
            formula.latex,
            formula.spoken,
            formula.assumptions,
            formula.source,
        ] {
            assert!(!text.is_empty(), "{}", formula.id);
            assert!(
                !text.contains("  "),
                "{}: stray spaces in `{text}`",
                formula.id
            );
        }
        let module = formula.path.split("::").next();
        assert!(
            matches!(module, Some("latency" | "geo")),
            "{}",
            formula.path
        );
    }
    assert!(ids.is_sorted(), "{ids:?}");
    ids.dedup();
    assert_eq!(ids.len(), FORMULAS.len(), "ids are unique");
}
