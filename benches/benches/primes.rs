//! Benchmark of part 1: the primes of a range by each method and variant, with more and more
//! workers.
#![forbid(unsafe_code)]

mod shared_settings;

use std::{env, num::NonZeroUsize, ops::Range, sync::Arc, time::Duration};

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use part1_primes::{Job, Keep, Method, Settings, Variant, WorkerProgram, worker};
use process_pool::ServeError;
use program::progress::Visibility;

/// The results that are kept: lists would also measure messages and memory.
const KEEP: Keep = Keep::Count;

/// The argument that makes this program a worker process.
const WORKER: &str = "worker";

fn main() -> Result<(), ServeError> {
    if shared_settings::was_started_as(WORKER) {
        return worker::serve(None);
    }
    let mut criterion = shared_settings::criterion();
    for method in Method::ALL {
        bench_method(&mut criterion, method);
    }
    criterion.final_summary();
    Ok(())
}

fn bench_method(criterion: &mut Criterion, method: Method) {
    let (range, expected) = question(method);
    let mut group = criterion.benchmark_group(format!("part1-primes/{}", method.name()));
    group
        .sampling_mode(SamplingMode::Flat)
        .throughput(Throughput::Elements(range.end - range.start));
    for variant in Variant::ALL {
        let job = |workers| Job::new(range.clone(), workers, method, KEEP);
        for (at_once, workers) in shared_settings::sweep(|workers| variant.workers(&job(workers))) {
            let settings = settings(job(workers), method, variant);
            let id = BenchmarkId::new(variant.name(), at_once);
            shared_settings::measure(&mut group, id, || wall_time(&settings, workers, expected));
        }
    }
    group.finish();
}

/// A range that keeps one core busy for part of a second, and its number of primes.
fn question(method: Method) -> (Range<u64>, u64) {
    match method {
        Method::Trial => (100_000_000..100_200_000, 10_904),
        Method::Strong | Method::Simd => (100_000_000..101_000_000, 54_208),
        Method::Sieve => (0..1_000_000_000, 50_847_534),
        Method::Count => (0..1_000_000_000_000, 37_607_912_018),
    }
}

fn settings(job: Job, method: Method, variant: Variant) -> Settings {
    Settings {
        job,
        method,
        keep: KEEP,
        variants: vec![variant],
        worker: WorkerProgram {
            path: env::current_exe().expect("the path of this program"),
            arguments: vec![WORKER.into()],
        },
        progress: Visibility::Hidden,
        after_work: Arc::new(|_| {}),
        interrupt: Arc::default(),
        so_far: Arc::default(),
    }
}

/// The wall time of one run, from before its workers are started until they have ended.
fn wall_time(settings: &Settings, workers: NonZeroUsize, expected: u64) -> Duration {
    let (report, _) = part1_primes::run(settings).unwrap_or_else(|error| panic!("{error}"));
    let [run] = &report.runs[..] else { panic!("one variant, {} runs", report.runs.len()) };
    let (variant, method, range) = (run.variant, settings.method.name(), &settings.job.range);
    assert_eq!(
        run.answer.count, expected,
        "{variant} with {workers} workers finds a wrong number of primes in {range:?} by {method}"
    );
    run.cost.wall
}
