//! The command line: arguments in, text and exit codes out.

mod arguments;
mod environment;
pub(crate) mod shards;
mod site;
mod stored;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::Path,
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context;
use clap::{Parser, Subcommand};
use document_store::{Collection, StoreError, StoreLocation};
use http_client::HostError;
use interrupt::Interrupt;
use job_array::JobArrayError;
use mock_web::local_process::{LocalWeb, LocalWebError};
use part3_yelp::{
    Answer, BusinessId, City, CityReport, Failure, Fetching, Input, Job, ScrapeError,
    ScraperConfig, Settings, Stop, Threads, Variant, WorkerProgram,
    cities::{self, Cities},
    credentials::{Credentials, CredentialsError, Environment},
    lesson,
};
use process_pool::{PoolError, ServeError};
use program::{
    command_line::{self, Ending, ExitReason, UsageError, fail, is_closed_pipe, print, tell},
    open_files::{self, RequestsMax},
    progress::Visibility,
};
use report::Report;

use self::site::Site;
pub(crate) use self::{
    arguments::{Options, Stored},
    environment::{check_address, environment},
    stored::print_stored,
};

/// Scrape the best businesses of some cities into a database, sequentially and in parallel, and compare
/// the times.
#[derive(Debug, Parser)]
#[command(name = "part3-yelp", version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    report: Options,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve Yelp on loopback, as the program does for itself
    #[command(hide = true)]
    MockWeb,
    /// Do tasks from stdin, as the worker processes of the pool do
    #[command(hide = true)]
    Worker,
    #[command(flatten)]
    Stored(Stored),
    #[command(flatten)]
    Shards(shards::Command),
}

/// The task for which the program was started.
pub(crate) enum Request {
    /// Serve the local web for another process of this program.
    ServeLocalWeb,
    /// Work for a pool in another process of this program.
    Work,
    /// Print stored documents.
    Stored(Box<Stored>),
    /// Plan a scrape on many machines, do a part of it, or merge the results.
    Shards(Box<shards::Command>),
    /// Run variants and report.
    Report(Box<Options>),
}

/// Reads the command line; `--help` and `--version` print, and end the process.
pub(crate) fn parse() -> anyhow::Result<Request> {
    let arguments: Arguments = command_line::parse().context("cannot print the help")??;
    Ok(match arguments.command {
        Some(Command::MockWeb) => Request::ServeLocalWeb,
        Some(Command::Worker) => Request::Work,
        Some(Command::Stored(stored)) => Request::Stored(Box::new(stored)),
        Some(Command::Shards(command)) => Request::Shards(Box::new(command)),
        None => Request::Report(Box::new(arguments.report)),
    })
}

/// Finds the host, which is a local web unless the user names another, and creates the settings.
///
/// The local web ends when it is dropped.
pub(crate) fn prepare(options: &Options) -> anyhow::Result<(Settings, Option<LocalWeb>)> {
    options.report.prepare()?;
    let job = Job {
        limit: options.limit,
        workers: options.workers.unwrap_or(arguments::CITIES_AT_ONCE),
        threads: options.threads.map_or(Threads::OnePerBusiness, Threads::AtMost),
        cities: cities(options.cities.as_deref(), options.quiet)?,
    };
    // Until here, a signal ends the program at once: there is nothing to report yet.
    let interrupt = Interrupt::on_signal().context("cannot listen for signals")?;
    let task = Task {
        job,
        variants: variants(options),
        fetching: options.host.fetching()?,
        store: options.store.clone(),
    };
    settings(task, environment(), interrupt, options.quiet)
}

/// What to do, as a command line or a plan says it.
struct Task {
    job: Job,
    variants: Vec<Variant>,
    fetching: Fetching,
    store: StoreLocation,
}

/// Finds the host, and creates the settings of a run.
fn settings(
    task: Task,
    environment: Environment,
    interrupt: Arc<Interrupt>,
    quiet: bool,
) -> anyhow::Result<(Settings, Option<LocalWeb>)> {
    let Task { job, variants, fetching, store } = task;
    let requests_max = RequestsMax::under(open_files::raise_limit());
    let job = within_limit(job, &variants, requests_max, quiet);
    let program = env::current_exe().context("cannot find the path of this program")?;
    // These errors are reported before anything starts.
    let credentials = fetching.host.credentials();
    Credentials::find(credentials, fetching.api, &environment)?;
    check_address(&store, &environment)?;
    let (site, local_web) = site::find(&fetching, &program, &interrupt)?;
    let Site { base_url, proxy, latency } = site;
    let requests_at_once = job.threads.count(job.limit);
    let settings = Settings {
        variants,
        scraper: ScraperConfig {
            api: fetching.api,
            base_url,
            proxy,
            credentials,
            retry: fetching.retry,
            rate: fetching.rate,
            limit: job.limit,
            requests_at_once,
            place: store,
            collection: Collection::business(),
            max_age: fetching.max_age,
            keep_for: fetching.host.keep_for(),
        },
        job,
        latency,
        environment,
        worker: WorkerProgram {
            path: process_pool::this_program().context("cannot find the path of this program")?,
            arguments: vec!["worker".into()],
        },
        progress: Visibility::unless(quiet),
        interrupt,
    };
    Ok((settings, local_web))
}

/// The cities of a file, or the built-in ones, each once.
fn cities(file: Option<&Path>, quiet: bool) -> anyhow::Result<Vec<City>> {
    let Cities { cities, repeated } = match file {
        None => cities::parse(cities::BUILT_IN.as_bytes())?,
        Some(path) => {
            let usage = |error: &dyn std::fmt::Display| {
                UsageError(format!("cannot use {} as a list of cities: {error}", path.display()))
            };
            let bytes = fs::read(path).map_err(|error| usage(&error))?;
            cities::parse(&bytes).map_err(|error| usage(&error))?
        }
    };
    if !repeated.is_empty() && !quiet {
        tell(&format!(
            "These cities are listed twice, and scraped once: {}\n",
            repeated.join(", ")
        ));
    }
    Ok(cities)
}

