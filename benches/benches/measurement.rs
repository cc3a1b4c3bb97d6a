//! How all benches measure: the clock of the lab's reports, the numbers of workers, and how often.

use std::{collections::BTreeMap, env, num::NonZeroUsize, time::Duration};

use criterion::{BenchmarkGroup, BenchmarkId, Criterion, PlottingBackend, measurement::WallTime};

/// The fewest that criterion takes: a single run of ours is as long as thousands of what it is
/// made for.
const SAMPLES: usize = 10;

const WARM_UP: Duration = Duration::from_millis(300);

/// Split among the samples of a bench; those whose single run is longer take their time.
const MEASUREMENT: Duration = Duration::from_millis(1_500);

/// What a sweep tries beside the cores of the machine.
const WORKER_COUNTS: [usize; 3] = [1, 2, 4];

/// Whether this process was started by another one of this program, to be its worker or its web.
///
/// Cargo passes a filter with that name too, but never alone.
pub(crate) fn was_started_as(role: &str) -> bool {
    env::args().skip(1).eq([role])
}

/// Criterion, as the command line wants it, and otherwise as the benches of this lab need it.
pub(crate) fn criterion() -> Criterion {
    Criterion::default()
        .plotting_backend(PlottingBackend::Plotters)
        .sample_size(SAMPLES)
        .warm_up_time(WARM_UP)
        .measurement_time(MEASUREMENT)
        .configure_from_args()
}

/// The numbers of workers that are worth a bench, by how much is at work at once with each.
///
/// A variant that does not care for the workers that it is offered has a single one, whatever the
/// number.
pub(crate) fn sweep(at_once: impl Fn(NonZeroUsize) -> usize) -> BTreeMap<usize, NonZeroUsize> {
    let counts = WORKER_COUNTS.into_iter().filter_map(NonZeroUsize::new);
    counts.chain([report::cores()]).map(|workers| (at_once(workers), workers)).collect()
}

/// Measures `run`, which says how long it took, without its preparations and its checks.
pub(crate) fn measure(
    group: &mut BenchmarkGroup<'_, WallTime>,
    id: BenchmarkId,
    mut run: impl FnMut() -> Duration,
) {
    group.bench_function(id, |bencher| {
        bencher.iter_custom(|iterations| (0..iterations).map(|_| run()).sum());
    });
}
