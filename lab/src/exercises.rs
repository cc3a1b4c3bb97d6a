//! The exercises: which files are the student's, and which checks prove them.

use std::path::Path;

use crate::{
    part1,
    sandbox::SandboxError,
    verdict::{Diagnosis, Verdict},
};

/// Something to be written.
#[derive(Debug)]
pub struct Exercise {
    /// The part that it belongs to.
    pub part: Part,
    /// Its name, such as `part1/parallel`.
    pub name: &'static str,
    /// The files that are the student's, from the root of the workspace; no others are graded.
    pub files: &'static [&'static str],
    /// What is checked.
    pub checks: &'static [&'static str],
    prove: fn(&part1::Proof) -> Result<Vec<Verdict>, SandboxError>,
}

/// A part of the lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// CPU-bound work.
    Part1,
}

impl Part {
    /// Every part that can be graded.
    pub const ALL: [Self; 1] = [Self::Part1];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Part1 => "part1",
        }
    }

    /// Its package.
    pub fn package(self) -> &'static str {
        match self {
            Self::Part1 => "part1-primes",
        }
    }

    /// The example of that package which is the candidate of an exam.
    pub fn candidate(self) -> &'static str {
        match self {
            Self::Part1 => "part1_exam",
        }
    }
}

/// All exercises.
pub const EXERCISES: &[Exercise] = &[
    Exercise {
        part: Part::Part1,
        name: "part1/parallel",
        files: &["part1-primes/src/variants/parallel.rs"],
        checks: &["part1/parallel/answer", "part1/parallel/overlap", "part1/parallel/bound"],
        prove: part1::Proof::parallel,
    },
    Exercise {
        part: Part::Part1,
        name: "part1/worker",
        files: &["part1-primes/src/worker.rs"],
        checks: &["part1/worker/answer"],
        prove: part1::Proof::worker,
    },
    Exercise {
        part: Part::Part1,
        name: "part1/processes",
        files: &["part1-primes/src/variants/processes.rs"],
        checks: &["part1/processes/answer", "part1/processes/overlap"],
        prove: part1::Proof::processes,
    },
];

impl Exercise {
    /// The verdicts on all its checks.
    ///
    /// # Errors
    /// When the submission cannot be run at all, which is not its fault.
    pub fn prove(&self, proof: &part1::Proof) -> Result<Vec<Verdict>, SandboxError> {
        (self.prove)(proof)
    }

    /// The same verdict on all its checks.
    pub fn fail(&self, diagnosis: Diagnosis, evidence: &str) -> Vec<Verdict> {
        self.checks.iter().map(|check| Verdict::failed(check, diagnosis, evidence)).collect()
    }

    /// Whether a file belongs to it.
    pub fn has(&self, path: &Path) -> bool {
        self.files.iter().any(|file| Path::new(file) == path)
    }
}
