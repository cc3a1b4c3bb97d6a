//! Tests of the sentences: which ones a report has, for runs with given times.

use common::stopwatch::Cost;
use report::timeline::Timeline;

use super::*;

const LABS: Input =
    Input { from: 100_000_000, to: 101_000_000, method: Method::Sieve, chunk: 80_392 };

/// A run of this variant, with its wall and CPU time in microseconds.
fn run(variant: Variant, wall_us: u64, cpu_us: u64) -> Run<Answer> {
    Run {
        variant: variant.name(),
        workers: if variant == Variant::Sequential { 1 } else { 2 },
        answer: Answer { count: 0, sum: None },
        cost: Cost { wall: Duration::from_micros(wall_us), cpu: Duration::from_micros(cpu_us) },
        floor: None,
        timeline: Timeline::default(),
    }
}

fn check(input: Input, runs: Vec<Run<Answer>>, expected: &str) {
    let report = Report { cores: 2, ..Report::new("part1-primes", input, runs) };
    check_report(&report, Output::Report, expected);
}

fn check_report(report: &Report<Input, Answer>, output: Output, expected: &str) {
    assert_eq!(lesson(report, output).meaning, format!("What it means: {expected}"));
}

#[test]
fn a_sieve_that_is_done_at_once_leaves_nothing_to_share() {
    check(
        LABS,
        vec![
            run(Variant::Sequential, 400, 0),
            run(Variant::Parallel, 380, 10_000),
            run(Variant::Processes, 8_200, 0),
        ],
        "a better algorithm beats more cores. On one thread, the sieve takes 400 µs, so other \
         threads cannot help: starting them and handing out chunks costs about as much as they \
         gain. Give them more to do: --from 0 --to 1e9 --count. The processes are slower than \
         one thread (8.20 ms): starting them and exchanging messages with them costs more than \
         they save.",
    );
}

#[test]
fn a_method_that_visits_no_number_leaves_nothing_to_hand_out() {
    let input = Input { method: Method::Count, ..LABS };
    let expected = "the method visits no number, so there is nothing to hand out: one worker \
                    does everything (200 ms), and no other variant can help.";
    let sequential = || run(Variant::Sequential, 210_000, 205_000);
    let parallel = || run(Variant::Parallel, 200_000, 200_000);
    check(input.clone(), vec![sequential(), parallel()], expected);
    check(input.clone(), vec![parallel()], expected);
    let report = Report::new("part1-primes", input, vec![sequential(), parallel()]);
    assert!(!lesson(&report, Output::Report).shares_work);
}

#[test]
fn a_single_chunk_cannot_be_shared() {
    check(
        Input { method: Method::Trial, chunk: 1_000_000, ..LABS },
        vec![run(Variant::Sequential, 600_000, 600_000), run(Variant::Parallel, 600_000, 600_000)],
        "the whole range is one chunk, so a single worker does everything. Ask for a smaller --chunk.",
    );
}

#[test]
fn processes_that_gain_are_not_blamed() {
    check(
        Input { from: 0, to: 1_000_000_000, ..LABS },
        vec![run(Variant::Sequential, 300_000, 300_000), run(Variant::Processes, 160_000, 304_000)],
        "the work is CPU-bound. With 1.90 busy cores instead of 1.00 (CPU/wall), the variant \
         processes is 1.88 times as fast as one thread. The CPU time does not shrink: the cores \
         share it.",
    );
}

#[test]
fn lost_workers_are_named_but_for_more_than_ten() {
    let check = |losses: usize, expected: usize, last: &str| {
        let mut run = run(Variant::Processes, 160_000, 304_000);
        run.timeline.losses = (1..=losses).map(|pid| format!("worker process {pid}")).collect();
        let report = Report::new("part1-primes", LABS, vec![run]);
        let details = lesson(&report, Output::Report).details;
        assert_eq!(details.len(), expected);
        assert_eq!(details.last().map_or("", String::as_str), last);
    };
    check(0, 0, "");
    check(1, 1, "processes: worker process 1");
    check(10, 10, "processes: worker process 10");
    check(12, 11, "and 2 more worker processes were lost");
}

