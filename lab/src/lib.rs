//! The grader of the lab: it makes the handout, and proves what was made of it.
//!
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod archive;
pub mod check;
pub mod compile;
pub mod corpus;
mod diagnose;
mod error;
pub mod examiner;
pub mod exercises;
pub mod export;
pub mod grade;
pub mod handout;
// BEGIN SOLUTION
pub mod hidden;
// END SOLUTION
pub mod kernel;
mod lock;
pub mod part1;
pub mod part2;
pub mod part3;
pub mod place;
pub mod points;
pub mod processes;
pub mod regions;
pub mod results;
pub mod sandbox;
pub mod seed;
pub mod sitting;
pub mod speed;
pub mod submission;
pub mod verdict;
pub mod warden;
pub mod workspace;

pub use self::error::LabError;
