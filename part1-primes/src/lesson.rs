//! The sentences of this part: what was done, what the lab measured, what the numbers mean.

use common::{
    number::grouped,
    report::{Lesson, Report, Run, human_time},
};

use crate::{Answer, Input, Method};

/// Below this, "faster" is not worth saying on a shared machine.
const WORTHWHILE_SPEEDUP: f64 = 1.2;

/// What the lab published.
const HISTORY: &str = "In 2015 the lab's job (from 100 000 000 up to 101 000 000, by trial \
                       division) took 22.6 s in Python, and 10.1 s in a pool of 4 processes on 2 \
                       cores: 2.24 times as fast.";

/// The sentences for a report of this part.
pub fn lesson(report: &Report<Input, Answer>) -> Lesson {
    Lesson {
        question: question(report),
        answer: answer(report),
        details: Vec::new(),
        history: HISTORY.to_owned(),
        meaning: fastest_run(report).map_or_else(String::new, |run| meaning(report, run)),
    }
}

fn fastest_run(report: &Report<Input, Answer>) -> Option<&Run<Answer>> {
    report.runs.iter().min_by_key(|run| run.cost.wall)
}

fn question(report: &Report<Input, Answer>) -> String {
    let Input { from, to, method, .. } = report.input;
    let check = match method {
        Method::Trial => "trial division",
        Method::Strong => "the strong test",
    };
    let cores = match report.cores {
        1 => "1 core".to_owned(),
        cores => format!("{cores} cores"),
    };
    let (from, to) = (grouped(from), grouped(to));
    format!("Every prime from {from} up to {to}, number by number, by {check}, on {cores}:")
}

fn answer(report: &Report<Input, Answer>) -> String {
    let Some(Run { answer: Answer { count, sum }, .. }) = report.runs.first() else {
        return "nothing was run".to_owned();
    };
    let primes = if *count == 1 { "prime" } else { "primes" };
    let sum = sum.map_or_else(String::new, |sum| format!(", sum {}", grouped(sum)));
    let agreement = match report.runs.len() {
        1 => String::new(),
        variants => format!(" ({variants} variants, one answer)"),
    };
    format!("{} {primes}{sum}{agreement}", grouped(*count))
}

/// One sentence about the fastest run, with the numbers that explain it.
fn meaning(report: &Report<Input, Answer>, fastest: &Run<Answer>) -> String {
    let busy = fastest.busy_cores();
    let variant = fastest.variant;
    let Some((baseline, speedup)) = report.baseline().zip(report.speedup(fastest)) else {
        return format!(
            "What it means: {variant} kept {busy:.2} cores busy; run the sequential variant \
             beside it to see what that gained."
        );
    };
    if report.runs.len() == 1 {
        return format!(
            "What it means: one thread keeps one core busy ({busy:.2} of {}); run the other \
             variants to see the rest of them at work.",
            report.cores
        );
    }
    if report.runs.iter().all(|run| run.workers == 1) {
        return "What it means: a single worker has nobody to share the work with, whatever it is \
                called; ask for more --workers."
            .to_owned();
    }
    if report.cores == 1 {
        return format!(
            "What it means: with one core there is nobody to share CPU-bound work with; {} \
             workers only take turns on it.",
            report.runs.iter().map(|run| run.workers).max().unwrap_or(1)
        );
    }
    if speedup < WORTHWHILE_SPEEDUP {
        return format!(
            "What it means: the work is too short to be worth sharing ({} in all), or other \
             programs keep the cores busy: starting workers and handing out chunks costs about \
             what they gain.",
            human_time(baseline.cost.wall)
        );
    }
    format!(
        "What it means: the work is CPU-bound, so it is done {speedup:.2} times as fast when \
         {busy:.2} cores are busy with it instead of {:.2} (CPU/wall, {variant}); the CPU time \
         does not shrink, it is only shared.",
        baseline.busy_cores(),
    )
}
