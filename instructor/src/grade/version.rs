//! The version of each exercise's file that a submission is built with.

use std::path::Path;

use lab::exercises::Exercise;

use crate::submission::HandedIn;

/// The version of an exercise's file for a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version<'a> {
    /// The one that was handed in.
    Submitted(&'a str),
    /// The one that students get.
    Starter,
    /// The lab's own solution.
    Own,
}

/// The version of a file in the build of a submission.
///
/// If the exercise was handed in without this file, it is the starter's. If the exercise was not handed
/// in, it is the lab's own.
pub(super) fn version<'a>(
    handed_in: &[&'a HandedIn],
    exercise: &Exercise,
    path: &Path,
) -> Version<'a> {
    let Some(own) = handed_in.iter().find(|one| one.exercise.files == exercise.files) else {
        return Version::Own;
    };
    let submitted = own.files.iter().find(|(known, _)| known == path);
    submitted.map_or(Version::Starter, |(_, source)| Version::Submitted(source))
}

/// Whether this is a file of the exercise.
pub(super) fn has_file(exercise: &Exercise, path: &Path) -> bool {
    exercise.files.iter().any(|file| Path::new(file) == path)
}

#[cfg(test)]
mod tests {
    use lab::exercises::Part;

    use super::*;
    use crate::graded;

    #[test]
    fn a_file_that_is_missing_from_a_submission_is_the_starter() {
        let of_part3 = |exercise: &&Exercise| exercise.part == Part::Part3;
        let with_files = |count| {
            let mut exercises = graded::exercises().filter(of_part3);
            exercises.find(|exercise| exercise.files.len() == count).unwrap()
        };
        let (threads, both) = (with_files(1), with_files(2));
        let path = |index: usize| Path::new(both.files[index]);
        let files = vec![(path(0).to_owned(), "mine".to_owned())];
        let handed_in = HandedIn { exercise: both, files, refusal: None };
        let version = |exercise, path| version(&[&handed_in], exercise, path);
        assert_eq!(version(both, path(0)), Version::Submitted("mine"));
        assert_eq!(version(both, path(1)), Version::Starter);
        assert_eq!(version(threads, Path::new(threads.files[0])), Version::Own);
    }
}
