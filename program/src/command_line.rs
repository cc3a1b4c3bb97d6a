//! The command lines of all programs: arguments in, text and exit codes out.

mod ending;
mod error_line;
mod exit_reason;
mod file_size_limit;
mod named_paths;
mod one_of;
mod output;
mod report_files;
mod report_options;
mod unquoted;
mod whole_file;

use std::{
    env,
    error::Error,
    ffi::{OsStr, OsString},
    io,
    num::NonZeroUsize,
    os::unix::ffi::{OsStrExt, OsStringExt},
    process,
    time::Duration,
};

use clap::Parser;
use message::{error_causes, number, printable};

pub use self::{
    ending::{Ending, fail},
    error_line::error_line,
    exit_reason::ExitReason,
    file_size_limit::survive_file_size_limit,
    named_paths::{check_file_to_write, check_folder, check_folder_to_write},
    one_of::one_of,
    output::{print, print_data, tell, tell_lines},
    report_files::ReportFileError,
    report_options::{Format, ReportOptions},
    unquoted::unquoted,
    whole_file::write_whole,
};

/// The most workers: a mistyped number must not bring the machine down.
const WORKERS_MAX: usize = 4096;

/// Arguments that are wrong, alone or together.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

impl UsageError {
    /// The message of the parser in one line, without headings and hints at `--help`.
    fn from_parser(message: &str) -> Self {
        let paragraphs = message.split("\n\n").filter(|paragraph| {
            !paragraph.starts_with("Usage:") && !paragraph.starts_with("For more information")
        });
        let words: Vec<&str> = paragraphs.flat_map(str::split_whitespace).collect();
        let line = words.join(" ");
        Self(without_credentials(line.trim_start_matches("error: ")))
    }
}

/// Removes credentials: the parser quotes arguments, and an address may have a user and a password
/// before an `@`.
fn without_credentials(message: &str) -> String {
    match (message.find('\''), message.rfind('@')) {
        (Some(start), Some(end)) if start < end => {
            format!("{}'[redacted]{}", &message[..start], &message[end..])
        }
        _ => message.to_owned(),
    }
}

/// Reads the command line. `--help` and `--version` print to stdout and end the process.
///
/// It also calls [`survive_file_size_limit`].
///
/// # Errors
/// The outer one when the help cannot be printed, the inner one when the arguments are wrong.
pub fn parse<Arguments: Parser>() -> io::Result<Result<Arguments, UsageError>> {
    // Where the system does not allow that, programs end at the limit as all do.
    let _ = survive_file_size_limit();
    match try_parse(&env::args_os().collect::<Vec<_>>()) {
        Ok(arguments) => Ok(Ok(arguments)),
        Err(error) if error.use_stderr() => Ok(Err(UsageError::from_parser(&error.to_string()))),
        Err(help) => {
            print(&help.to_string())?;
            #[expect(clippy::disallowed_methods, clippy::exit, reason = "nothing else to do")]
            process::exit(0);
        }
    }
}

/// Parses the arguments. Help and errors of the parser quote them escaped. So a newline in an argument,
/// or in the name of the program, starts no new line.
fn try_parse<Arguments: Parser>(typed: &[OsString]) -> Result<Arguments, clap::Error> {
    Arguments::try_parse_from(typed).map_err(|message| {
        let escaped = typed.iter().map(|argument| escaped(argument));
        Arguments::try_parse_from(escaped).err().unwrap_or(message)
    })
}

/// Escapes an argument as [`printable::line`] does. Bytes that are not UTF-8 stay.
fn escaped(argument: &OsStr) -> OsString {
    let mut escaped = Vec::new();
    for chunk in argument.as_bytes().utf8_chunks() {
        escaped.extend_from_slice(printable::line(chunk.valid()).as_bytes());
        escaped.extend_from_slice(chunk.invalid());
    }
    OsString::from_vec(escaped)
}

/// Whether an error means that the reader of our output is gone, which is not a failure.
pub fn is_closed_pipe(error: &(dyn Error + 'static)) -> bool {
    error_causes::causes(error).any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// Parses a timeout, which is longer than zero.
///
/// # Errors
/// When it is not such a duration; the text says why.
pub fn parse_timeout(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(Duration::ZERO) => Err("the timeout must be positive, such as 30s".to_owned()),
        Ok(timeout) => Ok(timeout),
        Err(error) => Err(error.to_string()),
    }
}

/// Parses a number of workers, which is at least 1.
///
/// # Errors
/// When it is not such a number, or too large; the text says why.
pub fn parse_workers(text: &str) -> Result<NonZeroUsize, String> {
    let workers = number::parse(text)?;
    match usize::try_from(workers).ok().and_then(NonZeroUsize::new) {
        Some(workers) if workers.get() <= WORKERS_MAX => Ok(workers),
        Some(_) => Err(format!("at most {WORKERS_MAX} workers can be started")),
        None => Err("there has to be at least 1 worker".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Parser)]
    #[command(name = "part0", version)]
    struct Arguments {
        #[arg(long, value_parser = parse_workers)]
        workers: Option<NonZeroUsize>,
    }

    const HOSTILE: &str = "a\u{1b}[2J\r\n\nerror: fake\u{202e}\u{9b}b";
    const SHOWN: &str = r"a\u{1b}[2J\u{d}\u{a}\u{a}error: fake\u{202e}\u{9b}b";

    fn parser_says(arguments: &[&[u8]]) -> String {
        let typed: Vec<OsString> =
            arguments.iter().map(|argument| OsString::from_vec(argument.to_vec())).collect();
        try_parse::<Arguments>(&typed).expect_err("help or an error").to_string()
    }

    #[test]
    fn help_shows_any_name_of_the_program() {
        let help = parser_says(&[HOSTILE.as_bytes(), b"--help"]);
        assert_eq!(printable::lines(&help), help);
        assert!(help.contains(&format!("Usage: {SHOWN} [OPTIONS]\n")), "{help}");
    }

    #[test]
    fn errors_quote_the_arguments() {
        let hostile = HOSTILE.as_bytes();
        let option = [b"--", hostile].concat();
        let with_value = [b"--workers=", hostile].concat();
        let invalid = [b"\xff", hostile].concat();
        for arguments in [
            &[&b"part0"[..], hostile][..],
            &[b"part0", &option],
            &[b"part0", &with_value],
            &[b"part0", b"--workers", hostile],
            &[hostile, hostile],
            &[b"part0", &invalid],
        ] {
            let message = UsageError::from_parser(&parser_says(arguments)).0;
            assert!(message.contains(SHOWN), "{message}");
        }
    }

    #[test]
    fn valid_arguments_are_not_escaped() {
        let typed = [HOSTILE, "--workers", "2"].map(OsString::from);
        assert_eq!(try_parse::<Arguments>(&typed).unwrap().workers, NonZeroUsize::new(2));
    }

    #[test]
    fn messages_of_a_parser_fit_on_one_line_without_credentials() {
        let check = |message: &str, expected: &str| {
            assert_eq!(UsageError::from_parser(message).0, expected);
        };
        check(
            "error: invalid value 'x' for '--workers <WORKERS>'\n\n  tip: 7\n\n\
             Usage: part0 [OPTIONS]\n\nFor more information, try '--help'.\n",
            "invalid value 'x' for '--workers <WORKERS>' tip: 7",
        );
        check(
            "error: unexpected argument 'http://user:pass word@host' found\n",
            "unexpected argument '[redacted]@host' found",
        );
    }
}
