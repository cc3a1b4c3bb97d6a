//! Merges the results of all shards.

use std::{fs::File, io::Write, time::Duration};

use job_array::{Defect, Plan};

use super::search::PrimeSearch;
use crate::{Answer, PrimesError, lesson};

/// The results of a plan.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The answer, as a run on one machine has it; none if shards are missing.
    pub answer: Option<Answer>,
    /// The number of shards.
    pub shards: u64,
    /// The shards without a valid result, in order.
    pub missing: Vec<(u64, Defect)>,
    /// The CPU time of the valid results.
    pub cpu: Duration,
    /// The number of machines that found them.
    pub hosts: usize,
}

impl Merged {
    /// The numbers of the missing shards.
    pub fn missing_numbers(&self) -> Vec<u64> {
        self.missing.iter().map(|(shard, _)| *shard).collect()
    }

    /// The answer in words; none if shards are missing.
    pub fn sentence(&self) -> Option<String> {
        self.answer.as_ref().map(lesson::primes)
    }
}

/// Reads all results, checks each of them, and changes nothing.
pub fn merge(plan: &Plan<PrimeSearch>) -> Merged {
    let union = plan.union();
    let count = union.complete.iter().map(|result| result.answer.count).sum();
    let sum = union.complete.iter().map(|result| result.answer.sum).sum();
    Merged {
        answer: union.missing.is_empty().then_some(Answer { count, sum }),
        shards: plan.shards.get(),
        hosts: union.hosts(),
        cpu: union.cpu(),
        missing: union.missing,
    }
}

/// Writes the lists of all shards, in order.
///
/// Call it when all results are valid: then it fails only if a list is changed meanwhile.
///
/// # Errors
/// When the output fails, or a list is not what its result says.
pub fn write_lists(plan: &Plan<PrimeSearch>, out: &mut impl Write) -> Result<(), PrimesError> {
    for shard in 0..plan.shards.get() {
        let path = plan.path_of(shard, "txt");
        let list = plan.result(shard).ok().and_then(|result| result.answer.list);
        let is_whole = match (list, File::open(&path)) {
            (Some(list), Ok(mut file)) => {
                list.copy(&mut file, out).map_err(PrimesError::CannotPrint)?
            }
            _ => false,
        };
        if !is_whole {
            return Err(PrimesError::ListChanged { path });
        }
    }
    out.flush().map_err(PrimesError::CannotPrint)
}
