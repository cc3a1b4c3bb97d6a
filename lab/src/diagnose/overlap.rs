//! Checks that threads or processes are at work at once, in every wave.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use message::number::counted;

use super::{Fault, listed, never_more, not_proved_here, thread_names, verdict};
use crate::{
    exam_session::ExamSession,
    examiner::{HeldRequest, Record},
    piece_gate::Shortage,
    verdict::{Diagnosis, Verdict},
};

/// The least CPU time whose distribution over processes is evidence.
const CPU_TIME_MIN: Duration = Duration::from_millis(20);

/// Checks that `needed` threads of one process were at work at once, in every wave.
pub(crate) fn threads(check: &str, session: &ExamSession, needed: usize) -> Verdict {
    let fault = too_few_threads(session, needed).map_or(Ok(()), Err);
    let verdict = verdict(check, fault, || {
        let record = &session.record;
        if thread_ids(&record.held_requests).is_empty() {
            return not_proved_here(check, "which threads were at work");
        }
        let names = listed(&thread_names(&record.held_requests));
        let evidence = format!("{} on {needed} threads: {names}", waves(record, needed));
        Verdict::passed(check, evidence)
    });
    verdict.with_timeline(session.record.timeline())
}

fn too_few_threads(session: &ExamSession, needed: usize) -> Option<Fault> {
    let record = &session.record;
    if let Some(shortage) = record.seen.shortage {
        let Shortage { released, waiting, .. } = shortage;
        let (alive, known) =
            (record.threads_when_stuck.unwrap_or(1), thread_ids(&record.held_requests).len());
        // The main thread, and the one at work: they may be the same, and then there is no lock to wait for.
        let is_main = |request: &HeldRequest| {
            request.thread.as_ref().is_some_and(|thread| thread.id == request.pid)
        };
        let others_wait = alive > 2 && !record.held_requests.get(released).is_some_and(is_main);
        return Some(match (waiting, released) {
            (0..=1, 0) if others_wait => {
                let evidence =
                    format!("{alive} threads existed, but never more than one was at work");
                (Diagnosis::BehindALock, evidence)
            }
            (0..=1, 0) if known > 1 => {
                let evidence = format!(
                    "{known} threads, but each started only after the one before had ended"
                );
                (Diagnosis::JoinedInTheLoop, evidence)
            }
            (0..=1, 0) => {
                let names = listed(&thread_names(&record.held_requests));
                let evidence = format!("one piece after another, all on the thread {names}");
                (Diagnosis::OneAfterAnother, evidence)
            }
            (0..=1, _) if others_wait => (Diagnosis::BehindALock, later(shortage, needed)),
            (0..=1, _) => (Diagnosis::OneAfterAnother, later(shortage, needed)),
            (_, 0) => (Diagnosis::NotAllWorkers, never_more(waiting, needed)),
            (..) => (Diagnosis::NotAllWorkers, later(shortage, needed)),
        });
    }
    let has_threads = !thread_ids(&record.held_requests).is_empty();
    let short = record.waves().map(|wave| thread_ids(wave).len()).find(|&count| count < needed);
    let short = counted(short.filter(|_| has_threads)?, "thread");
    let evidence =
        format!("{needed} pieces were under way at once, but the kernel saw only {short}");
    Some((Diagnosis::NotAllWorkers, evidence))
}

/// Describes full waves; the sentence goes on.
fn waves(record: &Record, needed: usize) -> String {
    match record.waves().count() {
        0 | 1 => format!("{needed} pieces under way at once"),
        count => format!("{needed} pieces under way at once, in each of {count} waves,"),
    }
}

/// Describes the first wave that never was complete.
fn later(Shortage { released, waiting, left }: Shortage, needed: usize) -> String {
    format!(
        "{released} pieces were done, {needed} at a time; then never more than {waiting} under way, \
         although {left} more were still to be done"
    )
}

/// Checks that `needed` child processes of the candidate were at work at once, in every wave.
pub(crate) fn processes(check: &str, session: &ExamSession, needed: usize) -> Verdict {
    let fault = too_few_processes(session, needed).map_or(Ok(()), Err);
    let verdict = verdict(check, fault, || {
        let record = &session.record;
        if !parents_are_known(&record.held_requests) {
            return not_proved_here(check, "which process has started which");
        }
        let shares =
            cpu_shares(&record.held_requests).map(|shares| format!(", CPU shares {shares}"));
        let evidence = format!(
            "{} by {needed} worker processes, PIDs {}{}",
            waves(record, needed),
            pid_list(&record.held_requests),
            shares.unwrap_or_default()
        );
        Verdict::passed(check, evidence)
    });
    verdict.with_timeline(session.record.timeline())
}

fn too_few_processes(session: &ExamSession, needed: usize) -> Option<Fault> {
    let record = &session.record;
    if let Some(fault) = no_worker(session) {
        return Some(fault);
    }
    let Some(shortage) = record.seen.shortage else {
        let few = record.waves().map(|wave| pids(wave).len()).find(|&count| count < needed)?;
        let few = counted(few, "process");
        let evidence = format!("{needed} pieces under way at once, but in only {few}");
        return Some((Diagnosis::ThreadsPosingAsProcesses, evidence));
    };
    let Shortage { released, waiting, .. } = shortage;
    let diagnosis =
        if waiting <= 1 { Diagnosis::OneAfterAnother } else { Diagnosis::NotAllWorkers };
    let evidence = if released == 0 {
        let pids = pid_list(&record.held_requests);
        format!("never more than {} at work at once; all PIDs: {pids}", counted(waiting, "process"))
    } else {
        later(shortage, needed)
    };
    Some((diagnosis, evidence))
}

