//! The list of a shard: a text file, one prime on each line, known by its hash.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read, Write},
    path::Path,
};

use job_array::{Draft, sha256::Hash};
use message::number::grouped;
use serde::{Deserialize, Serialize};

/// A list in a file, as a result describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// The length of the file.
    pub bytes: u64,
    /// The number of its lines.
    pub lines: u64,
    /// Its SHA-256.
    pub sha256: String,
}

/// Writes a list to a draft, and hashes it at once.
pub(super) struct ListWriter {
    out: BufWriter<Hashed<Draft>>,
    lines: u64,
}

/// Passes on what is written to it, with its length and hash.
struct Hashed<W> {
    out: W,
    hash: Hash,
    bytes: u64,
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.write_all(&bytes[..written])?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl ListWriter {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let hashed = Hashed { out: Draft::create(path)?, hash: Hash::default(), bytes: 0 };
        Ok(Self { out: BufWriter::with_capacity(128 << 10, hashed), lines: 0 })
    }

    pub(super) fn write(&mut self, primes: &[u64]) -> io::Result<()> {
        self.lines += primes.len() as u64;
        primes.iter().try_for_each(|prime| writeln!(self.out, "{prime}"))
    }

    /// The draft, which is on the disk, and its description.
    pub(super) fn finish(self) -> io::Result<(Draft, List)> {
        let lines = self.lines;
        let Hashed { out: draft, hash, bytes } =
            self.out.into_inner().map_err(io::IntoInnerError::into_error)?;
        draft.sync()?;
        Ok((draft, List { bytes, lines, sha256: hash.digits() }))
    }
}

impl List {
    /// Checks that this is the list in the file.
    pub(super) fn check(&self, path: &Path) -> Result<(), String> {
        let length = fs::symlink_metadata(path).map(|file| file.is_file().then_some(file.len()));
        match length {
            Ok(Some(bytes)) if bytes == self.bytes => {}
            Ok(Some(bytes)) => {
                let (bytes, expected) = (grouped(bytes), grouped(self.bytes));
                return Err(format!("its list has {bytes} bytes instead of {expected}"));
            }
            Ok(None) => return Err("its list is not a regular file".to_owned()),
            Err(error) => return Err(format!("its list cannot be read: {error}")),
        }
        match File::open(path).and_then(|mut file| self.copy(&mut file, &mut io::sink())) {
            Ok(true) => Ok(()),
            Ok(false) => Err("its list has another hash".to_owned()),
            Err(error) => Err(format!("its list cannot be read: {error}")),
        }
    }

    /// Copies the file, and returns whether it was this list.
    pub(super) fn copy(&self, file: &mut File, out: &mut impl Write) -> io::Result<bool> {
        let mut out = Hashed { out, hash: Hash::default(), bytes: 0 };
        let mut buffer = vec![0; 128 << 10];
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                length => out.write_all(&buffer[..length])?,
            }
        }
        Ok(out.bytes == self.bytes && out.hash.digits() == self.sha256)
    }
}
