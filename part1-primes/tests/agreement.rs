//! Tests that all variants find the same primes, and the right ones.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

#[path = "shared/settings.rs"]
mod shared_settings;

use std::{
    num::{NonZeroU64, NonZeroUsize},
    ops::Range,
};

use part1_primes::{Job, Keep, Method, PrimesError, Settings, Variant, WorkerProgram};
use proptest::prelude::*;

fn settings(numbers: Range<u64>, method: Method) -> Settings {
    let job = Job::new(numbers, NonZeroUsize::new(3).unwrap(), method, Keep::List);
    shared_settings::settings(job, method, Keep::List)
}

/// What every variant finds; `run` itself refuses variants that disagree.
fn primes(settings: &Settings) -> Vec<u64> {
    let (report, primes) = part1_primes::run(settings).unwrap();
    for run in &report.runs {
        assert_eq!(run.answer.count, primes.len() as u64, "{}", run.variant);
        let sum = primes.iter().map(|&prime| u128::from(prime)).sum();
        assert_eq!(run.answer.sum, Some(sum), "{}", run.variant);
    }
    assert_eq!(report.runs.len(), settings.variants.len());
    primes
}

#[test]
fn the_labs_numbers() {
    for method in [Method::Strong, Method::Simd, Method::Sieve] {
        let primes = primes(&settings(100_000_000..101_000_000, method));
        assert_eq!(primes.len(), 54_208, "{method:?}");
        assert_eq!(primes.iter().sum::<u64>(), 5_447_899_551_826, "{method:?}");
        assert!(primes.is_sorted(), "{method:?}");
    }
}

#[test]
fn an_empty_range_has_no_primes() {
    for numbers in [0..0, 100..100, u64::MAX..u64::MAX] {
        assert!(primes(&settings(numbers.clone(), Method::Trial)).is_empty());
        assert!(primes(&settings(numbers, Method::Sieve)).is_empty());
    }
}

#[test]
fn the_range_is_half_open() {
    for method in Method::LISTING {
        assert_eq!(primes(&settings(0..3, method)), [2], "{method:?}");
        assert_eq!(primes(&settings(2..7, method)), [2, 3, 5], "{method:?}");
        assert_eq!(primes(&settings(7..8, method)), [7], "{method:?}");
    }
}

#[test]
fn around_two_to_the_32() {
    let numbers = (1 << 32) - 2_000..(1 << 32) + 2_000;
    let by_trial = primes(&settings(numbers.clone(), Method::Trial));
    assert_eq!(by_trial, primes(&settings(numbers.clone(), Method::Strong)));
    assert_eq!(by_trial, primes(&settings(numbers.clone(), Method::Simd)));
    assert_eq!(by_trial, primes(&settings(numbers, Method::Sieve)));
    assert!(by_trial.contains(&4_294_967_291) && by_trial.contains(&4_294_967_311));
}

#[test]
fn the_top_of_u64_by_the_strong_test() {
    for method in [Method::Strong, Method::Simd] {
        let primes = primes(&settings(u64::MAX - 10_000..u64::MAX, method));
        assert_eq!(primes.last(), Some(&18_446_744_073_709_551_557), "{method:?}");
    }
}

#[test]
fn the_last_numbers_of_the_sieve() {
    // There, all primes of 32 bits are needed for however few numbers: one thread, one process.
    let variants = vec![Variant::Sequential, Variant::Processes];
    let numbers = u64::MAX - 2_000..u64::MAX;
    let by_sieve = Settings { variants, ..settings(numbers.clone(), Method::Sieve) };
    assert_eq!(by_sieve.job.chunk_count(), 1);
    assert_eq!(primes(&by_sieve), primes(&settings(numbers, Method::Strong)));
}

