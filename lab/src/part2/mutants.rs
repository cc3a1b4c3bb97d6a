//! Tests that the checks find every known mistake (mutant), whichever ids a seed draws.

use exam::part2::{ItemOutcome, ItemOutcomes};

use super::{FetchJob, WORKERS, answer_jobs, check_answer};
use crate::{exam_session::ExamSession, seed::Seed};

const SEEDS: u64 = 200;

/// Items by their ids, in the order in which they were fetched.
type Items = Vec<(u64, ItemOutcome)>;

/// A mutant: turns the items into those that it fetches and those that it returns.
type Mutant = fn(Items) -> (Items, Items);

const MUTANTS: &[(&str, Mutant)] = &[
    ("the last item is not fetched", |mut items| {
        items.pop();
        both(items)
    }),
    ("the first item is not fetched", |items| both(items.into_iter().skip(1).collect())),
    ("the last item is not returned", |items| {
        let returned = items[..items.len().saturating_sub(1)].to_vec();
        (items, returned)
    }),
    ("an item is fetched twice", |items| {
        let last = items.last().cloned();
        (items.iter().cloned().chain(last).collect(), items)
    }),
    ("an item is returned twice", |items| {
        let returned = items.iter().cloned().chain(items.last().cloned()).collect();
        (items, returned)
    }),
    ("items are sorted by their ids", |items| returned(items, |items| items.sort())),
    ("items are sorted backwards", |items| {
        returned(items, |items| items.sort_by(|one, next| next.cmp(one)))
    }),
    ("items come from the last to the first", |items| returned(items, |items| items.reverse())),
    ("the first item comes last", |items| {
        returned(items, |items| {
            let count = items.len().min(1);
            items.rotate_left(count);
        })
    }),
    ("two items change places", |items| {
        returned(items, |items| {
            let last = items.len().saturating_sub(1);
            if last > 0 {
                items.swap(0, last);
            }
        })
    }),
    ("the workers' items come worker by worker", |items| {
        returned(items, |items| {
            let number = |index: usize| index % WORKERS;
            let mut numbered: Vec<_> = items.drain(..).enumerate().collect();
            numbered.sort_by_key(|&(index, _)| number(index));
            items.extend(numbered.into_iter().map(|(_, item)| item));
        })
    }),
    ("each item has the title of the next one", |items| {
        returned(items, |items| {
            for index in 1..items.len() {
                items[index - 1].1 = items[index].1.clone();
            }
        })
    }),
    ("what is missing is left out", |items| {
        returned(items, |items| items.retain(|(_, outcome)| *outcome != ItemOutcome::Missing))
    }),
    ("what failed is left out", |items| {
        returned(items, |items| {
            items.retain(|(_, outcome)| !matches!(outcome, ItemOutcome::Failed(_)));
        })
    }),
    ("what failed is taken for missing", |items| {
        returned(items, |items| {
            for (_, outcome) in items {
                if matches!(outcome, ItemOutcome::Failed(_)) {
                    *outcome = ItemOutcome::Missing;
                }
            }
        })
    }),
    ("what failed is taken for an item", |items| {
        returned(items, |items| {
            for (_, outcome) in items {
                if let ItemOutcome::Failed(cause) = outcome {
                    *outcome = ItemOutcome::Titled(cause.clone());
                }
            }
        })
    }),
    ("titles are lost", |items| {
        returned(items, |items| {
            for (_, outcome) in items {
                *outcome = ItemOutcome::Missing;
            }
        })
    }),
    ("items are counted from 1", |items| {
        let counted = (1..).zip(items).map(|(number, (_, outcome))| (number, outcome)).collect();
        both(counted)
    }),
    ("what does not go into equal shares is lost", |mut items| {
        items.truncate(items.len() - items.len() % WORKERS);
        both(items)
    }),
    ("fewer items than workers are none", |items| {
        both(if items.len() < WORKERS { Vec::new() } else { items })
    }),
    ("nothing is returned", |items| (items, Vec::new())),
];

fn both(items: Items) -> (Items, Items) {
    (items.clone(), items)
}

/// All items are fetched, and returned after a change.
fn returned(items: Items, change: impl FnOnce(&mut Items)) -> (Items, Items) {
    let mut returned = items.clone();
    change(&mut returned);
    (items, returned)
}

/// Whether a mutant's answer to a job is found wrong.
fn is_found(job: &FetchJob, mutant: Mutant) -> bool {
    let items = job.ids.iter().map(|&id| (id, job.item_outcome(id))).collect();
    let (fetched, returned) = mutant(items);
    let asked = fetched.iter().map(|&(id, _)| id..id + 1).collect();
    let answer: ItemOutcomes = Ok(returned);
    check_answer(&ExamSession::of(asked, answer), job).is_err()
}

#[test]
fn the_right_answer_is_right() {
    for seed in 0..SEEDS {
        for job in answer_jobs(Some(WORKERS), &mut Seed::of(seed)) {
            assert!(!is_found(&job, both), "seed {seed}, {} items", job.ids.len());
        }
    }
}

#[test]
fn every_mistake_is_found_whatever_the_seed() {
    for seed in 0..SEEDS {
        let jobs = answer_jobs(Some(WORKERS), &mut Seed::of(seed));
        for (mistake, mutant) in MUTANTS {
            let found = jobs.iter().any(|job| is_found(job, *mutant));
            assert!(found, "seed {seed}: {mistake}");
        }
    }
}
