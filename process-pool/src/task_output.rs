//! The output of a task, as the watcher of a pool sees it.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::protocol::AnyOutput;

/// The output of a task that is done, until the pool hands it on.
///
/// Two are equal if they are the same output.
#[derive(Clone)]
pub struct TaskOutput(Arc<Mutex<Option<AnyOutput>>>);

impl TaskOutput {
    pub(crate) fn new(output: AnyOutput) -> Self {
        Self(Arc::new(Mutex::new(Some(output))))
    }

    /// Calls `change` with the output; returns nothing if the pool has handed it on, or if it is of
    /// another type.
    pub fn change<Output: 'static, Changed>(
        &self,
        change: impl FnOnce(&mut Output) -> Changed,
    ) -> Option<Changed> {
        self.lock().as_mut()?.downcast_mut().map(change)
    }

    /// Takes the output for the caller who waits for it.
    pub(crate) fn hand_on(&self) -> AnyOutput {
        self.lock().take().expect("an output that is handed on once")
    }

    fn lock(&self) -> MutexGuard<'_, Option<AnyOutput>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for TaskOutput {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("TaskOutput").finish_non_exhaustive()
    }
}

impl PartialEq for TaskOutput {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for TaskOutput {}
