//! The job script of a plan, which does one shard.

use std::{
    fs,
    io::Write,
    num::{NonZeroU64, NonZeroUsize},
    path::{Path, PathBuf},
};

use message::printable;

use crate::{
    Draft, JobArrayError, Plan, Work,
    submission::{is_plain, quoted, submission},
};

/// The job script of a plan, in its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobScript {
    path: String,
    text: String,
}

impl JobScript {
    /// The path of the script; the folder has to exist.
    ///
    /// # Errors
    /// When the folder cannot be found, or its path is not UTF-8.
    pub fn path_in<W>(plan: &Plan<W>) -> Result<String, JobArrayError> {
        Ok(text_of(&folder_of(plan)?.join("job.sh"))?.to_owned())
    }

    /// Writes the script, which runs `program` on this many cores.
    ///
    /// # Errors
    /// When the system fails, or a path is not UTF-8 or has control characters.
    pub fn write<W: Work>(
        plan: &Plan<W>,
        program: &Path,
        cores: NonZeroUsize,
    ) -> Result<Self, JobArrayError> {
        // A program that was built anew meanwhile has no file of this name any more.
        fs::metadata(program).map_err(JobArrayError::io("find", program))?;
        let path = Self::path_in(plan)?;
        let folder = folder_of(plan)?;
        let logs = folder.join("logs");
        let command = [text_of(program)?, "shard", text_of(&folder)?, "--index"];
        let content = Content {
            name: W::PROGRAM,
            cores: cores.get(),
            logs: text_of(&logs)?.to_owned(),
            command: command.map(str::to_owned).to_vec(),
        };
        let text = content.text();
        fs::create_dir_all(&logs).map_err(JobArrayError::io("create", logs))?;
        let written = Draft::create(Path::new(&path)).and_then(|mut draft| {
            draft.write_all(text.as_bytes())?;
            draft.replace()
        });
        written.map_err(JobArrayError::io("write", &path))?;
        Ok(Self { path, text })
    }

    /// The script for people, and the commands that submit these shards.
    pub fn description(&self, shards: &[u64], at_once: Option<NonZeroU64>) -> String {
        let Self { path, text } = self;
        let no_logs = if text.contains("--output=") {
            ""
        } else {
            "(Slurm cannot name this folder: the logs go to the folder in which you submit.)\n"
        };
        let submission = submission(shards, at_once, path);
        format!("\n{}:\n{text}{no_logs}\n{submission}", printable::line(path))
    }
}

fn folder_of<W>(plan: &Plan<W>) -> Result<PathBuf, JobArrayError> {
    let folder = plan.folder();
    folder.canonicalize().map_err(JobArrayError::io("find", folder))
}

fn text_of(path: &Path) -> Result<&str, JobArrayError> {
    let text = path.to_str().filter(|text| !text.contains(char::is_control));
    text.ok_or_else(|| JobArrayError::NotText { path: path.to_owned() })
}

/// What a job script says.
struct Content {
    name: &'static str,
    cores: usize,
    /// The folder for the output of the elements.
    logs: String,
    /// The program with its arguments, up to the one that is the index.
    command: Vec<String>,
}

impl Content {
    /// The text of the script. Its argument is the index; without one, it is `auto`.
    fn text(&self) -> String {
        let Self { name, cores, logs, command } = self;
        let command: Vec<String> = command.iter().map(|word| quoted(word)).collect();
        // Slurm has rules of its own for special characters here, so such a path is left out.
        let output = if is_plain(logs) {
            format!("#SBATCH --output={logs}/%A_%a.txt\n#SBATCH --open-mode=append\n")
        } else {
            String::new()
        };
        format!(
            "#!/bin/sh\n#SBATCH --job-name={name}\n#SBATCH --cpus-per-task={cores}\n\
             #SBATCH --requeue\n{output}exec {} \"${{1:-auto}}\"\n",
            command.join(" ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_one_command() {
        let script = |logs: &str, program: &str| {
            let command = vec![program.to_owned(), "--index".to_owned()];
            Content { name: "primes", cores: 4, logs: logs.to_owned(), command }.text()
        };
        assert_eq!(
            script("/plan/logs", "/bin/primes"),
            "#!/bin/sh\n#SBATCH --job-name=primes\n#SBATCH --cpus-per-task=4\n\
             #SBATCH --requeue\n\
             #SBATCH --output=/plan/logs/%A_%a.txt\n#SBATCH --open-mode=append\n\
             exec /bin/primes --index \"${1:-auto}\"\n"
        );
        let quoted = script("/a plan/logs", "/it's here/primes");
        assert!(
            quoted.ends_with("exec '/it'\\''s here/primes' --index \"${1:-auto}\"\n"),
            "{quoted}"
        );
        assert!(!quoted.contains("--output"), "{quoted}");
    }
}
