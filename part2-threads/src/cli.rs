//! The command line: arguments in, text and exit codes out.

use std::{collections::BTreeSet, env, num::NonZeroUsize, process::ExitCode, time::Duration};

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use http_client::{HostError, Latency, Proxy, check_host, parse_base_url, retry::Retry};
use interrupt::Interrupt;
use mock_web::{
    Config,
    local_process::{LocalWeb, LocalWebError, NEVER_STARTED},
};
use part2_threads::{
    Answer, Failure, Input, Item, ItemId, Job, RequestError, Settings, Site, Variant,
    hacker_news::LIVE_URL, ids, lesson, table_of_items,
};
use program::{
    command_line::{
        self, Ending, ExitReason, Format, ReportOptions, UsageError, fail, one_of, parse_timeout,
        parse_workers, tell, tell_lines, unquoted,
    },
    open_files::{self, RequestsMax},
    progress::Visibility,
};
use report::{Lesson, Report};

/// More threads than this are announced before they start.
const MANY_THREADS: usize = 1_000;

/// Fetch items of Hacker News, sequentially and concurrently, and compare the times.
#[derive(Debug, Parser)]
#[command(name = "part2-threads", version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    report: Options,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve Hacker News on loopback, as the program does for itself
    #[command(hide = true)]
    MockWeb,
}

/// The settings of the run and of the report.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Items to fetch: 7, 1..=20, or several of these with commas between them
    #[arg(long, value_parser = parse_ids, default_value = "1..=20")]
    ids: Ids,
    /// Number of threads in the pool, each with one request at a time
    #[arg(long, value_parser = parse_workers, default_value = "10")]
    workers: NonZeroUsize,
    /// Variant to run; may be given several times [default: all]
    #[arg(long, value_parser = one_of(Variant::ALL, Variant::name))]
    variant: Vec<Variant>,
    /// Latency of each answer of the local web
    #[arg(long, value_parser = humantime::parse_duration, default_value = "50ms", conflicts_with_all = ["live", "base_url"])]
    latency: Duration,
    /// Additional latency of the local web for each new connection
    #[arg(long, value_parser = humantime::parse_duration, default_value = "0ms", conflicts_with_all = ["live", "base_url"])]
    connect_latency: Duration,
    /// Fetch from the real Hacker News, <https://hn.algolia.com>
    #[arg(long, conflicts_with = "base_url")]
    live: bool,
    /// Fetch from another host with the same API, such as <http://127.0.0.1:8080>
    #[arg(long, value_name = "URL", value_parser = unquoted(parse_base_url))]
    base_url: Option<String>,
    /// How many times to retry a request after a transient error
    #[arg(long, default_value = "3", value_parser = clap::value_parser!(u32).range(..=100))]
    retries: u32,
    /// Time limit for an item, with all retries; each attempt may take timeout / (retries + 1)
    #[arg(long, value_parser = parse_timeout, default_value = "30s")]
    timeout: Duration,
    /// Print the items as a table
    #[arg(long)]
    show: bool,
    #[command(flatten)]
    report: ReportOptions,
    /// Write only errors to stderr
    #[arg(long)]
    quiet: bool,
}

/// A list that clap takes for one value.
#[derive(Clone, Debug)]
struct Ids(Vec<ItemId>);

/// The task for which the program was started.
pub(crate) enum Request {
    /// Serve the local web for another process of this program.
    ServeLocalWeb,
    /// Run variants and report.
    Report(Box<Options>),
}

/// Reads the command line; `--help` and `--version` print, and end the process.
pub(crate) fn parse() -> anyhow::Result<Request> {
    let arguments: Arguments = command_line::parse().context("cannot print the help")??;
    Ok(match arguments.command {
        Some(Command::MockWeb) => Request::ServeLocalWeb,
        None => Request::Report(Box::new(arguments.report)),
    })
}

/// Finds the host, which is a local web unless the user names another, and creates the settings.
///
/// The local web ends when it is dropped.
pub(crate) fn prepare(options: &Options) -> anyhow::Result<(Settings, Option<LocalWeb>)> {
    options.report.prepare()?;
    let interrupt = Interrupt::on_signal().context("cannot listen for signals")?;
    let variants = match &options.variant[..] {
        [] => Variant::ALL.to_vec(),
        some => some.to_vec(),
    };
    let mut job = Job { ids: options.ids.0.clone(), workers: options.workers };
    let requests_max = requests_max(&job, &variants, options.quiet);
    job.workers = job.workers.min(requests_max);
    let retry = Retry { retries: options.retries, deadline: options.timeout };
    let named_host = if options.live { Some(LIVE_URL) } else { options.base_url.as_deref() };
    let (site, local_web) = if let Some(url) = named_host {
        let proxy = if options.live { Proxy::FromEnvironment } else { Proxy::Never };
        check_host(url, proxy, &interrupt)?;
        (Site { base_url: url.to_owned(), proxy, latency: None }, None)
    } else {
        let slowest = options.latency.saturating_add(options.connect_latency);
        if slowest >= retry.attempt_time() {
            return Err(UsageError(format!(
                "an answer takes {slowest:?}, but an attempt may take only {:?}, which is \
                 --timeout / (--retries + 1): ask for a longer --timeout",
                retry.attempt_time()
            ))
            .into());
        }
        let web = start_local_web(options, &interrupt)?;
        let base_url = web.as_ref().map_or(NEVER_STARTED, LocalWeb::url).to_owned();
        let latency = Latency { request: options.latency, connection: options.connect_latency };
        (Site { base_url, proxy: Proxy::Never, latency: Some(latency) }, web)
    };
    let threads = job.ids.len();
    if variants.contains(&Variant::Concurrent) && threads > MANY_THREADS && !options.quiet {
        tell(&format!("The variant concurrent will start {threads} threads, one for each URL.\n"));
    }
    let settings = Settings {
        job,
        variants,
        site,
        retry,
        requests_max,
        progress: Visibility::unless(options.quiet),
        interrupt,
    };
    Ok((settings, local_web))
}

