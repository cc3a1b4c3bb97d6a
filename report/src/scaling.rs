//! Compares the speedup of a run with its workers: Amdahl's law, and its inverse by Karp and Flatt.

use super::{Report, Run};

/// S(p) = 1 / (f + (1 − f)/p): the speedup with p `workers` over one worker, if the fraction
/// f = `serial_fraction` of the work cannot be shared (Amdahl 1967).
pub fn amdahl(serial_fraction: f64, workers: f64) -> f64 {
    1.0 / (serial_fraction + (1.0 - serial_fraction) / workers)
}

/// e = (1/S − 1/p) / (1 − 1/p): the serial fraction that explains a measured speedup (Karp and Flatt
/// 1990). It includes other losses: the start of workers, the distribution of work, and the wait for
/// the last worker.
///
/// It is negative if the speedup is above the number of workers. `None` for one worker, and for runs
/// that took no time.
pub fn karp_flatt(speedup: f64, workers: f64) -> Option<f64> {
    (workers > 1.0 && speedup > 0.0)
        .then(|| (1.0 / speedup - 1.0 / workers) / (1.0 - 1.0 / workers))
}

impl<Answer> Run<Answer> {
    /// p as a float.
    pub fn worker_count(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "nobody has 2⁵³ workers")]
        let workers = self.workers as f64;
        workers
    }
}

impl<Input, Answer> Report<Input, Answer> {
    /// S = T₁/Tₚ: the time of the sequential run, divided by the time of this one.
    pub fn speedup(&self, run: &Run<Answer>) -> Option<f64> {
        self.baseline().map(|baseline| super::ratio(baseline.cost.wall, run.cost.wall))
    }

    /// E = S/p: the fraction of its workers' time that a run has used.
    pub fn efficiency(&self, run: &Run<Answer>) -> Option<f64> {
        self.speedup(run).map(|speedup| speedup / run.worker_count())
    }

    /// The serial fraction of a run with several workers, by [`karp_flatt`].
    pub fn serial_fraction(&self, run: &Run<Answer>) -> Option<f64> {
        karp_flatt(self.speedup(run)?, run.worker_count())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(speedup: f64, workers: f64, expected: Option<f64>) {
        let rounded = karp_flatt(speedup, workers).map(|fraction| (fraction * 1e3).round() / 1e3);
        assert_eq!(rounded, expected, "speedup {speedup} of {workers} workers");
    }

    #[test]
    fn a_loss_is_a_serial_fraction() {
        check(2.0, 2.0, Some(0.0));
        check(1.0, 2.0, Some(1.0));
        check(4.0 / 1.75, 4.0, Some(0.25));
        check(2.1, 2.0, Some(-0.048));
        check(1.0, 1.0, None);
        check(0.0, 2.0, None);
    }

    proptest! {
        #[test]
        fn both_read_the_same_law(fraction in 0.0..1.0_f64, workers in 2.0..1e4_f64) {
            let read_back = karp_flatt(amdahl(fraction, workers), workers).unwrap();
            prop_assert!((read_back - fraction).abs() < 1e-9);
        }
    }
}
