//! The section of primes of a range: part 1 beside its Python original and other programs.

use std::{num::NonZeroU32, ops::Range, path::PathBuf};

use report::cores;

use super::{
    Options, Outcome, SectionError, Selection, contenders_of, installed, our_parts, part1,
    python::{self, Python},
    race_all,
    sieving::{
        in_process::Implementation,
        task::{Task, Verb},
    },
};
use crate::{
    answer_format::AnswerFormat,
    race::{Limit, Race, RaceEntry, Threads},
    trial::{Output, Trial},
};

const PRIMESIEVE: &str = "primesieve";

/// The range of the lab's first part, and a short one.
const LAB: Range<u64> = 100_000_000..101_000_000;
const SHORT: Range<u64> = 100_000_000..100_002_000;

const BILLION: Range<u64> = 0..1_000_000_000;
const LONG: Range<u64> = 100_000_000..200_000_000;

const LINES: &str = "Lines are written to `/dev/null`; in another run, which is not timed, they go \
     through a pipe to this program, which makes sure that all write the same bytes.";

/// The installed programs.
struct Programs {
    part: PathBuf,
    this: PathBuf,
    python: Option<Python>,
    primesieve: Option<String>,
}

pub(super) fn run(
    options: &Options,
    rounds: NonZeroU32,
    announce: fn(&str),
) -> Result<Outcome, SectionError> {
    announce("build part 1, and look for Python and primesieve");
    let (python, mut missing) = python::find(&options.python, &[])?;
    let primesieve = installed::find(PRIMESIEVE)?;
    missing.extend(primesieve.missing);
    let programs = Programs {
        part: our_parts::build(options, part1::PART)?,
        this: options.this_program.clone(),
        python,
        primesieve: primesieve.version,
    };
    let races = programs.races(options.selection);
    let rows = race_all(&races, rounds, announce)?;
    Ok(Outcome {
        contenders: contenders_of(&rows),
        versions: programs.versions(),
        rows,
        missing,
        remarks: match options.selection {
            Selection::Full => vec![LINES.to_owned()],
            Selection::Quick => Vec::new(),
        },
    })
}

impl Programs {
    fn versions(&self) -> Vec<String> {
        let python = self.python.iter().flat_map(|python| python.versions.clone());
        let crates = [Implementation::EachNumber, Implementation::OtherCrate];
        let crates = crates.into_iter().map(Implementation::title);
        [part1::title()]
            .into_iter()
            .chain(python)
            .chain(crates)
            .chain(self.primesieve.clone())
            .collect()
    }

    fn races(&self, selection: Selection) -> Vec<Race> {
        let (dividing, title) = match selection {
            Selection::Full => (LAB, "1e8 to 1e8 + 1e6"),
            Selection::Quick => (SHORT, "1e8 to 1e8 + 2000"),
        };
        let mut races = Vec::new();
        for (threads, suffix) in [(Threads::One, "one at a time"), (Threads::All, "on all cores")] {
            let race = |job: String, entries| Race {
                job,
                limit: Some(Limit::of_threads(threads)),
                entries,
            };
            races.push(race(
                format!("find {title} by trial division, {suffix}"),
                self.dividers(&dividing, threads),
            ));
            races.push(race(
                format!("count 1e8 to 1e8 + 1e6, {suffix}"),
                self.counters(&LAB, threads, &["sieve", "simd", "strong"]),
            ));
            if selection == Selection::Full {
                races.push(race(
                    format!("count to 1e9, {suffix}"),
                    self.counters(&BILLION, threads, &["sieve"]),
                ));
            }
        }
        if selection == Selection::Full {
            races.push(Race {
                job: "print 1e8 to 2e8 as decimal lines".to_owned(),
                limit: Some(Limit::of_threads(Threads::All)),
                entries: self.printers(&LONG),
            });
        }
        races
    }

    /// The contenders that divide each number, Python and ours.
    fn dividers(&self, range: &Range<u64>, threads: Threads) -> Vec<RaceEntry> {
        let mut entries = self.ours(range, threads, "trial", &[], AnswerFormat::CountAndSum);
        entries.extend(self.python.as_ref().map(|python| {
            let (variant, contender) = match threads {
                Threads::One => ("sequential", "Python, `for`"),
                Threads::All => ("parallel", "Python, `Pool.map`"),
            };
            let arguments = [
                ("--from", range.start.to_string()),
                ("--to", range.end.to_string()),
                ("--workers", cores().to_string()),
                ("--variant", variant.to_owned()),
            ];
            let arguments =
                arguments.into_iter().flat_map(|(option, value)| [option.to_owned(), value]);
            let output = Output::Report(AnswerFormat::CountAndSum);
            RaceEntry {
                contender: contender.to_owned(),
                trial: Some(python.trial("primes.py", arguments, output)),
            }
        }));
        entries
    }

    /// The contenders that count without dividing, ours by these methods.
    fn counters(&self, range: &Range<u64>, threads: Threads, methods: &[&str]) -> Vec<RaceEntry> {
        let of_method =
            |method: &&str| self.ours(range, threads, method, &["--count"], AnswerFormat::Count);
        let mut entries: Vec<RaceEntry> = methods.iter().flat_map(of_method).collect();
        entries.extend(self.crates(range, threads));
        entries.extend(self.primesieve.as_ref().map(|version| {
            let numbers = primesieve_numbers(range);
            let (contender, threads) = match threads {
                Threads::One => (format!("{version}, 1 thread"), "--threads=1".to_owned()),
                Threads::All => (version.clone(), format!("--threads={}", cores())),
            };
            let arguments = numbers.into_iter().chain(["--quiet".to_owned(), threads]);
            let trial = Trial::new(PRIMESIEVE, arguments, Output::Answer);
            RaceEntry { contender, trial: Some(trial) }
        }));
        entries
    }