/// The most requests at once, within the limit on connections of this process and a local web.
fn requests_max(job: &Job, variants: &[Variant], quiet: bool) -> NonZeroUsize {
    let requests_max = RequestsMax::under(open_files::raise_limit());
    let wanted = variants.iter().map(|variant| variant.workers(job)).max().unwrap_or_default();
    if let Some(advice) = requests_max.advice(wanted).filter(|_| !quiet) {
        tell(&advice);
    }
    requests_max.get()
}

/// Starts the local web; none if a signal came first.
fn start_local_web(options: &Options, interrupt: &Interrupt) -> anyhow::Result<Option<LocalWeb>> {
    let program = env::current_exe().context("cannot find the path of this program")?;
    let config = Config {
        latency: options.latency,
        connect_latency: options.connect_latency,
        ..Config::default()
    };
    Ok(LocalWeb::start_unless_interrupted(&program, config, interrupt)?)
}

/// Writes the requested files. The report is printed even if that fails.
pub(crate) fn print_report(
    options: &Options,
    settings: &Settings,
    report: &Report<Input, Answer>,
    items: &[Item],
) -> anyhow::Result<Ending> {
    let ending = list_failures(settings, report);
    let lesson = lesson(report);
    let written = options.report.write_files(report, &lesson, options.quiet);
    print(options, report, &lesson, items)?;
    written?;
    Ok(ending)
}

/// Prints the report, and the items if requested; a closed pipe is not an error.
fn print(
    options: &Options,
    report: &Report<Input, Answer>,
    lesson: &Lesson,
    items: &[Item],
) -> anyhow::Result<()> {
    let mut text = options.report.text(report, lesson).context("cannot write the report")?;
    match (options.show, options.report.format) {
        (true, Format::Text) => text = format!("{}\n{text}", table_of_items(items)),
        (true, Format::Json) if !options.quiet => tell_lines(&table_of_items(items)),
        _ => {}
    }
    command_line::print(&text).context("cannot write the report")
}

/// Lists the items that could not be fetched, each once, on stderr.
fn list_failures(settings: &Settings, report: &Report<Input, Answer>) -> Ending {
    let answers: Vec<&Answer> = report.runs.iter().map(|run| &run.answer).collect();
    let mut listed = BTreeSet::new();
    for failure in answers.iter().flat_map(|answer| &answer.failed) {
        if listed.insert((failure.id, &failure.cause)) {
            let Failure { id, url, attempts, cause } = failure;
            tell(&format!(
                "error: cannot fetch item {id} from {url}: {cause} (attempts: {attempts})\n"
            ));
        }
    }
    let url = &settings.site.base_url;
    let is_none_there = answers.iter().any(|answer| !answer.missing.is_empty())
        && answers.iter().all(|answer| answer.items == 0);
    if is_none_there && !settings.site.is_local_web() {
        tell(&format!("error: {url} has none of these items: check the address\n"));
    }
    if let Some(code) = settings.interrupt.exit_code() {
        Ending::Interrupted(code)
    } else if listed.is_empty() {
        Ending::Complete
    } else if answers.iter().any(|answer| answer.answers() > 0) {
        Ending::Incomplete
    } else {
        tell(&format!(
            "error: no answer at all from {url}: check the address, the network and --timeout, or \
             leave out --live and --base-url to use the local web\n"
        ));
        Ending::OutsideWorld
    }
}

/// Prints an error, and returns the exit code.
pub(crate) fn exit_code(result: anyhow::Result<Ending>) -> ExitCode {
    match result {
        Ok(ending) => ending.into(),
        Err(error) => fail(error.as_ref(), known(&error), ExitReason::BadResult),
    }
}

fn known(error: &anyhow::Error) -> Option<ExitReason> {
    if let Some(RequestError::CannotStartThreads { .. }) = error.downcast_ref() {
        return Some(ExitReason::Usage);
    }
    let is_outside = error.is::<LocalWebError>() || error.is::<HostError>();
    is_outside.then_some(ExitReason::OutsideWorld)
}

fn parse_ids(text: &str) -> Result<Ids, String> {
    ids::parse(text).map(Ids)
}
