//! A folder in which a test runs the program, with its own store.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::Duration,
};

use mock_web::{Config, MockWeb, demo, faults::Faults};
use tempfile::TempDir;

pub(crate) use crate::shared::text;

pub(crate) struct Session {
    folder: TempDir,
}

impl Session {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// The program, to be started in the folder, without secrets in its environment.
    pub(crate) fn program(&self) -> Command {
        self.program_at(Path::new(env!("CARGO_BIN_EXE_part3-yelp")))
    }

    /// A copy of it.
    pub(crate) fn program_at(&self, path: &Path) -> Command {
        let mut command = Command::new(path);
        command.current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command
    }

    /// The program with the credentials that the local web accepts, to ask another one.
    pub(crate) fn client_of(&self, web: &MockWeb) -> Command {
        let mut command = self.program();
        command.envs(demo_environment()).args(["--base-url", &web.url()]);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.program().args(arguments).output().unwrap()
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// How many documents a single variant has stored here.
    pub(crate) fn count(&self) -> u64 {
        let output = self.run(&["count"]);
        assert!(output.status.success(), "{output:?}");
        text(&output.stdout).trim().parse().unwrap()
    }
}

/// The credentials of the local web, as the environment has them.
pub(crate) fn demo_environment() -> [(&'static str, &'static str); 5] {
    [
        ("YELP_CONSUMER_KEY", demo::CONSUMER_KEY),
        ("YELP_CONSUMER_SECRET", demo::CONSUMER_SECRET),
        ("YELP_TOKEN", demo::TOKEN),
        ("YELP_TOKEN_SECRET", demo::TOKEN_SECRET),
        ("YELP_API_KEY", demo::API_KEY),
    ]
}

/// A local web of the test's own.
pub(crate) fn web(latency: Duration, faults: Faults) -> MockWeb {
    MockWeb::start(Config { latency, faults, ..Config::default() }).unwrap()
}