#[test]
fn threads_may_gain_where_processes_lose() {
    check(
        LABS,
        vec![
            run(Variant::Sequential, 2_000, 0),
            run(Variant::WorkQueue, 1_250, 0),
            run(Variant::Processes, 9_000, 0),
        ],
        "the work is CPU-bound, so 2 workers (work-queue) are 1.60 times as fast as one. They \
         end too soon to measure how many cores were busy. The processes are slower than one \
         thread (9.00 ms): starting them and exchanging messages with them costs more than \
         they save.",
    );
}

#[test]
fn few_large_numbers_need_more_preparation_than_sieving() {
    check(
        Input { from: 999_999_900_000, to: 1_000_000_000_000, ..LABS },
        vec![run(Variant::Sequential, 900_000, 900_000), run(Variant::Parallel, 900_000, 900_000)],
        "to sieve a chunk, all primes up to 1 000 000, the root of its end, have to be known. \
         For so few numbers, that is most of the work (900 ms in all), and more workers do not \
         shorten it. Ask for a longer range, or use --method strong.",
    );
}

#[test]
fn a_long_list_may_cost_more_to_gather_than_to_find() {
    check(
        Input { from: 0, to: 1_000_000_000, ..LABS },
        vec![run(Variant::Sequential, 600_000, 600_000), run(Variant::Parallel, 590_000, 700_000)],
        "a sieve has little to compute (600 ms in all). Handing out chunks and gathering the \
         primes costs about as much as workers gain, or other programs keep the cores busy.",
    );
}

#[test]
fn cpu_time_is_not_quoted_where_it_is_too_coarse() {
    let strong = Input { method: Method::Strong, ..LABS };
    check(
        strong.clone(),
        vec![run(Variant::Sequential, 40_000, 40_000), run(Variant::Parallel, 20_000, 0)],
        "the work is CPU-bound, so 2 workers (parallel) are 2.00 times as fast as one. They end \
         too soon to measure how many cores were busy.",
    );
    check(
        strong.clone(),
        vec![run(Variant::Parallel, 20_000, 0)],
        "parallel ended too soon to measure how many cores were busy. Run the sequential \
         variant as well to see the speedup.",
    );
    check(
        strong,
        vec![run(Variant::Sequential, 40_000, 0)],
        "one thread keeps one core busy. Run the other variants to see the other cores at work.",
    );
}

#[test]
fn printing_is_not_told_to_run_several_variants() {
    let check = |variant, expected| {
        let runs = vec![run(variant, 40_000, 40_000)];
        let report = Report { cores: 2, ..Report::new("part1-primes", LABS, runs) };
        check_report(&report, Output::Primes, expected);
    };
    check(
        Variant::WorkQueue,
        "work-queue ended too soon to measure how many cores were busy. Run all variants, \
         without --print, to see the speedup.",
    );
    check(
        Variant::Sequential,
        "one thread keeps one core busy. Run all variants, without --print, to see the other \
         cores at work.",
    );
}

#[test]
fn one_core_is_not_told_to_use_others() {
    let check = |runs, expected| {
        let report = Report { cores: 1, ..Report::new("part1-primes", LABS, runs) };
        check_report(&report, Output::Report, expected);
    };
    let sequential = || run(Variant::Sequential, 40_000, 40_000);
    let parallel = |workers| Run { workers, ..run(Variant::Parallel, 40_000, 40_000) };
    check(
        vec![sequential()],
        "one thread keeps one core busy. There is no other core for the other variants.",
    );
    check(
        vec![sequential(), parallel(1)],
        "one core cannot share CPU-bound work: more workers would only take turns on it.",
    );
    check(
        vec![sequential(), parallel(4)],
        "one core cannot share CPU-bound work: 4 workers only take turns on it.",
    );
}

#[test]
fn many_cores_are_measured_by_the_cpu_time_of_a_short_run() {
    check(
        Input { method: Method::Trial, ..LABS },
        vec![run(Variant::Sequential, 400_000, 400_000), run(Variant::Parallel, 30_000, 405_000)],
        "the work is CPU-bound. With 13.50 busy cores instead of 1.00 (CPU/wall), the variant \
         parallel is 13.33 times as fast as one thread. The CPU time does not shrink: the cores \
         share it.",
    );
}
