//! The program `peers`: parse, run, print.
#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::exit_code(cli::parse().and_then(|request| match request {
        cli::Request::Perform(job) => cli::perform(&job),
        cli::Request::Compare(options) => compare(&options),
    }))
}

fn compare(options: &cli::Options) -> anyhow::Result<()> {
    let settings = cli::prepare(options)?;
    let report = benches::run(&settings)?;
    cli::print(options, &report)
}
