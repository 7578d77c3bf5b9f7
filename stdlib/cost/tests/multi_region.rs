//! The multi-region model (M001) against sums made by hand, its properties, and
//! input that it refuses.

use lightcone_cost::{COST_MODELS, CostSheet, MultiRegion, Region, multi_region};
use lightcone_units::prelude::*;
use proptest::prelude::*;

fn deployment(regions: u32, copies: u32) -> MultiRegion {
    MultiRegion {
        regions: (1..=regions)
            .map(|number| Region {
                name: format!("region {number}"),
                instances: 3,
                instance_price: 0.10.usd_per_hour(),
                storage_price: 0.02.usd_per_gb_month(),
            })
            .collect(),
        replication_factor: copies,
        data: 1.tb(),
        written: 500.gb(),
        egress_price: 0.02.usd_per_gb(),
    }
}

fn subtotal(sheet: &CostSheet, group: &str) -> f64 {
    let sums = sheet.subtotals();
    sums.iter()
        .find(|(name, _)| *name == group)
        .map_or(0.0, |(_, sum)| sum.in_usd_per_month())
}

#[test]
fn worked_values_hold() {
    let mut lines = include_str!("worked_values.csv").lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let mut seen = 0;
    for line in lines {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!(fields.len(), header.len(), "{line}");
        let get = |name: &str| fields[header.iter().position(|column| *column == name).unwrap()];
        let number = |name: &str| get(name).parse::<f64>().unwrap();
        let mut model = deployment(
            get("regions").parse().unwrap(),
            get("replication_factor").parse().unwrap(),
        );
        for region in &mut model.regions {
            region.instances = get("instances").parse().unwrap();
            region.instance_price = get("instance_price").parse().unwrap();
            region.storage_price = get("storage_price").parse().unwrap();
        }
        model.egress_price = get("egress_price").parse().unwrap();
        model.data = get("data").parse().unwrap();
        model.written = get("written").parse().unwrap();

        let sheet = multi_region(&model).unwrap();
        let close = |computed: f64, name| (computed - number(name)).abs() < 1e-9;
        assert!(
            close(subtotal(&sheet, "compute"), "compute"),
            "{line}\n{sheet}"
        );
        assert!(
            close(subtotal(&sheet, "storage"), "storage"),
            "{line}\n{sheet}"
        );
        assert!(
            close(subtotal(&sheet, "replication egress"), "replication_egress"),
            "{line}\n{sheet}"
        );
        assert!(
            close(sheet.total().in_usd_per_month(), "total"),
            "{line}\n{sheet}"
        );
        seen += 1;
    }
    assert_eq!(seen, 5);
}

#[test]
fn a_sheet_is_printed_as_a_table() {
    let sheet = multi_region(&deployment(2, 2)).unwrap();
    let table = "\
monthly cost of a multi-region deployment
  regions with a copy of the data: 2
  data in one copy: 1 TB
  data written in a month: 500 GB
  price of traffic between regions: $0.02/GB
  instances, region 1: 3
  price of an instance, region 1: $0.10/h
  price of storage, region 1: $0.02/GB-month
  instances, region 2: 3
  price of an instance, region 2: $0.10/h
  price of storage, region 2: $0.02/GB-month
line                                   quantity      unit price           amount
compute, region 1                       2,190 h         $0.10/h  $219.00 a month
compute, region 2                       2,190 h         $0.10/h  $219.00 a month
storage, region 1                          1 TB  $0.02/GB-month   $20.00 a month
storage, region 2                          1 TB  $0.02/GB-month   $20.00 a month
replication egress, region 1 to region 2  500 GB        $0.02/GB   $10.00 a month
total                                                             $488.00 a month";
    let squeeze = |text: &str| {
        text.lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>()
    };
    assert_eq!(squeeze(&sheet.to_string()), squeeze(table));
    assert_eq!(format!("{sheet:?}"), sheet.to_string());
    // All lines of the table are equally wide, so the columns are aligned.
    let text = sheet.to_string();
    let widths: Vec<usize> = text
        .lines()
        .skip(1 + sheet.inputs().len())
        .map(|line| line.chars().count())
        .collect();
    assert!(
        widths.windows(2).all(|pair| pair[0] == pair[1]),
        "{widths:?}"
    );
}

