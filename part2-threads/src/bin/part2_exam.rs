//! The candidate of an exam: fetches items that an examiner makes up, so that the answer can come
//! only through it. `cargo lab` starts it, and is the examiner.
#![forbid(unsafe_code)]

use std::{error::Error, num::NonZeroUsize};

use exam::Examiner;
use part2_threads::{Failure, Item, ItemId, Job, Outcome, Variant};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Assignment {
    Concurrent { ids: Vec<ItemId> },
    Pooled { ids: Vec<ItemId>, workers: NonZeroUsize },
}

/// What the examiner says of an item that there is.
#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Item(Item),
    /// It could not be fetched.
    Failed(String),
}

/// Items, each by its id and its title; by the cause where it could not be fetched.
type Titles = Vec<(ItemId, Option<String>)>;

fn main() -> Result<(), Box<dyn Error>> {
    let examiner = Examiner::of_this_program()?;
    examiner.sit(|assignment| Ok(fetch(assignment, &examiner)))
}

fn fetch(assignment: Assignment, examiner: &Examiner) -> Result<Titles, String> {
    let fetch = |id: ItemId| {
        let said = examiner.piece(id.0..id.0 + 1);
        match said.expect("the examiner to stay until the end") {
            None => Outcome::Missing(id),
            Some(Said::Item(item)) => Outcome::Fetched(item),
            Some(Said::Failed(cause)) => {
                Outcome::Failed(Failure { id, url: String::new(), attempts: 1, cause })
            }
        }
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
        Outcome::Failed(failure) => (failure.id, Some(failure.cause)),
        other => (other.id(), None),
    };
    Ok(outcomes.map_err(|error| error.to_string())?.into_iter().map(title).collect())
}
