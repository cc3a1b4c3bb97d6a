//! Prints the primes of chunks in the order of the chunks, as they come, in bounded memory.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{self, Write},
    panic,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use crate::{Job, so_far::CutOff};

/// The number of chunks that are in work or wait to be printed, for each worker.
const CHUNKS_PER_WORKER: u64 = 4;

/// Prints the primes of all chunks of a job.
pub(crate) struct Printer {
    chunk_count: u64,
    /// The most chunks that are begun and not printed.
    window: u64,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    begun: u64,
    printed: u64,
    /// The lines of chunks before which other chunks are missing.
    early: BTreeMap<u64, String>,
    /// None while a thread writes.
    out: Option<Box<dyn Write + Send>>,
    /// The sum of the primes.
    sum: u128,
    /// Whether no more is printed, because a chunk or the output has failed.
    is_over: bool,
    error: Option<io::Error>,
}

/// The next chunk, which its holder searches and prints.
///
/// If it is dropped before that, no more is printed.
pub(crate) struct Turn<'a> {
    printer: &'a Printer,
    /// The index of the chunk.
    pub(crate) index: u64,
}

impl Printer {
    pub(crate) fn new(job: &Job, out: Box<dyn Write + Send>) -> Self {
        Self {
            chunk_count: job.chunk_count(),
            window: CHUNKS_PER_WORKER * job.workers.get() as u64,
            state: Mutex::new(State {
                begun: 0,
                printed: 0,
                early: BTreeMap::new(),
                out: Some(out),
                sum: 0,
                is_over: false,
                error: None,
            }),
            changed: Condvar::new(),
        }
    }

    /// Begins the next chunk, and waits before that while too many are begun and not printed.
    ///
    /// Chunks begin in their order, whichever chunk a variant gives to this thread: rayon, for
    /// example, begins in the middle, and what it finds there would wait until the end.
    ///
    /// So a variant that does one chunk twice and skips another still prints every prime once: only the
    /// number of its turns counts. [`run`](crate::run()) detects such a variant.
    ///
    /// Returns none if all chunks are begun. Unwinds if no more is printed.
    pub(crate) fn next_turn(&self) -> Option<Turn<'_>> {
        let mut state = self.lock();
        let index = state.begun;
        if index == self.chunk_count {
            return None;
        }
        state.begun += 1;
        let is_full = |state: &mut State| !state.is_over && index >= state.printed + self.window;
        let state = self.changed.wait_while(state, is_full).unwrap_or_else(PoisonError::into_inner);
        if state.is_over {
            cut_off(state);
        }
        Some(Turn { printer: self, index })
    }

    /// Prints the primes of a chunk, or keeps them until those of all chunks before are printed.
    ///
    /// Unwinds if that fails.
    pub(crate) fn print(&self, index: u64, primes: &[u64]) {
        let text = lines(primes);
        let mut state = self.lock();
        state.sum += primes.iter().map(|&prime| u128::from(prime)).sum::<u128>();
        state.early.insert(index, text);
        self.print_due(state);
    }

    /// Prints the lines that are due, unless another thread does.
    fn print_due<'a>(&'a self, mut state: MutexGuard<'a, State>) {
        while !state.is_over
            && let Some(mut out) = state.out.take()
        {
            let due = state.printed;
            let Some(text) = state.early.remove(&due) else {
                state.out = Some(out);
                return;
            };
            // Other threads search meanwhile.
            drop(state);
            let written = out.write_all(text.as_bytes());
            state = self.lock();
            state.out = Some(out);
            state.printed += 1;
            if let Err(error) = written {
                state.error = Some(error);
                state.is_over = true;
            }
            self.changed.notify_all();
        }
        if state.is_over {
            cut_off(state);
        }
    }

    /// Ends the output: all threads that wait for it unwind.
    fn end(&self) {
        self.lock().is_over = true;
        self.changed.notify_all();
    }

    /// Flushes the output, and returns the sum of the primes.
    pub(crate) fn finish(&self) -> io::Result<u128> {
        let mut state = self.lock();
        assert_eq!(state.printed, self.chunk_count, "the variant has to search every chunk once");
        if let Some(out) = &mut state.out {
            out.flush()?;
        }
        Ok(state.sum)
    }

    /// Takes the error of the output, if it has failed.
    pub(crate) fn take_error(&self) -> Option<io::Error> {
        self.lock().error.take()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    pub(crate) fn print(self, primes: &[u64]) {
        self.printer.print(self.index, primes);
        std::mem::forget(self);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.printer.end();
    }
}

/// Unwinds out of the work, as an interrupt does.
fn cut_off(state: MutexGuard<'_, State>) -> ! {
    drop(state);
    panic::resume_unwind(Box::new(CutOff));
}

fn lines(primes: &[u64]) -> String {
    let digits = primes.last().map_or(0, |prime| prime.ilog10() as usize + 1);
    let mut lines = String::with_capacity(primes.len() * (digits + 1));
    for prime in primes {
        let _ = writeln!(lines, "{prime}"); // a string takes any text
    }
    lines
}
