//! Tests of the variants with a local web that is slow, broken or hostile on request.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

mod faults;
mod overlap;
mod web;
