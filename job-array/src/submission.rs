//! The commands that submit shards to a batch system (Slurm, sbatch(1)).

use std::num::NonZeroU64;

use message::printable;

/// The most elements of one job array: Slurm's `MaxArraySize` is 1001 unless a site changes it, and
/// bounds the numbers of the elements, too.
pub const ARRAY_MAX: u64 = 1_000;

/// Tells how to submit these shards; a sentence if there are none.
///
/// At most `at_once` elements of a job array run at once; none means any number.
pub fn submission(shards: &[u64], at_once: Option<NonZeroU64>, script: &str) -> String {
    let lines = sbatch_lines(shards, at_once, script);
    if lines.is_empty() {
        return "all shards are done: merge them\n".to_owned();
    }
    lines.iter().fold("submit:\n".to_owned(), |text, line| text + &printable::line(line) + "\n")
}

/// The commands that submit these shards, one for each job array. There is none for no shards.
fn sbatch_lines(shards: &[u64], at_once: Option<NonZeroU64>, script: &str) -> Vec<String> {
    let limit = at_once.map_or_else(String::new, |at_once| format!("%{at_once}"));
    let arrays = shards.chunk_by(|one, next| one / ARRAY_MAX == next / ARRAY_MAX);
    let line = |array: &[u64]| {
        let offset = array[0] / ARRAY_MAX * ARRAY_MAX;
        let indices: Vec<u64> = array.iter().map(|shard| shard - offset).collect();
        let argument = if offset == 0 { String::new() } else { format!(" auto+{offset}") };
        format!("sbatch --array={}{limit} {}{argument}", ranges(&indices), quoted(script))
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
pub(crate) fn quoted(word: &str) -> String {
    if is_plain(word) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

pub(crate) fn is_plain(word: &str) -> bool {
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
            assert_eq!(sbatch_lines(shards, None, "job.sh"), expected);
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
    fn a_limit_on_elements_at_once_is_part_of_the_array() {
        let at_once = NonZeroU64::new(4);
        assert_eq!(sbatch_lines(&[0, 2], at_once, "job.sh"), ["sbatch --array=0,2%4 job.sh"]);
    }
}
