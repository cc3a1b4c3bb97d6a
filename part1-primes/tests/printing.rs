//! Tests of primes that are printed as they are found: their order, the memory, and the end.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

#[path = "shared/settings.rs"]
mod shared_settings;

use std::{
    io::{self, Write},
    num::{NonZeroU64, NonZeroUsize},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use common::stopwatch::WallClock;
use part1_primes::{Job, Keep, Method, PrimesError, Settings, SoFar, Variant};

const WORKERS: usize = 2;

const TIMEOUT: Duration = Duration::from_mins(1);

/// Each chunk has a prime, so that each is one write.
const CHUNK: u64 = 1_000;

fn settings(chunk_count: u64) -> Settings {
    let workers = NonZeroUsize::new(WORKERS).unwrap();
    let chunk = NonZeroU64::new(CHUNK).unwrap();
    let job = Job { range: 0..chunk_count * CHUNK, workers, chunk };
    shared_settings::settings(job, Method::Strong, Keep::List)
}

/// The number of chunks that are done; none if no variant is at work, or all are done.
fn chunks_done(so_far: &SoFar) -> Option<u64> {
    let message = so_far.cut_off()?;
    let (_, done) = message.split_once(": ").unwrap();
    Some(done.split(' ').next().unwrap().parse().unwrap())
}

/// Checks at each write how far the work is ahead of it.
struct CountingWriter {
    so_far: Arc<SoFar>,
    /// The first write waits until this many chunks are done.
    first_waits_for: u64,
    ahead_max: u64,
    writes: u64,
    text: Arc<Mutex<Vec<u8>>>,
}

impl Write for CountingWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.writes == 0 {
            let clock = WallClock::start();
            while chunks_done(&self.so_far) < Some(self.first_waits_for) {
                assert!(clock.elapsed() < TIMEOUT, "fewer than {} done", self.first_waits_for);
                thread::yield_now();
            }
        }
        if let Some(done) = chunks_done(&self.so_far) {
            let ahead = done.saturating_sub(self.writes);
            assert!(ahead <= self.ahead_max, "{done} done, {} written", self.writes);
        }
        self.writes += 1;
        self.text.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn primes_come_in_order_and_few_chunks_wait_for_the_output() {
    let check = |variant, first_waits_for, ahead_max| {
        let settings = settings(400);
        let text = Arc::new(Mutex::new(Vec::new()));
        let out = CountingWriter {
            so_far: Arc::clone(&settings.so_far),
            first_waits_for,
            ahead_max,
            writes: 0,
            text: Arc::clone(&text),
        };
        let report = part1_primes::print(&settings, variant, out).unwrap();
        let primes: Vec<u64> = sieve::collect(settings.job.range.clone());
        let mut lines = Vec::new();
        sieve::write_lines(settings.job.range, &mut lines).unwrap();
        assert!(*text.lock().unwrap() == lines, "{variant:?}");
        assert_eq!(report.runs.len(), 1);
        assert_eq!(report.runs[0].variant, variant.name());
        assert_eq!(report.runs[0].answer.count, primes.len() as u64);
        assert_eq!(report.runs[0].answer.sum, Some(primes.iter().map(|&p| u128::from(p)).sum()));
    };
    check(Variant::Sequential, 0, 0);
    // While one thread writes, the other one goes on until four chunks for each are begun.
    check(Variant::Parallel, 7, 7);
    check(Variant::WorkQueue, 7, 7);
    // The pool bounds how far its processes go on.
    check(Variant::Processes, 8, 16 * WORKERS as u64);
}

/// Fails at its third write.
struct FailingWriter {
    writes: u64,
    kind: io::ErrorKind,
}

impl Write for FailingWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writes += 1;
        if self.writes == 3 { Err(self.kind.into()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_output_that_fails_ends_the_work() {
    for variant in Variant::ALL {
        for kind in [io::ErrorKind::BrokenPipe, io::ErrorKind::StorageFull] {
            // It would take years.
            let settings = settings(1_000_000_000_000_000);
            let out = FailingWriter { writes: 0, kind };
            match part1_primes::print(&settings, variant, out) {
                Err(PrimesError::CannotPrint(error)) => assert_eq!(error.kind(), kind),
                other => panic!("{variant:?}: {other:?}"),
            }
        }
    }
}

/// Raises an interrupt at its third write.
struct InterruptingWriter {
    writes: u64,
    settings: Settings,
}

impl Write for InterruptingWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writes += 1;
        if self.writes == 3 {
            self.settings.interrupt.raise();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_interrupt_ends_the_output() {
    for variant in Variant::ALL {
        let settings = settings(1_000_000_000_000_000);
        let out = InterruptingWriter { writes: 0, settings: settings.clone() };
        let report = part1_primes::print(&settings, variant, out).unwrap();
        assert!(report.runs.is_empty(), "{variant:?}");
    }
}

#[test]
fn nothing_is_printed_for_an_empty_range() {
    for variant in Variant::ALL {
        let out = FailingWriter { writes: 2, kind: io::ErrorKind::Other };
        let report = part1_primes::print(&settings(0), variant, out).unwrap();
        assert_eq!(report.runs[0].answer.count, 0, "{variant:?}");
    }
}
