//! One worker process, seen from the pool: lines in, lines out, no wait without an end.

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

use super::protocol;
use crate::stopwatch::WallClock;

/// More than this on one line is no answer.
const LINE_BYTES_MAX: u64 = 16 << 20;

/// Lines that are read ahead of their use; twice as many as tasks are ever handed over.
const LINES_MAX: usize = 2 * super::supervisor::HANDED_OVER_MAX;

/// How long a worker may take to end once it has nothing more to do.
const GRACE: Duration = Duration::from_secs(5);

/// How often a worker that is waited for is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How often a full pipe, or a process that is about to end, is looked at again.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(1);

/// Tells that the pool is stopped: by its end, since nothing is ever sent.
pub(super) type Stopped = Receiver<()>;

/// Why no line came, or none could be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoLine {
    /// The process will not write, or read, any more.
    Ended,
    /// The time was over before.
    Overdue,
    /// Neither an answer nor a heartbeat came for too long.
    Silent,
    /// The same, and nothing ever came.
    NoHandshake,
    /// The pool is stopped.
    Stopped,
}

/// A child with a pipe to its stdin and a socket from its stdout; killed when dropped.
///
/// A socket, since it can be shut down from our side: that ends our reader, and tells workers that
/// the child may have started in its turn that nobody listens any more.
#[derive(Debug)]
pub(super) struct WorkerProcess {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: UnixStream,
    reader: Option<JoinHandle<()>>,
    lines: Receiver<Vec<u8>>,
    silence: Silence,
    stopped: Stopped,
}

