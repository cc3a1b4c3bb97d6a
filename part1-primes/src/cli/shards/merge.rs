//! The subcommand `merge`, which reads, and changes nothing.

use std::{
    fmt::Write as _,
    io::{self, BufWriter},
    path::PathBuf,
    time::Duration,
};

use anyhow::Context;
use clap::Args;
use job_array::{Defect, Plan, Work, ranges};
use message::printable;
use part1_primes::{
    Answer, PrimesError,
    shards::{self, Merged, PrimeSearch, Wanted},
};
use program::command_line::{self, Ending, Format, UsageError, print_data, tell_lines};
use report::human_time;
use serde::Serialize;

use super::{
    counted, numbers,
    plan::{JobScriptFile, submission, text_of},
};

/// The version of the JSON below; it changes when a reader would have to.
const JSON_SCHEMA: u32 = 1;

/// The most shards that a text lists one by one.
const DEFECTS_SHOWN_MAX: usize = 10;

#[derive(Debug, Args)]
pub(crate) struct MergeArguments {
    /// Folder of the plan
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Print only the missing shards, as `sbatch --array=` takes them; nothing if there are none. Plans
    /// of more than 1000 shards need the commands of the report instead
    #[arg(long, conflicts_with_all = ["print", "format"])]
    missing: bool,
    /// Print the primes to stdout, one on each line; the report goes to stderr
    #[arg(long)]
    print: bool,
    /// Format of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn merge(arguments: &MergeArguments) -> anyhow::Result<Ending> {
    let plan: Plan<PrimeSearch> = Plan::read(&arguments.folder).map_err(PrimesError::from)?;
    if arguments.print && plan.work.wanted != Wanted::List {
        return Err(UsageError("this plan keeps no lists: plan with --print".to_owned()).into());
    }
    let merged = shards::merge(&plan);
    let missing = numbers(&merged);
    let ending = if missing.is_empty() { Ending::Complete } else { Ending::Incomplete };
    if arguments.missing {
        if !missing.is_empty() {
            print_data(&(ranges(&missing) + "\n")).context("cannot print the missing shards")?;
        }
        return Ok(ending);
    }
    let text = match arguments.format {
        Format::Text => merged_text(&plan, &merged)?,
        Format::Json => merged_json(&plan, &merged)?,
    };
    if arguments.print && ending == Ending::Complete {
        let mut stdout = BufWriter::new(io::stdout().lock());
        shards::write_lists(&plan, &mut stdout)?;
    }
    if arguments.print {
        tell_lines(&text);
    } else {
        command_line::print(&text).context("cannot write the report")?;
    }
    Ok(ending)
}

fn merged_text(plan: &Plan<PrimeSearch>, merged: &Merged) -> anyhow::Result<String> {
    let Merged { shards, missing, cpu, hosts, .. } = merged;
    let mut text = format!("{}:\n", plan.work.sentence());
    if let Some(answer) = merged.sentence() {
        let hosts = counted(u32::try_from(*hosts).unwrap_or(u32::MAX), "machine");
        let _ = writeln!(
            text,
            "{answer}\n{shards} of {shards} shards are valid; {} of CPU time on {hosts}",
            human_time(*cpu)
        );
        return Ok(text);
    }
    let numbers = numbers(merged);
    let _ = writeln!(
        text,
        "no answer: {} of {shards} shards are missing: {}",
        missing.len(),
        ranges(&numbers)
    );
    let damaged = missing.iter().filter(|(_, defect)| *defect != Defect::Absent);
    for (shard, defect) in damaged.clone().take(DEFECTS_SHOWN_MAX) {
        let _ = writeln!(text, "shard {shard}: {}", printable::line(&defect.to_string()));
    }
    let more = damaged.count().saturating_sub(DEFECTS_SHOWN_MAX);
    if more > 0 {
        let _ = writeln!(text, "and {more} more");
    }
    Ok(text + &submission(&numbers, text_of(&JobScriptFile::path(plan)?)?))
}

/// The answer has the place and the shape that it has in a report of one machine.
#[derive(Serialize)]
struct MergedShape<'a> {
    schema: u32,
    part: &'a str,
    input: &'a PrimeSearch,
    shards: u64,
    missing: Vec<u64>,
    runs: Vec<RunShape<'a>>,
}

#[derive(Serialize)]
struct RunShape<'a> {
    variant: &'a str,
    answer: &'a Answer,
    cpu_ms: f64,
}

fn merged_json(plan: &Plan<PrimeSearch>, merged: &Merged) -> anyhow::Result<String> {
    let run = |answer| RunShape {
        variant: "shards",
        answer,
        cpu_ms: merged.cpu.div_duration_f64(Duration::from_millis(1)),
    };
    let shape = MergedShape {
        schema: JSON_SCHEMA,
        part: PrimeSearch::PROGRAM,
        input: &plan.work,
        shards: merged.shards,
        missing: numbers(merged),
        runs: merged.answer.iter().map(run).collect(),
    };
    Ok(serde_json::to_string(&shape).context("cannot write the report")? + "\n")
}
