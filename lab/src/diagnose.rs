//! From what was seen to what it means.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    time::Duration,
};

use serde::de::DeserializeOwned;

use crate::{
    examiner::{Sighting, named},
    sitting::{Handed, Sitting},
    verdict::{Diagnosis, Verdict},
};

/// Less CPU time than that says nothing of how work was shared.
const CPU_THAT_TELLS: Duration = Duration::from_millis(20);

/// What a failure is called, and what was seen of it.
pub type Trouble = (Diagnosis, String);

/// The verdict on a check: that of `look`, unless there was trouble before there was anything to see.
pub(crate) fn verdict(
    check: &str,
    trouble: Result<(), Trouble>,
    look: impl FnOnce() -> Verdict,
) -> Verdict {
    match trouble {
        Ok(()) => look(),
        Err((diagnosis, evidence)) => Verdict::failed(check, diagnosis, evidence),
    }
}

/// What was handed in, by a process that ended as it should.
///
/// # Errors
/// When nothing was handed in, or something else, or the process did not end well.
pub fn result<Output: DeserializeOwned>(sitting: &Sitting) -> Result<Output, Trouble> {
    match &sitting.handed {
        Some(Handed::Unwritten(hint)) => {
            Err((Diagnosis::Unwritten, format!("still to be written: {hint}")))
        }
        Some(Handed::In(result)) => {
            if let Some(trouble) = sitting.outcome.trouble() {
                let evidence = format!("it answered, and its process {trouble}");
                return Err((Diagnosis::Crashed, evidence));
            }
            serde_json::from_value(result.clone())
                .map_err(|error| (Diagnosis::WrongAnswer, format!("it is no answer: {error}")))
        }
        None => {
            let trouble = sitting.outcome.trouble();
            let trouble = trouble.unwrap_or_else(|| "ended without an answer".to_owned());
            Err((Diagnosis::Crashed, format!("its process {trouble}")))
        }
    }
}

/// Whether each of these pieces, and no other, was done, just once.
pub(crate) fn each_once(expected: &[Range<u64>], asked: &[Range<u64>]) -> Result<(), Trouble> {
    let mut asked = asked.to_vec();
    asked.sort_by_key(|piece| (piece.start, piece.end));
    let mut pairs = asked.iter().zip(&asked[1.min(asked.len())..]);
    let evidence = if let Some((piece, _)) = pairs.find(|(one, next)| one == next) {
        format!("{} was done more than once", named(piece))
    } else if let Some(piece) = asked.iter().find(|piece| !expected.contains(piece)) {
        format!("{} is no part of the job, and was done", named(piece))
    } else if let Some(piece) = expected.iter().find(|piece| !asked.contains(piece)) {
        format!("{} was never done", named(piece))
    } else {
        return Ok(());
    };
    Err((Diagnosis::NotEachOnce, evidence))
}

/// Whether so many threads of one process were at work at once.
pub(crate) fn threads(check: &str, sitting: &Sitting, needed: usize) -> Verdict {
    threads_at_once(check, sitting, needed).with_timeline(sitting.record.timeline())
}

