fn main() {
    let _ = <String as lightcone_units::InColumn>::column_unit("rtt_ms");
}
