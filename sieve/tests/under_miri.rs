//! Every way of sieving, in ranges so short that Miri, which watches for undefined behaviour, gets
//! through them; that still takes it a quarter of an hour or so.
//!
//! Miri executes no vectors of AVX, so it sees the plain instructions alone. It comes with a nightly
//! toolchain: `rustup +nightly component add miri rust-src`, and then
//! `cargo +nightly miri test -p sieve --test under_miri`.
//! What it cannot see, the sanitizer of addresses does, for all tests and instructions:
//! `RUSTFLAGS=-Zsanitizer=address cargo +nightly test -p sieve --all-features --tests
//! --target x86_64-unknown-linux-gnu`.

use sieve::Sieve;

/// The smallest caches make the shortest lines.
fn smallest() -> Sieve {
    Sieve::default().level_1_bytes(1).level_2_bytes(1)
}

fn check(start: u64, length: u64, expected: u64) {
    let numbers = start..start + length;
    assert_eq!(smallest().count(numbers.clone()), expected, "count of {numbers:?}");
    let list: Vec<u64> = smallest().collect(numbers.clone());
    assert_eq!(list.len() as u64, expected, "list of {numbers:?}");
    assert!(list.is_sorted_by(|a, b| a < b), "list of {numbers:?}");
    assert!(smallest().primes(numbers.clone()).eq(list), "primes of {numbers:?}");
}

#[test]
fn the_list_of_small_primes() {
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
fn lines_with_frequent_and_seldom_primes() {
    check(5_000_000_000, 10_000, 457);
}

#[test]
fn lines_with_large_primes() {
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
