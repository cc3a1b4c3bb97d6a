//! Remembers used nonces: each is valid for one request (RFC 5849, 3.3).

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Mutex, PoisonError},
};

/// The most nonces in memory: those of 5 minutes at 800 requests a second.
const USED_MAX: usize = 250_000;

/// Remembers nonces for as long as their timestamps are accepted.
#[derive(Debug)]
pub(in crate::yelp) struct Nonces {
    used_max: usize,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    /// The used nonces by timestamp, so that the oldest can be forgotten.
    used: BTreeMap<u64, HashSet<Used>>,
    count: usize,
    /// The oldest accepted timestamp, since nonces before it are forgotten.
    horizon: u64,
}

/// A nonce with its client and token: others may choose the same one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Used {
    consumer_key: Box<[u8]>,
    token: Box<[u8]>,
    nonce: Box<[u8]>,
}

impl Used {
    pub(super) fn new(consumer_key: &[u8], token: &[u8], nonce: &[u8]) -> Self {
        Self { consumer_key: consumer_key.into(), token: token.into(), nonce: nonce.into() }
    }
}

impl Default for Nonces {
    fn default() -> Self {
        Self { used_max: USED_MAX, memory: Mutex::default() }
    }
}

impl Nonces {
    /// Notes a nonce with its timestamp; false if it was used before.
    ///
    /// Timestamps before `oldest` are not accepted any more. If there are too many nonces to remember,
    /// the oldest are forgotten early, and their timestamps are refused from then on. It is better to
    /// refuse a valid request than to accept one twice.
    pub(super) fn use_up(&self, timestamp: u64, used: Used, oldest: u64) -> bool {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.forget_before(oldest);
        if memory.count >= self.used_max
            && let Some(first) = memory.used.keys().next().copied()
        {
            memory.forget_before(first + 1);
        }
        let is_new =
            timestamp >= memory.horizon && memory.used.entry(timestamp).or_default().insert(used);
        memory.count += usize::from(is_new);
        is_new
    }
}

impl Memory {
    fn forget_before(&mut self, horizon: u64) {
        self.horizon = self.horizon.max(horizon);
        while let Some(first) = self.used.first_entry()
            && *first.key() < self.horizon
        {
            self.count -= first.remove().len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(nonce: &str) -> Used {
        Used::new(b"consumer", b"token", nonce.as_bytes())
    }

    #[test]
    fn a_nonce_is_good_for_one_request() {
        let nonces = Nonces::default();
        let use_up = |timestamp, nonce| nonces.use_up(timestamp, used(nonce), 0);
        assert!(use_up(10, "a"));
        assert!(!use_up(10, "a"), "the same again");
        assert!(use_up(10, "b"), "another nonce");
        assert!(use_up(11, "a"), "another second");
        assert!(nonces.use_up(10, Used::new(b"other", b"token", b"a"), 0), "another consumer");
        assert!(nonces.use_up(10, Used::new(b"consumer", b"other", b"a"), 0), "another token");
    }

    #[test]
    fn nonces_are_forgotten_when_their_time_is_over_and_not_accepted_then() {
        let nonces = Nonces::default();
        assert!(nonces.use_up(10, used("a"), 5));
        assert!(nonces.use_up(20, used("b"), 11));
        let memory = nonces.memory.lock().expect("nobody panicked");
        assert_eq!((memory.count, memory.used.len()), (1, 1));
        drop(memory);
        assert!(!nonces.use_up(10, used("a"), 0), "although the clock went back");
    }

    #[test]
    fn memory_is_bounded_and_forgotten_nonces_are_refused() {
        let nonces = Nonces { used_max: 2, ..Nonces::default() };
        assert!(nonces.use_up(10, used("a"), 0) && nonces.use_up(11, used("b"), 0));
        assert!(nonces.use_up(12, used("c"), 0), "10 is forgotten for it");
        assert!(!nonces.use_up(10, used("a"), 0));
        assert!(!nonces.use_up(12, used("c"), 0), "still known");
        assert!(nonces.memory.lock().expect("nobody panicked").count <= 2);
    }
}
