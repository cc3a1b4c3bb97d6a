//! Squares numbers in four worker processes; the program is its own worker.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its output is what it shows")]

use std::{env, error::Error, num::NonZeroUsize, process::Command};

use process_pool::{Event, ProcessPool, Settings, serve, this_program};

const WORKERS: NonZeroUsize = NonZeroUsize::new(4).unwrap();
const BATCH_SIZE: NonZeroUsize = NonZeroUsize::new(2).unwrap();

fn main() -> Result<(), Box<dyn Error>> {
    if env::args().nth(1).as_deref() == Some("worker") {
        return Ok(serve(square)?);
    }
    let mut worker = Command::new(this_program()?);
    worker.arg("worker");
    let pool = ProcessPool::<u64>::start(Settings::new(worker, WORKERS), |event| {
        if let Event::WorkerLost { message } = event {
            eprintln!("{message}");
        }
    })?;
    for (number, square) in (0_u64..10).zip(pool.map(0_u64..10, BATCH_SIZE)) {
        println!("{number} * {number} = {}", square?);
    }
    pool.join();
    Ok(())
}

fn square(number: u64) -> Result<u64, String> {
    number.checked_mul(number).ok_or_else(|| format!("the square of {number} needs over 64 bits"))
}
