//! Tests of runs that are interrupted during the work.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

#[path = "shared/settings.rs"]
mod shared_settings;

use std::{
    fs,
    num::NonZeroUsize,
    process::{Command, Stdio},
    sync::Arc,
    thread,
};

use common::threads;
use nix::{sys::signal::kill, unistd::Pid};
use part1_primes::{Job, Keep, Method, Settings, Variant};
use serde_json::Value;

/// Takes days, in chunks that take milliseconds.
fn endless(variants: Vec<Variant>, count: usize) -> Settings {
    let numbers = 100_000_000..100_000_000 + 5_000 * count as u64;
    let job = Job::new(numbers, NonZeroUsize::new(2).unwrap(), Method::Trial, Keep::Count);
    Settings { variants, ..shared_settings::settings(job, Method::Trial, Keep::Count) }
}

#[test]
fn every_variant_stops_between_two_chunks_and_has_no_answer() {
    for variant in Variant::ALL {
        // Rayon splits what is left as long as threads are idle, so that it takes a while to cut off.
        let count = if variant == Variant::Parallel { 2_000 } else { 1_000_000_000 };
        let settings = endless(vec![variant, Variant::Sequential], count);
        let (so_far, interrupt) = (Arc::clone(&settings.so_far), Arc::clone(&settings.interrupt));
        let interrupting = thread::spawn(move || {
            while so_far.cut_off().is_none_or(|what| what.contains(": 0 of")) {
                thread::yield_now();
            }
            interrupt.raise();
        });
        let (report, primes) = part1_primes::run(&settings).unwrap();
        interrupting.join().unwrap();
        assert!(report.runs.is_empty() && primes.is_empty(), "{variant:?}");
        let cut_off = settings.so_far.cut_off().unwrap();
        assert!(cut_off.starts_with(&format!("{} has no answer", variant.name())), "{cut_off}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_signal_ends_the_program_with_its_code_a_report_and_the_progress() {
    for signal in interrupt::ending_signals() {
        let child = Command::new(env!("CARGO_BIN_EXE_part1-primes"))
            .args(["--variant", "sequential", "--to", "1e12", "--format", "json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The second thread is the one that waits for signals.
        while threads::count(child.id()) < 2 {
            thread::yield_now();
        }
        kill(Pid::from_raw(child.id().cast_signed()), signal).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(128 + signal as i32), "{output:?}");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["runs"], Value::Array(Vec::new()));
        let message = String::from_utf8(output.stderr).unwrap();
        let is_said = message.starts_with("interrupted: sequential has no answer: ");
        // A signal before the work has nothing to say.
        assert!(is_said || message.is_empty(), "{message}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn finished_chunks_are_reported_also_if_a_chunk_goes_on_after_the_interrupt() {
    if let Some(signal) = interrupt::ending_signals().pop() {
        // One chunk for each variant, which takes some seconds.
        let mut child = Command::new(env!("CARGO_BIN_EXE_part1-primes"))
            .args(["--from", "1e8", "--to", "103_000_000", "--chunk", "3_000_000"])
            .args(["--variant", "sequential", "--variant", "parallel", "--variant", "work-queue"])
            .args(["--workers", "2", "--format", "json", "--quiet"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        while !is_a_worker_at_its_chunk(child.id()) {
            assert_eq!(child.try_wait().unwrap(), None, "it has ended");
            thread::yield_now();
        }
        kill(Pid::from_raw(child.id().cast_signed()), signal).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(128 + signal as i32), "{output:?}");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["runs"][0]["variant"], "sequential", "{report}");
        assert_eq!(report["runs"][0]["answer"]["count"], 162_828, "{report}");
    }
}

/// Whether a worker thread of this process has used more CPU time than it takes to start.
#[cfg(target_os = "linux")]
fn is_a_worker_at_its_chunk(pid: u32) -> bool {
    const NANOS_TO_START: u64 = 20_000_000;
    threads::ids(pid).into_iter().any(|id| {
        let read = |file| fs::read_to_string(format!("/proc/{pid}/task/{id}/{file}"));
        let nanos = read("schedstat").unwrap_or_default();
        let nanos = nanos.split_whitespace().next().and_then(|nanos| nanos.parse().ok());
        read("comm").is_ok_and(|name| name.starts_with("worker-")) && nanos > Some(NANOS_TO_START)
    })
}
