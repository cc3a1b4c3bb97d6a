//! Tests of the process pool, with workers that behave and workers that misbehave.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

mod ends;
mod example;
mod fixture;
mod losses;
mod parent_death;
mod replacements;
mod silence;
mod stops;
#[path = "../fixtures/process_pool_task.rs"]
mod task;
mod work;
