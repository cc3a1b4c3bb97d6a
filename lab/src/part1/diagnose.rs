//! From what was seen to what it means.

use std::{collections::BTreeSet, ops::Range};

use common::primality::is_prime_by_strong_test;

use super::{
    Trouble,
    assignment::{Found, Handed, Sitting, WorkerTask},
    listed,
};
use crate::{
    examiner::Sighting,
    verdict::{Diagnosis, Verdict},
};

/// What is wrong with a sitting's answer, if something is.
pub(super) fn trouble(sitting: &Sitting) -> Option<Trouble> {
    let results = match results(sitting) {
        Ok(results) => results,
        Err(trouble) => return Some(trouble),
    };
    let job = sitting.job.as_ref().expect("a sitting about a job");
    if let Some(evidence) = not_each_once(&job.chunks(), &sitting.asked) {
        return Some((Diagnosis::NotEachOnce, evidence));
    }
    match results {
        [Ok(found)] => wrong(found, &job.answer()),
        [Err(error)] => Some((Diagnosis::WrongAnswer, format!("it returned an error: {error}"))),
        _ => Some((Diagnosis::WrongAnswer, "it did not return one answer".to_owned())),
    }
}

/// What was handed in, by a process that ended as it should.
fn results(sitting: &Sitting) -> Result<&[Result<Found, String>], Trouble> {
    match &sitting.handed {
        Some(Handed::Unwritten(hint)) => {
            Err((Diagnosis::Unwritten, format!("still to be written: {hint}")))
        }
        Some(Handed::In(results)) => {
            if let Some(trouble) = sitting.outcome.trouble() {
                let evidence = format!("it answered, and its process {trouble}");
                return Err((Diagnosis::Crashed, evidence));
            }
            Ok(results)
        }
        None => {
            let trouble = sitting.outcome.trouble();
            let trouble = trouble.unwrap_or_else(|| "ended without an answer".to_owned());
            Err((Diagnosis::Crashed, format!("its process {trouble}")))
        }
    }
}

fn not_each_once(expected: &[Range<u64>], asked: &[Range<u64>]) -> Option<String> {
    let mut asked = asked.to_vec();
    asked.sort_by_key(|chunk| (chunk.start, chunk.end));
    if let Some((chunk, _)) =
        asked.iter().zip(&asked[1.min(asked.len())..]).find(|(one, next)| one == next)
    {
        return Some(format!("the chunk {chunk:?} was done more than once"));
    }
    if let Some(other) = asked.iter().find(|chunk| !expected.contains(chunk)) {
        return Some(format!("{other:?} is no chunk of the job, and was done"));
    }
    let missing = expected.iter().find(|chunk| !asked.contains(chunk))?;
    Some(format!("the chunk {missing:?} was never done"))
}

fn wrong(found: &Found, expected: &[u64]) -> Option<Trouble> {
    let Found { count, primes } = found;
    if primes == expected && *count == expected.len() as u64 {
        return None;
    }
    let (have, want) = (primes.iter().collect::<BTreeSet<_>>(), expected.iter().collect());
    if have == want && primes.len() == expected.len() {
        if *count != expected.len() as u64 {
            let evidence = format!("all {} are listed, and {count} counted", expected.len());
            return Some((Diagnosis::WrongAnswer, evidence));
        }
        return Some((Diagnosis::WrongOrder, "all is found, in the wrong order".to_owned()));
    }
    let missing = want.difference(&have).count();
    let foreign = have.difference(&want).count();
    let doubled = primes.len() - have.len();
    let evidence = format!(
        "of {} finds, {missing} are missing from the answer, {doubled} are doubled, and {foreign} \
         were never found",
        expected.len()
    );
    Some((Diagnosis::WrongAnswer, evidence))
}

/// What a worker process made of its tasks.
pub(super) fn worker(sitting: &Sitting, tasks: &[WorkerTask]) -> Option<Trouble> {
    let results = match results(sitting) {
        Ok(results) => results,
        Err(trouble) => return Some(trouble),
    };
    if results.len() != tasks.len() {
        let evidence = format!("{} tasks, {} results", tasks.len(), results.len());
        return Some((Diagnosis::NotEachOnce, evidence));
    }
    tasks.iter().zip(results).find_map(|(task, result)| {
        let primes: Vec<u64> =
            (task.from..task.to).filter(|&number| is_prime_by_strong_test(number)).collect();
        let expected = Found {
            count: primes.len() as u64,
            primes: if task.is_list() { primes } else { Vec::new() },
        };
        match result {
            Ok(found) if *found == expected => None,
            Ok(found) => Some((
                Diagnosis::WrongAnswer,
                format!(
                    "asked for {task:?}, it found {} and listed {}, where there are {} and {}",
                    found.count,
                    found.primes.len(),
                    expected.count,
                    expected.primes.len()
                ),
            )),
            Err(_) if hint_in(&sitting.outcome.stderr).is_some() => {
                let hint = hint_in(&sitting.outcome.stderr).unwrap_or_default();
                Some((Diagnosis::Unwritten, format!("still to be written: {hint}")))
            }
            Err(error) => Some((Diagnosis::WrongAnswer, format!("asked for {task:?}: {error}"))),
        }
    })
}

