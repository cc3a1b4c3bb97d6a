//! Reads the output of a submission: keeps its beginning, and detects too much of it.

use std::{io::Read, thread};

/// The number of bytes of each stream that are kept.
const KEPT_BYTES: usize = 16 << 10;

/// The most bytes that a submission may write.
pub(super) const BYTES_MAX: usize = 1 << 20;

/// The bytes that were read from a stream.
#[derive(Default)]
pub(super) struct Output {
    kept: Vec<u8>,
    bytes: usize,
}

impl Output {
    /// Whether it is more than allowed.
    pub(super) fn is_too_much(&self) -> bool {
        self.bytes > BYTES_MAX
    }

    /// The beginning, as text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.kept).into_owned()
    }
}

/// A thread that reads a stream.
pub(super) struct Reader(thread::JoinHandle<Output>);

impl Reader {
    /// Reads until the end, or until it is too much.
    pub(super) fn start(stream: Option<impl Read + Send + 'static>) -> Self {
        Self(thread::spawn(move || {
            let mut output = Output::default();
            let mut stream = stream.expect("a pipe was asked for");
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = stream.read(&mut buffer) {
                let room = KEPT_BYTES.saturating_sub(output.kept.len());
                output.kept.extend_from_slice(&buffer[..count.min(room)]);
                output.bytes += count;
                if output.is_too_much() {
                    break;
                }
            }
            output
        }))
    }

    /// Waits for the end.
    pub(super) fn join(self) -> Output {
        self.0.join().unwrap_or_default()
    }
}
