//! Lists of primes, as `u32` or `u64`.

use alloc::{collections::TryReserveError, vec::Vec};
use core::ops::Range;

use self::sealed::Collect;
#[cfg(feature = "parallel")]
use crate::parallel;
use crate::{
    base_primes::BasePrimes,
    decode::{self, Decoded},
    huge_pages,
    machine::Machine,
    plan::Plan,
    short_range,
    strategy::{Strategy, U64_END, expected_count, split},
    strong_test::is_prime,
};

/// A number type for lists of primes: `u32` or `u64`.
///
/// Other types cannot implement it.
pub trait Number: Collect {
    /// The exclusive limit of this type's primes.
    #[doc(hidden)]
    const END: u64;
}

impl Number for u32 {
    const END: u64 = 1 << 32;
}

impl Number for u64 {
    const END: u64 = U64_END;
}

mod sealed {
    use super::{BasePrimes, Decoded, Machine, Range, TryReserveError, Vec};

    /// Functions that are compiled once for each type, together with this crate.
    ///
    /// A generic function would be compiled with the calling crate, which may not be optimized.
    pub trait Collect: Decoded {
        fn try_collect(
            numbers: Range<u64>,
            machine: Machine,
            base_primes: &BasePrimes,
        ) -> Result<Vec<Self>, TryReserveError>;

        #[cfg(feature = "parallel")]
        fn par_collect(numbers: Range<u64>, machine: Machine) -> Vec<Self>;
    }
}

macro_rules! collect {
    ($($number:ty),*) => {$(
        impl Collect for $number {
            fn try_collect(
                numbers: Range<u64>,
                machine: Machine,
                base_primes: &BasePrimes,
            ) -> Result<Vec<Self>, TryReserveError> {
                try_collect(numbers, machine, base_primes)
            }

            #[cfg(feature = "parallel")]
            fn par_collect(numbers: Range<u64>, machine: Machine) -> Vec<Self> {
                par_collect(numbers, machine)
            }
        }
    )*};
}
collect!(u32, u64);

/// Panics if a list cannot be allocated.
#[track_caller]
pub(crate) fn or_panic<N>(list: Result<Vec<N>, TryReserveError>) -> Vec<N> {
    match list {
        Ok(list) => list,
        Err(error) => panic!("cannot allocate the list of primes: {error}"),
    }
}

fn try_collect<N: Decoded>(
    numbers: Range<u64>,
    machine: Machine,
    base_primes: &BasePrimes,
) -> Result<Vec<N>, TryReserveError> {
    let mut list = Vec::new();
    list.try_reserve_exact(expected_count(&numbers))?;
    if machine.huge_pages {
        huge_pages::advise(&mut list);
    }
    let (tabled, strategy) = split(numbers);
    append_tabled(tabled, &mut list);
    match strategy {
        Strategy::None => {}
        Strategy::TestEach(numbers) => {
            list.extend(numbers.filter(|&n| is_prime(n)).map(N::from_u64));
        }
        Strategy::ShortSieve(numbers) => {
            let words = short_range::words(&numbers, machine.instructions);
            decode::append(machine.instructions, words.all(), &mut list);
        }
        Strategy::SegmentedSieve(numbers) => {
            base_primes.sieve(&Plan::in_order(numbers, machine, 1)).append_all(&mut list);
        }
    }
    Ok(list)
}

#[cfg(feature = "parallel")]
fn par_collect<N: Decoded>(numbers: Range<u64>, machine: Machine) -> Vec<N> {
    let (tabled, strategy) = split(numbers.clone());
    let Strategy::SegmentedSieve(untabled) = strategy else {
        return or_panic(try_collect(numbers, machine, &BasePrimes::default()));
    };
    let parts: Vec<Vec<N>> = parallel::collect(untabled, machine);
    let mut list = Vec::with_capacity(tabled.len() + parts.iter().map(Vec::len).sum::<usize>());
    if machine.huge_pages {
        huge_pages::advise(&mut list);
    }
    append_tabled(tabled, &mut list);
    for part in parts {
        list.extend_from_slice(&part);
    }
    list
}

fn append_tabled<N: Decoded>(tabled: &[u32], list: &mut Vec<N>) {
    list.extend(tabled.iter().map(|&prime| N::from_u64(u64::from(prime))));
}