impl WorkerProcess {
    /// Starts the process, which may be silent for `silence_max` when it is waited for.
    pub(super) fn spawn(
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
        let silence = Silence::new(silence_max);
        let is_broken = Arc::clone(&silence.is_broken);
        let mut process = Self { child, stdin, stdout, reader: None, lines, silence, stopped };
        // A worker that does not read must not hold up a pool that is to stop. The flag belongs
        // to our end of the pipe alone.
        fcntl(process.stdin()?, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        let stdout = process.stdout.try_clone()?;
        let reader = thread::Builder::new()
            .name(format!("reader-{}", process.pid()))
            .spawn(move || read_lines(stdout, &sender, &is_broken))?;
        process.reader = Some(reader);
        Ok(process)
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    fn stdin(&self) -> io::Result<&ChildStdin> {
        self.stdin.as_ref().ok_or_else(|| io::ErrorKind::BrokenPipe.into())
    }

    /// Writes `line` within `deadline`, if there is one.
    pub(super) fn send(&mut self, line: &str, deadline: Option<Duration>) -> Result<(), NoLine> {
        let clock = WallClock::start();
        self.silence.begin();
        let mut rest = line.as_bytes();
        while !rest.is_empty() {
            match self.stdin().and_then(|mut stdin| stdin.write(rest)) {
                Ok(written) => rest = &rest[written..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if deadline.is_some_and(|deadline| clock.elapsed() > deadline) {
                        return Err(NoLine::Overdue);
                    }
                    self.pause()?;
                    self.look(LOOK_AGAIN_AFTER)?;
                }
                Err(_) => return Err(NoLine::Ended),
            }
        }
        Ok(())
    }

    /// Waits for the next line, for at most `patience`, if that is limited.
    pub(super) fn receive(&mut self, patience: Option<Duration>) -> Result<Vec<u8>, NoLine> {
        let overdue = patience.map_or_else(channel::never, channel::after);
        let look = channel::tick(LOOK_EVERY);
        self.silence.begin();
        loop {
            // A line that is here counts, however late we look.
            if let Some(line) = self.received() {
                return Ok(line);
            }
            select! {
                recv(self.lines) -> line => return line.map_err(|_| NoLine::Ended),
                recv(self.stopped) -> _ => return Err(NoLine::Stopped),
                recv(overdue) -> _ => return Err(NoLine::Overdue),
                recv(look) -> _ => {
                    let state = self.look(LOOK_EVERY);
                    if self.lines.is_empty() {
                        state?;
                    }
                }
            }
        }
    }

    /// A line that is here already.
    pub(super) fn received(&self) -> Option<Vec<u8>> {
        self.lines.try_recv().ok()
    }

    /// Whether the process, after another wait of `waited`, is dead or has been silent for too long.
    ///
    /// The end of its pipes says nothing of its death, if a child of the child keeps them open.
    fn look(&mut self, waited: Duration) -> Result<(), NoLine> {
        if self.has_ended() { Err(NoLine::Ended) } else { self.silence.look(waited) }
    }

    /// Whether the process is dead.
    pub(super) fn has_ended(&mut self) -> bool {
        // An error says that there is no such child any more.
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// How the process ended; `None` when it has not, although its stdout has.
    pub(super) fn status_after_end(&mut self) -> Option<ExitStatus> {
        let clock = WallClock::start();
        while clock.elapsed() < GRACE {
            match self.child.try_wait() {
                Ok(None) => self.pause().ok()?,
                ended => return ended.ok().flatten(),
            }
        }
        None
    }

    /// Lets the process end by itself, since there is nothing more to do.
    pub(super) fn retire(mut self) {
        drop(self.stdin.take());
        // One that is stopped would not end within the grace either.
        if !self.is_stopped() && self.receive(Some(GRACE)) == Err(NoLine::Ended) {
            self.status_after_end();
        }
    }

    /// Whether the process is stopped, as SIGSTOP does it; not known outside of Linux.
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

    /// Ends the process in the middle of whatever it does; returns the lines that it had written.
    pub(super) fn kill(mut self) -> Vec<Vec<u8>> {
        self.end();
        // What had arrived before the end can still be read.
        self.lines.iter().collect()
    }

    fn end(&mut self) {
        // All fail only for a process that has ended already. Waiting is what adds its CPU time to
        // ours; the shutdown is for a reader that waits for a line.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = self.stdout.shutdown(Shutdown::Both);
    }

    /// Waits for a moment, or for the pool to be dropped.
    fn pause(&self) -> Result<(), NoLine> {
        match self.stopped.recv_timeout(LOOK_AGAIN_AFTER) {
            Err(RecvTimeoutError::Timeout) => Ok(()),
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

/// For how long a process has said nothing while we waited for it.
///
/// Only our own looks are counted, each for the time that it should take. So a pause in which we did
/// not look, since we were stopped as well (Ctrl-Z, `fg`) or got no processor, is not silence.
#[derive(Debug)]
struct Silence {
    max: Duration,
    so_far: Duration,
    /// Set by the reader with each line, taken back by each look.
    is_broken: Arc<AtomicBool>,
    was_ever_broken: bool,
}

impl Silence {
    fn new(max: Duration) -> Self {
        Self { max, so_far: Duration::ZERO, is_broken: Arc::default(), was_ever_broken: false }
    }

    /// Starts to count: only now something is waited for.
    fn begin(&mut self) {
        self.so_far = Duration::ZERO;
    }

    fn look(&mut self, waited: Duration) -> Result<(), NoLine> {
        if self.is_broken.swap(false, Ordering::Relaxed) {
            self.was_ever_broken = true;
            self.so_far = Duration::ZERO;
        } else {
            self.so_far += waited;
        }
        match (self.so_far < self.max, self.was_ever_broken) {
            (true, _) => Ok(()),
            (false, true) => Err(NoLine::Silent),
            (false, false) => Err(NoLine::NoHandshake),
        }
    }
}

/// Sends whole lines but for heartbeats, until the socket or the receiver ends; the end of the
/// channel tells of it. Each line breaks the silence.
fn read_lines(stdout: UnixStream, lines: &Sender<Vec<u8>>, silence_is_broken: &AtomicBool) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        let read = (&mut stdout).take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
        let is_whole = line.ends_with(b"\n") || line.len() as u64 == LINE_BYTES_MAX;
        if read.is_err() || !is_whole {
            return;
        }
        silence_is_broken.store(true, Ordering::Relaxed);
        if line != protocol::HEARTBEAT && lines.send(line).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_counted_by_looks_from_the_last_line_or_the_beginning_of_a_wait() {
        let mut silence = Silence::new(3 * LOOK_EVERY);
        let looks = |silence: &mut Silence| [(); 3].map(|()| silence.look(LOOK_EVERY));
        assert_eq!(looks(&mut silence), [Ok(()), Ok(()), Err(NoLine::NoHandshake)]);
        silence.begin();
        assert_eq!(silence.look(LOOK_EVERY), Ok(()));
        silence.is_broken.store(true, Ordering::Relaxed);
        assert_eq!(silence.look(LOOK_EVERY), Ok(()));
        assert_eq!(looks(&mut silence), [Ok(()), Ok(()), Err(NoLine::Silent)]);
    }
}
