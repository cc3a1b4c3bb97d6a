//! Classifies errors of requests: transient ones, after which another attempt may succeed, and
//! permanent ones.

use std::{fmt::Display, io};

use rustls::AlertDescription;
use ureq::Error;

use crate::{connection::Broken, retry::AttemptError};

/// The most headers that the library reads.
const HEADERS_MAX: usize = 128;

/// The attempt error for an error of the library: connections may do better later, requests will
/// not.
pub(crate) fn of(error: &Error) -> AttemptError {
    let (may_pass, cause) = match error {
        Error::Io(io) => (!is_about_certificates(io), error.to_string()),
        Error::Rustls(tls) => (!concerns_certificates(tls), error.to_string()),
        // A proxy that refuses us (4xx) will do so again; one that cannot reach the host may.
        Error::ConnectProxyFailed(reason) => (!reason.contains("responded 4"), error.to_string()),
        Error::Other(other) => (other.is::<Broken>(), other.to_string()),
        Error::Timeout(_) => {
            (true, "timeout: the answer was not complete in the time of an attempt".to_owned())
        }
        Error::Protocol(protocol) if has_too_many_headers(protocol) => {
            let cause =
                format!("the answer has more than {HEADERS_MAX} headers, which is the limit");
            (false, cause)
        }
        Error::ConnectionFailed | Error::Protocol(_) | Error::BodyStalled => {
            (true, error.to_string())
        }
        _ => (false, error.to_string()),
    };
    if may_pass {
        AttemptError::Transient { cause, retry_after: None }
    } else {
        AttemptError::Permanent { cause }
    }
}

/// Whether the error is about too many headers; known by its message, since its type is private.
fn has_too_many_headers(error: &impl Display) -> bool {
    error.to_string().contains("too many headers")
}

/// Whether the error is about certificates, which the library wraps in a socket error.
fn is_about_certificates(error: &io::Error) -> bool {
    let cause = error.get_ref().and_then(|cause| cause.downcast_ref());
    cause.is_some_and(concerns_certificates)
}

fn concerns_certificates(error: &rustls::Error) -> bool {
    use rustls::Error::{
        AlertReceived, InvalidCertRevocationList, InvalidCertificate, NoCertificatesPresented,
    };
    match error {
        InvalidCertificate(_) | InvalidCertRevocationList(_) | NoCertificatesPresented => true,
        AlertReceived(alert) => matches!(
            alert,
            AlertDescription::BadCertificate
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateRequired
                | AlertDescription::CertificateRevoked
                | AlertDescription::CertificateUnknown
                | AlertDescription::UnknownCA
                | AlertDescription::UnsupportedCertificate
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use rustls::CertificateError;
    use ureq::Timeout;

    use super::*;

    fn io(kind: ErrorKind) -> Error {
        Error::Io(kind.into())
    }

    /// An error of a handshake, as the library returns it.
    fn handshake(error: rustls::Error) -> Error {
        Error::Io(io::Error::new(ErrorKind::InvalidData, error))
    }

    #[test]
    fn each_error_of_the_library_may_pass_or_not() {
        let refused = |reason: &str| Error::ConnectProxyFailed(reason.to_owned());
        let expired = || rustls::Error::InvalidCertificate(CertificateError::Expired);
        for error in [
            io(ErrorKind::ConnectionRefused),
            io(ErrorKind::ConnectionReset),
            io(ErrorKind::ConnectionAborted),
            io(ErrorKind::BrokenPipe),
            io(ErrorKind::UnexpectedEof),
            io(ErrorKind::NotConnected),
            io(ErrorKind::HostUnreachable),
            io(ErrorKind::NetworkUnreachable),
            io(ErrorKind::TimedOut),
            Error::Timeout(Timeout::Global),
            Error::Timeout(Timeout::RecvBody),
            Error::ConnectionFailed,
            Error::BodyStalled,
            refused("proxy server did not respond"),
            refused("proxy server responded 502/502"),
            handshake(rustls::Error::DecryptError),
            handshake(rustls::Error::AlertReceived(AlertDescription::InternalError)),
        ] {
            let attempt_error = of(&error);
            assert!(
                matches!(attempt_error, AttemptError::Transient { retry_after: None, .. }),
                "{attempt_error:?}"
            );
        }
        for error in [
            Error::StatusCode(404),
            Error::BadUri("x".to_owned()),
            Error::HostNotFound,
            Error::RedirectFailed,
            Error::InvalidProxyUrl,
            Error::BodyExceedsLimit(1),
            Error::TooManyRedirects,
            Error::Tls("no name"),
            Error::RequireHttpsOnly("x".to_owned()),
            Error::LargeResponseHeader(2, 1),
            Error::TlsRequired,
            Error::Other("no proxy".into()),
            Error::Rustls(expired()),
            refused("proxy server responded 407/407"),
            handshake(expired()),
            handshake(rustls::Error::NoCertificatesPresented),
            handshake(rustls::Error::AlertReceived(AlertDescription::UnknownCA)),
        ] {
            let attempt_error = of(&error);
            assert!(matches!(attempt_error, AttemptError::Permanent { .. }), "{attempt_error:?}");
        }
    }
}
