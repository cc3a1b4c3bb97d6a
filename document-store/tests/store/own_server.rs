//! A MongoDB of a test's own, which it may kill.

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

/// Runs a server until nobody holds the other end of stdin any more, and kills it then: the test
/// may be killed itself. Signals for all that a terminal has started are left to the test.
const GUARD: &str = r#"
    trap '' HUP INT TERM
    "$@" </dev/null &
    exec >&-
    read -r _
    kill -KILL $! 2>&-
    wait
"#;

/// Killed when it is dropped; its data go with it.
pub(crate) struct OwnServer {
    program: PathBuf,
    arguments: &'static [&'static str],
    folder: TempDir,
    guard: Child,
}

impl OwnServer {
    /// None if nobody says where `mongod` is, which is said aloud.
    pub(crate) fn start(test: &str) -> Option<Self> {
        Self::start_with(test, &[])
    }

    /// The same with these arguments as well.
    pub(crate) fn start_with(test: &str, arguments: &'static [&'static str]) -> Option<Self> {
        let program = PathBuf::from(setting("MONGOD", test)?);
        let folder = folder();
        fs::create_dir(folder.path().join("data")).unwrap();
        let guard = run(&program, arguments, folder.path());
        Some(Self { program, arguments, folder, guard })
    }

    /// The path of its socket, as connection strings have it.
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

    /// Ends it in the middle of whatever it does.
    pub(crate) fn kill(&mut self) {
        drop(self.guard.stdin.take());
        self.guard.wait().unwrap();
    }

    /// Starts it anew with the same data.
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

/// Not below TMPDIR, since the path of a Unix socket ends at 107 bytes. And without capital letters:
/// the driver takes the addresses of a replica set for names of hosts, and makes them small.
fn folder() -> TempDir {
    let name = format!("lab-mongod-{}-{:x}", process::id(), unix_time().as_nanos());
    tempfile::Builder::new().prefix(&name).rand_bytes(0).tempdir_in("/tmp").unwrap()
}

/// Returns once it takes connections.
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
