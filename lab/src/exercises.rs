//! The exercises: which files are the student's, and which checks prove them.

use crate::{
    part1, part2, part3,
    sandbox::SandboxError,
    sitting::Proof,
    verdict::{Diagnosis, Verdict},
};

/// Something to be written.
#[derive(Debug)]
pub struct Exercise {
    /// The part that it belongs to.
    pub part: Part,
    /// The files that are the student's, from the root of the workspace; no others are graded.
    pub files: &'static [&'static str],
    /// What is checked.
    pub checks: &'static [&'static str],
    /// How.
    pub prove: fn(&Proof) -> Result<Vec<Verdict>, SandboxError>,
}

/// A part of the lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// CPU-bound work.
    Part1,
    /// I/O-bound work.
    Part2,
    /// Both.
    Part3,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 3] = [Self::Part1, Self::Part2, Self::Part3];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Part1 => "part1",
            Self::Part2 => "part2",
            Self::Part3 => "part3",
        }
    }

    /// Its package.
    pub fn package(self) -> &'static str {
        match self {
            Self::Part1 => "part1-primes",
            Self::Part2 => "part2-threads",
            Self::Part3 => "part3-yelp",
        }
    }

    /// The program of that package which is the candidate of an exam.
    pub fn candidate(self) -> &'static str {
        match self {
            Self::Part1 => "part1_exam",
            Self::Part2 => "part2_exam",
            Self::Part3 => "part3_exam",
        }
    }
}

/// The exercises that students know.
pub const EXERCISES: &[Exercise] = &[
    Exercise {
        part: Part::Part1,
        files: &["part1-primes/src/variants/parallel.rs"],
        checks: &["part1/parallel/answer", "part1/parallel/overlap", "part1/parallel/bound"],
        prove: part1::parallel,
    },
    Exercise {
        part: Part::Part1,
        files: &["part1-primes/src/worker.rs"],
        checks: &["part1/worker/answer"],
        prove: part1::worker,
    },
    Exercise {
        part: Part::Part1,
        files: &["part1-primes/src/variants/processes.rs"],
        checks: &["part1/processes/answer", "part1/processes/overlap", "part1/processes/bound"],
        prove: part1::processes,
    },
    Exercise {
        part: Part::Part2,
        files: &["part2-threads/src/variants/concurrent.rs"],
        checks: &["part2/concurrent/answer", "part2/concurrent/overlap", "part2/concurrent/names"],
        prove: part2::concurrent,
    },
    Exercise {
        part: Part::Part2,
        files: &["part2-threads/src/variants/pooled.rs"],
        checks: &[
            "part2/pooled/answer",
            "part2/pooled/overlap",
            "part2/pooled/names",
            "part2/pooled/bound",
        ],
        prove: part2::pooled,
    },
    Exercise {
        part: Part::Part3,
        files: &["part3-yelp/src/variants/threads.rs"],
        checks: &[
            "part3/city/answer",
            "part3/city/overlap",
            "part3/city/names",
            "part3/city/bound",
        ],
        prove: part3::city,
    },
    Exercise {
        part: Part::Part3,
        // Requests are signed as they are handed out, and are to stay so.
        files: &["part3-yelp/src/variants/parallel.rs", "part3-yelp/src/signature.rs"],
        checks: &[
            "part3/parallel/answer",
            "part3/parallel/overlap",
            "part3/parallel/bound",
            "part3/parallel/requests",
        ],
        prove: part3::parallel,
    },
];

impl Exercise {
    /// The verdicts when nothing can be run: the first check fails, the others have to wait for it.
    pub fn fail(&self, diagnosis: Diagnosis, evidence: &str) -> Vec<Verdict> {
        let (first, others) = self.checks.split_first().expect("an exercise to have checks");
        let mut verdicts = vec![Verdict::failed(first, diagnosis, evidence)];
        verdicts.extend(others.iter().map(|check| Verdict::not_run(check, first)));
        verdicts
    }
}
