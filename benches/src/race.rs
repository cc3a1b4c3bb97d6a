//! Runs a race: contenders do a job in turns, so that a slow minute of the machine affects all.

use std::{
    fmt,
    num::{NonZeroU32, NonZeroUsize},
    time::Duration,
};

use report::{cores, human_time};

use crate::{
    measurement::Measurement,
    trial::{Cost, Trial, TrialError},
};

/// A job and its contenders; the first one is ours.
#[derive(Debug)]
pub struct Race {
    /// The name of the job.
    pub job: String,
    /// The least time that is possible, where that is known.
    pub limit: Option<Limit>,
    /// The contenders, each with its program.
    pub entries: Vec<RaceEntry>,
}

/// A contender in a race.
#[derive(Debug)]
pub struct RaceEntry {
    /// The name, with the version where names are not distinct.
    pub contender: String,
    /// The program that does this job; none if it would take too long.
    pub trial: Option<Trial>,
}

/// A limit on the time of all contenders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The total latency of the answers.
    Latency(Duration),
    /// The least time that the host's rate limit allows.
    Rate(Duration),
    /// The number of cores.
    Cores(NonZeroUsize),
}

/// The result of a race.
#[derive(Clone, Debug)]
pub struct RaceResult {
    /// The name of the job.
    pub job: String,
    /// The least time that is possible, where that is known.
    pub limit: Option<Limit>,
    /// The answer of all contenders.
    pub answer: String,
    /// The timings of each contender, in order.
    pub results: Vec<Timings>,
}

/// The timings of one contender.
#[derive(Clone, Debug)]
pub struct Timings {
    /// The name, with the version where names are not distinct.
    pub contender: String,
    /// The cost of each round; empty for a contender that did not do the job.
    pub costs: Vec<Cost>,
}

impl Timings {
    /// The wall times alone.
    pub fn wall(&self) -> Vec<Duration> {
        self.costs.iter().map(|cost| cost.wall).collect()
    }

    /// The CPU times alone.
    pub fn cpu(&self) -> Vec<Duration> {
        self.costs.iter().map(|cost| cost.cpu).collect()
    }

    /// The peak memory of all rounds; none for a contender that did not do the job.
    pub fn memory_bytes_max(&self) -> Option<u64> {
        self.costs.iter().map(|cost| cost.memory_bytes).max()
    }
}

impl Limit {
    /// The limit by cores: one, or all that this process may use.
    pub fn of_threads(threads: Threads) -> Self {
        Self::Cores(match threads {
            Threads::One => NonZeroUsize::MIN,
            Threads::All => cores(),
        })
    }

    /// The least time that the limit allows.
    pub fn floor(self) -> Option<Duration> {
        match self {
            Self::Latency(time) | Self::Rate(time) => Some(time),
            Self::Cores(_) => None,
        }
    }
}

/// The number of threads or processes that share a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threads {
    /// A single one.
    One,
    /// One for each core.
    All,
}

impl fmt::Display for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latency(time) => write!(formatter, "latency alone takes {}", human_time(*time)),
            Self::Rate(time) => write!(formatter, "the rate alone takes {}", human_time(*time)),
            Self::Cores(cores) if cores.get() == 1 => formatter.write_str("1 core"),
            Self::Cores(cores) => write!(formatter, "{cores} cores"),
        }
    }
}

/// An error that invalidates a race.
#[derive(Debug, thiserror::Error)]
pub enum RaceError {
    /// A contender failed.
    #[error("{contender} cannot {job}")]
    Trial {
        /// The contender.
        contender: String,
        /// The job.
        job: String,
        /// The error.
        source: TrialError,
    },
    /// Two contenders disagree.
    #[error(
        "{contender} finds {answer:?}, but {reference} found {reference_answer:?}, when asked to \
         {job}: one of them is wrong, so compare with a third program"
    )]
    Disagreement {
        /// The job.
        job: String,
        /// The contender that differs.
        contender: String,
        /// Its answer.
        answer: String,
        /// The first contender.
        reference: String,
        /// The answer of the first contender.
        reference_answer: String,
    },
}

