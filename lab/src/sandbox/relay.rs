//! Relays connections from a submission's network namespace to one local web.
//!
//! The warden listens on the submission's loopback, at the port that the web has outside. It passes
//! each connection on to a Unix socket, which the grader serves, and which leads to the web.

use std::{
    fs, io,
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    os::unix::net::{UnixListener, UnixStream},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use interrupt::Interrupt;

/// The pause before another try to accept a connection.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(10);

/// The most connections at a time.
const CONNECTIONS_MAX: usize = 64;

/// A stream that can be read and written on two threads.
trait Stream: io::Read + io::Write + Send + Sized + 'static {
    fn another(&self) -> io::Result<Self>;
    fn shut_down(&self, how: Shutdown) -> io::Result<()>;
}

impl Stream for TcpStream {
    fn another(&self) -> io::Result<Self> {
        self.try_clone()
    }

    fn shut_down(&self, how: Shutdown) -> io::Result<()> {
        self.shutdown(how)
    }
}

impl Stream for UnixStream {
    fn another(&self) -> io::Result<Self> {
        self.try_clone()
    }

    fn shut_down(&self, how: Shutdown) -> io::Result<()> {
        self.shutdown(how)
    }
}

/// The grader's side of a relay; stops when dropped.
#[derive(Debug)]
pub(super) struct Relay {
    socket: PathBuf,
    is_over: Arc<AtomicBool>,
}

impl Relay {
    /// Starts a relay from `socket` to a web on loopback.
    ///
    /// # Errors
    /// When the socket cannot be served.
    pub(super) fn to_web(socket: PathBuf, port: u16) -> io::Result<Self> {
        let listener = UnixListener::bind(&socket)?;
        let is_over = Arc::new(AtomicBool::new(false));
        let accept = {
            let is_over = Arc::clone(&is_over);
            move || {
                let accepted = listener.accept();
                (!is_over.load(Ordering::SeqCst)).then_some(accepted.map(|(stream, _)| stream))
            }
        };
        start(accept, move || TcpStream::connect((Ipv4Addr::LOCALHOST, port)))?;
        Ok(Self { socket, is_over })
    }

    /// The socket.
    pub(super) fn socket(&self) -> &Path {
        &self.socket
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = UnixStream::connect(&self.socket); // wakes the thread that accepts
        let _ = fs::remove_file(&self.socket); // the next relay has the same name
    }
}

/// The warden's side: relays a loopback port to `socket`, until this process ends.
///
/// # Errors
/// When the port is taken.
pub(crate) fn from_loopback(port: u16, socket: PathBuf) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    let accept = move || Some(listener.accept().map(|(stream, _)| stream));
    start(accept, move || UnixStream::connect(&socket))
}

fn start<One: Stream, Other: Stream>(
    accept: impl Fn() -> Option<io::Result<One>> + Send + 'static,
    connect: impl Fn() -> io::Result<Other> + Send + 'static,
) -> io::Result<()> {
    let open = Arc::new(AtomicUsize::new(0));
    let serve = move || {
        while let Some(accepted) = accept() {
            let Ok(one) = accepted else {
                // No open file is left, or the other side is gone already.
                Interrupt::default().wait(ACCEPT_AGAIN_AFTER);
                continue;
            };
            if open.load(Ordering::Relaxed) < CONNECTIONS_MAX
                && let Ok(other) = connect()
            {
                open.fetch_add(1, Ordering::Relaxed);
                let open = Arc::clone(&open);
                thread::spawn(move || {
                    let _ = pass_on(one, other); // one of them has hung up
                    open.fetch_sub(1, Ordering::Relaxed);
                });
            }
        }
    };
    thread::Builder::new().name("relay".to_owned()).spawn(serve).map(drop)
}

/// Copies both ways until both are done.
fn pass_on(one: impl Stream, other: impl Stream) -> io::Result<()> {
    let (mut from_one, mut to_other) = (one.another()?, other.another()?);
    let there = thread::spawn(move || {
        let copied = io::copy(&mut from_one, &mut to_other);
        copied.and(to_other.shut_down(Shutdown::Write))
    });
    let (mut from_other, mut to_one) = (other, one);
    let copied = io::copy(&mut from_other, &mut to_one);
    let _ = to_one.shut_down(Shutdown::Write); // it may have hung up
    let _ = there.join();
    copied.map(drop)
}
