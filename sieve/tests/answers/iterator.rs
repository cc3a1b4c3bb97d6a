//! The iterator keeps its place, no matter which of its methods are called, and in which order.

use std::ops::Range;

use crate::{reference, sieves};

/// The number of primes in the prime table, which come as one piece.
const TABLE_PRIMES: usize = 12_251;

/// Takes some primes one by one, and the remaining ones by `rest`.
fn check(numbers: &Range<u64>, taken: &[usize], rest: impl Fn(sieve::Primes) -> Vec<u64>) {
    let expected = reference::primes(numbers.clone());
    for sieve in sieves::all() {
        for &count in taken {
            let mut primes = sieve.primes(numbers.clone());
            let mut found: Vec<u64> = primes.by_ref().take(count).collect();
            assert_eq!(found.len(), count.min(expected.len()), "{numbers:?}");
            found.extend(rest(primes));
            assert!(found == expected, "{count} and the others of {numbers:?} by {sieve:?}");
        }
    }
}

/// Numbers of primes near the borders of pieces and segments, and near the end.
const TAKEN: [usize; 12] = [
    0,
    1,
    2,
    1000,
    TABLE_PRIMES - 1,
    TABLE_PRIMES,
    TABLE_PRIMES + 1,
    15_000,
    20_000,
    100_000,
    250_000,
    usize::MAX,
];

/// Table and segments; an array of bytes; single tests; large primes.
const RANGES: [Range<u64>; 4] = [
    0..4_000_000,
    100_000..1_000_000,
    1_000_000_000_000..1_000_000_003_000,
    1_000_000_000_000..1_000_000_800_000,
];

fn folded(primes: impl Iterator<Item = u64>) -> Vec<u64> {
    primes.fold(Vec::new(), |mut list, prime| {
        list.push(prime);
        list
    })
}

#[test]
fn a_fold_goes_on_where_next_was() {
    for numbers in &RANGES {
        check(numbers, &TAKEN, folded);
    }
}

#[test]
fn next_goes_on_where_next_was() {
    for numbers in &RANGES {
        check(numbers, &TAKEN, Iterator::collect);
    }
}

#[test]
fn nothing_comes_after_the_end() {
    for numbers in RANGES.into_iter().chain([0..0, 24..29, 5..6]) {
        for sieve in sieves::all() {
            let mut primes = sieve.primes(numbers.clone());
            while primes.next().is_some() {}
            for _ in 0..3 {
                assert_eq!(primes.next(), None, "{numbers:?}");
            }
            assert!(folded(primes).is_empty(), "{numbers:?}");
        }
    }
}

#[test]
fn it_can_be_dropped_early() {
    let found: Vec<u64> = sieve::primes(10_000_000_000..11_000_000_000).take(3).collect();
    assert_eq!(found, [10_000_000_019, 10_000_000_033, 10_000_000_061]);
}

/// Pieces begin relative to the start: here at a prime, just before it, and just after it.
#[test]
fn no_prime_is_lost_or_doubled_between_pieces() {
    const SIEVED_FIRST: u64 = 1 << 20;
    const TESTED_FIRST: u64 = 1024;
    for (from, piece) in [(1_000_000, SIEVED_FIRST), (1_000_000_000_000, TESTED_FIRST)] {
        let border = reference::primes(from + piece..from + piece + 1_000)[0];
        for start in border - piece - 1..=border - piece + 1 {
            let numbers = start..border + 1_000;
            let primes = sieve::primes(numbers.start..);
            let found: Vec<u64> = primes.take_while(|&prime| prime < numbers.end).collect();
            assert!(found == reference::primes(numbers.clone()), "{numbers:?}");
        }
    }
}

#[test]
fn two_of_them_do_not_disturb_each_other() {
    let expected = reference::primes(0..3_000_000);
    let pairs = sieve::primes(0..3_000_000).zip(sieve::primes(0..3_000_000).skip(1));
    assert!(pairs.eq(expected.iter().copied().zip(expected[1..].iter().copied())));
}

#[test]
fn it_can_move_to_another_thread() {
    let mut primes = sieve::primes(0..3_000_000);
    assert_eq!(primes.next(), Some(2));
    let others = std::thread::scope(|scope| {
        scope.spawn(move || primes.count()).join().expect("a thread that counts")
    });
    assert_eq!(others, 216_816 - 1);
}
