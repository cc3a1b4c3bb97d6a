//! Reads secrets: from the environment, and from the file `.env`.

use std::{
    env::{self, VarError},
    fmt::Display,
    fs::File,
    io::{self, Read},
    path::Path,
};

use document_store::{StoreError, StoreLocation};
use part3_yelp::credentials::{Environment, MONGODB_VARIABLE};

/// The file for variables that are not in the environment; git ignores it.
const SECRETS_FILE: &str = ".env";

/// The most bytes of the file.
const FILE_BYTES_MAX: usize = 1 << 20;

/// Reads the environment and, for variables that it lacks, the file `.env`.
pub(crate) fn environment() -> Environment {
    let file = SecretsFile::read(Path::new(SECRETS_FILE));
    Environment::try_read(|name| {
        #[expect(clippy::disallowed_methods, reason = "the environment is read here, for all")]
        let value = env::var(name);
        match value {
            Ok(value) if !value.trim().is_empty() => Ok(Some(value)),
            Err(VarError::NotUnicode(_)) => Err(format!("{name} in the environment is not UTF-8")),
            _ => file.value_of(name),
        }
    })
}

/// Checks that the address of the database is known. If it may be in a `.env` that could not be read,
/// the error says why.
pub(crate) fn check_address(
    place: &StoreLocation,
    environment: &Environment,
) -> anyhow::Result<()> {
    let obstacle = environment.obstacle(MONGODB_VARIABLE);
    match (place, obstacle) {
        (StoreLocation::Mongodb, Some(obstacle)) => {
            Err(anyhow::Error::new(StoreError::NoUri).context(obstacle.to_owned()))
        }
        _ => Ok(()),
    }
}

/// The readable content of the file.
#[derive(Default)]
struct SecretsFile {
    content: Vec<u8>,
    /// Why `content` may lack variables.
    obstacle: Option<String>,
}

impl SecretsFile {
    /// Never fails: a run that needs no variable ignores the error, another one reports it.
    fn read(path: &Path) -> Self {
        let result = path.metadata().and_then(|metadata| {
            // Opening a pipe would wait for its writer.
            if !metadata.is_file() {
                return Err(io::Error::other("it is not a regular file"));
            }
            let mut content = Vec::new();
            File::open(path)?.take(FILE_BYTES_MAX as u64 + 1).read_to_end(&mut content)?;
            Ok(content)
        });
        match result {
            Ok(content) => Self::of(content),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::default(),
            Err(error) => Self { obstacle: Some(unreadable(error)), ..Self::default() },
        }
    }

    fn of(mut content: Vec<u8>) -> Self {
        if content.len() > FILE_BYTES_MAX {
            content.truncate(FILE_BYTES_MAX);
            // The last line is incomplete.
            let end = content.iter().rposition(|&byte| byte == b'\n').unwrap_or(0);
            content.truncate(end);
            let cause = "it is larger than 1 MiB, and the rest is not read";
            return Self { content, obstacle: Some(unreadable(cause)) };
        }
        let is_utf16 = content.starts_with(b"\xff\xfe")
            || content.starts_with(b"\xfe\xff")
            || content.contains(&0);
        let obstacle = is_utf16.then(|| unreadable("it seems to be UTF-16: save it as UTF-8"));
        Self { content, obstacle }
    }

    /// The value of a variable, by the first line that sets it: `NAME=value` or `export NAME=value`.
    ///
    /// The value is literal: neither `$` nor `\` has a meaning. It may be in quotes of either kind;
    /// without them, it ends before a `#` that follows a space. All other lines are ignored.
    ///
    /// # Errors
    /// When there is no value that can be read, although there may be one.
    fn value_of(&self, name: &str) -> Result<Option<String>, String> {
        let content = self.content.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&self.content);
        let mut obstacle: Option<String> = None;
        for (number, line) in (1..).zip(content.split(|&byte| byte == b'\n')) {
            let text = String::from_utf8_lossy(line);
            let Some(value) = value_of_line(&text, name) else { continue };
            let literal = match str::from_utf8(line) {
                Ok(_) => literal(value),
                Err(_) => Err("a value that is not UTF-8"),
            };
            match literal {
                Ok("") => {}
                Ok(value) => return Ok(Some(value.to_owned())),
                Err(what) => {
                    let cause = format!("line {number} gives {name} {what}");
                    obstacle.get_or_insert(unreadable(cause));
                }
            }
        }
        obstacle.or_else(|| self.obstacle.clone()).map_or(Ok(None), Err)
    }
}

fn unreadable(cause: impl Display) -> String {
    format!("cannot read {SECRETS_FILE}: {cause}")
}

/// The value in a line that sets this variable, with its quotes and comments.
fn value_of_line<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (key, value) = line.split_once('=')?;
    let key = key.trim();
    let key = match key.strip_prefix("export") {
        Some(exported) if exported.starts_with(char::is_whitespace) => exported.trim_start(),
        _ => key,
    };
    (key == name).then(|| value.trim())
}

