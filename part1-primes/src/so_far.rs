//! How far a run has come, which an interrupt asks for at any moment.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use crate::{Job, Variant};

/// How far the variant under way has come.
#[derive(Debug, Default)]
pub struct SoFar {
    variant: Mutex<Option<Variant>>,
    chunks_done: AtomicU64,
    chunk_count: AtomicU64,
}

/// The work of a variant is cut off by an interrupt, which unwinds out of it as a panic does: so no
/// variant has to know of interrupts.
pub(crate) struct CutOff;

impl SoFar {
    /// A variant begins.
    pub(crate) fn begin(&self, variant: Variant, job: &Job) {
        *self.variant.lock().unwrap_or_else(PoisonError::into_inner) = Some(variant);
        self.chunks_done.store(0, Ordering::Relaxed);
        self.chunk_count.store(job.chunk_count(), Ordering::Relaxed);
    }

    /// A chunk is done; returns whether it was the last one.
    pub(crate) fn advance(&self) -> bool {
        let done = self.chunks_done.fetch_add(1, Ordering::Relaxed) + 1;
        done == self.chunk_count.load(Ordering::Relaxed)
    }

    /// What an interrupt cuts off now, in words; nothing if no work is under way.
    pub fn cut_off(&self) -> Option<String> {
        let variant = *self.variant.lock().unwrap_or_else(PoisonError::into_inner);
        let done = self.chunks_done.load(Ordering::Relaxed);
        let count = self.chunk_count.load(Ordering::Relaxed);
        let variant = variant.filter(|_| done < count)?.name();
        Some(format!("{variant} has no answer: {done} of {count} chunks were done"))
    }
}
