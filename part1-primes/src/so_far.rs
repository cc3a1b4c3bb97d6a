//! How far a run has come, which an interrupt asks for at any moment.

use std::{
    mem,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use report::Run;

use crate::{Answer, Found, Job, PrimesError, Variant};

/// How far the variant under way has come, and what the variants before it have found.
#[derive(Debug, Default)]
pub struct SoFar {
    variant: Mutex<Option<Variant>>,
    chunks_done: AtomicU64,
    chunk_count: AtomicU64,
    done: Mutex<Done>,
}

/// The variants that are done.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) runs: Vec<Run<Answer>>,
    /// What all of them found, if there are any.
    pub(crate) found: Option<Found>,
    /// Whether they were taken already.
    is_taken: bool,
}

/// The work of a variant is cut off by an interrupt, which unwinds out of it as a panic does: so no
/// variant has to know of interrupts.
pub(crate) struct CutOff;

impl SoFar {
    /// A variant begins.
    pub(crate) fn begin(&self, variant: Variant, job: &Job) {
        *lock(&self.variant) = Some(variant);
        self.chunks_done.store(0, Ordering::Relaxed);
        self.chunk_count.store(job.chunk_count(), Ordering::Relaxed);
    }

    /// A chunk is done; returns whether it was the last one.
    pub(crate) fn advance(&self) -> bool {
        let done = self.chunks_done.fetch_add(1, Ordering::Relaxed) + 1;
        done == self.chunk_count.load(Ordering::Relaxed)
    }

    /// A variant is done. It has to have found what the variants before it have found.
    pub(crate) fn finish(&self, run: Run<Answer>, found: Found) -> Result<(), PrimesError> {
        let mut done = lock(&self.done);
        match (&done.found, done.runs.first()) {
            (Some(expected), Some(first)) if *expected != found => {
                return Err(PrimesError::Disagreement {
                    variant: run.variant,
                    found: found.count,
                    reference: first.variant,
                    expected: expected.count,
                });
            }
            (Some(_), _) => {}
            (None, _) => done.found = Some(found),
        }
        done.runs.push(run);
        Ok(())
    }

    /// Takes the variants that are done.
    pub(crate) fn take_done(&self) -> Done {
        let mut done = lock(&self.done);
        mem::replace(&mut done, Done { is_taken: true, ..Done::default() })
    }

    /// Calls `tell` with the variants that are done, unless they were taken. The process has to end
    /// then: from now on, all others who ask for them wait until it does.
    pub(crate) fn report_at_the_end(&self, tell: impl FnOnce(Done)) {
        let mut done = lock(&self.done);
        if !done.is_taken {
            tell(mem::take(&mut done));
            mem::forget(done);
        }
    }

    /// What an interrupt cuts off now, in words; nothing if no work is under way.
    pub fn cut_off(&self) -> Option<String> {
        let variant = *lock(&self.variant);
        let done = self.chunks_done.load(Ordering::Relaxed);
        let count = self.chunk_count.load(Ordering::Relaxed);
        let variant = variant.filter(|_| done < count)?.name();
        Some(format!("{variant} has no answer: {done} of {count} chunks were done"))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every value of ours is whole after each statement.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_is_not_told_a_second_time() {
        let so_far = SoFar::default();
        so_far.take_done();
        so_far.report_at_the_end(|done| panic!("{done:?}"));
    }
}
