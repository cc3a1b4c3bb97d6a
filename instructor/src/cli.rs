//! The command line: the student's commands, and those that only instructors have.

use std::{
    env,
    fmt::Write as _,
    fs,
    num::NonZeroUsize,
    path::{self, Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::{Parser, Subcommand};
use instructor::{
    GraderError, corpus,
    export::{self, ExportError, Format},
    grade::{self, GradingOptions, Workshop},
    graded,
    handout::{self, HandoutError},
    points::{Points, PointsError},
    results::{ResultsError, StudentResult},
    submission::{self, Class},
};
use job_array::{JobArrayError, Share, Split};
use lab::{
    check::LIMITS,
    cli::{NotProved, clean_up_on_signals, parse, print},
    compile, kernel,
    limits::Isolation,
    workspace,
};
use message::printable;
use program::{
    command_line::{
        ExitReason, UsageError, check_file_to_write, check_folder, check_folder_to_write,
        print_data, tell,
    },
    progress::{Progress, Visibility},
};

/// Make the lab's handout, and check and grade solutions of its exercises.
#[derive(Debug, Parser)]
#[command(name = "lab", bin_name = "cargo lab", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the starter workspace: this one, without the solutions
    Handout {
        /// A new folder
        out: PathBuf,
    },
    #[command(flatten)]
    Shared(lab::cli::Command),
    /// Grade a folder of submissions, a folder or an archive for each student
    Grade {
        /// The folder of all submissions
        submissions: PathBuf,
        /// The folder for results; a student who has a result there is not graded again
        #[arg(long)]
        out: PathBuf,
        /// A TOML file with other points for some checks [default: see INSTRUCTORS.md]
        #[arg(long)]
        points: Option<PathBuf>,
        /// Grade without namespaces: submissions can read what all users can, and use the network
        #[arg(long)]
        weaker_sandbox: bool,
        /// Grade every N-th student only, from the I-th, counted from 0: 3/8, or auto/8 in a job array
        #[arg(long, value_name = "I/N")]
        shard: Option<Split>,
    },
    /// Export results for Gradescope, test reporters (JUnit) and spreadsheets, or as a page
    Export {
        /// The folder that `cargo lab grade` wrote to
        results: PathBuf,
        /// gradescope, junit, csv or html; only gradescope hides what students may not see
        #[arg(long, value_parser = parse_format)]
        format: Format,
        /// Export the result of this student only
        #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
        student: Option<String>,
        /// The folder of all submissions: fail unless each has a complete result
        #[arg(long, value_name = "SUBMISSIONS", conflicts_with = "student")]
        expect: Option<PathBuf>,
        /// The file or folder to write to [default: stdout; for gradescope without --student,
        /// RESULTS/gradescope]
        #[arg(long, value_name = "PATH")]
        out: Option<PathBuf>,
    },
    /// Test the grader with submissions that are known to be right or wrong
    Corpus {
        /// How many times each submission is graded
        #[arg(long, default_value_t = NonZeroUsize::MIN)]
        rounds: NonZeroUsize,
        /// Keep every core busy during the test
        #[arg(long)]
        load: bool,
        /// Use one core for everything
        #[arg(long)]
        one_core: bool,
        /// Run submissions without namespaces
        #[arg(long)]
        weaker_sandbox: bool,
    },
}

/// Runs the instructor's program.
pub(crate) fn run() -> ExitCode {
    lab::cli::exit_code(parse().and_then(|Arguments { command }| command.run()), known)
}

impl Command {
    fn run(self) -> anyhow::Result<()> {
        if !matches!(self, Self::Shared(_)) {
            clean_up_on_signals()?;
        }
        match self {
            Self::Handout { out } => make_handout(&out),
            Self::Shared(command) => command.run(graded::exercises()),
            Self::Grade { submissions, out, points, weaker_sandbox, shard } => {
                let share =
                    shard.map(|split| split.resolve(|name| env::var_os(name))).transpose()?;
                grade_all(&submissions, &out, points.as_deref(), weaker_sandbox, share)
            }
            Self::Export { results, format, student, expect, out } => {
                check_folder(&results)?;
                if let Some(class) = expect {
                    check_folder(&class)?;
                    export::check_complete(&results, &submission::all(&class)?.submissions)?;
                }
                export_results(&results, format, student.as_deref(), out.as_deref())
            }
            Self::Corpus { rounds, load, one_core, weaker_sandbox } => {
                let isolation = isolation(weaker_sandbox)?;
                grade_corpus(rounds.get(), load, one_core, isolation)
            }
        }
    }
}

fn make_handout(out: &Path) -> anyhow::Result<()> {
    let root = workspace::root()?;
    check_folder_to_write(out)?;
    let out = path::absolute(out).context("cannot find the folder for the handout")?;
    let exercises = handout::make(&root, &out)?;
    let mut text = format!(
        "The handout is in {}. Students write these files:\n",
        printable::line(&out.to_string_lossy())
    );
    for path in exercises {
        let _ = writeln!(text, "  {}", path.display());
    }
    print(&text)
}

/// The isolation of submissions; an error if this machine does not allow it.
fn isolation(weaker_sandbox: bool) -> anyhow::Result<Isolation> {
    if weaker_sandbox {
        tell(&format!("{}\n", Isolation::LOST));
        return Ok(Isolation::Limits);
    }
    Isolation::by_namespaces(&LIMITS).context("cannot run submissions safely")
}

fn grade_all(
    submissions: &Path,
    out: &Path,
    points: Option<&Path>,
    weaker_sandbox: bool,
    share: Option<Share>,
) -> anyhow::Result<()> {
    let root = workspace::root()?;
    let points = match points {
        None => Points::built_in(),
        Some(path) => {
            let text = fs::read_to_string(path)
                .map_err(|error| UsageError(format!("cannot read {}: {error}", path.display())))?;
            let points = Points::built_in().changed_by(&text);
            points.with_context(|| format!("cannot use {}", path.display()))?
        }
    };
    // Wrong arguments are wrong on every machine, whether it can isolate submissions or not.
    check_folder(submissions)?;
    check_folder_to_write(out)?;
    submission::check_no_overlap(submissions, out)?;
    let Class { mut submissions, skipped } = submission::all(submissions)?;
    if let Some(share) = share {
        submissions = share.of(submissions);
    }
    let isolation = isolation(weaker_sandbox)?;
    for name in skipped {
        tell(&format!("skipped {name}: it is neither a folder nor an archive\n"));
    }
    let steps = submissions.len() * graded::exercises().count();
    let progress = Progress::start("grading", steps as u64, Visibility::OnTerminal);
    let on_event = |event: grade::Event<'_>| match event {
        grade::Event::Checked => progress.advance(),
        grade::Event::Done(result) => {
            let StudentResult { student, score, score_max, note, .. } = result;
            // Grading goes on if stdout is closed.
            let (student, note) = (printable::line(student), note.as_deref());
            let note = note.map_or_else(String::new, |note| format!(", {}", printable::line(note)));
            let _ = print(&format!("{student}: {score} of {score_max}{note}\n"));
        }
    };
    let options = GradingOptions { points: &points, results: out, isolation, on_event: &on_event };
    grade::announce(&submissions, options)?;
    let workshop = Workshop::open(&root, isolation, Visibility::Hidden)?;
    // Cargo's progress and the bar would overwrite each other: what takes long is built before.
    if compile::shows_progress(Visibility::OnTerminal) {
        workshop.build_own()?;
    }
    grade::all(&workshop, &submissions, options).map_err(Into::into)
}

