//! Keeps `cargo run -p PART` and `cargo test --workspace` from building the same crates twice.
//!
//! Cargo enables the features of a dependency that any of the packages it builds asks for. So one
//! crate has fewer features for a single part than for the whole workspace, and cargo builds it, and
//! all that depends on it, once for each. The manifest of this package asks for all features at once.
//! There is no code here. The name is that of the same idea in `cargo-hakari`.
#![forbid(unsafe_code)]
