//! A thread for each URL, started from the last one to the first, two milliseconds apart, and each posts
//! its outcome to the caller.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::mpsc,
    thread,
    time::Duration,
};

use crate::{ItemId, Job, Outcome, RequestError};

/// A server that is not asked by all in the same instant is a happier one.
const APART: Duration = Duration::from_millis(2);

/// Fetches the items of `job`, each on a thread of its own.
///
/// # Errors
/// When not all the threads can be started; those that were are waited for.
pub fn request_concurrent(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let fetch = &fetch;
    let threads = job.ids.len();
    thread::scope(|scope| {
        let (post, mail) = mpsc::channel();
        for (index, &id) in job.ids.iter().enumerate().rev() {
            let post = post.clone();
            thread::Builder::new()
                .name(id.thread_name())
                .spawn_scoped(scope, move || {
                    let outcome = panic::catch_unwind(AssertUnwindSafe(|| fetch(id)));
                    // The caller is gone if another one could not be started.
                    let _ = post.send((index, outcome));
                })
                .map_err(|source| RequestError::CannotStartThreads { threads, source })?;
            if index > 0 {
                thread::sleep(APART);
            }
        }
        drop(post);
        let mut outcomes: Vec<Option<Outcome>> = vec![None; threads];
        for (index, outcome) in mail {
            match outcome {
                Ok(outcome) => outcomes[index] = Some(outcome),
                Err(cause) => panic::resume_unwind(cause),
            }
        }
        Ok(outcomes.into_iter().flatten().collect())
    })
}