fn export_results(
    results: &Path,
    format: Format,
    student: Option<&str>,
    out: Option<&Path>,
) -> anyhow::Result<()> {
    match (out, format, student) {
        (Some(out), Format::Gradescope, None) => check_folder_to_write(out)?,
        (Some(out), ..) => check_file_to_write(out)?,
        (None, ..) => {}
    }
    let text = export::export(results, format, student, out)?;
    print_data(&text).context("cannot write to stdout")
}

fn grade_corpus(
    rounds: usize,
    load: bool,
    one_core: bool,
    isolation: Isolation,
) -> anyhow::Result<()> {
    let root = workspace::root()?;
    let specimens = corpus::build(&root, isolation, |name| tell(&format!("building {name}\n")))?;
    let busy_cores = if load { report::cores().get() } else { 0 };
    let tell_round = |round| tell(&format!("round {round} of {rounds}\n"));
    let graded = if load || one_core {
        // Only what is proved is to be slow.
        let built: Result<Vec<_>, GraderError> = specimens.map(|build| build()).collect();
        let built = built?.into_iter().map(|specimen| move || Ok(specimen));
        if one_core {
            kernel::keep_to_one_core().context("cannot restrict this program to one core")?;
        }
        corpus::grade(built, rounds, busy_cores, tell_round)?
    } else {
        corpus::grade(specimens, rounds, busy_cores, tell_round)?
    };
    print(&corpus::table(&graded, rounds))?;
    if graded.iter().any(|(_, tally)| tally.right < rounds || tally.changes > 0) {
        return Err(NotProved(
            "the grader gave some submissions a wrong verdict, or different ones".to_owned(),
        )
        .into());
    }
    Ok(())
}

fn parse_format(text: &str) -> Result<Format, String> {
    let names = Format::ALL.map(Format::name);
    Format::ALL
        .into_iter()
        .find(|format| format.name() == text)
        .ok_or_else(|| format!("the formats are {}", names.join(", ")))
}

/// The exit code of an error that is due to the arguments, besides a [`UsageError`].
fn known(error: &anyhow::Error) -> Option<ExitReason> {
    let is_usage = matches!(error.downcast_ref(), Some(HandoutError::NotEmpty { .. }))
        || matches!(
            error.downcast_ref(),
            Some(ExportError::NoStudent { .. } | ExportError::Results(ResultsError::None))
        )
        || matches!(
            error.downcast_ref(),
            Some(GraderError::OverlappingFolders { .. } | GraderError::NoSubmissions { .. })
        )
        || error.is::<PointsError>()
        || error.is::<JobArrayError>();
    let is_incomplete = matches!(error.downcast_ref(), Some(ExportError::Incomplete(_)));
    is_usage.then_some(ExitReason::Usage).or_else(|| is_incomplete.then_some(ExitReason::BadResult))
}
