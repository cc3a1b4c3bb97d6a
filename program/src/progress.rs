//! A progress bar for long runs; its CPU time is not counted as work.

use std::{
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use common::stopwatch::thread_cpu;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shorter work needs no bar.
const FIRST_DRAWN_AFTER: Duration = Duration::from_secs(1);

/// The interval of drawing.
const DRAWN_EVERY: Duration = Duration::from_millis(200);

/// Whether a [`Progress`] is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// On stderr, if that is a terminal.
    OnTerminal,
    /// Never.
    Hidden,
}

impl Visibility {
    /// On a terminal, unless the program is to be quiet.
    pub fn unless(quiet: bool) -> Self {
        if quiet { Self::Hidden } else { Self::OnTerminal }
    }
}

/// Counts finished pieces of work; a thread of its own draws the bar.
#[derive(Debug)]
pub struct Progress {
    shared: Arc<Shared>,
    /// The thread that draws; none once the bar is removed.
    drawing: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Shared {
    done: AtomicU64,
    /// The CPU time of drawing, set at its end.
    drawing_cpu: Mutex<Duration>,
    is_over: Mutex<bool>,
    over: Condvar,
}

impl Progress {
    /// Starts counting to `total`; `title` stands before the bar.
    pub fn start(title: &str, total: u64, visibility: Visibility) -> Self {
        let shared = Arc::new(Shared {
            done: AtomicU64::new(0),
            drawing_cpu: Mutex::default(),
            is_over: Mutex::new(false),
            over: Condvar::new(),
        });
        let drawing = match visibility {
            Visibility::Hidden => None,
            Visibility::OnTerminal => start_drawing(title.to_owned(), total, Arc::clone(&shared)),
        };
        Self { shared, drawing: Mutex::new(drawing) }
    }

    /// Counts one finished piece.
    pub fn advance(&self) {
        self.shared.done.fetch_add(1, Ordering::Relaxed);
    }

    /// Removes the bar.
    pub fn end(&self) {
        *lock(&self.shared.is_over) = true;
        self.shared.over.notify_all();
        if let Some(drawing) = lock(&self.drawing).take() {
            let _ = drawing.join(); // without a bar, the work still goes on
        }
    }

    /// Removes the bar, and returns the CPU time that drawing it has cost.
    pub fn finish(self) -> Duration {
        self.end();
        *lock(&self.shared.drawing_cpu)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}

fn lock<Value>(mutex: &Mutex<Value>) -> MutexGuard<'_, Value> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts the thread that draws; none if the system allows no thread, which does not stop the work.
fn start_drawing(title: String, total: u64, shared: Arc<Shared>) -> Option<JoinHandle<()>> {
    thread::Builder::new()
        .name("progress".to_owned())
        .spawn(move || {
            if !shared.is_over_within(FIRST_DRAWN_AFTER) {
                let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr())
                    .with_style(style())
                    .with_prefix(title);
                bar.set_position(shared.done.load(Ordering::Relaxed));
                while !shared.is_over_within(DRAWN_EVERY) {
                    bar.set_position(shared.done.load(Ordering::Relaxed));
                    bar.tick();
                }
                bar.finish_and_clear();
            }
            *lock(&shared.drawing_cpu) = thread_cpu();
        })
        .ok()
}

impl Shared {
    fn is_over_within(&self, timeout: Duration) -> bool {
        let is_over = lock(&self.is_over);
        let (is_over, _) = self
            .over
            .wait_timeout_while(is_over, timeout, |is_over| !*is_over)
            .unwrap_or_else(PoisonError::into_inner);
        *is_over
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{prefix:12} {bar:40} {percent:>3} %, {eta} left")
        .expect("the template to be well formed")
}
