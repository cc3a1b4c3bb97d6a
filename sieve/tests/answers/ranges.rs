//! Ranges of all kinds have their usual meaning. Only lists of `u32` have an end before the largest
//! `u64`, and ranges beyond it panic.

use std::{
    ops::{Bound, RangeBounds},
    panic,
};

use sieve::{Number, Sieve, collect, count, primes};

use crate::known_values::LAST_PRIME;

/// The last number of a `u32`.
const U32_LAST: u64 = u32::MAX as u64;

fn check(range: impl RangeBounds<u64> + Clone, expected: &[u64]) {
    let named = format!("{:?} to {:?}", range.start_bound(), range.end_bound());
    assert_eq!(count(range.clone()), expected.len() as u64, "{named}");
    assert_eq!(collect::<u64>(range.clone()), expected, "{named}");
    assert_eq!(primes(range.clone()).collect::<Vec<_>>(), expected, "{named}");
    let mut text = Vec::new();
    let lines = sieve::write_lines(range.clone(), &mut text).expect("a list takes any text");
    assert_eq!(lines, expected.len() as u64, "{named}");
    #[cfg(feature = "parallel")]
    {
        assert_eq!(sieve::par_count(range.clone()), expected.len() as u64, "{named}");
        assert_eq!(sieve::par_collect::<u64>(range), expected, "{named}");
    }
}

fn message_of(panic: &(dyn std::any::Any + Send)) -> &str {
    panic.downcast_ref::<String>().map_or("no message", String::as_str)
}

fn check_refused<T>(what: &str, ask: impl FnOnce() -> T + panic::UnwindSafe) {
    let Err(panic) = panic::catch_unwind(ask) else { panic!("{what} was not refused") };
    let message = message_of(&*panic);
    assert!(message.contains("goes beyond the largest `u32`"), "{what}: {message}");
}

#[test]
fn each_kind_of_range() {
    check(7..13, &[7, 11]);
    check(7..=13, &[7, 11, 13]);
    check(..7, &[2, 3, 5]);
    check(..=7, &[2, 3, 5, 7]);
    check((Bound::Excluded(7), Bound::Included(13)), &[11, 13]);
    check((Bound::Excluded(7), Bound::Excluded(13)), &[11]);
    check((Bound::Unbounded, Bound::Excluded(3)), &[2]);
    check(LAST_PRIME - 24.., &[LAST_PRIME - 24, LAST_PRIME]);
    check(LAST_PRIME..u64::MAX, &[LAST_PRIME]);
    check(LAST_PRIME..=u64::MAX, &[LAST_PRIME]);
}

#[test]
fn nothing_is_in_an_empty_range() {
    for number in [0, 2, 3, 131_071, 1 << 17, 1 << 32, u64::MAX - 1, u64::MAX] {
        check(number..number, &[]);
    }
    check(..0, &[]);
    check(LAST_PRIME + 1.., &[]);
    check(u64::MAX.., &[]);
    check((Bound::Excluded(u64::MAX), Bound::Unbounded), &[]);
    check((Bound::Excluded(2), Bound::Excluded(3)), &[]);
}

#[test]
#[expect(clippy::reversed_empty_ranges, reason = "that is what is tested")]
fn nothing_is_in_an_inverted_range() {
    check(13..7, &[]);
    check(13..=7, &[]);
    check(1 << 40..7, &[]);
    check(u64::MAX - (1 << 32)..7, &[]);
    check(u64::MAX..0, &[]);
    check(u64::MAX - 1..u64::MAX - 2, &[]);
}

#[test]
fn the_last_primes_of_64_bits() {
    assert_eq!(count(18_446_744_073_709_551_000..), 13);
    assert_eq!(count(18_446_744_073_709_551_000..=u64::MAX), 13);
    let after = (Bound::Excluded(LAST_PRIME - 24), Bound::Included(u64::MAX));
    check(after, &[LAST_PRIME]);
    check((Bound::Excluded(LAST_PRIME), Bound::Unbounded), &[]);
}

fn check_u32<N: Number + Into<u64>>(collect: impl Fn(u64, u64) -> Vec<N>) {
    let list: Vec<u64> = collect((1 << 32) - 20, 1 << 32).into_iter().map(Into::into).collect();
    assert_eq!(list, [4_294_967_279, 4_294_967_291]);
}

#[test]
fn u32_holds_primes_below_two_to_the_32() {
    check_u32(|start, end| collect::<u32>(start..end));
    check_u32(|start, end| collect::<u32>(start..=end.min(U32_LAST)));
    check_u32(|start, _| collect::<u32>(start..));
    assert!(collect::<u32>(1 << 40..1 << 40).is_empty());
    check_refused("u32 list", || collect::<u32>(0..=1 << 32));
    check_refused("u32 list", || collect::<u32>(1 << 32..1 << 33));
    check_refused("u32 list", || collect::<u32>((1 << 32) + 1..));
    assert_eq!(collect::<u32>(4_294_967_291..), [4_294_967_291]);
    assert!(collect::<u32>(1 << 32..).is_empty());
    #[cfg(feature = "parallel")]
    {
        check_u32(|start, end| sieve::par_collect::<u32>(start..end));
        check_refused("parallel u32 list", || sieve::par_collect::<u32>(0..=1 << 32));
    }
}

#[test]
fn a_list_that_does_not_fit_is_an_error_or_a_panic() {
    assert!(sieve::try_collect::<u64>(..).is_err());
    assert!(sieve::SharedSieve::default().try_collect::<u64>(1 << 60..).is_err());
    assert_eq!(sieve::try_collect::<u64>(7..13).expect("room for two"), [7, 11]);
    let panic = panic::catch_unwind(|| collect::<u64>(..)).expect_err("too many primes");
    assert!(message_of(&*panic).contains("cannot allocate the list of primes"));
    check_refused("u32 list", || sieve::try_collect::<u32>(..=1 << 32));
}

#[test]
fn a_sieve_set_by_hand_refuses_the_same() {
    check_refused("u32 list", || Sieve::default().collect::<u32>(..=1 << 32));
}
