//! Heartbeats of a worker, sent by a thread of its own if the pool asks for them.

use std::{
    fs::File,
    io::{self, Write},
    os::fd::AsFd,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use crate::{parent_death, protocol};

/// The stdout of a worker, shared by answers and heartbeats so that lines stay whole.
pub(crate) struct Replies {
    /// A file of its own, so that holding the lock of [`io::stdout`] delays no heartbeat.
    stdout: Mutex<File>,
    is_at_task: AtomicBool,
}

impl Replies {
    pub(crate) fn new() -> io::Result<Arc<Self>> {
        let stdout = io::stdout().as_fd().try_clone_to_owned()?;
        Ok(Arc::new(Self { stdout: Mutex::new(stdout.into()), is_at_task: AtomicBool::new(false) }))
    }

    /// Sends a heartbeat at once, and then one after each `interval` in the middle of a task.
    pub(crate) fn start_heartbeats(self: &Arc<Self>, interval: Duration) -> io::Result<()> {
        // Behind a shell, this process has not been tied to its pool yet.
        parent_death::end_with_parent();
        self.beat()?;
        let replies = Arc::clone(self);
        thread::Builder::new().name("pool-heartbeat".to_owned()).spawn(move || {
            loop {
                thread::park_timeout(interval);
                // If the pool is gone, so is this process: see `end_with_the_reader`.
                if replies.is_at_task.load(Ordering::Relaxed) && replies.beat().is_err() {
                    return;
                }
            }
        })?;
        Ok(())
    }

    /// Calls `work` for an answer, and writes the answer.
    pub(crate) fn answer(&self, work: impl FnOnce() -> Vec<u8>) -> io::Result<()> {
        self.is_at_task.store(true, Ordering::Relaxed);
        let line = work();
        let beating = self.stdout.lock().unwrap_or_else(PoisonError::into_inner);
        // Locked only now: the work may have threads that print, against the rules, and the pool is
        // to report that instead of waiting.
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(&line).and_then(|()| stdout.flush());
        drop(beating);
        self.is_at_task.store(false, Ordering::Relaxed);
        written
    }

    fn beat(&self) -> io::Result<()> {
        let mut stdout = self.stdout.lock().unwrap_or_else(PoisonError::into_inner);
        stdout.write_all(protocol::HEARTBEAT)
    }
}
