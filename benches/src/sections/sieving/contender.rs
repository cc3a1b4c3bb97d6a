//! The contenders that find primes, and their command lines.

use std::path::PathBuf;

use super::{
    in_process::Implementation,
    jobs::{Job, PeerMemory},
    task::Verb,
};
use crate::{
    answer_format::AnswerFormat,
    sections::{Options, part1},
    trial::{Output, Trial},
};

/// Makes glibc ask for huge pages (the GNU C library's manual, “Memory Allocation Tunables”).
const HUGE_PAGES: (&str, &str) = ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");

/// The program that counts without a sieve.
pub(super) const PRIMECOUNT: &str = "primecount";

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
    /// The program of part 1.
    Part1,
    /// The executable `primecount`.
    Primecount,
    /// The executable `primesieve`.
    Primesieve,
    /// The program that was compiled with primesieve's library.
    Libprimesieve,
}

impl Contender {
    /// Our contender, with which all others are compared.
    pub(super) fn ours(options: &Options) -> Self {
        let set = options.instructions;
        Self::this_program(options, set.map_or(Implementation::Ours, Implementation::OursWith))
    }

    /// The contender for the crate `primal`.
    pub(super) fn other_crate(options: &Options) -> Self {
        Self::this_program(options, Implementation::OtherCrate)
    }

    /// The contender for the program of part 1.
    pub(super) fn part1(program: PathBuf) -> Self {
        Self { title: part1::title(), program, kind: Kind::Part1 }
    }

    /// The contender for our function `prime_count`.
    pub(super) fn prime_count(options: &Options) -> Self {
        let kind = Kind::ThisProgram(Implementation::Ours);
        let title = format!("sieve {}, without a sieve", env!("CARGO_PKG_VERSION"));
        Self { title, program: options.this_program.clone(), kind }
    }

    /// The contender for the program `primecount` with this title.
    pub(super) fn primecount(title: String) -> Self {
        Self { title, program: PRIMECOUNT.into(), kind: Kind::Primecount }
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
            Kind::Part1 => part1_arguments(job)?,
            Kind::Primecount => match task.verb {
                // It includes the number.
                Verb::PrimeCount => {
                    vec![(task.range.end - 1).to_string(), "--threads=1".to_owned()]
                }
                _ => return None,
            },
            Kind::Primesieve => primesieve_arguments(job)?,
            Kind::Libprimesieve => match task.verb {
                Verb::Count | Verb::CountOnAllThreads | Verb::PrimeCount | Verb::Lines => {
                    return None;
                }
                _ => task.arguments().to_vec(),
            },
        };
        let is_ours = match self.kind {
            Kind::ThisProgram(implementation) => implementation.is_ours(),
            Kind::Part1 => true,
            Kind::Primecount | Kind::Primesieve | Kind::Libprimesieve => false,
        };
        let environment = match job.peer_memory {
            PeerMemory::HugePages if !is_ours => vec![HUGE_PAGES],
            _ => Vec::new(),
        };
        Some(Trial {
            program: self.program.clone(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            environment,
            output: self.output(task.verb),
        })
    }

    fn output(&self, verb: Verb) -> Output {
        match verb {
            _ if self.kind == Kind::Part1 => Output::Report(AnswerFormat::Count),
            Verb::Lines => Output::Lines,
            _ if verb.is_repeated() => Output::AnswerAndCost,
            _ => Output::Answer,
        }
    }
}

fn part1_arguments(job: &Job) -> Option<Vec<String>> {
    if job.task.verb != Verb::Count {
        return None;
    }
    let mut arguments = part1::arguments(&job.task.range, "sequential", "sieve");
    arguments.extend(["--count", "--format", "json"].map(str::to_owned));
    Some(arguments)
}

