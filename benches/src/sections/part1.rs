//! The program of part 1, and its arguments for the primes of a range.

use std::ops::Range;

/// The name of the program, and of its crate.
pub(super) const PART: &str = "part1-primes";

/// Its name and version.
pub(super) fn title() -> String {
    format!("{PART} {}", env!("CARGO_PKG_VERSION"))
}

/// The arguments for a range; by default, the program prints its report as text.
pub(super) fn arguments(range: &Range<u64>, variant: &str, method: &str) -> Vec<String> {
    let numbers = [range.start, range.end].map(|number| number.to_string());
    let [from, to] = numbers;
    ["--from", &from, "--to", &to, "--variant", variant, "--method", method, "--quiet"]
        .map(str::to_owned)
        .into()
}
