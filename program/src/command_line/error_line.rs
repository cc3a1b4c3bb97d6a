//! The line that a program prints when it fails.

use std::{error::Error, io};

use message::error_causes::{causes, with_causes};
use nix::errno::Errno;

/// An error with its causes, in one line. If a limit of the system is the cause and no advice is
/// given yet, the line says which limit to raise.
pub fn error_line(error: &(dyn Error + 'static)) -> String {
    let message = with_causes(error);
    let limit = causes(error).find_map(|cause| limit_behind(cause.downcast_ref()?));
    match limit.filter(|_| !message.contains("ulimit")) {
        Some(advice) => format!("error: {message} ({advice})\n"),
        None => format!("error: {message}\n"),
    }
}

fn limit_behind(error: &io::Error) -> Option<&'static str> {
    match Errno::from_raw(error.raw_os_error()?) {
        Errno::EAGAIN => Some("raise the limit on processes and threads: ulimit -u"),
        Errno::EMFILE => Some("raise the limit on open files: ulimit -n"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{attempt}")]
    struct Failed {
        attempt: &'static str,
        source: io::Error,
    }

    #[test]
    fn an_error_names_the_limit_behind_it_once() {
        let check = |attempt, errno: Errno, expected: &str| {
            let line = error_line(&Failed { attempt, source: errno.into() });
            assert!(line.starts_with(&format!("error: {attempt}: ")), "{line}");
            assert!(line.ends_with(expected), "{line}");
        };
        check(
            "cannot start it",
            Errno::EAGAIN,
            " (raise the limit on processes and threads: ulimit -u)\n",
        );
        check("cannot open it", Errno::EMFILE, " (raise the limit on open files: ulimit -n)\n");
        check("cannot start it (ulimit -u)", Errno::EAGAIN, "unavailable (os error 11)\n");
        check("cannot find it", Errno::ENOENT, "No such file or directory (os error 2)\n");
    }
}
