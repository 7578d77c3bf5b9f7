//! How fast the formulas are. Run with `cargo bench --profile dev`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use lightcone_latency::geo::{EARTH_MEAN_RADIUS, Point, haversine, vincenty_inverse};
use lightcone_latency::{
    FIBER_GROUP_INDEX, MATHIS_CONSTANT, fiber_rtt, tcp_throughput_mathis, tcp_throughput_pftk,
};
use lightcone_units::prelude::*;

fn formulas(c: &mut Criterion) {
    let place = |latitude, longitude| Point::new(latitude, longitude).expect("a valid place");
    let (new_york, london) = (place(40.7128, -74.0060), place(51.5074, -0.1278));
    let loss = Probability::new(0.01).expect("a probability");

    c.bench_function("haversine", |b| {
        b.iter(|| haversine(black_box(new_york), black_box(london), EARTH_MEAN_RADIUS));
    });
    c.bench_function("vincenty_inverse", |b| {
        b.iter(|| vincenty_inverse(black_box(new_york), black_box(london)));
    });
    c.bench_function("fiber_rtt", |b| {
        b.iter(|| fiber_rtt(black_box(5_570.km()), FIBER_GROUP_INDEX, 1.0));
    });
    c.bench_function("tcp_throughput_mathis", |b| {
        b.iter(|| tcp_throughput_mathis(1_460.bytes(), black_box(80.ms()), loss, MATHIS_CONSTANT));
    });
    c.bench_function("tcp_throughput_pftk", |b| {
        b.iter(|| tcp_throughput_pftk(1_000.0, black_box(80.ms()), loss, 1.seconds(), 2.0));
    });
}

criterion_group!(benches, formulas);
criterion_main!(benches);
