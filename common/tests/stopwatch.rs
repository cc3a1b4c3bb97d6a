//! The stopwatch sees work, and does not see waiting.

use std::{hint, thread, time::Duration};

use common::stopwatch::Stopwatch;
#[cfg(target_os = "linux")]
use common::stopwatch::thread_cpu;

/// Enough for any clock to notice.
const SOME_TIME: Duration = Duration::from_millis(20);

fn compute_for(time: Duration) {
    let stopwatch = Stopwatch::start();
    while stopwatch.cost().cpu < time {
        hint::spin_loop();
    }
}

#[test]
fn the_cpu_time_of_all_threads_is_counted() {
    let stopwatch = Stopwatch::start();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| compute_for(SOME_TIME));
        }
    });
    let cost = stopwatch.cost();
    assert!(cost.cpu >= SOME_TIME, "{cost:?}");
    assert!(cost.wall > Duration::ZERO, "{cost:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_thread_knows_its_own_cpu_time() {
    let idle = thread::spawn(thread_cpu).join().expect("an idle thread");
    let busy = thread::spawn(|| {
        while thread_cpu() < SOME_TIME {
            hint::spin_loop();
        }
        thread_cpu()
    });
    let busy = busy.join().expect("a busy thread");
    assert!(idle < SOME_TIME && SOME_TIME <= busy, "{idle:?} {busy:?}");
}
