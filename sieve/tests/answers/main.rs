//! Compares the answers of all functions with independent references.
//!
//! The tests are one program, because each program would compile the generic functions again.
#![cfg(not(miri))]

mod borders;
mod caches;
mod each_number;
mod every_way;
mod instructions;
mod iterator;
mod judge;
mod known_counts;
mod known_values;
mod lines;
mod next_prime;
mod nth_prime;
mod plain_sieve;
mod prime_count;
mod primecount;
mod primesieve;
mod random_ranges;
mod ranges;
mod reference;
mod shared;
mod sieves;
mod strategies;
mod strong_test;
mod text;
#[cfg(feature = "parallel")]
mod threads;
mod tuplets;
