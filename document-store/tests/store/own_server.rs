//! A MongoDB server of one test, which the test may kill.

use std::{
    fs, io,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    thread,
};

use common::stopwatch::unix_time;
use tempfile::TempDir;

use crate::setting::setting;

/// A shell script that runs a server, and kills it when stdin ends, since the test may be killed.
/// Signals for all that a terminal has started are left to the test.
const GUARD: &str = r#"
    trap '' HUP INT TERM
    "$@" </dev/null &
    exec >&-
    read -r _
    kill -KILL $! 2>&-
    wait
"#;

/// A server, killed and removed when dropped.
pub(crate) struct OwnServer {
    program: PathBuf,
    arguments: &'static [&'static str],
    folder: TempDir,
    guard: Child,
}

impl OwnServer {
    /// Starts a server; none without the path of `mongod`, which is printed.
    pub(crate) fn start(test: &str) -> Option<Self> {
        Self::start_with(test, &[])
    }

    /// Starts a server with more arguments.
    pub(crate) fn start_with(test: &str, arguments: &'static [&'static str]) -> Option<Self> {
        let program = PathBuf::from(setting("MONGOD", test)?);
        let folder = folder();
        fs::create_dir(folder.path().join("data")).unwrap();
        let guard = run(&program, arguments, folder.path());
        Some(Self { program, arguments, folder, guard })
    }

    /// The path of the socket, percent-encoded for connection strings.
    pub(crate) fn host(&self) -> String {
        self.socket().to_str().unwrap().replace('/', "%2F")
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.file("mongod.sock")
    }

    /// A file of its folder: `pid` has its number as a process.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn uri(&self) -> String {
        format!("mongodb://{}", self.host())
    }

    /// Kills the server.
    pub(crate) fn kill(&mut self) {
        drop(self.guard.stdin.take());
        self.guard.wait().unwrap();
    }

    /// Restarts the server with the same data.
    pub(crate) fn restart(&mut self) {
        self.guard = run(&self.program, self.arguments, self.folder.path());
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// A folder with a short path, since the path of a Unix socket has at most 107 bytes. And without
/// capital letters: the driver takes the addresses of a replica set for names of hosts, and makes
/// them small.
fn folder() -> TempDir {
    let name = format!("lab-mongod-{}-{:x}", process::id(), unix_time().as_nanos());
    tempfile::Builder::new().prefix(&name).rand_bytes(0).tempdir_in("/tmp").unwrap()
}

/// Starts the server, and waits until it accepts connections.
fn run(program: &Path, arguments: &[&str], folder: &Path) -> Child {
    let mut guard = Command::new("sh")
        .args(["-c", GUARD, "sh"])
        .arg(program)
        .arg("--dbpath")
        .arg(folder.join("data"))
        .arg("--pidfilepath")
        .arg(folder.join("pid"))
        .arg("--bind_ip")
        .arg(folder.join("mongod.sock"))
        // The socket in /tmp that all servers share by default, over which two would fail.
        .arg("--nounixsocket")
        .args(["--wiredTigerCacheSizeGB", "0.25"])
        .args(["--setParameter", "diagnosticDataCollectionEnabled=false"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(guard.stdout.take().unwrap());
    let mut story = String::new();
    while !story.contains("Waiting for connections") {
        assert_ne!(log.read_line(&mut story).unwrap(), 0, "mongod does not start: {story}");
    }
    // Nobody reads on, but a full pipe would stop it; ends with the process.
    thread::spawn(move || io::copy(&mut log, &mut io::sink()));
    guard
}
