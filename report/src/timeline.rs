//! The timeline of a run: a lane for each worker, and a span for each piece of its work.

use std::{process, thread, time::Duration};

use common::threads;

mod recorder;
mod terminal;

pub use self::{
    recorder::Recorder,
    terminal::{busy_cells, draw, rows},
};

/// A worker: a thread of a process.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lane {
    /// The id of its process.
    pub pid: u32,
    /// The name of the thread. Other threads may have the same name.
    pub thread: String,
    /// The id of the thread, which distinguishes it from threads of the same name: see
    /// [`threads::current_id`]. None for an expected thread that has not worked yet.
    pub tid: Option<u32>,
}

impl Lane {
    /// The name of the first thread of a process.
    pub const MAIN: &str = "main";

    /// The calling thread.
    pub fn of_current_thread() -> Self {
        let current = thread::current();
        let expected = Self::of_thread(current.name().unwrap_or("unnamed"));
        Self { tid: Some(threads::current_id()), ..expected }
    }

    /// A thread of this process that is expected, and has not worked yet.
    pub fn of_thread(name: &str) -> Self {
        Self { pid: process::id(), thread: name.to_owned(), tid: None }
    }

    /// The only working thread of the process `pid`.
    pub fn of_process(pid: u32) -> Self {
        Self { pid, thread: Self::MAIN.to_owned(), tid: Some(pid) }
    }
}

/// A piece of work. Its times count from the start of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The lane of its worker: an index into [`Timeline::lanes`].
    pub lane: usize,
    /// Its label.
    pub label: String,
    /// The time of its start.
    pub start: Duration,
    /// The time of its end.
    pub end: Duration,
}

/// The lanes and spans that a [`Recorder`] has recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// A lane for each worker, also for one that got no work. If more than 256 threads have the same name,
    /// threads share lanes.
    pub lanes: Vec<Lane>,
    /// The pieces of work, sorted by lane, and within a lane by time.
    pub spans: Vec<Span>,
    /// A sentence for each lost worker process: which one, how it was lost, and what replaced it.
    pub losses: Vec<String>,
}

impl Timeline {
    /// Sorts the lanes by a key. Lanes with the same key keep their order.
    pub fn sort_lanes_by_key<Key: Ord>(&mut self, key: impl Fn(&Lane) -> Key) {
        let mut order: Vec<usize> = (0..self.lanes.len()).collect();
        order.sort_by_key(|&lane| key(&self.lanes[lane]));
        let mut place = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            place[old] = new;
        }
        self.lanes = order.iter().map(|&old| self.lanes[old].clone()).collect();
        for span in &mut self.spans {
            span.lane = place[span.lane];
        }
        self.spans.sort_by_key(|span| span.lane);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_follow_their_lanes() {
        let span = |lane, label: &str| Span {
            lane,
            label: label.to_owned(),
            start: Duration::ZERO,
            end: Duration::ZERO,
        };
        let mut timeline = Timeline {
            lanes: [3, 1, 2].map(Lane::of_process).to_vec(),
            spans: vec![span(0, "of 3"), span(0, "again of 3"), span(1, "of 1"), span(2, "of 2")],
            losses: Vec::new(),
        };
        timeline.sort_lanes_by_key(|lane| lane.pid);
        assert_eq!(timeline.lanes, [1, 2, 3].map(Lane::of_process));
        let labels: Vec<&str> = timeline.spans.iter().map(|span| span.label.as_str()).collect();
        assert_eq!(labels, ["of 1", "of 2", "of 3", "again of 3"]);
        assert!(
            timeline
                .spans
                .iter()
                .all(|span| { span.label.ends_with(&timeline.lanes[span.lane].pid.to_string()) })
        );
    }
}
