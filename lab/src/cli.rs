//! The command line: arguments in, verdicts and exit codes out. The instructor's program has the same
//! commands and more, and takes from here what both share.

use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use program::command_line::{self, ExitReason, fail};

use crate::{
    check,
    exercises::{EXERCISES, Exercise, Part},
    warden,
    workspace::{self, WorkspaceError},
};

/// Check your solutions of the lab's exercises.
#[derive(Debug, Parser)]
#[command(name = "lab", bin_name = "cargo lab", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// The commands that both programs have.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check your own work: verdict, evidence, and one next step
    Check {
        /// The part: part1, part2 or part3 [default: all]
        #[arg(value_parser = parse_part)]
        part: Option<Part>,
    },
    /// Run a submission within limits; the grader calls this
    #[command(hide = true)]
    Warden {
        /// The program and its limits, as JSON
        request: String,
    },
}

/// Some checks have not passed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotProved(pub String);

/// Runs the students' program `lab`.
pub fn run() -> ExitCode {
    let result = parse().and_then(|Arguments { command }| command.run(EXERCISES));
    exit_code(result, |_| None)
}

/// Reads the command line; `--help` and `--version` print, and end the process.
///
/// # Errors
/// When the arguments make no sense, or stdout cannot be written to.
pub fn parse<Arguments: Parser>() -> anyhow::Result<Arguments> {
    Ok(command_line::parse().context("cannot print the help")??)
}

impl Command {
    /// Runs the command on these exercises.
    ///
    /// # Errors
    /// When not everything is proved, or a submission cannot be run at all.
    pub fn run(self, exercises: impl IntoIterator<Item = &'static Exercise>) -> anyhow::Result<()> {
        match self {
            Self::Check { part } => {
                clean_up_on_signals()?;
                check_own_work(part, exercises)
            }
            Self::Warden { request } => {
                let request = serde_json::from_str(&request);
                let request = request.context("cannot read the request to the warden")?;
                warden::serve(&request).context("cannot run a submission within limits")
            }
        }
    }
}

fn check_own_work(
    part: Option<Part>,
    exercises: impl IntoIterator<Item = &'static Exercise>,
) -> anyhow::Result<()> {
    let root = workspace::root()?;
    let exercises: Vec<&Exercise> = exercises.into_iter().collect();
    let parts = part.map_or(Part::ALL.to_vec(), |part| vec![part]);
    let mut verdicts = Vec::new();
    for part in parts {
        verdicts.extend(check::check(&root, part, &exercises)?);
    }
    print(&check::render(&verdicts))?;
    let failed = verdicts.iter().filter(|verdict| verdict.status.is_bad()).count();
    if failed > 0 {
        let count = verdicts.len();
        return Err(NotProved(format!("{failed} of {count} checks are not proved yet")).into());
    }
    Ok(())
}

fn parse_part(text: &str) -> Result<Part, String> {
    let names = Part::ALL.map(Part::name);
    Part::ALL
        .into_iter()
        .find(|part| part.name() == text)
        .ok_or_else(|| format!("the parts are {}", names.join(", ")))
}

/// Lets a signal that ends this program end all processes that it has started.
///
/// # Errors
/// When the system does not let us handle signals.
pub fn clean_up_on_signals() -> anyhow::Result<()> {
    interrupt::end_process_after_cleanups().context("cannot listen for signals")
}

/// Prints a text of several lines; see [`command_line::print`].
///
/// # Errors
/// When stdout cannot be written to.
pub fn print(text: &str) -> anyhow::Result<()> {
    command_line::print(text).context("cannot write to stdout")
}

/// Prints the error and returns its exit code. `known` says what a
/// program knows of its own errors, besides those of the commands here.
pub fn exit_code(
    result: anyhow::Result<()>,
    known: impl Fn(&anyhow::Error) -> Option<ExitReason>,
) -> ExitCode {
    match result {
        Err(error) => {
            let known = known(&error).or_else(|| known_here(&error));
            fail(error.as_ref(), known, ExitReason::OutsideWorld)
        }
        Ok(()) => ExitCode::SUCCESS,
    }
}

fn known_here(error: &anyhow::Error) -> Option<ExitReason> {
    match error.downcast_ref() {
        Some(WorkspaceError::NotTheLab { .. }) => Some(ExitReason::Usage),
        _ => error.is::<NotProved>().then_some(ExitReason::BadResult),
    }
}
