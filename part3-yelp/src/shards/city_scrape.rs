//! The scrape that a plan describes, and the answer of one shard.

use std::{collections::BTreeSet, num::NonZeroU64, ops::Range};

use job_array::{ARRAY_MAX, Plan, SHARDS_MAX, Work, tile};
use message::number::counted;
use serde::{Deserialize, Serialize};

use crate::{BusinessId, City, CityOutcome, Fetching, Host, Variant, yelp::LIVE_URL};

/// The businesses of some cities, which are to be stored in the MongoDB of `MONGODB_URI`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CityScrape {
    /// The cities, each once.
    pub cities: Vec<City>,
    /// The most businesses of each city.
    pub limit: usize,
    /// The variant.
    pub variant: Variant,
    /// The host, and the limits on requests of one element.
    pub fetching: Fetching,
    /// The most elements at once; any number if none.
    pub at_once: Option<NonZeroU64>,
}

/// The answer of one shard, all of whose cities are complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardAnswer {
    /// The cities, in the order of the plan.
    pub cities: Vec<ShardCity>,
}

/// A city, and its businesses in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardCity {
    /// The city.
    pub city: City,
    /// Its businesses, in alphabetical order: a retry may skip some, so the order of the search is lost.
    pub ids: BTreeSet<BusinessId>,
    /// Whether everything that its search found is in the store.
    pub complete: bool,
}

impl ShardCity {
    pub(crate) fn of(outcome: &CityOutcome) -> Self {
        Self {
            city: outcome.city.clone(),
            ids: outcome.stored.iter().chain(&outcome.skipped).cloned().collect(),
            complete: outcome.is_complete(),
        }
    }
}

impl ShardAnswer {
    /// The number of businesses; one of two cities counts twice.
    pub fn business_count(&self) -> usize {
        self.cities.iter().map(|city| city.ids.len()).sum()
    }
}

impl CityScrape {
    /// The scrape in words.
    pub fn sentence(&self) -> String {
        let host = match &self.fetching.host {
            Host::Local { .. } => "a local web of each element",
            Host::Yelp => LIVE_URL,
            Host::Url(url) => url,
        };
        let cities = match self.cities.len() {
            1 => "1 city".to_owned(),
            several => format!("each of {several} cities"),
        };
        format!(
            "the top {} of {cities} from {host} ({}), into MongoDB",
            counted(self.limit, "business"),
            self.fetching.api.name()
        )
    }

    /// The cities of a shard.
    pub fn cities_of(plan: &Plan<Self>, shard: u64) -> &[City] {
        let cities = &plan.work.cities;
        let Range { start, end } = tile(&(0..cities.len() as u64), plan.shards.get(), shard);
        let position = |number| usize::try_from(number).expect("a position in a list");
        &cities[position(start)..position(end)]
    }
}

impl Work for CityScrape {
    type Answer = ShardAnswer;

    const PROGRAM: &'static str = "part3-yelp";

    fn validate(&self, shards: NonZeroU64) -> Result<(), String> {
        let shards_max = if self.at_once.is_some() { ARRAY_MAX } else { SHARDS_MAX };
        let names: BTreeSet<&str> = self.cities.iter().map(City::name).collect();
        if shards.get() > shards_max {
            Err(format!("it may have at most {shards_max} shards"))
        } else if names.len() != self.cities.len() {
            Err("a city is there twice".to_owned())
        } else if self.fetching.rate.is_some() && self.at_once.is_none() {
            Err("it has a rate, and no limit on the elements at once".to_owned())
        } else if self.cities.is_empty() || self.limit == 0 {
            Err("it asks for nothing".to_owned())
        } else {
            self.fetching.check_latency()
        }
    }

    fn check(plan: &Plan<Self>, shard: u64, answer: &ShardAnswer) -> Result<(), String> {
        let cities = Self::cities_of(plan, shard);
        if !answer.cities.iter().map(|done| &done.city).eq(cities) {
            return Err(format!("its cities are not those of shard {shard}"));
        }
        for ShardCity { city, ids, complete } in &answer.cities {
            if !complete {
                return Err(format!("{city} is not complete"));
            }
            if ids.len() > plan.work.limit {
                return Err(format!("{city} has more businesses than the plan asks for"));
            }
        }
        Ok(())
    }
}
