//! The subcommand `plan`, and the text with which its shards are submitted.

use std::{
    env, fs, io,
    num::{NonZeroU64, NonZeroUsize},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use clap::Args;
use job_array::{JobArrayError, JobScript, Plan, Work, sbatch_lines};
use message::{number, printable};
use part1_primes::{
    Method, PrimesError,
    shards::{self, PrimeSearch, SHARDS_MAX, Wanted},
};
use program::command_line::{
    self, Ending, UsageError, check_folder_to_write, one_of, parse_workers, write_whole,
};
use report::human_time;

use super::{counted, numbers};
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
    method.check(&(from..to))?;
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
    let script = JobScriptFile::write(&plan, cores)?;
    let missing = numbers(&shards::merge(&plan));
    let text = estimate(&plan.work, count, cores) + &script.description(&missing);
    command_line::print(&text).context("cannot print the plan")?;
    Ok(Ending::Complete)
}

/// The text about the cost of a plan.
fn estimate(search: &PrimeSearch, shards: NonZeroU64, cores: NonZeroUsize) -> String {
    let cpu = shards::core_time(search, shards);
    let shards_shown = u32::try_from(shards.get()).unwrap_or(u32::MAX);
    let cores = u32::try_from(cores.get()).unwrap_or(u32::MAX);
    let lists = match search.wanted {
        Wanted::List => format!("lists: about {:.1} MB\n", shards::list_bytes(search) / 1e6),
        Wanted::Count | Wanted::Sum => String::new(),
    };
    let whole = match cpu.as_secs() {
        0..360 => format!("{} of CPU time", human_time(cpu)),
        seconds => format!("{} core-hours", number::grouped(seconds.div_ceil(3600))),
    };
    format!(
        "{}:\n{}, about {} each on {}; about {whole} in all\n{lists}",
        search.sentence(),
        counted(shards_shown, "shard"),
        long_time(cpu / shards_shown / cores),
        counted(cores, "core"),
    )
}

fn long_time(time: Duration) -> String {
    match time.as_secs() {
        0..120 => human_time(time),
        120..7200 => format!("{} minutes", time.as_secs() / 60),
        _ => format!("{} hours", number::grouped(time.as_secs() / 3600)),
    }
}

/// The job script of a plan, in its folder.
pub(super) struct JobScriptFile {
    path: String,
    text: String,
}

impl JobScriptFile {
    /// The path of the script; the folder has to exist.
    pub(super) fn path(plan: &Plan<PrimeSearch>) -> anyhow::Result<PathBuf> {
        let folder = plan.folder().canonicalize().context("cannot find the folder of the plan")?;
        Ok(folder.join("job.sh"))
    }

    fn write(plan: &Plan<PrimeSearch>, cores: NonZeroUsize) -> anyhow::Result<Self> {
        let path = Self::path(plan)?;
        let folder = path.parent().expect("the script to be in a folder");
        let logs = folder.join("logs");
        fs::create_dir_all(&logs).map_err(job_array_error("create", &logs))?;
        let program = env::current_exe().context("cannot find the path of this program")?;
        let command = [text_of(&program)?, "shard", text_of(folder)?, "--index"];
        let script = JobScript {
            name: PrimeSearch::PROGRAM,
            cores: cores.get(),
            logs: text_of(&logs)?.to_owned(),
            command: command.map(str::to_owned).to_vec(),
        };
        let text = script.text();
        write_whole(&path, text.as_bytes()).map_err(job_array_error("write", &path))?;
        Ok(Self { path: text_of(&path)?.to_owned(), text })
    }

    fn description(&self, missing: &[u64]) -> String {
        let Self { path, text } = self;
        format!("\n{}:\n{text}\n{}", printable::line(path), submission(missing, path))
    }
}

/// The commands that submit shards; a sentence if there are none.
pub(super) fn submission(shards: &[u64], script: &str) -> String {
    let lines = sbatch_lines(shards, script);
    if lines.is_empty() {
        return "all shards are done: merge them\n".to_owned();
    }
    lines.iter().fold("submit:\n".to_owned(), |text, line| text + &printable::line(line) + "\n")
}

pub(super) fn text_of(path: &Path) -> Result<&str, UsageError> {
    path.to_str().ok_or_else(|| {
        UsageError(format!("{} is not UTF-8: a job script needs another path", path.display()))
    })
}

fn job_array_error(attempt: &'static str, path: &Path) -> impl FnOnce(io::Error) -> PrimesError {
    let error = JobArrayError::io(attempt, path);
    move |source| error(source).into()
}

fn parse_shards(text: &str) -> Result<NonZeroU64, String> {
    match NonZeroU64::new(number::parse(text)?) {
        Some(shards) if shards.get() <= SHARDS_MAX => Ok(shards),
        Some(_) => Err(format!("a plan has at most {SHARDS_MAX} shards")),
        None => Err("a plan has at least 1 shard".to_owned()),
    }
}
