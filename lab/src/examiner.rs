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
use gate::peer;
use interrupt::Interrupt;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use program::open_files;
use serde::Serialize;
use serde_json::Value;

use crate::{
    piece_gate::{GateRecord, HoldTimeouts, PieceGate, ReleaseRule, Stillness, Watch},
    processes,
    sandbox::{SandboxError, open_to_all},
    verdict::Span,
};

/// A question is shorter, but for the last one, which brings the answer.
const QUESTION_BYTES_MAX: usize = 1 << 10;
const ANSWER_BYTES_MAX: usize = 4 << 20;

/// The most connections that are served at once: as many as a submission may have threads. More would
/// cost the grader its open files.
const CONNECTIONS_MAX: usize = 256;

/// How long the local web of the lab takes for an answer, unless it is asked for another latency.
pub(crate) const LATENCY: Duration = Duration::from_millis(50);

/// How long the grader waits to accept a connection when it has no open file left.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(10);

/// A picture shows no more spans than this.
const SPANS_MAX: usize = 200;

/// How long a candidate that has connected may take to say something.
const SPEAK_WITHIN: Duration = Duration::from_secs(10);

/// What a question is answered with.
pub enum Reply {
    /// At once.
    Now(Value),
    /// When the rule for held work lets it go.
    Held(Value),
    /// After the usual latency of the local web of the lab.
    Later(Value),
}

impl Reply {
    /// Plain data, at once.
    pub fn now(answer: impl Serialize) -> Self {
        Self::Now(value_of(answer))
    }

    /// Plain data, after the usual latency of the local web of the lab.
    pub fn later(answer: impl Serialize) -> Self {
        Self::Later(value_of(answer))
    }

    /// Plain data, when the rule lets it go.
    pub fn held(answer: impl Serialize) -> Self {
        Self::Held(value_of(answer))
    }
}

/// Plain data, as it is written to a candidate.
pub(crate) fn value_of(data: impl Serialize) -> Value {
    serde_json::to_value(data).expect("plain data can be written")
}

/// A worker that asked for a piece of work, which was held back.
#[derive(Clone, Debug)]
pub struct HeldRequest {
    /// The piece of work that it was at.
    pub piece: Range<u64>,
    /// Its process, from the credentials of its end of the socket.
    pub pid: u32,
    /// The parent of that process, if the kernel says so.
    pub parent: Option<u32>,
    /// Its thread, if the kernel agrees that it is one of that process.
    pub thread: Option<Thread>,
    /// The CPU time that its process had used up when it came, if the kernel says so.
    pub cpu: Option<Duration>,
    /// When it came, since the exam began.
    pub since: Duration,
    /// When it was let go, if it was.
    pub until: Option<Duration>,
    /// The wave that it was let go with, if it was one of a wave.
    pub wave: Option<usize>,
}

/// A thread, as the kernel knows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Thread {
    /// Its id.
    pub id: u32,
    /// The first 15 bytes of its name.
    pub name: String,
}

/// What was seen in an exam.
#[derive(Clone, Debug)]
pub struct Record {
    /// All that asked for held work, in the order of arrival.
    pub held_requests: Vec<HeldRequest>,
    /// What was seen while their pieces were held.
    pub seen: GateRecord,
    /// How many threads the first process had when a timeout released its pieces, if one did.
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
    /// Taken by the one connection that may say more than a question.
    answering: Mutex<()>,
    held_requests: Mutex<Vec<HeldRequest>>,
    threads_when_stuck: Mutex<Option<usize>>,
}

/// The socket, and the number of connections in service.
struct ConnectionQueue {
    listener: UnixListener,
    /// How many connections are being served.
    served: usize,
}

/// Serves one exam; stops when dropped.
pub struct Examiner {
    path: PathBuf,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

impl Examiner {
    /// Serves in `folder` the answers of `responder` to the processes of a user, held back by `rule`. A question
    /// without an answer closes its connection, as one of another user does.
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
        open_files::raise_limit();
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

    /// The socket.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What has been seen so far.
    pub fn record(&self) -> Record {
        Record {
            held_requests: lock(&self.shared.held_requests).clone(),
            seen: self.shared.gate.seen(),
            threads_when_stuck: *lock(&self.shared.threads_when_stuck),
        }
    }
}

impl Record {
    /// The sightings that were let go together, wave by wave.
    pub(crate) fn waves(&self) -> impl Iterator<Item = Vec<&HeldRequest>> {
        let mut waves: BTreeMap<usize, Vec<&HeldRequest>> = BTreeMap::new();
        for request in &self.held_requests {
            if let Some(wave) = request.wave {
                waves.entry(wave).or_default().push(request);
            }
        }
        waves.into_values()
    }

    /// Who was at work when, as far as a picture can show it.
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

/// A piece of work, by its numbers.
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
    /// Whether the candidate moves, while `waiting` of its pieces are held here.
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

/// A connection that counts as served until it is, however that ends.
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
    let peer = peer(stream).filter(|peer| peer.user == shared.user);
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

/// Reads a line. Only one connection at a time may send one that is longer than a question.
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
