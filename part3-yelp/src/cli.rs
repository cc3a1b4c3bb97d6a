//! The command line: arguments in, text and exit codes out.

mod arguments;
mod environment;
mod site;
mod stored;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    process::ExitCode,
};

use anyhow::Context;
use document_store::{Collection, StoreError};
use http_client::HostError;
use interrupt::Interrupt;
use mock_web::local_process::{LocalWeb, LocalWebError};
use part3_yelp::{
    Answer, BusinessId, City, CityReport, Failure, Input, Job, ScrapeError, ScraperConfig,
    Settings, Stop, Threads, Variant, WorkerProgram,
    cities::{self, Cities},
    credentials::{Credentials, CredentialsError},
    lesson,
};
use process_pool::{PoolError, ServeError};
use program::{
    command_line::{self, Ending, ExitReason, UsageError, fail, is_closed_pipe, print, tell},
    open_files::{self, RequestsMax},
    progress::Visibility,
};
use report::Report;

use self::{
    arguments::{Arguments, Command},
    site::Site,
};
pub(crate) use self::{
    arguments::{Options, Stored},
    environment::{check_address, environment},
    stored::print_stored,
};

/// The task for which the program was started.
pub(crate) enum Request {
    /// Serve the local web for another process of this program.
    ServeLocalWeb,
    /// Work for a pool in another process of this program.
    Work,
    /// Print stored documents.
    Stored(Box<Stored>),
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
        None => Request::Report(Box::new(arguments.report)),
    })
}

/// Finds the host, which is a local web unless the user names another, and creates the settings.
///
/// The local web ends when it is dropped.
pub(crate) fn prepare(options: &Options) -> anyhow::Result<(Settings, Option<LocalWeb>)> {
    options.report.prepare()?;
    let job = job(options)?;
    // Until here, a signal ends the program at once: there is nothing to report yet.
    let interrupt = Interrupt::on_signal().context("cannot listen for signals")?;
    let requests_max = RequestsMax::under(open_files::raise_limit());
    let environment = environment();
    let variants = variants(options);
    let job = within_limit(job, &variants, requests_max, options.quiet);
    let api = options.api()?;
    let program = env::current_exe().context("cannot find the path of this program")?;
    // These errors are reported before anything starts.
    Credentials::find(options.credentials(), api, &environment)?;
    check_address(&options.store, &environment)?;
    let (Site { base_url, proxy, latency }, local_web) = site::find(options, &program, &interrupt)?;
    let requests_at_once = job.threads.count(job.limit);
    let settings = Settings {
        variants,
        scraper: ScraperConfig {
            api,
            base_url,
            proxy,
            credentials: options.credentials(),
            retry: options.retry(),
            rate: options.rate(),
            limit: job.limit,
            requests_at_once,
            place: options.store.clone(),
            collection: Collection::business(),
            max_age: options.max_age(),
            keep_for: options.keep_for(),
        },
        job,
        latency,
        environment,
        worker: WorkerProgram {
            path: process_pool::this_program().context("cannot find the path of this program")?,
            arguments: vec!["worker".into()],
        },
        progress: Visibility::unless(options.quiet),
        interrupt,
    };
    Ok((settings, local_web))
}

fn job(options: &Options) -> anyhow::Result<Job> {
    let Cities { cities, repeated } = match &options.cities {
        None => cities::parse(cities::BUILT_IN.as_bytes())?,
        Some(path) => {
            let usage = |error: &dyn std::fmt::Display| {
                UsageError(format!("cannot use {} as a list of cities: {error}", path.display()))
            };
            let bytes = fs::read(path).map_err(|error| usage(&error))?;
            cities::parse(&bytes).map_err(|error| usage(&error))?
        }
    };
    if !repeated.is_empty() && !options.quiet {
        tell(&format!(
            "These cities are listed twice, and scraped once: {}\n",
            repeated.join(", ")
        ));
    }
    Ok(Job {
        limit: options.limit,
        workers: options.workers.unwrap_or(arguments::CITIES_AT_ONCE),
        threads: options.threads.map_or(Threads::OnePerBusiness, Threads::AtMost),
        cities,
    })
}

fn variants(options: &Options) -> Vec<Variant> {
    match &options.variant[..] {
        [] if options.live => vec![Variant::Parallel],
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
    let ending = list_failures(settings, report);
    let lesson = lesson(report);
    let written = options.report.write_files(report, &lesson, options.quiet);
    let text = options.report.text(report, &lesson).context("cannot write the report")?;
    print(&text).context("cannot write the report")?;
    written?;
    Ok(ending)
}

/// Lists the failures, each cause once, on stderr.
fn list_failures(settings: &Settings, report: &Report<Input, Answer>) -> Ending {
    for line in failures(report) {
        tell(&line);
    }
    let stop = report.runs.iter().find_map(|run| run.answer.stopped.as_ref());
    if let Some(stop) = stop {
        tell(&format!("error: {stop}\n"));
    }
    let is_complete = report.runs.iter().all(|run| run.answer.is_complete());
    let has_something = report.runs.iter().any(|run| run.answer.documents > 0);
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
fn failures(report: &Report<Input, Answer>) -> Vec<String> {
    let mut costs: BTreeMap<(usize, &str), (&City, u32, BTreeSet<&str>)> = BTreeMap::new();
    for run in &report.runs {
        for (number, CityReport { city, failed, .. }) in run.answer.cities.iter().enumerate() {
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
        _ => {}
    }
    let is_outside = error.is::<LocalWebError>()
        || error.is::<HostError>()
        || error.is::<StoreError>()
        || error.is::<CredentialsError>();
    let is_no_task = matches!(error.downcast_ref(), Some(ServeError::NotATask { .. }));
    match (is_outside, is_no_task) {
        (true, _) => Some(ExitReason::OutsideWorld),
        (false, true) => Some(ExitReason::Usage),
        (false, false) => None,
    }
}
