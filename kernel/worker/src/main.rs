//! The process that loads and runs cells.
//!
//! All it does lives in the stdlib dylib, so that frames, thread pools and
//! variables are in one place for the whole session.

use std::path::Path;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["--build-tables", source, target] => {
            lightcone::data::build_tables(Path::new(source), Path::new(target)).map(drop)
        }
        ["--check-tables", source] => {
            lightcone::data::check_tables(Path::new(source)).map(|tables| {
                for (table, rows) in tables {
                    println!("{table}: {rows} rows");
                }
            })
        }
        _ => lightcone::run_worker(),
    };
    if let Err(error) = done {
        eprintln!("{error}");
        std::process::exit(1);
    }
}
