//! Large sieving primes without vector instructions: finds each multiple from the one before.
//!
//! A multiple p·q is in a residue class if q is coprime to the modulus. So q takes the residues of the
//! wheel in turn. From one to the next, the index of p·q grows by the gap times the quotient of p and the
//! modulus, and by a carry. The carry depends only on the residues of p and q, as does the class of p·q.
//!
//! primesieve goes from multiple to multiple in the same way.

use core::array;

use super::{Place, SievingPrimes, buckets::Filling};
use crate::{
    lazy_lock::LazyLock,
    wheel::{WHEEL_30, WHEEL_210, Wheel},
};

/// How many primes have their first multiples found, before the others are.
///
/// The first ones are found without a branch. The number of the others is hard to predict, and a wrong
/// prediction would throw away the work on the next primes.
const PRIMES_AT_ONCE: usize = 128;

/// The first multiple of a prime in a segment.
#[derive(Clone, Copy, Default)]
struct First {
    index: u32,
    /// The class of its cofactor.
    class: u32,
    class_of_prime: u32,
    /// The quotient of the prime and the modulus.
    whole: u32,
}

/// The way from one multiple of a prime to the next.
#[derive(Clone, Copy)]
struct Step {
    /// The residue class of this multiple.
    class: u8,
    /// The difference of the cofactors.
    gap: u8,
    carry: u8,
}

/// The steps for the class of a prime, and for that of its cofactor.
type Steps<const CLASSES: usize> = [[Step; CLASSES]; CLASSES];

static STEPS_30: LazyLock<Steps<8>> = LazyLock::new(|| steps(&WHEEL_30));
static STEPS_210: LazyLock<Steps<48>> = LazyLock::new(|| steps(&WHEEL_210));

fn steps<const CLASSES: usize>(wheel: &Wheel) -> Steps<CLASSES> {
    let Wheel { modulus, residues, half_gaps, class_from, .. } = wheel;
    let step = |prime: usize, cofactor: usize| {
        let gap = 2 * half_gaps[cofactor];
        let multiple = residues[prime] * residues[cofactor] % modulus;
        let next = multiple + residues[prime] * u32::from(gap);
        Step { class: class_from[multiple as usize] as u8, gap, carry: (next / modulus) as u8 }
    };
    array::from_fn(|prime| array::from_fn(|cofactor| step(prime, cofactor)))
}

pub(super) fn fill(sieving_primes: SievingPrimes<'_>, place: Place<'_>, buckets: &mut Filling<'_>) {
    match place.wheel.modulus {
        30 => fill_by::<30, 8>(&STEPS_30, sieving_primes, place, buckets),
        210 => fill_by::<210, 48>(&STEPS_210, sieving_primes, place, buckets),
        modulus => unreachable!("no plan has large primes and the wheel of {modulus}"),
    }
}

/// Fills the buckets. The modulus is a constant, since it divides.
fn fill_by<const MODULUS: usize, const CLASSES: usize>(
    steps: &Steps<CLASSES>,
    sieving_primes: SievingPrimes<'_>,
    place: Place<'_>,
    buckets: &mut Filling<'_>,
) {
    let (start, numbers) = (place.start(), place.numbers());
    let Wheel { residues, class_from, .. } = place.wheel;
    let bits = place.segment.bits() as u32;
    for block in sieving_primes.quotients.chunks(PRIMES_AT_ONCE) {
        let mut firsts = [First::default(); PRIMES_AT_ONCE];
        let mut count = 0;
        for &quotient in block {
            let prime = sieving_primes.prime(quotient);
            let cofactor = start / prime + 1;
            let remainder = (cofactor % MODULUS as u64) as usize;
            let class = class_from[remainder];
            let skipped = residues[usize::from(class)] - remainder as u32;
            let distance = prime - start % prime + u64::from(skipped) * prime;
            firsts[count] = First {
                index: distance as u32 / MODULUS as u32,
                class: class.into(),
                class_of_prime: class_from[prime as usize % MODULUS].into(),
                whole: prime as u32 / MODULUS as u32,
            };
            count += usize::from(distance < numbers);
        }
        for &First { mut index, class, class_of_prime, whole } in &firsts[..count] {
            let steps = &steps[class_of_prime as usize];
            let mut class = class as usize;
            while index < bits {
                let Step { class: of_multiple, gap, carry } = steps[class];
                buckets.push(usize::from(of_multiple), index);
                index += whole * u32::from(gap) + u32::from(carry);
                class = if class + 1 < CLASSES { class + 1 } else { 0 };
            }
        }
    }
}
