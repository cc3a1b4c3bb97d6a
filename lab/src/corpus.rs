//! The proof of the grader itself: submissions that we know, right ones and wrong ones, judged again
//! and again under whatever load.

use std::{
    collections::BTreeMap,
    fs, hint,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use serde::Deserialize;

use crate::{
    LabError,
    check::LIMITS,
    compile::CompileError,
    exercises::Exercise,
    grade::Workshop,
    sandbox::SandboxError,
    sitting::Proof,
    submission::{self, HandedIn},
    verdict::{Diagnosis, Status, Verdict},
    warden::Limits,
    workspace::WorkspaceError,
};

/// Where the submissions are, and what is to be said of each.
const PLACE: &str = "lab/tests/corpus";
const EXPECTED: &str = "expected.toml";

/// Shorter than for students: wrong ones wait it out, round for round.
const PATIENCE: Duration = Duration::from_secs(1);
const DEADLINE: Duration = Duration::from_secs(10);

/// What is to be said of a wrong submission.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The check that has to fail.
    check: String,
    /// And why.
    diagnosis: Diagnosis,
}

/// A submission that we know.
pub struct Specimen {
    /// The name of its folder.
    pub name: String,
    /// What is to be said of it, if it is wrong.
    expected: Option<Expected>,
    built: Built,
}

enum Built {
    /// What was built, and the exercises that it is about.
    Program(PathBuf, Vec<&'static Exercise>),
    /// What is said without running anything.
    Verdicts(Vec<Verdict>),
}

/// How often a specimen was judged as it should be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// So often.
    pub right: usize,
    /// What was said instead, the first time.
    pub wrong: Option<String>,
    /// How many verdicts differed from those of the first round.
    pub changes: usize,
    first: Option<Vec<(String, Status, Option<Diagnosis>)>>,
}

/// Builds every submission of the corpus once; `tell` hears of each.
///
/// # Errors
/// When the corpus cannot be read, or the grader cannot go on.
pub fn build(lab: &Path, mut tell: impl FnMut(&str)) -> Result<Vec<Specimen>, LabError> {
    let place = lab.join(PLACE);
    let expected = place.join(EXPECTED);
    let expected = fs::read_to_string(&expected).map_err(WorkspaceError::io("read", &expected))?;
    let mut expected: BTreeMap<String, Expected> = toml::from_str(&expected)?;
    let workshop = Workshop::open(lab)?;
    let programs = lab.join("target/lab/corpus");
    fs::create_dir_all(&programs).map_err(WorkspaceError::io("create", &programs))?;
    let mut specimens = Vec::new();
    for folder in crate::grade::students(&place)? {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        tell(&name);
        let built = build_one(&workshop, &folder, &programs.join(&name))?;
        specimens.push(Specimen { expected: expected.remove(&name), name, built });
    }
    match expected.into_keys().next() {
        Some(name) => Err(LabError::NoSpecimen { name }),
        None => Ok(specimens),
    }
}

fn build_one(workshop: &Workshop, folder: &Path, program: &Path) -> Result<Built, LabError> {
    let handed_in = submission::read(folder);
    let about: Vec<_> = handed_in
        .iter()
        .filter(|handed_in| !handed_in.files.is_empty() || handed_in.refusal.is_some())
        .collect();
    if about.is_empty() {
        return Err(LabError::NoExercise { folder: folder.to_owned() });
    }
    if let Some((one, refusal)) = about.iter().find_map(|one| Some((one, one.refusal.as_ref()?))) {
        return Ok(Built::Verdicts(one.exercise.fail(Diagnosis::Refused, refusal)));
    }
    let part = about[0].exercise.part;
    match workshop.build(part, &about) {
        Ok(built) => {
            fs::create_dir_all(program).map_err(WorkspaceError::io("create", program))?;
            let copy = program.join(part.candidate());
            fs::copy(&built, &copy).map_err(WorkspaceError::io("copy", &built))?;
            Ok(Built::Program(copy, about.iter().map(|one| one.exercise).collect()))
        }
        Err(LabError::Compile(CompileError::Refused { said })) => {
            let fail = |one: &&HandedIn| one.exercise.fail(Diagnosis::DoesNotCompile, &said);
            Ok(Built::Verdicts(about.iter().flat_map(fail).collect()))
        }
        Err(error) => Err(error),
    }
}

/// Judges every specimen, round after round, while so many cores are kept busy with nothing; `tell`
/// hears of each round.
///
/// # Errors
/// When the grader cannot go on.
pub fn judge(
    specimens: &[Specimen],
    rounds: usize,
    busy_cores: usize,
    tell: impl Fn(usize),
) -> Result<Vec<Tally>, SandboxError> {
    let mut tallies = vec![Tally::default(); specimens.len()];
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..busy_cores {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    hint::spin_loop();
                }
            });
        }
        let judged = (1..=rounds).try_for_each(|round| {
            tell(round);
            let mut pairs = specimens.iter().zip(&mut tallies);
            pairs.try_for_each(|(specimen, tally)| specimen.judge(tally))
        });
        is_over.store(true, Ordering::Relaxed);
        judged
    })?;
    Ok(tallies)
}

impl Specimen {
    /// Whether it is a wrong one.
    pub fn is_wrong(&self) -> bool {
        self.expected.is_some()
    }

    /// Judges it once more.
    fn judge(&self, tally: &mut Tally) -> Result<(), SandboxError> {
        let verdicts = match &self.built {
            Built::Verdicts(verdicts) => verdicts.clone(),
            Built::Program(program, exercises) => {
                let limits = Limits { deadline: DEADLINE, ..LIMITS };
                let proof = Proof { program: program.clone(), patience: PATIENCE, limits };
                let mut verdicts = Vec::new();
                for exercise in exercises {
                    verdicts.extend(exercise.prove(&proof)?);
                }
                verdicts
            }
        };
        match self.objection(&verdicts) {
            None => tally.right += 1,
            Some(objection) => {
                tally.wrong.get_or_insert(objection);
            }
        }
        let said = verdicts.into_iter().map(|said| (said.check, said.status, said.diagnosis));
        let said: Vec<_> = said.collect();
        let first = tally.first.get_or_insert_with(|| said.clone());
        tally.changes += first.iter().zip(&said).filter(|(first, said)| first != said).count();
        Ok(())
    }

    /// What is wrong with the verdicts, if something is.
    fn objection(&self, verdicts: &[Verdict]) -> Option<String> {
        let Some(Expected { check, diagnosis }) = &self.expected else {
            let failed = verdicts.iter().find(|verdict| verdict.status != Status::Passed)?;
            return Some(format!("{}: {}", failed.check, failed.evidence));
        };
        match verdicts.iter().find(|verdict| verdict.check == *check) {
            Some(verdict) if verdict.diagnosis == Some(*diagnosis) => None,
            Some(verdict) => Some(format!(
                "{check} is said to be {:?}, {:?}: {}",
                verdict.status, verdict.diagnosis, verdict.evidence
            )),
            None => Some(format!("{check} was not judged")),
        }
    }
}
