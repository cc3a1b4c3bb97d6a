//! The section of the crate `sieve`: beside primesieve, its library, and the crate `primal`.

mod contender;
pub mod in_process;
mod jobs;
mod primesieve;
pub mod task;

use std::num::NonZeroU32;

use self::{contender::Contender, jobs::Job};
use super::{Options, Outcome, SectionError};
use crate::race::{self, Race, RaceEntry};

pub(super) fn run(
    options: &Options,
    rounds: NonZeroU32,
    announce: fn(&str),
) -> Result<Outcome, SectionError> {
    announce("look for primesieve, and compile what its library is to do");
    let (peers, missing) = primesieve::find(options)?;
    let mut contenders = vec![Contender::ours(options)];
    contenders.extend(peers);
    contenders.push(Contender::other_crate(options));
    let mut rows = Vec::new();
    for job in jobs::all(options.selection) {
        announce(job.title);
        rows.push(race::run(&race_of(&job, &contenders), rounds, |_, trial| trial.measure())?);
    }
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
        remarks: jobs::remarks(options.selection),
    })
}

fn race_of(job: &Job, contenders: &[Contender]) -> Race {
    let entries = contenders.iter().filter_map(|contender| {
        let trial = contender.trial(job)?;
        Some(RaceEntry { contender: contender.title.clone(), trial: Some(trial) })
    });
    Race { job: job.title.to_owned(), limit: None, entries: entries.collect() }
}
