//! Runs the local web as a process of its own, so that its CPU time and memory are not counted as
//! ours.
//!
//! The program starts itself with the argument `mock-web`, and calls [`serve`] when it finds that.
//! The process gets its [`Config`] as a line on stdin, and writes its address as a line to stdout.
//! It ends when stdin does, and so with its parent, whatever that dies of.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use interrupt::Interrupt;

use crate::{Config, MockWeb};

/// The address of a local web that was never started.
pub const NEVER_STARTED: &str = "http://127.0.0.1:0";

/// The argument that makes a program call [`serve`].
pub const SUBCOMMAND: &str = "mock-web";

/// The timeout for the start of the process, which takes milliseconds.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The most bytes of the line with the address.
const LINE_BYTES_MAX: u64 = 1 << 10;

/// An error of the local web's process.
#[derive(Debug, thiserror::Error)]
pub enum LocalWebError {
    /// The program cannot be started.
    #[error("cannot start {} {SUBCOMMAND}", program.display())]
    CannotStart {
        /// The program.
        program: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The program was started and does not serve.
    #[error(
        "{} {SUBCOMMAND} did not start to serve: {reason}; see its own message on stderr",
        program.display()
    )]
    DoesNotServe {
        /// The program.
        program: PathBuf,
        /// What the program did instead.
        reason: String,
    },
    /// The first line of stdin is not a configuration.
    #[error(
        "the first line of stdin is not a configuration (to serve by hand, see the options of \
         cargo run -p mock-web -- --help)"
    )]
    NotAConfig {
        /// The reason.
        source: serde_json::Error,
    },
    /// The web cannot be started or announced.
    #[error("cannot {attempt}")]
    Io {
        /// The attempt.
        attempt: &'static str,
        /// The error of the operating system.
        source: io::Error,
    },
}

/// A process that serves a local web; killed when dropped.
#[derive(Debug)]
pub struct LocalWeb {
    process: Process,
    url: String,
}

/// A child process, killed when dropped.
#[derive(Debug)]
struct Process(Child);

impl LocalWeb {
    /// Starts the web as [`start`](Self::start) does; none if a signal came before it served.
    ///
    /// # Errors
    /// As those of [`start`](Self::start).
    pub fn start_unless_interrupted(
        program: &Path,
        config: Config,
        interrupt: &Interrupt,
    ) -> Result<Option<Self>, LocalWebError> {
        let program = program.to_owned();
        let start = move || Self::start(&program, &config);
        interrupt.finish_or_leave(Duration::ZERO, start).transpose()
    }

    /// Starts `program mock-web`, which has to call [`serve`], and waits until it serves.
    ///
    /// # Errors
    /// When the program cannot be started, or does not say within 30 seconds where it serves.
    pub fn start(program: &Path, config: &Config) -> Result<Self, LocalWebError> {
        let mut command = Command::new(program);
        command.arg(SUBCOMMAND).stdin(Stdio::piped()).stdout(Stdio::piped());
        // A signal to our process group may come before the child handles it.
        command.process_group(0);
        let mut process = command
            .spawn()
            .map(Process)
            .map_err(|source| LocalWebError::CannotStart { program: program.to_owned(), source })?;
        match process.configure(config) {
            Ok(url) => Ok(Self { process, url }),
            Err(reason) => Err(LocalWebError::DoesNotServe { program: program.to_owned(), reason }),
        }
    }

    /// The URL: `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The id of the process.
    pub fn pid(&self) -> u32 {
        self.process.0.id()
    }
}

impl Process {
    /// Sends the configuration to the process, and waits for its address.
    fn configure(&mut self, config: &Config) -> Result<String, String> {
        let stdin = self.0.stdin.take().expect("a pipe, as was asked for");
        let stdout = self.0.stdout.take().expect("a pipe, as was asked for");
        let mut line = serde_json::to_vec(config).expect("a configuration that JSON can hold");
        line.push(b'\n');
        let (sender, receiver) = mpsc::channel();
        // Not joined: it ends with the pipes at the latest, and so with the process.
        thread::Builder::new()
            .name("mock-web-start".to_owned())
            .spawn(move || sender.send(converse(&line, stdin, stdout)))
            .map_err(|error| {
                format!("no thread can be started to talk to it, raise ulimit -u ({error})")
            })?;
        let conversation = receiver
            .recv_timeout(TIMEOUT)
            .map_err(|_| format!("it wrote nothing for {TIMEOUT:?}"))?;
        let (answer, stdin) = conversation.map_err(|error| format!("it broke off ({error})"))?;
        // Its end would be the end of the process.
        self.0.stdin = Some(stdin);
        match answer.trim_end() {
            "" => Err("it ended without a word".to_owned()),
            url if url.starts_with("http://") => Ok(url.to_owned()),
            other => Err(format!("it wrote {other:?} where an address is expected")),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only for a process that has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Writes a line and reads one; returns the pipe, which stays open.
fn converse(
    line: &[u8],
    mut stdin: ChildStdin,
    stdout: ChildStdout,
) -> io::Result<(String, ChildStdin)> {
    let written = stdin.write_all(line);
    let mut answer = String::new();
    // What the process wrote tells more than that it did not read.
    BufReader::new(stdout).take(LINE_BYTES_MAX).read_line(&mut answer)?;
    if answer.starts_with("http://") {
        written.map(|()| (answer, stdin))
    } else {
        Ok((answer, stdin))
    }
}

/// Serves a local web until the process at the other end of stdin closes it or ends.
///
/// It leaves SIGINT and SIGTERM to its parent, since both often reach the whole process group.
///
/// # Errors
/// When the first line of stdin is no [`Config`], or the web cannot be started.
pub fn serve() -> Result<(), LocalWebError> {
    let failed = |attempt| move |source| LocalWebError::Io { attempt, source };
    interrupt::leave_to_parent().map_err(failed("handle signals"))?;
    let mut stdin = io::stdin().lock();
    let mut line = String::new();
    stdin.read_line(&mut line).map_err(failed("read stdin"))?;
    let config =
        serde_json::from_str(&line).map_err(|source| LocalWebError::NotAConfig { source })?;
    let web = MockWeb::start(config).map_err(failed("start the local web"))?;
    announce(&web).map_err(failed("write to stdout"))?;
    io::copy(&mut stdin, &mut io::sink()).map_err(failed("read stdin"))?;
    Ok(())
}

fn announce(web: &MockWeb) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", web.url())?;
    stdout.flush()
}