/// Checks that `processes` child processes had `threads` threads each at work at once, in every
/// wave.
pub(crate) fn processes_of_threads(
    check: &str,
    session: &ExamSession,
    processes: usize,
    threads: usize,
) -> Verdict {
    let fault = too_few_processes_of_threads(session, processes, threads).map_or(Ok(()), Err);
    let verdict = verdict(check, fault, || {
        let record = &session.record;
        if !parents_are_known(&record.held_requests) {
            return not_proved_here(check, "which process has started which");
        }
        if thread_ids(&record.held_requests).is_empty() {
            return not_proved_here(check, "which threads were at work");
        }
        let evidence = format!(
            "{} by {processes} processes with {threads} threads each; PIDs {}; threads {}",
            waves(record, processes * threads),
            pid_list(&record.held_requests),
            listed(&thread_names(&record.held_requests))
        );
        Verdict::passed(check, evidence)
    });
    verdict.with_timeline(session.record.timeline())
}

fn too_few_processes_of_threads(
    session: &ExamSession,
    processes: usize,
    threads: usize,
) -> Option<Fault> {
    let record = &session.record;
    if let Some(fault) = no_worker(session) {
        return Some(fault);
    }
    if let Some(shortage) = record.seen.shortage {
        let Shortage { released, waiting, .. } = shortage;
        // The last wave is the one that was short.
        let working = record.waves().last().map_or(0, |held| pids(held).len());
        let all = pids(&record.held_requests).len();
        let (diagnosis, what) = match working {
            1 if all > 1 => (Diagnosis::OneAfterAnother, "in one process after another"),
            0 | 1 => (Diagnosis::NotAllWorkers, "in a single process"),
            _ if waiting <= working => {
                (Diagnosis::OneAfterAnother, "one at a time in each process")
            }
            _ => (Diagnosis::NotAllWorkers, "in all processes together"),
        };
        let needed = processes * threads;
        let evidence = if released == 0 {
            format!(
                "never more than {} under way at once, where {needed} were needed: {what}",
                counted(waiting, "piece")
            )
        } else {
            format!("{}: {what}", later(shortage, needed))
        };
        return Some((diagnosis, evidence));
    }
    let has_threads = !thread_ids(&record.held_requests).is_empty();
    record.waves().find_map(|wave| {
        let mut threads_of: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for request in wave {
            let thread = request.thread.as_ref().map(|thread| thread.id);
            threads_of.entry(request.pid).or_default().extend(thread);
        }
        let count = threads_of.len();
        if count != processes {
            let few = count < processes;
            let diagnosis = if few { Diagnosis::NotAllWorkers } else { Diagnosis::TooManyWorkers };
            let count = counted(count, "process");
            let evidence = format!("{count} at work, where {processes} were asked for");
            return Some((diagnosis, evidence));
        }
        let short = threads_of.values().map(BTreeSet::len).find(|&count| count < threads);
        let short = counted(short.filter(|_| has_threads)?, "thread");
        let evidence =
            format!("a process had only {short} at work, where {threads} were asked for");
        Some((Diagnosis::NotAllWorkers, evidence))
    })
}

/// The fault of a submission whose workers are no children of the candidate.
fn no_worker(session: &ExamSession) -> Option<Fault> {
    session.record.held_requests.iter().find_map(|HeldRequest { pid, parent, .. }| {
        if session.candidate == Some(*pid) {
            let evidence = "the work was done in the main process, not in worker processes";
            return Some((Diagnosis::ThreadsPosingAsProcesses, evidence.to_owned()));
        }
        let parent = (*parent)?;
        let evidence =
            format!("PID {pid} did work, but its parent, PID {parent}, is not the main process");
        (session.candidate != Some(parent)).then_some((Diagnosis::Grandchildren, evidence))
    })
}

/// Whether the parents of all processes at work are known.
fn parents_are_known(held_requests: &[HeldRequest]) -> bool {
    held_requests.iter().all(|request| request.parent.is_some())
}

/// The CPU time of each process as text, by PID; none if unknown or too little.
fn cpu_shares(held_requests: &[HeldRequest]) -> Option<String> {
    let used: BTreeMap<u32, Duration> = held_requests
        .iter()
        .map(|request| Some((request.pid, request.cpu?)))
        .collect::<Option<_>>()?;
    let all: Duration = used.values().sum();
    let percent = |cpu: &Duration| 100 * cpu.as_nanos() / all.as_nanos().max(1);
    let shares: Vec<String> = used.values().map(|cpu| percent(cpu).to_string()).collect();
    (all >= CPU_TIME_MIN).then(|| format!("{} %", shares.join(" ")))
}

fn pids<'a>(held_requests: impl IntoIterator<Item = &'a HeldRequest>) -> BTreeSet<u32> {
    held_requests.into_iter().map(|request| request.pid).collect()
}

fn pid_list(held_requests: &[HeldRequest]) -> String {
    listed(&pids(held_requests).iter().map(u32::to_string).collect())
}

fn thread_ids<'a>(held_requests: impl IntoIterator<Item = &'a HeldRequest>) -> BTreeSet<u32> {
    let id = |request: &HeldRequest| Some(request.thread.as_ref()?.id);
    held_requests.into_iter().filter_map(id).collect()
}
