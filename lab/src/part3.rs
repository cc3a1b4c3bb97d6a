//! The checks of part 3: made-up cities and businesses, and real requests to a local web.

#[cfg(test)]
mod mutants;
mod requests;
mod scrape_job;

use std::collections::BTreeSet;

use exam::part3::{Cause, CityOutcome, Failure};

use self::scrape_job::{LAB_BUSINESSES, ScrapeJob, business_list};
use crate::{
    diagnose::{self, Fault},
    exam_session::{ExamSession, ExamSetup},
    exercise_check::Check,
    piece_gate::ReleaseRule,
    sandbox::SandboxError,
    seed::Seed,
    verdict::{Diagnosis, Verdict},
};

/// The number of businesses of a city, where it does not matter.
const BUSINESSES: usize = 10;

/// The number of worker processes.
const WORKERS: usize = 3;
const EACH: usize = 4;

/// The number of cities for each worker process.
const CITIES_EACH: usize = 4;

/// The checks of `scrape_city_on_threads`.
pub const CITY: &[Check] = &[
    Check {
        name: "part3/city/answer",
        prerequisite: None,
        points: 2,
        prove: |setup, check| all_fetched(setup, check, &single_city_jobs(&mut Seed::fresh())),
    },
    Check {
        name: "part3/city/overlap",
        prerequisite: Some("part3/city/answer"),
        points: 3,
        prove: city_overlap,
    },
    Check {
        name: "part3/city/names",
        prerequisite: Some("part3/city/overlap"),
        points: 1,
        prove: city_names,
    },
    Check {
        name: "part3/city/bound",
        prerequisite: Some("part3/city/overlap"),
        points: 1,
        prove: city_bound,
    },
];

/// The checks of `scrape_parallel`.
pub const PARALLEL: &[Check] = &[
    Check {
        name: "part3/parallel/answer",
        prerequisite: None,
        points: 2,
        prove: |setup, check| all_fetched(setup, check, &city_jobs(&mut Seed::fresh())),
    },
    Check {
        name: "part3/parallel/overlap",
        prerequisite: Some("part3/parallel/answer"),
        points: 4,
        prove: |setup, check| parallel_at_once(setup, check, WORKERS, EACH),
    },
    Check {
        name: "part3/parallel/bound",
        prerequisite: Some("part3/parallel/overlap"),
        points: 1,
        prove: parallel_bound,
    },
    Check {
        name: "part3/parallel/requests",
        prerequisite: Some("part3/parallel/answer"),
        points: 2,
        prove: requests::signed,
    },
];

/// Checks that all businesses of a city are under way at once.
fn city_overlap(setup: &ExamSetup, check: &str) -> Result<Verdict, SandboxError> {
    let job = ScrapeJob::of_the_first_city(&mut Seed::fresh());
    let (session, fault) = examine(setup, &job, ReleaseRule::all_at_once(LAB_BUSINESSES))?;
    Ok(diagnose::verdict(check, fault, || diagnose::threads(check, &session, LAB_BUSINESSES)))
}

/// Checks that threads are named after their city, with a number each.
fn city_names(setup: &ExamSetup, check: &str) -> Result<Verdict, SandboxError> {
    let fewer = ScrapeJob::of_city(BUSINESSES, Some(WORKERS), &mut Seed::fresh());
    let first = names_of_threads(setup, check, &fewer, WORKERS, ReleaseRule::AllWhenStill)?;
    if first.status.is_bad() {
        return Ok(first);
    }
    let job = ScrapeJob::of_the_first_city(&mut Seed::fresh());
    names_of_threads(setup, check, &job, LAB_BUSINESSES, ReleaseRule::all_at_once(LAB_BUSINESSES))
}

fn names_of_threads(
    setup: &ExamSetup,
    check: &str,
    job: &ScrapeJob,
    threads: usize,
    rule: ReleaseRule,
) -> Result<Verdict, SandboxError> {
    let (session, fault) = examine(setup, job, rule)?;
    let slug = job.cities[0].slug();
    let names = (1..=threads).map(|number| format!("{slug}-{number}")).collect();
    Ok(diagnose::verdict(check, fault, || diagnose::names(check, &session, &names)))
}

