//! Primes that strike seldom strike singly. They stand in order, so that runs of them strike equally
//! often, and each run has a loop of its own that is unrolled.

use std::ops::Range;

/// Primes that strike equally often.
struct Run {
    /// Up to this one of the primes.
    end: usize,
    /// Whole steps that fit what is struck.
    steps: u32,
}

/// How often ascending primes cross off among this many bits.
pub(super) struct Runs {
    runs: Vec<Run>,
    bits: u32,
}

/// Strikes with the primes, which strike equally often.
macro_rules! unrolled {
    ($cross:ident($line:expr, $primes:expr, $strikes:expr, $steps:expr, $bits:expr): $($count:literal)*) => {
        match $steps {
            $($count => $cross($line, $primes, $strikes, 0..$count, $bits),)*
            more => $cross($line, $primes, $strikes, 0..more, $bits),
        }
    };
}

impl Runs {
    pub(super) fn new(primes: &[u32], bytes: usize) -> Self {
        let bits = u32::try_from(8 * bytes).expect("lines are shorter than 2³² bits");
        let mut runs: Vec<Run> = Vec::new();
        for (index, &prime) in primes.iter().enumerate() {
            let steps = bits / prime;
            match runs.last_mut() {
                Some(run) if run.steps == steps => run.end = index + 1,
                _ => runs.push(Run { end: index + 1, steps }),
            }
        }
        Self { runs, bits }
    }

    /// Crosses off in a chunk with the first primes, as many as are asked for. Their next multiples carry
    /// over to the next chunk.
    #[inline(always)]
    pub(super) fn cross_chunk(&self, line: &mut [u8], primes: &[u32], next_strikes: &mut [u32]) {
        self.for_each(primes.len(), |run, steps| {
            let strikes = &mut next_strikes[run.clone()];
            unrolled!(cross_on(line, &primes[run], strikes, steps, self.bits):
                0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28);
        });
    }

    /// Crosses off in a line with the first primes, as many as are asked for.
    #[inline(always)]
    pub(super) fn cross_line(&self, line: &mut [u8], primes: &[u32], first_strikes: &[u32]) {
        self.for_each(primes.len(), |run, steps| {
            let strikes = &first_strikes[run.clone()];
            unrolled!(cross_whole(line, &primes[run], strikes, steps, self.bits):
                0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);
        });
    }

    #[inline(always)]
    fn for_each(&self, count: usize, mut cross: impl FnMut(Range<usize>, u32)) {
        let mut start = 0;
        for run in &self.runs {
            let end = run.end.min(count);
            if start >= end {
                break;
            }
            cross(start..end, run.steps);
            start = end;
        }
    }
}

/// The strikes are moved on in a loop of their own, which is a few vector instructions, since a store
/// of each would cost as much as a strike.
#[inline(always)]
fn cross_on(line: &mut [u8], primes: &[u32], strikes: &mut [u32], steps: Range<u32>, bits: u32) {
    for (&strike, &prime) in strikes.iter().zip(primes) {
        let last = cross(line, strike, prime, steps.clone());
        clear(line, last.at, last.mask);
    }
    for (strike, &prime) in strikes.iter_mut().zip(primes) {
        let behind = (*strike + steps.end * prime).wrapping_sub(bits);
        *strike = behind.min(behind.wrapping_add(prime));
    }
}

/// A last strike that would fall behind the line is done on the first bit there.
#[inline(always)]
fn cross_whole(line: &mut [u8], primes: &[u32], strikes: &[u32], steps: Range<u32>, bits: u32) {
    for (&strike, &prime) in strikes.iter().zip(primes) {
        let last = cross(line, strike, prime, steps.clone());
        clear(line, last.at.min(bits), last.mask);
    }
}

/// Where a strike is.
#[derive(Clone, Copy)]
struct Strike {
    at: u32,
    /// All bits of its word but the one that it clears.
    mask: u64,
}

/// Strikes so often, and returns the strike that would come next.
///
/// The mask is not made anew for each strike but turned by the prime, which takes fewer instructions.
#[inline(always)]
fn cross(line: &mut [u8], first: u32, prime: u32, steps: Range<u32>) -> Strike {
    let mut strike = Strike { at: first, mask: (u64::MAX - 1).rotate_left(first) };
    for _ in steps {
        clear(line, strike.at, strike.mask);
        strike = Strike { at: strike.at + prime, mask: strike.mask.rotate_left(prime) };
    }
    strike
}

/// Clears the bit that a mask leaves out of a bit's word.
#[inline(always)]
#[expect(unsafe_code, reason = "a check would cost as much as the strike")]
fn clear(line: &mut [u8], at: u32, mask: u64) {
    let word = (at / 64) as usize * size_of::<u64>();
    debug_assert!(word + size_of::<u64>() <= line.len(), "bit {at} of {} bytes", line.len());
    // SAFETY: a first strike is below the prime, and is followed by at most as many steps as fit
    // the bits that are struck. So none is further behind them than a prime, and the caller has
    // asserted that the line has room for that; or it is brought back to the first bit behind them.
    unsafe {
        let place = line.as_mut_ptr().add(word).cast::<[u8; 8]>();
        *place = (u64::from_le_bytes(*place) & mask).to_le_bytes();
    }
}
