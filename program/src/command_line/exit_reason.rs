//! The exit codes of all programs, and the rule that chooses one for an error.

use std::error::Error;

use message::error_causes;

use super::{ReportFileError, UsageError};

/// Why a program failed; the value is its exit code.
///
/// A program that a signal ends has 128 plus the number of the signal instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitReason {
    /// The result is wrong or incomplete, or cannot be printed.
    BadResult = 1,
    /// The request cannot be fulfilled by this program or on this machine. For example, arguments are
    /// wrong, a file is missing, or the program was started outside of the lab.
    Usage = 2,
    /// A host, a store, credentials or the system failed.
    OutsideWorld = 3,
}

impl ExitReason {
    /// The reason that an error stands for, by the rule of all programs:
    ///
    /// 1. An error that the program has a reason for has that reason: `known`.
    /// 2. An error with a [`UsageError`] among its causes is [`Usage`](Self::Usage).
    /// 3. A file of a report that cannot be written after the work is
    ///    [`OutsideWorld`](Self::OutsideWorld).
    /// 4. Any other error has the reason `otherwise`. In programs that have a result of their own (the
    ///    three parts, `peers`), that is [`BadResult`](Self::BadResult). In those that judge or serve
    ///    (`cargo lab`, `mock-web`), it is [`OutsideWorld`](Self::OutsideWorld).
    pub fn of(error: &(dyn Error + 'static), known: Option<Self>, otherwise: Self) -> Self {
        let has_cause =
            |is: fn(&(dyn Error + 'static)) -> bool| error_causes::causes(error).any(is);
        if let Some(known) = known {
            known
        } else if has_cause(<dyn Error>::is::<UsageError>) {
            Self::Usage
        } else if has_cause(<dyn Error>::is::<ReportFileError>) {
            Self::OutsideWorld
        } else {
            otherwise
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("while something was tried")]
    struct Around<E: Error + 'static>(#[source] E);

    #[test]
    fn the_first_rule_that_fits_decides() {
        use ExitReason::{BadResult, OutsideWorld, Usage};
        let usage = || UsageError("what is this".to_owned());
        let unknown = io::Error::other("what is that");
        for otherwise in [BadResult, OutsideWorld] {
            assert_eq!(ExitReason::of(&usage(), None, otherwise), Usage);
            assert_eq!(ExitReason::of(&Around(usage()), None, otherwise), Usage);
            assert_eq!(ExitReason::of(&unknown, None, otherwise), otherwise);
            assert_eq!(ExitReason::of(&unknown, Some(Usage), otherwise), Usage);
        }
    }
}
