//! Whoever watches over one worker: hands it tasks, and replaces it when it is lost.

use std::{
    collections::VecDeque,
    io,
    num::{NonZeroU32, NonZeroUsize},
    panic::{self, AssertUnwindSafe},
    process::Command,
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam::channel::{self, Receiver, TryRecvError, select_biased};
use serde::de::DeserializeOwned;

use super::{
    Event, PoolError, Settings, StopSignal,
    batch::Batch,
    error::Loss,
    protocol::{self, Answer, Outcome},
    worker_process::{NoLine, Stopped, WorkerProcess},
};

/// How many tasks are handed to a worker before the first of them is answered.
pub(super) const HANDED_OVER_MAX: usize = 16;

/// How much of a line that is no answer is shown.
const SHOWN_BYTES_MAX: usize = 80;

/// What all supervisors of a pool share.
pub(super) struct Staff {
    /// Starts a worker, as often as need be.
    command: Mutex<Command>,
    workers: NonZeroUsize,
    attempts_max: NonZeroU32,
    task_deadline: Option<Duration>,
    silence_max: Duration,
    watch: Box<dyn Fn(Event) + Send + Sync>,
}

impl Staff {
    pub(super) fn new(
        settings: Settings,
        watch: impl Fn(Event) + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            command: Mutex::new(settings.worker),
            workers: settings.workers,
            attempts_max: settings.attempts_max,
            task_deadline: settings.task_deadline,
            silence_max: settings.silence_max,
            watch: Box::new(watch),
        })
    }
}

/// Keeps one worker process.
pub(super) struct Supervisor {
    staff: Arc<Staff>,
    stopped: Stopped,
    /// `None` from the loss of one process until the next is needed.
    process: Option<WorkerProcess>,
    /// How many tasks, of those that are not done, this process has been given.
    handed_over: usize,
}

/// Why there is no answer.
enum Failure {
    /// The worker is lost.
    Lost(Loss),
    /// The pool is stopped.
    Stopped,
}

impl From<Loss> for Failure {
    fn from(loss: Loss) -> Self {
        Self::Lost(loss)
    }
}

/// The pool is stopped.
struct PoolStops;

