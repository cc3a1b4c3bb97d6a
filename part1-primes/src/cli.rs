//! The command line: arguments in, text and exit codes out.

pub(crate) mod shards;

use std::{
    fmt::Write as _,
    io::{self, ErrorKind, IsTerminal},
    num::{NonZeroU64, NonZeroUsize},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use interrupt::Interrupt;
use job_array::JobArrayError;
use message::number::{self, grouped};
use part1_primes::{
    AfterWork, Answer, Input, Job, Keep, Method, Output, PrimesError, Settings, SoFar, Variant,
    WorkerProgram, lesson,
};
use process_pool::{PoolError, ServeError};
use program::{
    command_line::{
        self, Ending, ExitReason, ReportOptions, UsageError, fail, is_closed_pipe, one_of,
        parse_workers, tell, tell_lines,
    },
    progress::Visibility,
};
use report::{Report, timeline::Lane};

/// Find all primes of a range, sequentially and in parallel, and compare the times.
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
    #[command(flatten)]
    Shards(shards::Command),
    /// Do tasks from stdin, one line of JSON each, as the worker processes of the pool do
    Worker {
        /// The socket of a gate, which holds each task back
        #[arg(long, hide = true)]
        gate: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
struct ReportArguments {
    /// The first number; 1e8 means 100 million, and digits may be grouped by underscores
    #[arg(long, value_parser = number::parse, default_value = "100_000_000")]
    from: u64,
    /// The end of the range, which is not part of it
    #[arg(long, value_parser = number::parse, default_value = "101_000_000")]
    to: u64,
    /// Number of threads or processes; parallel uses at most 256 [default: the number of cores that
    /// this process may use]
    #[arg(long, value_parser = parse_workers)]
    workers: Option<NonZeroUsize>,
    /// Variant to run; may be given several times [default: all; with --print work-queue]
    #[arg(long, value_parser = one_of(Variant::ALL, Variant::name))]
    variant: Vec<Variant>,
    /// Method: trial division, the strong test of each number, the strong test of many numbers at once
    /// (SIMD), a sieve, or counting without visiting a number (with --count, up to 1e15)
    #[arg(long, value_parser = one_of(Method::ALL, Method::name), default_value = Method::Trial.name())]
    method: Method,
    /// How many numbers a worker takes at a time [default: up to 5000; with --method sieve up to 10
    /// million, and hundreds of millions if it only counts; with --method count always all]
    #[arg(long, value_parser = parse_chunk)]
    chunk: Option<NonZeroU64>,
    #[command(flatten)]
    report: ReportOptions,
    /// Count the primes without listing them; the report has no sum then
    #[arg(long, conflicts_with = "print")]
    count: bool,
    /// Run one variant, and print the primes to stdout as it finds them, in ascending order and one on
    /// each line; the report goes to stderr
    #[arg(long)]
    print: bool,
    /// Keep the workers alive for SECONDS after the work, for `ps aux | grep part1-primes`
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds)]
    hold: Option<Duration>,
    /// Write only errors to stderr
    #[arg(long)]
    quiet: bool,
}

/// The task for which the program was started.
pub(crate) enum Request {
    /// Work for a pool in another process of this program.
    Work { gate: Option<PathBuf> },
    /// Plan a search on many machines, do a part of it, or merge what they found.
    Shards(shards::Command),
    /// Run variants and report.
    Report(Options),
}

/// The settings of the run and of the report.
pub(crate) struct Options {
    pub(crate) settings: Settings,
    report: ReportOptions,
    /// The variant that prints the primes, if they take stdout.
    print: Option<Variant>,
    /// Whether the method leaves `--chunk` without effect.
    ignores_chunk: bool,
    quiet: bool,
}

