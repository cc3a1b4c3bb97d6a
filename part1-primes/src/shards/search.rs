//! The search that a plan describes, and the answer of one shard.

use std::{num::NonZeroU64, ops::Range};

use job_array::{Plan, SHARDS_MAX, Work, tile};
use message::number::grouped;
use serde::{Deserialize, Serialize};

use super::list_file::List;
use crate::{Keep, Method, lesson};

/// A search for the primes of a range.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrimeSearch {
    /// The first number.
    pub from: u64,
    /// The end of the range, which is not part of it.
    pub to: u64,
    /// The method.
    pub method: Method,
    /// The part of its primes that each shard keeps.
    pub wanted: Wanted,
}

/// The part of the primes that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wanted {
    /// Their number.
    Count,
    /// Their number and sum.
    Sum,
    /// The primes themselves, in a file, with their number and sum.
    List,
}

/// The answer of one shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardAnswer {
    /// The first number.
    pub from: u64,
    /// The end of the range, which is not part of it.
    pub to: u64,
    /// The number of primes.
    pub count: u64,
    /// Their sum; null if they were only counted.
    pub sum: Option<u128>,
    /// The file with the primes; null if they were not listed.
    pub list: Option<List>,
}

impl Wanted {
    /// Whether the primes themselves have to be found, and not only their number.
    pub(crate) fn keep(self) -> Keep {
        match self {
            Self::Count => Keep::Count,
            Self::Sum | Self::List => Keep::List,
        }
    }
}

impl PrimeSearch {
    /// The search in words.
    pub fn sentence(&self) -> String {
        let search = lesson::search(self.from, self.to, self.method);
        match self.wanted {
            Wanted::Count => search + ", counted",
            Wanted::Sum => search + ", counted and summed",
            Wanted::List => search + ", listed",
        }
    }

    /// The range of a shard.
    pub(crate) fn range_of(plan: &Plan<Self>, shard: u64) -> Range<u64> {
        tile(&(plan.work.from..plan.work.to), plan.shards.get(), shard)
    }
}

impl Work for PrimeSearch {
    type Answer = ShardAnswer;

    const PROGRAM: &'static str = "part1-primes";

    fn validate(&self, shards: NonZeroU64) -> Result<(), String> {
        let Self { from, to, method, .. } = *self;
        if from > to {
            return Err(format!("{} is above {}", grouped(from), grouped(to)));
        }
        if shards.get() > SHARDS_MAX {
            return Err(format!("a plan has at most {} shards", grouped(SHARDS_MAX)));
        }
        method.check_plan(&(from..to)).map_err(|error| error.to_string())
    }

    fn check(plan: &Plan<Self>, shard: u64, answer: &ShardAnswer) -> Result<(), String> {
        let Self { wanted, .. } = plan.work;
        let range = Self::range_of(plan, shard);
        if (answer.from, answer.to) != (range.start, range.end) {
            let Range { start, end } = range;
            return Err(format!("its range is not {} up to {}", grouped(start), grouped(end)));
        }
        if answer.count > range.end - range.start
            || answer.sum.is_some() != (wanted != Wanted::Count)
            || answer.list.is_some() != (wanted == Wanted::List)
        {
            return Err("it is not what the plan asks for".to_owned());
        }
        let (least, most) = (u128::from(range.start), u128::from(range.end.max(1) - 1));
        let count = u128::from(answer.count);
        if answer.sum.is_some_and(|sum| !(count * least..=count * most).contains(&sum)) {
            let count = grouped(count);
            return Err(format!("its sum cannot be that of {count} numbers of its range"));
        }
        match &answer.list {
            Some(list) if list.lines != answer.count => {
                let (lines, primes) = (grouped(list.lines), grouped(answer.count));
                Err(format!("its list has {lines} lines for {primes} primes"))
            }
            Some(list) => list.check(&plan.path_of(shard, "txt")),
            None => Ok(()),
        }
    }
}
