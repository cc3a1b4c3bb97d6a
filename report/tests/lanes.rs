//! Each thread has an id and its own lane, also if threads have the same name.

use std::{collections::BTreeSet, process, sync::Barrier, thread};

use common::{stopwatch::WallClock, threads};
use report::timeline::{Lane, Recorder};

#[test]
fn each_thread_has_an_id_and_keeps_it() {
    let mut ids: BTreeSet<u32> = (0..3).map(|_| threads::current_id()).collect();
    assert_eq!(ids.len(), 1);
    for _ in 0..3 {
        ids.insert(thread::spawn(threads::current_id).join().unwrap());
    }
    assert_eq!(ids.len(), 4, "also threads that follow each other");
}

#[test]
#[cfg(target_os = "linux")]
fn the_kernel_lists_each_thread_whatever_other_threads_end() {
    // The older threads end while the youngest one reads the list.
    let is_listed = || threads::ids(process::id()).contains(&threads::current_id());
    let missing = (0..1_000).filter(|_| {
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {});
            }
            !scope.spawn(is_listed).join().unwrap()
        })
    });
    assert_eq!(missing.count(), 0);
}

#[test]
fn threads_of_one_name_have_a_lane_each() {
    let expected = ["twin", "idle"].map(Lane::of_thread);
    let recorder = Recorder::start(WallClock::start(), expected);
    let all_at_work = Barrier::new(3);
    thread::scope(|scope| {
        for _ in 0..3 {
            let work = || recorder.span("work", || all_at_work.wait());
            thread::Builder::new().name("twin".to_owned()).spawn_scoped(scope, work).unwrap();
        }
    });

    let timeline = recorder.finish();
    let lanes: BTreeSet<usize> = timeline.spans.iter().map(|span| span.lane).collect();
    assert_eq!(lanes.len(), 3);
    let threads: Vec<&str> = timeline.lanes.iter().map(|lane| &*lane.thread).collect();
    assert_eq!(threads, ["twin", "idle", "twin", "twin"], "one of them was expected");
    let tids: BTreeSet<Option<u32>> = timeline.lanes.iter().map(|lane| lane.tid).collect();
    assert!(tids.len() == 4 && timeline.lanes[1].tid.is_none(), "{tids:?}");
}
