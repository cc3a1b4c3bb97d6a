//! Does a task in this process with one of several crates, and prints the answer.

mod each_number;
mod other_crate;

use std::{
    hint::black_box,
    io::{self, Write},
    num::NonZeroU32,
    ops::Range,
};

use common::stopwatch::Stopwatch;
use sieve::Sieve;

use super::{
    instruction_set::InstructionSet,
    task::{Task, Verb},
};

/// The lock file, which has the versions of crates.
const LOCK: &str = include_str!("../../../../Cargo.lock");

/// The crate that does a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Implementation {
    /// Our crate `sieve`, with its default settings.
    Ours,
    /// Our crate `sieve`, with an instruction set that may not be the best of this machine.
    OursWith(InstructionSet),
    /// The crate `primal`.
    OtherCrate,
    /// The crate `machine-prime`.
    EachNumber,
}

/// An error that prevents a task.
#[derive(Debug, thiserror::Error)]
pub enum PerformError {
    /// The crate does not support the task.
    #[error("{implementation} cannot {verb} from {start}; use `sieve`", start = range.start)]
    Unsupported {
        /// The crate.
        implementation: &'static str,
        /// The verb.
        verb: &'static str,
        /// The range.
        range: Range<u64>,
    },
    /// The answer cannot be written.
    #[error("cannot write the answer; leave stdout open")]
    Write(#[from] io::Error),
}

impl Implementation {
    /// All crates.
    pub const ALL: [Self; 6] = [
        Self::Ours,
        Self::OursWith(InstructionSet::Plain),
        Self::OursWith(InstructionSet::Avx2),
        Self::OursWith(InstructionSet::Avx512),
        Self::OtherCrate,
        Self::EachNumber,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ours => "sieve",
            Self::OursWith(InstructionSet::Plain) => "sieve-plain",
            Self::OursWith(InstructionSet::Avx2) => "sieve-avx2",
            Self::OursWith(InstructionSet::Avx512) => "sieve-avx512",
            Self::OtherCrate => other_crate::NAME,
            Self::EachNumber => each_number::NAME,
        }
    }

    /// The name and version, and the instruction set of ours.
    pub fn title(self) -> String {
        match self {
            Self::Ours => Self::OursWith(InstructionSet::best()).title(),
            Self::OursWith(set) => format!("sieve {} ({})", env!("CARGO_PKG_VERSION"), set.title()),
            Self::OtherCrate | Self::EachNumber => title_of_crate(self.name()),
        }
    }

    /// Whether it is our crate.
    pub(super) fn is_ours(self) -> bool {
        matches!(self, Self::Ours | Self::OursWith(_))
    }

    /// Whether the crate supports the task on this machine.
    pub fn can(self, task: &Task) -> bool {
        match self {
            Self::Ours => true,
            // There are no instruction sets in what does not sieve.
            Self::OursWith(set) => set.is_available() && task.verb != Verb::PrimeCount,
            Self::OtherCrate => {
                matches!(task.verb, Verb::Count | Verb::Sum | Verb::Collect)
                    && task.range.start == 0
            }
            Self::EachNumber => matches!(task.verb, Verb::Count | Verb::CountOnAllThreads),
        }
    }

    /// Does the task. `out` gets the answer and a newline; after repetitions a second line with
    /// the nanoseconds of one of them (CPU time, a space, wall time); or the lines themselves.
    ///
    /// # Errors
    /// When it cannot, or when its output is not read.
    pub fn perform(self, task: &Task, out: &mut impl Write) -> Result<(), PerformError> {
        if !self.can(task) {
            return Err(PerformError::Unsupported {
                implementation: self.name(),
                verb: task.verb.name(),
                range: task.range.clone(),
            });
        }
        match self {
            Self::Ours => with_ours(Sieve::default(), task, out)?,
            Self::OursWith(set) => {
                with_ours(Sieve::default().instructions(set.instructions()), task, out)?;
            }
            Self::OtherCrate => with_other_crate(task, out)?,
            Self::EachNumber => with_each_number(task, out)?,
        }
        Ok(())
    }
}

