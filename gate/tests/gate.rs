//! A gate opens when enough threads wait, or at a timeout.

use std::{num::NonZeroUsize, os::unix::net::UnixStream, process, thread, time::Duration};

use gate::{Gate, GateServer, pass_at};

const THREE: NonZeroUsize = NonZeroUsize::new(3).expect("3 is not 0");
const TIMEOUT: Duration = Duration::from_mins(1);
const SHORT_TIMEOUT: Duration = Duration::from_millis(1);

fn pass_three_at_once(pass: impl Fn() + Sync) {
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(&pass);
        }
    });
}

#[test]
fn enough_threads_open_the_gate_for_good() {
    let gate = Gate::new(THREE, TIMEOUT);
    pass_three_at_once(|| gate.pass());
    assert!(gate.was_opened());
    gate.pass();
    assert_eq!(gate.peak(), 3);
}

#[test]
fn one_after_another_never_opens_it() {
    let gate = Gate::new(THREE, SHORT_TIMEOUT);
    for _ in 0..10 {
        gate.pass();
    }
    assert_eq!(gate.peak(), 1);
    assert!(!gate.was_opened());
}

#[test]
fn a_timeout_opens_it_for_later_threads() {
    let gate = Gate::new(THREE, SHORT_TIMEOUT);
    gate.pass();
    let released = Gate::new(THREE, TIMEOUT);
    released.give_up();
    released.pass();
    assert!(!gate.was_opened() && !released.was_opened());
}

#[test]
fn a_server_names_the_processes_that_waited() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gate");
    let server = GateServer::bind(&path, THREE, TIMEOUT).expect("a free path");
    pass_three_at_once(|| pass_at(&path).expect("a gate"));
    assert!(server.gate().was_opened());
    let pids: Vec<u32> = server.arrivals().iter().map(|arrival| arrival.pid).collect();
    assert_eq!(pids, [process::id(); 3]);
    drop(server);
    assert!(!path.exists());
}

#[test]
fn a_server_that_ends_lets_all_processes_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gate");
    let server = GateServer::bind(&path, THREE, TIMEOUT).expect("a free path");
    let held = UnixStream::connect(&path).expect("a gate");
    drop(server);
    drop(held);
    pass_at(&path).expect_err("nobody serves there any more");
}

#[test]
fn a_process_that_dies_while_it_waits_no_longer_counts() {
    const TWO: NonZeroUsize = NonZeroUsize::new(2).expect("2 is not 0");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gate");
    let server = GateServer::bind(&path, TWO, Duration::from_millis(300)).expect("a free path");
    let dead = UnixStream::connect(&path).expect("a gate");
    while server.gate().peak() == 0 {
        thread::yield_now();
    }
    drop(dead);
    pass_at(&path).expect("a gate");
    assert!(!server.gate().was_opened());
}
