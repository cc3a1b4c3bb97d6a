//! The entries of a zip.

use std::io::{Cursor, Read};

use zip::{ZipArchive, read::ZipFileEntry};

use super::{ArchiveError, ENTRIES_MAX, Extraction, Kind, UNPACKED_BYTES_MAX, shown};

/// The mark of a zip's end record, which has 22 bytes and a comment (APPNOTE 4.3.16).
const END_MARK: &[u8] = b"PK\x05\x06";
const END_BYTES_MAX: usize = 22 + 0xffff;

/// The offset of the number of entries in the end record. Zips of more than 65,534 have all bits
/// set here.
const END_ENTRIES: usize = 10;

/// The bits of a Unix mode that say what a file is, and their values (`inode(7)`).
const MODE_KIND: u32 = 0o170_000;
const MODE_FILE: u32 = 0o100_000;
const MODE_FOLDER: u32 = 0o040_000;
const MODE_LINK: u32 = 0o120_000;

/// Reads all entries, in the order of the central directory.
///
/// Unwanted entries are unpacked, too. So damage and size count in the same way as in other formats.
pub(super) fn read(archive: &[u8], extraction: &mut Extraction<'_>) -> Result<(), ArchiveError> {
    // The crate reads the whole list of entries before it gives one away.
    if entries_claimed(archive).is_some_and(|entries| entries > ENTRIES_MAX) {
        return Err(ArchiveError::TooMany);
    }
    let mut zip = ZipArchive::new(Cursor::new(archive)).map_err(ArchiveError::damaged)?;
    if zip.metadata().has_duplicate_names() {
        return Err(ArchiveError::Twice { name: "a file".to_owned() });
    }
    let mut bytes_left = UNPACKED_BYTES_MAX;
    for index in 0..zip.len() {
        let entry = zip.by_index_data(index).map_err(ArchiveError::damaged)?;
        let wanted = extraction.admit(entry.name_raw(), &kind_of(&entry))?;
        if entry.encrypted() {
            return Err(ArchiveError::Encrypted { name: shown(entry.name_raw()) });
        }
        let mut contents = Vec::new();
        let mut bounded = zip.by_index(index).map_err(ArchiveError::damaged)?.take(bytes_left + 1);
        let bytes = bounded.read_to_end(&mut contents).map_err(ArchiveError::damaged)?;
        bytes_left = bytes_left.checked_sub(bytes as u64).ok_or(ArchiveError::UnpacksTooLarge)?;
        if let Some(path) = wanted {
            extraction.keep(path, contents)?;
        }
    }
    Ok(())
}

/// The number of entries, according to the end record.
fn entries_claimed(archive: &[u8]) -> Option<usize> {
    let (_, end) = archive.split_at(archive.len().saturating_sub(END_BYTES_MAX));
    let start = end.windows(END_MARK.len()).rposition(|bytes| bytes == END_MARK)?;
    let entries = end.get(start + END_ENTRIES..)?.first_chunk()?;
    Some(usize::from(u16::from_le_bytes(*entries)))
}

fn kind_of(entry: &ZipFileEntry<'_>) -> Kind {
    match entry.unix_mode().unwrap_or_default() & MODE_KIND {
        MODE_LINK => Kind::Link,
        MODE_FOLDER => Kind::Folder,
        // Not every program writes modes, but all end the names of folders with a slash.
        0 | MODE_FILE if entry.is_dir() => Kind::Folder,
        0 | MODE_FILE => Kind::File,
        _ => Kind::Special,
    }
}
