//! What is added around the work, once for all variants: who worked when, the progress bar, and
//! the pause in which the workers can be looked at.

use std::{
    ops::Range,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use common::{
    process_pool::Event,
    progress::{Progress, Visibility},
    stopwatch::{Cost, Stopwatch, WallClock},
    timeline::{Lane, Recorder, Timeline},
};

use crate::{Found, Job, Variant};

/// Called once for each run with its workers, when the work is done and before any of them ends.
///
/// It may take its time, which is not counted.
pub type AfterWork = Arc<dyn Fn(&[Lane]) + Send + Sync>;

/// Watches one run of a variant.
pub(crate) struct Instruments {
    progress: Progress,
    stopwatch: Stopwatch,
    recorder: Recorder,
    chunks_left: AtomicU64,
    after_work: AfterWork,
    /// How long `after_work` took.
    paused: Mutex<Duration>,
}

impl Instruments {
    pub(crate) fn start(
        variant: Variant,
        job: &Job,
        visibility: Visibility,
        after_work: AfterWork,
    ) -> Self {
        let chunk_count = job.chunk_count();
        let progress = Progress::start(variant.name(), chunk_count, visibility);
        let stopwatch = Stopwatch::start();
        Self {
            progress,
            stopwatch,
            recorder: Recorder::start(stopwatch.wall(), threads_of(variant, job)),
            chunks_left: AtomicU64::new(chunk_count),
            after_work,
            paused: Mutex::default(),
        }
    }

    /// Does a chunk on the calling thread.
    pub(crate) fn observe(
        &self,
        job: &Job,
        chunk: Range<u64>,
        work: impl Fn(Range<u64>) -> Found,
    ) -> Found {
        let label = chunk_label(job.index_of(&chunk));
        let found = self.recorder.span(label, || work(chunk));
        self.chunk_is_done();
        found
    }

    /// Sees what happens in a pool of processes.
    pub(crate) fn note(&self, event: Event) {
        match event {
            Event::WorkerStarted { pid } => self.recorder.add_worker(Lane::of_process(pid)),
            Event::WorkerLost { message } => self.recorder.lose_worker(message),
            Event::TaskDone { pid, task, busy } => {
                self.recorder.ended_now(Lane::of_process(pid), chunk_label(task), busy);
                self.chunk_is_done();
            }
        }
    }

    /// What the run has cost, and who worked when.
    pub(crate) fn finish(self) -> (Cost, Timeline) {
        let Cost { wall, cpu } = self.stopwatch.cost();
        let paused = self.paused.into_inner().unwrap_or_else(PoisonError::into_inner);
        let drawing = self.progress.finish();
        let cost = Cost { wall: wall.saturating_sub(paused), cpu: cpu.saturating_sub(drawing) };
        (cost, self.recorder.finish())
    }

    fn chunk_is_done(&self) {
        self.progress.advance();
        if self.chunks_left.fetch_sub(1, Ordering::Relaxed) == 1 {
            let clock = WallClock::start();
            self.progress.end();
            (self.after_work)(&self.recorder.workers());
            *self.paused.lock().unwrap_or_else(PoisonError::into_inner) = clock.elapsed();
        }
    }
}

/// The threads of this process that a variant works with, known by their names.
fn threads_of(variant: Variant, job: &Job) -> Vec<Lane> {
    match variant {
        Variant::Sequential => vec![Lane::of_current_thread()],
        Variant::Parallel | Variant::WorkQueue => {
            let workers = variant.workers(job);
            (0..workers).map(|index| Lane::of_thread(&Job::worker_name(index))).collect()
        }
        Variant::Processes => Vec::new(), // they tell when they start
    }
}

fn chunk_label(index: u64) -> String {
    format!("chunk {index}")
}
