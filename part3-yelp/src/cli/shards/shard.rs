//! The subcommand `shard`.

use std::{num::NonZeroUsize, path::PathBuf, sync::Arc};

use anyhow::Context;
use clap::Args;
use common::stopwatch::Cost;
use document_store::StoreError;
use interrupt::Interrupt;
use job_array::{Index, Plan};
use message::number::counted;
use part3_yelp::{
    Job, ScrapeError, Threads,
    shards::{CityScrape, Element, Outcome},
};
use program::command_line::{self, Ending, parse_workers, tell};
use report::human_time;

use super::{mongodb, variable};
use crate::cli::{
    Task, arguments::CITIES_AT_ONCE, check_address, environment, list_failures, settings,
};

#[derive(Debug, Args)]
pub(crate) struct ShardArguments {
    /// Folder of the plan
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Number of the shard: 17, auto, or auto+1000; auto reads `SLURM_ARRAY_TASK_ID` or
    /// `JOB_COMPLETION_INDEX`
    #[arg(long)]
    index: Index,
    /// Number of cities at once, each in a process or a thread [default: all, at most 16]
    #[arg(long, value_parser = parse_workers)]
    workers: Option<NonZeroUsize>,
    /// Number of businesses of a city at once, each in a thread [default: all]
    #[arg(long, value_parser = parse_workers)]
    threads: Option<NonZeroUsize>,
}

/// The system lacks something at the moment, such as threads. On a node that others use, too, another
/// try may succeed.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) struct TryAgain(#[from] ScrapeError);

pub(super) fn shard(arguments: &ShardArguments) -> anyhow::Result<Ending> {
    let plan: Plan<CityScrape> = Plan::read(&arguments.folder).map_err(ScrapeError::from)?;
    let count = plan.shards.get();
    let shard = arguments.index.resolve(count, variable).map_err(ScrapeError::from)?;
    let store = mongodb()?;
    let interrupt = Interrupt::on_signal().context("cannot listen for signals")?;
    let environment = environment();
    check_address(&store, &environment)?;
    let name = format!("shard {shard} (of {count}, counted from 0)");

    let element = Element { plan: &plan, shard, interrupt: Arc::clone(&interrupt), variable };
    let done = element.is_done(&environment);
    if unless_interrupted(done, &interrupt)?.unwrap_or_default() {
        let text = format!("{name}: its result and its documents are there already\n");
        return print(&text);
    }
    let task = Task {
        job: Job {
            cities: CityScrape::cities_of(&plan, shard).to_vec(),
            limit: plan.work.limit,
            workers: arguments.workers.unwrap_or(CITIES_AT_ONCE),
            threads: arguments.threads.map_or(Threads::OnePerBusiness, Threads::AtMost),
        },
        variants: vec![plan.work.variant],
        fetching: plan.work.fetching.clone(),
        store,
    };
    let (settings, _local_web) = settings(task, environment, Arc::clone(&interrupt), true)?;
    let outcome =
        unless_interrupted(element.run(&settings), &interrupt).map_err(|error| match error {
            ScrapeError::CannotStartThreads { .. } => TryAgain(error).into(),
            error => anyhow::Error::from(error),
        })?;
    match outcome {
        Some(Outcome::Done(answer, Cost { wall, cpu })) => print(&format!(
            "{name}: {} of {} stored; wall {}, CPU {}\n",
            counted(answer.business_count(), "business"),
            counted_cities(answer.cities.len()),
            human_time(wall),
            human_time(cpu),
        )),
        Some(Outcome::Incomplete(answer)) => {
            let ending = list_failures(&settings, &[&answer]);
            tell(&format!(
                "{name}: incomplete, so no result is written; what was fetched is stored\n"
            ));
            Ok(ending)
        }
        None => Ok(interrupt.exit_code().map_or(Ending::Incomplete, Ending::Interrupted)),
    }
}

/// None if a signal came before the store had finished.
fn unless_interrupted<T>(
    result: Result<T, ScrapeError>,
    interrupt: &Interrupt,
) -> Result<Option<T>, ScrapeError> {
    match result {
        Err(ScrapeError::Store(StoreError::Interrupted)) if interrupt.is_raised() => Ok(None),
        result => result.map(Some),
    }
}

fn counted_cities(cities: usize) -> String {
    if cities == 1 { "1 city".to_owned() } else { format!("{cities} cities") }
}

fn print(text: &str) -> anyhow::Result<Ending> {
    command_line::print(text).context("the result is there, but cannot be printed")?;
    Ok(Ending::Complete)
}
