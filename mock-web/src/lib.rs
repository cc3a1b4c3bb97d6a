//! A local test server for lessons, tests and graders; its front page follows.
//!
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod admission;
mod answer;
mod api_request;
mod config;
pub mod demo;
mod endpoint;
mod failure;
pub mod faults;
mod full_backlog;
mod gates;
mod hacker_news;
mod lab_endpoints;
pub mod local_process;
mod observer;
mod percent;
mod pseudo_random;
mod server;
mod site;
mod tcp_table;
mod yelp;

pub use self::{
    config::{Config, RateLimit, YelpLimits},
    endpoint::Endpoint,
    full_backlog::FullBacklog,
    gates::{GateReport, GatedProcess},
    observer::{Entry, Observed},
    server::MockWeb,
    yelp::business_ids,
};