fn threads_at_once(check: &str, sitting: &Sitting, needed: usize) -> Verdict {
    let record = &sitting.record;
    let names: BTreeSet<String> = thread_names(&record.sightings);
    let ids: BTreeSet<u32> = thread_ids(&record.sightings);
    let fail = |diagnosis, evidence| Verdict::failed(check, diagnosis, evidence);
    if record.opened {
        let together = &record.sightings[..needed.min(record.sightings.len())];
        let (threads, names) = (thread_ids(together), thread_names(together));
        if threads.len() < needed {
            let evidence = format!(
                "{needed} pieces were under way at once, on {} threads that the kernel knows",
                threads.len()
            );
            return fail(Diagnosis::NotAllWorkers, evidence);
        }
        return Verdict::passed(
            check,
            format!("{needed} pieces under way at once, on {needed} threads: {}", listed(&names)),
        );
    }
    let peak = record.peak;
    let alive = record.threads_when_stuck.unwrap_or(1);
    if peak > 1 {
        let evidence = format!("never more than {peak} pieces under way at once, of {needed}");
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
    let evidence = format!("one piece after another, all on the thread {}", listed(&names));
    fail(Diagnosis::OneAfterAnother, evidence)
}

/// Whether no more are at work than were asked for; the gate waits for one more.
pub(crate) fn bound(check: &str, sitting: &Sitting, allowed: usize) -> Verdict {
    if sitting.record.opened {
        let evidence = format!(
            "{} pieces under way at once, where {allowed} workers were asked for",
            allowed + 1
        );
        return Verdict::failed(check, Diagnosis::TooManyWorkers, evidence);
    }
    let peak = sitting.record.peak;
    Verdict::passed(check, format!("{allowed} workers asked for, at most {peak} at work at once"))
}

/// Whether so many processes, children of the candidate's, were at work at once.
pub(crate) fn processes(check: &str, sitting: &Sitting, needed: usize) -> Verdict {
    processes_at_once(check, sitting, needed).with_timeline(sitting.record.timeline())
}

fn processes_at_once(check: &str, sitting: &Sitting, needed: usize) -> Verdict {
    let record = &sitting.record;
    let seen =
        if record.opened { needed.min(record.sightings.len()) } else { record.sightings.len() };
    let sightings = &record.sightings[..seen];
    let pids: BTreeSet<u32> = sightings.iter().map(|sighting| sighting.pid).collect();
    let pid_list = listed(&pids.iter().map(u32::to_string).collect());
    let fail = |diagnosis, evidence| Verdict::failed(check, diagnosis, evidence);
    if sitting.candidate.is_some_and(|candidate| pids.contains(&candidate)) {
        let evidence = "the work was done in the main process, not in workers of its own";
        return fail(Diagnosis::ThreadsPosingAsProcesses, evidence.to_owned());
    }
    if record.opened && pids.len() < needed {
        let evidence = format!("{needed} pieces under way at once, in {} processes", pids.len());
        return fail(Diagnosis::ThreadsPosingAsProcesses, evidence);
    }
    if let Some(other) = sightings.iter().find(|sighting| !is_worker(sighting, sitting)) {
        let evidence = format!("PID {} did work, and is no child of the candidate's", other.pid);
        return fail(Diagnosis::ThreadsPosingAsProcesses, evidence);
    }
    if record.opened {
        let shares = cpu_shares(&record.sightings).map(|shares| format!(", CPU shares {shares}"));
        let shares = shares.unwrap_or_default();
        let evidence =
            format!("{needed} worker processes at work at once, PIDs {pid_list}{shares}");
        return Verdict::passed(check, evidence);
    }
    let evidence = format!("at most {} processes at work at once, of PIDs {pid_list}", record.peak);
    if record.peak == 1 {
        return fail(Diagnosis::OneAfterAnother, evidence);
    }
    fail(Diagnosis::NotAllWorkers, evidence)
}

/// Whether so many processes, children of the candidate's, had so many threads each at work, all of
/// them at once.
pub(crate) fn processes_of_threads(
    check: &str,
    sitting: &Sitting,
    processes: usize,
    threads: usize,
) -> Verdict {
    let trouble = trouble_with_processes_of_threads(sitting, processes, threads);
    let verdict = verdict(check, trouble.map_or(Ok(()), Err), || {
        let sightings = &sitting.record.sightings;
        let pids: BTreeSet<String> =
            sightings.iter().map(|sighting| sighting.pid.to_string()).collect();
        let evidence = format!(
            "{} pieces under way at once, by {processes} processes with {threads} threads each; \
             PIDs {}; threads {}",
            processes * threads,
            listed(&pids),
            listed(&thread_names(sightings))
        );
        Verdict::passed(check, evidence)
    });
    verdict.with_timeline(sitting.record.timeline())
}

fn trouble_with_processes_of_threads(
    sitting: &Sitting,
    processes: usize,
    threads: usize,
) -> Option<Trouble> {
    let record = &sitting.record;
    let needed = processes * threads;
    let mut crew: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for sighting in &record.sightings {
        let thread = sighting.thread.as_ref().map(|thread| thread.id);
        crew.entry(sighting.pid).or_default().extend(thread);
    }
    if let Some(other) = record.sightings.iter().find(|one| !is_worker(one, sitting)) {
        let evidence = format!("PID {} did work, and is no child of the candidate's", other.pid);
        return Some((Diagnosis::ThreadsPosingAsProcesses, evidence));
    }
    let count = crew.len();
    if !record.opened {
        let peak = record.peak;
        let (diagnosis, what) = match count {
            1 => (Diagnosis::NotAllWorkers, "in a single process"),
            _ if !overlap(&record.sightings) => {
                (Diagnosis::OneAfterAnother, "in one process after another")
            }
            _ if peak <= count => (Diagnosis::OneAfterAnother, "one at a time in each process"),
            _ => (Diagnosis::NotAllWorkers, "in all processes together"),
        };
        return Some((diagnosis, format!("at most {peak} pieces at once, of {needed}, {what}")));
    }
    if count != processes {
        let diagnosis =
            if count < processes { Diagnosis::NotAllWorkers } else { Diagnosis::TooManyWorkers };
        let evidence = format!("{count} processes at work, where {processes} were asked for");
        return Some((diagnosis, evidence));
    }
    let short = crew.values().map(BTreeSet::len).find(|&count| count < threads)?;
    let evidence = format!("a process with {short} threads at work, for {threads} pieces at once");
    Some((Diagnosis::NotAllWorkers, evidence))
}

/// Whether two processes were at work at a time.
fn overlap(sightings: &[Sighting]) -> bool {
    let came_during = |one: &Sighting, other: &Sighting| {
        other.since >= one.since && one.until.is_none_or(|until| other.since < until)
    };
    sightings
        .iter()
        .any(|one| sightings.iter().any(|other| other.pid != one.pid && came_during(one, other)))
}

/// Whether work was done by a child of the candidate's.
fn is_worker(sighting: &Sighting, sitting: &Sitting) -> bool {
    sighting.parent.is_some_and(|parent| Some(parent) == sitting.candidate)
}

/// How the CPU time is spread over the processes, in the order of their PIDs; none where it is too
/// little to tell, or the kernel does not say.
fn cpu_shares(sightings: &[Sighting]) -> Option<String> {
    let used: BTreeMap<u32, Duration> = sightings
        .iter()
        .map(|sighting| Some((sighting.pid, sighting.cpu?)))
        .collect::<Option<_>>()?;
    let all: Duration = used.values().sum();
    let percent = |cpu: &Duration| 100 * cpu.as_nanos() / all.as_nanos().max(1);
    let shares: Vec<String> = used.values().map(|cpu| percent(cpu).to_string()).collect();
    (all >= CPU_THAT_TELLS).then(|| format!("{} %", shares.join(" ")))
}

fn thread_ids(sightings: &[Sighting]) -> BTreeSet<u32> {
    sightings.iter().filter_map(|sighting| Some(sighting.thread.as_ref()?.id)).collect()
}

/// Names, as a list: those that end with a number in the order of the numbers.
pub(crate) fn listed(names: &BTreeSet<String>) -> String {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_by_key(|name| {
        let (word, number) = name.rsplit_once('-').unwrap_or((name, ""));
        (word, number.parse::<u64>().ok())
    });
    names.join(", ")
}

/// The names of all threads that were seen.
pub(crate) fn thread_names(sightings: &[Sighting]) -> BTreeSet<String> {
    sightings.iter().filter_map(|sighting| Some(sighting.thread.as_ref()?.name.clone())).collect()
}
