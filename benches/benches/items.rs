//! Benchmark of part 2: the lab's 20 items of Hacker News by each variant, with larger and larger
//! pools.
#![forbid(unsafe_code)]

mod shared_settings;
mod web;

use std::{cell::OnceCell, num::NonZeroUsize, sync::Arc, time::Duration};

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use http_client::Proxy;
use interrupt::Interrupt;
use mock_web::local_process::{self, LocalWebError};
use part2_threads::{Item, ItemId, Job, Settings, Site, Variant};
use program::progress::Visibility;

const ITEMS: u64 = 20;

fn main() -> Result<(), LocalWebError> {
    if shared_settings::was_started_as(local_process::SUBCOMMAND) {
        return local_process::serve();
    }
    let web = web::start()?;
    let mut criterion = shared_settings::criterion();
    bench_variants(&mut criterion, web.url());
    criterion.final_summary();
    Ok(())
}

fn bench_variants(criterion: &mut Criterion, url: &str) {
    let mut group = criterion.benchmark_group("part2-threads/requests");
    group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(ITEMS));
    // Those of whichever run comes first; all others have to get the same.
    let expected = OnceCell::new();
    for variant in Variant::ALL {
        for (at_once, workers) in shared_settings::sweep(|workers| variant.workers(&job(workers))) {
            let settings = settings(url, workers, variant);
            let id = BenchmarkId::new(variant.name(), at_once);
            shared_settings::measure(&mut group, id, || wall_time(&settings, &expected));
        }
    }
    group.finish();
}

fn job(workers: NonZeroUsize) -> Job {
    Job { ids: (1..=ITEMS).map(ItemId).collect(), workers }
}

fn settings(url: &str, workers: NonZeroUsize, variant: Variant) -> Settings {
    Settings {
        job: job(workers),
        variants: vec![variant],
        site: Site { base_url: url.to_owned(), proxy: Proxy::Never, latency: Some(web::LATENCY) },
        retry: web::PATIENT,
        requests_max: NonZeroUsize::MAX,
        progress: Visibility::Hidden,
        interrupt: Arc::new(Interrupt::default()),
    }
}

/// The wall time of one run, including its connections and threads.
fn wall_time(settings: &Settings, expected: &OnceCell<Vec<Item>>) -> Duration {
    let (report, items) = part2_threads::run(settings).unwrap_or_else(|error| panic!("{error}"));
    let [run] = &report.runs[..] else { panic!("one variant, {} runs", report.runs.len()) };
    let variant = run.variant;
    assert!(run.answer.is_complete(), "{variant} lacks some items: {:?}", run.answer.failed);
    assert_eq!(&items, expected.get_or_init(|| items.clone()), "{variant} gets other items");
    run.cost.wall
}
