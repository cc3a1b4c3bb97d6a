//! The time axis: round numbers, few enough to be read on a phone.

use std::time::Duration;

use crate::{human_time, page::percent};

/// The most steps of an axis.
const STEPS_MAX: u32 = 5;

/// The shortest round step with few steps to `total`. A round step is 1, 2 or 5 times a power of ten
/// nanoseconds.
pub(super) fn step(total: Duration) -> Duration {
    let is_enough = |step: &Duration| *step * STEPS_MAX >= total;
    let rounds = (0..).map(|exponent| Duration::from_nanos(10_u64.pow(exponent)));
    let mut steps = rounds.take(19).flat_map(|round| [round, round * 2, round * 5]);
    steps.find(is_enough).unwrap_or(total)
}

/// The labels of an axis from 0 to `total`, as an HTML element with this class.
pub(super) fn labels(total: Duration, class: &str) -> String {
    let step = step(total);
    let ticks = (0..=STEPS_MAX).map(|index| step * index).take_while(|tick| *tick <= total);
    let labels = ticks.map(|tick| {
        let text = if tick.is_zero() { "0".to_owned() } else { human_time(tick) };
        let place = percent(tick.as_secs_f64(), total.as_secs_f64());
        format!("<span style=\"left:{place}\">{text}</span>")
    });
    let labels: Vec<String> = labels.collect();
    let labels = labels.concat();
    format!("<div class=\"axis {class}\" aria-hidden=\"true\">{labels}</div>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        let check = |total_us, expected_us| {
            let (total, expected) = (Duration::from_micros(total_us), expected_us);
            assert_eq!(step(total), Duration::from_micros(expected), "{total:?}");
        };
        check(733_000, 200_000);
        check(1_010_000, 500_000);
        check(1_000_000, 200_000);
        check(4_260_000, 1_000_000);
        check(5, 1);
        assert_eq!(step(Duration::ZERO), Duration::from_nanos(1));
    }
}
