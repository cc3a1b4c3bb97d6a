//! The pieces of a range have the primes of the range, in any order, and on any number of threads.

use std::{ops::Range, thread};

use sieve::SharedSieve;

/// Six whole pieces and a short one; no length is a multiple of a segment.
const LENGTH: u64 = 10_500_000;
const PIECE: usize = 1_700_000;

fn pieces(numbers: &Range<u64>) -> Vec<Range<u64>> {
    let starts = numbers.clone().step_by(PIECE);
    starts.map(|start| start..(start + PIECE as u64).min(numbers.end)).collect()
}

/// Ranges with small, listed and large base primes; one needs more of them with each piece.
fn ranges() -> impl Iterator<Item = Range<u64>> {
    [0, 10_u64.pow(10), 10_u64.pow(12), (1 << 34) - LENGTH / 2, 10_u64.pow(15)]
        .into_iter()
        .map(|start| start..start + LENGTH)
}

#[test]
fn pieces_in_order_and_backwards() {
    for numbers in ranges() {
        let expected: Vec<u64> = sieve::collect(numbers.clone());
        let shared_sieve = SharedSieve::default();
        let pieces = pieces(&numbers);
        let list: Vec<u64> =
            pieces.iter().flat_map(|piece| shared_sieve.collect::<u64>(piece.clone())).collect();
        assert!(list == expected, "list of {numbers:?}");
        let counts = pieces.into_iter().rev().map(|piece| shared_sieve.count(piece));
        assert_eq!(counts.sum::<u64>(), expected.len() as u64, "count of {numbers:?}");
    }
}

#[test]
fn a_sieve_for_high_ranges_also_sieves_low_ones() {
    let shared_sieve = SharedSieve::default();
    for numbers in ranges().collect::<Vec<_>>().into_iter().rev() {
        let expected = sieve::count(numbers.clone());
        assert_eq!(shared_sieve.count(numbers.clone()), expected, "{numbers:?}");
    }
}

#[test]
fn threads_share_a_sieve() {
    for numbers in ranges() {
        let shared_sieve = SharedSieve::default();
        let count: u64 = thread::scope(|scope| {
            let pieces = pieces(&numbers).into_iter();
            let threads: Vec<_> =
                pieces.map(|piece| scope.spawn(|| shared_sieve.count(piece))).collect();
            threads.into_iter().map(|thread| thread.join().expect("a count")).sum()
        });
        assert_eq!(count, sieve::count(numbers.clone()), "{numbers:?}");
    }
}
