//! A worker process as its pool sees it: lines in and out; every wait has an end.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::Shutdown,
    os::{fd::OwnedFd, unix::net::UnixStream},
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use common::stopwatch::WallClock;
use crossbeam::{
    channel::{self, Receiver, RecvTimeoutError, Sender},
    select,
};
use nix::fcntl::{FcntlArg, OFlag, fcntl};
#[cfg(target_os = "linux")]
use nix::{
    sys::wait::{Id, WaitPidFlag, WaitStatus, waitid},
    unistd::Pid,
};

use crate::{protocol, stop_signal::Stopped};

/// The most bytes of a line.
const LINE_BYTES_MAX: u64 = 16 << 20;

/// The number of tasks that are sent to a worker before it answers the first one.
pub(crate) const HANDED_OVER_MAX: usize = 16;

/// The most lines that are read ahead, twice as many as tasks are sent ahead.
const LINES_MAX: usize = 2 * HANDED_OVER_MAX;

/// The time that a worker has to end when all tasks are done.
const GRACE: Duration = Duration::from_secs(5);

/// The interval at which a worker is checked during a wait.
const CHECK_INTERVAL: Duration = Duration::from_millis(100);

/// The most that a pause between two checks counts.
const PAUSE_COUNTED_MAX: Duration = Duration::from_secs(1);

/// The interval at which a full pipe, or a process that is about to end, is checked again.
const RECHECK_INTERVAL: Duration = Duration::from_millis(1);

/// The reason why no line was received or sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoLine {
    /// The process has ended or closed its stream.
    Ended,
    /// The deadline has passed.
    Overdue,
    /// The process sent no answer and no heartbeat for too long.
    Silent,
    /// The process never sent anything.
    NoHandshake,
    /// The pool is stopped.
    Stopped,
}

/// A child with a pipe to its stdin and a socket from its stdout; killed when dropped.
///
/// A socket, since it can be shut down from our side: that ends our reader. It also shows
/// workers that the child may have started in its turn that their output is not read any more.
#[derive(Debug)]
pub(crate) struct WorkerProcess {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: UnixStream,
    reader: Option<JoinHandle<()>>,
    lines: Receiver<Vec<u8>>,
    signs: Arc<Signs>,
    silence: Silence,
    /// Whether it was sent anything to answer.
    was_asked: bool,
    stopped: Stopped,
}

/// The remains of a killed process.
pub(crate) struct KilledWorker {
    /// The lines that it wrote and that were not received.
    pub(crate) lines: Vec<Vec<u8>>,
    /// Whether it was asked for heartbeats and has not sent a single one.
    pub(crate) sent_no_heartbeat: bool,
}

