//! A worker slot: keeps one worker process, tries tasks in it, and replaces it when it is lost.

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

use crate::{
    Event, PoolError, Settings,
    batch::{Batch, TaskResult, push},
    error::Loss,
    own_program, parent_death,
    protocol::{Decode, Outcome},
    stop_signal::Stopped,
    task_output::TaskOutput,
    worker_process::{HANDED_OVER_MAX, NoLine, WorkerProcess},
};

/// The most bytes that are shown of a line that is no answer.
const SHOWN_BYTES_MAX: usize = 80;

/// The function that is called with each event.
pub(crate) type Watch = Box<dyn Fn(Event) + Send + Sync>;

/// The settings and state that all slots of a pool share.
pub(crate) struct SlotSettings {
    /// The command that starts a worker.
    command: Mutex<Command>,
    workers: NonZeroUsize,
    /// The number of open slots.
    open_slots: AtomicUsize,
    attempts_max: NonZeroU32,
    task_deadline: Option<Duration>,
    silence_max: Duration,
    decode: Decode,
    watch: Watch,
}

impl SlotSettings {
    pub(crate) fn new(settings: Settings, decode: Decode, watch: Watch) -> Arc<Self> {
        let mut command = settings.worker;
        parent_death::tie(&mut command);
        own_program::keep_name(&mut command);
        Arc::new(Self {
            command: Mutex::new(command),
            workers: settings.workers,
            open_slots: AtomicUsize::new(settings.workers.get()),
            attempts_max: settings.attempts_max,
            task_deadline: settings.task_deadline,
            silence_max: settings.silence_max,
            decode,
            watch,
        })
    }

    pub(crate) fn workers(&self) -> usize {
        self.workers.get()
    }

    /// Closes a slot, the last one only if that is allowed; returns the number of open slots.
    fn close_slot(&self, even_the_last: bool) -> Option<usize> {
        let fewer = |open_slots| (even_the_last || open_slots > 1).then(|| open_slots - 1);
        let before = self.open_slots.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer);
        before.ok().map(|open_slots| open_slots - 1)
    }
}

/// A slot for one worker process.
pub(crate) struct WorkerSlot {
    settings: Arc<SlotSettings>,
    stopped: Stopped,
    /// The worker, or the reason why the slot is vacant.
    process: Result<WorkerProcess, Vacant>,
    /// The number of undone tasks that this process was sent.
    handed_over: usize,
    /// Whether the process replaces another one.
    is_replacement: bool,
    /// Whether the process has given an answer.
    has_answered: bool,
}

/// The reason why a slot is closed.
#[derive(Clone, Debug)]
enum Vacant {
    /// Other slots do its tasks.
    OthersRemain,
    /// It was the last slot.
    Last {
        /// The reason why it was closed.
        reason: String,
    },
}

/// The reason why a task has no result.
pub(crate) enum NoResult {
    /// The pool is stopped.
    Stopped,
    /// The slot is closed, and other slots do its tasks.
    LeftToOtherWorkers,
    /// All slots are closed.
    NoWorkerLeft(String),
}

/// The reason why an attempt has no answer.
enum Failure {
    /// The worker is lost.
    Lost(Loss),
    /// The task has no result.
    NoResult(NoResult),
}

impl From<Loss> for Failure {
    fn from(loss: Loss) -> Self {
        Self::Lost(loss)
    }
}

impl WorkerSlot {
    /// Opens a slot with its first worker.
    pub(crate) fn fill(settings: Arc<SlotSettings>, stopped: Stopped) -> io::Result<Self> {
        let process = start_process(&settings, &stopped)?;
        Ok(Self {
            settings,
            stopped,
            process: Ok(process),
            handed_over: 0,
            is_replacement: false,
            has_answered: false,
        })
    }

    pub(crate) fn settings(&self) -> &SlotSettings {
        &self.settings
    }

    /// Lets the worker end, since all tasks are done.
    pub(crate) fn retire(self) {
        if let Ok(process) = self.process {
            process.retire();
        }
    }

    /// Kills the worker; its received answers still count.
    pub(crate) fn stop(self, taken: &mut VecDeque<Batch>) {
        let Ok(process) = self.process else { return };
        let pid = process.pid();
        for line in process.kill().lines {
            let Some(task) = taken.front().map(Batch::next_task) else { return };
            let Ok(result) = result(&self.settings, &line, pid, task) else { return };
            push(taken, result);
        }
    }

