//! The exercises: which files are the student's, and which checks prove them.

use crate::{
    part1, part2,
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
    prove: fn(&Proof) -> Result<Vec<Verdict>, SandboxError>,
}

/// A part of the lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// CPU-bound work.
    Part1,
    /// I/O-bound work.
    Part2,
}

impl Part {
    /// Every part that can be graded.
    pub const ALL: [Self; 2] = [Self::Part1, Self::Part2];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Part1 => "part1",
            Self::Part2 => "part2",
        }
    }

    /// Its package.
    pub fn package(self) -> &'static str {
        match self {
            Self::Part1 => "part1-primes",
            Self::Part2 => "part2-threads",
        }
    }

    /// The example of that package which is the candidate of an exam.
    pub fn candidate(self) -> &'static str {
        match self {
            Self::Part1 => "part1_exam",
            Self::Part2 => "part2_exam",
        }
    }
}

/// All exercises.
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
        checks: &["part1/processes/answer", "part1/processes/overlap"],
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
        checks: &["part2/pooled/answer", "part2/pooled/overlap", "part2/pooled/bound"],
        prove: part2::pooled,
    },
];

impl Exercise {
    /// The verdicts on all its checks.
    ///
    /// # Errors
    /// When the submission cannot be run at all, which is not its fault.
    pub fn prove(&self, proof: &Proof) -> Result<Vec<Verdict>, SandboxError> {
        (self.prove)(proof)
    }

    /// The verdicts when nothing can be run: the first check fails, the others have to wait for it.
    pub fn fail(&self, diagnosis: Diagnosis, evidence: &str) -> Vec<Verdict> {
        let (first, others) = self.checks.split_first().expect("an exercise to have checks");
        let mut verdicts = vec![Verdict::failed(first, diagnosis, evidence)];
        verdicts.extend(others.iter().map(|check| Verdict::not_run(check, first)));
        verdicts
    }
}
