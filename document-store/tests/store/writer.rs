//! Runs a process that writes batches, and reads its reports.

use std::{
    io::{BufRead, BufReader},
    mem,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use document_store::{Collection, Document, Store};

use crate::test_store::TestStore;

/// A writer, killed when dropped.
pub(crate) struct Writer {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Writer {
    pub(crate) fn start(
        test_store: &TestStore,
        collection: &Collection,
        name: &str,
        batches: u64,
        gate: Option<&Path>,
    ) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_store-writer"));
        command.arg(serde_json::to_string(&test_store.location).unwrap());
        command.arg(serde_json::to_string(collection).unwrap());
        command.args([name, &batches.to_string()]).args(gate);
        command
            .env_remove("MONGODB_URI")
            .envs(test_store.uri.iter().map(|uri| ("MONGODB_URI", uri)));
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, output }
    }

    /// The ids of the next stored batch; none once the writer has ended. What it could not say to
    /// the end does not count.
    pub(crate) fn next_batch(&mut self) -> Option<Vec<String>> {
        let mut ids = Vec::new();
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line).unwrap() == 0 || !line.ends_with('\n') {
                return None;
            }
            match line.trim_end() {
                "" => return Some(mem::take(&mut ids)),
                id => ids.push(id.to_owned()),
            }
        }
    }

    /// The ids of all batches to come.
    pub(crate) fn rest(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.next_batch()).flatten().collect()
    }

    /// Kills the writer, and returns what it reported meanwhile.
    pub(crate) fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.rest()
    }

    /// Waits for its end.
    pub(crate) fn join(mut self) {
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asserts that all acknowledged documents are there and whole.
pub(crate) fn assert_all_there(store: &mut dyn Store, acknowledged: &[String], round: &str) {
    let mut there = std::collections::HashSet::new();
    store
        .for_each(&mut |document| {
            assert_is_whole(&document);
            there.insert(document.id);
            Ok(())
        })
        .unwrap();
    let lost: Vec<_> = acknowledged.iter().filter(|id| !there.contains(*id)).collect();
    assert!(lost.is_empty(), "{round}: lost {lost:?} of {}", acknowledged.len());
}

fn assert_is_whole(document: &Document) {
    let body: serde_json::Value = serde_json::from_str(&document.body).unwrap();
    assert_eq!(body["id"], document.id.as_str());
    assert!(document.cities.contains(body["writer"].as_str().unwrap()), "of a writer's own");
    assert_eq!(body["filler"], document.id.repeat(100));
}

/// Pseudo-random numbers (Vigna's splitmix64).
pub(crate) fn scramble(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
