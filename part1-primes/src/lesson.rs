//! The sentences of the report: the question, the answer, the times of 2015, and what the numbers mean.

use std::time::Duration;

use message::number::grouped;
use report::{Lesson, Published, Report, Run, human_time};

use crate::{Answer, Input, Method, Variant};

/// A smaller speedup may be chance on a shared machine.
const WORTHWHILE_SPEEDUP: f64 = 1.2;

/// The shortest run whose number of busy cores is reported. Some kernels count CPU time in ticks of 10
/// ms: with fewer than five of them, the error is too large.
const MEASURABLE_TIME: Duration = Duration::from_millis(50);

/// The times that the lab published.
const HISTORY: &str = "In 2015 the lab's job (from 100 000 000 up to 101 000 000, by trial \
                       division) took 22.6 s in Python, and 10.1 s in a pool of 4 processes on 2 \
                       cores: 2.24 times as fast.";

/// The published times as numbers.
const PUBLISHED: Published = Published {
    sequential: Duration::from_millis(22_600),
    concurrent: Duration::from_millis(10_100),
    way: "4 processes, 2 cores",
};

/// The sentences for a report of this part.
pub fn lesson(report: &Report<Input, Answer>) -> Lesson {
    Lesson {
        question: question(report),
        answer: answer(report),
        details: report.losses(),
        history: HISTORY.to_owned(),
        published: PUBLISHED,
        meaning: fastest_run(report).map_or_else(
            || "What it means: nothing, since no variant has finished.".to_owned(),
            |run| meaning(report, run),
        ),
    }
}

fn fastest_run(report: &Report<Input, Answer>) -> Option<&Run<Answer>> {
    report.runs.iter().min_by_key(|run| run.cost.wall)
}

fn question(report: &Report<Input, Answer>) -> String {
    let Input { from, to, method, .. } = report.input;
    let cores = match report.cores {
        1 => "1 core".to_owned(),
        cores => format!("{cores} cores"),
    };
    format!("{}, on {cores}:", search(from, to, method))
}

/// The words for a search.
pub(crate) fn search(from: u64, to: u64, method: Method) -> String {
    let way = match method {
        Method::Trial => "number by number, by trial division",
        Method::Strong => "number by number, by the strong test",
        Method::Simd => "number by number, by the strong test of many at once",
        Method::Sieve => "all at once, by a sieve",
        Method::Count => "counted without visiting any number",
    };
    let (from, to) = (grouped(from), grouped(to));
    format!("Every prime from {from} up to {to}, {way}")
}

fn answer(report: &Report<Input, Answer>) -> String {
    let Some(Run { answer, .. }) = report.runs.first() else {
        return "no answer: no variant has finished".to_owned();
    };
    let agreement = match report.runs.len() {
        1 => String::new(),
        variants => format!(" ({variants} variants, one answer)"),
    };
    primes(answer) + &agreement
}

/// The words for an answer.
pub(crate) fn primes(answer: &Answer) -> String {
    let Answer { count, sum } = answer;
    let primes = if *count == 1 { "prime" } else { "primes" };
    let sum = sum.map_or_else(String::new, |sum| format!(", sum {}", grouped(sum)));
    format!("{} {primes}{sum}", grouped(*count))
}

/// A sentence or two about the fastest run, with the numbers that explain it.
fn meaning(report: &Report<Input, Answer>, fastest: &Run<Answer>) -> String {
    if report.input.method == Method::Count {
        return nothing_to_hand_out(fastest);
    }
    let variant = fastest.variant;
    let Some((baseline, speedup)) = report.baseline().zip(report.speedup(fastest)) else {
        let kept_busy = measured_busy_cores(fastest).map_or_else(
            || format!("{variant} ended too soon to measure how many cores were busy"),
            |busy| format!("{variant} kept {busy:.2} cores busy"),
        );
        return format!(
            "What it means: {kept_busy}. Run the sequential variant as well to see the speedup."
        );
    };
    if report.runs.len() == 1 {
        let of_all = measured_busy_cores(fastest)
            .map_or_else(String::new, |busy| format!(" ({busy:.2} of {})", report.cores));
        return format!(
            "What it means: one thread keeps one core busy{of_all}. Run the other variants to see \
             the other cores at work."
        );
    }
    if report.runs.iter().all(|run| run.workers == 1) {
        return "What it means: a single worker cannot share its work. Ask for more --workers."
            .to_owned();
    }
    if report.cores == 1 {
        return format!(
            "What it means: one core cannot share CPU-bound work: {} workers only take turns on it.",
            report.runs.iter().map(|run| run.workers).max().unwrap_or(1)
        );
    }
    let mut meaning = if speedup >= WORTHWHILE_SPEEDUP {
        sharing_gains(baseline, fastest, speedup)
    } else {
        sharing_gains_nothing(&report.input, baseline)
    };
    if report.input.method == Method::Sieve {
        meaning += &what_processes_lose(report, baseline);
    }
    meaning
}

