//! The examiner: serves the socket at which a candidate asks for its work, holds the answers back, and
//! notes who asked, according to the kernel.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufReader, Read, Write},
    ops::Range,
    os::{
        fd::AsFd,
        unix::net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use common::{stopwatch::WallClock, threads};
use exam::{Message, Question};
use interrupt::Interrupt;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use serde::Serialize;
use serde_json::Value;

use crate::{
    piece_gate::{GateRecord, HoldTimeouts, PieceGate, ReleaseRule, Stillness, Watch},
    processes,
    sandbox::{SandboxError, open_to_all},
    verdict::Span,
};

/// The most bytes of a question; the result at the end may be longer.
const QUESTION_BYTES_MAX: usize = 1 << 10;
const ANSWER_BYTES_MAX: usize = 4 << 20;

/// The most connections that are served at once: as many as a submission may have threads. More would
/// cost the grader its open files.
const CONNECTIONS_MAX: usize = 256;

/// The default latency of the lab's local web.
pub(crate) const LATENCY: Duration = Duration::from_millis(50);

/// The pause after a failed attempt to accept a connection.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(10);

/// The most spans of a timeline.
const SPANS_MAX: usize = 200;

/// The time that a connected candidate has to send its question.
const SPEAK_WITHIN: Duration = Duration::from_secs(10);

/// The answer to a question, and when it is sent.
pub enum Reply {
    /// The answer that is sent at once.
    Now(Value),
    /// The answer that is sent when the gate releases the piece of work.
    Held(Value),
    /// The answer that is sent after the latency of the lab's local web.
    Later(Value),
}

impl Reply {
    /// An answer that is sent at once.
    pub fn now(answer: impl Serialize) -> Self {
        Self::Now(value_of(answer))
    }

    /// An answer that is sent after the latency of the lab's local web.
    pub fn later(answer: impl Serialize) -> Self {
        Self::Later(value_of(answer))
    }

    /// An answer that is sent when the gate releases the piece of work.
    pub fn held(answer: impl Serialize) -> Self {
        Self::Held(value_of(answer))
    }
}

/// The data as JSON.
pub(crate) fn value_of(data: impl Serialize) -> Value {
    serde_json::to_value(data).expect("plain data can be written")
}

/// A worker's request for a piece of work, which the gate held.
#[derive(Clone, Debug)]
pub struct HeldRequest {
    /// The piece of work.
    pub piece: Range<u64>,
    /// The worker's process, from the credentials of its end of the socket.
    pub pid: u32,
    /// The parent of that process, if known.
    pub parent: Option<u32>,
    /// The worker's thread, if the kernel confirms it.
    pub thread: Option<Thread>,
    /// The CPU time of the worker's process when it asked, if known.
    pub cpu: Option<Duration>,
    /// The time of the request, from the start of the exam.
    pub since: Duration,
    /// The time of its release, if it was released.
    pub until: Option<Duration>,
    /// The number of its wave, if it was released with a wave.
    pub wave: Option<usize>,
}

/// A thread, according to the kernel.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Thread {
    /// Its id.
    pub id: u32,
    /// The first 15 bytes of its name.
    pub name: String,
}

/// The record of an exam.
#[derive(Clone, Debug)]
pub struct Record {
    /// All held requests, in the order of arrival.
    pub held_requests: Vec<HeldRequest>,
    /// The record of the gate.
    pub seen: GateRecord,
    /// The number of threads of the first stuck process, if a timeout released its pieces.
    pub threads_when_stuck: Option<usize>,
}

type Responder = dyn Fn(u32, Question) -> Option<Reply> + Send + Sync;

struct Shared {
    user: u32,
    responder: Box<Responder>,
    gate: PieceGate,
    watch: Watch,
    clock: WallClock,
    stopping: AtomicBool,
    connections: Mutex<ConnectionQueue>,
    /// Locked by the only connection that may send more than `QUESTION_BYTES_MAX`.
    answering: Mutex<()>,
    held_requests: Mutex<Vec<HeldRequest>>,
    threads_when_stuck: Mutex<Option<usize>>,
}

/// The socket, and the number of connections in service.
struct ConnectionQueue {
    listener: UnixListener,
    /// The number of connections in service.
    served: usize,
}

