//! Sandbox for untrusted code: namespaces where the machine allows them, limits, a user of its own where
//! root may choose one, and bounded output.

pub(crate) mod bubblewrap;
mod control_group;
mod files;
mod isolation;
mod output;
pub(crate) mod relay;
mod user;
mod view;

use std::{
    env,
    ffi::OsString,
    fs, io,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
};

use interrupt::Cleanup;
use message::number::counted;
use nix::{
    sys::signal::{Signal, killpg},
    unistd::{Pid, Uid},
};
use tempfile::TempDir;

use self::{control_group::ControlGroup, output::Reader, relay::Relay, user::User};
pub use self::{
    control_group::Membership,
    isolation::NotIsolated,
    view::{Access, View, VisibleFile},
};
use crate::{
    limits::{ExceededLimit, Isolation, Limits},
    run_request::{ExitReport, RunRequest},
};

/// The folder of the program inside namespaces: a path like that of a plain build.
const PROGRAMS: &str = "/lab/target/debug";

/// Folders of a sandbox: for the submission, for what it sees of private files, for the grader.
const FILES: &str = "files";
const STAGE: &str = "stage";
const SECRETS: &str = "secrets";

/// An error that kept a submission from being run; it is never the submission's fault.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// A file or a process could not be created.
    #[error("cannot {attempt}")]
    Io {
        /// The attempt.
        attempt: &'static str,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The warden ended without a report.
    #[error("cannot run the submission in its sandbox: the warden process failed: {stderr}")]
    NoWarden {
        /// The text that it wrote to stderr.
        stderr: String,
    },
}

impl SandboxError {
    /// An error of the system, while this was attempted.
    pub fn io(attempt: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { attempt, source }
    }
}

/// The outcome of a submission's process.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How the process ended.
    pub exit: ExitReport,
    /// The beginning of what it wrote to stdout.
    pub stdout: String,
    /// The beginning of what it wrote to stderr.
    pub stderr: String,
    /// Whether it wrote more than it may.
    pub wrote_too_much: bool,
    /// Whether its stderr is no evidence, since it may hold secrets.
    pub is_concealed: bool,
}

/// A sandbox: the files that a submission can see, and its limits.
#[derive(Debug)]
pub struct Sandbox {
    root: TempDir,
    files: PathBuf,
    limits: Limits,
    user: Option<User>,
    view: Mutex<View>,
    conceals: bool,
    _cleanup: Cleanup,
}

/// A command line for a sandbox.
#[derive(Clone, Debug)]
pub struct Job<'a> {
    /// The program, as the submission sees it.
    pub program: &'a Path,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Its environment.
    pub environment: Vec<(OsString, OsString)>,
    /// The folder that it starts in.
    pub directory: &'a Path,
}

impl Sandbox {
    /// A sandbox with the shared libraries that the lab's programs need.
    ///
    /// # Errors
    /// When its folders cannot be made.
    pub fn new(limits: Limits) -> Result<Self, SandboxError> {
        let user = Uid::effective().is_root().then(User::take).transpose()?;
        Self::with_user(limits, user)
    }

    /// A sandbox for a compiler, which may be in a folder that only the grader's user can enter.
    /// Without namespaces, it runs as that user.
    ///
    /// # Errors
    /// When its folders cannot be made.
    pub fn for_compiler(limits: Limits) -> Result<Self, SandboxError> {
        match limits.isolation {
            Isolation::Namespaces => Self::new(limits),
            Isolation::Limits => Self::with_user(limits, None),
        }
    }

    fn with_user(limits: Limits, user: Option<User>) -> Result<Self, SandboxError> {
        let (root, cleanup) = Cleanup::after(|| {
            let private = fs::Permissions::from_mode(0o700);
            let root = tempfile::Builder::new().prefix("lab-").permissions(private).tempdir();
            let root = root.map_err(SandboxError::io("make a folder for a submission"))?;
            let path = root.path().to_owned();
            Ok((root, move || drop(fs::remove_dir_all(path))))
        })?;
        let files = root.path().join(FILES);
        let mut sandbox = Self {
            root,
            files,
            limits,
            user,
            view: Mutex::default(),
            conceals: false,
            _cleanup: cleanup,
        };
        sandbox.share(sandbox.root.path(), 0o710)?;
        for (name, mode) in [(FILES, 0o750), (STAGE, 0o750), (SECRETS, 0o700)] {
            let folder = sandbox.root.path().join(name);
            fs::create_dir(&folder).map_err(SandboxError::io("make a folder for a submission"))?;
            sandbox.share(&folder, mode)?;
        }
        let mut view = View::of_libraries();
        view.add(sandbox.folder(), Access::Read);
        sandbox.view = Mutex::new(view);
        Ok(sandbox)
    }

