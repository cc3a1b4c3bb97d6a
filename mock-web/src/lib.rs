//! A web on loopback for lessons, tests and graders; its front page follows.
//!
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod answer;
mod config;
mod endpoint;
pub mod faults;
mod gates;
mod hacker_news;
mod lab_endpoints;
pub mod local_process;
mod observer;
mod pseudo_random;
mod server;

pub use self::{
    config::{Config, RateLimit},
    endpoint::Endpoint,
    gates::{GateReport, Peer},
    observer::{Entry, Observed},
    server::MockWeb,
};
