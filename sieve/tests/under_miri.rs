//! Every strategy in ranges that are short enough for Miri, which detects undefined behaviour.
//!
//! Miri still needs about a quarter of an hour. It cannot execute AVX, so it checks the plain
//! instruction set only. It needs a nightly toolchain:
//! `rustup +nightly component add miri rust-src`, then
//! `cargo +nightly miri test -p wheelsieve --test under_miri`.
//!
//! The address sanitizer checks all tests and instruction sets:
//! `RUSTFLAGS=-Zsanitizer=address cargo +nightly test -p wheelsieve --all-features --tests
//! --target x86_64-unknown-linux-gnu`.

use sieve::Sieve;

/// Uses the smallest caches, which make the shortest segments.
fn smallest() -> Sieve {
    Sieve::default().level_1_bytes(1).level_2_bytes(1)
}

fn check(start: u64, length: u64, expected: u64) {
    let numbers = start..start + length;
    assert_eq!(smallest().count(numbers.clone()), expected, "count of {numbers:?}");
    let list: Vec<u64> = smallest().collect(numbers.clone());
    assert_eq!(list.len() as u64, expected, "list of {numbers:?}");
    assert!(list.is_sorted_by(|a, b| a < b), "list of {numbers:?}");
    assert!(smallest().primes(numbers.clone()).eq(list.clone()), "primes of {numbers:?}");
    let descending = list.into_iter().rev();
    assert!(smallest().primes(numbers.clone()).rev().eq(descending), "{numbers:?} descending");
}

#[test]
fn the_prime_table() {
    check(0, 1_000, 168);
}

#[test]
fn number_by_number() {
    check(1_000_000_000_000, 200, 10);
}

#[test]
fn an_array_of_bytes() {
    check(1_000_000, 20_000, 1_472);
}

#[test]
fn segments_with_small_and_medium_primes() {
    check(5_000_000_000, 10_000, 457);
}

#[test]
fn segments_with_large_primes() {
    check(1 << 34, 2_000, 80);
}

#[test]
fn lists_of_u32() {
    let list: Vec<u32> = smallest().collect(4_294_960_000..4_294_967_296);
    assert_eq!(list.len(), 339);
    assert_eq!(list.last(), Some(&4_294_967_291));
}

#[test]
fn lines_of_text() {
    let mut text = Vec::new();
    let count = smallest().write_lines(9_900..10_100, &mut text).expect("a list takes any text");
    assert_eq!(count, 20);
    assert!(text.starts_with(b"9901\n") && text.ends_with(b"\n10099\n"));
}
