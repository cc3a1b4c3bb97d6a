//! Settings that all benchmarks share: the clock, the numbers of workers, and the number of
//! samples.

use std::{collections::BTreeMap, env, num::NonZeroUsize, time::Duration};

use criterion::{BenchmarkGroup, BenchmarkId, Criterion, PlottingBackend, measurement::WallTime};

/// The number of samples, the fewest that criterion takes: one run of ours takes long.
const SAMPLES: usize = 10;

const WARM_UP: Duration = Duration::from_millis(300);

/// The measurement time, divided among the samples; longer runs take longer.
const MEASUREMENT: Duration = Duration::from_millis(1_500);

/// The numbers of workers of a sweep, besides the cores of the machine.
const WORKER_COUNTS: [usize; 3] = [1, 2, 4];

/// Whether this process was started by another one of this program, as its worker or its web.
///
/// Cargo passes a filter with that name too, but never alone.
pub(crate) fn was_started_as(role: &str) -> bool {
    env::args().skip(1).eq([role])
}

/// Criterion with the settings of this lab, unless the command line changes them.
pub(crate) fn criterion() -> Criterion {
    Criterion::default()
        .plotting_backend(PlottingBackend::Plotters)
        .sample_size(SAMPLES)
        .warm_up_time(WARM_UP)
        .measurement_time(MEASUREMENT)
        .configure_from_args()
}

/// The numbers of workers that differ in how much is under way at once.
///
/// A variant that does not care for the workers that it is offered has a single one, whatever the
/// number.
pub(crate) fn sweep(at_once: impl Fn(NonZeroUsize) -> usize) -> BTreeMap<usize, NonZeroUsize> {
    let counts = WORKER_COUNTS.into_iter().filter_map(NonZeroUsize::new);
    counts.chain([report::cores()]).map(|workers| (at_once(workers), workers)).collect()
}

/// Measures `run`, which returns its own time without preparations and checks.
pub(crate) fn measure(
    group: &mut BenchmarkGroup<'_, WallTime>,
    id: BenchmarkId,
    mut run: impl FnMut() -> Duration,
) {
    group.bench_function(id, |bencher| {
        bencher.iter_custom(|iterations| (0..iterations).map(|_| run()).sum());
    });
}