/// Checks that no more businesses are under way than threads are allowed.
fn city_bound(setup: &ExamSetup, check: &str) -> Result<Verdict, SandboxError> {
    let job = ScrapeJob::of_city(BUSINESSES, Some(WORKERS), &mut Seed::fresh());
    let (session, fault) = examine(setup, &job, ReleaseRule::AllWhenStill)?;
    Ok(diagnose::verdict(check, fault, || diagnose::bound(check, &session, WORKERS)))
}

/// Checks that no more businesses are under way than threads are allowed in all processes.
fn parallel_bound(setup: &ExamSetup, check: &str) -> Result<Verdict, SandboxError> {
    let fewer = WORKERS - 1;
    let threads = EACH - 1;
    // One more than goes into equal shares: a worker of its own for the rest is one too many.
    let cities = fewer * CITIES_EACH + 1;
    let job = ScrapeJob::of_cities(cities, EACH, fewer, Some(threads), &mut Seed::fresh());
    let (session, fault) = examine(setup, &job, ReleaseRule::AllWhenStill)?;
    Ok(diagnose::verdict(check, fault, || diagnose::bound(check, &session, fewer * threads)))
}

/// The verdict on `scrape_parallel` with random numbers of cities and businesses, and with those of
/// a run without arguments.
///
/// # Errors
/// When the submission cannot be run at all.
pub fn parallel_in_other_sizes(setup: &ExamSetup, check: &str) -> Result<Verdict, SandboxError> {
    let mut seed = Seed::fresh();
    let (workers, businesses) = (seed.size(4..6), seed.size(5..8));
    let of_the_lab = ScrapeJob::of_the_lab(&mut Seed::fresh());
    // A worker may get a few cities at a time: these are too few for all workers then.
    let (session, fault) =
        examine(&setup.with_timeouts_of_the_lab(), &of_the_lab, ReleaseRule::AllWhenStill)?;
    let some = of_the_lab.businesses() / 2;
    let first = diagnose::verdict(check, fault, || diagnose::at_least(check, &session, some));
    if first.status.is_bad() {
        return Ok(first.of_a_run_without_arguments());
    }
    parallel_at_once(setup, check, workers, businesses)
}

/// The verdict on a job with a city for each worker, whose businesses are released in waves only.
fn parallel_at_once(
    setup: &ExamSetup,
    check: &str,
    workers: usize,
    businesses: usize,
) -> Result<Verdict, SandboxError> {
    let cities = workers * CITIES_EACH;
    let job = ScrapeJob::of_cities(cities, businesses, workers, None, &mut Seed::fresh());
    let waves = ReleaseRule::waves(workers, businesses, job.businesses());
    let (session, fault) = examine(setup, &job, waves)?;
    Ok(diagnose::verdict(check, fault, || {
        diagnose::processes_of_threads(check, &session, workers, businesses)
    }))
}

/// The jobs of one city whose answers are checked.
fn single_city_jobs(seed: &mut Seed) -> [ScrapeJob; 4] {
    [(BUSINESSES, None), (7, Some(3)), (1, None), (0, None)]
        .map(|(businesses, threads)| ScrapeJob::of_city(businesses, threads, seed))
}

/// The jobs of several cities whose answers are checked: more cities than workers, fewer, and cities
/// without businesses.
fn city_jobs(seed: &mut Seed) -> [ScrapeJob; 4] {
    [(2 * WORKERS, EACH, WORKERS), (WORKERS + 1, 2, WORKERS), (1, 3, WORKERS), (2, 0, 2)].map(
        |(cities, businesses, workers)| {
            ScrapeJob::of_cities(cities, businesses, workers, None, seed)
        },
    )
}

