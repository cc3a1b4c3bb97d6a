//! The process pool with workers that behave, and with workers that do anything but.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

mod ends;
mod example;
mod losses;
mod parent_death;
mod scene;
mod seats;
mod silence;
mod stops;
#[path = "../fixtures/process_pool_task.rs"]
mod task;
mod work;
