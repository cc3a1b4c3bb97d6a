//! The base primes of a range, from 2¹⁷ on, which every piece of the range needs: found once, and
//! kept for the next piece.
//!
//! Those below 2¹⁷ are the `SMALL_PRIMES`, which are always kept.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    large_primes::LargePrimes,
    machine::Machine,
    plan::{Plan, root},
    prime_table::SMALL_END,
    segment_sieve,
};

/// A 256th more than asked for is found, so that the next pieces have theirs, too.
const HEADROOM: u64 = 256;

/// The base primes, in the two forms in which they cross off their multiples.
#[derive(Debug, Default)]
pub(crate) struct BasePrimes {
    rare: Kept<[u32]>,
    large: Kept<LargePrimes>,
}

impl BasePrimes {
    /// At least those up to a root, as a list.
    pub(crate) fn rare(&self, root: u64, machine: Machine) -> Arc<[u32]> {
        self.rare.up_to(root, |limit| {
            let mut list = Vec::new();
            segment_sieve::append_all(plan_up_to(limit, machine), &mut list);
            list.into()
        })
    }

    /// At least those up to a root, as lines of bits.
    pub(crate) fn large(&self, root: u64, machine: Machine) -> Arc<LargePrimes> {
        self.large.up_to(root, |limit| Arc::new(LargePrimes::of(plan_up_to(limit, machine))))
    }
}

/// The plan to find base primes, for which the small primes are enough.
fn plan_up_to(limit: u64, machine: Machine) -> Plan {
    let numbers = u64::from(SMALL_END)..limit + 1;
    debug_assert!(root(&numbers) < u64::from(SMALL_END), "base primes need no base primes");
    Plan::in_order(numbers, machine, 1, &BasePrimes::default())
}

/// Something made of the primes up to a limit.
struct Kept<T: ?Sized>(Mutex<Option<(u64, Arc<T>)>>);

impl<T: ?Sized> Kept<T> {
    /// What is kept, if its limit is not below `root`; otherwise `find` finds it for a new limit, while
    /// threads that want the same wait.
    fn up_to(&self, root: u64, find: impl FnOnce(u64) -> Arc<T>) -> Arc<T> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some((limit, found)) if *limit >= root => Arc::clone(found),
            _ => {
                // Both need not fit into memory at once.
                *kept = None;
                let limit = (root + root / HEADROOM).min(u32::MAX.into());
                let found = find(limit);
                *kept = Some((limit, Arc::clone(&found)));
                found
            }
        }
    }
}

impl<T: ?Sized> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: ?Sized> fmt::Debug for Kept<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        formatter.debug_tuple("Kept").field(&kept.as_ref().map(|(limit, _)| limit)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often something is found when these roots are asked for, one after another.
    fn finds(roots: &[u64]) -> usize {
        let kept = Kept::default();
        let mut finds = 0;
        for &root in roots {
            let limit = *kept.up_to(root, |limit| {
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