impl Supervisor {
    /// Starts a thread that starts the worker process and does batches until there are no more.
    ///
    /// The kernel takes the end of the thread that started a worker for the death of its parent, so
    /// this thread starts it, and outlives it.
    pub(super) fn start<Output: DeserializeOwned + Send + 'static>(
        staff: &Arc<Staff>,
        stop: &Arc<StopSignal>,
        stopped: Stopped,
        batches: Receiver<Batch<Output>>,
    ) -> io::Result<JoinHandle<()>> {
        let (staff, stop) = (Arc::clone(staff), Arc::clone(stop));
        let mut supervisor = Self { staff, stopped, process: None, handed_over: 0 };
        let (report, started) = channel::bounded(1);
        let thread = thread::Builder::new().name("pool".to_owned()).spawn(move || {
            let start = supervisor.process().map(drop);
            let has_started = start.is_ok();
            let _ = report.send(start);
            if has_started {
                supervisor.take_batches_from(&batches, &stop);
            }
        })?;
        match started.recv() {
            Ok(start) => start.map(|()| thread),
            Err(_) => {
                panic::resume_unwind(thread.join().expect_err("a thread without a report to panic"))
            }
        }
    }

    fn take_batches_from<Output: DeserializeOwned>(
        self,
        batches: &Receiver<Batch<Output>>,
        stop: &StopSignal,
    ) {
        let run = panic::catch_unwind(AssertUnwindSafe(|| self.run(batches)));
        if run.is_err() {
            stop.give();
        }
        // As long as the queue is open, there may be batches in it, also when the pool is stopped:
        // each is refused, or its reply is waited for without end.
        batches.iter().for_each(drop);
        if let Err(cause) = run {
            panic::resume_unwind(cause);
        }
    }

    /// Batches that are dropped on the way out, for whatever reason, say so themselves.
    fn run<Output: DeserializeOwned>(mut self, batches: &Receiver<Batch<Output>>) {
        let mut taken = VecDeque::new();
        loop {
            if taken.is_empty() {
                select_biased! {
                    recv(self.stopped) -> _ => return,
                    recv(batches) -> batch => match batch {
                        Ok(batch) => taken.push_back(batch),
                        Err(_) => break,
                    },
                }
            }
            // One batch ahead, so that the worker need not wait for us between two; but not the
            // last ones, which are for whoever is free first.
            if taken.len() == 1 && batches.len() >= self.staff.workers.get() {
                taken.extend(batches.try_recv());
            }
            let Ok(result) = self.next_result(&taken) else {
                return self.stop(&mut taken);
            };
            push(&mut taken, result);
        }
        if let Some(process) = self.process {
            process.retire();
        }
    }

    /// Ends the worker process; what it had done by then counts.
    fn stop<Output: DeserializeOwned>(mut self, taken: &mut VecDeque<Batch<Output>>) {
        let Some(process) = self.process.take() else { return };
        let pid = process.pid();
        for line in process.kill() {
            let Some(task) = taken.front().map(Batch::next_task) else { return };
            let Ok(result) = self.result(&line, pid, task) else { return };
            push(taken, result);
        }
    }

    /// The result of the first undone task of `taken`, by as many attempts as it may take.
    fn next_result<Output: DeserializeOwned>(
        &mut self,
        taken: &VecDeque<Batch<Output>>,
    ) -> Result<Result<Output, PoolError>, PoolStops> {
        let task = taken.front().expect("a batch that is being done").next_task();
        let mut attempts = 0;
        loop {
            if self.stopped.try_recv() == Err(TryRecvError::Disconnected) {
                return Err(PoolStops);
            }
            attempts += 1;
            let loss = match self.attempt(taken, task) {
                Ok(result) => {
                    self.handed_over -= 1;
                    return Ok(result);
                }
                Err(Failure::Lost(loss)) => loss,
                Err(Failure::Stopped) => return Err(PoolStops),
            };
            // Kills the process, if it is not dead yet, and forgets what it was given.
            self.process = None;
            self.handed_over = 0;
            if attempts == self.staff.attempts_max.get() {
                return Ok(Err(PoolError::TaskLost { task, attempts, loss }));
            }
        }
    }

    /// Hands over what is not handed over yet, and waits for the answer to `task`, the first.
    fn attempt<Output: DeserializeOwned>(
        &mut self,
        taken: &VecDeque<Batch<Output>>,
        task: u64,
    ) -> Result<Result<Output, PoolError>, Failure> {
        let staff = Arc::clone(&self.staff);
        let deadline = staff.task_deadline;
        // A worker that has ended while it had nothing to do is nobody's fault.
        if self.handed_over == 0 && self.process.as_mut().is_some_and(WorkerProcess::has_ended) {
            self.process = None;
        }
        let mut handed_over = self.handed_over;
        let process = self.process().map_err(|source| Loss::NotReplaced { source })?;
        let undone = taken.iter().flat_map(Batch::undone);
        let mut given_up = None;
        for line in undone.take(HANDED_OVER_MAX).skip(handed_over) {
            match process.send(line, deadline) {
                Ok(()) => handed_over += 1,
                Err(NoLine::Stopped) => return Err(Failure::Stopped),
                // It takes no more, which says nothing of the task that we wait for: its answer
                // may be here already.
                Err(NoLine::Ended) => break,
                Err(reason) => {
                    given_up = Some(reason);
                    break;
                }
            }
        }
        let line = match given_up {
            None => process.receive(deadline),
            Some(reason) => process.received().ok_or(reason),
        };
        let line = line.map_err(|reason| explain(reason, process, &staff))?;
        let pid = process.pid();
        let result = self.result(&line, pid, task)?;
        if given_up.is_some() {
            // It may have been sent a part of a line: nothing can be sent after that.
            self.process = None;
            handed_over = 1;
        }
        self.handed_over = handed_over;
        Ok(result)
    }

    /// What a line says of `task`.
    fn result<Output: DeserializeOwned>(
        &self,
        line: &[u8],
        pid: u32,
        task: u64,
    ) -> Result<Result<Output, PoolError>, Loss> {
        let answer: Answer<Output> = protocol::decode(line, task)
            .map_err(|reason| Loss::NotAnAnswer { pid, line: excerpt(line), reason })?;
        let busy = answer.busy();
        Ok(match answer.outcome {
            Outcome::Output(output) => {
                (self.staff.watch)(Event::TaskDone { pid, task, busy });
                Ok(output)
            }
            Outcome::Error(message) => Err(PoolError::TaskFailed { task, pid, message }),
        })
    }

    /// The worker process, a new one if it was lost.
    fn process(&mut self) -> io::Result<&mut WorkerProcess> {
        let process = match self.process.take() {
            Some(process) => process,
            None => self.start_process()?,
        };
        Ok(self.process.insert(process))
    }

    fn start_process(&self) -> io::Result<WorkerProcess> {
        let mut command = self.staff.command.lock().unwrap_or_else(PoisonError::into_inner);
        let silence_max = self.staff.silence_max;
        let process = WorkerProcess::spawn(&mut command, silence_max, self.stopped.clone())?;
        drop(command);
        (self.staff.watch)(Event::WorkerStarted { pid: process.pid() });
        Ok(process)
    }
}

/// Adds the result that is due, and lets a batch go that has all of its own.
fn push<Output>(taken: &mut VecDeque<Batch<Output>>, result: Result<Output, PoolError>) {
    let current = taken.front_mut().expect("a batch whose task was done");
    current.push(result);
    if current.undone().is_empty() {
        taken.pop_front();
    }
}

fn explain(reason: NoLine, process: &mut WorkerProcess, staff: &Staff) -> Failure {
    let pid = process.pid();
    let silence_max = staff.silence_max;
    Failure::Lost(match reason {
        NoLine::Stopped => return Failure::Stopped,
        NoLine::Overdue => Loss::Overdue { pid, deadline: staff.task_deadline.unwrap_or_default() },
        NoLine::Silent => Loss::Silent { pid, silence_max },
        NoLine::NoHandshake => Loss::NoHandshake { pid, silence_max },
        NoLine::Ended => match process.status_after_end() {
            Some(status) => Loss::Ended { pid, status },
            None => Loss::ClosedOutput { pid },
        },
    })
}

fn excerpt(line: &[u8]) -> String {
    let shown = &line[..line.len().min(SHOWN_BYTES_MAX)];
    String::from_utf8_lossy(shown).trim_end().to_owned()
}