/// How many cores a run kept busy, if it was long enough to measure.
fn measured_busy_cores(run: &Run<Answer>) -> Option<f64> {
    (run.cost.cpu.max(run.cost.wall) >= MEASURABLE_TIME).then(|| run.busy_cores())
}

fn sharing_gains(baseline: &Run<Answer>, fastest: &Run<Answer>, speedup: f64) -> String {
    let variant = fastest.variant;
    let Some((busy, busy_alone)) = measured_busy_cores(fastest).zip(measured_busy_cores(baseline))
    else {
        return format!(
            "What it means: the work is CPU-bound, so {} workers ({variant}) are {speedup:.2} \
             times as fast as one. They end too soon to measure how many cores were busy.",
            fastest.workers
        );
    };
    format!(
        "What it means: the work is CPU-bound. With {busy:.2} busy cores instead of \
         {busy_alone:.2} (CPU/wall), the variant {variant} is {speedup:.2} times as fast as one \
         thread. The CPU time does not shrink: the cores share it."
    )
}

fn sharing_gains_nothing(input: &Input, baseline: &Run<Answer>) -> String {
    let alone = human_time(baseline.cost.wall);
    let root = input.to.isqrt();
    match input.method {
        Method::Trial | Method::Strong | Method::Simd => format!(
            "What it means: the work is too short to be worth sharing ({alone} in all), or other \
             programs keep the cores busy. Starting workers and handing out chunks costs about as \
             much as they gain."
        ),
        Method::Count => nothing_to_hand_out(baseline),
        Method::Sieve if baseline.cost.wall < MEASURABLE_TIME => format!(
            "What it means: a better algorithm beats more cores. On one thread, the sieve takes \
             {alone}, so other threads cannot help: starting them and handing out chunks costs \
             about as much as they gain. Give them more to do: --from 0 --to 1e9 --count."
        ),
        Method::Sieve if input.to.saturating_sub(input.from) < root => format!(
            "What it means: to sieve a chunk, all primes up to {}, the root of its end, have to be \
             known. For so few numbers, that is most of the work ({alone} in all), and more \
             workers do not shorten it. Ask for a longer range, or use --method strong.",
            grouped(root)
        ),
        Method::Sieve => format!(
            "What it means: a sieve has little to compute ({alone} in all). Handing out chunks and \
             gathering the primes costs about as much as workers gain, or other programs keep the \
             cores busy."
        ),
    }
}

fn nothing_to_hand_out(run: &Run<Answer>) -> String {
    format!(
        "What it means: the method visits no number, so there is nothing to hand out: one worker \
         does everything ({}), and no other variant can help.",
        human_time(run.cost.wall)
    )
}

/// A sentence if the processes are slower than one thread, and nothing otherwise.
fn what_processes_lose(report: &Report<Input, Answer>, baseline: &Run<Answer>) -> String {
    let processes = report.runs.iter().find(|run| run.variant == Variant::Processes.name());
    match processes {
        Some(run) if run.cost.wall > baseline.cost.wall => format!(
            " The processes are slower than one thread ({}): starting them and exchanging \
             messages with them costs more than they save.",
            human_time(run.cost.wall)
        ),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(lesson(&report).meaning, format!("What it means: {expected}"));
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
        check(input, vec![parallel()], expected);
    }

    #[test]
    fn processes_that_gain_are_not_blamed() {
        check(
            Input { from: 0, to: 1_000_000_000, ..LABS },
            vec![
                run(Variant::Sequential, 300_000, 300_000),
                run(Variant::Processes, 160_000, 304_000),
            ],
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
            let details = lesson(&Report::new("part1-primes", LABS, vec![run])).details;
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
            vec![
                run(Variant::Sequential, 900_000, 900_000),
                run(Variant::Parallel, 900_000, 900_000),
            ],
            "to sieve a chunk, all primes up to 1 000 000, the root of its end, have to be known. \
             For so few numbers, that is most of the work (900 ms in all), and more workers do not \
             shorten it. Ask for a longer range, or use --method strong.",
        );
    }

    #[test]
    fn a_long_list_may_cost_more_to_gather_than_to_find() {
        check(
            Input { from: 0, to: 1_000_000_000, ..LABS },
            vec![
                run(Variant::Sequential, 600_000, 600_000),
                run(Variant::Parallel, 590_000, 700_000),
            ],
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
    fn many_cores_are_measured_by_the_cpu_time_of_a_short_run() {
        check(
            Input { method: Method::Trial, ..LABS },
            vec![
                run(Variant::Sequential, 400_000, 400_000),
                run(Variant::Parallel, 30_000, 405_000),
            ],
            "the work is CPU-bound. With 13.50 busy cores instead of 1.00 (CPU/wall), the variant \
             parallel is 13.33 times as fast as one thread. The CPU time does not shrink: the cores \
             share it.",
        );
    }
}
