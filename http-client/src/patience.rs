//! The time that counts against a deadline: all of it, but for what requests wait for their turn.

use std::{cell::Cell, time::Duration};

use common::stopwatch::WallClock;

/// A clock that stands still while something else is waited for.
pub(crate) struct Patience {
    clock: WallClock,
    spared: Cell<Duration>,
}

impl Patience {
    pub(crate) fn start() -> Self {
        Self { clock: WallClock::start(), spared: Cell::default() }
    }

    /// How much time has counted since the start.
    pub(crate) fn used(&self) -> Duration {
        self.clock.elapsed().saturating_sub(self.spared.get())
    }

    /// Calls `wait`, whose time does not count.
    pub(crate) fn spare<Output>(&self, wait: impl FnOnce() -> Output) -> Output {
        let before = self.clock.elapsed();
        let output = wait();
        let waited = self.clock.elapsed().saturating_sub(before);
        self.spared.set(self.spared.get() + waited);
        output
    }
}
