//! The process that loads and runs cells.
//!
//! All it does lives in the stdlib dylib, so that frames, thread pools and
//! variables are in one place for the whole session.

use std::path::Path;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, source, target] = arguments.as_slice()
        && flag == "--build-tables"
    {
        if let Err(error) = lightcone::data::build_tables(Path::new(source), Path::new(target)) {
            eprintln!("{error}");
            std::process::exit(1);
        }
        return;
    }
    lightcone::worker::run(lightcone::BUILD)
}
