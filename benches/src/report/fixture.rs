//! A report for the tests of its forms.

use std::{
    num::{NonZeroU32, NonZeroUsize},
    time::Duration,
};

use common::stopwatch::Cost;

use super::{Conditions, Report};
use crate::{
    Occasion,
    machine::Machine,
    race::{Row, Timings},
    sections::{Outcome, Section},
};

/// Three contenders, of which one does a single job, and ours needs half as long as the others.
pub(super) fn report(rounds: u32) -> Report {
    let timings = |contender: &str, cpu_ms: u64| Timings {
        contender: contender.to_owned(),
        costs: (0..u64::from(rounds))
            .map(|round| Cost {
                cpu: Duration::from_millis(cpu_ms + round),
                wall: Duration::from_millis(2 * cpu_ms),
            })
            .collect(),
    };
    let row = |job: &str, answer: &str, results: Vec<Timings>| Row {
        job: job.to_owned(),
        answer: answer.to_owned(),
        results,
    };
    Report {
        section: Section::Sieve,
        outcome: Outcome {
            contenders: ["sieve 0.1.0", "other 2.0", "third 3"].map(str::to_owned).into(),
            rows: vec![
                row(
                    "count to 10",
                    "4",
                    vec![
                        timings("sieve 0.1.0", 20),
                        timings("other 2.0", 40),
                        timings("third 3", 2000),
                    ],
                ),
                row("count 1|2", "1", vec![timings("sieve 0.1.0", 1000), timings("third 3", 2000)]),
            ],
            missing: vec!["`fourth` is not in PATH: `apt-get install fourth`".to_owned()],
            remarks: vec!["A remark.".to_owned()],
        },
        conditions: Conditions {
            occasion: Occasion {
                command: "cargo run --release -p benches --bin peers -- sieve".to_owned(),
                date: "2026-11-22".to_owned(),
            },
            rounds: NonZeroU32::new(rounds).expect("a round"),
            machine: Machine {
                processor: "AMD EPYC".to_owned(),
                cores: NonZeroUsize::new(2).expect("two"),
            },
        },
    }
}
