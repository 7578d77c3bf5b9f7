//! The cost models of episodes 1 and 2: their prices are rows of the tables, and what
//! holds whatever goes in.

use lightcone_cost::{COST_MODELS, chaos_roi, latency_value, multi_region};
use lightcone_sheets::{Role, Worksheet};
use lightcone_tables::{INTER_REGION_USD_PER_GB, Instance, Region, service_price};
use lightcone_units::Scalar as _;
use lightcone_units::prelude::*;
use proptest::prelude::*;

fn default_of(id: &str, input: &str) -> f64 {
    let sheet = COST_MODELS.iter().find(|model| model.id == id).unwrap();
    Worksheet::new(sheet).value(input).unwrap()[0]
}

fn dated(id: &str, date: &str) {
    let sheet = COST_MODELS.iter().find(|model| model.id == id).unwrap();
    assert!(
        sheet.prices.contains(date),
        "{id} lacks {date}: {}",
        sheet.prices
    );
}

#[test]
fn default_prices_are_rows_of_the_tables() {
    let machine = Instance::find("aws m7g.large").unwrap();
    assert_eq!(
        default_of("M001", "instance_price"),
        machine.price().in_usd_per_hour()
    );
    dated("M001", machine.as_of());

    let row = |service, tier, region| service_price("aws", service, tier, region).unwrap();
    let disk = row("EBS", "gp3 storage", "us-east-1");
    assert_eq!(
        (default_of("M001", "storage_price"), disk.unit),
        (disk.usd, "GB-month")
    );
    dated("M001", disk.as_of);
    let egress = row(
        "EC2 data transfer",
        "egress to other AWS regions",
        "us-east-1",
    );
    assert_eq!(
        (default_of("M001", "egress_price"), egress.unit),
        (egress.usd, "GB")
    );
    dated("M001", egress.as_of);
    let virginia = Region::find("aws us-east-1").unwrap();
    assert_eq!(
        INTER_REGION_USD_PER_GB[virginia.to_base() as usize],
        egress.usd
    );

    let edge = row(
        "CloudFront",
        "data transfer out, first 10 TB (US, Mexico, Canada)",
        "global",
    );
    assert_eq!(
        (default_of("M002", "edge_price"), edge.unit),
        (edge.usd, "GB")
    );
    dated("M002", edge.as_of);
    let requests = row(
        "CloudFront",
        "HTTPS requests (US, Mexico, Canada)",
        "global",
    );
    assert_eq!(requests.unit, "10k requests");
    assert!((default_of("M002", "request_price") - 100.0 * requests.usd).abs() < 1e-12);
    let internet = row(
        "EC2 data transfer",
        "egress to internet, first 10 TB/month",
        "us-east-1",
    );
    assert_eq!(default_of("M002", "origin_price"), internet.usd);
    dated("M002", internet.as_of);

    // Mean wage over hours a year and the share of wages in what employers pay.
    let engineer = 144_570.0 / 2_080.0 / 0.7;
    assert!(
        (default_of("M003", "engineer_price") - engineer).abs() < 1.0,
        "{engineer}"
    );
}

