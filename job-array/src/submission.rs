//! The text for a batch system: the job script, and the commands that submit it (Slurm, sbatch(1)).

/// The most elements of one job array: Slurm's `MaxArraySize` is 1001 unless a site changes it, and
/// bounds the numbers of the elements, too.
const ARRAY_MAX: u64 = 1_000;

/// A job script that does one shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobScript {
    /// The name of the job.
    pub name: &'static str,
    /// The number of cores for each element.
    pub cores: usize,
    /// The folder for the output of the elements.
    pub logs: String,
    /// The program with its arguments, up to the one that is the index.
    pub command: Vec<String>,
}

impl JobScript {
    /// The text of the script. Its argument is the index; without one, it is `auto`.
    pub fn text(&self) -> String {
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

/// The commands that submit these shards, one for each job array. There is none for no shards.
pub fn sbatch_lines(shards: &[u64], script: &str) -> Vec<String> {
    let arrays = shards.chunk_by(|one, next| one / ARRAY_MAX == next / ARRAY_MAX);
    let line = |array: &[u64]| {
        let offset = array[0] / ARRAY_MAX * ARRAY_MAX;
        let indices: Vec<u64> = array.iter().map(|shard| shard - offset).collect();
        let argument = if offset == 0 { String::new() } else { format!(" auto+{offset}") };
        format!("sbatch --array={} {}{argument}", ranges(&indices), quoted(script))
    };
    arrays.map(line).collect()
}

/// Sorted numbers as `sbatch --array=` takes them: `3,7-9`.
pub fn ranges(numbers: &[u64]) -> String {
    let runs = numbers.chunk_by(|one, next| one + 1 == *next);
    let run = |run: &[u64]| match run {
        [only] => only.to_string(),
        [first, .., last] => format!("{first}-{last}"),
        [] => String::new(),
    };
    runs.map(run).collect::<Vec<_>>().join(",")
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    if is_plain(word) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

fn is_plain(word: &str) -> bool {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "-_./+,=@:".contains(char);
    !word.is_empty() && word.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_joined_to_ranges() {
        let check = |numbers: &[u64], expected: &str| assert_eq!(ranges(numbers), expected);
        check(&[], "");
        check(&[3], "3");
        check(&[3, 7, 8, 9], "3,7-9");
        check(&[0, 1, 3], "0-1,3");
    }

    #[test]
    fn arrays_have_at_most_1000_elements_and_none_is_empty() {
        let check = |shards: &[u64], expected: &[&str]| {
            assert_eq!(sbatch_lines(shards, "job.sh"), expected);
        };
        check(&[], &[]);
        check(&[0, 1, 2], &["sbatch --array=0-2 job.sh"]);
        check(
            &(0..2_500).collect::<Vec<_>>(),
            &[
                "sbatch --array=0-999 job.sh",
                "sbatch --array=0-999 job.sh auto+1000",
                "sbatch --array=0-499 job.sh auto+2000",
            ],
        );
        check(
            &[999, 1_000, 3_007],
            &[
                "sbatch --array=999 job.sh",
                "sbatch --array=0 job.sh auto+1000",
                "sbatch --array=7 job.sh auto+3000",
            ],
        );
    }

    #[test]
    fn a_script_is_one_command() {
        let script = |logs: &str, program: &str| {
            let command = vec![program.to_owned(), "--index".to_owned()];
            JobScript { name: "primes", cores: 4, logs: logs.to_owned(), command }.text()
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
