//! Checks the real requests of part 3: each is signed by itself, and no secret is printed.

use std::{collections::BTreeSet, num::NonZeroUsize, time::Duration};

use exam::part3::{Api, Cause, CityOutcome, Web};
use message::number::counted;
use mock_web::{Config, Endpoint, GateReport, MockWeb, demo};

use super::{WORKERS, scrape_job::ScrapeJob};
use crate::{
    diagnose::{self, Fault},
    exam_session::{ExamSession, ExamSetup},
    limits::Limits,
    piece_gate::ReleaseRule,
    sandbox::SandboxError,
    seed::Seed,
    verdict::{Diagnosis, Verdict},
};

/// The number of businesses of each city.
const LIMIT: usize = 3;

/// The secrets that must not be printed.
const SECRETS: &[&str] = &[demo::CONSUMER_SECRET, demo::TOKEN_SECRET, demo::API_KEY];

/// The versions of the API, each with the endpoint of a business.
const VERSIONS: [(&str, Api, Endpoint); 2] =
    [("v2", Api::V2, Endpoint::YelpV2Business), ("v3", Api::V3, Endpoint::YelpV3Business)];

/// Runs the check against a local web, which verifies each signature and each key.
pub(super) fn signed(setup: &ExamSetup, check: &str) -> Result<Verdict, SandboxError> {
    let mut evidence = Vec::new();
    for (version, api, businesses) in VERSIONS {
        let web = MockWeb::start(Config { latency: Duration::ZERO, ..Config::default() })
            .map_err(SandboxError::io("start a local web"))?;
        let needed = NonZeroUsize::new(WORKERS * LIMIT).expect("a gate for at least one request");
        web.set_gate(businesses, needed, setup.timeouts.moving);
        let job = ScrapeJob::of_cities(WORKERS, 0, WORKERS, None, &mut Seed::fresh());
        let asked = Web { url: web.url(), api, limit: LIMIT };
        let assignment = job.assignment_at(Some(asked));
        let limits = Limits { port: Some(web.address().port()), ..setup.limits.clone() };
        let setup = ExamSetup { limits, ..setup.clone() };
        let session = setup.examine(assignment, ReleaseRule::AllWhenStill, |_| None)?;
        match check_requests(&session, &web, businesses) {
            Ok(seen) => evidence.push(format!("{version}: {seen}")),
            Err((diagnosis, evidence)) => {
                return Ok(Verdict::failed(check, diagnosis, format!("{version}: {evidence}")));
            }
        }
    }
    evidence.push("the program printed no secret".to_owned());
    Ok(Verdict::passed(check, evidence.join("; ")))
}

fn check_requests(
    session: &ExamSession,
    web: &MockWeb,
    endpoint: Endpoint,
) -> Result<String, Fault> {
    let outcomes: Vec<CityOutcome> = diagnose::result(session)?;
    let printed = [&session.outcome.stdout, &session.outcome.stderr];
    if SECRETS.iter().any(|secret| printed.iter().any(|text| text.contains(secret))) {
        let evidence = "the program printed a secret that requests are signed with";
        return Err((Diagnosis::SecretsTold, evidence.to_owned()));
    }
    let journal = web.observed().journal;
    let refused = journal.iter().filter(|entry| entry.status != Some(200)).count();
    if refused > 0 {
        let evidence = format!("{refused} of {} requests were refused", journal.len());
        return Err(why_refused(&outcomes, evidence));
    }
    super::failures(&outcomes, &BTreeSet::new())?;
    let paths: BTreeSet<&str> = journal.iter().map(|entry| entry.path.as_str()).collect();
    let (searches, businesses) = (WORKERS, WORKERS * LIMIT);
    let stored: usize = outcomes.iter().map(|outcome| outcome.stored.len()).sum();
    // All searches have one path.
    if journal.len() != searches + businesses
        || paths.len() != 1 + businesses
        || stored != businesses
    {
        let evidence = format!(
            "{stored} businesses in the answer (right: {businesses}), after {} requests (right: {})",
            journal.len(),
            searches + businesses
        );
        return Err((Diagnosis::NotEachOnce, evidence));
    }
    let together = web.gate(endpoint).filter(|gate| gate.was_opened);
    let together = together.map_or_else(String::new, |gate| {
        let GateReport { peak, peers, .. } = gate;
        format!("; {peak} of them in flight together, from {}", counted(peers.len(), "process"))
    });
    let count = journal.len();
    Ok(format!("{count} requests over HTTP, each with the right header{together}"))
}

/// The fault behind requests that the local web refused, according to the candidate's answers.
fn why_refused(outcomes: &[CityOutcome], evidence: String) -> Fault {
    let stops = outcomes.iter().filter_map(|outcome| outcome.stop.as_deref());
    let causes = outcomes.iter().flat_map(|outcome| &outcome.failed);
    let causes = causes.map(|failure| match &failure.cause {
        Cause::Unwritten(text) | Cause::Other(text) => text.as_str(),
    });
    let messages: Vec<&str> = stops.chain(causes).collect();
    let mentions = |words: &str| messages.iter().any(|text| text.contains(words));
    let diagnosis = if mentions("Used nonce") {
        Diagnosis::NonceReused
    } else if mentions("MISSING_PARAMETER") || mentions("TOKEN_MISSING") {
        Diagnosis::Unsigned
    } else {
        Diagnosis::WronglySigned
    };
    let reason = messages.first().map(|text| format!("; the first answer was: {text}"));
    (diagnosis, evidence + &reason.unwrap_or_default())
}
