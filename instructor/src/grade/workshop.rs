//! The workshop, in which submissions are built: the lab's workspace with the submitted files.

use std::{
    borrow::Cow,
    fs::{self, File, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use interrupt::Cleanup;
use lab::{
    check::{HOLD_TIMEOUTS, LIMITS},
    compile::CompileError,
    exam_session::ExamSetup,
    exercises::{Exercise, Part},
    limits::{Isolation, Limits},
    lock, source,
    workspace::{self, WorkspaceError},
};
use program::progress::Visibility;

use super::{
    compiler::{self, Compiled},
    recipe::Recipe,
    version::{Version, has_file, version},
};
use crate::{GraderError, graded, handout, speed, submission::HandedIn};

/// The grader's own workspace, relative to the root of the lab.
const WORKSPACE: &str = "target/lab/grade/workspace";

/// The target folder, the lab's own, so that shared dependencies are built once.
const TARGET: &str = "target";

/// The version suffix by which cargo distinguishes the workshop's packages from the lab's.
const MARK: &str = "workshop";

/// The folder for recipes.
const GRADE: &str = "target/lab/grade";

/// The folder that sources of parts include besides their own package.
const DATA: &str = "data";

/// The folder of built programs.
const PROGRAMS: &str = "target/lab/grade/programs";

/// The lock file of the workshop.
const LOCK: &str = "target/lab/grade/lock";

/// A workspace for building submissions: a handout, completed with the lab's own solutions.
/// Submissions are compiled in sandboxes.
pub struct Workshop {
    /// The lab, which provides all files that students do not hand in.
    lab: PathBuf,
    root: PathBuf,
    target: PathBuf,
    isolation: Isolation,
    /// Whether cargo's progress may be shown.
    progress: Visibility,
    recipes: [OnceLock<Recipe>; Part::ALL.len()],
    /// Whether the lab's own solutions of each part compile in a sandbox.
    is_sound: [OnceLock<()>; Part::ALL.len()],
    baseline: OnceLock<Arc<Program>>,
    /// Held while cargo builds.
    cargo: Mutex<()>,
    /// The lock that keeps other graders out.
    _lock: File,
}

/// The result of building a submission.
#[derive(Clone, Debug)]
pub enum Built {
    /// A candidate.
    Program(Arc<Program>),
    /// The compiler's error.
    Refused(String),
}

/// A candidate's program, as a copy that is removed when dropped, or when a signal ends this
/// process.
#[derive(Debug)]
pub struct Program {
    part: Part,
    path: PathBuf,
    _cleanup: Cleanup,
}

impl Program {
    /// Copies the program of `part` at `built` to `path`.
    pub(super) fn copy(part: Part, built: &Path, path: PathBuf) -> Result<Self, WorkspaceError> {
        // No process is started meanwhile: it would inherit the copy, which could not be run then.
        let (path, cleanup) = Cleanup::after(|| {
            fs::copy(built, &path)
                .and_then(|_| fs::set_permissions(&path, Permissions::from_mode(0o755)))
                .map_err(WorkspaceError::io("copy", built))?;
            let copy = path.clone();
            Ok((path, move || drop(fs::remove_file(copy))))
        })?;
        Ok(Self { part, path, _cleanup: cleanup })
    }

    /// The setup of an exam of this program.
    pub fn exam_setup(&self, isolation: Isolation) -> ExamSetup {
        ExamSetup {
            part: self.part,
            program: self.path.clone(),
            timeouts: HOLD_TIMEOUTS,
            limits: Limits { isolation, ..LIMITS },
            conceals: isolation == Isolation::Limits,
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // What cannot be removed is overwritten the next time.
        let _ = fs::remove_file(&self.path);
    }
}

impl Workshop {
    /// Opens the workshop of the lab at `lab`, and brings it up to date. Cargo's progress is shown
    /// if stderr is a terminal and `progress` allows it.
    ///
    /// # Errors
    /// When the handout cannot be made, or another grader is in the workshop.
    pub fn open(
        lab: &Path,
        isolation: Isolation,
        progress: Visibility,
    ) -> Result<Self, GraderError> {
        let (root, programs, lock) = (lab.join(WORKSPACE), lab.join(PROGRAMS), lab.join(LOCK));
        fs::create_dir_all(&programs).map_err(WorkspaceError::io("create", &programs))?;
        let turn = lock::take(&lock).map_err(WorkspaceError::io("lock", &lock))?;
        let turn = turn.ok_or_else(|| GraderError::OtherGrader { lab: lab.to_owned() })?;
        // A grader that was killed has left them.
        let left = fs::read_dir(&programs).map_err(WorkspaceError::io("read", &programs))?;
        left.flatten().for_each(|entry| drop(fs::remove_file(entry.path())));
        let is_of_exercise =
            |path: &Path| graded::exercises().any(|exercise| has_file(exercise, path));
        handout::lay_out(lab, &root, MARK, is_of_exercise)?;
        Ok(Self {
            lab: lab.to_owned(),
            root,
            target: lab.join(TARGET),
            isolation,
            progress,
            recipes: Default::default(),
            is_sound: Default::default(),
            baseline: OnceLock::new(),
            cargo: Mutex::default(),
            _lock: turn,
        })
    }

    /// Whether an exercise is unchanged from the handout, or missing.
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

    /// Builds the candidate of `part` with the submitted exercises; all other exercises are the
    /// lab's own.
    ///
    /// # Errors
    /// When it cannot be built for another reason than what was handed in.
    pub fn build(&self, part: Part, handed_in: &[&HandedIn]) -> Result<Built, GraderError> {
        let sources = self.sources(part, |exercise, path| version(handed_in, exercise, path))?;
        match self.compile(part, &sources)? {
            Compiled::Program(program, _sandbox) => {
                Ok(Built::Program(Arc::new(self.copy(part, &program)?)))
            }
            Compiled::Refused(message) | Compiled::Stopped(message) => {
                self.prove_sound(part)?;
                Ok(Built::Refused(message))
            }
        }
    }

    fn compile(&self, part: Part, sources: &[(PathBuf, Vec<u8>)]) -> Result<Compiled, GraderError> {
        let recipe = self.recipe(part)?;
        Ok(compiler::compile(recipe, part, sources, self.isolation)?)
    }

    /// Compiles the lab's own solutions of a part, once, so that an error there is no student's
    /// fault.
    fn prove_sound(&self, part: Part) -> Result<(), GraderError> {
        if self.is_sound[part as usize].get().is_some() {
            return Ok(());
        }
        let sources = self.sources(part, |_, _| Version::Own)?;
        match self.compile(part, &sources)? {
            Compiled::Program(..) => {
                let _ = self.is_sound[part as usize].set(()); // another thread may have done so
                Ok(())
            }
            Compiled::Refused(message) | Compiled::Stopped(message) => {
                Err(CompileError::NotBuilt { message }.into())
            }
        }
    }

    /// All sources of a part, by their paths in the workspace, with this version of each exercise's
    /// files.
    fn sources<'a>(
        &self,
        part: Part,
        version: impl Fn(&Exercise, &Path) -> Version<'a>,
    ) -> Result<Vec<(PathBuf, Vec<u8>)>, GraderError> {
        let mut paths = Vec::new();
        for folder in [part.package(), DATA] {
            let files = workspace::files(&self.root.join(folder))?;
            paths.extend(files.into_iter().map(|file| Path::new(folder).join(file)));
        }
        let mut sources = Vec::new();
        for path in paths {
            let mut of_part = graded::exercises().filter(|exercise| exercise.part == part);
            let contents = match of_part.find(|exercise| has_file(exercise, &path)) {
                Some(exercise) => {
                    let source = self.source(&path, version(exercise, &path))?;
                    source::guarded(&source).as_bytes().to_vec()
                }
                None => read(&self.root.join(&path))?,
            };
            sources.push((path, contents));
        }
        Ok(sources)
    }

    fn source<'a>(&self, path: &Path, version: Version<'a>) -> Result<Cow<'a, str>, GraderError> {
        Ok(match version {
            Version::Submitted(source) => Cow::Borrowed(source),
            Version::Starter => Cow::Owned(handout::starter_of(&self.lab, path)?),
            Version::Own => {
                let file = self.lab.join(path);
                let source =
                    fs::read_to_string(&file).map_err(WorkspaceError::io("read", &file))?;
                Cow::Owned(source)
            }
        })
    }

    /// The recipe of a part's program.
    fn recipe(&self, part: Part) -> Result<&Recipe, GraderError> {
        self.recipe_showing(self.progress, part)
    }

    fn recipe_showing(&self, progress: Visibility, part: Part) -> Result<&Recipe, GraderError> {
        let _cargo = self.cargo.lock().unwrap_or_else(PoisonError::into_inner);
        let known = &self.recipes[part as usize];
        if let Some(recipe) = known.get() {
            return Ok(recipe);
        }
        let folder = self.lab.join(GRADE);
        let recipe = Recipe::note(&self.root, &self.target, &folder, part, progress)?;
        Ok(known.get_or_init(|| recipe))
    }

    /// Builds the lab's own solutions, and so all dependencies, which takes minutes the first time.
    /// Cargo's progress is shown if stderr is a terminal.
    ///
    /// # Errors
    /// When they cannot be built.
    pub fn build_own(&self) -> Result<(), GraderError> {
        for part in Part::ALL {
            self.recipe_showing(Visibility::OnTerminal, part)?;
        }
        Ok(())
    }

    /// The lab's own program for the comparison of speed.
    ///
    /// # Errors
    /// When it cannot be built.
    pub fn baseline(&self) -> Result<&Program, GraderError> {
        if let Some(program) = self.baseline.get() {
            return Ok(program);
        }
        match self.build(speed::PART, &[])? {
            Built::Program(program) => Ok(self.baseline.get_or_init(|| program)),
            Built::Refused(message) => Err(CompileError::NotBuilt { message }.into()),
        }
    }

    /// Copies a program out of its sandbox, which will be removed.
    fn copy(&self, part: Part, built: &Path) -> Result<Program, WorkspaceError> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let copy = format!("{}-{number}", part.candidate());
        Program::copy(part, built, self.lab.join(PROGRAMS).join(copy))
    }
}

fn read(file: &Path) -> Result<Vec<u8>, WorkspaceError> {
    fs::read(file).map_err(WorkspaceError::io("read", file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_grader_at_a_time_puts_sources_in() {
        let lab = tempfile::tempdir().unwrap();
        let open = || Workshop::open(lab.path(), Isolation::Namespaces, Visibility::Hidden);
        let first = open().unwrap();
        let Err(error) = open() else { panic!("two are in the workshop") };
        assert!(error.to_string().starts_with("another grader is at work"), "{error}");
        drop(first);
        open().unwrap();
    }
}
