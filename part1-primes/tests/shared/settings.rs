//! The settings of a run in a test: all variants, and this package's program for worker processes.

use std::sync::Arc;

use part1_primes::{Job, Keep, Method, Settings, Variant, WorkerProgram};
use program::progress::Visibility;

pub(crate) fn settings(job: Job, method: Method, keep: Keep) -> Settings {
    Settings {
        job,
        method,
        keep,
        variants: Variant::ALL.to_vec(),
        worker: WorkerProgram {
            path: env!("CARGO_BIN_EXE_part1-primes").into(),
            arguments: vec!["worker".into()],
        },
        progress: Visibility::Hidden,
        after_work: Arc::new(|_| ()),
        interrupt: Arc::default(),
        so_far: Arc::default(),
    }
}
