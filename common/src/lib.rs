//! What the three parts of the lab share, so that each part shows its lesson and nothing else.
//!
//! This crate knows no part, and opens no socket.
#![forbid(unsafe_code)]

pub mod exercise;
pub mod report;
pub mod stopwatch;
pub mod threads;
pub mod timeline;

pub use primality;
