//! Where submissions are built: a workspace of ours, and nothing of a student's but what is put there.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use common::{interrupt::Cleanup, progress::Visibility};
use lab::{
    compile::{self, CompileError},
    exercises::Part,
    lock, source,
    workspace::{self, WorkspaceError},
};

use crate::{GraderError, graded, handout, speed, submission::HandedIn};

/// Where the grader's own workspace is kept, from the root of ours.
const WORKSPACE: &str = "target/lab/grade/workspace";

/// What it is built to: where the lab is, so that what both depend on is built once.
const TARGET: &str = "target";

/// What cargo tells its packages from those of the lab by.
const MARK: &str = "workshop";

/// Where programs wait for their proofs.
const PROGRAMS: &str = "target/lab/grade/programs";

/// Locked by the grader that is in the workshop.
const LOCK: &str = "target/lab/grade/lock";

/// A workspace as it is handed out, whose exercises are put in and taken out.
pub struct Workshop {
    /// Where all comes from that a student does not hand in.
    lab: PathBuf,
    root: PathBuf,
    target: PathBuf,
    programs: PathBuf,
    /// Whether cargo's progress may be shown.
    progress: Visibility,
    baseline: OnceLock<Arc<Program>>,
    /// Held for as long as no other grader may put anything in.
    _lock: File,
}

/// What became of sources.
#[derive(Clone, Debug)]
pub enum Built {
    /// A candidate.
    Program(Arc<Program>),
    /// What the compiler has against them.
    Refused(String),
}

/// A candidate's program: a copy of its own, removed when it is not needed any more, or when a signal
/// ends this process.
#[derive(Debug)]
pub struct Program {
    path: PathBuf,
    _cleanup: Cleanup,
}

impl Program {
    /// Copies the program at `built` to `path`.
    pub(super) fn copy(built: &Path, path: PathBuf) -> Result<Self, WorkspaceError> {
        let (path, cleanup) = Cleanup::after(|| {
            fs::copy(built, &path).map_err(WorkspaceError::io("copy", built))?;
            let copy = path.clone();
            Ok((path, move || drop(fs::remove_file(copy))))
        })?;
        Ok(Self { path, _cleanup: cleanup })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // What cannot be removed is overwritten the next time.
        let _ = fs::remove_file(&self.path);
    }
}

impl Workshop {
    /// The workshop of the lab at `lab`, brought up to date. Cargo's progress is shown if stderr is a
    /// terminal and `progress` allows it.
    ///
    /// # Errors
    /// When the handout cannot be made, or somebody else is in the workshop.
    pub fn open(lab: &Path, progress: Visibility) -> Result<Self, GraderError> {
        let (root, programs, lock) = (lab.join(WORKSPACE), lab.join(PROGRAMS), lab.join(LOCK));
        fs::create_dir_all(&programs).map_err(WorkspaceError::io("create", &programs))?;
        let turn = lock::take(&lock).map_err(WorkspaceError::io("lock", &lock))?;
        let turn = turn.ok_or_else(|| GraderError::OtherGrader { lab: lab.to_owned() })?;
        handout::lay_out(lab, &root, MARK)?;
        let (lab, target) = (lab.to_owned(), lab.join(TARGET));
        Ok(Self { lab, root, target, programs, progress, baseline: OnceLock::new(), _lock: turn })
    }

    /// Whether an exercise is just as it was handed out, or not handed in at all.
    ///
    /// # Errors
    /// When what was handed out is not there.
    pub fn is_untouched(&self, handed_in: &HandedIn) -> Result<bool, GraderError> {
        for (path, source) in &handed_in.files {
            if *source != handout::starter_of(&self.lab, path)? {
                return Ok(false);
            }
        }
        Ok(handed_in.refusal.is_none())
    }

    /// Builds the candidate of `part`: with what was handed in for these exercises, or handed out
    /// where a file is missing; all others of the part are the lab's own.
    ///
    /// # Errors
    /// When it cannot be built for another reason than what was handed in.
    pub fn build(&self, part: Part, handed_in: &[&HandedIn]) -> Result<Built, GraderError> {
        self.build_showing(self.progress, part, handed_in)
    }

    fn build_showing(
        &self,
        progress: Visibility,
        part: Part,
        handed_in: &[&HandedIn],
    ) -> Result<Built, GraderError> {
        for exercise in graded::exercises().filter(|exercise| exercise.part == part) {
            let own = handed_in.iter().find(|one| one.exercise.files == exercise.files);
            for file in exercise.files.iter().map(Path::new) {
                let source = own.map(|one| one.files.iter().find(|(path, _)| path == file));
                let contents = match source {
                    Some(Some((_, source))) => source.clone(),
                    Some(None) => handout::starter_of(&self.lab, file)?,
                    None => {
                        let file = self.lab.join(file);
                        fs::read_to_string(&file).map_err(WorkspaceError::io("read", &file))?
                    }
                };
                let contents = source::guarded(&contents);
                workspace::write(&self.root.join(file), contents.as_bytes())?;
            }
        }
        match compile::candidate(&self.root, Some(&self.target), part, progress) {
            Ok(built) => Ok(Built::Program(Arc::new(self.copy(&built)?))),
            Err(CompileError::Refused { said }) => Ok(Built::Refused(said)),
            Err(error) => Err(error.into()),
        }
    }

    /// Builds the lab's own solutions, and so all that submissions need: the first time, that takes
    /// minutes. Cargo's progress is shown if stderr is a terminal.
    ///
    /// # Errors
    /// When they cannot be built.
    pub fn build_own(&self) -> Result<(), GraderError> {
        for part in Part::ALL {
            match self.build_showing(Visibility::OnTerminal, part, &[])? {
                Built::Program(program) if part == speed::PART => {
                    self.baseline.get_or_init(|| program);
                }
                Built::Program(_) => {}
                Built::Refused(said) => return Err(CompileError::NotBuilt { said }.into()),
            }
        }
        Ok(())
    }

    /// The lab's own solution of what is timed.
    ///
    /// # Errors
    /// When it cannot be built.
    pub fn baseline(&self) -> Result<&Program, GraderError> {
        if let Some(program) = self.baseline.get() {
            return Ok(program);
        }
        match self.build(speed::PART, &[])? {
            Built::Program(program) => Ok(self.baseline.get_or_init(|| program)),
            Built::Refused(said) => Err(CompileError::NotBuilt { said }.into()),
        }
    }

    /// The next program is built at the same place.
    fn copy(&self, built: &Path) -> Result<Program, WorkspaceError> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = built.file_name().expect("a program to have a name");
        // What another grader has built may still be waiting for its proofs.
        let copy = format!("{}-{}-{number}", name.display(), std::process::id());
        Program::copy(built, self.programs.join(copy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_grader_at_a_time_puts_sources_in() {
        let lab = tempfile::tempdir().unwrap();
        let first = Workshop::open(lab.path(), Visibility::Hidden).unwrap();
        let Err(error) = Workshop::open(lab.path(), Visibility::Hidden) else {
            panic!("two are in the workshop")
        };
        assert!(error.to_string().starts_with("another grader is at work"), "{error}");
        drop(first);
        Workshop::open(lab.path(), Visibility::Hidden).unwrap();
    }
}
