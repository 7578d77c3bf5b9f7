use lightcone_units::prelude::*;

fn main() {
    let _ = 5.km() - 3.0;
}
