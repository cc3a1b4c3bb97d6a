//! A clock for deadlines, without the time in which a request waits for its turn or the process is
//! stopped.

use std::{cell::Cell, time::Duration};

use common::stopwatch::WallClock;

/// A clock that excludes some waits.
pub(crate) struct DeadlineClock {
    clock: WallClock,
    excluded: Cell<Duration>,
}

impl DeadlineClock {
    pub(crate) fn start() -> Self {
        Self { clock: WallClock::start(), excluded: Cell::default() }
    }

    /// The counted time since the start.
    pub(crate) fn used(&self) -> Duration {
        self.clock.elapsed().saturating_sub(self.excluded.get())
    }

    /// Calls `wait`, whose time does not count.
    pub(crate) fn exclude<Output>(&self, wait: impl FnOnce() -> Output) -> Output {
        let before = self.clock.elapsed();
        let output = wait();
        let waited = self.clock.elapsed().saturating_sub(before);
        self.excluded.set(self.excluded.get() + waited);
        output
    }

    /// Calls `work`, whose time counts up to `time_max`.
    ///
    /// `work` is to end within that time by itself. If it takes longer, this process was stopped
    /// meanwhile (Ctrl-Z, `fg`) or got no processor.
    pub(crate) fn count_at_most<Output>(
        &self,
        time_max: Duration,
        work: impl FnOnce() -> Output,
    ) -> Output {
        let before = self.used();
        let output = work();
        let excess = self.used().saturating_sub(before).saturating_sub(time_max);
        self.excluded.set(self.excluded.get() + excess);
        output
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_beyond_the_own_end_of_work_does_not_count() {
        let clock = DeadlineClock::start();
        let time_max = Duration::from_millis(1);
        let hang_until = |end| while clock.used() < end {};
        clock.count_at_most(time_max, || hang_until(Duration::from_millis(4)));
        assert!(clock.excluded.get() >= Duration::from_millis(2), "{:?}", clock.excluded);
        let excluded = clock.excluded.get();
        clock.count_at_most(Duration::MAX, || hang_until(Duration::from_millis(8)));
        assert_eq!(clock.excluded.get(), excluded);
    }
}
