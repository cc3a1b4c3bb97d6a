//! Cache sizes change the segments of a range, but never the answer.

use std::ops::Range;

use sieve::Sieve;

use crate::{every_way, reference, sieves};

const SIZES_BYTES: [usize; 7] = [0, 511, 4096, 5000, 48 << 10, 256 << 10, 3 << 20];

/// With caches of ordinary and of other sizes.
fn with_each_size(sieve: Sieve) -> impl Iterator<Item = Sieve> {
    let of_one_level = SIZES_BYTES
        .into_iter()
        .flat_map(move |bytes| [sieve.level_1_bytes(bytes), sieve.level_2_bytes(bytes)]);
    let of_both = [1, usize::MAX].into_iter().flat_map(move |level_1_bytes| {
        [1, usize::MAX]
            .map(|level_2_bytes| sieve.level_1_bytes(level_1_bytes).level_2_bytes(level_2_bytes))
    });
    of_one_level.chain(of_both)
}

fn check(numbers: &Range<u64>) {
    let expected = reference::primes(numbers.clone());
    every_way::check(sieves::all().flat_map(with_each_size), numbers, &expected);
}

fn check_count(numbers: &Range<u64>, expected: u64) {
    for sieve in with_each_size(Sieve::default()) {
        assert_eq!(sieve.count(numbers.clone()), expected, "{numbers:?} by {sieve:?}");
    }
}

#[test]
fn an_array_of_bytes() {
    check(&(0..200_000));
}

#[test]
fn segments() {
    check(&(1 << 20..5_000_000));
}

#[test]
#[ignore = "takes seconds; `.ci/run` runs it"]
fn segments_with_large_primes() {
    check(&(1_000_000_000_000..1_000_003_600_000));
}

#[test]
fn segments_for_counting() {
    check_count(&(1_000_000_000..1_000_000_000 + (1 << 26)), 3_233_240); // by primesieve
}

#[test]
fn segments_with_listed_primes_for_counting() {
    check_count(&(100_000_000_000..100_000_000_000 + (1 << 27)), 5_299_155); // by primesieve
}

/// The lengths are those of segments and blocks with the smallest first-level cache.
#[test]
fn every_number_of_segments_and_blocks() {
    const BLOCK: usize = 256 * 240;
    const SEGMENT: u64 = 3584 * 240;
    let start = 1_000_020; // where the wheel of 30 comes round
    let all = reference::primes(start..start + 5 * SEGMENT);
    let sieve = Sieve::default().level_1_bytes(1);
    let lengths = (2 * SEGMENT..=4 * SEGMENT).step_by(BLOCK);
    for length in lengths.flat_map(|length| length - 1..=length + 1) {
        let end = start + length;
        let expected = all.partition_point(|&prime| prime < end);
        assert_eq!(sieve.count(start..end), expected as u64, "{length} numbers");
        assert!(sieve.collect::<u64>(start..end) == all[..expected], "{length} numbers");
    }
}
