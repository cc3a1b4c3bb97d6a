//! A scrape in shards, which many machines share: what the plan says, how an element of a job array does
//! one shard, and what all of them have stored.

mod city_scrape;
mod element;
mod estimate;
mod merged;
mod stored;

pub use self::{
    city_scrape::{CityScrape, ShardAnswer, ShardCity},
    element::{Element, Outcome},
    estimate::{request_count, shard_count, time_at_rate},
    merged::{Merged, merge},
};
