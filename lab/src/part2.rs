//! The checks of part 2: items whose content the examiner makes up.

#[cfg(test)]
mod mutants;

use std::{num::NonZeroUsize, ops::Range};

use exam::part2::{Assignment, ItemOutcome, ItemOutcomes};

use crate::{
    diagnose::{self, Fault},
    exam_session::{ExamSession, ExamSetup},
    examiner::Reply,
    exercise_check::Check,
    piece_gate::ReleaseRule,
    sandbox::SandboxError,
    seed::Seed,
    verdict::{Diagnosis, Verdict},
};

/// The number of items, where it does not matter.
const ITEMS: usize = 10;

/// The number of items that have to be under way at once. A submission with a fixed number of
/// threads has fewer.
const AT_ONCE: usize = 40;

/// The number of items for each worker of the pool.
const ITEMS_EACH: usize = 8;

/// The number of workers of the pool, whatever the machine has.
const WORKERS: usize = 4;

/// The number of workers of the pool in a run without arguments.
const LAB_WORKERS: usize = 10;

/// The number of items in hidden checks.
const OTHER_ITEMS: Range<u64> = 70..100;
const OTHER_WORKERS: Range<u64> = 5..9;

/// The numbers of items in the jobs whose answers are checked: more than workers, fewer, and none.
const ANSWER_ITEMS: [usize; 6] = [2 * ITEMS, ITEMS, WORKERS + 1, 3, 1, 0];

/// The least number of items in a job with one missing and one failing item: the second and the
/// third.
const ITEMS_WITH_ERRORS: usize = 5;
const MISSING: usize = 1;
const FAILED: usize = 2;

/// The kernel cuts the names of threads here.
const NAME_BYTES_MAX: usize = 15;

/// The checks of `request_concurrent`.
pub const CONCURRENT: &[Check] = &[
    Check {
        name: "part2/concurrent/answer",
        prerequisite: None,
        points: 2,
        prove: |setup, check| all_fetched(setup, check, None),
    },
    Check {
        name: "part2/concurrent/overlap",
        prerequisite: Some("part2/concurrent/answer"),
        points: 3,
        prove: concurrent_overlap,
    },
    Check {
        name: "part2/concurrent/names",
        prerequisite: Some("part2/concurrent/answer"),
        points: 1,
        prove: concurrent_names,
    },
];

/// The checks of `request_pooled`.
pub const POOLED: &[Check] = &[
    Check {
        name: "part2/pooled/answer",
        prerequisite: None,
        points: 2,
        prove: |setup, check| all_fetched(setup, check, Some(WORKERS)),
    },
    Check {
        name: "part2/pooled/overlap",
        prerequisite: Some("part2/pooled/answer"),
        points: 3,
        prove: pooled_overlap,
    },
    Check {
        name: "part2/pooled/names",
        prerequisite: Some("part2/pooled/overlap"),
        points: 1,
        prove: pooled_names,
    },
    Check {
        name: "part2/pooled/bound",
        prerequisite: Some("part2/pooled/overlap"),
        points: 2,
        prove: pooled_bound,
    },
];

/// A job: items to fetch, whose titles only the seed determines.
#[derive(Clone)]
struct FetchJob {
    ids: Vec<u64>,
    /// The number of workers in the pool; a thread for each item if none.
    workers: Option<usize>,
    seed: u64,
}

