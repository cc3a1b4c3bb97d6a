//! Checks the results of part 1.

use std::{collections::BTreeSet, ops::Range};

use exam::part1::{Found, Keep, Task, TaskResults};

use super::assignment::{ExpectedResult, Job, WorkerTask};
use crate::{
    diagnose::{self, Fault},
    exam_session::ExamSession,
    examiner::named,
    verdict::Diagnosis,
};

/// The pool's message on a task that failed without killing its worker.
const REFUSED: &str = "could not do task";

/// Checks a job: each chunk has to be done once, and the answer has to be complete.
pub(super) fn check_job(session: &ExamSession, job: &Job) -> Result<(), Fault> {
    let results: TaskResults = diagnose::result(session)?;
    diagnose::each_once(&job.chunks(), &session.asked, |chunk| (named(chunk), "done"))?;
    match &results[..] {
        [Ok(found)] => fault_in(found, &job.answer()).map_or(Ok(()), Err),
        [Err(error)] => Err((Diagnosis::WrongAnswer, format!("it returned an error: {error}"))),
        _ => Err((Diagnosis::WrongAnswer, "it did not return exactly one answer".to_owned())),
    }
}

/// Checks that a job fails, with an error or a panic, since this chunk failed.
pub(super) fn check_no_answer(session: &ExamSession, refused: &Range<u64>) -> Result<(), Fault> {
    let results: Result<TaskResults, _> = diagnose::result(session);
    if let Some(fault) = diagnose::unexpected_start(session) {
        return Err(fault);
    }
    if results.is_ok_and(|results| results.iter().any(Result::is_ok)) {
        let evidence = format!(
            "{} failed, but the function returned an answer as if it had not",
            named(refused)
        );
        return Err((Diagnosis::ErrorLost, evidence));
    }
    Ok(())
}

/// Whether these primes differ from the expected ones.
#[cfg(test)]
pub(super) fn is_wrong(primes: Vec<u64>, expected: &[u64]) -> bool {
    fault_in(&Found { count: primes.len() as u64, primes }, expected).is_some()
}

fn fault_in(found: &Found, expected: &[u64]) -> Option<Fault> {
    let Found { count, primes } = found;
    if primes == expected && *count == expected.len() as u64 {
        return None;
    }
    let (have, want) = (primes.iter().collect::<BTreeSet<_>>(), expected.iter().collect());
    if have == want && primes.len() == expected.len() {
        if *count != expected.len() as u64 {
            let evidence =
                format!("all {} primes are listed, but the count is {count}", expected.len());
            return Some((Diagnosis::WrongAnswer, evidence));
        }
        return Some((
            Diagnosis::WrongOrder,
            "all primes are in the answer, but in the wrong order".to_owned(),
        ));
    }
    let missing = want.difference(&have).count();
    let foreign = have.difference(&want).count();
    let doubled = primes.len() - have.len();
    let evidence = format!(
        "of {} numbers that `work` found, {missing} are missing from the answer, and {doubled} are \
         doubled; {foreign} numbers in the answer were not found by `work`",
        expected.len()
    );
    Some((Diagnosis::WrongAnswer, evidence))
}

/// Checks the results of a worker process.
pub(super) fn check_worker(session: &ExamSession, tasks: &[WorkerTask]) -> Result<(), Fault> {
    let results: TaskResults = diagnose::result(session)?;
    if results.len() != tasks.len() {
        let evidence = format!("{} tasks, {} results", tasks.len(), results.len());
        return Err((Diagnosis::NotEachOnce, evidence));
    }
    let fault = tasks.iter().zip(&results).find_map(|(asked, result)| {
        if let Some(hint) = hint_in(&session.outcome.stderr)
            && result.is_err()
        {
            let hint = if session.outcome.is_concealed { "see its hint" } else { hint };
            return Some((Diagnosis::Unwritten, format!("still to be written: {hint}")));
        }
        let WorkerTask { task: Task { from, to, keep, .. }, expected } = *asked;
        let wrong = match (expected, result) {
            (ExpectedResult::Error, Err(error)) if error.contains(REFUSED) => return None,
            (ExpectedResult::Error, Err(error)) => format!(
                "the method does not support these numbers, so the worker must return an error; but \
                 {error}"
            ),
            (ExpectedResult::Error, Ok(found)) => format!(
                "the method does not support these numbers, so the worker must return an error; but \
                 it counted {}",
                found.count
            ),
            (ExpectedResult::Primes | ExpectedResult::Known(_), Err(error)) => error.clone(),
            (ExpectedResult::Primes | ExpectedResult::Known(_), Ok(found)) => {
                let expected = match expected {
                    ExpectedResult::Known(count) => Found { count, primes: Vec::new() },
                    _ => found_in(from..to, keep),
                };
                if *found == expected {
                    return None;
                }
                format!(
                    "it counted {} (right: {}) and listed {} primes (right: {})",
                    found.count,
                    expected.count,
                    found.primes.len(),
                    expected.primes.len()
                )
            }
        };
        Some((Diagnosis::WrongAnswer, format!("asked for {asked}: {wrong}")))
    });
    fault.map_or(Ok(()), Err)
}

fn found_in(numbers: Range<u64>, keep: Keep) -> Found {
    let primes: Vec<u64> = numbers.filter(|&number| sieve::is_prime(number)).collect();
    let count = primes.len() as u64;
    match keep {
        Keep::List => Found { count, primes },
        Keep::Count => Found { count, primes: Vec::new() },
    }
}

/// The hint of a worker's `todo!`.
fn hint_in(stderr: &str) -> Option<&str> {
    stderr.lines().find_map(|line| line.split_once("not yet implemented: ")).map(|(_, hint)| hint)
}
