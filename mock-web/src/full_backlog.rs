//! A host that takes no connection, as one behind a firewall that drops packets: its queue of
//! connections is full, and the kernel drops what else asks for one.

use std::{
    fs, io,
    net::{SocketAddr, TcpListener, TcpStream},
};

use nix::sys::socket::{Backlog, listen};

/// A connection that was asked for and not yet answered, in `/proc/net/tcp`.
const SYN_SENT: &str = "02";

/// A host to which every connection hangs; gone when it is dropped.
#[derive(Debug)]
pub struct FullBacklog {
    address: SocketAddr,
    _listener: TcpListener,
    /// The only one that has room.
    _accepted: TcpStream,
}

impl FullBacklog {
    /// A host on a free port of loopback.
    ///
    /// # Errors
    /// When the system does not let us listen or connect.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        listen(&listener, Backlog::new(0)?)?;
        Ok(Self { address, _listener: listener, _accepted: TcpStream::connect(address)? })
    }

    /// Its address, as `127.0.0.1:PORT`.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// Whether a client is trying to connect. Only Linux says so: elsewhere, the answer is no.
    pub fn is_being_asked(&self) -> bool {
        let connections = fs::read_to_string("/proc/net/tcp").unwrap_or_default();
        let port = format!(":{:04X}", self.address.port());
        connections.lines().any(|line| {
            let mut columns = line.split_whitespace().skip(2);
            let (remote, state) = (columns.next(), columns.next());
            state == Some(SYN_SENT) && remote.is_some_and(|remote| remote.ends_with(&port))
        })
    }
}
