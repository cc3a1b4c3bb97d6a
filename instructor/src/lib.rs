//! The instructor's side of the lab: makes the handout, and grades what students hand in.
//!
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod archive;
pub mod corpus;
mod error;
pub mod export;
pub mod grade;
pub mod graded;
pub mod handout;
pub mod hidden;
pub mod points;
pub mod regions;
pub mod results;
pub mod speed;
pub mod submission;
pub mod submission_files;

pub use self::error::GraderError;
