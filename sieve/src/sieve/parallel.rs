//! All cores share the parts of a range; what they have in common is found once.

use std::ops::{Range, RangeBounds};

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::Sieve;
use crate::{
    END, Number,
    base_primes::BasePrimes,
    decode::{self, Words},
    huge_pages,
    plan::Plan,
    segment_sieve::WindowSieve,
    strategy::{Others, half_open, split},
};

impl Sieve {
    /// As [`par_count`](crate::par_count).
    pub fn par_count(self, range: impl RangeBounds<u64>) -> u64 {
        let numbers = half_open(&range, END);
        let (small, others) = split(numbers.clone());
        let Others::Sieve(others) = others else { return self.count(numbers) };
        let threads = rayon::current_num_threads();
        let plan = Plan::count(others, self.machine, threads, &BasePrimes::default());
        let counts = (0..plan.parts.count()).into_par_iter().map_init(
            || WindowSieve::new(plan.clone()),
            |sieve, number| sieve.count(&plan.parts.get(number)),
        );
        small.len() as u64 + counts.sum::<u64>()
    }

    /// As [`par_collect`](crate::par_collect).
    pub fn par_collect<N: Number>(self, range: impl RangeBounds<u64>) -> Vec<N> {
        N::par_collect(self, half_open(&range, N::END))
    }

    pub(crate) fn par_collect_from<N: Number>(self, numbers: Range<u64>) -> Vec<N> {
        let (small, others) = split(numbers.clone());
        let Others::Sieve(others) = others else { return self.collect(numbers) };
        let threads = rayon::current_num_threads();
        let plan = Plan::in_order(others, self.machine, threads, &BasePrimes::default());
        let parts: Vec<Vec<N>> = (0..plan.parts.count())
            .into_par_iter()
            .map_init(
                || (WindowSieve::new(plan.clone()), Words::default()),
                |(sieve, words), number| {
                    let mut part = Vec::new();
                    sieve.words(&plan.parts.get(number), words);
                    decode::append(self.machine.instructions, words.all(), &mut part);
                    part
                },
            )
            .collect();
        let mut list = Vec::with_capacity(small.len() + parts.iter().map(Vec::len).sum::<usize>());
        huge_pages::advise(&mut list);
        list.extend(small.iter().map(|&prime| N::from_u64(u64::from(prime))));
        for part in parts {
            list.extend_from_slice(&part);
        }
        list
    }
}
