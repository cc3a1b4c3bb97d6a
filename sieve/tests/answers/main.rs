//! The answers of the sieve: by every way to ask, in ranges of all kinds, before judges that know
//! nothing of it. One program, since each would instantiate the whole sieve once more.
#![cfg(not(miri))]

mod borders;
mod caches;
mod each_number;
mod every_way;
mod instructions;
mod iterator;
mod known_counts;
mod lines;
mod next_prime;
mod plain_sieve;
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
