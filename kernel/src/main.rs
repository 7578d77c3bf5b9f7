//! The `lightcone` program: see `lightcone --help`.

fn main() -> std::process::ExitCode {
    lightcone_kernel::cli::run()
}
