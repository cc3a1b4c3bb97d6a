//! The settings of a run.

use std::sync::Arc;

use interrupt::Interrupt;
use program::progress::Visibility;
use report::timeline::Lane;

use crate::{Job, Keep, Method, SoFar, Variant, WorkerProgram};

/// Called once for each run with its workers, when the work is done and before any of them ends.
///
/// It may take its time, which is not counted.
pub type AfterWork = Arc<dyn Fn(&[Lane]) + Send + Sync>;

/// What the program is asked to do.
#[derive(Clone)]
pub struct Settings {
    /// The numbers, the workers, the chunks.
    pub job: Job,
    /// How primes are found.
    pub method: Method,
    /// Whether they are listed.
    pub keep: Keep,
    /// Which variants are to run, one after another.
    pub variants: Vec<Variant>,
    /// The program that is started as a worker process.
    pub worker: WorkerProgram,
    /// Whether long runs show a progress bar.
    pub progress: Visibility,
    /// Called when a variant's work is done and its workers are still there.
    pub after_work: AfterWork,
    /// Once it is raised, no other chunk and no other variant is begun.
    pub interrupt: Arc<Interrupt>,
    /// Where an interrupt finds how far the run has come.
    pub so_far: Arc<SoFar>,
}
