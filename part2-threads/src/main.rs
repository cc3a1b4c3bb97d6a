//! The program: parse, run, print.
#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

use mock_web::local_process;
use program::command_line::Ending;

fn main() -> ExitCode {
    let result = match cli::parse() {
        Ok(cli::Request::ServeLocalWeb) => {
            local_process::serve().map(|()| Ending::Complete).map_err(Into::into)
        }
        Ok(cli::Request::Report(options)) => report(&options),
        Err(error) => Err(error),
    };
    cli::exit_code(result)
}

fn report(options: &cli::Options) -> anyhow::Result<Ending> {
    let (settings, _local_web) = cli::prepare(options)?;
    let (report, items) = part2_threads::run(&settings)?;
    cli::print_report(options, &settings, &report, &items)
}
