//! Medium and listed sieving primes, which cross off single multiples.
//!
//! The primes are sorted. Consecutive primes that take the same number of steps form a *run*, and each
//! run has its own unrolled loop.

use alloc::vec::Vec;
use core::ops::Range;

/// Consecutive primes that take the same number of steps.
struct Run {
    /// The exclusive end of the run, as an index of the primes.
    end: usize,
    /// The number of whole steps that fit the bits.
    steps: u32,
}

/// The runs of sorted primes that cross off their multiples among a number of bits.
pub(super) struct Runs {
    runs: Vec<Run>,
    bits: u32,
}

/// Crosses off the multiples of a run of primes.
macro_rules! unrolled {
    ($cross_off:ident($array:expr, $primes:expr, $multiples:expr, $steps:expr, $bits:expr):
        $($count:literal)*) => {
        match $steps {
            $($count => $cross_off($array, $primes, $multiples, 0..$count, $bits),)*
            more => $cross_off($array, $primes, $multiples, 0..more, $bits),
        }
    };
}

impl Runs {
    pub(super) fn new(primes: &[u32], bytes: usize) -> Self {
        let bits = u32::try_from(8 * bytes).expect("residue classes are shorter than 2³² bits");
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

    /// Crosses off the multiples of the given primes in a chunk.
    ///
    /// Afterwards, `next_multiples` are counted from the next chunk.
    #[inline(always)]
    pub(super) fn cross_off_chunk(
        &self,
        array: &mut [u8],
        primes: &[u32],
        next_multiples: &mut [u32],
    ) {
        self.for_each(primes.len(), |run, steps| {
            let multiples = &mut next_multiples[run.clone()];
            unrolled!(cross_off_and_advance(array, &primes[run], multiples, steps, self.bits):
                0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28);
        });
    }

    /// Crosses off the multiples of the given primes in a whole residue class.
    #[inline(always)]
    pub(super) fn cross_off_class(
        &self,
        array: &mut [u8],
        primes: &[u32],
        first_multiples: &[u32],
    ) {
        self.for_each(primes.len(), |run, steps| {
            let multiples = &first_multiples[run.clone()];
            unrolled!(cross_off_whole(array, &primes[run], multiples, steps, self.bits):
                0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);
        });
    }

    #[inline(always)]
    fn for_each(&self, count: usize, mut cross_off: impl FnMut(Range<usize>, u32)) {
        let mut start = 0;
        for run in &self.runs {
            let end = run.end.min(count);
            if start >= end {
                break;
            }
            cross_off(start..end, run.steps);
            start = end;
        }
    }
}

/// Crosses off in a chunk, and moves the multiples on to the next chunk.
///
/// A separate loop moves them, with a few vector instructions. Storing each one in the first loop
/// would cost as much as crossing off.
#[inline(always)]
fn cross_off_and_advance(
    array: &mut [u8],
    primes: &[u32],
    multiples: &mut [u32],
    steps: Range<u32>,
    bits: u32,
) {
    for (&multiple, &prime) in multiples.iter().zip(primes) {
        let last = cross_off(array, multiple, prime, steps.clone());
        clear(array, last.at, last.mask);
    }
    for (multiple, &prime) in multiples.iter_mut().zip(primes) {
        let next = (*multiple + steps.end * prime).wrapping_sub(bits);
        *multiple = next.min(next.wrapping_add(prime));
    }
}

/// Crosses off in a whole residue class; a last multiple after its end clears a bit of the next word.
#[inline(always)]
fn cross_off_whole(
    array: &mut [u8],
    primes: &[u32],
    multiples: &[u32],
    steps: Range<u32>,
    bits: u32,
) {
    for (&multiple, &prime) in multiples.iter().zip(primes) {
        let last = cross_off(array, multiple, prime, steps.clone());
        clear(array, last.at.min(bits), last.mask);
    }
}

/// The position of a multiple.
#[derive(Clone, Copy)]
struct Multiple {
    at: u32,
    /// All bits of its word but the one to clear.
    mask: u64,
}

/// Crosses off a number of multiples, and returns the position of the next one.
///
/// Each step rotates the mask by the prime, which takes fewer instructions than a new mask.
#[inline(always)]
fn cross_off(array: &mut [u8], first: u32, prime: u32, steps: Range<u32>) -> Multiple {
    let mut multiple = Multiple { at: first, mask: (u64::MAX - 1).rotate_left(first) };
    for _ in steps {
        clear(array, multiple.at, multiple.mask);
        multiple = Multiple { at: multiple.at + prime, mask: multiple.mask.rotate_left(prime) };
    }
    multiple
}

/// Clears the bit that the mask does not have, in the word of a bit.
#[inline(always)]
#[expect(unsafe_code, reason = "a check would cost as much as crossing off")]
fn clear(array: &mut [u8], at: u32, mask: u64) {
    let word = (at / 64) as usize * size_of::<u64>();
    debug_assert!(word + size_of::<u64>() <= array.len(), "bit {at} of {} bytes", array.len());
    // SAFETY: a first multiple is below its prime. At most as many steps follow as fit the bits. So
    // no multiple is more than one prime after the last bit. The caller has asserted that the array
    // has room for that, or moves the multiple to the first bit after the end.
    unsafe {
        let place = array.as_mut_ptr().add(word).cast::<[u8; 8]>();
        *place = (u64::from_le_bytes(*place) & mask).to_le_bytes();
    }
}
