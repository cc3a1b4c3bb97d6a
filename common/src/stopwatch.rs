//! The one reader of the clock: wall time, and the CPU time of this process and its children.

use std::time::{Duration, Instant, SystemTime};

use nix::sys::{
    resource::{Usage, UsageWho, getrusage},
    time::TimeVal,
};

/// The cost of a piece of work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Wall-clock time.
    pub wall: Duration,
    /// CPU time, in user and kernel mode. It is the sum over all threads of this process, and over the
    /// children that were waited for in this time.
    pub cpu: Duration,
}

/// Measures wall-clock time; cheap enough for every chunk of work.
#[derive(Clone, Copy, Debug)]
pub struct WallClock {
    started: Instant,
}

impl WallClock {
    /// Starts at zero.
    pub fn start() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the one reader of the clock")]
        let started = Instant::now();
        Self { started }
    }

    /// The time since the start.
    pub fn elapsed(self) -> Duration {
        self.started.elapsed()
    }
}

/// The time of day, since the beginning of 1970 in UTC: to compare with what others noted, never to
/// measure, since it may be set anew meanwhile.
pub fn unix_time() -> Duration {
    #[expect(clippy::disallowed_methods, reason = "this is the one reader of the clock")]
    let now = SystemTime::now();
    now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

/// Tells what a piece of work costs.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch {
    wall: WallClock,
    cpu_at_start: Duration,
}

impl Stopwatch {
    /// Starts a stopwatch.
    pub fn start() -> Self {
        Self { cpu_at_start: process_cpu(), wall: WallClock::start() }
    }

    /// The wall clock that was started with it.
    pub fn wall(&self) -> WallClock {
        self.wall
    }

    /// The wall and CPU time since the start.
    ///
    /// The kernel adds a child's CPU time only once the child has ended and was waited for: join
    /// a process pool before you ask.
    pub fn cost(&self) -> Cost {
        let wall = self.wall.elapsed();
        Cost { wall, cpu: process_cpu().saturating_sub(self.cpu_at_start) }
    }
}

/// The CPU time of the calling thread alone, since it started; zero where the system does not say.
pub fn thread_cpu() -> Duration {
    #[cfg(any(target_os = "linux", target_os = "freebsd", target_os = "openbsd"))]
    let cpu = getrusage(UsageWho::RUSAGE_THREAD).map_or(Duration::ZERO, |usage| total(&usage));
    #[cfg(not(any(target_os = "linux", target_os = "freebsd", target_os = "openbsd")))]
    let cpu = Duration::ZERO;
    cpu
}

fn process_cpu() -> Duration {
    cpu_of(UsageWho::RUSAGE_SELF) + cpu_of(UsageWho::RUSAGE_CHILDREN)
}

fn cpu_of(who: UsageWho) -> Duration {
    total(&getrusage(who).expect("the kernel to know our own usage"))
}

fn total(usage: &Usage) -> Duration {
    to_duration(usage.user_time()) + to_duration(usage.system_time())
}

fn to_duration(time: TimeVal) -> Duration {
    let seconds = u64::try_from(time.tv_sec()).expect("CPU time not to be negative");
    let micros = u64::try_from(time.tv_usec()).expect("CPU time not to be negative");
    Duration::from_secs(seconds) + Duration::from_micros(micros)
}
