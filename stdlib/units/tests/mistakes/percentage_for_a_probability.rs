use lightcone_units::prelude::*;

fn main() {
    let _: Probability = 5.percent();
}
