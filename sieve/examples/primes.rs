//! Prints the primes of a range, one a line, as the program `primesieve` does with `--print`.

use std::{
    env,
    io::{self, ErrorKind, Write},
    ops::Range,
    process::ExitCode,
};

fn main() -> ExitCode {
    match range().and_then(print) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = writeln!(io::stderr(), "error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Reads the range from the command line.
fn range() -> Result<Range<u64>, String> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.as_slice() {
        [from, to] => Ok(number(from)?..number(to)?),
        _ => Err("give two numbers, the start of a range and its end, such as 0 100".to_owned()),
    }
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| {
        let max = u64::MAX;
        format!("cannot read {text:?} as a number: give digits only, for a number from 0 to {max}")
    })
}

fn print(range: Range<u64>) -> Result<(), String> {
    match sieve::write_lines(range, &mut io::stdout().lock()) {
        Ok(_) => Ok(()),
        // The reader wants no more, as in `| head`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(format!("cannot write the primes to standard output: {error}")),
    }
}
