//! What a range gets: a wheel, windows, the primes that strike in them; and how threads share it.

use std::{ops::Range, sync::Arc};

use crate::{
    base_primes::BasePrimes,
    large_primes::LargePrimes,
    machine::Machine,
    prime_table::SMALL_END,
    segment::{Window, Windows},
    wheel::{WHEEL_30, WHEEL_210, WHEEL_2310, Wheel},
};

/// The fewest numbers for which counting pays for the set-up of 480 lines.
const MANY_NUMBERS: u64 = 1 << 26;

/// The fewest numbers for which counting pays for the set-up of 48 lines with rare primes.
const MANY_NUMBERS_WITH_RARE: u64 = 1 << 27;

/// Primes below may be rare ones: more of them would not fit the second-level cache.
const RARE_END: u64 = 1 << 21;

/// So many parts for each thread let one that is slower have fewer.
const PARTS_PER_THREAD: usize = 4;

/// Fewer where each part looks at many primes before it begins.
const PARTS_PER_THREAD_WITH_RARE: usize = 2;

/// Pieces of this many numbers are counted at about the cost of the whole, by 480 lines: shorter ones
/// spend more on their set-up.
const PIECE: u64 = 1 << 29;

/// The same for 48 lines with rare primes.
const PIECE_WITH_RARE: u64 = 2 * MANY_NUMBERS_WITH_RARE;

/// What all threads share.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Not below `SMALL_END`, and not empty.
    pub(crate) numbers: Range<u64>,
    pub(crate) wheel: &'static Wheel,
    pub(crate) machine: Machine,
    /// The primes from `SMALL_END` on, if they cross out their multiples as the small ones do.
    pub(crate) rare_primes: Arc<[u32]>,
    /// The same if there are too many for that.
    pub(crate) large_primes: Option<Arc<LargePrimes>>,
    pub(crate) parts: Parts,
}

/// Some lines of a window: what a thread sieves at a time.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) window: Window,
    pub(crate) lines: Range<usize>,
}

/// All lines of all windows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts {
    windows: Windows,
    lines: usize,
    per_window: usize,
}

impl Plan {
    /// For counting, where lines may come one after another.
    pub(crate) fn count(
        numbers: Range<u64>,
        machine: Machine,
        threads: usize,
        base_primes: &BasePrimes,
    ) -> Self {
        let length = numbers.end - numbers.start;
        let has_large = has_large_primes(&numbers);
        let (wheel, line_bytes): (&Wheel, _) = if has_large {
            if root(&numbers) >= RARE_END || length < MANY_NUMBERS_WITH_RARE {
                return Self::in_order(numbers, machine, threads, base_primes);
            }
            (&WHEEL_210, (machine.caches.level_2_bytes / 2).max(machine.caches.chunk_bytes()))
        } else if length < MANY_NUMBERS {
            (&WHEEL_30, line_bytes_in_order(&numbers, machine))
        } else {
            (&WHEEL_2310, usize::MAX)
        };
        let windows = Windows::new(&numbers, wheel, machine.caches, line_bytes, 1);
        let each = if has_large { PARTS_PER_THREAD_WITH_RARE } else { PARTS_PER_THREAD };
        let parts = parts_at_least(threads, each).div_ceil(windows.count() as usize);
        let rare_primes =
            if has_large { base_primes.rare(root(&numbers), machine) } else { [].into() };
        Self { rare_primes, ..Self::new(numbers, wheel, machine, windows, parts) }
    }

    /// For primes in order, where the eight lines of a window have to be there together.
    pub(crate) fn in_order(
        numbers: Range<u64>,
        machine: Machine,
        threads: usize,
        base_primes: &BasePrimes,
    ) -> Self {
        let has_large = has_large_primes(&numbers);
        // Each window looks at all large primes, so where there are some, no more are made than
        // there are threads.
        let at_least = parts_at_least(threads, if has_large { 1 } else { PARTS_PER_THREAD });
        let line_bytes = line_bytes_in_order(&numbers, machine);
        let windows = Windows::new(&numbers, &WHEEL_30, machine.caches, line_bytes, at_least);
        let large_primes = has_large.then(|| base_primes.large(root(&numbers), machine));
        Self { large_primes, ..Self::new(numbers, &WHEEL_30, machine, windows, 1) }
    }

    fn new(
        numbers: Range<u64>,
        wheel: &'static Wheel,
        machine: Machine,
        windows: Windows,
        parts_per_window: usize,
    ) -> Self {
        let lines = wheel.residues.len();
        let parts = Parts { windows, lines, per_window: parts_per_window.min(lines) };
        Self { numbers, wheel, machine, rare_primes: [].into(), large_primes: None, parts }
    }
}

impl Parts {
    pub(crate) fn count(self) -> u64 {
        self.windows.count() * self.per_window as u64
    }

