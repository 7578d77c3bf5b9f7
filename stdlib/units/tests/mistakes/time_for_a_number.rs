use lightcone_units::prelude::*;

fn main() {
    let _: f64 = 80.ms();
}
