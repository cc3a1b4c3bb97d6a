//! Rule: dependencies point down. A crate imports only crates of the layers below its own.

use crate::{assert_none, cargo_metadata::our_packages, rust_code, tree::File};

/// The crates of ours that each crate may import; dev-dependencies count.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("workspace-hack", &[]),
    ("message", &[]),
    ("primality", &[]),
    ("common", &["primality", "workspace-hack"]),
    ("interrupt", &["common"]),
    ("report", &["common", "message"]),
    ("program", &["common", "interrupt", "message", "report"]),
    ("gate", &[]),
    ("wheelsieve", &[]),
    ("document-store", &["common", "gate", "interrupt"]),
    ("exam", &["program"]),
    ("http-client", &["common", "interrupt"]),
    ("mock-web", &["common", "interrupt", "program"]),
    ("job-array", &["interrupt", "message"]),
    ("process-pool", &["common", "gate", "interrupt"]),
    (
        "part1-primes",
        &[
            "common",
            "exam",
            "gate",
            "interrupt",
            "job-array",
            "message",
            "process-pool",
            "program",
            "report",
            "wheelsieve",
        ],
    ),
    (
        "part2-threads",
        &["common", "exam", "http-client", "interrupt", "message", "mock-web", "program", "report"],
    ),
    (
        "part3-yelp",
        &[
            "common",
            "document-store",
            "exam",
            "http-client",
            "interrupt",
            "job-array",
            "message",
            "mock-web",
            "process-pool",
            "program",
            "report",
        ],
    ),
    (
        "lab",
        &[
            "common",
            "exam",
            "gate",
            "interrupt",
            "message",
            "mock-web",
            "program",
            "report",
            "wheelsieve",
        ],
    ),
    (
        "instructor",
        &["common", "exam", "interrupt", "job-array", "lab", "message", "program", "report"],
    ),
    (
        "benches",
        &[
            "common",
            "wheelsieve",
            "document-store",
            "http-client",
            "interrupt",
            "lab",
            "message",
            "mock-web",
            "process-pool",
            "program",
            "report",
            "part1-primes",
            "part2-threads",
            "part3-yelp",
        ],
    ),
];

/// The places that may use the exam. The libraries of the parts, which students write, may not.
const EXAM_IN: &[&str] =
    &["instructor", "lab", "part1-primes/src/bin", "part2-threads/src/bin", "part3-yelp/src/bin"];

#[test]
fn a_part_does_not_know_that_it_is_examined() {
    let is_elsewhere = |file: &File| !EXAM_IN.iter().any(|place| file.is_in(place));
    let places = rust_code::places_holding("exam::", is_elsewhere);
    let offence = |place| format!("{place}: names the exam: only {EXAM_IN:?} may");
    assert_none(&places.iter().map(offence).collect::<Vec<_>>());
}

#[test]
fn dependencies_point_down() {
    let mut offences = Vec::new();
    for package in our_packages() {
        let name = &package.name;
        let Some((_, may_import)) = MAY_IMPORT.iter().find(|(importer, _)| importer == name) else {
            offences.push(format!(
                "{}: `{name}` is in no layer: give it a row in MAY_IMPORT",
                package.place_of("name")
            ));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|dependency| dependency.is_ours()) {
            let imported = dependency.name.as_str();
            // A package that depends on itself asks for its own features in its tests.
            if imported != name && !may_import.contains(&imported) {
                offences.push(format!(
                    "{}: `{name}` may not import `{imported}`: move what both need a layer down",
                    package.place_of(dependency.key())
                ));
            }
        }
    }
    assert_none(&offences);
}
