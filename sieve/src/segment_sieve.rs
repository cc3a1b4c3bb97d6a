//! The segmented sieve: sieves one segment after another, then counts or decodes its primes.

use alloc::{sync::Arc, vec, vec::Vec};

use crate::{
    cross_off::{CrossOff, OVERSHOOT_BYTES},
    decode::{self, Decoded, Words},
    large_primes::{Buckets, LargePrimes},
    plan::{Part, Plan},
    presieve::PreSieve,
    residue_class,
};

/// Sieves the parts of a plan, in any order.
pub(crate) struct SegmentSieve {
    plan: Plan,
    large_primes: Option<Arc<LargePrimes>>,
    cross_off: CrossOff,
    buckets: Buckets,
    /// The sieve arrays of the segment: one for each residue class, or a single one that is reused.
    arrays: Vec<Vec<u8>>,
}

impl SegmentSieve {
    /// Prepares to sieve with these large sieving primes: listed ones, and those in the bits of a sieve.
    pub(crate) fn new(
        plan: &Plan,
        listed_primes: &[u32],
        large_primes: Option<Arc<LargePrimes>>,
    ) -> Self {
        let Part { segment, .. } = plan.parts.get(0);
        let cross_off = CrossOff::new(
            plan.wheel,
            plan.numbers.end,
            &segment,
            listed_primes,
            plan.machine.instructions,
        );
        let buckets = Buckets::default();
        Self { plan: plan.clone(), large_primes, cross_off, buckets, arrays: Vec::new() }
    }

    /// Appends all primes of the plan, which must be a plan for primes in order.
    pub(crate) fn append_all<N: Decoded>(mut self, list: &mut Vec<N>) {
        let mut words = Words::default();
        for part in self.plan.parts.iter() {
            self.words(&part, &mut words);
            decode::append(self.plan.machine.instructions, words.all(), list);
        }
    }

    /// Counts the primes of a part.
    pub(crate) fn count(&mut self, part: &Part) -> u64 {
        let Plan { numbers, wheel, machine, .. } = self.plan.clone();
        let mut count = 0;
        self.sieve(part, 1, |residue, array| {
            let bits = part.segment.bits_of(&numbers, wheel, residue);
            count += residue_class::count(machine.instructions, array, bits);
        });
        count
    }

    /// Sieves a part and returns its sieve arrays, in the order of their residues.
    pub(crate) fn arrays(&mut self, part: &Part) -> &[Vec<u8>] {
        self.sieve(part, part.classes.len(), |_, _| {});
        &self.arrays
    }

    /// Decodes a part, which must be a whole segment, into words in order.
    pub(crate) fn words(&mut self, part: &Part, words: &mut Words) {
        self.arrays(part);
        let Plan { numbers, machine, .. } = &self.plan;
        words.transpose(machine.instructions, &self.arrays, &part.segment, numbers);
    }

    /// Sieves one residue class after another, and passes each one to `take`.
    ///
    /// If there are fewer arrays than residue classes, the arrays are reused.
    fn sieve(&mut self, part: &Part, arrays_kept: usize, mut take: impl FnMut(u32, &[u8])) {
        let Plan { wheel, machine, .. } = &self.plan;
        let Part { segment, classes } = part;
        let residues = &wheel.residues[classes.clone()];
        self.cross_off.begin_segment(segment, residues[0]);
        let mut presieve = PreSieve::of_classes(wheel, segment.first, residues[0]);
        // Multiples after the end of an array are crossed off, too.
        let buffer_bytes = segment.array_bytes() + OVERSHOOT_BYTES;
        self.arrays.resize_with(arrays_kept, || vec![0; buffer_bytes]);
        let has_large = self.large_primes.is_some();
        if let Some(large_primes) = &self.large_primes {
            debug_assert_eq!(classes.start, 0, "buckets are for all residue classes");
            let root = (segment.end(wheel) - 1).isqrt();
            let primes = u64::from(self.plan.listed_end)..root + 1;
            large_primes.fill(&mut self.buckets, &primes, segment, wheel, *machine);
        }
        let mut before = residues[0];
        for (number, &residue) in residues.iter().enumerate() {
            let array = &mut self.arrays[number % arrays_kept];
            let half_gap = (residue - before) / 2; // all residues are odd
            before = residue;
            let (presieve, cross_off) = (&mut presieve, &mut self.cross_off);
            residue_class::sieve(
                machine.instructions,
                array,
                half_gap,
                presieve,
                cross_off,
                segment,
            );
            if has_large {
                self.buckets.cross_off(number, array);
            }
            take(residue, array);
        }
    }
}
