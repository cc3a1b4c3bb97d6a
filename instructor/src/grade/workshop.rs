//! The workshop, in which submissions are built: the lab's workspace with the submitted files.

use std::{
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
    lock,
    sandbox::{Isolation, Sandbox},
    source,
    warden::Limits,
    workspace::{self, WorkspaceError},
};
use program::progress::Visibility;

use super::{
    compiler::{self, Compiled},
    recipe::Recipe,
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
    /// Held while a cache is filled.
    caches: Mutex<()>,
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
        let is_of_exercise = |path: &Path| {
            graded::exercises()
                .any(|exercise| exercise.files.iter().any(|file| Path::new(file) == path))
        };
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
            caches: Mutex::default(),
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
        self.fill_cache(part)?;
        let sources = self.sources(part, handed_in)?;
        match compiler::compile(self.recipe(part)?, part, &sources, self.isolation)? {
            Compiled::Program(program, _sandbox) => {
                Ok(Built::Program(Arc::new(self.copy(part, &program)?)))
            }
            Compiled::Refused(said) => {
                self.prove_sound(part)?;
                Ok(Built::Refused(said))
            }
        }
    }

    /// Fills the cache of the lab's own sources, once.
    fn fill_cache(&self, part: Part) -> Result<(), GraderError> {
        let cache = self.recipe(part)?.cache();
        let _turn = self.caches.lock().unwrap_or_else(PoisonError::into_inner);
        if self.isolation == Isolation::Namespaces && cache.filled().is_none() {
            cache.fill(&self.compile_own(part)?.folder().join(compiler::INCREMENTAL))?;
        }
        Ok(())
    }

    /// Compiles the lab's own solutions of a part, once, so that an error there is no student's
    /// fault.
    fn prove_sound(&self, part: Part) -> Result<(), GraderError> {
        if self.is_sound[part as usize].get().is_none() {
            self.compile_own(part)?;
        }
        Ok(())
    }

    /// Compiles the lab's own solutions of a part; returns the sandbox.
    fn compile_own(&self, part: Part) -> Result<Sandbox, GraderError> {
        let sources = self.sources(part, &[])?;
        match compiler::compile(self.recipe(part)?, part, &sources, self.isolation)? {
            Compiled::Program(_, sandbox) => {
                let _ = self.is_sound[part as usize].set(()); // another thread may have done so
                Ok(sandbox)
            }
            Compiled::Refused(said) => Err(CompileError::NotBuilt { said }.into()),
        }
    }

    /// All sources of a part, by their paths in the workspace, with the submitted files in place.
    fn sources(
        &self,
        part: Part,
        handed_in: &[&HandedIn],
    ) -> Result<Vec<(PathBuf, Vec<u8>)>, GraderError> {
        let mut paths = Vec::new();
        for folder in [part.package(), DATA] {
            let files = workspace::files(&self.root.join(folder))?;
            paths.extend(files.into_iter().map(|file| Path::new(folder).join(file)));
        }
        let mut sources = Vec::new();
        for path in paths {
            let contents = if let Some(source) = self.exercise_source(part, &path, handed_in)? {
                source::guarded(&source).as_bytes().to_vec()
            } else {
                let file = self.root.join(&path);
                fs::read(&file).map_err(WorkspaceError::io("read", &file))?
            };
            sources.push((path, contents));
        }
        Ok(sources)
    }

    /// The source of an exercise's file; none if no exercise has this file.
    fn exercise_source(
        &self,
        part: Part,
        path: &Path,
        handed_in: &[&HandedIn],
    ) -> Result<Option<String>, GraderError> {
        let mut of_part = graded::exercises().filter(|exercise| exercise.part == part);
        let has_file =
            |exercise: &&Exercise| exercise.files.iter().any(|file| Path::new(file) == path);
        let Some(exercise) = of_part.find(has_file) else { return Ok(None) };
        let own = handed_in.iter().find(|one| one.exercise.files == exercise.files);
        let source = own.map(|one| one.files.iter().find(|(known, _)| known == path));
        Ok(Some(match source {
            Some(Some((_, source))) => source.clone(),
            Some(None) => handout::starter_of(&self.lab, path)?,
            None => {
                let file = self.lab.join(path);
                fs::read_to_string(&file).map_err(WorkspaceError::io("read", &file))?
            }
        }))
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
            Built::Refused(said) => Err(CompileError::NotBuilt { said }.into()),
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