#[test]
fn what_makes_no_sense_is_refused_with_the_reason() {
    let refused = |change: fn(&mut MultiRegion)| {
        let mut model = deployment(2, 2);
        change(&mut model);
        multi_region(&model).unwrap_err().to_string()
    };
    assert_eq!(
        refused(|model| model.regions.clear()),
        "`regions` is empty, but must be a list of at least one region: a service runs somewhere"
    );
    assert_eq!(
        refused(|model| model.replication_factor = 3),
        "`replication_factor` is 3, but must be between 1 and 2, the number of regions: \
         each copy is in a region of its own"
    );
    assert!(refused(|model| model.replication_factor = 0).starts_with("`replication_factor` is 0"));
    assert!(
        refused(|model| model.regions[1].name = "region 1".to_owned())
            .contains("a list with `region 1` in it twice")
    );
    assert_eq!(
        refused(|model| model.regions[1].instance_price = -1.usd_per_hour()),
        "`instance_price of region 2` is -$1.00/h, but must be at least $0.00/h: \
         nobody pays you for running your instances"
    );
    assert!(
        refused(|model| model.data = f64::NAN.gb())
            .starts_with("`data` is NaN B, but must be a finite number, at least 0 B")
    );
    assert!(refused(|model| model.written = -1.gb()).starts_with("`written` is -1 GB"));
    assert!(
        refused(|model| model.egress_price = f64::INFINITY.usd_per_gb())
            .starts_with("`egress_price` is $inf/GB")
    );
    let overflow = refused(|model| {
        model.data = 1e290.gb();
        model.regions[0].storage_price = 1e300.usd_per_gb_month();
    });
    assert!(
        overflow.starts_with("`storage, region 1` is $inf a month, but must be"),
        "{overflow}"
    );
}

#[test]
fn every_model_is_described() {
    for model in COST_MODELS {
        assert!(model.id.starts_with('M') && model.path.starts_with("cost::"));
        for text in [
            model.name,
            model.latex,
            model.spoken,
            model.assumptions,
            model.source,
        ] {
            assert!(
                !text.is_empty() && !text.contains("  "),
                "{}: `{text}`",
                model.id
            );
        }
        assert!(!model.symbols.is_empty());
    }
}

proptest! {
    #[test]
    fn the_total_is_the_sum_of_the_rows(
        regions in 1u32..8,
        copies in 1u32..8,
        data in 0.0f64..1e6,
        written in 0.0f64..1e6,
    ) {
        let mut model = deployment(regions, copies.min(regions));
        (model.data, model.written) = (data.gb(), written.gb());
        let sheet = multi_region(&model).unwrap();
        let rows: Vec<_> = sheet.rows().collect();
        let (total, lines) = rows.split_last().unwrap();
        let sum: f64 = lines.iter().map(|row| row.amount.in_usd_per_month()).sum();
        prop_assert!((sum - total.amount.in_usd_per_month()).abs() <= 1e-9 * sum.max(1.0));
        prop_assert_eq!(total.amount, sheet.total());
        let sums: f64 = sheet.subtotals().iter().map(|(_, sum)| sum.in_usd_per_month()).sum();
        prop_assert!((sums - sum).abs() <= 1e-9 * sum.max(1.0));
    }

    #[test]
    fn another_copy_costs_one_more_storage_and_one_more_stream(
        regions in 2u32..8,
        data in 0.0f64..1e6,
        written in 0.0f64..1e6,
    ) {
        let total = |copies| {
            let mut model = deployment(regions, copies);
            (model.data, model.written) = (data.gb(), written.gb());
            multi_region(&model).unwrap().total().in_usd_per_month()
        };
        for copies in 1..regions {
            let more = total(copies + 1) - total(copies);
            let expected = 0.02 * data + 0.02 * written;
            prop_assert!((more - expected).abs() <= 1e-6, "{more} {expected}");
        }
    }

    #[test]
    fn no_input_leads_to_nan(
        data in proptest::num::f64::ANY,
        written in proptest::num::f64::ANY,
        price in proptest::num::f64::ANY,
        instances: u32,
        copies in 0u32..4,
    ) {
        let mut model = deployment(3, copies);
        (model.data, model.written) = (data.gb(), written.bytes());
        model.regions[0].instances = instances;
        model.regions[0].instance_price = price.usd_per_hour();
        model.egress_price = price.usd_per_gb();
        if let Ok(sheet) = multi_region(&model) {
            for row in sheet.rows() {
                let amount = row.amount.in_usd_per_month();
                prop_assert!(amount.is_finite() && amount >= 0.0, "{}: {amount}", row.label);
            }
        }
    }
}