    fn crates(&self, range: &Range<u64>, threads: Threads) -> Vec<RaceEntry> {
        let verb = match threads {
            Threads::One => Verb::Count,
            Threads::All => Verb::CountOnAllThreads,
        };
        let task = Task { verb, range: range.clone(), repetitions: NonZeroU32::MIN };
        // A test of each of a billion numbers takes minutes, and shows nothing new.
        let is_short = range.end - range.start <= LAB.end - LAB.start;
        let all = [Implementation::EachNumber, Implementation::OtherCrate];
        let able = all.into_iter().filter(|implementation| implementation.can(&task));
        able.filter(|implementation| is_short || *implementation != Implementation::EachNumber)
            .map(|implementation| {
                let heading = ["job", implementation.name()].map(str::to_owned);
                let arguments = heading.into_iter().chain(task.arguments());
                let contender = match threads {
                    Threads::One => implementation.title(),
                    Threads::All => format!("{} with rayon", implementation.title()),
                };
                let trial = Trial::new(&self.this, arguments, Output::Answer);
                RaceEntry { contender, trial: Some(trial) }
            })
            .collect()
    }

    fn printers(&self, range: &Range<u64>) -> Vec<RaceEntry> {
        let mut entries: Vec<RaceEntry> = ["sequential", "parallel"]
            .map(|variant| {
                let mut arguments = part1::arguments(range, variant, "sieve");
                arguments.push("--print".to_owned());
                let trial = Trial::new(&self.part, arguments, Output::Lines);
                RaceEntry { contender: format!("ours, {variant}, sieve"), trial: Some(trial) }
            })
            .into();
        entries.extend(self.primesieve.as_ref().map(|version| {
            let arguments = primesieve_numbers(range).into_iter().chain(["--print".to_owned()]);
            let trial = Trial::new(PRIMESIEVE, arguments, Output::Lines);
            RaceEntry { contender: version.clone(), trial: Some(trial) }
        }));
        entries
    }

    /// Our variants for this number of threads.
    fn ours(
        &self,
        range: &Range<u64>,
        threads: Threads,
        method: &str,
        options: &[&str],
        format: AnswerFormat,
    ) -> Vec<RaceEntry> {
        let variants: &[&str] = match threads {
            Threads::One => &["sequential"],
            Threads::All => &["parallel", "work-queue", "processes"],
        };
        let entry = |variant: &&str| {
            let mut arguments = part1::arguments(range, variant, method);
            arguments.extend(["--format", "json"].iter().chain(options).map(ToString::to_string));
            RaceEntry {
                contender: format!("ours, {variant}, {method}"),
                trial: Some(Trial::new(&self.part, arguments, Output::Report(format))),
            }
        };
        variants.iter().map(entry).collect()
    }
}

/// The arguments of primesieve for a range, whose end it includes.
fn primesieve_numbers(range: &Range<u64>) -> [String; 2] {
    [range.start, range.end - 1].map(|number| number.to_string())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn jobs(programs: &Programs, selection: Selection) -> String {
        let mut lines = Vec::new();
        for race in programs.races(selection) {
            lines.push(race.job);
            lines.extend(race.entries.iter().map(|entry| format!("  {}", entry.contender)));
        }
        lines.join("\n") + "\n"
    }

    #[test]
    fn missing_contenders_are_left_out() {
        let alone = Programs {
            part: part1::PART.into(),
            this: "peers".into(),
            python: None,
            primesieve: None,
        };
        expect![[r#"
            find 1e8 to 1e8 + 2000 by trial division, one at a time
              ours, sequential, trial
            count 1e8 to 1e8 + 1e6, one at a time
              ours, sequential, sieve
              ours, sequential, simd
              ours, sequential, strong
              machine-prime 1.5.7
            find 1e8 to 1e8 + 2000 by trial division, on all cores
              ours, parallel, trial
              ours, work-queue, trial
              ours, processes, trial
            count 1e8 to 1e8 + 1e6, on all cores
              ours, parallel, sieve
              ours, work-queue, sieve
              ours, processes, sieve
              ours, parallel, simd
              ours, work-queue, simd
              ours, processes, simd
              ours, parallel, strong
              ours, work-queue, strong
              ours, processes, strong
              machine-prime 1.5.7 with rayon
        "#]]
        .assert_eq(&jobs(&alone, Selection::Quick));
    }

    #[test]
    fn primesieve_takes_part_where_it_can() {
        let both = Programs {
            part: part1::PART.into(),
            this: "peers".into(),
            python: None,
            primesieve: Some("primesieve 11.0".to_owned()),
        };
        let jobs = jobs(&both, Selection::Full);
        assert_eq!(jobs.matches("primesieve 11.0\n").count(), 3, "{jobs}");
        assert_eq!(jobs.matches("primesieve 11.0, 1 thread\n").count(), 2, "{jobs}");
    }
}
