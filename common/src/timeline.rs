//! Who worked when: a lane for each worker, a span for each piece of its work.

use std::{process, thread, time::Duration};

mod recorder;
mod terminal;

pub use self::{recorder::Recorder, terminal::draw};

/// A worker: a thread of a process.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lane {
    /// The process that it belongs to.
    pub pid: u32,
    /// The thread's name.
    pub thread: String,
}

impl Lane {
    /// The calling thread.
    pub fn of_current_thread() -> Self {
        Self::of_thread(thread::current().name().unwrap_or("unnamed"))
    }

    /// A thread of this process.
    pub fn of_thread(name: &str) -> Self {
        Self { pid: process::id(), thread: name.to_owned() }
    }

    /// The one thread that works in the process `pid`.
    pub fn of_process(pid: u32) -> Self {
        Self { pid, thread: "main".to_owned() }
    }
}

/// A piece of work, from `start` to `end` after the beginning of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Who did it: an index into [`Timeline::lanes`].
    pub lane: usize,
    /// What it was.
    pub label: String,
    /// When it began.
    pub start: Duration,
    /// When it was done.
    pub end: Duration,
}

/// What a [`Recorder`] has seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// Every worker that was started, once, also one that got no work.
    pub lanes: Vec<Lane>,
    /// The pieces of work, lane by lane, each lane's in the order of time.
    pub spans: Vec<Span>,
}
