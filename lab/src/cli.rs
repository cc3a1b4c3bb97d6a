//! The command line: arguments in, verdicts and exit codes out.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Write},
    path::{self, Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::{Parser, Subcommand};
use common::{
    command_line::{ExitReason, UsageError, is_closed_pipe, tell},
    interrupt,
    progress::{Progress, Visibility},
};
use lab::{
    check, corpus,
    exercises::{self, Part},
    export::{self, ExportError, Format},
    grade::{self, Book, Workshop},
    handout, kernel,
    points::{self, Points},
    results::StudentResult,
    submission, warden, workspace,
};

/// Makes the lab's handout, and proves what was made of it.
#[derive(Debug, Parser)]
#[command(name = "lab", bin_name = "cargo lab", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes the starter workspace: this one, without the solutions
    Handout {
        /// A new folder
        out: PathBuf,
    },
    /// Checks your own work: verdict, evidence, and one next step
    Check {
        /// The part [default: all]
        #[arg(value_parser = parse_part)]
        part: Option<Part>,
    },
    /// Grades a folder of submissions, a folder or an archive for each student
    Grade {
        /// The folder
        submissions: PathBuf,
        /// Where results go; who has one there is not graded again
        #[arg(long)]
        out: PathBuf,
        /// What each check is worth [default: lab/points.toml]
        #[arg(long)]
        points: Option<PathBuf>,
    },
    /// Writes results as others read them: Gradescope, test reporters, spreadsheets, people
    Export {
        /// The folder that `cargo lab grade` wrote to
        results: PathBuf,
        /// gradescope, junit, csv or html; all but the first show what students may not see
        #[arg(long, value_parser = parse_format)]
        format: Format,
        /// Only this student
        #[arg(long, value_name = "NAME")]
        student: Option<String>,
        /// Where to [default: stdout; for gradescope without --student, RESULTS/gradescope]
        #[arg(long, value_name = "PATH")]
        out: Option<PathBuf>,
    },
    /// Proves the grader itself by submissions that are known to be right or wrong
    Corpus {
        /// How often each is judged
        #[arg(long, default_value_t = 1)]
        rounds: usize,
        /// Keeps every core busy meanwhile
        #[arg(long)]
        load: bool,
        /// Uses one core for everything
        #[arg(long)]
        one_core: bool,
    },
    /// Runs a submission within limits
    #[command(hide = true)]
    Warden {
        /// What to run, as JSON
        order: String,
    },
}

/// What the program was started for.
pub(crate) struct Request(Command);

/// Not everything is proved.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct NotProved(String);

/// Reads the command line. A plea for help is answered at once, and ends the process.
pub(crate) fn parse() -> anyhow::Result<Request> {
    let arguments = Arguments::try_parse().map_err(|error| {
        if !error.use_stderr() {
            error.exit();
        }
        UsageError::from_parser(&error.to_string())
    })?;
    Ok(Request(arguments.command))
}

impl Request {
    /// Does what was asked for.
    pub(crate) fn run(self) -> anyhow::Result<()> {
        if !matches!(self.0, Command::Warden { .. }) {
            interrupt::end_process_after_cleanups().context("cannot listen for signals")?;
        }
        match self.0 {
            Command::Handout { out } => make_handout(&out),
            Command::Check { part } => check_own_work(part),
            Command::Grade { submissions, out, points } => {
                grade_all(&submissions, &out, points.as_deref())
            }
            Command::Export { results, format, student, out } => {
                print(&export::export(&results, format, student.as_deref(), out.as_deref())?)
            }
            Command::Corpus { rounds, load, one_core } => judge_corpus(rounds, load, one_core),
            Command::Warden { order } => {
                let order = serde_json::from_str(&order).context("cannot read the order")?;
                warden::serve(&order).context("cannot run a submission within limits")
            }
        }
    }
}

fn make_handout(out: &Path) -> anyhow::Result<()> {
    let root = workspace::root()?;
    let out = path::absolute(out).context("cannot find the folder for the handout")?;
    let exercises = handout::make(&root, &out)?;
    let mut text = format!("The handout is in {}. To be written are\n", out.display());
    for path in exercises {
        let _ = writeln!(text, "  {}", path.display());
    }
    print(&text)
}

