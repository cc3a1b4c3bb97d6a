//! The clients that fetch, and the command line of each.

use std::path::PathBuf;

use super::Job;
use crate::{
    answer_format::AnswerFormat,
    sections::{
        Options, SectionError, installed, our_parts,
        python::{self, Python},
    },
    trial::{Output, Trial},
};

const PART: &str = "part2-threads";
const CURL: &str = "curl";

/// A client that fetches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    OursPooled,
    OursConcurrent,
    OursSequential,
    Asynchronous,
    Curl,
    PythonSequential,
    PythonThreads,
    PythonAiohttp,
}

impl Client {
    const ALL: [Self; 8] = [
        Self::OursPooled,
        Self::OursConcurrent,
        Self::OursSequential,
        Self::Asynchronous,
        Self::Curl,
        Self::PythonSequential,
        Self::PythonThreads,
        Self::PythonAiohttp,
    ];

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::OursPooled => "ours, pooled",
            Self::OursConcurrent => "ours, concurrent",
            Self::OursSequential => "ours, sequential",
            Self::Asynchronous => "Rust, hyper on one thread",
            Self::Curl => "curl --parallel",
            Self::PythonSequential => "Python, requests, one by one",
            Self::PythonThreads => "Python, requests on threads",
            Self::PythonAiohttp => "Python, aiohttp",
        }
    }

    pub(super) fn asks_one_by_one(self) -> bool {
        matches!(self, Self::OursSequential | Self::PythonSequential)
    }

    /// The Python package that it needs, if any.
    fn package(self) -> Option<&'static str> {
        match self {
            Self::PythonSequential | Self::PythonThreads => Some("requests"),
            Self::PythonAiohttp => Some("aiohttp"),
            _ => None,
        }
    }
}

/// The installed clients.
pub(super) struct Clients {
    part: PathBuf,
    this: PathBuf,
    python: Option<Python>,
    curl: Option<String>,
}

/// Finds the installed clients, with a sentence for each missing one.
pub(super) fn find(options: &Options) -> Result<(Clients, Vec<String>), SectionError> {
    let (python, mut missing) = python::find(&options.python, &["requests", "aiohttp"])?;
    let curl = installed::find(CURL)?;
    missing.extend(curl.missing);
    let part = our_parts::build(options, PART)?;
    let this = options.this_program.clone();
    Ok((Clients { part, this, python, curl: curl.version }, missing))
}

impl Clients {
    /// The installed clients, ours first.
    pub(super) fn all(&self) -> impl Iterator<Item = Client> {
        let has = |package| self.python.as_ref().is_some_and(|python| python.has(package));
        Client::ALL.into_iter().filter(move |client| match client {
            Client::Curl => self.curl.is_some(),
            client => client.package().is_none_or(has),
        })
    }

    pub(super) fn versions(&self) -> Vec<String> {
        let ours = format!("{PART} {}", env!("CARGO_PKG_VERSION"));
        let python = self.python.iter().flat_map(|python| python.versions.clone());
        [ours].into_iter().chain(python).chain(self.curl.clone()).collect()
    }

    /// The program that does a job with an installed client.
    pub(super) fn trial(&self, client: Client, job: Job, url: &str) -> Trial {
        let workers = job.at_once.to_string();
        match client {
            Client::OursPooled => self.ours("pooled", job, url),
            Client::OursConcurrent => self.ours("concurrent", job, url),
            Client::OursSequential => self.ours("sequential", job, url),
            Client::Asynchronous => {
                let host = url.trim_start_matches("http://").to_owned();
                let arguments = ["fetch".to_owned(), host, job.requests.to_string(), workers];
                Trial::new(&self.this, arguments, Output::Answer)
            }
            Client::Curl => {
                let options =
                    ["--silent", "--no-progress-meter", "--parallel", "--parallel-max", &workers];
                let answers = ["--output", "/dev/null", "--write-out", "%{http_code}\n"];
                let items = format!("{url}/api/v1/items/[1-{}]", job.requests);
                let arguments = options.into_iter().chain(answers).map(str::to_owned);
                Trial::new(CURL, arguments.chain([items]), Output::Report(AnswerFormat::Statuses))
            }
            Client::PythonSequential => self.of_python("sequential", job, url),
            Client::PythonThreads => self.of_python("threads", job, url),
            Client::PythonAiohttp => self.of_python("aiohttp", job, url),
        }
    }

    fn ours(&self, variant: &str, job: Job, url: &str) -> Trial {
        let (ids, workers) = (format!("1..={}", job.requests), job.at_once.to_string());
        let what = ["--base-url", url, "--ids", &ids, "--variant", variant, "--workers", &workers];
        let how = ["--format", "json", "--quiet"];
        let arguments = what.into_iter().chain(how).map(str::to_owned);
        Trial::new(&self.part, arguments, Output::Report(AnswerFormat::Items))
    }

    fn of_python(&self, variant: &str, job: Job, url: &str) -> Trial {
        let (count, workers) = (job.requests.to_string(), job.at_once.to_string());
        let arguments =
            ["--base-url", url, "--count", &count, "--variant", variant, "--workers", &workers];
        let python = self.python.as_ref().expect("a client that is there");
        python.trial("items.py", arguments.map(str::to_owned), Output::Report(AnswerFormat::Items))
    }
}

#[cfg(test)]
mod tests {
    use std::{num::NonZeroU32, time::Duration};

    use expect_test::expect;

    use super::*;

    #[test]
    fn missing_contenders_are_left_out() {
        let alone = Clients { part: PART.into(), this: "peers".into(), python: None, curl: None };
        let all: Vec<Client> = alone.all().collect();
        assert_eq!(all[..], Client::ALL[..4]);
    }

    #[test]
    fn everyone_is_asked_for_the_same_items() {
        let clients = Clients {
            part: PART.into(),
            this: "peers".into(),
            python: None,
            curl: Some("curl 8".to_owned()),
        };
        let job = Job {
            requests: 200,
            at_once: NonZeroU32::new(100).expect("a hundred"),
            latency: Duration::ZERO,
        };
        let commands: Vec<String> = clients
            .all()
            .map(|client| clients.trial(client, job, "http://127.0.0.1:80").to_string())
            .collect();
        expect![[r#"
            part2-threads --base-url http://127.0.0.1:80 --ids 1..=200 --variant pooled --workers 100 --format json --quiet
            part2-threads --base-url http://127.0.0.1:80 --ids 1..=200 --variant concurrent --workers 100 --format json --quiet
            part2-threads --base-url http://127.0.0.1:80 --ids 1..=200 --variant sequential --workers 100 --format json --quiet
            peers fetch 127.0.0.1:80 200 100
            curl --silent --no-progress-meter --parallel --parallel-max 100 --output /dev/null --write-out %{http_code}
             http://127.0.0.1:80/api/v1/items/[1-200]"#]].assert_eq(&commands.join("\n"));
    }
}
