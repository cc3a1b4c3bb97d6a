//! Large sieving primes with AVX2: sorts the multiples of eight primes at a time into buckets.
//!
//! - A *near* prime is smaller than an eighth of the segment. Its first multiple in a residue class is
//!   computed from the one in the class before, for all classes in turn. In a class, the multiples of p
//!   are p indices apart.
//! - A *far* prime has few multiples in the segment, or none. Each one is computed as a distance from the
//!   segment's start. The distance gives the residue class and the index, or shows that the multiple is
//!   in no class.

mod divisor;
mod inverses;

use alloc::vec::Vec;
use core::arch::x86_64::{
    __m256i, _mm_cvtsi32_si128, _mm_loadl_epi64, _mm256_add_epi32, _mm256_add_epi64, _mm256_add_pd,
    _mm256_and_si256, _mm256_andnot_si256, _mm256_castpd_si256, _mm256_castsi256_pd,
    _mm256_castsi256_ps, _mm256_castsi256_si128, _mm256_cmpeq_epi32, _mm256_cvtepu8_epi32,
    _mm256_cvtepu32_epi64, _mm256_div_pd, _mm256_extracti128_si256, _mm256_loadu_si256,
    _mm256_min_epu32, _mm256_movemask_ps, _mm256_mul_epu32, _mm256_mullo_epi32, _mm256_or_si256,
    _mm256_permute4x64_epi64, _mm256_permutevar8x32_epi32, _mm256_set1_epi32, _mm256_set1_epi64x,
    _mm256_set1_pd, _mm256_setzero_si256, _mm256_shuffle_epi32, _mm256_slli_epi32,
    _mm256_slli_epi64, _mm256_sllv_epi32, _mm256_srai_epi32, _mm256_srl_epi64, _mm256_srli_epi32,
    _mm256_srli_epi64, _mm256_storeu_si256, _mm256_sub_epi32, _mm256_sub_epi64, _mm256_sub_pd,
    _mm256_unpacklo_epi64,
};

use self::{divisor::Divisor, inverses::Inverses};
use super::{INDEX_BITS, Place, SievingPrimes, buckets::Filling, plain};
use crate::wheel::Wheel;

/// A near prime is smaller than the segment divided by this number.
const NEAR: u64 = 8;

/// A number above half of the largest gap between residues of a wheel.
const HALF_GAPS: usize = 8;

/// 2⁵²: for doubles from here up to twice as much, the lowest bit has the value 1.
const EXACT: f64 = 4_503_599_627_370_496.0;

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(super) fn fill(sieving_primes: SievingPrimes<'_>, place: Place<'_>, buckets: &mut Filling<'_>) {
    let quotients = sieving_primes.quotients;
    let is_near = |&quotient: &u32| NEAR * sieving_primes.prime(quotient) < place.numbers();
    let (near, far) = quotients.split_at(quotients.partition_point(is_near));
    let with = |quotients| SievingPrimes { quotients, ..sieving_primes };
    let near_rest = add_multiples_of_near(with(near), place, buckets);
    let far_rest = add_multiples_of_far(with(far), place, buckets);
    for rest in [near_rest, far_rest] {
        plain::fill(with(rest), place, buckets);
    }
}

/// Sorts multiples of near primes; returns the quotients left over.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn add_multiples_of_near<'p>(
    sieving_primes: SievingPrimes<'p>,
    Place { segment, wheel }: Place<'_>,
    buckets: &mut Filling<'_>,
) -> &'p [u32] {
    let (eights, rest) = sieving_primes.quotients.as_chunks::<8>();
    let inverses = Inverses::new(wheel, sieving_primes.residue);
    let last = _mm256_set1_epi32((segment.bits() as u32 - 1).cast_signed());
    for eight in eights {
        let (quotients, primes) = load(eight, sieving_primes);
        let may_repeat = sieving_primes.prime(eight[0]) < segment.bits();
        let inverse = inverse_modulo(quotients, &inverses);
        let minus_inverse = _mm256_sub_epi32(primes, inverse);
        let step = subtract_modulo(inverse, minus_inverse, primes);
        let mut steps = [_mm256_setzero_si256(); HALF_GAPS];
        for half_gap in 1..HALF_GAPS {
            // a - (n - b) is a + b modulo n
            let minus_step = _mm256_sub_epi32(primes, step);
            steps[half_gap] = subtract_modulo(steps[half_gap - 1], minus_step, primes);
        }
        let starts = remainders(segment.first, primes);
        let mut first = subtract_modulo(minus_inverse, starts, primes);
        for (class, &half_gap) in wheel.half_gaps.iter().enumerate() {
            push(buckets, class, first, at_most(first, last));
            if may_repeat {
                let mut at = first;
                loop {
                    at = _mm256_add_epi32(at, primes);
                    let inside = at_most(at, last);
                    if inside == 0 {
                        break;
                    }
                    push(buckets, class, at, inside);
                }
            }
            first = subtract_modulo(first, steps[usize::from(half_gap) % HALF_GAPS], primes);
        }
    }
    rest
}

