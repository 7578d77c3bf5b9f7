use lightcone_units::prelude::*;

fn main() {
    let _ = 5.gb() / 80.usd();
}
