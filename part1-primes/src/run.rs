//! One run: the variants one after another, whose answers are compared.

use std::{
    io::Write,
    ops::ControlFlow,
    panic::{self, AssertUnwindSafe},
    sync::Arc,
};

use program::run::each_variant;
use report::{Report, Run};
use serde::Serialize;
use sieve::SharedSieve;

use crate::{
    Answer, Found, Job, Keep, Method, PrimesError, RemoteWork, Settings, Variant,
    instruments::Instruments,
    printer::Printer,
    so_far::{CutOff, Done},
};

/// The question in a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Input {
    /// The first number.
    pub from: u64,
    /// The end of the range, which is not part of it.
    pub to: u64,
    /// The method.
    pub method: Method,
    /// How many numbers a worker takes at a time.
    pub chunk: u64,
}

/// Runs the variants one after another and compares their answers.
///
/// Returns the report, and the primes if they were listed. After an interrupt, the current variant has
/// no answer, and no other one begins.
///
/// # Errors
/// When the method cannot do the whole range, or find what is kept, which is checked before any worker
/// starts; when a variant fails, or finds other primes than the one before.
pub fn run(settings: &Settings) -> Result<(Report<Input, Answer>, Vec<u64>), PrimesError> {
    run_variants(settings, &settings.variants, None)
}

/// Runs one variant, and prints the primes as it finds them: one on each line, in ascending order.
///
/// Memory does not grow with the range: workers wait while too many chunks are begun and not printed.
/// The settings have to keep lists.
///
/// # Errors
/// As [`run`], and when `out` fails. Then the variant ends at once.
pub fn print(
    settings: &Settings,
    variant: Variant,
    out: impl Write + Send + 'static,
) -> Result<Report<Input, Answer>, PrimesError> {
    let printer = Arc::new(Printer::new(&settings.job, Box::new(out)));
    let result = run_variants(settings, &[variant], Some(&printer));
    if let Some(error) = printer.take_error() {
        return Err(PrimesError::CannotPrint(error));
    }
    result.map(|(report, _)| report)
}

fn run_variants(
    settings: &Settings,
    variants: &[Variant],
    printer: Option<&Arc<Printer>>,
) -> Result<(Report<Input, Answer>, Vec<u64>), PrimesError> {
    settings.method.check(&settings.job.range)?;
    settings.method.check_keep(settings.keep)?;
    let Settings { interrupt, so_far, .. } = settings;
    let unwritten = each_variant(variants, Variant::name, interrupt, |variant| {
        let Some(result) = unless_cut_off(|| run_variant(settings, variant, printer)) else {
            return Ok(ControlFlow::Break(()));
        };
        let (run, found) = result?;
        so_far.finish(run, found).map(ControlFlow::Continue)
    })?;
    let (report, primes) = settings.report(so_far.take_done());
    let report = report.with_unwritten(unwritten).map_err(PrimesError::Unwritten)?;
    Ok((report, primes))
}

/// Calls `print` with what [`run`] would return now, unless `run` has returned. After this call the
/// process has to end: `run` does not return any more.
pub fn report_at_the_end(settings: &Settings, print: impl FnOnce(&Report<Input, Answer>, &[u64])) {
    settings.so_far.report_at_the_end(|done| {
        let (report, primes) = settings.report(done);
        print(&report, &primes);
    });
}

impl Settings {
    fn report(&self, done: Done) -> (Report<Input, Answer>, Vec<u64>) {
        let Job { range, chunk, .. } = &self.job;
        let input =
            Input { from: range.start, to: range.end, method: self.method, chunk: chunk.get() };
        let primes = done.found.unwrap_or_default().primes;
        (Report::new("part1-primes", input, done.runs), primes)
    }
}

/// The result of `work`, or none if an interrupt ended it. Other panics continue.
fn unless_cut_off<Output>(work: impl FnOnce() -> Output) -> Option<Output> {
    match panic::catch_unwind(AssertUnwindSafe(work)) {
        Ok(output) => Some(output),
        Err(cause) if cause.is::<CutOff>() => None,
        Err(cause) => panic::resume_unwind(cause),
    }
}

fn run_variant(
    settings: &Settings,
    variant: Variant,
    printer: Option<&Arc<Printer>>,
) -> Result<(Run<Answer>, Found), PrimesError> {
    let Settings { job, method, keep, .. } = settings;
    let instruments = Arc::new(Instruments::start(variant, settings, printer.cloned()));
    let shared_sieve = SharedSieve::default();
    let find = |numbers| method.find(numbers, *keep, &shared_sieve);
    let work = |chunk| instruments.observe(job, chunk, find);
    let remote_work = RemoteWork {
        program: settings.worker.clone(),
        method: *method,
        keep: *keep,
        watch: {
            let instruments = Arc::clone(&instruments);
            Box::new(move |event| instruments.note(event))
        },
    };
    let found = variant.find_primes(job, work, remote_work)?;
    let instruments = Arc::into_inner(instruments).expect("the variant to have ended its workers");
    let (cost, timeline) = instruments.finish();
    let sum = match printer {
        Some(printer) => Some(printer.finish().map_err(PrimesError::CannotPrint)?),
        None => (*keep == Keep::List).then(|| found.sum()),
    };
    let answer = Answer { count: found.count, sum };
    let run = Run {
        variant: variant.name(),
        workers: variant.workers(job),
        answer,
        cost,
        floor: None,
        timeline,
    };
    Ok((run, found))
}
