//! A server for one test, which sends the bytes that the test gives it.

use std::{
    collections::HashMap,
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// The state of the connection after a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    Keep,
    Close,
    /// The connection is ended with RST, not with FIN.
    Reset,
}

/// The bytes of a reply, head and all.
pub(crate) type Reply = (Vec<u8>, After);

/// A request, as far as tests look at it; numbers begin at 1.
pub(crate) struct ReceivedRequest {
    pub(crate) path: String,
    pub(crate) connection: usize,
    pub(crate) request_of_connection: usize,
    pub(crate) request_of_path: usize,
}

/// Stops to accept when it is dropped; its connections end with their clients.
pub(crate) struct RawServer {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
}

impl RawServer {
    pub(crate) fn start(reply: impl Fn(&ReceivedRequest) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let is_over = Arc::new(AtomicBool::new(false));
        let (reply, requests) = (Arc::new(reply), Arc::new(Mutex::new(HashMap::new())));
        thread::spawn({
            let is_over = Arc::clone(&is_over);
            move || {
                for (stream, connection) in listener.incoming().zip(1..) {
                    if is_over.load(Ordering::Relaxed) {
                        break;
                    }
                    let (reply, requests) = (Arc::clone(&reply), Arc::clone(&requests));
                    thread::spawn(move || serve(&stream.unwrap(), connection, &*reply, &requests));
                }
            }
        });
        Self { address, is_over }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address); // wakes the thread that accepts
    }
}

/// Serves a connection; an error means that the client has left.
fn serve(
    stream: &TcpStream,
    connection: usize,
    reply: &dyn Fn(&ReceivedRequest) -> Reply,
    requests: &Mutex<HashMap<String, usize>>,
) -> io::Result<()> {
    for request_of_connection in 1.. {
        let path = read_all_but_one_byte(stream)?;
        let request_of_path = {
            let mut requests = requests.lock().unwrap();
            let count = requests.entry(path.clone()).or_default();
            *count += 1;
            *count
        };
        let asked = ReceivedRequest { path, connection, request_of_connection, request_of_path };
        let (bytes, after) = reply(&asked);
        let mut writer = stream;
        if after == After::Reset {
            // To close a socket from which not all was read sends RST.
            return writer.write_all(&bytes);
        }
        read_byte(stream)?;
        writer.write_all(&bytes)?;
        if after == After::Close {
            break;
        }
    }
    Ok(())
}

/// Reads a request without the last byte of its head, and returns its path.
fn read_all_but_one_byte(stream: &TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r") {
        head.push(read_byte(stream)?);
    }
    let head = String::from_utf8(head).unwrap();
    Ok(head.split(' ').nth(1).unwrap().to_owned())
}

fn read_byte(mut stream: &TcpStream) -> io::Result<u8> {
    let mut byte = [0];
    stream.read_exact(&mut byte)?;
    Ok(byte[0])
}