    /// One of them, by its number.
    pub(crate) fn get(self, number: u64) -> Part {
        let window = self.windows.get(number / self.per_window as u64);
        let part = (number % self.per_window as u64) as usize;
        let line = |part: usize| part * self.lines / self.per_window;
        Part { window, lines: line(part)..line(part + 1) }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Part> {
        (0..self.count()).map(move |number| self.get(number))
    }
}

/// How long the pieces of a range should be, if it is cut to be counted.
///
/// Where there are large primes, a window looks at all of them, however short it is: a piece is a
/// whole window, wherever it begins.
pub(crate) fn piece(numbers: &Range<u64>, machine: Machine) -> u64 {
    if numbers.is_empty() || !has_large_primes(numbers) {
        PIECE
    } else if root(numbers) < RARE_END {
        PIECE_WITH_RARE
    } else {
        Windows::numbers_max(&WHEEL_30, line_bytes_in_order(numbers, machine))
    }
}

/// The largest number whose square may be in a range.
pub(crate) fn root(numbers: &Range<u64>) -> u64 {
    (numbers.end - 1).isqrt()
}

/// Whether primes strike in a range that are not small ones.
fn has_large_primes(numbers: &Range<u64>) -> bool {
    root(numbers) >= u64::from(SMALL_END)
}

/// One thread needs no more parts than there are.
fn parts_at_least(threads: usize, parts_per_thread: usize) -> usize {
    if threads == 1 { 1 } else { threads * parts_per_thread }
}

/// Eight lines of a chunk each fit the second level. Large primes need longer ones, since to look at
/// each of them for each window costs the more the more of them there are. So lines grow with the
/// root: up to half of the second level, and beyond it only where the eight of them are still less
/// than a hundredth of the root.
fn line_bytes_in_order(numbers: &Range<u64>, machine: Machine) -> usize {
    let chunk_bytes = machine.caches.chunk_bytes();
    if !has_large_primes(numbers) {
        return chunk_bytes;
    }
    let root = root(numbers) as usize;
    let near = (root / 128).min(machine.caches.level_2_bytes / 2);
    near.max(4 * chunk_bytes).max(root / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment_sieve::WindowSieve;

    fn count(plan: Plan) -> u64 {
        let parts = plan.parts;
        let mut sieve = WindowSieve::new(plan);
        parts.iter().map(|part| sieve.count(&part)).sum()
    }

    /// Counts in lines of a wheel, of at most this many bytes, in this many parts for each window.
    fn check(numbers: &Range<u64>, wheel: &'static Wheel, line_bytes: usize, parts: usize) {
        let machine = Machine::detect();
        let base_primes = BasePrimes::default();
        let expected = count(Plan::in_order(numbers.clone(), machine, 1, &base_primes));
        let windows = Windows::new(numbers, wheel, machine.caches, line_bytes, 1);
        let has_large = has_large_primes(numbers);
        let rare_primes =
            if has_large { base_primes.rare(root(numbers), machine) } else { [].into() };
        let plan = Plan::new(numbers.clone(), wheel, machine, windows, parts);
        let modulus = wheel.modulus;
        assert_eq!(
            count(Plan { rare_primes, ..plan }),
            expected,
            "{numbers:?} by {modulus} in lines of {line_bytes} bytes and {parts} parts"
        );
    }

    #[test]
    fn no_wheel_changes_an_answer() {
        let length = if cfg!(miri) { 2_000 } else { 2_000_000 };
        for wheel in [&WHEEL_30, &WHEEL_210, &WHEEL_2310] {
            for start in [1 << 17, 4_294_967_000, 1 << 34, 100_000_000_019] {
                check(&(start..start + length), wheel, 256, 1);
                if !cfg!(miri) {
                    check(&(start..start + length), wheel, 3000, 5);
                    check(&(start - 1..start + length + 1), wheel, usize::MAX, 500);
                }
            }
        }
    }

    #[test]
    fn a_piece_with_large_primes_is_one_window_wherever_it_begins() {
        let machine = Machine::detect();
        for start in [5_000_000_000_000, 10_u64.pow(15), 10_u64.pow(18), 10_u64.pow(19)] {
            let length = piece(&(start..start + 1_000_000_000), machine);
            for start in start..start + 241 {
                let numbers = start..start + length;
                let line_bytes = line_bytes_in_order(&numbers, machine);
                let windows = Windows::new(&numbers, &WHEEL_30, machine.caches, line_bytes, 1);
                assert_eq!(windows.count(), 1, "{numbers:?}");
            }
        }
    }

    #[test]
    fn squares_of_rare_primes_are_struck() {
        for prime in [131_101_u64, 131_111, 131_113, 200_003] {
            for numbers in
                [prime * prime - 5_000..prime * prime + 1, prime * prime..prime * prime + 5_000]
            {
                check(&numbers, &WHEEL_210, 256, 1);
            }
        }
    }

    #[test]
    fn parts_are_all_lines_of_all_windows() {
        let numbers = 1 << 17..200_000_000;
        let caches = Machine::detect().caches;
        for parts_per_window in [1, 2, 3, 7, 48, 100] {
            let windows = Windows::new(&numbers, &WHEEL_210, caches, 10_000, 1);
            let machine = Machine::detect();
            let plan = Plan::new(numbers.clone(), &WHEEL_210, machine, windows, parts_per_window);
            let mut lines: Vec<(u64, usize)> = Vec::new();
            for part in plan.parts.iter() {
                lines.extend(part.lines.map(|line| (part.window.first, line)));
            }
            let window = |number| windows.get(number).first;
            let all =
                (0..windows.count()).flat_map(|number| (0..48).map(move |line| (number, line)));
            let all: Vec<_> = all.map(|(number, line)| (window(number), line)).collect();
            assert_eq!(lines, all, "{parts_per_window} parts for each window");
        }
    }
}