fn primesieve_arguments(job: &Job) -> Option<Vec<String>> {
    let range = &job.task.range;
    let how: &[&str] = match job.task.verb {
        Verb::Count => &["--quiet", "--threads=1"],
        Verb::CountOnAllThreads => &["--quiet"],
        Verb::Lines => &["--print"],
        _ => return None,
    };
    // Its ranges include their end.
    let numbers = [range.start, range.end - 1].map(|number| number.to_string());
    Some(numbers.into_iter().chain(how.iter().map(ToString::to_string)).collect())
}

#[cfg(test)]
mod tests {
    use super::{
        super::{instruction_set::InstructionSet, jobs},
        *,
    };
    use crate::sections::Selection;

    fn check(kind: Kind, expected: &[&str]) {
        let contender = Contender { title: String::new(), program: "program".into(), kind };
        let trials: Vec<Trial> = jobs::of_the_crate(Selection::Full)
            .iter()
            .filter_map(|job| contender.trial(job))
            .collect();
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
                "program 0 99999999999 --quiet --threads=1",
                "program 1000000000000 1000999999999 --quiet --threads=1",
                "program 10000000000000 10000999999999 --quiet --threads=1",
                "program 100000000000000 100000999999999 --quiet --threads=1",
                "program 1000000000000000 1000000099999999 --quiet --threads=1",
                "program 1000000000000000 1000000999999999 --quiet --threads=1",
                "program 10000000000000000 10000000999999999 --quiet --threads=1",
                "program 100000000000000000 100000000999999999 --quiet --threads=1",
                "program 1000000000000000000 1000000000999999999 --quiet --threads=1",
                "program 10000000000000000000 10000000000999999999 --quiet --threads=1",
                "program 1000000000000000 1000000099999999 --quiet",
                "program 1000000000000000 1000000999999999 --quiet",
                "program 1000000000000000000 1000000000999999999 --quiet",
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
                "program sum-by-for 0 1000000000 1",
                "program sum-first-repeatedly 1000000000 1000100000 100",
                "program sum-first-repeatedly 1000000000000 1000000100000 100",
                "program collect 0 1000000000 1",
                "[(\"GLIBC_TUNABLES\", \"glibc.malloc.hugetlb=1\")] program collect 0 1000000000 1",
            ],
        );
    }

    #[test]
    fn ours_does_all_jobs_with_default_settings() {
        let ours = Kind::ThisProgram(Implementation::Ours);
        let contender = Contender { title: String::new(), program: "program".into(), kind: ours };
        for job in jobs::of_the_crate(Selection::Full) {
            let trial = contender.trial(&job).expect("ours does every job");
            assert_eq!(trial.environment, [], "{}", job.title);
        }
    }

    #[test]
    fn the_program_of_part_1_does_all_of_its_jobs() {
        let contender = Contender::part1("program".into());
        for job in jobs::of_the_program(Selection::Full) {
            let trial = contender.trial(&job).expect("it counts");
            assert_eq!(trial.output, Output::Report(AnswerFormat::Count), "{}", job.title);
        }
    }

    #[test]
    fn primecount_gets_the_last_number_of_the_range() {
        let contender = Contender::primecount("primecount 7.6".to_owned());
        let job = &jobs::of_prime_count(Selection::Full)[0];
        let trial = contender.trial(job).expect("it counts");
        assert_eq!(trial.to_string(), "primecount 1000000000000 --threads=1");
    }

    #[test]
    fn an_instruction_set_is_part_of_the_name_and_of_the_command() {
        let set = InstructionSet::Plain;
        let kind = Kind::ThisProgram(Implementation::OursWith(set));
        let contender = Contender { title: String::new(), program: "program".into(), kind };
        let job = &jobs::of_the_program(Selection::Quick)[0];
        let trial = contender.trial(job).expect("ours does every job");
        assert_eq!(trial.to_string(), "program job sieve-plain count 0 100000000 1");
        assert!(Implementation::OursWith(set).title().ends_with(" (plain instructions)"));
    }
}
