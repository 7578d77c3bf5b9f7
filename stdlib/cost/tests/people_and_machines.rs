//! The cost models of episodes 3 to 5: where their prices are from, and what holds
//! whatever goes in.

use lightcone_cost::{consistency, ml_inference, oncall, tech_debt};
use lightcone_tables::{Instance, service_price};
use lightcone_units::prelude::*;
use proptest::prelude::*;

fn close(a: f64, b: f64, part: f64) -> bool {
    (a - b).abs() <= part * a.abs().max(b.abs()) + 1e-12
}

/// Price and date of a machine in the dataset; machines with accelerators are no choices.
fn machine(name: &str) -> (f64, &'static str) {
    let rows = include_str!("../../../datasets/compute_prices/compute_prices.csv");
    let begin = format!("aws,{name},");
    let mut found = rows
        .lines()
        .filter(|row| row.starts_with(&begin) && row.contains(",us-east-1,"));
    let row: Vec<&str> = found.next().expect("a row").split(',').collect();
    assert!(found.next().is_none(), "{name} is there once");
    (row[6].parse().expect("a price"), row[12])
}

#[test]
fn default_prices_are_rows_of_the_tables() {
    let row = |service, tier| service_price("aws", service, tier, "us-east-1").unwrap();
    let default = |sheet: &lightcone_sheets::Worksheet, input: &str| sheet.value(input).unwrap()[0];

    let sheet = consistency();
    let prices = sheet.sheet().prices;
    let small = Instance::find("aws m7g.large").unwrap();
    assert_eq!(
        default(&sheet, "machine_price"),
        small.price().in_usd_per_hour()
    );
    assert_eq!(default(&sheet, "cores"), small.vcpu());
    assert!(
        prices.contains(&format!("us-east-1 as of {}", small.as_of())),
        "{prices}"
    );
    let zones = row(
        "EC2 data transfer",
        "inter-AZ within region (per direction)",
    );
    assert_eq!(default(&sheet, "traffic_price"), 2.0 * zones.usd);
    assert!(
        prices.contains(&format!("each direction, as of {}", zones.as_of)),
        "{prices}"
    );
    let disk = row("EBS", "gp3 storage");
    assert_eq!(default(&sheet, "storage_price"), disk.usd);
    assert!(
        prices.contains(&format!("gp3 in us-east-1 as of {}", disk.as_of)),
        "{prices}"
    );

    let sheet = ml_inference();
    let prices = sheet.sheet().prices;
    for (input, name) in [
        ("machine_price", "g5.xlarge"),
        ("training_price", "g5.12xlarge"),
    ] {
        let (usd, date) = machine(name);
        assert_eq!(default(&sheet, input), usd, "{name}");
        assert!(prices.contains(name) && prices.contains(date), "{prices}");
    }
    let log = row("S3", "Standard storage (first 50 TB)");
    assert_eq!(default(&sheet, "storage_price"), log.usd);
    assert!(prices.contains(&format!("as of {}", log.as_of)), "{prices}");

    // Mean wage over hours a year and the share of wages in what employers pay.
    let salary = default(&oncall(), "salary");
    let engineer = salary / 2_080.0 / 0.7;
    for price in [
        oncall().value("engineer_price"),
        tech_debt().value("engineer_price"),
    ] {
        assert!((price.unwrap()[0] - engineer).abs() < 1.0, "{engineer}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_the_reason() {
    let texts = [
        (
            oncall().removed(0.percent()).payback().unwrap_err(),
            "never pays back",
        ),
        (
            oncall().people(0).attrition().unwrap_err(),
            "somebody is on call",
        ),
        (
            tech_debt().drag(50.hours()).share().unwrap_err(),
            "nobody loses more than all",
        ),
        (
            tech_debt()
                .drag(0.hours())
                .incidents(0.0)
                .payback()
                .unwrap_err(),
            "need not be paid back",
        ),
        (
            consistency().rounds(0).serial().unwrap_err(),
            "no such limit",
        ),
        (
            consistency().replicas(0).cost().unwrap_err(),
            "the data is somewhere",
        ),
        (
            ml_inference().predictions(0.0).cost().unwrap_err(),
            "none of them has a price",
        ),
        (
            ml_inference().load(0.percent()).machines().unwrap_err(),
            "busier than always",
        ),
    ];
    for (error, expected) in texts {
        assert!(error.to_string().contains(expected), "{error}");
    }
    // Without waiting a write still costs something.
    assert!(consistency().rounds(0).cost().is_ok());
}

proptest! {
    #[test]
    fn automation_pays_when_it_pays_back_within_its_life(
        incidents in 0.1f64..100.0,
        removed in 0.0f64..1.0,
        build in 1.0f64..2_000.0,
        upkeep in 0.0f64..50.0,
    ) {
        let sheet = oncall()
            .incidents(incidents)
            .removed(removed.ratio())
            .build(build.hours())
            .upkeep(upkeep.hours());
        let net = sheet.net().unwrap().in_usd_per_month();
        prop_assume!(net.abs() > 1e-6);
        prop_assert_eq!(sheet.verdict().unwrap(), if net > 0.0 { "pays" } else { "does not pay" });
        match sheet.payback() {
            Ok(months) => prop_assert_eq!(months < 24.0, net > 0.0),
            Err(_) => prop_assert!(net < 0.0),
        }
        // Without automation nothing is built and nothing is saved.
        let none = sheet.clone().removed(0.percent()).build(0.hours()).upkeep(0.hours());
        let (cost, manual) = (none.cost().unwrap(), sheet.manual().unwrap());
        prop_assert!(close(cost.in_usd_per_month(), manual.in_usd_per_month(), 1e-12));
    }

    #[test]
    fn debt_follows_its_rate(growth in 0.0f64..0.5, repaid in 0.0f64..1.0, drag in 0.1f64..40.0) {
        let sheet = tech_debt().growth(growth.ratio()).repaid(repaid.ratio()).drag(drag.hours());
        let (now, later) = (sheet.interest().unwrap(), sheet.year_ahead().unwrap());
        let factor = (1.0 + growth - repaid).powi(4);
        prop_assert!(close(later.in_usd(), now.in_usd() * factor, 1e-9));
        let direction = sheet.direction().unwrap();
        prop_assert_eq!(direction == "grows", growth > repaid);
        prop_assert_eq!(direction == "shrinks", growth < repaid);
        // Twice the people lose twice as much.
        let twice = sheet.clone().engineers(20).interest().unwrap();
        prop_assert!(close(twice.in_usd(), 2.0 * now.in_usd(), 1e-12));
    }

    #[test]
    fn each_copy_costs_the_same(replicas in 1u32..50, kilobytes in 0.1f64..100.0, ms in 0.1f64..300.0) {
        let sheet = consistency().replicas(replicas).size(kilobytes.kb()).rtt(ms.ms());
        let more = sheet.clone().replicas(replicas + 1);
        let step = more.cost().unwrap().in_usd() - sheet.cost().unwrap().in_usd();
        let next = more.clone().replicas(replicas + 2);
        let then = next.cost().unwrap().in_usd() - more.cost().unwrap().in_usd();
        prop_assert!(close(step, then, 1e-6));
        // A single copy with nobody to wait for has no premium.
        let alone = sheet.clone().replicas(1).rounds(0);
        prop_assert!(alone.premium().unwrap().in_usd().abs() < 1e-12);
        prop_assert_eq!(alone.survives().unwrap(), 0);
        let waits = sheet.serial().unwrap() * sheet.wait().unwrap();
        prop_assert!(close(waits, 1.0, 1e-12));
    }

    #[test]
    fn machines_carry_the_predictions(
        predictions in 1e3f64..1e11,
        speed in 0.1f64..1e4,
        load in 0.05f64..=1.0,
    ) {
        let sheet = ml_inference()
            .predictions(predictions)
            .speed(speed.per_second())
            .load(load.ratio());
        let machines = sheet.machines().unwrap() as f64;
        let busy = sheet.busy().unwrap();
        prop_assert!(busy <= machines * load * (1.0 + 1e-9));
        prop_assert!(machines <= 2.0 || busy > (machines - 1.0) * load * (1.0 - 1e-9), "no more than needed");
        let idle = sheet.idle().unwrap().in_ratio();
        prop_assert!((0.0..=1.0).contains(&idle) && idle >= 1.0 - load - 1e-9);
        // The month is the price of all of them.
        let month = sheet.cost().unwrap().in_usd() * predictions / 1_000.0;
        prop_assert!(close(month, sheet.monthly().unwrap().in_usd_per_month(), 1e-9));
        // On average a thousand never costs less than one more of them.
        prop_assert!(sheet.cost().unwrap() >= sheet.marginal().unwrap() * (1.0 - 1e-9));
    }
}
