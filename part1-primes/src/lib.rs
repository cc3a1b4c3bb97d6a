//! Part 1 of the lab, CPU-bound work; its lesson follows.
//!
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod error;
mod found;
pub mod in_order;
mod instruments;
mod job;
mod lesson;
mod method;
mod printer;
mod run;
mod settings;
pub mod shards;
mod so_far;
pub mod variants;
pub mod worker;

pub use self::{
    error::PrimesError,
    found::{Answer, Found, Keep},
    job::Job,
    lesson::{Output, lesson},
    method::Method,
    run::{Input, print, report_at_the_end, run},
    settings::{AfterWork, Settings},
    so_far::SoFar,
    variants::Variant,
    worker::{RemoteWork, WorkerProgram},
};