    /// The sandbox, whose outcomes are concealed if `conceals`: see [`Outcome::is_concealed`].
    #[must_use]
    pub fn concealing(self, conceals: bool) -> Self {
        Self { conceals, ..self }
    }

    /// The user that the submission runs as.
    pub fn user(&self) -> u32 {
        self.user.as_ref().map_or_else(|| Uid::effective().as_raw(), |user| user.id)
    }

    /// The folder of the submission's files. It can read them, and no other user can.
    pub fn folder(&self) -> &Path {
        &self.files
    }

    /// Lets the submission see a file or folder at `place`; without namespaces, it stays where it is.
    pub fn show(&self, source: &Path, place: &Path, access: Access) {
        let file = VisibleFile { source: source.to_owned(), place: place.to_owned(), access };
        self.view.lock().unwrap_or_else(PoisonError::into_inner).0.push(file);
    }

    /// Lets the submission run a program, by this name; returns where it sees that program.
    ///
    /// # Errors
    /// When it cannot be copied, where it has to be.
    pub fn admit(&self, program: &Path, name: &str) -> Result<PathBuf, SandboxError> {
        match self.limits.isolation {
            Isolation::Namespaces => {
                let place = Path::new(PROGRAMS).join(name);
                self.show(program, &place, Access::ReadPrivate);
                Ok(place)
            }
            Isolation::Limits => {
                let copy = self.folder().join(name);
                fs::copy(program, &copy)
                    .map_err(SandboxError::io("copy a submission's program"))?;
                self.share(&copy, 0o750)?;
                Ok(copy)
            }
        }
    }

    /// Runs an admitted program to its end, or to the deadline.
    ///
    /// # Errors
    /// When it could not be contained.
    pub fn run(&self, program: &Path, arguments: Vec<OsString>) -> Result<Outcome, SandboxError> {
        self.work(Job { program, arguments, environment: Vec::new(), directory: Path::new("/") })
    }

    /// Runs a command line to its end, or to the deadline.
    ///
    /// # Errors
    /// When it could not be contained.
    pub fn work(&self, job: Job<'_>) -> Result<Outcome, SandboxError> {
        let is_isolated = self.limits.isolation == Isolation::Namespaces;
        let secrets = self.root.path().join(SECRETS);
        let group = ControlGroup::new(&self.limits);
        let port = self.limits.port.filter(|_| is_isolated);
        let relay = port.map(|port| Relay::to_web(secrets.join("web"), port));
        let relay =
            relay.transpose().map_err(SandboxError::io("relay requests to the local web"))?;
        let request = RunRequest {
            program: job.program.to_owned(),
            arguments: job.arguments,
            environment: job.environment,
            directory: job.directory.to_owned(),
            view: self.view.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            stage: self.user.as_ref().map(|_| self.root.path().join(STAGE)),
            limits: self.limits.clone(),
            user: self.user.as_ref().map(|user| user.id),
            group: group.as_ref().map(ControlGroup::membership),
            relay: relay.as_ref().map(|relay| relay.socket().to_owned()),
            report: secrets.join("exit-report.json"),
        };
        let _ = fs::remove_file(&request.report); // that of the job before, if there was one
        let outcome = run_warden(&request, self.conceals);
        drop(group); // it can be removed once all in it have ended
        outcome
    }
}

