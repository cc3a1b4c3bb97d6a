//! The results of the shards: how one is published, and whether all are there.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs,
    io::{self, ErrorKind, Write},
    path::Path,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    Draft, JobArrayError, Plan, Publication, Standing, Work,
    plan::{SCHEMA, read_regular},
    publication::set_aside,
    sha256,
};

/// The result of one shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardResult<Answer> {
    schema: u32,
    plan: String,
    /// The number of the shard.
    pub shard: u64,
    /// The answer.
    pub answer: Answer,
    /// The SHA-256 of the answer's JSON: a number that changed on a disk is not believed.
    answer_sha256: String,
    /// The run that found it.
    pub origin: Origin,
}

/// The run that found an answer. Two runs of one shard differ in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The version of the program.
    pub version: String,
    /// The name of the machine.
    pub host: Option<String>,
    /// The job of the batch system.
    pub job: Option<String>,
    /// The number of threads or processes that shared the work.
    pub workers: usize,
    /// Wall time in milliseconds.
    pub wall_ms: u64,
    /// CPU time in milliseconds.
    pub cpu_ms: u64,
}

/// The reason why the result of a shard counts as missing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Defect {
    /// There is no file.
    #[error("there is no result")]
    Absent,
    /// It is there and cannot be read, by this user or at the moment, so it is left alone.
    #[error("the result cannot be read: {reason}")]
    Unreadable {
        /// The kind of the error.
        kind: ErrorKind,
        /// The error.
        reason: String,
    },
    /// It belongs to another plan, or another shard.
    #[error("the result belongs to another plan, or another shard")]
    Foreign,
    /// It is damaged; the text says how.
    #[error("the result is damaged: {0}")]
    Damaged(String),
    /// What the result names is gone; the text says what.
    #[error("{0}")]
    Gone(String),
}

/// All results of a plan.
#[derive(Debug)]
pub struct Union<Answer> {
    /// The valid results, in the order of their shards.
    pub complete: Vec<ShardResult<Answer>>,
    /// The shards without one, in order.
    pub missing: Vec<(u64, Defect)>,
}

impl Origin {
    /// Describes this run; `variable` reads the environment.
    pub fn new(
        version: &str,
        workers: usize,
        (wall, cpu): (Duration, Duration),
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Self {
        let text = |name| Some(variable(name)?.to_string_lossy().into_owned());
        let host = || fs::read_to_string("/proc/sys/kernel/hostname").ok();
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let array_job =
            || Some(format!("{}_{}", text("SLURM_ARRAY_JOB_ID")?, text("SLURM_ARRAY_TASK_ID")?));
        Self {
            version: version.to_owned(),
            host: text("SLURMD_NODENAME").or_else(host).map(|name| name.trim().to_owned()),
            job: array_job().or_else(|| text("JOB_NAME")),
            workers,
            wall_ms: millis(wall),
            cpu_ms: millis(cpu),
        }
    }
}

impl<Answer> Union<Answer> {
    /// The numbers of the shards without a valid result.
    pub fn missing_numbers(&self) -> Vec<u64> {
        self.missing.iter().map(|(shard, _)| *shard).collect()
    }

    /// The CPU time of the valid results.
    pub fn cpu(&self) -> Duration {
        let cpu_ms = self.complete.iter().map(|result| result.origin.cpu_ms);
        Duration::from_millis(cpu_ms.fold(0, u64::saturating_add))
    }

    /// How many machines found them.
    pub fn hosts(&self) -> usize {
        let hosts: BTreeSet<_> = self.complete.iter().map(|result| &result.origin.host).collect();
        hosts.len()
    }
}

impl<W: Work> Plan<W> {
    /// The result of a shard, if it is valid.
    ///
    /// # Errors
    /// When it counts as missing.
    pub fn result(&self, shard: u64) -> Result<ShardResult<W::Answer>, Defect> {
        self.result_at(&self.path_of(shard, "json"), shard)
    }

