//! The program: parse, run, print.
#![forbid(unsafe_code)]

mod cli;

use std::{process::ExitCode, sync::Arc};

use part1_primes::worker;
use program::command_line::Ending;

fn main() -> ExitCode {
    let result = match cli::parse() {
        Ok(cli::Request::Work { gate }) => {
            worker::serve(gate.as_deref()).map(|()| Ending::Complete).map_err(Into::into)
        }
        Ok(cli::Request::Shards(command)) => cli::shards::run(command),
        Ok(cli::Request::Report(options)) => report(&Arc::new(options)),
        Err(error) => Err(error),
    };
    cli::exit_code(result)
}

fn report(options: &Arc<cli::Options>) -> anyhow::Result<Ending> {
    cli::report_at_timeout(options);
    cli::run(options)
}
