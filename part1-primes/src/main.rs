//! The program: parse, run, print.
#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

use part1_primes::worker;

fn main() -> ExitCode {
    let result = match cli::parse() {
        Ok(cli::Request::Work { gate }) => {
            worker::serve(gate.as_deref()).map(|()| ExitCode::SUCCESS).map_err(Into::into)
        }
        Ok(cli::Request::Report(options)) => report(&options),
        Err(error) => Err(error),
    };
    cli::exit_code(result)
}

fn report(options: &cli::Options) -> anyhow::Result<ExitCode> {
    let (report, primes) = part1_primes::run(&options.settings)?;
    cli::tell_report(options, &report, &primes)
}