/// Reads the command line; `--help` and `--version` print, and end the process.
pub(crate) fn parse() -> anyhow::Result<Request> {
    let arguments: Arguments = command_line::parse().context("cannot print the help")??;
    match arguments.command {
        Some(Command::Worker { gate }) => Ok(Request::Work { gate }),
        Some(Command::Shards(command)) => Ok(Request::Shards(command)),
        None => options(arguments.report).map(Request::Report),
    }
}

fn options(arguments: ReportArguments) -> anyhow::Result<Options> {
    let ReportArguments { from, to, workers, hold, quiet, .. } = arguments;
    check_range(from, to)?;
    arguments.report.prepare()?;
    let workers = workers.unwrap_or(report::cores());
    let keep = if arguments.count { Keep::Count } else { Keep::List };
    let mut job = if arguments.print {
        Job::to_print(from..to, workers, arguments.method)
    } else {
        Job::new(from..to, workers, arguments.method, keep)
    };
    job.chunk = chunk(&arguments, keep)?.unwrap_or(job.chunk);
    let ignores_chunk = arguments.method == Method::Count && arguments.chunk.is_some();
    let print = arguments.print.then(|| variant_to_print(&arguments.variant)).transpose()?;
    let variants = match arguments.variant {
        none if none.is_empty() => Variant::ALL.to_vec(),
        some => some,
    };
    let interrupt = Interrupt::on_signal().context("cannot listen for signals")?;
    let so_far = Arc::new(SoFar::default());
    announce_interruption(&interrupt, &so_far);
    let settings = Settings {
        job,
        method: arguments.method,
        keep,
        variants,
        worker: WorkerProgram {
            path: process_pool::this_program().context("cannot find the path of this program")?,
            arguments: vec!["worker".into()],
        },
        // On one terminal, the bar and the primes would overwrite each other.
        progress: Visibility::unless(quiet || (print.is_some() && io::stdout().is_terminal())),
        after_work: after_work(hold, quiet, Arc::clone(&interrupt)),
        interrupt,
        so_far,
    };
    Ok(Options { settings, report: arguments.report, print, ignores_chunk, quiet })
}

/// The variant that prints the primes.
fn variant_to_print(variants: &[Variant]) -> Result<Variant, UsageError> {
    match variants {
        [] => Ok(Variant::WorkQueue),
        [variant] => Ok(*variant),
        _ => Err(UsageError("--print runs one variant: give --variant once".to_owned())),
    }
}

fn check_range(from: u64, to: u64) -> Result<(), UsageError> {
    if from > to {
        return Err(UsageError(format!(
            "--from {} is above --to {}: give --to the larger number",
            grouped(from),
            grouped(to)
        )));
    }
    Ok(())
}

/// Prints at once, at an interrupt, which variant it ends: the report may have to wait for the current
/// chunk.
fn announce_interruption(interrupt: &Interrupt, so_far: &Arc<SoFar>) {
    let so_far = Arc::clone(so_far);
    interrupt.when_raised(move || {
        if let Some(what) = so_far.cut_off() {
            tell(&format!("interrupted: {what}\n"));
        }
    });
}

/// Prints the report also if the current chunk takes longer than an interrupt waits, since threads
/// cannot be killed.
pub(crate) fn report_at_timeout(options: &Arc<Options>) {
    let interrupt = &options.settings.interrupt;
    interrupt.when_out_of_time({
        let options = Arc::clone(options);
        move || {
            part1_primes::report_at_the_end(&options.settings, |report, _| {
                if let Err(error) = print_report(&options, report) {
                    exit_code(Err(error));
                }
            });
        }
    });
}

/// The requested chunk length, checked not to be too long.
fn chunk(arguments: &ReportArguments, keep: Keep) -> Result<Option<NonZeroU64>, UsageError> {
    let max = Job::chunk_max(arguments.method, keep);
    match arguments.chunk {
        // There is nothing to divide.
        _ if arguments.method == Method::Count => Ok(None),
        Some(chunk) if chunk.get() > max => Err(UsageError(format!(
            "--chunk {} is above {}, the longest chunk: give a smaller number (only --method sieve \
             with --count takes longer chunks)",
            grouped(chunk.get()),
            grouped(max)
        ))),
        chunk => Ok(chunk),
    }
}