fn with_ours(sieve: Sieve, task: &Task, out: &mut impl Write) -> io::Result<()> {
    let range = task.range.clone();
    match task.verb {
        Verb::Count => writeln!(out, "{}", sieve.count(range)),
        Verb::CountOnAllThreads => writeln!(out, "{}", sieve.par_count(range)),
        Verb::PrimeCount => {
            let count = sieve::prime_count(range.end - 1).map_err(io::Error::other)?;
            writeln!(out, "{count}")
        }
        Verb::Sum => writeln!(out, "{}", sieve.primes(range).sum::<u64>()),
        Verb::SumByFor => {
            let mut sum = 0;
            for prime in sieve.primes(range) {
                sum += prime;
            }
            writeln!(out, "{sum}")
        }
        Verb::Collect => writeln!(out, "{}", listing(&sieve.collect(range))),
        Verb::Lines => sieve.write_lines(range, out).map(drop),
        Verb::CountRepeatedly => {
            repeat(task.repetitions, out, || sieve.count(black_box(range.clone())), u64::to_string)
        }
        Verb::CollectRepeatedly => repeat(
            task.repetitions,
            out,
            || sieve.collect(black_box(range.clone())),
            |primes: &Vec<u64>| listing(primes),
        ),
        Verb::SumFirstRepeatedly => repeat(
            task.repetitions,
            out,
            || sum_of_first(sieve, &black_box(range.clone())),
            u64::to_string,
        ),
    }
}

/// Adds up the first primes from the start of a range on, as many as it has numbers.
fn sum_of_first(sieve: Sieve, range: &Range<u64>) -> u64 {
    let count = usize::try_from(range.end - range.start).expect("a number of primes");
    sieve.primes(range.start..).take(count).sum()
}

fn with_other_crate(task: &Task, out: &mut impl Write) -> io::Result<()> {
    let end = task.range.end;
    match task.verb {
        Verb::Count => writeln!(out, "{}", other_crate::count_below(end)),
        Verb::Sum => writeln!(out, "{}", other_crate::sum_below(end)),
        Verb::Collect => writeln!(out, "{}", listing(&other_crate::list_below(end))),
        _ => unreachable!("`can` says so"),
    }
}

fn with_each_number(task: &Task, out: &mut impl Write) -> io::Result<()> {
    let range = task.range.clone();
    match task.verb {
        Verb::Count => writeln!(out, "{}", each_number::count(range)),
        Verb::CountOnAllThreads => writeln!(out, "{}", each_number::count_on_all_threads(range)),
        _ => unreachable!("`can` says so"),
    }
}

/// The name and version of a foreign crate.
fn title_of_crate(name: &str) -> String {
    let heading = format!("name = \"{name}\"");
    let mut lines = LOCK.lines().skip_while(|line| *line != heading).skip(1);
    let version = lines.next().and_then(|line| line.strip_prefix("version = "));
    format!("{name} {}", version.expect("Cargo.lock to have what was built").trim_matches('"'))
}

/// Repeats `work`, and writes its answer and its average time after a warm-up.
fn repeat<Answer>(
    repetitions: NonZeroU32,
    out: &mut impl Write,
    work: impl Fn() -> Answer,
    describe: impl Fn(&Answer) -> String,
) -> io::Result<()> {
    let mut answer = work();
    for _ in 0..repetitions.get() / 10 {
        black_box(work());
    }
    let stopwatch = Stopwatch::start();
    for _ in 0..repetitions.get() {
        // Its memory is given back before the next one asks for some.
        drop(answer);
        answer = black_box(work());
    }
    let cost = stopwatch.cost();
    let each = [cost.cpu, cost.wall].map(|time| (time / repetitions.get()).as_nanos());
    writeln!(out, "{}\n{} {}", describe(&answer), each[0], each[1])
}

