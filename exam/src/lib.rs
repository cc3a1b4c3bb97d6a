//! The messages between a candidate (a student's program) and its examiner (the check). The examiner
//! assigns work, decides its results, and sees how much is under way at once.
//!
//! Each part has an exam of its own: assignments, answers to pieces of work, and results.
//!
//! The examiner serves a Unix socket beside the candidate's program, so that nothing in a command line
//! says that there is an exam. Each question is a connection of its own, and has one line each way:
//!
//! ```text
//! candidate → examiner   {"task":"4711/task/4713","question":{"piece":{"from":120,"to":160}}}
//! examiner → candidate   {"count":2,"primes":[131,144]}
//! ```
#![forbid(unsafe_code)]

pub mod part1;
pub mod part2;
pub mod part3;

use std::{
    env,
    error::Error,
    fs,
    io::{self, BufRead, BufReader, Write},
    ops::Range,
    os::unix::net::UnixStream,
    path::PathBuf,
    thread,
};

use program::exercise;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

/// The name of the socket, in the folder of the candidate's program.
pub const SOCKET: &str = "examiner";

/// The connection of a candidate to its examiner.
#[derive(Clone, Debug)]
pub struct Examiner {
    path: PathBuf,
}

/// A message to the examiner.
#[derive(Debug, Serialize, Deserialize)]
pub struct Message {
    /// The calling thread, from `/proc/thread-self`; null without `/proc`.
    pub task: Option<String>,
    /// The content of the message.
    pub question: Question,
}

/// The content of a message; the exam of each part defines the type of a result.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Question {
    /// Asks for the assignment.
    Assignment,
    /// Asks for the result of a piece of work, a range of numbers.
    Piece {
        /// The first number.
        from: u64,
        /// The end of the range, exclusive.
        to: u64,
    },
    /// Hands in the result.
    Result(Value),
    /// Reports that the exercise is unimplemented, with its hint.
    Unwritten(String),
    /// Reports that the submission started the candidate's program with these arguments, not as a
    /// worker.
    UnexpectedStart(String),
}

impl Examiner {
    /// The examiner that serves the socket beside this program.
    ///
    /// # Errors
    /// When the system does not say where this program is.
    pub fn of_this_program() -> io::Result<Self> {
        Ok(Self::at(env::current_exe()?.with_file_name(SOCKET)))
    }

    /// The examiner that serves the socket at `path`.
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Asks the examiner for the result of a piece of work, and waits until it is released.
    ///
    /// # Errors
    /// When the socket is not served, or its server hangs up, or says something else.
    pub fn piece<Output: DeserializeOwned>(&self, numbers: Range<u64>) -> io::Result<Output> {
        self.ask(Question::Piece { from: numbers.start, to: numbers.end })
    }

    /// Asks for the assignment.
    ///
    /// # Errors
    /// As those of [`piece`](Self::piece).
    pub fn assignment<Assignment: DeserializeOwned>(&self) -> io::Result<Assignment> {
        self.ask(Question::Assignment)
    }

    /// Reports that the submission started this program, but not as a worker.
    ///
    /// # Errors
    /// As those of [`piece`](Self::piece).
    pub fn report_unexpected_start(&self) -> io::Result<()> {
        let arguments: Vec<_> = env::args_os().skip(1).collect();
        self.ask(Question::UnexpectedStart(
            arguments.join(" ".as_ref()).to_string_lossy().into_owned(),
        ))
    }

    /// Takes the exam: does the assignment, and hands in its result or the hint of an unimplemented
    /// exercise.
    ///
    /// # Errors
    /// When `work` fails, or the examiner does not answer.
    pub fn take_exam<Assignment: DeserializeOwned, Output: Serialize>(
        &self,
        work: impl FnOnce(Assignment) -> Result<Output, Box<dyn Error>>,
    ) -> Result<(), Box<dyn Error>> {
        // As every other run does, which listens for signals: threads are numbered as there.
        let _ = thread::spawn(|| ()).join();
        let assignment = self.assignment()?;
        let handed_in = match exercise::attempt("exam", || work(assignment)) {
            Ok(result) => Question::Result(serde_json::to_value(result?)?),
            Err(unwritten) => Question::Unwritten(unwritten.hint),
        };
        self.ask::<()>(handed_in).map_err(Into::into)
    }

    fn ask<Answer: DeserializeOwned>(&self, question: Question) -> io::Result<Answer> {
        let task = fs::read_link("/proc/thread-self").ok();
        let task = task.map(|task| task.to_string_lossy().into_owned());
        let mut line = serde_json::to_vec(&Message { task, question })?;
        line.push(b'\n');
        let mut stream = UnixStream::connect(&self.path)?;
        stream.write_all(&line)?;
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer)?;
        Ok(serde_json::from_str(&answer)?)
    }
}