fn check_own_work(part: Option<Part>) -> anyhow::Result<()> {
    let root = workspace::root()?;
    let parts = part.map_or(Part::ALL.to_vec(), |part| vec![part]);
    let mut verdicts = Vec::new();
    for part in parts {
        verdicts.extend(check::check(&root, part)?);
    }
    print(&check::told(&verdicts))?;
    let failed = verdicts.iter().filter(|verdict| verdict.status.is_bad()).count();
    if failed > 0 {
        let count = verdicts.len();
        return Err(NotProved(format!("{failed} of {count} checks are not proved yet")).into());
    }
    Ok(())
}

fn grade_all(submissions: &Path, out: &Path, points: Option<&Path>) -> anyhow::Result<()> {
    let root = workspace::root()?;
    let points = match points {
        None => Points::built_in()?,
        Some(path) => {
            let text = fs::read_to_string(path);
            let text = text.with_context(|| format!("cannot read {}", path.display()))?;
            Points::parse(&text).with_context(|| format!("cannot use {}", path.display()))?
        }
    };
    let submissions = submission::all(submissions)?;
    let workshop = Workshop::open(&root)?;
    let steps = submissions.len() * exercises::all().count();
    let progress = Progress::start("grading", steps as u64, Visibility::OnTerminal);
    let tell = |event: grade::Event<'_>| match event {
        grade::Event::Judged => progress.advance(),
        grade::Event::Done(result) => {
            let StudentResult { student, score, score_max, .. } = result;
            // Whoever does not want to know goes on without.
            let _ = print(&format!("{student}: {score} of {score_max}\n"));
        }
    };
    let book = Book { points: &points, results: out, tell: &tell };
    grade::all(&workshop, &submissions, book).map_err(Into::into)
}

fn judge_corpus(rounds: usize, load: bool, one_core: bool) -> anyhow::Result<()> {
    let root = workspace::root()?;
    let specimens = corpus::build(&root, |name| tell(&format!("building {name}\n")))?;
    if one_core {
        kernel::keep_to_one_core().context("cannot keep to one core")?;
    }
    let busy_cores = if load { common::report::cores().get() } else { 0 };
    let tell_round = |round| tell(&format!("round {round} of {rounds}\n"));
    let tallies = corpus::judge(&specimens, rounds, busy_cores, tell_round)?;
    print(&corpus::told(&specimens, &tallies, rounds))?;
    if tallies.iter().any(|tally| tally.right < rounds || tally.changes > 0) {
        return Err(NotProved("the grader is wrong about some submissions".to_owned()).into());
    }
    Ok(())
}

fn print(text: &str) -> anyhow::Result<()> {
    io::stdout().write_all(text.as_bytes()).context("cannot write to stdout")
}

fn parse_part(text: &str) -> Result<Part, String> {
    let names = Part::ALL.map(Part::name);
    Part::ALL
        .into_iter()
        .find(|part| part.name() == text)
        .ok_or_else(|| format!("the parts are {}", names.join(", ")))
}

fn parse_format(text: &str) -> Result<Format, String> {
    let names = Format::ALL.map(Format::name);
    Format::ALL
        .into_iter()
        .find(|format| format.name() == text)
        .ok_or_else(|| format!("the formats are {}", names.join(", ")))
}

/// Says the error, and which exit code stands for it; a closed pipe is none.
pub(crate) fn exit_code(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Err(error) if !is_closed_pipe(error.as_ref()) => {
            tell(&format!("error: {error:#}\n"));
            ExitCode::from(reason(&error) as u8)
        }
        _ => ExitCode::SUCCESS,
    }
}

fn reason(error: &anyhow::Error) -> ExitReason {
    let is_unknown = matches!(error.downcast_ref(), Some(ExportError::NoStudent { .. }));
    if error.is::<UsageError>() || error.is::<points::PointsError>() || is_unknown {
        ExitReason::Usage
    } else if error.is::<NotProved>() {
        ExitReason::BadResult
    } else {
        ExitReason::OutsideWorld
    }
}
