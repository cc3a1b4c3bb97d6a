//! Whether a candidate can still do anything by itself, according to the kernel.

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::processes::{self, Activity};

/// Whether a candidate moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stillness {
    /// Some of its threads run, or could.
    Moving,
    /// None of its threads has run since the last look, and none can.
    Still,
    /// The kernel does not say.
    Unknown,
}

/// Looks at a candidate again and again.
#[derive(Default)]
pub struct Watch {
    candidate: OnceLock<u32>,
    last: Mutex<Option<Activity>>,
    /// Whether a thread that runs can be told from one that sleeps.
    kernel_counts: OnceLock<bool>,
}

impl Watch {
    /// Sets the process to look at. Only the first call counts.
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
