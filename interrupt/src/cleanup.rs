//! Cleanups: actions that run before a signal ends the process, such as killing its children.

use std::{
    collections::BTreeMap,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

type Action = Box<dyn FnOnce() + Send>;

/// The actions to run, in the order of their registration.
static ACTIONS: Mutex<BTreeMap<u64, Action>> = Mutex::new(BTreeMap::new());

/// An action that runs before a signal ends the process; dropping this cancels it.
///
/// It needs [`end_process_after_cleanups`](crate::end_process_after_cleanups). Once a signal has
/// come, [`Cleanup::after`] and dropping a `Cleanup` block until the process ends. So nothing new
/// starts, and no result is drawn from what the signal cut off.
#[derive(Debug)]
#[must_use = "dropping it cancels the action"]
pub struct Cleanup(u64);

impl Cleanup {
    /// Calls `step`, which no signal interrupts; after a signal, no step begins.
    ///
    /// So nothing is written to what the actions remove. A step should be short.
    pub fn whole_step<Value>(step: impl FnOnce() -> Value) -> Value {
        let _actions = actions();
        step()
    }

    /// Calls `start`, which returns a value and the action that cleans up after it.
    ///
    /// No signal ends the process between `start` and the registration of its action.
    ///
    /// # Errors
    /// When `start` fails.
    pub fn after<Value, Error, CleanUp: FnOnce() + Send + 'static>(
        start: impl FnOnce() -> Result<(Value, CleanUp), Error>,
    ) -> Result<(Value, Self), Error> {
        let mut actions = actions();
        let (value, clean_up) = start()?;
        let key = actions.last_key_value().map_or(0, |(last, _)| last + 1);
        actions.insert(key, Box::new(clean_up));
        Ok((value, Self(key)))
    }
}

impl Drop for Cleanup {
    fn drop(&mut self) {
        let action = actions().remove(&self.0);
        drop(action);
    }
}

/// Runs all actions, the last one first, and keeps the lock for good.
pub(crate) fn run_all() {
    let mut actions = actions();
    for action in mem::take(&mut *actions).into_values().rev() {
        action();
    }
    mem::forget(actions);
}

fn actions() -> MutexGuard<'static, BTreeMap<u64, Action>> {
    ACTIONS.lock().unwrap_or_else(PoisonError::into_inner)
}
