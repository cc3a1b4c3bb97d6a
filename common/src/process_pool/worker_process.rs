//! One worker process, seen from the pool: lines in, lines out, no wait without an end.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::Shutdown,
    os::{fd::OwnedFd, unix::net::UnixStream},
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam::{
    channel::{self, Receiver, RecvTimeoutError, Sender},
    select,
};
use nix::fcntl::{FcntlArg, OFlag, fcntl};

use crate::stopwatch::WallClock;

/// More than this on one line is no answer.
const LINE_BYTES_MAX: u64 = 16 << 20;

/// Lines that are read ahead of their use; twice as many as tasks are ever handed over.
const LINES_MAX: usize = 2 * super::supervisor::HANDED_OVER_MAX;

/// How long a worker may take to end once it has nothing more to do.
const GRACE: Duration = Duration::from_secs(5);

/// How often a worker that is waited for is looked at.
const HEARTBEAT: Duration = Duration::from_millis(100);

/// How often a full pipe, or a process that is about to end, is looked at again.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(1);

/// Tells that the pool is being dropped: by its end, since nothing is ever sent.
pub(super) type Stopped = Receiver<()>;

/// Why no line came, or none could be sent.
#[derive(Clone, Copy, Debug)]
pub(super) enum NoLine {
    /// The process will not write, or read, any more.
    Ended,
    /// The time was over before.
    Overdue,
    /// The pool is being dropped.
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
    stopped: Stopped,
}

impl WorkerProcess {
    pub(super) fn spawn(command: &mut Command, stopped: Stopped) -> io::Result<Self> {
        let (stdout, childs_stdout) = UnixStream::pair()?;
        let child = command.stdin(Stdio::piped()).stdout(OwnedFd::from(childs_stdout)).spawn();
        // The command keeps the child's end until it is given another: not for longer than that.
        command.stdout(Stdio::null());
        let mut child = child?;
        let stdin = child.stdin.take();
        let (sender, lines) = channel::bounded(LINES_MAX);
        let mut process = Self { child, stdin, stdout, reader: None, lines, stopped };
        // A worker that does not read must not hold up a pool that is to stop. The flag belongs
        // to our end of the pipe alone.
        fcntl(process.stdin()?, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        let stdout = process.stdout.try_clone()?;
        let reader = thread::Builder::new()
            .name(format!("reader-{}", process.pid()))
            .spawn(move || read_lines(stdout, &sender))?;
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
    pub(super) fn send(&self, line: &str, deadline: Option<Duration>) -> Result<(), NoLine> {
        let clock = WallClock::start();
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
                }
                Err(_) => return Err(NoLine::Ended),
            }
        }
        Ok(())
    }

    /// Waits for the next line, for at most `patience`, if that is limited.
    pub(super) fn receive(&mut self, patience: Option<Duration>) -> Result<Vec<u8>, NoLine> {
        let overdue = patience.map_or_else(channel::never, channel::after);
        let heartbeat = channel::tick(HEARTBEAT);
        loop {
            // A line that is here counts, however late we look.
            if let Ok(line) = self.lines.try_recv() {
                return Ok(line);
            }
            select! {
                recv(self.lines) -> line => return line.map_err(|_| NoLine::Ended),
                recv(self.stopped) -> _ => return Err(NoLine::Stopped),
                recv(overdue) -> _ => return Err(NoLine::Overdue),
                // The end of the socket does not tell, if a child of the child keeps it open.
                recv(heartbeat) -> _ => {
                    if self.has_ended() && self.lines.is_empty() {
                        return Err(NoLine::Ended);
                    }
                }
            }
        }
    }

    /// Whether the process is dead.
    pub(super) fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }

    /// How the process ended; `None` when it has not, although its stdout has.
    pub(super) fn status_after_end(&mut self) -> Option<ExitStatus> {
        let clock = WallClock::start();
        while clock.elapsed() < GRACE {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            self.pause().ok()?;
        }
        None
    }

    /// Lets the process end by itself, since there is nothing more to do.
    pub(super) fn retire(mut self) {
        drop(self.stdin.take());
        if let Err(NoLine::Ended) = self.receive(Some(GRACE)) {
            self.status_after_end();
        }
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

/// Sends whole lines until the socket or the receiver ends; the end of the channel tells of it.
fn read_lines(stdout: UnixStream, lines: &Sender<Vec<u8>>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        let read = (&mut stdout).take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
        let is_whole = line.ends_with(b"\n") || line.len() as u64 == LINE_BYTES_MAX;
        if read.is_err() || !is_whole || lines.send(line).is_err() {
            return;
        }
    }
}
