//! The subcommand `merge`, which reads, and changes nothing.

use std::{
    fmt::Write as _,
    io::{self, BufWriter},
    path::PathBuf,
};

use anyhow::Context;
use clap::Args;
use job_array::{JobScript, Plan, missing_text, ranges, submission};
use message::number::counted;
use part1_primes::{
    PrimesError,
    shards::{self, Merged, PrimeSearch, Wanted},
};
use program::command_line::{self, Ending, Format, UsageError, print_data, tell_lines};
use report::human_time;

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
    let missing = merged.missing_numbers();
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
        let hosts = counted(*hosts, "machine");
        let _ = writeln!(
            text,
            "{answer}\n{shards} of {shards} shards are valid; {} of CPU time on {hosts}",
            human_time(*cpu)
        );
        return Ok(text);
    }
    let script = JobScript::path_in(plan).map_err(PrimesError::from)?;
    text += &missing_text(missing, *shards);
    Ok(text + &submission(&merged.missing_numbers(), None, &script))
}

fn merged_json(plan: &Plan<PrimeSearch>, merged: &Merged) -> anyhow::Result<String> {
    let Merged { answer, missing, cpu, .. } = merged;
    job_array::merged_json(plan, missing, answer.as_ref(), *cpu).context("cannot write the report")
}
