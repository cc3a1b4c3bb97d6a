//! Bodies of answers: whole, cut, dripping, or too long.

use std::{
    iter,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use hyper::body::{Bytes, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use super::{connection_fault::ConnectionFault, half_closed::Underway};
use crate::observer::Arrival;

/// The beginning and the end of the field that fills a huge body.
const FILLED_FIELD: (&[u8], &[u8]) = (b"{\"padding\":\"", b"\",");
const FILLING: Bytes = Bytes::from_static(&[b'x'; 64 << 10]);

const NEST: (&[u8], &[u8]) = (b"{\"children\":[", b"]}");

/// The pause before a cut, so that the bytes before it reach the client.
const PAUSE_BEFORE_CUT: Duration = Duration::from_millis(1);

/// A body, whose pieces are made while they are sent, so that memory does not grow.
pub(super) struct Body {
    pieces: Box<dyn Iterator<Item = Bytes> + Send>,
    /// The promised bytes that are not sent; if the pieces end before, the connection does too.
    bytes_left: u64,
    /// The pause after each piece.
    pause: Duration,
    pausing: Option<Pin<Box<Sleep>>>,
    #[expect(dead_code, reason = "dropped with the body: so long its request is under way")]
    arrival: Option<Arrival>,
    #[expect(dead_code, reason = "dropped with the body: so long its connection is not over")]
    underway: Option<Underway>,
}

impl Body {
    pub(super) fn whole(bytes: Vec<u8>) -> Self {
        let bytes_left = bytes.len() as u64;
        Self::new(iter::once(Bytes::from(bytes)).filter(|piece| !piece.is_empty()), bytes_left)
    }

    /// A body that is promised whole and sent half.
    pub(super) fn cut(mut bytes: Vec<u8>) -> Self {
        let bytes_left = bytes.len() as u64;
        bytes.truncate(bytes.len() / 2);
        let body = Self::new(iter::once(Bytes::from(bytes)), bytes_left);
        Self { pause: PAUSE_BEFORE_CUT, ..body }
    }

    /// A body that is sent a byte at a time.
    pub(super) fn dripping(bytes: Vec<u8>, pause: Duration) -> Self {
        let bytes = Bytes::from(bytes);
        let bytes_left = bytes.len() as u64;
        let drops = (0..bytes.len()).map(move |index| bytes.slice(index..=index));
        Self { pause, ..Self::new(drops, bytes_left) }
    }

    /// A JSON object with a field so long that the whole has `bytes_wanted`.
    pub(super) fn huge(object: &[u8], bytes_wanted: u64) -> Self {
        let rest = Bytes::copy_from_slice(object.strip_prefix(b"{").unwrap_or_default());
        let (opening, closing) = FILLED_FIELD;
        let frame_bytes = (opening.len() + closing.len() + rest.len()) as u64;
        let filling_bytes = bytes_wanted.saturating_sub(frame_bytes);
        let piece_bytes = FILLING.len() as u64;
        let last = usize::try_from(filling_bytes % piece_bytes).expect("less than a piece");
        let pieces = iter::once(Bytes::from_static(opening))
            .chain((0..filling_bytes / piece_bytes).map(|_| FILLING))
            .chain([FILLING.slice(..last), Bytes::from_static(closing), rest]);
        Self::new(pieces, frame_bytes + filling_bytes)
    }

    /// A JSON object within this many others.
    pub(super) fn nested(object: Vec<u8>, levels: u32) -> Self {
        let (opening, closing) = NEST;
        let nest_bytes = (opening.len() + closing.len()) as u64;
        let bytes_left = object.len() as u64 + u64::from(levels) * nest_bytes;
        let pieces = (0..levels)
            .map(move |_| Bytes::from_static(opening))
            .chain(iter::once(Bytes::from(object)))
            .chain((0..levels).map(move |_| Bytes::from_static(closing)));
        Self::new(pieces, bytes_left)
    }

    /// Keeps its request under way until the body is sent, or the client is gone.
    pub(super) fn answering(self, arrival: Arrival) -> Self {
        Self { arrival: Some(arrival), ..self }
    }

    /// Keeps its connection open until the body is sent.
    pub(super) fn during(self, underway: Underway) -> Self {
        Self { underway: Some(underway), ..self }
    }

    fn new(pieces: impl Iterator<Item = Bytes> + Send + 'static, bytes_left: u64) -> Self {
        let pieces = Box::new(pieces);
        Self {
            pieces,
            bytes_left,
            pause: Duration::ZERO,
            pausing: None,
            arrival: None,
            underway: None,
        }
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = ConnectionFault;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ConnectionFault>>> {
        let body = self.get_mut();
        if let Some(pausing) = &mut body.pausing {
            ready!(pausing.as_mut().poll(context));
            body.pausing = None;
        }
        Poll::Ready(match body.pieces.next() {
            Some(piece) => {
                body.bytes_left -= piece.len() as u64;
                if !body.pause.is_zero() {
                    body.pausing = Some(Box::pin(sleep(body.pause)));
                }
                Some(Ok(Frame::data(piece)))
            }
            None if body.bytes_left > 0 => Some(Err(ConnectionFault::Cut)),
            None => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.bytes_left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes_left)
    }
}
