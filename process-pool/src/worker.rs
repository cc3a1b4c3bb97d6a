//! The worker's side: does tasks from stdin and writes results to stdout, until the pool is gone.

use std::{
    io::{self, BufRead},
    os::fd::AsFd,
    thread,
};

use common::stopwatch::WallClock;
use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    heartbeat::Replies,
    own_program, parent_death,
    protocol::{self, Answer, Outcome, Request},
};

/// An error that stopped a worker before its input ended.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A line of stdin is not a task.
    #[error(
        "line {line} of stdin is not a task, which is a line such as {{\"task\":0,\"input\":…}}"
    )]
    NotATask {
        /// The number of the line, from 1.
        line: u64,
        /// The reason.
        source: serde_json::Error,
    },
    /// Reading stdin or writing stdout failed.
    #[error("cannot {attempt}")]
    Io {
        /// The attempt.
        attempt: &'static str,
        /// The error of the operating system.
        source: io::Error,
    },
}

/// Does the tasks on stdin with `work`, and writes a line to stdout for each.
///
/// A pool also asks for heartbeats, by which it distinguishes a long task from a stopped worker. A
/// program that does not ask for them reads exactly one line for each task.
///
/// Returns when stdin ends. If stdout's reader goes away, as it does when the pool's process dies
/// of whatever cause, the *process* ends at once, also in the middle of a task. It leaves SIGINT and
/// SIGTERM to its parent, since both often reach the whole process group.
///
/// # Errors
/// When a line is not a task, or stdin or stdout fails.
pub fn serve<Task: DeserializeOwned, Output: Serialize>(
    mut work: impl FnMut(Task) -> Result<Output, String>,
) -> Result<(), ServeError> {
    let failed = |attempt| move |source| ServeError::Io { attempt, source };
    // In this order, since `tie_to_pool` lets signals for the parent's group reach this process.
    interrupt::leave_to_parent().map_err(failed("handle signals"))?;
    parent_death::tie_to_pool();
    own_program::restore_name();
    thread::Builder::new()
        .name("pool-watch".to_owned())
        .spawn(end_with_the_reader)
        .map_err(failed("start the thread that watches stdout"))?;

    let replies = Replies::new().map_err(failed("use stdout"))?;
    let mut sends_heartbeats = false;
    for (number, line) in (1..).zip(io::stdin().lock().lines()) {
        let line = line.map_err(failed("read stdin"))?;
        // Before the input is parsed: a heartbeat shows that this is a worker, even if the task is invalid.
        if !sends_heartbeats && let Some(interval) = protocol::heartbeat_interval(&line) {
            replies.start_heartbeats(interval).map_err(failed("start to send heartbeats"))?;
            sends_heartbeats = true;
        }
        let request: Request<Task> = serde_json::from_str(&line)
            .map_err(|source| ServeError::NotATask { line: number, source })?;
        let answer = || {
            let clock = WallClock::start();
            let outcome = work(request.input).map_or_else(Outcome::Error, Outcome::Output);
            protocol::encode_answer(&Answer::new(request.task, clock.elapsed(), outcome))
        };
        replies.answer(answer).map_err(failed("write to stdout"))?;
    }
    Ok(())
}

/// Waits until no process can read stdout any more, and then ends this process.
fn end_with_the_reader() {
    let stdout = io::stdout();
    // Asking for no event leaves only those that cannot be declined: error and hang-up.
    let mut watched = [PollFd::new(stdout.as_fd(), PollFlags::empty())];
    let watched = loop {
        match poll(&mut watched, PollTimeout::NONE) {
            Err(Errno::EINTR) => {}
            result => break result,
        }
    };
    if watched.is_ok() {
        #[expect(clippy::exit, clippy::disallowed_methods, reason = "work cannot be interrupted")]
        std::process::exit(1);
    }
}
