//! What the command lines of all programs of the lab share.
#![forbid(unsafe_code)]

pub mod command_line;
pub mod exercise;
pub mod open_files;
pub mod progress;
pub mod run;
