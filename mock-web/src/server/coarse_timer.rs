//! Sleeps of the runtime's precision, a millisecond or two too long, for systems other than Linux.

use std::{io, sync::Arc, time::Duration};

use tokio::time;

/// A stand-in for the timer on Linux.
#[derive(Debug)]
pub(super) struct Timer;

impl Timer {
    #[expect(clippy::unnecessary_wraps, reason = "the timer on Linux may fail")]
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// Sleeps for at least `duration`; not at all if it is zero.
    pub(super) async fn sleep(&self, duration: Duration) {
        if !duration.is_zero() {
            time::sleep(duration).await;
        }
    }

    /// Does nothing, since the runtime wakes sleepers itself.
    #[expect(clippy::unused_async, reason = "the timer on Linux has to be waited for")]
    pub(super) async fn run(self: Arc<Self>) {}
}
