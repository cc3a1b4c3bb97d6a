//! The plan: all arguments of the work, and the number of shards.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write},
    num::NonZeroU64,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Draft, JobArrayError, Publication, Standing, sha256};

/// The version of the files.
pub(crate) const SCHEMA: u32 = 1;

/// The work of a program, as its arguments describe it.
pub trait Work: Serialize + DeserializeOwned {
    /// The result of one shard, without anything that differs from run to run.
    type Answer: Serialize + DeserializeOwned + PartialEq;

    /// The name of the program.
    const PROGRAM: &'static str;

    /// Checks that a plan can be done, as when it was made: its file may have been changed by hand.
    ///
    /// # Errors
    /// When it cannot; the text says why.
    fn validate(&self, shards: NonZeroU64) -> Result<(), String>;

    /// Checks that an answer belongs to this shard, with all files that it names.
    ///
    /// # Errors
    /// When it does not; the text says why.
    fn check(plan: &Plan<Self>, shard: u64, answer: &Self::Answer) -> Result<(), String>;
}

/// A plan that is in its folder.
#[derive(Debug)]
pub struct Plan<W> {
    folder: PathBuf,
    sha256: String,
    /// The number of shards.
    pub shards: NonZeroU64,
    /// The arguments.
    pub work: W,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanFile<W> {
    schema: u32,
    program: String,
    shards: NonZeroU64,
    arguments: W,
}

/// The part of a plan's file that all programs and versions have.
#[derive(Deserialize)]
struct Header {
    schema: u32,
    program: String,
}

impl<W: Work> Plan<W> {
    /// Writes a plan into its folder, unless the same plan is there already.
    ///
    /// # Errors
    /// When another plan is there, or the system fails.
    pub fn write(folder: &Path, shards: NonZeroU64, work: W) -> Result<Self, JobArrayError> {
        let results = folder.join("shards");
        fs::create_dir_all(&results).map_err(JobArrayError::io("create", results))?;
        let file =
            PlanFile { schema: SCHEMA, program: W::PROGRAM.to_owned(), shards, arguments: work };
        let mut text = serde_json::to_string_pretty(&file).expect("arguments to be JSON");
        text.push('\n');
        let path = path_in(folder);
        let judge = |path: &Path| {
            let is_equal = read_regular(path).is_ok_and(|there| there == text);
            Ok(if is_equal { Standing::Equal } else { Standing::Different })
        };
        let published = || {
            let mut draft = Draft::create(&path)?;
            draft.write_all(text.as_bytes())?;
            draft.sync()?;
            draft.publish(judge)
        };
        match published().map_err(JobArrayError::io("write", &path))? {
            // A file that is no plan is an error of its own.
            Publication::Conflict => Self::read(folder).and(Err(JobArrayError::OtherPlan { path })),
            Publication::New | Publication::WasThere => Self::read(folder),
        }
    }

    /// Reads the plan in a folder.
    ///
    /// # Errors
    /// When there is none, or it is none of this program and version.
    pub fn read(folder: &Path) -> Result<Self, JobArrayError> {
        let path = path_in(folder);
        let no_plan = |reason: String| JobArrayError::NoPlan { path: path.clone(), reason };
        let text = read_regular(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                no_plan(format!("there is none: make it with `{} plan`", W::PROGRAM))
            }
            ErrorKind::InvalidData => no_plan(format!("{error}; remove it, or name a new folder")),
            _ => JobArrayError::io("read", &path)(error),
        })?;
        let damaged = |error: serde_json::Error| {
            no_plan(format!("it is damaged ({error}): remove it, or name a new folder"))
        };
        let Header { schema, program } = serde_json::from_str(&text).map_err(damaged)?;
        if (schema, program.as_str()) != (SCHEMA, W::PROGRAM) {
            return Err(no_plan(format!(
                "it is for {program}, schema {schema}, and this is {}, schema {SCHEMA}: name a new \
                 folder",
                W::PROGRAM
            )));
        }
        let file: PlanFile<W> = serde_json::from_str(&text).map_err(damaged)?;
        let changed = |reason| format!("it was changed, and cannot be done: {reason}");
        file.arguments.validate(file.shards).map_err(|reason| no_plan(changed(reason)))?;
        Ok(Self {
            folder: folder.to_owned(),
            sha256: sha256::of_bytes(text.as_bytes()),
            shards: file.shards,
            work: file.arguments,
        })
    }
}

impl<W> Plan<W> {
    /// The folder of the plan.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The SHA-256 of the file, by which results name their plan.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The path of a file that belongs to a shard, such as `shards/00017.json`.
    pub fn path_of(&self, shard: u64, extension: &str) -> PathBuf {
        self.folder.join("shards").join(format!("{shard:05}.{extension}"))
    }
}

fn path_in(folder: &Path) -> PathBuf {
    folder.join("plan.json")
}

/// The text of a regular file; a pipe could block for ever.
pub(crate) fn read_regular(path: &Path) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidData, "it is not a regular file"));
    }
    io::read_to_string(File::open(path)?)
}
