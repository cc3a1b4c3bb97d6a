//! A hash of texts that is the same on every machine and in every version.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use sha2::{Digest, Sha256};

/// The SHA-256 of a list of texts, in hexadecimal. No two lists look the same to it.
pub fn of<'a>(texts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Hash::default();
    for text in texts {
        hash.0.update((text.len() as u64).to_le_bytes());
        hash.0.update(text);
    }
    hash.digits()
}

/// The SHA-256 of some bytes, in hexadecimal, as `sha256sum` prints it.
pub fn of_bytes(bytes: &[u8]) -> String {
    let mut hash = Hash::default();
    hash.0.update(bytes);
    hash.digits()
}

/// The SHA-256 of the bytes that are written to it.
#[derive(Clone, Debug, Default)]
pub struct Hash(Sha256);

impl Hash {
    /// The hash in hexadecimal.
    pub fn digits(self) -> String {
        let mut digits = String::new();
        for byte in self.0.finalize() {
            let _ = write!(digits, "{byte:02x}");
        }
        digits
    }
}

impl Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_stays_and_depends_on_where_a_text_ends() {
        // printf '\003\0\0\0\0\0\0\0ada' | sha256sum
        let expected = "76731ec881d7fcdd3643489c402681b233f95ea78aa4c9696d84ecc472c0b872";
        assert_eq!(of([b"ada".as_slice()]), expected);
        assert_eq!(of_bytes(b"\x03\0\0\0\0\0\0\0ada"), expected);
        assert_ne!(of([b"ab".as_slice(), b"c"]), of([b"a".as_slice(), b"bc"]));
    }
}
