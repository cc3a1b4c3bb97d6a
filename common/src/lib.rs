//! Timing and prime checking, as the lab shares them.
#![forbid(unsafe_code)]

pub mod stopwatch;
pub mod threads;

pub use primality;
