//! The contenders that find primes, and their command lines.

use std::path::PathBuf;

use super::{
    in_process::Implementation,
    jobs::{Job, PeerMemory},
    task::Verb,
};
use crate::{
    sections::Options,
    trial::{Output, Trial},
};

/// Makes glibc ask for huge pages (the GNU C library's manual, “Memory Allocation Tunables”).
const HUGE_PAGES: (&str, &str) = ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");

/// A contender that finds primes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Contender {
    /// Its name and version. An executable and a library may share them, and so a column.
    pub(super) title: String,
    pub(super) program: PathBuf,
    pub(super) kind: Kind,
}

/// The kind of a program, which determines its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// This program.
    ThisProgram(Implementation),
    /// The executable `primesieve`.
    Primesieve,
    /// The program that was compiled with primesieve's library.
    Libprimesieve,
}

impl Contender {
    /// Our contender, with which all others are compared.
    pub(super) fn ours(options: &Options) -> Self {
        Self::this_program(options, Implementation::Ours)
    }

    /// The contender for the crate `primal`.
    pub(super) fn other_crate(options: &Options) -> Self {
        Self::this_program(options, Implementation::OtherCrate)
    }

    fn this_program(options: &Options, implementation: Implementation) -> Self {
        Self {
            title: implementation.title(),
            program: options.this_program.clone(),
            kind: Kind::ThisProgram(implementation),
        }
    }

    /// The program that does this job, if it can.
    pub(super) fn trial(&self, job: &Job) -> Option<Trial> {
        let task = &job.task;
        let arguments = match self.kind {
            Kind::ThisProgram(implementation) => implementation.can(task).then(|| {
                let heading = ["job", implementation.name()].map(str::to_owned);
                heading.into_iter().chain(task.arguments()).collect()
            })?,
            Kind::Primesieve => primesieve_arguments(job)?,
            Kind::Libprimesieve => match task.verb {
                Verb::Sum | Verb::Collect | Verb::CountRepeatedly | Verb::CollectRepeatedly => {
                    task.arguments().to_vec()
                }
                Verb::Count | Verb::CountOnAllThreads | Verb::Lines => return None,
            },
        };
        let is_ours = self.kind == Kind::ThisProgram(Implementation::Ours);
        let environment = match job.peer_memory {
            PeerMemory::HugePages if !is_ours => vec![HUGE_PAGES],
            _ => Vec::new(),
        };
        Some(Trial {
            program: self.program.clone(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            environment,
            output: match task.verb {
                Verb::Count | Verb::CountOnAllThreads | Verb::Sum | Verb::Collect => Output::Answer,
                Verb::Lines => Output::Lines,
                Verb::CountRepeatedly | Verb::CollectRepeatedly => Output::AnswerAndCost,
            },
        })
    }
}

fn primesieve_arguments(job: &Job) -> Option<Vec<String>> {
    let range = &job.task.range;
    let how: &[&str] = match job.task.verb {
        Verb::Count => &["--quiet", "--threads=1"],
        Verb::CountOnAllThreads => &["--quiet"],
        Verb::Lines => &["--print"],
        Verb::Sum | Verb::Collect | Verb::CountRepeatedly | Verb::CollectRepeatedly => return None,
    };
    // Its ranges include their end.
    let numbers = [range.start, range.end - 1].map(|number| number.to_string());
    Some(numbers.into_iter().chain(how.iter().map(ToString::to_string)).collect())
}

#[cfg(test)]
mod tests {
    use super::{super::jobs, *};
    use crate::sections::Selection;

    fn check(kind: Kind, expected: &[&str]) {
        let contender = Contender { title: String::new(), program: "program".into(), kind };
        let trials: Vec<Trial> =
            jobs::all(Selection::Full).iter().filter_map(|job| contender.trial(job)).collect();
        let commands: Vec<String> = trials
            .iter()
            .map(|trial| match trial.environment[..] {
                [] => trial.to_string(),
                _ => format!("{:?} {trial}", trial.environment),
            })
            .collect();
        assert_eq!(commands, expected);
    }

    #[test]
    fn primesieve_counts_and_prints() {
        check(
            Kind::Primesieve,
            &[
                "program 0 999999999 --quiet --threads=1",
                "program 0 9999999999 --quiet --threads=1",
                "program 1000000000000 1000999999999 --quiet --threads=1",
                "program 1000000000000000 1000000099999999 --quiet --threads=1",
                "program 1000000000000000 1000000099999999 --quiet",
                "program 1000000000000000 1000000999999999 --quiet --threads=1",
                "program 10000000000000000 10000000999999999 --quiet --threads=1",
                "program 100000000000000000 100000000999999999 --quiet --threads=1",
                "program 1000000000000000000 1000000000999999999 --quiet --threads=1",
                "program 10000000000000000000 10000000000999999999 --quiet --threads=1",
                "program 0 999999999 --print",
            ],
        );
    }

    #[test]
    fn its_library_does_the_jobs_in_process() {
        check(
            Kind::Libprimesieve,
            &[
                "program count-repeatedly 100000000 101000000 1000",
                "program collect-repeatedly 100000000 101000000 1000",
                "program sum 0 1000000000 1",
                "program collect 0 1000000000 1",
                "[(\"GLIBC_TUNABLES\", \"glibc.malloc.hugetlb=1\")] program collect 0 1000000000 1",
            ],
        );
    }

    #[test]
    fn ours_does_all_jobs_with_default_settings() {
        let ours = Kind::ThisProgram(Implementation::Ours);
        let contender = Contender { title: String::new(), program: "program".into(), kind: ours };
        for job in jobs::all(Selection::Full) {
            let trial = contender.trial(&job).expect("ours does every job");
            assert_eq!(trial.environment, [], "{}", job.title);
        }
    }
}
