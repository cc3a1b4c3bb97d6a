//! Work on many machines: a plan divides it into shards, the elements of a job array do them, and
//! their results are merged only if they are complete.
//!
//! A batch system, such as Slurm, starts the elements, and starts them again. This crate has no queue,
//! no lock and no server. It keeps files in one folder that all machines see:
//!
//! ```text
//! DIR/plan.json           all arguments of the work, and the number of shards
//! DIR/job.sh              the script that a batch system runs, for each element
//! DIR/logs                what the elements print
//! DIR/shards/00017.json   the result of shard 17
//! DIR/shards/00017.txt    its list, if the work makes lists
//! ```
//!
//! # Format, version 1
//!
//! `plan.json` is never overwritten by another plan:
//!
//! ```json
//! { "schema": 1, "program": "part1-primes", "shards": 100, "arguments": {} }
//! ```
//!
//! `shards/00017.json` belongs to the plan whose file has this SHA-256 (`sha256sum plan.json`):
//!
//! ```json
//! { "schema": 1, "plan": "9f86d0…", "shard": 17, "answer": {},
//!   "answer_sha256": "4f53cd…",
//!   "origin": { "version": "0.1.0", "host": "node7", "job": "4711_17", "workers": 4, "wall_ms": 9, "cpu_ms": 33 } }
//! ```
//!
//! The program decides what `arguments` and `answer` contain. Names that begin with a dot are drafts. A
//! killed run leaves them behind, and no program reads them.
//!
//! # Guarantees
//!
//! - The work of a shard follows from the plan and its number alone.
//! - A result is a draft first, which is written and synced; then a hard link gives it its name. So a
//!   result is whole, or it is not there.
//! - A valid result is never replaced, unless the program [withdraws](Plan::withdraw) it, since what it
//!   names is gone. Another run with an equal answer changes nothing; one with a
//!   different answer is an error.
//! - A result that is damaged, or belongs to another plan, counts as missing, and is replaced.
#![forbid(unsafe_code)]

mod error;
mod index;
mod job_script;
mod merged;
mod plan;
mod publication;
mod result;
pub mod sha256;
mod shard_count;
mod split;
mod submission;
mod tiling;

pub use self::{
    error::JobArrayError,
    index::Index,
    job_script::JobScript,
    merged::{merged_json, missing_text},
    plan::{Plan, Work},
    publication::{Draft, Publication, Standing},
    result::{Defect, Origin, ShardResult, Union},
    shard_count::{SHARDS_MAX, parse_shards},
    split::{Share, Split},
    submission::{ARRAY_MAX, ranges, submission},
    tiling::tile,
};