/// Checks that all businesses come back in order, from each of these jobs.
fn all_fetched(
    setup: &ExamSetup,
    check: &str,
    jobs: &[ScrapeJob],
) -> Result<Verdict, SandboxError> {
    for job in jobs {
        if let Err((diagnosis, evidence)) = examine(setup, job, job.first_last())?.1 {
            let evidence = match diagnosis {
                Diagnosis::Unwritten => evidence,
                _ => format!("{evidence} ({job})"),
            };
            return Ok(Verdict::failed(check, diagnosis, evidence));
        }
    }
    let businesses: usize = jobs.iter().map(ScrapeJob::businesses).sum();
    let cities: usize = jobs.iter().map(|job| job.cities.len()).sum();
    let evidence = format!(
        "{cities} cities with {businesses} businesses: each was asked for once, and is in the \
         answer, in order"
    );
    Ok(Verdict::passed(check, evidence))
}

/// Examines a scrape job whose businesses are held back by a rule.
fn examine(
    setup: &ExamSetup,
    job: &ScrapeJob,
    rule: ReleaseRule,
) -> Result<(ExamSession, Result<(), Fault>), SandboxError> {
    let answers = job.clone();
    let session = setup.examine(job.assignment(), rule, move |numbers| answers.piece(&numbers))?;
    let fault = check_answer(&session, job);
    Ok((session, fault))
}

fn check_answer(session: &ExamSession, job: &ScrapeJob) -> Result<(), Fault> {
    let outcomes: Vec<CityOutcome> = diagnose::result(session)?;
    let lost = job.cities.iter().filter_map(|city| city.lost.clone());
    failures(&outcomes, &lost.collect())?;
    diagnose::each_once(&job.pieces(), &session.asked, |piece| job.words(piece))?;
    let names = outcomes.iter().map(|outcome| &outcome.city);
    if !names.eq(job.cities.iter().map(|city| &city.name)) {
        let evidence = "the answer has other cities than the job, or another order";
        return Err((Diagnosis::WrongOrder, evidence.to_owned()));
    }
    for (outcome, city) in outcomes.iter().zip(&job.cities) {
        let expected = business_list(city, job.seed);
        if outcome.skipped != city.kept {
            let evidence = format!(
                "pass the whole search of {} to `store`: businesses that are stored already are missing",
                city.name
            );
            return Err((Diagnosis::WrongAnswer, evidence));
        }
        if outcome.stored == expected {
            let Some(lost) = &city.lost else { continue };
            if let [Failure { id: Some(id), .. }] = &outcome.failed[..]
                && id == lost
            {
                continue;
            }
            let evidence = format!(
                "business {lost} could not be fetched: pass that outcome to `store`, too, exactly once"
            );
            return Err((Diagnosis::WrongAnswer, evidence));
        }
        let sorted = |list: &[String]| list.iter().cloned().collect::<BTreeSet<_>>();
        if sorted(&outcome.stored) == sorted(&expected) && outcome.stored.len() == expected.len() {
            let evidence = format!("the businesses of {} are not in their order", city.name);
            return Err((Diagnosis::WrongOrder, evidence));
        }
        let right = outcome.stored.iter().filter(|stored| expected.contains(stored)).count();
        let evidence = format!(
            "{} has {} businesses to store; {} are in the answer, and {right} of them are right",
            city.name,
            expected.len(),
            outcome.stored.len()
        );
        return Err((Diagnosis::WrongAnswer, evidence));
    }
    Ok(())
}

/// Checks that nothing failed but these businesses.
fn failures(outcomes: &[CityOutcome], lost: &BTreeSet<String>) -> Result<(), Fault> {
    let is_meant = |failure: &&Failure| failure.id.as_ref().is_some_and(|id| lost.contains(id));
    let mut failures = outcomes.iter().flat_map(|outcome| &outcome.failed);
    let Some(failure) = failures.find(|failure| !is_meant(failure)) else {
        return Ok(());
    };
    Err(match &failure.cause {
        Cause::Unwritten(hint) => (Diagnosis::Unwritten, format!("still to be written: {hint}")),
        Cause::Other(cause) => (Diagnosis::Crashed, format!("a city failed: {cause}")),
    })
}
