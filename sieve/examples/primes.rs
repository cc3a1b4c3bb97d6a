//! Prints the primes of a range, one a line, as the program `primesieve` does with `--print`.

use std::{env, error::Error, io};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [from, to] = arguments.as_slice() else {
        return Err("expected two numbers, the start of a range and its end: 0 100".into());
    };
    let (from, to): (u64, u64) = (from.parse()?, to.parse()?);
    sieve::write_lines(from..to, &mut io::stdout().lock())?;
    Ok(())
}