#[test]
fn for_an_inverted_range_no_worker_is_started() {
    // There is no program under this path: starting a worker would be another error.
    let worker = WorkerProgram { path: "/nowhere".into(), arguments: Vec::new() };
    for (from, to) in [(1, 0), (u64::MAX, u64::MAX - 1), (u64::MAX, 0)] {
        for method in Method::ALL {
            let settings = Settings {
                worker: worker.clone(),
                variants: vec![Variant::Processes],
                ..settings(from..to, method)
            };
            let error = part1_primes::run(&settings).err().unwrap();
            let expected = (from, to);
            assert!(
                matches!(error, PrimesError::InvertedRange { from, to } if (from, to) == expected),
                "{error:?}"
            );
        }
    }
}

#[test]
fn counting_keeps_no_primes() {
    for method in Method::ALL {
        let settings = Settings { keep: Keep::Count, ..settings(0..100_000, method) };
        let (report, primes) = part1_primes::run(&settings).unwrap();
        assert!(primes.is_empty());
        for run in &report.runs {
            assert_eq!((run.answer.count, run.answer.sum), (9_592, None), "{}", run.variant);
        }
    }
}

#[test]
fn a_method_that_visits_no_number_counts_what_the_sieve_counts() {
    let far = 1 << 32..(1 << 32) + 1_000;
    let lab = 100_000_000..101_000_000;
    for numbers in [0..0, 0..1, 0..3, 2..3, 3..4, 7..7, 24..29, lab, far] {
        let expected = if numbers.is_empty() { 0 } else { sieve::count(numbers.clone()) };
        let whole = Settings { keep: Keep::Count, ..settings(numbers.clone(), Method::Count) };
        let length = numbers.end.saturating_sub(numbers.start);
        let short = NonZeroU64::new(length / 3 + 1).unwrap();
        let divided = Settings { job: Job { chunk: short, ..whole.job.clone() }, ..whole.clone() };
        for settings in [whole, divided] {
            let (report, primes) = part1_primes::run(&settings).unwrap();
            assert!(primes.is_empty());
            for run in &report.runs {
                assert_eq!(run.answer.count, expected, "{}, {:?}", run.variant, settings.job);
            }
        }
    }
}

#[test]
fn what_a_method_cannot_find_is_an_error_before_any_work() {
    let error = |range, keep| {
        // There is no program under this path: starting a worker would be another error.
        let worker = WorkerProgram { path: "/nowhere".into(), arguments: Vec::new() };
        let variants = vec![Variant::Processes];
        let settings = Settings { worker, variants, keep, ..settings(range, Method::Count) };
        part1_primes::run(&settings).err().unwrap()
    };
    let listed = error(0..100, Keep::List);
    assert!(matches!(listed, PrimesError::OnlyCounts), "{listed:?}");
    // The end is exclusive, so the last number is the largest one that can be counted.
    let end = sieve::PRIME_COUNT_MAX + 1;
    assert!(Method::Count.check(&(0..end)).is_ok());
    let end = end + 1;
    let beyond = error(0..end, Keep::Count);
    assert!(matches!(beyond, PrimesError::BeyondTheCount { to } if to == end), "{beyond:?}");
}

/// How many primes there are in [10ⁿ, 10ⁿ + 10⁷), for n = 9, 10, …: by primesieve.
const PRIMES_IN_TEN_MILLION: [u64; 10] =
    [482_449, 434_650, 394_401, 361_726, 334_312, 310_582, 289_394, 271_897, 255_085, 241_295];

/// Counts by the sieve, in every variant, in chunks of its own choice and in shorter ones.
fn check_count(numbers: Range<u64>, expected: u64) {
    let settings = settings(numbers.clone(), Method::Sieve);
    let job = Job::new(numbers, settings.job.workers, Method::Sieve, Keep::Count);
    let short = NonZeroU64::new(job.chunk.get() / 2 + 1).unwrap();
    for job in [job.clone(), Job { chunk: short, ..job }] {
        let settings = Settings { job, keep: Keep::Count, ..settings.clone() };
        let (report, _) = part1_primes::run(&settings).unwrap();
        for run in &report.runs {
            assert_eq!(run.answer.count, expected, "{}, {:?}", run.variant, settings.job);
        }
    }
}

