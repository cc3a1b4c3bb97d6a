//! The subcommands for many machines: `plan`, `shard` and `merge`.

mod merge;
mod plan;
mod shard;

use std::{env, ffi::OsString};

use anyhow::Context;
use clap::Subcommand;
use document_store::{Collection, Purpose, Store, StoreLocation};
use part3_yelp::scraper::open_store;
use program::command_line::{Ending, UsageError};

pub(crate) use self::shard::TryAgain;
use self::{merge::MergeArguments, plan::PlanArguments, shard::ShardArguments};
use super::arguments::parse_store;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Divide the cities into shards, for a job array on many machines that stores into MongoDB
    Plan(Box<PlanArguments>),
    /// Do one shard of a plan, as an element of a job array does
    Shard(ShardArguments),
    /// Print the answer of a plan if all shards are done, and which are missing if not
    Merge(MergeArguments),
}

pub(crate) fn run(command: &Command) -> anyhow::Result<Ending> {
    if let Command::Shard(arguments) = command {
        return shard::shard(arguments);
    }
    // A signal removes drafts.
    interrupt::end_process_after_cleanups().context("cannot listen for signals")?;
    match command {
        Command::Plan(arguments) => plan::plan(arguments),
        Command::Merge(arguments) => merge::merge(arguments),
        Command::Shard(_) => unreachable!("it was done above"),
    }
}

/// The store of all shards.
fn mongodb() -> Result<StoreLocation, UsageError> {
    parse_store("mongodb").map_err(UsageError)
}

fn open_to_read() -> anyhow::Result<Box<dyn Store>> {
    let place = mongodb()?;
    let environment = super::environment();
    super::check_address(&place, &environment)?;
    Ok(open_store(&place, &Collection::business(), &environment, Purpose::Read)?)
}

fn variable(name: &str) -> Option<OsString> {
    env::var_os(name)
}
