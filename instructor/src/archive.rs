//! Reads archives of students into memory, trusts nothing in them, and writes nothing to disk.

mod tar_entries;
mod zip_entries;

use std::{
    collections::BTreeMap,
    error::Error,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// The most bytes of an archive.
const ARCHIVE_BYTES_MAX: u64 = 16 << 20;

/// The most bytes of an archive's contents, whatever its headers say.
const UNPACKED_BYTES_MAX: u64 = 16 << 20;

/// The most files and folders of an archive.
pub(crate) const ENTRIES_MAX: usize = 2_000;

/// The most characters of a name, or of an error, that are shown.
const SHOWN_CHARACTERS_MAX: usize = 120;

/// The extensions of archives, with their formats. Unsupported kinds are listed, too: a student who
/// hands one in gets an error, and is not ignored.
const ENDINGS: &[(&str, Option<Format>)] = &[
    (".zip", Some(Format::Zip)),
    (".tar.gz", Some(Format::TarGzip)),
    (".tgz", Some(Format::TarGzip)),
    (".7z", None),
    (".rar", None),
    (".tar", None),
    (".tar.bz2", None),
    (".tar.xz", None),
    (".tar.zst", None),
];

/// The format of an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Zip, as in PKWARE's APPNOTE.
    Zip,
    /// A tar within gzip (RFC 1952).
    TarGzip,
}

/// An error that makes an archive unusable.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The name has an ending that is not supported.
    #[error("the format of the archive is unknown: pack it as .zip or .tar.gz")]
    OtherFormat,
    /// The operating system cannot read it.
    #[error("the archive cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// The archive is too large.
    #[error("the archive is larger than {} MiB: pack the sources alone", ARCHIVE_BYTES_MAX >> 20)]
    TooLarge,
    /// The contents are too large.
    #[error(
        "the archive unpacks to more than {} MiB: pack the sources alone",
        UNPACKED_BYTES_MAX >> 20
    )]
    UnpacksTooLarge,
    /// The archive has too many entries.
    #[error(
        "the archive has more than {ENTRIES_MAX} files and folders: leave out what is not yours, \
         such as `target` and `.git`"
    )]
    TooMany,
    /// A path is absolute, or has a `..`.
    #[error("the archive has {name}, a path outside of the archive: pack it from within the lab")]
    LeadsOut {
        /// The path, as it is in the archive.
        name: String,
    },
    /// The archive has a link, symbolic or hard.
    #[error("the archive has {name}, which is a link: pack the file itself")]
    Link {
        /// The link.
        name: String,
    },
    /// The archive has a device, a pipe, or another special file.
    #[error("the archive has {name}, which is neither a file nor a folder: leave it out")]
    Special {
        /// The special file.
        name: String,
    },
    /// A file is encrypted.
    #[error("the archive has {name}, which is encrypted: pack it without a password")]
    Encrypted {
        /// The file.
        name: String,
    },
    /// The archive has a file twice.
    #[error("the archive has {name} twice: pack each file once")]
    Twice {
        /// The file.
        name: String,
    },
    /// The archive is cut short or damaged.
    #[error(
        "the archive is damaged, incomplete, or has a wrong file extension: pack it again ({cause})"
    )]
    Damaged {
        /// The reason.
        cause: String,
    },
}

impl ArchiveError {
    fn damaged(error: impl Into<Box<dyn Error>>) -> Self {
        Self::Damaged { cause: shown(error.into().to_string().as_bytes()) }
    }
}

/// Splits the file name of an archive into the student's name and the format. `alice` of
/// `alice.tar.gz`.
///
/// The format is missing for an archive of an unsupported kind. The result is `None` for any other
/// file.
pub fn name_parts(name: &str) -> Option<(&str, Option<Format>)> {
    ENDINGS.iter().find_map(|(ending, format)| {
        let (stem, end) = name.split_at_checked(name.len().checked_sub(ending.len())?)?;
        (end.eq_ignore_ascii_case(ending) && !stem.is_empty()).then_some((stem, *format))
    })
}

/// Loads an archive, if it is not too large.
///
/// # Errors
/// When there are, or the system has objections.
pub fn load(path: &Path) -> Result<Vec<u8>, ArchiveError> {
    let file = File::open(path)?;
    if file.metadata()?.len() > ARCHIVE_BYTES_MAX {
        return Err(ArchiveError::TooLarge);
    }
    let mut archive = Vec::new();
    // It may have grown since.
    file.take(ARCHIVE_BYTES_MAX).read_to_end(&mut archive)?;
    Ok(archive)
}

