//! Records the spans of all threads of a run, in bounded memory.

use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use common::stopwatch::WallClock;

use super::{Lane, Span, Timeline};

/// The most spans of a lane. If there are more, each two neighbours become one, repeatedly.
const SPANS_PER_LANE_MAX: usize = 1024;

/// The most lanes of one name. If more threads have the name, they share these lanes. A variant may
/// start a thread for each piece of work, and memory must not grow with them.
const LANES_PER_NAME_MAX: usize = 256;

/// Records the work of threads, which share it by reference.
#[derive(Debug)]
pub struct Recorder {
    clock: WallClock,
    lanes: Mutex<Lanes>,
    losses: Mutex<Vec<String>>,
}

impl Recorder {
    /// Starts an empty timeline with the expected workers. Other workers are added when they appear.
    pub fn start(clock: WallClock, workers: impl IntoIterator<Item = Lane>) -> Self {
        let mut lanes = Lanes::default();
        for worker in workers {
            lanes.of(worker);
        }
        Self { clock, lanes: Mutex::new(lanes), losses: Mutex::default() }
    }

    /// Adds the lane of a worker that was just started.
    pub fn add_worker(&self, worker: Lane) {
        self.lock().of(worker);
    }

    /// Records the loss of a worker, in words.
    pub fn lose_worker(&self, message: String) {
        self.losses.lock().unwrap_or_else(PoisonError::into_inner).push(message);
    }

    /// Runs `work` and records it in the lane of the calling thread.
    pub fn span<T>(&self, label: impl Into<String>, work: impl FnOnce() -> T) -> T {
        let start = self.clock.elapsed();
        let result = work();
        self.add_span(Lane::of_current_thread(), label.into(), start, self.clock.elapsed());
        result
    }

    /// Records work whose times the caller has measured with the clock of this recorder.
    pub fn add_span(&self, worker: Lane, label: String, start: Duration, end: Duration) {
        self.lock().of(worker).push(FoldedSpan { label, start, end, pieces: 1 });
    }

    /// Records work of another process that has ended now and took `busy`.
    ///
    /// Such a worker does one task at a time. If this work seems to begin before its last work ended,
    /// the message about that end came late. Then the work begins at that end.
    pub fn ended_now(&self, worker: Lane, label: impl Into<String>, busy: Duration) {
        let end = self.clock.elapsed();
        let mut lanes = self.lock();
        let lane = lanes.of(worker);
        let last_end = lane.spans.last().map_or(Duration::ZERO, |last| last.end);
        let start = end.saturating_sub(busy).max(last_end);
        lane.push(FoldedSpan { label: label.into(), start, end, pieces: 1 });
    }

    /// The lanes of all workers so far.
    pub fn workers(&self) -> Vec<Lane> {
        self.lock().in_order.iter().map(|lane| lane.worker.clone()).collect()
    }

    /// The recorded timeline.
    pub fn finish(self) -> Timeline {
        let lanes = self.lanes.into_inner().unwrap_or_else(PoisonError::into_inner);
        let losses = self.losses.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut timeline = Timeline { losses, ..Timeline::default() };
        for (index, lane) in lanes.in_order.into_iter().enumerate() {
            timeline.spans.extend(lane.spans.into_iter().map(|span| span.in_lane(index)));
            timeline.lanes.push(lane.worker);
        }
        timeline
    }

    fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The lanes, in the order in which their workers were started.
#[derive(Debug, Default)]
struct Lanes {
    in_order: Vec<RecordedLane>,
    /// The indices of the lanes, by PID and name: there may be thousands.
    of_names: HashMap<(u32, String), Vec<usize>>,
}

impl Lanes {
    /// The lane of a worker: its own one, an expected one of its name, or a new one.
    fn of(&mut self, worker: Lane) -> &mut RecordedLane {
        let Lane { pid, thread, tid } = worker;
        let namesakes = self.of_names.entry((pid, thread.clone())).or_default();
        let has = |wanted: Option<u32>| {
            let mut lanes = namesakes.iter().copied();
            lanes.find(|&lane| self.in_order[lane].worker.tid == wanted)
        };
        let index = match has(tid).or_else(|| has(None)) {
            Some(index) => index,
            None if namesakes.len() < LANES_PER_NAME_MAX => {
                let index = self.in_order.len();
                namesakes.push(index);
                self.in_order.push(RecordedLane::new(Lane { pid, thread, tid }));
                index
            }
            None => namesakes[tid.unwrap_or_default() as usize % LANES_PER_NAME_MAX],
        };
        let lane = &mut self.in_order[index];
        lane.worker.tid = lane.worker.tid.or(tid);
        lane
    }
}

#[derive(Debug)]
struct RecordedLane {
    worker: Lane,
    spans: Vec<FoldedSpan>,
    /// The number of pieces of work in a full span: a power of two.
    pieces_per_span: u64,
}

impl RecordedLane {
    fn new(worker: Lane) -> Self {
        Self { worker, spans: Vec::new(), pieces_per_span: 1 }
    }

