//! Random numbers that a submission cannot know before a run.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    ops::Range,
};

/// A generator of numbers that look random (Steele, Lea and Flood 2014, `SplitMix`).
#[derive(Clone, Debug)]
pub struct Seed(u64);

impl Seed {
    /// A seed that differs from run to run.
    pub fn fresh() -> Self {
        Self(RandomState::new().build_hasher().finish())
    }

    /// A seed that gives the same numbers for the same start.
    pub fn of(start: u64) -> Self {
        Self(start)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// The next number in a range, as a `usize`.
    pub fn size(&mut self, range: Range<u64>) -> usize {
        usize::try_from(self.within(range)).expect("a number of things that fit into memory")
    }

    /// The next number, in a range that is not empty.
    pub fn within(&mut self, range: Range<u64>) -> u64 {
        range.start + self.number() % (range.end - range.start)
    }
}

/// Whether this seed selects the number. It selects one in eight.
pub fn is_one_in_eight(seed: u64, number: u64) -> bool {
    mix(seed ^ mix(number)).is_multiple_of(8)
}

fn mix(number: u64) -> u64 {
    let mixed = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
