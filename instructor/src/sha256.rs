//! A hash of texts that is the same on every machine and in every version.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// The SHA-256 of a list of texts, in hexadecimal. No two lists look the same to it.
pub(crate) fn of<'a>(texts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    let mut digits = String::new();
    for byte in hash.finalize() {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_stays_and_depends_on_where_a_text_ends() {
        // printf '\003\0\0\0\0\0\0\0ada' | sha256sum
        let expected = "76731ec881d7fcdd3643489c402681b233f95ea78aa4c9696d84ecc472c0b872";
        assert_eq!(of([b"ada".as_slice()]), expected);
        assert_ne!(of([b"ab".as_slice(), b"c"]), of([b"a".as_slice(), b"bc"]));
    }
}