/// Serves one exam; stops when dropped.
pub struct Examiner {
    path: PathBuf,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

impl Examiner {
    /// Serves `responder`'s answers in `folder` to the processes of `user`, held back by `rule`. A
    /// question without an answer closes its connection, as one of another user does.
    ///
    /// # Errors
    /// When the socket cannot be served.
    pub fn serve(
        folder: &Path,
        user: u32,
        rule: ReleaseRule,
        timeouts: HoldTimeouts,
        responder: impl Fn(u32, Question) -> Option<Reply> + Send + Sync + 'static,
    ) -> Result<Self, SandboxError> {
        program::open_files::raise_limit();
        let path = folder.join(exam::SOCKET);
        let serve = || {
            let listener = UnixListener::bind(&path)?;
            listener.set_nonblocking(true)?;
            Ok((listener.try_clone()?, listener))
        };
        let (incoming, listener) = serve().map_err(SandboxError::io("serve a socket"))?;
        open_to_all(&path, 0o777)?;
        let shared = Arc::new(Shared {
            user,
            responder: Box::new(responder),
            gate: PieceGate::new(rule, timeouts),
            watch: Watch::default(),
            clock: WallClock::start(),
            stopping: AtomicBool::new(false),
            connections: Mutex::new(ConnectionQueue { listener, served: 0 }),
            answering: Mutex::default(),
            held_requests: Mutex::default(),
            threads_when_stuck: Mutex::default(),
        });
        let acceptor = thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&incoming, &shared)
        });
        Ok(Self { path, shared, acceptor: Some(acceptor) })
    }

    /// The path of the socket.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The record so far.
    pub fn record(&self) -> Record {
        Record {
            held_requests: lock(&self.shared.held_requests).clone(),
            seen: self.shared.gate.seen(),
            threads_when_stuck: *lock(&self.shared.threads_when_stuck),
        }
    }
}

impl Record {
    /// The held requests of each wave.
    pub(crate) fn waves(&self) -> impl Iterator<Item = Vec<&HeldRequest>> {
        let mut waves: BTreeMap<usize, Vec<&HeldRequest>> = BTreeMap::new();
        for request in &self.held_requests {
            if let Some(wave) = request.wave {
                waves.entry(wave).or_default().push(request);
            }
        }
        waves.into_values()
    }

    /// The spans of the held requests, as many as a timeline shows.
    pub fn timeline(&self) -> Vec<Span> {
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let span = |request: &HeldRequest| Span {
            pid: request.pid,
            thread: request.thread.as_ref().map_or_else(String::new, |thread| thread.name.clone()),
            tid: request.thread.as_ref().map(|thread| thread.id),
            label: named(&request.piece),
            start_us: micros(request.since),
            end_us: micros(request.until.unwrap_or(request.since)),
        };
        self.held_requests.iter().take(SPANS_MAX).map(span).collect()
    }
}

/// A label for a piece of work.
pub(crate) fn named(Range { start, end }: &Range<u64>) -> String {
    if end.checked_sub(*start) == Some(1) {
        format!("piece {start}")
    } else {
        format!("piece {start}..{end}")
    }
}

impl Drop for Examiner {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        self.shared.gate.give_up();
        let woken = UnixStream::connect(&self.path).is_ok();
        if let (true, Some(acceptor)) = (woken, self.acceptor.take()) {
            let _ = acceptor.join();
        }
    }
}

impl Shared {
    /// Whether the candidate moves, while `waiting` of its pieces are held.
    fn look(&self, waiting: usize) -> Stillness {
        let stillness = self.watch.look();
        // A question that it asked before it fell asleep may not have been read yet.
        let connections = lock(&self.connections);
        if connections.served > waiting || is_readable(&connections.listener) {
            return Stillness::Moving;
        }
        stillness
    }
}

