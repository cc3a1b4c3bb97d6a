//! The command line: arguments in, text and exit codes out.

use std::{
    env,
    fs::{self, File},
    io::{self, BufWriter, Write},
    net::SocketAddr,
    num::NonZeroU32,
    os::{fd::AsFd, unix::fs::FileTypeExt},
    path::{Path, PathBuf},
    process::ExitCode,
    time::UNIX_EPOCH,
};

use anyhow::Context;
use benches::{
    RunInfo, Settings,
    markdown_table::{self, MarkdownTableError},
    report::{Report, to_json, to_markdown},
    sections::{
        self, Section, SectionError, Selection,
        fetching::async_client::{self, FetchTask},
        scraping::documents::Measure,
        sieving::{
            in_process::{Implementation, PerformError},
            instruction_set::InstructionSet,
            task::{Task, Verb},
        },
    },
};
use clap::{Args, Parser, Subcommand};
use common::stopwatch;
use document_store::{Collection, StoreError};
use message::number;
use mock_web::local_process::{self, LocalWebError};
use part3_yelp::credentials::{Environment, MONGODB_VARIABLE};
use program::command_line::{self, ExitReason, UsageError, fail, one_of, tell, write_whole};

/// The default number of rounds, enough for a stable median.
const ROUNDS: NonZeroU32 = NonZeroU32::new(7).expect("seven");

/// The name of Python in PATH, if no other is given.
const PYTHON: &str = "python3";

/// The most rounds; more would take days.
const ROUNDS_MAX: u32 = 1_000;

/// The size of the output buffer, as large as a pipe.
const OUTPUT_BYTES: usize = 64 << 10;

/// Compare the lab's programs with those that people would use instead.
#[derive(Debug, Parser)]
#[command(name = "peers", version, arg_required_else_help = false)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Find the primes of a range: part 1 beside its Python original, machine-prime, primal and primesieve
    Primes(Options),
    /// Send GET requests: part 2 beside requests and aiohttp in Python, curl, and hyper
    Http(Options),
    /// Store businesses in MongoDB: part 3 beside its Python original and Scrapy; needs `MONGODB_URI`
    Scrape(Options),
    /// Sieve the primes of ranges: our crate `sieve` beside primesieve, primecount and the crate `primal`
    Sieve(Options),
    /// Run all of these, one after another
    All(Options),
    /// Do one job and print the answer; used by this program itself
    #[command(hide = true)]
    Job(JobOptions),
    /// Fetch items by the asynchronous client; used by this program itself
    #[command(hide = true)]
    Fetch(FetchOptions),
    /// Count or clear documents in the database; used by this program itself
    #[command(hide = true)]
    Documents(DocumentsOptions),
    /// Serve the program that started this one; read the configuration from stdin
    #[command(name = local_process::SUBCOMMAND, hide = true)]
    MockWeb,
}

/// The options of a comparison. A section ignores options that it does not need.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The Python interpreter; contenders whose packages it lacks are left out
    #[arg(long, value_name = "PATH", default_value = PYTHON)]
    python: PathBuf,
    /// Another executable of primesieve, besides the one on PATH; can be given several times
    #[arg(long, value_name = "PATH")]
    primesieve: Vec<PathBuf>,
    /// Another libprimesieve, besides the one that the compiler finds: a folder with include/, and
    /// with libprimesieve.a in it or one folder below; can be given several times
    #[arg(long, value_name = "DIR")]
    libprimesieve: Vec<PathBuf>,
    /// The number of rounds; each contender does each job once a round [default: 7]
    #[arg(long, value_parser = parse_rounds, conflicts_with = "quick")]
    rounds: Option<NonZeroU32>,
    /// Run only short jobs, once, to test that all is installed and that all answers agree
    #[arg(long)]
    quick: bool,
    /// Run only the jobs of `sieve` with this text in their title; can be given several times
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// Use this instruction set in the jobs of `sieve`, and leave the program of part 1 and
    /// `prime_count` out [default: the best one of this machine]
    #[arg(long, value_parser = one_of(InstructionSet::ALL, InstructionSet::name))]
    instructions: Option<InstructionSet>,
    /// Write the numbers of every round to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the tables into this file, each between `<!-- peers:SECTION -->` and
    /// `<!-- /peers:SECTION -->`, or `peers:sieve-plain` for `sieve --instructions plain`
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
}

/// The arguments for one job, which one process passes to another.
#[derive(Debug, Args)]
pub(crate) struct JobOptions {
    #[arg(value_parser = one_of(Implementation::ALL, Implementation::name))]
    implementation: Implementation,
    #[arg(value_parser = one_of(Verb::ALL, Verb::name))]
    verb: Verb,
    #[arg(value_parser = number::parse)]
    start: u64,
    #[arg(value_parser = number::parse)]
    end: u64,
    repetitions: NonZeroU32,
}

