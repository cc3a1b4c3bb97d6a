//! Shared by the command lines of all programs: arguments, output, exit codes, progress.
#![forbid(unsafe_code)]

pub mod command_line;
pub mod exercise;
pub mod open_files;
pub mod progress;
pub mod run;