impl FetchJob {
    fn of_items(items: usize, workers: Option<usize>, seed: &mut Seed) -> Self {
        let mut ids: Vec<u64> = Vec::new();
        while ids.len() < items {
            let id = seed.within(1..100_000);
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Self { ids, workers, seed: seed.number() }
    }

    /// Items for a pool of this many workers.
    fn for_each_of(workers: usize, seed: &mut Seed) -> Self {
        Self::of_items(ITEMS_EACH * workers, Some(workers), seed)
    }

    /// The items of a run without arguments.
    fn of_the_lab(workers: Option<usize>, seed: &mut Seed) -> Self {
        Self { ids: (1..=20).collect(), workers, seed: seed.number() }
    }

    fn assignment(&self) -> Assignment {
        let ids = self.ids.clone();
        match self.workers {
            None => Assignment::Concurrent { ids },
            Some(workers) => {
                let workers = NonZeroUsize::new(workers).expect("a pool of some workers");
                Assignment::Pooled { ids, workers }
            }
        }
    }

    /// The outcome of an item, which has to be in the answer.
    fn item_outcome(&self, id: u64) -> ItemOutcome {
        let title = format!("{:016x}", Seed::of(self.seed ^ id).number());
        match self
            .ids
            .iter()
            .position(|&one| one == id)
            .filter(|_| self.ids.len() >= ITEMS_WITH_ERRORS)
        {
            Some(MISSING) => ItemOutcome::Missing,
            Some(FAILED) => ItemOutcome::Failed(format!("cannot be fetched: {title}")),
            _ => ItemOutcome::Titled(title),
        }
    }

    fn pieces(&self) -> Vec<Range<u64>> {
        self.ids.iter().map(|&id| id..id + 1).collect()
    }
}

/// Checks that all items are under way at once.
fn concurrent_overlap(setup: &ExamSetup, check: &str) -> Result<Verdict, SandboxError> {
    all_at_once(setup, check, &FetchJob::of_items(AT_ONCE, None, &mut Seed::fresh()))
}

/// Checks that each thread is named after its item, whether or not they overlap.
fn concurrent_names(setup: &ExamSetup, check: &str) -> Result<Verdict, SandboxError> {
    let job = FetchJob::of_items(AT_ONCE, None, &mut Seed::fresh());
    let (session, fault) = examine(setup, &job, ReleaseRule::all_at_once(AT_ONCE))?;
    Ok(diagnose::verdict(check, fault, || names_of_items(check, &session)))
}

/// Checks that all workers of the pool are at work at once, in every wave.
fn pooled_overlap(setup: &ExamSetup, check: &str) -> Result<Verdict, SandboxError> {
    pooled_at_once(setup, check, &FetchJob::for_each_of(WORKERS, &mut Seed::fresh()), WORKERS)
}

/// Checks that exactly the pool's workers are at work, by their names.
fn pooled_names(setup: &ExamSetup, check: &str) -> Result<Verdict, SandboxError> {
    let job = FetchJob::for_each_of(WORKERS, &mut Seed::fresh());
    let (session, fault) = examine(setup, &job, ReleaseRule::waves(WORKERS, 1, job.ids.len()))?;
    let names = (0..WORKERS).map(|index| format!("worker-{index}")).collect();
    Ok(diagnose::verdict(check, fault, || diagnose::names(check, &session, &names)))
}

/// Checks that no more items are under way than the pool has workers. One thing at a time keeps to
/// every bound, so that this takes a proof of concurrency first.
fn pooled_bound(setup: &ExamSetup, check: &str) -> Result<Verdict, SandboxError> {
    let fewer = WORKERS - 1;
    // One more than goes into equal shares: a worker of its own for the rest is one too many.
    let job = FetchJob::of_items(ITEMS_EACH * fewer + 1, Some(fewer), &mut Seed::fresh());
    let (session, fault) = examine(setup, &job, ReleaseRule::AllWhenStill)?;
    Ok(diagnose::verdict(check, fault, || diagnose::bound(check, &session, fewer)))
}

/// The verdict on a job whose items all have to be under way at once.
fn all_at_once(setup: &ExamSetup, check: &str, job: &FetchJob) -> Result<Verdict, SandboxError> {
    let items = job.ids.len();
    let (session, fault) = examine(setup, job, ReleaseRule::all_at_once(items))?;
    Ok(diagnose::verdict(check, fault, || diagnose::threads(check, &session, items)))
}

/// The verdict on a job of the pool whose items are released in waves only.
fn pooled_at_once(
    setup: &ExamSetup,
    check: &str,
    job: &FetchJob,
    workers: usize,
) -> Result<Verdict, SandboxError> {
    let (session, fault) = examine(setup, job, ReleaseRule::waves(workers, 1, job.ids.len()))?;
    Ok(diagnose::verdict(check, fault, || diagnose::threads(check, &session, workers)))
}

/// The verdict on `request_concurrent` with a random number of items, and with those of a run
/// without arguments.
///
/// # Errors
/// When the submission cannot be run at all.
pub fn concurrent_in_other_sizes(setup: &ExamSetup, check: &str) -> Result<Verdict, SandboxError> {
    let mut seed = Seed::fresh();
    let unknown = FetchJob::of_items(seed.size(OTHER_ITEMS), None, &mut seed);
    let of_the_lab = FetchJob::of_the_lab(None, &mut seed);
    let first = all_at_once(&setup.with_timeouts_of_the_lab(), check, &of_the_lab)?;
    if first.status.is_bad() {
        return Ok(first.of_a_run_without_arguments());
    }
    all_at_once(setup, check, &unknown)
}

/// The verdict on `request_pooled` in the same way.
///
/// # Errors
/// When the submission cannot be run at all.
pub fn pooled_in_other_sizes(setup: &ExamSetup, check: &str) -> Result<Verdict, SandboxError> {
    let mut seed = Seed::fresh();
    let of_the_lab = FetchJob::of_the_lab(Some(LAB_WORKERS), &mut seed);
    // A pool may hand out a few ids at a time: these are too few for all workers then.
    let (session, fault) =
        examine(&setup.with_timeouts_of_the_lab(), &of_the_lab, ReleaseRule::AllWhenStill)?;
    let some = LAB_WORKERS / 2;
    let first = diagnose::verdict(check, fault, || diagnose::at_least(check, &session, some));
    if first.status.is_bad() {
        return Ok(first.of_a_run_without_arguments());
    }
    let workers = seed.size(OTHER_WORKERS);
    pooled_at_once(setup, check, &FetchJob::for_each_of(workers, &mut seed), workers)
}

/// The jobs whose answers are checked.
fn answer_jobs(workers: Option<usize>, seed: &mut Seed) -> Vec<FetchJob> {
    ANSWER_ITEMS.map(|items| FetchJob::of_items(items, workers, seed)).into()
}

/// Checks that all items come back in the order of their ids, for jobs of several lengths.
fn all_fetched(
    setup: &ExamSetup,
    check: &str,
    workers: Option<usize>,
) -> Result<Verdict, SandboxError> {
    for (number, job) in answer_jobs(workers, &mut Seed::fresh()).into_iter().enumerate() {
        let items = job.ids.len();
        // Outcomes in the order in which they came, or in that of the workers, are in a wrong order.
        let rule = if number == 1 {
            ReleaseRule::AllWhenStill
        } else {
            ReleaseRule::first_last(&job.pieces())
        };
        if let Err((diagnosis, evidence)) = examine(setup, &job, rule)?.1 {
            let evidence = match diagnosis {
                Diagnosis::Unwritten => evidence,
                _ => format!("{evidence} ({items} items)"),
            };
            return Ok(Verdict::failed(check, diagnosis, evidence));
        }
    }
    let all: usize = ANSWER_ITEMS.iter().sum();
    Ok(Verdict::passed(check, format!("{all} items, each fetched once, in the order of their ids")))
}

/// Examines a job whose items are held back by a rule.
fn examine(
    setup: &ExamSetup,
    job: &FetchJob,
    rule: ReleaseRule,
) -> Result<(ExamSession, Result<(), Fault>), SandboxError> {
    let answers = job.clone();
    let item = move |numbers: Range<u64>| Some(Reply::held(answers.item_outcome(numbers.start)));
    let session = setup.examine(job.assignment(), rule, item)?;
    let fault = check_answer(&session, job);
    Ok((session, fault))
}

fn check_answer(session: &ExamSession, job: &FetchJob) -> Result<(), Fault> {
    let outcomes: ItemOutcomes = diagnose::result(session)?;
    diagnose::each_once(&job.pieces(), &session.asked, |item| {
        (format!("item {}", item.start), "fetched")
    })?;
    let mut outcomes = outcomes
        .map_err(|error| (Diagnosis::WrongAnswer, format!("it returned an error: {error}")))?;
    let expected = job.ids.iter().map(|&id| (id, job.item_outcome(id)));
    let mut expected: Vec<(u64, ItemOutcome)> = expected.collect();
    if outcomes == expected {
        return Ok(());
    }
    outcomes.sort_unstable();
    expected.sort_unstable();
    if outcomes == expected {
        let evidence = "all items are there, but not in the order of their ids";
        return Err((Diagnosis::WrongOrder, evidence.to_owned()));
    }
    let (have, want) = (outcomes.len(), expected.len());
    let right = outcomes.iter().filter(|item_outcome| expected.contains(item_outcome)).count();
    let evidence =
        format!("{want} items were asked for, and {have} returned; {right} of them are right");
    Err((Diagnosis::WrongAnswer, evidence))
}

/// Checks that each request was made by a thread that is named after its item.
fn names_of_items(check: &str, session: &ExamSession) -> Verdict {
    let held_requests = &session.record.held_requests;
    if diagnose::thread_names(held_requests).is_empty() {
        return diagnose::not_proved_here(check, "the names of threads");
    }
    let mut named = Vec::new();
    for request in held_requests {
        let name = request.thread.as_ref().map_or("unknown", |thread| &thread.name);
        let mut expected = format!("item-{}", request.piece.start);
        expected.truncate(NAME_BYTES_MAX);
        if name != expected {
            let evidence =
                format!("item {} was fetched by a thread named {name:?}", request.piece.start);
            return Verdict::failed(check, Diagnosis::WrongName, evidence);
        }
        named.push(expected);
    }
    let (first, last) = (named.first().cloned(), named.last().cloned());
    let (first, last) = (first.unwrap_or_default(), last.unwrap_or_default());
    let count = named.len();
    Verdict::passed(check, format!("{count} threads, named by you: {first} … {last}"))
}
