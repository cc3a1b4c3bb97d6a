//! The sentences of the report: the question, the answer, the times of 2015, and what the numbers mean.

#[cfg(test)]
mod tests;

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

/// What the program prints on stdout. The advice in a report depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// The report on all variants that the user wants.
    Report,
    /// The primes of a single variant.
    Primes,
}

/// The sentences for a report of this part.
pub fn lesson(report: &Report<Input, Answer>, output: Output) -> Lesson {
    Lesson {
        question: question(report),
        answer: answer(report),
        details: report.losses(),
        history: HISTORY.to_owned(),
        published: PUBLISHED,
        meaning: fastest_run(report).map_or_else(
            || "What it means: nothing, since no variant has finished.".to_owned(),
            |run| meaning(report, run, output),
        ),
        shares_work: report.input.method != Method::Count,
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
fn meaning(report: &Report<Input, Answer>, fastest: &Run<Answer>, output: Output) -> String {
    if report.input.method == Method::Count {
        return nothing_to_hand_out(fastest);
    }
    let variant = fastest.variant;
    let Some((baseline, speedup)) = report.baseline().zip(report.speedup(fastest)) else {
        let kept_busy = measured_busy_cores(fastest).map_or_else(
            || format!("{variant} ended too soon to measure how many cores were busy"),
            |busy| format!("{variant} kept {busy:.2} cores busy"),
        );
        let advice = match output {
            Output::Report => "Run the sequential variant as well to see the speedup.",
            Output::Primes => "Run all variants, without --print, to see the speedup.",
        };
        return format!("What it means: {kept_busy}. {advice}");
    };
    if report.runs.len() == 1 {
        let of_all = measured_busy_cores(fastest)
            .map_or_else(String::new, |busy| format!(" ({busy:.2} of {})", report.cores));
        let advice = match output {
            _ if report.cores == 1 => "There is no other core for the other variants.",
            Output::Report => "Run the other variants to see the other cores at work.",
            Output::Primes => "Run all variants, without --print, to see the other cores at work.",
        };
        return format!("What it means: one thread keeps one core busy{of_all}. {advice}");
    }
    let workers_max = report.runs.iter().map(|run| run.workers).max().unwrap_or(1);
    if report.cores == 1 {
        let workers = match workers_max {
            1 => "more workers would".to_owned(),
            several => format!("{several} workers"),
        };
        return format!(
            "What it means: one core cannot share CPU-bound work: {workers} only take turns on it."
        );
    }
    if workers_max == 1 {
        return "What it means: a single worker cannot share its work. Ask for more --workers."
            .to_owned();
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
    let numbers = input.to.saturating_sub(input.from);
    match input.method {
        Method::Trial | Method::Strong | Method::Simd
            if input.chunk > 1 && numbers <= input.chunk =>
        {
            "What it means: the whole range is one chunk, so a single worker does everything. Ask for \
             a smaller --chunk."
                .to_owned()
        }
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
        Method::Sieve if numbers < root => format!(
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
