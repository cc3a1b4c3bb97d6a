//! The programs that scrape, their command lines, and the count of what they stored.

use std::path::{Path, PathBuf};

use mock_web::demo;

use super::Job;
use crate::{
    answer_format::AnswerFormat,
    measurement::Measurement,
    sections::{
        Options, SectionError, our_parts,
        python::{self, Python},
    },
    trial::{Output, Trial, TrialError},
};

const PART: &str = "part3-yelp";

/// The Python packages that the Python original and Scrapy need.
const PACKAGES: [&str; 5] = ["requests", "requests-oauthlib", "pymongo", "scrapy", "oauthlib"];

/// The collection of our program for a run of one variant.
const OURS: &str = "business";

/// A program that scrapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scraper {
    OursThreads,
    OursParallel,
    PythonOriginal,
    PythonInBulk,
    Scrapy,
}

impl Scraper {
    const ALL: [Self; 5] = [
        Self::OursThreads,
        Self::OursParallel,
        Self::PythonOriginal,
        Self::PythonInBulk,
        Self::Scrapy,
    ];

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::OursThreads => "ours, threads",
            Self::OursParallel => "ours, parallel",
            Self::PythonOriginal => "Python, processes × threads",
            Self::PythonInBulk => "the same, written in bulk",
            Self::Scrapy => "Scrapy, written in bulk",
        }
    }

    fn collection(self) -> &'static str {
        match self {
            Self::OursThreads | Self::OursParallel => OURS,
            Self::PythonOriginal | Self::PythonInBulk => "business_python",
            Self::Scrapy => "business_scrapy",
        }
    }

    /// The Python packages that it needs.
    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::OursThreads | Self::OursParallel => &[],
            Self::PythonOriginal | Self::PythonInBulk => &PACKAGES[..3],
            Self::Scrapy => &PACKAGES[2..],
        }
    }
}

/// The installed scrapers.
pub(super) struct Scrapers {
    part: PathBuf,
    this: PathBuf,
    python: Option<Python>,
}

/// Finds the installed scrapers, with a sentence for each missing one.
pub(super) fn find(options: &Options) -> Result<(Scrapers, Vec<String>), SectionError> {
    let (python, missing) = python::find(&options.python, &PACKAGES)?;
    let part = our_parts::build(options, PART)?;
    Ok((Scrapers { part, this: options.this_program.clone(), python }, missing))
}

impl Scrapers {
    /// The installed scrapers, ours first.
    pub(super) fn all(&self) -> impl Iterator<Item = Scraper> {
        let has = |package: &&str| self.python.as_ref().is_some_and(|python| python.has(package));
        Scraper::ALL.into_iter().filter(move |scraper| scraper.packages().iter().all(has))
    }

    pub(super) fn versions(&self) -> Vec<String> {
        let ours = format!("{PART} {}", env!("CARGO_PKG_VERSION"));
        let python = self.python.iter().flat_map(|python| python.versions.clone());
        [ours].into_iter().chain(python).collect()
    }

    /// The program that does a job with an installed scraper.
    pub(super) fn trial(&self, scraper: Scraper, job: Job, url: &str, cities: &Path) -> Trial {
        match scraper {
            Scraper::OursThreads => self.ours("threads", job, url, cities),
            Scraper::OursParallel => self.ours("parallel", job, url, cities),
            Scraper::PythonOriginal => self.of_python("businesses.py", job, url, cities, &ORIGINAL),
            Scraper::PythonInBulk => self.of_python("businesses.py", job, url, cities, &IN_BULK),
            Scraper::Scrapy => self.of_python("business_spider.py", job, url, cities, &[]),
        }
    }

