//! Retries: how often, after which pauses, and until when.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use serde::{Deserialize, Serialize};

/// The first pause; later ones double, with jitter so that many clients do not return at once.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The longest pause, unless the server asks for more.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The limits on retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// The number of attempts after the first.
    pub retries: u32,
    /// The time after which no attempt begins, without the time in which requests wait for their
    /// turn.
    pub deadline: Duration,
}

/// An error of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptError {
    /// The next attempt may succeed, after the pause that the server asks for.
    Transient {
        /// The error.
        cause: String,
        /// The pause that the server asks for.
        retry_after: Option<Duration>,
    },
    /// No attempt will succeed.
    Permanent {
        /// The error.
        cause: String,
    },
}

/// An error after the last attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GaveUp {
    /// The number of attempts.
    pub attempts: u32,
    /// The error of the last attempt, and why no other followed.
    pub cause: String,
}

impl Retry {
    /// The longest time of one attempt, so that a silent server leaves time for others.
    pub fn attempt_time(&self) -> Duration {
        self.deadline / self.retries.saturating_add(1)
    }

    /// Calls `attempt` until it succeeds or retries are over; `elapsed` returns the used time, and
    /// `pause` waits.
    ///
    /// # Errors
    /// When an error is permanent, when all allowed attempts have failed, or when the next attempt would
    /// begin after the deadline.
    pub fn run<Output>(
        &self,
        elapsed: impl Fn() -> Duration,
        pause: impl Fn(Duration),
        mut attempt: impl FnMut() -> Result<Output, AttemptError>,
    ) -> Result<Output, GaveUp> {
        let mut pauses = None;
        let mut attempts = 0;
        loop {
            attempts += 1;
            let (cause, retry_after) = match attempt() {
                Ok(output) => return Ok(output),
                Err(AttemptError::Permanent { cause }) => return Err(GaveUp { attempts, cause }),
                Err(AttemptError::Transient { cause, retry_after }) => (cause, retry_after),
            };
            // Most requests need no pause, and so no source of random numbers.
            let Some(next) = pauses.get_or_insert_with(|| self.pauses()).next() else {
                return Err(GaveUp { attempts, cause });
            };
            let next = next.max(retry_after.unwrap_or_default());
            if elapsed().saturating_add(next) > self.deadline {
                let deadline = self.deadline;
                let cause = format!("{cause}; another attempt would begin after {deadline:?}");
                return Err(GaveUp { attempts, cause });
            }
            pause(next);
        }
    }

    fn pauses(&self) -> ExponentialBackoff {
        ExponentialBuilder::default()
            .with_min_delay(FIRST_PAUSE)
            .with_max_delay(LONGEST_PAUSE)
            .with_max_times(usize::try_from(self.retries).unwrap_or(usize::MAX))
            .with_jitter()
            .build()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    const RETRY: Retry = Retry { retries: 3, deadline: Duration::from_hours(1) };

    fn transient(retry_after: Option<Duration>) -> AttemptError {
        AttemptError::Transient { cause: "busy".to_owned(), retry_after }
    }

    /// Runs attempts that fail with these errors and then succeed; returns the result and the pauses.
    fn run(retry: Retry, errors: Vec<AttemptError>) -> (Result<u32, GaveUp>, Vec<Duration>) {
        let pauses = RefCell::new(Vec::new());
        let mut errors = errors.into_iter();
        let mut attempts = 0;
        let result = retry.run(
            || pauses.borrow().iter().sum(),
            |time| pauses.borrow_mut().push(time),
            || {
                attempts += 1;
                errors.next().map_or(Ok(attempts), Err)
            },
        );
        (result, pauses.into_inner())
    }

    #[test]
    fn transient_errors_are_retried_with_growing_pauses() {
        let (result, pauses) = run(RETRY, vec![transient(None); 3]);
        assert_eq!(result, Ok(4));
        for (pause, doublings) in pauses.iter().zip(0..) {
            let least = FIRST_PAUSE * 2_u32.pow(doublings);
            assert!((least..=2 * least).contains(pause), "{pauses:?}");
        }
    }

    #[test]
    fn the_budget_of_attempts_is_kept() {
        let (result, pauses) = run(RETRY, vec![transient(None); 9]);
        assert_eq!(result, Err(GaveUp { attempts: 4, cause: "busy".to_owned() }));
        assert_eq!(pauses.len(), 3);
    }

    #[test]
    fn permanent_errors_end_the_retries() {
        let (result, pauses) = run(RETRY, vec![AttemptError::Permanent { cause: "no".to_owned() }]);
        assert_eq!(result, Err(GaveUp { attempts: 1, cause: "no".to_owned() }));
        assert!(pauses.is_empty());
    }

    #[test]
    fn retries_wait_as_long_as_the_server_asks() {
        let minute = Duration::from_mins(1);
        let (result, pauses) = run(RETRY, vec![transient(Some(minute))]);
        assert_eq!((result, pauses), (Ok(2), vec![minute]));
    }

    #[test]
    fn a_server_cannot_ask_for_an_endless_pause() {
        let (result, pauses) = run(RETRY, vec![transient(Some(Duration::MAX))]);
        assert_eq!(result.expect_err("nobody waits for ever").attempts, 1);
        assert!(pauses.is_empty());
    }

    #[test]
    fn no_attempt_begins_after_the_deadline() {
        let retry = Retry { deadline: Duration::from_secs(30), ..RETRY };
        let (result, pauses) = run(retry, vec![transient(Some(Duration::from_mins(1)))]);
        let gave_up = result.expect_err("a minute is too long");
        assert_eq!(gave_up.attempts, 1);
        assert_eq!(gave_up.cause, "busy; another attempt would begin after 30s");
        assert!(pauses.is_empty());
    }
}
