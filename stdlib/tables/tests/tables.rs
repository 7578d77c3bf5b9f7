//! The columns against the datasets, read here once more with nothing shared.

use std::path::PathBuf;

use lightcone_tables::{
    INTER_REGION_USD_PER_GB, INTERNET_USD_PER_GB, Instance, LATITUDE_DEG, LONGITUDE_DEG,
    MEASURED_COLUMN, MEASURED_ROW, MEASURED_RTT_MS, MEASUREMENTS, PROVIDER, Place, Region,
    SERVICE_PRICES, measured_rtt, service_price,
};
use lightcone_units::{Kind, Scalar};

fn dataset(name: &str) -> Vec<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../datasets")
        .join(name)
        .join(format!("{name}.csv"));
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(str::to_owned).collect()
}

fn choices<T: Scalar>() -> &'static [(&'static str, f64)] {
    match T::KIND {
        Kind::Choice(choices) => choices,
        _ => &[],
    }
}

#[test]
fn all_open_commercial_regions_are_there_once() {
    let rows = dataset("cloud_regions");
    let open = |provider: &str| {
        let start = format!("{provider},");
        rows.iter()
            .filter(|row| row.starts_with(&start) && row.contains(",commercial,ga,"))
            .count()
    };
    for provider in ["aws", "azure", "gcp"] {
        let here = Region::all().filter(|region| region.provider() == provider);
        assert_eq!(here.count(), open(provider), "{provider}");
    }
    let mut labels: Vec<&str> = Region::all().map(Region::label).collect();
    assert!(labels.is_sorted() && labels.len() > 100);
    labels.dedup();
    assert_eq!(labels.len(), Region::all().count());
    // A list of regions is written with commas.
    assert!(labels.iter().all(|label| !label.contains(',')));
}

#[test]
fn every_region_is_found_by_each_of_its_names() {
    for region in Region::all() {
        let (provider, code) = (region.provider(), region.code());
        for name in [
            region.label().to_owned(),
            format!("{provider}:{code}"),
            format!("{} {code}", provider.to_uppercase()),
        ] {
            assert_eq!(Region::find(&name), Ok(region), "{name}");
            assert_eq!(Region::read(&name), Ok(region.to_base()), "{name}");
            assert_eq!(Place::find(&name), Ok(Place::from(region)), "{name}");
        }
        assert_eq!(Region::from_base("from", region.to_base()), Ok(region));
        assert_eq!(Place::from(region).region(), Some(region));
        assert!(!region.source().is_empty() && region.as_of().starts_with("202"));
    }
    assert_eq!(
        Place::read("a place by its coordinates"),
        Ok(Place::COORDINATES.to_base())
    );
    assert_eq!(choices::<Place>().len(), choices::<Region>().len() + 1);
}

#[test]
fn what_is_no_region_is_refused_with_the_nearest() {
    let error = Region::read("aws us-east-3").unwrap_err().to_string();
    assert!(error.contains("aws us-east-1 (N. Virginia)"), "{error}");
    assert!(error.len() < 400, "{error}");
    for number in [0.0, 1.5, -1.0, 1e9, f64::NAN, f64::INFINITY] {
        assert!(Region::from_base("from", number).is_err(), "{number}");
    }
    assert!(Place::from_base("from", 0.0).is_ok());
    let error = Region::from_base("from", 0.0).unwrap_err();
    assert_eq!(error.argument(), "from");
    for text in ["", "(", "   ", "aws", "🦀"] {
        assert!(Region::find(text).is_err(), "{text}");
        assert!(Instance::find(text).is_err(), "{text}");
    }
}

#[test]
fn columns_have_an_entry_for_every_number() {
    let numbers = Region::all().count() + 1;
    for column in [
        LATITUDE_DEG,
        LONGITUDE_DEG,
        PROVIDER,
        MEASURED_ROW,
        MEASURED_COLUMN,
        INTER_REGION_USD_PER_GB,
        INTERNET_USD_PER_GB,
    ] {
        assert_eq!(column.len(), numbers);
    }
    assert!(LATITUDE_DEG[0].is_nan() && LONGITUDE_DEG[0].is_nan());
    for region in Region::all() {
        let number = region.to_base() as usize;
        assert_eq!(LATITUDE_DEG[number], region.latitude());
        assert_eq!(LONGITUDE_DEG[number], region.longitude());
        assert!(region.latitude().abs() <= 90.0 && region.longitude().abs() <= 180.0);
        assert_eq!(region.measurement().provider, region.provider(), "{region}");
    }
}

