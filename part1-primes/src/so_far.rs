//! The progress of a run, which an interrupt can read at any moment.

use std::{
    mem,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use message::number::grouped;
use report::Run;

use crate::{Answer, Found, Job, PrimesError, Variant};

/// The progress of the current variant, and the results of the variants before it.
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
    /// The primes that all of them found; none if no variant is done.
    pub(crate) found: Option<Found>,
    /// Whether the runs were taken already.
    is_taken: bool,
}

/// The payload with which an interrupt unwinds out of a variant, so that no variant handles interrupts
/// itself.
pub(crate) struct CutOff;

impl SoFar {
    /// Begins a variant.
    pub(crate) fn begin(&self, variant: Variant, job: &Job) {
        *lock(&self.variant) = Some(variant);
        self.chunks_done.store(0, Ordering::Relaxed);
        self.chunk_count.store(job.chunk_count(), Ordering::Relaxed);
    }

    /// Counts a chunk that is done; returns whether it was the last one.
    pub(crate) fn advance(&self) -> bool {
        let done = self.chunks_done.fetch_add(1, Ordering::Relaxed) + 1;
        done == self.chunk_count.load(Ordering::Relaxed)
    }

    /// Ends a variant, which must have found the same primes as the variants before it.
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

    /// Calls `print` with the variants that are done, unless they were taken. After this call the
    /// process has to end: other callers wait until it does.
    pub(crate) fn report_at_the_end(&self, print: impl FnOnce(Done)) {
        let mut done = lock(&self.done);
        if !done.is_taken {
            print(mem::take(&mut done));
            mem::forget(done);
        }
    }

    /// The message about the work that an interrupt ends now; none if no variant is at work.
    pub fn cut_off(&self) -> Option<String> {
        let variant = *lock(&self.variant);
        let done = self.chunks_done.load(Ordering::Relaxed);
        let count = self.chunk_count.load(Ordering::Relaxed);
        let variant = variant.filter(|_| done < count)?.name();
        let (done, count) = (grouped(done), grouped(count));
        Some(format!("{variant} has no answer: {done} of {count} chunks were done"))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // The values are valid after each statement.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_that_were_taken_are_not_printed_again() {
        let so_far = SoFar::default();
        so_far.take_done();
        so_far.report_at_the_end(|done| panic!("{done:?}"));
    }
}