/// What a worker's `todo!` has said.
fn hint_in(stderr: &str) -> Option<&str> {
    stderr.lines().find_map(|line| line.split_once("not yet implemented: ")).map(|(_, hint)| hint)
}

/// Whether so many threads of one process were at work at once.
pub(super) fn threads(check: &str, sitting: &Sitting, needed: usize) -> Verdict {
    if let Some((diagnosis, evidence)) = trouble(sitting) {
        return Verdict::failed(check, diagnosis, evidence);
    }
    let record = &sitting.record;
    let names: BTreeSet<String> = thread_names(&record.sightings);
    let ids: BTreeSet<u32> = thread_ids(&record.sightings);
    let fail = |diagnosis, evidence| Verdict::failed(check, diagnosis, evidence);
    if record.opened {
        let together = &record.sightings[..needed.min(record.sightings.len())];
        let (threads, names) = (thread_ids(together), thread_names(together));
        if threads.len() < needed {
            let evidence = format!(
                "{needed} chunks were under way at once, on {} threads that the kernel knows",
                threads.len()
            );
            return fail(Diagnosis::NotAllWorkers, evidence);
        }
        return Verdict::passed(
            check,
            format!("{needed} chunks under way at once, on {needed} threads: {}", listed(&names)),
        );
    }
    let peak = record.peak;
    let alive = record.threads_when_stuck.unwrap_or(1);
    if peak > 1 {
        let evidence = format!("never more than {peak} chunks under way at once, of {needed}");
        return fail(Diagnosis::NotAllWorkers, evidence);
    }
    // The main thread, and the one at work: they may be the same.
    if alive > 2 {
        let evidence = format!("{alive} threads were there, and never more than one at work");
        return fail(Diagnosis::BehindALock, evidence);
    }
    if ids.len() > 1 {
        let evidence =
            format!("{} threads, of which each began when the last had ended", ids.len());
        return fail(Diagnosis::JoinedInTheLoop, evidence);
    }
    let evidence = format!("one chunk after another, all on the thread {}", listed(&names));
    fail(Diagnosis::OneAfterAnother, evidence)
}

/// Whether no more are at work than were asked for; the gate waits for one more.
pub(super) fn bound(check: &str, sitting: &Sitting, allowed: usize) -> Verdict {
    if let Some((diagnosis, evidence)) = trouble(sitting) {
        return Verdict::failed(check, diagnosis, evidence);
    }
    if sitting.record.opened {
        let evidence = format!(
            "{} chunks under way at once, where {allowed} workers were asked for",
            allowed + 1
        );
        return Verdict::failed(check, Diagnosis::TooManyWorkers, evidence);
    }
    let peak = sitting.record.peak;
    Verdict::passed(check, format!("{allowed} workers asked for, at most {peak} at work at once"))
}

/// Whether so many processes, children of the candidate's, were at work at once.
pub(super) fn processes(check: &str, sitting: &Sitting, needed: usize) -> Verdict {
    if let Some((diagnosis, evidence)) = trouble(sitting) {
        return Verdict::failed(check, diagnosis, evidence);
    }
    let record = &sitting.record;
    let seen =
        if record.opened { needed.min(record.sightings.len()) } else { record.sightings.len() };
    let sightings = &record.sightings[..seen];
    let pids: BTreeSet<u32> = sightings.iter().map(|sighting| sighting.pid).collect();
    let pid_list = listed(&pids.iter().map(u32::to_string).collect());
    let is_child = |sighting: &Sighting| {
        sighting.parent.is_some_and(|parent| Some(parent) == sitting.candidate)
    };
    let fail = |diagnosis, evidence| Verdict::failed(check, diagnosis, evidence);
    if sitting.candidate.is_some_and(|candidate| pids.contains(&candidate)) {
        let evidence = "the work was done in the main process, not in workers of its own";
        return fail(Diagnosis::ThreadsPosingAsProcesses, evidence.to_owned());
    }
    if record.opened && pids.len() < needed {
        let evidence = format!("{needed} chunks under way at once, in {} processes", pids.len());
        return fail(Diagnosis::ThreadsPosingAsProcesses, evidence);
    }
    if let Some(other) = sightings.iter().find(|sighting| !is_child(sighting)) {
        let evidence = format!("PID {} did work, and is no child of the candidate's", other.pid);
        return fail(Diagnosis::ThreadsPosingAsProcesses, evidence);
    }
    if record.opened {
        let evidence = format!("{needed} worker processes at work at once, PIDs {pid_list}");
        return Verdict::passed(check, evidence);
    }
    let evidence = format!("at most {} processes at work at once, of PIDs {pid_list}", record.peak);
    if record.peak == 1 {
        return fail(Diagnosis::OneAfterAnother, evidence);
    }
    fail(Diagnosis::NotAllWorkers, evidence)
}

fn thread_ids(sightings: &[Sighting]) -> BTreeSet<u32> {
    sightings.iter().filter_map(|sighting| Some(sighting.thread.as_ref()?.id)).collect()
}

fn thread_names(sightings: &[Sighting]) -> BTreeSet<String> {
    sightings.iter().filter_map(|sighting| Some(sighting.thread.as_ref()?.name.clone())).collect()
}