#[test]
fn measured_times_are_those_of_the_datasets() {
    let mut seen = 0;
    for measurement in MEASUREMENTS {
        let provider = measurement.provider;
        let column = if provider == "gcp" { 10 } else { 3 };
        let start = format!("{},", measurement.dataset);
        for row in dataset(&format!("region_latency_{provider}")) {
            if !row.starts_with(&start) {
                continue;
            }
            let fields: Vec<&str> = row.split(',').collect();
            let [from, to] = [1, 2].map(|at| Region::find(&format!("{provider}:{}", fields[at])));
            let (Ok(from), Ok(to)) = (from, to) else {
                continue;
            };
            if provider == "aws" && from == to {
                // The median there is that of the measuring function.
                assert_eq!(measured_rtt(from, to), None);
                continue;
            }
            let expected: f64 = fields[column].parse().unwrap();
            let rtt = measured_rtt(from, to).map(|rtt| rtt.in_ms());
            assert!(
                rtt.is_some_and(|rtt| (rtt - expected).abs() < 1e-9),
                "{row}: {rtt:?}"
            );
            assert!(row.ends_with(measurement.as_of), "{row}");
            seen += 1;
        }
    }
    let known = MEASURED_RTT_MS.iter().filter(|time| !time.is_nan()).count();
    assert_eq!(seen, known);
    assert!(known > 3_500, "{known}");
    // The table that a page carries stays small.
    assert!(MEASURED_RTT_MS.len() < 10_000);
}

#[test]
fn regions_of_two_providers_have_no_measured_time() {
    for from in Region::all() {
        for to in Region::all().filter(|to| to.provider() != from.provider()) {
            assert_eq!(measured_rtt(from, to), None, "{from} {to}");
        }
    }
}

#[test]
fn instances_are_current_and_priced() {
    let rows = dataset("compute_prices");
    for machine in Instance::all() {
        let start = format!("{},{},", machine.provider(), machine.name());
        let row = rows
            .iter()
            .find(|row| row.starts_with(&start) && row.contains(&format!(",{},", machine.region())))
            .unwrap();
        let fields: Vec<&str> = row.split(',').collect();
        let number = |at: usize| fields[at].parse::<f64>().unwrap();
        assert_eq!(machine.vcpu(), number(3), "{machine}");
        assert_eq!(machine.memory().in_gib(), number(4), "{machine}");
        assert_eq!(machine.price().in_usd_per_hour(), number(6), "{machine}");
        assert_eq!(machine.as_of(), fields[12]);
        assert!(machine.source().starts_with("github.com/"));
        assert_eq!(Instance::find(machine.label()), Ok(machine));
        assert_eq!(Instance::read(machine.label()), Ok(machine.to_base()));
        assert_eq!(
            Instance::from_base("machine", machine.to_base()),
            Ok(machine)
        );
    }
    let count = Instance::all().count();
    assert!((40..=100).contains(&count), "{count}");
    let large = |name| Instance::find(name).unwrap();
    // Small machines come first.
    assert!(large("m7g.large") < large("m7g.2xlarge"));
}

#[test]
fn services_are_all_there() {
    assert_eq!(SERVICE_PRICES.len(), dataset("service_prices").len());
    for price in SERVICE_PRICES {
        assert!(price.usd >= 0.0 && price.usd.is_finite(), "{price:?}");
        let found = service_price(price.provider, price.service, price.tier, price.region).unwrap();
        assert_eq!(found.tier, price.tier);
    }
    let at = |name: &str| Region::find(name).unwrap().to_base() as usize;
    assert_eq!(INTER_REGION_USD_PER_GB[at("aws:us-east-1")], 0.02);
    assert_eq!(INTER_REGION_USD_PER_GB[at("aws:sa-east-1")], 0.138);
    assert!(INTER_REGION_USD_PER_GB[at("azure:eastus")].is_nan());
    assert_eq!(INTERNET_USD_PER_GB[at("aws:us-east-1")], 0.09);
    // Google sells GiB: 0.12 dollars for 1.074 GB.
    assert!((INTERNET_USD_PER_GB[at("gcp:us-central1")] - 0.111_758_708).abs() < 1e-8);
    let error = service_price("aws", "EBS", "gp4 storage", "us-east-1").unwrap_err();
    assert!(error.near.contains("gp3 storage in us-east-1"), "{error}");
    let error = service_price("aws", "EBBS", "gp3 storage", "us-east-1").unwrap_err();
    assert!(error.near.contains("aws EBS"), "{error}");
}
