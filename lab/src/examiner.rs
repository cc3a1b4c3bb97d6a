//! The examiner: serves the socket that a candidate's work is asked at, holds it back at a gate, and
//! notes whose it is, as the kernel says.

use std::{
    io::{self, BufRead, BufReader, Write},
    num::NonZeroUsize,
    ops::Range,
    os::unix::net::{UnixListener, UnixStream},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use common::{
    exam::{Asked, Question},
    gate::{Gate, peer_pid},
    stopwatch::WallClock,
};
use serde_json::Value;

use crate::{
    processes,
    sandbox::{SandboxError, open_to_all},
    verdict::Span,
};

/// A question is shorter, but for the last one, which brings the answer.
const LINE_BYTES_MAX: u64 = 16 << 20;

/// More than that no picture shows.
const SPANS_MAX: usize = 200;

/// How long a candidate that has connected may take to say something.
const SPEAK_WITHIN: Duration = Duration::from_secs(10);

/// What a question is answered with.
pub enum Reply {
    /// At once.
    Now(Value),
    /// Behind the gate.
    Held(Value),
}

/// Somebody who was seen at the gate.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// The piece of work that it was at.
    pub piece: Range<u64>,
    /// Its process, from the credentials of its end of the socket.
    pub pid: u32,
    /// The parent of that process.
    pub parent: Option<u32>,
    /// Its thread, if the kernel agrees that it is one of that process.
    pub thread: Option<Thread>,
    /// The CPU time that its process had used up when it came, if the kernel says so.
    pub cpu: Option<Duration>,
    /// When it came, since the exam began.
    pub since: Duration,
    /// When it was let go, if it was.
    pub until: Option<Duration>,
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
    /// Everyone who came to the gate, in the order of arrival.
    pub sightings: Vec<Sighting>,
    /// The most who were held at once.
    pub peak: usize,
    /// Whether enough were.
    pub opened: bool,
    /// How many threads the first process had when patience ran out, if it did.
    pub threads_when_stuck: Option<usize>,
}

type Paper = dyn Fn(u32, Question) -> Option<Reply> + Send + Sync;

struct Shared {
    paper: Box<Paper>,
    gate: Gate,
    clock: WallClock,
    stopping: AtomicBool,
    sightings: Mutex<Vec<Sighting>>,
    threads_when_stuck: Mutex<Option<usize>>,
}

/// Serves one exam; stops when dropped.
pub struct Examiner {
    path: PathBuf,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

impl Examiner {
    /// Serves in `folder` what `paper` answers to a process, with a gate for so many; what `paper`
    /// cannot make sense of is hung up on.
    ///
    /// # Errors
    /// When the socket cannot be served.
    pub fn serve(
        folder: &Path,
        needed: NonZeroUsize,
        patience: Duration,
        paper: impl Fn(u32, Question) -> Option<Reply> + Send + Sync + 'static,
    ) -> Result<Self, SandboxError> {
        let path = folder.join("examiner");
        let listener = UnixListener::bind(&path).map_err(SandboxError::io("serve a socket"))?;
        open_to_all(&path, 0o777)?;
        let shared = Arc::new(Shared {
            paper: Box::new(paper),
            gate: Gate::new(needed, patience),
            clock: WallClock::start(),
            stopping: AtomicBool::new(false),
            sightings: Mutex::default(),
            threads_when_stuck: Mutex::default(),
        });
        let acceptor = thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
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
            sightings: lock(&self.shared.sightings).clone(),
            peak: self.shared.gate.peak(),
            opened: self.shared.gate.was_opened(),
            threads_when_stuck: *lock(&self.shared.threads_when_stuck),
        }
    }
}

impl Record {
    /// Who was at work when, as far as a picture can show it.
    pub fn timeline(&self) -> Vec<Span> {
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let span = |sighting: &Sighting| Span {
            pid: sighting.pid,
            thread: sighting.thread.as_ref().map_or_else(String::new, |thread| thread.name.clone()),
            tid: sighting.thread.as_ref().map(|thread| thread.id),
            label: named(&sighting.piece),
            start_us: micros(sighting.since),
            end_us: micros(sighting.until.unwrap_or(sighting.since)),
        };
        self.sightings.iter().take(SPANS_MAX).map(span).collect()
    }
}

/// A piece of work, by its numbers.
pub(crate) fn named(Range { start, end }: &Range<u64>) -> String {
    if start + 1 == *end { format!("piece {start}") } else { format!("piece {start}..{end}") }
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

fn accept(listener: &UnixListener, shared: &Shared) {
    thread::scope(|scope| {
        for stream in listener.incoming() {
            if shared.stopping.load(Ordering::SeqCst) {
                return;
            }
            if let Ok(stream) = stream {
                // Whoever hangs up or talks nonsense is not answered, and that is all.
                scope.spawn(move || drop(answer(&stream, shared)));
            }
        }
    });
}

fn answer(mut stream: &UnixStream, shared: &Shared) -> io::Result<()> {
    stream.set_read_timeout(Some(SPEAK_WITHIN))?;
    let mut line = String::new();
    let mut reader = BufReader::new(io::Read::take(stream, LINE_BYTES_MAX));
    reader.read_line(&mut line)?;
    let asked: Asked = serde_json::from_str(&line)?;
    let piece = match asked.question {
        Question::Piece { from, to } => from..to,
        _ => 0..0,
    };
    let pid = peer_pid(stream).ok_or(io::ErrorKind::NotFound)?;
    let reply = match (shared.paper)(pid, asked.question) {
        None => return Ok(()),
        Some(Reply::Now(reply)) => reply,
        Some(Reply::Held(reply)) => {
            hold(pid, piece, asked.task.as_deref(), shared);
            reply
        }
    };
    let mut reply = serde_json::to_vec(&reply)?;
    reply.push(b'\n');
    stream.write_all(&reply)
}

fn hold(pid: u32, piece: Range<u64>, task: Option<&str>, shared: &Shared) {
    let parent = processes::process(pid).map(|process| process.parent);
    let thread = task.and_then(|task| {
        let id = task.strip_prefix(&format!("{pid}/task/"))?.parse().ok()?;
        Some(Thread { id, name: processes::thread_name(pid, id)? })
    });
    let cpu = processes::cpu_time(pid);
    let since = shared.clock.elapsed();
    let sighting = Sighting { piece, pid, parent, thread, cpu, since, until: None };
    let index = {
        let mut sightings = lock(&shared.sightings);
        sightings.push(sighting);
        sightings.len() - 1
    };
    let was_opened = shared.gate.was_opened();
    shared.gate.pass();
    lock(&shared.sightings)[index].until = Some(shared.clock.elapsed());
    if !was_opened && !shared.gate.was_opened() {
        lock(&shared.threads_when_stuck).get_or_insert_with(|| processes::thread_count(pid));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every value of ours is whole after each statement.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
