//! Lets the installed worker find the libraries beside it, without environment
//! variables that programs started by a cell would inherit.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-link-arg-bins=-Wl,-rpath,$ORIGIN/../lib");
}
