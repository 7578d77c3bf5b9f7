use lightcone_units::prelude::*;

fn main() {
    let _: Time = 5.km();
}
