//! The settings of the tests, and their local web.

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use http_client::{Proxy, retry::Retry};
use interrupt::Interrupt;
use mock_web::Config;
use part2_threads::{Job, Settings, Site, Variant, ids};
use program::progress::Visibility;

/// Answers at once, so that tests are quick.
pub(crate) fn without_latency() -> Config {
    Config { latency: Duration::ZERO, ..Config::default() }
}

/// The lab's 20 items, fetched by one variant, with a long deadline.
pub(crate) fn settings(url: &str, variant: Variant) -> Settings {
    Settings {
        job: Job { ids: ids::parse("1..=20").unwrap(), workers: NonZeroUsize::new(5).unwrap() },
        variants: vec![variant],
        site: Site { base_url: url.to_owned(), proxy: Proxy::Never, latency: None },
        retry: Retry { retries: 3, deadline: Duration::from_mins(4) },
        requests_max: NonZeroUsize::MAX,
        progress: Visibility::Hidden,
        interrupt: Arc::new(Interrupt::default()),
    }
}
