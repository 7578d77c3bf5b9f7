fn main() {
    let _ = lightcone_units::argument("rtt", "80 ms");
}
