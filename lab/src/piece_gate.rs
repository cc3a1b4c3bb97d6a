//! The gate for pieces of work: release rules that prove concurrency, its bound and the order of
//! results on any machine.
//!
//! Every rule waits for something that must happen if the work is concurrent. If it does not happen, it
//! is not the clock alone that ends the wait: a candidate that can still run is waited for longer.

mod stillness;
mod waiting_pieces;

use std::{
    ops::Range,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use common::stopwatch::WallClock;

use self::waiting_pieces::WaitingPieces;
pub use self::{
    stillness::{Stillness, Watch},
    waiting_pieces::Shortage,
};

/// The interval at which a held piece looks whether the candidate still moves.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(10);

/// The timeouts after which held pieces are released, although the rule is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldTimeouts {
    /// The timeout for a candidate that is still: according to the kernel, nothing but a timer can
    /// wake it. A candidate that waits longer before it starts its other workers is not concurrent.
    pub still: Duration,
    /// The timeout for a candidate that moves, or whose state is unknown: the slowest machine may
    /// need that long.
    pub moving: Duration,
}

/// A rule for the release of held pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReleaseRule {
    /// Releases the first piece of a job after all other pieces, or when nothing else moves. It
    /// ends last, so that results in the order in which they came are in the wrong order.
    FirstLast {
        /// The first piece of the job.
        first: Range<u64>,
        /// The number of held pieces, including the first one.
        pieces: usize,
    },
    /// Releases pieces in waves, each when `wave_size` pieces are held. The last waves may be smaller,
    /// since a fair partition may leave the last pieces to fewer workers.
    Waves {
        /// The number of pieces in a wave: one for each worker.
        wave_size: usize,
        /// The number of pieces of the job.
        pieces: usize,
        /// The number of pieces that may be left for each piece under way when a wave is not full.
        share: usize,
    },
    /// Releases all held pieces when nothing moves any more, until no piece is left. What is held
    /// then is all that the candidate does at once.
    AllWhenStill,
}

impl ReleaseRule {
    /// The rule for a job with this many pieces, whose workers do `at_once` pieces each at a time.
    ///
    /// A partition is fair if it gives each worker the same share, or hands out pieces on demand: one or
    /// several at a time, or a part of what is left. At the end, one worker may still have all that it took
    /// last when another has none. The most that it takes at a time is what rayon's adaptive halving
    /// leaves: all pieces are halved until there are more parts than workers, for 4 workers 8 parts. No more
    /// than three eighths of all pieces are left then.
    pub fn waves(workers: usize, at_once: usize, pieces: usize) -> Self {
        let parts = 2 << workers.max(1).ilog2();
        let wave_size = workers * at_once;
        Self::Waves { wave_size, pieces, share: pieces.div_ceil(parts * at_once.max(1)) }
    }

    /// The rule that releases the first of these pieces last.
    pub fn first_last(pieces: &[Range<u64>]) -> Self {
        Self::FirstLast { first: pieces.first().cloned().unwrap_or_default(), pieces: pieces.len() }
    }

    /// The rule for a single wave of all pieces.
    pub fn all_at_once(pieces: usize) -> Self {
        Self::Waves { wave_size: pieces.max(1), pieces, share: 0 }
    }
}

/// The record of a gate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GateRecord {
    /// The most pieces that were held at once.
    pub peak: usize,
    /// The first wave that never was complete: it proves that not all workers are at work.
    pub shortage: Option<Shortage>,
    /// Whether the kernel said at least once whether the candidate moves.
    pub is_evident: bool,
    /// The number of waves that were released by the clock, since the candidate never was still.
    pub waves_by_clock: usize,
}

/// Holds pieces of work back, and releases them by a rule.
pub(crate) struct PieceGate {
    timeouts: HoldTimeouts,
    clock: WallClock,
    waiting_pieces: Mutex<WaitingPieces>,
    released: Condvar,
}

impl PieceGate {
    /// A gate with this rule.
    pub(crate) fn new(rule: ReleaseRule, timeouts: HoldTimeouts) -> Self {
        Self {
            timeouts,
            clock: WallClock::start(),
            waiting_pieces: Mutex::new(WaitingPieces::new(rule)),
            released: Condvar::new(),
        }
    }

    /// Holds a piece until its release, and returns the number of its wave, if it has one. `look`
    /// gets the number of waiting pieces, and says whether the candidate moves.
    pub(crate) fn pass(
        &self,
        piece: &Range<u64>,
        look: impl Fn(usize) -> Stillness,
    ) -> Option<usize> {
        let mut waiting_pieces = self.lock();
        let ticket = waiting_pieces.arrive(piece, self.clock.elapsed());
        self.released.notify_all();
        loop {
            if let Some(released) = waiting_pieces.take(ticket) {
                return released.wave;
            }
            let (woken, timeout) = self
                .released
                .wait_timeout(waiting_pieces, LOOK_AGAIN_AFTER)
                .unwrap_or_else(PoisonError::into_inner);
            waiting_pieces = woken;
            if !timeout.timed_out() || !waiting_pieces.is_oldest(ticket) {
                continue;
            }
            let (before, waiting) = (waiting_pieces.changes(), waiting_pieces.waiting());
            drop(waiting_pieces);
            // Without the lock: meanwhile other pieces may come.
            let stillness = look(waiting);
            waiting_pieces = self.lock();
            if waiting_pieces.changes() == before {
                waiting_pieces.look(stillness, self.clock.elapsed(), self.timeouts);
                self.released.notify_all();
            }
        }
    }

    /// Releases all pieces, now and from now on.
    pub(crate) fn give_up(&self) {
        self.lock().open();
        self.released.notify_all();
    }

    /// The record so far.
    pub(crate) fn seen(&self) -> GateRecord {
        self.lock().seen()
    }

    fn lock(&self) -> MutexGuard<'_, WaitingPieces> {
        // The value is whole after each statement.
        self.waiting_pieces.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
