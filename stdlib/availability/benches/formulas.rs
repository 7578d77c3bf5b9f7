//! How fast the formulas are. Run with `cargo bench --profile dev`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use lightcone_availability::{correlated_pair, pair_availability};
use lightcone_units::prelude::*;

fn formulas(c: &mut Criterion) {
    let q = Probability::new(0.001).expect("a probability");
    c.bench_function("correlated_pair", |b| {
        b.iter(|| correlated_pair(q, black_box(0.9)))
    });
    c.bench_function("pair_availability", |b| {
        b.iter(|| pair_availability(q, black_box(0.9)))
    });
}

criterion_group!(benches, formulas);
criterion_main!(benches);