fn run_warden(request: &RunRequest, is_concealed: bool) -> Result<Outcome, SandboxError> {
    let text = serde_json::to_string(request).map_err(io::Error::from);
    let text = text.map_err(SandboxError::io("write a request to a warden"))?;
    let lab = env::current_exe().map_err(SandboxError::io("find this program"))?;
    let mut command = match request.limits.isolation {
        Isolation::Limits => Command::new(lab),
        Isolation::Namespaces => {
            let mut outer = Command::new(bubblewrap::PROGRAM);
            // Ctrl-C reaches the whole group of the grader, which ends this one in good order.
            outer.args(bubblewrap::outer(request)).arg(lab).process_group(0);
            outer
        }
    };
    command.args(["warden", &text]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let (mut warden, _cleanup) = Cleanup::after(|| {
        let warden = command.spawn().map_err(SandboxError::io("start a warden"))?;
        let end = end_of(&warden, request);
        Ok((warden, end))
    })?;
    // As long as it is kept, the warden goes on.
    let stdin = warden.stdin.take();
    let stdout = Reader::start(warden.stdout.take());
    let stderr = Reader::start(warden.stderr.take());
    let (stdout, stderr) = (stdout.join(), stderr.join());
    let wrote_too_much = stdout.is_too_much() || stderr.is_too_much();
    if wrote_too_much {
        drop(stdin);
    }
    warden.wait().map_err(SandboxError::io("wait for a warden"))?;
    let report = fs::read(&request.report).ok();
    let exit = report.and_then(|report| serde_json::from_slice(&report).ok());
    let (stdout, stderr) = (stdout.text(), stderr.text());
    match exit {
        Some(exit) => Ok(Outcome { exit, stdout, stderr, wrote_too_much, is_concealed }),
        None => Err(SandboxError::NoWarden { stderr }),
    }
}

/// The action that ends a warden and all that it has started, for a signal to the grader.
fn end_of(warden: &Child, request: &RunRequest) -> impl FnOnce() + Send + 'static + use<> {
    let outer = (request.limits.isolation == Isolation::Namespaces).then_some(warden.id());
    let group = request.group.clone();
    move || {
        // Without namespaces, the warden itself ends all, as soon as its stdin ends.
        if let Some(outer) = outer {
            let _ = killpg(Pid::from_raw(outer.cast_signed()), Signal::SIGKILL); // if it is there
        }
        if let Some(group) = group {
            group.remove();
        }
    }
}

/// Lets every user read, and run, or connect.
pub(crate) fn open_to_all(path: &Path, mode: u32) -> Result<(), SandboxError> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .map_err(SandboxError::io("give a submission access to a file"))
}

impl Outcome {
    /// How the process failed, as the end of a sentence; none if it ended normally.
    pub fn failure(&self) -> Option<String> {
        let ExitReport { exit_code, signal, killed, left_behind } = self.exit;
        Some(match (killed, exit_code, signal) {
            _ if self.wrote_too_much => {
                format!(
                    "wrote more than {} KiB to its output, and was killed",
                    output::BYTES_MAX >> 10
                )
            }
            (Some(ExceededLimit::Deadline), ..) => "did not end in time, and was killed".to_owned(),
            (Some(ExceededLimit::Memory), ..) => "used too much memory, and was killed".to_owned(),
            (Some(ExceededLimit::Grader), ..) => "was killed".to_owned(),
            (None, Some(0), _) if left_behind > 0 => {
                let processes = counted(left_behind, "process");
                format!("left {processes} behind: wait for all that you start")
            }
            (None, Some(0), _) => return None,
            (None, Some(code), _) => format!("ended with exit code {code}{}", self.quoted_stderr()),
            (None, None, Some(signal)) if signal == Signal::SIGXCPU as i32 => {
                "used too much CPU time, and was killed".to_owned()
            }
            (None, None, Some(signal)) if signal == Signal::SIGXFSZ as i32 => {
                "wrote a file that is too large, and was killed".to_owned()
            }
            (None, None, signal) => {
                format!(
                    "was killed by signal {}{}",
                    signal.unwrap_or_default(),
                    self.quoted_stderr()
                )
            }
        })
    }

    fn quoted_stderr(&self) -> String {
        let stderr = self.stderr.trim();
        if self.is_concealed || stderr.is_empty() {
            return String::new();
        }
        format!("; its stderr: {stderr}")
    }
}
