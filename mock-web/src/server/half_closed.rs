//! Handles clients that send no more but still wait for their answer: `shutdown(SHUT_WR)`, as
//! `nc -N` does.
//!
//! The end of a client's data looks the same whether the client waits or has left. If it comes before
//! the answer, hyper assumes that the client has left and drops the answer, or does not notice the end.
//! Here, hyper sees the end only after the answer is sent. `connection` learns of it at once, and asks
//! the kernel whether the client still waits.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// The state of a connection.
#[derive(Debug, Default)]
pub(super) struct Progress {
    is_answering: AtomicBool,
    is_half_closed: AtomicBool,
}

impl Progress {
    /// Whether the client stopped sending while its answer was under way.
    pub(super) fn is_half_closed(&self) -> bool {
        self.is_half_closed.load(Ordering::Relaxed)
    }
}

/// An answer that is under way until this is dropped.
#[derive(Debug)]
pub(super) struct Underway(Arc<Progress>);

impl Underway {
    pub(super) fn begin(progress: &Arc<Progress>) -> Self {
        progress.is_answering.store(true, Ordering::Relaxed);
        Self(Arc::clone(progress))
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        self.0.is_answering.store(false, Ordering::Relaxed);
    }
}

/// A connection that shows no end to its reader while an answer is under way.
#[derive(Debug)]
pub(super) struct HalfClosable {
    stream: TcpStream,
    progress: Arc<Progress>,
}

impl HalfClosable {
    pub(super) fn new(stream: TcpStream, progress: Arc<Progress>) -> Self {
        Self { stream, progress }
    }

    pub(super) fn into_stream(self) -> TcpStream {
        self.stream
    }
}

impl AsyncRead for HalfClosable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let bytes_before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let is_end = buffer.filled().len() == bytes_before && buffer.remaining() > 0;
        if is_end && self.progress.is_answering.load(Ordering::Relaxed) {
            self.progress.is_half_closed.store(true, Ordering::Relaxed);
            return Poll::Pending; // it is read again once the answer is sent
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for HalfClosable {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
