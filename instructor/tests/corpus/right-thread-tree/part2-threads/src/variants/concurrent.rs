//! A thread for each URL, each of which starts two more before it asks: all are there after a few steps.

use std::{
    io,
    panic::{self, AssertUnwindSafe},
    sync::{Mutex, MutexGuard, PoisonError},
    thread::{self, Scope},
};

use crate::{ItemId, Job, Outcome, RequestError};

/// What all the threads have in common.
struct Tree<'a, Fetch> {
    ids: &'a [ItemId],
    fetch: &'a Fetch,
    /// For each id, what its thread came to.
    results: Vec<Mutex<Option<thread::Result<Outcome>>>>,
    /// Why a thread could not be started, if so.
    trouble: Mutex<Option<io::Error>>,
}

/// Fetches the items of `job`, each on a thread of its own.
///
/// # Errors
/// When not all the threads can be started; those that were are waited for.
pub fn request_concurrent(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let threads = job.ids.len();
    let tree = Tree {
        ids: &job.ids,
        fetch: &fetch,
        results: job.ids.iter().map(|_| Mutex::new(None)).collect(),
        trouble: Mutex::new(None),
    };
    thread::scope(|scope| grow(scope, &tree, 0));
    let Tree { results, trouble, .. } = tree;
    if let Some(source) = trouble.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(RequestError::CannotStartThreads { threads, source });
    }
    let mut outcomes = Vec::with_capacity(threads);
    for result in results {
        let result = result.into_inner().unwrap_or_else(PoisonError::into_inner);
        let result = result.expect("every thread to have left its result");
        outcomes.push(result.unwrap_or_else(|cause| panic::resume_unwind(cause)));
    }
    Ok(outcomes)
}

/// Starts the thread of the id with this index, which starts those of its two children.
fn grow<'scope, 'env, Fetch>(
    scope: &'scope Scope<'scope, 'env>,
    tree: &'scope Tree<'scope, Fetch>,
    index: usize,
) where
    Fetch: Fn(ItemId) -> Outcome + Sync,
{
    let Some(&id) = tree.ids.get(index) else { return };
    let started = thread::Builder::new().name(id.thread_name()).spawn_scoped(scope, move || {
        grow(scope, tree, 2 * index + 1);
        grow(scope, tree, 2 * index + 2);
        let result = panic::catch_unwind(AssertUnwindSafe(|| (tree.fetch)(id)));
        *lock(&tree.results[index]) = Some(result);
    });
    if let Err(error) = started {
        *lock(&tree.trouble) = Some(error);
    }
}

fn lock<Value>(mutex: &Mutex<Value>) -> MutexGuard<'_, Value> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
