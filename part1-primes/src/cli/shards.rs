//! The subcommands for many machines: `plan`, `shard` and `merge`.

mod merge;
mod plan;

use std::{env, ffi::OsString, num::NonZeroUsize, path::PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use common::stopwatch::Cost;
use job_array::{Index, Plan};
use message::number;
use part1_primes::{
    PrimesError,
    shards::{Element, Outcome, PrimeSearch, ShardAnswer},
};
use program::command_line::{self, Ending, UsageError, parse_workers};
use report::human_time;

use self::{merge::MergeArguments, plan::PlanArguments};

/// The variable in which Slurm passes the number of cores, also where a site binds no process to them.
const CORES_VARIABLE: &str = "SLURM_CPUS_PER_TASK";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Divide a search into shards, for a job array on many machines
    Plan(PlanArguments),
    /// Do one shard of a plan, as an element of a job array does
    Shard(ShardArguments),
    /// Print the answer of a plan if all shards are done, and which are missing if not
    Merge(MergeArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ShardArguments {
    /// Folder of the plan
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Number of the shard: 17, auto, or auto+1000; auto reads `SLURM_ARRAY_TASK_ID` or
    /// `JOB_COMPLETION_INDEX`
    #[arg(long)]
    index: Index,
    /// Number of threads [default: `SLURM_CPUS_PER_TASK`, or the cores that this process may use]
    #[arg(long, value_parser = parse_workers)]
    workers: Option<NonZeroUsize>,
    /// The socket of a gate, which holds the result back
    #[arg(long, hide = true)]
    gate: Option<PathBuf>,
}

/// The system lacks something at the moment, such as threads. On a node that others use, too, another
/// try may succeed.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) struct TryAgain(#[from] PrimesError);

pub(crate) fn run(command: Command) -> anyhow::Result<Ending> {
    // A signal removes drafts, and leaves no result.
    interrupt::end_process_after_cleanups().context("cannot listen for signals")?;
    match command {
        Command::Plan(arguments) => plan::plan(&arguments),
        Command::Shard(arguments) => shard(arguments),
        Command::Merge(arguments) => merge::merge(&arguments),
    }
}

fn shard(arguments: ShardArguments) -> anyhow::Result<Ending> {
    let ShardArguments { folder, index, workers, gate } = arguments;
    let plan: Plan<PrimeSearch> = Plan::read(&folder).map_err(PrimesError::from)?;
    let count = plan.shards.get();
    let shard = index.resolve(count, variable).map_err(PrimesError::from)?;
    let workers = workers.map_or_else(cores_of_element, Ok)?;
    let name = format!("shard {shard} (of {count}, counted from 0)");
    let element = Element { shard, workers, variable, gate };
    let outcome = element.run(&plan).map_err(|error| match error {
        PrimesError::CannotStartThreads { .. } => TryAgain(error).into(),
        error => anyhow::Error::from(error),
    })?;
    let text = match outcome {
        Outcome::WasThere => format!("{name}: its result is there already, and valid\n"),
        Outcome::Done(ShardAnswer { from, to, count, .. }, Cost { wall, cpu }) => format!(
            "{name}: {} primes from {} up to {}; wall {}, CPU {}\n",
            number::grouped(count),
            number::grouped(from),
            number::grouped(to),
            human_time(wall),
            human_time(cpu),
        ),
    };
    command_line::print(&text).context("the result is there, but cannot be printed")?;
    Ok(Ending::Complete)
}

/// The cores that a batch system gives to this element.
fn cores_of_element() -> Result<NonZeroUsize, UsageError> {
    let Some(cores) = variable(CORES_VARIABLE) else { return Ok(report::cores()) };
    let cores = cores.to_string_lossy();
    parse_workers(&cores).map_err(|reason| {
        UsageError(format!("{CORES_VARIABLE} is {cores:?}: {reason}; or give --workers"))
    })
}

fn variable(name: &str) -> Option<OsString> {
    env::var_os(name)
}
