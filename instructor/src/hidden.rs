//! Hidden checks: the same work in other sizes, so that hard-coded numbers earn nothing.

use lab::{
    exercises::{Check, Exercise, Part, Prove},
    part1, part2, part3,
};

/// The hidden exercises, about the same files as those that students get.
pub const EXERCISES: &[Exercise] = &[
    Exercise {
        part: Part::Part1,
        files: &["part1-primes/src/variants/parallel.rs"],
        checks: &[check("part1/parallel/other-sizes", part1::parallel_in_other_sizes)],
    },
    Exercise {
        part: Part::Part1,
        files: &["part1-primes/src/variants/processes.rs"],
        checks: &[check("part1/processes/other-sizes", part1::processes_in_other_sizes)],
    },
    Exercise {
        part: Part::Part2,
        files: &["part2-threads/src/variants/concurrent.rs"],
        checks: &[check("part2/concurrent/other-sizes", part2::concurrent_in_other_sizes)],
    },
    Exercise {
        part: Part::Part2,
        files: &["part2-threads/src/variants/pooled.rs"],
        checks: &[check("part2/pooled/other-sizes", part2::pooled_in_other_sizes)],
    },
    Exercise {
        part: Part::Part3,
        files: &["part3-yelp/src/variants/parallel.rs", "part3-yelp/src/signature.rs"],
        checks: &[check("part3/parallel/other-sizes", part3::parallel_in_other_sizes)],
    },
];

/// A check of one point.
const fn check(name: &'static str, prove: Prove) -> Check {
    Check { name, prerequisite: None, points: 1, prove }
}
