//! Tests that the checks find every known mistake (mutant), whichever cities a seed makes up.

use exam::part3::{Cause, CityOutcome, Failure};

use super::{
    WORKERS, check_answer, city_jobs,
    scrape_job::{ScrapeJob, business_list},
    single_city_jobs,
};
use crate::{exam_session::ExamSession, seed::Seed};

const SEEDS: u64 = 200;

/// The requests and the answer of a candidate.
#[derive(Clone)]
struct Work {
    asked: Vec<u64>,
    cities: Vec<Scraped>,
}

#[derive(Clone)]
struct Scraped {
    name: String,
    number: u64,
    businesses: Vec<u64>,
    stored: Vec<String>,
    skipped: Vec<String>,
    failed: Vec<Failure>,
}

type Mutant = fn(&mut Work);

/// Mistakes with the businesses of a city.
const OF_BUSINESSES: &[(&str, Mutant)] = &[
    ("the last business is not asked for", |work| {
        for city in &mut work.cities {
            if let Some(last) = city.businesses.pop() {
                work.asked.retain(|&number| number != last);
                city.stored.pop();
            }
        }
    }),
    ("the last business is not stored", |work| {
        each_stored(work, |stored| drop(stored.pop()));
    }),
    ("the first business is not stored", |work| {
        each_stored(work, |stored| drop(stored.drain(..stored.len().min(1))));
    }),
    ("a business is asked for twice", |work| work.asked.extend(work.asked.last().copied())),
    ("a business is stored twice", |work| {
        each_stored(work, |stored| stored.extend(stored.last().cloned()));
    }),
    ("businesses are sorted by their ids", |work| each_stored(work, |stored| stored.sort())),
    ("businesses are sorted backwards", |work| {
        each_stored(work, |stored| stored.sort_by(|one, next| next.cmp(one)));
    }),
    ("businesses come from the last to the first", |work| {
        each_stored(work, |stored| stored.reverse());
    }),
    ("the first business comes last", |work| {
        each_stored(work, |stored| {
            let count = stored.len().min(1);
            stored.rotate_left(count);
        });
    }),
    ("nothing is stored", |work| each_stored(work, Vec::clear)),
    ("a city without businesses has no outcome", |work| {
        work.cities.retain(|city| !city.businesses.is_empty());
    }),
    ("what is kept is not handed on", |work| {
        work.cities.iter_mut().for_each(|city| city.skipped.clear());
    }),
    ("what could not be fetched is not reported", |work| {
        work.cities.iter_mut().for_each(|city| city.failed.clear());
    }),
    ("what could not be fetched is reported twice", |work| {
        work.cities.iter_mut().for_each(|city| city.failed.extend_from_within(..));
    }),
    ("a city is searched twice", |work| work.asked.push(work.cities[0].number)),
];

/// Mistakes with the cities.
const OF_CITIES: &[(&str, Mutant)] = &[
    ("the last city is lost", |work| drop(work.cities.pop())),
    ("the first city is lost", |work| drop(work.cities.remove(0))),
    ("the last city is not scraped", |work| {
        if let Some(city) = work.cities.pop() {
            let is_of_city = |number| number == city.number || city.businesses.contains(&number);
            work.asked.retain(|&number| !is_of_city(number));
        }
    }),
    ("a city comes twice", |work| work.cities.extend(work.cities.last().cloned())),
    ("cities come from the last to the first", |work| work.cities.reverse()),
    ("the first city comes last", |work| work.cities.rotate_left(1)),
    ("cities are sorted by their names", |work| {
        work.cities.sort_by(|one, next| one.name.cmp(&next.name));
    }),
    ("cities come worker by worker", |work| {
        let mut numbered: Vec<_> = work.cities.drain(..).enumerate().collect();
        numbered.sort_by_key(|&(index, _)| index % WORKERS);
        work.cities.extend(numbered.into_iter().map(|(_, city)| city));
    }),
    ("cities change their businesses", |work| {
        let last = work.cities.len() - 1;
        let stored = work.cities[last].stored.clone();
        work.cities[last].stored = std::mem::replace(&mut work.cities[0].stored, stored);
    }),
    ("what does not go into equal shares is lost", |work| {
        work.cities.truncate(work.cities.len() - work.cities.len() % WORKERS);
    }),
    ("fewer cities than workers are none", |work| {
        if work.cities.len() < WORKERS {
            work.cities.clear();
        }
    }),
];

fn each_stored(work: &mut Work, change: impl Fn(&mut Vec<String>)) {
    work.cities.iter_mut().for_each(|city| change(&mut city.stored));
}

/// Whether a mutant's answer to a job is found wrong.
fn is_found(job: &ScrapeJob, mutant: Mutant) -> bool {
    let asked = job.pieces().iter().map(|piece| piece.start).collect();
    let cities = job.cities.iter().map(|city| Scraped {
        name: city.name.clone(),
        number: city.number,
        businesses: city.businesses.iter().map(|business| business.piece).collect(),
        stored: business_list(city, job.seed),
        skipped: city.kept.clone(),
        failed: city
            .lost
            .clone()
            .map(|id| Failure { id: Some(id), cause: Cause::Other(String::new()) })
            .into_iter()
            .collect(),
    });
    let mut work = Work { asked, cities: cities.collect() };
    mutant(&mut work);
    let outcome = |city: Scraped| {
        let Scraped { name, stored, skipped, failed, .. } = city;
        CityOutcome { city: name, stored, skipped, failed, stop: None }
    };
    let answer: Vec<CityOutcome> = work.cities.into_iter().map(outcome).collect();
    let asked = work.asked.into_iter().map(|number| number..number + 1).collect();
    check_answer(&ExamSession::of(asked, answer), job).is_err()
}

#[test]
fn the_right_answer_is_right() {
    for seed in 0..SEEDS {
        let seed = &mut Seed::of(seed);
        for job in [single_city_jobs(seed), city_jobs(seed)].concat() {
            assert!(!is_found(&job, |_| ()), "{job}");
        }
    }
}

#[test]
fn every_mistake_is_found_whatever_the_seed() {
    for seed in 0..SEEDS {
        let check = |jobs: &[ScrapeJob], mutants: &[(&str, Mutant)]| {
            for (mistake, mutant) in mutants {
                let found = jobs.iter().any(|job| is_found(job, *mutant));
                assert!(found, "seed {seed}: {mistake}");
            }
        };
        check(&single_city_jobs(&mut Seed::of(seed)), OF_BUSINESSES);
        let jobs = city_jobs(&mut Seed::of(seed));
        check(&jobs, OF_BUSINESSES);
        check(&jobs, OF_CITIES);
    }
}
