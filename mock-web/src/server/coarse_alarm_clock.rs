//! Sleeps as exact as the runtime's, a millisecond or two too long, for systems other than Linux.

use std::{io, sync::Arc, time::Duration};

use tokio::time;

/// Stands in for the alarm clock that asks the kernel.
#[derive(Debug)]
pub(super) struct AlarmClock;

impl AlarmClock {
    #[expect(clippy::unnecessary_wraps, reason = "the other clock may fail")]
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// Sleeps for `duration` at least; not at all if it is zero.
    pub(super) async fn sleep(&self, duration: Duration) {
        if !duration.is_zero() {
            time::sleep(duration).await;
        }
    }

    /// The runtime rings by itself.
    #[expect(clippy::unused_async, reason = "the other clock has to be waited for")]
    pub(super) async fn ring(self: Arc<Self>) {}
}
