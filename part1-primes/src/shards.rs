//! A search in shards, which many machines share: what the plan says, how an element of a job array does
//! one shard, and what all of them have found.

mod core_time;
mod element;
mod list_file;
mod merged;
mod search;

pub use self::{
    core_time::{core_time, list_bytes, shard_count},
    element::{Element, Outcome},
    merged::{Merged, merge, write_lists},
    search::{PrimeSearch, ShardAnswer, Wanted},
};
