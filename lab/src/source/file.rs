//! Reads the sources that students hand in; the same for `check` and `grade`.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

/// The most bytes of a source.
const BYTES_MAX: u64 = 256 << 10;

/// Reads a source below a folder, if it exists; the error is the end of a sentence that begins with
/// its path. A link on the way could lead anywhere.
pub fn read(root: &Path, path: &Path) -> Option<Result<String, String>> {
    Some(contents(root, path).transpose()?.and_then(text))
}

/// Reads a file's contents as a source, or says why it is none.
///
/// # Errors
/// When it is too long, or is not in UTF-8.
pub fn text(contents: Vec<u8>) -> Result<String, String> {
    if contents.len() as u64 > BYTES_MAX {
        return Err(format!("is longer than {} KiB", BYTES_MAX >> 10));
    }
    // Half of the bytes of English text are zero there; and there may be a byte order mark.
    if let [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..] = contents[..] {
        return Err("is in UTF-16, and Rust needs UTF-8: save it as UTF-8".to_owned());
    }
    String::from_utf8(contents).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.split(|&byte| byte == b'\n').count();
        format!("is not in UTF-8, see line {line}: save it as UTF-8")
    })
}

fn contents(root: &Path, path: &Path) -> Result<Option<Vec<u8>>, String> {
    let unreadable = |error| format!("cannot be read: {error}");
    let mut reached = root.to_owned();
    let mut names = path.iter().peekable();
    while let Some(name) = names.next() {
        reached.push(name);
        let metadata = match fs::symlink_metadata(&reached) {
            Ok(metadata) => metadata,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(unreadable(error)),
        };
        let is_last = names.peek().is_none();
        match metadata.file_type() {
            kind if kind.is_symlink() && !is_last => {
                return Err(format!("is in a linked folder, `{}`", name.display()));
            }
            kind if is_last && !kind.is_file() => return Err("is not a regular file".to_owned()),
            _ => {}
        }
    }
    let mut contents = Vec::new();
    let file = File::open(&reached);
    let read = file.and_then(|file| file.take(BYTES_MAX + 1).read_to_end(&mut contents));
    read.map(|_| Some(contents)).map_err(unreadable)
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_in_another_encoding_is_refused_by_its_name() {
        let utf_16 = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            text.encode_utf16().flat_map(bytes).collect()
        };
        for text_in_utf_16 in [
            utf_16("\u{feff}fn f() {}", u16::to_le_bytes),
            utf_16("\u{feff}fn f() {}", u16::to_be_bytes),
            utf_16("fn f() {}", u16::to_le_bytes),
            utf_16("fn f() {}", u16::to_be_bytes),
        ] {
            let refusal = text(text_in_utf_16).unwrap_err();
            assert!(refusal.starts_with("is in UTF-16"), "{refusal}");
        }
        let latin_1 = b"fn f() {}\n// caf\xe9\n".to_vec();
        let refusal = "is not in UTF-8, see line 2: save it as UTF-8";
        assert_eq!(text(latin_1), Err(refusal.to_owned()));
        for right in ["", "x", "\u{feff}fn f() {}", "// caf\u{e9}"] {
            assert_eq!(text(right.as_bytes().to_vec()), Ok(right.to_owned()));
        }
    }
}
