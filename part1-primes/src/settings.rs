//! The settings of a run.

use std::sync::Arc;

use interrupt::Interrupt;
use program::progress::Visibility;
use report::timeline::Lane;

use crate::{Job, Keep, Method, SoFar, Variant, WorkerProgram};

/// A function that each run calls with its workers, after the work and before any of them ends.
///
/// Its time is not counted.
pub type AfterWork = Arc<dyn Fn(&[Lane]) + Send + Sync>;

/// The settings of a run.
#[derive(Clone)]
pub struct Settings {
    /// The range, the workers and the chunks.
    pub job: Job,
    /// The method.
    pub method: Method,
    /// Whether primes are listed.
    pub keep: Keep,
    /// The variants, which run one after another.
    pub variants: Vec<Variant>,
    /// The program that is started as a worker process.
    pub worker: WorkerProgram,
    /// Whether long runs show a progress bar.
    pub progress: Visibility,
    /// Called when the work of a variant is done and its workers are still alive.
    pub after_work: AfterWork,
    /// Once it is raised, no chunk and no variant begins.
    pub interrupt: Arc<Interrupt>,
    /// The progress of the run, which an interrupt reads.
    pub so_far: Arc<SoFar>,
}