#[test]
fn variants_count_ten_million_numbers_from_powers_of_ten() {
    for (power, expected) in (9..=16).zip(PRIMES_IN_TEN_MILLION) {
        check_count(10_u64.pow(power)..10_u64.pow(power) + 10_000_000, expected);
    }
}

#[test]
#[ignore = "takes long where cores are slow; `.ci/soak sieve` runs it"]
fn variants_count_the_largest_numbers() {
    for (power, expected) in (9..=18).zip(PRIMES_IN_TEN_MILLION).skip(8) {
        check_count(10_u64.pow(power)..10_u64.pow(power) + 10_000_000, expected);
    }
    let start = 10_u64.pow(19);
    check_count(start..start + 20_000_000, 457_665); // by primesieve
}

#[test]
fn every_started_worker_has_a_lane_even_without_work() {
    let (report, _) = part1_primes::run(&settings(10..12, Method::Trial)).unwrap();
    let lanes: Vec<usize> = report.runs.iter().map(|run| run.timeline.lanes.len()).collect();
    assert_eq!(lanes, [1, 3, 3, 3]);
    let mut pids: Vec<u32> = report.runs[3].timeline.lanes.iter().map(|lane| lane.pid).collect();
    pids.sort_unstable();
    pids.dedup();
    assert_eq!(pids.len(), 3, "a process each");
    assert!(!pids.contains(&std::process::id()), "never the parent");
}

#[test]
#[cfg(target_os = "linux")]
fn a_variant_that_finds_other_primes_is_an_error() {
    // A worker that answers every task, and never with a prime.
    let lie =
        r#"s/.*"task":\([0-9]*\),.*/{"task":\1,"busy_us":1,"outcome":{"output":{"count":0}}}/"#;
    let worker = WorkerProgram { path: "sed".into(), arguments: vec!["-u".into(), lie.into()] };
    let settings = Settings { worker, ..settings(0..100, Method::Trial) };
    let error = part1_primes::run(&settings).err().unwrap();
    assert!(
        matches!(error, PrimesError::Disagreement { variant: "processes", found: 0, .. }),
        "{error:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn variants_agree_on_any_range(
        from in prop_oneof![0..1_000_000_u64, (1_u64 << 32) - 5_000..1 << 32, u64::MAX - 9_000..u64::MAX],
        length in 0..4_000_u64,
        workers in 1..5_usize,
        chunk in prop::option::of(1..2_000_u64),
    ) {
        let mut settings = settings(from..from.saturating_add(length), Method::Strong);
        settings.job.workers = NonZeroUsize::new(workers).unwrap();
        settings.job.chunk = chunk.and_then(NonZeroU64::new).unwrap_or(settings.job.chunk);
        let primes = primes(&settings);
        prop_assert!(primes.is_sorted());
        let expected = (from..from.saturating_add(length))
            .filter(|&n| sieve::is_prime(n));
        prop_assert_eq!(primes, expected.collect::<Vec<_>>());
    }

    // Not as far up: trial division, and what a sieve has to know, take long there.
    #[test]
    fn methods_agree_on_any_range(
        from in prop_oneof![0..1_000_u64, 0..10_000_000_u64, (1_u64 << 32) - 5_000..1 << 32],
        length in 0..3_000_u64,
        workers in 1..4_usize,
        chunk in prop::option::of(1..2_000_u64),
    ) {
        let found = Method::LISTING.map(|method| {
            let workers = NonZeroUsize::new(workers).unwrap();
            let job = Job::new(from..from + length, workers, method, Keep::List);
            let chunk = chunk.map(|numbers| numbers.max(length / 20));
            let chunk = chunk.and_then(NonZeroU64::new).unwrap_or(job.chunk);
            primes(&Settings { job: Job { chunk, ..job }, ..settings(0..0, method) })
        });
        prop_assert!(found.iter().all(|primes| *primes == found[0]), "{found:?}");
    }
}
