//! The job: a range of numbers, divided into chunks, for a number of workers.

use std::{
    num::{NonZeroU64, NonZeroUsize},
    ops::Range,
};

use sieve::SharedSieve;

use crate::{Keep, Method};

/// The longest chunk whose primes are listed, since worker processes send the list as one message.
const LISTED_CHUNK_MAX: u64 = 10_000_000;

/// The longest default chunk whose primes are printed, unless the sieve needs a longer one.
const PRINTED_CHUNK_MAX: u64 = 1_000_000;

/// The longest default chunk if numbers are checked one by one. With longer chunks, workers would wait
/// at the end; shorter ones would cost more to hand out than to do.
const CHECKED_CHUNK_MAX: u64 = 5_000;

/// The least length of a sieved chunk, in square roots of its end. The sieve needs all primes up to that
/// root. In a shorter chunk, they would cost more than the sieving itself.
const ROOTS_PER_SIEVED_CHUNK: u64 = 8;

/// The least number of chunks for each worker, if primes are listed and there are enough numbers. With
/// several chunks each, a worker with slow chunks does fewer of them.
const CHUNKS_PER_WORKER: u64 = 16;

/// The numbers from `range.start` up to, and without, `range.end`, `chunk` numbers at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Half-open. [`Method::check`] refuses one that ends before it starts.
    pub range: Range<u64>,
    /// How many threads or processes share the work.
    pub workers: NonZeroUsize,
    /// How many numbers a worker takes at a time.
    pub chunk: NonZeroU64,
}

impl Job {
    /// A job with chunks that are short enough to share evenly, and long enough for `method`.
    ///
    /// If the sieve has few or very large numbers, there may be fewer chunks than workers.
    pub fn new(range: Range<u64>, workers: NonZeroUsize, method: Method, keep: Keep) -> Self {
        let length = length(&range);
        let workers_share = length / workers.get() as u64;
        let share = workers_share / CHUNKS_PER_WORKER;
        let worth_sieving = ROOTS_PER_SIEVED_CHUNK * range.end.isqrt();
        let numbers = match (method, keep) {
            (Method::Trial | Method::Strong | Method::Simd, _) => share.min(CHECKED_CHUNK_MAX),
            // It visits no number, so a chunk costs the same however short it is.
            (Method::Count, _) => length,
            (Method::Sieve, Keep::List) => {
                share.max(worth_sieving).min(LISTED_CHUNK_MAX).min(length)
            }
            (Method::Sieve, Keep::Count) => {
                let piece = SharedSieve::default().piece(range.clone());
                even(length, piece.min(workers_share.max(worth_sieving)))
            }
        };
        let chunk = NonZeroU64::new(numbers).unwrap_or(NonZeroU64::MIN);
        Self { range, workers, chunk }
    }

    /// A job whose primes are printed as they are found.
    ///
    /// Its chunks are shorter, since several of them are in memory at once.
    pub fn to_print(range: Range<u64>, workers: NonZeroUsize, method: Method) -> Self {
        let worth_sieving = ROOTS_PER_SIEVED_CHUNK * range.end.isqrt();
        let job = Self::new(range, workers, method, Keep::List);
        let most = NonZeroU64::new(PRINTED_CHUNK_MAX.max(worth_sieving)).unwrap_or(NonZeroU64::MAX);
        Self { chunk: job.chunk.min(most), ..job }
    }

    /// The longest chunk that a user may ask for.
    ///
    /// A count is a short message for any chunk, and the sieve needs no more memory for it.
    pub fn chunk_max(method: Method, keep: Keep) -> u64 {
        match (method, keep) {
            (Method::Sieve, Keep::Count) => u64::MAX,
            _ => LISTED_CHUNK_MAX,
        }
    }

    /// How many chunks there are; the last one may be shorter.
    pub fn chunk_count(&self) -> u64 {
        length(&self.range).div_ceil(self.chunk.get())
    }

    /// The chunk with this index, which is below [`chunk_count`](Self::chunk_count).
    pub fn chunk(&self, index: u64) -> Range<u64> {
        let start = self.range.start + index * self.chunk.get();
        start..start.saturating_add(self.chunk.get()).min(self.range.end)
    }

    /// All chunks, in order.
    pub fn chunks(&self) -> impl Iterator<Item = Range<u64>> {
        (0..self.chunk_count()).map(|index| self.chunk(index))
    }

    /// The index of a chunk.
    pub fn index_of(&self, chunk: &Range<u64>) -> u64 {
        (chunk.start - self.range.start) / self.chunk
    }

    /// The name of the worker thread with this index, counted from 0.
    pub fn worker_name(index: usize) -> String {
        format!("worker-{index}")
    }
}

/// The length of equal chunks, if there are as few as possible with at most `most` numbers each.
fn even(length: u64, most: u64) -> u64 {
    length.div_ceil(length.div_ceil(most.max(1)).max(1))
}