/// Sorts multiples of far primes; returns the quotients left over.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn add_multiples_of_far<'p>(
    sieving_primes: SievingPrimes<'p>,
    place: Place<'_>,
    buckets: &mut Filling<'_>,
) -> &'p [u32] {
    let (eights, rest) = sieving_primes.quotients.as_chunks::<8>();
    let modulus = Divisor::new(place.wheel.modulus);
    let residues = residue_bits(place.wheel);
    let mut unsorted = Vec::with_capacity(2 * sieving_primes.quotients.len());
    let last = _mm256_set1_epi32((place.numbers() as u32 - 1).cast_signed());
    for eight in eights {
        let (_, primes) = load(eight, sieving_primes);
        let may_repeat = sieving_primes.prime(eight[0]) < place.numbers();
        let mut distances = _mm256_sub_epi32(primes, remainders(place.start(), primes));
        loop {
            let inside = at_most(distances, last);
            if inside == 0 {
                break;
            }
            let (multiples, are_in_class) = indices_and_residues(distances, modulus, &residues);
            append(&mut unsorted, multiples, inside & are_in_class);
            if !may_repeat {
                break;
            }
            distances = _mm256_add_epi32(distances, primes);
        }
    }
    for multiple in unsorted {
        let class = place.wheel.class_from[(multiple >> INDEX_BITS) as usize];
        buckets.push(usize::from(class), multiple % (1 << INDEX_BITS));
    }
    rest
}

/// Returns the index of each multiple in the low bits, and its residue above.
///
/// The mask shows which multiples are in a residue class.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn indices_and_residues(
    distances: __m256i,
    modulus: Divisor,
    residue_bits: &[u32; 8],
) -> (__m256i, u32) {
    let (indices, residues) = divide(distances, modulus);
    let words =
        _mm256_permutevar8x32_epi32(load_eight(residue_bits), _mm256_srli_epi32::<5>(residues));
    // The bit of a residue moves to the highest bit.
    let shifts = _mm256_andnot_si256(residues, _mm256_set1_epi32(31));
    let bits_left = _mm256_sllv_epi32(words, shifts);
    let are_in_class = _mm256_movemask_ps(_mm256_castsi256_ps(bits_left)).cast_unsigned();
    let shifted = _mm256_slli_epi32::<{ INDEX_BITS.cast_signed() }>(residues);
    (_mm256_or_si256(indices, shifted), are_in_class)
}

/// The residues of a wheel, as the set bits of eight words.
fn residue_bits(wheel: &Wheel) -> [u32; 8] {
    let mut words = [0; 8];
    for &residue in &wheel.residues {
        words[residue as usize / 32] |= 1 << (residue % 32);
    }
    words
}

/// Computes eight quotients and remainders.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn divide(numbers: __m256i, divisor: Divisor) -> (__m256i, __m256i) {
    let factor = _mm256_set1_epi32(divisor.factor.cast_signed());
    let shift = _mm_cvtsi32_si128(divisor.shift.cast_signed());
    let even = _mm256_srl_epi64(_mm256_mul_epu32(numbers, factor), shift);
    let odd = _mm256_mul_epu32(_mm256_srli_epi64::<32>(numbers), factor);
    let odd = _mm256_slli_epi64::<32>(_mm256_srl_epi64(odd, shift));
    let quotients = _mm256_or_si256(even, odd);
    let products = _mm256_mullo_epi32(quotients, _mm256_set1_epi32(divisor.value.cast_signed()));
    (quotients, _mm256_sub_epi32(numbers, products))
}

/// Computes the inverse of a wheel's modulus modulo each of eight primes.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn inverse_modulo(quotients: __m256i, inverses: &Inverses) -> __m256i {
    let (whole, remainder) = if inverses.divisor == 1 {
        (quotients, _mm256_setzero_si256())
    } else {
        divide(quotients, Divisor::new(inverses.divisor))
    };
    let factors = _mm256_permutevar8x32_epi32(load_eight(&inverses.factors), remainder);
    let addends = _mm256_permutevar8x32_epi32(load_eight(&inverses.addends), remainder);
    _mm256_add_epi32(_mm256_mullo_epi32(whole, factors), addends)
}

/// Computes a - b modulo n, for a < n and b ≤ n; n must be below 2³¹.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn subtract_modulo(a: __m256i, b: __m256i, n: __m256i) -> __m256i {
    let difference = _mm256_sub_epi32(a, b);
    _mm256_min_epu32(difference, _mm256_add_epi32(difference, n))
}

