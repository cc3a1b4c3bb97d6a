//! A plan in a folder, and the programs that use it.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A range that any method is done with at once.
pub(crate) const SMALL: [&str; 4] = ["--from", "0", "--to", "10000"];

/// The variables of batch systems, which the tests must not inherit.
const VARIABLES: [&str; 3] = ["SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "SLURM_CPUS_PER_TASK"];

pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_part1-primes"));
    command.stdin(Stdio::null());
    for name in VARIABLES {
        command.env_remove(name);
    }
    command
}

pub(crate) struct Folder(TempDir);

impl Folder {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn plan(arguments: &[&str]) -> Self {
        let folder = Self::new();
        let planned = folder.plan_again(arguments);
        assert!(planned.status.success(), "{planned:?}");
        folder
    }

    pub(crate) fn plan_again(&self, arguments: &[&str]) -> Output {
        program().arg("plan").arg(self.0.path()).args(arguments).output().unwrap()
    }

    pub(crate) fn shard_command(&self, index: &str) -> Command {
        let mut command = program();
        command.arg("shard").arg(self.0.path()).args(["--index", index, "--workers", "2"]);
        command
    }

    pub(crate) fn shard(&self, index: &str) -> Output {
        self.shard_command(index).output().unwrap()
    }

    pub(crate) fn run_all(&self, shards: u64) {
        for index in 0..shards {
            let output = self.shard(&index.to_string());
            assert!(output.status.success(), "{output:?}");
        }
    }

    pub(crate) fn merge(&self, arguments: &[&str]) -> Output {
        program().arg("merge").arg(self.0.path()).args(arguments).output().unwrap()
    }

    /// The missing shards, as `--missing` prints them.
    pub(crate) fn missing(&self) -> String {
        let output = self.merge(&["--missing"]);
        let missing = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(i32::from(!missing.is_empty())), "{missing}");
        missing.trim_end().to_owned()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.path().canonicalize().unwrap().join(name)
    }

    pub(crate) fn result(&self, shard: u64) -> Value {
        let path = self.file(&format!("shards/{shard:05}.json"));
        serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
    }

    /// The results and lists with their contents; drafts, too.
    pub(crate) fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(self.file("shards")).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let content = |path: PathBuf| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        };
        paths.map(content).collect()
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.contents().into_keys().collect()
    }
}
