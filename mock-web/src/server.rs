//! The local web: one thread that accepts connections and answers requests.

mod body;
mod connection;
mod connection_fault;
mod exchange;
mod half_closed;
mod rate_limiter;
#[cfg_attr(not(target_os = "linux"), path = "server/coarse_timer.rs")]
mod timer;

use std::{
    io,
    net::SocketAddr,
    num::NonZeroUsize,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use program::open_files;
use tokio::{
    net::{TcpListener, TcpSocket},
    runtime,
    sync::oneshot,
};

use self::{rate_limiter::RateLimiter, timer::Timer};
use crate::{Config, Endpoint, GateReport, Observed, gates::Gates, observer::Observer, yelp::Yelp};

/// The most connections that wait to be accepted.
const BACKLOG: u32 = 4096;

/// The pause after a failed accept, mostly for lack of file descriptors.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(10);

/// A local web, served by one thread until it is dropped.
///
/// ```
/// use mock_web::{Config, MockWeb};
///
/// let web = MockWeb::start(Config::default())?;
/// assert!(web.url().starts_with("http://127.0.0.1:"));
/// assert_eq!(web.observed().requests, 0);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct MockWeb {
    address: SocketAddr,
    web: Arc<Web>,
    /// A channel that stops the thread by its end.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The state that all connections share.
#[derive(Debug)]
struct Web {
    config: Config,
    observer: Arc<Observer>,
    gates: Gates,
    rate_limiter: RateLimiter,
    yelp: Yelp,
    timer: Arc<Timer>,
}

impl MockWeb {
    /// Starts the web at any free port of 127.0.0.1, open when this returns.
    ///
    /// It raises the limit of this process on open files as far as possible, since each connection is
    /// an open file.
    ///
    /// # Errors
    /// When the system grants no socket or no thread.
    pub fn start(config: Config) -> io::Result<Self> {
        Self::bind(SocketAddr::from(([127, 0, 0, 1], 0)), config)
    }

    /// Starts the web at this loopback address.
    ///
    /// # Errors
    /// When the address is not of loopback or is taken, or the system grants no thread.
    pub fn bind(address: SocketAddr, config: Config) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("{address} can be reached from outside; use an address such as 127.0.0.1"),
            ));
        }
        open_files::raise_limit();
        let runtime = runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let context = runtime.enter();
        let listener = listen(address)?;
        let timer = Arc::new(Timer::new()?);
        drop(context);
        let address = listener.local_addr()?;
        let web = Arc::new(Web {
            rate_limiter: RateLimiter::new(config.rate_limit),
            yelp: Yelp::new(config.yelp),
            config,
            observer: Arc::new(Observer::start()),
            gates: Gates::new(address),
            timer,
        });
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("mock-web".to_owned()).spawn({
            let web = Arc::clone(&web);
            move || {
                runtime.spawn(Arc::clone(&web.timer).run());
                runtime.spawn(accept(listener, web));
                // Nothing is ever sent, so this ends with the sender. The connections, whatever
                // they are at, end with the runtime.
                let _ = runtime.block_on(stopped);
            }
        })?;
        Ok(Self { address, web, stop: Some(stop), thread: Some(thread) })
    }

    /// The URL: `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The loopback address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The observations so far.
    pub fn observed(&self) -> Observed {
        self.web.observer.observed()
    }

    /// Resets the observations; scripted faults start again from request 1.
    pub fn reset_observations(&self) {
        self.web.observer.reset();
    }

    /// Sets a gate: it holds requests, after their latency, until `needed` are there or one has
    /// waited `timeout`.
    pub fn set_gate(&self, endpoint: Endpoint, needed: NonZeroUsize, timeout: Duration) {
        self.web.gates.set(endpoint, needed, timeout);
    }

    /// The report of an endpoint's gate, if it has one.
    pub fn gate(&self, endpoint: Endpoint) -> Option<GateReport> {
        self.web.gates.report(endpoint)
    }
}

impl Drop for MockWeb {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Listens at an address, within the runtime that will accept.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A fixed port is free again at once, although connections of the last run linger.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

async fn accept(listener: TcpListener, web: Arc<Web>) {
    loop {
        match listener.accept().await {
            Ok((stream, client)) => {
                tokio::spawn(connection::serve(stream, client, Arc::clone(&web)));
            }
            Err(_) => tokio::time::sleep(ACCEPT_AGAIN_AFTER).await,
        }
    }
}
