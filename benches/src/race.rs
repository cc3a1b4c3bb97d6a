//! One job, done in turns by everyone who can, so that a slow minute of the machine hits them all.

use std::{num::NonZeroU32, time::Duration};

use common::stopwatch::Cost;

use crate::trial::{Measurement, Trial, TrialError};

/// A job, and who does it; the first one is ours.
#[derive(Debug)]
pub struct Race {
    /// What the job is called.
    pub job: String,
    /// Who does it, and by which program.
    pub entrants: Vec<Entrant>,
}

/// Someone who does a job.
#[derive(Debug)]
pub struct Entrant {
    /// The name and the version.
    pub contender: String,
    /// The program that does this job.
    pub trial: Trial,
}

/// What a race came to.
#[derive(Clone, Debug)]
pub struct Row {
    /// What the job is called.
    pub job: String,
    /// What all have found.
    pub answer: String,
    /// Who did it, in the order of the race.
    pub results: Vec<Timings>,
}

/// What a job cost one contender.
#[derive(Clone, Debug)]
pub struct Timings {
    /// The name and the version.
    pub contender: String,
    /// One for each round.
    pub costs: Vec<Cost>,
}

impl Timings {
    /// The CPU times alone.
    pub fn cpu(&self) -> Vec<Duration> {
        self.costs.iter().map(|cost| cost.cpu).collect()
    }
}

/// Why a race has no result that can be relied on.
#[derive(Debug, thiserror::Error)]
pub enum RaceError {
    /// Someone did not arrive.
    #[error("{contender} cannot {job}")]
    Trial {
        /// Who.
        contender: String,
        /// The job.
        job: String,
        /// Why.
        source: TrialError,
    },
    /// Two answers, one too many.
    #[error(
        "{contender} finds {answer:?}, but {reference} found {reference_answer:?}, when asked to \
         {job}: one of them is wrong, so ask a third"
    )]
    Disagreement {
        /// The job.
        job: String,
        /// Who differs.
        contender: String,
        /// From what the first one found.
        answer: String,
        /// Who was first.
        reference: String,
        /// With which answer.
        reference_answer: String,
    },
}

/// Lets everyone do the job, one after another, round by round.
///
/// # Errors
/// When a trial fails, or an answer is not that of the first trial.
pub fn run(
    race: &Race,
    rounds: NonZeroU32,
    mut measure: impl FnMut(&Trial) -> Result<Measurement, TrialError>,
) -> Result<Row, RaceError> {
    let mut first: Option<(&Entrant, String)> = None;
    let mut results: Vec<Timings> = race
        .entrants
        .iter()
        .map(|entrant| Timings { contender: entrant.contender.clone(), costs: Vec::new() })
        .collect();
    for _ in 0..rounds.get() {
        for (entrant, timings) in race.entrants.iter().zip(&mut results) {
            let Measurement { answer, cost } =
                measure(&entrant.trial).map_err(|source| RaceError::Trial {
                    contender: entrant.contender.clone(),
                    job: race.job.clone(),
                    source,
                })?;
            timings.costs.push(cost);
            let (reference, expected) = first.get_or_insert_with(|| (entrant, answer.clone()));
            if answer != *expected {
                return Err(RaceError::Disagreement {
                    job: race.job.clone(),
                    contender: entrant.contender.clone(),
                    answer,
                    reference: reference.contender.clone(),
                    reference_answer: expected.clone(),
                });
            }
        }
    }
    let answer = first.map(|(_, answer)| answer).unwrap_or_default();
    Ok(Row { job: race.job.clone(), answer, results })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::Output;

    const ROUNDS: NonZeroU32 = NonZeroU32::new(2).expect("two");

    fn race() -> Race {
        let entrant = |name: &str| Entrant {
            contender: name.to_owned(),
            trial: Trial {
                program: name.into(),
                arguments: Vec::new(),
                environment: Vec::new(),
                output: Output::Answer,
            },
        };
        Race { job: "count to 10".to_owned(), entrants: ["ours", "theirs"].map(entrant).into() }
    }

    fn measured(answer: &str, seconds: u64) -> Measurement {
        let cpu = Duration::from_secs(seconds);
        Measurement { answer: answer.to_owned(), cost: Cost { cpu, wall: Duration::ZERO } }
    }

    #[test]
    fn contenders_take_turns() {
        let mut seconds = 0;
        let row = run(&race(), ROUNDS, |_| {
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
    fn disagreement_is_an_error() {
        let mut trials = 0;
        let error = run(&race(), ROUNDS, |_| {
            trials += 1;
            Ok(measured(if trials == 4 { "5" } else { "4" }, 1))
        })
        .expect_err("two answers");
        assert_eq!(
            error.to_string(),
            "theirs finds \"5\", but ours found \"4\", when asked to count to 10: one of them is \
             wrong, so ask a third"
        );
    }

    #[test]
    fn a_failure_says_whose_it_is() {
        let error = run(&race(), ROUNDS, |trial| match trial.to_string().as_str() {
            "ours" => Ok(measured("4", 1)),
            _ => Err(TrialError::Nonsense { command: trial.to_string(), output: String::new() }),
        })
        .expect_err("only one can");
        assert_eq!(error.to_string(), "theirs cannot count to 10");
    }
}
