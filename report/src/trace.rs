//! The report as trace events, for programs that show millions of spans: Perfetto, and Chrome by itself.

use std::{collections::BTreeSet, process, time::Duration};

use serde::Serialize;

use super::{Report, Run, text::distinguishing_tids};
use crate::timeline::Span;

/// The track with a span for each variant. The tracks of lanes follow.
const VARIANTS_TRACK: u64 = 1;

/// The object form of the format ("Trace Event Format", Google 2016), times in microseconds.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TraceShape<'a> {
    /// The unit in which viewers show times.
    display_time_unit: &'static str,
    trace_events: Vec<Event<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "ph")]
enum Event<'a> {
    /// An event with a start and an end. The events of a track must not overlap.
    #[serde(rename = "X")]
    Complete {
        name: &'a str,
        /// The category, by which viewers filter: the variant.
        cat: &'a str,
        pid: u32,
        tid: u64,
        ts: u64,
        dur: u64,
    },
    #[serde(rename = "M")]
    Metadata {
        name: &'static str,
        pid: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        tid: Option<u64>,
        args: Argument,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Argument {
    Name(String),
    SortIndex(u64),
}

/// The spans of all runs as a JSON object on one line.
///
/// The runs follow each other, in their order and without the pauses between them. A process has its
/// PID. A track is one lane of one run, since threads of several runs have the same name. A lane has
/// several tracks if its spans overlap, which happens if threads share lanes.
pub fn to_trace<Input, Answer>(report: &Report<Input, Answer>) -> serde_json::Result<String> {
    let mut events = vec![
        process_name(process::id(), report.part.to_owned()),
        thread_name(process::id(), VARIANTS_TRACK, "variants".to_owned()),
    ];
    let mut known_processes = BTreeSet::from([process::id()]);
    let mut tracks = VARIANTS_TRACK;
    let mut run_start = 0;
    for run in &report.runs {
        for pid in run.timeline.lanes.iter().map(|lane| lane.pid) {
            if known_processes.insert(pid) {
                events.push(process_name(pid, format!("{} worker", report.part)));
            }
        }
        let run_micros = run_micros(run);
        events.push(Event::Complete {
            name: run.variant,
            cat: run.variant,
            pid: process::id(),
            tid: VARIANTS_TRACK,
            ts: run_start,
            dur: run_micros,
        });
        add_lanes(&mut events, run, run_start, &mut tracks);
        run_start += run_micros;
    }
    serde_json::to_string(&TraceShape { display_time_unit: "ms", trace_events: events })
}

/// The duration of a run, up to the last end of a span: workers may end work after the clock stopped.
fn run_micros<Answer>(run: &Run<Answer>) -> u64 {
    let ends = run.timeline.spans.iter().map(|span| span.end);
    micros(ends.fold(run.cost.wall, Duration::max))
}

fn add_lanes<'a, Answer>(
    events: &mut Vec<Event<'a>>,
    run: &'a Run<Answer>,
    run_start: u64,
    tracks: &mut u64,
) {
    let mut of_lanes = vec![Vec::new(); run.timeline.lanes.len()];
    for span in &run.timeline.spans {
        of_lanes[span.lane].push(span);
    }
    let tids = distinguishing_tids(&run.timeline.lanes);
    for ((lane, spans), tid) in run.timeline.lanes.iter().zip(of_lanes).zip(tids) {
        let mut of_lane = without_overlap(spans);
        if of_lane.is_empty() {
            of_lane.push(Vec::new()); // a worker without work is seen to have none
        }
        for spans in of_lane {
            *tracks += 1;
            let name = format!("{}: {}{tid}", run.variant, lane.thread);
            events.push(thread_name(lane.pid, *tracks, name));
            events.push(Event::Metadata {
                name: "thread_sort_index",
                pid: lane.pid,
                tid: Some(*tracks),
                args: Argument::SortIndex(*tracks),
            });
            events.extend(spans.into_iter().map(|span| Event::Complete {
                name: &span.label,
                cat: run.variant,
                pid: lane.pid,
                tid: *tracks,
                ts: run_start + micros(span.start),
                dur: micros(span.end).saturating_sub(micros(span.start)),
            }));
        }
    }
}

