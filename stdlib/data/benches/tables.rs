//! How long each table takes from its installed file to a frame, and a query.

use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use lightcone_data::{Tables, build_tables};

fn tables(criterion: &mut Criterion) {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets");
    let folder =
        std::env::temp_dir().join(format!("lightcone-bench-tables-{}", std::process::id()));
    let built = match build_tables(sources, &folder) {
        Ok(built) => built,
        Err(error) => panic!("{error}"),
    };
    let mut group = criterion.benchmark_group("table");
    for table in built {
        group.bench_function(&table.table, |bencher| {
            // A new reader each time: nothing is kept.
            bencher.iter(|| Tables::in_directory(&folder).table(&table.table));
        });
    }
    group.bench_function("region_latency", |bencher| {
        bencher.iter(|| Tables::in_directory(&folder).region_latency());
    });
    group.finish();
    let kept = Tables::in_directory(&folder);
    criterion.bench_function("sql", |bencher| {
        bencher.iter(|| {
            kept.sql("select cause_category, count(*) as n from incidents group by cause_category")
        });
    });
    // Left behind, it would only take up space.
    let _ = std::fs::remove_dir_all(&folder);
}

criterion_group!(benches, tables);
criterion_main!(benches);
