//! Tests of the variants, with a local Yelp that observes them, and a store in a temporary folder.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

mod agreement;
mod faults;
mod fixture;
mod odd_answers;
mod overlap;
mod resume;
mod same_business;
mod versions;
