//! Rule: only the listed files use a foreign crate, and each crate has a reason.

use self::MayName::{Anyone, Only, Tests};
use crate::{assert_none, cargo_metadata::our_packages, rust_code, tree::File};

enum MayName {
    Anyone,
    /// It is a dev-dependency, so that only tests can use it.
    Tests,
    /// Only these places may use it (see `File::is_in`).
    Only(&'static [&'static str]),
}

const PROGRAMS: MayName = Only(&["*/src/main", "*/src/cli"]);

const NOBODY: MayName = Only(&[]);
const FEATURES: &str = "its features are those of the whole workspace: see `workspace-hack`";

/// Each dependency by its name in code, the places that may use it, and why we need it.
const FOREIGN_CRATES: &[(&str, MayName, &str)] = &[
    ("anyhow", PROGRAMS, "programs tell an error as a story; libraries have types for theirs"),
    ("backon", Only(&["http-client/src/retry"]), "exponential backoff with jitter, well tested"),
    ("base64", Only(&["mock-web/src/yelp"]), "signatures, and the opaque ids of Yelp v3"),
    (
        "clap",
        Only(&["*/src/cli", "program/src/command_line"]),
        "arguments, with help and errors that suggest what to type",
    ),
    (
        "comfy_table",
        Only(&["report/src", "part2-threads/src/show"]),
        "columns that line up, whatever the script",
    ),
    (
        "criterion",
        Only(&["benches/benches"]),
        "statistics of many runs, with plots and a comparison with those of another day",
    ),
    (
        "crossbeam",
        Only(&["*/src/variants/work_queue", "*/src/variants/pooled", "process-pool/src"]),
        "channels with several receivers, which the standard library lacks",
    ),
    (
        "csv",
        Only(&["instructor/src/export/gradebook", "instructor/tests"]),
        "cells that hold commas, quotes and lines",
    ),
    ("expect_test", Tests, "expected output stands in the test and updates itself"),
    (
        "flate2",
        Only(&[
            "http-client/src/content",
            "http-client/tests",
            "instructor/src/archive/tar_entries",
            "instructor/tests",
        ]),
        "gzip, in which answers come and tars of students are packed",
    ),
    (
        "humantime",
        Only(&[
            "*/src/cli",
            "document-store/src/timestamp",
            "mock-web/src/hacker_news/item",
            "mock-web/src/yelp/limits",
            "program/src/command_line",
        ]),
        "durations and dates as people write them",
    ),
    ("hmac", Only(&["mock-web/src/yelp/oauth"]), "signatures, compared in constant time"),
    ("httpdate", Only(&["http-client/src/retry_after"]), "the three forms of a date in HTTP"),
    (
        "governor",
        Only(&["part3-yelp/src/rate_limit"]),
        "a rate of requests that many threads keep to together",
    ),
    (
        "hyper",
        Only(&["benches/src/sections/fetching/async_client", "mock-web/src/server"]),
        "HTTP/1.1 down to a body that ends too early; and a peer of our client",
    ),
    (
        "hyper_util",
        Only(&["benches/src/sections/fetching/async_client", "mock-web/src/server/connection"]),
        "hyper on a socket of tokio",
    ),
    ("indicatif", Only(&["program/src/progress"]), "a progress bar that stays out of pipes"),
    (
        "machine_prime",
        Only(&["benches/src/sections/sieving/in_process/each_number"]),
        "a peer: what tests one number at a time quickest",
    ),
    (
        "mongodb",
        Only(&["document-store/src/mongo", "document-store/tests", "part3-yelp/tests"]),
        "the official driver, sync API; it passes on `bson`",
    ),
    (
        "nix",
        Only(&[
            "benches/src/child",
            "common/src/stopwatch",
            "common/src/threads",
            "gate/src/server",
            "http-client/src/connector/tcp",
            "interrupt/src",
            "lab/src/compile",
            "lab/src/examiner",
            "lab/src/piece_gate/stillness",
            "lab/src/kernel",
            "lab/src/lock",
            "lab/src/sandbox",
            "lab/src/warden",
            "mock-web/src/full_backlog",
            "mock-web/src/server/timer",
            "process-pool/src",
            "program/src/command_line/error_line",
            "program/src/command_line/file_size_limit",
            "program/src/open_files",
            "*/tests",
        ]),
        "CPU time, signals, limits, ids of threads and the peer of a socket, without `unsafe` of ours",
    ),
    ("nanohtml2text", Only(&["part2-threads/src/item"]), "comments are HTML, terminals are not"),
    ("oauth1_request", Only(&["part3-yelp/src/signature"]), "signatures of OAuth 1.0a"),
    (
        "percent_encoding",
        Only(&["mock-web/src/percent", "part3-yelp/src/api", "part3-yelp/src/signature"]),
        "addresses that hold any text",
    ),
    (
        "primal",
        Only(&["benches/src/sections/sieving/in_process/other_crate"]),
        "a peer: what Rust programs sieve with today",
    ),
    (
        "proc_macro2",
        Only(&["instructor/tests", "lab/src/source"]),
        "sources as the compiler sees them: as tokens",
    ),
    ("proptest", Tests, "properties hold for inputs that nobody thought of"),
    (
        "quick_junit",
        Only(&["instructor/src/export/junit"]),
        "JUnit XML, its counts and its escapes, as cargo-nextest writes it",
    ),
    (
        "rayon",
        Only(&[
            "benches/src/sections/sieving/in_process/each_number",
            "part1-primes/src/variants/parallel",
            "sieve/src/parallel",
            "sieve/tests",
        ]),
        "work stealing, which that variant shows, and which shares out the parts of a range",
    ),
    (
        "rusqlite",
        Only(&["document-store/src/sqlite", "document-store/tests", "part3-yelp/tests"]),
        "SQLite compiled in: a database with nothing to install, for several processes at once",
    ),
    ("roxmltree", Tests, "another judge of the XML that we write"),
    (
        "rustls",
        Only(&["http-client/src/attempt_error"]),
        "errors about certificates by their names; our client speaks TLS by it anyway",
    ),
    ("serde", Anyone, "derives stand beside the types that they serve"),
    ("serde_json", Anyone, "the one format of reports, workers and the local web"),
    ("sha1", Only(&["mock-web/src/yelp/oauth"]), "the hash that OAuth 1.0a signs with"),
    (
        "sha2",
        Only(&["job-array/src/sha256"]),
        "a hash that stays: results name their plan, and resubmissions are seen",
    ),
    (
        "signal_hook",
        Only(&[
            "interrupt/src",
            "process-pool/src/child_status",
            "program/src/command_line/file_size_limit",
        ]),
        "signals end a run in good order, or do not do what they do by default",
    ),
    (
        "tar",
        Only(&["instructor/src/archive/tar_entries", "instructor/tests"]),
        "long names and extensions as every tar of the last decades writes them",
    ),
    (
        "tempfile",
        Only(&[
            "*/tests",
            "benches",
            "instructor/src/grade/*",
            "instructor/src/results",
            "job-array/src/publication",
            "lab/src/compile",
            "lab/src/examiner",
            "lab/src/piece_gate/stillness",
            "lab/src/lock",
            "lab/src/sandbox",
            "lab/src/warden",
            "program/src/command_line",
        ]),
        "sockets and reports of a test vanish with it, and so does what a submission leaves",
    ),
    ("thiserror", Anyone, "each module declares the errors that it returns"),
    (
        "tokio",
        Only(&[
            "benches/src/sections/fetching/async_client",
            "mock-web/src/server",
            "mock-web/src/gates",
        ]),
        "thousands of connections that wait, on one thread",
    ),
    (
        "toml",
        Only(&[
            "instructor/src/corpus",
            "instructor/src/error",
            "instructor/src/points",
            "instructor/tests",
        ]),
        "tables that instructors edit",
    ),
    ("unicode_width", Only(&["report/src/text"]), "columns of a terminal: 東 takes two of them"),
    ("ureq", Only(&["http-client/src"]), "a client that blocks, as threads may"),
    ("wait4", Only(&["benches/src/child"]), "time and memory of a single child"),
    (
        "zip",
        Only(&["instructor/src/archive/zip_entries", "instructor/tests"]),
        "zips of every system, and what is wrong with those that are not",
    ),
    ("bitflags", NOBODY, FEATURES),
    ("crc32fast", NOBODY, FEATURES),
    ("crossbeam_channel", NOBODY, FEATURES),
    ("crossbeam_deque", NOBODY, FEATURES),
    ("crossbeam_epoch", NOBODY, FEATURES),
    ("crossbeam_utils", NOBODY, FEATURES),
    ("digest", NOBODY, FEATURES),
    ("either", NOBODY, FEATURES),
    ("fastrand", NOBODY, FEATURES),
    ("getrandom", NOBODY, FEATURES),
    ("memchr", NOBODY, FEATURES),
    ("num_traits", NOBODY, FEATURES),
    ("once_cell", NOBODY, FEATURES),
    ("portable_atomic", NOBODY, FEATURES),
    ("serde_core", NOBODY, FEATURES),
    ("syn", NOBODY, FEATURES),
    ("zeroize", NOBODY, FEATURES),
    ("zerocopy", NOBODY, FEATURES),
];

