//! A MongoDB of a test's own, which it may kill.

use std::{
    fs, io,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
};

use tempfile::TempDir;

use crate::setting::setting;

/// Killed when it is dropped; its data go with it.
pub(crate) struct OwnServer {
    program: PathBuf,
    folder: TempDir,
    pub(crate) process: Child,
}

impl OwnServer {
    /// None if nobody says where `mongod` is, which is said aloud.
    pub(crate) fn start(test: &str) -> Option<Self> {
        let program = PathBuf::from(setting("MONGOD", test)?);
        // Not below TMPDIR: the path of a Unix socket ends at 107 bytes.
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        fs::create_dir(folder.path().join("data")).unwrap();
        let process = run(&program, &folder);
        Some(Self { program, folder, process })
    }

    pub(crate) fn uri(&self) -> String {
        let folder = self.folder.path().to_str().unwrap().replace('/', "%2F");
        format!("mongodb://{folder}%2Fmongod.sock")
    }

    /// Ends it in the middle of whatever it does.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it anew with the same data.
    pub(crate) fn restart(&mut self) {
        self.process = run(&self.program, &self.folder);
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns once it takes connections.
fn run(program: &PathBuf, folder: &TempDir) -> Child {
    let mut process = Command::new(program)
        .arg("--dbpath")
        .arg(folder.path().join("data"))
        .arg("--bind_ip")
        .arg(folder.path().join("mongod.sock"))
        // The socket in /tmp that all servers share by default, over which two would fail.
        .arg("--nounixsocket")
        .args(["--wiredTigerCacheSizeGB", "0.25"])
        .args(["--setParameter", "diagnosticDataCollectionEnabled=false"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(process.stdout.take().unwrap());
    let mut story = String::new();
    while !story.contains("Waiting for connections") {
        assert_ne!(log.read_line(&mut story).unwrap(), 0, "mongod does not start: {story}");
    }
    // Nobody reads on, but a full pipe would stop it; ends with the process.
    thread::spawn(move || io::copy(&mut log, &mut io::sink()));
    process
}