fn length(range: &Range<u64>) -> u64 {
    range.end.saturating_sub(range.start)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TWO: NonZeroUsize = NonZeroUsize::new(2).unwrap();

    #[test]
    fn the_labs_range_is_cut_into_200_chunks() {
        let job = Job::new(100_000_000..101_000_000, TWO, Method::Trial, Keep::List);
        assert_eq!(job.chunk_count(), 200);
        assert_eq!(job.chunk(199), 100_995_000..101_000_000);
    }

    #[test]
    fn an_empty_range_has_no_chunks() {
        assert_eq!(Job::new(7..7, TWO, Method::Trial, Keep::List).chunk_count(), 0);
    }

    #[test]
    fn all_of_u64_can_be_cut() {
        let job = Job::new(0..u64::MAX, TWO, Method::Trial, Keep::List);
        assert_eq!(job.chunk(job.chunk_count() - 1).end, u64::MAX);
    }

    #[test]
    fn a_sieve_that_lists_has_chunks_that_are_worth_preparing() {
        let check = |range: Range<u64>, workers, chunk, chunk_count| {
            let job = Job::new(
                range.clone(),
                NonZeroUsize::new(workers).unwrap(),
                Method::Sieve,
                Keep::List,
            );
            assert_eq!((job.chunk.get(), job.chunk_count()), (chunk, chunk_count), "{range:?}");
        };
        // The lab's: eight times the root of its end. With few workers, a sixteenth for each.
        check(100_000_000..101_000_000, 2, 80_392, 13);
        check(100_000_000..101_000_000, 64, 80_392, 13);
        check(0..100_000_000, 2, 3_125_000, 32);
        check(0..1_000_000_000, 2, LISTED_CHUNK_MAX, 100);
        check(0..1_000_000_000, 64, 976_562, 1_025);
        check(0..u64::MAX, 2, LISTED_CHUNK_MAX, u64::MAX.div_ceil(LISTED_CHUNK_MAX));
        // So large that a single chunk is best, and no longer than there are numbers.
        check(u64::MAX - 1_000_000..u64::MAX, 2, 1_000_000, 1);
        check(0..3, 2, 3, 1);
        check(0..0, 2, 1, 0);
        check(u64::MAX..u64::MAX, 2, 1, 0);
    }

    #[test]
    fn chunks_of_a_counting_sieve_cost_no_more_than_the_whole() {
        let job = |start: u64, length, workers| {
            let workers = NonZeroUsize::new(workers).unwrap();
            Job::new(start..start + length, workers, Method::Sieve, Keep::Count)
        };
        let check = |start, length, workers, chunk, chunk_count| {
            let job = job(start, length, workers);
            let planned = (job.chunk.get(), job.chunk_count());
            assert_eq!(planned, (chunk, chunk_count), "{:?} on {workers} workers", job.range);
        };
        check(0, 1_000_000_000, 1, 500_000_000, 2);
        check(0, 1_000_000_000, 2, 500_000_000, 2);
        check(0, 1_000_000_000, 64, 15_625_000, 64);
        check(0, 100_000_000_000, 2, 534_759_359, 187);
        check(1_000_000_000_000, 1_000_000_000, 2, 500_000_000, 2);
        check(100_000_000, 1_000_000, 2, 500_000, 2);
        check(100_000_000, 1_000_000, 64, 76_924, 13);
        check(0, 3, 2, 3, 1);
        check(0, 0, 2, 1, 0);
        check(1_000_000_000_000_000, 10_000_000, 2, 10_000_000, 1);
        // Each of them looks at all primes up to 10⁹, which takes as long as to sieve 100 million.
        let job = job(1_000_000_000_000_000_000, 1_000_000_000, 64);
        assert!(job.chunk_count() <= 5, "{} chunks", job.chunk_count());
    }

    #[test]
    fn every_range_up_to_the_largest_number_can_be_sieved_in_chunks() {
        for start in [0, u64::MAX - (1 << 32), u64::MAX - 1, u64::MAX] {
            let job = Job::new(start..u64::MAX, TWO, Method::Sieve, Keep::Count);
            assert_eq!(job.chunk_count() == 0, start == u64::MAX);
        }
    }

    proptest! {
        #[test]
        fn chunks_follow_each_other_without_gap(
            start: u64,
            length in 0_u64..10_000,
            chunk in 1_u64..20_000,
        ) {
            let range = start..start.saturating_add(length);
            let job =
                Job { chunk: NonZeroU64::new(chunk).unwrap(), ..Job::new(range.clone(), TWO, Method::Trial, Keep::List) };
            let mut next = range.start;
            for (index, chunk) in (0..).zip(job.chunks()) {
                prop_assert_eq!(chunk.start, next);
                prop_assert!(!chunk.is_empty());
                prop_assert_eq!(job.index_of(&chunk), index);
                next = chunk.end;
            }
            prop_assert_eq!(next, range.end);
        }
    }
}
