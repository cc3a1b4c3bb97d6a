//! The pieces that wait at the gate and the decision to release them, without threads and without a
//! clock.

use std::{collections::BTreeMap, ops::Range, time::Duration};

use super::{GateRecord, HoldTimeouts, ReleaseRule, Stillness};

/// The factor on the timeout for a candidate that never is still, since it waits in a loop.
const NEVER_STILL_FACTOR: u32 = 5;

/// The number of first waves of `AllWhenStill` that are held longer: a candidate may start its
/// workers one by one, with pauses.
const SLOW_WAVES: usize = 2;

/// A wave that never was complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// The number of pieces that were released before, in full waves.
    pub released: usize,
    /// The number of waiting pieces: all that were under way.
    pub waiting: usize,
    /// The number of pieces that had not been asked for.
    pub left: usize,
}

/// The release of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Release {
    /// The number of its wave, if it was released with a wave.
    pub(super) wave: Option<usize>,
}

/// All waiting pieces, and the decision to release them.
pub(super) struct WaitingPieces {
    rule: ReleaseRule,
    waiting: Vec<Waiting>,
    /// Releases that their threads have not noticed yet, by ticket.
    unnoticed_releases: BTreeMap<u64, Release>,
    tickets: u64,
    released: usize,
    waves: usize,
    peak: usize,
    shortage: Option<Shortage>,
    is_open: bool,
    is_evident: bool,
    /// Whether the candidate has moved longer than the timeout, and has not been still since.
    keeps_moving: bool,
    /// The number of waves that were released for that reason.
    waves_by_clock: usize,
    /// The time of the last arrival or release.
    changed: Duration,
    changes: u64,
    /// The time from which on the candidate has been still.
    still_since: Option<Duration>,
}

struct Waiting {
    ticket: u64,
    piece: Range<u64>,
}

impl WaitingPieces {
    pub(super) fn new(rule: ReleaseRule) -> Self {
        Self {
            rule,
            waiting: Vec::new(),
            unnoticed_releases: BTreeMap::new(),
            tickets: 0,
            released: 0,
            waves: 0,
            peak: 0,
            shortage: None,
            is_open: false,
            is_evident: false,
            keeps_moving: false,
            waves_by_clock: 0,
            changed: Duration::ZERO,
            changes: 0,
            still_since: None,
        }
    }

    /// Adds a piece, releases what the rule allows, and returns a ticket for the piece.
    pub(super) fn arrive(&mut self, piece: &Range<u64>, now: Duration) -> u64 {
        let ticket = self.tickets;
        self.tickets += 1;
        self.waiting.push(Waiting { ticket, piece: piece.clone() });
        self.peak = self.peak.max(self.waiting.len());
        self.change(now);
        if self.is_open {
            self.release(|_| true, None);
            return ticket;
        }
        match self.rule.clone() {
            ReleaseRule::FirstLast { first, pieces } => {
                self.release(|waiting| *waiting != first, None);
                if self.released + 1 >= pieces {
                    self.release(|_| true, None);
                }
            }
            ReleaseRule::Waves { wave_size, .. } if self.waiting.len() >= wave_size => {
                self.release_wave();
            }
            ReleaseRule::Waves { .. } | ReleaseRule::AllWhenStill => {}
        }
        ticket
    }

    /// Takes the release of a piece, if it was released.
    pub(super) fn take(&mut self, ticket: u64) -> Option<Release> {
        self.unnoticed_releases.remove(&ticket)
    }

    /// Whether this piece has waited longest: its thread watches the candidate for all pieces.
    pub(super) fn is_oldest(&self, ticket: u64) -> bool {
        self.waiting.first().is_some_and(|oldest| oldest.ticket == ticket)
    }

    /// The number of waiting pieces.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// A counter of the changes.
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    /// Applies the rule after a look at the candidate, during which no piece came or went.
    pub(super) fn look(&mut self, stillness: Stillness, now: Duration, timeouts: HoldTimeouts) {
        self.is_evident |= stillness != Stillness::Unknown;
        let still = match stillness {
            Stillness::Moving => {
                self.still_since = None;
                None
            }
            Stillness::Still | Stillness::Unknown => {
                Some(now.saturating_sub(*self.still_since.get_or_insert(now)))
            }
        };
        let waited = now.saturating_sub(self.changed);
        let was_still_for = |least| still.is_some_and(|still| still >= least);
        let is_known = stillness != Stillness::Unknown;
        let shortage_timeout = if is_known { timeouts.still } else { timeouts.moving };
        let waiting = self.waiting.len();
        match self.rule {
            ReleaseRule::Waves { pieces, share, .. }
                if pieces.saturating_sub(self.released) > fair_rest(pieces, waiting, share) =>
            {
                if was_still_for(shortage_timeout) || waited >= timeouts.moving * NEVER_STILL_FACTOR
                {
                    let left = pieces.saturating_sub(self.released + waiting);
                    self.shortage = Some(Shortage { released: self.released, waiting, left });
                    self.is_open = true;
                    self.release_wave();
                }
            }
            ReleaseRule::Waves { .. }
            | ReleaseRule::FirstLast { .. }
            | ReleaseRule::AllWhenStill => {
                let is_slow = self.rule == ReleaseRule::AllWhenStill && self.waves < SLOW_WAVES;
                let is_slow = is_slow || !is_known;
                // The gate waits once for a candidate that never is still, and not at each wave.
                let timeout = if self.keeps_moving { timeouts.still } else { timeouts.moving };
                let is_timed_out = waited >= timeout;
                let first_last = matches!(self.rule, ReleaseRule::FirstLast { .. });
                let slow = if first_last { shortage_timeout } else { timeouts.still };
                if was_still_for(if is_slow { slow } else { Duration::ZERO }) {
                    self.keeps_moving = false;
                } else if is_timed_out {
                    self.keeps_moving = true;
                    self.waves_by_clock += 1;
                } else {
                    return;
                }
                match self.rule {
                    // No full wave, and none has to be.
                    ReleaseRule::Waves { .. } => self.release(|_| true, None),
                    _ => self.release_wave(),
                }
            }
        }
        self.change_if_released(now);
    }

    /// Releases all pieces, now and from now on.
    pub(super) fn open(&mut self) {
        self.is_open = true;
        self.release(|_| true, None);
    }

    pub(super) fn seen(&self) -> GateRecord {
        let Self { peak, shortage, is_evident, waves_by_clock, .. } = *self;
        GateRecord { peak, shortage, is_evident, waves_by_clock }
    }

    fn release_wave(&mut self) {
        let wave = self.waves;
        self.waves += 1;
        self.release(|_| true, Some(wave));
    }

    fn release(&mut self, is_free: impl Fn(&Range<u64>) -> bool, wave: Option<usize>) {
        for Waiting { ticket, .. } in self.waiting.extract_if(.., |one| is_free(&one.piece)) {
            self.unnoticed_releases.insert(ticket, Release { wave });
            self.released += 1;
        }
    }

    fn change(&mut self, now: Duration) {
        self.changed = now;
        self.changes += 1;
        self.still_since = None;
    }

    fn change_if_released(&mut self, now: Duration) {
        if self.waiting.is_empty() {
            self.change(now);
        }
    }
}

/// The number of pieces that may be left when a wave is not full.
fn fair_rest(pieces: usize, waiting: usize, share: usize) -> usize {
    (waiting * share).min(pieces * 3 / 8)
}

#[cfg(test)]
mod tests;
