//! Benchmark of the databases of part 3: storing documents in small and large batches.

use std::{error::Error, io, num::NonZeroUsize};

use common::stopwatch::WallClock;
use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use document_store::{Document, StoreError, StoreLocation};
use part3_yelp::{Variant, credentials::Environment};

use crate::{
    shared_settings,
    yelp_fixture::{DOCUMENTS, YelpFixture},
};

/// The batch sizes: one business, those of a city, and all of the lab; each batch is a transaction.
const BATCHES: [usize; 3] = [1, 20, 80];

/// Measures how each database stores documents of the local Yelp.
///
/// # Errors
/// When a database cannot be used.
pub(crate) fn bench(
    criterion: &mut Criterion,
    url: &str,
    places: &[StoreLocation],
    environment: &Environment,
) -> Result<(), Box<dyn Error>> {
    let mut group = criterion.benchmark_group("part3-yelp/put");
    group.sampling_mode(SamplingMode::Flat);
    for place in places {
        let fixture = YelpFixture::new(url, place, environment)?;
        let documents = documents(&fixture)?;
        let mut store = fixture.store()?;
        for batch in BATCHES {
            let batch = &documents[..batch];
            group.throughput(Throughput::Elements(batch.len() as u64));
            let id = BenchmarkId::new(fixture.database(), batch.len());
            shared_settings::measure(&mut group, id, || {
                store.clear().unwrap_or_else(|error| panic!("{error}"));
                let clock = WallClock::start();
                store.put(batch).unwrap_or_else(|error| panic!("{error}"));
                let wall = clock.elapsed();
                let kept = store.count().unwrap_or_else(|error| panic!("{error}"));
                assert_eq!(kept, batch.len() as u64, "the store has lost some documents");
                wall
            });
        }
    }
    group.finish();
    Ok(())
}

/// The documents of the lab's cities.
fn documents(fixture: &YelpFixture) -> Result<Vec<Document>, StoreError> {
    fixture.wall_time(&fixture.settings(NonZeroUsize::MIN, Variant::Threads));
    let mut documents = Vec::new();
    fixture.store()?.for_each(&mut |document| {
        documents.push(document);
        io::Result::Ok(())
    })?;
    assert_eq!(documents.len() as u64, DOCUMENTS, "the store shows other documents than it counts");
    Ok(documents)
}
