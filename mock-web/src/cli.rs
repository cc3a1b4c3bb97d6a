//! The command line: arguments in, an address and exit codes out.

use std::{
    net::{Ipv4Addr, SocketAddr},
    process::ExitCode,
    thread,
    time::Duration,
};

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use mock_web::{
    Config, MockWeb, YelpLimits, demo,
    faults::{Faults, Seeded},
    local_process::LocalWebError,
};
use program::command_line::{self, ExitReason, fail};

/// Serve imitations of Hacker News and Yelp on this machine, with latency and faults.
#[derive(Debug, Parser)]
#[command(name = "mock-web", version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeArguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the program that started this one; read the configuration from stdin
    #[command(name = mock_web::local_process::SUBCOMMAND, hide = true)]
    ServeParent,
}

#[derive(Debug, Args)]
struct ServeArguments {
    /// The port to serve at [default: any free port]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// How long each answer takes, such as 50ms or 1.5s
    #[arg(long, value_parser = parse_duration, default_value = "50ms")]
    latency: Duration,
    /// How much longer the first answer on each connection takes, such as 20ms
    #[arg(long, value_parser = parse_duration, default_value = "0ms")]
    connect_latency: Duration,
    /// How many of 1000 requests get a fault
    #[arg(long, value_parser = clap::value_parser!(u16).range(0..=1000), default_value_t = 0)]
    faults_per_mille: u16,
    /// Which requests get a fault: the same ones for the same seed
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How many calls of Yelp a second are allowed [default: any number]
    #[arg(long, value_name = "CALLS")]
    yelp_per_second: Option<u32>,
    /// How many calls of Yelp a day are allowed
    #[arg(long, value_name = "CALLS", default_value_t = YelpLimits::default().daily)]
    yelp_daily: u32,
}

/// A request to the program.
pub(crate) enum Request {
    /// Serve the program that started this one.
    ServeParent,
    /// Serve any client, until SIGINT or SIGTERM.
    ServeEveryone {
        /// The port; 0 is any.
        port: u16,
        /// The configuration.
        config: Config,
    },
}

/// Reads the command line; `--help` and `--version` print, and end the process.
pub(crate) fn parse() -> anyhow::Result<Request> {
    let arguments: Arguments = command_line::parse().context("cannot print the help")??;
    if arguments.command.is_some() {
        return Ok(Request::ServeParent);
    }
    Ok(Request::ServeEveryone { port: arguments.serve.port, config: config(&arguments.serve) })
}

fn config(arguments: &ServeArguments) -> Config {
    let &ServeArguments { latency, connect_latency, faults_per_mille, seed, .. } = arguments;
    let mut faults = Faults::default();
    faults.seeded = (faults_per_mille > 0).then_some(Seeded { seed, per_mille: faults_per_mille });
    let &ServeArguments { yelp_per_second, yelp_daily, .. } = arguments;
    let yelp = YelpLimits { per_second: yelp_per_second, daily: yelp_daily };
    Config { latency, connect_latency, faults, rate_limit: None, yelp }
}

fn parse_duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|error| format!("{error}; write 50ms or 1s 500ms"))
}

/// Serves until SIGINT (Ctrl-C) or SIGTERM.
///
/// The exit code is then 128 plus the number of the signal.
pub(crate) fn serve(port: u16, config: Config) -> anyhow::Result<()> {
    interrupt::end_process_on_signal().context("cannot listen for signals")?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let web = MockWeb::bind(address, config).with_context(|| {
        format!("cannot serve at {address}: choose another --port, or omit it to use any free one")
    })?;
    let url = web.url();
    let key = demo::API_KEY;
    let text = format!(
        "{url}\n\
         Try it, and end it with Ctrl-C: curl -i {url}/api/v1/items/1\n\
         Or, with a key: curl -i -H 'Authorization: Bearer {key}' \
         '{url}/v3/businesses/search?location=Seattle'\n"
    );
    command_line::print(&text).context("cannot write the address")?;
    loop {
        thread::park();
    }
}

/// Prints the error, and returns its exit code.
pub(crate) fn exit_code(result: anyhow::Result<()>) -> ExitCode {
    let Err(error) = result else { return ExitCode::SUCCESS };
    let is_usage = matches!(error.downcast_ref(), Some(LocalWebError::NotAConfig { .. }));
    let known = is_usage.then_some(ExitReason::Usage);
    fail(error.as_ref(), known, ExitReason::OutsideWorld)
}
