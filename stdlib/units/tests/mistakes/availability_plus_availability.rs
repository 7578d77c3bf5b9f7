use lightcone_units::prelude::*;

fn main() {
    let slo = Availability::from_nines(3.0).unwrap();
    let _ = slo + slo;
}
