//! Keeps `cargo run -p PART` and `cargo test --workspace` from building the same crates twice.
//!
//! Cargo enables a feature of a dependency if any of the built packages asks for it. So a dependency
//! has fewer features in the build of a single part than in that of the whole workspace. Cargo would
//! build it twice, and all crates that depend on it. The manifest of this package asks for all features
//! in each build. There is no code here. `cargo-hakari` has the same idea and the name.
#![forbid(unsafe_code)]
