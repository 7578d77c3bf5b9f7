//! How fast every formula is, through the registry and with its defaults: what one
//! move of a slider costs. Run with `cargo bench --profile dev`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use lightcone_formulas::FORMULAS;

fn formulas(c: &mut Criterion) {
    for formula in FORMULAS.iter() {
        let values = formula.defaults();
        c.bench_function(formula.path, |b| {
            b.iter(|| formula.evaluate(black_box(&values)));
        });
    }
}

criterion_group!(benches, formulas);
criterion_main!(benches);
