//! How many moments the tests try at which something is killed: a few, or as many as asked for.

use std::env;

/// As many as `KILL_ROUNDS` says, as `.ci/soak kills` sets it; otherwise so many.
pub(crate) fn kill_rounds(usual: usize) -> usize {
    let asked_for = env::var_os("KILL_ROUNDS").map(|rounds| rounds.into_string().unwrap());
    asked_for.map_or(usual, |rounds| rounds.parse().unwrap())
}
