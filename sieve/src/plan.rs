//! The plan for a range: its wheel, its segments, and the parts for threads.

use core::ops::Range;

use crate::{
    Instructions, large_primes,
    machine::Machine,
    prime_table::TABLE_END,
    segment::{Segment, Segments},
    wheel::{WHEEL_30, WHEEL_210, WHEEL_2310, Wheel},
};

/// The fewest numbers for which counting uses the wheel of 2310 and its 480 residue classes.
const MANY_NUMBERS: u64 = 1 << 26;

/// The fewest numbers for which counting uses the wheel of 210, if it has large sieving primes.
const MANY_NUMBERS_WITH_LARGE: u64 = 1 << 27;

/// The exclusive limit of listed sieving primes: about the bits of a residue class.
///
/// A larger prime would have no multiple in many residue classes, but take a step in each of them.
const LISTED_END: u32 = 1 << 21;

/// The same limit for a root that is not much larger, and for all roots without vectors.
const LISTED_END_MAX: u32 = 1 << 22;

/// The exclusive limit of such roots.
const SMALL_ROOT: u64 = 1 << 24;

/// The number of parts for each thread: several, so that a slow thread can take fewer.
const PARTS_PER_THREAD: usize = 4;

/// The number of parts for each thread if each part needs time to set up its large sieving primes.
const PARTS_PER_THREAD_WITH_LARGE: usize = 2;

/// The length of a piece for counting if all sieving primes are listed.
///
/// Shorter pieces would spend more time on their set-up.
const PIECE_NUMBERS: u64 = 1 << 29;

/// Everything that the threads share.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Not below `TABLE_END`, and not empty.
    pub(crate) numbers: Range<u64>,
    pub(crate) wheel: &'static Wheel,
    pub(crate) machine: Machine,
    /// The exclusive limit of the sieving primes that are listed; larger ones are the bits of a sieve.
    pub(crate) listed_end: u32,
    pub(crate) parts: Parts,
}

/// Some residue classes of a segment: the work that a thread does at a time.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) segment: Segment,
    pub(crate) classes: Range<usize>,
}

/// All residue classes of all segments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts {
    segments: Segments,
    classes: usize,
    per_segment: usize,
}

impl Plan {
    /// Plans to count primes; the residue classes may be sieved one after another.
    pub(crate) fn count(numbers: Range<u64>, machine: Machine, threads: usize) -> Self {
        let length = numbers.end - numbers.start;
        if has_large_primes(&numbers) {
            if length < MANY_NUMBERS_WITH_LARGE {
                return Self::in_order(numbers, machine, threads);
            }
            return Self::count_with_large(numbers, machine, threads);
        }
        let (wheel, array_bytes): (&Wheel, _) = if length < MANY_NUMBERS {
            (&WHEEL_30, array_bytes_in_order(&numbers, machine))
        } else {
            (&WHEEL_2310, usize::MAX)
        };
        let segments = Segments::new(&numbers, wheel, machine.caches, array_bytes, 1);
        let parts = parts_at_least(threads, PARTS_PER_THREAD).div_ceil(segments.count() as usize);
        Self::new(numbers, wheel, machine, TABLE_END, segments, parts)
    }

    /// Plans to count many numbers with large sieving primes.
    ///
    /// If all of them are listed, the parts of a segment are some of its residue classes. Otherwise a
    /// thread takes a whole segment, because the other primes are visited once for all classes.
    fn count_with_large(numbers: Range<u64>, machine: Machine, threads: usize) -> Self {
        let root = root(&numbers);
        let array_bytes = array_bytes_by_class(root, machine);
        let listed_end = listed_end_by_class(root, machine);
        let all_are_listed = root < listed_end.into();
        let at_least = if all_are_listed { 1 } else { threads };
        let segments = Segments::new(&numbers, &WHEEL_210, machine.caches, array_bytes, at_least);
        let parts = if all_are_listed {
            parts_at_least(threads, PARTS_PER_THREAD_WITH_LARGE).div_ceil(segments.count() as usize)
        } else {
            1
        };
        Self::new(numbers, &WHEEL_210, machine, listed_end, segments, parts)
    }

