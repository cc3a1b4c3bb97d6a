//! Each form of the results: as a whole, and what it may not let through.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

mod class;
mod destination;
mod gradebook;
mod gradescope;
mod junit;
mod page;
