//! The subcommand `plan`, and the text with which its shards are submitted.

use std::{
    env,
    num::{NonZeroU64, NonZeroUsize},
    path::PathBuf,
};

use anyhow::Context;
use clap::Args;
use job_array::{JobScript, Plan, parse_shards};
use message::number::{self, counted};
use part1_primes::{
    Method, PrimesError,
    shards::{self, PrimeSearch, Wanted},
};
use program::command_line::{self, Ending, check_folder_to_write, one_of, parse_workers};
use report::{human_time, long_time};

use crate::cli::check_range;

#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    /// Folder of the plan and its results, which all machines see
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The first number; 1e12 means 10¹², and digits may be grouped by underscores
    #[arg(long, value_parser = number::parse)]
    from: u64,
    /// The end of the range, which is not part of it
    #[arg(long, value_parser = number::parse)]
    to: u64,
    /// Method, as without a plan
    #[arg(long, value_parser = one_of(Method::ALL, Method::name), default_value = Method::Trial.name())]
    method: Method,
    /// Count the primes; the answer has no sum then
    #[arg(long, conflicts_with = "print")]
    count: bool,
    /// Keep the primes in files, for `merge --print`
    #[arg(long)]
    print: bool,
    /// Number of shards [default: enough for about 10 minutes each]
    #[arg(long, value_parser = parse_shards)]
    shards: Option<NonZeroU64>,
    /// Cores of each element, for the job script
    #[arg(long, value_parser = parse_workers, default_value = "1")]
    cores: NonZeroUsize,
}

pub(super) fn plan(arguments: &PlanArguments) -> anyhow::Result<Ending> {
    let PlanArguments { from, to, method, cores, .. } = *arguments;
    check_range(from, to)?;
    method.check_plan(&(from..to))?;
    check_folder_to_write(&arguments.folder)?;
    let wanted = match (arguments.count, arguments.print) {
        (true, _) => Wanted::Count,
        (_, true) => Wanted::List,
        _ => Wanted::Sum,
    };
    let search = PrimeSearch { from, to, method, wanted };
    let suggested = shards::shard_count(&search, cores.get());
    let count = arguments.shards.unwrap_or(suggested);
    let plan = Plan::write(&arguments.folder, count, search).map_err(PrimesError::from)?;
    let program = env::current_exe().context("cannot find the path of this program")?;
    let script = JobScript::write(&plan, &program, cores).map_err(PrimesError::from)?;
    let missing = plan.union().missing_numbers();
    let text = estimate(&plan.work, count, cores) + &script.description(&missing, None);
    command_line::print(&text).context("cannot print the plan")?;
    Ok(Ending::Complete)
}

/// The text about the cost of a plan.
fn estimate(search: &PrimeSearch, shards: NonZeroU64, cores: NonZeroUsize) -> String {
    let cpu = shards::core_time(search, shards);
    // No plan has more, nor an element as many.
    let each = cpu
        / u32::try_from(shards.get()).unwrap_or(u32::MAX)
        / u32::try_from(cores.get()).unwrap_or(u32::MAX);
    let lists = match search.wanted {
        Wanted::List => match shards::list_bytes(search) {
            bytes if bytes < 1e9 => format!("lists: about {:.1} MB\n", bytes / 1e6),
            bytes => format!("lists: about {:.1} GB\n", bytes / 1e9),
        },
        Wanted::Count | Wanted::Sum => String::new(),
    };
    let whole = match cpu.as_secs() {
        0..360 => format!("{} of CPU time", human_time(cpu)),
        seconds => format!("{} core-hours", number::grouped(seconds.div_ceil(3600))),
    };
    format!(
        "{}:\n{}, about {} each on {}; about {whole} in all\n{lists}",
        search.sentence(),
        counted(usize::try_from(shards.get()).unwrap_or(usize::MAX), "shard"),
        long_time(each),
        counted(cores.get(), "core"),
    )
}