/// The arguments for fetching items, which one process passes to another.
#[derive(Debug, Args)]
pub(crate) struct FetchOptions {
    host: SocketAddr,
    items: u32,
    at_once: NonZeroU32,
}

/// The arguments for counting documents, which one process passes to another.
#[derive(Debug, Args)]
pub(crate) struct DocumentsOptions {
    #[arg(value_parser = one_of(Measure::ALL, Measure::name))]
    measure: Measure,
    #[arg(value_parser = parse_collection)]
    collection: Collection,
}

/// A request to the program.
pub(crate) enum Request {
    /// Do one job.
    Perform(JobOptions),
    /// Fetch items with the asynchronous client.
    Fetch(FetchOptions),
    /// Count or clear documents in the database.
    Documents(DocumentsOptions),
    /// Serve as the local web of another process of this program.
    ServeLocalWeb,
    /// Compare all contenders and report.
    Compare(Vec<Section>, Options),
}

/// Reads the command line; `--help` and `--version` print, and end the process.
pub(crate) fn parse() -> anyhow::Result<Request> {
    let arguments: Arguments = command_line::parse().context("cannot print the help")??;
    Ok(match arguments.command {
        Command::Primes(options) => Request::Compare(vec![Section::Primes], options),
        Command::Sieve(options) => Request::Compare(vec![Section::Sieve], options),
        Command::All(options) => Request::Compare(Section::ALL.to_vec(), options),
        Command::Http(options) => Request::Compare(vec![Section::Http], options),
        Command::Scrape(options) => Request::Compare(vec![Section::Scrape], options),
        Command::Job(job) => Request::Perform(job),
        Command::Fetch(task) => Request::Fetch(task),
        Command::Documents(options) => Request::Documents(options),
        Command::MockWeb => Request::ServeLocalWeb,
    })
}

/// Does one job, and prints the answer to stdout.
pub(crate) fn perform(job: &JobOptions) -> anyhow::Result<()> {
    if job.start >= job.end {
        return Err(UsageError("the range is empty; END has to be above START".to_owned()).into());
    }
    let range = job.start..job.end;
    let task = Task { verb: job.verb, range, repetitions: job.repetitions };
    // Not `io::stdout()`, which looks for the ends of lines in all that it passes on.
    let stdout = io::stdout().as_fd().try_clone_to_owned().context("cannot use stdout")?;
    let mut out = BufWriter::with_capacity(OUTPUT_BYTES, File::from(stdout));
    job.implementation.perform(&task, &mut out)?;
    out.flush().context("cannot write the answer; leave stdout open")
}

/// Fetches items, and prints the answer to stdout.
pub(crate) fn fetch(options: &FetchOptions) -> anyhow::Result<()> {
    let &FetchOptions { host, items, at_once } = options;
    let answer = async_client::fetch(FetchTask { host, items, at_once })?;
    command_line::print(&format!("{answer}\n"))
        .context("cannot write the answer; leave stdout open")
}

/// Counts or clears documents, and prints their number to stdout.
pub(crate) fn documents(options: &DocumentsOptions) -> anyhow::Result<()> {
    let environment =
        Environment::read(|name| (name == MONGODB_VARIABLE).then(|| environment(name)).flatten());
    let count = options.measure.take(&options.collection, &environment)?;
    command_line::print(&format!("{count}\n")).context("cannot write the answer; leave stdout open")
}

/// Serves the local web until stdin ends.
pub(crate) fn serve_local_web() -> anyhow::Result<()> {
    Ok(local_process::serve()?)
}

/// Turns options into settings, and checks that the result can be written.
pub(crate) fn prepare(sections: &[Section], options: &Options) -> anyhow::Result<Settings> {
    interrupt::end_process_after_cleanups().context("cannot listen for signals")?;
    if let Some(path) = &options.markdown {
        let mut blocks = sections.iter().map(|section| section.block(options.instructions));
        blocks.try_for_each(|block| markdown_table::check(path, &block))?;
    }
    if let Some(set) = options.instructions.filter(|set| !set.is_available()) {
        let name = set.name();
        return Err(UsageError(format!(
            "this machine lacks the instructions {name}; leave --instructions out, or choose others"
        ))
        .into());
    }
    if let Some(path) = &options.json {
        check_writable(path)
            .map_err(|error| UsageError(format!("{}: {error}", unwritable(path))))?;
    }
    let this_program = env::current_exe().context("cannot find the path of this program")?;
    let selection = if options.quick { Selection::Quick } else { Selection::Full };
    let rounds = if options.quick { NonZeroU32::MIN } else { options.rounds.unwrap_or(ROUNDS) };
    Ok(Settings {
        sections: sections.to_vec(),
        options: sections::Options {
            build_folder: this_program.with_file_name("peers-build"),
            this_program,
            cargo: environment("CARGO").unwrap_or_else(|| "cargo".to_owned()).into(),
            python: options.python.clone(),
            primesieves: options.primesieve.clone(),
            libprimesieves: options.libprimesieve.clone(),
            has_database: environment(MONGODB_VARIABLE).is_some(),
            selection,
            only: options.only.clone(),
            instructions: options.instructions,
        },
        rounds,
        run_info: RunInfo { command: command(sections, options), date: today() },
        announce: |job| tell(&format!("{job} …\n")),
    })
}

