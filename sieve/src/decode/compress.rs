//! Decoding with AVX-512: one instruction packs the offsets of a word's bits.
//!
//! Then sixteen offsets become numbers at once.
//!
//! Source: primesieve stores primes in the same way (K. Walisch, 2022).

use alloc::vec::Vec;
use core::arch::x86_64::{
    __m128i, _mm_srli_si128, _mm512_add_epi32, _mm512_add_epi64, _mm512_castsi512_si128,
    _mm512_cvtepu8_epi32, _mm512_cvtepu8_epi64, _mm512_loadu_si512, _mm512_maskz_compress_epi8,
    _mm512_set1_epi32, _mm512_set1_epi64, _mm512_shuffle_i64x2, _mm512_storeu_si512,
};

use super::{Decoded, OFFSETS, Piece, WORD_NUMBERS};

/// The numbers that are stored at a time, often more than needed.
const STORED: usize = 16;

#[target_feature(enable = "avx2,bmi1,bmi2,popcnt,avx512f,avx512vl,avx512bw,avx512vbmi2")]
#[expect(unsafe_code, reason = "to stop at the last number would cost a branch for each word")]
pub(super) fn append<N: Decoded>(piece: Piece<'_>, list: &mut Vec<N>) {
    let count = piece.count();
    list.reserve(count + STORED);
    let mut length = list.len();
    let mut first = piece.first;
    // SAFETY: there are 65 offsets, and 64 are loaded
    let offsets = unsafe { _mm512_loadu_si512(OFFSETS.as_ptr().cast()) };
    for &word in piece.words {
        let word = u64::from_le_bytes(word);
        let mut packed = _mm512_maskz_compress_epi8(word, offsets);
        let end = length + word.count_ones() as usize;
        loop {
            debug_assert!(length + STORED <= list.capacity(), "room for sixteen numbers");
            // SAFETY: `reserve` has made room for all bits and sixteen more, and `length` is at
            // most the number of bits so far
            unsafe { store(list.as_mut_ptr().add(length), first, _mm512_castsi512_si128(packed)) };
            length += STORED;
            if length >= end {
                break;
            }
            packed = _mm512_shuffle_i64x2::<0b11_11_10_01>(packed, packed);
        }
        length = end;
        first = first.wrapping_add(WORD_NUMBERS);
    }
    // SAFETY: this many numbers have been written
    unsafe { list.set_len(length) };
}

/// Stores sixteen numbers, which are given by their offsets from the first number.
///
/// # Safety
/// There must be room for sixteen numbers at `place`.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt,avx512f,avx512vl,avx512bw,avx512vbmi2")]
#[expect(unsafe_code, reason = "vectors are stored to memory")]
unsafe fn store<N: Decoded>(place: *mut N, first: u64, offsets: __m128i) {
    if size_of::<N>() == size_of::<u32>() {
        let firsts = _mm512_set1_epi32((first as u32).cast_signed());
        let numbers = _mm512_add_epi32(firsts, _mm512_cvtepu8_epi32(offsets));
        // SAFETY: sixteen numbers of 32 bits are 64 bytes
        unsafe { _mm512_storeu_si512(place.cast(), numbers) };
    } else {
        let firsts = _mm512_set1_epi64(first.cast_signed());
        let low = _mm512_add_epi64(firsts, _mm512_cvtepu8_epi64(offsets));
        let high = _mm_srli_si128::<8>(offsets);
        let high = _mm512_add_epi64(firsts, _mm512_cvtepu8_epi64(high));
        // SAFETY: only this crate implements `Decoded`; its other type has 64 bits, and sixteen of them are 128 bytes
        unsafe {
            _mm512_storeu_si512(place.cast(), low);
            _mm512_storeu_si512(place.add(STORED / 2).cast(), high);
        }
    }
}
