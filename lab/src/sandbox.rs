//! A place for what others wrote: a user of its own if we may choose, limits, a warden, and output
//! that nobody has to store.

use std::{
    env,
    ffi::OsString,
    fs::{self, DirBuilder, File},
    io::{self, Read},
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
};

use common::interrupt::Cleanup;
use nix::unistd::Uid;
use tempfile::TempDir;

use crate::{
    lock,
    warden::{Beyond, Ending, Limits, Order},
};

/// So much of what a submission writes is kept of each stream.
const OUTPUT_KEPT_BYTES: usize = 16 << 10;

/// A submission that writes more is ended.
const OUTPUT_BYTES_MAX: usize = 1 << 20;

/// Users from here on are nobody's on any system that we know of.
const FIRST_USER: u32 = 64_000;
const USERS: u32 = 1_000;

/// Why a submission could not be run at all; never its own fault.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// No folder, no copy, no process.
    #[error("cannot {attempt}")]
    Io {
        /// What was attempted.
        attempt: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The warden has not kept its word.
    #[error("cannot contain the submission: its warden said: {said}")]
    NoWarden {
        /// What it wrote to stderr.
        said: String,
    },
}

impl SandboxError {
    /// An error of the system, while this was attempted.
    pub fn io(attempt: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { attempt, source }
    }
}

/// What came of a submission's process.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// The beginning of what it wrote to stdout.
    pub stdout: String,
    /// The beginning of what it wrote to stderr.
    pub stderr: String,
    /// Whether it wrote more than it may.
    pub wrote_too_much: bool,
}

/// A folder that a submission's process can see, and the limits that it is held to.
#[derive(Debug)]
pub struct Sandbox {
    folder: TempDir,
    /// For the grader's eyes.
    secrets: TempDir,
    limits: Limits,
    user: Option<User>,
    _cleanup: Cleanup,
}

/// A user that is nobody, and nobody else's as long as this is kept: the kernel counts the threads of a
/// user, whoever started them.
#[derive(Debug)]
struct User {
    id: u32,
    _lock: File,
}

impl User {
    /// One that no grader on this machine has.
    fn take() -> Result<Self, SandboxError> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let locks = env::temp_dir().join("concurrency-lab-users");
        let folder = DirBuilder::new().mode(0o700).recursive(true).create(&locks);
        folder.map_err(SandboxError::io("make a folder for locks"))?;
        for _ in 0..USERS {
            let id = FIRST_USER + NEXT.fetch_add(1, Ordering::Relaxed) % USERS;
            let lock = lock::take(&locks.join(id.to_string()));
            if let Some(lock) = lock.map_err(SandboxError::io("lock a user"))? {
                return Ok(Self { id, _lock: lock });
            }
        }
        Err(SandboxError::io("find a user")(io::ErrorKind::ResourceBusy.into()))
    }
}

impl Sandbox {
    /// A new one.
    ///
    /// # Errors
    /// When its folders cannot be made.
    pub fn new(limits: Limits) -> Result<Self, SandboxError> {
        let user = Uid::effective().is_root().then(User::take).transpose()?;
        let new_folder = || tempfile::Builder::new().prefix("lab-").tempdir();
        let ((folder, secrets), cleanup) = Cleanup::after(|| {
            let folder =
                new_folder().map_err(SandboxError::io("make a folder for a submission"))?;
            let secrets = new_folder().map_err(SandboxError::io("make a folder for a report"))?;
            let paths = [&folder, &secrets].map(|folder| folder.path().to_owned());
            let remove = move || paths.iter().for_each(|path| drop(fs::remove_dir_all(path)));
            Ok(((folder, secrets), remove))
        })?;
        let sandbox = Self { folder, secrets, limits, user, _cleanup: cleanup };
        open_to_all(sandbox.folder(), 0o755)?;
        Ok(sandbox)
    }

    /// Where the submission's files go.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Copies a program into the folder, so that its user may run it.
    ///
    /// # Errors
    /// When it cannot be copied.
    pub fn admit(&self, program: &Path) -> Result<PathBuf, SandboxError> {
        let name = program.file_name().expect("a program to have a name");
        let copy = self.folder().join(name);
        fs::copy(program, &copy).map_err(SandboxError::io("copy a submission's program"))?;
        open_to_all(&copy, 0o755)?;
        Ok(copy)
    }

