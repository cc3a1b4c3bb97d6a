//! Measures a run, in the same way for all variants: the timeline and the progress bar.

use std::{
    collections::HashMap,
    ops::RangeInclusive,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use common::stopwatch::{Cost, Stopwatch};
use process_pool::Event;
use program::progress::{Progress, Visibility};
use report::timeline::{Lane, Recorder, Timeline};
use serde::{Deserialize, Serialize};

use crate::{BusinessId, City, CityOutcome, Detail, Job, Search, scraper::Scraper};

/// Measures one run of a variant.
pub(crate) struct Instruments {
    progress: Progress,
    stopwatch: Stopwatch,
    recorder: Recorder,
    tasks: Mutex<WorkerTasks>,
}

#[derive(Default)]
struct WorkerTasks {
    /// The tasks that workers have done, by their number.
    done: HashMap<u64, DoneTask>,
    /// When each worker ended its last task.
    last_ends: HashMap<u32, Duration>,
}

struct DoneTask {
    pid: u32,
    /// When the worker started its clock for the task.
    begun: Duration,
    /// The time between the last task and now, in which all of its spans must lie.
    within: RangeInclusive<Duration>,
}

impl WorkerTasks {
    /// Adds a task that a worker has ended now and that took `busy`. If it seems to have begun before the
    /// worker's last task ended, the message about that end came late.
    fn ended_now(&mut self, number: u64, pid: u32, now: Duration, busy: Duration) {
        let last_end = self.last_ends.insert(pid, now).unwrap_or_default();
        let begun = now.saturating_sub(busy);
        self.done.insert(number, DoneTask { pid, begun, within: last_end..=now });
    }
}

impl DoneTask {
    /// The time of an event, from the worker's clock.
    fn event_time(&self, micros: u64) -> Duration {
        let event_time = self.begun.saturating_add(Duration::from_micros(micros));
        event_time.clamp(*self.within.start(), *self.within.end())
    }
}

/// A span of a worker, in microseconds since its task began.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct WorkerSpan {
    pub(crate) thread: String,
    pub(crate) tid: Option<u32>,
    pub(crate) label: String,
    pub(crate) start_us: u64,
    pub(crate) end_us: u64,
}

impl WorkerSpan {
    /// The spans that a worker has recorded.
    pub(crate) fn all_of(timeline: Timeline) -> Vec<Self> {
        let Timeline { lanes, spans, .. } = timeline;
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let spans = spans.into_iter().map(|span| Self {
            thread: lanes[span.lane].thread.clone(),
            tid: lanes[span.lane].tid,
            label: span.label,
            start_us: micros(span.start),
            end_us: micros(span.end),
        });
        spans.collect()
    }
}

impl Instruments {
    pub(crate) fn start(variant: &str, job: &Job, visibility: Visibility) -> Self {
        let progress = Progress::start(variant, job.cities.len() as u64, visibility);
        let stopwatch = Stopwatch::start();
        Self {
            progress,
            stopwatch,
            recorder: Recorder::start(stopwatch.wall(), []),
            tasks: Mutex::default(),
        }
    }

    /// A scraper that records its work.
    pub(crate) fn watch<'a>(&'a self, scraper: impl Scraper + 'a) -> Watched<'a> {
        Watched::new(scraper, &self.recorder, Some(&self.progress))
    }

    /// Records an event of the pool of processes.
    pub(crate) fn note(&self, event: Event) {
        match event {
            Event::WorkerStarted { pid } => self.recorder.add_worker(Lane::of_process(pid)),
            Event::WorkerLost { message } => self.recorder.lose_worker(message),
            Event::TaskDone { pid, task, busy, .. } => {
                let now = self.stopwatch.wall().elapsed();
                self.tasks().ended_now(task, pid, now, busy);
                self.progress.advance();
            }
        }
    }

    /// Adds the spans that a worker has recorded during a task.
    pub(crate) fn add_spans(&self, task: u64, spans: Vec<WorkerSpan>) {
        let Some(done) = self.tasks().done.remove(&task) else { return };
        for WorkerSpan { thread, tid, label, start_us, end_us } in spans {
            let lane = Lane { pid: done.pid, thread, tid };
            self.recorder.add_span(lane, label, done.event_time(start_us), done.event_time(end_us));
        }
    }

    fn tasks(&self) -> MutexGuard<'_, WorkerTasks> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The cost of the run, and its timeline.
    pub(crate) fn finish(self) -> (Cost, Timeline) {
        let Cost { wall, cpu } = self.stopwatch.cost();
        let cost = Cost { wall, cpu: cpu.saturating_sub(self.progress.finish()) };
        let mut timeline = self.recorder.finish();
        let pids: Vec<u32> = timeline.lanes.iter().map(|lane| lane.pid).collect();
        timeline.sort_lanes_by_key(|lane| {
            let process = pids.iter().position(|pid| *pid == lane.pid);
            let (name, number) = lane.thread.rsplit_once('-').unwrap_or((&lane.thread, ""));
            // Threads that search come before those that ask for what was found.
            let is_searcher = name == Lane::MAIN || name == Job::CITY_WORKER;
            (process, !is_searcher, name.to_owned(), number.parse::<usize>().ok(), lane.tid)
        });
        (cost, timeline)
    }
}

/// A scraper that records its work in the lanes of its threads. It is one type for all scrapers, so
/// that a variant cannot tell an exam from another run.
pub(crate) struct Watched<'a> {
    scraper: Box<dyn Scraper + 'a>,
    recorder: &'a Recorder,
    progress: Option<&'a Progress>,
}

impl<'a> Watched<'a> {
    pub(crate) fn new(
        scraper: impl Scraper + 'a,
        recorder: &'a Recorder,
        progress: Option<&'a Progress>,
    ) -> Self {
        Self { scraper: Box::new(scraper), recorder, progress }
    }
}

impl Scraper for Watched<'_> {
    fn city_search(&self, city: &City) -> Search {
        self.recorder.span(format!("search {city}"), || self.scraper.city_search(city))
    }

    fn business_info(&self, city: &City, id: &BusinessId) -> Detail {
        self.recorder.span(id.as_str(), || self.scraper.business_info(city, id))
    }

    fn store(&self, city: &City, search: Search, details: Vec<Detail>) -> CityOutcome {
        let store = || self.scraper.store(city, search, details);
        let outcome = self.recorder.span(format!("store {city}"), store);
        if let Some(progress) = self.progress {
            progress.advance();
        }
        outcome
    }
}

impl<S: Scraper> Scraper for &S {
    fn city_search(&self, city: &City) -> Search {
        S::city_search(self, city)
    }

    fn business_info(&self, city: &City, id: &BusinessId) -> Detail {
        S::business_info(self, city, id)
    }

    fn store(&self, city: &City, search: Search, details: Vec<Detail>) -> CityOutcome {
        S::store(self, city, search, details)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_of_a_worker_do_not_overlap() {
        let mut tasks = WorkerTasks::default();
        let seconds = Duration::from_secs;
        for (number, pid, now) in [(0, 7, 5), (1, 7, 8), (2, 8, 8), (3, 7, 20)] {
            tasks.ended_now(number, pid, seconds(now), seconds(5));
        }
        let times = |number| [0, 5_000_000].map(|micros| tasks.done[&number].event_time(micros));
        let expected = [[0, 5], [5, 8], [3, 8], [15, 20]].map(|times| times.map(seconds));
        assert_eq!([0, 1, 2, 3].map(times), expected);
    }
}