/// Runs all contenders, one after another, round by round; `measure` gets the name of each.
///
/// # Errors
/// When a trial fails, or an answer is not that of the first trial.
pub fn run(
    race: &Race,
    rounds: NonZeroU32,
    mut measure: impl FnMut(&str, &Trial) -> Result<Measurement, TrialError>,
) -> Result<RaceResult, RaceError> {
    let mut first: Option<(&RaceEntry, String)> = None;
    let mut results: Vec<Timings> = race
        .entries
        .iter()
        .map(|entry| Timings { contender: entry.contender.clone(), costs: Vec::new() })
        .collect();
    for _ in 0..rounds.get() {
        for (entry, timings) in race.entries.iter().zip(&mut results) {
            let Some(trial) = &entry.trial else { continue };
            let Measurement { answer, cost } =
                measure(&entry.contender, trial).map_err(|source| RaceError::Trial {
                    contender: entry.contender.clone(),
                    job: race.job.clone(),
                    source,
                })?;
            timings.costs.push(cost);
            let (reference, expected) = first.get_or_insert_with(|| (entry, answer.clone()));
            if answer != *expected {
                return Err(RaceError::Disagreement {
                    job: race.job.clone(),
                    contender: entry.contender.clone(),
                    answer,
                    reference: reference.contender.clone(),
                    reference_answer: expected.clone(),
                });
            }
        }
    }
    let answer = first.map(|(_, answer)| answer).unwrap_or_default();
    Ok(RaceResult { job: race.job.clone(), limit: race.limit, answer, results })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::Output;

    const ROUNDS: NonZeroU32 = NonZeroU32::new(2).expect("two");

    fn race() -> Race {
        let entry = |name: &str| RaceEntry {
            contender: name.to_owned(),
            trial: Some(Trial {
                program: name.into(),
                arguments: Vec::new(),
                environment: Vec::new(),
                output: Output::Answer,
            }),
        };
        Race {
            job: "count to 10".to_owned(),
            limit: None,
            entries: ["ours", "theirs"].map(entry).into(),
        }
    }

    fn measured(answer: &str, seconds: u64) -> Measurement {
        let cpu = Duration::from_secs(seconds);
        let cost = Cost { wall: Duration::ZERO, cpu, memory_bytes: 0 };
        Measurement { answer: answer.to_owned(), cost }
    }

    #[test]
    fn contenders_take_turns() {
        let mut seconds = 0;
        let row = run(&race(), ROUNDS, |_, _| {
            seconds += 1;
            Ok(measured("4", seconds))
        })
        .expect("four primes below ten");
        let times: Vec<Vec<u64>> = row
            .results
            .iter()
            .map(|timings| timings.cpu().iter().map(Duration::as_secs).collect())
            .collect();
        assert_eq!(times, [[1, 3], [2, 4]]);
        assert_eq!(row.answer, "4");
    }

    #[test]
    fn a_contender_that_is_too_slow_is_left_out() {
        let mut race = race();
        race.entries[1].trial = None;
        let row = run(&race, ROUNDS, |_, _| Ok(measured("4", 1))).expect("ours is there");
        assert_eq!(row.results[0].costs.len(), 2);
        assert_eq!(row.results[1].costs, []);
        assert_eq!(row.results[1].memory_bytes_max(), None);
    }

    #[test]
    fn disagreement_is_an_error() {
        let mut trials = 0;
        let error = run(&race(), ROUNDS, |_, _| {
            trials += 1;
            Ok(measured(if trials == 4 { "5" } else { "4" }, 1))
        })
        .expect_err("two answers");
        assert_eq!(
            error.to_string(),
            "theirs finds \"5\", but ours found \"4\", when asked to count to 10: one of them is \
             wrong, so compare with a third program"
        );
    }

    #[test]
    fn a_failure_names_its_contender() {
        let error = run(&race(), ROUNDS, |contender, trial| match contender {
            "ours" => Ok(measured("4", 1)),
            _ => Err(TrialError::UnexpectedOutput {
                command: trial.to_string(),
                output: String::new(),
            }),
        })
        .expect_err("only one can");
        assert_eq!(error.to_string(), "theirs cannot count to 10");
    }
}
