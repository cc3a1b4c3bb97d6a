//! The lines between a pool and its workers: one JSON object each, tasks in, answers out.
//!
//! ```text
//! pool → worker   {"task":7,"input":{"from":100000000,"to":100005000}}
//! worker → pool   {"task":7,"busy_us":2741,"outcome":{"output":{"count":275}}}
//! worker → pool   {"task":8,"busy_us":12,"outcome":{"error":"there is no method \"guess\""}}
//! ```
//!
//! It needs no pool: a shell, `ssh`, GNU parallel or Spark's `pipe` can feed a worker as well. They
//! read exactly one line for each task. A pool asks for heartbeats too. The first one comes at once,
//! as a handshake, and more for as long as a task takes. A program that ignores the wish is a worker
//! as well, for tasks that take less time than a pool allows for silence.
//!
//! ```text
//! pool → worker   {"task":7,"heartbeat_ms":3000,"input":{"from":100000000,"to":100005000}}
//! worker → pool   {"alive":true}
//! ```

use std::{num::NonZeroU64, time::Duration};

use serde::{
    Deserialize, Serialize,
    de::{DeserializeOwned, IgnoredAny},
};

/// What a worker is asked to do.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request<Task> {
    /// A number that the answer repeats.
    pub(crate) task: u64,
    /// How often the worker is to show that it lives; not at all if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) heartbeat_ms: Option<NonZeroU64>,
    /// What the work is given.
    pub(crate) input: Task,
}

/// What a worker says when a task is done.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Answer<Output> {
    /// The number of the request.
    pub(crate) task: u64,
    /// How long the worker was at it.
    busy_us: u64,
    /// What came of it.
    pub(crate) outcome: Outcome<Output>,
}

/// What came of a task.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome<Output> {
    /// It was done.
    Output(Output),
    /// It cannot be done, by this worker or any other.
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

/// The line by which a worker shows that it lives.
pub(crate) const HEARTBEAT: &[u8] = b"{\"alive\":true}\n";

/// A request as a line.
pub(crate) fn encode<Task: Serialize>(task: u64, heartbeat_ms: NonZeroU64, input: &Task) -> String {
    let request = Request { task, heartbeat_ms: Some(heartbeat_ms), input };
    let line = serde_json::to_string(&request);
    line.expect("a task's type to be one that JSON can hold") + "\n"
}

/// How often the sender of a request asks for heartbeats, if it does.
pub(crate) fn heartbeat_interval(line: &str) -> Option<Duration> {
    let request: Request<IgnoredAny> = serde_json::from_str(line).ok()?;
    request.heartbeat_ms.map(|millis| Duration::from_millis(millis.get()))
}

/// An answer as a line.
pub(crate) fn encode_answer<Output: Serialize>(answer: &Answer<Output>) -> Vec<u8> {
    let mut line = serde_json::to_vec(answer).expect("an output that JSON can hold");
    line.push(b'\n');
    line
}

/// An answer from a line, or what is wrong with it as the answer to `task`.
pub(crate) fn decode<Output: DeserializeOwned>(
    line: &[u8],
    task: u64,
) -> Result<Answer<Output>, String> {
    let answer: Answer<Output> = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    if answer.task == task {
        Ok(answer)
    } else {
        Err(format!("it is for task {}, and the worker was at task {task}", answer.task))
    }
}