fn after_work(hold: Option<Duration>, quiet: bool, interrupt: Arc<Interrupt>) -> AfterWork {
    Arc::new(move |workers| {
        if let Some(hold) = hold {
            if !quiet {
                tell_lines(&hold_notice(workers, hold));
            }
            interrupt.wait(hold);
        }
    })
}

fn hold_notice(workers: &[Lane], hold: Duration) -> String {
    let mut notice = format!("The work is done. Its workers stay for {hold:?}, or until Ctrl-C:\n");
    for Lane { pid, thread, tid } in workers {
        let tid =
            tid.filter(|tid| tid != pid).map_or_else(String::new, |tid| format!(", TID {tid}"));
        let _ = writeln!(notice, "  PID {pid}, thread {thread}{tid}");
    }
    notice + "Look at them in another terminal: ps aux | grep part1-primes (threads: ps -eLf)\n"
}

/// Does the work, and prints the report.
pub(crate) fn run(options: &Options) -> anyhow::Result<Ending> {
    let report = match options.print {
        None => part1_primes::run(&options.settings)?.0,
        Some(variant) => match part1_primes::print(&options.settings, variant, io::stdout()) {
            // Its reader wants no more, so there is nothing to report.
            Err(PrimesError::CannotPrint(error)) if error.kind() == ErrorKind::BrokenPipe => {
                return Ok(ending(options));
            }
            report => report?,
        },
    };
    print_report(options, &report)
}

/// Writes the requested files. The report is printed even if that fails.
fn print_report(options: &Options, report: &Report<Input, Answer>) -> anyhow::Result<Ending> {
    let output = if options.print.is_some() { Output::Primes } else { Output::Report };
    let lesson = lesson(report, output);
    let written = options.report.write_files(report, &lesson, options.quiet);
    let text = options.report.text(report, &lesson).context("cannot write the report")?;
    if options.ignores_chunk && !options.quiet {
        tell("--chunk has no effect on --method count, which has nothing to hand out\n");
    }
    if options.print.is_none() {
        command_line::print(&text).context("cannot write the report")?;
    } else if !options.quiet {
        tell_lines(&text);
    }
    written?;
    Ok(ending(options))
}

fn ending(options: &Options) -> Ending {
    options.settings.interrupt.exit_code().map_or(Ending::Complete, Ending::Interrupted)
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
            PrimesError::InvertedRange { .. }
            | PrimesError::BeyondTheCount { .. }
            | PrimesError::OnlyCounts
            | PrimesError::NothingToShare
            | PrimesError::CannotStartThreads { .. }
            | PrimesError::Pool(PoolError::TooManyWorkers { .. }),
        ) => return Some(ExitReason::Usage),
        Some(PrimesError::Pool(PoolError::CannotStart { .. })) => {
            return Some(ExitReason::OutsideWorld);
        }
        Some(PrimesError::JobArray(error)) => return Some(reason_of(error)),
        _ => {}
    }
    if error.is::<shards::TryAgain>() {
        return Some(ExitReason::OutsideWorld);
    }
    let is_no_task = matches!(error.downcast_ref(), Some(ServeError::NotATask { .. }));
    is_no_task.then_some(ExitReason::Usage)
}

fn reason_of(error: &JobArrayError) -> ExitReason {
    match error {
        error if error.is_wrong_use() => ExitReason::Usage,
        error if error.may_succeed_later() => ExitReason::OutsideWorld,
        _ => ExitReason::BadResult,
    }
}

fn parse_chunk(text: &str) -> Result<NonZeroU64, String> {
    NonZeroU64::new(number::parse(text)?).ok_or_else(|| "a chunk has at least 1 number".to_owned())
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "write a number of seconds, such as 30 or 0.5".to_owned())
}
