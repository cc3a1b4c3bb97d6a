//! Proof of concurrency without a clock: hold work back until enough of it is in flight at once.
//!
//! Works in one process, and in several: those pass at a Unix socket.
#![forbid(unsafe_code)]

use std::{
    fmt,
    num::NonZeroUsize,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

mod served;

pub use self::served::{Arrival, GateServer, Peer, pass_at, peer};

/// Holds every passer back until `needed` of them wait at once; then it stays open.
///
/// Code that does one thing after another can never open a gate of 2, however fast or slow the
/// machine is; code that does two things at once always does, on one core and under any load.
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
    patience: Duration,
    crowd: Mutex<Crowd>,
    opened: Condvar,
}

#[derive(Default)]
struct Crowd {
    waiting: Vec<Passer>,
    passers: u64,
    peak: usize,
    /// Set for good by the thread that completes the crowd, or by the first to lose patience, so that
    /// sequential code waits once and not once for every piece of work.
    is_open: bool,
}

/// Someone at the gate.
struct Passer {
    number: u64,
    /// Whether it can still be let go; a process may have died meanwhile.
    is_here: Box<dyn Fn() -> bool + Send>,
}

impl Gate {
    /// A gate that opens once `needed` passers wait at it, or one of them has waited `patience`.
    pub fn new(needed: NonZeroUsize, patience: Duration) -> Self {
        Self { needed, patience, crowd: Mutex::default(), opened: Condvar::new() }
    }

    /// Waits until the gate is open.
    pub fn pass(&self) {
        self.pass_for(|| true);
    }

    /// Waits for someone else, who counts for as long as `is_here` says so.
    fn pass_for(&self, is_here: impl Fn() -> bool + Send + 'static) {
        let mut crowd = self.lock();
        let number = crowd.passers;
        crowd.passers += 1;
        crowd.waiting.retain(|passer| (passer.is_here)());
        crowd.waiting.push(Passer { number, is_here: Box::new(is_here) });
        crowd.peak = crowd.peak.max(crowd.waiting.len());
        if crowd.waiting.len() >= self.needed.get() {
            self.open(&mut crowd);
        }
        let (mut crowd, _) = self
            .opened
            .wait_timeout_while(crowd, self.patience, |crowd| !crowd.is_open)
            .unwrap_or_else(PoisonError::into_inner);
        crowd.waiting.retain(|passer| passer.number != number);
        self.open(&mut crowd);
    }

    /// Lets all workers go, although the crowd is not complete.
    pub fn give_up(&self) {
        self.open(&mut self.lock());
    }

    /// The most passers that were ever at the gate at once.
    pub fn peak(&self) -> usize {
        self.lock().peak
    }

    /// Whether a crowd opened the gate: the proof that its workers were at work at once.
    pub fn was_opened(&self) -> bool {
        self.peak() >= self.needed.get()
    }

    fn open(&self, crowd: &mut Crowd) {
        if !crowd.is_open {
            crowd.is_open = true;
            self.opened.notify_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Crowd> {
        // A crowd is valid after each statement, so a panic elsewhere cannot have broken it.
        self.crowd.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Gate").field("needed", &self.needed).finish_non_exhaustive()
    }
}
