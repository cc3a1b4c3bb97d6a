//! What a program does on SIGINT or SIGTERM: it ends at once, cleans up first, or reports first.
//!
//! Ctrl-C sends SIGINT; `timeout`, containers and clusters send SIGTERM. The exit code is 128 plus the
//! number of the signal, as shells expect. A second signal ends the process at once.
#![forbid(unsafe_code)]

mod cleanup;
mod finish_or_leave;

use std::{
    fmt, fs, io, process,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use common::{stopwatch::WallClock, threads};
use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use signal_hook::{flag, iterator::Signals};

pub use self::cleanup::Cleanup;

/// The signals that end a program.
const HANDLED: [Signal; 2] = [Signal::SIGINT, Signal::SIGTERM];

/// The time that a program has to end normally after a signal, or to end one more of its threads.
const GRACE: Duration = Duration::from_millis(900);

/// The time that a report has after that: it may be long, and the machine busy.
const GRACE_FOR_REPORT: Duration = Duration::from_secs(10);

/// The signals that end this program: SIGINT and SIGTERM, but none that it ignored from its start.
///
/// Shells start background jobs of scripts (`program &`) with SIGINT ignored.
pub fn ending_signals() -> Vec<Signal> {
    HANDLED.into_iter().filter(|&signal| !is_ignored_by(process::id(), signal)).collect()
}

/// Whether a process ignores a signal.
///
/// Only Linux lists the ignored signals of a process (`SigIgn` in `/proc/PID/status`,
/// `proc_pid_status(5)`). On other systems, the answer is always no.
pub fn is_ignored_by(pid: u32, signal: Signal) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    (ignored_signals(&status) >> (signal as u32 - 1)) & 1 == 1
}

/// The ignored signals as bits; signal 1 is the lowest bit.
fn ignored_signals(status: &str) -> u64 {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

/// The exit code of a process that `signal` ended, as shells expect it.
fn exit_code(signal: Signal) -> u8 {
    128 + signal as u8
}

/// Lets SIGINT and SIGTERM end the process at once from now on.
///
/// # Errors
/// When the system does not let us handle signals.
pub fn end_process_on_signal() -> io::Result<()> {
    let handled = ending_signals();
    with_signals_blocked(&handled, || end_process_when(&handled, &Arc::new(AtomicBool::new(true))))
}

/// Sets up handlers while the calling thread, the program's only one, blocks the signals. One that
/// comes meanwhile waits for all handlers; it would find only some of them, or none.
fn with_signals_blocked<Output>(
    signals: &[Signal],
    set_up: impl FnOnce() -> io::Result<Output>,
) -> io::Result<Output> {
    let signals: SigSet = signals.iter().copied().collect();
    let mask_before = signals.thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
    let result = set_up();
    mask_before.thread_set_mask()?;
    result
}

fn end_process_when(signals: &[Signal], condition: &Arc<AtomicBool>) -> io::Result<()> {
    for &signal in signals {
        let code = exit_code(signal).into();
        flag::register_conditional_shutdown(signal as i32, code, Arc::clone(condition))?;
    }
    Ok(())
}

/// Lets SIGINT and SIGTERM run all cleanups and then end the process from now on.
///
/// # Errors
/// When the system does not let us handle signals, or start a thread that waits for them.
pub fn end_process_after_cleanups() -> io::Result<()> {
    end_process_after(|_| cleanup::run_all())
}

/// Lets the first signal call `action` and end the process, and the second one end it at once.
fn end_process_after(action: impl FnOnce(Signal) + Send + 'static) -> io::Result<()> {
    let handled = ending_signals();
    // In this order: the first signal finds the condition unset, and sets it for the second.
    let is_second = Arc::new(AtomicBool::new(false));
    let mut signals = with_signals_blocked(&handled, || {
        end_process_when(&handled, &is_second)?;
        Signals::new(handled.iter().map(|&signal| signal as i32))
    })?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let Some(Ok(signal)) = signals.forever().next().map(Signal::try_from) else { return };
        is_second.store(true, Ordering::SeqCst);
        action(signal);
        #[expect(clippy::disallowed_methods, clippy::exit, reason = "the signal asks for it")]
        process::exit(exit_code(signal).into());
    })?;
    Ok(())
}

/// Ignores SIGINT and SIGTERM from now on, since the parent process handles them.
///
/// Both often reach the whole process group. Their handler only sets a flag. It does not block
/// them, because programs that this process starts would inherit that.
///
/// # Errors
/// When the system does not let us handle signals.
pub fn leave_to_parent() -> io::Result<()> {
    for signal in ending_signals() {
        flag::register(signal as i32, Arc::default())?;
    }
    Ok(())
}

/// Waits once, and again while the count decreases.
fn while_they_become_fewer(count: impl Fn() -> usize, wait: impl Fn()) {
    let mut before = count();
    loop {
        wait();
        let now = count();
        if now >= before {
            break;
        }
        before = now;
    }
}

/// An interrupt, which stays once it is raised: it ends waits, and no new work begins.
#[derive(Default)]
pub struct Interrupt {
    state: Mutex<State>,
    raised: Condvar,
}

#[derive(Default)]
struct State {
    raised_by: Option<(Signal, WallClock)>,
    /// The actions to run when it is raised.
    actions: Vec<Action>,
    /// The action to run if the process then does not end in time.
    last_action: Option<Action>,
    /// Whether only the report is left.
    is_reporting: bool,
}

type Action = Box<dyn FnOnce() + Send>;

impl fmt::Debug for Interrupt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Interrupt").finish_non_exhaustive()
    }
}

