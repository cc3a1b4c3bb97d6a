//! The subcommand `merge`, which reads, and changes nothing.

use std::{fmt::Write as _, path::PathBuf};

use anyhow::Context;
use clap::Args;
use job_array::{JobScript, Plan, merged_json, missing_text, ranges, submission};
use message::number::{counted, grouped};
use part3_yelp::{
    ScrapeError,
    shards::{self, CityScrape, Merged},
};
use program::command_line::{self, Ending, Format, print_data};
use report::human_time;

use super::open_to_read;

#[derive(Debug, Args)]
pub(crate) struct MergeArguments {
    /// Folder of the plan
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Print only the missing shards, as `sbatch --array=` takes them; nothing if there are none
    #[arg(long, conflicts_with = "format")]
    missing: bool,
    /// Format of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn merge(arguments: &MergeArguments) -> anyhow::Result<Ending> {
    let plan: Plan<CityScrape> = Plan::read(&arguments.folder).map_err(ScrapeError::from)?;
    let merged = shards::merge(&plan, &mut *open_to_read()?)?;
    let missing: Vec<u64> = merged.missing.iter().map(|(shard, _)| *shard).collect();
    let ending = if missing.is_empty() { Ending::Complete } else { Ending::Incomplete };
    if arguments.missing {
        if !missing.is_empty() {
            print_data(&(ranges(&missing) + "\n")).context("cannot print the missing shards")?;
        }
        return Ok(ending);
    }
    let Merged { answer, missing: defects, cpu, .. } = &merged;
    let text = match arguments.format {
        Format::Text => merged_text(&plan, &merged, &missing)?,
        Format::Json => {
            merged_json(&plan, defects, answer.as_ref(), *cpu).context("cannot write the report")?
        }
    };
    command_line::print(&text).context("cannot write the report")?;
    Ok(ending)
}

fn merged_text(
    plan: &Plan<CityScrape>,
    merged: &Merged,
    missing: &[u64],
) -> anyhow::Result<String> {
    let Merged { answer, missing: defects, cpu, hosts } = merged;
    let shards = plan.shards;
    let mut text = format!("{}:\n", plan.work.sentence());
    if let Some(answer) = answer {
        let _ = writeln!(
            text,
            "{} documents in mongodb\n{shards} of {shards} shards are valid; {} of CPU time on {}",
            grouped(answer.documents as u64),
            human_time(*cpu),
            counted(*hosts, "machine"),
        );
        return Ok(text);
    }
    let script = JobScript::path_in(plan).map_err(ScrapeError::from)?;
    text += &missing_text(defects, shards.get());
    Ok(text + &submission(missing, plan.work.at_once, &script))
}
