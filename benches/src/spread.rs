//! The median of some measurements, with their extremes.

use std::time::Duration;

/// The median of some values, and their extremes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread<Value> {
    /// The median; of an even number of values, the mean of the two in the middle.
    pub median: Value,
    /// The least.
    pub min: Value,
    /// The greatest.
    pub max: Value,
}

/// The spread of times; none if there is no time.
pub fn of_times(times: &[Duration]) -> Option<Spread<Duration>> {
    let mut sorted = times.to_vec();
    sorted.sort();
    of_sorted(&sorted, |one, other| (one + other) / 2)
}

/// The spread of the ratio of our cost to theirs, round by round; none without common rounds.
pub fn of_ratios(ours: &[Duration], theirs: &[Duration]) -> Option<Spread<f64>> {
    // The kernel's clock may stand still for less than a tick: no program is infinitely fast.
    let nonzero = |time: Duration| time.max(Duration::from_nanos(1));
    let mut sorted: Vec<f64> = ours
        .iter()
        .zip(theirs)
        .map(|(ours, theirs)| ours.div_duration_f64(nonzero(*theirs)))
        .collect();
    sorted.sort_by(f64::total_cmp);
    of_sorted(&sorted, f64::midpoint)
}

fn of_sorted<Value: Copy>(
    sorted: &[Value],
    mean: impl Fn(Value, Value) -> Value,
) -> Option<Spread<Value>> {
    let (min, max) = (*sorted.first()?, *sorted.last()?);
    let upper = sorted.len() / 2;
    let lower = sorted.len().div_ceil(2) - 1;
    let median = if lower == upper { sorted[upper] } else { mean(sorted[lower], sorted[upper]) };
    Some(Spread { median, min, max })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(values: &[u64]) -> Vec<Duration> {
        values.iter().map(|&value| Duration::from_secs(value)).collect()
    }

    #[test]
    fn the_median_is_the_middle_whatever_the_order() {
        let check = |values: &[u64], [median, min, max]: [f64; 3]| {
            let [median, min, max] = [median, min, max].map(Duration::from_secs_f64);
            assert_eq!(of_times(&seconds(values)), Some(Spread { median, min, max }), "{values:?}");
        };
        check(&[4], [4.0, 4.0, 4.0]);
        check(&[9, 1, 2], [2.0, 1.0, 9.0]);
        check(&[5, 1, 2, 100], [3.5, 1.0, 100.0]);
        assert_eq!(of_times(&[]), None);
    }

    #[test]
    fn ratios_are_taken_within_rounds() {
        // The medians of the two alone would have the ratio 1.
        let ratios = of_ratios(&seconds(&[1, 2, 30]), &seconds(&[2, 1, 3]));
        assert_eq!(ratios, Some(Spread { median: 2.0, min: 0.5, max: 10.0 }));
        assert_eq!(of_ratios(&seconds(&[1]), &[]), None);
    }

    #[test]
    fn a_time_of_zero_makes_no_infinite_ratio() {
        let ratios = of_ratios(&seconds(&[1]), &seconds(&[0])).expect("a round");
        assert!(ratios.median.is_finite());
    }
}
