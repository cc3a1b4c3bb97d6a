//! A store whose slow requests an interrupt abandons.
//!
//! A database may wait for the lock of another program, an election, a stopped server or a disk.
//! Nothing can wake it.

use std::{sync::Arc, time::Duration};

use interrupt::Interrupt;

use crate::{Store, StoreError};

/// The time that a store has to finish after an interrupt. What was fetched before should still be
/// stored, and the rest of the second is for the report.
const GRACE: Duration = Duration::from_millis(400);

/// A store whose callers wait only briefly after an interrupt.
pub struct InterruptibleStore {
    /// The store; none once a caller abandoned it.
    store: Option<Box<dyn Store>>,
    interrupt: Arc<Interrupt>,
}

impl InterruptibleStore {
    /// Opens a store, or gives up at the interrupt.
    ///
    /// # Errors
    /// When it cannot be opened, or [`StoreError::Interrupted`].
    pub fn open(
        open: impl FnOnce() -> Result<Box<dyn Store>, StoreError> + Send + 'static,
        interrupt: Arc<Interrupt>,
    ) -> Result<Self, StoreError> {
        let opened = interrupt.finish_or_leave(Duration::ZERO, open);
        let store = Some(opened.ok_or(StoreError::Interrupted)??);
        Ok(Self { store, interrupt })
    }

    /// Sends a request to the store, and waits for the result.
    ///
    /// # Errors
    /// When the request fails, or [`StoreError::Interrupted`]; after that, always the latter.
    pub fn ask<Output: Send + 'static>(
        &mut self,
        request: impl FnOnce(&mut dyn Store) -> Result<Output, StoreError> + Send + 'static,
    ) -> Result<Output, StoreError> {
        let mut store = self.store.take().ok_or(StoreError::Interrupted)?;
        let done = self.interrupt.finish_or_leave(GRACE, move || {
            let output = request(&mut *store);
            (store, output)
        });
        let (store, output) = done.ok_or(StoreError::Interrupted)?;
        self.store = Some(store);
        output
    }
}
