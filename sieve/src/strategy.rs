//! Which way the primes of a range are found: from a list, number by number, or by one of the two
//! sieves.

use std::ops::{Bound, Range, RangeBounds};

use crate::{
    plan::root,
    prime_table::{SMALL_END, SMALL_PRIMES},
    short_range::is_short,
};

/// A range with at most this many numbers, up to this root, is tested number by number.
pub(crate) fn tested_max(root: u64) -> u64 {
    root / 512
}

/// How to find the primes that no list has.
pub(crate) enum Others {
    /// There are none.
    None,
    /// Number by number: a sieve's tables would cost more.
    Test(Range<u64>),
    /// In an array of bytes.
    Short(Range<u64>),
    /// In lines, window by window.
    Sieve(Range<u64>),
}

/// The small primes of a range, and how to find the others.
pub(crate) fn split(numbers: Range<u64>) -> (&'static [u32], Others) {
    let (small, others) = split_off_small(numbers);
    (small, Others::of(others))
}

/// The small primes of a range, and the numbers that no list has.
pub(crate) fn split_off_small(numbers: Range<u64>) -> (&'static [u32], Range<u64>) {
    let small_below = |limit: u64| SMALL_PRIMES.partition_point(|&prime| u64::from(prime) < limit);
    let small = if numbers.start < u64::from(SMALL_END) {
        &SMALL_PRIMES[small_below(numbers.start)..small_below(numbers.end)]
    } else {
        &[]
    };
    (small, numbers.start.max(SMALL_END.into())..numbers.end)
}

impl Others {
    /// For numbers from `SMALL_END` on.
    pub(crate) fn of(numbers: Range<u64>) -> Self {
        if numbers.is_empty() {
            Self::None
        } else if numbers.end - numbers.start <= tested_max(root(&numbers)) {
            Self::Test(numbers)
        } else if is_short(&numbers) {
            Self::Short(numbers)
        } else {
            Self::Sieve(numbers)
        }
    }
}

/// The numbers of any kind of range, from its start up to its end, itself left out.
///
/// # Panics
/// If they go beyond the limit.
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
    assert!(
        end <= limit || end <= start,
        "a range up to {end} goes beyond the sieve's end, {limit}"
    );
    start..end.max(start)
}

/// About how many primes there are, hardly ever too few.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "an estimate, and not below zero"
)]
pub(crate) fn expected_count(numbers: &Range<u64>) -> usize {
    let length = (numbers.end - numbers.start) as f64;
    let middle = f64::max(numbers.start as f64 + length / 4.0, 20.0);
    (length / (middle.ln() - 1.1) * 1.01) as usize + 100
}
