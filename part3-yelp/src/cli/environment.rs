//! The secrets that the program starts with: variables of the environment, and lines of `.env`.

use std::{env, fs::File, io::Read, path::Path};

use part3_yelp::credentials::Environment;

/// Variables that are not in the environment; git ignores this file.
const SECRETS_FILE: &str = ".env";

/// More bytes than any file of variables has.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Reads the environment and, for variables that it lacks, the file `.env`.
pub(crate) fn environment() -> Environment {
    let file = read(Path::new(SECRETS_FILE));
    Environment::read(|name| {
        #[expect(clippy::disallowed_methods, reason = "the environment is read here, for all")]
        let value = env::var(name).ok();
        value.filter(|value| !value.trim().is_empty()).or_else(|| value_in(&file, name))
    })
}

/// The content of a plain file. Anything else has no variables: a run may need none of them, and
/// says which are missing if it does.
fn read(path: &Path) -> Vec<u8> {
    let mut content = Vec::new();
    // Opening a pipe would wait for its writer.
    if path.is_file()
        && let Ok(file) = File::open(path)
    {
        let _ = file.take(FILE_BYTES_MAX).read_to_end(&mut content); // as much of it as can be read
    }
    content
}

/// The value of a variable, by the first line that sets it: `NAME=value` or `export NAME=value`.
///
/// The value is literal: neither `$` nor `\` has a meaning. It may be in quotes of either kind;
/// without them, it ends before a `#` that follows a space. All other lines are ignored.
fn value_in(file: &[u8], name: &str) -> Option<String> {
    let file = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file);
    let lines = file.split(|&byte| byte == b'\n').filter_map(|line| str::from_utf8(line).ok());
    let mut values = lines.filter_map(|line| value_of_line(line, name));
    values.find(|value| !value.is_empty()).map(str::to_owned)
}

fn value_of_line<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (key, value) = line.split_once('=')?;
    let key = key.trim();
    let key = match key.strip_prefix("export") {
        Some(exported) if exported.starts_with(char::is_whitespace) => exported.trim_start(),
        _ => key,
    };
    if key == name { literal(value.trim()) } else { None }
}

/// A value without its quotes, and without the comment after it; none if a quote is not closed.
fn literal(value: &str) -> Option<&str> {
    if let Some(quote @ ('"' | '\'')) = value.chars().next() {
        let (quoted, rest) = value[1..].split_once(quote)?;
        return without_comment(rest).is_empty().then_some(quoted);
    }
    Some(without_comment(value))
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

    fn check(file: &[u8], expected: Option<&str>) {
        let text = String::from_utf8_lossy(file);
        assert_eq!(value_in(file, "KEY").as_deref(), expected, "{text:?}");
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
        let foreign: [&[u8]; 10] = [
            b"NOTE=two words$",
            b"not a line",
            b"=",
            b"OTHER='unclosed",
            b"\xff\xfe=\x80",
            b"KEYS=x",
            b"exportKEY=x",
            b"MY_KEY=x",
            b"\0",
            b"#KEY=x",
        ];
        for line in foreign {
            check(line, None);
            check(&[line, b"\nKEY=value\n", line].concat(), Some("value"));
        }
    }

    #[test]
    fn a_value_whose_quotes_are_wrong_is_none() {
        check(b"KEY='value", None);
        check(b"KEY=\"value'", None);
        check(b"KEY='value'x", None);
        check(b"KEY=\xff", None);
        check(b"KEY=\"\"", None);
        check(b"KEY= # nothing", None);
    }
}