fn variants(options: &Options) -> Vec<Variant> {
    match &options.variant[..] {
        [] if options.host.is_live() => vec![Variant::Parallel],
        [] => Variant::ALL.to_vec(),
        some => some.to_vec(),
    }
}

/// The job, with as many requests at once as this process and a local web may have connections.
fn within_limit(job: Job, variants: &[Variant], requests_max: RequestsMax, quiet: bool) -> Job {
    let at_once = |variant: &Variant| {
        variant.cities_at_once(&job) * variant.businesses_at_once(&job, job.limit)
    };
    let wanted = variants.iter().map(at_once).max().unwrap_or_default();
    let Some(advice) = requests_max.advice(wanted) else { return job };
    if !quiet {
        tell(&advice);
    }
    job.with_requests_at_most(requests_max.get())
}

/// Writes the requested files. The report is printed even if that fails.
pub(crate) fn print_report(
    options: &Options,
    settings: &Settings,
    report: &Report<Input, Answer>,
) -> anyhow::Result<Ending> {
    let answers: Vec<&Answer> = report.runs.iter().map(|run| &run.answer).collect();
    let ending = list_failures(settings, &answers);
    let lesson = lesson(report);
    let written = options.report.write_files(report, &lesson, options.quiet);
    let text = options.report.text(report, &lesson).context("cannot write the report")?;
    print(&text).context("cannot write the report")?;
    written?;
    Ok(ending)
}

/// Lists the failures, each cause once, on stderr.
fn list_failures(settings: &Settings, answers: &[&Answer]) -> Ending {
    for line in failures(answers) {
        tell(&line);
    }
    let stop = answers.iter().find_map(|answer| answer.stopped.as_ref());
    if let Some(stop) = stop {
        tell(&format!("error: {stop}\n"));
    }
    let is_complete = answers.iter().all(|answer| answer.is_complete());
    let has_something = answers.iter().any(|answer| answer.documents > 0);
    if let Some(code) = settings.interrupt.exit_code() {
        Ending::Interrupted(code)
    } else if matches!(stop, Some(Stop::CredentialsRefused { .. } | Stop::StoreFailed { .. })) {
        Ending::OutsideWorld
    } else if is_complete {
        Ending::Complete
    } else if has_something {
        Ending::Incomplete
    } else {
        let url = &settings.scraper.base_url;
        tell(&format!(
            "error: no business from {url} was stored: check the cities, the address, the network \
             and --timeout\n"
        ));
        Ending::OutsideWorld
    }
}

/// A line for each cause in a city, with all businesses that were lost by it.
fn failures(answers: &[&Answer]) -> Vec<String> {
    let mut costs: BTreeMap<(usize, &str), (&City, u32, BTreeSet<&str>)> = BTreeMap::new();
    for answer in answers {
        for (number, CityReport { city, failed, .. }) in answer.cities.iter().enumerate() {
            for Failure { id, attempts, cause } in failed {
                let cost = costs.entry((number, cause)).or_insert((city, *attempts, [].into()));
                cost.2.extend(id.as_ref().map(BusinessId::as_str));
            }
        }
    }
    let line =
        |((_, cause), (city, attempts, ids)): ((usize, &str), (&City, u32, BTreeSet<&str>))| {
            let ids: Vec<&str> = ids.into_iter().collect();
            let what = if ids.is_empty() { "the businesses".to_owned() } else { ids.join(", ") };
            format!("error: {what} of {city} not stored: {cause} (attempts: {attempts})\n")
        };
    costs.into_iter().map(line).collect()
}

/// Prints an error, and returns the exit code; a closed pipe is not an error.
pub(crate) fn exit_code(result: anyhow::Result<Ending>) -> ExitCode {
    match result {
        Ok(ending) => ending.into(),
        Err(error) if is_closed_pipe(error.as_ref()) => ExitCode::SUCCESS,
        Err(error) => fail(error.as_ref(), known(&error), ExitReason::BadResult),
    }
}

fn known(error: &anyhow::Error) -> Option<ExitReason> {
    match error.downcast_ref() {
        Some(
            ScrapeError::CannotStartThreads { .. }
            | ScrapeError::Pool(PoolError::TooManyWorkers { .. }),
        ) => return Some(ExitReason::Usage),
        Some(
            ScrapeError::Store(_)
            | ScrapeError::Credentials(_)
            | ScrapeError::Pool(PoolError::CannotStart { .. }),
        ) => return Some(ExitReason::OutsideWorld),
        Some(ScrapeError::JobArray(error)) => return Some(reason_of(error)),
        _ => {}
    }
    let is_outside = error.is::<LocalWebError>()
        || error.is::<HostError>()
        || error.is::<StoreError>()
        || error.is::<shards::TryAgain>()
        || error.is::<CredentialsError>();
    let is_no_task = matches!(error.downcast_ref(), Some(ServeError::NotATask { .. }));
    match (is_outside, is_no_task) {
        (true, _) => Some(ExitReason::OutsideWorld),
        (false, true) => Some(ExitReason::Usage),
        (false, false) => None,
    }
}

fn reason_of(error: &JobArrayError) -> ExitReason {
    match error {
        error if error.is_wrong_use() => ExitReason::Usage,
        error if error.may_succeed_later() => ExitReason::OutsideWorld,
        _ => ExitReason::BadResult,
    }
}
