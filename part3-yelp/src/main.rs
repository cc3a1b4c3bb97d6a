//! The program: parse, run, print.
#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

use mock_web::local_process;
use part3_yelp::worker;
use program::command_line::Ending;

fn main() -> ExitCode {
    let result = match cli::parse() {
        Ok(cli::Request::ServeLocalWeb) => {
            local_process::serve().map(|()| Ending::Complete).map_err(Into::into)
        }
        Ok(cli::Request::Work) => {
            worker::serve(&cli::environment()).map(|()| Ending::Complete).map_err(Into::into)
        }
        Ok(cli::Request::Stored(stored)) => cli::print_stored(&stored),
        Ok(cli::Request::Shards(command)) => cli::shards::run(&command),
        Ok(cli::Request::Report(options)) => report(&options),
        Err(error) => Err(error),
    };
    cli::exit_code(result)
}

fn report(options: &cli::Options) -> anyhow::Result<Ending> {
    let (settings, _local_web) = cli::prepare(options)?;
    let report = part3_yelp::run(&settings)?;
    cli::print_report(options, &settings, &report)
}
