//! Makes TCP connections that an interrupt ends, even while a host drops packets.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    os::fd::{AsFd, AsRawFd},
    sync::{Arc, Weak},
    time::Duration,
};

use common::stopwatch::WallClock;
use interrupt::Interrupt;
use nix::{
    errno::Errno,
    fcntl::{FcntlArg, FdFlag, fcntl},
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::socket::{AddressFamily, SockFlag, SockType, SockaddrStorage, connect, socket},
};
use ureq::{
    Error, Timeout,
    unversioned::transport::{
        Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, ShutdownHandle,
        Transport,
    },
};

use super::interrupted;

/// The interval at which a connecting socket checks for the interrupt.
const CHECK_INTERVAL: Duration = Duration::from_millis(50);

/// Connects to a host, unless there is a connection already.
#[derive(Debug)]
pub(super) struct TcpInterruptibly(Arc<Interrupt>);

impl TcpInterruptibly {
    pub(super) fn new(interrupt: &Arc<Interrupt>) -> Self {
        Self(Arc::clone(interrupt))
    }

    /// Tries one address after another. Each gets half of the time that is left, but for the last.
    fn connect_to_any(
        &self,
        addresses: &[SocketAddr],
        timeout: NextTimeout,
    ) -> Result<TcpStream, Error> {
        let clock = WallClock::start();
        let mut last_error = Error::HostNotFound;
        for (address, left) in addresses.iter().zip((0..addresses.len()).rev()) {
            let time = timeout.after.saturating_sub(clock.elapsed());
            let time = if left > 0 { time / 2 } else { time };
            match self.connect_to(*address, time) {
                Ok(Some(stream)) => return Ok(stream),
                Ok(None) => last_error = Error::Timeout(timeout.reason),
                Err(_) if self.0.is_raised() => return Err(interrupted()),
                Err(error) => last_error = error.into(),
            }
        }
        Err(last_error)
    }

    /// Connects to an address; none if the time is over.
    fn connect_to(&self, address: SocketAddr, time: Duration) -> io::Result<Option<TcpStream>> {
        let clock = WallClock::start();
        let stream = begin_to_connect(address)?;
        loop {
            let left = time.saturating_sub(clock.elapsed());
            if self.0.is_raised() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            if left.is_zero() {
                return Ok(None);
            }
            let step = PollTimeout::try_from(left.min(CHECK_INTERVAL)).expect("a short time");
            let mut sockets = [PollFd::new(stream.as_fd(), PollFlags::POLLOUT)];
            match poll(&mut sockets, step) {
                Ok(0) | Err(Errno::EINTR) => {}
                Ok(_) => break,
                Err(error) => return Err(error.into()),
            }
        }
        if let Some(error) = stream.take_error()? {
            return Err(error);
        }
        stream.set_nonblocking(false)?;
        Ok(Some(stream))
    }
}

/// A non-blocking socket that is being connected.
fn begin_to_connect(address: SocketAddr) -> io::Result<TcpStream> {
    let family = if address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
    let stream = TcpStream::from(socket(family, SockType::Stream, SockFlag::empty(), None)?);
    // Worker processes do not inherit it.
    fcntl(&stream, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    stream.set_nonblocking(true)?;
    match connect(stream.as_raw_fd(), &SockaddrStorage::from(address)) {
        Ok(()) | Err(Errno::EINPROGRESS | Errno::EINTR) => Ok(stream),
        Err(error) => Err(error.into()),
    }
}

impl<In: Transport> Connector<In> for TcpInterruptibly {
    type Out = Either<In, TcpTransport>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        if chained.is_some() {
            return Ok(chained.map(Either::A));
        }
        let config = details.config;
        let stream = Arc::new(self.connect_to_any(&details.addrs, details.timeout)?);
        stream.set_nodelay(config.no_delay())?;
        let handle = Arc::downgrade(&stream);
        (details.register_shutdown)(handle as Weak<dyn ShutdownHandle>)?;
        let buffers = LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size());
        Ok(Some(Either::B(TcpTransport { stream, buffers })))
    }
}

/// A TCP connection. It is shared with what shuts it down.
#[derive(Debug)]
pub(super) struct TcpTransport {
    stream: Arc<TcpStream>,
    buffers: LazyBuffers,
}

impl Transport for TcpTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let timeout = timeout.for_write();
        self.stream.set_write_timeout(time_left(timeout)?)?;
        let written = (&*self.stream).write_all(&self.buffers.output()[..amount]);
        written.map_err(|error| timeout_or_other(error, timeout.reason))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let timeout = timeout.for_read();
        let time = time_left(timeout)?;
        let clock = WallClock::start();
        let bytes = loop {
            let left = time.map(|time| time.saturating_sub(clock.elapsed()));
            if left.is_some_and(|left| left.is_zero()) {
                return Err(Error::Timeout(timeout.reason));
            }
            self.stream.set_read_timeout(left)?;
            match (&*self.stream).read(self.buffers.input_append_buf()) {
                // Linux also ends a read with a timeout when the process goes on after SIGSTOP.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result.map_err(|error| timeout_or_other(error, timeout.reason))?,
            }
        };
        self.buffers.input_appended(bytes);
        Ok(bytes > 0)
    }

    /// Whether the server has neither closed the connection nor sent what was not asked for.
    fn is_open(&mut self) -> bool {
        let is_silent = |result: io::Result<usize>| {
            result.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
        };
        self.stream.set_nonblocking(true).is_ok()
            && is_silent(self.stream.peek(&mut [0]))
            && self.stream.set_nonblocking(false).is_ok()
    }
}

/// The time that is left for a read or a write; no limit if none.
fn time_left(timeout: NextTimeout) -> Result<Option<Duration>, Error> {
    if timeout.after.is_zero() {
        return Err(Error::Timeout(timeout.reason));
    }
    Ok((!timeout.after.is_not_happening()).then_some(*timeout.after))
}

fn timeout_or_other(error: io::Error, reason: Timeout) -> Error {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Error::Timeout(reason),
        _ => Error::Io(error),
    }
}
