//! Estimates the cost of a search before it is submitted, and the number of shards that it should have.
//!
//! The tables are CPU times of 2026-11-28 on a virtual machine (AMD EPYC with 2 cores), of
//!
//! ```text
//! part1-primes --variant sequential --count --format json --quiet --method METHOD --from N --to N+LENGTH
//! ```
//!
//! with lengths that take seconds. The sieve was measured without other load, the rest beside other work.
//! Other machines differ: run this on yours, and compare.

use std::{num::NonZeroU64, time::Duration};

use job_array::SHARDS_MAX;

use super::{PrimeSearch, Wanted};
use crate::Method;

/// The time that a shard is to take: long enough for what a batch system adds, and short enough to do
/// again after a fault.
const SHARD_TIME: Duration = Duration::from_mins(10);

/// The costs at one number.
struct Row {
    number: f64,
    /// The time to prepare each shard, as for its base primes.
    seconds_per_shard: f64,
    /// The time for each number near this one.
    nanos_per_number: f64,
}

const fn row(number: f64, seconds_per_shard: f64, nanos_per_number: f64) -> Row {
    Row { number, seconds_per_shard, nanos_per_number }
}

const TRIAL: &[Row] = &[
    row(1e8, 0.0, 690.0),
    row(1e10, 0.0, 6_200.0),
    row(1e12, 0.0, 48_000.0),
    row(1e14, 0.0, 420_000.0),
    row(1e16, 0.0, 3_200_000.0),
    row(1e18, 0.0, 90_000_000.0),
];
const STRONG: &[Row] = &[
    row(1e6, 0.0, 41.0),
    row(1e8, 0.0, 49.0),
    row(1e10, 0.0, 73.0),
    row(1e12, 0.0, 83.0),
    row(1e16, 0.0, 112.0),
    row(1.8e19, 0.0, 130.0),
];
const SIMD: &[Row] = &[
    row(1e7, 0.0, 21.0),
    row(1e8, 0.0, 23.0),
    row(1e10, 0.0, 79.0),
    row(1e12, 0.0, 86.0),
    row(1e16, 0.0, 114.0),
    row(1.8e19, 0.0, 130.0),
];
const SIEVE: &[Row] = &[
    row(1e9, 0.001, 0.10),
    row(1e10, 0.001, 0.13),
    row(1e12, 0.002, 0.20),
    row(1e15, 0.012, 0.55),
    row(1e17, 0.062, 2.0),
    row(1e18, 0.26, 3.1),
    row(1.8e19, 1.2, 4.1),
];

/// The additional time for each prime that is kept: a place in a list; and a line of text, which is hashed.
/// These are from `part1-primes shard` near 10¹⁰, compared with `--count`.
const NANOS_PER_SUMMED_PRIME: f64 = 5.0;
const NANOS_PER_LISTED_PRIME: f64 = 110.0;

/// The points of a range at which its cost is evaluated.
const POINTS: u32 = 256;

/// The CPU time of a search, divided into this number of shards.
pub fn core_time(search: &PrimeSearch, shards: NonZeroU64) -> Duration {
    let (preparation, work) = costs(search);
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let seconds = preparation * shards.get() as f64 + work;
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}

/// The number of shards that take 5 to 15 minutes each on `cores` cores, unless the whole is shorter.
pub fn shard_count(search: &PrimeSearch, cores: usize) -> NonZeroU64 {
    let (_, work) = costs(search);
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let shards = work / (SHARD_TIME.as_secs_f64() * cores as f64);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is in the bounds"
    )]
    let shards = shards.ceil().clamp(1.0, 1e6) as u64;
    NonZeroU64::new(shards.min(SHARDS_MAX)).unwrap_or(NonZeroU64::MIN)
}

/// The size of all lists.
pub fn list_bytes(search: &PrimeSearch) -> f64 {
    integral(search, |number| density(number) * (number.log10().floor() + 2.0))
}

/// The density of primes at a number: the prime number theorem. Below 3, the logarithm is none.
fn density(number: f64) -> f64 {
    1.0 / number.max(3.0).ln()
}

/// The integral of a value over the range of a search.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn integral(search: &PrimeSearch, value: impl Fn(f64) -> f64) -> f64 {
    let (start, length) = (search.from as f64, search.to.saturating_sub(search.from) as f64);
    let points =
        (0..POINTS).map(|point| start + length * (f64::from(point) + 0.5) / f64::from(POINTS));
    points.map(value).sum::<f64>() / f64::from(POINTS) * length
}

