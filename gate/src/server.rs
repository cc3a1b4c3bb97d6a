//! A gate on a Unix socket, for work in several processes; their PIDs come from `SO_PEERCRED`.

use std::{
    fs, io,
    io::{Read, Write},
    num::NonZeroUsize,
    os::{
        fd::AsFd,
        unix::net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::Gate;

/// The byte that lets a process go on.
const GO: u8 = b'!';

/// A process that waited at the gate, according to the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Its process id, from `SO_PEERCRED`.
    pub pid: u32,
    /// Its parent's process id while it waited, where the system has `/proc`.
    pub parent: Option<u32>,
}

/// Serves a [`Gate`] at a path; stops, and removes the path, when dropped.
pub struct GateServer {
    path: PathBuf,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    gate: Gate,
    stopping: AtomicBool,
    /// One entry for each pass, in the order of arrival.
    arrivals: Mutex<Vec<Arrival>>,
}

impl GateServer {
    /// Serves a gate at `path`, with the arguments of [`Gate::new`]. The path has to be free and shorter
    /// than 108 bytes.
    pub fn bind(path: &Path, needed: NonZeroUsize, timeout: Duration) -> io::Result<Self> {
        let listener = UnixListener::bind(path)?;
        let shared = Arc::new(Shared {
            gate: Gate::new(needed, timeout),
            stopping: AtomicBool::new(false),
            arrivals: Mutex::default(),
        });
        let acceptor = thread::Builder::new().name("gate".to_owned()).spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        })?;
        Ok(Self { path: path.to_owned(), shared, acceptor: Some(acceptor) })
    }

    /// The gate itself.
    pub fn gate(&self) -> &Gate {
        &self.shared.gate
    }

    /// All arrivals so far, one for each pass, in order.
    pub fn arrivals(&self) -> Vec<Arrival> {
        self.shared.arrivals.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for GateServer {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        self.shared.gate.give_up();
        // Wakes the acceptor, which then sees the flag. If the path is gone, nothing can wake it, and it
        // waits until the process ends.
        let woken = UnixStream::connect(&self.path).is_ok();
        if let (true, Some(acceptor)) = (woken, self.acceptor.take()) {
            let _ = acceptor.join();
        }
        let _ = fs::remove_file(&self.path);
    }
}

/// Waits, from any process, until the gate served at `path` is open.
///
/// # Errors
/// When no gate is served there, or its server goes away while we wait.
pub fn pass_at(path: &Path) -> io::Result<()> {
    let mut stream = UnixStream::connect(path)?;
    stream.read_exact(&mut [0])
}

fn accept(listener: &UnixListener, shared: &Shared) {
    thread::scope(|scope| {
        for stream in listener.incoming() {
            if shared.stopping.load(Ordering::SeqCst) {
                return;
            }
            if let Ok(stream) = stream {
                scope.spawn(move || hold(stream, shared));
            }
        }
    });
}

fn hold(mut stream: UnixStream, shared: &Shared) {
    if let Some(Peer { pid, .. }) = peer(&stream) {
        let arrival = Arrival { pid, parent: parent_of(pid) };
        shared.arrivals.lock().unwrap_or_else(PoisonError::into_inner).push(arrival);
        if let Ok(watched) = stream.try_clone() {
            shared.gate.pass_for(move || is_open(&watched));
        }
    }
    // It fails only if the process has died meanwhile.
    let _ = stream.write_all(&[GO]);
}

/// Waiting processes never write, so there is something to read only once they have hung up.
fn is_open(stream: &UnixStream) -> bool {
    poll(&mut [PollFd::new(stream.as_fd(), PollFlags::POLLIN)], PollTimeout::ZERO) == Ok(0)
}

/// A process at the other end of a socket, according to the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its id.
    pub pid: u32,
    /// The user that it runs as.
    pub user: u32,
}

/// The process at the other end of a socket.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn peer(stream: &UnixStream) -> Option<Peer> {
    use nix::sys::socket::{getsockopt, sockopt::PeerCredentials};
    let peer = getsockopt(stream, PeerCredentials).ok()?;
    Some(Peer { pid: u32::try_from(peer.pid()).ok()?, user: peer.uid() })
}

/// The process at the other end of a socket.
#[cfg(target_vendor = "apple")]
pub fn peer(stream: &UnixStream) -> Option<Peer> {
    use nix::sys::socket::{
        getsockopt,
        sockopt::{LocalPeerCred, LocalPeerPid},
    };
    let pid = getsockopt(stream, LocalPeerPid).ok()?;
    let user = getsockopt(stream, LocalPeerCred).ok()?.uid();
    Some(Peer { pid: u32::try_from(pid).ok()?, user })
}

/// The fourth field of `/proc/PID/stat`; the second, in parentheses, may hold spaces itself.
fn parent_of(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, after_name) = stat.rsplit_once(')')?;
    after_name.split_whitespace().nth(1)?.parse().ok()
}