    fn push(&mut self, span: FoldedSpan) {
        self.append(span);
        if self.spans.len() > SPANS_PER_LANE_MAX {
            self.pieces_per_span *= 2;
            for span in mem::take(&mut self.spans) {
                self.append(span);
            }
        }
    }

    fn append(&mut self, span: FoldedSpan) {
        match self.spans.last_mut() {
            Some(last) if last.pieces < self.pieces_per_span => last.absorb(&span),
            _ => self.spans.push(span),
        }
    }
}

/// One piece of work, or several consecutive ones of a lane.
#[derive(Debug)]
struct FoldedSpan {
    /// The label of the first piece.
    label: String,
    start: Duration,
    end: Duration,
    pieces: u64,
}

impl FoldedSpan {
    fn absorb(&mut self, next: &Self) {
        self.end = next.end;
        self.pieces += next.pieces;
    }

    fn in_lane(self, lane: usize) -> Span {
        let label = match self.pieces {
            1 => self.label,
            pieces => format!("{} and {} more", self.label, pieces - 1),
        };
        Span { lane, label, start: self.start, end: self.end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worker(name: &str) -> Lane {
        Lane::of_thread(name)
    }

    fn labels(timeline: &Timeline) -> Vec<(usize, &str)> {
        timeline.spans.iter().map(|span| (span.lane, span.label.as_str())).collect()
    }

    #[test]
    fn a_worker_without_work_keeps_its_lane() {
        let recorder = Recorder::start(WallClock::start(), [worker("idle"), worker("busy")]);
        recorder.ended_now(worker("busy"), "chunk 0", Duration::ZERO);

        let timeline = recorder.finish();
        assert_eq!(timeline.lanes, [worker("idle"), worker("busy")]);
        assert_eq!(labels(&timeline), [(1, "chunk 0")]);
    }

    #[test]
    fn a_span_lands_in_the_lane_of_its_thread() {
        let recorder = Recorder::start(WallClock::start(), [worker("other")]);
        assert_eq!(recorder.span("chunk 7", || 42), 42);

        let timeline = recorder.finish();
        assert_eq!(timeline.lanes, [worker("other"), Lane::of_current_thread()]);
        assert_eq!(labels(&timeline), [(1, "chunk 7")]);
        assert!(timeline.spans[0].start <= timeline.spans[0].end);
    }

    #[test]
    fn any_number_of_threads_has_a_bounded_number_of_lanes() {
        let recorder = Recorder::start(WallClock::start(), []);
        let threads = 3 * u32::try_from(LANES_PER_NAME_MAX).unwrap();
        for tid in (1..=threads).chain(1..=threads) {
            let thread = Lane { tid: Some(tid), ..worker("short-lived") };
            recorder.ended_now(thread, "work", Duration::ZERO);
        }

        let timeline = recorder.finish();
        assert_eq!(timeline.lanes.len(), LANES_PER_NAME_MAX);
        assert_eq!(timeline.spans.len(), 6 * LANES_PER_NAME_MAX);
    }

    #[test]
    fn work_of_another_process_does_not_overlap() {
        let recorder = Recorder::start(WallClock::start(), []);
        for chunk in ["chunk 0", "chunk 1"] {
            recorder.ended_now(Lane::of_process(7), chunk, Duration::from_hours(1));
        }

        let timeline = recorder.finish();
        assert_eq!(timeline.spans[0].start, Duration::ZERO);
        assert_eq!(timeline.spans[1].start, timeline.spans[0].end);
    }

    #[test]
    fn many_spans_are_folded_and_none_is_lost() {
        let recorder = Recorder::start(WallClock::start(), []);
        let pieces = 5 * SPANS_PER_LANE_MAX;
        for piece in 0..pieces {
            recorder.ended_now(worker("busy"), format!("chunk {piece}"), Duration::ZERO);
        }

        let timeline = recorder.finish();
        assert!(timeline.spans.len() <= SPANS_PER_LANE_MAX);
        assert_eq!(timeline.spans[0].label, "chunk 0 and 7 more");
        assert_eq!(timeline.spans.len(), pieces / 8);
        assert!(timeline.spans.is_sorted_by_key(|span| span.start));
    }
}