fn accept(incoming: &UnixListener, shared: &Shared) {
    thread::scope(|scope| {
        while !shared.stopping.load(Ordering::SeqCst) {
            let wait = PollFd::new(incoming.as_fd(), PollFlags::POLLIN);
            let _ = poll(&mut [wait], PollTimeout::NONE);
            let mut connections = lock(&shared.connections);
            let stream = match connections.listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                Err(_) => {
                    drop(connections);
                    Interrupt::default().wait(ACCEPT_AGAIN_AFTER);
                    continue;
                }
            };
            if connections.served >= CONNECTIONS_MAX {
                continue; // which hangs up
            }
            connections.served += 1;
            drop(connections);
            let served = Served(shared);
            let serve = move || {
                let served = served; // all of it, so that it ends with this closure
                // A candidate that hangs up or talks nonsense is not answered, and that is all.
                let _ = answer(&stream, served.0);
            };
            // Without a thread for it, a connection is hung up on.
            let _ = thread::Builder::new().spawn_scoped(scope, serve);
        }
    });
}

/// Counts a connection as served until this is dropped.
struct Served<'a>(&'a Shared);

impl Drop for Served<'_> {
    fn drop(&mut self) {
        lock(&self.0.connections).served -= 1;
    }
}

/// Whether a connection waits to be accepted.
fn is_readable(listener: &UnixListener) -> bool {
    poll(&mut [PollFd::new(listener.as_fd(), PollFlags::POLLIN)], PollTimeout::ZERO) != Ok(0)
}

fn answer(mut stream: &UnixStream, shared: &Shared) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(SPEAK_WITHIN))?;
    stream.set_write_timeout(Some(SPEAK_WITHIN))?;
    let Message { task, question } = read_question(stream, shared)?;
    let peer = gate::peer(stream).filter(|peer| peer.user == shared.user);
    let pid = peer.ok_or(io::ErrorKind::PermissionDenied)?.pid;
    let piece = match question {
        Question::Piece { from, to } => from..to,
        Question::Assignment => {
            shared.watch.set_candidate(pid);
            0..0
        }
        _ => 0..0,
    };
    let reply = match (shared.responder)(pid, question) {
        None => return Ok(()),
        Some(Reply::Now(reply)) => reply,
        Some(Reply::Later(reply)) => {
            Interrupt::default().wait(LATENCY);
            reply
        }
        Some(Reply::Held(reply)) => {
            hold(pid, piece, task.as_deref(), shared);
            reply
        }
    };
    let mut reply = serde_json::to_vec(&reply)?;
    reply.push(b'\n');
    stream.write_all(&reply)
}

/// Reads the line of a question. Only one connection at a time may send a long one.
fn read_question(stream: &UnixStream, shared: &Shared) -> io::Result<Message> {
    let mut reader = BufReader::with_capacity(QUESTION_BYTES_MAX, stream);
    let mut line = Vec::new();
    reader.by_ref().take(QUESTION_BYTES_MAX as u64).read_until(b'\n', &mut line)?;
    if line.last() == Some(&b'\n') {
        return Ok(serde_json::from_slice(&line)?);
    }
    let _turn = lock(&shared.answering);
    reader.take(ANSWER_BYTES_MAX as u64).read_until(b'\n', &mut line)?;
    Ok(serde_json::from_slice(&line)?)
}

fn hold(pid: u32, piece: Range<u64>, task: Option<&str>, shared: &Shared) {
    let parent = processes::process(pid).map(|process| process.parent);
    let thread = task.and_then(|task| {
        let id = processes::thread_called(pid, task)?;
        Some(Thread { id, name: processes::thread_name(pid, id)? })
    });
    let cpu = processes::cpu_time(pid);
    let since = shared.clock.elapsed();
    let request = HeldRequest {
        piece: piece.clone(),
        pid,
        parent,
        thread,
        cpu,
        since,
        until: None,
        wave: None,
    };
    let index = {
        let mut held_requests = lock(&shared.held_requests);
        held_requests.push(request);
        held_requests.len() - 1
    };
    let wave = shared.gate.pass(&piece, |waiting| shared.look(waiting));
    if shared.gate.seen().shortage.is_some() {
        lock(&shared.threads_when_stuck).get_or_insert_with(|| threads::count(pid));
    }
    let mut held_requests = lock(&shared.held_requests);
    held_requests[index].until = Some(shared.clock.elapsed());
    held_requests[index].wave = wave;
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every value of ours is whole after each statement.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
