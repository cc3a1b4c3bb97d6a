//! The program: parse, run, print.
#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::exit_code(cli::parse().and_then(cli::Request::run))
}
