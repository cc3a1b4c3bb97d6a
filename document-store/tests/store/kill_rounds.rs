//! The number of times that the tests kill something: a few, or as many as asked for.

use std::env;

/// The number of rounds in `KILL_ROUNDS`, which `.ci/soak kills` sets, or `usual`.
pub(crate) fn kill_rounds(usual: usize) -> usize {
    let asked_for = env::var_os("KILL_ROUNDS").map(|rounds| rounds.into_string().unwrap());
    asked_for.map_or(usual, |rounds| rounds.parse().unwrap())
}