/// Checks that a file can be written, without leaving a new one. A pipe would wait for its reader.
fn check_writable(path: &Path) -> io::Result<()> {
    if path.metadata().is_ok_and(|metadata| metadata.file_type().is_fifo()) {
        return Ok(());
    }
    let is_new = path.symlink_metadata().is_err();
    File::options().append(true).create(true).open(path)?;
    if is_new { fs::remove_file(path) } else { Ok(()) }
}

fn environment(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the environment is read here, for all")]
    let value = env::var(name).ok();
    value.filter(|value| !value.trim().is_empty())
}

/// The command line, without the paths of this machine.
fn command(sections: &[Section], options: &Options) -> String {
    let profile = if cfg!(debug_assertions) { "" } else { "--release " };
    let section = match sections {
        [section] => section.name(),
        _ => "all",
    };
    let mut words = vec![format!("cargo run {profile}-p benches --bin peers -- {section}")];
    words.extend((options.python != Path::new(PYTHON)).then(|| "--python PATH".to_owned()));
    words.extend(options.primesieve.iter().map(|_| "--primesieve PATH".to_owned()));
    words.extend(options.libprimesieve.iter().map(|_| "--libprimesieve DIR".to_owned()));
    words.extend(options.rounds.map(|rounds| format!("--rounds {rounds}")));
    words.extend(options.quick.then(|| "--quick".to_owned()));
    words.extend(options.instructions.map(|set| format!("--instructions {}", set.name())));
    words.extend(options.only.iter().map(|text| format!("--only '{text}'")));
    words.join(" ")
}

fn today() -> String {
    let now = humantime::format_rfc3339_seconds(UNIX_EPOCH + stopwatch::unix_time()).to_string();
    now.split('T').next().unwrap_or_default().to_owned()
}

/// Prints the tables, and writes the files that were asked for.
pub(crate) fn print(options: &Options, report: &Report) -> anyhow::Result<()> {
    for chapter in &report.chapters {
        let tables = to_markdown(chapter, &report.conditions);
        let heading = format!("## {}\n\n", chapter.section.name());
        command_line::print(&(heading + &tables + "\n")).context("cannot write the tables")?;
        // Without jobs there is nothing new to put in place of what stands there.
        if let Some(path) = &options.markdown
            && !chapter.outcome.rows.is_empty()
        {
            markdown_table::write(path, &chapter.section.block(options.instructions), &tables)?;
        }
    }
    if let Some(path) = &options.json {
        let object = to_json(report).context("cannot write the report")?;
        write_whole(path, object.as_bytes()).with_context(|| unwritable(path))?;
    }
    Ok(())
}

fn unwritable(path: &Path) -> String {
    format!("cannot write {}; name a file that you may write", path.display())
}

/// Prints the error, and returns its exit code.
pub(crate) fn exit_code(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(error.as_ref(), known(&error), ExitReason::BadResult),
    }
}

fn known(error: &anyhow::Error) -> Option<ExitReason> {
    let is_usage = error.is::<MarkdownTableError>()
        || matches!(
            error.downcast_ref(),
            Some(
                SectionError::Peer { .. }
                    | SectionError::Documents { .. }
                    | SectionError::NoJob { .. }
            )
        )
        || matches!(error.downcast_ref(), Some(PerformError::Unsupported { .. }));
    let is_outside = error.is::<StoreError>()
        || error.is::<LocalWebError>()
        || matches!(error.downcast_ref(), Some(SectionError::Web(_)));
    match (is_usage, is_outside) {
        (true, _) => Some(ExitReason::Usage),
        (false, true) => Some(ExitReason::OutsideWorld),
        (false, false) => None,
    }
}

fn parse_rounds(text: &str) -> Result<NonZeroU32, String> {
    match u32::try_from(number::parse(text)?).ok().and_then(NonZeroU32::new) {
        Some(rounds) if rounds.get() <= ROUNDS_MAX => Ok(rounds),
        _ => Err(format!("there can be 1 to {ROUNDS_MAX} rounds")),
    }
}

fn parse_collection(text: &str) -> Result<Collection, String> {
    Collection::try_from(text.to_owned()).map_err(|error| error.to_string())
}
