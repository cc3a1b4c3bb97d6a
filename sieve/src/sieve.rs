//! The public sieve: its settings, and its functions as methods.

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
    segment_sieve::{self, SegmentSieve},
    short_range,
    strategy::{Strategy, expected_count, half_open, split},
    strong_test::is_prime,
    text::LineWriter,
};

/// A sieve with settings: the instruction set and the cache sizes.
///
/// The functions of this crate use the best instruction set and the cache sizes of the machine. The
/// settings change the speed, but never an answer.
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
    /// Uses this instruction set.
    ///
    /// # Panics
    /// If this machine lacks it: check [`Instructions::are_available`] first.
    #[must_use]
    pub fn instructions(mut self, instructions: Instructions) -> Self {
        let Some(available) = Available::new(instructions) else {
            panic!("this machine lacks the instructions {instructions:?}: choose others")
        };
        self.machine.instructions = available;
        self
    }

    /// Sieves for a first-level data cache of this size.
    ///
    /// A size outside the supported limits is replaced by the nearest limit.
    #[must_use]
    pub fn level_1_bytes(mut self, bytes: usize) -> Self {
        self.machine.caches.level_1_bytes = bytes;
        self
    }

    /// Sieves for a second-level cache of this size.
    #[must_use]
    pub fn level_2_bytes(mut self, bytes: usize) -> Self {
        self.machine.caches.level_2_bytes = bytes;
        self
    }

    /// Counts primes, as [`count`](crate::count) does.
    pub fn count(self, range: impl RangeBounds<u64>) -> u64 {
        self.count_with(half_open(&range, END), &BasePrimes::default())
    }

    pub(crate) fn machine(self) -> Machine {
        self.machine
    }

    pub(crate) fn count_with(self, numbers: Range<u64>, base_primes: &BasePrimes) -> u64 {
        let (tabled, strategy) = split(numbers);
        tabled.len() as u64
            + match strategy {
                Strategy::None => 0,
                Strategy::TestEach(numbers) => numbers.filter(|&n| is_prime(n)).count() as u64,
                Strategy::ShortSieve(numbers) => {
                    short_range::words(&numbers, self.machine.instructions)
                        .count(self.machine.instructions)
                }
                Strategy::SegmentedSieve(numbers) => {
                    let plan = Plan::count(numbers, self.machine, 1, base_primes);
                    let parts = plan.parts;
                    let mut sieve = SegmentSieve::new(plan);
                    parts.iter().map(|part| sieve.count(&part)).sum()
                }
            }
    }

    /// Iterates over primes, as [`primes`](fn@crate::primes) does.
    pub fn primes(self, range: impl RangeBounds<u64>) -> Primes {
        Primes::new(half_open(&range, END), self.machine)
    }

    /// Lists primes, as [`collect`](crate::collect) does.
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
        let (tabled, strategy) = split(numbers);
        list.extend(tabled.iter().map(|&prime| N::from_u64(u64::from(prime))));
        match strategy {
            Strategy::None => {}
            Strategy::TestEach(numbers) => {
                list.extend(numbers.filter(|&n| is_prime(n)).map(N::from_u64));
            }
            Strategy::ShortSieve(numbers) => {
                let words = short_range::words(&numbers, self.machine.instructions);
                decode::append(self.machine.instructions, words.all(), &mut list);
            }
            Strategy::SegmentedSieve(numbers) => {
                let plan = Plan::in_order(numbers, self.machine, 1, base_primes);
                segment_sieve::append_all(plan, &mut list);
            }
        }
        list
    }

    /// Tests each number, as [`test_each`](crate::test_each) does.
    pub fn test_each(self, range: impl RangeBounds<u64>) -> Vec<u64> {
        // The largest `u64` is composite, so the exclusive limit skips no prime.
        each_number::primes(half_open(&range, u64::MAX), self.machine.instructions)
    }

    /// Writes primes as lines, as [`write_lines`](crate::write_lines) does.
    ///
    /// # Errors
    /// If the writer fails.
    pub fn write_lines(
        self,
        range: impl RangeBounds<u64>,
        out: &mut impl Write,
    ) -> io::Result<u64> {
        self.write_each(half_open(&range, END), out)
    }

    /// Writes lines; it is not generic, so it is compiled with this crate and its optimization.
    fn write_each(self, numbers: Range<u64>, out: &mut dyn Write) -> io::Result<u64> {
        let mut primes = Primes::new(numbers, self.machine).demand_all();
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
