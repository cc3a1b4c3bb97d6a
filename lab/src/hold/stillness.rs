//! Whether a candidate can still do anything by itself, by the word of the kernel.

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::processes::{self, Activity};

/// Whether a candidate moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stillness {
    /// Some of its threads run, or could.
    Moving,
    /// None of its threads has run since the last look, and none can.
    Still,
    /// The kernel does not say.
    Unknown,
}

/// Looks at a candidate again and again.
#[derive(Default)]
pub(crate) struct Watch {
    candidate: OnceLock<u32>,
    last: Mutex<Option<Activity>>,
}

impl Watch {
    /// Tells which process it is, the first time.
    pub(crate) fn set_candidate(&self, pid: u32) {
        self.candidate.get_or_init(|| pid);
    }

    /// Looks at all threads of the candidate and of its descendants. They are still if each of them
    /// sleeps, and none has slept and run in between since the last look.
    pub(crate) fn look(&self) -> Stillness {
        let Some(&candidate) = self.candidate.get() else { return Stillness::Unknown };
        let Some(now) = processes::activity(candidate) else { return Stillness::Unknown };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let is_still = now.all_asleep && last.as_ref() == Some(&now);
        *last = Some(now);
        if is_still { Stillness::Still } else { Stillness::Moving }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::{Child, Command, Stdio};

    use super::*;

    /// A process that is ended with the test.
    struct Ended(Child);

    impl Drop for Ended {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    fn start(script: &str) -> (Ended, Watch) {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::null());
        let shell = shell.spawn().expect("a shell");
        let watch = Watch::default();
        watch.set_candidate(shell.id());
        (Ended(shell), watch)
    }

    #[test]
    fn a_process_that_waits_is_still_in_the_end() {
        let (_shell, watch) = start("read -r line");
        while watch.look() != Stillness::Still {}
    }

    #[test]
    fn a_process_that_runs_is_never_still() {
        let (_shell, watch) = start("while :; do :; done");
        for _ in 0..50 {
            assert_eq!(watch.look(), Stillness::Moving);
        }
    }

    #[test]
    fn a_parent_that_waits_for_a_child_that_runs_is_not_still() {
        let (mut shell, watch) = start("while :; do :; done & echo $! >&2; wait");
        // Not before the child is there.
        while processes::descendants(shell.0.id()).is_empty() {}
        for _ in 0..50 {
            assert_eq!(watch.look(), Stillness::Moving);
        }
        for child in processes::descendants(shell.0.id()) {
            let pid = nix::unistd::Pid::from_raw(child.pid.cast_signed());
            nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).unwrap();
        }
        shell.0.wait().unwrap();
    }

    #[test]
    fn nothing_is_known_of_a_candidate_that_has_not_come() {
        assert_eq!(Watch::default().look(), Stillness::Unknown);
    }
}
