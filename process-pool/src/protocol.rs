//! The protocol between a pool and its workers: one JSON object a line, tasks in, answers out.
//!
//! ```text
//! pool → worker   {"task":7,"input":{"from":100000000,"to":100005000}}
//! worker → pool   {"task":7,"busy_us":2741,"outcome":{"output":{"count":275}}}
//! worker → pool   {"task":8,"busy_us":12,"outcome":{"error":"there is no method \"guess\""}}
//! ```
//!
//! A worker needs no pool: a shell, `ssh`, GNU parallel or Spark's `pipe` can send it tasks. They read
//! exactly one line for each task. A pool also asks for heartbeats. The first one comes at once, as a
//! handshake; more come during long tasks. A program without heartbeats can be a worker too, for tasks
//! that are shorter than the silence that a pool allows.
//!
//! ```text
//! pool → worker   {"task":7,"heartbeat_ms":3000,"input":{"from":100000000,"to":100005000}}
//! worker → pool   {"alive":true}
//! ```

use std::{any::Any, num::NonZeroU64, time::Duration};

use serde::{
    Deserialize, Serialize,
    de::{DeserializeOwned, IgnoredAny},
};

/// A request to a worker.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request<Task> {
    /// The number of the task, which the answer repeats.
    pub(crate) task: u64,
    /// The interval of heartbeats; none are sent if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) heartbeat_ms: Option<NonZeroU64>,
    /// The input of the task.
    pub(crate) input: Task,
}

/// A worker's answer to a request.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Answer<Output> {
    /// The number of the request.
    pub(crate) task: u64,
    /// The time of the task, in microseconds.
    busy_us: u64,
    /// The outcome of the task.
    pub(crate) outcome: Outcome<Output>,
}

/// The outcome of a task.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome<Output> {
    /// The output of the task.
    Output(Output),
    /// The error of the task, which any worker would have.
    Error(String),
}

impl<Output> Answer<Output> {
    pub(crate) fn new(task: u64, busy: Duration, outcome: Outcome<Output>) -> Self {
        let busy_us = u64::try_from(busy.as_micros()).unwrap_or(u64::MAX);
        Self { task, busy_us, outcome }
    }

    pub(crate) fn busy(&self) -> Duration {
        Duration::from_micros(self.busy_us)
    }
}

/// An output whose type only the pool's caller knows.
///
/// So the pool's threads are compiled once, with this crate, and not again for each type of output.
pub(crate) type AnyOutput = Box<dyn Any + Send>;

/// The function that decodes a line as the answer to a task; the error says why it is none.
pub(crate) type Decode = fn(line: &[u8], task: u64) -> Result<Answer<AnyOutput>, String>;

/// The line of a heartbeat.
pub(crate) const HEARTBEAT: &[u8] = b"{\"alive\":true}\n";

/// Encodes a request as a line.
pub(crate) fn encode<Task: Serialize>(task: u64, heartbeat_ms: NonZeroU64, input: &Task) -> String {
    let request = Request { task, heartbeat_ms: Some(heartbeat_ms), input };
    let line = serde_json::to_string(&request);
    line.expect("a task's type to be one that JSON can hold") + "\n"
}

/// The interval of heartbeats that a request asks for, if it does.
pub(crate) fn heartbeat_interval(line: &str) -> Option<Duration> {
    let request: Request<IgnoredAny> = serde_json::from_str(line).ok()?;
    request.heartbeat_ms.map(|millis| Duration::from_millis(millis.get()))
}

/// Encodes an answer as a line.
pub(crate) fn encode_answer<Output: Serialize>(answer: &Answer<Output>) -> Vec<u8> {
    let mut line = serde_json::to_vec(answer).expect("an output that JSON can hold");
    line.push(b'\n');
    line
}

/// Decodes an answer with an output of this type: a [`Decode`].
pub(crate) fn decode<Output: DeserializeOwned + Send + 'static>(
    line: &[u8],
    task: u64,
) -> Result<Answer<AnyOutput>, String> {
    let answer: Answer<Output> = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    if answer.task != task {
        return Err(format!("it is for task {}, and the worker was at task {task}", answer.task));
    }
    let outcome = match answer.outcome {
        Outcome::Output(output) => Outcome::Output(Box::new(output) as AnyOutput),
        Outcome::Error(message) => Outcome::Error(message),
    };
    Ok(Answer { task, busy_us: answer.busy_us, outcome })
}
