//! Primes that strike a chunk often strike in eights: 8 strikes of p are exactly p bytes, so the bits
//! within the bytes are known from p modulo 8 and from where the first one stands. For each of these
//! 32 cases there is a loop whose 8 masks are constants.

/// Primes below strike in eights.
pub(super) const PRIMES_END: u32 = 16_000;

/// A prime, at its next eight strikes.
#[derive(Clone, Copy)]
struct Eight {
    /// The byte of the line where the first of them is.
    at: u32,
    prime: u16,
    /// How many eights there are in a chunk, at most.
    repeats: u16,
}

/// The primes that strike in eights.
pub(super) struct Eights {
    /// By p modulo 8 and the bit where the first strike is.
    cases: [Vec<Eight>; 32],
    /// How often each prime strikes a chunk, in eights.
    repeats: Vec<u16>,
}

impl Eights {
    pub(super) fn new(primes: &[u32], chunk_bytes: usize) -> Self {
        let eights = |&prime: &u32| (chunk_bytes / prime as usize + 1) as u16;
        Self { cases: [const { Vec::new() }; 32], repeats: primes.iter().map(eights).collect() }
    }

    /// Goes to a line where the primes have these first strikes, each less than the prime.
    #[inline(always)]
    pub(super) fn begin_line(&mut self, primes: &[u32], first_strikes: &[u32]) {
        for case in &mut self.cases {
            case.clear();
        }
        for ((&prime, &strike), &repeats) in primes.iter().zip(first_strikes).zip(&self.repeats) {
            debug_assert!(
                strike < prime && prime < PRIMES_END,
                "{prime} strikes at {strike} first"
            );
            let case = prime % 8 / 2 * 8 + strike % 8;
            let eight = Eight { at: strike / 8, prime: prime as u16, repeats };
            self.cases[case as usize].push(eight);
        }
    }

    /// Strikes the chunk that ends at the byte `end` of the line; chunks come one after another.
    #[inline(always)]
    pub(super) fn cross(&mut self, line: &mut [u8], end: usize) {
        macro_rules! cases {
            ($($remainder:literal)*) => {
                let mut remaining = self.cases.iter_mut();
                $(cases!(@ remaining $remainder: 0 1 2 3 4 5 6 7);)*
            };
            (@ $lists:ident $remainder:literal: $($bit:literal)*) => {
                $(cross_case::<$remainder, $bit>(line, $lists.next().expect("32 cases"), end);)*
            };
        }
        cases!(1 3 5 7);
    }
}

/// Strikes with primes that leave `REMAINDER` by 8, and begin at `BIT` of a byte.
#[inline(always)]
fn cross_case<const REMAINDER: usize, const BIT: usize>(
    line: &mut [u8],
    eights: &mut [Eight],
    end: usize,
) {
    for eight in eights {
        let prime = eight.prime as usize;
        let step_bytes = prime / 8;
        let mut at = eight.at as usize;
        for _ in 0..eight.repeats {
            for strike in 0..8 {
                let bit = BIT + strike * REMAINDER;
                clear(line, at + strike * step_bytes + bit / 8, bit % 8);
            }
            at += prime;
        }
        let last = at - prime;
        eight.at = if last >= end { last } else { at } as u32;
    }
}

/// Clears a bit.
#[inline(always)]
#[expect(unsafe_code, reason = "a check would cost as much as the strike")]
fn clear(line: &mut [u8], byte: usize, bit: usize) {
    debug_assert!(byte < line.len(), "byte {byte} of a line of {}", line.len());
    // SAFETY: a prime's first strike is less than a prime behind the chunk's start, and no more
    // eights follow than fit the chunk, and one. So none is further behind the chunk's end than two
    // primes, and the caller has asserted that the line has room for that.
    unsafe { *line.get_unchecked_mut(byte) &= !(1 << bit) }
}
