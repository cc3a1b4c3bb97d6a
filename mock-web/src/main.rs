//! The program: parses arguments, and serves until a signal ends it.
#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

use mock_web::local_process;

fn main() -> ExitCode {
    let result = match cli::parse() {
        Ok(cli::Request::ServeParent) => local_process::serve().map_err(Into::into),
        Ok(cli::Request::ServeEveryone { port, config }) => cli::serve(port, config),
        Err(error) => Err(error),
    };
    cli::exit_code(result)
}
