//! The subcommand `plan`.

use std::{
    env,
    num::{NonZeroU64, NonZeroUsize},
    path::PathBuf,
};

use anyhow::Context;
use clap::Args;
use document_store::StoreLocation;
use job_array::{ARRAY_MAX, JobScript, Plan, parse_shards};
use message::number::{counted, grouped};
use part3_yelp::{
    ScrapeError, Variant,
    shards::{self, CityScrape},
};
use program::command_line::{
    self, Ending, UsageError, check_folder_to_write, one_of, parse_workers, unquoted,
};
use report::long_time;

use super::mongodb;
use crate::cli::{
    arguments::{DEFAULT_STORE, HostArguments, parse_limit, parse_store},
    cities,
};

/// The variants of a plan.
const VARIANTS: [Variant; 2] = [Variant::Parallel, Variant::Threads];

#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    /// Folder of the plan and its results, which all machines see
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// A file with a city on each line [default: Seattle, Austin, Chicago, Boston]
    #[arg(long, value_name = "FILE")]
    cities: Option<PathBuf>,
    /// Number of businesses of each city
    #[arg(long, value_parser = parse_limit, default_value = "20")]
    limit: usize,
    /// Variant of all shards
    #[arg(long, value_parser = one_of(VARIANTS, Variant::name), default_value = "parallel")]
    variant: Variant,
    /// Store of the documents, which has to be mongodb; each element reads its address from
    /// `MONGODB_URI`
    #[arg(long, value_parser = unquoted(parse_store), default_value = DEFAULT_STORE)]
    store: StoreLocation,
    #[command(flatten)]
    host: HostArguments,
    /// The most elements at once, which have equal parts of the rate [default: any number without a rate]
    #[arg(long)]
    at_once: Option<NonZeroU64>,
    /// Number of shards [default: enough for about 10 minutes each]
    #[arg(long, value_parser = parse_shards)]
    shards: Option<NonZeroU64>,
    /// Cores of each element, for the job script
    #[arg(long, value_parser = parse_workers, default_value = "1")]
    cores: NonZeroUsize,
}

pub(super) fn plan(arguments: &PlanArguments) -> anyhow::Result<Ending> {
    let scrape = scrape(arguments)?;
    let count = arguments.shards.unwrap_or_else(|| shards::shard_count(&scrape));
    if scrape.at_once.is_some() && count.get() > ARRAY_MAX {
        return Err(UsageError(format!(
            "--shards {count} makes several job arrays, each with its own limit: with --at-once, a \
             plan has at most {ARRAY_MAX} shards"
        ))
        .into());
    }
    check_folder_to_write(&arguments.folder)?;
    let at_once = scrape.at_once;
    let text = estimate(&scrape, count);
    let plan = Plan::write(&arguments.folder, count, scrape).map_err(ScrapeError::from)?;
    let program = env::current_exe().context("cannot find the path of this program")?;
    let script = JobScript::write(&plan, &program, arguments.cores).map_err(ScrapeError::from)?;
    let text = text + &script.description(&plan.union().missing_numbers(), at_once);
    command_line::print(&text).context("cannot print the plan")?;
    Ok(Ending::Complete)
}

fn scrape(arguments: &PlanArguments) -> anyhow::Result<CityScrape> {
    let PlanArguments { limit, variant, store, host, at_once, .. } = arguments;
    if let StoreLocation::Sqlite(_) = store {
        mongodb()?;
        return Err(UsageError(
            "SQLite's file is on one machine, and the shards run on many: write --store mongodb"
                .to_owned(),
        )
        .into());
    }
    let fetching = host.fetching()?;
    fetching.check_latency().map_err(UsageError)?;
    let fetching = match (fetching.rate, at_once) {
        (Some(_), None) => {
            return Err(UsageError(
                "a rate (--rate; 4 per second with --live) is shared by the elements that run at \
                 once: add --at-once, the most of them"
                    .to_owned(),
            )
            .into());
        }
        (_, None) => fetching,
        (_, Some(at_once)) => {
            let elements = usize::try_from(at_once.get()).unwrap_or(usize::MAX);
            fetching.shared_by(NonZeroUsize::new(elements).unwrap_or(NonZeroUsize::MIN))
        }
    };
    Ok(CityScrape {
        cities: cities(arguments.cities.as_deref(), false)?,
        limit: *limit,
        variant: *variant,
        fetching,
        at_once: *at_once,
    })
}

/// The text about the cost of a plan.
fn estimate(scrape: &CityScrape, shards: NonZeroU64) -> String {
    let time = shards::time_at_rate(scrape).map_or_else(String::new, |time| {
        format!("; the rate alone takes at least {} on any number of machines", long_time(time))
    });
    format!(
        "{}:\n{}, up to {} requests in all{time}\n",
        scrape.sentence(),
        counted(usize::try_from(shards.get()).unwrap_or(usize::MAX), "shard"),
        grouped(shards::request_count(scrape)),
    )
}
