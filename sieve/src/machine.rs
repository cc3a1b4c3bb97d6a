//! The machine: its instruction set, and the cache sizes that determine chunks and segments.

#[cfg(feature = "std")]
use std::fs;

use crate::{instructions::Available, lazy_lock::LazyLock};

/// The properties of a machine that the sieve adapts to.
#[derive(Clone, Copy, Debug)]
pub struct Machine {
    pub(crate) instructions: Available,
    pub(crate) caches: Caches,
    /// Whether to ask the system for huge pages.
    pub(crate) huge_pages: bool,
}

/// The sizes of the data caches of one core.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caches {
    pub(crate) level_1_bytes: usize,
    pub(crate) level_2_bytes: usize,
}

/// The cache sizes if they are unknown: small enough for any machine of the last decade.
const MODEST: Caches = Caches { level_1_bytes: 32 << 10, level_2_bytes: 256 << 10 };

impl Machine {
    /// Detects this machine's best instruction set and its caches.
    pub(crate) fn detect() -> Self {
        Self { instructions: Available::best(), caches: Caches::detect(), huge_pages: true }
    }
}

impl Caches {
    /// Detects the caches of this machine, once.
    fn detect() -> Self {
        static DETECTED: LazyLock<Caches> = LazyLock::new(|| Caches {
            level_1_bytes: size_of_level("1").unwrap_or(MODEST.level_1_bytes),
            level_2_bytes: size_of_level("2").unwrap_or(MODEST.level_2_bytes),
        });
        *DETECTED
    }

    /// The length of a chunk, which leaves an eighth of the first-level cache to primes and
    /// patterns.
    pub(crate) fn chunk_bytes(self) -> usize {
        self.level_1_bytes.clamp(4 << 10, 256 << 10) * 7 / 8
    }
}

#[cfg(not(feature = "std"))]
fn size_of_level(_: &str) -> Option<usize> {
    None
}

/// Reads a cache size of the first processor from Linux, and keeps it within limits.
#[cfg(feature = "std")]
fn size_of_level(level: &str) -> Option<usize> {
    if cfg!(miri) {
        return None;
    }
    (0..8).map(|index| format!("/sys/devices/system/cpu/cpu0/cache/index{index}")).find_map(
        |folder| {
            let read = |name: &str| fs::read_to_string(format!("{folder}/{name}")).ok();
            let holds_data = read("type").is_some_and(|kind| kind.trim() != "Instruction");
            if !holds_data || read("level")?.trim() != level {
                return None;
            }
            let kibibytes: usize = read("size")?.trim().strip_suffix('K')?.parse().ok()?;
            Some(kibibytes.checked_mul(1024)?.clamp(8 << 10, 64 << 20))
        },
    )
}
