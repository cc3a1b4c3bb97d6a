//! A report for the tests of the report's formats.

use std::{
    num::{NonZeroU32, NonZeroUsize},
    time::Duration,
};

use super::{Chapter, Conditions, Report};
use crate::{
    RunInfo,
    machine::Machine,
    race::{Limit, RaceResult, Timings},
    sections::{Outcome, Section},
    trial::Cost,
};

/// Three contenders, of which one does a single job, and ours needs half as long as the others. A
/// fourth could do it, if one waited.
pub(super) fn report(section: Section, rounds: u32) -> Report {
    let rows = vec![
        RaceResult {
            job: "count to 10".to_owned(),
            limit: Some(Limit::Latency(Duration::from_millis(30))),
            answer: "4".to_owned(),
            results: vec![
                timings("sieve 0.1.0", 20, rounds),
                timings("other 2.0", 40, rounds),
                timings("third 3", 2000, rounds),
                timings("slow 4", 0, 0),
            ],
        },
        RaceResult {
            job: "count 1|2".to_owned(),
            limit: None,
            answer: "1".to_owned(),
            results: vec![timings("sieve 0.1.0", 1000, rounds), timings("third 3", 2000, rounds)],
        },
    ];
    let contenders: Vec<String> = ["sieve 0.1.0", "other 2.0", "third 3"].map(str::to_owned).into();
    let outcome = Outcome {
        versions: contenders.clone(),
        contenders,
        rows,
        missing: vec!["`fourth` is not in PATH: `apt-get install fourth`".to_owned()],
        remarks: vec!["A remark.".to_owned()],
    };
    Report {
        chapters: vec![Chapter { section, outcome }],
        conditions: Conditions {
            run_info: RunInfo {
                command: format!(
                    "cargo run --release -p benches --bin peers -- {}",
                    section.name()
                ),
                date: "2026-11-22".to_owned(),
            },
            rounds: NonZeroU32::new(rounds).expect("a round"),
            machine: Machine {
                processor: "AMD EPYC".to_owned(),
                family_and_model: None,
                caches: Vec::new(),
                cores: NonZeroUsize::new(2).expect("two"),
            },
            memory_bytes_min: 5_000_000,
        },
    }
}

fn timings(contender: &str, cpu_ms: u64, rounds: u32) -> Timings {
    let cost = |round| Cost {
        wall: Duration::from_millis(2 * cpu_ms),
        cpu: Duration::from_millis(cpu_ms + round),
        memory_bytes: cpu_ms * 100_000,
    };
    Timings { contender: contender.to_owned(), costs: (0..u64::from(rounds)).map(cost).collect() }
}
