//! The command line: arguments in, text and exit codes out.

use std::{
    env,
    fmt::Write as _,
    io::{self, BufWriter, Write},
    num::{NonZeroU64, NonZeroUsize},
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, atomic::AtomicBool},
    thread,
    time::Duration,
};

use anyhow::Context;
use clap::{
    Args, Parser, Subcommand, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};
use common::{
    process_pool::ServeError,
    progress::Visibility,
    report::{self, Report},
    timeline::Lane,
};
use part1_primes::{
    AfterWork, Answer, Input, Job, Keep, Method, PrimesError, Settings, Variant, WorkerProgram,
    lesson, number,
};
use signal_hook::{consts::SIGINT, flag};

/// More than any machine profits from; a mistyped number must not bring it down.
const WORKERS_MAX: usize = 4096;

/// Longer chunks would make messages of worker processes unwieldy.
const CHUNK_MAX: u64 = 100_000_000;

/// Finds every prime of a range, one number after another and on all cores, and compares.
#[derive(Debug, Parser)]
#[command(name = "part1-primes", version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    report: ReportArguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Does tasks from stdin, as the processes of the pool do
    #[command(hide = true)]
    Worker {
        /// A gate to pass before each task
        #[arg(long)]
        gate: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
struct ReportArguments {
    /// The first number; 1e8 means 100 million, and digits may be grouped by underscores
    #[arg(long, value_parser = number::parse, default_value = "100_000_000")]
    from: u64,
    /// The end of the numbers, itself left out
    #[arg(long, value_parser = number::parse, default_value = "101_000_000")]
    to: u64,
    /// How many threads or processes share the work [default: the cores this process may use]
    #[arg(long, value_parser = parse_workers)]
    workers: Option<NonZeroUsize>,
    /// Which variant to run; may be given several times [default: all]
    #[arg(long, value_parser = variant_parser())]
    variant: Vec<Variant>,
    /// How a number is told to be prime
    #[arg(long, value_parser = method_parser(), default_value = Method::Trial.name())]
    method: Method,
    /// How many numbers a worker takes at a time [default: 5000, or less if there are few]
    #[arg(long, value_parser = parse_chunk)]
    chunk: Option<NonZeroU64>,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Only count the primes: no list is kept, and there is no sum
    #[arg(long, conflicts_with = "print")]
    count: bool,
    /// Print the primes to stdout, one a line; the report goes to stderr
    #[arg(long)]
    print: bool,
    /// Keep all workers for so long after the work, for `ps aux | grep part1-primes`
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds)]
    hold: Option<Duration>,
    /// Write nothing to stderr but errors
    #[arg(long)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table, a timeline, and what they mean
    Text,
    /// One JSON object
    Json,
}

/// What the program was started for.
pub(crate) enum Request {
    /// To be a worker process.
    Work { gate: Option<PathBuf> },
    /// To run variants and report.
    Report(Options),
}

/// How to run and how to report.
pub(crate) struct Options {
    pub(crate) settings: Settings,
    format: Format,
    /// Whether the primes take stdout.
    print: bool,
    quiet: bool,
}

/// Arguments that make no sense, by themselves or beside each other.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct UsageError(String);

/// Reads the command line. A plea for help is answered at once, and ends the process.
pub(crate) fn parse() -> anyhow::Result<Request> {
    let arguments = Arguments::try_parse().map_err(|error| {
        if !error.use_stderr() {
            error.exit();
        }
        UsageError(on_one_line(&error.to_string()))
    })?;
    match arguments.command {
        Some(Command::Worker { gate }) => Ok(Request::Work { gate }),
        None => options(arguments.report).map(Request::Report),
    }
}

/// What clap has to say without its headings and its reminders of how to get help.
fn on_one_line(message: &str) -> String {
    let paragraphs = message.split("\n\n").filter(|paragraph| {
        !paragraph.starts_with("Usage:") && !paragraph.starts_with("For more information")
    });
    let words: Vec<&str> = paragraphs.flat_map(str::split_whitespace).collect();
    words.join(" ").trim_start_matches("error: ").to_owned()
}

fn options(arguments: ReportArguments) -> anyhow::Result<Options> {
    let ReportArguments { from, to, workers, quiet, .. } = arguments;
    if from > to {
        return Err(UsageError(format!(
            "--from {from} is above --to {to}; the numbers go from --from up to --to, without it"
        ))
        .into());
    }
    let workers = workers.unwrap_or(report::cores());
    let mut job = Job::new(from..to, workers);
    job.chunk = arguments.chunk.unwrap_or(job.chunk);
    let variants = match arguments.variant {
        none if none.is_empty() => Variant::ALL.to_vec(),
        some => some,
    };
    let settings = Settings {
        job,
        method: arguments.method,
        keep: if arguments.count { Keep::Count } else { Keep::List },
        variants,
        worker: WorkerProgram {
            path: env::current_exe().context("cannot find the path of this program")?,
            arguments: vec!["worker".into()],
        },
        progress: if quiet { Visibility::Hidden } else { Visibility::OnTerminal },
        after_work: after_work(arguments.hold, quiet),
    };
    Ok(Options { settings, format: arguments.format, print: arguments.print, quiet })
}

