//! Batches: tasks that are sent together to one worker, and the reply with their results.

use std::{collections::VecDeque, iter};

use crossbeam::channel::{self, Receiver, Sender};

use crate::{PoolError, protocol::AnyOutput};

/// The result of a task.
pub(crate) type TaskResult = Result<AnyOutput, PoolError>;

/// The results of a batch, in the order of its tasks.
pub(crate) type Results = Vec<TaskResult>;

/// Tasks, as lines of the protocol, for one worker to do one after another.
///
/// A batch always replies with one result for each task, so that no caller waits for ever. When it is
/// dropped, the results of undone tasks are [`PoolError::Stopped`].
#[derive(Debug)]
pub(crate) struct Batch {
    /// The number of the first task, counted over the pool's life.
    first_task: u64,
    /// One line for each task.
    lines: Vec<String>,
    /// One result for each task that is done.
    results: Results,
    reply: Sender<Results>,
    /// The channel for tasks that go back to other workers. It closes once no batch is left that
    /// could take it.
    return_path: Sender<Self>,
}

/// The receiver of a batch's results. No other batch sends to it, so it ends with its batch.
#[derive(Debug)]
pub(crate) struct Reply(Receiver<Results>);

impl Reply {
    /// Waits for the results, one for each task.
    pub(crate) fn wait(self) -> Results {
        self.0.recv().expect("a batch to reply, if only when it is dropped")
    }
}

impl Batch {
    pub(crate) fn new(
        first_task: u64,
        lines: Vec<String>,
        return_path: Sender<Self>,
    ) -> (Self, Reply) {
        // Room for the one reply, so that it never waits.
        let (reply, replies) = channel::bounded(1);
        let results = Vec::with_capacity(lines.len());
        (Self { first_task, lines, results, reply, return_path }, Reply(replies))
    }

    /// The number of the task whose result is due next.
    pub(crate) fn next_task(&self) -> u64 {
        self.first_task + self.results.len() as u64
    }

    /// The lines of the tasks that are not done.
    pub(crate) fn undone(&self) -> &[String] {
        &self.lines[self.results.len()..]
    }

    /// Adds the next result.
    pub(crate) fn push(&mut self, result: TaskResult) {
        self.results.push(result);
    }

    /// Returns the undone tasks for another worker.
    pub(crate) fn hand_back(self) {
        let return_path = self.return_path.clone();
        // If no supervisor is left, the pool is stopped, and the batch says so itself.
        let _ = return_path.send(self);
    }

    /// Fails all undone tasks, since no worker is left.
    pub(crate) fn refuse(mut self, reason: &str) {
        while !self.undone().is_empty() {
            let (task, reason) = (self.next_task(), reason.to_owned());
            self.push(Err(PoolError::NoWorkerLeft { task, reason }));
        }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        let mut results = std::mem::take(&mut self.results);
        let missing = self.lines.len() - results.len();
        results.extend(iter::repeat_with(|| Err(PoolError::Stopped)).take(missing));
        // The caller may have dropped the receiver meanwhile.
        let _ = self.reply.send(results);
    }
}

/// Adds the next result, and releases a batch that has all results.
pub(crate) fn push(taken: &mut VecDeque<Batch>, result: TaskResult) {
    let current = taken.front_mut().expect("a batch whose task was done");
    current.push(result);
    if current.undone().is_empty() {
        taken.pop_front();
    }
}