impl Interrupt {
    /// An interrupt that a signal raises.
    ///
    /// The process has a second to end by itself. Then, or on the second signal, it is ended with the
    /// exit code of the signal. A report may take longer, and so may thousands of threads while their
    /// number falls. Without a second signal, the action of
    /// [`when_out_of_time`](Self::when_out_of_time) runs before that end.
    ///
    /// # Errors
    /// When the system does not let us handle signals, or start a thread that waits for them.
    pub fn on_signal() -> io::Result<Arc<Self>> {
        let interrupt = Arc::new(Self::default());
        end_process_after({
            let interrupt = Arc::clone(&interrupt);
            move |signal| {
                interrupt.raise_by(signal);
                let threads = || threads::count(process::id());
                while_they_become_fewer(threads, || thread::park_timeout(GRACE));
                if let Some(action) = interrupt.take_last_action() {
                    action();
                }
                if interrupt.lock().is_reporting {
                    thread::park_timeout(GRACE_FOR_REPORT);
                }
            }
        })?;
        Ok(interrupt)
    }

    /// Raises the interrupt as Ctrl-C does, and runs its actions.
    pub fn raise(&self) {
        self.raise_by(Signal::SIGINT);
    }

    fn raise_by(&self, signal: Signal) {
        let mut state = self.lock();
        state.raised_by.get_or_insert_with(|| (signal, WallClock::start()));
        let actions = std::mem::take(&mut state.actions);
        drop(state);
        self.raised.notify_all();
        for action in actions {
            action();
        }
    }

    /// Whether the interrupt was raised.
    pub fn is_raised(&self) -> bool {
        self.exit_code().is_some()
    }

    /// The exit code for a program that ends by this interrupt; none if it was not raised.
    pub fn exit_code(&self) -> Option<u8> {
        self.lock().raised_by.map(|(signal, _)| exit_code(signal))
    }

    /// The time since it was raised; none if it was not.
    fn raised_since(&self) -> Option<Duration> {
        self.lock().raised_by.map(|(_, clock)| clock.elapsed())
    }

    /// Registers an action to run when the interrupt is raised, or runs it at once if it was.
    pub fn when_raised(&self, action: impl FnOnce() + Send + 'static) {
        let mut state = self.lock();
        if state.raised_by.is_some() {
            drop(state);
            action();
        } else {
            state.actions.push(Box::new(action));
        }
    }

    /// Waits for `time`, or until the interrupt is raised.
    pub fn wait(&self, time: Duration) {
        let state = self.lock();
        let _ = self.raised.wait_timeout_while(state, time, |state| state.raised_by.is_none());
    }

    /// Registers the action to run if the process does not end in time after a signal.
    pub fn when_out_of_time(&self, action: impl FnOnce() + Send + 'static) {
        self.lock().last_action = Some(Box::new(action));
    }

    fn take_last_action(&self) -> Option<Action> {
        let mut state = self.lock();
        if state.is_reporting { None } else { state.last_action.take() }
    }

    /// Notes that only the report is left, for which a signal waits longer.
    pub fn begin_report(&self) {
        self.lock().is_reporting = true;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use nix::sys::signal::raise;

    use super::*;

    #[test]
    fn a_raised_interrupt_ends_waits_and_runs_its_actions() {
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
        assert_eq!(interrupt.exit_code(), Some(130));
        assert!(done.load(Ordering::SeqCst));
        interrupt.wait(Duration::MAX);
    }

    #[test]
    fn an_action_added_too_late_runs_at_once() {
        let interrupt = Interrupt::default();
        interrupt.raise();
        let done = Arc::new(AtomicBool::new(false));
        interrupt.when_raised({
            let done = Arc::clone(&done);
            move || done.store(true, Ordering::SeqCst)
        });
        assert!(done.load(Ordering::SeqCst));
    }

    #[test]
    fn a_report_that_is_under_way_takes_the_place_of_the_last_action() {
        let interrupt = Interrupt::default();
        interrupt.when_out_of_time(|| ());
        interrupt.begin_report();
        assert!(interrupt.take_last_action().is_none());
    }

    #[test]
    fn the_wait_lasts_while_threads_become_fewer() {
        for (counts, expected) in [(vec![4, 4], 1), (vec![0, 0], 1), (vec![4, 3, 1, 1, 0], 3)] {
            let counts = Mutex::new(counts.into_iter());
            let waits = Mutex::new(0);
            let count = || counts.lock().unwrap().next().unwrap();
            while_they_become_fewer(count, || *waits.lock().unwrap() += 1);
            assert_eq!(waits.into_inner().unwrap(), expected);
        }
    }

    #[test]
    fn a_signal_while_handlers_are_set_up_waits_for_them() {
        let has_come = Arc::new(AtomicBool::new(false));
        let set_up = || {
            // By default, it ends the process.
            raise(Signal::SIGUSR2)?;
            flag::register(Signal::SIGUSR2 as i32, Arc::clone(&has_come)).map(drop)
        };
        with_signals_blocked(&[Signal::SIGUSR2], set_up).unwrap();
        assert!(has_come.load(Ordering::SeqCst));
    }

    #[test]
    fn the_kernel_lists_ignored_signals_as_bits() {
        let check = |status: &str, expected: u64| {
            assert_eq!(ignored_signals(status), expected, "{status:?}");
        };
        check("Name:\tx\nSigBlk:\tffff\nSigIgn:\t0000000000001002\nSigCgt:\t1\n", 0x1002);
        check("SigIgn:\t0000000000000000\n", 0);
        check("", 0);
        check("SigIgn:\tnone\n", 0);
    }
}
