//! Does nothing, but has to exist: cargo ignores `[build-dependencies]` of packages without one.
#![forbid(unsafe_code)]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
