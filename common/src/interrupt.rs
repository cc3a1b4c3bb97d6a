//! Ctrl-C: for programs that end at once, and for those that end in good order.

use std::{
    io,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use nix::sys::signal::{SigSet, Signal};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
    iterator::Signals,
};

/// What a shell expects of a process that Ctrl-C has ended: 128 and the signal's number.
pub const EXIT_CODE: u8 = 130;

/// How long a program may take to end in good order.
const GRACE: Duration = Duration::from_millis(900);

/// From now on, Ctrl-C ends the process with [`EXIT_CODE`].
///
/// # Errors
/// When the system lets us handle no signals.
pub fn end_process_on_ctrl_c() -> io::Result<()> {
    end_process_when(Arc::new(AtomicBool::new(true)))
}

fn end_process_when(condition: Arc<AtomicBool>) -> io::Result<()> {
    flag::register_conditional_shutdown(SIGINT, EXIT_CODE.into(), condition).map(drop)
}

/// From now on, Ctrl-C and SIGTERM do `action`, and then end the process with 128 and the signal's
/// number: for those who have to take others with them.
///
/// # Errors
/// When the system lets us handle no signals, or start no thread to wait for them.
pub fn end_process_after(action: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    thread::Builder::new().name("ctrl-c".to_owned()).spawn(move || {
        if let Some(signal) = signals.forever().next() {
            action();
            #[expect(clippy::disallowed_methods, clippy::exit, reason = "the signal asks for it")]
            std::process::exit(128 + signal);
        }
    })?;
    Ok(())
}

/// Leaves Ctrl-C, which in a terminal reaches the whole process group, to the parent.
///
/// To be called before the first thread is started, since threads inherit this.
///
/// # Errors
/// When the system refuses; there is no known case of that.
pub fn leave_to_parent() -> io::Result<()> {
    let mask: SigSet = [Signal::SIGINT].into_iter().collect();
    mask.thread_block().map_err(Into::into)
}

/// Something that may come in between, and then stays: waits are cut short, and new work is not
/// begun.
#[derive(Default)]
pub struct Interrupt {
    state: Mutex<State>,
    raised: Condvar,
}

#[derive(Default)]
struct State {
    is_raised: bool,
    /// What is to be done when it comes.
    actions: Vec<Box<dyn FnOnce() + Send>>,
}

impl Interrupt {
    /// An interrupt that Ctrl-C raises.
    ///
    /// If the process has not ended a second later, or on the second Ctrl-C, it is ended with
    /// [`EXIT_CODE`].
    ///
    /// # Errors
    /// When the system lets us handle no signals, or start no thread to wait for them.
    pub fn on_ctrl_c() -> io::Result<Arc<Self>> {
        let interrupt = Arc::new(Self::default());
        // In this order: the first signal finds the condition unset, and sets it for the second.
        let is_second = Arc::new(AtomicBool::new(false));
        end_process_when(Arc::clone(&is_second))?;
        let mut signals = Signals::new([SIGINT])?;
        thread::Builder::new().name("ctrl-c".to_owned()).spawn({
            let interrupt = Arc::clone(&interrupt);
            move || {
                if signals.forever().next().is_some() {
                    is_second.store(true, Ordering::SeqCst);
                    interrupt.raise();
                    thread::park_timeout(GRACE);
                    #[expect(clippy::disallowed_methods, reason = "time is up")]
                    std::process::exit(EXIT_CODE.into());
                }
            }
        })?;
        Ok(interrupt)
    }

    /// Raises it, and does what was to be done then.
    pub fn raise(&self) {
        let mut state = self.lock();
        state.is_raised = true;
        let actions = std::mem::take(&mut state.actions);
        drop(state);
        self.raised.notify_all();
        for action in actions {
            action();
        }
    }

    /// Whether it was raised.
    pub fn is_raised(&self) -> bool {
        self.lock().is_raised
    }

    /// Calls `action` when it is raised, or at once if it was.
    pub fn when_raised(&self, action: impl FnOnce() + Send + 'static) {
        let mut state = self.lock();
        if state.is_raised {
            drop(state);
            action();
        } else {
            state.actions.push(Box::new(action));
        }
    }

    /// Waits for as long as `time`, but not beyond the interrupt.
    pub fn wait(&self, time: Duration) {
        let state = self.lock();
        let waited = self.raised.wait_timeout_while(state, time, |state| !state.is_raised);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raised_interrupt_ends_waits_and_does_what_was_to_be_done() {
        let interrupt = Arc::new(Interrupt::default());
        let done = Arc::new(AtomicBool::new(false));
        interrupt.when_raised({
            let done = Arc::clone(&done);
            move || done.store(true, Ordering::SeqCst)
        });
        assert!(!interrupt.is_raised());
        thread::scope(|scope| {
            scope.spawn(|| interrupt.wait(Duration::MAX));
            interrupt.raise();
        });
        assert!(interrupt.is_raised());
        assert!(done.load(Ordering::SeqCst));
        interrupt.wait(Duration::MAX);
    }

    #[test]
    fn what_is_asked_for_too_late_is_done_at_once() {
        let interrupt = Interrupt::default();
        interrupt.raise();
        let done = Arc::new(AtomicBool::new(false));
        interrupt.when_raised({
            let done = Arc::clone(&done);
            move || done.store(true, Ordering::SeqCst)
        });
        assert!(done.load(Ordering::SeqCst));
    }
}
