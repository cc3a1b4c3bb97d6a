//! The place of one worker process in its pool: tasks are tried in it, and a worker that is lost is
//! replaced.

use std::{
    collections::VecDeque,
    io,
    num::{NonZeroU32, NonZeroUsize},
    process::Command,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crossbeam::channel::TryRecvError;
use serde::de::DeserializeOwned;

use crate::{
    Event, PoolError, Settings,
    batch::Batch,
    error::Loss,
    own_program, parent_death,
    protocol::{self, Answer, Outcome},
    supervisor::push,
    worker_process::{NoLine, Stopped, WorkerProcess},
};

/// How many tasks are handed to a worker before the first of them is answered.
pub(crate) const HANDED_OVER_MAX: usize = 16;

/// How much of a line that is no answer is shown.
const SHOWN_BYTES_MAX: usize = 80;

/// What all seats of a pool share.
pub(crate) struct Staff {
    /// Starts a worker, as often as need be.
    command: Mutex<Command>,
    workers: NonZeroUsize,
    /// How many seats have not been given up.
    seats: AtomicUsize,
    attempts_max: NonZeroU32,
    task_deadline: Option<Duration>,
    silence_max: Duration,
    watch: Box<dyn Fn(Event) + Send + Sync>,
}

impl Staff {
    pub(crate) fn new(
        settings: Settings,
        watch: impl Fn(Event) + Send + Sync + 'static,
    ) -> Arc<Self> {
        let mut command = settings.worker;
        parent_death::tie(&mut command);
        own_program::keep_name(&mut command);
        Arc::new(Self {
            command: Mutex::new(command),
            workers: settings.workers,
            seats: AtomicUsize::new(settings.workers.get()),
            attempts_max: settings.attempts_max,
            task_deadline: settings.task_deadline,
            silence_max: settings.silence_max,
            watch: Box::new(watch),
        })
    }

    pub(crate) fn workers(&self) -> usize {
        self.workers.get()
    }

    /// Gives up a seat, the last one only if that is allowed; returns how many are left.
    fn give_up_seat(&self, even_the_last: bool) -> Option<usize> {
        let fewer = |seats| (even_the_last || seats > 1).then(|| seats - 1);
        let before = self.seats.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer);
        before.ok().map(|seats| seats - 1)
    }
}

/// The place of one worker process.
pub(crate) struct Seat {
    staff: Arc<Staff>,
    stopped: Stopped,
    /// The worker, or why the seat has none any more.
    process: Result<WorkerProcess, Vacancy>,
    /// How many tasks, of those that are not done, this process has been given.
    handed_over: usize,
    /// Whether the process is not the first one.
    is_replacement: bool,
    /// Whether the process has given an answer.
    has_answered: bool,
}

/// A seat that was given up.
#[derive(Clone, Debug)]
enum Vacancy {
    /// Its tasks are for other seats.
    OthersAreLeft,
    /// It was the last one.
    Last {
        /// What became of it.
        reason: String,
    },
}

/// Why there is no result.
pub(crate) enum NoResult {
    /// The pool is stopped.
    Stopped,
    /// The seat is given up, and its tasks are for other seats.
    LeftToOthers,
    /// The seat is given up, as were all other seats.
    NoWorkerLeft(String),
}

/// Why there is no answer.
enum Failure {
    /// The worker is lost.
    Lost(Loss),
    /// There is none.
    NoResult(NoResult),
}

impl From<Loss> for Failure {
    fn from(loss: Loss) -> Self {
        Self::Lost(loss)
    }
}

impl Seat {
    /// Starts the first worker.
    pub(crate) fn fill(staff: Arc<Staff>, stopped: Stopped) -> io::Result<Self> {
        let process = start_process(&staff, &stopped)?;
        Ok(Self {
            staff,
            stopped,
            process: Ok(process),
            handed_over: 0,
            is_replacement: false,
            has_answered: false,
        })
    }

    pub(crate) fn staff(&self) -> &Staff {
        &self.staff
    }

    /// Lets the worker end, since there is nothing more to do.
    pub(crate) fn retire(self) {
        if let Ok(process) = self.process {
            process.retire();
        }
    }

    /// Ends the worker process; what it had done by then counts.
    pub(crate) fn stop<Output: DeserializeOwned>(self, taken: &mut VecDeque<Batch<Output>>) {
        let Ok(process) = self.process else { return };
        let pid = process.pid();
        for line in process.kill().lines {
            let Some(task) = taken.front().map(Batch::next_task) else { return };
            let Ok(result) = result(&self.staff, &line, pid, task) else { return };
            push(taken, result);
        }
    }