    /// Runs a program that was admitted to its end, which comes at the deadline at the latest.
    ///
    /// # Errors
    /// When it could not be contained.
    pub fn run(&self, program: &Path, arguments: Vec<OsString>) -> Result<Outcome, SandboxError> {
        let report = self.secrets.path().join("ending.json");
        let order = Order {
            program: program.to_owned(),
            arguments,
            limits: self.limits.clone(),
            user: self.user.as_ref().map(|user| user.id),
            report: report.clone(),
        };
        let order = serde_json::to_string(&order).map_err(io::Error::from);
        let order = order.map_err(SandboxError::io("write an order"))?;
        let lab = env::current_exe().map_err(SandboxError::io("find this program"))?;
        let mut warden = Command::new(lab)
            .args(["warden", &order])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(SandboxError::io("start a warden"))?;
        // As long as it is kept, the warden goes on.
        let stdin = warden.stdin.take();
        let stdout = read(warden.stdout.take());
        let stderr = read(warden.stderr.take());
        let (stdout, stderr) = (join(stdout), join(stderr));
        let wrote_too_much = stdout.bytes.max(stderr.bytes) > OUTPUT_BYTES_MAX;
        if wrote_too_much {
            drop(stdin);
        }
        warden.wait().map_err(SandboxError::io("wait for a warden"))?;
        let said = String::from_utf8_lossy(&stderr.kept).into_owned();
        let ending = fs::read(&report).ok();
        let ending = ending.and_then(|report| serde_json::from_slice(&report).ok());
        let Some(ending) = ending else { return Err(SandboxError::NoWarden { said }) };
        let stdout = String::from_utf8_lossy(&stdout.kept).into_owned();
        Ok(Outcome { ending, stdout, stderr: said, wrote_too_much })
    }
}

#[derive(Default)]
struct Output {
    kept: Vec<u8>,
    bytes: usize,
}

fn join(reader: thread::JoinHandle<Output>) -> Output {
    reader.join().unwrap_or_default()
}

/// Reads until the end, or until it is too much, and keeps the beginning.
fn read(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Output> {
    thread::spawn(move || {
        let mut output = Output::default();
        let mut stream = stream.expect("a pipe was asked for");
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            let room = OUTPUT_KEPT_BYTES.saturating_sub(output.kept.len());
            output.kept.extend_from_slice(&buffer[..count.min(room)]);
            output.bytes += count;
            if output.bytes > OUTPUT_BYTES_MAX {
                break;
            }
        }
        output
    })
}

/// Lets every user read, and run, or connect.
pub(crate) fn open_to_all(path: &Path, mode: u32) -> Result<(), SandboxError> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .map_err(SandboxError::io("open a file to a submission"))
}

impl Outcome {
    /// Why it did not end as it should have, if so, as the end of a sentence.
    pub fn trouble(&self) -> Option<String> {
        let Ending { exit_code, signal, killed, left_behind } = self.ending;
        Some(match (killed, exit_code, signal) {
            _ if self.wrote_too_much => {
                format!("wrote more than {} KiB, and was ended", OUTPUT_BYTES_MAX >> 10)
            }
            (Some(Beyond::Deadline), ..) => "did not end in time, and was ended".to_owned(),
            (Some(Beyond::Memory), ..) => "used too much memory, and was ended".to_owned(),
            (Some(Beyond::Grader), ..) => "was ended".to_owned(),
            (None, Some(0), _) if left_behind > 0 => {
                format!("left {left_behind} processes behind: join all that you start")
            }
            (None, Some(0), _) => return None,
            (None, Some(code), _) => format!("ended with exit code {code}{}", self.last_words()),
            (None, None, signal) => {
                format!("died of signal {}{}", signal.unwrap_or_default(), self.last_words())
            }
        })
    }

    fn last_words(&self) -> String {
        let words = self.stderr.trim();
        if words.is_empty() { String::new() } else { format!("; it said: {words}") }
    }
}
