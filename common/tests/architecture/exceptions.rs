//! Rules: only some crates may contain `unsafe`, and every silenced lint has a reason.

use crate::{assert_none, cargo_metadata::our_packages, rust_code, tree};

/// The crates that may contain `unsafe` (the workspace's lints still deny it by default).
const MAY_BE_UNSAFE: &[&str] = &["wheelsieve"];

#[test]
fn crates_forbid_unsafe_code() {
    let mut offences = Vec::new();
    for package in our_packages() {
        if MAY_BE_UNSAFE.contains(&package.name.as_str()) {
            continue;
        }
        let is_root =
            |kinds: &[String]| kinds.iter().any(|kind| kind == "bin" || kind.contains("lib"));
        for target in package.targets.iter().filter(|target| is_root(&target.kind)) {
            let path = tree::relative(&target.src_path);
            let code = rust_code::without_prose(&tree::text_of(&path));
            if rust_code::lines_holding(&code, "#![forbid(unsafe_code)]").is_empty() {
                offences.push(format!(
                    "{path}:1: does not forbid unsafe code: add `#![forbid(unsafe_code)]`"
                ));
            }
        }
    }
    assert_none(&offences);
}

#[test]
fn lints_are_expected_never_allowed() {
    let offences: Vec<String> = rust_code::places_holding("[allow(", |_| true)
        .iter()
        .map(|place| {
            format!("{place}: allows a lint: write `expect(lint, reason = \"…\")` instead")
        })
        .collect();
    assert_none(&offences);
}
