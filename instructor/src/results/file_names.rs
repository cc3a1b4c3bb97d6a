//! Turns students' names into safe and distinct file names.

use job_array::sha256;
use message::printable;

/// The most bytes of a file name. File systems take 255 bytes, endings included.
const BYTES_MAX: usize = 200;

/// The number of hash digits that distinguish names that were changed.
const HASH_DIGITS: usize = 12;

/// The character before these digits.
const HASH_MARK: char = '~';

/// The file name for a student: the name itself if it is safe. Otherwise it is changed, and ends in
/// a hash of the name, so that two students never share a file.
///
/// These names are changed: long ones, those that lead to another folder, those that look like an
/// option or a hidden file, and those with characters that a terminal obeys.
pub(crate) fn file_name_of(student: &str) -> String {
    let mut name: String =
        student.chars().map(|letter| if is_fit(letter) { letter } else { '_' }).collect();
    if name.is_empty() || name.starts_with(['.', '-']) {
        name.replace_range(..name.len().min(1), "_");
    }
    name.truncate(name.floor_char_boundary(BYTES_MAX));
    if name == student && !is_marked(student) {
        return name;
    }
    let hash = sha256::of([student.as_bytes()]);
    format!("{name}{HASH_MARK}{}", &hash[..HASH_DIGITS])
}

fn is_fit(letter: char) -> bool {
    let text = String::from(letter);
    letter != '/' && printable::line(&text) == text
}

/// Whether it looks like a name that was changed here.
fn is_marked(name: &str) -> bool {
    name.rsplit_once(HASH_MARK).is_some_and(|(_, digits)| {
        digits.len() == HASH_DIGITS && digits.chars().all(|digit| digit.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use std::path::{Component, Path};

    use super::*;

    #[test]
    fn a_name_that_is_fit_stays() {
        for name in ["Ada L.", "ada", "Ada", "東京", "=<script>alert('1')&", "a..b", "x~y"] {
            assert_eq!(file_name_of(name), name);
        }
    }

    #[test]
    fn any_other_name_is_changed_and_leads_nowhere_else() {
        for name in ["", ".", "..", "...", "../ada", "/ada", "a/b", "-rf", "a\nb", "a\u{202e}b"] {
            let changed = file_name_of(name);
            let mut components = Path::new(&changed).components();
            assert!(matches!(components.next(), Some(Component::Normal(_))), "{changed}");
            assert!(components.next().is_none() && is_marked(&changed), "{changed}");
            assert!(!changed.starts_with(['.', '-']) && printable::line(&changed) == changed);
        }
    }

    #[test]
    fn names_that_differ_stay_different() {
        let check = |one: &str, other: &str| {
            let (one, other) = (file_name_of(one), file_name_of(other));
            assert_ne!(one, other);
            assert!(one.len() <= BYTES_MAX + 1 + HASH_DIGITS, "{one}");
        };
        let long = "東".repeat(83);
        check(&format!("{long}1"), &format!("{long}2"));
        check("a\nb", "a\tb");
        check("-a", ".a");
        check("a\nb", &file_name_of("a\nb"));
    }
}
