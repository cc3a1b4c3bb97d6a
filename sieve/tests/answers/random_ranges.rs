//! Random ranges, caches, instruction sets and threads.
//!
//! A variable sets the number of cases of the long run:
//! `PROPTEST_CASES=1000 cargo test -p wheelsieve --all-features --test answers -- random_ranges --ignored`

use std::ops::{Range, RangeInclusive};

use proptest::{prelude::*, sample::select};
use sieve::{Instructions, Sieve};

use crate::{every_way, reference};

/// The most bits of a range's length, for low and for high starts.
struct Lengths {
    bits_low: u32,
    bits_high: u32,
}

const MODERATE: Lengths = Lengths { bits_low: 22, bits_high: 14 };
const LONG: Lengths = Lengths { bits_low: 25, bits_high: 19 };

/// From this size on, the reference has to test each number.
const HIGH_START_BITS: u32 = 45;

/// Generates numbers of up to this many bits; each bit length is equally likely.
fn of_bits(bits: RangeInclusive<u32>) -> impl Strategy<Value = u64> {
    (bits, any::<u64>()).prop_map(|(bits, number)| {
        let highest = 1_u64.checked_shl(bits).unwrap_or(0).wrapping_sub(1) / 2 + 1;
        if bits == 0 { 0 } else { highest | (number % highest) }
    })
}

fn ranges(lengths: &Lengths) -> impl Strategy<Value = Range<u64>> + use<> {
    let of_start = |start_bits, length_bits| {
        (of_bits(start_bits), of_bits(0..=length_bits))
            .prop_map(|(start, length)| start..start.saturating_add(length))
    };
    prop_oneof![
        4 => of_start(0..=HIGH_START_BITS, lengths.bits_low),
        1 => of_start(HIGH_START_BITS..=64, lengths.bits_high),
    ]
}

fn sieves() -> impl Strategy<Value = Sieve> {
    let available = Instructions::ALL.into_iter().filter(|set| set.are_available());
    let sizes = || prop::option::of((0..40_u32, any::<u32>()));
    let bytes = |(bits, number): (u32, u32)| (1_usize << bits) + number as usize % (1 << bits);
    (select(available.collect::<Vec<_>>()), sizes(), sizes()).prop_map(
        move |(set, level_1, level_2)| {
            let sieve = Sieve::default().instructions(set);
            let sieve = level_1.map_or(sieve, |size| sieve.level_1_bytes(bytes(size)));
            level_2.map_or(sieve, |size| sieve.level_2_bytes(bytes(size)))
        },
    )
}

/// Runs a check with this many threads, if the crate is built with rayon.
#[cfg(feature = "parallel")]
fn with_threads(threads: usize, check: impl FnOnce() + Send) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.expect("a few threads to start").install(check);
}

#[cfg(not(feature = "parallel"))]
fn with_threads(_: usize, check: impl FnOnce() + Send) {
    check();
}

fn check(sieve: Sieve, numbers: &Range<u64>, threads: usize) {
    let expected = reference::primes(numbers.clone());
    with_threads(threads, || every_way::check([sieve], numbers, &expected));
}

/// Compares two parts, whose strategies may differ, with the whole.
fn check_parts(sieve: Sieve, numbers: &Range<u64>, part: u64) {
    let middle = numbers.start + (numbers.end - numbers.start) / 1000 * part;
    let parts = sieve.count(numbers.start..middle) + sieve.count(middle..numbers.end);
    assert_eq!(sieve.count(numbers.clone()), parts, "{numbers:?} cut at {middle} by {sieve:?}");
    let list: Vec<u64> = sieve.collect(numbers.clone());
    assert_eq!(list.len() as u64, parts, "{numbers:?} cut at {middle} by {sieve:?}");
}

fn check_twins_and_nth(sieve: Sieve, numbers: &Range<u64>) {
    let expected = reference::primes(numbers.clone());
    let pairs = expected.windows(2).map(|pair| [pair[0], pair[1]]);
    let twins: Vec<[u64; 2]> = pairs.filter(|[a, b]| b - a == 2).collect();
    let count = sieve.count_tuplets::<2>(numbers.clone());
    assert_eq!(count, twins.len() as u64, "twins of {numbers:?} by {sieve:?}");
    assert!(sieve.tuplets(numbers.clone()).eq(twins), "twins of {numbers:?} by {sieve:?}");
    if let Some(&last) = expected.last() {
        let before = numbers.start.saturating_sub(1);
        let nth = sieve::nth_prime_after(expected.len() as u64, before);
        assert_eq!(nth, Some(last), "{} primes above {before}", expected.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_way_agrees_with_the_reference(
        sieve in sieves(), numbers in ranges(&MODERATE), threads in 1..5_usize,
    ) {
        check(sieve, &numbers, threads);
    }

    #[test]
    fn parts_have_as_many_primes_as_the_whole(
        sieve in sieves(), numbers in ranges(&Lengths { bits_low: 25, bits_high: 20 }),
        part in 0..1000_u64,
    ) {
        check_parts(sieve, &numbers, part);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    #[ignore = "takes as long as PROPTEST_CASES says; `.ci/soak sieve` runs it"]
    fn every_way_agrees_with_the_reference_for_long(
        sieve in sieves(), numbers in ranges(&LONG), threads in 1..8_usize,
    ) {
        check(sieve, &numbers, threads);
    }

    #[test]
    #[ignore = "takes as long as PROPTEST_CASES says; `.ci/soak sieve` runs it"]
    fn parts_have_as_many_primes_as_the_whole_for_long(
        sieve in sieves(), numbers in ranges(&Lengths { bits_low: 30, bits_high: 24 }),
        part in 0..1000_u64,
    ) {
        check_parts(sieve, &numbers, part);
    }

    #[test]
    #[ignore = "takes as long as PROPTEST_CASES says; `.ci/soak fuzz` runs it"]
    fn twins_and_the_nth_prime_agree_with_the_reference_for_long(
        sieve in sieves(), numbers in ranges(&MODERATE),
    ) {
        check_twins_and_nth(sieve, &numbers);
    }
}
