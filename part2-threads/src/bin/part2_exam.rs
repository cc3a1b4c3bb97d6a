//! The candidate of an exam: fetches items that an examiner makes up, so that the answer can come
//! only through it. `cargo lab` starts it, and is the examiner.
#![forbid(unsafe_code)]

use std::{error::Error, num::NonZeroUsize};

use common::exam::Examiner;
use part2_threads::{ItemId, Job, Outcome, Variant};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Assignment {
    Concurrent { ids: Vec<ItemId> },
    Pooled { ids: Vec<ItemId>, workers: NonZeroUsize },
}

/// Items, each by its id and its title.
type Titles = Vec<(ItemId, Option<String>)>;

fn main() -> Result<(), Box<dyn Error>> {
    let examiner = Examiner::of_this_program()?;
    examiner.sit(|assignment| Ok(fetch(assignment, &examiner)))
}

fn fetch(assignment: Assignment, examiner: &Examiner) -> Result<Titles, String> {
    let fetch = |id: ItemId| {
        let item = examiner.piece(id.0..id.0 + 1);
        Outcome::Fetched(item.expect("the examiner to stay until the end"))
    };
    // By the way of every other run, so that a variant cannot tell an exam from it.
    let outcomes = match assignment {
        Assignment::Concurrent { ids } => {
            Variant::Concurrent.request(&Job { ids, workers: NonZeroUsize::MIN }, fetch)
        }
        Assignment::Pooled { ids, workers } => {
            Variant::Pooled.request(&Job { ids, workers }, fetch)
        }
    };
    let title = |outcome: Outcome| match outcome {
        Outcome::Fetched(item) => (item.id, item.title),
        other => (other.id(), None),
    };
    Ok(outcomes.map_err(|error| error.to_string())?.into_iter().map(title).collect())
}
