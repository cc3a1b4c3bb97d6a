//! Tests of each export format.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

mod class;
mod destination;
mod gradebook;
mod gradescope;
mod junit;
mod page;
