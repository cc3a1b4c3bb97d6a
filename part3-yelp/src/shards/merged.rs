//! What all shards have stored together.

use std::{collections::HashSet, time::Duration};

use document_store::{Store, StoreError};
use job_array::{Defect, Plan, Union};

use super::{
    city_scrape::{CityScrape, ShardAnswer, ShardCity},
    stored,
};
use crate::{Answer, CityReport};

/// The results of a plan.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The answer, as a run on one machine has it that fetches everything; none if shards are missing.
    pub answer: Option<Answer>,
    /// The shards without a valid result, or whose documents are gone, in order.
    pub missing: Vec<(u64, Defect)>,
    /// The CPU time of the valid results.
    pub cpu: Duration,
    /// How many machines have found them.
    pub hosts: usize,
}

/// Reads all results, asks the store for each of their documents, and changes nothing.
///
/// # Errors
/// When the store fails.
pub fn merge(plan: &Plan<CityScrape>, store: &mut dyn Store) -> Result<Merged, StoreError> {
    let Union { complete, mut missing } = plan.union();
    let mut results = Vec::new();
    for result in complete {
        match stored::defect(store, &result.answer)? {
            Some(defect) => missing.push((result.shard, defect)),
            None => results.push(result),
        }
    }
    missing.sort_by_key(|(shard, _)| *shard);
    let union = Union { complete: results, missing };
    let (cpu, hosts) = (union.cpu(), union.hosts());
    let answers = || union.complete.iter().map(|result| &result.answer);
    let answer = union.missing.is_empty().then(|| joined(answers));
    Ok(Merged { answer, missing: union.missing, cpu, hosts })
}

/// The answers of all shards as one.
fn joined<'a, Answers: Iterator<Item = &'a ShardAnswer>>(answers: impl Fn() -> Answers) -> Answer {
    let ids: HashSet<_> =
        answers().flat_map(|answer| &answer.cities).flat_map(|city| &city.ids).collect();
    let report = |ShardCity { city, ids, complete }: &ShardCity| CityReport {
        city: city.clone(),
        found: Some(ids.len()),
        stored: ids.len(),
        skipped: 0,
        failed: Vec::new(),
        unfinished: 0,
        complete: *complete,
    };
    Answer {
        documents: ids.len(),
        cities: answers().flat_map(|answer| &answer.cities).map(report).collect(),
        stopped: None,
    }
}
