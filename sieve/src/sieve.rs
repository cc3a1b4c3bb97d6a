//! The public sieve: its settings, and its functions as methods.

use alloc::{collections::TryReserveError, vec::Vec};
use core::ops::{Range, RangeBounds};
#[cfg(feature = "std")]
use std::io::{self, Write};

#[cfg(feature = "parallel")]
use crate::parallel;
#[cfg(feature = "std")]
use crate::text::LineWriter;
use crate::{
    Instructions, Number, Primes, Tuplets,
    base_primes::BasePrimes,
    each_number,
    instructions::Available,
    lists,
    machine::Machine,
    plan::Plan,
    primes::Middle,
    short_range,
    strategy::{Strategy, U64_END, half_open, split},
    strong_test::is_prime,
    tuplets,
};

/// A sieve with settings: the instruction set, the cache sizes and huge pages.
///
/// The functions of this crate use the defaults. The settings change the speed, but never an answer.
///
/// | setting | default | when to change it |
/// |---|---|---|
/// | [`instructions`](Self::instructions) | the best set that this machine has | to compare sets, or to test |
/// | [`level_1_bytes`](Self::level_1_bytes) | the size that Linux reports, or 32 KiB if it is unknown | the size is unknown or wrong |
/// | [`level_2_bytes`](Self::level_2_bytes) | the size that Linux reports, or 256 KiB if it is unknown | the size is unknown or wrong, or several threads share the cache |
/// | [`huge_pages`](Self::huge_pages) | `true` | a long list takes much system time in a virtual machine |
///
/// Without the feature `std`, the cache sizes are unknown, and the default instruction set is the best one
/// that the whole program is compiled for.
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
    /// Uses this instruction set; the default is the best one that this machine has.
    ///
    /// # Panics
    /// If this machine lacks it: check [`Instructions::are_available`] first.
    #[must_use]
    #[track_caller]
    pub fn instructions(mut self, instructions: Instructions) -> Self {
        let Some(available) = Available::new(instructions) else {
            panic!("this machine lacks the instructions {instructions:?}: choose others")
        };
        self.machine.instructions = available;
        self
    }

    /// Sieves for a first-level data cache of this size, in bytes.
    ///
    /// The default is the size that Linux reports for its first core, or 32 KiB if it is unknown, as on macOS.
    /// Change it if the cores that sieve have another size. A size below 4 KiB counts as 4 KiB, and one above
    /// 256 KiB as 256 KiB.
    ///
    /// ```
    /// use sieve::Sieve;
    ///
    /// let large_caches = Sieve::default().level_1_bytes(128 << 10).level_2_bytes(4 << 20);
    /// assert_eq!(large_caches.count(..1_000_000), 78_498);
    /// ```
    #[must_use]
    pub fn level_1_bytes(mut self, bytes: usize) -> Self {
        self.machine.caches.level_1_bytes = bytes;
        self
    }

    /// Sieves for a second-level cache of this size, in bytes.
    ///
    /// The default is the size that Linux reports for its first core, or 256 KiB if it is unknown, as on macOS.
    /// Change it if the cores that sieve have another size, or if several sieving threads share the cache: then
    /// each has its part. It matters only for ranges that end above 2³⁴. Any size is accepted.
    #[must_use]
    pub fn level_2_bytes(mut self, bytes: usize) -> Self {
        self.machine.caches.level_2_bytes = bytes;
        self
    }

    /// Whether to ask Linux for huge pages; the default is to ask.
    ///
    /// With pages of 4 KiB, Linux needs more time to provide the memory of a long list than the sieve needs
    /// for its primes. The multiples of large primes take much memory, too, in ranges that end above 2⁴⁴.
    /// Huge pages mostly take less of that time. But in a virtual machine that gives free
    /// memory back to its host, they may take more.
    #[must_use]
    pub fn huge_pages(mut self, ask: bool) -> Self {
        self.machine.huge_pages = ask;
        self
    }

    /// Counts primes, as [`count`](crate::count) does.
    pub fn count(self, range: impl RangeBounds<u64>) -> u64 {
        self.count_with(half_open(&range, U64_END), &BasePrimes::default())
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
                    let plan = Plan::count(numbers, self.machine, 1);
                    let mut sieve = base_primes.sieve(&plan);
                    plan.parts.iter().map(|part| sieve.count(&part)).sum()
                }
            }
    }

    /// Iterates over primes, as [`primes`](fn@crate::primes) does.
    #[inline]
    pub fn primes(self, range: impl RangeBounds<u64>) -> Primes {
        Primes::new(Middle::new(half_open(&range, U64_END), self.machine))
    }

    /// Lists primes, as [`collect`](crate::collect) does.
    ///
    /// # Panics
    /// As [`collect`](crate::collect).
    #[track_caller]
    pub fn collect<N: Number>(self, range: impl RangeBounds<u64>) -> Vec<N> {
        lists::or_panic(self.try_collect(range))
    }

    /// Lists primes if there is enough memory, as [`try_collect`](crate::try_collect) does.
    ///
    /// # Errors
    /// If the list cannot be allocated.
    ///
    /// # Panics
    /// If the range has numbers that a `u32` cannot hold, for `u32`.
    #[track_caller]
    pub fn try_collect<N: Number>(
        self,
        range: impl RangeBounds<u64>,
    ) -> Result<Vec<N>, TryReserveError> {
        N::try_collect(half_open(&range, N::END), self.machine, &BasePrimes::default())
    }

    /// Iterates over prime k-tuplets, as [`tuplets`](fn@crate::tuplets) does.
    pub fn tuplets<const K: usize>(self, range: impl RangeBounds<u64>) -> Tuplets<K> {
        Tuplets::new(self.primes(range))
    }

    /// Counts prime k-tuplets, as [`count_tuplets`](crate::count_tuplets) does.
    pub fn count_tuplets<const K: usize>(self, range: impl RangeBounds<u64>) -> u64 {
        let () = Tuplets::<K>::CHECK;
        tuplets::count::<K>(half_open(&range, U64_END), self.machine)
    }

    /// Counts primes in parallel, as [`par_count`](crate::par_count) does.
    #[cfg(feature = "parallel")]
    pub fn par_count(self, range: impl RangeBounds<u64>) -> u64 {
        let numbers = half_open(&range, U64_END);
        match split(numbers.clone()) {
            (tabled, Strategy::SegmentedSieve(untabled)) => {
                tabled.len() as u64 + parallel::count(untabled, self.machine)
            }
            _ => self.count(numbers),
        }
    }

    /// Lists primes in parallel, as [`par_collect`](crate::par_collect) does.
    ///
    /// # Panics
    /// If the range has numbers that a `u32` cannot hold, for `u32`.
    #[cfg(feature = "parallel")]
    #[track_caller]
    pub fn par_collect<N: Number>(self, range: impl RangeBounds<u64>) -> Vec<N> {
        N::par_collect(half_open(&range, N::END), self.machine)
    }

    /// Tests each number, as [`test_each`](crate::test_each) does.
    pub fn test_each(self, range: impl RangeBounds<u64>) -> Vec<u64> {
        each_number::primes(half_open(&range, U64_END), self.machine.instructions)
    }

    /// Writes primes as lines, as [`write_lines`](crate::write_lines) does.
    ///
    /// # Errors
    /// If the writer fails.
    #[cfg(feature = "std")]
    pub fn write_lines(
        self,
        range: impl RangeBounds<u64>,
        mut out: &mut (impl Write + ?Sized),
    ) -> io::Result<u64> {
        self.write_each(half_open(&range, U64_END), &mut out)
    }

    /// Writes lines; it is not generic, so it is compiled with this crate and its optimization.
    #[cfg(feature = "std")]
    fn write_each(self, numbers: Range<u64>, out: &mut dyn Write) -> io::Result<u64> {
        let mut middle = Middle::all(numbers, self.machine);
        let mut lines = LineWriter::new(out);
        let mut primes = Vec::new();
        let mut count = 0;
        loop {
            middle.find(&mut primes);
            if primes.is_empty() {
                lines.flush()?;
                return Ok(count);
            }
            count += primes.len() as u64;
            lines.write(&primes)?;
            primes.clear();
        }
    }
}
