//! How long a search takes, with the index at hand.

use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use lightcone_incidents::{duration_distribution, incident, like, search};

const QUERIES: [(&str, &str); 4] = [
    ("words", "dns retry storm"),
    (
        "filters",
        "dns retry storm provider:aws after:2015 duration:>60m",
    ),
    ("typos", "certifcate expird lets encript"),
    ("phrase", "\"split brain\" severity:global -dns"),
];

fn searches(criterion: &mut Criterion) {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets");
    let folder =
        std::env::temp_dir().join(format!("lightcone-bench-search-{}", std::process::id()));
    if let Err(error) = lightcone_data::build_tables(sources, &folder) {
        panic!("{error}");
    }
    // SAFETY: no other thread runs yet.
    unsafe { std::env::set_var(lightcone_data::DATA_DIRECTORY_VARIABLE, &folder) };
    let mut group = criterion.benchmark_group("search");
    for (name, query) in QUERIES {
        group.bench_function(name, |bencher| bencher.iter(|| search(query)));
    }
    group.finish();
    criterion.bench_function("like", |bencher| {
        bencher.iter(|| like("2021-10-facebook-backbone-bgp"));
    });
    criterion.bench_function("card", |bencher| {
        bencher.iter(|| incident("2021-10-facebook-backbone-bgp"));
    });
    criterion.bench_function("duration_distribution", |bencher| {
        bencher.iter(|| duration_distribution(lightcone_data::incidents()));
    });
    // Left behind, it would only take up space.
    let _ = std::fs::remove_dir_all(&folder);
}

criterion_group!(benches, searches);
criterion_main!(benches);
