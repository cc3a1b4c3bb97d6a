//! Any number of threads finds the same primes in the same order.

use std::ops::Range;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::{reference, sieves};

fn pools() -> impl Iterator<Item = ThreadPool> {
    [1, 2, 3, 7].into_iter().map(|threads| {
        ThreadPoolBuilder::new().num_threads(threads).build().expect("a few threads to start")
    })
}

fn check_list(numbers: &Range<u64>, expected: &[u64]) {
    for pool in pools() {
        for sieve in sieves::all() {
            let named = || format!("{numbers:?} by {pool:?} and {sieve:?}");
            let list: Vec<u64> = pool.install(|| sieve.par_collect(numbers.clone()));
            assert!(list == expected, "{}", named());
            let count = pool.install(|| sieve.par_count(numbers.clone()));
            assert_eq!(count, expected.len() as u64, "{}", named());
        }
    }
}

fn check(numbers: &Range<u64>) {
    check_list(numbers, &reference::primes(numbers.clone()));
}

fn check_count(numbers: &Range<u64>, expected: u64) {
    for pool in pools() {
        let count = pool.install(|| sieve::par_count(numbers.clone()));
        assert_eq!(count, expected, "{numbers:?} by {pool:?}");
    }
}

#[test]
fn ranges_too_short_to_be_shared() {
    for numbers in [0..0, 0..100, 131_000..140_000, 1_000_000_000_000..1_000_000_001_000] {
        check(&numbers);
    }
}

#[test]
fn segments_from_the_first_number() {
    check(&(0..10_000_000));
}

#[test]
fn segments_with_large_primes() {
    check(&(1_000_000_000_000..1_000_008_000_000));
}

#[test]
fn lists_of_u32_are_put_together_in_order() {
    let expected = sieve::collect::<u32>(4_200_000_000..4_220_000_000);
    for pool in pools() {
        let list = pool.install(|| sieve::par_collect::<u32>(4_200_000_000..4_220_000_000));
        assert!(list == expected, "by {pool:?}");
    }
}

#[test]
fn the_480_residue_classes_of_one_segment() {
    check_count(&(1_000_000_000..1_000_000_000 + (1 << 26)), 3_233_240); // by primesieve
}

#[test]
fn the_48_residue_classes_of_some_segments() {
    check_count(&(100_000_000_000..100_000_000_000 + (1 << 27)), 5_299_155); // by primesieve
}

#[test]
fn the_last_numbers() {
    check(&(u64::MAX - 3_000..u64::MAX));
}

#[test]
fn ranges_within_ranges() {
    use rayon::iter::{IntoParallelIterator, ParallelIterator};

    let counts = (0..8_u64)
        .into_par_iter()
        .map(|million| sieve::par_count(million * 2_000_000..(million + 1) * 2_000_000));
    assert_eq!(counts.sum::<u64>(), sieve::count(..16_000_000));
}