    fn result_at(&self, path: &Path, shard: u64) -> Result<ShardResult<W::Answer>, Defect> {
        let text = read_regular(path).map_err(|error| match error.kind() {
            // A link to nowhere is damage. A file that another run moves for a moment is not.
            ErrorKind::NotFound if !path.is_symlink() => Defect::Absent,
            ErrorKind::NotFound | ErrorKind::InvalidData => Defect::Damaged(error.to_string()),
            kind => Defect::Unreadable { kind, reason: error.to_string() },
        })?;
        let result: ShardResult<W::Answer> =
            serde_json::from_str(&text).map_err(|error| Defect::Damaged(error.to_string()))?;
        if (result.schema, result.plan.as_str(), result.shard) != (SCHEMA, self.sha256(), shard) {
            return Err(Defect::Foreign);
        }
        if result.answer_sha256 != hash_of(&result.answer) {
            return Err(Defect::Damaged("its answer has another hash".to_owned()));
        }
        W::check(self, shard, &result.answer).map_err(Defect::Damaged)?;
        Ok(result)
    }

    /// Whether a shard has a valid result.
    ///
    /// # Errors
    /// When there is one that cannot be read.
    pub fn is_done(&self, shard: u64) -> Result<bool, JobArrayError> {
        match self.result(shard) {
            Ok(_) => Ok(true),
            Err(Defect::Unreadable { kind, reason }) => {
                let path = self.path_of(shard, "json");
                Err(JobArrayError::io("read", path)(io::Error::new(kind, reason)))
            }
            Err(_) => Ok(false),
        }
    }

    /// Publishes the result of a shard.
    ///
    /// Between the draft and its name, `at_the_draft` is called: tests hold or kill a run there.
    ///
    /// # Errors
    /// When a valid result with another answer is there, or the system fails.
    pub fn publish(
        &self,
        shard: u64,
        answer: W::Answer,
        origin: Origin,
        at_the_draft: impl FnOnce(),
    ) -> Result<Publication, JobArrayError> {
        let path = self.path_of(shard, "json");
        let (plan, answer_sha256) = (self.sha256().to_owned(), hash_of(&answer));
        let result = ShardResult { schema: SCHEMA, plan, shard, answer, answer_sha256, origin };
        let text = serde_json::to_string(&result).expect("a result to be JSON") + "\n";
        let judge = |path: &Path| match self.result_at(path, shard) {
            Ok(there) if there.answer == result.answer => Ok(Standing::Equal),
            Ok(_) => Ok(Standing::Different),
            Err(Defect::Unreadable { kind, reason }) => Err(io::Error::new(kind, reason)),
            Err(_) => Ok(Standing::Invalid),
        };
        let published = (|| {
            let mut draft = Draft::create(&path)?;
            draft.write_all(text.as_bytes())?;
            draft.sync()?;
            at_the_draft();
            draft.publish(judge)
        })();
        let published = published.map_err(JobArrayError::io("write", &path))?;
        if published == Publication::Conflict {
            return Err(JobArrayError::Disagreement { path });
        }
        // Meanwhile, somebody may have changed a file that the answer names.
        match self.result(shard) {
            Err(defect @ Defect::Damaged(_)) => {
                Err(JobArrayError::io("keep", path)(io::Error::other(defect)))
            }
            _ => Ok(published),
        }
    }

    /// Fails if no result of this shard could be written, which is better known before the work.
    ///
    /// # Errors
    /// When the system does not allow a file there.
    pub fn check_writable(&self, shard: u64) -> Result<(), JobArrayError> {
        let path = self.path_of(shard, "json");
        Draft::create(&path).map(drop).map_err(JobArrayError::io("write", path))
    }

    /// Takes a valid result away, since what it names is gone. If another run has put another answer
    /// there meanwhile, that one stays.
    ///
    /// # Errors
    /// When the system fails.
    pub fn withdraw(&self, shard: u64, answer: &W::Answer) -> Result<(), JobArrayError> {
        let path = self.path_of(shard, "json");
        let judge = |path: &Path| match self.result_at(path, shard) {
            Ok(there) if there.answer == *answer => Ok(Standing::Invalid),
            _ => Ok(Standing::Different),
        };
        set_aside(&path, judge).map_err(JobArrayError::io("replace", path))
    }

    /// Reads all results, and changes nothing.
    pub fn union(&self) -> Union<W::Answer> {
        let mut union = Union { complete: Vec::new(), missing: Vec::new() };
        for shard in 0..self.shards.get() {
            match self.result(shard) {
                Ok(result) => union.complete.push(result),
                Err(defect) => union.missing.push((shard, defect)),
            }
        }
        union
    }
}

fn hash_of(answer: &impl Serialize) -> String {
    sha256::of_bytes(&serde_json::to_vec(answer).expect("an answer to be JSON"))
}
