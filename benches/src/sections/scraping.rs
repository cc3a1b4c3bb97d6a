//! The section of scraping Yelp into MongoDB: part 3 beside its Python original and Scrapy.

pub mod documents;
mod scrapers;

use std::{
    fmt::Write as _,
    fs,
    num::{NonZeroU32, NonZeroUsize},
    path::PathBuf,
    time::Duration,
};

use http_client::Latency;
use mock_web::{Config, YelpLimits, local_process::LocalWeb};
use program::open_files;

use super::{Options, Outcome, SectionError, Selection, contenders_of};
use crate::race::{self, Limit, Race, RaceEntry, Threads};

const LATENCY: Duration = Duration::from_millis(50);

const NO_DATABASE: &str = "`MONGODB_URI` names no server: put `.ci/with-mongod` before the command";

const REMARK: &str = "The documents are counted in the database, which is emptied before each run. \
     All ask the same local web, a process of its own, which verifies each signature, and share \
     the cores with it and with the database. What is refused over the rate (429) is asked for once \
     more, and signed anew; ours keeps to the rate from the start. On the large jobs, ours has 32 \
     cities under way at once, the Python original 16, and Scrapy 80 requests: all have more to do \
     than the cores can keep up with.";

/// A job of this section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Job {
    cities: usize,
    /// The number of businesses of each city.
    limit: usize,
    /// The number of cities that ours has under way at once; the others have limits of their own.
    at_once: NonZeroUsize,
    /// The API's limit of requests a second; no limit if none.
    per_second: Option<NonZeroU32>,
}

pub(super) fn run(
    options: &Options,
    rounds: NonZeroU32,
    announce: fn(&str),
) -> Result<Outcome, SectionError> {
    if !options.has_database {
        return Ok(Outcome { missing: vec![NO_DATABASE.to_owned()], ..Outcome::default() });
    }
    announce("build part 3, and look for Python and what it has");
    open_files::raise_limit();
    let (scrapers, missing) = scrapers::find(options)?;
    scrapers.check_database()?;
    let mut rows = Vec::new();
    for job in jobs(options.selection) {
        announce(&job.title());
        let cities = write_cities(options, job)?;
        let web = LocalWeb::start(&options.this_program, &job.web())?;
        let entries = scrapers.all().map(|scraper| RaceEntry {
            contender: scraper.title().to_owned(),
            trial: Some(scrapers.trial(scraper, job, web.url(), &cities)),
        });
        let race = Race { job: job.title(), limit: Some(job.limit()), entries: entries.collect() };
        rows.push(race::run(&race, rounds, |contender, trial| scrapers.measure(contender, trial))?);
    }
    scrapers.empty_database()?;
    Ok(Outcome {
        contenders: contenders_of(&rows),
        versions: scrapers.versions(),
        rows,
        missing,
        remarks: vec![REMARK.to_owned()],
    })
}

fn jobs(selection: Selection) -> Vec<Job> {
    let [few, many] = [4, 32].map(|number| NonZeroUsize::new(number).expect("more than none"));
    let small = Job { cities: 4, limit: 20, at_once: few, per_second: None };
    match selection {
        Selection::Quick => vec![small, Job { limit: 5, per_second: NonZeroU32::new(16), ..small }],
        Selection::Full => {
            let large = Job { cities: 200, limit: 20, at_once: many, per_second: None };
            vec![small, large, Job { per_second: NonZeroU32::new(300), ..large }]
        }
    }
}

impl Job {
    fn title(self) -> String {
        let rate = self.per_second.map(|rate| format!(", at most {rate} requests a second"));
        format!(
            "{} cities × {} businesses, {} ms each{}",
            self.cities,
            self.limit,
            LATENCY.as_millis(),
            rate.unwrap_or_default()
        )
    }

    /// The number of requests: a search for each city, and one for each business.
    fn requests(self) -> usize {
        self.cities * (1 + self.limit)
    }

    fn web(self) -> Config {
        let yelp = YelpLimits { per_second: self.per_second.map(NonZeroU32::get), daily: u32::MAX };
        Config { latency: LATENCY, yelp, ..Config::default() }
    }

    /// The limit on the time: a search comes before its businesses, and the rate allows a window a
    /// second.
    fn limit(self) -> Limit {
        match self.per_second {
            Some(rate) => {
                let windows = self.requests().div_ceil(rate.get() as usize);
                Limit::Rate(Duration::from_secs(windows.saturating_sub(1) as u64) + LATENCY)
            }
            None if self.cities <= self.at_once.get() => {
                let latency = Latency { request: LATENCY, connection: Duration::ZERO };
                Limit::Latency(latency.floor_of_rounds(2))
            }
            None => Limit::of_threads(Threads::All),
        }
    }
}

/// Writes a file with this many made-up cities.
fn write_cities(options: &Options, job: Job) -> Result<PathBuf, SectionError> {
    let mut lines = String::new();
    for number in 1..=job.cities {
        let _ = writeln!(lines, "City {number}");
    }
    let folder = &options.build_folder;
    let path = folder.join("cities");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, lines))
        .map_err(|source| SectionError::Folder { folder: folder.display().to_string(), source })?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_faster_than_two_rounds_the_cores_or_the_windows_of_the_rate() {
        let [small, large, limited] = <[Job; 3]>::try_from(jobs(Selection::Full)).expect("three");
        assert_eq!(small.limit(), Limit::Latency(Duration::from_millis(100)));
        assert_eq!(large.limit(), Limit::of_threads(Threads::All));
        assert_eq!(limited.requests(), 4_200);
        assert_eq!(limited.limit(), Limit::Rate(Duration::from_millis(13_050)));
    }

    #[test]
    fn titles_tell_the_jobs_apart() {
        let titles: Vec<String> = jobs(Selection::Full).into_iter().map(Job::title).collect();
        assert_eq!(
            titles,
            [
                "4 cities × 20 businesses, 50 ms each",
                "200 cities × 20 businesses, 50 ms each",
                "200 cities × 20 businesses, 50 ms each, at most 300 requests a second",
            ]
        );
    }
}
