//! Tests of which variants work on several chunks at once. Gates prove it, without a clock.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

use std::{
    collections::BTreeSet,
    num::{NonZeroU64, NonZeroUsize},
    process,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use gate::{Gate, GateServer};
use part1_primes::{Found, Job, Keep, Method, RemoteWork, Variant, WorkerProgram};

const WORKERS: NonZeroUsize = NonZeroUsize::new(4).unwrap();
const TIMEOUT: Duration = Duration::from_mins(1);

/// Long enough for a second chunk to turn up, if there is to be one.
const SHORT_TIMEOUT: Duration = Duration::from_millis(100);

fn job() -> Job {
    Job {
        chunk: NonZeroU64::new(10).unwrap(),
        ..Job::new(0..1_000, WORKERS, Method::Trial, Keep::List)
    }
}

/// Not needed by variants that work in this process.
fn no_remote_work() -> RemoteWork {
    remote_work(Vec::new())
}

fn remote_work(arguments: Vec<std::ffi::OsString>) -> RemoteWork {
    RemoteWork {
        program: WorkerProgram { path: env!("CARGO_BIN_EXE_part1-primes").into(), arguments },
        method: Method::Trial,
        keep: Keep::Count,
        watch: Box::new(|_| ()),
    }
}

/// Runs `variant` with a gate in its work; returns the gate and the names of its threads.
fn run_at_gate(variant: Variant, needed: NonZeroUsize, timeout: Duration) -> (Gate, Vec<String>) {
    let gate = Gate::new(needed, timeout);
    let names = Mutex::new(BTreeSet::new());
    let work = |_| {
        let name = thread::current().name().unwrap_or_default().to_owned();
        names.lock().unwrap().insert(name);
        gate.pass();
        Found { count: 1, primes: Vec::new() }
    };
    let found = variant.find_primes(&job(), work, no_remote_work()).unwrap();
    assert_eq!(found.count, job().chunk_count());
    (gate, names.into_inner().unwrap().into_iter().collect())
}

#[test]
fn few_enough_threads_steal_from_each_other() {
    let workers = |workers| {
        let job = Job { workers: NonZeroUsize::new(workers).unwrap(), ..job() };
        [Variant::Parallel, Variant::WorkQueue].map(|variant| variant.workers(&job))
    };
    assert_eq!(workers(256), [256, 256]);
    assert_eq!(workers(4096), [256, 4096]);

    let many = Job { workers: NonZeroUsize::new(4096).unwrap(), ..job() };
    let names = Mutex::new(BTreeSet::new());
    let work = |_| {
        names.lock().unwrap().insert(thread::current().name().unwrap_or_default().to_owned());
        Found { count: 1, primes: Vec::new() }
    };
    let found = Variant::Parallel.find_primes(&many, work, no_remote_work()).unwrap();
    assert_eq!(found.count, many.chunk_count());
    let index = |name: &String| name.rsplit_once('-').unwrap().1.parse::<usize>().unwrap();
    assert!(names.into_inner().unwrap().iter().map(index).max().unwrap() < 256);
}

#[test]
fn the_sequential_one_never_overlaps() {
    let (gate, names) =
        run_at_gate(Variant::Sequential, NonZeroUsize::new(2).unwrap(), SHORT_TIMEOUT);
    assert_eq!(gate.peak(), 1);
    assert_eq!(names, [thread::current().name().unwrap()], "on the calling thread");
}

#[test]
fn threads_all_work_at_once() {
    for variant in [Variant::Parallel, Variant::WorkQueue] {
        let (gate, names) = run_at_gate(variant, WORKERS, TIMEOUT);
        assert!(gate.was_opened(), "{variant:?}");
        assert_eq!(gate.peak(), WORKERS.get(), "{variant:?}: never more than asked for");
        assert_eq!(names, ["worker-0", "worker-1", "worker-2", "worker-3"], "{variant:?}");
    }
}

#[test]
fn processes_all_work_at_once_and_are_children_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gate");
    let server = GateServer::bind(&path, WORKERS, TIMEOUT).unwrap();
    let work = |_| unreachable!("the work is done by other processes");
    let remote_work = remote_work(vec!["worker".into(), "--gate".into(), path.into()]);
    let found = Variant::Processes.find_primes(&job(), work, remote_work).unwrap();

    assert_eq!(found.count, 168, "π(1000)");
    assert!(server.gate().was_opened());
    assert_eq!(server.gate().peak(), WORKERS.get());
    let arrivals = server.arrivals();
    let pids: BTreeSet<u32> = arrivals.iter().map(|arrival| arrival.pid).collect();
    assert_eq!(pids.len(), WORKERS.get());
    if cfg!(target_os = "linux") {
        assert!(arrivals.iter().all(|arrival| arrival.parent == Some(process::id())));
    }
}

#[test]
fn a_panic_in_a_worker_thread_reaches_the_caller() {
    for variant in [Variant::Parallel, Variant::WorkQueue] {
        let handled = Arc::new(Mutex::new(0));
        let counter = Arc::clone(&handled);
        let caller = thread::spawn(move || {
            let work = |chunk: std::ops::Range<u64>| {
                assert!(chunk.start != 500, "as planned");
                *counter.lock().unwrap() += 1;
                Found::default()
            };
            variant.find_primes(&job(), work, no_remote_work())
        });
        let cause = caller.join().unwrap_err();
        assert_eq!(cause.downcast_ref::<&str>(), Some(&"as planned"), "{variant:?}");
        assert!(*handled.lock().unwrap() < job().chunk_count(), "{variant:?}");
    }
}
