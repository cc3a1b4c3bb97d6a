//! Tests that the checks find every known mistake (mutant), whichever numbers a seed draws.

use std::ops::Range;

use super::{answer_jobs, assignment::Job, results};
use crate::seed::Seed;

const SEEDS: u64 = 200;

/// A mutant: turns the results of the chunks into a wrong answer.
type Mutant = fn(&Job, Vec<Vec<u64>>) -> Vec<u64>;

const MUTANTS: &[(&str, Mutant)] = &[
    ("the last chunk is dropped", |_, mut found| {
        found.pop();
        found.concat()
    }),
    ("the first chunk is dropped", |_, found| found[1..].concat()),
    ("the first number of each chunk is left out", |job, found| {
        keep(job, found, |chunk, number| number != chunk.start)
    }),
    ("the last number of each chunk is left out", |job, found| {
        keep(job, found, |chunk, number| number + 1 != chunk.end)
    }),
    ("the last number of the range is left out", |job, found| {
        let end = job.chunks().last().map_or(0, |chunk| chunk.end);
        keep(job, found, |_, number| number + 1 != end)
    }),
    ("the end of the range is taken in", |job, found| {
        let end = job.chunks().last().map_or(0, |chunk| chunk.end);
        [found.concat(), job.found_in(end..end + 1)].concat()
    }),
    ("the number before the range is taken in", |job, found| {
        let start = job.chunks()[0].start;
        [job.found_in(start - 1..start), found.concat()].concat()
    }),
    ("the end of each chunk is taken in", |job, _| {
        job.chunks()
            .into_iter()
            .flat_map(|chunk| job.found_in(chunk.start..chunk.end + 1))
            .collect()
    }),
    ("a chunk is done twice", |_, found| {
        let last = found.last().cloned().unwrap_or_default();
        [found.concat(), last].concat()
    }),
    ("two chunks change places", |_, mut found| {
        let last = found.len() - 1;
        found.swap(0, last);
        found.concat()
    }),
    ("the first chunk comes last", |_, mut found| {
        found.rotate_left(1);
        found.concat()
    }),
    ("chunks come from the last to the first", |_, mut found| {
        found.reverse();
        found.concat()
    }),
    ("a chunk without primes is the end", |_, found| {
        found.into_iter().take_while(|found| !found.is_empty()).flatten().collect()
    }),
    ("each chunk overwrites the last", |_, found| found.last().cloned().unwrap_or_default()),
    ("the chunks that do not go into equal shares are lost", |job, found| {
        found[..found.len() - found.len() % job.workers()].concat()
    }),
    ("a last chunk that is short is lost", |job, mut found| {
        let lengths: Vec<u64> = job.chunks().iter().map(|chunk| chunk.end - chunk.start).collect();
        found.truncate(lengths.iter().filter(|&length| length == &lengths[0]).count());
        found.concat()
    }),
    ("fewer chunks than workers are none", |job, found| {
        if found.len() < job.workers() { Vec::new() } else { found.concat() }
    }),
    ("nothing is found", |_, _| Vec::new()),
];

/// The results that `is_kept` accepts.
fn keep(job: &Job, found: Vec<Vec<u64>>, is_kept: impl Fn(&Range<u64>, u64) -> bool) -> Vec<u64> {
    let chunks = job.chunks().into_iter().zip(found);
    chunks
        .flat_map(|(chunk, mut found)| {
            found.retain(|&number| is_kept(&chunk, number));
            found
        })
        .collect()
}

/// Whether a mutant's answer to a job is found wrong.
fn is_found(job: &Job, mutant: Mutant) -> bool {
    let found = job.chunks().into_iter().map(|chunk| job.found_in(chunk)).collect();
    let primes = mutant(job, found);
    results::is_wrong(primes, &job.answer())
}

#[test]
fn the_right_answer_is_right() {
    for seed in 0..SEEDS {
        for job in answer_jobs(&mut Seed::of(seed)) {
            assert!(!is_found(&job, |_, found| found.concat()), "seed {seed}, {job}");
        }
    }
}

#[test]
fn every_mistake_is_found_whatever_the_seed() {
    for seed in 0..SEEDS {
        let jobs = answer_jobs(&mut Seed::of(seed));
        let jobs: Vec<&Job> = jobs.iter().filter(|job| !job.chunks().is_empty()).collect();
        for (mistake, mutant) in MUTANTS {
            let was_found = jobs.iter().any(|job| is_found(job, *mutant));
            assert!(was_found, "seed {seed}: {mistake}");
        }
    }
}
