//! A host that accepts no connection: its queue is full, so that the kernel drops further requests.

use std::{
    io,
    net::{SocketAddr, TcpListener, TcpStream},
};

use nix::sys::socket::{Backlog, listen};

use crate::tcp_table::{self, State};

/// A host to which every connection hangs, until it is dropped.
#[derive(Debug)]
pub struct FullBacklog {
    address: SocketAddr,
    _listener: TcpListener,
    /// The one connection that fits.
    _accepted: TcpStream,
}

impl FullBacklog {
    /// Starts a host on a free loopback port.
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
        tcp_table::sockets().iter().any(|socket| {
            socket.state == State::AskedFor && socket.other_port == self.address.port()
        })
    }
}