/// Ends the process with code 130 on Ctrl-C; the workers end with it.
pub(crate) fn end_on_ctrl_c() -> anyhow::Result<()> {
    let always = Arc::new(AtomicBool::new(true));
    flag::register_conditional_shutdown(SIGINT, 130, always).context("cannot listen for Ctrl-C")?;
    Ok(())
}

fn after_work(hold: Option<Duration>, quiet: bool) -> AfterWork {
    Arc::new(move |workers| {
        if let Some(hold) = hold {
            if !quiet {
                tell(&hold_notice(workers, hold));
            }
            #[expect(clippy::disallowed_methods, reason = "a pause is what was asked for")]
            thread::sleep(hold);
        }
    })
}

fn hold_notice(workers: &[Lane], hold: Duration) -> String {
    let mut notice = format!("The work is done. Its workers stay for {hold:?}:\n");
    for Lane { pid, thread } in workers {
        let _ = writeln!(notice, "  PID {pid}, thread {thread}");
    }
    notice + "Look at them in another terminal: ps aux | grep part1-primes (threads: ps -eLf)\n"
}

/// Prints the primes, if asked for, and the report.
pub(crate) fn print(
    options: &Options,
    report: &Report<Input, Answer>,
    primes: &[u64],
) -> anyhow::Result<()> {
    let text = match options.format {
        Format::Text => report::to_text(report, &lesson(report)),
        Format::Json => report::to_json(report).context("cannot write the report")? + "\n",
    };
    if !options.print {
        return io::stdout().write_all(text.as_bytes()).context("cannot write the report");
    }
    let mut stdout = BufWriter::new(io::stdout().lock());
    let written = primes.iter().try_for_each(|prime| writeln!(stdout, "{prime}"));
    written.and_then(|()| stdout.flush()).context("cannot write the primes")?;
    if !options.quiet {
        tell(&text);
    }
    Ok(())
}

/// Says the error, and which exit code stands for it; a closed pipe is none.
pub(crate) fn exit_code(result: anyhow::Result<()>) -> ExitCode {
    let Err(error) = result else { return ExitCode::SUCCESS };
    let is_closed_pipe = error.chain().any(|cause| {
        cause
            .downcast_ref()
            .is_some_and(|cause: &io::Error| cause.kind() == io::ErrorKind::BrokenPipe)
    });
    if is_closed_pipe {
        return ExitCode::SUCCESS;
    }
    tell(&format!("error: {error:#}\n"));
    ExitCode::from(code_of(&error))
}

/// 1 for a wrong or incomplete result, 2 for what was asked of us in a way that cannot be done.
fn code_of(error: &anyhow::Error) -> u8 {
    use common::process_pool::PoolError::CannotStart;
    let cannot_be_done = error.is::<UsageError>()
        || matches!(
            error.downcast_ref(),
            Some(PrimesError::CannotStartThreads { .. } | PrimesError::Pool(CannotStart { .. }))
        )
        || matches!(error.downcast_ref(), Some(ServeError::NotATask { .. }));
    if cannot_be_done { 2 } else { 1 }
}

/// Writes to stderr; if that is closed, there is nobody to tell.
fn tell(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

fn parse_workers(text: &str) -> Result<NonZeroUsize, String> {
    let workers = number::parse(text)?;
    match usize::try_from(workers).ok().and_then(NonZeroUsize::new) {
        Some(workers) if workers.get() <= WORKERS_MAX => Ok(workers),
        Some(_) => Err(format!("at most {WORKERS_MAX} workers can be started")),
        None => Err("there has to be at least 1 worker".to_owned()),
    }
}

fn parse_chunk(text: &str) -> Result<NonZeroU64, String> {
    match NonZeroU64::new(number::parse(text)?) {
        Some(chunk) if chunk.get() <= CHUNK_MAX => Ok(chunk),
        Some(_) => Err(format!("a chunk has at most {CHUNK_MAX} numbers")),
        None => Err("a chunk has at least 1 number".to_owned()),
    }
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "write a number of seconds, such as 30 or 0.5".to_owned())
}

fn variant_parser() -> impl TypedValueParser<Value = Variant> {
    PossibleValuesParser::new(Variant::ALL.map(Variant::name)).map(|name| {
        let variant = Variant::ALL.into_iter().find(|variant| variant.name() == name);
        variant.expect("clap to let only these names through")
    })
}

fn method_parser() -> impl TypedValueParser<Value = Method> {
    PossibleValuesParser::new(Method::ALL.map(Method::name)).map(|name| {
        let method = Method::ALL.into_iter().find(|method| method.name() == name);
        method.expect("clap to let only these names through")
    })
}
