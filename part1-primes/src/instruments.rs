//! Measures a run, in the same way for all variants: the timeline, the progress bar, and the pause in
//! which users look at the workers.

use std::{
    mem,
    ops::Range,
    panic,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use common::stopwatch::{Cost, Stopwatch, WallClock};
use interrupt::Interrupt;
use process_pool::Event;
use program::progress::Progress;
use report::timeline::{Lane, Recorder, Timeline};

use crate::{AfterWork, Found, Job, Settings, SoFar, Variant, printer::Printer, so_far::CutOff};

/// Measures one run of a variant.
pub(crate) struct Instruments {
    progress: Progress,
    stopwatch: Stopwatch,
    recorder: Recorder,
    so_far: Arc<SoFar>,
    interrupt: Arc<Interrupt>,
    printer: Option<Arc<Printer>>,
    after_work: AfterWork,
    /// How long `after_work` took.
    paused: Mutex<Duration>,
}

impl Instruments {
    /// Starts to measure a variant; `printer` prints the primes of each chunk.
    pub(crate) fn start(
        variant: Variant,
        settings: &Settings,
        printer: Option<Arc<Printer>>,
    ) -> Self {
        let Settings { job, so_far, interrupt, after_work, .. } = settings;
        so_far.begin(variant, job);
        let progress = Progress::start(variant.name(), job.chunk_count(), settings.progress);
        let stopwatch = Stopwatch::start();
        Self {
            progress,
            stopwatch,
            recorder: Recorder::start(stopwatch.wall(), threads_of(variant, job)),
            so_far: Arc::clone(so_far),
            interrupt: Arc::clone(interrupt),
            printer,
            after_work: Arc::clone(after_work),
            paused: Mutex::default(),
        }
    }

    /// Runs the work of a chunk on the calling thread; an interrupt unwinds out of it.
    ///
    /// With a printer, it is the next chunk to print, and nothing is left of it but the number of its
    /// primes.
    pub(crate) fn observe(
        &self,
        job: &Job,
        chunk: Range<u64>,
        work: impl Fn(Range<u64>) -> Found,
    ) -> Found {
        let Some(printer) = &self.printer else { return self.observe_chunk(job, chunk, work) };
        let Some(turn) = printer.next_turn() else { return Found::default() };
        self.observe_chunk(job, job.chunk(turn.index), |chunk| {
            let Found { count, primes } = work(chunk);
            turn.print(&primes);
            Found { count, primes: Vec::new() }
        })
    }

    fn observe_chunk(
        &self,
        job: &Job,
        chunk: Range<u64>,
        work: impl FnOnce(Range<u64>) -> Found,
    ) -> Found {
        self.check_interrupt();
        let label = chunk_label(job.index_of(&chunk));
        let found = self.recorder.span(label, || work(chunk));
        self.chunk_is_done();
        found
    }

    /// Records an event of the pool of processes.
    pub(crate) fn note(&self, event: Event) {
        match event {
            Event::WorkerStarted { pid } => self.recorder.add_worker(Lane::of_process(pid)),
            Event::WorkerLost { message } => self.recorder.lose_worker(message),
            Event::TaskDone { pid, task, busy, output } => {
                self.recorder.ended_now(Lane::of_process(pid), chunk_label(task), busy);
                if let Some(printer) = &self.printer {
                    let take = |found: &mut Found| mem::take(&mut found.primes);
                    if let Some(primes) = output.change(take) {
                        printer.print(task, &primes);
                    }
                }
                if !self.chunk_is_done() {
                    // A watcher that unwinds stops its pool, and the pool's owner unwinds with it.
                    self.check_interrupt();
                }
            }
        }
    }

    /// The cost of the run, and its timeline.
    pub(crate) fn finish(self) -> (Cost, Timeline) {
        let Cost { wall, cpu } = self.stopwatch.cost();
        let paused = self.paused.into_inner().unwrap_or_else(PoisonError::into_inner);
        let drawing = self.progress.finish();
        let cost = Cost { wall: wall.saturating_sub(paused), cpu: cpu.saturating_sub(drawing) };
        (cost, self.recorder.finish())
    }

    /// Unwinds out of the work after an interrupt.
    fn check_interrupt(&self) {
        if self.interrupt.is_raised() {
            panic::resume_unwind(Box::new(CutOff));
        }
    }

    /// Counts a chunk, and returns whether it was the last one.
    fn chunk_is_done(&self) -> bool {
        self.progress.advance();
        let was_last = self.so_far.advance();
        if was_last {
            let clock = WallClock::start();
            self.progress.end();
            (self.after_work)(&self.recorder.workers());
            *self.paused.lock().unwrap_or_else(PoisonError::into_inner) = clock.elapsed();
        }
        was_last
    }
}

/// The threads of this process with which a variant works, known by their names.
fn threads_of(variant: Variant, job: &Job) -> Vec<Lane> {
    match variant {
        Variant::Sequential => vec![Lane::of_current_thread()],
        Variant::Parallel | Variant::WorkQueue => {
            let workers = variant.workers(job);
            (0..workers).map(|index| Lane::of_thread(&Job::worker_name(index))).collect()
        }
        Variant::Processes => Vec::new(), // the pool reports them when they start
    }
}

fn chunk_label(index: u64) -> String {
    format!("chunk {index}")
}