/// Whether this is a foreign crate's name in code.
pub(crate) fn is_known(name: &str) -> bool {
    FOREIGN_CRATES.iter().any(|(known, ..)| *known == name)
}

#[test]
fn a_dependency_comes_with_its_reason() {
    let mut offences = Vec::new();
    for package in our_packages() {
        for dependency in package.dependencies.iter().filter(|dependency| !dependency.is_ours()) {
            let place = package.place_of(dependency.key());
            let name = dependency.key().replace('-', "_");
            match FOREIGN_CRATES.iter().find(|(known, ..)| *known == name) {
                None => offences.push(format!(
                    "{place}: `{name}` has no reason: give it a row in FOREIGN_CRATES, or drop it"
                )),
                Some((_, Tests, why)) if dependency.kind.as_deref() != Some("dev") => offences
                    .push(format!(
                        "{place}: `{name}` is for tests ({why}): make it a dev-dependency"
                    )),
                Some(_) => {}
            }
        }
    }
    assert_none(&offences);
}

#[test]
fn foreign_crates_are_named_only_in_their_places() {
    let mut offences = Vec::new();
    for (name, may_name, why) in FOREIGN_CRATES {
        let Only(places) = may_name else { continue };
        let is_elsewhere = |file: &File| !places.iter().any(|place| file.is_in(place));
        for wanted in [format!("{name}::"), format!("use {name} as ")] {
            for place in rust_code::places_holding(&wanted, is_elsewhere) {
                offences.push(format!(
                    "{place}: `{name}` is known to {places:?} alone ({why}): go through them"
                ));
            }
        }
    }
    assert_none(&offences);
}
