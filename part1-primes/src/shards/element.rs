//! One element of a job array: does one shard, unless its result is there already.

use std::{
    io,
    num::{NonZeroU64, NonZeroUsize},
    ops::Range,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use common::stopwatch::{Cost, Stopwatch};
use job_array::{JobArrayError, Origin, Plan, Publication, Standing};
use program::exercise;
use sieve::SharedSieve;

use super::{
    list_file::{List, ListWriter},
    search::{PrimeSearch, ShardAnswer, Wanted},
};
use crate::{Found, Job, Keep, Method, PrimesError, Variant, variants::primes_parallel};

/// The longest chunk of the sieve whose primes are kept: its list takes about 20 MB.
const KEPT_CHUNK_MAX: u64 = 100_000_000;

/// The least length of such a chunk, in square roots of its end: see [`Job::new`].
const ROOTS_PER_KEPT_CHUNK: u64 = 8;

/// The number of chunks for each worker that are in memory at once, if the primes are listed.
const LISTED_CHUNKS_PER_WORKER: u64 = 2;

/// The outcome of a shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done now.
    Done(ShardAnswer, Cost),
    /// A valid result was there.
    WasThere,
}

/// One element of a job array.
pub struct Element {
    /// The shard to do.
    pub shard: u64,
    /// The number of threads that share the work.
    pub workers: NonZeroUsize,
    /// Reads the environment, for the origin of the result.
    pub variable: fn(&str) -> Option<std::ffi::OsString>,
    /// The socket of a gate that holds the element between a draft and its name, for tests.
    pub gate: Option<PathBuf>,
}

impl Element {
    /// Does the shard and publishes its result.
    ///
    /// # Errors
    /// When the threads cannot be started, the system fails, or another run of the shard found another
    /// answer.
    pub fn run(self, plan: &Plan<PrimeSearch>) -> Result<Outcome, PrimesError> {
        let Self { shard, workers, variable, gate } = self;
        if plan.is_done(shard)? {
            return Ok(Outcome::WasThere);
        }
        plan.check_writable(shard)?;
        let stopwatch = Stopwatch::start();
        let answer = find(plan, shard, workers)?;
        let cost = stopwatch.cost();
        let version = env!("CARGO_PKG_VERSION");
        let origin = Origin::new(version, workers.get(), (cost.wall, cost.cpu), variable);
        plan.publish(shard, answer.clone(), origin, || {
            // Without its gate, a test fails by itself.
            let _ = gate.map(|path| gate::pass_at(&path));
        })?;
        Ok(Outcome::Done(answer, cost))
    }
}

fn find(
    plan: &Plan<PrimeSearch>,
    shard: u64,
    workers: NonZeroUsize,
) -> Result<ShardAnswer, PrimesError> {
    let PrimeSearch { method, wanted, .. } = plan.work;
    let range = PrimeSearch::range_of(plan, shard);
    let path = plan.path_of(shard, "txt");
    let failed = |source| JobArrayError::io("write", &path)(source);
    let listed = wanted == Wanted::List;
    let mut list = listed.then(|| ListWriter::create(&path)).transpose().map_err(failed)?;

    let shared_sieve = SharedSieve::default();
    let sum = Mutex::new(0);
    let work = |chunk: Range<u64>| {
        let found = method.find(chunk, wanted.keep(), &shared_sieve);
        *sum.lock().unwrap_or_else(PoisonError::into_inner) += found.sum();
        if listed { found } else { Found { primes: Vec::new(), ..found } }
    };
    let mut count = 0;
    for job in jobs(&range, workers, method, wanted) {
        let found = exercise::attempt(Variant::Parallel.name(), || primes_parallel(&job, work))
            .map_err(PrimesError::Unwritten)??;
        count += found.count;
        if let Some(list) = &mut list {
            list.write(&found.primes).map_err(failed)?;
        }
    }
    let list = list.map(|list| publish_list(plan, shard, list)).transpose()?;
    let sum = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
    let sum = (wanted != Wanted::Count).then_some(sum);
    Ok(ShardAnswer { from: range.start, to: range.end, count, sum, list })
}

/// The jobs that do a range one after another: one, unless the primes are listed. Then each has as many
/// numbers as the memory is for.
fn jobs(
    range: &Range<u64>,
    workers: NonZeroUsize,
    method: Method,
    wanted: Wanted,
) -> impl Iterator<Item = Job> {
    let whole = Job::new(range.clone(), workers, method, wanted.keep());
    let chunk = match (method, wanted.keep()) {
        (Method::Sieve, Keep::List) => {
            let worth_sieving = ROOTS_PER_KEPT_CHUNK * range.end.isqrt();
            whole
                .chunk
                .max(NonZeroU64::new(worth_sieving.min(KEPT_CHUNK_MAX)).unwrap_or(whole.chunk))
        }
        _ => whole.chunk,
    };
    let length = match wanted {
        Wanted::Count | Wanted::Sum => u64::MAX,
        // Checked one by one, 5 000 numbers would be too few for a job.
        Wanted::List => {
            let least = if method == Method::Sieve { 1 } else { KEPT_CHUNK_MAX / 100 };
            chunk.get().max(least) * LISTED_CHUNKS_PER_WORKER * workers.get() as u64
        }
    };
    let blocks = Job { chunk: NonZeroU64::new(length).unwrap_or(NonZeroU64::MAX), ..whole };
    (0..blocks.chunk_count()).map(move |index| Job { range: blocks.chunk(index), chunk, workers })
}

/// Gives the list its name, before any result says that it is there.
fn publish_list(
    plan: &Plan<PrimeSearch>,
    shard: u64,
    list: ListWriter,
) -> Result<List, PrimesError> {
    let path = plan.path_of(shard, "txt");
    let failed = |source: io::Error| JobArrayError::io("write", &path)(source);
    let (draft, list) = list.finish().map_err(failed)?;
    let publication = draft.publish(|path| match list.check(path) {
        Ok(()) => Ok(Standing::Equal),
        Err(_) if plan.result(shard).is_ok() => Ok(Standing::Different),
        Err(_) => Ok(Standing::Invalid),
    });
    match publication.map_err(failed)? {
        Publication::Conflict => Err(JobArrayError::Disagreement { path }.into()),
        Publication::New | Publication::WasThere => Ok(list),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_follow_each_other_and_use_little_memory() {
        let workers = NonZeroUsize::new(4).unwrap();
        for method in Method::LISTING {
            for (range, wanted) in [
                (0..3_000_000_000, Wanted::List),
                (0..3_000_000_000, Wanted::Count),
                (u64::MAX - 2_000_000_000..u64::MAX, Wanted::List),
                (u64::MAX - 2_000_000_000..u64::MAX, Wanted::Sum),
                (7..7, Wanted::List),
            ] {
                let mut next = range.start;
                for job in jobs(&range, workers, method, wanted) {
                    assert_eq!(job.range.start, next, "{method:?} {range:?}");
                    next = job.range.end;
                    let length = job.range.end - job.range.start;
                    let is_bounded = length <= 2 * 4 * KEPT_CHUNK_MAX;
                    assert!(is_bounded || wanted != Wanted::List, "{method:?} {job:?}");
                }
                assert_eq!(next, range.end, "{method:?} {range:?}");
            }
        }
    }
}
