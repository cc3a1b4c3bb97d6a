//! The base primes of a range, found once and kept for its next piece.
//!
//! This module keeps the base primes from 2¹⁷ on. Those below 2¹⁷ are in the `PRIME_TABLE`.

use alloc::{sync::Arc, vec::Vec};
#[cfg(not(feature = "std"))]
use core::cell::{RefCell as Mutex, RefMut as MutexGuard};
use core::fmt;
#[cfg(feature = "std")]
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{
    large_primes::LargePrimes,
    machine::Machine,
    plan::{Plan, root},
    prime_table::TABLE_END,
    segment_sieve::SegmentSieve,
};

/// Finds one part in 256 more than asked for, so that the next pieces find theirs here, too.
const HEADROOM: u64 = 256;

/// The base primes, in the two forms in which sieves use them.
#[derive(Clone, Debug, Default)]
pub struct BasePrimes {
    listed: Cached<[u32]>,
    large: Cached<LargePrimes>,
}

impl BasePrimes {
    /// Prepares to sieve the parts of a plan, with the large sieving primes that it needs.
    pub(crate) fn sieve(&self, plan: &Plan) -> SegmentSieve {
        let (root, machine) = (root(&plan.numbers), plan.machine);
        let listed_to = root.min(u64::from(plan.listed_end) - 1);
        let listed = (listed_to >= u64::from(TABLE_END))
            .then(|| self.listed.up_to(listed_to, |limit| list(&plan_up_to(limit, machine))));
        let large = (root > listed_to)
            .then(|| self.large.up_to(root, |limit| Arc::new(bits(&plan_up_to(limit, machine)))));
        SegmentSieve::new(plan, listed.as_deref().unwrap_or_default(), large)
    }
}

/// Plans how to find base primes; the prime table has the sieving primes for that.
fn plan_up_to(limit: u64, machine: Machine) -> Plan {
    let plan = Plan::in_order(u64::from(TABLE_END)..limit + 1, machine, 1);
    debug_assert!(
        root(&plan.numbers) < u64::from(TABLE_END),
        "the prime table has all sieving primes"
    );
    plan
}

fn list(plan: &Plan) -> Arc<[u32]> {
    let mut list = Vec::new();
    SegmentSieve::new(plan, &[], None).append_all(&mut list);
    list.into()
}

fn bits(plan: &Plan) -> LargePrimes {
    let mut sieve = SegmentSieve::new(plan, &[], None);
    let mut arrays: [Vec<u8>; 8] = Default::default();
    for part in plan.parts.iter() {
        for (array, sieved) in arrays.iter_mut().zip(sieve.arrays(&part)) {
            array.extend_from_slice(&sieved[..part.segment.array_bytes()]);
        }
    }
    LargePrimes { first: plan.parts.get(0).segment.first, arrays }
}

#[cfg(feature = "std")]
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Without `std`, no other thread can share the data, because a `RefCell` is not `Sync`.
#[cfg(not(feature = "std"))]
fn lock<T>(cell: &Mutex<T>) -> MutexGuard<'_, T> {
    cell.borrow_mut()
}

/// Data made from the primes up to a limit, kept until a larger limit is needed.
struct Cached<T: ?Sized>(Mutex<Option<(u64, Arc<T>)>>);

impl<T: ?Sized> Cached<T> {
    /// Returns the kept data if its limit is at least `root`. Otherwise `find` makes data for a new
    /// limit, and other threads wait for it.
    fn up_to(&self, root: u64, find: impl FnOnce(u64) -> Arc<T>) -> Arc<T> {
        let mut cached = lock(&self.0);
        match &*cached {
            Some((limit, found)) if *limit >= root => Arc::clone(found),
            _ => {
                // Free the old data first, because both may not fit into memory.
                *cached = None;
                let limit = (root + root / HEADROOM).min(u32::MAX.into());
                let found = find(limit);
                *cached = Some((limit, Arc::clone(&found)));
                found
            }
        }
    }
}

impl<T: ?Sized> Clone for Cached<T> {
    fn clone(&self) -> Self {
        Self(Mutex::new(lock(&self.0).clone()))
    }
}

impl<T: ?Sized> Default for Cached<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: ?Sized> fmt::Debug for Cached<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cached = lock(&self.0);
        formatter.debug_tuple("Cached").field(&cached.as_ref().map(|(limit, _)| limit)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts the searches when these roots are asked for, one after another.
    fn finds(roots: &[u64]) -> usize {
        let cached = Cached::default();
        let mut finds = 0;
        for &root in roots {
            let limit = *cached.up_to(root, |limit| {
                finds += 1;
                Arc::new(limit)
            });
            assert!(limit >= root, "{root} of {roots:?}");
        }
        finds
    }

    #[test]
    fn pieces_of_a_range_have_their_base_primes_found_once() {
        let pieces = |start: u64, length: u64| {
            (1..=100).map(move |number| (start + length / 100 * number).isqrt()).collect::<Vec<_>>()
        };
        for power in 9..=18 {
            let roots = pieces(10_u64.pow(power), 10_u64.pow(power) / 200);
            assert_eq!(finds(&roots), 1, "from 10^{power} up");
            let falling: Vec<u64> = roots.into_iter().rev().collect();
            assert_eq!(finds(&falling), 1, "from 10^{power} down");
        }
        assert_eq!(finds(&pieces(0, 10_u64.pow(18))), 100, "where roots grow fast");
        assert_eq!(finds(&[u32::MAX.into(), u32::MAX.into()]), 1);
    }
}
