//! A stopwatch, thread ids, and the prime checks that all parts share.
#![forbid(unsafe_code)]

pub mod stopwatch;
pub mod threads;

pub use primality;
