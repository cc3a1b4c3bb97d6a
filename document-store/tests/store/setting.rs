//! Reads the variables of `.ci/with-mongod`, or reports that they are missing.

use std::{
    env,
    io::{self, Write},
    sync::atomic::{AtomicUsize, Ordering},
};

/// The number of tests that were skipped so far.
static SKIPPED: AtomicUsize = AtomicUsize::new(0);

/// A variable of `.ci/with-mongod`; none if it is not set, which is printed past the capture of
/// output.
pub(crate) fn setting(name: &str, test: &str) -> Option<String> {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    if is_set(name) {
        return env::var_os(name).map(|value| value.into_string().unwrap());
    }
    assert!(
        env::var_os("REQUIRE_MONGODB").is_none_or(|value| value != "1"),
        "{name} is not set, and REQUIRE_MONGODB=1: run this with .ci/with-mongod"
    );
    let skipped = SKIPPED.fetch_add(1, Ordering::Relaxed) + 1;
    let news = format!(
        "SKIPPED: {test}: {name} is not set; run .ci/with-mongod cargo test --workspace \
         (tests left out so far: {skipped})\n"
    );
    io::stderr().write_all(news.as_bytes()).unwrap();
    None
}
