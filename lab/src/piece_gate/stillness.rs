//! Tells whether a candidate can still do anything by itself, according to the kernel.

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::processes::{self, Activity};

/// Whether a candidate moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stillness {
    /// A thread of the candidate runs, or could run.
    Moving,
    /// No thread of the candidate has run since the last look, and none can.
    Still,
    /// The kernel provides no information.
    Unknown,
}

/// Watches a candidate, look by look.
#[derive(Default)]
pub struct Watch {
    candidate: OnceLock<u32>,
    last: Mutex<Option<Activity>>,
    /// Whether the kernel counts context switches, which show that a thread has run.
    kernel_counts: OnceLock<bool>,
}

impl Watch {
    /// Sets the process to watch. Only the first call counts.
    pub fn set_candidate(&self, pid: u32) {
        self.candidate.get_or_init(|| pid);
    }

    /// Looks at all threads of the candidate and of its descendants. They are still if each of them
    /// sleeps, and none has run since the last look.
    pub fn look(&self) -> Stillness {
        if !*self.kernel_counts.get_or_init(processes::switches_are_counted) {
            return Stillness::Unknown;
        }
        let Some(&candidate) = self.candidate.get() else { return Stillness::Unknown };
        let Some(now) = processes::activity(candidate) else { return Stillness::Unknown };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let is_still = now.all_asleep && last.as_ref() == Some(&now);
        *last = Some(now);
        if is_still { Stillness::Still } else { Stillness::Moving }
    }
}