    /// Plans to find primes in order; the eight residue classes of a segment are sieved together.
    pub(crate) fn in_order(numbers: Range<u64>, machine: Machine, threads: usize) -> Self {
        let has_large = has_large_primes(&numbers);
        // Each segment visits each large sieving prime. So there are no more segments than threads,
        // unless the range is too long for that.
        let at_least = parts_at_least(threads, if has_large { 1 } else { PARTS_PER_THREAD });
        let array_bytes = array_bytes_in_order(&numbers, machine);
        let segments = Segments::new(&numbers, &WHEEL_30, machine.caches, array_bytes, at_least);
        // Those that have two multiples in a residue class, or more.
        let listed_end =
            (segments.get(0).bits() / 2).clamp(TABLE_END.into(), LISTED_END_MAX.into());
        Self::new(numbers, &WHEEL_30, machine, listed_end as u32, segments, 1)
    }

    fn new(
        numbers: Range<u64>,
        wheel: &'static Wheel,
        machine: Machine,
        listed_end: u32,
        segments: Segments,
        parts_per_segment: usize,
    ) -> Self {
        let classes = wheel.residues.len();
        let parts = Parts { segments, classes, per_segment: parts_per_segment.min(classes) };
        Self { numbers, wheel, machine, listed_end, parts }
    }
}

impl Parts {
    pub(crate) fn count(self) -> u64 {
        self.segments.count() * self.per_segment as u64
    }

