//! The parallel functions: all threads share the base primes, and each sieves its own parts.

use std::ops::{Range, RangeBounds};

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::Sieve;
use crate::{
    END, Number,
    base_primes::BasePrimes,
    decode::{self, Words},
    huge_pages,
    plan::Plan,
    segment_sieve::SegmentSieve,
    strategy::{Strategy, half_open, split},
};

impl Sieve {
    /// Counts primes in parallel, as [`par_count`](crate::par_count) does.
    pub fn par_count(self, range: impl RangeBounds<u64>) -> u64 {
        let numbers = half_open(&range, END);
        let (tabled, strategy) = split(numbers.clone());
        let Strategy::SegmentedSieve(untabled) = strategy else { return self.count(numbers) };
        let threads = rayon::current_num_threads();
        let plan = Plan::count(untabled, self.machine, threads, &BasePrimes::default());
        let counts = (0..plan.parts.count()).into_par_iter().map_init(
            || SegmentSieve::new(plan.clone()),
            |sieve, number| sieve.count(&plan.parts.get(number)),
        );
        tabled.len() as u64 + counts.sum::<u64>()
    }

    /// Lists primes in parallel, as [`par_collect`](crate::par_collect) does.
    pub fn par_collect<N: Number>(self, range: impl RangeBounds<u64>) -> Vec<N> {
        N::par_collect(self, half_open(&range, N::END))
    }

    pub(crate) fn par_collect_from<N: Number>(self, numbers: Range<u64>) -> Vec<N> {
        let (tabled, strategy) = split(numbers.clone());
        let Strategy::SegmentedSieve(untabled) = strategy else { return self.collect(numbers) };
        let threads = rayon::current_num_threads();
        let plan = Plan::in_order(untabled, self.machine, threads, &BasePrimes::default());
        let parts: Vec<Vec<N>> = (0..plan.parts.count())
            .into_par_iter()
            .map_init(
                || (SegmentSieve::new(plan.clone()), Words::default()),
                |(sieve, words), number| {
                    let mut part = Vec::new();
                    sieve.words(&plan.parts.get(number), words);
                    decode::append(self.machine.instructions, words.all(), &mut part);
                    part
                },
            )
            .collect();
        let mut list = Vec::with_capacity(tabled.len() + parts.iter().map(Vec::len).sum::<usize>());
        huge_pages::advise(&mut list);
        list.extend(tabled.iter().map(|&prime| N::from_u64(u64::from(prime))));
        for part in parts {
            list.extend_from_slice(&part);
        }
        list
    }
}
