//! The candidate's side of an exam: work whose results another process decides, which sees how much
//! of it is under way at once, and whose it is.
//!
//! Each question is a connection of its own to a Unix socket, and has one line each way:
//!
//! ```text
//! candidate → examiner   {"task":"4711/task/4713","question":{"chunk":{"from":120,"to":160}}}
//! examiner → candidate   {"count":2,"primes":[131,144]}
//! ```

use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    os::unix::net::UnixStream,
    path::PathBuf,
};

use serde::{Serialize, de::DeserializeOwned};

/// Whoever serves the socket.
#[derive(Clone, Debug)]
pub struct Examiner {
    path: PathBuf,
}

#[derive(Serialize)]
struct Asked<'a, Question> {
    /// Who asks, as `/proc/thread-self` has it; null where there is no `/proc`.
    task: Option<String>,
    question: &'a Question,
}

impl Examiner {
    /// The one who serves the socket at `path`.
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Asks, and waits for the answer, which comes when the examiner pleases.
    ///
    /// # Errors
    /// When nobody serves the socket, or hangs up, or says something else.
    pub fn ask<Answer: DeserializeOwned>(&self, question: &impl Serialize) -> io::Result<Answer> {
        let task = fs::read_link("/proc/thread-self").ok();
        let task = task.map(|task| task.to_string_lossy().into_owned());
        let mut line = serde_json::to_vec(&Asked { task, question })?;
        line.push(b'\n');
        let mut stream = UnixStream::connect(&self.path)?;
        stream.write_all(&line)?;
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer)?;
        Ok(serde_json::from_str(&answer)?)
    }
}
