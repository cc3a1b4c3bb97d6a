//! The strategy for a range: look up primes in a table, test each number, or sieve.

use core::ops::{Bound, Range, RangeBounds};

use crate::{
    logarithm::ln,
    plan::root,
    prime_table::{PRIME_TABLE, TABLE_END},
    short_range::is_short,
};

/// The most numbers to test one by one, in a range up to this root.
pub(crate) fn tested_max(root: u64) -> u64 {
    root / 512
}

/// How to find the primes that are not in the prime table.
pub(crate) enum Strategy {
    /// The range has no such numbers.
    None,
    /// Test each number: a sieve's tables would cost more.
    TestEach(Range<u64>),
    /// Sieve the range in one array of bytes.
    ShortSieve(Range<u64>),
    /// Sieve the range segment by segment.
    SegmentedSieve(Range<u64>),
}

/// Splits a range: its primes in the table, and the strategy for its other numbers.
pub(crate) fn split(numbers: Range<u64>) -> (&'static [u32], Strategy) {
    let (tabled, untabled) = split_off_table(numbers);
    (tabled, Strategy::of(untabled))
}

/// Splits a range: its primes in the table, and its other numbers.
pub(crate) fn split_off_table(numbers: Range<u64>) -> (&'static [u32], Range<u64>) {
    let table_below = |limit: u64| PRIME_TABLE.partition_point(|&prime| u64::from(prime) < limit);
    let tabled = if numbers.start < u64::from(TABLE_END) {
        &PRIME_TABLE[table_below(numbers.start)..table_below(numbers.end)]
    } else {
        &[]
    };
    let start = numbers.start.max(TABLE_END.into());
    (tabled, start..numbers.end.max(start))
}

impl Strategy {
    /// Chooses the strategy for numbers from `TABLE_END` on.
    pub(crate) fn of(numbers: Range<u64>) -> Self {
        if numbers.is_empty() {
            Self::None
        } else if numbers.end - numbers.start <= tested_max(root(&numbers)) {
            Self::TestEach(numbers)
        } else if is_short(&numbers) {
            Self::ShortSieve(numbers)
        } else {
            Self::SegmentedSieve(numbers)
        }
    }
}

/// The exclusive limit of the primes of 64 bits: the largest `u64` is composite.
pub(crate) const U64_END: u64 = u64::MAX;

/// Converts any kind of range into a half-open one.
///
/// # Panics
/// If the range goes beyond the limit, which is below [`U64_END`] only for lists of `u32`.
#[track_caller]
pub(crate) fn half_open(range: &impl RangeBounds<u64>, limit: u64) -> Range<u64> {
    let start = match range.start_bound() {
        Bound::Included(&start) => start,
        Bound::Excluded(&before) => before.saturating_add(1),
        Bound::Unbounded => 0,
    };
    let end = match range.end_bound() {
        Bound::Included(&last) => last.saturating_add(1),
        Bound::Excluded(&end) => end,
        Bound::Unbounded => limit,
    };
    let is_open = matches!(range.end_bound(), Bound::Unbounded);
    assert!(
        if is_open { start <= limit } else { end <= limit || end <= start },
        "a range with numbers from {limit} on goes beyond the largest `u32`: make a list of `u64`"
    );
    start..end.max(start)
}

/// Estimates the number of primes in a range; the estimate is hardly ever too low.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "an estimate, and not below zero"
)]
pub(crate) fn expected_count(numbers: &Range<u64>) -> usize {
    let length = (numbers.end - numbers.start) as f64;
    let middle = f64::max(numbers.start as f64 + length / 4.0, 20.0);
    ((length / (ln(middle) - 1.1) * 1.01) as usize).saturating_add(100)
}