#[test]
fn every_model_has_lines_and_one_total() {
    for model in COST_MODELS {
        let totals = model.lines.iter().filter(|line| line.role == Role::Total);
        assert_eq!(totals.count(), 1, "{}", model.id);
        assert!(
            (6..=15).contains(&model.lines.len()),
            "{}: {}",
            model.id,
            model.lines.len()
        );
        for text in [model.assumptions, model.fails, model.source] {
            assert!(
                !text.is_empty() && !text.contains("  "),
                "{}: `{text}`",
                model.id
            );
        }
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_the_reason() {
    let copies = multi_region()
        .replication_factor(3)
        .cost()
        .unwrap_err()
        .to_string();
    assert!(copies.contains("`replication_factor` is 3"), "{copies}");
    assert!(
        copies.contains("each copy is in a region of its own"),
        "{copies}"
    );
    let price = multi_region().instance_price(&[0.1.usd_per_hour(), -1.usd_per_hour()]);
    let text = price.machines().unwrap_err().to_string();
    assert!(
        text.contains("nobody pays you for running your instances"),
        "{text}"
    );
    // The lines that do not need the price are there.
    assert!(price.storage().is_ok() && price.egress().is_ok());
    let lengths = multi_region()
        .instances(&[1, 2, 3])
        .machines()
        .unwrap_err()
        .to_string();
    assert!(lengths.contains("the lists belong together"), "{lengths}");
    assert!(multi_region().instances(&[]).cost().is_err());
    assert!(multi_region().data(f64::NAN.gb()).cost().is_err());
    let late = latency_value().rtt_edge(200.ms());
    assert!(late.cost_of_ms().is_err() && late.cost().is_ok());
}

proptest! {
    #[test]
    fn another_copy_costs_one_more_storage_and_one_more_stream(
        regions in 2u32..8, data in 0.0f64..1e6, written in 0.0f64..1e6,
    ) {
        let n = regions as usize;
        let total = |copies| {
            multi_region()
                .instances(&vec![3; n])
                .instance_price(&vec![0.1.usd_per_hour(); n])
                .storage_price(&vec![0.02.usd_per_gb_month(); n])
                .replication_factor(copies)
                .data(data.gb())
                .written(written.gb())
                .egress_price(0.02.usd_per_gb())
                .cost()
                .unwrap()
                .in_usd_per_month()
        };
        for copies in 1..regions {
            let more = total(copies + 1) - total(copies);
            let expected = 0.02 * data + 0.02 * written;
            prop_assert!((more - expected).abs() <= 1e-6, "{} {}", more, expected);
        }
    }

    #[test]
    fn one_region_has_no_premium(instances in 1u32..100, data in 0.0f64..1e5) {
        let sheet = multi_region()
            .instances(&[instances])
            .instance_price(&[0.1.usd_per_hour()])
            .storage_price(&[0.02.usd_per_gb_month()])
            .replication_factor(1)
            .data(data.gb());
        prop_assert_eq!(sheet.cost().unwrap(), sheet.single().unwrap());
        prop_assert_eq!(sheet.factor().unwrap(), 1.0);
    }

    #[test]
    fn the_break_even_is_where_the_verdict_turns(
        fixed in 1_000.0f64..1e5, margin in 1.0f64..100.0, now in 50.0f64..300.0,
    ) {
        let sheet = latency_value()
            .fixed(fixed.usd_per_month())
            .margin(margin.percent())
            .rtt_origin(now.ms());
        let revenue = sheet.least_revenue().unwrap();
        let verdict = |factor: f64| sheet.clone().revenue(revenue * factor).verdict().unwrap();
        prop_assert_eq!(verdict(1.001), "pays");
        prop_assert_eq!(verdict(0.999), "does not pay");
        let at = sheet.clone().revenue(revenue);
        let per_ms = at.value_of_ms().unwrap().in_usd_per_month();
        prop_assert!((per_ms / at.cost_of_ms().unwrap().in_usd_per_month() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_programme_pays_from_its_break_even_on(
        outages in 1.0f64..50.0, experiments in 1u32..200, shortened in 0.0f64..50.0,
    ) {
        let sheet = chaos_roi()
            .outages(outages)
            .experiments(experiments)
            .shortened(shortened.percent());
        let share = sheet.least_prevented().unwrap();
        let verdict = |share: Ratio| sheet.clone().prevented(share).verdict();
        if share.in_ratio() < 0.99 {
            prop_assert_eq!(verdict((share.in_percent() + 0.01).percent()).unwrap(), "pays");
        }
        if share.in_ratio() > 0.001 && share.in_ratio() <= 1.0 {
            prop_assert_eq!(verdict((share.in_percent() - 0.01).percent()).unwrap(), "does not pay");
        }
    }

    #[test]
    fn no_input_leads_to_nan(values in proptest::collection::vec(proptest::num::f64::ANY, 14)) {
        for sheet in COST_MODELS {
            let mut worksheet = Worksheet::new(sheet);
            for ((_, input), value) in sheet.inputs().zip(values.iter().cycle()) {
                worksheet.set(input.argument, &[*value]).unwrap();
            }
            for (line, answer) in sheet.lines.iter().zip(worksheet.compute().answers()) {
                if let Ok(value) = answer {
                    prop_assert!(value.is_finite(), "{} {}: {}", sheet.id, line.name, value);
                }
            }
        }
    }
}
