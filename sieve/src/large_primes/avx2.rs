//! Large sieving primes with AVX2: sorts the multiples of eight primes at a time into buckets.

use std::arch::x86_64::{
    __m256i, _mm_cvtsi64_si128, _mm256_add_epi32, _mm256_add_epi64, _mm256_add_pd,
    _mm256_and_si256, _mm256_andnot_si256, _mm256_castpd_si256, _mm256_castsi256_pd,
    _mm256_castsi256_ps, _mm256_castsi256_si128, _mm256_cmpeq_epi32, _mm256_cvtepu8_epi32,
    _mm256_cvtepu32_epi64, _mm256_div_pd, _mm256_extracti128_si256, _mm256_loadu_si256,
    _mm256_max_epu32, _mm256_min_epu32, _mm256_movemask_ps, _mm256_mul_epu32, _mm256_mullo_epi32,
    _mm256_or_si256, _mm256_permute4x64_epi64, _mm256_permutevar8x32_epi32, _mm256_set1_epi32,
    _mm256_set1_epi64x, _mm256_set1_pd, _mm256_shuffle_epi32, _mm256_slli_epi64, _mm256_srai_epi32,
    _mm256_srli_epi64, _mm256_storeu_si256, _mm256_sub_epi32, _mm256_sub_epi64, _mm256_sub_pd,
    _mm256_unpacklo_epi64, _pdep_u64, _pext_u64,
};

use super::{Buckets, SievingPrimes, class_and_addend, fill_each};
use crate::{segment::Segment, wheel::RESIDUES_30};

/// 2⁵²: for doubles from here up to twice as much, the lowest bit has the value 1.
const EXACT: f64 = 4_503_599_627_370_496.0;

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(super) fn fill(sieving_primes: SievingPrimes<'_>, segment: &Segment, buckets: &mut Buckets) {
    let [smaller, larger] = sieving_primes.split_at_segment_length(segment);
    let smaller_rest = add_multiples_of_smaller(smaller, segment, buckets);
    let larger_rest = add_multiples_of_larger(larger, segment, buckets);
    for rest in [smaller_rest, larger_rest] {
        fill_each(SievingPrimes { quotients: rest, ..sieving_primes }, segment, buckets);
    }
}

/// Sorts multiples of primes below the segment's length; returns the quotients left over.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn add_multiples_of_smaller<'p>(
    sieving_primes: SievingPrimes<'p>,
    segment: &Segment,
    buckets: &mut Buckets,
) -> &'p [u32] {
    let (eights, rest) = sieving_primes.quotients.as_chunks::<8>();
    if let Some(&[smallest, ..]) = eights.first() {
        let room =
            8 * eights.len() * (segment.bits() / sieving_primes.prime(smallest) + 1) as usize;
        for bucket in &mut buckets.by_class {
            bucket.reserve(room + 8);
        }
    }
    let places = RESIDUES_30
        .map(|cofactor| (cofactor, class_and_addend(sieving_primes.residue_index, cofactor)));
    let last = _mm256_set1_epi32((segment.bits() as u32 - 1).cast_signed());
    for eight in eights {
        let (quotients, primes) = load(eight, sieving_primes);
        let starts = remainders(segment.first, primes);
        let may_repeat = sieving_primes.prime(eight[0]) < segment.bits();
        for (cofactor, (class, addend)) in places {
            let product = _mm256_mullo_epi32(quotients, _mm256_set1_epi32(cofactor.cast_signed()));
            let from_zero = _mm256_add_epi32(product, _mm256_set1_epi32(addend.cast_signed()));
            let is_above = _mm256_cmpeq_epi32(_mm256_max_epu32(from_zero, starts), from_zero);
            let difference = _mm256_sub_epi32(from_zero, starts);
            let mut at = _mm256_add_epi32(difference, _mm256_andnot_si256(is_above, primes));
            loop {
                let inside = at_most(at, last);
                append(&mut buckets.by_class[class], at, inside);
                if !may_repeat || inside == 0 {
                    break;
                }
                at = _mm256_add_epi32(at, primes);
            }
        }
    }
    rest
}

/// Sorts multiples of primes above the segment's length; returns the quotients left over.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn add_multiples_of_larger<'p>(
    sieving_primes: SievingPrimes<'p>,
    segment: &Segment,
    buckets: &mut Buckets,
) -> &'p [u32] {
    let (eights, rest) = sieving_primes.quotients.as_chunks::<8>();
    buckets.distances.reserve(sieving_primes.quotients.len() + 8);
    let last = _mm256_set1_epi32((segment.numbers() as u32).wrapping_sub(1).cast_signed());
    for eight in eights {
        let (_, primes) = load(eight, sieving_primes);
        let distances = _mm256_sub_epi32(primes, remainders(30 * segment.first, primes));
        append(&mut buckets.distances, distances, at_most(distances, last));
    }
    rest
}

/// Loads eight quotients, and computes their primes.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[expect(unsafe_code, reason = "a vector is loaded from memory")]
fn load(eight: &[u32; 8], sieving_primes: SievingPrimes<'_>) -> (__m256i, __m256i) {
    // SAFETY: eight numbers of 32 bits are 32 bytes, of any alignment
    let quotients = unsafe { _mm256_loadu_si256(eight.as_ptr().cast()) };
    let primes = _mm256_add_epi32(
        _mm256_mullo_epi32(quotients, _mm256_set1_epi32(30)),
        _mm256_set1_epi32(RESIDUES_30[sieving_primes.residue_index].cast_signed()),
    );
    (quotients, primes)
}

/// Compares eight numbers with their limits; returns a set bit for each number within its limit.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn at_most(numbers: __m256i, limits: __m256i) -> u32 {
    let are_inside = _mm256_cmpeq_epi32(_mm256_min_epu32(numbers, limits), numbers);
    _mm256_movemask_ps(_mm256_castsi256_ps(are_inside)).cast_unsigned()
}

/// Appends the numbers whose bit is set.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[expect(unsafe_code, reason = "to stop at the last number would cost a branch for each vector")]
fn append(list: &mut Vec<u32>, numbers: __m256i, which: u32) {
    let bytes = _pdep_u64(u64::from(which), 0x0101_0101_0101_0101) * 0xff;
    let order = _pext_u64(0x0706_0504_0302_0100, bytes);
    let order = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(order.cast_signed()));
    let packed = _mm256_permutevar8x32_epi32(numbers, order);
    debug_assert!(list.capacity() - list.len() >= 8, "the bucket needs room for eight more");
    // SAFETY: the callers have reserved room for eight more multiples than there can be. A prime
    // below the segment's length has at most one multiple for each p bits of a residue class, and
    // one more. A prime above it has at most one.
    unsafe {
        _mm256_storeu_si256(list.as_mut_ptr().add(list.len()).cast(), packed);
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
