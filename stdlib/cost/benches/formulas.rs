//! How fast the cost models are. Run with `cargo bench --profile dev`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use lightcone_cost::multi_region;
use lightcone_units::prelude::*;

fn formulas(c: &mut Criterion) {
    let deployment = multi_region()
        .instances(&[10; 5])
        .instance_price(&[0.10.usd_per_hour(); 5])
        .storage_price(&[0.02.usd_per_gb_month(); 5])
        .replication_factor(3)
        .data(10.tb())
        .written(1.tb());
    c.bench_function("multi_region, 5 regions", |b| {
        b.iter(|| black_box(&deployment).compute());
    });
}

criterion_group!(benches, formulas);
criterion_main!(benches);
