//! Serves one connection: requests one after another, until the client leaves or a fault ends it.

use std::{
    error::Error, future::poll_fn, net::SocketAddr, pin::Pin, sync::Arc, task::Poll, time::Duration,
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};

use super::{
    Web,
    connection_fault::ConnectionFault,
    exchange,
    half_closed::{HalfClosable, Progress, Underway},
};
use crate::tcp_table::{self, Timestamp};

/// The most bytes of a request or an answer in memory.
const BUFFER_BYTES_MAX: usize = 16 << 10;

/// The delay of the first check whether a client that sends no more still waits for its answer.
const LOOK_AFTER: Duration = Duration::from_millis(10);

/// The interval of further checks.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// Serves a client until it leaves; all clients are on this machine. A client that only stops to
/// send still gets its answers.
pub(super) async fn serve(stream: TcpStream, client: SocketAddr, web: Arc<Web>) {
    // Without it, a short answer may wait for the client to acknowledge the one before (Nagle).
    let _ = stream.set_nodelay(true);
    let server = stream.local_addr();
    let connection = Arc::new(web.observer.connect(client));
    let progress = Arc::new(Progress::default());
    let stream = HalfClosable::new(stream, Arc::clone(&progress));
    let service = service_fn({
        let progress = Arc::clone(&progress);
        move |request| {
            let underway = Underway::begin(&progress);
            let answer = exchange::answer(Arc::clone(&web), Arc::clone(&connection), request);
            async move { Ok::<_, ConnectionFault>(answer.await?.map(|body| body.during(underway))) }
        }
    });
    let mut serving = http1::Builder::new()
        .max_buf_size(BUFFER_BYTES_MAX)
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service);
    let until_half_closed = poll_fn(|context| match Pin::new(&mut serving).poll(context) {
        Poll::Ready(ended) => Poll::Ready(Some(ended)),
        Poll::Pending if progress.is_half_closed() => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    });
    let mut ended = until_half_closed.await;
    let mut look_after = LOOK_AFTER;
    while ended.is_none() {
        let asked_at = Timestamp::now();
        ended = timeout(look_after, &mut serving).await.ok();
        if ended.is_none() && !server.as_ref().is_ok_and(|server| waits(client, *server, asked_at))
        {
            return;
        }
        look_after = LOOK_AGAIN_AFTER;
    }
    let error = ended.and_then(Result::err);
    let mishap = error.and_then(|error| error.source()?.downcast_ref().copied());
    if mishap == Some(ConnectionFault::Reset) {
        // Closing a socket that is not to linger sends RST instead of FIN.
        let _ = serving.into_parts().io.into_inner().into_stream().set_zero_linger();
    }
}

/// Whether a process has the client's end of a connection open at `asked_at` or later. Where the
/// system does not say so, a client that sends no more has left.
fn waits(client: SocketAddr, server: SocketAddr, asked_at: Timestamp) -> bool {
    tcp_table::any_since(asked_at, |socket| {
        (socket.own_port, socket.other_port) == (client.port(), server.port()) && socket.inode != 0
    })
}