/// The `wanted` files of an archive, by their paths; its name determines the format.
///
/// # Errors
/// When its format is not supported, or when any entry, wanted or not, is unusual for an archive of
/// sources.
pub fn read(
    archive: &[u8],
    name: &str,
    wanted: impl Fn(&Path) -> bool,
) -> Result<BTreeMap<PathBuf, Vec<u8>>, ArchiveError> {
    let format = name_parts(name).and_then(|(_, format)| format);
    let mut extraction = Extraction { wanted: &wanted, entries: 0, files: BTreeMap::new() };
    match format.ok_or(ArchiveError::OtherFormat)? {
        Format::Zip => zip_entries::read(archive, &mut extraction)?,
        Format::TarGzip => tar_entries::read(archive, &mut extraction)?,
    }
    Ok(extraction.files)
}

/// The kind of an archive's entry, in any format.
enum Kind {
    File,
    Folder,
    Link,
    Special,
}

/// Takes the wanted files out of an archive, entry by entry, within the limits.
struct Extraction<'a> {
    wanted: &'a dyn Fn(&Path) -> bool,
    entries: usize,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Extraction<'_> {
    /// Checks an entry before it is unpacked; returns its path if its contents are wanted.
    fn admit(&mut self, name: &[u8], kind: &Kind) -> Result<Option<PathBuf>, ArchiveError> {
        self.entries += 1;
        if self.entries > ENTRIES_MAX {
            return Err(ArchiveError::TooMany);
        }
        let Some(path) = path_within(name) else {
            return Err(ArchiveError::LeadsOut { name: shown(name) });
        };
        match kind {
            Kind::File => Ok(Some(path).filter(|path| (self.wanted)(path))),
            Kind::Folder => Ok(None),
            Kind::Link => Err(ArchiveError::Link { name: shown(name) }),
            Kind::Special => Err(ArchiveError::Special { name: shown(name) }),
        }
    }

    fn keep(&mut self, path: PathBuf, contents: Vec<u8>) -> Result<(), ArchiveError> {
        let name = shown(path.as_os_str().as_encoded_bytes());
        match self.files.insert(path, contents) {
            None => Ok(()),
            Some(_) => Err(ArchiveError::Twice { name }),
        }
    }
}

/// The path of an entry, unless it leads out of the archive.
///
/// Some programs for Windows separate folders by `\`.
fn path_within(name: &[u8]) -> Option<PathBuf> {
    let name = String::from_utf8_lossy(name);
    let is_absolute = name.starts_with(['/', '\\']) || name.as_bytes().get(1) == Some(&b':');
    let mut folders = name.split(['/', '\\']);
    if is_absolute || folders.any(|folder| folder == "..") {
        return None;
    }
    Some(name.split(['/', '\\']).filter(|folder| !["", "."].contains(folder)).collect())
}

/// Text of others as one short line, with control characters escaped.
pub(crate) fn shown(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    text.chars().take(SHOWN_CHARACTERS_MAX).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_called_after_its_student() {
        let check = |name, expected| assert_eq!(name_parts(name), expected, "{name}");
        check("alice.zip", Some(("alice", Some(Format::Zip))));
        check("Alice B. C.ZIP", Some(("Alice B. C", Some(Format::Zip))));
        check("bob.tar.gz", Some(("bob", Some(Format::TarGzip))));
        check("carol.tgz", Some(("carol", Some(Format::TarGzip))));
        check("dave.rar", Some(("dave", None)));
        check("erin.tar.xz", Some(("erin", None)));
        check("notes.txt", None);
        check(".zip", None);
        check("zip", None);
        check("東", None);
    }

    #[test]
    fn names_of_entries_stay_within_the_archive() {
        let check = |name: &str, expected: Option<&str>| {
            assert_eq!(path_within(name.as_bytes()), expected.map(PathBuf::from), "{name}");
        };
        check("part1/src/a.rs", Some("part1/src/a.rs"));
        check("./part1//src/./a.rs", Some("part1/src/a.rs"));
        check("part1\\src\\a.rs", Some("part1/src/a.rs"));
        check("part1/", Some("part1"));
        check("a..b/..c", Some("a..b/..c"));
        check("../a.rs", None);
        check("part1/../../a.rs", None);
        check("part1\\..\\a.rs", None);
        check("/etc/passwd", None);
        check("\\etc\\passwd", None);
        check("C:\\a.rs", None);
    }

    #[test]
    fn shown_names_are_one_short_line() {
        assert_eq!(shown(b"a\n\x1b[2Jb"), "a\\n\\u{1b}[2Jb");
        assert_eq!(shown(&[b'a'; 1_000]).len(), SHOWN_CHARACTERS_MAX);
    }
}
