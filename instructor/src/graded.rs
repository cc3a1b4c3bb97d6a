//! All graded exercises: those that students get, and the hidden ones.

use lab::exercises::{EXERCISES, Exercise};

use crate::{hidden, speed};

/// All graded exercises; several may be about the same files.
pub fn exercises() -> impl Iterator<Item = &'static Exercise> {
    EXERCISES.iter().chain(hidden::EXERCISES)
}

/// The names of all checks.
pub fn checks() -> impl Iterator<Item = &'static str> {
    exercises().flat_map(|exercise| exercise.checks).map(|check| check.name).chain([speed::CHECK])
}
