//! The program `peers`: parse, run, print.
#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

use benches::sections::Section;

fn main() -> ExitCode {
    cli::exit_code(cli::parse().and_then(|request| match request {
        cli::Request::Perform(job) => cli::perform(&job),
        cli::Request::Fetch(task) => cli::fetch(&task),
        cli::Request::Documents(options) => cli::documents(&options),
        cli::Request::ServeLocalWeb => cli::serve_local_web(),
        cli::Request::Compare(sections, options) => compare(&sections, &options),
    }))
}

fn compare(sections: &[Section], options: &cli::Options) -> anyhow::Result<()> {
    let settings = cli::prepare(sections, options)?;
    let report = benches::run(&settings)?;
    cli::print(options, &report)
}
