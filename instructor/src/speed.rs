//! The speed bonus: compares a submission's `primes_parallel` with the lab's own, on a machine
//! quiet enough to compare.

use std::{
    fs::File,
    num::{NonZeroU64, NonZeroUsize},
    time::Duration,
};

use common::stopwatch::WallClock;
use exam::part1::{Assignment, Found, Job, TaskResults};
use interrupt::Interrupt;
use lab::{
    diagnose,
    exam_session::ExamSetup,
    exercises::Part,
    lock,
    piece_gate::ReleaseRule,
    sandbox::SandboxError,
    seed::Seed,
    verdict::{Diagnosis, Verdict},
};

/// The name of the check.
pub const CHECK: &str = "part1/parallel/speed";

/// The points of the check.
pub const POINTS: u32 = 3;

/// The part whose program is timed.
pub const PART: Part = Part::Part1;

/// The prerequisite of the check.
pub const AFTER: &str = "part1/parallel/overlap";

/// The number of numbers to search, which takes a fraction of a second.
const NUMBERS: u64 = 300_000;
const CHUNK: NonZeroU64 = NonZeroU64::new(2_500).unwrap();

/// The number of rounds, of which the fastest counts.
const ROUNDS: usize = 5;

/// The greatest ratio between two timings of the same program on a machine whose times count.
const NOISE_MAX: f64 = 1.10;

/// The greatest ratio to the lab's own time that earns the whole bonus. One that takes the second
/// number times as long has none. Between them the bonus falls evenly.
const WHOLE_BONUS: f64 = 1.10;
const NO_BONUS: f64 = 1.60;

/// The longest wait for another grader on this machine.
const LOCK_WAIT_MAX: Duration = Duration::from_mins(5);
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// The best time of each program.
#[derive(Clone, Copy, Debug)]
struct BestTimes {
    /// The best time of the lab's own solution.
    baseline: Duration,
    /// A second best time of the lab's own solution.
    again: Duration,
    /// The best time of the submission.
    submission: Duration,
}

/// The verdict on the speed of a submission that was proved to be right.
///
/// # Errors
/// When a submission cannot be run at all.
pub fn compare(baseline: &ExamSetup, submission: &ExamSetup) -> Result<Verdict, SandboxError> {
    let workers = report::cores();
    if workers == NonZeroUsize::MIN {
        return Ok(Verdict::not_judged(CHECK, "one core cannot show who makes use of several"));
    }
    let Some(_turn) = lock_machine()? else {
        let evidence = "another grader was timing on this machine all the while";
        return Ok(Verdict::not_judged(CHECK, evidence));
    };
    let from = Seed::fresh().within(100_000_000..200_000_000);
    let mut best = [Duration::MAX; 3];
    let mut counts = Vec::new();
    for _ in 0..ROUNDS {
        for (setup, best) in [baseline, submission, baseline].into_iter().zip(&mut best) {
            match time_once(setup, from, workers)? {
                Ok((time, count)) => {
                    *best = time.min(*best);
                    counts.push(count);
                }
                Err(evidence) => {
                    return Ok(Verdict::failed(CHECK, Diagnosis::Crashed, evidence));
                }
            }
        }
    }
    if counts.iter().any(|count| *count != counts[0]) {
        let evidence = format!("it found {} primes, and the lab's own {}", counts[1], counts[0]);
        return Ok(Verdict::failed(CHECK, Diagnosis::WrongAnswer, evidence));
    }
    let [baseline, submission, again] = best;
    Ok(verdict(BestTimes { baseline, again, submission }))
}

/// Times a candidate from its assignment to its result; the error says why there is no result.
fn time_once(
    setup: &ExamSetup,
    from: u64,
    workers: NonZeroUsize,
) -> Result<Result<(Duration, u64), String>, SandboxError> {
    let job = Job { from, to: from + NUMBERS, chunk: CHUNK, workers };
    let session = setup.examine(Assignment::Timed(job), ReleaseRule::AllWhenStill, |_| None)?;
    let found = diagnose::result::<TaskResults>(&session);
    Ok(match (found.as_deref(), session.took) {
        (Ok([Ok(Found { count, .. })]), Some(took)) => Ok((took, *count)),
        (Ok([Err(error)]), _) => Err(error.clone()),
        (Err((_, evidence)), _) => Err(evidence.clone()),
        _ => Err("it handed in no answer".to_owned()),
    })
}

/// The verdict on the best times.
fn verdict(BestTimes { baseline, again, submission }: BestTimes) -> Verdict {
    let noise = ratio(baseline.max(again), baseline.min(again));
    let own = baseline.min(again);
    let slowdown = ratio(submission, own);
    if noise > NOISE_MAX {
        let evidence = format!(
            "the lab's own took {baseline:.1?} and {again:.1?}: this machine is too busy to tell"
        );
        return Verdict::not_judged(CHECK, evidence);
    }
    let earned = (NO_BONUS - slowdown) / (NO_BONUS - WHOLE_BONUS);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is between 0 and 100"
    )]
    let percent = (100.0 * earned.clamp(0.0, 1.0)).round() as u8;
    let evidence = format!(
        "{submission:.1?} where the lab's own takes {own:.1?}, the fastest of {ROUNDS} each: \
         {slowdown:.2} times as long, which earns {percent} % of the bonus"
    );
    Verdict { earned_percent: Some(percent), ..Verdict::passed(CHECK, evidence) }
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64().max(f64::MIN_POSITIVE)
}

/// Locks this machine for timing; none if other graders hold the lock too long.
fn lock_machine() -> Result<Option<File>, SandboxError> {
    let path = lock::folder().map_err(SandboxError::io("make a folder for locks"))?.join("timing");
    let clock = WallClock::start();
    loop {
        let turn = lock::take(&path).map_err(SandboxError::io("lock the timing"))?;
        if turn.is_some() || clock.elapsed() > LOCK_WAIT_MAX {
            return Ok(turn);
        }
        Interrupt::default().wait(LOOK_AGAIN_AFTER);
    }
}

#[cfg(test)]
mod tests {
    use lab::verdict::Status;

    use super::*;

    fn check(baseline_ms: u64, again_ms: u64, submission_ms: u64, expected: (Status, Option<u8>)) {
        let [baseline, again, submission] =
            [baseline_ms, again_ms, submission_ms].map(Duration::from_millis);
        let verdict = verdict(BestTimes { baseline, again, submission });
        assert_eq!((verdict.status, verdict.earned_percent), expected, "{}", verdict.evidence);
    }

    #[test]
    fn the_bonus_falls_with_the_time_taken() {
        check(100, 100, 90, (Status::Passed, Some(100)));
        check(100, 105, 110, (Status::Passed, Some(100)));
        check(100, 100, 135, (Status::Passed, Some(50)));
        check(100, 100, 190, (Status::Passed, Some(0)));
    }

    #[test]
    fn a_machine_whose_times_vary_gives_no_verdict() {
        check(100, 115, 100, (Status::NotJudged, None));
        check(130, 100, 300, (Status::NotJudged, None));
    }
}
