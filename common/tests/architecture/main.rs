//! Tests of the rules of this code base: one file for each rule, with its table at the top.
//!
//! A failure lists every offence as `path:line: what is wrong, and what to do`. A table changes in
//! the commit that needs the change, with the reason in its message. The
//! rules share `cargo_metadata`, `markdown`, `paths`, `rust_code` and `tree`.

mod cargo_metadata;
mod circles;
mod concurrency;
mod exceptions;
mod features;
mod file_names;
mod foreign_crates;
mod heads;
mod layers;
mod licences;
mod markdown;
mod output;
mod paths;
mod readmes;
mod rust_code;
mod sizes;
mod tree;
mod twins;

fn assert_none(offences: &[String]) {
    assert!(offences.is_empty(), "offences: {}\n{}\n", offences.len(), offences.join("\n"));
}