/// Divides the spans into as few lists as possible, such that no spans of a list overlap.
fn without_overlap(mut spans: Vec<&Span>) -> Vec<Vec<&Span>> {
    spans.sort_by_key(|span| span.start);
    let mut lists: Vec<Vec<&Span>> = Vec::new();
    for span in spans {
        let is_free = |list: &&mut Vec<&Span>| {
            list.last().is_none_or(|last| micros(last.end) <= micros(span.start))
        };
        match lists.iter_mut().find(is_free) {
            Some(list) => list.push(span),
            None => lists.push(vec![span]),
        }
    }
    lists
}

fn process_name(pid: u32, name: String) -> Event<'static> {
    Event::Metadata { name: "process_name", pid, tid: None, args: Argument::Name(name) }
}

fn thread_name(pid: u32, track: u64, name: String) -> Event<'static> {
    Event::Metadata { name: "thread_name", pid, tid: Some(track), args: Argument::Name(name) }
}

/// Whole microseconds, rounded down, as in the JSON report.
fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).expect("a run to take less than 584 542 years")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use common::stopwatch::Cost;
    use expect_test::expect;
    use proptest::{collection::vec, prelude::*};
    use serde_json::Value;

    use super::*;
    use crate::timeline::{Lane, Timeline};

    fn span(lane: usize, label: &str, micros: std::ops::Range<u64>) -> Span {
        let time = Duration::from_micros;
        Span { lane, label: label.to_owned(), start: time(micros.start), end: time(micros.end) }
    }

    fn run(variant: &'static str, lanes: Vec<Lane>, spans: Vec<Span>) -> Run<()> {
        Run {
            variant,
            workers: lanes.len(),
            answer: (),
            cost: Cost { wall: Duration::from_micros(50), cpu: Duration::ZERO },
            floor: None,
            timeline: Timeline { lanes, spans, losses: Vec::new() },
        }
    }

    fn trace_of(runs: Vec<Run<()>>) -> String {
        let report = Report { cores: 2, ..Report::new("part0", (), runs) };
        to_trace(&report).unwrap()
    }

    /// Checks the rules of the format, and those by which viewers name and nest spans.
    ///
    /// Returns the complete events.
    fn validate(trace: &str) -> Vec<Value> {
        let trace: Value = serde_json::from_str(trace).unwrap();
        let mut names: BTreeMap<(&str, u64, Option<u64>), &str> = BTreeMap::new();
        let mut tracks: BTreeMap<(u64, u64), Vec<(u64, u64)>> = BTreeMap::new();
        let mut complete = Vec::new();
        for event in trace["traceEvents"].as_array().unwrap() {
            let pid = event["pid"].as_u64().unwrap();
            let name = event["name"].as_str().unwrap();
            match event["ph"].as_str().unwrap() {
                "M" if name == "thread_sort_index" => {
                    assert!(event["args"]["sort_index"].is_u64(), "{event}");
                }
                "M" => {
                    assert!(["process_name", "thread_name"].contains(&name), "{event}");
                    let tid = event["tid"].as_u64();
                    assert_eq!(tid.is_some(), name == "thread_name", "{event}");
                    let name_in_trace = event["args"]["name"].as_str().unwrap();
                    assert_eq!(
                        names.insert((name, pid, tid), name_in_trace),
                        None,
                        "named twice: {event}"
                    );
                }
                "X" => {
                    let [tid, ts, dur] = ["tid", "ts", "dur"].map(|key| event[key].as_u64());
                    let ts = ts.unwrap();
                    tracks.entry((pid, tid.unwrap())).or_default().push((ts, ts + dur.unwrap()));
                    complete.push(event.clone());
                }
                phase => panic!("phase {phase}: {event}"),
            }
        }
        for ((pid, tid), mut spans) in tracks {
            assert!(names.contains_key(&("process_name", pid, None)), "process {pid} has no name");
            assert!(
                names.contains_key(&("thread_name", pid, Some(tid))),
                "track {tid} has no name"
            );
            spans.sort_unstable();
            let follow = spans.windows(2).all(|pair| pair[0].1 <= pair[1].0);
            assert!(follow, "track {tid}: {spans:?}");
        }
        complete
    }

    #[test]
    fn a_lane_is_a_named_track_of_its_process() {
        let twin = |tid| Lane { pid: 8, thread: "idle".to_owned(), tid: Some(tid) };
        let runs = vec![
            run("one", vec![Lane::of_process(7)], vec![span(0, "a", 2..9)]),
            run("two", vec![twin(9), twin(10)], Vec::new()),
        ];
        let trace = trace_of(runs).replace(&format!("\"pid\":{}", process::id()), "\"pid\":0");
        validate(&trace);
        expect![[r#"
            {"displayTimeUnit":"ms","traceEvents":[
            {"ph":"M","name":"process_name","pid":0,"args":{"name":"part0"}},
            {"ph":"M","name":"thread_name","pid":0,"tid":1,"args":{"name":"variants"}},
            {"ph":"M","name":"process_name","pid":7,"args":{"name":"part0 worker"}},
            {"ph":"X","name":"one","cat":"one","pid":0,"tid":1,"ts":0,"dur":50},
            {"ph":"M","name":"thread_name","pid":7,"tid":2,"args":{"name":"one: main"}},
            {"ph":"M","name":"thread_sort_index","pid":7,"tid":2,"args":{"sort_index":2}},
            {"ph":"X","name":"a","cat":"one","pid":7,"tid":2,"ts":2,"dur":7},
            {"ph":"M","name":"process_name","pid":8,"args":{"name":"part0 worker"}},
            {"ph":"X","name":"two","cat":"two","pid":0,"tid":1,"ts":50,"dur":50},
            {"ph":"M","name":"thread_name","pid":8,"tid":3,"args":{"name":"two: idle TID 9"}},
            {"ph":"M","name":"thread_sort_index","pid":8,"tid":3,"args":{"sort_index":3}},
            {"ph":"M","name":"thread_name","pid":8,"tid":4,"args":{"name":"two: idle TID 10"}},
            {"ph":"M","name":"thread_sort_index","pid":8,"tid":4,"args":{"sort_index":4}}]}"#]]
        .assert_eq(&trace.replace("{\"ph\"", "\n{\"ph\""));
    }

    proptest! {
        #[test]
        fn any_timeline_is_a_valid_trace(
            lanes in 1_usize..4,
            raw in vec((0_usize..4, 0_u64..100, 0_u64..100, ".*"), 0..30),
        ) {
            let spans: Vec<Span> = raw
                .iter()
                .map(|(lane, start, length, label)| span(lane % lanes, label, *start..start + length))
                .collect();
            let worked: u64 = raw.iter().map(|(_, _, length, _)| length).sum();
            let workers: Vec<Lane> = (1..).take(lanes).map(Lane::of_process).collect();
            let runs = ["one", "two"].map(|variant| run(variant, workers.clone(), spans.clone()));
            let events = validate(&trace_of(runs.into()));

            let of_lanes: Vec<&Value> =
                events.iter().filter(|event| event["tid"] != VARIANTS_TRACK).collect();
            prop_assert_eq!(of_lanes.len(), 2 * spans.len());
            let shown: u64 = of_lanes.iter().map(|event| event["dur"].as_u64().unwrap()).sum();
            prop_assert_eq!(shown, 2 * worked);
        }
    }
}