/// A short digest of a list of primes, at a negligible cost.
fn listing(primes: &[u64]) -> String {
    match (primes.first(), primes.get(primes.len() / 2), primes.last()) {
        (Some(first), Some(middle), Some(last)) => {
            format!("{} primes: {first} .. {middle} .. {last}", primes.len())
        }
        _ => "0 primes".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(implementation: Implementation, verb: Verb, range: Range<u64>, expected: &str) {
        let mut out = Vec::new();
        let task = Task { verb, range, repetitions: NonZeroU32::MIN };
        implementation.perform(&task, &mut out).expect("room in memory");
        let text = String::from_utf8(out).expect("text");
        let is_repeated = verb.is_repeated();
        let compared = if is_repeated { text.lines().next().unwrap_or_default() } else { &text };
        assert_eq!(compared, expected, "{implementation:?} {task:?}");
        assert_eq!(text.lines().count() == 2, is_repeated || verb == Verb::Lines);
    }

    #[test]
    fn ours_does_every_task() {
        for ours in [Implementation::Ours, Implementation::OursWith(InstructionSet::Plain)] {
            check(ours, Verb::Count, 10..20, "4\n");
            check(ours, Verb::CountOnAllThreads, 10..20, "4\n");
            check(ours, Verb::Sum, 10..20, "60\n");
            check(ours, Verb::SumByFor, 10..20, "60\n");
            check(ours, Verb::Collect, 10..20, "4 primes: 11 .. 17 .. 19\n");
            check(ours, Verb::Collect, 24..29, "0 primes\n");
            check(ours, Verb::Lines, 10..15, "11\n13\n");
            check(ours, Verb::CountRepeatedly, 10..20, "4");
            check(ours, Verb::CollectRepeatedly, 10..20, "4 primes: 11 .. 17 .. 19");
            check(ours, Verb::SumFirstRepeatedly, 10..13, "41");
        }
    }

    #[test]
    fn ours_counts_without_a_sieve() {
        check(Implementation::Ours, Verb::PrimeCount, 0..19, "7\n");
        check(Implementation::Ours, Verb::PrimeCount, 0..20, "8\n");
    }

    #[test]
    fn the_other_crate_does_jobs_that_start_at_zero() {
        let other = Implementation::OtherCrate;
        // 19 itself is not below 19.
        for (end, count, sum, listing) in [
            (19, "7\n", "58\n", "7 primes: 2 .. 7 .. 17\n"),
            (20, "8\n", "77\n", "8 primes: 2 .. 11 .. 19\n"),
            (1, "0\n", "0\n", "0 primes\n"),
        ] {
            check(other, Verb::Count, 0..end, count);
            check(other, Verb::Sum, 0..end, sum);
            check(other, Verb::Collect, 0..end, listing);
        }
    }

    #[test]
    fn each_number_is_tested_wherever_the_range_starts() {
        for verb in [Verb::Count, Verb::CountOnAllThreads] {
            check(Implementation::EachNumber, verb, 10..20, "4\n");
            check(Implementation::EachNumber, verb, 0..3, "1\n");
        }
    }

    #[test]
    fn the_other_crate_refuses_the_rest() {
        let task = Task { verb: Verb::Count, range: 10..20, repetitions: NonZeroU32::MIN };
        let error = Implementation::OtherCrate.perform(&task, &mut Vec::new());
        assert_eq!(
            error.expect_err("a range above zero").to_string(),
            "primal cannot count from 10; use `sieve`"
        );
    }

    #[test]
    fn versions_are_those_that_were_built() {
        assert!(Implementation::Ours.title().starts_with("sieve 0."));
        assert!(Implementation::OtherCrate.title().starts_with("primal 0.3."));
        assert!(Implementation::EachNumber.title().starts_with("machine-prime 1."));
    }
}
