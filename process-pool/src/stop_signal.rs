//! The signal that stops all threads of a pool, and the channel on which they receive it.

use std::sync::{Mutex, PoisonError};

use crossbeam::channel::{self, Receiver, Sender};

/// A channel that closes when the pool is stopped.
pub(crate) type Stopped = Receiver<()>;

/// A signal and its channel.
pub(crate) fn new() -> (StopSignal, Stopped) {
    let (stop, stopped) = channel::bounded(0);
    (StopSignal(Mutex::new(Some(stop))), stopped)
}

/// A signal that stops all threads of the pool, by closing its channel.
#[derive(Debug)]
pub(crate) struct StopSignal(Mutex<Option<Sender<()>>>);

impl StopSignal {
    pub(crate) fn send(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}
