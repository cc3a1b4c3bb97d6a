//! Tasks that travel together to one worker, and the reply that is owed for them.

use std::iter;

use crossbeam::channel::Sender;

use super::PoolError;

/// The results of a batch, in the order of its tasks.
pub(super) type Results<Output> = Vec<Result<Output, PoolError>>;

/// Tasks, as lines of the protocol, that one worker does one after another.
///
/// A batch always replies, with one result for each task: what is not done when it is dropped is
/// answered with the news that the pool was stopped, so that nobody waits for ever.
#[derive(Debug)]
pub(super) struct Batch<Output> {
    /// The number of the first task, counted over the pool's life.
    first_task: u64,
    /// One line for each task.
    lines: Vec<String>,
    /// One result for each task that is done.
    results: Results<Output>,
    /// What the reply is marked with.
    number: u64,
    reply: Sender<(u64, Results<Output>)>,
}

impl<Output> Batch<Output> {
    pub(super) fn new(
        first_task: u64,
        lines: Vec<String>,
        number: u64,
        reply: Sender<(u64, Results<Output>)>,
    ) -> Self {
        let results = Vec::with_capacity(lines.len());
        Self { first_task, lines, results, number, reply }
    }

    /// The number of the task whose result is due next.
    pub(super) fn next_task(&self) -> u64 {
        self.first_task + self.results.len() as u64
    }

    /// The lines of the tasks that are not done.
    pub(super) fn undone(&self) -> &[String] {
        &self.lines[self.results.len()..]
    }

    /// Takes the result that is due.
    pub(super) fn push(&mut self, result: Result<Output, PoolError>) {
        self.results.push(result);
    }
}

impl<Output> Drop for Batch<Output> {
    fn drop(&mut self) {
        let mut results = std::mem::take(&mut self.results);
        let missing = self.lines.len() - results.len();
        results.extend(iter::repeat_with(|| Err(PoolError::Stopped)).take(missing));
        // Whoever asked may have lost interest meanwhile.
        let _ = self.reply.send((self.number, results));
    }
}
