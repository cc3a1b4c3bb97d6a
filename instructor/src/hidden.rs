//! Checks that students do not have: the same work in other sizes than those they know, so that
//! nothing is gained from a number that is written down.

use lab::{
    exercises::{Exercise, Part},
    part1, part2, part3,
};

/// What each of them is worth, and who sees it.
pub const POINTS: &str = include_str!("../hidden.toml");

/// They are about the same files as the exercises that students know.
pub const EXERCISES: &[Exercise] = &[
    Exercise {
        part: Part::Part1,
        files: &["part1-primes/src/variants/parallel.rs"],
        checks: &["part1/parallel/other-sizes"],
        prove: part1::parallel_in_other_sizes,
    },
    Exercise {
        part: Part::Part1,
        files: &["part1-primes/src/variants/processes.rs"],
        checks: &["part1/processes/other-sizes"],
        prove: part1::processes_in_other_sizes,
    },
    Exercise {
        part: Part::Part2,
        files: &["part2-threads/src/variants/concurrent.rs"],
        checks: &["part2/concurrent/other-sizes"],
        prove: part2::concurrent_in_other_sizes,
    },
    Exercise {
        part: Part::Part2,
        files: &["part2-threads/src/variants/pooled.rs"],
        checks: &["part2/pooled/other-sizes"],
        prove: part2::pooled_in_other_sizes,
    },
    Exercise {
        part: Part::Part3,
        files: &["part3-yelp/src/variants/parallel.rs", "part3-yelp/src/signature.rs"],
        checks: &["part3/parallel/other-sizes"],
        prove: part3::parallel_in_other_sizes,
    },
];
