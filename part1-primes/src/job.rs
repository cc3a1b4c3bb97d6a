//! What is to be done: a range of numbers, cut into chunks, for a number of workers.

use std::{
    num::{NonZeroU64, NonZeroUsize},
    ops::Range,
};

/// Longer chunks would make workers wait for the last of them, shorter ones would cost more to
/// hand out than to do.
const CHUNK_MAX: u64 = 5_000;

/// At least so many chunks for each worker, where there are enough numbers: so that one that gets
/// the hard ones does fewer.
const CHUNKS_PER_WORKER: u64 = 16;

/// The numbers from `range.start` up to, and without, `range.end`, `chunk` numbers at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Half-open; empty if it ends before it starts.
    pub range: Range<u64>,
    /// How many threads or processes share the work.
    pub workers: NonZeroUsize,
    /// How many numbers a worker takes at a time.
    pub chunk: NonZeroU64,
}

impl Job {
    /// A job with chunks that are small enough to share evenly.
    pub fn new(range: Range<u64>, workers: NonZeroUsize) -> Self {
        let chunks = workers.get() as u64 * CHUNKS_PER_WORKER;
        let numbers = (length(&range) / chunks).min(CHUNK_MAX);
        let chunk = NonZeroU64::new(numbers).unwrap_or(NonZeroU64::MIN);
        Self { range, workers, chunk }
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

    /// Which chunk `chunk` is.
    pub fn index_of(&self, chunk: &Range<u64>) -> u64 {
        (chunk.start - self.range.start) / self.chunk
    }

    /// What the worker thread with this index, from 0, is called.
    pub fn worker_name(index: usize) -> String {
        format!("worker-{index}")
    }
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
        let job = Job::new(100_000_000..101_000_000, TWO);
        assert_eq!(job.chunk_count(), 200);
        assert_eq!(job.chunk(199), 100_995_000..101_000_000);
    }

    #[test]
    fn an_empty_range_has_no_chunks() {
        assert_eq!(Job::new(7..7, TWO).chunk_count(), 0);
    }

    #[test]
    fn all_of_u64_can_be_cut() {
        let job = Job::new(0..u64::MAX, TWO);
        assert_eq!(job.chunk(job.chunk_count() - 1).end, u64::MAX);
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
                Job { chunk: NonZeroU64::new(chunk).unwrap(), ..Job::new(range.clone(), TWO) };
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
