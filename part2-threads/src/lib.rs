//! Part 2 of the lab, I/O-bound work; its lesson follows.
//!
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod error;
pub mod hacker_news;
pub mod ids;
mod item;
mod job;
mod lesson;
mod outcome;
mod run;
mod semaphore;
mod show;
pub mod variants;

pub use self::{
    error::RequestError,
    ids::ItemId,
    item::{Item, Kind},
    job::Job,
    lesson::lesson,
    outcome::{Failure, Outcome},
    run::{Answer, Input, Settings, Site, run},
    show::table_of_items,
    variants::Variant,
};
