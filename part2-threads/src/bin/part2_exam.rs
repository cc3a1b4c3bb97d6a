//! The candidate of an exam: fetches items that an examiner invents, so that it can get the answer only
//! from the examiner. `cargo lab` starts it, and is the examiner.
#![forbid(unsafe_code)]

use std::{env, error::Error, num::NonZeroUsize};

use exam::{
    Examiner,
    part2::{Assignment, ItemOutcome, ItemOutcomes},
};
use part2_threads::{Failure, Item, ItemId, Job, Outcome, Variant};
use serde_json::json;

/// The number of workers of every other run, also for variants that do not use it.
const WORKERS: NonZeroUsize = NonZeroUsize::new(10).unwrap();

fn main() -> Result<(), Box<dyn Error>> {
    let examiner = Examiner::of_this_program()?;
    if env::args_os().len() > 1 {
        return Ok(examiner.report_unexpected_start()?);
    }
    examiner.take_exam(|assignment| Ok(fetch(assignment, &examiner)))
}

fn fetch(assignment: Assignment, examiner: &Examiner) -> ItemOutcomes {
    let fetch = |id: ItemId| {
        let item_outcome = examiner.piece(id.0..id.0 + 1);
        outcome(id, item_outcome.expect("the examiner to stay until the end"))
    };
    let (variant, ids, workers) = match assignment {
        Assignment::Concurrent { ids } => (Variant::Concurrent, ids, WORKERS),
        Assignment::Pooled { ids, workers } => (Variant::Pooled, ids, workers),
    };
    let job = Job { ids: ids.into_iter().map(ItemId).collect(), workers };
    // As in every other run, so that a variant cannot tell an exam from it.
    let outcomes = variant.request(&job, fetch).map_err(|error| error.to_string())?;
    Ok(outcomes.into_iter().map(exam_result).collect())
}

/// An outcome in the form of the part.
fn outcome(id: ItemId, item_outcome: ItemOutcome) -> Outcome {
    match item_outcome {
        ItemOutcome::Titled(title) => {
            let story = json!({
                "id": id, "type": "story", "author": "ada", "title": title, "points": id.0 % 97,
            });
            let item: Item = serde_json::from_value(story).expect("an item of the API");
            Outcome::Fetched(item)
        }
        ItemOutcome::Missing => Outcome::Missing(id),
        ItemOutcome::Failed(cause) => {
            let url = format!("http://127.0.0.1/api/v1/items/{id}");
            Outcome::Failed(Failure { id, url, attempts: 4, cause })
        }
        ItemOutcome::Unfinished => Outcome::Unfinished(id),
    }
}

/// An outcome in the form of the exam.
fn exam_result(outcome: Outcome) -> (u64, ItemOutcome) {
    let id = outcome.id().0;
    let item_outcome = match outcome {
        Outcome::Fetched(item) => ItemOutcome::Titled(item.title.unwrap_or_default()),
        Outcome::Missing(_) => ItemOutcome::Missing,
        Outcome::Failed(Failure { cause, .. }) => ItemOutcome::Failed(cause),
        Outcome::Unfinished(_) => ItemOutcome::Unfinished,
    };
    (id, item_outcome)
}
