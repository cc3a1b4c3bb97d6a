//! The variants at work: against a local Yelp that watches them, into a store in a folder of its own.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

mod agreement;
mod faults;
mod fixture;
mod odd_answers;
mod overlap;
mod resume;
mod same_business;
mod versions;