    fn ours(&self, variant: &str, job: Job, url: &str, cities: &Path) -> Trial {
        let how = ["--store", "mongodb", "--variant", variant, "--format", "json", "--quiet"];
        let at_once = ["--workers".to_owned(), job.at_once.to_string()];
        let rate = job.per_second.map(|rate| ["--rate".to_owned(), rate.to_string()]);
        let arguments = arguments(job, url, cities)
            .into_iter()
            .chain(how.map(str::to_owned))
            .chain(at_once)
            .chain(rate.into_iter().flatten());
        Trial {
            environment: vec![
                ("YELP_CONSUMER_KEY", demo::CONSUMER_KEY),
                ("YELP_CONSUMER_SECRET", demo::CONSUMER_SECRET),
                ("YELP_TOKEN", demo::TOKEN),
                ("YELP_TOKEN_SECRET", demo::TOKEN_SECRET),
            ],
            ..Trial::new(&self.part, arguments, Output::Report(AnswerFormat::Documents))
        }
    }

    fn of_python(&self, script: &str, job: Job, url: &str, cities: &Path, how: &[&str]) -> Trial {
        let how = how.iter().map(ToString::to_string);
        let arguments = arguments(job, url, cities).into_iter().chain(how);
        let python = self.python.as_ref().expect("a scraper that is there");
        python.trial(script, arguments, Output::Report(AnswerFormat::Documents))
    }

    /// Measures a scraper, and checks its answer against the database.
    pub(super) fn measure(&self, title: &str, trial: &Trial) -> Result<Measurement, TrialError> {
        let scraper = Scraper::ALL.into_iter().find(|scraper| scraper.title() == title);
        let collection = scraper.expect("a title of our own").collection();
        self.documents("clear", collection)?;
        let Measurement { answer, cost } = trial.measure()?;
        let counted = self.documents("count", collection)?;
        Ok(Measurement { answer: format!("{answer}, {counted} of them in the database"), cost })
    }

    /// Checks that the collection has no documents of a user.
    pub(super) fn check_database(&self) -> Result<(), SectionError> {
        match self.documents("count", OURS)?.as_str() {
            "0" => Ok(()),
            count => Err(SectionError::Documents { count: count.to_owned() }),
        }
    }

    /// Removes the documents of our runs.
    pub(super) fn empty_database(&self) -> Result<(), SectionError> {
        Ok(self.documents("clear", OURS).map(drop)?)
    }

    /// Runs a database action in a process of its own, since connections would cost this one
    /// memory.
    fn documents(&self, measure: &str, collection: &str) -> Result<String, TrialError> {
        let arguments = ["documents", measure, collection];
        let action = Trial::new(&self.this, arguments, Output::Answer);
        action.measure().map(|measurement| measurement.answer)
    }
}

const ORIGINAL: [&str; 4] = ["--variant", "parallel", "--writes", "one"];
const IN_BULK: [&str; 4] = ["--variant", "parallel", "--writes", "bulk"];

/// The arguments that all scrapers take.
fn arguments(job: Job, url: &str, cities: &Path) -> Vec<String> {
    let (cities, limit) = (cities.display().to_string(), job.limit.to_string());
    ["--base-url", url, "--cities", &cities, "--limit", &limit].map(str::to_owned).into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::sections::{Selection, scraping::jobs};

    #[test]
    fn everyone_is_asked_for_the_same_businesses() {
        let scrapers = Scrapers { part: PART.into(), this: "peers".into(), python: None };
        let job = jobs(Selection::Full)[2];
        let commands: Vec<String> = scrapers
            .all()
            .map(|scraper| scrapers.trial(scraper, job, "http://host", Path::new("FILE")))
            .map(|trial| trial.to_string())
            .collect();
        expect![[r#"
            part3-yelp --base-url http://host --cities FILE --limit 20 --store mongodb --variant threads --format json --quiet --workers 32 --rate 300
            part3-yelp --base-url http://host --cities FILE --limit 20 --store mongodb --variant parallel --format json --quiet --workers 32 --rate 300"#]].assert_eq(&commands.join("\n"));
    }
}
