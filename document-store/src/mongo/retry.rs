//! Retries requests while a replica set elects a primary or a server restarts.
//!
//! The driver tries reads once more, and commands of ours not at all. All requests of ours may be
//! sent twice without harm.

use std::time::Duration;

use common::stopwatch::WallClock;
use mongodb::error::Error;

use super::{MongodbUri, StoreError, server_error};

/// An error of one attempt.
pub(super) enum AttemptError {
    /// The next attempt may succeed.
    Transient(StoreError),
    /// No attempt will succeed.
    Permanent(StoreError),
}

impl AttemptError {
    pub(super) fn of(attempt: &'static str, uri: &MongodbUri, error: &Error) -> Self {
        let reason = StoreError::of_mongodb(attempt, uri, error);
        if server_error::is_transient(error) {
            Self::Transient(reason)
        } else {
            Self::Permanent(reason)
        }
    }
}

impl From<AttemptError> for StoreError {
    fn from(error: AttemptError) -> Self {
        match error {
            AttemptError::Transient(error) | AttemptError::Permanent(error) => error,
        }
    }
}

/// The period in which a request is retried after transient errors. In between, the driver looks
/// for a server that takes it, for as long as `serverSelectionTimeoutMS` allows.
#[derive(Clone, Copy, Debug)]
pub(super) struct RetryPeriod(pub(super) Duration);

impl RetryPeriod {
    /// No retries.
    pub(super) const NONE: Self = Self(Duration::ZERO);

    /// Sends a request until it succeeds, fails with a permanent error, or the period is over.
    ///
    /// One attempt uses up half of the period at most: this process may have been stopped
    /// meanwhile (Ctrl-Z, `fg`), and the connection is lost then.
    ///
    /// # Errors
    /// What the last attempt has met.
    pub(super) fn retry<Output>(
        self,
        mut attempt: impl FnMut() -> Result<Output, AttemptError>,
    ) -> Result<Output, StoreError> {
        let mut used = Duration::ZERO;
        loop {
            let clock = WallClock::start();
            let result = attempt();
            used += clock.elapsed().min(self.0 / 2);
            match result {
                Ok(output) => return Ok(output),
                Err(AttemptError::Transient(_)) if used < self.0 => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The result and the number of attempts, if the first ones fail with this error.
    fn retry(
        retry_period: RetryPeriod,
        errors: u32,
        error: fn(StoreError) -> AttemptError,
    ) -> (Result<(), StoreError>, u32) {
        let mut attempts = 0;
        let result = retry_period.retry(|| {
            attempts += 1;
            if attempts <= errors { Err(error(StoreError::NoUri)) } else { Ok(()) }
        });
        (result, attempts)
    }

    #[test]
    fn only_transient_errors_are_retried() {
        let patient = RetryPeriod(Duration::from_hours(1));
        assert!(matches!(retry(patient, 9, AttemptError::Transient), (Ok(()), 10)));
        assert!(matches!(retry(patient, 9, AttemptError::Permanent), (Err(_), 1)));
        assert!(matches!(retry(RetryPeriod::NONE, 9, AttemptError::Transient), (Err(_), 1)));
    }

    #[test]
    fn one_attempt_does_not_use_up_the_whole_period() {
        let retry_period = RetryPeriod(Duration::from_millis(1));
        let mut attempts = 0;
        let result = retry_period.retry(|| {
            attempts += 1;
            let clock = WallClock::start();
            while clock.elapsed() < retry_period.0 {}
            Err::<(), _>(AttemptError::Transient(StoreError::NoUri))
        });
        assert!(matches!((result, attempts), (Err(_), 2)), "{attempts}");
    }
}