    /// The result of the first undone task of `taken`, by as many attempts as it may take.
    pub(crate) fn next_result<Output: DeserializeOwned>(
        &mut self,
        taken: &VecDeque<Batch<Output>>,
    ) -> Result<Result<Output, PoolError>, NoResult> {
        let task = taken.front().expect("a batch that is being done").next_task();
        let attempts_max = self.staff.attempts_max.get();
        let mut attempts = 0;
        loop {
            if self.stopped.try_recv() == Err(TryRecvError::Disconnected) {
                return Err(NoResult::Stopped);
            }
            attempts += 1;
            let loss = match self.attempt(taken, task) {
                Ok(result) => {
                    self.handed_over -= 1;
                    return Ok(result);
                }
                Err(Failure::Lost(loss)) => loss,
                Err(Failure::NoResult(reason)) => return Err(reason),
            };
            self.replace(&loss, attempts == attempts_max);
            if attempts == attempts_max {
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
        self.replace_if_ended_idle();
        let mut handed_over = self.handed_over;
        let process = self.process.as_mut().map_err(|vacancy| Failure::NoResult(vacancy.into()))?;
        let undone = taken.iter().flat_map(Batch::undone);
        let mut given_up = None;
        for line in undone.take(HANDED_OVER_MAX).skip(handed_over) {
            match process.send(line, deadline) {
                Ok(()) => handed_over += 1,
                Err(NoLine::Stopped) => return Err(Failure::NoResult(NoResult::Stopped)),
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
        let result = result(&staff, &line, process.pid(), task)?;
        self.has_answered = true;
        if let Some(reason) = given_up {
            // It may have been sent a part of a line: nothing can be sent after that.
            if let Failure::Lost(loss) = explain(reason, process, &staff) {
                self.replace(&loss, false);
            }
            handed_over = 1;
        }
        self.handed_over = handed_over;
        Ok(result)
    }

    /// A worker that has ended while it had nothing to do costs no attempt.
    fn replace_if_ended_idle(&mut self) {
        if self.handed_over == 0
            && let Ok(process) = &mut self.process
            && process.has_ended()
            && let Some(status) = process.status_after_end()
        {
            let pid = process.pid();
            self.replace(&Loss::EndedIdle { pid, status }, false);
        }
    }

    /// Kills the worker, if it is not dead yet, and starts another one, or gives up the seat.
    ///
    /// A replacement that shows no sign of a worker says nothing against its task: the program must
    /// have changed. It costs the seat, so that the task is tried in another one; it costs the last
    /// seat only with the last attempt at the task.
    fn replace(&mut self, loss: &Loss, was_last_attempt: bool) {
        self.handed_over = 0;
        let vacant = Err(Vacancy::OthersAreLeft);
        let Ok(process) = std::mem::replace(&mut self.process, vacant) else { return };
        let is_no_worker = process.kill().never_beat && !self.has_answered;
        if is_no_worker
            && self.is_replacement
            && let Some(left) = self.staff.give_up_seat(was_last_attempt)
        {
            return self.vacate(left, &format!("{loss}; it had replaced another one in vain"));
        }
        match start_process(&self.staff, &self.stopped) {
            Ok(process) => {
                let message = format!("{loss}; process {} took its place", process.pid());
                (self.staff.watch)(Event::WorkerLost { message });
                self.is_replacement = true;
                self.has_answered = false;
                self.process = Ok(process);
            }
            Err(error) => {
                let left = self.staff.give_up_seat(true).expect("this seat not to be given up");
                self.vacate(left, &format!("{loss}; no other can be started: {error}"));
            }
        }
    }

    /// Leaves the seat without a worker, for good.
    fn vacate(&mut self, left: usize, reason: &str) {
        let workers = self.staff.workers;
        let message = format!("{reason} (worker processes left: {left} of {workers})");
        if left == 0 {
            self.process = Err(Vacancy::Last { reason: message.clone() });
        }
        (self.staff.watch)(Event::WorkerLost { message });
    }
}

impl From<&mut Vacancy> for NoResult {
    fn from(vacancy: &mut Vacancy) -> Self {
        match vacancy {
            Vacancy::OthersAreLeft => Self::LeftToOthers,
            Vacancy::Last { reason } => Self::NoWorkerLeft(reason.clone()),
        }
    }
}

fn start_process(staff: &Staff, stopped: &Stopped) -> io::Result<WorkerProcess> {
    let mut command = staff.command.lock().unwrap_or_else(PoisonError::into_inner);
    let process = WorkerProcess::spawn(&mut command, staff.silence_max, stopped.clone())?;
    drop(command);
    (staff.watch)(Event::WorkerStarted { pid: process.pid() });
    Ok(process)
}

/// What a line says of `task`.
fn result<Output: DeserializeOwned>(
    staff: &Staff,
    line: &[u8],
    pid: u32,
    task: u64,
) -> Result<Result<Output, PoolError>, Loss> {
    let answer: Answer<Output> = protocol::decode(line, task)
        .map_err(|reason| Loss::NotAnAnswer { pid, line: excerpt(line), reason })?;
    let busy = answer.busy();
    Ok(match answer.outcome {
        Outcome::Output(output) => {
            (staff.watch)(Event::TaskDone { pid, task, busy });
            Ok(output)
        }
        Outcome::Error(message) => Err(PoolError::TaskFailed { task, pid, message }),
    })
}

fn explain(reason: NoLine, process: &mut WorkerProcess, staff: &Staff) -> Failure {
    let pid = process.pid();
    let silence_max = staff.silence_max;
    Failure::Lost(match reason {
        NoLine::Stopped => return Failure::NoResult(NoResult::Stopped),
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
