//! The section of the crate `sieve`: beside primesieve, its library, and the crate `primal`.

mod contender;
pub mod in_process;
pub mod instruction_set;
mod jobs;
mod primesieve;
pub mod task;

use std::num::NonZeroU32;

use self::{
    contender::{Contender, PRIMECOUNT},
    jobs::Job,
};
use super::{Options, Outcome, SectionError, installed, our_parts, part1, race_all};
use crate::race::{Race, RaceEntry};

pub(super) fn run(
    options: &Options,
    rounds: NonZeroU32,
    announce: fn(&str),
) -> Result<Outcome, SectionError> {
    let jobs = selected(jobs::of_the_crate(options.selection), options);
    // An instruction set can be chosen for the crate's sieve only.
    let [jobs_of_the_program, jobs_of_prime_count] = match options.instructions {
        None => [jobs::of_the_program, jobs::of_prime_count]
            .map(|all| selected(all(options.selection), options)),
        Some(_) => [Vec::new(), Vec::new()],
    };
    if [&jobs, &jobs_of_the_program, &jobs_of_prime_count].iter().all(|jobs| jobs.is_empty()) {
        return Err(SectionError::NoJob { only: options.only.clone() });
    }
    announce("look for primesieve, and compile what its library is to do");
    let (peers, mut missing) = primesieve::find(options)?;
    let ours = Contender::ours(options);
    let mut contenders = vec![ours.clone()];
    contenders.extend(peers);
    contenders.push(Contender::other_crate(options));
    let mut races = races(&jobs, &contenders);
    if !jobs_of_the_program.is_empty() {
        announce("build part 1");
        let program = Contender::part1(our_parts::build(options, part1::PART)?);
        races.extend(self::races(&jobs_of_the_program, &[program.clone(), ours]));
        contenders.push(program);
    }
    if !jobs_of_prime_count.is_empty() {
        let primecount = installed::find(PRIMECOUNT)?;
        missing.extend(primecount.missing);
        let mut counters = vec![Contender::prime_count(options)];
        counters.extend(primecount.version.map(Contender::primecount));
        races.extend(self::races(&jobs_of_prime_count, &counters));
        contenders.extend(counters);
    }
    let rows = race_all(&races, rounds, announce)?;
    let mut titles: Vec<String> = Vec::new();
    for contender in contenders {
        if !titles.contains(&contender.title) {
            titles.push(contender.title);
        }
    }
    Ok(Outcome {
        versions: titles.clone(),
        contenders: titles,
        rows,
        missing,
        remarks: jobs::remarks(&jobs, &jobs_of_the_program),
    })
}

/// The jobs with one of the texts of `--only` in their title.
fn selected(jobs: Vec<Job>, options: &Options) -> Vec<Job> {
    let only = &options.only;
    let is_selected =
        |job: &Job| only.is_empty() || only.iter().any(|text| job.title.contains(text));
    jobs.into_iter().filter(is_selected).collect()
}

fn races(jobs: &[Job], contenders: &[Contender]) -> Vec<Race> {
    jobs.iter().map(|job| race_of(job, contenders)).collect()
}

fn race_of(job: &Job, contenders: &[Contender]) -> Race {
    let entries = contenders.iter().filter_map(|contender| {
        let trial = contender.trial(job)?;
        Some(RaceEntry { contender: contender.title.clone(), trial: Some(trial) })
    });
    Race { job: job.title.clone(), limit: None, entries: entries.collect() }
}
