//! A stopwatch, thread ids, and the prime check of the lab.
#![forbid(unsafe_code)]

pub mod stopwatch;
pub mod threads;

pub use primality;
