//! The program: parse, run, print.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    lab::cli::run()
}
