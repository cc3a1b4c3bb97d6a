//! Worker processes without a pool: started here, and spoken to in the pool's own protocol, by a
//! thread for each of them.

use std::{
    io::{BufRead, BufReader, Write},
    ops::Range,
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde_json::{Value, json};

use crate::{Found, Job, PrimesError, RemoteWork, WorkerProgram, worker::Task};

/// Finds the primes of `job` in worker processes.
///
/// # Errors
/// Never: whatever fails, panics.
pub fn primes_processes(job: &Job, work: RemoteWork) -> Result<Found, PrimesError> {
    let chunks: Vec<Range<u64>> = job.chunks().collect();
    let found: Vec<Mutex<Found>> = chunks.iter().map(|_| Mutex::default()).collect();
    let next = AtomicUsize::new(0);
    let (method, keep) = (work.method, work.keep);
    thread::scope(|scope| {
        for _ in 0..job.workers.get() {
            let mut worker = start(&work.program);
            let (chunks, found, next) = (&chunks, &found, &next);
            scope.spawn(move || {
                while let number @ 0.. = next.fetch_add(1, Ordering::Relaxed) {
                    let Some(chunk) = chunks.get(number) else { break };
                    let task = Task::new(chunk.clone(), method, keep);
                    *found[number].lock().unwrap() = ask(&mut worker, number, &task);
                }
                drop(worker.stdin.take());
                worker.wait().unwrap();
            });
        }
    });
    Ok(found
        .into_iter()
        .map(|found| found.into_inner().unwrap())
        .fold(Found::default(), Found::merge))
}

fn start(program: &WorkerProgram) -> Child {
    let mut worker = Command::new(&program.path);
    worker.args(&program.arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
    worker.spawn().unwrap()
}

fn ask(worker: &mut Child, number: usize, task: &Task) -> Found {
    let question = json!({ "task": number, "input": task });
    writeln!(worker.stdin.as_mut().unwrap(), "{question}").unwrap();
    let mut answer = String::new();
    BufReader::new(worker.stdout.as_mut().unwrap()).read_line(&mut answer).unwrap();
    let mut answer: Value = serde_json::from_str(&answer).unwrap();
    serde_json::from_value(answer["outcome"]["output"].take()).unwrap()
}
