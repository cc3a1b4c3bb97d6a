//! The iterator keeps its places, no matter which of its methods are called, and in which order.

use std::ops::Range;

use crate::{known_values::LAST_PRIME, reference, sieves};

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

fn folded_back(primes: impl DoubleEndedIterator<Item = u64>) -> Vec<u64> {
    let mut list: Vec<u64> = primes.rev().collect();
    list.reverse();
    list
}

#[test]
fn it_comes_back_to_where_next_was() {
    for numbers in &RANGES {
        check(numbers, &TAKEN, folded_back);
    }
}

/// Takes primes from both ends in turns; the size has to be within its bounds all the time.
fn check_both_ends(numbers: &Range<u64>, at_once: &[usize; 2]) {
    let expected = reference::primes(numbers.clone());
    for sieve in sieves::all() {
        let mut primes = sieve.primes(numbers.clone());
        let (mut front, mut back) = (Vec::new(), Vec::new());
        while front.len() + back.len() < expected.len() {
            front.extend(primes.by_ref().take(at_once[0]));
            back.extend(primes.by_ref().rev().take(at_once[1]));
            let remaining = expected.len() - front.len() - back.len();
            let (least, most) = primes.size_hint();
            assert!(least <= remaining, "at least {least} instead of {remaining} of {numbers:?}");
            assert!(most.is_some_and(|most| most >= remaining), "{most:?} of {remaining}");
        }
        assert_eq!((primes.next(), primes.next_back()), (None, None), "{numbers:?}");
        assert_eq!(primes.size_hint(), (0, Some(0)), "{numbers:?}");
        front.extend(back.into_iter().rev());
        assert!(front == expected, "{at_once:?} of {numbers:?} by {sieve:?}");
    }
}

#[test]
fn both_ends_meet() {
    let last = u64::MAX - 3_000..u64::MAX;
    for numbers in RANGES.iter().chain(&[0..0, 24..29, 5..6, 0..12, 131_000..131_200, last]) {
        for at_once in [[1, 1], [1, 7], [1000, 3], [50_000, 40_000], [0, 11_111]] {
            check_both_ends(numbers, &at_once);
        }
    }
}

/// Clones after some primes of each end; then the iterator and its clone go on in turns.
fn check_clone(numbers: &Range<u64>, taken: [usize; 2]) {
    let mut primes = sieve::primes(numbers.clone());
    primes.by_ref().take(taken[0]).for_each(drop);
    primes.by_ref().rev().take(taken[1]).for_each(drop);
    let mut clone = primes.clone();
    assert_eq!(clone.size_hint(), primes.size_hint());
    let all = reference::primes(numbers.clone());
    let start = taken[0].min(all.len());
    let expected = &all[start..all.len().saturating_sub(taken[1]).max(start)];
    for &prime in expected {
        assert_eq!((primes.next(), clone.next()), (Some(prime), Some(prime)), "{numbers:?}");
    }
    assert_eq!((primes.next(), clone.next()), (None, None), "{taken:?} of {numbers:?}");
}

#[test]
fn a_clone_goes_on_from_the_same_place() {
    let last = u64::MAX - 3_000..u64::MAX;
    for numbers in RANGES.iter().chain(&[0..0, 5..6, 130_000..132_000, last]) {
        for taken in [[0, 0], [1, 1], [0, 20_000], [15_000, 3], [50_000, 40_000]] {
            check_clone(numbers, taken);
        }
    }
}

#[test]
fn the_last_one_is_found_from_the_end() {
    assert_eq!(sieve::primes(..).last(), Some(LAST_PRIME));
    assert_eq!(sieve::primes(14..17).last(), None);
}

#[test]
fn few_primes_of_many_large_numbers_come_from_both_ends() {
    let mut primes = sieve::primes(..);
    let start = 18_000_000_000_000_000_000;
    let after = reference::primes(start..start + 2_000);
    let end = reference::primes(u64::MAX - 2_000..u64::MAX);
    assert!(sieve::primes(start..).take(30).eq(after[..30].iter().copied()));
    assert!(primes.by_ref().rev().take(30).eq(end.iter().rev().take(30).copied()));
    assert!(primes.take(4).eq([2, 3, 5, 7]));
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
    const SIEVED_FIRST: u64 = 1 << 19;
    const TESTED_FIRST: u64 = 488;
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
