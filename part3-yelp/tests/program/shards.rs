//! Tests of shards on many machines: together they store what one machine stores, or say what is
//! missing.

mod faults;
mod folder;
mod together;
mod wrong_use;