impl WorkerProcess {
    /// Starts the process, which may be silent for `silence_max` during a wait.
    pub(crate) fn spawn(
        command: &mut Command,
        silence_max: Duration,
        stopped: Stopped,
    ) -> io::Result<Self> {
        let (stdout, childs_stdout) = UnixStream::pair()?;
        let child = command.stdin(Stdio::piped()).stdout(OwnedFd::from(childs_stdout)).spawn();
        // The command keeps the child's end until it is given another: not for longer than that.
        command.stdout(Stdio::null());
        let mut child = child?;
        let stdin = child.stdin.take();
        let (sender, lines) = channel::bounded(LINES_MAX);
        let signs = Arc::new(Signs::default());
        let seen = Arc::clone(&signs);
        let silence = Silence::new(silence_max);
        let was_asked = false;
        let mut process =
            Self { child, stdin, stdout, reader: None, lines, signs, silence, was_asked, stopped };
        // A worker that does not read must not hold up a pool that is to stop. The flag belongs
        // to our end of the pipe alone.
        fcntl(process.stdin()?, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        let stdout = process.stdout.try_clone()?;
        let reader = thread::Builder::new()
            .name(format!("reader-{}", process.pid()))
            .spawn(move || read_lines(stdout, &sender, &seen))?;
        process.reader = Some(reader);
        Ok(process)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    fn stdin(&self) -> io::Result<&ChildStdin> {
        self.stdin.as_ref().ok_or_else(|| io::ErrorKind::BrokenPipe.into())
    }

    /// Writes `line` within `deadline`, if there is one.
    pub(crate) fn send(&mut self, line: &str, deadline: Option<Duration>) -> Result<(), NoLine> {
        self.was_asked = true;
        self.silence.begin();
        let mut waited = Duration::ZERO;
        let mut rest = line.as_bytes();
        while !rest.is_empty() {
            match self.stdin().and_then(|mut stdin| stdin.write(rest)) {
                Ok(written) => rest = &rest[written..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if deadline.is_some_and(|deadline| waited > deadline) {
                        return Err(NoLine::Overdue);
                    }
                    let pause = self.pause()?;
                    waited += pause;
                    self.check(pause)?;
                }
                Err(_) => return Err(NoLine::Ended),
            }
        }
        Ok(())
    }

    /// Waits for the next line, for at most `timeout`.
    ///
    /// The time in which this process is stopped does not count, as in [`Silence`].
    pub(crate) fn receive(&mut self, timeout: Option<Duration>) -> Result<Vec<u8>, NoLine> {
        let mut left = timeout.unwrap_or(Duration::MAX);
        self.silence.begin();
        loop {
            // A line that has arrived counts, even after the deadline.
            if let Some(line) = self.received() {
                return Ok(line);
            }
            if left.is_zero() {
                return Err(NoLine::Overdue);
            }
            let clock = WallClock::start();
            select! {
                recv(self.lines) -> line => return line.map_err(|_| NoLine::Ended),
                recv(self.stopped) -> _ => return Err(NoLine::Stopped),
                default(left.min(CHECK_INTERVAL)) => {
                    let pause = counted(clock.elapsed());
                    left = left.saturating_sub(pause);
                    let state = self.check(pause);
                    if self.lines.is_empty() {
                        state?;
                    }
                }
            }
        }
    }

    /// A line that is received already.
    pub(crate) fn received(&self) -> Option<Vec<u8>> {
        self.lines.try_recv().ok()
    }

    /// Checks, after another wait of `waited`, whether the process is dead or silent for too long.
    ///
    /// The end of its pipes says nothing of its death, if a child of the child keeps them open.
    fn check(&mut self, waited: Duration) -> Result<(), NoLine> {
        if self.has_ended() {
            return Err(NoLine::Ended);
        }
        let has_line = self.signs.line.swap(false, Ordering::Relaxed);
        self.silence.check(waited, has_line)
    }

    /// Whether the process is dead.
    pub(crate) fn has_ended(&mut self) -> bool {
        // An error says that there is no such child any more.
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// The exit status; `None` when only its stdout has ended.
    pub(crate) fn status_after_end(&mut self) -> Option<ExitStatus> {
        let mut waited = Duration::ZERO;
        while waited < GRACE {
            match self.child.try_wait() {
                Ok(None) => waited += self.pause().ok()?,
                ended => return ended.ok().flatten(),
            }
        }
        None
    }

    /// Lets the process end, since all tasks are done.
    pub(crate) fn retire(mut self) {
        drop(self.stdin.take());
        // One that is stopped would not end within the grace either.
        if !self.is_stopped() && self.receive(Some(GRACE)) == Err(NoLine::Ended) {
            self.status_after_end();
        }
    }

    /// Whether the process is stopped (SIGSTOP); unknown outside of Linux.
    fn is_stopped(&self) -> bool {
        #[cfg(target_os = "linux")]
        {
            let pid = Pid::from_raw(self.pid().cast_signed());
            let flags = WaitPidFlag::WSTOPPED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
            matches!(waitid(Id::Pid(pid), flags), Ok(WaitStatus::Stopped(..)))
        }
        #[cfg(not(target_os = "linux"))]
        false
    }

    /// Kills the process during whatever it does.
    pub(crate) fn kill(mut self) -> KilledWorker {
        self.end();
        // What had arrived before the end can still be read. The reader ends with it.
        let lines = self.lines.iter().collect();
        let sent_no_heartbeat = self.was_asked && !self.signs.heartbeat.load(Ordering::Relaxed);
        KilledWorker { lines, sent_no_heartbeat }
    }

    fn end(&mut self) {
        // All fail only for a process that has ended already. Waiting is what adds its CPU time to
        // ours; the shutdown is for a reader that waits for a line.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = self.stdout.shutdown(Shutdown::Both);
    }

    /// Waits a moment, or until the pool is dropped; returns the counted time.
    fn pause(&self) -> Result<Duration, NoLine> {
        let clock = WallClock::start();
        match self.stopped.recv_timeout(RECHECK_INTERVAL) {
            Err(RecvTimeoutError::Timeout) => Ok(counted(clock.elapsed())),
            _ => Err(NoLine::Stopped),
        }
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        self.end();
        // The reader may wait for room for a line.
        self.lines = channel::never();
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

/// The counted part of a pause between two checks: see [`Silence`].
fn counted(pause: Duration) -> Duration {
    pause.min(PAUSE_COUNTED_MAX)
}

/// The signs of life that the reader has seen.
#[derive(Debug, Default)]
struct Signs {
    /// Whether a line came since the last check.
    line: AtomicBool,
    /// Whether a heartbeat ever came.
    heartbeat: AtomicBool,
}

/// The time that a process has been silent during waits.
///
/// It counts the pauses between our own checks, each for a second at most. In a longer pause, this
/// process was stopped as well (Ctrl-Z, `fg`), or the machine slept.
#[derive(Debug)]
struct Silence {
    max: Duration,
    so_far: Duration,
    had_any_line: bool,
}

impl Silence {
    fn new(max: Duration) -> Self {
        Self { max, so_far: Duration::ZERO, had_any_line: false }
    }

    /// Starts to count at the beginning of a wait.
    fn begin(&mut self) {
        self.so_far = Duration::ZERO;
    }

    fn check(&mut self, waited: Duration, has_line: bool) -> Result<(), NoLine> {
        if has_line {
            self.had_any_line = true;
            self.so_far = Duration::ZERO;
        } else {
            self.so_far += waited;
        }
        match (self.so_far < self.max, self.had_any_line) {
            (true, _) => Ok(()),
            (false, true) => Err(NoLine::Silent),
            (false, false) => Err(NoLine::NoHandshake),
        }
    }
}

/// Sends whole lines, without heartbeats, until the socket or the receiver ends.
fn read_lines(stdout: UnixStream, lines: &Sender<Vec<u8>>, signs: &Signs) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        let read = (&mut stdout).take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
        let is_whole = line.ends_with(b"\n") || line.len() as u64 == LINE_BYTES_MAX;
        if read.is_err() || !is_whole {
            return;
        }
        signs.line.store(true, Ordering::Relaxed);
        if line == protocol::HEARTBEAT {
            signs.heartbeat.store(true, Ordering::Relaxed);
        } else if lines.send(line).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_counted_by_checks_from_the_last_line_or_the_beginning_of_a_wait() {
        let mut silence = Silence::new(3 * CHECK_INTERVAL);
        let checks = |silence: &mut Silence| [(); 3].map(|()| silence.check(CHECK_INTERVAL, false));
        assert_eq!(checks(&mut silence), [Ok(()), Ok(()), Err(NoLine::NoHandshake)]);
        silence.begin();
        assert_eq!(silence.check(CHECK_INTERVAL, false), Ok(()));
        assert_eq!(silence.check(CHECK_INTERVAL, true), Ok(()));
        assert_eq!(checks(&mut silence), [Ok(()), Ok(()), Err(NoLine::Silent)]);
    }

    #[test]
    fn a_stop_of_this_process_is_no_silence_of_its_workers() {
        let mut silence = Silence::new(2 * PAUSE_COUNTED_MAX);
        assert_eq!(silence.check(counted(CHECK_INTERVAL), true), Ok(()));
        assert_eq!(silence.check(counted(Duration::from_hours(1)), false), Ok(()));
        assert_eq!(silence.check(counted(PAUSE_COUNTED_MAX), false), Err(NoLine::Silent));
    }
}
