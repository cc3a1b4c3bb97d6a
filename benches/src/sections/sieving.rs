//! Primes of ranges: our crate `sieve` beside primesieve, its library, and the crate `primal`.

mod contender;
pub mod in_process;
mod jobs;
mod primesieve;
pub mod task;

use std::{num::NonZeroU32, path::PathBuf};

pub use self::jobs::Selection;
use self::{contender::Contender, jobs::Job};
use super::{Outcome, SectionError};
use crate::{
    race::{self, Entrant, Race},
    trial::Trial,
};

/// What the section is told.
#[derive(Clone, Debug)]
pub struct Options {
    /// This program, which does a job when it is started with `job` and a task.
    pub this_program: PathBuf,
    /// Executables beside the one in PATH.
    pub primesieves: Vec<PathBuf>,
    /// Folders of primesieve's headers and library, beside those that the compiler knows.
    pub libprimesieves: Vec<PathBuf>,
    /// Where to put what is compiled.
    pub build_folder: PathBuf,
    /// Which jobs.
    pub selection: Selection,
}

/// Lets everyone who is there do each job that they can.
///
/// # Errors
/// When a peer that was asked for is not there, a contender fails, or two of them disagree.
pub fn run(
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
        rows.push(race::run(&race_of(&job, &contenders), rounds, Trial::measure)?);
    }
    let mut titles: Vec<String> = Vec::new();
    for contender in contenders {
        if !titles.contains(&contender.title) {
            titles.push(contender.title);
        }
    }
    Ok(Outcome { contenders: titles, rows, missing, remarks: jobs::remarks(options.selection) })
}

fn race_of(job: &Job, contenders: &[Contender]) -> Race {
    let entrants = contenders.iter().filter_map(|contender| {
        let trial = contender.trial(job)?;
        Some(Entrant { contender: contender.title.clone(), trial })
    });
    Race { job: job.title.to_owned(), entrants: entrants.collect() }
}
