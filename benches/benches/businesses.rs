//! Benchmark of part 3: the lab's 4 cities by each variant, with more and more cities at once; and
//! of the databases.
#![forbid(unsafe_code)]

mod shared_settings;
mod stores;
mod web;
mod yelp_fixture;

use std::{env, error::Error};

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use document_store::StoreLocation;
use mock_web::local_process;
use part3_yelp::{
    Variant,
    credentials::{Environment, MONGODB_VARIABLE},
    worker,
};

use self::yelp_fixture::{DOCUMENTS, WORKER, YelpFixture};

fn main() -> Result<(), Box<dyn Error>> {
    if shared_settings::was_started_as(local_process::SUBCOMMAND) {
        return Ok(local_process::serve()?);
    }
    let environment = environment();
    if shared_settings::was_started_as(WORKER) {
        return Ok(worker::serve(&environment)?);
    }
    let folder = tempfile::tempdir()?;
    let web = web::start()?;
    let mut places = vec![StoreLocation::Sqlite(folder.path().join("yelp.db"))];
    if environment.get(MONGODB_VARIABLE).is_some() {
        places.push(StoreLocation::Mongodb);
    }
    let mut criterion = shared_settings::criterion();
    for place in &places {
        bench_variants(&mut criterion, &YelpFixture::new(web.url(), place, &environment)?);
    }
    stores::bench(&mut criterion, web.url(), &places, &environment)?;
    criterion.final_summary();
    Ok(())
}

/// The environment, of which only the connection string is read: the local web needs no secrets.
fn environment() -> Environment {
    Environment::read(|name| {
        #[expect(clippy::disallowed_methods, reason = "a bench is a program, this is its main")]
        let value = || env::var(name).ok();
        (name == MONGODB_VARIABLE).then(value).flatten()
    })
}

fn bench_variants(criterion: &mut Criterion, fixture: &YelpFixture) {
    let mut group = criterion.benchmark_group(format!("part3-yelp/{}", fixture.database()));
    group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(DOCUMENTS));
    for variant in Variant::ALL {
        let cities_at_once = |workers| variant.cities_at_once(&fixture.job(workers));
        for (at_once, workers) in shared_settings::sweep(cities_at_once) {
            let settings = fixture.settings(workers, variant);
            let id = BenchmarkId::new(variant.name(), at_once);
            shared_settings::measure(&mut group, id, || fixture.wall_time(&settings));
        }
    }
    group.finish();
}
