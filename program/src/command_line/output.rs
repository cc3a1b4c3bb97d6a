//! Writes all text to terminals, with control characters escaped.

use std::io::{self, IsTerminal, Write};

use message::printable;

/// Writes a message to stderr, as one line; a newline at its end may be left out.
///
/// Everything else that a terminal would act on is escaped, newlines included, so that a message
/// may hold any text from outside.
pub fn tell(message: &str) {
    let message = message.strip_suffix('\n').unwrap_or(message);
    write_to_stderr(&(printable::line(message) + "\n"));
}

/// Writes a text of several lines to stderr.
///
/// Newlines stay: apply [`printable::line`] to each string from outside that the text holds.
pub fn tell_lines(text: &str) {
    write_to_stderr(&printable::lines(text));
}

/// If stderr is closed, the message is lost: there is no other place for it.
fn write_to_stderr(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Writes a text of several lines to stdout.
///
/// Newlines stay: apply [`printable::line`] to each string from outside that the text holds.
///
/// A closed pipe is no error: its reader wants no more. The program ends as if the text was read.
///
/// # Errors
/// When stdout cannot be written to.
pub fn print(text: &str) -> io::Result<()> {
    write_to_stdout(&printable::lines(text))
}

/// Writes data for other programs to stdout: byte for byte, or as [`print()`] does on a terminal.
///
/// # Errors
/// When stdout cannot be written to.
pub fn print_data(data: &str) -> io::Result<()> {
    if io::stdout().is_terminal() { print(data) } else { write_to_stdout(data) }
}

fn write_to_stdout(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    written.or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(error),
    })
}
