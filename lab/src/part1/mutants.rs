//! Tests that the checks find every known mistake (mutant), whichever numbers a seed draws.

use std::ops::Range;

use super::{answer_jobs, assignment::Job, judge};
use crate::seed::Seed;

const SEEDS: u64 = 200;

/// A mutant: turns the results of the chunks into a wrong answer.
type Mutant = fn(&Job, Vec<Vec<u64>>) -> Vec<u64>;

const MUTANTS: &[(&str, Mutant)] = &[
    ("the last chunk is dropped", |_, mut finds| {
        finds.pop();
        finds.concat()
    }),
    ("the first chunk is dropped", |_, finds| finds[1..].concat()),
    ("the first number of each chunk is left out", |job, finds| {
        keep(job, finds, |chunk, number| number != chunk.start)
    }),
    ("the last number of each chunk is left out", |job, finds| {
        keep(job, finds, |chunk, number| number + 1 != chunk.end)
    }),
    ("the last number of the range is left out", |job, finds| {
        let end = job.chunks().last().map_or(0, |chunk| chunk.end);
        keep(job, finds, |_, number| number + 1 != end)
    }),
    ("the end of the range is taken in", |job, finds| {
        let end = job.chunks().last().map_or(0, |chunk| chunk.end);
        [finds.concat(), job.found_in(end..end + 1)].concat()
    }),
    ("the number before the range is taken in", |job, finds| {
        let start = job.chunks()[0].start;
        [job.found_in(start - 1..start), finds.concat()].concat()
    }),
    ("the end of each chunk is taken in", |job, _| {
        job.chunks()
            .into_iter()
            .flat_map(|chunk| job.found_in(chunk.start..chunk.end + 1))
            .collect()
    }),
    ("a chunk is done twice", |_, finds| {
        let last = finds.last().cloned().unwrap_or_default();
        [finds.concat(), last].concat()
    }),
    ("two chunks change places", |_, mut finds| {
        let last = finds.len() - 1;
        finds.swap(0, last);
        finds.concat()
    }),
    ("the first chunk comes last", |_, mut finds| {
        finds.rotate_left(1);
        finds.concat()
    }),
    ("chunks come from the last to the first", |_, mut finds| {
        finds.reverse();
        finds.concat()
    }),
    ("a chunk without finds is the end", |_, finds| {
        finds.into_iter().take_while(|finds| !finds.is_empty()).flatten().collect()
    }),
    ("each chunk overwrites the last", |_, finds| finds.last().cloned().unwrap_or_default()),
    ("the chunks that do not go into equal shares are lost", |job, finds| {
        finds[..finds.len() - finds.len() % job.workers()].concat()
    }),
    ("a last chunk that is short is lost", |job, mut finds| {
        let lengths: Vec<u64> = job.chunks().iter().map(|chunk| chunk.end - chunk.start).collect();
        finds.truncate(lengths.iter().filter(|&length| length == &lengths[0]).count());
        finds.concat()
    }),
    ("fewer chunks than workers are none", |job, finds| {
        if finds.len() < job.workers() { Vec::new() } else { finds.concat() }
    }),
    ("nothing is found", |_, _| Vec::new()),
];

/// The results that `is_kept` accepts.
fn keep(job: &Job, finds: Vec<Vec<u64>>, is_kept: impl Fn(&Range<u64>, u64) -> bool) -> Vec<u64> {
    let chunks = job.chunks().into_iter().zip(finds);
    chunks
        .flat_map(|(chunk, mut finds)| {
            finds.retain(|&number| is_kept(&chunk, number));
            finds
        })
        .collect()
}

/// Whether a mutant's answer to a job is judged wrong.
fn is_found(job: &Job, mutant: Mutant) -> bool {
    let finds = job.chunks().into_iter().map(|chunk| job.found_in(chunk)).collect();
    let primes = mutant(job, finds);
    judge::is_wrong(primes, &job.answer())
}

#[test]
fn the_right_answer_is_right() {
    for seed in 0..SEEDS {
        for job in answer_jobs(&mut Seed::of(seed)) {
            assert!(!is_found(&job, |_, finds| finds.concat()), "seed {seed}, {job}");
        }
    }
}

#[test]
fn every_mistake_is_found_whatever_the_seed() {
    for seed in 0..SEEDS {
        let jobs = answer_jobs(&mut Seed::of(seed));
        let jobs: Vec<&Job> = jobs.iter().filter(|job| !job.chunks().is_empty()).collect();
        for (mistake, mutant) in MUTANTS {
            let found = jobs.iter().any(|job| is_found(job, *mutant));
            assert!(found, "seed {seed}: {mistake}");
        }
    }
}