    /// Returns a part by its number.
    pub(crate) fn get(self, number: u64) -> Part {
        let segment = self.segments.get(number / self.per_segment as u64);
        let part = (number % self.per_segment as u64) as usize;
        let class = |part: usize| part * self.classes / self.per_segment;
        Part { segment, classes: class(part)..class(part + 1) }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Part> {
        (0..self.count()).map(move |number| self.get(number))
    }
}

/// Recommends a length for the pieces of a range that is to be counted.
///
/// If some sieving primes are not listed, even a short segment has to visit all of them. So a piece is as
/// long as a segment, wherever it begins.
pub(crate) fn piece_numbers(numbers: &Range<u64>, machine: Machine) -> u64 {
    if numbers.is_empty() || root(numbers) < LISTED_END_MAX.into() {
        PIECE_NUMBERS
    } else {
        let array_bytes = array_bytes_by_class(root(numbers), machine);
        let segment = Segments::numbers_max(&WHEEL_210, array_bytes);
        segment.max(MANY_NUMBERS_WITH_LARGE)
    }
}

/// The largest number whose square may be in a range.
pub(crate) fn root(numbers: &Range<u64>) -> u64 {
    (numbers.end - 1).isqrt()
}

/// Whether a range has sieving primes that are not in the prime table.
fn has_large_primes(numbers: &Range<u64>) -> bool {
    root(numbers) >= u64::from(TABLE_END)
}

/// The fewest parts for a number of threads; one thread needs only one part.
fn parts_at_least(threads: usize, parts_per_thread: usize) -> usize {
    if threads == 1 { 1 } else { threads * parts_per_thread }
}

/// The most bytes of a residue class for primes in order.
///
/// Without large sieving primes, a residue class is one chunk long. So the eight classes of a
/// segment fit the second-level cache.
///
/// Each segment visits all large sieving primes. The more there are, the longer the segments: the length
/// grows with the root, until a residue class nearly fills the second-level cache. It goes beyond that
/// only while all eight classes are shorter than a hundredth of the root.
fn array_bytes_in_order(numbers: &Range<u64>, machine: Machine) -> usize {
    let chunk_bytes = machine.caches.chunk_bytes();
    if !has_large_primes(numbers) {
        return chunk_bytes;
    }
    let root = root(numbers) as usize;
    let cached = (root / 64).min(machine.caches.level_2_bytes / 8 * 7);
    let array_bytes = cached.max(4 * chunk_bytes).max(root / 1024);
    let large = u64::from(TABLE_END)..root as u64;
    array_bytes.min(large_primes::array_bytes_max(&WHEEL_30, &large))
}

/// The most bytes of a residue class for counting with large sieving primes.
///
/// A class is sieved as a whole before the next one, so it fits the second-level cache.
fn array_bytes_by_class(root: u64, machine: Machine) -> usize {
    let cached = (machine.caches.level_2_bytes / 8 * 5).max(machine.caches.chunk_bytes());
    let large = u64::from(listed_end_by_class(root, machine))..root;
    cached.min(large_primes::array_bytes_max(&WHEEL_210, &large))
}

/// The exclusive limit of listed primes for counting with large sieving primes.
///
/// Without vectors, to fill a bucket takes longer than the steps of a listed prime.
fn listed_end_by_class(root: u64, machine: Machine) -> u32 {
    let is_plain = machine.instructions.get() == Instructions::Plain;
    if root < SMALL_ROOT || is_plain { LISTED_END_MAX } else { LISTED_END }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{base_primes::BasePrimes, machine::Caches};

    fn count(plan: &Plan) -> u64 {
        let mut sieve = BasePrimes::default().sieve(plan);
        plan.parts.iter().map(|part| sieve.count(&part)).sum()
    }

    /// Compares a wheel, a size of arrays and a number of parts with the plan for primes in order.
    fn check(numbers: &Range<u64>, wheel: &'static Wheel, array_bytes: usize, parts: usize) {
        let machine = Machine::detect();
        let expected = count(&Plan::in_order(numbers.clone(), machine, 1));
        let segments = Segments::new(numbers, wheel, machine.caches, array_bytes, 1);
        let plan = Plan::new(numbers.clone(), wheel, machine, u32::MAX, segments, parts);
        let modulus = wheel.modulus;
        assert_eq!(
            count(&plan),
            expected,
            "{numbers:?} by {modulus} in arrays of {array_bytes} bytes and {parts} parts"
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
    fn a_piece_with_large_primes_is_one_segment_wherever_it_begins() {
        let mut machine = Machine::detect();
        machine.caches = Caches { level_1_bytes: 32 << 10, level_2_bytes: 512 << 10 };
        for start in [5_000_000_000_000, 10_u64.pow(15), 10_u64.pow(18), 10_u64.pow(19)] {
            let length = piece_numbers(&(start..start + 1_000_000_000), machine);
            for start in start..start + 241 {
                let numbers = start..start + length;
                let plan = Plan::count(numbers.clone(), machine, 1);
                assert_eq!(plan.parts.count(), 1, "{numbers:?}");
            }
        }
    }

    #[test]
    fn segments_with_large_primes_are_not_too_long() {
        let mut machine = Machine::detect();
        for level_1_bytes in [1, 4 << 10, 32 << 10, 48 << 10, 128 << 10, 64 << 20] {
            for level_2_bytes in [1, 256 << 10, 512 << 10, 2 << 20, 64 << 20] {
                machine.caches = Caches { level_1_bytes, level_2_bytes };
                for start in [1 << 40, 10_u64.pow(16), 10_u64.pow(19)] {
                    for length in (1..100).map(|step| step * 71_428_571) {
                        let numbers = start..start + length;
                        let plans = [Plan::in_order, Plan::count].map(|plan| {
                            [1, 3].map(|threads| plan(numbers.clone(), machine, threads))
                        });
                        for plan in plans.as_flattened() {
                            let bits = plan.parts.get(0).segment.bits();
                            assert!(bits <= 1 << 24, "{bits} bits: {plan:?}");
                            let length = bits * u64::from(plan.wheel.modulus);
                            let is_bucketed = root(&numbers) >= plan.listed_end.into();
                            assert!(!is_bucketed || length <= 1 << 30, "{length}: {plan:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn squares_of_listed_primes_are_crossed_off() {
        for prime in [131_101_u64, 131_111, 131_113, 200_003] {
            for numbers in
                [prime * prime - 5_000..prime * prime + 1, prime * prime..prime * prime + 5_000]
            {
                check(&numbers, &WHEEL_210, 256, 1);
            }
        }
    }

    #[test]
    fn parts_are_all_residue_classes_of_all_segments() {
        let numbers = 1 << 17..200_000_000;
        let caches = Machine::detect().caches;
        for parts_per_segment in [1, 2, 3, 7, 48, 100] {
            let segments = Segments::new(&numbers, &WHEEL_210, caches, 10_000, 1);
            let machine = Machine::detect();
            let plan = Plan::new(
                numbers.clone(),
                &WHEEL_210,
                machine,
                TABLE_END,
                segments,
                parts_per_segment,
            );
            let mut classes: Vec<(u64, usize)> = Vec::new();
            for part in plan.parts.iter() {
                classes.extend(part.classes.map(|class| (part.segment.first, class)));
            }
            let segment = |number| segments.get(number).first;
            let all =
                (0..segments.count()).flat_map(|number| (0..48).map(move |class| (number, class)));
            let all: Vec<_> = all.map(|(number, class)| (segment(number), class)).collect();
            assert_eq!(classes, all, "{parts_per_segment} parts for each segment");
        }
    }
}
