//! Proves concurrency without measuring time: a gate holds work back until enough of it is in flight.
//!
//! A [`Gate`] works in one process. A [`GateServer`] works for several, which connect to a Unix socket.
#![forbid(unsafe_code)]

use std::{
    num::NonZeroUsize,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

mod server;

pub use self::server::{Arrival, GateServer, Peer, pass_at, peer};

/// Holds threads back until `needed` of them wait at once; then it stays open.
///
/// Sequential code can never open a gate of 2, however fast the machine is. Concurrent code always
/// does, even on one core and under load.
///
/// ```
/// use std::{num::NonZeroUsize, thread, time::Duration};
/// use gate::Gate;
///
/// let gate = Gate::new(NonZeroUsize::new(2).unwrap(), Duration::from_secs(60));
/// thread::scope(|scope| {
///     scope.spawn(|| gate.pass());
///     scope.spawn(|| gate.pass());
/// });
/// assert!(gate.was_opened());
/// ```
pub struct Gate {
    needed: NonZeroUsize,
    timeout: Duration,
    state: Mutex<State>,
    opened: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Vec<Waiter>,
    arrivals: u64,
    peak: usize,
    /// Set when enough threads wait, or at the first timeout. It stays set, so that sequential code waits
    /// once, and not for each piece of work.
    is_open: bool,
}

/// A thread or process that waits at the gate.
struct Waiter {
    number: u64,
    /// Whether it still waits; a process may have died meanwhile.
    is_alive: Box<dyn Fn() -> bool + Send>,
}

impl Gate {
    /// A gate that opens once `needed` threads wait at it, or one of them has waited for `timeout`.
    pub fn new(needed: NonZeroUsize, timeout: Duration) -> Self {
        Self { needed, timeout, state: Mutex::default(), opened: Condvar::new() }
    }

    /// Waits until the gate is open.
    pub fn pass(&self) {
        self.pass_for(|| true);
    }

    /// Waits on behalf of another process, which counts as long as `is_alive` returns true.
    fn pass_for(&self, is_alive: impl Fn() -> bool + Send + 'static) {
        let mut state = self.lock();
        let number = state.arrivals;
        state.arrivals += 1;
        state.waiting.retain(|waiter| (waiter.is_alive)());
        state.waiting.push(Waiter { number, is_alive: Box::new(is_alive) });
        state.peak = state.peak.max(state.waiting.len());
        if state.waiting.len() >= self.needed.get() {
            self.open(&mut state);
        }
        let (mut state, _) = self
            .opened
            .wait_timeout_while(state, self.timeout, |state| !state.is_open)
            .unwrap_or_else(PoisonError::into_inner);
        state.waiting.retain(|waiter| waiter.number != number);
        self.open(&mut state);
    }

    /// Opens the gate, although not enough threads wait.
    pub fn give_up(&self) {
        self.open(&mut self.lock());
    }

    /// The most threads that ever waited at once.
    pub fn peak(&self) -> usize {
        self.lock().peak
    }

    /// Whether enough threads waited at once, which proves that they worked at once.
    pub fn was_opened(&self) -> bool {
        self.peak() >= self.needed.get()
    }

    fn open(&self, state: &mut State) {
        if !state.is_open {
            state.is_open = true;
            self.opened.notify_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The state is valid after each statement, so a panic elsewhere cannot have broken it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
