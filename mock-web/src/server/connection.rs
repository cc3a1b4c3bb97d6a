//! One connection: requests one after another, until the client leaves or something goes wrong.

use std::{error::Error, net::SocketAddr, sync::Arc};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::{Web, exchange, mishap::Mishap};

/// How much of a request, or of an answer that is not taken, is kept in memory.
const BUFFER_BYTES_MAX: usize = 16 << 10;

/// Serves a client for as long as it likes: all clients are on this machine, and a connection ends
/// with its client.
pub(super) async fn serve(stream: TcpStream, client: SocketAddr, web: Arc<Web>) {
    // Without it, a short answer may wait for the client to acknowledge the one before (Nagle).
    let _ = stream.set_nodelay(true);
    let connection = Arc::new(web.observer.connect(client));
    let service = service_fn(move |request| {
        exchange::answer(Arc::clone(&web), Arc::clone(&connection), request)
    });
    let mut serving = http1::Builder::new()
        .max_buf_size(BUFFER_BYTES_MAX)
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service);
    let ended = (&mut serving).await;
    let mishap = ended.err().and_then(|error| error.source()?.downcast_ref().copied());
    if mishap == Some(Mishap::Reset) {
        // Closing a socket that is not to linger sends RST instead of FIN.
        let _ = serving.into_parts().io.into_inner().set_zero_linger();
    }
}
