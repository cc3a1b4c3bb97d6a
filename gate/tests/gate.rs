//! Gates open for a crowd, and for nothing else but the end of patience.

use std::{num::NonZeroUsize, os::unix::net::UnixStream, process, thread, time::Duration};

use gate::{Gate, GateServer, pass_at};

const THREE: NonZeroUsize = NonZeroUsize::new(3).expect("3 is not 0");
const PATIENCE: Duration = Duration::from_mins(1);
const NO_PATIENCE: Duration = Duration::from_millis(1);

fn pass_three_at_once(pass: impl Fn() + Sync) {
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(&pass);
        }
    });
}

#[test]
fn a_crowd_opens_the_gate_for_good() {
    let gate = Gate::new(THREE, PATIENCE);
    pass_three_at_once(|| gate.pass());
    assert!(gate.was_opened());
    gate.pass();
    assert_eq!(gate.peak(), 3);
}

#[test]
fn one_after_another_never_opens_it() {
    let gate = Gate::new(THREE, NO_PATIENCE);
    for _ in 0..10 {
        gate.pass();
    }
    assert_eq!(gate.peak(), 1);
    assert!(!gate.was_opened());
}

#[test]
fn who_loses_patience_opens_it_for_those_to_come() {
    let gate = Gate::new(THREE, NO_PATIENCE);
    gate.pass();
    let patient = Gate::new(THREE, PATIENCE);
    patient.give_up();
    patient.pass();
    assert!(!gate.was_opened() && !patient.was_opened());
}

#[test]
fn a_served_gate_names_those_who_came() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gate");
    let server = GateServer::bind(&path, THREE, PATIENCE).expect("a free path");
    pass_three_at_once(|| pass_at(&path).expect("a gate"));
    assert!(server.gate().was_opened());
    let pids: Vec<u32> = server.arrivals().iter().map(|arrival| arrival.pid).collect();
    assert_eq!(pids, [process::id(); 3]);
    drop(server);
    assert!(!path.exists());
}

#[test]
fn a_gate_that_goes_away_lets_everyone_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gate");
    let server = GateServer::bind(&path, THREE, PATIENCE).expect("a free path");
    let held = UnixStream::connect(&path).expect("a gate");
    drop(server);
    drop(held);
    pass_at(&path).expect_err("nobody serves there any more");
}

#[test]
fn who_dies_at_the_gate_no_longer_counts() {
    const TWO: NonZeroUsize = NonZeroUsize::new(2).expect("2 is not 0");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gate");
    let server = GateServer::bind(&path, TWO, Duration::from_millis(300)).expect("a free path");
    let ghost = UnixStream::connect(&path).expect("a gate");
    while server.gate().peak() == 0 {
        thread::yield_now();
    }
    drop(ghost);
    pass_at(&path).expect("a gate");
    assert!(!server.gate().was_opened());
}
