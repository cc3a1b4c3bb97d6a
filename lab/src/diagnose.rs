//! Turns the record of an exam into verdicts: faults, and the evidence for them.

mod bounds;
mod overlap;

use std::{collections::BTreeSet, ops::Range};

use message::number::counted;
use serde::de::DeserializeOwned;

pub(crate) use self::{
    bounds::{at_least, bound},
    overlap::{processes, processes_of_threads, threads},
};
use crate::{
    exam_session::{ExamSession, FinalMessage},
    examiner::HeldRequest,
    verdict::{Diagnosis, Verdict},
};

/// The most characters of a command line that are shown.
const ARGUMENTS_CHARS_MAX: usize = 80;

/// The most names that a list shows.
const NAMES_MAX: usize = 12;

/// What is wrong with a submission: its diagnosis and the evidence.
pub type Fault = (Diagnosis, String);

/// The verdict of `look`, unless there was a fault before.
pub(crate) fn verdict(
    check: &str,
    fault: Result<(), Fault>,
    look: impl FnOnce() -> Verdict,
) -> Verdict {
    match fault {
        Ok(()) => look(),
        Err((diagnosis, evidence)) => Verdict::failed(check, diagnosis, evidence),
    }
}

/// The result that the candidate handed in, if its process ended normally.
///
/// # Errors
/// When nothing was handed in, or something else, or the process did not end well.
pub fn result<Output: DeserializeOwned>(session: &ExamSession) -> Result<Output, Fault> {
    match &session.final_message {
        Some(FinalMessage::Unwritten(hint)) => {
            let hint = if session.outcome.is_concealed { "see its hint" } else { hint };
            Err((Diagnosis::Unwritten, format!("still to be written: {hint}")))
        }
        Some(FinalMessage::Result(result)) => {
            if let Some(fault) = session.outcome.failure() {
                let evidence = format!("it returned an answer, but its process {fault}");
                return Err((Diagnosis::Crashed, evidence));
            }
            if let Some(fault) = unexpected_start(session) {
                return Err(fault);
            }
            serde_json::from_value(result.clone()).map_err(|error| {
                (Diagnosis::WrongAnswer, format!("its answer cannot be read: {error}"))
            })
        }
        None => {
            let fault = session.outcome.failure();
            let fault = fault.unwrap_or_else(|| "ended without an answer".to_owned());
            Err((Diagnosis::Crashed, format!("its process {fault}")))
        }
    }
}

/// The fault of a submission that started its own program, but not as a worker.
pub(crate) fn unexpected_start(session: &ExamSession) -> Option<Fault> {
    let arguments: String =
        session.unexpected_start.as_ref()?.chars().take(ARGUMENTS_CHARS_MAX).collect();
    // They could hold what students must not see.
    let is_concealed = session.outcome.is_concealed;
    let arguments = if is_concealed { String::new() } else { format!(": `{arguments}`") };
    let evidence = format!("it started its own program, but not as a worker{arguments}");
    Some((Diagnosis::Refused, evidence))
}

/// Checks that each of these pieces, and no other, was done exactly once. `words` gives the name of
/// a piece and a verb for what is done with it, such as "fetched".
pub(crate) fn each_once(
    expected: &[Range<u64>],
    asked: &[Range<u64>],
    words: impl Fn(&Range<u64>) -> (String, &'static str),
) -> Result<(), Fault> {
    let mut asked = asked.to_vec();
    asked.sort_by_key(|piece| (piece.start, piece.end));
    let mut pairs = asked.iter().zip(&asked[1.min(asked.len())..]);
    let evidence = if let Some((piece, _)) = pairs.find(|(one, next)| one == next) {
        let (name, done) = words(piece);
        format!("{name} was {done} more than once")
    } else if let Some(piece) = asked.iter().find(|piece| !expected.contains(piece)) {
        let (name, done) = words(piece);
        format!("{name} was {done}, but is not part of the job")
    } else if let Some(piece) = expected.iter().find(|piece| !asked.contains(piece)) {
        let (name, done) = words(piece);
        format!("{name} was never {done}")
    } else {
        return Ok(());
    };
    Err((Diagnosis::NotEachOnce, evidence))
}

/// Evidence for a peak that is too low.
fn never_more(waiting: usize, needed: usize) -> String {
    let pieces = counted(waiting, "piece");
    format!("never more than {pieces} under way at once, where {needed} were needed")
}

/// The verdict on a check for which the kernel does not provide `what`.
pub(crate) fn not_proved_here(check: &str, what: &str) -> Verdict {
    Verdict::not_judged(check, format!("not proved here: this system does not tell {what}"))
}

/// Checks that the threads at work had exactly these names.
pub(crate) fn names(check: &str, session: &ExamSession, expected: &BTreeSet<String>) -> Verdict {
    let named = thread_names(&session.record.held_requests);
    if named.is_empty() {
        return not_proved_here(check, "the names of threads");
    }
    let fail = |evidence| Verdict::failed(check, Diagnosis::WrongName, evidence);
    if let Some(name) = named.difference(expected).next() {
        return fail(format!("a thread at work is named {name:?}"));
    }
    if let Some(name) = expected.difference(&named).next() {
        return fail(format!("no thread at work is named {name:?}"));
    }
    let threads = counted(named.len(), "thread");
    let evidence = format!("{threads}, named by you: {}", listed(expected));
    Verdict::passed(check, evidence)
}

/// A list of names as text, cut if it is long. Names that end with a number are in the order of the
/// numbers.
pub(crate) fn listed(names: &BTreeSet<String>) -> String {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_by_key(|name| {
        let (word, number) = name.rsplit_once('-').unwrap_or((name, ""));
        (word, number.parse::<u64>().ok())
    });
    match names[..] {
        [ref first @ .., last] if first.len() >= NAMES_MAX => {
            format!("{}, …, {last} ({} in all)", names[..NAMES_MAX - 1].join(", "), names.len())
        }
        _ => names.join(", "),
    }
}

/// The names of all threads at work.
pub(crate) fn thread_names(held_requests: &[HeldRequest]) -> BTreeSet<String> {
    held_requests.iter().filter_map(|request| Some(request.thread.as_ref()?.name.clone())).collect()
}

#[cfg(test)]
mod tests;