/// A value without its quotes, and without the comment after it.
fn literal(value: &str) -> Result<&str, &'static str> {
    if let Some(quote @ ('"' | '\'')) = value.chars().next() {
        let (quoted, rest) = value[1..].split_once(quote).ok_or("a quote that is not closed")?;
        let is_all = without_comment(rest).is_empty();
        return if is_all { Ok(quoted) } else { Err("something after its closing quote") };
    }
    Ok(without_comment(value))
}

fn without_comment(text: &str) -> &str {
    let is_comment =
        |start: usize| text[..start].chars().next_back().is_none_or(char::is_whitespace);
    let comment = text.match_indices('#').find(|&(start, _)| is_comment(start));
    text[..comment.map_or(text.len(), |(start, _)| start)].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value_of(file: &[u8]) -> Result<Option<String>, String> {
        SecretsFile::of(file.to_vec()).value_of("KEY")
    }

    fn check(file: &[u8], expected: Option<&str>) {
        let text = String::from_utf8_lossy(file);
        assert_eq!(value_of(file).as_ref().map(Option::as_deref), Ok(expected), "{text:?}");
    }

    fn check_obstacle(file: &[u8], expected: &str) {
        let obstacle = value_of(file).expect_err(expected);
        assert!(obstacle.starts_with("cannot read .env: "), "{obstacle}");
        assert!(obstacle.contains(expected), "{obstacle}");
    }

    #[test]
    fn a_value_is_literal() {
        check(b"KEY=value", Some("value"));
        check(b"\xef\xbb\xbfKEY=value\r\n", Some("value"));
        check(b"# KEY=other\n  export KEY = value\t\n", Some("value"));
        check(b"KEY=two words", Some("two words"));
        check(br"KEY=p$HOME${X}\n\\$$", Some(r"p$HOME${X}\n\\$$"));
        check(br#"KEY="it's $5 # each\n""#, Some(r"it's $5 # each\n"));
        check(br#"KEY='say "x"' # why"#, Some(r#"say "x""#));
        check(b"KEY=a=b#c#  # why", Some("a=b#c#"));
        check("KEY=pässwörd".as_bytes(), Some("pässwörd"));
        check(b"KEY=\nKEY=first\nKEY=second", Some("first"));
    }

    #[test]
    fn lines_that_set_something_else_are_ignored() {
        let foreign: [&[u8]; 9] = [
            b"NOTE=two words$",
            b"not a line",
            b"=",
            b"OTHER='unclosed",
            b"N\xff\xfe=\x80",
            b"KEYS=x",
            b"exportKEY=x",
            b"MY_KEY=x",
            b"#KEY=x",
        ];
        for line in foreign {
            check(line, None);
            check(&[line, b"\nKEY=value\n", line].concat(), Some("value"));
        }
    }

    #[test]
    fn an_empty_value_is_missing() {
        check(b"KEY=\"\"", None);
        check(b"KEY= # nothing", None);
    }

    #[test]
    fn an_unreadable_value_is_named() {
        check_obstacle(b"KEY='value", "line 1 gives KEY a quote that is not closed");
        check_obstacle(b"\nX='\nKEY=\"value'", "line 3 gives KEY a quote that is not closed");
        check_obstacle(b"KEY='value'x", "line 1 gives KEY something after its closing quote");
        check_obstacle(b"KEY=\xff\nX=y", "line 1 gives KEY a value that is not UTF-8");
        check(b"KEY='value\nKEY=\xff\nKEY=good", Some("good"));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named() {
        let utf16 = |order: fn(u16) -> [u8; 2], text: &str| -> Vec<u8> {
            text.encode_utf16().flat_map(order).collect()
        };
        for text in ["\u{feff}KEY=value\r\n", "KEY=value\r\n"] {
            check_obstacle(&utf16(u16::to_le_bytes, text), "save it as UTF-8");
            check_obstacle(&utf16(u16::to_be_bytes, text), "save it as UTF-8");
        }
        check(b"\0\nKEY=value", Some("value"));

        let long = |line: &str| line.repeat(FILE_BYTES_MAX / line.len());
        check(format!("KEY=value\n{}", long("#\n")).as_bytes(), Some("value"));
        check_obstacle(format!("{}KEY=value\n", long("# 34567\n")).as_bytes(), "1 MiB");
        let cut = format!("{}KEY=value, to be continued", long("# 34567\n").split_off(16));
        check_obstacle(cut.as_bytes(), "1 MiB");

        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let value = |path: &Path| SecretsFile::read(path).value_of("KEY");
        assert!(value(folder).unwrap_err().contains("not a regular file"));
        assert_eq!(value(&folder.join("nowhere")), Ok(None));
    }
}
