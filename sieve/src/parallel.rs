//! The segmented sieve on all threads: they share the base primes, and each sieves its own parts.

use core::ops::Range;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::{
    base_primes::BasePrimes,
    decode::{self, Decoded, Words},
    machine::Machine,
    plan::Plan,
};

/// Counts primes in parallel.
pub(crate) fn count(numbers: Range<u64>, machine: Machine) -> u64 {
    let plan = Plan::count(numbers, machine, rayon::current_num_threads());
    let base_primes = BasePrimes::default();
    let counts = (0..plan.parts.count()).into_par_iter().map_init(
        || base_primes.sieve(&plan),
        |sieve, number| sieve.count(&plan.parts.get(number)),
    );
    counts.sum()
}

/// Lists primes in parallel: the primes of each part, in ascending order.
pub(crate) fn collect<N: Decoded>(numbers: Range<u64>, machine: Machine) -> Vec<Vec<N>> {
    let plan = Plan::in_order(numbers, machine, rayon::current_num_threads());
    let base_primes = BasePrimes::default();
    let parts = (0..plan.parts.count()).into_par_iter().map_init(
        || (base_primes.sieve(&plan), Words::default()),
        |(sieve, words), number| {
            let mut part = Vec::new();
            sieve.words(&plan.parts.get(number), words);
            decode::append(machine.instructions, words.all(), &mut part);
            part
        },
    );
    parts.collect()
}
