//! The entries of a tar within gzip.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use tar::EntryType;

use super::{ArchiveError, Extraction, Kind, UNPACKED_BYTES_MAX};

/// Reads all entries, in their order.
pub(super) fn read(archive: &[u8], extraction: &mut Extraction<'_>) -> Result<(), ArchiveError> {
    let unpacked = unpack(archive)?;
    let mut tar = tar::Archive::new(unpacked.as_slice());
    for entry in tar.entries().map_err(ArchiveError::damaged)? {
        let mut entry = entry.map_err(ArchiveError::damaged)?;
        let kind = match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous => Kind::File,
            EntryType::Directory => Kind::Folder,
            EntryType::Symlink | EntryType::Link => Kind::Link,
            // A comment of `git archive`, which has a name but is no file.
            EntryType::XGlobalHeader => continue,
            _ => Kind::Special,
        };
        if let Some(path) = extraction.admit(&entry.path_bytes(), &kind)? {
            let mut contents = Vec::new();
            // A file that is cut short is found out on the way to the next entry.
            entry.read_to_end(&mut contents).map_err(ArchiveError::damaged)?;
            extraction.keep(path, contents)?;
        }
    }
    Ok(())
}

/// Unpacks the tar, up to a limit, so that no header can ask for more.
fn unpack(archive: &[u8]) -> Result<Vec<u8>, ArchiveError> {
    let mut unpacked = Vec::new();
    let mut bounded = MultiGzDecoder::new(archive).take(UNPACKED_BYTES_MAX + 1);
    bounded.read_to_end(&mut unpacked).map_err(ArchiveError::damaged)?;
    if unpacked.len() as u64 > UNPACKED_BYTES_MAX {
        return Err(ArchiveError::UnpacksTooLarge);
    }
    Ok(unpacked)
}
