//! The exercises: the files that students write, and the checks of each exercise.

use crate::{
    exam_session::ExamSetup,
    part1, part2, part3,
    sandbox::SandboxError,
    verdict::{Diagnosis, Status, Verdict},
};
pub use crate::{
    exercise_check::{Check, Prove},
    part::Part,
};

/// An exercise.
#[derive(Debug)]
pub struct Exercise {
    /// The part of the exercise.
    pub part: Part,
    /// The files that students write, relative to the root of the workspace; no other file is
    /// graded.
    pub files: &'static [&'static str],
    /// The checks, in the order in which they run.
    pub checks: &'static [Check],
}

/// The exercises that students get.
pub const EXERCISES: &[Exercise] = &[
    Exercise {
        part: Part::Part1,
        files: &["part1-primes/src/variants/parallel.rs"],
        checks: part1::PARALLEL,
    },
    Exercise { part: Part::Part1, files: &["part1-primes/src/worker.rs"], checks: part1::WORKER },
    Exercise {
        part: Part::Part1,
        files: &["part1-primes/src/variants/processes.rs"],
        checks: part1::PROCESSES,
    },
    Exercise {
        part: Part::Part2,
        files: &["part2-threads/src/variants/concurrent.rs"],
        checks: part2::CONCURRENT,
    },
    Exercise {
        part: Part::Part2,
        files: &["part2-threads/src/variants/pooled.rs"],
        checks: part2::POOLED,
    },
    Exercise {
        part: Part::Part3,
        files: &["part3-yelp/src/variants/threads.rs"],
        checks: part3::CITY,
    },
    Exercise {
        part: Part::Part3,
        // Requests are signed as they are handed out, and are to stay so.
        files: &["part3-yelp/src/variants/parallel.rs", "part3-yelp/src/signature.rs"],
        checks: part3::PARALLEL,
    },
];

impl Exercise {
    /// Runs all checks of the exercise, in their order. A check whose prerequisite has failed is
    /// not run.
    ///
    /// # Errors
    /// When the submission cannot be run at all.
    pub fn prove(&self, setup: &ExamSetup) -> Result<Vec<Verdict>, SandboxError> {
        let mut verdicts = Vec::new();
        for check in self.checks {
            verdicts.push(match self.failed_before(check, &verdicts) {
                Some(other) => Verdict::not_run(check.name, other),
                None => (check.prove)(setup, check.name)?,
            });
        }
        Ok(verdicts)
    }

    /// The verdicts when the submission cannot be run: the first check fails, and the rest is not
    /// run.
    pub fn fail(&self, diagnosis: Diagnosis, evidence: &str) -> Vec<Verdict> {
        let (first, others) = self.checks.split_first().expect("an exercise to have checks");
        let mut verdicts = vec![Verdict::failed(first.name, diagnosis, evidence)];
        verdicts.extend(others.iter().map(|check| Verdict::not_run(check.name, first.name)));
        verdicts
    }

    /// The failed check on which this one depends, directly or not.
    fn failed_before(&self, check: &Check, verdicts: &[Verdict]) -> Option<&'static str> {
        let prerequisite = check.prerequisite?;
        let mut checked = self.checks.iter().zip(verdicts);
        let (other, verdict) = checked.find(|(other, _)| other.name == prerequisite)?;
        match verdict.status {
            Status::Failed => Some(other.name),
            Status::NotRun => self.failed_before(other, verdicts),
            Status::Passed | Status::NotJudged => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::check::{HOLD_TIMEOUTS, LIMITS};

    /// Proves an exercise of these checks without a program.
    fn prove(checks: &'static [Check]) -> Vec<(String, Status, String)> {
        let exercise = Exercise { part: Part::Part1, files: &[], checks };
        let program = PathBuf::new();
        let (timeouts, limits) = (HOLD_TIMEOUTS, LIMITS);
        let setup = ExamSetup { part: Part::Part1, program, timeouts, limits, conceals: false };
        let verdicts = exercise.prove(&setup).expect("nothing to be run");
        verdicts
            .into_iter()
            .map(|verdict| (verdict.check, verdict.status, verdict.evidence))
            .collect()
    }

    const PASSES: Prove = |_, check| Ok(Verdict::passed(check, "seen"));
    const FAILS: Prove = |_, check| Ok(Verdict::failed(check, Diagnosis::WrongOrder, "seen"));
    const IS_NOT_JUDGED: Prove = |_, check| Ok(Verdict::not_judged(check, "not here"));

    const fn check(name: &'static str, prerequisite: Option<&'static str>, prove: Prove) -> Check {
        Check { name, prerequisite, points: 1, prove }
    }

    fn row(check: &str, status: Status, evidence: &str) -> (String, Status, String) {
        (check.to_owned(), status, evidence.to_owned())
    }

    #[test]
    fn a_check_waits_for_its_prerequisite_and_for_no_other_check() {
        const CHECKS: &[Check] = &[
            check("answer", None, PASSES),
            check("overlap", Some("answer"), FAILS),
            check("bound", Some("overlap"), PASSES),
            check("requests", Some("answer"), PASSES),
        ];
        let expected = [
            row("answer", Status::Passed, "seen"),
            row("overlap", Status::Failed, "seen"),
            row("bound", Status::NotRun, "overlap has to pass first"),
            row("requests", Status::Passed, "seen"),
        ];
        assert_eq!(prove(CHECKS), expected);
    }

    #[test]
    fn a_check_that_waits_names_the_one_that_failed() {
        const CHECKS: &[Check] = &[
            check("answer", None, FAILS),
            check("overlap", Some("answer"), PASSES),
            check("bound", Some("overlap"), PASSES),
        ];
        let verdicts = prove(CHECKS);
        assert_eq!(
            verdicts[1..],
            ["overlap", "bound"]
                .map(|check| { row(check, Status::NotRun, "answer has to pass first") })
        );
    }

    #[test]
    fn a_check_that_this_machine_cannot_prove_prevents_no_other_check() {
        const CHECKS: &[Check] =
            &[check("overlap", None, IS_NOT_JUDGED), check("bound", Some("overlap"), PASSES)];
        assert_eq!(prove(CHECKS)[1], row("bound", Status::Passed, "seen"));
    }

    #[test]
    fn each_check_has_one_name_and_an_earlier_prerequisite() {
        let mut names = Vec::new();
        for Exercise { part, checks, .. } in EXERCISES {
            for (number, check) in checks.iter().enumerate() {
                let Check { name, prerequisite, .. } = check;
                assert!(name.starts_with(&format!("{}/", part.name())), "{name}");
                assert!(!names.contains(name), "{name} is there twice");
                names.push(*name);
                let before = &checks[..number];
                let is_right = match *prerequisite {
                    None => number == 0,
                    Some(prerequisite) => before.iter().any(|other| other.name == prerequisite),
                };
                assert!(is_right, "{name} needs {prerequisite:?}");
            }
        }
    }
}