/// Loads eight quotients, and computes their primes.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn load(eight: &[u32; 8], sieving_primes: SievingPrimes<'_>) -> (__m256i, __m256i) {
    let quotients = load_eight(eight);
    let residue = _mm256_set1_epi32(sieving_primes.residue.cast_signed());
    let primes = _mm256_add_epi32(_mm256_mullo_epi32(quotients, _mm256_set1_epi32(30)), residue);
    (quotients, primes)
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[expect(unsafe_code, reason = "a vector is loaded from memory")]
fn load_eight(eight: &[u32; 8]) -> __m256i {
    // SAFETY: eight numbers of 32 bits are 32 bytes
    unsafe { _mm256_loadu_si256(eight.as_ptr().cast()) }
}

/// Compares eight numbers with their limits; returns a set bit for each number within its limit.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn at_most(numbers: __m256i, limits: __m256i) -> u32 {
    let are_inside = _mm256_cmpeq_epi32(_mm256_min_epu32(numbers, limits), numbers);
    _mm256_movemask_ps(_mm256_castsi256_ps(are_inside)).cast_unsigned()
}

/// For each mask of eight bits: the positions of its set bits, in ascending order.
static ORDERS: [[u8; 8]; 256] = {
    let mut orders = [[0; 8]; 256];
    let mut mask = 0;
    while mask < 256 {
        let (mut bit, mut length) = (0_u8, 0);
        while bit < 8 {
            if mask >> bit & 1 == 1 {
                orders[mask][length] = bit;
                length += 1;
            }
            bit += 1;
        }
        mask += 1;
    }
    orders
};

/// Moves the numbers whose bit is set to the front.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[expect(unsafe_code, reason = "a vector is loaded from memory")]
fn pack(numbers: __m256i, which: u32) -> __m256i {
    // SAFETY: an order is eight bytes
    let order = unsafe { _mm_loadl_epi64(ORDERS[which as usize].as_ptr().cast()) };
    _mm256_permutevar8x32_epi32(numbers, _mm256_cvtepu8_epi32(order))
}

/// Adds the multiples whose bit is set to a bucket.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[expect(unsafe_code, reason = "a vector is stored")]
fn push(buckets: &mut Filling<'_>, class: usize, multiples: __m256i, which: u32) {
    let packed = pack(multiples, which);
    buckets.push_first(class, which.count_ones() as usize, |room| {
        // SAFETY: eight numbers of 32 bits are 32 bytes
        unsafe { _mm256_storeu_si256(room.as_mut_ptr().cast(), packed) }
    });
}

/// Appends the numbers whose bit is set to a list.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[expect(unsafe_code, reason = "to stop at the last number would cost a branch for each vector")]
fn append(list: &mut Vec<u32>, numbers: __m256i, which: u32) {
    list.reserve(8);
    // SAFETY: there is room for eight more
    unsafe {
        let end = list.as_mut_ptr().add(list.len());
        _mm256_storeu_si256(end.cast(), pack(numbers, which));
        list.set_len(list.len() + which.count_ones() as usize);
    }
}

/// Computes `dividend` modulo each of eight primes, which are above 2¹⁶.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn remainders(dividend: u64, primes: __m256i) -> __m256i {
    let low = _mm256_cvtepu32_epi64(_mm256_castsi256_si128(primes));
    let high = _mm256_cvtepu32_epi64(_mm256_extracti128_si256::<1>(primes));
    let low = _mm256_shuffle_epi32::<0b10_00_10_00>(remainders_of_four(dividend, low));
    let high = _mm256_shuffle_epi32::<0b10_00_10_00>(remainders_of_four(dividend, high));
    _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_unpacklo_epi64(low, high))
}

/// Computes four remainders, by quotients in floating point.
///
/// A quotient is below 2⁴⁷, and rounded to the nearest integer. So a remainder is either right, or
/// too small by its divisor, which is then added.
#[expect(clippy::cast_precision_loss, reason = "the remainders are corrected")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn remainders_of_four(dividend: u64, divisors: __m256i) -> __m256i {
    let exact = _mm256_set1_pd(EXACT);
    let exact_bits = _mm256_castpd_si256(exact);
    let as_doubles =
        _mm256_sub_pd(_mm256_castsi256_pd(_mm256_or_si256(divisors, exact_bits)), exact);
    let quotients = _mm256_div_pd(_mm256_set1_pd(dividend as f64), as_doubles);
    let quotients =
        _mm256_sub_epi64(_mm256_castpd_si256(_mm256_add_pd(quotients, exact)), exact_bits);
    let low = _mm256_mul_epu32(quotients, divisors);
    let high = _mm256_mul_epu32(_mm256_srli_epi64::<32>(quotients), divisors);
    let products = _mm256_add_epi64(low, _mm256_slli_epi64::<32>(high));
    let remainders = _mm256_sub_epi64(_mm256_set1_epi64x(dividend.cast_signed()), products);
    let signs = _mm256_shuffle_epi32::<0b11_11_01_01>(_mm256_srai_epi32::<31>(remainders));
    _mm256_add_epi64(remainders, _mm256_and_si256(signs, divisors))
}
