//! How fast the cost models are. Run with `cargo bench --profile dev`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use lightcone_cost::{MultiRegion, Region, multi_region};
use lightcone_units::prelude::*;

fn formulas(c: &mut Criterion) {
    let region = |number: u32| Region {
        name: format!("region {number}"),
        instances: 10,
        instance_price: 0.10.usd_per_hour(),
        storage_price: 0.02.usd_per_gb_month(),
    };
    let deployment = MultiRegion {
        regions: (1..=5).map(region).collect(),
        replication_factor: 3,
        data: 10.tb(),
        written: 1.tb(),
        egress_price: 0.02.usd_per_gb(),
    };
    c.bench_function("multi_region, 5 regions", |b| {
        b.iter(|| multi_region(black_box(&deployment)));
    });
}

criterion_group!(benches, formulas);
criterion_main!(benches);
