//! What a caller can ask for, and set.

#[cfg(feature = "parallel")]
mod parallel;

use std::{
    io::{self, Write},
    ops::{Range, RangeBounds},
};

use crate::{
    END, Instructions, Number, Primes,
    base_primes::BasePrimes,
    decode, each_number, huge_pages,
    instructions::Available,
    machine::Machine,
    plan::Plan,
    segment_sieve::{self, WindowSieve},
    short_range,
    strategy::{Others, expected_count, half_open, split},
    strong_test::is_prime,
    text::LineWriter,
};

/// A sieve whose instructions and cache sizes are chosen by hand.
///
/// The functions of this crate use the best instructions that the machine has, and ask it for its
/// caches; answers never depend on either.
///
/// ```
/// use sieve::{Instructions, Sieve};
///
/// let plain = Sieve::default().instructions(Instructions::Plain);
/// assert_eq!(plain.count(0..1000), sieve::count(0..1000));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Sieve {
    machine: Machine,
}

impl Default for Sieve {
    fn default() -> Self {
        Self { machine: Machine::detect() }
    }
}

impl Sieve {
    /// Uses these instructions.
    ///
    /// # Panics
    /// If this machine lacks them: ask [`Instructions::are_available`] first.
    #[must_use]
    pub fn instructions(mut self, instructions: Instructions) -> Self {
        let Some(available) = Available::new(instructions) else {
            panic!("this machine lacks the instructions {instructions:?}: choose others")
        };
        self.machine.instructions = available;
        self
    }

    /// Sieves for a first-level data cache of this many bytes; sizes out of the ordinary are brought
    /// to the nearest one that is not.
    #[must_use]
    pub fn level_1_bytes(mut self, bytes: usize) -> Self {
        self.machine.caches.level_1_bytes = bytes;
        self
    }

    /// Sieves for a second-level cache of this many bytes.
    #[must_use]
    pub fn level_2_bytes(mut self, bytes: usize) -> Self {
        self.machine.caches.level_2_bytes = bytes;
        self
    }

    /// As [`count`](crate::count).
    pub fn count(self, range: impl RangeBounds<u64>) -> u64 {
        self.count_with(half_open(&range, END), &BasePrimes::default())
    }

    pub(crate) fn machine(self) -> Machine {
        self.machine
    }

    pub(crate) fn count_with(self, numbers: Range<u64>, base_primes: &BasePrimes) -> u64 {
        let (small, others) = split(numbers);
        small.len() as u64
            + match others {
                Others::None => 0,
                Others::Test(numbers) => numbers.filter(|&n| is_prime(n)).count() as u64,
                Others::Short(numbers) => short_range::words(&numbers, self.machine.instructions)
                    .count(self.machine.instructions),
                Others::Sieve(numbers) => {
                    let plan = Plan::count(numbers, self.machine, 1, base_primes);
                    let parts = plan.parts;
                    let mut sieve = WindowSieve::new(plan);
                    parts.iter().map(|part| sieve.count(&part)).sum()
                }
            }
    }

    /// As [`primes`](fn@crate::primes).
    pub fn primes(self, range: impl RangeBounds<u64>) -> Primes {
        Primes::new(half_open(&range, END), self.machine)
    }

    /// As [`collect`](crate::collect).
    pub fn collect<N: Number>(self, range: impl RangeBounds<u64>) -> Vec<N> {
        N::collect(&self.into(), half_open(&range, N::END))
    }

    pub(crate) fn collect_with<N: Number>(
        self,
        numbers: Range<u64>,
        base_primes: &BasePrimes,
    ) -> Vec<N> {
        let mut list = Vec::with_capacity(expected_count(&numbers));
        huge_pages::advise(&mut list);
        let (small, others) = split(numbers);
        list.extend(small.iter().map(|&prime| N::from_u64(u64::from(prime))));
        match others {
            Others::None => {}
            Others::Test(numbers) => {
                list.extend(numbers.filter(|&n| is_prime(n)).map(N::from_u64));
            }
            Others::Short(numbers) => {
                let words = short_range::words(&numbers, self.machine.instructions);
                decode::append(self.machine.instructions, words.all(), &mut list);
            }
            Others::Sieve(numbers) => {
                let plan = Plan::in_order(numbers, self.machine, 1, base_primes);
                segment_sieve::append_all(plan, &mut list);
            }
        }
        list
    }

    /// As [`test_each`](crate::test_each).
    pub fn test_each(self, range: impl RangeBounds<u64>) -> Vec<u64> {
        // The largest number is no prime, so that no one misses it.
        each_number::primes(half_open(&range, u64::MAX), self.machine.instructions)
    }

    /// As [`write_lines`](crate::write_lines).
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write_lines(
        self,
        range: impl RangeBounds<u64>,
        out: &mut impl Write,
    ) -> io::Result<u64> {
        self.write_each(half_open(&range, END), out)
    }

    /// Compiled once, with this crate.
    fn write_each(self, numbers: Range<u64>, out: &mut dyn Write) -> io::Result<u64> {
        let mut primes = Primes::new(numbers, self.machine).all_wanted();
        let mut lines = LineWriter::new(out);
        let mut count = 0;
        loop {
            let slice = primes.next_slice();
            if slice.is_empty() {
                lines.flush()?;
                return Ok(count);
            }
            count += slice.len() as u64;
            lines.write(slice)?;
        }
    }
}
