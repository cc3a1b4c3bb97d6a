//! Wraps connections to detect kept ones that were closed, resets within a body, and long heads.

use std::{error, fmt, io};

use ureq::{
    Error,
    unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport},
};

/// The connector that wraps each connection.
#[derive(Debug)]
pub(crate) struct Watch;

/// A broken connection, as an error.
#[derive(Debug)]
pub(crate) struct Broken {
    source: io::Error,
    is_unanswered: bool,
}

/// Whether a request on a kept connection got no byte of an answer, and so may be sent again (RFC
/// 9112, 9.3.1).
pub(crate) fn is_unanswered(error: &Error) -> bool {
    matches!(error, Error::Other(other)
        if other.downcast_ref().is_some_and(|broken: &Broken| broken.is_unanswered))
}

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the connection broke: {}", self.source)
    }
}

impl error::Error for Broken {}

impl<In: Transport> Connector<In> for Watch {
    type Out = Watched;

    fn connect(
        &self,
        _details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        Ok(chained.map(|transport| Watched::new(Box::new(transport))))
    }
}

/// A connection, with the state of its current request.
#[derive(Debug)]
pub(crate) struct Watched {
    transport: Box<dyn Transport>,
    /// Whether there were answers before this request.
    is_reused: bool,
    /// Whether the answer has begun.
    is_answered: bool,
    /// The input, while it is longer than the buffer of the transport; empty otherwise.
    long_input: Vec<u8>,
    /// Whether the reader has taken some of the long input, and may find more in it.
    may_use_long_input: bool,
}

impl Watched {
    fn new(transport: Box<dyn Transport>) -> Self {
        Self {
            transport,
            is_reused: false,
            is_answered: false,
            long_input: Vec::new(),
            may_use_long_input: false,
        }
    }

    /// Moves the transport's input behind the long input.
    fn lengthen_input(&mut self) {
        let buffers = self.transport.buffers();
        let bytes = buffers.input().len();
        self.long_input.extend_from_slice(buffers.input());
        buffers.input_consume(bytes);
    }

    /// The error, with its meaning for the request. The transport below may be one of ours, which
    /// reaches a proxy: it does not know which requests are those of the outer connection.
    fn judge(&self, error: Error) -> Error {
        let source = match error {
            Error::Other(other) => match other.downcast::<Broken>() {
                Ok(broken) => broken.source,
                Err(other) => return Error::Other(other),
            },
            Error::Io(source) => source,
            other => return other,
        };
        match source.kind() {
            io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::UnexpectedEof => {
                let is_unanswered = self.is_reused && !self.is_answered;
                Error::Other(Box::new(Broken { source, is_unanswered }))
            }
            _ => Error::Io(source),
        }
    }
}

impl Transport for Watched {
    fn buffers(&mut self) -> &mut dyn Buffers {
        if self.long_input.is_empty() { self.transport.buffers() } else { self }
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.is_reused |= self.is_answered;
        self.is_answered = false;
        self.transport.transmit_output(amount, timeout).map_err(|error| self.judge(error))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        if self.transport.buffers().input_append_buf().is_empty() {
            self.lengthen_input();
        }
        let has_input = match self.transport.await_input(timeout) {
            Ok(false) if self.is_reused && !self.is_answered => {
                Err(io::Error::new(io::ErrorKind::UnexpectedEof, "closed by the server").into())
            }
            result => result,
        };
        let has_input = has_input.map_err(|error| self.judge(error))?;
        self.is_answered |= has_input;
        if !self.long_input.is_empty() {
            self.lengthen_input();
        }
        Ok(has_input)
    }

    fn is_open(&mut self) -> bool {
        self.transport.is_open()
    }

    fn is_tls(&self) -> bool {
        self.transport.is_tls()
    }
}

/// The buffers while the input is longer than the transport's own buffer, which takes what is read
/// next.
impl Buffers for Watched {
    fn output(&mut self) -> &mut [u8] {
        self.transport.buffers().output()
    }

    fn input(&self) -> &[u8] {
        &self.long_input
    }

    fn input_append_buf(&mut self) -> &mut [u8] {
        self.transport.buffers().input_append_buf()
    }

    fn input_appended(&mut self, amount: usize) {
        self.transport.buffers().input_appended(amount);
    }

    fn input_consume(&mut self, amount: usize) {
        self.long_input.drain(..amount);
        self.may_use_long_input = amount > 0;
        if self.long_input.is_empty() {
            self.long_input = Vec::new(); // most answers need none
        }
    }

    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        self.transport.buffers().tmp_and_output()
    }

    fn can_use_input(&self) -> bool {
        !self.long_input.is_empty() && self.may_use_long_input
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use ureq::unversioned::transport::LazyBuffers;

    use super::*;

    /// A transport with scripted reads.
    #[derive(Debug)]
    struct Scripted {
        buffers: LazyBuffers,
        reads: VecDeque<Result<&'static [u8], io::ErrorKind>>,
    }

    impl Transport for Scripted {
        fn buffers(&mut self) -> &mut dyn Buffers {
            &mut self.buffers
        }

        fn transmit_output(&mut self, _: usize, _: NextTimeout) -> Result<(), Error> {
            Ok(())
        }

        fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
            let read = self.reads.pop_front().expect("no more reads than the test wants");
            let bytes = read.map_err(io::Error::from)?;
            self.buffers.input_append_buf()[..bytes.len()].copy_from_slice(bytes);
            self.buffers.input_appended(bytes.len());
            Ok(!bytes.is_empty())
        }

        fn is_open(&mut self) -> bool {
            true
        }
    }

    fn scripted(reads: &[Result<&'static [u8], io::ErrorKind>]) -> Watched {
        let (buffers, reads) = (LazyBuffers::new(64, 64), reads.iter().copied().collect());
        Watched::new(Box::new(Scripted { buffers, reads }))
    }

    /// Sends a request and reads once.
    fn ask(connection: &mut Watched) -> Result<bool, Error> {
        connection.transmit_output(0, NextTimeout::default())?;
        connection.await_input(NextTimeout::default())
    }

    #[test]
    fn only_a_kept_connection_leaves_a_request_unanswered() {
        for end in [Ok(&b""[..]), Err(io::ErrorKind::ConnectionReset)] {
            let mut kept = scripted(&[Ok(b"an answer"), end]);
            assert!(ask(&mut kept).expect("an answer"));
            assert!(is_unanswered(&ask(&mut kept).expect_err("an end")), "{end:?}");
        }
        let mut new = scripted(&[Err(io::ErrorKind::ConnectionReset)]);
        assert!(!is_unanswered(&ask(&mut new).expect_err("an end")));
    }

    #[test]
    fn a_connection_through_a_proxy_is_new_although_the_proxy_has_answered() {
        let mut to_proxy = scripted(&[Ok(b"connected"), Err(io::ErrorKind::ConnectionReset)]);
        assert!(ask(&mut to_proxy).expect("an answer"));
        let mut to_host = Watched::new(Box::new(to_proxy));
        assert!(!is_unanswered(&ask(&mut to_host).expect_err("an end")));
    }
}
