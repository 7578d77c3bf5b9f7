use lightcone_units::prelude::*;

fn main() {
    let _ = 1.usd() + 1.usd_per_hour();
}
