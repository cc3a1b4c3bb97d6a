//! The proofs of the lab, and `cargo lab check`: what students run on their own work.
//!
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod cargo;
pub mod check;
pub mod cli;
pub mod compile;
pub mod diagnose;
pub mod exam_session;
pub mod examiner;
pub mod exercise_check;
pub mod exercises;
pub mod kernel;
pub mod limits;
pub mod lock;
pub mod part;
pub mod part1;
pub mod part2;
pub mod part3;
pub mod piece_gate;
pub mod processes;
pub mod run_request;
pub mod sandbox;
pub mod seed;
pub mod source;
pub mod verdict;
pub mod warden;
pub mod workspace;