    /// The result of the first undone task of `taken`, after as many attempts as allowed.
    pub(crate) fn next_result(&mut self, taken: &VecDeque<Batch>) -> Result<TaskResult, NoResult> {
        let task = taken.front().expect("a batch that is being done").next_task();
        let attempts_max = self.settings.attempts_max.get();
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

    /// Sends unsent tasks, and waits for the answer to the first one.
    fn attempt(&mut self, taken: &VecDeque<Batch>, task: u64) -> Result<TaskResult, Failure> {
        let settings = Arc::clone(&self.settings);
        let deadline = settings.task_deadline;
        self.replace_if_ended_idle();
        let mut handed_over = self.handed_over;
        let process = self.process.as_mut().map_err(|vacant| Failure::NoResult(vacant.into()))?;
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
        let line = line.map_err(|reason| explain(reason, process, &settings))?;
        let result = result(&settings, &line, process.pid(), task)?;
        self.has_answered = true;
        if let Some(reason) = given_up {
            // It may have been sent a part of a line: nothing can be sent after that.
            if let Failure::Lost(loss) = explain(reason, process, &settings) {
                self.replace(&loss, false);
            }
            handed_over = 1;
        }
        self.handed_over = handed_over;
        Ok(result)
    }

    /// Replaces a worker that ended while idle, which costs no attempt.
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

    /// Kills the worker and starts another one, or closes the slot.
    ///
    /// A replacement that never sends a heartbeat is not the fault of its task: the program must have
    /// changed. Its slot is closed, so that the task is tried in another one. The last slot is closed
    /// only after the last attempt at the task.
    fn replace(&mut self, loss: &Loss, was_last_attempt: bool) {
        self.handed_over = 0;
        let vacant = Err(Vacant::OthersRemain);
        let Ok(process) = std::mem::replace(&mut self.process, vacant) else { return };
        let is_no_worker = process.kill().sent_no_heartbeat && !self.has_answered;
        if is_no_worker
            && self.is_replacement
            && let Some(left) = self.settings.close_slot(was_last_attempt)
        {
            let why = "it was itself a replacement, so no other one is started";
            return self.vacate(left, &format!("{loss}; {why}"));
        }
        match start_process(&self.settings, &self.stopped) {
            Ok(process) => {
                let message = format!("{loss}; process {} took its place", process.pid());
                (self.settings.watch)(Event::WorkerLost { message });
                self.is_replacement = true;
                self.has_answered = false;
                self.process = Ok(process);
            }
            Err(error) => {
                let left = self.settings.close_slot(true).expect("this slot to be open");
                self.vacate(left, &format!("{loss}; a replacement cannot be started: {error}"));
            }
        }
    }

    /// Closes the slot for good.
    fn vacate(&mut self, left: usize, reason: &str) {
        let workers = self.settings.workers;
        let message = format!("{reason} (worker processes left: {left} of {workers})");
        if left == 0 {
            self.process = Err(Vacant::Last { reason: message.clone() });
        }
        (self.settings.watch)(Event::WorkerLost { message });
    }
}

impl From<&mut Vacant> for NoResult {
    fn from(vacant: &mut Vacant) -> Self {
        match vacant {
            Vacant::OthersRemain => Self::LeftToOtherWorkers,
            Vacant::Last { reason } => Self::NoWorkerLeft(reason.clone()),
        }
    }
}

fn start_process(settings: &SlotSettings, stopped: &Stopped) -> io::Result<WorkerProcess> {
    let mut command = settings.command.lock().unwrap_or_else(PoisonError::into_inner);
    let process = WorkerProcess::spawn(&mut command, settings.silence_max, stopped.clone())?;
    drop(command);
    (settings.watch)(Event::WorkerStarted { pid: process.pid() });
    Ok(process)
}

/// Parses a line as the answer to `task`.
fn result(settings: &SlotSettings, line: &[u8], pid: u32, task: u64) -> Result<TaskResult, Loss> {
    let answer = (settings.decode)(line, task).map_err(|reason| Loss::NotAnAnswer {
        pid,
        line: excerpt(line),
        reason,
    })?;
    let busy = answer.busy();
    Ok(match answer.outcome {
        Outcome::Output(output) => {
            let output = TaskOutput::new(output);
            (settings.watch)(Event::TaskDone { pid, task, busy, output: output.clone() });
            Ok(output.hand_on())
        }
        Outcome::Error(message) => Err(PoolError::TaskFailed { task, pid, message }),
    })
}

fn explain(reason: NoLine, process: &mut WorkerProcess, settings: &SlotSettings) -> Failure {
    let pid = process.pid();
    let silence_max = settings.silence_max;
    Failure::Lost(match reason {
        NoLine::Stopped => return Failure::NoResult(NoResult::Stopped),
        NoLine::Overdue => {
            Loss::Overdue { pid, deadline: settings.task_deadline.unwrap_or_default() }
        }
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
