//! The stopwatch sees the work of children, in a program of its own: other tests would add theirs.

use std::{process::Command, time::Duration};

use common::stopwatch::Stopwatch;

#[test]
fn the_cpu_time_of_children_is_counted_once_they_were_waited_for() {
    let script = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";
    let mut child = Command::new("sh").args(["-c", script]).spawn().expect("sh");
    let stopwatch = Stopwatch::start();
    child.wait().expect("the child to end");
    let with_child = stopwatch.cost().cpu;

    let stopwatch = Stopwatch::start();
    let without_child = stopwatch.cost().cpu;
    assert!(with_child > without_child + Duration::from_millis(5), "{with_child:?}");
}
