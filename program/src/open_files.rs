//! The limit on open files, which include sockets and pipes.

use std::num::NonZeroUsize;

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Raises the limit as far as this process may, and returns it.
///
/// Shells start programs with 1 024 or even 256, which a thousand connections exceed. Processes
/// that this one starts inherit the limit.
pub fn raise_limit() -> usize {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return usize::MAX };
    let is_raised = soft < hard && setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok();
    usize::try_from(if is_raised { hard } else { soft }).unwrap_or(usize::MAX)
}

/// Open files that are not connections: standard streams, pipes to other processes, and a store.
const OTHERS: usize = 32;

/// How many requests a process may have under way at once, each on a connection of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestsMax {
    /// The limit on open files.
    open_files_max: usize,
}

impl RequestsMax {
    /// As many requests as a limit on open files allows.
    pub fn under(open_files_max: usize) -> Self {
        Self { open_files_max }
    }

    /// The number of requests, at least one.
    pub fn get(self) -> NonZeroUsize {
        let requests = self.open_files_max.saturating_sub(OTHERS);
        NonZeroUsize::new(requests).unwrap_or(NonZeroUsize::MIN)
    }

    /// The advice for a user who wants more requests; none if there are enough.
    pub fn advice(self, wanted: usize) -> Option<String> {
        let (open_files_max, requests) = (self.open_files_max, self.get());
        (wanted > requests.get()).then(|| {
            format!(
                "The limit on open files is {open_files_max}, too low for {wanted} requests at \
                 once: there will be at most {requests}. To allow all of them, raise it: ulimit -n {}\n",
                wanted.saturating_add(OTHERS)
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_advice_only_where_more_is_wanted() {
        let max = RequestsMax::under(48);
        assert_eq!(max.get().get(), 16);
        assert_eq!(max.advice(16), None);
        let advice = max.advice(17).expect("advice");
        assert!(
            advice.contains("at most 16. To allow all of them, raise it: ulimit -n 49\n"),
            "{advice}"
        );
        assert_eq!(RequestsMax::under(0).get().get(), 1);
    }
}