/// The seconds of CPU time for each shard, and for all numbers together.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn costs(search: &PrimeSearch) -> (f64, f64) {
    let PrimeSearch { to, method, wanted, .. } = *search;
    let table = match method {
        Method::Trial => TRIAL,
        Method::Strong => STRONG,
        Method::Simd => SIMD,
        Method::Sieve => SIEVE,
        // No plan has it.
        Method::Count => &[],
    };
    let nanos_per_prime = match wanted {
        Wanted::Count => 0.0,
        Wanted::Sum => NANOS_PER_SUMMED_PRIME,
        Wanted::List => NANOS_PER_LISTED_PRIME,
    };
    let work = integral(search, |number| {
        interpolated(table, number, |row| row.nanos_per_number) + density(number) * nanos_per_prime
    });
    let preparation = interpolated(table, to as f64, |row| row.seconds_per_shard);
    (preparation, work / 1e9)
}

/// The value at a number, by a power law between two rows; beyond the ends, that of the end.
fn interpolated(table: &[Row], number: f64, value: fn(&Row) -> f64) -> f64 {
    let above = table.partition_point(|row| row.number <= number);
    match (above.checked_sub(1).and_then(|below| table.get(below)), table.get(above)) {
        (Some(below), Some(above)) if value(below) > 0.0 => {
            let share = (number / below.number).ln() / (above.number / below.number).ln();
            value(below) * (value(above) / value(below)).powf(share)
        }
        (Some(end), _) | (None, Some(end)) => value(end),
        (None, None) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(range: std::ops::Range<u64>, method: Method, wanted: Wanted) -> PrimeSearch {
        PrimeSearch { from: range.start, to: range.end, method, wanted }
    }

    #[test]
    fn shards_take_minutes() {
        for (range, method) in [
            (0..1_000_000_000_000_000, Method::Sieve),
            (1 << 60..(1 << 60) + (1 << 44), Method::Sieve),
            (0..10_000_000_000, Method::Trial),
            (0..1_000_000_000_000, Method::Strong),
            (0..1_000_000_000_000, Method::Simd),
        ] {
            for cores in [1, 16] {
                let search = search(range.clone(), method, Wanted::Count);
                let shards = shard_count(&search, cores);
                let seconds = core_time(&search, shards).as_secs_f64();
                #[expect(clippy::cast_precision_loss, reason = "an estimate")]
                let minutes = seconds / 60.0 / shards.get() as f64 / cores as f64;
                assert!((5.0..15.0).contains(&minutes), "{search:?}: {minutes} minutes");
            }
        }
    }

    #[test]
    fn any_search_has_a_shard_and_none_has_too_many() {
        for method in Method::ALL {
            for wanted in [Wanted::Count, Wanted::Sum, Wanted::List] {
                assert_eq!(shard_count(&search(7..7, method, wanted), 1).get(), 1);
                assert_eq!(shard_count(&search(0..1_000, method, wanted), 4096).get(), 1);
                assert!(shard_count(&search(0..u64::MAX, method, wanted), 1).get() <= SHARDS_MAX);
            }
        }
    }

    #[test]
    fn what_costs_more_is_said_to_cost_more() {
        let nanos = |from, wanted| {
            core_time(&search(from..from + 1_000_000, Method::Sieve, wanted), NonZeroU64::MIN)
                .as_nanos()
        };
        assert!(nanos(0, Wanted::Count) < nanos(0, Wanted::Sum));
        assert!(nanos(0, Wanted::Sum) < nanos(0, Wanted::List));
        assert!(nanos(0, Wanted::Count) < nanos(1 << 50, Wanted::Count));
        assert!(nanos(1 << 50, Wanted::Count) < nanos(1 << 60, Wanted::Count));
    }

    #[test]
    fn the_size_of_lists_is_about_right() {
        // The 78 498 primes below a million take 538 471 bytes.
        let bytes = list_bytes(&search(0..1_000_000, Method::Sieve, Wanted::List));
        assert!((480_000.0..600_000.0).contains(&bytes), "{bytes}");
    }

    #[test]
    fn a_table_is_met_at_its_rows_and_lies_between_them() {
        let at = |number| interpolated(SIEVE, number, |row| row.nanos_per_number);
        assert!((at(1e12) - 0.20).abs() < 1e-9);
        assert!((at(1.0) - 0.10).abs() < 1e-9 && (at(1.8e19) - 4.1).abs() < 1e-9);
        assert!((0.55..2.0).contains(&at(1e16)));
    }
}
