//! The limits of a submission, and how it is isolated.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The limits of a submission, and its isolation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Limits {
    /// The deadline of the whole run.
    pub deadline: Duration,
    /// The CPU time of each process.
    pub cpu: Duration,
    /// The memory of all processes together.
    pub memory_bytes: u64,
    /// The number of threads of all processes together.
    pub threads: u64,
    /// The size of each file.
    pub file_bytes: u64,
    /// The isolation of the submission.
    pub isolation: Isolation,
    /// The one loopback port that it can reach.
    pub port: Option<u16>,
}

/// The isolation of a submission.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Isolation {
    /// By namespaces, which bubblewrap makes, and by limits.
    #[default]
    Namespaces,
    /// By limits alone, and by a user of its own if root grades.
    Limits,
}

impl Isolation {
    /// The protections that `--weaker-sandbox` gives up.
    pub const LOST: &'static str = "weaker sandbox: no namespaces. Submissions can read what every \
        user of this machine can read, use the network, and leave files in shared folders";
}

/// A limit that was exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExceededLimit {
    /// The deadline.
    Deadline,
    /// The memory of all processes together.
    Memory,
    /// The grader has closed its end of the pipe.
    Grader,
}
